"""The simulated air: plausible, the same every time, spoiled exactly as declared."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from lantian.office.demo.air import POLLUTANTS
from lantian.office.demo.province import Station, divisions, stations
from lantian.office.demo.simulate import Simulation, simulate

NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
HOUR = np.timedelta64(1, "h")


@pytest.fixture(scope="module")
def province() -> Simulation:
    """All stations, two years."""
    return simulate(NOW)


@pytest.fixture(scope="module")
def daily(province: Simulation) -> dict[str, np.ndarray]:
    """Daily means [day, station] of the full local days."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a day without any value stays NaN
        full = province.hours // 24 * 24
        return {
            name: np.nanmean(values[:full].reshape(-1, 24, values.shape[1]), axis=1)
            for name, values in province.air.items()
        }


def urban(place: Station) -> bool:
    return place.urban and not place.closed


def months_of(province: Simulation) -> np.ndarray:
    return (
        province.calendar.local_day()[: province.hours // 24 * 24 : 24].astype("datetime64[M]").astype(int)
        % 12
        + 1
    )


# -- where


def test_every_county_has_a_station_and_city_districts_have_more() -> None:
    places = stations()
    counties = {d.code for d in divisions() if d.level == "county"}
    assert len(places) == 180
    assert {place.county for place in places} == counties
    assert len(counties) == 117
    assert len({place.code for place in places}) == len({place.name for place in places}) == 180
    per_district = [sum(p.county == c for p in places) for c in {p.county for p in places if p.urban}]
    assert sum(per_district) / len(per_district) > 2.5
    assert all(place.name.startswith("模拟") and place.code.startswith("SIM") for place in places)
    assert sum(place.closed for place in places) == 1


def test_the_region_list_is_whole_and_its_tiles_do_not_overlap() -> None:
    import csv
    from importlib import resources

    text = resources.files("lantian.office.regions").joinpath("data/shanxi.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    by_level = {level: [r for r in rows if r["level"] == level] for level in ("province", "city", "county")}
    assert [len(by_level[level]) for level in by_level] == [1, 11, 117]
    codes = {row["code"]: row for row in rows}
    assert len(codes) == 129
    for level, above in (("city", "province"), ("county", "city")):
        tiles = {(row["tile_col"], row["tile_row"]) for row in by_level[level]}
        assert len(tiles) == len(by_level[level])
        assert all(codes[row["parent_code"]]["level"] == above for row in by_level[level])
    readings = {row["name"]: row["name_en"] for row in rows}
    assert readings["长治市"] == "Changzhi City"
    assert readings["长子县"] == "Zhangzi County"
    assert readings["洪洞县"] == "Hongtong County"
    assert readings["隰县"] == "Xi County"
    assert readings["杏花岭区"] == "Xinghualing District"
    # The tiles of one city hang together.
    for city in by_level["city"]:
        tiles = {(int(r["tile_col"]), int(r["tile_row"])) for r in rows if r["parent_code"] == city["code"]}
        reached, wave = set(), {min(tiles)}
        while wave:
            reached |= wave
            wave = {
                (c + dc, r + dr) for c, r in wave for dc, dr in ((1, 0), (-1, 0), (0, 1), (0, -1))
            } & tiles - reached
        assert reached == tiles, city["name"]


# -- levels


def test_levels_of_cities_are_those_of_such_a_province(
    province: Simulation, daily: dict[str, np.ndarray]
) -> None:
    year = slice(31, 31 + 365)
    columns = {
        city: [i for i, p in enumerate(province.stations) if p.city_name == city and urban(p)]
        for city in {p.city_name for p in province.stations}
    }
    means = {
        city: {name: float(np.nanmean(values[year, inside])) for name, values in daily.items()}
        for city, inside in columns.items()
    }
    bands = {"pm2_5": (25, 50), "pm10": (55, 95), "so2": (6, 20), "no2": (15, 40)}
    for city, values in means.items():
        for name, (low, high) in bands.items():
            assert low <= values[name] <= high, (city, name, values[name])
        co = np.nanpercentile(daily["co"][year, columns[city]].mean(axis=1), 95)
        assert 0.8 <= co <= 2.0, city
    assert means["临汾市"]["pm2_5"] > means["大同市"]["pm2_5"] * 1.3


def test_seasons_hours_and_weekdays_show(province: Simulation, daily: dict[str, np.ndarray]) -> None:
    month = months_of(province)
    winter, summer = np.isin(month, (12, 1, 2)), np.isin(month, (6, 7, 8))
    for name in ("pm2_5", "so2", "no2", "co"):
        assert np.nanmean(daily[name][winter]) > 1.4 * np.nanmean(daily[name][summer]), name
    assert np.nanmean(daily["o3"][summer]) > 1.8 * np.nanmean(daily["o3"][winter])
    hour = province.calendar.hour[: province.hours]
    course = {
        name: np.array([np.nanmean(values[hour == h]) for h in range(24)])
        for name, values in province.air.items()
    }
    assert 13 <= course["o3"].argmax() <= 16
    assert 5 <= course["o3"].argmin() <= 8
    assert 13 <= course["pm2_5"].argmin() <= 17
    assert course["no2"].argmax() in {19, 20, 21}
    weekday = province.calendar.weekday[: province.hours]
    assert np.nanmean(province.air["no2"][weekday < 5]) > 1.08 * np.nanmean(province.air["no2"][weekday >= 5])


def test_still_air_lasts_for_days_and_is_shared(province: Simulation, daily: dict[str, np.ndarray]) -> None:
    inside = {
        c: [i for i, p in enumerate(province.stations) if p.city_name == c and urban(p)]
        for c in ("临汾市", "运城市")
    }
    winter = np.isin(months_of(province), (12, 1, 2))
    linfen, yuncheng = (np.nanmean(daily["pm2_5"][:, columns], axis=1)[winter] for columns in inside.values())
    assert np.corrcoef(linfen, yuncheng)[0, 1] > 0.6
    assert np.corrcoef(linfen[1:], linfen[:-1])[0, 1] > 0.4


def test_the_air_gets_better_from_year_to_year(province: Simulation, daily: dict[str, np.ndarray]) -> None:
    first, second = (np.nanmean(daily["pm2_5"][a : a + 365]) for a in (0, 365))
    assert 0.88 < second / first < 0.99


def test_a_dust_storm_covers_the_province_for_two_days(
    province: Simulation, daily: dict[str, np.ndarray]
) -> None:
    days = province.calendar.local_day()[: province.hours // 24 * 24 : 24]
    assert [str(first) for first, _ in province.storms] == ["2025-04-10", "2026-04-10"]
    for first, last in province.storms:
        for day in (first, last):
            at = int(np.searchsorted(days, day))
            pm10, pm2_5 = daily["pm10"][at], daily["pm2_5"][at]
            assert np.nanmin(pm10) > 200
            assert np.nanmedian(pm10 / pm2_5) > 3.5
    ordinary = np.nanmedian(daily["pm10"] / daily["pm2_5"])
    assert 1.5 < ordinary < 2.8


# -- the same every time


def test_the_same_hour_gives_the_same_province() -> None:
    one, two = (simulate(NOW + timedelta(minutes=m), months=2, stations=6) for m in (0, 29))
    assert one.table.equals(two.table)
    assert one.defects == two.defects


def test_an_hour_later_continues_and_a_smaller_build_has_the_same_stations() -> None:
    small = simulate(NOW, months=2, stations=6)
    wider = simulate(NOW + timedelta(hours=1), months=2, stations=9)
    assert {p.code for p in small.stations} <= {p.code for p in wider.stations}
    assert wider.hours == small.hours + 1
    # Planned defects move with the end and the number of stations; everything else stays.
    spoiled = {d.station for d in small.defects + wider.defects} - {""}
    for column, place in enumerate(small.stations):
        if place.code in spoiled:
            continue
        other = wider.stations.index(place)
        lost = [d.first for d in small.defects + wider.defects if d.kind == "lost_hour"]
        assert len(lost) == 2
        for name in POLLUTANTS:
            np.testing.assert_array_equal(small.air[name][:, column], wider.air[name][: small.hours, other])


@pytest.mark.parametrize(
    "now", [datetime(2027, 1, 1, 0, 5, tzinfo=UTC), datetime(2028, 2, 29, 16, 0, tzinfo=UTC)]
)
def test_it_ends_with_the_last_full_hour(now: datetime) -> None:
    made = simulate(now, months=1, stations=3)
    last = pc.max(made.table["time"]).as_py()
    assert timedelta(0) <= now - last < timedelta(hours=1)
    assert pc.min(made.table["time"]).as_py() == datetime.fromisoformat(
        f"{made.calendar.local_day()[0]}T01:00+08:00"
    )  # the first hour of its month, stamped with its end


# -- what goes wrong


def test_the_table_is_what_the_lake_takes(province: Simulation) -> None:
    table = province.table
    assert table.column_names == ["place", "name", "city", "time", *POLLUTANTS]
    assert table.schema.field("time").type == pa.timestamp("us", tz="UTC")
    assert all(table.schema.field(name).type == pa.int32() for name in POLLUTANTS)
    for name in POLLUTANTS:
        assert pc.min(table[name]).as_py() > 0
        # Published decimals only: whole µg/m³, tenths of mg/m³ for CO.
        unit = 100 if name == "co" else 1000
        values = table[name].drop_null().to_numpy()
        assert not np.any(values % unit)
        assert 0.005 < table[name].null_count / table.num_rows < 0.02
    keys = table.group_by(["place", "time"]).aggregate([])
    assert keys.num_rows == table.num_rows


def test_every_kind_of_defect_is_there(province: Simulation) -> None:
    kinds = {defect.kind for defect in province.defects}
    assert kinds == {"gap", "outage", "lost_hour", "closed", "frozen", "spike", "inverted", "unit_slip"}


def test_defects_are_in_the_data_as_declared(province: Simulation) -> None:
    ends = province.calendar.ends
    column = {place.code: index for index, place in enumerate(province.stations)}
    table = province.table
    for defect in province.defects:
        a, b = (int(np.searchsorted(ends, stamp)) for stamp in (defect.first, defect.last))
        at = column.get(defect.station)
        values = {name: v[a : b + 1, at] for name, v in province.air.items()} if at is not None else {}
        if defect.kind == "outage":
            assert all(np.isnan(v).all() for v in values.values())
            assert b - a + 1 >= 48 or b == province.hours - 1
        elif defect.kind == "frozen":
            assert len(set(values["pm10"].tolist())) == 1
            assert b - a + 1 == 66
        elif defect.kind == "inverted":
            both = ~np.isnan(values["pm2_5"]) & ~np.isnan(values["pm10"])
            assert both.sum() > 30
            assert (values["pm2_5"] > values["pm10"])[both].all()
        elif defect.kind == "unit_slip":
            around = province.air["no2"][a - 240 : a, at]
            assert np.nanmean(values["no2"]) < 0.75 * np.nanmean(around)
        elif defect.kind == "spike":
            near = province.air[defect.pollutant][a - 24 : a, at]
            assert values[defect.pollutant][0] > 5 * np.nanmean(near)
        elif defect.kind == "lost_hour":
            assert a == b
            stamp = pa.scalar(
                ends[a].astype("datetime64[us]").astype(object).replace(tzinfo=UTC), table["time"].type
            )
            assert table.filter(pc.equal(table["time"], stamp)).num_rows == 0
        elif defect.kind == "closed":
            rows = table.filter(pc.equal(table["place"], defect.station))
            assert pc.max(rows["time"]).as_py() < ends[a].astype("datetime64[us]").astype(object).replace(
                tzinfo=UTC
            )


def test_one_county_lost_too_many_days_for_a_year(province: Simulation) -> None:
    long = [d for d in province.defects if d.kind == "outage" and d.last - d.first > np.timedelta64(40, "D")]
    assert [province.stations[int(d.station[3:]) - 1].county_name for d in long] == ["吉县"]


def test_readings_are_not_inverted_but_where_planned(province: Simulation) -> None:
    planned = {d.station for d in province.defects if d.kind in {"inverted", "frozen", "spike"}}
    free = [i for i, p in enumerate(province.stations) if p.code not in planned]
    pm10, pm2_5 = province.air["pm10"][:, free], province.air["pm2_5"][:, free]
    assert np.nanmean(pm2_5 > pm10) < 1e-3


def test_noise_does_not_jump_at_midnight_of_a_month(province: Simulation) -> None:
    """The series of a station is one series: hour to hour it keeps most of what it was."""
    values = province.air["pm2_5"][:, 20]
    kept = values[~np.isnan(values)]
    changes = [abs(b - a) for a, b in pairwise(kept.tolist())]
    assert float(np.median(changes)) < 0.15 * float(np.median(kept))
