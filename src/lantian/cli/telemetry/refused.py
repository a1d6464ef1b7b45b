"""`lantian telemetry refused`: packets that were refused, and why."""

from __future__ import annotations

import json
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.telemetry.options import DATA, FORM, SHANGHAI, Instant, local

if TYPE_CHECKING:
    from lantian.lake.reading import Moment


@click.command()
@DATA
@click.option("--mn", help="Only of this device.")
@click.option("--reason", help="Only for this reason, such as wrong_password.")
@click.option("--since", type=Instant(), help="Only from this local day or time on.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="At most so many rows.")
@FORM
def refused(
    data: Path, *, mn: str | None, reason: str | None, since: Moment | None, limit: int, form: str
) -> None:
    """Packets that were not taken, newest first: a row a device, peer, reason and minute.

    \b
    lantian telemetry refused --data office --since 2026-11-22
    """
    from lantian.telemetry.store import Line

    if since is not None and not isinstance(since, datetime):
        since = datetime.combine(since, time(), SHANGHAI)
    line = Line.open(data)
    try:
        found = line.refusals(mn=mn, reason=reason, since=since, limit=limit)
        counts = line.refused.counts(since=since)
    finally:
        line.close()
    for row in found:
        excerpt = row.excerpt.decode("utf-8", "backslashreplace")
        if form == "json":
            told = {
                "mn": row.mn, "peer": row.peer, "reason": row.reason, "count": row.count,
                "first_at": row.first_at.astimezone(SHANGHAI).isoformat(),
                "last_at": row.last_at.astimezone(SHANGHAI).isoformat(), "excerpt": excerpt,
            }  # fmt: skip
            click.echo(json.dumps(told, ensure_ascii=False))
        else:
            click.echo(f"{local(row.last_at)}  {row.count:>6} × {row.reason:<16} {_plain(row.mn)} {row.peer}")
            click.echo(f"    {_plain(excerpt)}")
    if form == "text":
        words = ", ".join(f"{count} {why}" for why, count in counts.items())
        click.echo(f"Refused: {words}." if words else "Nothing was refused.")


def _plain(words: str) -> str:
    """What anybody may have written, without what would steer a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in words)
