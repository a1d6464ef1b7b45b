"""`lantian import`: observation files into a store."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.ambient.intake import ImportReport

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group("import")
def import_group() -> None:
    """Take observation files into a store.

    A store is a folder that only grows: every file becomes one version, and any figure can be computed as of
    an earlier one.
    """


@import_group.command("ambient")
@FILES
@click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="Folder of the store; made if new."
)
@click.option("--layout", help="Layout of the files; without it, it is recognised by the headings.")
@click.option(
    "--stamp",
    type=click.Choice(["end", "start"]),
    help="Which end of its hour a stamp names, where the layout's own convention is wrong.",
)
@click.option("--place", help="Place of all rows, for files without a column that names it.")
@click.option("--report", type=click.Path(path_type=Path), help="Where to list what was refused.")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", help="Shape of the answer."
)
def ambient(
    *,
    files: tuple[Path, ...],
    store: Path,
    layout: str | None,
    stamp: Literal["end", "start"] | None,
    place: str | None,
    report: Path | None,
    shape: str,
) -> int:
    """Take hourly or daily air data into a store.

    FILES are CSV (also .gz; UTF-8, UTF-16 or GBK) or Parquet: the network's city and station files,
    long or wide, and tables with named columns. Good rows are taken, each file at once or not at all;
    what was refused is listed with row, column and reason in a report file. A file taken before adds
    nothing.

    \b
    lantian import ambient china_cities_*.csv.gz --store air
    lantian import ambient hours.csv --store air --stamp start
    """
    from lantian.ambient.intake import import_ambient
    from lantian.ambient.intake.layouts import layout_of
    from lantian.lake import Lake

    if layout is not None:
        layout_of(layout)
    for file in files:
        if not file.is_file():
            # Before the store is made: a slip of the pen leaves nothing behind.
            raise LantianError("there is no such file", where=str(file))
    lake = Lake.open(store, create=True)
    result = import_ambient(
        files,
        lake,
        layout=layout,
        stamp=stamp,
        place=place,
        report=report,
        progress=_progress if sys.stderr.isatty() else None,
    )
    if shape == "json":
        click.echo(json.dumps(result.as_dict(), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(result.lines()))
    return verdict(result)


def verdict(report: ImportReport) -> int:
    """Name on standard error each file of which nothing was taken; returns the exit code."""
    for one in report.files:
        if one.refused:
            click.echo(f"lantian: {one.refused}", err=True)
        elif one.rows_refused and not one.rows_taken + one.known:
            click.echo(f"lantian: {one.file}: no row could be taken; see {report.path}", err=True)
    return 0 if report.ok else 1


def _progress(line: str) -> None:
    click.echo(line, err=True)
