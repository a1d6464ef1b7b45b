"""From the log to one query: which files to read, and where two versions of a row can meet.

Two files can hold the same key only if their time ranges meet and they share a place. Both are known from
the log, so files that cannot meet are read as they are; only the others are compared, and there the latest
version of a row wins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from lantian.errors import LantianError
from lantian.lake import engine
from lantian.lake.kinds import Kind
from lantian.lake.log import DataFile
from lantian.lake.writing import UTC_OFFSET

Moment = date | datetime
Versioned = tuple[int, DataFile]
SQL_TYPES = {
    "string": "VARCHAR",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMPTZ",
    "bool": "BOOLEAN",
    "binary": "BLOB",
}


DAY, HOUR = "day", "hour"
"""Columns to be read besides those of a kind: the local day as days since 1970 and, where the clock is a
time, which hour of that day it is, 1 to 24. An hour belongs to the day in which it ran."""
SHIFT = 7
"""Hours from the UTC end of an hour to the local time at which it began."""
HOUR_MICROSECONDS = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Range:
    """First and last clock value wanted, both included, as the kind's clock; None is open."""

    first: Moment | None
    last: Moment | None

    @classmethod
    def of(cls, kind: Kind, since: Moment | None, until: Moment | None) -> Range:
        """The clock values of local days (both included) or of aware instants (both included)."""
        return cls(_bound(kind, since, last=False), _bound(kind, until, last=True))

    def meets(self, kind: Kind, file: DataFile) -> bool:
        """Whether a file may hold something wanted."""
        first, last = clock_range(kind, file)
        return not (self.first is not None and last < self.first) and not (
            self.last is not None and first > self.last
        )

    def conditions(self, kind: Kind) -> list[str]:
        """The range as SQL conditions."""
        limits = ((">=", self.first), ("<=", self.last))
        return [f"{kind.clock} {sign} {_literal(limit)}" for sign, limit in limits if limit is not None]


def _bound(kind: Kind, moment: Moment | None, *, last: bool) -> Moment | None:
    if moment is None:
        return None
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise LantianError(f"{moment} has no time zone", remedy="Give an aware datetime, or a date.")
        return (
            moment.astimezone(UTC) if kind.clock == "time" else (moment.astimezone(UTC) + UTC_OFFSET).date()
        )
    if kind.clock == "date":
        return moment
    midnight = datetime.combine(moment, time(), UTC) - UTC_OFFSET
    if kind.instants:
        return midnight + (timedelta(days=1) - timedelta(microseconds=1) if last else timedelta())
    # Stamps are ends of hours: local day D holds the stamps D 01:00 … D+1 00:00.
    return midnight + (timedelta(days=1) if last else timedelta(hours=1))


def _literal(moment: Moment) -> str:
    word = "TIMESTAMPTZ" if isinstance(moment, datetime) else "DATE"
    return f"{word} {engine.text(moment.isoformat())}"


def clock_range(kind: Kind, file: DataFile) -> tuple[Moment, Moment]:
    """First and last clock value of a file."""
    return _moment(kind.clock, file.first), _moment(kind.clock, file.last)


@lru_cache(maxsize=200_000)
def _moment(clock: str, text: str) -> Moment:
    """Asked for every file of a store with every question."""
    return datetime.fromisoformat(text) if clock == "time" else date.fromisoformat(text)


def split(
    kind: Kind, files: Sequence[Versioned], places: Callable[[str], frozenset[str]]
) -> tuple[list[Versioned], list[Versioned]]:
    """The files that meet no other, and those that may share a key with another."""
    if kind.once:
        return list(files), []
    by_period: dict[str, list[Versioned]] = {}
    for item in files:
        by_period.setdefault(item[1].period, []).append(item)
    meeting: set[str] = set()
    for items in by_period.values():
        meeting |= _meeting(kind, items, places)
    alone = [item for item in files if item[1].path not in meeting]
    return alone, [item for item in files if item[1].path in meeting]


def _meeting(kind: Kind, items: list[Versioned], places: Callable[[str], frozenset[str]]) -> set[str]:
    """Paths of the files of one period that may share a key with another one: one sweep along time."""
    found: set[str] = set()
    spans = sorted(
        ((*clock_range(kind, file), file) for _, file in items), key=lambda span: (span[0], span[1])
    )
    open_spans: list[tuple[Moment, DataFile]] = []
    for first, last, file in spans:
        open_spans = [span for span in open_spans if span[0] >= first]
        for _, other in open_spans:
            if {file.path, other.path} <= found:
                continue
            if file.places == other.places or not places(file.places).isdisjoint(places(other.places)):
                found |= {file.path, other.path}
        open_spans.append((last, file))
    return found


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be read: files whose rows are all wanted, files that may share keys, and the rows in them.

    Paths are absolute; `meeting` maps a version to its files.
    """

    kind: Kind
    alone: tuple[str, ...]
    meeting: Mapping[int, tuple[str, ...]]
    range: Range
    places: tuple[str, ...] | None


def plan(
    root: Path,
    kind: Kind,
    files: Sequence[Versioned],
    *,
    wanted: Range,
    places: Collection[str] | None,
    place_set: Callable[[str], frozenset[str]],
) -> Plan:
    """The plan for some files of a kind."""
    alone, together = split(kind, [item for item in files if wanted.meets(kind, item[1])], place_set)
    meeting: dict[int, tuple[str, ...]] = {}
    for version, file in together:
        meeting[version] = (*meeting.get(version, ()), str(root / file.path))
    return Plan(
        kind,
        tuple(str(root / file.path) for _, file in alone),
        dict(sorted(meeting.items())),
        wanted,
        None if places is None else tuple(sorted(set(places))),
    )


def is_derived(kind: Kind, column: str) -> bool:
    """Whether a column is one that is read from the clock."""
    return column == DAY or (column == HOUR and kind.clock == "time")


def _column(kind: Kind, column: str) -> str:
    if not is_derived(kind, column):
        return engine.name(column)
    if kind.clock == "date":
        return f"CAST(date - DATE '1970-01-01' AS INTEGER) AS {DAY}"
    began = f"(epoch_us(time) // {HOUR_MICROSECONDS} + {kind.shift})"
    if column == DAY:
        return f"CAST({began} // 24 AS INTEGER) AS {DAY}"
    return f"CAST({began} % 24 + 1 AS TINYINT) AS {HOUR}"


def days_and_hours(times: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """`day` and `hour` of some stamps."""
    began = pc.add(pc.divide(times.cast(pa.int64()), HOUR_MICROSECONDS), SHIFT)
    day = pc.divide(began, 24)
    hour = pc.add(pc.subtract(began, pc.multiply(day, 24)), 1)
    return day.cast(pa.int32()), hour.cast(pa.int32())


def select(wanted_rows: Plan, columns: Sequence[str]) -> str:
    """The query for the wanted rows, each in its latest version."""
    kind = wanted_rows.kind
    # Every word put into the query is a column name of ours or an escaped literal.
    wanted = ", ".join(_column(kind, column) for column in columns)
    conditions = wanted_rows.range.conditions(kind)
    if wanted_rows.places is not None:
        listed = ", ".join(engine.text(place) for place in wanted_rows.places)
        conditions.append(f"place IN ({listed})" if listed else "false")
    where = " AND ".join(conditions) or "true"
    parts = []
    if wanted_rows.alone:
        paths = engine.files(list(wanted_rows.alone))
        parts.append(f"SELECT {wanted} FROM read_parquet({paths}) WHERE {where}")
    if wanted_rows.meeting:
        # One branch a version, not a join on the file name: DuckDB 2.0.0 fails on joins of such columns.
        branches = " UNION ALL ".join(
            f"SELECT *, {version} AS version FROM read_parquet({engine.files(list(paths))}) WHERE {where}"
            for version, paths in wanted_rows.meeting.items()
        )
        parts.append(
            f"SELECT {wanted} FROM ({branches}) "
            f"QUALIFY row_number() OVER (PARTITION BY {', '.join(kind.key)} ORDER BY version DESC) = 1"
        )
    if not parts:
        types = (
            (column, "INTEGER" if is_derived(kind, column) else SQL_TYPES[str(kind.column(column).type)])
            for column in columns
        )
        typed = (f"CAST(NULL AS {sql}) AS {engine.name(column)}" for column, sql in types)
        return f"SELECT {', '.join(typed)} WHERE false"
    return " UNION ALL ".join(parts)
