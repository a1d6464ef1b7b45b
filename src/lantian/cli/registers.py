"""`lantian office register …`: templates, exports and imports of registers from the command line."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

import click

from lantian.cli.office import DATA, _start
from lantian.errors import LantianError

SHOWN = 10
CODE = click.argument("code")
TARGET = click.argument("target", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
@DATA
@click.pass_context
def register(ctx: click.Context, data: Path) -> None:
    """Registers as tables: an empty one, what is held, and a table read and written.

    \b
      lantian office register --data office template boilers boilers.xlsx
      lantian office register --data office load boilers boilers.xlsx
      lantian office register --data office load boilers boilers.xlsx --confirm
      lantian office register --data office export boilers held.xlsx
    """
    ctx.obj = data


def _ledger(data: Path, code: str) -> Any:
    _start(data)
    base = importlib.import_module("lantian.office.registers.declaring.base")
    try:
        return base.ledger(code)
    except KeyError:
        known = ", ".join(one.code for one in base.ledgers())
        raise LantianError(f'there is no register "{code}"', remedy=f"There are: {known}") from None


@register.command()
@CODE
@TARGET
@click.pass_obj
def template(data: Path, code: str, target: Path) -> None:
    """The empty table of a register as .xlsx."""
    ledger = _ledger(data, code)
    _in_chinese()
    made = importlib.import_module("lantian.office.registers.sheets.template").template(ledger, None)
    target.write_bytes(made)
    click.echo(f"{target}: an empty table of {code}")


@register.command()
@CODE
@TARGET
@click.pass_obj
def export(data: Path, code: str, target: Path) -> None:
    """The records of a register as .xlsx or .csv, to be edited and read again."""
    ledger = _ledger(data, code)
    _in_chinese()
    sheets = importlib.import_module("lantian.office.registers.sheets.export")
    rows = ledger.model.objects.filter(withdrawn=False).order_by("pk")
    if target.suffix.lower() == ".csv":
        with target.open("w", encoding="utf-8", newline="") as out:
            out.writelines(sheets.write_csv(ledger, None, rows))
        number = rows.count()
    else:
        number = sheets.write_xlsx(target, ledger, None, rows)
    click.echo(f"{target}: {number} records of {code}")


@register.command()
@CODE
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--sheet", default="", help="The sheet to read; without it, the first that fits.")
@click.option("--confirm", is_flag=True, help="Write it; without it, only say what would be done.")
@click.option("--all-or-nothing", is_flag=True, help="Write every row, or none.")
@click.option("--doubtful", is_flag=True, help="Write the doubtful rows as well.")
@click.pass_obj
def load(
    data: Path, code: str, file: Path, *, sheet: str, confirm: bool, all_or_nothing: bool, doubtful: bool
) -> None:
    """Read a table (.xlsx, .xls, .csv), say what it would do, and with --confirm write it.

    Rows that are refused are named with their reasons; the command then ends with 1.
    """
    ledger = _ledger(data, code)
    runs = importlib.import_module("lantian.office.registers.sheets.runs")
    run = runs.upload(None, ledger.code, file.name, file.read_bytes(), sheet)
    _work(runs, run, "reading")
    if run.state != run.State.READY:
        raise LantianError(run.problem.get("en", "it cannot be read"))
    words = importlib.import_module("lantian.office.registers.sheets.words")
    for note in run.notes:
        click.echo(words.note_words(note))
    counts = run.counts
    click.echo(
        f"{file.name}: {counts['add']} to be added, {counts['change']} to be changed, "
        f"{counts['same']} unchanged, {counts['asked']} doubtful, {counts['refused']} refused"
    )
    _name(run, "refused")
    if not doubtful:
        _name(run, "asked")
    if confirm:
        runs.confirm(run, "all" if all_or_nothing else "good", doubtful)
        _work(runs, run, "writing")
        if run.state != run.State.DONE:
            raise LantianError(run.problem.get("en") or "nothing was written")
        click.echo(f"{run.counts.get('written', 0) or _written(run)} rows written")
        _name(run, "late")
    else:
        click.echo("nothing was written; write it with --confirm")
    if counts["refused"] or run.counts.get("late"):
        sys.exit(1)


def _work(runs: Any, run: Any, label: str) -> None:
    with click.progressbar(length=1, label=label) as bar:

        def say(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        runs.work(run, say)


def _written(run: Any) -> int:
    asked = run.counts["asked"] if run.doubtful else 0
    return int(run.counts["add"] + run.counts["change"] + asked)


def _name(run: Any, which: str) -> None:
    rows = run.rows.filter(result="late") if which == "late" else run.rows.filter(verdict=which)
    for row in rows.order_by("number")[:SHOWN]:
        reasons = "; ".join(f"{reason['field']} {reason['en']}".strip() for reason in row.reasons)
        click.echo(f"  row {row.number} {which}: {row.name}: {reasons}")
    more = rows.count() - SHOWN
    if more > 0:
        click.echo(f"  … and {more} more")


def _in_chinese() -> None:
    """A table is for the bureau that fills it in, whatever the command line speaks."""
    importlib.import_module("django.utils.translation").activate("zh-hans")
