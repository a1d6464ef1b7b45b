"""`lantian telemetry load`: what comes to the line in files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from lantian.telemetry.loading import Loaded


@click.group()
def load() -> None:
    """Files into the line: tables of power meters, logs of packets."""


@load.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--data", required=True, type=click.Path(path_type=Path), help="The office's data folder.")
@click.option(
    "--use",
    type=click.Choice(["production", "treatment"]),
    default="production",
    show_default=True,
    help="What the meters feed, where the table does not say it.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Where to list what was refused (CSV).")
def power(files: tuple[Path, ...], data: Path, use: str, report: Path | None) -> None:
    """Tables of power meters: 电表编号, 时间, 功率 and/or 电量, 设施类型."""
    from lantian.cli.measures import checked
    from lantian.telemetry.loading import load_power
    from lantian.telemetry.loading.power import Use
    from lantian.telemetry.store import Line

    checked(files)
    line = Line.open(data, create=True)
    try:
        loaded = load_power(files, line, use=cast("Use", use))
    finally:
        line.close()
    _say(loaded, report)


@load.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--data", required=True, type=click.Path(path_type=Path), help="The office's data folder.")
@click.option("--enrol", is_flag=True, help="Take in devices the line does not know, unconfirmed.")
@click.option("--report", type=click.Path(path_type=Path), help="Where to list what was refused (CSV).")
def log(files: tuple[str, ...], data: Path, enrol: bool, report: Path | None) -> None:
    """Captured receiver logs and files of packets (HJ 212), gzip as well; - reads what is piped in.

    \b
    lantian telemetry load log receiver.log.gz --data office --enrol
    """
    from lantian.cli.measures import checked
    from lantian.cli.telemetry.decode import opened
    from lantian.telemetry.loading import Loaded, load_log
    from lantian.telemetry.store import Line

    checked(tuple(Path(name) for name in files if name != "-"))
    line = Line.open(data, create=True)
    total = Loaded()
    try:
        for name in files:
            with opened(name) as stream:
                loaded = load_log(stream, line, name=Path(name).name, enrol=enrol)
            total.taken += loaded.taken
            total.known += loaded.known
            total.passed += loaded.passed
            total.refusals += loaded.refusals
    finally:
        line.close()
    _say(total, report)


def _say(loaded: Loaded, report: Path | None) -> None:
    from lantian.ambient.intake.report import ReportFile

    passed = f", {loaded.passed} holding nothing to keep" if loaded.passed else ""
    click.echo(f"{loaded.taken} taken, {loaded.known} known before{passed}, {len(loaded.refusals)} refused")
    for refusal in loaded.refusals[:5]:
        click.echo(refusal.line, err=True)
    if report is not None:
        with ReportFile(report) as listed:
            listed.add(loaded.refusals)
