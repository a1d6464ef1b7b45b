"""`lantian telemetry compact`: closed days of the hot part into Parquet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from lantian.cli.telemetry.options import DATA, FORM


@click.command()
@DATA
@FORM
def compact(data: Path, *, form: str) -> None:
    """Bring packets of days that are over into Parquet. May be stopped and run again at any time.

    \b
    lantian telemetry compact --data office
    """
    from lantian.telemetry.store import Line

    line = Line.open(data)
    try:
        done = line.compact(datetime.now(UTC))
    finally:
        line.close()
    if form == "json":
        told = {
            "packets": done.packets, "values": done.values, "versions": list(done.versions),
            "removed": done.removed, "hot_bytes": done.hot_bytes,
        }  # fmt: skip
        click.echo(json.dumps(told))
        return
    if not done.packets and not done.values:
        click.echo("Nothing new of closed days.")
    else:
        click.echo(f"{done.packets} packets with {done.values} values are Parquet now.")
    click.echo(f"{done.removed} packets left the hot part; it has {done.hot_bytes / 1e6:.1f} MB.")
