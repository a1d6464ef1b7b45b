"""Days and periods of made-up stations against the oracle: gaps, half ways, edges of days and regimes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from ambient_oracle import slow, tables
from ambient_oracle.stores import Series, constant, days_between, random_series, stamp, store

from lantian.ambient import DayRecord, Period, PlaceEvaluation, daily, evaluate
from lantian.lake import Lake

CLEAN = {"so2": 8_000, "no2": 20_000, "co": 600, "o3": 60_000, "pm10": 40_000, "pm2_5": 20_000}
WHOLE = range(1, 25)


def check_day(record: DayRecord, day: slow.SlowDay, regime: str | None) -> None:
    """Values, counts of hours, sub-indices, index and primary pollutants of one day."""
    wanted = {item: day.rounded(item) for item in (*tables.ITEMS, "o3_1h")}
    where = (record.place, record.date)
    assert record.values == wanted, where
    assert {i: record.hours[i] for i in tables.ITEMS} == {i: day.hours[i] for i in tables.ITEMS}, where
    for item, why in day.why.items():
        if why == "no_data" or item != "o3_8h":
            assert record.why.get(item) == why, (where, item)
    edition = tables.edition_of(regime or tables.regime_of(record.date))
    air = slow.daily_aqi(wanted, edition)
    assert record.iaqi == air.iaqi, where
    assert (record.aqi, set(record.primary)) == (air.aqi, set(air.primary)), where


def check_place(row: PlaceEvaluation, wanted: slow.SlowPlace, period: Period) -> None:
    """Statistics to the fraction, index, single indices, counts of days and validity."""
    for item in tables.ITEMS:
        found, exact = row.statistics[item], wanted.statistics[item]
        assert found.unrounded == exact.unrounded, (row.place, item)
        assert found.value == exact.value, (row.place, item)
        assert found.days_used == exact.days, (row.place, item)
        if period.kind not in ("day", "range"):  # months inside a range: no text judges them
            assert found.valid == exact.valid, (row.place, item)
    assert row.composite_index == wanted.index, row.place
    assert row.composite_exact == wanted.exact, row.place
    if wanted.index is not None:
        assert row.parts == wanted.parts, row.place
    assert (row.good_days, row.heavy_days, row.days_used) == (wanted.good, wanted.heavy, wanted.days), (
        row.place
    )


def check(
    lake: Lake,
    days: Mapping[str, Mapping[date, slow.SlowDay]],
    text: str,
    *,
    level: str = "city",
    regime: str | None = None,
    engine: str = "duckdb",
) -> int:
    """Every day and the evaluation of every place; how many figures were compared."""
    period = Period.parse(text)
    asked = regime or "by-date"
    compared = 0
    records = {(r.place, r.date): r for r in daily(lake, period, level=level, regime=asked, engine=engine)}
    expected = {
        (place, day): own
        for place, dated in days.items()
        for day, own in dated.items()
        if period.first <= day <= period.last
    }
    assert set(records) == set(expected)
    for key, record in records.items():
        check_day(record, expected[key], regime)
        compared += 14
    found = evaluate(lake, period, level=level, regime=asked, engine=engine)
    wanted = {p: slow.evaluate_place(d, period.first, period.last, regime) for p, d in days.items()}
    ranks = slow.ranks({place: own.index for place, own in wanted.items()})
    for row in found.rows:
        check_place(row, wanted[row.place], period)
        assert row.rank == ranks[row.place], row.place
        compared += 18
    assert {row.place for row in found.rows if row.days_used} == {p for p, w in wanted.items() if w.days}
    return compared


def of_feed(feed: Mapping[str, Series]) -> dict[str, dict[date, slow.SlowDay]]:
    lost = slow.lost_hours(feed)
    return {place: slow.days_of(series, lost) for place, series in feed.items()}


def of_cities(stations: Mapping[str, Mapping[str, Series]]) -> dict[str, dict[date, slow.SlowDay]]:
    every = {place: series for members in stations.values() for place, series in members.items()}
    lost = slow.lost_hours(every)
    found: dict[str, dict[date, slow.SlowDay]] = {}
    for city, members in stations.items():
        own = [slow.days_of(series, lost) for series in members.values()]
        dates = sorted({day for days in own for day in days})
        found[city] = {day: slow.city_day(day, [days[day] for days in own if day in days]) for day in dates}
    return found


@pytest.mark.parametrize(("seed", "engine"), [(0, "duckdb"), (1, "duckdb"), (2, "polars")])
def test_random_feeds_of_a_month(tmp_path: Path, seed: int, engine: str) -> None:
    days = days_between(date(2019, 1, 30), date(2019, 3, 2))
    feed = {f"市{n}": random_series(seed * 100 + n, days, gaps=0.02 * n) for n in range(5)}
    lake = store(tmp_path / "air", feed=feed)
    for text in ("2019-02", "2019-01-30..2019-03-02"):
        assert check(lake, of_feed(feed), text, engine=engine) > 80


@pytest.mark.parametrize("seed", range(2))
def test_random_stations_and_their_cities(tmp_path: Path, seed: int) -> None:
    days = days_between(date(2020, 2, 1), date(2020, 2, 29))
    stations = {
        f"市{c}": {f"{c}{n}A": random_series(seed * 1000 + c * 10 + n, days) for n in range(c + 1)}
        for c in range(4)
    }
    lake = store(tmp_path / "air", stations=stations)
    check(lake, of_cities(stations), "2020-02")
    own = {place: series for members in stations.values() for place, series in members.items()}
    check(lake, of_feed(own), "2020-02", level="station")


def test_a_leap_year_and_an_ordinary_one(tmp_path: Path) -> None:
    """366 and 365 days, validity of the year and of its months, quarters and half-years."""
    days = days_between(date(2020, 1, 1), date(2021, 12, 31))
    dull = constant(CLEAN, days, range(1, 21))
    gone = dict(dull)
    for day in days_between(date(2020, 2, 25), date(2020, 2, 29)):  # 24 of 29 days are left
        for hour in range(1, 21):
            del gone[stamp(day, hour)]
    short = dict(dull)
    for day in days_between(date(2021, 2, 26), date(2021, 3, 4)):  # 25 in February, 27 in March
        for hour in range(1, 21):
            del short[stamp(day, hour)]
    feed = {"全": dull, "缺": gone, "短": short, "乱": random_series(7, days, gaps=0.01)}
    lake = store(tmp_path / "air", feed=feed)
    wanted = of_feed(feed)
    for text in ("2020", "2021", "2020-Q1", "2021-Q1", "2020-H1", "2020-02", "2021-02", "2021-03"):
        check(lake, wanted, text)
    for text, place, valid in (
        ("2020", "全", True), ("2020", "缺", False), ("2020-Q1", "缺", False), ("2020-02", "缺", False),
        ("2021", "短", True), ("2021-03", "短", True), ("2021-02", "短", True),
    ):  # fmt: skip
        row = evaluate(lake, Period.parse(text), places=[place]).rows[0]
        assert row.statistics["pm2_5"].valid is valid, (text, place)
        assert row.days_in_period == Period.parse(text).days


def test_each_hour_belongs_to_the_day_in_which_it_ran(tmp_path: Path) -> None:
    """The stamp 00:00 is the 24th hour of the day, month and year that end."""
    series = constant(CLEAN, [date(2019, 12, 31)], range(1, 24))
    series[stamp(date(2019, 12, 31), 24)] = {**CLEAN, "pm10": 1_000_000}
    series |= constant({**CLEAN, "pm10": 90_000}, [date(2020, 1, 1)], WHOLE)
    assert min(series).isoformat() == "2019-12-31T01:00:00"
    assert datetime_of_the_turn(series) == "2020-01-01T00:00:00"
    feed = {"甲": series}
    lake = store(tmp_path / "air", feed=feed)
    check(lake, of_feed(feed), "2019-12")
    check(lake, of_feed(feed), "2020-01")
    assert evaluate(lake, Period.parse("2019-12")).rows[0].statistics["pm10"].value == 80
    assert evaluate(lake, Period.parse("2020-01")).rows[0].statistics["pm10"].value == 90


def datetime_of_the_turn(series: Series) -> str:
    return next(at.isoformat() for at, values in series.items() if values["pm10"] == 1_000_000)


def half_way_day(day: date, hours: int, item: str, whole: int, offset: int) -> Series:
    """`hours` hours that mean `whole` + 1/2 units of the last decimal; `offset` thousandths off in sum."""
    unit = 100 if item == "co" else 1000
    total = hours * whole * unit + hours * unit // 2 + offset
    each, rest = divmod(total, hours)
    return {
        stamp(day, n + 1): {**CLEAN, item: each + (1 if n < rest else 0)}
        for n in range(hours)
    }  # fmt: skip


def test_half_ways_of_a_day(tmp_path: Path) -> None:
    """20 to 24 hours that mean exactly n + 1/2, and one thousandth of an hour to either side."""
    series: Series = {}
    wanted: dict[date, tuple[str, Decimal]] = {}
    days = iter(days_between(date(2019, 1, 1), date(2019, 12, 31)))
    for item in ("so2", "no2", "pm10", "pm2_5", "co"):
        for hours in (20, 21, 22, 23, 24):
            for whole in (34, 35):
                for offset in (-1, 0, 1):
                    day = next(days)
                    series |= half_way_day(day, hours, item, whole, offset)
                    up = offset > 0 or (offset == 0 and whole % 2 == 1)
                    wanted[day] = (item, Decimal(whole + up).scaleb(-1 if item == "co" else 0))
    lake = store(tmp_path / "air", feed={"甲": series})
    records = {r.date: r for r in daily(lake, Period.parse("2019"))}
    for day, (item, value) in wanted.items():
        assert records[day].values[item] == value, (day, item)
    check(lake, of_feed({"甲": series}), "2019")


def test_half_ways_of_a_city_and_of_ozone(tmp_path: Path) -> None:
    """Two stations that mean n + 1/2 between them; their own days are not rounded before."""
    days = days_between(date(2019, 6, 1), date(2019, 6, 30))
    first: Series = {}
    second: Series = {}
    for n, day in enumerate(days):
        # 35.25 and 35.75 make 35.5 → 36; rounded first they would make 35 and 36 → 35.5 → 36; 34.25 and
        # 34.75 make 34.5 → 34, rounded first 34 and 35 → 34; 34.4 and 34.6 alike; 20.3 and 20.8 → 20.55.
        low, high = [
            (35_250, 35_750),
            (34_250, 34_750),
            (34_300, 34_600),
            (20_300, 20_800),
            (35_499, 35_500),
        ][n % 5]
        first |= constant({**CLEAN, "pm2_5": low, "o3": low * 3}, [day], WHOLE)
        second |= constant({**CLEAN, "pm2_5": high, "o3": high * 3 - n % 2}, [day], WHOLE)
    stations = {"甲": {"1A": first, "2A": second}}
    lake = store(tmp_path / "air", stations=stations)
    check(lake, of_cities(stations), "2019-06")
    assert daily(lake, Period.parse("2019-06-01"))[0].values["pm2_5"] == 36
    assert daily(lake, Period.parse("2019-06-02"))[0].values["pm2_5"] == 34


def test_half_ways_of_a_mean_and_of_percentiles(tmp_path: Path) -> None:
    """Months whose means and percentiles end in one half: even and odd, and the printed decimals of CO."""
    days = days_between(date(2019, 6, 1), date(2019, 6, 30))
    feed: dict[str, Series] = {}
    for n in range(12):
        series: Series = {}
        for number, day in enumerate(days):
            high = number % 2
            series |= constant(
                {
                    "so2": 1000 * (n + high), "no2": 1000 * (n + high), "pm10": 1000 * (50 + n + high),
                    "pm2_5": 1000 * (30 + n + high), "co": 100 * (n + number), "o3": 1000 * (n + 5 * number),
                },
                [day],
                WHOLE,
            )  # fmt: skip
        feed[f"市{n}"] = series
    lake = store(tmp_path / "air", feed=feed)
    check(lake, of_feed(feed), "2019-06")
    row = evaluate(lake, Period.parse("2019-06"), places=["市1"]).rows[0]
    assert row.statistics["pm2_5"].unrounded == Fraction(63, 2)
    assert row.statistics["pm2_5"].value == 32
    assert evaluate(lake, Period.parse("2019-06"), places=["市2"]).rows[0].statistics["pm2_5"].value == 32


@pytest.mark.parametrize("hours", [13, 17, 19, 20, 23])
def test_needed_hours_with_every_hour_absent_in_turn(tmp_path: Path, hours: int) -> None:
    """The hours that are there slide through the day: 20 for a mean, 14 windows of 6 for ozone."""
    feed: dict[str, Series] = {}
    days = days_between(date(2019, 6, 1), date(2019, 6, 24))
    for ozone in (60_000, 160_000, 160_100, 190_000):
        series: Series = {}
        for first, day in enumerate(days):
            there = [(first + n) % 24 + 1 for n in range(hours)]
            series |= constant({**CLEAN, "o3": ozone}, [day], there)
        feed[f"市{ozone}"] = series
    lake = store(tmp_path / "air", feed=feed)
    check(lake, of_feed(feed), "2019-06")


def test_absent_rows_and_missing_values_are_the_same(tmp_path: Path) -> None:
    days = days_between(date(2019, 6, 1), date(2019, 6, 30))
    series = random_series(3, days)
    full: Series = {stamp(d, h): dict.fromkeys(CLEAN) for d in days for h in WHOLE}
    full |= series
    lake = store(tmp_path / "air", feed={"甲": series, "乙": full})
    first, second = (
        evaluate(lake, Period.parse("2019-06"), places=[place]).rows[0] for place in ("甲", "乙")
    )
    assert first.statistics == second.statistics
    assert first.composite_index == second.composite_index


@pytest.mark.parametrize("turn", [date(2026, 3, 1), date(2031, 1, 1)])
def test_regimes_by_date(tmp_path: Path, turn: date) -> None:
    """Every day under its own rules; the statistics, decimals and limits are those of the last day."""
    first, last = date.fromordinal(turn.toordinal() - 40), date.fromordinal(turn.toordinal() + 40)
    days = days_between(first, last)
    feed = {f"市{n}": random_series(n, days, gaps=0.02) for n in range(4)}
    edge = constant({**CLEAN, "pm2_5": 70_000, "pm10": 130_000}, days, WHOLE)
    partly = {at: {**values, "co": None} for at, values in edge.items()}  # an item missing: 5.3 from 2026 on
    feed |= {"边": edge, "缺": partly}
    lake = store(tmp_path / "air", feed=feed)
    wanted = of_feed(feed)
    month = f"{turn:%Y-%m}"
    before = f"{date.fromordinal(turn.toordinal() - 1):%Y-%m}"
    around = f"{first}..{last}"
    for text in (month, before, around, f"{turn:%Y}"):
        check(lake, wanted, text)
    for regime in tables.REGIMES:
        check(lake, wanted, around, regime=regime)


def test_hours_lost_for_every_place(tmp_path: Path) -> None:
    """Forty places, five hours of which hardly any has: 18 and more hours count, 17 do not."""
    days = days_between(date(2019, 6, 1), date(2019, 6, 30))
    feed: dict[str, Series] = {}
    for n in range(40):
        # Three of forty, at most one in ten, have every hour.
        series = constant(CLEAN, days, WHOLE) if n < 3 else random_series(n, days, gaps=0.01)
        for position, day in enumerate(days):
            for hour in range(3, 3 + position % 7):
                if n >= 3:
                    series.pop(stamp(day, hour), None)
        feed[f"市{n}"] = series
    lake = store(tmp_path / "air", feed=feed)
    wanted = of_feed(feed)
    saved = sum(bool(day.by_lost) for dated in wanted.values() for day in dated.values())
    assert saved > 50
    check(lake, wanted, "2019-06")


def test_a_lost_hour_that_a_place_has_is_not_there_twice(tmp_path: Path) -> None:
    """18 hours, two of them among the two that all others lost: six were missed here, and 18 are too few."""
    day = date(2019, 6, 15)
    others = constant(CLEAN, days_between(date(2019, 6, 14), date(2019, 6, 16)), range(3, 25))
    feed: dict[str, Series] = {f"市{n}": others for n in range(39)}
    feed["甲"] = {**others, **constant(CLEAN, [day], range(1, 3))}
    for hour in range(19, 25):
        del feed["甲"][stamp(day, hour)]
    lake = store(tmp_path / "air", feed=feed)
    assert of_feed(feed)["甲"][day].why["pm10"] == "too_few_hours"
    record = daily(lake, Period.parse("2019-06-15"), places=["甲"])[0]
    assert record.hours["pm10"] == 18
    assert record.values["pm10"] is None


def test_carbon_monoxide_keeps_its_decimals(tmp_path: Path) -> None:
    """0.97 of the feed is 970 thousandths; a day to 0.1, a half way to the even tenth."""
    days = days_between(date(2019, 6, 1), date(2019, 6, 30))
    values = (0, 40, 50, 60, 149, 150, 151, 250, 350, 949, 950, 951, 1049, 1050, 1051, 3949, 3950, 3951, 4050)
    series: Series = {}
    for position, day in enumerate(days):
        series |= constant({**CLEAN, "co": values[position % len(values)]}, [day], WHOLE)
    lake = store(tmp_path / "air", feed={"甲": series})
    check(lake, of_feed({"甲": series}), "2019-06")
    seen = [record.values["co"] for record in daily(lake, Period.parse("2019-06-01..2019-06-09"))]
    assert seen == [Decimal(v) for v in ("0.0", "0.0", "0.0", "0.1", "0.1", "0.2", "0.2", "0.2", "0.4")]
