"""The days of many places on one time axis: what the outlook resamples and what it conditions on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from lantian.ambient.asking import Asked, days_asked
from lantian.ambient.choosing import Part
from lantian.ambient.outlook.arrays import Floats, Ints
from lantian.ambient.period import Period
from lantian.ambient.rules import SIX
from lantian.lake import Lake

EPOCH = date(1970, 1, 1)
GOOD, HEAVY = len(SIX), len(SIX) + 1
ROWS = (*SIX, "good", "heavy")


@dataclass(frozen=True)
class History:
    """Daily values of places, days in a row.

    `values` has shape (places, 8, days): the six items as whole units of their last decimal (CO of
    0.9 mg/m³ with one decimal is 9), then `good` and `heavy` (1, 0), NaN where there is none. `first` is the
    day of column 0. `decimals` per item; `origins` the sources of each place, joined by +; `dropped` the
    day values left out as impossible (a zero).
    """

    places: tuple[str, ...]
    names: tuple[str, ...]
    first: date
    values: Floats
    decimals: dict[str, int]
    origins: tuple[str, ...]
    dropped: int = 0

    @property
    def days(self) -> int:
        return int(self.values.shape[2])

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    def column(self, day: date) -> int:
        """The column of a day; may lie outside."""
        return (day - self.first).days

    def until(self, day: date) -> History:
        """What was known at the end of `day`: everything after it is gone."""
        return replace(self, values=self.values[:, :, : max(0, self.column(day) + 1)])

    def only(self, places: Iterable[str]) -> History:
        """These places, in this order; places that are not here are left out."""
        at = {place: row for row, place in enumerate(self.places)}
        rows = [at[place] for place in places if place in at]
        return replace(
            self,
            places=tuple(self.places[row] for row in rows),
            names=tuple(self.names[row] for row in rows),
            origins=tuple(self.origins[row] for row in rows),
            values=self.values[rows],
        )

    def without_zeros(self) -> History:
        """Zeros as missing: a day's mean of 0 does not occur in air, it is a gap written as a number."""
        values = self.values.copy()
        zero = values[:, : len(SIX)] == 0
        values[:, : len(SIX)][zero] = np.nan
        return replace(self, values=values, dropped=self.dropped + int(zero.sum()))


def past_periods(period: Period, years: int) -> list[Period]:
    """The same period of each of the years before, newest first."""
    found: list[Period] = []
    for _ in range(years):
        period = period.previous_year()
        found.append(period)
    return found


def read_history(lake: Lake, period: Period, as_of_day: date, years: int, asked: Asked) -> History:
    """The days of `period` up to `as_of_day` and of the years before it, of every place.

    Each year is read as `evaluate` reads it, so that every place has the source it is evaluated from.
    """
    starts = [past.first for past in past_periods(period, years)]
    parts: list[Part] = []
    for start, end in zip(reversed(starts), [*reversed(starts[:-1]), period.first], strict=True):
        parts.extend(days_asked(lake, Period(start, end - timedelta(days=1)), asked).parts)
    known = period.within(period.first, as_of_day) if as_of_day >= period.first else None
    if known:
        parts.extend(days_asked(lake, known, asked).parts)
    return history_of(parts, starts[-1], min(as_of_day, period.last))


def history_of(parts: list[Part], first: date, last: date, places: Collection[str] | None = None) -> History:
    """Days of parts (in the order of time) on one axis from `first` to `last`."""
    decimals = {item: max((part.stretch.rules.decimals[item] for part in parts), default=0) for item in SIX}
    found: set[str] = set()
    for part in parts:
        found.update(part.table["key"].unique().to_pylist())
    keys = sorted(found if places is None else found & set(places))
    values = np.full((len(keys), len(ROWS), max(0, (last - first).days + 1)), np.nan)
    names = dict.fromkeys(keys, "")
    origins: dict[str, set[str]] = {key: set() for key in keys}
    row_of = pa.array(keys, pa.string())
    for part in parts:
        rows = pa.compute.index_in(part.table["key"], row_of).to_numpy(zero_copy_only=False)
        here = ~np.isnan(rows) if rows.dtype.kind == "f" else np.ones(len(rows), bool)
        days: Ints = part.table["date"].cast(pa.int32()).to_numpy() - (first - EPOCH).days
        here &= (days >= 0) & (days < values.shape[2])
        at, days = rows[here].astype(np.int64), days[here]
        for j, item in enumerate(ROWS):
            own = part.table[item].cast(pa.float64()).to_numpy(zero_copy_only=False)[here]
            finer = 10.0 ** (decimals[item] - part.stretch.rules.decimals[item]) if item in decimals else 1.0
            values[at, j, days] = own * finer
        for key, name in dict(
            zip(part.table["key"].to_pylist(), part.table["name"].to_pylist(), strict=True)
        ).items():
            if key in names:
                names[key] = name or key
                origins[key].add(part.origin)
    sources = tuple("+".join(sorted(origins[key])) for key in keys)
    return History(tuple(keys), tuple(names.values()), first, values, decimals, sources)
