"""Faults put into a real month of the nation at random: found where they are, and nothing elsewhere."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from lantian.ambient.screens import ScreenReport, screen
from lantian.ambient.screens.case import Case
from lantian.ambient.screens.grid import read_grid
from lantian.ambient.screens.thresholds import Thresholds
from lantian.lake import Lake

pytestmark = [pytest.mark.shared, pytest.mark.slow]
KIND = "ambient_city_hour"
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
HOURS = 31 * 24
FIRST = datetime(2019, 1, 1, 1, tzinfo=UTC) - timedelta(hours=8)
EACH = 10
"""Places for each fault."""
Series = dict[str, np.ndarray]  # item → thousandths, -1 where missing


@dataclass
class Fault:
    """Where a fault was put: what must be found."""

    code: str
    place: str
    first: int
    last: int
    items: tuple[str, ...]


@dataclass
class Nation:
    """Every place's month as arrays."""

    places: dict[str, Series] = field(default_factory=dict)

    def lake(self, folder: Path) -> Lake:
        lake = Lake.open(folder / "air", create=True)
        times = pa.array([FIRST + timedelta(hours=h) for h in range(HOURS)], pa.timestamp("us", "UTC"))
        tables = []
        for place, series in self.places.items():
            gone = np.logical_and.reduce([series[item] == -2 for item in ITEMS])
            columns: dict[str, Any] = {
                "place": pa.array([place] * HOURS),
                "name": pa.array([place] * HOURS),
                "city": pa.nulls(HOURS, pa.string()),
                "time": times,
            }
            for item in ITEMS:
                columns[item] = pa.array(series[item].astype(np.int32), mask=series[item] < 0)
            tables.append(pa.table(columns).filter(pa.array(~gone)))
        lake.append(KIND, pa.concat_tables(tables), source="test")
        return lake


def read(shared: Path) -> Nation:
    file = shared / "data/cnemc_city_hourly/china_cities_hourly_201812_201906.parquet"
    columns = ", ".join(f"coalesce(round({item}::DOUBLE * 1000)::INT, -1) AS {item}" for item in ITEMS)
    table = duckdb.sql(
        f"SELECT city, date_diff('hour', TIMESTAMP '2019-01-01 01:00', time::TIMESTAMP) AS h, {columns} "  # noqa: S608
        f"FROM '{file}' WHERE time BETWEEN '2019-01-01 01:00' AND '2019-02-01 00:00'"
    ).to_arrow_table()
    found = Nation()
    cities = np.asarray(table.column("city").to_pylist())
    hours = np.asarray(table.column("h"))
    for city in sorted(set(cities.tolist())):
        own = cities == city
        series = {}
        for item in ITEMS:
            series[item] = np.full(HOURS, -1, np.int64)
            series[item][hours[own]] = np.asarray(table.column(item))[own]
        found.places[city] = series
    return found


# -- the faults


def _level(series: Series, item: str) -> float:
    values = series[item][series[item] >= 0]
    return float(np.median(values))


def spike(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    item = rng.choice(ITEMS)
    floor = {"so2": 25, "no2": 30, "co": 0.8, "o3": 60, "pm10": 80, "pm2_5": 40}[item] * 1000
    at = rng.randrange(24, HOURS - 24)
    around = series[item][at - 3 : at + 4]
    series[item][at] = round(max(6 * float(around.max()), 6 * floor))
    return at, at, (item,)


def out_of_range(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    item = rng.choice(ITEMS)
    level = {"so2": 500, "no2": 300, "co": 15, "o3": 450, "pm10": 2000, "pm2_5": 700}[item] * 1000
    at, length = rng.randrange(24, HOURS - 24), rng.randrange(2, 8)
    series[item][at : at + length] = [round(level * rng.uniform(1.2, 1.9)) for _ in range(length)]
    return at, at + length - 1, (item,)


def frozen_item(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    item = rng.choice(("no2", "o3", "pm10", "pm2_5"))
    at, length = rng.randrange(24, HOURS - 96), rng.randrange(30, 72)
    series[item][at : at + length] = max(series[item][at], 5000) + 3000
    return at, at + length - 1, (item,)


def frozen_row(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    at, length = rng.randrange(24, HOURS - 96), rng.randrange(8, 40)
    for item in ITEMS:
        series[item][at : at + length] = max(series[item][at], 1000)
    return at, at + length - 1, ITEMS


def pm_order(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    at, length = rng.randrange(24, HOURS - 96), rng.randrange(12, 48)
    hours = slice(at, at + length)
    series["pm2_5"][hours] = series["pm10"][hours] * 3 // 2 + 12_000
    return at, at + length - 1, ("pm10", "pm2_5")


def unit_slip(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    item = rng.choice(("no2", "co", "pm10", "pm2_5"))
    at, length = rng.randrange(24, HOURS - 200), rng.randrange(24, 120)
    hours = slice(at, at + length)
    series[item][hours] = np.where(series[item][hours] < 0, -1, series[item][hours] // 1000)
    return at, at + length - 1, (item,)


def zeros(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    item = rng.choice(("no2", "pm10", "pm2_5"))
    at = rng.randrange(24, HOURS - 48)
    for hour in (at, at + 1, at + 7, at + 12):
        series[item][hour] = 0
        for beside in (hour - 1, hour + 2):
            series[item][beside] = max(series[item][beside], 30_000)
    return at, at + 12, (item,)


def filler(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    item = rng.choice(("so2", "no2", "o3"))
    at = rng.randrange(24, HOURS - 48)
    for hour in (at, at + 9, at + 20):
        series[item][hour] = 999_000
    return at, at + 20, (item,)


def shifted(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    lag = rng.choice((-8, -2, -1, 1, 2, 8))
    for item in ITEMS:
        series[item] = np.roll(series[item], lag)
    return 0, HOURS - 1, ITEMS


def stopped(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    at = HOURS - rng.randrange(80, 300)
    silent = rng.random() < 0.5
    for item in ITEMS:
        series[item][at:] = -2 if silent else max(series[item][at - 1], 1000)
    return at, HOURS - 1, ITEMS


def apart(series: Series, rng: random.Random) -> tuple[int, int, tuple[str, ...]]:
    item = rng.choice(("pm10", "pm2_5"))
    # Of three pairs of days the one with most in the air.
    days = [24 * rng.randrange(3, 26) for _ in range(3)]
    start = max(days, key=lambda day: float(np.median(series["pm2_5"][day : day + 48])))
    hours = slice(start, start + 48)
    for each in ("pm10", "pm2_5"):  # both, so that their order says nothing
        series[each][hours] = np.where(series[each][hours] < 0, -1, series[each][hours] // 12 + 1000)
    return start, start + 47, (item,)


FAULTS: dict[str, tuple[str, Callable[[Series, random.Random], tuple[int, int, tuple[str, ...]]]]] = {
    "spike": ("spike", spike),
    "range": ("range", out_of_range),
    "frozen item": ("frozen", frozen_item),
    "frozen row": ("frozen", frozen_row),
    "pm_order": ("pm_order", pm_order),
    "unit_slip": ("unit_slip", unit_slip),
    "zero": ("zero_as_missing", zeros),
    "filler": ("capped", filler),
    "time_shift": ("time_shift", shifted),
    "stopped": ("stopped", stopped),
    "neighbour": ("neighbour", apart),
    "duplicate": ("duplicate_station", lambda series, rng: (0, HOURS - 1, ITEMS)),
}
# Cities are far from each other: a spike can hide beside one that leaps as well, a shift in the weather.
LEAST = {"time_shift": 0.7, "neighbour": 0.7, "spike": 0.8, "frozen item": 0.8}


@pytest.fixture(scope="module")
def clean(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Nation, ScreenReport]:
    """The month without the places in which a screen finds something, and what is found in the rest."""
    nation = read(shared)
    for round_ in range(2):
        report = screen(nation.lake(tmp_path_factory.mktemp(f"nation{round_}")), kind=KIND)
        for place in {s.place for s in report.suspicions}:
            nation.places.pop(place, None)
    return nation, screen(nation.lake(tmp_path_factory.mktemp("clean")), kind=KIND)


def test_a_clean_nation_is_left_alone(clean: tuple[Nation, ScreenReport]) -> None:
    _, report = clean
    print(f"clean: {report.counts} in {report.places} places")
    assert report.places > 250
    assert len({s.place for s in report.suspicions}) <= 0.01 * report.places


def test_faults_are_found_where_they_are_and_nowhere_else(
    clean: tuple[Nation, ScreenReport], tmp_path: Path
) -> None:
    nation, before = clean
    rng = random.Random(20190101)  # noqa: S311 - which places are chosen is no secret
    # A place that goes with no other has nobody to be compared with; clean air cannot fall far.
    fit = [
        place for place in _accompanied(nation, tmp_path) if _level(nation.places[place], "pm2_5") >= 25_000
    ]
    chosen = rng.sample(fit, EACH * len(FAULTS) + EACH)
    twins = chosen[-EACH:]
    faulty = Nation({place: {k: v.copy() for k, v in s.items()} for place, s in nation.places.items()})
    put: dict[str, list[Fault]] = defaultdict(list)
    for number, (name, (code, make)) in enumerate(FAULTS.items()):
        for at in range(EACH):
            place = chosen[number * EACH + at]
            if name == "duplicate":
                faulty.places[place] = {k: v.copy() for k, v in faulty.places[twins[at]].items()}
            first, last, items = make(faulty.places[place], rng)
            put[name].append(Fault(code, place, first, last, items))
    report = screen(faulty.lake(tmp_path), kind=KIND)
    touched = {fault.place for faults in put.values() for fault in faults} | set(twins)
    rates = {}
    for name, faults in put.items():
        missed = [f for f in faults if not any(_meets(s, f, twins) for s in report.suspicions)]
        rates[name] = 1 - len(missed) / EACH
        print(f"{name}: {rates[name]:.0%} found; missed {[(f.place, f.items) for f in missed]}")
    others = {s.place for s in report.suspicions} - touched - {s.place for s in before.suspicions}
    print(
        f"suspected without a fault: {len(others)} of {len(nation.places) - len(touched)}: {sorted(others)}"
    )
    for s in report.suspicions:
        if s.place in others:
            print("  ", s.code, s.place, s.items, s.text)
    assert {name: rate for name, rate in rates.items() if rate < LEAST.get(name, 0.9)} == {}
    assert len(others) <= 0.03 * (len(nation.places) - len(touched))


def _accompanied(nation: Nation, folder: Path) -> list[str]:
    """Places with neighbours enough for a comparison."""
    lake = nation.lake(folder / "before")
    last = FIRST + timedelta(hours=HOURS - 1)
    grid = read_grid(lake, KIND, FIRST, last, places=None, as_of=None, known={})
    case = Case.of(KIND, grid, Thresholds.of(None, last.date()))
    return [place for line, place in enumerate(grid.places) if len(case.neighbours.names(line)) >= 3]


def _meets(s: Any, fault: Fault, twins: list[str]) -> bool:
    """Whether a suspicion is about a fault: its place, code, an item and an hour of it."""
    own = s.place == fault.place or (
        fault.code == "duplicate_station" and s.place in twins and s.evidence["other"] == fault.place
    )
    first, last = (FIRST + timedelta(hours=hour) for hour in (fault.first, fault.last))
    return bool(
        own
        # A spike may be high enough to be out of range.
        and (s.code == fault.code or (fault.code, s.code) == ("spike", "range"))
        and set(s.items) & set(fault.items)
        and s.since <= last
        and s.until >= first
    )
