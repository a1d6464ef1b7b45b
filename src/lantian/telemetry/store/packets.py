"""The hot table of packets: written in groups, each packet once, found by device and time.

`packet.seq` counts every packet ever stored, 1, 2, 3 …; it is the order of arrival and is never used twice,
not even after the packet has gone to Parquet. `seen` knows packets again for longer than they stay here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from lantian.lake.hot import Hot
from lantian.rulebook import load
from lantian.telemetry.store.arrival import Arrival, Outcome, joined, micros, moment

NO_TIME = "no_data_time"
"""The packet has no DataTime; its time is when it came."""
ABSURD_TIME = "absurd_data_time"
"""Its DataTime is no time of measurement; its time is when it came."""

DAY = 86_400_000_000
LOCAL = 8 * 3_600_000_000
MOST = 2**31

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS packet (
        seq INTEGER PRIMARY KEY, place TEXT NOT NULL, time INTEGER NOT NULL, st TEXT NOT NULL,
        cn TEXT NOT NULL, qn TEXT, pno INTEGER, resent INTEGER NOT NULL, received INTEGER NOT NULL,
        protocol TEXT NOT NULL, quality TEXT NOT NULL, segment BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS packet_of_place ON packet (place, time, cn)",
    # Led by the packet's time, so that what comes together lies together; a digest alone would scatter.
    """CREATE TABLE IF NOT EXISTS seen (
        time INTEGER NOT NULL, digest BLOB NOT NULL, received INTEGER NOT NULL,
        PRIMARY KEY (time, digest)) WITHOUT ROWID""",
    "CREATE TABLE IF NOT EXISTS place (place TEXT PRIMARY KEY) WITHOUT ROWID",
    # The last packet that came on each local day.
    "CREATE TABLE IF NOT EXISTS day (day INTEGER PRIMARY KEY, last INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO counter SELECT 'seq', 0 WHERE NOT EXISTS (SELECT 1 FROM counter)",
)
_SEEN = "INSERT INTO seen VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_PACKET = "INSERT INTO packet VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ODD = (sqlite3.IntegrityError, sqlite3.DataError, sqlite3.InterfaceError, OverflowError, UnicodeError)
"""What one packet that cannot be kept raises, and a full disk does not."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """The rules `telemetry.line`, as microseconds."""

    replay_after: int
    seen_for: int
    earliest: int
    ahead: int

    @classmethod
    def of_rulebook(cls) -> Limits:
        """As the rulebook has them."""
        book = load()
        earliest = date(int(book.rule("telemetry.line.earliest").number), 1, 1)
        return cls(
            replay_after=int(book.rule("telemetry.line.replay_after").number) * 1_000_000,
            seen_for=int(book.rule("telemetry.line.seen_for").number) * DAY,
            earliest=micros(datetime.combine(earliest, time(), UTC) - timedelta(hours=8)),
            ahead=int(book.rule("telemetry.line.ahead").number) * DAY,
        )


class Packets:
    """The hot file of the line."""

    def __init__(self, path: Path, *, create: bool = False, limits: Limits | None = None) -> None:
        self.limits = limits or Limits.of_rulebook()
        self.file = Hot(path, SCHEMA, create=create)
        self._places: set[str] = set()

    def never_below(self, seq: int) -> None:
        """Numbers up to this one are in Parquet: go on after it, though this file be new."""
        with self.file.reading() as connection:
            if _seq(connection) >= seq:
                return
        with self.file.writing() as connection:
            connection.execute("UPDATE counter SET value = max(value, ?) WHERE name = 'seq'", (seq,))

    @property
    def newest(self) -> int:
        """The number of the newest packet ever stored."""
        with self.file.reading() as connection:
            return _seq(connection)

    def newest_received(self) -> datetime | None:
        """See `Line.newest_received`."""
        with self.file.reading() as connection:
            row = connection.execute("SELECT received FROM packet ORDER BY seq DESC LIMIT 1").fetchone()
            if row is not None:
                return moment(int(row[0]))
            day = connection.execute("SELECT max(day) FROM day").fetchone()[0]
        return None if day is None else moment(int(day) * DAY - LOCAL)

    def write(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """See `Line.write`."""
        prepared = [self._prepared(arrival) for arrival in arrivals]
        outcomes: list[Outcome] = []
        with self.file.writing() as connection:
            seq = first = _seq(connection)
            rows: list[Row] = []
            for arrival, (key, row) in zip(arrivals, prepared, strict=True):
                try:
                    new = connection.execute(_SEEN, key).rowcount == 1
                except _ODD:
                    outcomes.append("refused")
                    continue
                if not new:
                    outcomes.append(self._known(connection, key, arrival))
                    continue
                seq += 1
                rows.append((seq, *row))
                outcomes.append("stored")
            if not rows:
                return outcomes
            refused = self._insert(connection, rows)
            if refused:
                numbers = iter(range(first + 1, seq + 1))
                for at, (key, _) in enumerate(prepared):
                    if outcomes[at] == "stored" and next(numbers) in refused:
                        outcomes[at] = "refused"
                        connection.execute("DELETE FROM seen WHERE time = ? AND digest = ?", key[:2])
            places = self._note(connection, rows, seq)
        self._places |= places
        return outcomes

    def remembered(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Of each packet whether `write` would know it again. Nothing is written, and nothing recorded."""
        keys = [self._prepared(arrival)[0][:2] for arrival in arrivals]
        with self.file.reading() as connection:
            return [
                connection.execute("SELECT 1 FROM seen WHERE time = ? AND digest = ?", key).fetchone()
                is not None
                for key in keys
            ]

    def stamp(self, arrival: Arrival) -> int:
        """The time a packet is kept under [µs since 1970]."""
        return int(self._prepared(arrival)[1][1])

    def _prepared(self, arrival: Arrival) -> tuple[Row, Row]:
        received = micros(arrival.received_at)
        quality = arrival.quality
        if arrival.time is None:
            stamp, known, quality = received, 0, joined(quality, NO_TIME)
        else:
            stamp = known = micros(arrival.time)
            if not self.limits.earliest <= stamp <= received + self.limits.ahead:
                stamp, quality = received, joined(quality, ABSURD_TIME)
        pno = arrival.pno if arrival.pno is None or abs(arrival.pno) < MOST else None
        row = (
            _text(arrival.place), stamp, _text(arrival.st), _text(arrival.cn),
            arrival.qn and _text(arrival.qn), pno, int(arrival.resent), received, arrival.protocol, quality,
            arrival.segment,
        )  # fmt: skip
        return (known, arrival.digest(), received), row

    def _known(self, connection: sqlite3.Connection, key: Row, arrival: Arrival) -> Outcome:
        found = connection.execute(
            "SELECT received FROM seen WHERE time = ? AND digest = ?", key[:2]
        ).fetchone()
        late = key[2] - int(found[0]) > self.limits.replay_after
        return "replayed" if late and not arrival.resent else "duplicate"

    def _insert(self, connection: sqlite3.Connection, rows: list[Row]) -> set[int]:
        """Insert all rows; returns the numbers of those that no table takes."""
        connection.execute("SAVEPOINT rows")
        try:
            connection.executemany(_PACKET, rows)
        except _ODD:
            connection.execute("ROLLBACK TO rows")
        else:
            connection.execute("RELEASE rows")
            return set()
        connection.execute("RELEASE rows")
        refused: set[int] = set()
        for row in rows:
            try:
                connection.execute(_PACKET, row)
            except _ODD:
                refused.add(row[0])
        return refused

    def _note(self, connection: sqlite3.Connection, rows: list[Row], seq: int) -> set[str]:
        connection.execute("UPDATE counter SET value = ? WHERE name = 'seq'", (seq,))
        days = {(row[8] + LOCAL) // DAY: row[0] for row in rows}
        connection.executemany(
            "INSERT INTO day VALUES (?, ?) ON CONFLICT DO UPDATE SET last = excluded.last", days.items()
        )
        places = {row[1] for row in rows} - self._places
        connection.executemany(
            "INSERT INTO place VALUES (?) ON CONFLICT DO NOTHING", [(place,) for place in sorted(places)]
        )
        return places


def _seq(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()[0])


def _text(words: str) -> str:
    """Words that SQLite and Parquet take: a lone half of a sign is written as its number."""
    return words if words.isascii() else words.encode("utf-8", "backslashreplace").decode()
