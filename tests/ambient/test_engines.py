"""The same digits from DuckDB, Polars and Spark: every day and statistic, with corrections in the store."""

from __future__ import annotations

import importlib.util
import os
import random
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from lantian.ambient import Period, daily, evaluate, explain
from lantian.errors import LantianError
from lantian.lake import KINDS, Lake, arrow, engines
from lantian.lake.on_duckdb import sql_shown

STATIONS = "ambient_station_hour"
CITIES = "ambient_city_hour"
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
SHANXI = ("太原", "大同", "阳泉", "长治", "晋城", "朔州", "晋中", "运城", "忻州", "临汾", "吕梁")
# Where Spark is to be tested, its absence is a failure and no reason to skip.
WANTED = "LANTIAN_TEST_SPARK" in os.environ
HAS_SPARK = importlib.util.find_spec("pyspark") is not None and shutil.which("java") is not None
OTHERS = [
    "polars",
    pytest.param(
        "spark", marks=pytest.mark.skipif(not (HAS_SPARK or WANTED), reason="no PySpark or no Java")
    ),
]
# Spark's own modules and its sockets warn of what is not ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::FutureWarning:pyspark"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def hours_of(
    kind: str, places: dict[str, str | None], first: date, days: int, chance: random.Random
) -> pa.Table:
    """Random hours with absent rows, nulls and halves that make ties."""
    columns: dict[str, list[object]] = {name: [] for name in KINDS[kind].names}
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=8)
    for place, city in places.items():
        level = chance.choice([5, 30, 90, 180, 420])
        for hour in range(1, days * 24 + 1):
            if chance.random() < 0.04:
                continue
            columns["place"].append(place)
            columns["name"].append(f"name of {place}")
            columns["city"].append(city)
            columns["time"].append(midnight + timedelta(hours=hour))
            for item in ITEMS:
                value = chance.randrange(level * 2) * 1000 // (100 if item == "co" else 1)
                columns[item].append(None if chance.random() < 0.05 else value)
    return pa.table(columns, schema=KINDS[kind].schema)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two months of stations and of a city feed, corrected twice; its path has signs of patterns."""
    chance = random.Random(7)  # noqa: S311 - chance, not secrets
    lake = Lake.open(tmp_path_factory.mktemp("engines") / "air [1] {a,b}*", create=True)
    stations = {f"{number}A": f"city {number // 3}" for number in range(9)} | {"lone": None}
    lake.append(STATIONS, hours_of(STATIONS, stations, date(2019, 5, 20), 25, chance), source="first")
    some = dict(list(stations.items())[2:6])
    lake.append(STATIONS, hours_of(STATIONS, some, date(2019, 6, 1), 3, chance), source="second")
    lake.append(STATIONS, hours_of(STATIONS, {"2A": "city 1"}, date(2019, 6, 2), 1, chance), source="moved")
    lake.append(CITIES, hours_of(CITIES, {"city 9": None}, date(2019, 5, 28), 9, chance), source="feed")
    return lake


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize(
    ("level", "regime"), [("city", "by-date"), ("station", "gb3095-2026"), ("group", "gb3095-2012")]
)
def test_every_digit_is_that_of_duckdb(lake: Lake, engine: str, level: str, regime: str) -> None:
    period = Period.parse("2019-05-25..2019-06-12")
    groups = {f"{number}A": f"county {number % 4}" for number in range(7)} if level == "group" else None
    asked = {"level": level, "regime": regime, "groups": groups}
    assert evaluate(lake, period, **asked, engine=engine) == evaluate(lake, period, **asked)
    assert daily(lake, period, **asked, engine=engine) == daily(lake, period, **asked)
    assert len(daily(lake, period, **asked, engine=engine)) > 30


@pytest.mark.parametrize("engine", OTHERS)
def test_an_earlier_version_and_a_few_places(lake: Lake, engine: str) -> None:
    period = Period.parse("2019-06-01..2019-06-10")
    for as_of in (1, 2, 3):
        asked = {"places": ["city 0", "city 1"], "as_of": as_of}
        found = daily(lake, period, **asked, engine=engine)
        assert found == daily(lake, period, **asked)
        assert found
    assert daily(lake, period, places=["nowhere"], engine=engine) == []


@pytest.mark.parametrize("engine", OTHERS)
def test_days_that_have_grown_are_those_computed_from_nothing(
    lake: Lake, tmp_path: Path, engine: str
) -> None:
    chance = random.Random(11)  # noqa: S311 - chance, not secrets
    copied = Lake.open(shutil.copytree(lake.root, tmp_path / "air"))
    period = Period.parse("2019-06")
    daily(copied, period, engine=engine)
    more = hours_of(STATIONS, {"0A": "city 0", "new": "city 7"}, date(2019, 6, 5), 2, chance)
    copied.append(STATIONS, more, source="more")
    grown = daily(copied, period, engine=engine)
    shutil.rmtree(copied.root / "derived")
    assert grown == daily(copied, period)


@pytest.mark.parametrize("engine", ["duckdb", *OTHERS])
def test_an_explanation_ends_with_the_same_digits(lake: Lake, engine: str) -> None:
    period = Period.parse("2019-06-01..2019-06-12")
    found = explain(lake, "city 1", "composite_index", period, engine=engine)
    row = evaluate(lake, period).place("city 1")
    assert row is not None
    assert found.value == str(row.composite_index)


@pytest.mark.parametrize("engine", ["duckdb", *OTHERS])
def test_the_hour_that_ends_at_midnight_belongs_to_the_day_that_ends(lake: Lake, engine: str) -> None:
    scan = lake.scan(STATIONS, places=["1A"], columns=["time", "day", "hour"])
    table = engines.engine_of(engine).run(("clock", engine), lambda hours: hours, hours=scan)
    stored = {row["time"] for row in arrow(lake.read(STATIONS, places=["1A"])).to_pylist()}
    assert {row["time"] for row in table.to_pylist()} == stored
    for row in table.to_pylist():
        began = row["time"] + timedelta(hours=7)
        assert date(1970, 1, 1) + timedelta(days=row["day"]) == began.date()
        assert row["hour"] == began.hour + 1


@pytest.mark.shared
@pytest.mark.parametrize("engine", OTHERS)
def test_a_real_month_of_the_eleven_cities_of_shanxi(shared: Path, tmp_path: Path, engine: str) -> None:
    lake = Lake.open(tmp_path / "air", create=True)
    lake.append(CITIES, shanxi(shared), source="cnemc_city_hourly")
    june = Period.parse("2019-06")
    assert len(daily(lake, june)) == 11 * 30
    for regime in ("by-date", "gb3095-2026"):
        assert daily(lake, june, regime=regime, engine=engine) == daily(lake, june, regime=regime)
        found = evaluate(lake, june, regime=regime, engine=engine)
        assert found == evaluate(lake, june, regime=regime)
        assert [row.rank for row in found.rows] == list(range(1, 12))


def shanxi(shared: Path) -> pa.Table:
    """June 2019 of the national city feed, in Shanxi; its stamps are ends of hours, Asia/Shanghai."""
    file = shared / "data/cnemc_city_hourly/china_cities_hourly_201812_201906.parquet"
    columns = ", ".join(f"round({item}::DOUBLE * 1000)::INT AS {item}" for item in ITEMS)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.sql(
        "SELECT city AS place, city AS name, NULL::VARCHAR AS city, "  # noqa: S608 - our own words
        f"(time::TIMESTAMP - INTERVAL 8 HOUR) AT TIME ZONE 'UTC' AS time, {columns} FROM '{file}' "
        f"WHERE time > '2019-06-01' AND time <= '2019-07-01' AND city IN {SHANXI}"
    ).to_arrow_table()


def test_an_engine_that_is_not_there_is_named(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    period = Period.parse("2019-06")
    with pytest.raises(LantianError, match="there is no engine 'abacus'"):
        evaluate(lake, period, engine="abacus")
    engines.engine_of.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(LantianError, match="the engine 'polars' is not installed") as caught:
        daily(lake, period, engine="polars")
    assert caught.value.remedy == "pip install 'lantian[polars]'"
    engines.engine_of.cache_clear()


def test_the_sql_can_be_shown(lake: Lake) -> None:
    with sql_shown() as statements:
        daily(lake, Period.parse("2019-06-03"), places=["city 2"], regime="gb3095-2026-transition")
    assert any("lantian_hours" in statement and "o3_24" in statement for statement in statements)
