"""Who the neighbours of a place are, and what they say at each hour.

Neighbours are the live places of the same city; a place with too few of them (and every city of a city feed)
takes the places whose hours go most alike. The median of up to eight is found with a sorting network over
whole arrays: a nation's month takes tenths of a second an item.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lantian.ambient.screens.grid import Bools, Floats, Grid, Ints
from lantian.ambient.screens.thresholds import Thresholds

ALIKE = ("pm2_5", "pm10", "o3", "no2")
BLOCK = 256


@dataclass
class Reference:
    """What neighbours say of one item; `spread` is half the distance of their quartiles (log)."""

    median: Floats
    highest: Floats
    spread: Floats
    count: Ints


@dataclass
class Neighbours:
    """For each place the lines of its neighbours, -1 where there are fewer than the most."""

    grid: Grid
    lines: Ints

    def names(self, place: int) -> list[str]:
        """Keys of the neighbours of a place."""
        return [self.grid.places[line] for line in self.lines[place] if line >= 0]

    def reference(self, values: Floats, *, least: int, floor: float) -> Reference:
        """The neighbours' median and spread at each hour; NaN where fewer than `least` have a value.

        `floor` [published unit] is added before logarithms, so that small numbers spread little.
        """
        shape = values.shape
        median = np.full(shape, np.nan, np.float32)
        highest = np.full(shape, np.nan, np.float32)
        spread = np.full(shape, np.nan, np.float32)
        count = np.zeros(shape, np.int64)
        padded = np.vstack([values, np.full((1, shape[1]), np.nan, np.float32)])
        for start in range(0, shape[0], BLOCK):
            part = slice(start, start + BLOCK)
            stack = padded[self.lines[part].T]  # (neighbours, places, hours); line -1 is the empty one
            present = ~np.isnan(stack)
            n = present.sum(axis=0)
            stack[~present] = np.inf
            _sort(stack)
            median[part], spread[part], count[part] = *_quartiles(stack, n, least, floor), n
            highest[part] = np.take_along_axis(stack, np.maximum(n - 1, 0)[None], axis=0)[0]
        highest[count == 0] = np.nan
        return Reference(median, highest, spread, count)


def _sort(stack: Floats) -> None:
    """Sort along the first axis, in place: odd-even transposition, a whole array at a time."""
    size = len(stack)
    for step in range(size):
        for low in range(step % 2, size - 1, 2):
            smaller = np.minimum(stack[low], stack[low + 1])
            np.maximum(stack[low], stack[low + 1], out=stack[low + 1])
            stack[low] = smaller


def _quartiles(stack: Floats, n: Ints, least: int, floor: float) -> tuple[Floats, Floats]:
    enough = n >= max(least, 1)
    last = np.maximum(n - 1, 0)

    def at(rank: Ints) -> Floats:
        found: Floats = np.take_along_axis(stack, rank[None], axis=0)[0]
        return found

    with np.errstate(invalid="ignore"):
        median = (at(last // 2) + at((last + 1) // 2)) / 2
        low, high = at(last // 4), at(last - last // 4)
        spread = np.log((high + floor) / (low + floor)) / 2
    median[~enough] = np.nan
    spread[~enough] = np.nan
    return median.astype(np.float32), spread.astype(np.float32)


def find_neighbours(grid: Grid, alive: Bools, thresholds: Thresholds) -> Neighbours:
    """Choose the neighbours of every place among those that are alive."""
    rule = thresholds.table("neighbours")
    most, least, wanted = int(rule["most"]), int(rule["least"]), float(rule["correlation"])
    lines = np.full((grid.count, most), -1, np.int64)
    cities: dict[str, list[int]] = {}
    for line, city in enumerate(grid.cities):
        if city and alive[line]:
            cities.setdefault(city, []).append(line)
    lonely = []
    features = _features(grid)
    for line, city in enumerate(grid.cities):
        own = [other for other in cities.get(city, []) if other != line] if city else []
        if len(own) < least:
            lonely.append(line)
        if len(own) > most:
            alike = features[own] @ features[line]
            own = [own[place] for place in np.argsort(-alike, kind="stable")[:most]]
        lines[line, : len(own)] = own
    living = np.flatnonzero(alive)
    for start in range(0, len(lonely), BLOCK):
        part = lonely[start : start + BLOCK]
        alike = features[part] @ features[living].T
        for row, line in enumerate(part):
            has = {line, *(int(other) for other in lines[line] if other >= 0)}
            order = np.argsort(-alike[row], kind="stable")
            more = [
                int(living[at])
                for at in order[: most + len(has)]
                if alike[row, at] >= wanted and int(living[at]) not in has
            ]
            free = most - (len(has) - 1)
            lines[line, len(has) - 1 : len(has) - 1 + len(more[:free])] = more[:free]
    return Neighbours(grid, lines)


def _features(grid: Grid) -> Floats:
    """A vector a place whose products are correlations over the items that go with the weather.

    Of daily means: hours that are stamped wrongly must not hide whose neighbour a place is.
    """
    days = max(grid.hours // 24, 1)
    step = min(24, grid.hours)
    parts = []
    for item in ALIKE:
        cells = grid.values[item][:, : days * step].reshape(grid.count, days, step)
        n = (~np.isnan(cells)).sum(axis=2)
        means = np.where(n * 4 >= step, np.nansum(cells, axis=2) / np.maximum(n, 1), np.nan)
        logs = np.log1p(means)
        there = ~np.isnan(logs)
        mean = np.where(there, logs, 0).sum(axis=1, keepdims=True)
        mean /= np.maximum(there.sum(axis=1, keepdims=True), 1)
        centred = np.where(there, logs - mean, 0)
        length = np.sqrt((centred**2).sum(axis=1, keepdims=True))
        parts.append(centred / np.maximum(length, 1e-6))
    return np.asarray(np.concatenate(parts, axis=1) / np.sqrt(len(ALIKE)), np.float32)
