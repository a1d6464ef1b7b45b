"""Scores of probabilities against what came: Brier score, reliability by decile, coverage of intervals."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from lantian.ambient.outlook.arrays import Flags, Floats, Ints

ENOUGH = 50
"""Cases from which on a decile is held to its promise."""
ALLOWED = 0.1
"""How far the share that came true may lie from the probability."""
FROM_MONTH = 3
"""The month of issue from which on climatology has to be beaten."""
LEVELS = (50, 80, 95)


@dataclass(frozen=True)
class Cases:
    """Issued probabilities, one element a case.

    Place, year, indicator (numbers), months known at issue, the probability, those of the two references, and
    whether it came (1 or 0).
    """

    place: Ints
    year: Ints
    month: Ints
    indicator: Ints
    probability: Floats
    climatology: Floats
    continued: Floats
    came: Floats

    def only(self, rows: Flags) -> Cases:
        return Cases(*(getattr(self, each.name)[rows] for each in fields(self)))

    @property
    def count(self) -> int:
        return int(self.came.size)


@dataclass(frozen=True)
class Covered:
    """Intervals of final figures, one element a case: place, months known, indicator, level in percent, and
    whether the final figure lay inside (1 or 0)."""

    place: Ints
    month: Ints
    indicator: Ints
    level: Ints
    inside: Floats

    def only(self, rows: Flags) -> Covered:
        return Covered(*(getattr(self, each.name)[rows] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class MonthScore:
    """Brier scores of one month of issue and of its references; `skill` = 1 - brier / climatology."""

    month: int
    cases: int
    brier: float
    climatology: float
    continued: float

    @property
    def skill(self) -> float:
        return 1 - self.brier / self.climatology if self.climatology else 0.0


@dataclass(frozen=True, slots=True)
class Decile:
    """Cases whose probability lay in one tenth: what was said on average and what share came."""

    low: float
    cases: int
    said: float
    came: float

    @property
    def enough(self) -> bool:
        return self.cases >= ENOUGH

    @property
    def off(self) -> float:
        return self.came - self.said


def by_month(cases: Cases) -> list[MonthScore]:
    """Brier score beside climatology, month by month of issue."""
    found = []
    for month in np.unique(cases.month):
        own = cases.only(cases.month == month)
        scores = (brier(each, own) for each in (own.probability, own.climatology, own.continued))
        found.append(MonthScore(int(month), own.count, *scores))
    return found


def brier(probability: Floats, cases: Cases) -> float:
    """Mean square of probability less what came."""
    return float(np.mean((probability - cases.came) ** 2))


def reliability(cases: Cases) -> list[Decile]:
    """Ten rows, the last one with 1 included; rows without cases are there with 0."""
    tenth = np.minimum((cases.probability * 10).astype(int), 9)
    found = []
    for step in range(10):
        own = tenth == step
        n = int(own.sum())
        said = float(cases.probability[own].mean()) if n else 0.0
        came = float(cases.came[own].mean()) if n else 0.0
        found.append(Decile(step / 10, n, said, came))
    return found


def coverage(covered: Covered) -> dict[int, float]:
    """Share of final figures inside the interval of each level."""
    return {level: float(np.mean(covered.inside[covered.level == level])) for level in LEVELS}


def beats_climatology(cases: Cases) -> bool:
    """Whether every month of issue from the third on scores better than climatology."""
    return all(score.brier < score.climatology for score in by_month(cases) if score.month >= FROM_MONTH)


def worst_decile(cases: Cases) -> float:
    """How far the worst decile with enough cases is from what was said."""
    return max((abs(decile.off) for decile in reliability(cases) if decile.enough), default=0.0)


def is_calibrated(cases: Cases) -> bool:
    """Whether every decile with enough cases is within a tenth of what was said."""
    return worst_decile(cases) <= ALLOWED
