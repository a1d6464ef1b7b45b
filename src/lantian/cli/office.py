"""`lantian office`: set up, fill, serve and check the office.

Django is imported only when a command runs, and by name: the arrows allow it here, the help page need not
wait for it.
"""

from __future__ import annotations

import importlib
import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lantian.cli.ambient import verdict
from lantian.errors import LantianError

DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=lambda: Path(os.environ.get("LANTIAN_DATA", "office-data")),
    show_default="office-data, or LANTIAN_DATA",
    help="The office's data folder.",
)
FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
SHOWN_REFUSALS = 5


def _setup() -> Any:
    return importlib.import_module("lantian.office.setup")


def _start(data: Path) -> None:
    """Start Django on the office; what it says here is in the language of the command line."""
    _setup().start(data)
    importlib.import_module("django.utils.translation").activate("en")


class Office(click.Group):
    """Commands whose trouble with the database is one line: it is away, locked, full or read-only."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), "register"])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "register":  # in a file of its own, which needs this one
            made: click.Command = importlib.import_module("lantian.cli.registers").register
            return made
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            # By name: importing Django only to name its error would slow every command down.
            kind = type(error)
            if (kind.__module__, kind.__name__) != ("django.db.utils", "OperationalError"):
                raise
            reason = str(error).strip().splitlines()[0]
            raise LantianError(
                f"the database cannot be used: {reason}",
                where="DATABASE_URL" if os.environ.get("DATABASE_URL") else "db.sqlite3",
                remedy="Is it running, and does its folder have room and allow writing?",
            ) from error


@click.group(cls=Office)
def office() -> None:
    """Set up, fill and serve the office (the web system).

    \b
      lantian office init --data office
      lantian office load --data office plan plan.docx
      lantian office load --data office ambient hours.csv
      lantian office screen --data office
      lantian office serve --data office
    """


@office.command()
@DATA
@click.option("--admin", default="admin", show_default=True, help="Sign-in name of the first administrator.")
def init(data: Path, admin: str) -> None:
    """Make an office: its folder, tables, the region register, an administrator.

    The administrator's password is taken from LANTIAN_ADMIN_PASSWORD, else a one-time password is printed.
    """
    made = _setup().initialise(data, admin, os.environ.get("LANTIAN_ADMIN_PASSWORD") or None)
    if made is None:
        click.echo(f"{data} is already an office; nothing changed")
        return
    click.echo(f"{data} is an office now, with {made.regions} regions")
    click.echo(f"sign in as: {made.admin}")
    if made.password:
        click.echo(f"one-time password: {made.password}")
    click.echo(f"serve it with: lantian office serve --data {data}")


@office.group()
@DATA
@click.pass_context
def load(ctx: click.Context, data: Path) -> None:
    """Load plans, observations or regions into an office."""
    ctx.obj = data


@load.command("plan")
@FILES
@click.option("--region", help="Whose plan it is, by the region's code; without it, the document says it.")
@click.option(
    "--replaces", type=int, metavar="PLAN", help="Number of the plan that this is a newer version of."
)
@click.option("--another", is_flag=True, help="Load it beside a plan of the same title or document number.")
@click.pass_obj
def load_plan(
    data: Path, files: tuple[Path, ...], region: str | None, replaces: int | None, another: bool
) -> None:
    """Action plans: .txt, .docx, .pdf, .html or a plan file (.yaml), each with all that it holds."""
    _start(data)
    _load_plans(files, region, replaces, another)


def _load_plans(files: tuple[Path, ...], region: str | None, replaces: int | None, another: bool) -> None:
    actions = importlib.import_module("lantian.office.plans.actions")
    if replaces is not None and len(files) != 1:
        raise click.UsageError("--replaces takes one file")
    old = _plan(replaces) if replaces is not None else None
    _each(
        files,
        lambda file: _say_plan(_loaded(actions, file, region=region, replaces=old, another=another)),
    )


def _loaded(actions: Any, file: Path, **asked: Any) -> Any:
    """Load a plan; where one like it is there, say how the question is answered on the command line."""
    versions = importlib.import_module("lantian.office.plans.versions")
    try:
        return actions.load_plan_file(file, **asked)
    except versions.LooksAlikeError as error:
        number = error.plans[0].pk
        raise LantianError(
            error.what,
            where=error.where,
            remedy=f"A newer version that replaces it: --replaces {number}. The same document, read again: "
            f"lantian office reread {number} {file}. Another plan: --another.",
        ) from error


def _plan(number: int) -> Any:
    """A plan of the office by its number."""
    model = importlib.import_module("lantian.office.plans.models").Plan
    plan = model.objects.filter(pk=number).first()
    if plan is None:
        known = ", ".join(f"{p.pk} {p.title}" for p in model.objects.order_by("pk")[:20]) or "none"
        raise LantianError(f"there is no plan {number}", remedy=f"Plans of this office: {known}.")
    return plan


def _say_plan(loaded: Any) -> None:
    click.echo(loaded.line)
    for note in () if loaded.already else loaded.notes:
        click.echo(f"  note: {note}")
    click.echo(f"  review it in the office at {loaded.plan.get_absolute_url()}")


@office.command("load-plan")
@FILES
@DATA
@click.option("--region", help="Whose plan it is, by the region's code; without it, the file says it.")
@click.option(
    "--replaces", type=int, metavar="PLAN", help="Number of the plan that this is a newer version of."
)
@click.option("--another", is_flag=True, help="Load it beside a plan of the same title or document number.")
def load_plan_direct(
    files: tuple[Path, ...], data: Path, region: str | None, replaces: int | None, another: bool
) -> None:
    """Load plan files (.yaml) or plan documents; the same as `load plan`."""
    _start(data)
    _load_plans(files, region, replaces, another)


@office.command("reread")
@click.argument("plan", type=int)
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DATA
def reread(plan: int, file: Path | None, data: Path) -> None:
    """Read PLAN (its number) again, from a corrected FILE or from the document that is kept.

    What people accepted, corrected, rejected or added stays, with all progress; what changed is told.
    """
    _start(data)
    actions = importlib.import_module("lantian.office.plans.actions")
    given = {"name": file.name, "content": file.read_bytes()} if file else {}
    reading = actions.reread(_plan(plan), None, **given)
    counts = importlib.import_module("lantian.office.plans.rereading").counted(reading.changes)
    click.echo(f"{reading.plan.title}: " + ", ".join(f"{number} {what}" for what, number in counts.items()))
    for change in reading.changes:
        kept = " (a person's decision stays)" if change.get("kept") else ""
        click.echo(f"  {change['what']} {change['kind']}: {change['name']}{kept}")


@office.command("export-plan")
@click.argument("plan", type=int)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file.")
@DATA
def export_plan(plan: int, output: Path | None, data: Path) -> None:
    """Write PLAN (its number) as a plan file (.yaml) that can be edited, compared and loaded elsewhere."""
    _start(data)
    text = importlib.import_module("lantian.office.plans.exporting").plan_yaml(_plan(plan))
    if output is None:
        click.echo(text.encode(), nl=False)
        return
    importlib.import_module("lantian.cli.plan").write_whole(output, text.encode())
    click.echo(f"{output}: written", err=True)


@office.command("line")
@DATA
@click.option("--everything", is_flag=True, help="Work out all that is stored, not only what came since.")
def line(data: Path, everything: bool) -> None:
    """Work out what follows from data of the line that came since the last run: day figures, alarms.

    Run it every few minutes; the same again changes nothing, and what was cut off is done by the next run.
    """
    _start(data)
    ran = importlib.import_module("lantian.office.telemetry.daily.running").run(everything=everything)
    click.echo(f"{ran.devices} devices, {ran.days} device days up to packet {ran.through}")
    for said in ran.said:
        click.echo(f"  {said}")


@load.command("ambient")
@FILES
@click.option("--layout", help="Layout of the files; without it, it is recognised by the headings.")
@click.pass_obj
def load_ambient(data: Path, files: tuple[Path, ...], layout: str | None) -> int:
    """Hourly or daily air data: CNEMC city and station files, CSV or Parquet with named columns."""
    _start(data)
    actions = importlib.import_module("lantian.office.monitoring.actions")
    progress = (lambda line: click.echo(line, err=True)) if sys.stderr.isatty() else None
    report = actions.load_ambient(files, layout=layout, progress=progress)
    click.echo("\n".join(report.lines()))
    return verdict(report)


@load.command("regions")
@FILES
@click.pass_obj
def load_regions(data: Path, files: tuple[Path, ...]) -> None:
    """Regions: the register's CSV, the statistics bureau's divisions, or outlines as GeoJSON."""
    _start(data)
    actions = importlib.import_module("lantian.office.regions.actions")

    def one(file: Path) -> None:
        report = actions.load_regions([file])[0]
        click.echo(report.line)
        _say_refusals(report.refusals, len(report.refusals))
        if not report.taken:
            raise LantianError("nothing in this file could be taken", where=str(file))

    _each(files, one)


@load.command("fires")
@FILES
@click.pass_obj
def load_fires(data: Path, files: tuple[Path, ...]) -> None:
    """Fire spots: satellite files of NASA FIRMS (MODIS or VIIRS, CSV).

    The same file again adds nothing; rows outside the office's regions are counted and left.
    """
    _start(data)
    take = importlib.import_module("lantian.office.findings.special.fires.importing").take_fires

    def one(file: Path) -> None:
        taken = take(None, file, file.name)
        click.echo(taken.line)
        # Each wrong row is named: the file is not kept to look them up in.
        for refusal in taken.refusals:
            click.echo(f"  {refusal.line}", err=True)

    _each(files, one)


def _each(files: tuple[Path, ...], work: Any) -> None:
    """Do the work on every file; a bad one does not keep the next from being loaded, but the command ends
    non-zero.
    """
    faults = []
    for file in files:
        try:
            work(file)
        except LantianError as error:
            if len(files) == 1:
                raise
            faults.append(file)
            click.echo(f"{file}: {error.line}" if file.name not in error.line else error.line, err=True)
    if faults:
        raise LantianError(f"{len(faults)} of {len(files)} files could not be loaded")


def _say_refusals(refusals: list[Any], total: int) -> None:
    for refusal in refusals[:SHOWN_REFUSALS]:
        click.echo(f"  {refusal.line}", err=True)
    if total > SHOWN_REFUSALS:
        click.echo(f"  and {total - SHOWN_REFUSALS:,} more, in the report file", err=True)


@office.command()
@DATA
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day; without it, the first one held.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; without it, the last one held.")
def screen(data: Path, since: datetime | None, until: datetime | None) -> None:
    """Look through hours for what is suspect; people decide about it at /quality/."""
    _start(data)
    screening = importlib.import_module("lantian.office.quality.screening")
    days = [moment.date() if moment else None for moment in (since, until)]
    run = screening.screen_hours(None, *days, say=lambda line: click.echo(line, err=True))
    if run.state != "done":
        raise LantianError(run.trouble or f"the screens were {run.state}", where=str(data))
    click.echo(
        f"{run.found} suspicions at {run.places} places, {run.added} for the first time; "
        "decide about them at /quality/"
    )


@office.command("propose")
@DATA
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day to judge; without it, today.")
@click.option("--rule", "rules", multiple=True, help="Code of a rule to judge; without it, every rule.")
def propose_consequences(data: Path, on: datetime | None, rules: tuple[str, ...]) -> None:
    """Judge the rules of consequences and raise proposals; people decide about them at /consequences/.

    Meant to run once a day: what is past its last day is noted as expired, performance grades too, and
    grounds to lower a grade are looked for.
    """
    _start(data)
    proposing = importlib.import_module("lantian.office.consequences.proposing")
    run = proposing.propose(None, on.date() if on else None, only=rules)
    expired = proposing.expire()
    click.echo(
        f"{run.judged} conditions judged for {run.on}: {run.raised} proposals raised, "
        f"{run.standing} raised before, ground of {run.gone} fallen away, {expired} expired"
    )
    for unknown in run.unknown:
        click.echo(
            f"  not known: {unknown['en']}, {unknown['subjects']} subjects: {unknown['why']}", err=True
        )
    if not rules:
        downgrading = importlib.import_module("lantian.office.grading.downgrading")
        lowered = downgrading.look(None, on.date() if on else None)
        click.echo(f"{lowered} proposals to lower a grade; decide about them at /grading/downgrades/")


@office.command()
@DATA
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="0.0.0.0: every network of this machine."
)
def serve(data: Path, port: int, host: str) -> None:
    """Serve an office until Ctrl-C."""
    _setup().serve(data, host, port, click.echo)


@office.command()
@DATA
def remind(data: Path) -> None:
    """Open the dispatch rounds that are due, and remind people of what waits for them: once a day, by cron.

    Run again on the same day it opens and sends only what is still missing. Mail that could not be sent is
    in the reminder log and tried again; the command then ends with exit code 1.
    """
    _start(data)
    opened = importlib.import_module("lantian.office.dispatch.opening").open_rounds()
    for one in opened:
        click.echo(f"opened: {one}, {one.reports.count()} reports asked for")
    sent, failed = importlib.import_module("lantian.office.dispatch.reminding").remind()
    click.echo(f"{len(opened)} rounds opened, {sent} reminders sent, {failed} not sent")
    if failed:
        raise LantianError(
            f"{failed} reminders could not be sent",
            where="LANTIAN_SMTP",
            remedy="The reminder log says why; the next run tries them again.",
        )


@office.command()
@DATA
def audit(data: Path) -> None:
    """Prove the action log: no row changed, missing or cut off, and no state written past it.

    Exit code 0 when all is whole; else 1, with the first broken link by its row number.
    """
    _start(data)
    breaks = importlib.import_module("lantian.office.loops.audit").audit()
    if breaks:
        first = breaks[0]
        click.echo(f"first broken link: {f'row {first.number}' if first.number else 'no row'}")
    for broken in breaks[:20]:
        click.echo(broken.what)
    if len(breaks) > 20:
        click.echo(f"and {len(breaks) - 20:,} more")
    if breaks:
        places = "place" if len(breaks) == 1 else "places"
        raise LantianError(f"the action log is broken in {len(breaks)} {places}", where=str(data))
    end = importlib.import_module("lantian.office.people.actions").log_end()
    click.echo(f"the action log is whole: {end.number:,} rows, the last with hash {end.hash or '(none)'}")


# The name it had before states were checked too.
office.add_command(audit, "verify-log")
