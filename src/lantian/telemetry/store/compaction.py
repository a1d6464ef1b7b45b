"""Closed days out of the hot part into Parquet, each packet once, whatever stops it in between.

Whatever came on a day that is over goes, in one commit of packets and one of their values; each commit says
in its details up to which packet it goes. What a commit holds is never written again, and a packet leaves
the hot part only when both commits are on the disk. Stopped anywhere, the next run goes on from what the log
says. Rows lie in the month of their data time, so a supplement for an old month becomes a file there.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from lantian.errors import LantianError
from lantian.lake import AlreadyTakenError, Lake, kind_of
from lantian.telemetry.store import reading, spreading
from lantian.telemetry.store.arrival import micros, moment
from lantian.telemetry.store.devices import Devices
from lantian.telemetry.store.packets import DAY, LOCAL, Packets
from lantian.telemetry.store.reading import PACKET, THROUGH, VALUE
from lantian.telemetry.values import TIME

LOCK = "compaction.lock"
"""Beside the hot file: held by the one compaction that runs, and free again when its process ends."""
PART = 20_000
"""Packets held at a time."""
STEP = 2_000
"""Packets that leave the hot part in one transaction, so that no writer waits long."""
_PACKET = "seq, place, time, st, cn, qn, received, quality, pno, resent, protocol, segment"


@dataclass(frozen=True, slots=True)
class Compacted:
    """What one compaction did: packets and values that are Parquet now, the versions of the lake it made,
    the last packet that is Parquet, packets that left the hot part, and its size then [bytes].
    """

    packets: int
    values: int
    versions: tuple[int, ...]
    through: int
    removed: int
    hot_bytes: int


def compact(lake: Lake, packets: Packets, devices: Devices, now: datetime) -> Compacted:
    """See `Line.compact`."""
    with _alone(packets.file.path.with_name(LOCK)):
        through = _closed(packets, now)
        before = lake.version
        counts = [_append(lake, packets, devices, kind, through) for kind in (PACKET, VALUE)]
        removed = _remove(packets, through)
        _forget(packets, micros(now) - packets.limits.seen_for)
        size = packets.file.shrink()
        for kind in (PACKET, VALUE):
            lake.join(kind, moment(micros(now) + LOCAL).date())
    made = tuple(c.version for c in lake.commits()[before:] if c.kind in (PACKET, VALUE))
    done = reading.watermark(lake, PACKET)
    return Compacted(counts[0], counts[1], made, done, removed, size)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Only one compaction at a time. A lock of SQLite's: it works wherever the hot file does, and goes with
    its process.
    """
    connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise LantianError(
                "the line is being compacted already", where=str(path), remedy="Wait until that is done."
            ) from error
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def _closed(packets: Packets, now: datetime) -> int:
    """The last packet that came on a local day that is over; what came before it is closed as well, whatever
    the clock said then.
    """
    today = (micros(now) + LOCAL) // DAY
    with packets.file.reading() as connection:
        found = connection.execute("SELECT max(last) FROM day WHERE day < ?", (today,)).fetchone()[0]
    return int(found or 0)


def _append(lake: Lake, packets: Packets, devices: Devices, kind: str, through: int) -> int:
    """Bring the rows of one kind into the lake; returns how many."""
    while True:
        after = reading.watermark(lake, kind)
        if after >= through:
            return 0
        parts = _filled(_packet_parts if kind == PACKET else _value_parts, packets, devices, after, through)
        first = next(parts, None)
        if first is None:
            return 0
        try:
            return lake.append_parts(
                kind,
                _chain(first, parts),
                source="line",
                # Whoever else starts from the same packet has the same name for it, and comes second.
                fingerprint=f"{kind} after {after}",
                details={"after": after, THROUGH: through},
            ).rows
        except AlreadyTakenError:
            continue


def _chain(first: pa.Table, others: Iterator[pa.Table]) -> Iterator[pa.Table]:
    yield first
    yield from others


def _filled(make: Any, packets: Packets, devices: Devices, after: int, through: int) -> Iterator[pa.Table]:
    for table in make(packets, devices, after, through):
        if table.num_rows:
            yield table


def _parts(packets: Packets, after: int, through: int, columns: str) -> Iterator[list[tuple[Any, ...]]]:
    query = f"SELECT {columns} FROM packet WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
    while True:
        with packets.file.reading() as connection:
            rows = connection.execute(query, (after, through, PART)).fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield rows


def _packet_parts(packets: Packets, devices: Devices, after: int, through: int) -> Iterator[pa.Table]:
    schema = kind_of(PACKET).schema
    names = [name.strip() for name in _PACKET.replace("received", "received_at").split(",")]
    for rows in _parts(packets, after, through, _PACKET):
        columns = dict(zip(names, zip(*rows, strict=True), strict=True))
        columns["resent"] = tuple(bool(value) for value in columns["resent"])
        columns["quality"] = tuple(value or None for value in columns["quality"])
        arrays = {
            name: pa.array(values, pa.int64()).cast(TIME)
            if schema.field(name).type == TIME
            else pa.array(values, schema.field(name).type)
            for name, values in columns.items()
        }
        yield pa.table(arrays)


def _value_parts(packets: Packets, devices: Devices, after: int, through: int) -> Iterator[pa.Table]:
    keys = devices.keys()
    for rows in _parts(packets, after, through, spreading.COLUMNS):
        yield spreading.spread(rows, keys)


def _remove(packets: Packets, through: int) -> int:
    """Let packets go that are Parquet, a few at a time."""
    removed = 0
    while True:
        with packets.file.unhurried(), packets.file.writing() as connection:
            first = connection.execute("SELECT min(seq) FROM packet").fetchone()[0]
            if first is None or first > through:
                connection.execute("DELETE FROM day WHERE last <= ?", (through,))
                return removed
            last = min(through, first + STEP - 1)
            removed += connection.execute("DELETE FROM packet WHERE seq <= ?", (last,)).rowcount


def _forget(packets: Packets, limit: int) -> None:
    """Forget packets that came before an instant [µs since 1970]."""
    at: tuple[int, bytes] = (-(2**62), b"")
    while True:
        with packets.file.reading() as connection:
            old = connection.execute(
                "SELECT time, digest FROM seen WHERE (time, digest) > (?, ?) AND received < ? "
                "ORDER BY time, digest LIMIT ?",
                (*at, limit, STEP),
            ).fetchall()
        if not old:
            return
        at = old[-1]
        with packets.file.unhurried(), packets.file.writing() as connection:
            connection.executemany("DELETE FROM seen WHERE time = ? AND digest = ?", old)
