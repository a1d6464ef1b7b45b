"""What the remaining days must bring."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

import numpy as np

from lantian.ambient.exact import half_even
from lantian.ambient.outlook.arrays import Floats
from lantian.ambient.outlook.finals import finals
from lantian.ambient.outlook.history import GOOD, HEAVY
from lantian.ambient.outlook.prospect import Prospect
from lantian.ambient.outlook.result import MonthNeed, Needs
from lantian.ambient.outlook.target import Target
from lantian.ambient.rules import SIX

LARGEST_FACTOR = 4.0


def needs_of(prospect: Prospect, row: int, target: Target) -> Needs:
    """What the remaining days of one place must bring for `target`; empty without target or days."""
    if target.value is None or prospect.calendar.remaining == 0:
        return Needs()
    rules, indicator = prospect.rules, target.indicator
    factor = _factor(prospect, row, target)
    if indicator in rules.period.means:
        return _mean_needs(prospect, row, target, factor)
    if indicator in SIX:
        days, level = _days_above(prospect, row, target)
        return Needs(days=days, level=level, factor=factor)
    if indicator.endswith(("_days", "_days_ratio")):
        return Needs(days=_counted_days(prospect, row, target), factor=factor)
    return Needs(factor=factor)


def grid(target: Target, decimals: int) -> int:
    """The last attaining published figure on the target's side, in units of 10^-decimals."""
    scaled = Fraction(target.bound) * 10**decimals
    whole: int = floor(scaled)
    if target.comparator == "<=":
        return whole
    if target.comparator == "<":
        return whole - 1 if whole == scaled else whole
    if target.comparator == ">=":
        return whole if whole == scaled else whole + 1
    return whole + 1


def mean_bound(target: Target, decimals: int) -> tuple[Fraction, bool]:
    """The edge of unrounded means that attain `target` once rounded half to even, and whether it does too."""
    step = grid(target, decimals)
    half = Fraction(1, 2) if target.comparator in ("<=", "<") else -Fraction(1, 2)
    return (step + half) / 10**decimals, step % 2 == 0


def _mean_needs(prospect: Prospect, row: int, target: Target, factor: Decimal | None) -> Needs:
    item = target.indicator
    at = SIX.index(item)
    places = prospect.rules.day_decimals[item]
    known = prospect.known(row)[at]
    remaining = prospect.calendar.remaining
    edge, reaches = mean_bound(target, prospect.rules.period.decimals[item])
    n = int(np.isfinite(known).sum())
    total = Fraction(int(np.nansum(known)), 10**places)
    mean = (edge * (n + remaining) - total) / remaining
    less = target.comparator in ("<=", "<")
    shown = _safe(mean, places + 1, less=less, reaches=reaches)
    # A negative mean says how far out of reach it is; the months are then without one.
    months = _months(prospect, row, at, shown, less=less)
    past = _average(_past_remaining(prospect, row, at))
    past_mean = None if past is None else half_even(past, places + 1)
    return Needs(mean=shown, past_mean=past_mean, months=months, factor=factor)


def _months(prospect: Prospect, row: int, at: int, mean: Decimal, *, less: bool) -> tuple[MonthNeed, ...]:
    """The mean of the remaining days spread over their months as past years were."""
    places = prospect.rules.day_decimals[SIX[at]] + 1
    days = _past_remaining(prospect, row, at)
    month_of = prospect.calendar.month[prospect.calendar.known :]
    counts = {number: int(np.sum(month_of == number)) for number in dict.fromkeys(month_of.tolist())}
    usual = {number: _average(days[month_of == number]) for number in counts}
    total = sum((usual[number] or 0) * count for number, count in counts.items())
    whole = all(past is not None for past in usual.values()) and total > 0 and mean >= 0
    start = prospect.period.first
    found = []
    for number, count in counts.items():
        year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
        past = usual[number]
        need = None
        if whole and past is not None:
            share = Fraction(mean) * prospect.calendar.remaining / total
            need = _safe(past * share, places, less=less, reaches=True)
        shown = None if past is None else half_even(past, places)
        found.append(MonthNeed(f"{year}-{month + 1:02}", count, shown, need))
    return tuple(found)


def _safe(value: Fraction, places: int, *, less: bool, reaches: bool) -> Decimal:
    """`value` cut to `places` on the side that attains."""
    scaled = value * 10**places
    whole = floor(scaled) if less else -floor(-scaled)
    if whole == scaled and not reaches:
        whole += -1 if less else 1
    return Decimal(whole).scaleb(-places)


def _past_remaining(prospect: Prospect, row: int, at: int) -> Floats:
    """The remaining days as past years had them, each lifted to their common level: published units."""
    weights = prospect.anomalies.weights[row]
    lift = np.exp(np.nan_to_num(prospect.anomalies.base[row] - prospect.anomalies.levels[row]))
    sums = np.zeros(prospect.calendar.remaining)
    total = np.zeros(prospect.calendar.remaining)
    for back in range(1, weights.size + 1):
        if weights[back - 1]:
            days = prospect.past(row, back)[at, prospect.calendar.known :] * lift[back - 1, at]
            here = np.isfinite(days)
            sums += np.where(here, days, 0) * weights[back - 1]
            total += here * weights[back - 1]
    found = np.where(total > 0, sums / np.where(total > 0, total, 1), np.nan)
    return np.asarray(found / 10 ** prospect.rules.day_decimals[SIX[at]])


def _average(days: Floats) -> Fraction | None:
    """The mean of what is there."""
    here = days[np.isfinite(days)]
    return Fraction(float(here.mean())) if here.size else None


def _days_above(prospect: Prospect, row: int, target: Target) -> tuple[int, Decimal]:
    """Days above the target that may still come, so that the percentile surely attains it; the level."""
    item = target.indicator
    places = prospect.rules.day_decimals[item]
    known = prospect.known(row)[SIX.index(item)]
    bound = grid(target, places)
    n = int(np.isfinite(known).sum()) + prospect.calendar.remaining
    below, rest = divmod((n - 1) * prospect.rules.period.percents[item], 100)
    highest = below + (1 if rest else 0)
    above = int(np.nansum(known > bound)) if target.comparator in ("<=", "<") else 0
    return n - 1 - highest - above, Decimal(bound).scaleb(-places)


def _counted_days(prospect: Prospect, row: int, target: Target) -> int | None:
    """Good days that must still come; of heavy days (or a target from above) how many may."""
    known = prospect.known(row)
    kind = GOOD if target.indicator.startswith("good") else HEAVY
    have, judged = int(np.nansum(known[kind])), int(np.isfinite(known[GOOD]).sum())
    remaining = prospect.calendar.remaining
    counts = range(remaining + 1)
    figure = [Decimal(have + more) for more in counts]
    if target.indicator.endswith("_ratio"):
        unit = Decimal(1).scaleb(-prospect.rules.ratio_decimals)
        figure = [(100 * each / (judged + remaining)).quantize(unit) for each in figure]
    met = [more for more in counts if target.met(figure[more])]
    if target.comparator in (">=", ">"):
        return met[0] if met else grid(target, 0) - have if not target.indicator.endswith("_ratio") else None
    return met[-1] if met else grid(target, 0) - have if not target.indicator.endswith("_ratio") else None


def _factor(prospect: Prospect, row: int, target: Target) -> Decimal | None:
    """By what the remaining days of past years must be multiplied so that on average they just attain."""
    weights = prospect.anomalies.weights[row]
    k, half = prospect.calendar.known, prospect.calendar.remaining / 2
    used = np.array(
        [back for back in np.flatnonzero(weights) + 1
         if np.isfinite(prospect.past(row, int(back))[: len(SIX), k:]).any(axis=0).sum() > half], int
    )  # fmt: skip
    if not used.size or not target.indicator.startswith((*SIX, "composite_index", "good", "heavy")):
        return None
    lift = np.exp(np.nan_to_num(prospect.anomalies.base[row] - prospect.anomalies.levels[row]))
    years = [prospect.past(row, int(back))[: len(SIX), k:] * lift[back - 1][:, None] for back in used]
    days = np.stack(years, axis=1)
    own = weights[used - 1] / weights[used - 1].sum()
    known = prospect.known(row)

    def attains(factor: float) -> bool:
        figures = finals(known, np.rint(days * factor), prospect.rules, target.indicator)[target.indicator]
        if not np.isfinite(figures).all():
            return False
        return bool(target.met_by(np.array([float(np.sum(figures * own))]))[0])

    # The smaller the factor the cleaner the air: find the largest that attains, or none.
    less = target.comparator in ("<=", "<")
    if less == target.indicator.startswith("good"):
        return None
    if attains(LARGEST_FACTOR) or not attains(0.0):
        return None
    low, high = 0.0, LARGEST_FACTOR
    for _ in range(13):
        middle = (low + high) / 2
        low, high = (middle, high) if attains(middle) else (low, middle)
    return Decimal(f"{low:.3f}")
