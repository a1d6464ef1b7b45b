"""Loading hours into the office, and saying what a station is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lantian.errors import LantianError
from lantian.office.monitoring import actions, figures, kernel
from lantian.office.monitoring.models import Load, Station
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import ActionLog
from lantian.office.regions.models import Region


def test_of_a_national_file_the_known_cities_are_taken_and_each_other_one_is_listed_once(
    province: Any, city_file: Any
) -> None:
    report = actions.load_ambient(
        [city_file("nation.csv", {"太原": 20, "北京": 40, "临汾市": 44, "义乌": 9})]
    )
    assert (report.rows_read, report.rows_taken, report.rows_refused) == (92, 46, 46)
    assert {place.place for place in kernel.lake().places("ambient_city_hour")} == {"太原", "临汾"}
    assert {(r.value, r.code) for r in report.refusals} == {
        ("北京", "unknown_place"),
        ("义乌", "unknown_place"),
    }
    assert len(report.refusals) == 2 and all("23 rows" in r.reason for r in report.refusals)
    assert report.path is not None and report.path.read_text("utf-8-sig").count("\n") == 3


def test_a_load_is_kept_and_logged(province: Any, city_file: Any, person: Any) -> None:
    analyst = person("wang", "140000", role="analyst")
    actions.load_ambient([city_file("a.csv", {"太原": 20, "北京": 1})], actor=analyst)
    load = Load.objects.get()
    assert (load.rows_read, load.rows_taken, load.rows_refused, load.version) == (46, 23, 23, 1)
    assert load.unknown == ["北京"]
    row = ActionLog.objects.get(target_type="monitoring.load")
    assert (row.verb, row.actor) == ("load", analyst) and "a.csv" in row.after
    assert verify_chain() == []


def test_a_bad_cell_costs_its_cell_and_a_bad_file_costs_nothing_else(
    province: Any, city_file: Any, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    report = actions.load_ambient([empty, city_file("b.csv", {"太原": "-3", "临汾": 44})])
    assert [file.file for file in report.files_refused] == ["empty.csv"]
    assert (report.rows_taken, report.cells_refused) == (46, 23)


def test_stations_appear_under_their_city_with_what_their_names_say(province: Any, tmp_path: Path) -> None:
    path = tmp_path / "scrape.csv"
    names = ["南寨", "上兰(对照点)", "市监测站(停运161122)"]
    lines = [
        f"太原,140100,2020-04-01 {hour:02}:00:00,{name},20,60,1,20,100,10"
        for name in names
        for hour in (8, 9)
    ]
    lines.append("西安,610100,2020-04-01 08:00:00,高压开关厂,20,60,1,20,100,10")
    path.write_text(
        "city,city_code,time,WatchPoint,PM2.5,PM10,CO,NO2,O3_1h,SO2\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )
    said: list[str] = []
    report = actions.load_ambient([path], progress=said.append)
    assert (report.rows_taken, report.rows_refused) == (6, 1)
    found = {
        station.name: (station.code, station.region.code, station.kind, station.active)
        for station in Station.objects.all()
    }
    assert found == {
        "南寨": ("太原-南寨", "140100", "national", True),
        "上兰(对照点)": ("太原-上兰(对照点)", "140100", "background", True),
        "市监测站(停运161122)": ("太原-市监测站(停运161122)", "140100", "other", False),
    }
    assert any("3 stations" in line for line in said)
    actions.load_ambient([path])
    assert Station.objects.count() == 3


def test_a_station_of_the_feed_is_known_by_its_city(province: Any, tmp_path: Path) -> None:
    path = tmp_path / "feed.csv"
    path.write_text(
        "timepoint,stationcode,area,positionname,pm10,pm2_5,o3,no2,so2,co\n"
        "2022-01-05T00:00:00,1081A,太原市,尖草坪,82,59,27,64,4,1.6\n"
        "2022-01-05T00:00:00,1023A,天津市,第四大街,61,28,52,79,9,12\n",
        encoding="utf-8",
    )
    report = actions.load_ambient([path])
    assert (report.rows_taken, report.rows_refused) == (1, 1)
    assert [(s.code, s.name, s.region.code) for s in Station.objects.all()] == [("1081A", "尖草坪", "140100")]


def test_an_office_without_cities_says_what_to_do(db: None, tmp_path: Path) -> None:
    with pytest.raises(LantianError, match=r"no cities yet.*load regions"):
        actions.load_ambient([tmp_path / "a.csv"])


def test_moving_a_station_is_an_action_with_before_and_after(air: Any, person: Any) -> None:
    chief = person("chief", "140000", role="administrator")
    station = air["1003A"]
    region = Region.objects.get(code="141002")
    actions.change_station(chief, station, region=region, reason="new boundary")
    row = ActionLog.objects.get(target_type="monitoring.station")
    assert ("141024" in row.before, "141002" in row.after, row.reason) == (True, True, "new boundary")
    figure = figures.indicator_value(region, "pm2_5", "2025-06", "gb3095-2012")
    assert figure is not None and figure.value == 40  # (30 + 41 + 50) / 3
    with pytest.raises(LantianError, match="nothing to change"):
        actions.change_station(chief, station, region=region)
    with pytest.raises(LantianError, match="not a kind"):
        actions.change_station(chief, station, kind="cosmic")
