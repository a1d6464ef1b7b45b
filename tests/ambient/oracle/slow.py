"""The slow oracle: hours → days → AQI → statistics → index → ranks, one value after another, in fractions.

Written from the fact sheet alone; it shares nothing with `lantian.ambient` but the options the rulebook
names (`lost_here`, published inputs, decimals, six daily items). Hours are keyed by their END, in local time
without zone, and hold thousandths of the published unit, as the lake does.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from . import tables

Hours = Mapping[datetime, Mapping[str, int | None]]
HOURLY = ("so2", "no2", "co", "o3", "pm10", "pm2_5")


def half_even(value: Fraction, decimals: int) -> Decimal:
    """GB/T 8170: to the nearest, and of two equally near to the even one; once."""
    scaled = value * 10**decimals
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2):
        whole += 1
    return Decimal(whole).scaleb(-decimals)


def fraction(value: Decimal | int | str) -> Fraction:
    """A decimal as it is written."""
    return Fraction(str(value))


def mean(values: Sequence[Fraction]) -> Fraction:
    """Plain mean."""
    total = Fraction(0)
    for value in values:
        total += value
    return total / len(values)


def percentile(values: Iterable[Fraction], percent: int) -> Fraction:
    """A.6: k = 1 + (n-1)p/100 on the ascending values, linear between the two neighbours."""
    ordered = sorted(values)
    k = 1 + Fraction((len(ordered) - 1) * percent, 100)
    s = k.numerator // k.denominator
    if k == s:
        return ordered[s - 1]
    return ordered[s - 1] + (ordered[s] - ordered[s - 1]) * (k - s)


# ---------------------------------------------------------------- a day


def day_of(stamp: datetime) -> date:
    """The day an hour belongs to: the hour that ends at 00:00 is the last of the day before."""
    return (stamp - timedelta(hours=1)).date()


def hour_of(stamp: datetime) -> int:
    """1 … 24."""
    return (stamp - timedelta(hours=1)).hour + 1


@dataclass
class SlowDay:
    """One day of one place. `unrounded` are exact; an item without a value is not in it, and is in `why`."""

    date: date
    unrounded: dict[str, Fraction] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    by_lost: set[str] = field(default_factory=set)

    def rounded(self, item: str) -> Decimal | None:
        """The day's value as published."""
        value = self.unrounded.get(item)
        return None if value is None else half_even(value, tables.DAILY_DECIMALS[item])


def station_day(
    day: date, series: Mapping[int, Mapping[str, int | None]], lost: frozenset[int] = frozenset()
) -> SlowDay:
    """A day from its hours 1 … 24 (those that exist). `lost`: hours that the archive lost."""
    result = SlowDay(day)
    for item in ("so2", "no2", "pm10", "pm2_5", "co"):
        present = {h: v[item] for h, v in series.items() if v.get(item) is not None}
        result.hours[item] = len(present)
        lost_here = len([h for h in lost if h not in present])
        enough = len(present) >= 20
        if not enough and len(present) >= 18 and len(present) + lost_here >= 20:
            enough = True
            result.by_lost.add(item)
        if enough:
            result.unrounded[item] = mean([Fraction(v, 1000) for v in present.values() if v is not None])
        else:
            result.why[item] = "too_few_hours" if present else "no_data"
    ozone = {h: Fraction(v["o3"], 1000) for h, v in series.items() if v.get("o3") is not None}  # type: ignore[arg-type]
    windows: list[Fraction] = []
    for end in range(8, 25):
        inside = [ozone[h] for h in range(end - 7, end + 1) if h in ozone]
        if len(inside) >= 6:
            windows.append(mean(inside))
    result.hours["o3_8h"] = len(windows)
    if windows and (len(windows) >= 14 or max(windows) > tables.MDA8_LIMIT):
        result.unrounded["o3_8h"] = max(windows)
    else:
        result.why["o3_8h"] = "too_few_hours" if ozone else "no_data"
    if ozone:
        result.unrounded["o3_1h"] = max(ozone.values())
    return result


def lost_hours(places: Mapping[str, Hours]) -> dict[date, frozenset[int]]:
    """Hours that at most one in ten of thirty places or more have (option `lost_here`).

    Hours before the first and after the last one of the archive were never to be had.
    """
    counts: dict[datetime, int] = {}
    days: dict[date, set[str]] = {}
    for place, series in places.items():
        for stamp, values in series.items():
            if any(values.get(item) is not None for item in HOURLY):
                counts[stamp] = counts.get(stamp, 0) + 1
                days.setdefault(day_of(stamp), set()).add(place)
    lost: dict[date, frozenset[int]] = {}
    held = [stamp for series in places.values() for stamp in series]
    if not held:
        return lost
    begin, end = min(held), max(held)
    for day, reporting in days.items():
        if len(reporting) < 30:
            continue
        midnight = datetime.combine(day, time())
        lost[day] = frozenset(
            h
            for h in range(1, 25)
            if begin <= midnight + timedelta(hours=h) <= end
            and counts.get(midnight + timedelta(hours=h), 0) * 100 <= 10 * len(reporting)
        )
    return lost


def days_of(series: Hours, lost: Mapping[date, frozenset[int]] | None = None) -> dict[date, SlowDay]:
    """Every day on which the place has a row."""
    by_day: dict[date, dict[int, Mapping[str, int | None]]] = {}
    for stamp, values in series.items():
        by_day.setdefault(day_of(stamp), {})[hour_of(stamp)] = values
    return {day: station_day(day, hours, (lost or {}).get(day, frozenset())) for day, hours in by_day.items()}


def city_day(day: date, stations: Sequence[SlowDay]) -> SlowDay:
    """Plain mean of the stations' own unrounded daily values; O3 of their own daily maxima."""
    result = SlowDay(day)
    for item in (*tables.ITEMS, "o3_1h"):
        values = [s.unrounded[item] for s in stations if item in s.unrounded]
        result.hours[item] = sum(s.hours.get(item, 0) for s in stations)
        if values:
            result.unrounded[item] = mean(values)
        elif item != "o3_1h":
            result.why[item] = "too_few_hours" if result.hours[item] else "no_data"
    return result


# ---------------------------------------------------------------- AQI


def iaqi(pollutant: str, value: Decimal | int | str, averaging: str, edition: str) -> int | str | None:
    """The sub-index, or where to look instead (`so2_day`, `o3_hour`), or None without a column."""
    table = tables.BREAKPOINTS[edition].get((pollutant, averaging))
    if table is None:
        return None
    decimals = 1 if pollutant == "co" else 0
    concentration = fraction(half_even(fraction(value), decimals))
    if pollutant == "so2" and averaging == "hour" and concentration > tables.SO2_1H_TOP:
        return 200 if edition == "2026" else "so2_day"
    if pollutant == "o3" and averaging == "8h" and concentration > tables.O3_8H_TOP:
        return 300 if edition == "2026" else "o3_hour"
    for row in range(1, len(tables.STEPS)):
        low, high = table[row - 1], table[row]
        assert low is not None
        if high is None:
            break
        if concentration <= high:
            steps = tables.STEPS[row] - tables.STEPS[row - 1]
            exact = Fraction(steps, high - low) * (concentration - low) + tables.STEPS[row - 1]
            return -((-exact.numerator) // exact.denominator)
    return 500


@dataclass
class SlowAqi:
    """Sub-indices, the index and who made it; `aqi` None: not published."""

    iaqi: dict[str, int | None]
    aqi: int | None
    primary: tuple[str, ...]
    why: str | None = None


def daily_aqi(values: Mapping[str, Decimal | None], edition: str) -> SlowAqi:
    """AQI of a day from its rounded values (six items; `o3_1h` only stands in above 800 under 2012)."""
    parts: dict[str, int | None] = {}
    for item in tables.ITEMS:
        value = values.get(item)
        if value is None:
            parts[item] = None
            continue
        pollutant, averaging = ("o3", "8h") if item == "o3_8h" else (item, "day")
        found = iaqi(pollutant, value, averaging, edition)
        if found == "o3_hour":
            hour = values.get("o3_1h")
            found = None if hour is None else iaqi("o3", hour, "hour", edition)
        assert not isinstance(found, str)
        parts[item] = found
    present = [v for v in parts.values() if v is not None]
    if not present:
        return SlowAqi(parts, None, (), "no_items")
    top = max(present)
    index = max(top, 1) if edition == "2026" else top
    if edition == "2026" and len(present) < len(tables.ITEMS) and index <= 100:
        return SlowAqi(parts, None, (), "items_missing")
    primary = tuple(i for i in tables.ITEMS if parts[i] == top) if index > 50 else ()
    return SlowAqi(parts, index, primary)


# ---------------------------------------------------------------- a period


@dataclass
class SlowStatistic:
    """A statistic of a period: exact, as published, and whether it has the days it needs."""

    unrounded: Fraction | None
    value: Decimal | None
    days: int
    valid: bool


@dataclass
class SlowPlace:
    """A place in a period."""

    statistics: dict[str, SlowStatistic]
    index: Decimal | None
    exact: Fraction | None
    parts: dict[str, Decimal]
    good: int
    heavy: int
    days: int


def days_needed(year: int, month: int) -> int:
    """27 daily means a month, 25 in February."""
    return 25 if month == 2 else 27


def enough_days(days: Sequence[date], first: date, last: date) -> bool:
    """Every whole month has its days, and every whole year 324; parts of months have no rule."""
    if not days:
        return False
    for year in range(first.year, last.year + 1):
        whole_year = first <= date(year, 1, 1) and date(year, 12, 31) <= last
        if whole_year and len([d for d in days if d.year == year]) < 324:
            return False
        for month in range(1, 13):
            start, end = date(year, month, 1), date(year, month, monthrange(year, month)[1])
            whole_month = first <= start and end <= last
            if whole_month and len([d for d in days if start <= d <= end]) < days_needed(year, month):
                return False
    return True


def evaluate_place(
    days: Mapping[date, SlowDay], first: date, last: date, regime: str | None = None
) -> SlowPlace:
    """Statistics, index and counts of a place. `regime` None: every day its own, the statistics the last."""
    ruled_by = regime or tables.regime_of(last)
    inside = [days[d] for d in sorted(days) if first <= d <= last]
    statistics: dict[str, SlowStatistic] = {}
    for item in tables.ITEMS:
        dated = [(d.date, d.rounded(item)) for d in inside]
        having = [(day, fraction(v)) for day, v in dated if v is not None]
        values = [v for _, v in having]
        if not values:
            statistics[item] = SlowStatistic(None, None, 0, False)
            continue
        exact = mean(values) if item in tables.MEANS else percentile(values, tables.PERCENT[item])
        statistics[item] = SlowStatistic(
            exact,
            half_even(exact, tables.STATISTIC_DECIMALS[ruled_by][item]),
            len(values),
            enough_days([day for day, _ in having], first, last),
        )
    good = heavy = counted = 0
    for day in inside:
        values_of_day = {item: day.rounded(item) for item in (*tables.ITEMS, "o3_1h")}
        air = daily_aqi(values_of_day, tables.edition_of(regime or tables.regime_of(day.date)))
        if air.aqi is not None:
            counted += 1
            good += air.aqi <= 100
            heavy += air.aqi > 200
    index, parts, exact_sum = composite(
        {i: None if s.value is None else fraction(s.value) for i, s in statistics.items()}, ruled_by
    )
    return SlowPlace(statistics, index, exact_sum, parts, good, heavy, counted)


def composite(
    values: Mapping[str, Fraction | None], regime: str, single_decimals: int | None = 2
) -> tuple[Decimal | None, dict[str, Decimal], Fraction | None]:
    """(index as published, single indices as published, the unrounded sum); without all six: no index."""
    limits = tables.INDEX_LIMITS[regime]
    singles: dict[str, Fraction] = {}
    for item in tables.ITEMS:
        value = values.get(item)
        if value is not None:
            singles[item] = value / limits[item]
    parts = {i: half_even(s, 2) for i, s in singles.items()}
    if len(singles) < len(tables.ITEMS):
        return None, parts, None
    exact = sum(singles.values(), Fraction(0))
    if single_decimals is None:
        return half_even(exact, 2), parts, exact
    summed = sum((fraction(half_even(s, single_decimals)) for s in singles.values()), Fraction(0))
    return half_even(summed, 2), parts, exact


def ranks(indices: Mapping[str, Decimal | None]) -> dict[str, int | None]:
    """Smaller is better; equal indices share a rank and the next is skipped."""
    result: dict[str, int | None] = {}
    for place, index in indices.items():
        if index is None:
            result[place] = None
        else:
            result[place] = 1 + len([o for o in indices.values() if o is not None and o < index])
    return result
