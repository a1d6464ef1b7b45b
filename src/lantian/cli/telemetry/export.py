"""`lantian telemetry export`: what is stored, a row a value."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.telemetry.options import DATA, Instant

if TYPE_CHECKING:
    from lantian.lake.reading import Moment
    from lantian.telemetry.store.exporting import Form


@click.command()
@DATA
@click.option("--mn", help="Only this device.")
@click.option("--from", "since", type=Instant(), help="From this local day or time on (data time).")
@click.option("--to", "until", type=Instant(), help="Up to this local day or time, included.")
@click.option(
    "--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True,
    help="A JSON object a line, or a table.",
)  # fmt: skip
def export(data: Path, *, mn: str | None, since: Moment | None, until: Moment | None, form: Form) -> None:
    """What is stored, a row a value, every version, beside a running server.

    \b
    lantian telemetry export --data office --mn 010000A8900016F000169DC0 --from 2026-11-01 --to 2026-11-30
    """
    from lantian.telemetry.store import Line
    from lantian.telemetry.store import export as lines

    line = Line.open(data)
    try:
        for text in lines(line, mn=mn, since=since, until=until, form=form):
            sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader went away (`| head`): not a mistake, though click would end with 1.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        line.close()
