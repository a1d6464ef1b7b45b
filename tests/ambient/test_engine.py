"""The expressions against plain loops over fractions, on DuckDB and Polars, with absent rows and missing
values.

The oracle below is written from the standards' words, not from the engine: dictionaries, loops, `Fraction`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil
from statistics import fmean
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from lantian.ambient.days import place_days
from lantian.ambient.hours import hours_of, lost_hours, own_days
from lantian.ambient.rules import DayRules, HourRules
from lantian.ambient.statistics import period_statistics
from lantian.rulebook import load

OLD, NEW = "gb3095-2012", "gb3095-2026-transition"
MEANS = ("so2", "no2", "pm10", "pm2_5", "co")
ITEMS = (*MEANS, "o3_8h")
HOURLY = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
STEPS = (0, 50, 100, 150, 200, 300, 400, 500)
POINTS = {
    "so2": (0, 50, 150, 475, 800, 1600, 2100, 2620),
    "no2": (0, 40, 80, 180, 280, 565, 750, 940),
    "co": (0, 2, 4, 14, 24, 36, 48, 60),
    "o3_8h": (0, 100, 160, 215, 265, 800),
    "o3_1h": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "pm10": (0, 50, 150, 250, 350, 420, 500, 600),
    "pm2_5": (0, 35, 75, 115, 150, 250, 350, 500),
}
POINTS_2026 = {
    **POINTS,
    "pm10": (0, 50, 120, 250, 350, 420, 500, 600),
    "pm2_5": (0, 35, 60, 115, 150, 250, 350, 500),
}

EPOCH = date(1970, 1, 1)
JUNE_1 = (date(2019, 6, 1) - EPOCH).days
Hours = dict[tuple[str, date, int], dict[str, int | None]]
Lift = Callable[[pa.Table], nw.LazyFrame]


CONNECTION = duckdb.connect(config={"threads": 1})
CONNECTION.execute("SET TimeZone = 'UTC'")


def on_duckdb(table: pa.Table) -> nw.LazyFrame:
    return nw.from_native(CONNECTION.from_arrow(table))


def on_polars(table: pa.Table) -> nw.LazyFrame:
    return nw.from_native(pl.from_arrow(table).lazy())


ENGINES = {"duckdb": on_duckdb, "polars": on_polars}


def table_of(hours: Hours) -> pa.Table:
    rows = [
        {
            "place": place,
            "name": f"name of {place}",
            "city": "city",
            "day": (day - EPOCH).days,
            "hour": hour,
            **values,
        }
        for (place, day, hour), values in hours.items()
    ]
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("day", pa.int32()),
            ("hour", pa.int8()),
            *((item, pa.int32()) for item in HOURLY),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def dated(frame: nw.LazyFrame) -> list[dict[str, Any]]:
    """The rows of a frame, their `date` a date."""
    rows = frame.collect(backend="pyarrow").to_arrow().to_pylist()
    return [{**row, "date": EPOCH + timedelta(days=row["date"])} for row in rows]


def lost_of(hours: Hours, rules: HourRules, span: tuple[datetime, datetime] | None = None) -> pa.Table:
    """`lost_hours` of some hours."""
    counts = Counter((day, hour) for _, day, hour in hours)
    table = pa.table(
        {
            "day": pa.array([(day - EPOCH).days for day, _ in counts], pa.int32()),
            "hour": pa.array([hour for _, hour in counts], pa.int32()),
            "places": pa.array(counts.values(), pa.int64()),
        }
    )
    return lost_hours(on_polars(table), rules, span).collect(backend="pyarrow").to_arrow()


# --- the oracle


def oracle_own(hours: Hours) -> dict[tuple[str, date], dict[str, Fraction | None]]:
    found: dict[tuple[str, date], dict[str, Fraction | None]] = {}
    for place, day in {(place, day) for place, day, _ in hours}:
        of_day = {hour: hours[place, day, hour] for hour in range(1, 25) if (place, day, hour) in hours}
        values: dict[str, Fraction | None] = {}
        for item in MEANS:
            given_values = [row[item] for row in of_day.values() if row[item] is not None]
            values[item] = Fraction(sum(given_values), len(given_values)) if len(given_values) >= 20 else None
        windows = []
        for end in range(8, 25):
            inside = [of_day[h]["o3"] for h in range(end - 7, end + 1) if h in of_day]
            inside = [value for value in inside if value is not None]
            if len(inside) >= 6:
                windows.append(Fraction(sum(inside), len(inside)))
        enough = len(windows) >= 14 or (windows and max(windows) > 160_000)
        values["o3_8h"] = max(windows) if enough else None
        ozone = [row["o3"] for row in of_day.values() if row["o3"] is not None]
        values["o3_1h"] = Fraction(max(ozone)) if ozone else None
        found[place, day] = values
    return found


def oracle_iaqi(item: str, value: Fraction, new: bool) -> int | None:
    points = (POINTS_2026 if new else POINTS)[item]
    for position in range(1, len(points)):
        low, high = points[position - 1], points[position]
        if value <= high:
            share = (value - low) / (high - low)
            return ceil(share * (STEPS[position] - STEPS[position - 1]) + STEPS[position - 1])
    if item == "o3_8h":
        return 300 if new else None
    return 500


def oracle_day(members: list[dict[str, Fraction | None]], new: bool) -> dict[str, object]:
    values: dict[str, Fraction | None] = {}
    for item in (*ITEMS, "o3_1h"):
        own = [member[item] for member in members if member[item] is not None]
        decimals = 1 if item == "co" else 0
        mean = sum(own, Fraction(0)) / len(own) / 1000 if own else None
        values[item] = None if mean is None else Fraction(round(mean * 10**decimals), 10**decimals)
    index = {item: None if (v := values[item]) is None else oracle_iaqi(item, v, new) for item in values}
    if values["o3_8h"] is not None and index["o3_8h"] is None:
        index["o3_8h"] = index["o3_1h"]
    present = [index[item] for item in ITEMS if index[item] is not None]
    highest = max(present, default=None)
    aqi = highest
    if highest is not None and new:
        aqi = max(1, highest) if len(present) == 6 or highest > 100 else None
    primary = {item for item in ITEMS if aqi is not None and aqi > 50 and index[item] == aqi}
    return {"values": values, "iaqi": index, "aqi": aqi, "primary": primary}


# --- random hours that meet the edges


def random_hours(seed: int, places: int = 3, days: int = 3) -> Hours:
    chance = random.Random(seed)  # noqa: S311 - chance, not secrets
    hours: Hours = {}
    for number in range(places):
        for offset in range(days):
            day = date(2019, 6, 1) + timedelta(days=offset)
            absent = chance.choice([0, 0, 1, 3, 4, 5, 8, 14])
            gone = set(chance.sample(range(1, 25), absent))
            level = chance.choice([1, 20, 80, 160, 400, 900])
            for hour in range(1, 25):
                if hour not in gone:
                    hours[f"p{number}", day, hour] = {
                        item: None
                        if chance.random() < chance.choice([0, 0.05, 0.2])
                        else chance.choice(
                            [chance.randrange(0, level * 1000), level * 1000, level * 1000 + 500, 160_000, 0]
                        )
                        // (100 if item == "co" else 1)
                        for item in HOURLY
                    }
    return hours


def rules_of(regime: str) -> DayRules:
    return DayRules.of(load(), regime=regime, on=date(2019, 6, 1))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("engine", ENGINES)
def test_own_days_are_those_of_plain_loops(engine: str, seed: int) -> None:
    hours = random_hours(seed, places=6, days=8)
    rules = rules_of(OLD).hours
    found = dated(own_days(ENGINES[engine](table_of(hours)), rules))
    expected = oracle_own(hours)
    assert {(row["place"], row["date"]) for row in found} == set(expected)
    for row in found:
        for item, value in expected[row["place"], row["date"]].items():
            own = row[f"{item}_v"]
            assert (None if own is None else Fraction(own, rules.scale)) == value, (row["place"], item)


@pytest.mark.parametrize("regime", [OLD, NEW])
@pytest.mark.parametrize("seed", [11, 12])
def test_place_days_are_those_of_plain_loops_on_both_engines(regime: str, seed: int) -> None:
    hours = random_hours(seed, places=4, days=15)
    rules = rules_of(regime)
    tables = {}
    for engine, lift in ENGINES.items():
        own = own_days(lift(table_of(hours)), rules.hours).with_columns(key=nw.col("city"))
        tables[engine] = place_days(own, rules).collect(backend="pyarrow").sort("key", "date").to_arrow()
    assert tables["duckdb"].equals(tables["polars"].cast(tables["duckdb"].schema))
    single = oracle_own(hours)
    for row in dated(on_polars(tables["duckdb"])):
        members = [values for (_, day), values in single.items() if day == row["date"]]
        expected = oracle_day(members, regime != OLD)
        assert row["rows"] == len(members)
        for item, value in expected["values"].items():  # type: ignore[attr-defined]  # a dict, see oracle_day
            scale = 10 if item == "co" else 1
            assert (None if row[item] is None else Fraction(row[item], scale)) == value, item
            assert row[f"{item}_iaqi"] == expected["iaqi"][item], item  # type: ignore[index]  # likewise
        assert row["aqi"] == expected["aqi"]
        order = (*MEANS, "o3_8h", "o3_1h")
        assert {item for bit, item in enumerate(order) if row["primary"] >> bit & 1} == expected["primary"]
        assert row["good"] == (None if row["aqi"] is None else int(row["aqi"] <= 100))
        assert row["heavy"] == (None if row["aqi"] is None else int(row["aqi"] > 200))


def days_table(values: list[int | None], key: str = "a") -> pa.Table:
    dates = [date(2019, 1, 1) + timedelta(days=offset) for offset in range(len(values))]
    columns = {
        "key": pa.array([key] * len(values)),
        "name": pa.array([key] * len(values)),
        "date": pa.array(dates, pa.date32()),
        **{item: pa.array(values, pa.int32()) for item in ITEMS},
        **{item: pa.array(values, pa.int32()) for item in ("aqi", "good", "heavy", "lent")},
    }
    return pa.table(columns)


@pytest.mark.parametrize("percent", [0, 50, 90, 95, 98, 100])
def test_percentiles_are_numpys_and_means_are_exact_on_both_engines(percent: int) -> None:
    chance = random.Random(percent)  # noqa: S311 - chance, not secrets
    series = {
        f"place {length}": [chance.choice([None, chance.randrange(400), 7]) for _ in range(length)]
        for length in (1, 2, 3, 7, 20, 21, 30, 31, 365)
    }
    series["nothing"] = [None, None]
    table = pa.concat_tables([days_table(values, key) for key, values in series.items()])
    tables = {}
    for engine, lift in ENGINES.items():
        frame = period_statistics(lift(table), {"co": percent}, ("so2",))
        tables[engine] = frame.collect(backend="pyarrow").sort("key").to_arrow()
    assert tables["duckdb"].equals(tables["polars"].cast(tables["duckdb"].schema))
    for row in tables["duckdb"].to_pylist():
        present = [value for value in series[row["key"]] if value is not None]
        assert row["co_n"] == row["so2_n"] == len(present)
        if not present:
            assert row["co_low"] is None
            continue
        high = row["co_high"] if row["co_rest"] else row["co_low"]
        own = Fraction(100 * row["co_low"] + (high - row["co_low"]) * row["co_rest"], 100)
        assert float(own) == pytest.approx(np.percentile(present, percent, method="linear"), abs=1e-9)
        assert float(Fraction(row["so2_sum"], row["so2_n"])) == pytest.approx(fmean(present))


def full_day(
    value: int, hours: range = range(1, 25), place: str = "p", day: date = date(2019, 6, 1)
) -> Hours:
    return {(place, day, hour): dict.fromkeys(HOURLY, value) for hour in hours}


def own_of(hours: Hours, lost: pa.Table | None = None) -> dict[tuple[str, date], dict[str, object]]:
    pairs = [] if lost is None else [(r["date"], h) for r in lost.to_pylist() for h in hours_of(r["lost"])]
    columns = {
        "day": pa.array([d for d, _ in pairs], pa.int32()),
        "hour": pa.array([h for _, h in pairs], pa.int32()),
    }
    lifted = on_polars(pa.table(columns)) if pairs else None
    frame = own_days(on_polars(table_of(hours)), rules_of(OLD).hours, lifted)
    return {(row["place"], row["date"]): row for row in dated(frame)}


@pytest.mark.parametrize("engine", ENGINES)
def test_names_come_with_the_hours_or_once_for_each_place(engine: str) -> None:
    hours = random_hours(5, places=5, days=3)
    table, lift = table_of(hours), ENGINES[engine]
    names = table.select(["place", "name", "city"]).group_by(["place", "name", "city"]).aggregate([])
    rules = rules_of(OLD).hours
    bare = own_days(lift(table.drop_columns(["name", "city"])), rules, labels=lift(names))
    order = [("place", "ascending"), ("date", "ascending")]
    full = own_days(lift(table), rules).collect(backend="pyarrow").to_arrow().sort_by(order)
    assert bare.collect(backend="pyarrow").to_arrow().sort_by(order).equals(full)


@pytest.mark.parametrize(("present", "valid"), [(20, True), (19, False)])
def test_a_mean_needs_twenty_hours(present: int, valid: bool) -> None:
    row = own_of(full_day(1000, range(1, present + 1)))["p", date(2019, 6, 1)]
    assert (row["so2_v"] is not None) is valid
    assert row["so2_n"] == present


@pytest.mark.parametrize(
    ("value", "last", "valid", "windows"),
    # Hours 1 to n present: a window ending at e holds n - e + 8 of them, and needs 6.
    [(1000, 19, True, 14), (1000, 18, False, 13), (160_000, 18, False, 13), (160_001, 18, True, 13)],
)
def test_ozone_needs_fourteen_windows_or_an_exceedance(
    value: int, last: int, valid: bool, windows: int
) -> None:
    row = own_of(full_day(value, range(1, last + 1)))["p", date(2019, 6, 1)]
    assert row["o3_8h_n"] == windows
    assert (row["o3_8h_v"] is not None) is valid


def test_no_window_reaches_into_the_day_before() -> None:
    before, day = date(2019, 6, 1), date(2019, 6, 2)
    hours = {**full_day(900_000, day=before), **full_day(1000, day=day)}
    scale = rules_of(OLD).hours.scale
    assert own_of(hours)["p", day]["o3_8h_v"] == 1000 * scale


def test_an_absent_row_is_a_missing_hour_not_a_longer_window() -> None:
    # Hours 9 to 16 absent: rows 1-8 and 17-24 are neighbours in the table, never in a window.
    hours = {key: value for key, value in full_day(1000).items() if not 9 <= key[2] <= 16}
    row = own_of(hours)["p", date(2019, 6, 1)]
    assert row["o3_8h_n"] == len([e for e in range(8, 25) if max(0, 8 - (e - 8)) + max(0, e - 16) >= 6])


def many(hours: range, places: int) -> Hours:
    found: Hours = {}
    for number in range(places):
        found.update(full_day(1000, hours, place=f"p{number:02}"))
    return found


@pytest.mark.parametrize(
    ("present", "places", "valid"),
    [(18, 30, True), (17, 30, False), (18, 29, False), (20, 5, True)],
)
def test_hours_lost_for_nearly_every_place_count_towards_the_twenty(
    present: int, places: int, valid: bool
) -> None:
    hours = many(range(1, present + 1), places)
    if places >= 30:
        # Two places of thirty have every hour; that does not save the archive.
        hours.update({**full_day(1000, place="p00"), **full_day(1000, place="p01")})
    rules = rules_of(OLD).hours
    lost = lost_of(hours, rules)
    row = own_of(hours, lost)["p02", date(2019, 6, 1)]
    assert (row["so2_v"] is not None) is valid
    assert row["lent"] == int(valid and present < 20)


def test_hours_still_to_come_are_not_lost() -> None:
    hours = many(range(1, 19), 30)
    rules = rules_of(OLD).hours
    end_of_18th_hour = datetime(2019, 6, 1, 10, tzinfo=UTC)
    running = (datetime(2019, 5, 1, 1, tzinfo=UTC), end_of_18th_hour)
    lost = lost_of(hours, rules, running)
    assert lost.to_pylist() == [{"date": JUNE_1, "lost": 0}]
    over = (running[0], end_of_18th_hour + timedelta(hours=7))
    lost = lost_of(hours, rules, over)
    assert [hours_of(row["lost"]) for row in lost.to_pylist()] == [[19, 20, 21, 22, 23, 24]]


def test_a_place_that_has_a_lost_hour_after_all_did_not_lose_it() -> None:
    hours = many(range(3, 25), 40)
    hours.update(full_day(1000, range(1, 19), place="p00"))  # 18 hours, hours 1 and 2 of them
    hours.update(full_day(1000, range(3, 21), place="p01"))  # 18 hours, and 1 and 2 lost as everywhere
    for hour in range(19, 25):
        del hours["p00", date(2019, 6, 1), hour]
    for hour in range(21, 25):
        del hours["p01", date(2019, 6, 1), hour]
    lost = lost_of(hours, rules_of(OLD).hours)
    assert [hours_of(row["lost"]) for row in lost.to_pylist()] == [[1, 2]]
    found = own_of(hours, lost)
    assert found["p00", date(2019, 6, 1)]["so2_v"] is None
    assert found["p01", date(2019, 6, 1)]["so2_v"] is not None


def test_a_place_that_fails_alone_gets_no_help() -> None:
    hours = {**many(range(1, 25), 30), **full_day(1000, range(1, 19), place="broken")}
    rules = rules_of(OLD).hours
    lost = lost_of(hours, rules)
    assert lost.to_pylist() == [{"date": JUNE_1, "lost": 0}]
    assert own_of(hours, lost)["broken", date(2019, 6, 1)]["so2_v"] is None
