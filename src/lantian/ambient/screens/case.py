"""One window under examination: its grid, who lives, the neighbours, and which hours a screen has claimed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from lantian.ambient.screens.grid import Bools, Floats, Grid, Ints
from lantian.ambient.screens.neighbours import Neighbours, Reference, find_neighbours
from lantian.ambient.screens.report import Suspicion
from lantian.ambient.screens.runs import Run, context, runs
from lantian.ambient.screens.thresholds import ITEMS, Thresholds

SHOWN = 5
"""Hours that the evidence shows."""
LEAST_REPORTS = 24
FEW_ROWS = 2
"""A place with so many reports and no more different rows than this does not live."""


@dataclass
class Case:
    """What the screens share. A claimed hour is explained by one screen and left alone by those after it."""

    kind: str
    grid: Grid
    thresholds: Thresholds
    codes: Ints
    reports: Ints
    distinct: Ints
    alive: Bools
    neighbours: Neighbours
    claimed: dict[str, Bools]
    failed: Bools
    _references: dict[str, Reference] = field(default_factory=dict)
    _contexts: dict[str, tuple[Floats, Floats, Floats]] = field(default_factory=dict)

    @classmethod
    def of(cls, kind: str, grid: Grid, thresholds: Thresholds) -> Case:
        """Tell who lives and find neighbours."""
        codes = row_codes(grid)
        present = grid.any_value
        reports = present.sum(axis=1)
        distinct = _distinct(codes, present)
        alive = (reports > 0) & ~((distinct <= FEW_ROWS) & (reports >= LEAST_REPORTS))
        return cls(
            kind,
            grid,
            thresholds,
            codes,
            reports,
            distinct,
            alive,
            find_neighbours(grid, alive, thresholds),
            {item: np.zeros(grid.reported.shape, np.bool_) for item in ITEMS},
            np.zeros(grid.reported.shape, np.bool_),
        )

    def reference(self, item: str) -> Reference:
        """What live neighbours say of an item, without the hours claimed so far at the first question."""
        if item not in self._references:
            values = np.where(self.claimed[item], np.float32(np.nan), self.grid.values[item])
            floor = self.thresholds.per_item("neighbour.offset")[item]
            least = int(self.thresholds.table("neighbours")["least"])
            self._references[item] = self.neighbours.reference(values, least=least, floor=floor)
        return self._references[item]

    def context(self, item: str) -> tuple[Floats, Floats, Floats]:
        """Median, smallest and largest of the hours around each hour, claimed ones left out."""
        if item not in self._contexts:
            values = np.where(self.claimed[item], np.float32(np.nan), self.grid.values[item])
            self._contexts[item] = context(values, self.thresholds.hours("spike.window"))
        return self._contexts[item]

    def forget(self, item: str) -> None:
        """Let the next question see the hours claimed meanwhile."""
        self._references.pop(item, None)
        self._contexts.pop(item, None)

    def free(self, item: str) -> Floats:
        """The values no screen has claimed."""
        return np.where(self.claimed[item], np.float32(np.nan), self.grid.values[item])

    def claim(self, items: Sequence[str], run: Run, mask: Bools | None = None) -> None:
        """Mark the hours of a run (those of the mask) as explained."""
        hours = slice(run.start, run.end + 1)
        for item in items:
            self.claimed[item][run.line, hours] |= True if mask is None else mask[run.line, hours]

    def suspect(
        self,
        code: str,
        items: Sequence[str],
        run: Run,
        told: tuple[str, Mapping[str, Any]],
        evidence: Mapping[str, Any],
        *,
        mask: Bools | None = None,
        certain: bool = False,
    ) -> Suspicion:
        """A suspicion about the place of a run; `told` is the template of its text and the words in it.

        `mask` tells the hours of the run that are suspect; None: all of them.
        """
        grid = self.grid
        own = run.line >= 0
        return Suspicion(
            self.kind,
            code,
            grid.places[run.line] if own else "",
            grid.names[run.line] if own else "",
            grid.cities[run.line] if own else "",
            tuple(items),
            grid.time(run.start),
            grid.time(run.end),
            run.hours,
            told[0],
            self._stretches(run, mask),
            told[1],
            evidence,
            certain,
        )

    def _stretches(self, run: Run, mask: Bools | None) -> tuple[tuple[datetime, datetime], ...]:
        if mask is None:
            return ((self.grid.time(run.start), self.grid.time(run.end)),)
        part = mask[run.line : run.line + 1, run.start : run.end + 1]
        return tuple(
            (self.grid.time(run.start + one.start), self.grid.time(run.start + one.end)) for one in runs(part)
        )

    def rows(self, item: str, run: Run, mask: Bools, *, reference: bool = True) -> list[dict[str, Any]]:
        """The first hours of a run that hold, with the value and what the neighbours say."""
        hours = run.start + np.flatnonzero(mask[run.line, run.start : run.end + 1])[:SHOWN]
        said = self.reference(item).median[run.line] if reference else None
        return [
            {
                "time": self.grid.time(hour).isoformat(),
                "value": number(self.grid.values[item][run.line, hour]),
                **({"neighbours": number(said[hour])} if said is not None else {}),
            }
            for hour in hours
        ]


def number(value: float | np.floating[Any]) -> float | None:
    """A number as JSON knows it: null for NaN, no tail of binary digits."""
    found = float(value)
    return None if not np.isfinite(found) else float(f"{found:.6g}")


def row_codes(grid: Grid) -> Ints:
    """One number a row of values: equal rows have equal numbers."""
    found = np.zeros(grid.reported.shape, np.int64)
    for item in ITEMS:
        cells = np.nan_to_num(grid.values[item] * 1000, nan=-1).round().astype(np.int64)
        found = (found * np.int64(1_000_003) + cells + 7) ^ (found >> np.int64(31))
    return found


def _distinct(codes: Ints, present: Bools) -> Ints:
    lines, hours = np.nonzero(present)
    order = np.lexsort((codes[lines, hours], lines))
    own, sorted_codes = lines[order], codes[lines, hours][order]
    new = np.ones(len(own), np.bool_)
    new[1:] = (own[1:] != own[:-1]) | (sorted_codes[1:] != sorted_codes[:-1])
    return np.bincount(own[new], minlength=len(codes)).astype(np.int64)
