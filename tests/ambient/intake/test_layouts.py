"""Each layout on a small file of our own: recognised, its stamps and units understood."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lantian.ambient.intake import LAYOUTS, ImportReport, import_ambient
from lantian.ambient.intake.headings import understand
from lantian.errors import LantianError
from lantian.lake import Lake, arrow

Take = Callable[..., ImportReport]
Stored = Callable[..., list[dict[str, Any]]]

WIDE = (
    "date,hour,城市,AQI,PM2.5,PM2.5_24h,PM10,PM10_24h,SO2,SO2_24h,NO2,NO2_24h,O3,O3_24h,O3_8h,O3_8h_24h,CO,CO_24h\n"
    "20190604,0,太原,50,35.0,19.0,50.0,24.0,7.0,7.0,26.0,26.0,92.0,92.0,50.0,84.0,0.97,0.6\n"
    "20190604,1,太原,,,19.0,,24.0,,7.0,,26.0,,92.0,50.0,84.0,,0.6\n"
)


def test_cnemc_city_wide(take: Take, stored: Stored) -> None:
    report = take("\ufeff" + WIDE)
    (file,) = report.files
    assert (file.layout, file.kind) == ("cnemc-city-wide", "ambient_city_hour")
    assert file.convention.startswith("a stamp is the end of its hour (the network labels")
    assert (file.rows_read, file.rows_taken, file.rows_empty, report.version) == (2, 2, 1, 1)
    assert "PM2.5_24h" in file.unused
    first, second = stored()
    # Hour 0 of 4 June is the hour before midnight: it ends at 16:00 UTC of 3 June.
    assert first["time"] == datetime(2019, 6, 3, 16, tzinfo=UTC)
    assert (first["place"], first["name"], first["city"]) == ("太原", "太原", None)
    assert [first[p] for p in ("so2", "no2", "co", "o3", "pm10", "pm2_5")] == [
        7000,
        26000,
        970,
        92000,
        50000,
        35000,
    ]
    assert [second[p] for p in ("so2", "no2", "co", "o3", "pm10", "pm2_5")] == [None] * 6


@pytest.mark.parametrize(
    ("places", "layout", "kind", "keys"),
    [
        ("太原,大同市", "cnemc-city-long", "ambient_city_hour", ["大同", "太原"]),
        ("1081A,1082A", "cnemc-station-long", "ambient_station_hour", ["1081A", "1082A"]),
    ],
)
def test_cnemc_long(
    *, take: Take, stored: Stored, places: str, layout: str, kind: str, keys: list[str]
) -> None:
    lines = [
        f"date,hour,type,{places}",
        "20220105,0,AQI,85,60",
        "20220105,0,PM2.5,62,",
        "20220105,0,PM2.5_24h,59,44",
        "20220105,0,PM10,85,41.5",
        "20220105,0,SO2,2,3",
        "20220105,0,NO2,64,5",
        "20220105,0,O3,27,6",
        "20220105,0,O3_8h,1,1",
        "20220105,0,CO,1.6,0.125",
        "20220105,1,PM2.5,1,-2",
        "20220105,1,CO,3,1500",
    ]
    report = take("\n".join(lines))
    (file,) = report.files
    assert (file.layout, file.kind) == (layout, kind)
    # a's two hours and b's first; b's second hour holds nothing but refused values.
    assert (file.rows_read, file.rows_taken, file.rows_refused, file.cells_refused) == (4, 3, 1, 2)
    rows = stored(kind)
    assert sorted({row["place"] for row in rows}) == keys
    by_key = {(row["name"], row["time"].hour): row for row in rows}
    first, second = places.split(",")
    assert by_key[first, 16]["pm2_5"] == 62000
    assert by_key[first, 16]["co"] == 1600
    assert by_key[first, 17]["pm10"] is None
    assert by_key[second, 16]["pm2_5"] is None
    assert by_key[second, 16]["pm10"] == 41500
    assert by_key[second, 16]["co"] == 125
    found = {(r.row, r.column, r.code) for r in report.refusals}
    assert found >= {(11, second, "negative"), (12, second, "absurd")}


def test_lines_of_the_long_form_are_judged(take: Take, stored: Stored) -> None:
    lines = [
        "date,hour,type,a,b",
        "20220105,0,PM2.5,1,2",
        "20220105,0,PM10,5,6",
        "20220105,0,PM2.5,1,2",
        "20220105,0,PM10,5,7",
        "20221305,0,PM2.5,1,1",
        "20220105,25,PM2.5,1,1",
        "20290105,1,PM2.5,1,1",
    ]
    report = take("\n".join(lines))
    (file,) = report.files
    assert file.rows_read == file.rows_taken + file.rows_refused + file.duplicates
    assert (file.rows_taken, file.duplicates) == (2, 1)
    assert {(r.row, r.code) for r in report.refusals} == {
        (3, "duplicate"),
        (6, "not_a_time"),
        (7, "not_a_time"),
        (8, "future"),
    }
    assert [(row["place"], row["pm2_5"], row["pm10"]) for row in stored()] == [
        ("a", 1000, 5000),
        ("b", 2000, 7000),
    ]


def test_station_feed(take: Take, stored: Stored) -> None:
    take(
        "timepoint,stationcode,longitude,latitude,area,positionname,primarypollutant,aqi,pm10,pm2_5,o3,no2,so2,co\n"
        '2022-01-05T00:00:00,1081A,112.4,38.0,太原市,尖草坪,"细颗粒物(PM2.5),二氧化氮",80,85,62,59,64,2,1.6\n'
    )
    (row,) = stored("ambient_station_hour")
    assert (row["place"], row["name"], row["city"]) == ("1081A", "尖草坪", "太原")
    assert (row["time"], row["co"], row["o3"]) == (datetime(2022, 1, 4, 16, tzinfo=UTC), 1600, 59000)


def test_station_scrape(take: Take, stored: Stored) -> None:
    report = take(
        "city,city_code,time,WatchPoint,AQI,Level,PrimaryPollution,PM2.5,PM10,CO,NO2,O3_1h,O3_8h,SO2\n"
        "临汾,141000,2020-03-26 18:00:00,市监测站,25.0,优,,17.0,25.0,0.2,18.0,76.0,59.0,2.0\n"
        "太原,140100,2020-03-26 18:00:00,市监测站,25.0,优,,18.0,25.0,0.2,18.0,76.0,59.0,2.0\n"
    )
    assert report.files[0].layout == "cnemc-station-scrape"
    rows = stored("ambient_station_hour")
    # Two cities have a station of this name: the key tells them apart.
    assert [row["place"] for row in rows] == ["临汾/市监测站", "太原/市监测站"]
    assert (rows[0]["name"], rows[0]["city"], rows[0]["o3"]) == ("市监测站", "临汾", 76000)


def test_beijing_stamps_are_taken_for_starts_and_said_to_be_assumed(take: Take, stored: Stored) -> None:
    content = (
        '"No","year","month","day","hour","PM2.5","PM10","SO2","NO2","CO","O3","TEMP","wd","WSPM","station"\n'
        '1,2013,3,1,0,9,9,3,NA,300,89,-0.5,"NNW",5.7,"Dongsi"\n'
    )
    report = take(content)
    (file,) = report.files
    assert file.layout == "beijing-uci"
    assert "start of its hour (assumed" in file.convention
    (row,) = stored("ambient_station_hour")
    assert (row["time"], row["co"], row["no2"]) == (datetime(2013, 2, 28, 17, tzinfo=UTC), 300, None)
    assert "as given" in take(content, stamp="end").files[0].convention
    assert {row["time"].hour for row in stored("ambient_station_hour")} == {16, 17}


@pytest.mark.parametrize(
    "heading",
    [
        "站点,时间,二氧化硫,二氧化氮,一氧化碳(mg/m³),臭氧,可吸入颗粒物,细颗粒物（μg/m3）",
        "监测点名称,监测时间,SO₂,NO₂,CO(mg/m3),O₃(µg/m³),PM₁₀,PM₂.₅",
        "site_name;datetime;so2 (ug/m3);no2;co;o3_1h;pm10;pm25",
        "Station\tTime\tSO2浓度\tNO2浓度\tCO浓度\tO3小时均值\tPM10浓度\tPM2.5浓度",
        "station_id,time,SO2value,NO2value,COvalue,O3_1value,PM10value,PM2_5value",
    ],
)
def test_usual_spellings(take: Take, stored: Stored, heading: str) -> None:
    mark = next(mark for mark in "\t;," if mark in heading)
    report = take(heading + "\n" + mark.join(["东山", "2019/6/1 5:00", "1", "2", "0.3", "4", "5", "6"]))
    assert report.files[0].layout == "named-station-hours"
    (row,) = stored("ambient_station_hour")
    assert row["time"] == datetime(2019, 5, 31, 21, tzinfo=UTC)
    assert [row[p] for p in ("so2", "no2", "co", "o3", "pm10", "pm2_5")] == [
        1000,
        2000,
        300,
        4000,
        5000,
        6000,
    ]


@pytest.mark.parametrize(
    ("heading", "cell", "column", "expected"),
    [
        ("co_ugm3", "564.4", "co", 564),
        ("CO(μg/m3)", "564.5", "co", 564),
        ("CO(µg/m³)", "565.5", "co", 566),
        ("PM2.5(mg/m3)", "0.0355", "pm2_5", 35500),
        ("PM2.5", "35.0005", "pm2_5", 35000),
        ("PM2.5", "35.0015", "pm2_5", 35002),
        ("PM2.5", "35.00050000001", "pm2_5", 35001),
        ("PM2.5", "3.5e1", "pm2_5", 35000),
        ("PM2.5", " 35 ", "pm2_5", 35000),
        ("PM2.5", "+.5", "pm2_5", 500),
    ],
)
def test_units_and_decimals(
    *, take: Take, stored: Stored, heading: str, cell: str, column: str, expected: int
) -> None:
    report = take(f"city,time,{heading}\n太原,2019-06-01 05:00,{cell}\n")
    assert stored()[0][column] == expected
    scale = 1 if "u" in heading or "μ" in heading or "µ" in heading else 1000
    exact = float(cell) * (1_000_000 if "mg" in heading else scale)
    assert report.rounded == (abs(exact - expected) > 1e-9)


@pytest.mark.parametrize(
    ("cells", "utc"),
    [
        ("2019-06-01 05:00", datetime(2019, 5, 31, 21, tzinfo=UTC)),
        ("2019-06-01", datetime(2019, 5, 31, 16, tzinfo=UTC)),
        ("2019-06-01 24:00", datetime(2019, 6, 1, 16, tzinfo=UTC)),
        ("2019-06-01T05:00:00Z", datetime(2019, 6, 1, 5, tzinfo=UTC)),
        ("2019-06-01T05:00:00+08:00", datetime(2019, 5, 31, 21, tzinfo=UTC)),
        ("2019年6月1日 5:00", datetime(2019, 5, 31, 21, tzinfo=UTC)),
        ("2019.6.1 05:00:00", datetime(2019, 5, 31, 21, tzinfo=UTC)),
        ("2019-06-01 05:00:00 PM", None),
        ("05/06/2019 05:00", None),
        ("2019-06-31 05:00", None),
        ("infinity", None),
        ("2019-06-01 05:30", None),
        ("1989-06-01 05:00", None),
    ],
)
def test_times(take: Take, stored: Stored, cells: str, utc: datetime | None) -> None:
    report = take(f"city,time,pm2_5\n太原,{cells},35\n")
    assert [row["time"] for row in stored()] == ([utc] if utc else [])
    assert report.rows_refused == (utc is None)


def test_start_stamps_can_be_declared(take: Take, stored: Stored) -> None:
    report = take("city,date,hour,pm2_5\n太原,2019-06-01,23,1\n", stamp="start")
    assert stored()[0]["time"] == datetime(2019, 6, 1, 16, tzinfo=UTC)
    assert report.files[0].convention == "a stamp is the start of its hour (as given)"


def test_daily_files(take: Take, stored: Stored) -> None:
    report = take("城市,日期,AQI,PM2.5,O3,O3_8h\n太原市,20190601,50,35,180,120.5\n")
    assert report.files[0].layout == "named-city-days"
    (row,) = stored("ambient_city_day")
    assert (row["place"], row["date"], row["o3_8h_max"]) == ("太原", date(2019, 6, 1), 120500)
    report = take("row,date,pm2_5,o3\n0,2019-06-02,35,60\n", place="太原")
    assert '"o3" is taken for the largest 8-hour mean of the day' in report.files[0].notes
    assert stored("ambient_city_day")[1]["o3_8h_max"] == 60000


def test_a_file_without_places_says_how_to_give_one(take: Take) -> None:
    report = take("date,pm2_5\n2019-06-02,35\n")
    assert "of no known layout" in report.files[0].refused
    report = take("city,date,pm2_5\n太原,2019-06-02,35\n", place="大同")
    assert 'column "city" names the places already' in report.files[0].refused


def test_headings_may_stand_below_a_title(take: Take, stored: Stored) -> None:
    report = take("空气质量日报,,\n,,\n城市,日期,PM2.5\n太原,2019-06-01,—\n太原,2019-06-02,7\n")
    assert report.files[0].notes[0].startswith("no column for")
    assert "the headings are in row 3" in report.files[0].notes
    assert [(r.row, r.value) for r in report.refusals if r.code == "not_a_number"] == [(4, "—")]
    assert [row["pm2_5"] for row in stored("ambient_city_day")] == [7000]


@pytest.mark.parametrize("type_", [pa.float32(), pa.float64(), pa.string(), pa.decimal128(9, 2)])
def test_parquet_columns_of_any_type(take: Take, stored: Stored, tmp_path: Path, type_: pa.DataType) -> None:
    words = pa.array(["0.6", None, "0.97"])
    table = pa.table(
        {
            "station": pa.array([7, 7, 8]),
            "time": pa.array([datetime(2019, 6, 1, h) for h in (1, 2, 3)]),  # noqa: DTZ001 - local, as in files
            "co": words.cast(type_),
            "pm10": pa.array([5, None, 7], pa.int16()),
            "wd": ["N", "S", "E"],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    report = take((tmp_path / "t.parquet").read_bytes(), name="t.parquet")
    rows = stored("ambient_station_hour")
    assert [row["co"] for row in rows] == [600, None, 970]
    assert [row["pm10"] for row in rows] == [5000, None, 7000]
    assert [row["place"] for row in rows] == ["7", "7", "8"]
    assert rows[0]["time"] == datetime(2019, 5, 31, 17, tzinfo=UTC)
    assert (report.rounded, report.rows_empty) == (0, 1)


def test_parquet_times_with_zone_dates_and_nan(take: Take, stored: Stored, tmp_path: Path) -> None:
    instant = datetime(2019, 6, 1, 5, tzinfo=UTC)
    table = pa.table({"city": ["a"], "time": pa.array([instant]), "pm2_5": [float("nan")], "pm10": [1.0]})
    pq.write_table(table, tmp_path / "t.parquet")
    take((tmp_path / "t.parquet").read_bytes(), name="t.parquet")
    assert [(row["time"], row["pm2_5"], row["pm10"]) for row in stored()] == [(instant, None, 1000)]
    table = pa.table({"city": ["a"], "date": pa.array([date(2019, 6, 1)]), "pm2_5": [1]})
    pq.write_table(table, tmp_path / "d.parquet")
    take((tmp_path / "d.parquet").read_bytes(), name="d.parquet")
    assert stored("ambient_city_day")[0]["date"] == date(2019, 6, 1)


def test_packed_and_plain_are_the_same_content(take: Take) -> None:
    assert take(WIDE).rows_taken == 2
    report = take(gzip.compress(WIDE.encode()), name="again.csv.gz")
    assert (report.rows_taken, report.files[0].already, report.version) == (0, 1, 1)
    assert "nothing was added" in "\n".join(report.lines())


def test_a_named_layout_is_the_only_one_tried(take: Take) -> None:
    assert "of no known layout" in take(WIDE, layout="cnemc-station-feed").files[0].refused
    assert take(WIDE, layout="cnemc-city-wide").rows_taken == 2
    with pytest.raises(LantianError, match=r'"cnemc" is not a layout\. Layouts are cnemc-city-wide'):
        take(WIDE, layout="cnemc")


def test_every_layout_states_its_convention() -> None:
    for layout in LAYOUTS.values():
        assert layout.why
        assert layout.title
        assert layout.headings or layout.roles


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(LantianError, match=r'columns "PM2\.5" and "pm25" both mean pm2_5'):
        understand(["city", "PM2.5", "pm25"])
    with pytest.raises(LantianError, match=r'column "SO2\(ppb\)" is in ppb'):
        understand(["city", "SO2(ppb)"])
    assert [heading.role for heading in understand(["AQI", "aqi_max", "PM10_24h", "x"])] == [
        "aqi",
        "",
        "",
        "",
    ]


def test_threads_import_side_by_side(tmp_path: Path, lake: Lake) -> None:
    def take_one(number: int) -> ImportReport:
        path = tmp_path / f"{number}.csv"
        rows = "".join(f"p{number},2019-06-{day:02} 05:00,{number}\n" for day in range(1, 31))
        path.write_text(f"city,time,pm2_5\n{rows}p{number},x,1\n", "utf-8")
        return import_ambient([path], lake)

    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(take_one, range(8)))
    assert [report.rows_taken for report in reports] == [30] * 8
    assert len({report.path for report in reports}) == 8
    rows = arrow(lake.read("ambient_city_hour")).to_pylist()
    assert {(row["place"], row["pm2_5"]) for row in rows} == {(f"p{n}", n * 1000) for n in range(8)}
    assert len(rows) == 8 * 30


def test_a_day_of_a_nation_in_the_long_form(take: Take, stored: Stored) -> None:
    """Wide enough for every vector size of the engine: 1,500 columns, 36,000 hours."""
    codes = [f"{number}A" for number in range(1001, 2501)]
    lines = ["date,hour,type," + ",".join(codes)]
    for hour in range(24):
        for kind, factor in (("PM2.5", 1), ("CO", 0.001), ("AQI", 1)):
            lines.append(
                f"20220105,{hour},{kind},"
                + ",".join(f"{(int(c[:-1]) % 50 + hour) * factor:g}" for c in codes)
            )
    report = take("\n".join(lines))
    assert (report.rows_read, report.rows_taken, report.cells_refused) == (36_000, 36_000, 0)
    rows = stored("ambient_station_hour")
    first = datetime(2022, 1, 4, 16, tzinfo=UTC)
    for row in rows:
        expected = int(row["place"][:-1]) % 50 + int((row["time"] - first).total_seconds() // 3600)
        assert (row["pm2_5"], row["co"], row["so2"]) == (expected * 1000, expected, None)


def test_one_region_of_a_large_file_and_the_rest_later(take: Take, stored: Stored) -> None:
    rows = [
        f"city{number % 100},2019-06-{number // 2400 + 1:02} {number // 100 % 24:02}:00,{number % 70 + 1}"
        for number in range(24_000)
    ]
    content = "city,time,pm2_5\n" + "\n".join(rows + rows[:5000])
    report = take(content, known_places=lambda place: place.endswith("7"))
    assert (report.rows_taken, report.rows_refused, report.duplicates) == (2400, 26_100, 500)
    assert len({row["place"] for row in stored()}) == 10
    report = take(content)
    assert (report.rows_taken, report.files[0].known, report.duplicates) == (21_600, 2400, 5000)
    assert len(stored()) == 24_000
