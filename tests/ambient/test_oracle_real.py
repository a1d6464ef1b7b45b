"""Real hours against the oracle: stations of Beijing and Jinan, cities of the national feed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from ambient_oracle import slow, tables
from ambient_oracle.stores import Series, days_between, stamp

from lantian.ambient import Period, daily, evaluate
from lantian.ambient.intake import import_ambient
from lantian.lake import Lake, arrow

pytestmark = [pytest.mark.shared, pytest.mark.slow]
ITEMS = (*tables.ITEMS, "o3_1h")
BEIJING = "data/beijing_multisite_hourly/beijing_9stations_201303_201702.parquet"
JINAN = "data/jinan_station_hourly/jinan_stations_hourly_20201026_20201215.parquet"
CITIES = "data/cnemc_city_hourly/china_cities_hourly_201812_201906.parquet"


def thousandths(value: float | None, per: int = 1000) -> int | None:
    """A cell of the file in thousandths of the published unit; NaN is missing."""
    return None if value is None or isnan(value) else round(Decimal(str(value)) * per)


def series_of(
    file: Path, place: str, columns: dict[str, str], *, starts: bool = False, co_in_micrograms: bool = False
) -> dict[str, Series]:
    """The file read by ourselves. A later row of the same place and time wins, as documented."""
    wanted = [place, "time", *columns.values()]
    found: dict[str, Series] = {}
    later = timedelta(hours=1 if starts else 0)
    rows = zip(*(column.to_pylist() for column in pq.read_table(file, columns=wanted).columns), strict=True)
    for name, time, *cells in rows:
        values = {
            item: thousandths(cell, 1 if item == "co" and co_in_micrograms else 1000)
            for item, cell in zip(columns, cells, strict=True)
        }
        found.setdefault(str(name), {})[time + later] = values
    return found


def compare_days(lake: Lake, series: dict[str, Series], days: Iterable[date], places: list[str]) -> int:
    """Every value of some days of some places; hours are lost by all places of the store."""
    lost = slow.lost_hours(series)
    compared = 0
    for day in days:
        # Named, because no regime was in force everywhere before 2016.
        found = daily(lake, Period(day, day), level="station", regime=tables.OLD)
        records = [record for record in found if record.place in set(places)]
        expected = {}
        for place in places:
            hours = {h: series[place][at] for h in range(1, 25) if (at := stamp(day, h)) in series[place]}
            if hours:
                expected[place] = slow.station_day(day, hours, lost.get(day, frozenset()))
        assert {r.place for r in records} == set(expected), day
        for record in records:
            own = expected[record.place]
            wanted = {item: own.rounded(item) for item in ITEMS}
            assert record.values == wanted, (record.place, day)
            air = slow.daily_aqi(wanted, "2012")
            assert (record.aqi, set(record.primary)) == (air.aqi, set(air.primary)), (record.place, day)
            compared += len(ITEMS) + 2
    return compared


def compare_period(lake: Lake, days: dict[str, dict[date, slow.SlowDay]], text: str, **asked: Any) -> int:
    """Statistics, index, counts of every place."""
    period = Period.parse(text)
    found = evaluate(lake, period, regime=tables.OLD, **asked)
    indices = {}
    for row in found.rows:
        own = slow.evaluate_place(days.get(row.place, {}), period.first, period.last, tables.OLD)
        indices[row.place] = own.index
        for item in tables.ITEMS:
            assert row.statistics[item].unrounded == own.statistics[item].unrounded, (row.place, item, text)
            assert row.statistics[item].days_used == own.statistics[item].days, (row.place, item, text)
        assert (row.composite_index, row.good_days, row.heavy_days, row.days_used) == (
            own.index, own.good, own.heavy, own.days,
        ), (row.place, text)  # fmt: skip
    assert {row.place: row.rank for row in found.rows} == slow.ranks(indices)
    return len(found.rows) * (2 * len(tables.ITEMS) + 5)


@pytest.fixture(scope="module")
def beijing(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Lake, dict[str, Series]]]:
    lake = Lake.open(tmp_path_factory.mktemp("beijing") / "air", create=True)
    import_ambient([shared / BEIJING], lake)
    columns = {"so2": "so2", "no2": "no2", "co": "co_ugm3", "o3": "o3", "pm10": "pm10", "pm2_5": "pm2_5"}
    # The stamp of this file is the start of its hour; CO is in µg/m³.
    yield lake, series_of(shared / BEIJING, "station", columns, starts=True, co_in_micrograms=True)


def test_random_days_of_beijing_stations(beijing: tuple[Lake, dict[str, Series]]) -> None:
    lake, series = beijing
    dice = random.Random(2017)  # noqa: S311 - a fixed seed makes a test, not a secret
    days = dice.sample(days_between(date(2013, 3, 1), date(2017, 2, 28)), 5)
    edges = [date(2013, 3, 1), date(2016, 2, 29), date(2017, 2, 28)]
    assert compare_days(lake, series, [*days, *edges], sorted(series)) > 500


def test_months_and_a_year_of_beijing_stations(beijing: tuple[Lake, dict[str, Series]]) -> None:
    lake, series = beijing
    days = {place: slow.days_of(own) for place, own in series.items()}
    for text in ("2013-08", "2016-02", "2015", "2014-Q4"):
        assert compare_period(lake, days, text, level="station") == 9 * 17
    group = {
        day: slow.city_day(day, [own[day] for own in days.values() if day in own])
        for day in days_between(date(2015, 1, 1), date(2015, 12, 31))
    }
    for text in ("2015", "2015-06"):
        compare_period(lake, {"北京": group}, text, level="group", groups=dict.fromkeys(series, "北京"))


def test_how_far_a_city_series_goes_from_the_mean_of_station_maxima(
    beijing: tuple[Lake, dict[str, Series]], tmp_path: Path
) -> None:
    """Four Junes: ozone moves by 3 µg/m³ at most, good days by one; docs/published.md relies on it."""
    lake, series = beijing
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.register("hours", arrow(lake.read("ambient_station_hour")))
    means = ", ".join(f"round(avg({item}) / 1000)::INT * 1000 AS {item}" for item in HOURS)
    feed = connection.sql(
        "SELECT '北京' AS place, '北京' AS name, NULL::VARCHAR AS city, time, "  # noqa: S608 - our own words
        f"{means} FROM hours GROUP BY time"
    ).to_arrow_table()
    city = Lake.open(tmp_path / "city", create=True)
    city.append("ambient_city_hour", feed, source="rounded means of nine stations, as a feed has them")
    apart = []
    for year in (2013, 2014, 2015, 2016):
        june = Period.parse(f"{year}-06")
        groups = dict.fromkeys(series, "北京")
        own = evaluate(lake, june, level="group", groups=groups, regime=tables.OLD).rows[0]
        fed = evaluate(city, june, regime=tables.OLD).rows[0]
        ozone, other = own.statistics["o3_8h"].value, fed.statistics["o3_8h"].value
        assert ozone is not None
        assert other is not None
        apart.append((int(other - ozone), fed.good_days - own.good_days))
    assert apart == [(-2, 0), (-2, 0), (3, 1), (0, 1)]


HOURS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")


def test_random_days_of_jinan_townships(shared: Path, tmp_path: Path) -> None:
    """176 stations; more than half of the hours were never captured, for all at once: lost hours count."""
    lake = Lake.open(tmp_path / "air", create=True)
    import_ambient([shared / JINAN], lake)
    columns = {"so2": "so2", "no2": "no2", "co": "co_ugm3", "o3": "o3", "pm10": "pm10", "pm2_5": "pm2_5"}
    series = series_of(shared / JINAN, "station_id", columns, co_in_micrograms=True)
    stored = {place.place for place in lake.places("ambient_station_hour")}
    assert len(stored) == len(series) == 176
    by_id = {place.rsplit("/", 1)[-1]: place for place in stored}
    named = {by_id[key]: own for key, own in series.items()}
    dice = random.Random(176)  # noqa: S311 - a fixed seed makes a test, not a secret
    places = dice.sample(sorted(named), 40)
    days = days_between(date(2020, 10, 26), date(2020, 12, 15))
    compared = compare_days(lake, named, dice.sample(days, 10), places)
    assert compared > 1000
    lost = slow.lost_hours(named)
    own = {place: slow.days_of(hours, lost) for place, hours in named.items()}
    compare_period(lake, own, "2020-11", level="station")


def test_random_cities_of_the_national_feed(shared: Path, tmp_path: Path) -> None:
    """Sixty of 366 cities through June 2019, of which 3 to 6 hours a day were lost in its first week."""
    lake = Lake.open(tmp_path / "air", create=True)
    file = tmp_path / "june.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT city, time, so2, no2, co, o3, pm10, pm2_5 FROM '{shared / CITIES}' "  # noqa: S608
        f"WHERE time > '2019-05-31 00:00' AND time <= '2019-07-01 00:00') TO '{file}' (FORMAT PARQUET)"
    )
    import_ambient([file], lake)
    series = series_of(file, "city", {item: item for item in HOURS})
    lost = slow.lost_hours(series)
    alone = with_hours_others_lost(series, lost)
    assert 20 < len(alone) < 40
    places = random.Random(366).sample(sorted(set(series) - alone), 60)  # noqa: S311 - a fixed seed
    days = {place: slow.days_of(series[place], lost) for place in places}
    saved = sum(bool(day.by_lost) for dated in days.values() for day in dated.values())
    assert saved > 20
    assert compare_period(lake, days, "2019-06", places=places) == 60 * 17
    for record in daily(lake, Period.parse("2019-06"), places=places[:20]):
        wanted = {item: days[record.place][record.date].rounded(item) for item in ITEMS}
        assert record.values == wanted, (record.place, record.date)


def with_hours_others_lost(series: dict[str, Series], lost: dict[date, frozenset[int]]) -> set[str]:
    """Places that have some of the hours which nearly all others lost: see the next test."""
    return {
        place
        for place, own in series.items()
        if any(stamp(day, hour) in own for day, hours in lost.items() for hour in hours)
    }


def test_lin_an_did_not_lose_the_hours_that_others_lost(shared: Path, tmp_path: Path) -> None:
    """临安, 2019-06-03: four hours others lost are there; five of its own SO2 are not: 19, not valid."""
    lake = Lake.open(tmp_path / "air", create=True)
    file = tmp_path / "days.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT city, time, so2, no2, co, o3, pm10, pm2_5 FROM '{shared / CITIES}' "  # noqa: S608
        f"WHERE time > '2019-06-02 00:00' AND time <= '2019-06-05 00:00') TO '{file}' (FORMAT PARQUET)"
    )
    import_ambient([file], lake)
    record = daily(lake, Period.parse("2019-06-03"), places=["临安"])[0]
    assert record.hours["so2"] == 19
    assert record.values["so2"] is None


def test_stamps_of_the_feed_are_ends(shared: Path) -> None:
    """The feed's own 24-hour means say so: that of 00:00 is the mean of the day before, hours 1 to 24."""
    rows = duckdb.sql(
        f"SELECT time, pm2_5, pm2_5_24h FROM '{shared / CITIES}' WHERE city = '太原' ORDER BY time"  # noqa: S608
    ).fetchall()
    hours: dict[datetime, tuple[Any, Any]] = {time: (own, mean) for time, own, mean in rows}
    close = total = 0
    for day in days_between(date(2019, 1, 1), date(2019, 5, 30)):
        midnight = stamp(day, 24)
        own = [
            hours[at][0] for h in range(1, 25) if (at := stamp(day, h)) in hours and hours[at][0] is not None
        ]
        if len(own) == 24 and midnight in hours and hours[midnight][1] is not None:
            total += 1
            close += abs(sum(own) / 24 - hours[midnight][1]) <= 1
    assert total > 60
    assert close / total > 0.9
