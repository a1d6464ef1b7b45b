"""A window of hours as dense arrays, place by hour, and what the neighbours of each place say.

Screens compare and never decide a digit, so values are 32-bit floats in published units here; whole
thousandths up to 16.7 million are exact in them. A missing value is NaN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.screens.thresholds import ITEMS
from lantian.lake import Lake, arrow

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
HOUR_US = 3_600_000_000
WINDOW = timedelta(days=31)
LEAD = timedelta(days=5)
"""Windows reach back into the one before, so that what crosses their edge is seen whole."""


@dataclass
class Grid:
    """One window: `values[item]` and `reported` are (places, hours); column 0 ends at `first`."""

    places: list[str]
    names: list[str]
    cities: list[str]
    first: datetime
    reported: Bools
    values: dict[str, Floats]

    @property
    def hours(self) -> int:
        """How many hours the window has."""
        return int(self.reported.shape[1])

    @property
    def count(self) -> int:
        """How many places there are."""
        return len(self.places)

    def time(self, hour: int | np.integer[Any]) -> datetime:
        """The stamp of a column."""
        return self.first + timedelta(hours=int(hour))

    @property
    def any_value(self) -> Bools:
        """Where a place reported a value of any item."""
        found: Bools = np.logical_or.reduce([~np.isnan(values) for values in self.values.values()])
        return found

    @property
    def open_hours(self) -> Bools:
        """Hours that can be judged: a fair part of the places has a row (the others the archive lost)."""
        rows = self.reported.sum(axis=0)
        return np.asarray(rows * 10 > max(int(rows.max(initial=0)), 1))


def windows(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Equal windows of about a month that cover `first` to `last`, each reaching back by `LEAD`."""
    span = last - first + timedelta(hours=1)
    count = max(1, round(span / WINDOW))
    step = timedelta(hours=-(-span // timedelta(hours=1) // count))
    start = first
    while start <= last:
        yield max(first, start - LEAD), min(last, start + step - timedelta(hours=1))
        start += step


def read_grid(
    lake: Lake,
    kind: str,
    first: datetime,
    last: datetime,
    *,
    places: Collection[str] | None,
    as_of: int | datetime | None,
    known: dict[str, tuple[str, str]],
) -> Grid:
    """The hours from `first` to `last` (aware, both included) of all places, or of some.

    `known` are places that must have their line though they may have no row (key: name and city); those that
    are found are added to it.
    """
    rows = lake.read(kind, since=first, until=last, places=places, as_of=as_of)
    table = arrow(rows)
    keys = table.column("place").combine_chunks().dictionary_encode()
    found = keys.dictionary.to_pylist()
    newest = _last_rows(keys.indices, len(found))
    names = table.column("name").take(newest).to_pylist()
    cities = table.column("city").take(newest).to_pylist()
    for place, name, city in zip(found, names, cities, strict=True):
        known[place] = (name or place, city or "")
    listed = sorted(known) if places is None else sorted(set(known) & set(places))
    line = {place: number for number, place in enumerate(listed)}
    of_row = np.array([line[place] for place in found], np.int64)[np.asarray(keys.indices)]
    start = int(first.astimezone(UTC).timestamp()) * 1_000_000
    hour = (np.asarray(table.column("time").cast(pa.int64())) - start) // HOUR_US
    wide = int((last - first).total_seconds() // 3600) + 1
    flat = of_row * wide + hour
    reported = np.zeros(len(listed) * wide, np.bool_)
    reported[flat] = True
    shape = (len(listed), wide)
    values = {}
    for item in ITEMS:
        cells = np.full(len(listed) * wide, np.nan, np.float32)
        column = pc.cast(table.column(item), pa.float32())
        cells[flat] = column.to_numpy() / np.float32(1000)
        values[item] = cells.reshape(shape)
    return Grid(
        listed,
        [known[place][0] for place in listed],
        [known[place][1] for place in listed],
        first.astimezone(UTC),
        reported.reshape(shape),
        values,
    )


def _last_rows(codes: pa.Array, count: int) -> Ints:
    """One row of each place."""
    found = np.zeros(count, np.int64)
    found[np.asarray(codes)] = np.arange(len(codes))
    return found
