"""Values of the line by one question: what is hot and what is Parquet, every value once.

A packet's number decides where its values are read: up to the number that the newest compaction named they
come from Parquet, after it from the hot part. The hot part is looked at first and stays as it was then; the
log of the lake is read after it. A compaction that runs meanwhile either has published its commit, and its
packets are not taken from the hot part, or has not, and they are there.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from lantian.errors import LantianError
from lantian.lake import Lake, arrow, engine, kind_of
from lantian.lake.reading import Moment, Range
from lantian.telemetry.store import spreading
from lantian.telemetry.store.arrival import micros, moment
from lantian.telemetry.values import VALUES

Versions = Literal["latest", "all"]
VALUE, PACKET = "line_value", "line_packet"
"""The kinds of the lake in which closed days lie."""
THROUGH = "through"
"""In the details of a commit: the last packet it holds, and all before it."""
KNOWN_BY = ("place", "time", "cn", "factor", "field")
"""What two versions of one value share."""


def watermark(lake: Lake, kind: str, version: int | None = None) -> int:
    """The last packet whose content is in Parquet as this kind; 0 for none."""
    commits = lake.commits()
    for commit in reversed(commits if version is None else commits[:version]):
        if commit.kind == kind and THROUGH in commit.details:
            return int(commit.details[THROUGH])
    return 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which values are wanted; None for all of a kind. Times are microseconds, both ends included."""

    places: tuple[str, ...] | None = None
    first: int | None = None
    last: int | None = None
    cns: tuple[str, ...] | None = None
    factors: frozenset[str] | None = None
    fields: frozenset[str] | None = None
    through: int | None = None

    @classmethod
    def of(
        cls,
        places: Collection[str] | None,
        since: Moment | None,
        until: Moment | None,
        *,
        cns: Collection[str] | None,
        factors: Collection[str] | None,
        fields: Collection[str] | None,
        through: int | None = None,
    ) -> Wanted:
        """From what a caller says: dates are local days, instants are aware."""
        limits = Range.of(kind_of(VALUE), since, until)
        first, last = (
            None if limit is None else micros(limit)
            for limit in (limits.first, limits.last)
            if limit is None or isinstance(limit, datetime)
        )
        for what, given in (("places", places), ("cns", cns), ("factors", factors), ("fields", fields)):
            if isinstance(given, str):
                raise LantianError(f"{what} is one word", remedy=f'Give a list: {what}=["{given}"].')
        return cls(
            None if places is None else tuple(sorted(set(places))),
            first,
            last,
            None if cns is None else tuple(sorted(set(cns))),
            None if factors is None else frozenset(factors),
            None if fields is None else frozenset(fields),
            through,
        )


def hot_packets(
    connection: sqlite3.Connection, wanted: Wanted, after: int, columns: str = spreading.COLUMNS
) -> list[tuple[Any, ...]]:
    """The wanted packets of the hot part that came after a number, in order of arrival."""
    conditions, arguments = ["seq > ?"], [after]
    limits = (("seq <= ?", wanted.through), ("time >= ?", wanted.first), ("time <= ?", wanted.last))
    for condition, limit in limits:
        if limit is not None:
            conditions.append(condition)
            arguments.append(limit)
    listed: list[Any] = list(arguments)
    if wanted.cns is not None:
        conditions.append(f"cn IN ({_marks(wanted.cns)})")
        listed.extend(wanted.cns)
    source = "packet"
    if wanted.places is not None:
        # Many devices are more than SQLite takes as arguments: they come as one JSON list.
        conditions.append("packet.place IN (SELECT value FROM json_each(?))")
        listed.append(_json(wanted.places))
        source = "packet INDEXED BY packet_of_place"
    elif wanted.first is not None:
        # The index is led by the device: ask it once for each.
        source = "place CROSS JOIN packet INDEXED BY packet_of_place ON packet.place = place.place"
    named = ", ".join(f"packet.{name.strip()}" for name in columns.split(","))
    query = f"SELECT {named} FROM {source} WHERE {' AND '.join(conditions)} ORDER BY seq"
    return connection.execute(query, listed).fetchall()


def parquet(lake: Lake, wanted: Wanted, version: int) -> pa.Table:
    """The wanted values of closed days, as of a version of the lake."""
    rows = lake.read(
        VALUE,
        since=None if wanted.first is None else moment(wanted.first),
        until=None if wanted.last is None else moment(wanted.last),
        places=wanted.places,
        as_of=version,
        columns=VALUES.names,
    )
    for column, words in (("cn", wanted.cns), ("factor", wanted.factors), ("field", wanted.fields)):
        if words is not None:
            listed = ", ".join(engine.text(word) for word in sorted(words))
            rows = rows.filter(f"{column} IN ({listed})" if words else "false")
    if wanted.through is not None:
        rows = rows.filter(f"seq <= {wanted.through}")
    return arrow(rows).cast(VALUES)


def newest(table: pa.Table) -> pa.Table:
    """The latest version of each value."""
    if table.num_rows == 0:
        return table
    connection = engine.cursor()
    try:
        connection.register("line_rows", table)
        return engine.query(
            "SELECT * FROM line_rows QUALIFY row_number() OVER "
            "(PARTITION BY place, time, cn, factor, field ORDER BY seq DESC) = 1",
            connection,
        ).cast(VALUES)
    finally:
        connection.close()


def in_order(table: pa.Table) -> pa.Table:
    """By device, time, command, factor, field and arrival."""
    return table.sort_by([(name, "ascending") for name in (*KNOWN_BY, "seq")])


def clean(table: pa.Table) -> pa.Table:
    """Only values of which nothing was odd."""
    return table.filter(pc.is_null(table["quality"]))


def _marks(words: Collection[str]) -> str:
    return ", ".join("?" for _ in words)


def _json(words: Collection[str]) -> str:
    return json.dumps(list(words))
