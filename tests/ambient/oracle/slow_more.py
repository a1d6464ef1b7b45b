"""The slow oracle, continued: attainment, trend, distance to a line; in fractions, from the fact sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from . import tables
from .slow import SlowDay, composite, fraction, half_even, mean, percentile

# Grade 1 and grade 2, of the year and of the day (CO has no year; O3 is the daily maximum of 8 hours).
YEAR = {
    tables.OLD: {"so2": (20, 60), "no2": (40, 40), "pm10": (40, 70), "pm2_5": (15, 35)},
    tables.TRANSITION: {"so2": (20, 60), "no2": (40, 40), "pm10": (40, 60), "pm2_5": (15, 30)},
    tables.FINAL: {"so2": (20, 20), "no2": (30, 30), "pm10": (20, 50), "pm2_5": (10, 25)},
}
DAY = {
    tables.OLD: {
        "so2": (50, 150), "no2": (80, 80), "pm10": (50, 150), "pm2_5": (35, 75), "co": (4, 4),
        "o3_8h": (100, 160),
    },
    tables.TRANSITION: {
        "so2": (50, 150), "no2": (80, 80), "pm10": (50, 120), "pm2_5": (35, 60), "co": (4, 4),
        "o3_8h": (100, 160),
    },
    tables.FINAL: {
        "so2": (50, 50), "no2": (50, 50), "pm10": (50, 100), "pm2_5": (25, 50), "co": (4, 4),
        "o3_8h": (100, 160),
    },
}  # fmt: skip
PERCENT = {"so2": 98, "no2": 98, "pm10": 95, "pm2_5": 95, "co": 95, "o3_8h": 90}
CRITICAL = {
    5: "0.900", 6: "0.829", 7: "0.714", 8: "0.643", 9: "0.600", 10: "0.564", 12: "0.506", 14: "0.456",
    16: "0.425", 18: "0.399", 20: "0.377",
}  # fmt: skip


@dataclass
class SlowCheck:
    """A statistic against a limit: as judged, whether within, and the exceed multiple where it is not."""

    evaluated: Decimal | None
    attained: bool | None
    multiple: Decimal | None


def check(exact: Fraction | None, limit: int, item: str) -> SlowCheck:
    """Rounded once to evaluation decimals, then compared; B = (C - S)/S to 2 decimals."""
    if exact is None:
        return SlowCheck(None, None, None)
    value = half_even(exact, 1 if item == "co" else 0)
    if value <= limit:
        return SlowCheck(value, True, None)
    return SlowCheck(value, False, half_even((fraction(value) - limit) / limit, 2))


def checks(days: Sequence[SlowDay], regime: str, grade: int) -> dict[tuple[str, str], SlowCheck]:
    """The ten checks of a year: four means, six percentiles of the rounded daily values."""
    found: dict[tuple[str, str], SlowCheck] = {}
    for item in tables.ITEMS:
        values = [fraction(value) for day in days if (value := day.rounded(item)) is not None]
        if item in YEAR[regime]:
            exact = mean(values) if values else None
            found[item, "year"] = check(exact, YEAR[regime][item][grade - 1], item)
        exact = percentile(values, PERCENT[item]) if values else None
        averaging = "mda8" if item == "o3_8h" else "day"
        found[item, averaging] = check(exact, DAY[regime][item][grade - 1], item)
    return found


def day_verdict(day: SlowDay, regime: str, grade: int) -> str:
    """A day by the limits of GB 3095: one item above decides; else with items missing it is undecided."""
    values = {item: day.rounded(item) for item in tables.ITEMS}
    if any(v is not None and v > DAY[regime][i][grade - 1] for i, v in values.items()):
        return "exceeded"
    return "undecided" if None in values.values() else "attained"


def trend(values: Sequence[int]) -> tuple[Fraction, str]:
    """r = 1 - 6·Σ(X - Y)²/(n³ - n) of values without ties, and what it says."""
    n = len(values)
    ranks = [1 + len([other for other in values if other < value]) for value in values]
    r = 1 - Fraction(6 * sum((x - y) ** 2 for y, x in enumerate(ranks, 1)), n**3 - n)
    row = max(number for number in CRITICAL if number <= n)
    if abs(r) < fraction(CRITICAL[row]):
        return r, "none"
    return r, "rising" if r > 0 else "falling"


def index_of(values: Mapping[str, Decimal], regime: str) -> Decimal:
    """The published index of six statistics."""
    index, _, _ = composite({item: fraction(value) for item, value in values.items()}, regime)
    if index is None:
        raise ValueError(values)
    return index


def smallest_fall(values: Mapping[str, Decimal], item: str, target: Decimal, regime: str) -> Decimal | None:
    """Step by step: how much one statistic must fall for the index to be no more than the target."""
    step = Decimal("0.1") if item == "co" or (item == "pm2_5" and regime != tables.OLD) else Decimal(1)
    fall = Decimal(0)
    while fall <= values[item]:
        if index_of({**values, item: values[item] - fall}, regime) <= target:
            return fall
        fall += step
    return None


def worse_than(values: Mapping[str, Decimal], place: str, own: Decimal) -> int:
    """The rank from the worst (倒数第N) that a place would have with another index."""
    return 1 + len([value for other, value in values.items() if other != place and value > own])
