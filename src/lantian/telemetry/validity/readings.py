"""One device's rows as sorted integer columns: the latest version of each value, a letter beside it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

MINUTE, HOURLY, DAILY = "2051", "2061", "2031"
MEASURED, CONVERTED, AMOUNT = "Avg", "ZsAvg", "Cou"
FIELDS = (MEASURED, CONVERTED, AMOUNT)
SECOND = 1_000_000
SAFE = 2**62


@dataclass(frozen=True, slots=True)
class Values:
    """A field of a grid: millionths, and where there is a number."""

    number: Ints
    known: Bools


@dataclass(frozen=True)
class Grid:
    """What a device sent of one factor by one command: a row a stamp.

    `times` microseconds since 1970, ascending, each once; `letters` the mark of each, "" where none.
    """

    times: Ints
    letters: npt.NDArray[np.str_]
    fields: dict[str, Values]

    def __len__(self) -> int:
        return len(self.times)

    def of(self, name: str) -> Values:
        """A field; nothing known where it was never sent."""
        found = self.fields.get(name)
        return found or Values(np.zeros(len(self), np.int64), np.zeros(len(self), np.bool_))

    def within(self, start: int, end: int) -> Grid:
        """The rows with stamps in [start, end), microseconds."""
        first, last = np.searchsorted(self.times, [start, end])
        part = slice(first, last)
        fields = {name: Values(v.number[part], v.known[part]) for name, v in self.fields.items()}
        return Grid(self.times[part], self.letters[part], fields)


EMPTY = Grid(np.zeros(0, np.int64), np.zeros(0, "<U4"), {})


@dataclass(frozen=True)
class Readings:
    """All of one device's periods of minutes, hours and days, ready to be asked by factor.

    Make it once and hand it to `hours` for each factor: the table is searched once.
    """

    mn: str
    _grids: dict[tuple[str, str], Grid] = field(repr=False)
    _stamps: dict[str, Ints] = field(repr=False)

    @classmethod
    def of(cls, table: pa.Table, mn: str) -> Readings:
        """The readings of `mn` out of rows of `values.VALUES`, any order, any devices."""
        chosen = pc.and_(
            pc.equal(table["place"], mn),
            pc.is_in(table["cn"], value_set=pa.array([MINUTE, HOURLY, DAILY])),
        )
        rows = table.select(["time", "cn", "factor", "field", "value", "mark", "seq"]).filter(chosen)
        rows = rows.combine_chunks()
        cns, cn_names = _codes(rows["cn"])
        factors, factor_names = _codes(rows["factor"])
        names, field_names = _codes(rows["field"])
        times = rows["time"].cast(pa.int64()).to_numpy()
        order = np.lexsort((rows["seq"].to_numpy(), times, factors, cns))
        cns, factors, names, times = cns[order], factors[order], names[order], times[order]
        known = pc.is_valid(rows["value"]).to_numpy(zero_copy_only=False)[order]
        numbers = pc.fill_null(rows["value"], 0).to_numpy(zero_copy_only=False)[order]
        letters = pc.fill_null(rows["mark"], "").to_numpy(zero_copy_only=False)[order]
        edges = np.flatnonzero(np.diff(cns * (len(factor_names) + 1) + factors)) + 1
        grids: dict[tuple[str, str], Grid] = {}
        bounds = [0, *edges.tolist(), len(times)] if len(times) else []
        for first, last in pairwise(bounds):
            part = slice(first, last)
            key = (cn_names[cns[first]], factor_names[factors[first]])
            grids[key] = _grid(
                times[part],
                names[part],
                field_names,
                numbers=numbers[part],
                known=known[part],
                letters=letters[part],
            )
        stamps = {}
        for cn in (MINUTE, HOURLY):
            mine = [grid.times for (sent, _), grid in grids.items() if sent == cn]
            stamps[cn] = np.unique(np.concatenate(mine)) if mine else EMPTY.times
        return cls(mn, grids, stamps)

    def grid(self, cn: str, factor: str) -> Grid:
        """The rows of a factor by one command; empty where nothing came."""
        return self._grids.get((cn, factor), EMPTY)

    def factors(self, cn: str) -> list[str]:
        """Factors the device sent by a command."""
        return sorted(factor for sent, factor in self._grids if sent == cn)

    def stamps(self, cn: str) -> Ints:
        """Stamps at which the device sent anything by this command."""
        return self._stamps.get(cn, EMPTY.times)

    def span(self) -> tuple[int, int] | None:
        """First and last stamp of minutes and hours, microseconds; None without any."""
        ends = [(int(t[0]), int(t[-1])) for t in self._stamps.values() if len(t)]
        return (min(first for first, _ in ends), max(last for _, last in ends)) if ends else None

    def interval(self, start: int, end: int) -> int:
        """Minutes between the minute stamps in [start, end) most often met; 0 where it cannot be told."""
        for stamps in (self._between(start, end), self.stamps(MINUTE)):
            steps = np.diff(stamps) // (60 * SECOND)
            if len(steps) >= 6:
                counted = Counter(steps[steps > 0].tolist())
                if counted:
                    most = max(counted.values())
                    return min(int(step) for step, count in counted.items() if count == most)
        return 0

    def _between(self, start: int, end: int) -> Ints:
        stamps = self.stamps(MINUTE)
        first, last = np.searchsorted(stamps, [start, end])
        return stamps[first:last]


def _codes(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    encoded = pc.dictionary_encode(column)
    array = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    return array.indices.to_numpy(zero_copy_only=False).astype(np.int64), array.dictionary.to_pylist()


def _grid(
    times: Ints,
    names: Ints,
    field_names: list[str],
    *,
    numbers: Ints,
    known: Bools,
    letters: npt.NDArray[np.object_],
) -> Grid:
    """Rows of one factor and command, sorted by time and order of arrival, onto their stamps."""
    starts = np.flatnonzero(np.concatenate(([True], np.diff(times) > 0)))
    at = np.cumsum(np.concatenate(([0], (np.diff(times) > 0).astype(np.int64))))
    letter = np.full(len(starts), "", dtype=object)
    letter[at] = letters  # of several rows of a stamp the last arrived is written last
    fields = {}
    for name in FIELDS:
        code = field_names.index(name) if name in field_names else -1
        mine = names == code
        if code < 0 or not mine.any():
            continue
        number, is_known = np.zeros(len(starts), np.int64), np.zeros(len(starts), np.bool_)
        number[at[mine]] = numbers[mine]
        is_known[at[mine]] = known[mine]
        fields[name] = Values(number, is_known)
    return Grid(times[starts], letter.astype("<U4"), fields)


def sums(numbers: Ints, edges: Ints) -> list[int]:
    """Exact sums of `numbers[edges[i]:edges[i+1]]`."""
    if not len(numbers):
        return [0] * (len(edges) - 1)
    if int(np.abs(numbers).max()) < SAFE // len(numbers):
        running = np.concatenate((np.zeros(1, np.int64), np.cumsum(numbers)))
        return [int(total) for total in running[edges[1:]] - running[edges[:-1]]]
    plain = numbers.tolist()
    return [sum(plain[a:b]) for a, b in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)]


def micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    whole = int(instant.replace(microsecond=0).timestamp())
    return whole * SECOND + instant.microsecond
