"""Figures that follow from hours: the national feed of 2018-12 to 2019-06 and 2019-12 to 2020-02.

The bound of a concentration is one unit of its last printed digit: half for its rounding, half for what lies
between a real-time feed that lost 2 to 3 % of its hours and the reviewed data. Ozone from a city's mean
series has 3 µg/m³, as far as it went from the mean of station maxima in four Junes of Beijing
(tests/ambient/test_oracle_real.py). The bound of a share of good days are the city-days of ours that such an
ozone could move to the other side of AQI 100: within three of it, or incomplete. Of lists, an index may
differ by what printed statistics leave open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from published_from_print import index_of, name, rounding_bound, span
from published_lines import EXACT, OUTSIDE, WITHIN, Line, Row, half_unit, judged, not_covered, rows

from lantian.ambient import DayRecord, Period, daily, evaluate, evaluate_regions
from lantian.ambient.exact import half_even
from lantian.ambient.intake import import_ambient
from lantian.ambient.ranking import pool
from lantian.lake import Lake

FEED = ("china_cities_hourly_201812_201906.parquet", "china_cities_hourly_201912_202002.parquet")
HELD = (Period(date(2018, 12, 1), date(2019, 6, 30)), Period(date(2019, 12, 1), date(2020, 2, 29)))
OF_COUNTIES = [
    "临安", "义乌", "乳山", "即墨", "句容", "吴江", "太仓", "宜兴", "富阳", "寿光", "常熟", "平度", "张家港",
    "招远", "文登", "昆山", "江阴", "海门", "溧阳", "瓦房店", "章丘", "胶南", "胶州", "荣成", "莱州", "莱西",
    "蓬莱", "诸暨", "金坛",
]  # fmt: skip
"""County-level cities in the feed; what is left are 337, 库尔勒 standing for its prefecture."""
ITEMS = {"pm2_5": "pm2_5", "pm10": "pm10", "o3": "o3_8h", "so2": "so2", "no2": "no2", "co": "co"}
OZONE = Decimal(3)
POOLS = {"2+26": "2+26", "汾渭平原11城": "汾渭", "长三角41城": "长三角", "168城": "168"}


def store(shared: Path, folder: Path) -> Lake:
    """The feed through the ordinary import."""
    lake = Lake.open(folder, create=True)
    if not lake.version:
        import_ambient([shared / "data/cnemc_city_hourly" / file for file in FEED], lake)
    return lake


def held(period: Period) -> bool:
    """Whether the hours of every day of a period are there."""
    return any(own.first <= period.first and period.last <= own.last for own in HELD)


def members(region: str, period: Period, lake: Lake) -> list[str]:
    """The cities of a region as they stood at the end of the period."""
    if region == "北京市":
        return ["北京"]
    if region == "全国337城":
        return [p.place for p in lake.places("ambient_city_hour") if p.place not in OF_COUNTIES]
    return [member.name.removesuffix("市") for member in pool(POOLS[region], period.last).members]


def national(folder: Path, lake: Lake) -> Iterator[Line]:
    """mee_national_statistics."""
    for row in rows(folder, "mee_national_statistics"):
        period, key, source = span(row), f"{row['region']} {row['period']}", row["source_url"]
        printed = {column: row[column] for column in (*ITEMS, "good_days_pct", "heavy_pct") if row[column]}
        if not held(period):
            figures = ", ".join(f"{column} {value}" for column, value in printed.items())
            yield not_covered(key, "all figures", figures, f"no hours of {missing(period)}", source)
            continue
        cities = members(row["region"], period, lake)
        region = evaluate_regions(lake, period, {row["region"]: cities}, regime="gb3095-2012").rows[0]
        days = [d for d in daily(lake, period, regime="gb3095-2012") if d.place in set(cities)]
        for column, item in ITEMS.items():
            if column not in printed:
                continue
            ours = region.figures[item]
            value = printed[column] if item == "co" else str(int(Decimal(printed[column])))
            bound = OZONE if item == "o3_8h" else 2 * half_unit("0.1" if item == "co" else "1")
            reason = "real-time feed, hours lost"
            if ours is not None and abs(ours - Decimal(value)) > bound:
                reason = without_dust(item, days, Decimal(value), bound)
            yield judged(key, item, value, ours, bound, source=source, reason=reason)
        for column, ours, limit in (
            ("good_days_pct", region.good_ratio, 100), ("heavy_pct", region.heavy_ratio, 200)
        ):  # fmt: skip
            if column in printed and ours is not None:
                fewer = (Decimal(printed[column]) < ours) == (limit == 100)
                unsure = near(days, limit, below=fewer)
                yield judged(
                    key, "good days [%]" if limit == 100 else "heavy days [%]", printed[column], ours,
                    half_even(Fraction(100 * len(unsure), len(days)), 1), source=source,
                    reason=side(unsure, days, limit, below=fewer),
                )  # fmt: skip


def missing(period: Period) -> str:
    """Which part of a period the feed does not hold."""
    if (
        period.last < HELD[0].first
        or period.first > HELD[1].last
        or HELD[0].last < period.first < HELD[1].first
    ):
        return "the period"
    return f"{max(period.first, date(2019, 7, 1))} to {min(period.last, date(2019, 11, 30))}"


def near(days: Iterable[DayRecord], limit: int, *, below: bool) -> list[DayRecord]:
    """City-days on one side of a limit whose index could as well lie on the other."""
    if below:
        return [
            d for d in days if d.aqi is not None and d.aqi <= limit and (d.aqi > limit - 4 or "aqi" in d.why)
        ]
    return [d for d in days if d.aqi is not None and limit < d.aqi <= limit + 3]


def side(unsure: list[DayRecord], days: list[DayRecord], limit: int, *, below: bool) -> str:
    """Which city-days those are, by name when there are few."""
    where = f"{limit - 3} to {limit} or incomplete" if below else f"{limit + 1} to {limit + 3}"
    text = f"{len(unsure)} of ours, of {len(days)} city-days, have AQI {where}"
    if len(unsure) > 5:
        return text
    return (
        text
        + ": "
        + ", ".join(f"{d.date} {d.aqi}{'' if 'aqi' not in d.why else ' incomplete'}" for d in unsure)
    )


def without_dust(item: str, days: list[DayRecord], printed: Decimal, bound: Decimal) -> str:
    """Whether leaving out city-days that look like dust brings a figure to the printed one."""
    by_city: dict[str, list[Fraction]] = {}
    left_out = 0
    for day in days:
        pm10, pm2_5 = day.values["pm10"], day.values["pm2_5"]
        if pm10 is not None and pm2_5 is not None and pm10 > 150 and pm2_5 * 10 < pm10 * 4:
            left_out += 1
        elif (value := day.values[item]) is not None:
            by_city.setdefault(day.place, []).append(Fraction(value))
    means = [sum(values, Fraction(0)) / len(values) for values in by_city.values()]
    mean = half_even(sum(means, Fraction(0)) / len(means), 1)
    closer = (
        "as printed within the bound" if abs(mean - printed) <= bound else "closer; the rest is not explained"
    )
    return (
        f"bulletins take dust out: without the {left_out} of {len(days)} city-days of PM10 above 150 and "
        f"PM2.5 below 0.4 of it ours is {mean}, {closer}. The official day list is not at hand"
    )


def worst_of_june(folder: Path, lake: Lake) -> Iterator[Line]:
    """cnemc_168_city_lists: the only month whose hours are there."""
    for row in rows(folder, "cnemc_168_city_lists"):
        period, key, source = Period.parse(row["period"]), f"{row['period']} {row['list']}", row["source_url"]
        printed = row["cities"].split("|")
        if not held(period):
            yield not_covered(key, "order", "、".join(printed), "no hours of the period", source)
            continue
        cities = members("168城", period, lake)
        found = [r for r in evaluate(lake, period, places=cities, regime="gb3095-2012").rows if r.rank][::-1]
        ours = [r.place for r in found[: len(printed)]]
        index = {r.place: r.composite_index or Decimal(0) for r in found}
        apart = max(
            (index[lower] - index[upper] for n, upper in enumerate(printed) for lower in printed[n + 1 :]),
            default=Decimal(0),
        )
        bound = Decimal("0.063")
        verdict = (
            EXACT if ours == printed else WITHIN if set(ours) == set(printed) and apart <= bound else OUTSIDE
        )
        yield Line(
            key, "order", "、".join(printed), "、".join(f"{city} {index[city]}" for city in ours),
            f"{apart:+}", str(bound), verdict, "the same cities; neighbours change places at these indices",
            source,
        )  # fmt: skip


def shanxi(folder: Path, lake: Lake) -> Iterator[Line]:
    """shanxi_city_rank_notices: best and worst three of the 11 cities."""
    for row in rows(folder, "shanxi_city_rank_notices"):
        period, key, source = span(row), row["period"], row["source_url"]
        printed = f"best {row['best3'].replace('|', '、')}; worst {row['worst3'].replace('|', '、')}"
        reason = f"no hours of {missing(period)}"
        if not held(period) and period.first == date(2019, 1, 1) and period.last == date(2019, 7, 31):
            cities = [member.name.removesuffix("市") for member in pool("山西", period.last).members]
            part = Period(period.first, HELD[0].last)
            found = [r for r in evaluate(lake, part, places=cities, regime="gb3095-2012").rows if r.rank]
            best = "、".join(f"{r.place} {r.composite_index}" for r in found[:3])
            worst = "、".join(f"{r.place} {r.composite_index}" for r in found[:-4:-1])
            reason += f"; to {part.last} ours are best {best}; worst {worst}"
        yield not_covered(key, "best and worst three", printed, reason, source)


def baoji(folder: Path, lake: Lake) -> Iterator[Line]:
    """The one row of six_statistics_and_composite whose hours are there."""
    for row in rows(folder, "six_statistics_and_composite"):
        if row["table_id"] == "BJ-2019-06" and row["level"] == "city":
            yield from city_month(row, "宝鸡", lake)


def city_month(row: Row, city: str, lake: Lake) -> Iterator[Line]:
    """Six statistics, index and good days of a city from its hours."""
    key, source = f"{name(row)} from hours", row["source_url"]
    found = evaluate(lake, span(row), places=[city], regime="gb3095-2012").rows[0]
    index = index_of(row)
    columns = {
        "so2": "so2",
        "no2": "no2",
        "pm10": "pm10",
        "pm2_5": "pm2_5",
        "co": "co_p95_mgm3",
        "o3_8h": "o3_8h_p90",
    }
    for item, column in columns.items():
        value = row[column] if item == "co" else str(int(Decimal(row[column])))
        bound = OZONE if item == "o3_8h" else 2 * half_unit(value)
        reason = "from the city's mean series" if item == "o3_8h" else "real-time feed, hours lost"
        yield judged(key, item, value, found.statistics[item].value, bound, source=source, reason=reason)
    yield judged(
        key, "composite index", row["composite_index"], found.composite_index, rounding_bound(index),
        source=source, reason="statistics within their bounds",
    )  # fmt: skip
    yield judged(
        key, "good days", row["good_days"].split(".")[0], Decimal(found.good_days), Decimal(1), source=source
    )


def weeks(lake: Lake) -> list[str]:
    """The two printed weeks of 太原's districts: the city's own index must lie among its six districts'."""
    found = []
    for label, low, high in (
        ("2019-04-29..2019-05-05", "5.54", "6.86"),
        ("2019-12-09..2019-12-15", "5.19", "6.51"),
    ):
        index = (
            evaluate(lake, Period.parse(label), places=["太原"], regime="gb3095-2012").rows[0].composite_index
        )
        where = "among" if index and Decimal(low) <= index <= Decimal(high) else "not among"
        found.append(f"{label}: the city's hours give {index}, {where} its six districts' {low} to {high}")
    return found
