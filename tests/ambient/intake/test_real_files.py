"""The real files of ../shared: what is in them, taken or refused, with the counts they are known to have."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.ambient.intake import ImportReport, import_ambient
from lantian.lake import Lake, arrow

pytestmark = pytest.mark.shared
Stored = Callable[..., list[dict[str, Any]]]


def take(lake: Lake, *files: Path, **how: Any) -> ImportReport:
    """Import real files."""
    return import_ambient(files, lake, **how)


def test_daily_files_of_cities_cell_by_cell(shared: Path, lake: Lake) -> None:
    files = sorted((shared / "data/cnemc_city_hourly/raw_daily_files").glob("*.csv.gz"))
    report = take(lake, *files)
    assert {file.layout for file in report.files} == {"cnemc-city-wide"}
    assert (report.rows_taken, report.rows_refused, report.cells_refused, report.duplicates) == (
        37233,
        0,
        0,
        0,
    )
    rows = arrow(lake.read("ambient_city_hour")).to_pylist()
    found = {(row["place"], row["time"]): row for row in rows}
    for path in files:
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
            for line in csv.DictReader(file):
                hour = timedelta(hours=int(line["hour"]) - 8)
                row = found.pop(
                    (line["城市"], datetime.strptime(line["date"], "%Y%m%d").replace(tzinfo=UTC) + hour)
                )
                for name, column in (("pm2_5", "PM2.5"), ("so2", "SO2"), ("co", "CO"), ("o3", "O3")):
                    expected = round(float(line[column]) * 1000) if line[column] else None
                    assert row[name] == expected
    assert not found


@pytest.mark.slow
def test_half_a_year_of_all_cities(shared: Path, lake: Lake) -> None:
    folder = shared / "data/cnemc_city_hourly"
    report = take(lake, folder / "china_cities_hourly_201812_201906.parquet")
    assert (report.rows_taken, report.rows_refused, report.cells_refused, report.rounded) == (
        1766926,
        0,
        0,
        0,
    )
    assert len(lake.places("ambient_city_hour")) == 366
    # The same hours once more, as the untouched daily file and as the extract of a province: all stays.
    june = {"since": date(2019, 6, 4), "until": date(2019, 6, 4)}
    before = sorted(map(str, arrow(lake.read("ambient_city_hour", **june)).to_pylist()))
    again = folder / "raw_daily_files/china_cities_20190604.csv.gz"
    take(lake, again, folder / "shanxi11_hourly_201812_202002.csv.gz")
    assert lake.version == 3
    assert sorted(map(str, arrow(lake.read("ambient_city_hour", **june)).to_pylist())) == before


def test_stations_of_shanxi(shared: Path, lake: Lake, stored: Stored) -> None:
    report = take(
        lake, shared / "data/shanxi_station_hourly_2020/shanxi_stations_hourly_202003_202004.csv.gz"
    )
    assert (report.files[0].layout, report.rows_read) == ("cnemc-station-scrape", 13326)
    places = [place.place for place in lake.places("ambient_station_hour")]
    assert "太原/上兰" in places
    assert "太原/上兰(对照点)" in places
    assert {place.split("/")[0] for place in places} >= {"太原", "大同", "临汾", "运城"}
    (row,) = stored(
        "ambient_station_hour",
        places=["临汾/临钢医院"],
        until=datetime(2020, 3, 26, 10, tzinfo=UTC),
    )
    assert (row["o3"], row["co"], row["pm2_5"]) == (76000, 200, 17000)


def test_station_feed(shared: Path, lake: Lake, stored: Stored) -> None:
    report = take(lake, shared / "data/cnemc_station_feed_sample/2022-01-05T00_sample.csv")
    assert (report.files[0].layout, report.rows_taken, report.rows_empty) == ("cnemc-station-feed", 28, 2)
    row = next(row for row in stored("ambient_station_hour") if row["place"] == "1012A")
    assert (row["name"], row["city"], row["pm2_5"], row["co"]) == ("古城", "北京", 59000, 1600)


def test_a_real_shifted_header_is_refused_whole(shared: Path, lake: Lake) -> None:
    name = "taiyuan_daily_2025_2026_shifted_header_raw.csv"
    report = take(lake, shared / "data/taiyuan_daily_other" / name)
    (file,) = report.files
    assert file.refused.startswith(f"{name} row 1: in 523 of 523 rows the values under PM2.5")
    assert (
        'with the values from "PM2.5" on read one column further right the index fits in 333 rows'
        in file.refused
    )
    assert (report.rows_refused, report.rows_taken, lake.version) == (523, 0, 0)
    assert report.path is not None


def test_days_of_taiyuan(shared: Path, lake: Lake, stored: Stored) -> None:
    report = take(lake, shared / "data/taiyuan_daily_other/taiyuan_daily_2013_2019.csv", place="太原")
    assert (report.rows_read, report.rows_taken, report.duplicates) == (2190, 2186, 4)
    (row,) = stored("ambient_city_day", since=date(2019, 12, 3), until=date(2019, 12, 3))
    assert (row["pm2_5"], row["pm10"], row["co"], row["o3_8h_max"]) == (47000, 94000, 980, 24000)


def test_days_of_46_cities(shared: Path, lake: Lake) -> None:
    report = take(lake, shared / "data/city_daily_aqistudy/daily_201312_201701.parquet")
    assert (report.files[0].layout, report.rows_taken, report.rows_refused) == ("named-city-days", 49133, 0)
    assert len(lake.places("ambient_city_day")) == 46


def test_revisions_of_jinan_are_listed(shared: Path, lake: Lake, stored: Stored) -> None:
    file = shared / "data/jinan_station_hourly/jinan_stations_hourly_20201026_20201215.parquet"
    report = take(lake, file)
    assert (report.rows_read, report.rows_taken, report.rows_refused, report.duplicates) == (
        98525,
        97856,
        647,
        22,
    )
    assert {refusal.code for refusal in report.refusals} == {"superseded"}
    # Station 15091 is captured twice nearly every hour, first with the values of the hour before. Its later
    # captures are those of station 1: one instrument under two codes, told and left to a person.
    (first, second, dead) = report.files[0].findings
    assert (first.code, first.places, first.kept_out) == ("duplicate_station", ("1", "15091"), False)
    assert (second.code, second.places, second.kept_out) == ("duplicate_station", ("15096", "362"), False)
    assert (dead.code, dead.places) == ("stopped", ("12151",))
    # The first hour of the first station: CO is in µg/m³ there.
    row = min((row for row in stored("ambient_station_hour", places=["1"])), key=lambda row: row["time"])
    assert (row["co"], row["pm10"], row["o3"]) == (564, 178000, 145000)


def test_stations_of_beijing(shared: Path, lake: Lake) -> None:
    folder = shared / "data/beijing_multisite_hourly"
    report = take(lake, folder / "beijing_9stations_201303_201702.parquet")
    assert (report.files[0].layout, report.rows_taken) == ("beijing-uci", 315576)
    assert "assumed" in report.files[0].convention
    assert lake.span("ambient_station_hour") == (
        datetime(2013, 2, 28, 17, tzinfo=UTC),
        datetime(2017, 2, 28, 16, tzinfo=UTC),
    )
    before = arrow(lake.read("ambient_station_hour", places=["Dongsi"])).num_rows
    sample = take(lake, folder / "raw_header_sample.csv")
    assert sample.files[0].layout == "beijing-uci"
    assert arrow(lake.read("ambient_station_hour", places=["Dongsi"])).num_rows == before


@pytest.mark.parametrize(
    "name", ["jinan_station_hourly/jinan_met_20201026_20201215.parquet", "published_tables/README.md"]
)
def test_files_of_other_things_are_refused(shared: Path, lake: Lake, name: str) -> None:
    report = take(lake, shared / "data" / name)
    assert "of no known layout" in report.files[0].refused
    assert lake.version == 0
