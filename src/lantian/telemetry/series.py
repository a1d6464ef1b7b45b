"""One device's history as arrays: what validity, truth screens and pages work on, true or simulated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lantian.telemetry.values import MILLIONTHS

Floats = npt.NDArray[np.float64]
Words = npt.NDArray[np.str_]


@dataclass(frozen=True, slots=True)
class Series:
    """Equidistant values of one device and one kind of message.

    Parameters
    ----------
    mn
        the device
    cn
        2051 (minutes, of whatever interval) or 2061 (hours)
    start
        start of the first period, UTC
    step
        length of a period
    values
        per `factor-field` such as `a21026-Avg`: floats of shape (n,), NaN where nothing came. Floats serve
        screens and pictures; a judgement reads `values.VALUES` in millionths.
    marks
        per factor: one letter a period, "" where nothing came
    """

    mn: str
    cn: str
    start: datetime
    step: timedelta
    values: Mapping[str, Floats] = field(default_factory=dict)
    marks: Mapping[str, Words] = field(default_factory=dict)

    def __len__(self) -> int:
        return max((len(array) for array in self.values.values()), default=0)

    def times(self) -> list[datetime]:
        """Start of each period, UTC."""
        return [self.start + self.step * i for i in range(len(self))]

    def of(self, name: str) -> Floats:
        """The values of `factor-field`; all NaN when the device never sent it."""
        found = self.values.get(name)
        return np.full(len(self), np.nan) if found is None else found

    def marks_of(self, factor: str) -> Words:
        """The marks of a factor; all "" when it never sent any."""
        found = self.marks.get(factor)
        return np.full(len(self), "", dtype="<U2") if found is None else found


def series_of(
    table: pa.Table, mn: str, cn: str, *, start: datetime, end: datetime, step: timedelta
) -> Series:
    """A device's series out of a table of values, the latest version of each.

    Parameters
    ----------
    table
        rows of `values.VALUES`, any order, any devices
    start, end
        aware instants; periods start within [start, end)
    step
        length of a period; values off this grid are left out
    """
    count = max(0, int((end - start) / step))
    chosen = pc.and_(pc.equal(table["place"], mn), pc.equal(table["cn"], cn))
    rows = table.filter(chosen).sort_by("seq")
    offsets = (rows["time"].cast(pa.int64()).to_numpy() - round(start.timestamp() * 1e6)).astype(np.int64)
    width = round(step / timedelta(microseconds=1))
    index = offsets // width
    fits = (offsets % width == 0) & (index >= 0) & (index < count)
    numbers = rows["value"].to_numpy(zero_copy_only=False).astype(np.float64) / MILLIONTHS
    factors = np.asarray(rows["factor"].to_pylist(), dtype=object)
    fields = np.asarray(rows["field"].to_pylist(), dtype=object)
    marks = np.asarray([mark or "" for mark in rows["mark"].to_pylist()], dtype=object)
    values: dict[str, Floats] = {}
    letters: dict[str, Words] = {}
    for factor in sorted(set(factors.tolist())):
        mine = fits & (factors == factor)
        letter = np.full(count, "", dtype="<U2")
        letter[index[mine]] = marks[mine].astype("<U2")
        letters[factor] = letter
        for name in sorted(set(fields[mine].tolist()) - {"Flag"}):
            array = np.full(count, np.nan)
            rows_of = mine & (fields == name)
            array[index[rows_of]] = numbers[rows_of]
            values[f"{factor}-{name}"] = array
    return Series(mn, cn, start.astimezone(UTC), step, values, letters)
