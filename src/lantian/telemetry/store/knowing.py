"""Which packets of a file the line has already, however long ago it took them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lantian.lake import arrow
from lantian.telemetry.store import reading
from lantian.telemetry.store.arrival import Arrival, content, micros, moment
from lantian.telemetry.store.line import Line

_COLUMNS = ("place", "time", "st", "cn", "qn", "pno", "protocol", "segment")
Key = tuple[Any, ...]


def known(line: Line, arrivals: Sequence[Arrival]) -> list[bool]:
    """Of each packet whether it is stored, hot or in Parquet.

    `Line.write` knows a packet again for as long as the rule `telemetry.line.seen_for` says, counted from
    when it came. A file may be read again years later, and what it holds may have come years ago.

    Parameters
    ----------
    line
        the store
    arrivals
        packets of a file, close together in time or not
    """
    found = line.packets.remembered(arrivals)
    left = [at for at, is_known in enumerate(found) if not is_known]
    if not left or not reading.watermark(line.lake, reading.PACKET):
        return found
    stamps = {at: line.packets.stamp(arrivals[at]) for at in left}
    rows = line.lake.read(
        reading.PACKET,
        since=moment(min(stamps.values())),
        until=moment(max(stamps.values())),
        places=sorted({arrivals[at].place for at in left}),
        columns=_COLUMNS,
    )
    kept = {_key_of(row) for row in arrow(rows).to_pylist()}
    for at in left:
        one = arrivals[at]
        found[at] = (
            one.place, stamps[at], one.st, one.cn, one.qn or None, one.pno, content(one.protocol, one.segment)
        ) in kept  # fmt: skip
    return found


def _key_of(row: dict[str, Any]) -> Key:
    return (
        row["place"], micros(row["time"]), row["st"], row["cn"], row["qn"] or None, row["pno"],
        content(row["protocol"], row["segment"]),
    )  # fmt: skip
