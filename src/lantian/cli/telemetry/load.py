"""`lantian telemetry load`: what comes to the line in files."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click


@click.group()
def load() -> None:
    """Files into the line: tables of power meters."""


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
    from lantian.ambient.intake.report import ReportFile
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
    click.echo(f"{loaded.taken} taken, {loaded.known} known before, {len(loaded.refusals)} refused")
    for refusal in loaded.refusals[:5]:
        click.echo(refusal.line, err=True)
    if report is not None:
        with ReportFile(report) as listed:
            listed.add(loaded.refusals)
