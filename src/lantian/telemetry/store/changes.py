"""What came after a packet: which local days of which devices, for whoever works out figures from values."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from lantian.lake import arrow, engine
from lantian.telemetry.store import reading
from lantian.telemetry.store.packets import DAY, LOCAL

if TYPE_CHECKING:
    from lantian.telemetry.store.line import Line

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Changes:
    """`through`: the last packet looked at. `days`: per device the local days it brought something for."""

    through: int
    days: dict[str, frozenset[date]] = field(default_factory=dict)


def changes(line: Line, after: int, cns: Collection[str] | None = None) -> Changes:
    """The days that packets after a number speak of, hot or compacted meanwhile.

    Parameters
    ----------
    line
        an open line
    after
        the `through` of an earlier answer; 0 for everything there is
    cns
        only these commands; None for all
    """
    listed = None if cns is None else tuple(sorted(set(cns)))
    with line.packets.file.reading() as connection:
        # The hot part's state first, then the log of the lake: what is compacted in between is seen twice.
        last = int(connection.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()[0])
        rows = connection.execute(
            "SELECT DISTINCT place, (time + ?) / ? FROM packet WHERE seq > ? "
            "AND (? IS NULL OR cn IN (SELECT value FROM json_each(?)))",
            (LOCAL, DAY, after, None if listed is None else "", json.dumps(listed)),
        ).fetchall()
        version = line.lake.version
        compacted = reading.watermark(line.lake, reading.VALUE, version)
    if compacted > after:
        rows += _of_parquet(line, after, listed, version)
    days: dict[str, set[date]] = {}
    for place, number in rows:
        days.setdefault(place, set()).add(_EPOCH + timedelta(days=number))
    return Changes(max(last, compacted), {place: frozenset(found) for place, found in days.items()})


def _of_parquet(line: Line, after: int, cns: tuple[str, ...] | None, version: int) -> list[tuple[str, int]]:
    """The same of what has gone to Parquet."""
    rows = line.lake.read(reading.VALUE, as_of=version, columns=["place", "time", "cn", "seq"])
    rows = rows.filter(f"seq > {after}")
    if cns is not None:
        rows = rows.filter(f"cn IN ({', '.join(engine.text(word) for word in cns)})" if cns else "false")
    table = arrow(rows.select("place, (epoch_us(time) + " + f"{LOCAL}) // {DAY} AS day").distinct())
    return list(zip(table["place"].to_pylist(), table["day"].to_pylist(), strict=True))
