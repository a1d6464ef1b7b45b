"""The published figures of many possible years at once, by the rules that `evaluate` follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from lantian.ambient.outlook.arrays import Floats, Ints
from lantian.ambient.outlook.history import GOOD, HEAVY
from lantian.ambient.period_rules import PeriodRules
from lantian.ambient.rules import SIX, DayRules
from lantian.rulebook import Rulebook

COUNTS = ("good_days", "heavy_days", "good_days_ratio", "heavy_days_ratio")
INDICATORS = (*SIX, "composite_index", *COUNTS)


@dataclass(frozen=True)
class FinalRules:
    """Which statistics, decimals and day limits hold for the whole period, under one regime.

    `good_upto`, `heavy_above` (items): the concentration (whole units of a day) up to which a day is good,
    above which it is heavy, by the index's breakpoints.
    """

    period: PeriodRules
    day_decimals: dict[str, int]
    good_upto: Floats
    heavy_above: Floats
    all_items: bool
    ratio_decimals: int

    @classmethod
    def of(cls, book: Rulebook, regime: str, on: date, day_decimals: dict[str, int]) -> FinalRules:
        aqi = DayRules.of(book, regime=regime, on=on).aqi
        evaluation = book.rule("ambient.statistics.decimals.evaluation", on=on, regime=regime).table
        good, heavy = (
            np.array(
                [
                    _reaching(aqi.columns[item].cells, wanted)
                    * 10.0 ** (day_decimals[item] - aqi.columns[item].decimals)
                    for item in SIX
                ]
            )
            for wanted in (aqi.good_max, aqi.heavy_above)
        )
        return cls(
            period=PeriodRules.of(book, regime, on),
            day_decimals=day_decimals,
            good_upto=good,
            heavy_above=heavy,
            all_items=aqi.missing == "publish_above",
            ratio_decimals=int(evaluation["attainment_rate"]),
        )

    def decimals(self, indicator: str) -> int:
        """Published decimals of an indicator."""
        if indicator in SIX:
            return self.period.decimals[indicator]
        if indicator == "composite_index":
            return self.period.composite.index_decimals
        return self.ratio_decimals if indicator.endswith("_ratio") else 0


def _reaching(cells: tuple[tuple[int, int, int, int], ...], index: int) -> float:
    """The largest concentration whose sub-index (rounded up) is at most `index`."""
    for low, high, i_low, i_high in cells:
        if index <= i_high:
            return float(low + (index - i_low) * (high - low) // (i_high - i_low))
    return float("inf")


def finals(known: Floats, remainder: Floats, rules: FinalRules, only: str | None = None) -> dict[str, Floats]:
    """Published figures of one place for each possible remainder.

    Parameters
    ----------
    known
        (rows of `History`, days) of the days that are over
    remainder
        (items, paths, remaining days) in whole units, NaN where there is no value
    only
        the one indicator wanted; None for all

    Returns
    -------
    per indicator the published figures (paths); NaN where a path has no day
    """
    index = only in (None, "composite_index")
    found: dict[str, Floats] = {}
    unrounded: dict[str, Floats] = {}
    for j, item in enumerate(SIX):
        if not index and only != item:
            continue
        exact = (
            _mean(known[j], remainder[j]) if item in rules.period.means
            else _percentile(known[j], remainder[j], rules.period.percents[item])
        )  # fmt: skip
        unit = 10 ** rules.day_decimals[item]
        unrounded[item] = exact / unit
        found[item] = rounded(exact, rules.period.decimals[item] - rules.day_decimals[item]) / unit
    if index:
        exactly = rules.period.composite.inputs == "exact"
        found["composite_index"] = composite(unrounded if exactly else found, rules)
    if only is None or only in COUNTS:
        found |= _counts(known, remainder, rules)
    return found


def _counts(known: Floats, remainder: Floats, rules: FinalRules) -> dict[str, Floats]:
    judged, good, heavy = judge(remainder, rules)
    used = judged.sum(axis=1) + int(np.isfinite(known[GOOD]).sum())
    found: dict[str, Floats] = {
        "good_days": good.sum(axis=1) + np.nansum(known[GOOD]),
        "heavy_days": heavy.sum(axis=1) + np.nansum(known[HEAVY]),
    }
    for name in ("good", "heavy"):
        share = np.where(used > 0, 100.0 * found[f"{name}_days"] / np.where(used > 0, used, 1), np.nan)
        found[f"{name}_days_ratio"] = rounded(share, rules.ratio_decimals)
    return found


def judge(days: Floats, rules: FinalRules) -> tuple[Ints, Ints, Ints]:
    """Of days (items, paths, days): which have an AQI, which are good, which heavy (1 or 0)."""
    good = np.ones(days.shape[1:], bool)
    heavy = np.zeros(days.shape[1:], bool)
    some = np.zeros(days.shape[1:], bool)
    every = np.ones(days.shape[1:], bool)
    for j in range(len(SIX)):
        missing = np.isnan(days[j])
        good &= ~(days[j] > rules.good_upto[j])  # a missing item spoils nothing
        heavy |= days[j] > rules.heavy_above[j]
        some |= ~missing
        every &= ~missing
    judged = (every | ~good) if rules.all_items else some
    return judged.astype(np.int64), (good & judged).astype(np.int64), (heavy & judged).astype(np.int64)


def composite(statistics: dict[str, Floats], rules: FinalRules) -> Floats:
    """The published index of arrays of statistics: single indices rounded, summed, rounded."""
    own = rules.period.composite
    decimals = own.single_decimals
    total: Floats = np.zeros(1)
    for item in SIX:
        # Whole numbers over a whole number: one correctly rounded division keeps an exact half a half.
        value = np.rint(statistics[item] * 1000) if own.inputs != "exact" else statistics[item] * 1000
        limit = float(own.limits[item] * 1000)
        if decimals is None:
            total = np.asarray(total + value * own.weights[item] / limit)
        else:
            total = np.asarray(total + np.rint(value * own.weights[item] * 10**decimals / limit))
    if decimals is None:
        return rounded(total, own.index_decimals)
    return np.asarray(rounded(total, own.index_decimals - decimals) / 10**decimals)


def rounded(values: Floats, decimals: int) -> Floats:
    """Half to even at `decimals` places, which may be negative."""
    scale = 10.0 ** abs(decimals)
    result = np.rint(values * scale) / scale if decimals >= 0 else np.rint(values / scale) * scale
    return np.asarray(result)


def _mean(known: Floats, remainder: Floats) -> Floats:
    here = np.isfinite(remainder)
    n = here.sum(axis=1) + int(np.isfinite(known).sum())
    sums = np.where(here, remainder, 0).sum(axis=1) + np.nansum(known)
    return np.asarray(np.where(n > 0, sums / np.where(n > 0, n, 1), np.nan))


def _percentile(known: Floats, remainder: Floats, percent: int) -> Floats:
    """Linear between the neighbours of k = 1 + (n - 1)p/100, as `lantian.ambient.statistics`."""
    paths = remainder.shape[0]
    known = known[np.isfinite(known)]
    days = np.concatenate([np.broadcast_to(known, (paths, known.size)), remainder], axis=1)
    if days.shape[1] == 0:
        return np.full(paths, np.nan)
    n = np.isfinite(days).sum(axis=1)
    below, rest = np.divmod(np.maximum(n - 1, 0) * percent, 100)
    above = np.minimum(below + 1, days.shape[1] - 1)
    ordered = np.sort(days, axis=1)  # NaN goes last
    at = np.arange(paths)
    low, high = ordered[at, below], ordered[at, above]
    between = np.where(rest > 0, high - low, 0) * rest
    return np.asarray(np.where(n > 0, (100 * low + between) / 100, np.nan))
