"""From the log to one query: which files to read, and where two versions of a row can meet.

Two files can hold the same key only if their time ranges meet and they share a place. Both are known from
the log, so files that cannot meet are read as they are; only the others are compared, and there the latest
version of a row wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

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
}


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
    # Stamps are ends of hours: local day D holds the stamps D 01:00 … D+1 00:00.
    midnight = datetime.combine(moment, time(), UTC) - UTC_OFFSET
    return midnight + (timedelta(days=1) if last else timedelta(hours=1))


def _literal(moment: Moment) -> str:
    word = "TIMESTAMPTZ" if isinstance(moment, datetime) else "DATE"
    return f"{word} {engine.text(moment.isoformat())}"


def clock_range(kind: Kind, file: DataFile) -> tuple[Moment, Moment]:
    """First and last clock value of a file."""
    read: Callable[[str], Moment] = datetime.fromisoformat if kind.clock == "time" else date.fromisoformat
    return read(file.first), read(file.last)


def split(
    kind: Kind, files: Sequence[Versioned], places: Callable[[str], frozenset[str]]
) -> tuple[list[Versioned], list[Versioned]]:
    """The files that meet no other, and those that may share a key with another."""
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


def select(
    root: Path,
    kind: Kind,
    files: tuple[Sequence[Versioned], Sequence[Versioned]],
    conditions: Iterable[str],
    columns: Sequence[str],
) -> str:
    """The query for the wanted rows, each in its latest version."""
    alone, meeting = files
    # Every word put into the query is a column name of ours or an escaped literal.
    wanted = ", ".join(engine.name(column) for column in columns)
    where = " AND ".join(conditions) or "true"
    parts = []
    if alone:
        paths = engine.files([str(root / file.path) for _, file in alone])
        parts.append(f"SELECT {wanted} FROM read_parquet({paths}) WHERE {where}")
    if meeting:
        # One branch a version, not a join on the file name: DuckDB 2.0.0 fails on joins of such columns.
        by_version: dict[int, list[str]] = {}
        for version, file in meeting:
            by_version.setdefault(version, []).append(str(root / file.path))
        branches = " UNION ALL ".join(
            f"SELECT *, {version} AS version FROM read_parquet({engine.files(paths)}) WHERE {where}"
            for version, paths in sorted(by_version.items())
        )
        parts.append(
            f"SELECT {wanted} FROM ({branches}) "
            f"QUALIFY row_number() OVER (PARTITION BY {', '.join(kind.key)} ORDER BY version DESC) = 1"
        )
    if not parts:
        types = ((column, SQL_TYPES[str(kind.column(column).type)]) for column in columns)
        typed = (f"CAST(NULL AS {sql}) AS {engine.name(column)}" for column, sql in types)
        return f"SELECT {', '.join(typed)} WHERE false"
    return " UNION ALL ".join(parts)
