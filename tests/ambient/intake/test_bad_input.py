"""What is wrong with a file: named with row, column and reason; what was good is kept."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lantian.ambient.intake import ImportReport, import_ambient
from lantian.errors import LantianError
from lantian.lake import Lake

Take = Callable[..., ImportReport]
Stored = Callable[..., list[dict[str, Any]]]
HEAD = "city,time,so2,no2,co,o3,pm10,pm2_5\n"


def faults(report: ImportReport) -> list[tuple[int, str, str, str]]:
    """Row, column, value and code of everything refused."""
    return [(r.row, r.column, r.value, r.code) for r in report.refusals]


def balanced(report: ImportReport) -> bool:
    """Whether every row is accounted for."""
    return all(f.rows_read == f.rows_taken + f.rows_refused + f.duplicates + f.known for f in report.files)


# -- cells


@pytest.mark.parametrize(
    ("column", "cell", "code", "reason"),
    [
        ("pm2_5", '"1,3"', "not_a_number", '"1,3" is not a number. Write 1.3.'),
        ("pm2_5", "—", "not_a_number", '"—" is not a number.'),
        ("pm2_5", "--", "not_a_number", "Leave the cell empty"),
        ("pm2_5", "12a", "not_a_number", '"12a" is not a number'),
        ("pm2_5", "1_000", "not_a_number", "is not a number"),
        ("pm2_5", "inf", "not_a_number", "is not a number"),
        ("pm2_5", "１２", "not_a_number", "is not a number"),
        ("pm2_5", "-5", "negative", '"-5" is negative'),
        ("pm2_5", "-0.0001", "negative", "is negative"),
        ("pm2_5", "10001", "absurd", '"10001" µg/m³ is above 10,000 µg/m³: particle monitors'),
        ("pm10", "99999", "absurd", "is above 10,000"),
        ("o3", "1e9", "absurd", "is above 2,143"),
        ("co", "564", "absurd", "Perhaps it is in µg/m³: then call the column co_ugm3."),
    ],
)
def test_a_refused_cell_costs_only_itself(
    *, take: Take, stored: Stored, column: str, cell: str, code: str, reason: str
) -> None:
    cells = dict.fromkeys(("so2", "no2", "co", "o3", "pm10", "pm2_5"), "1") | {column: cell}
    report = take(
        HEAD + "太原,2019-06-01 01:00,1,1,1,1,1,1\n太原,2019-06-01 02:00," + ",".join(cells.values())
    )
    assert faults(report) == [(3, column, cell.strip('"'), code)]
    assert reason in report.refusals[0].line
    assert report.refusals[0].line.startswith(f"hours.csv row 3, column {column}: ")
    assert (report.rows_taken, report.rows_refused, report.cells_refused) == (2, 0, 1)
    assert stored()[1][column] is None
    assert [stored()[1][name] for name in cells if name != column] == [1000] * 5


@pytest.mark.parametrize("cell", ["", " ", "NA", "NaN", "nan", "null", "None", "N/A"])
def test_marks_of_a_missing_value_are_no_faults(take: Take, stored: Stored, cell: str) -> None:
    report = take(f"{HEAD}太原,2019-06-01 01:00,{cell},2,3,4,5,6\n")
    assert faults(report) == []
    assert (stored()[0]["so2"], stored()[0]["no2"]) == (None, 2000)


def test_values_at_the_bounds_are_taken(take: Take, stored: Stored) -> None:
    report = take(
        f"{HEAD}太原,2019-06-01 01:00,2860,2054,63,2143,10000,10000\n太原,2019-06-01 02:00,1,1,0.1,1,2,1\n"
    )
    assert faults(report) == []
    assert stored()[0]["pm10"] == 10_000_000


# -- rows


def test_rows_that_cannot_be_used(take: Take, stored: Stored) -> None:
    report = take(
        HEAD
        + "太原,2019-06-01 01:00,1,2,3,4,5,6\n"
        + "太原,yesterday,1,2,3,4,5,6\n"
        + ",2019-06-01 02:00,1,2,3,4,5,6\n"
        + "\n"
        + "太原,2026-11-22 13:00,1,2,3,4,5,6\n"
        + "太原,2026-11-22 12:00,1,2,3,4,5,6\n"
        + "太原,2019-06-01 03:00,-1,x,,,,\n"
        + "太原,2019-06-01 04:00,,,,,,\n"
        + "太原,2019-06-01 05:00,1,2,3\n"
        + "太原,2019-06-01 06:00,1,2,3,4,5,6,7\n"
    )
    assert [(row, code) for row, _, _, code in faults(report)] == [
        (3, "not_a_time"),
        (4, "no_place"),
        (6, "future"),
        (8, "nothing_left"),
        (8, "negative"),
        (8, "not_a_number"),
        (10, "cells_per_row"),
        (11, "cells_per_row"),
    ]
    assert (report.rows_read, report.rows_taken, report.rows_refused, report.rows_empty) == (9, 3, 6, 1)
    assert balanced(report)
    # Now is 12:00 in Shanghai: the hour that ended this minute is over.
    assert [row["time"].hour for row in stored()] == [17, 20, 4]


def test_with_start_stamps_an_hour_is_over_an_hour_later(take: Take) -> None:
    content = HEAD + "太原,2026-11-22 11:00,1,1,1,1,1,1\n太原,2026-11-22 12:00,1,1,1,1,1,1\n"
    assert faults(take(content, stamp="start")) == [(3, "time", "2026-11-22 12:00", "future")]


def test_today_is_not_a_whole_day_yet_but_tomorrow_is_the_future(take: Take) -> None:
    report = take("city,date,pm2_5\n太原,2026-11-21,1\n太原,2026-11-23,1\n太原,2026-11-20 05:00,1\n")
    assert [code for *_, code in faults(report)] == ["future", "not_on_the_day"]


def test_repeated_rows(take: Take, stored: Stored) -> None:
    report = take(
        HEAD
        + "太原,2019-06-01 01:00,1,1,1,1,1,1\n"
        + "太原,2019-06-01 02:00,1,1,1,1,1,1\n"
        + "太原,2019-06-01 01:00,1,1,1,1,1,1\n"
        + "太原,2019-06-01 02:00,1,1,1,1,1,9\n"
        + "太原,2019-06-01 02:00,1,1,1,1,1,\n"
        + "太原,2019-06-01 02:00,1,1,1,1,1,7\n"
    )
    assert report.duplicates == 1
    assert faults(report) == [(row, "time", "2019-06-01 02:00", "duplicate") for row in (3, 5, 6)]
    assert "row 7 gives other values for 太原 at the same time" in report.refusals[0].line
    assert balanced(report)
    assert [row["pm2_5"] for row in stored()] == [1000, 7000]


def test_a_place_the_region_list_does_not_know(take: Take, stored: Stored) -> None:
    content = HEAD + "太原,2019-06-01 01:00,1,1,1,1,1,1\n火星,2019-06-01 01:00,1,1,1,1,1,x\n"
    report = take(content, known_places={"太原"}.__contains__)
    assert faults(report) == [(3, "", "火星", "unknown_place")]
    assert report.refusals[0].reason == '"火星" is not a place of the region list.'
    assert [row["place"] for row in stored()] == ["太原"]
    # The list is mended; the file is the same. What was taken stays, a correction in between included.
    take(HEAD + "太原,2019-06-01 01:00,5,5,5,5,5,5\n", name="correction.csv")
    again = take(content, known_places={"太原", "火星"}.__contains__)
    assert (again.rows_taken, again.files[0].known, again.files[0].already) == (1, 1, 1)
    assert balanced(again)
    assert [(row["place"], row["so2"]) for row in stored()] == [("太原", 5000), ("火星", 1000)]


def test_nothing_but_refused_rows_is_no_version(take: Take, lake: Lake) -> None:
    report = take(HEAD + "太原,never,1,1,1,1,1,1\n")
    assert (lake.version, report.version, report.ok) == (0, 0, False)


# -- whole files


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"  \n\n", "the file is empty"),
        (HEAD.encode(), "the file has headings and no rows"),
        (b"\xef\xbb\xbf", "no known layout"),
        (b"PK\x03\x04rest", "this is a spreadsheet (.xlsx) or zip archive. Save the sheet as CSV"),
        (b"\xd0\xcf\x11\xe0rest", "this is an old spreadsheet (.xls)"),
        (b"%PDF-1.7", "this is a PDF"),
        (b"PAR1rest", "the Parquet file is damaged"),
        (b"\x1f\x8brest", "the gzip file is damaged"),
        (b"name,age\nx,1\n", "these headings are of no known layout: name, age"),
        (HEAD.encode() + "太原".encode() + b",\xff\xff\n", "(0xff, row 2) is not text in utf-8 or gb18030"),
        (b"\xef\xbb\xbfcity,\xcc\n", "byte 8 (0xcc, row 1) is not text in utf-8"),
        (b"city,time,PM2.5,pm25\n", "both mean pm2_5"),
        (b"city,time,SO2(ppb)\na,2019-06-01,1\n", "is in ppb, which is not converted"),
        (b"date,hour,type,a,a\n20190601,0,CO,1,1\n", 'two columns are called "a"'),
        (b"date,hour,type,a\n20190601,0,AQI,1\n", "no line is of a pollutant; types are AQI"),
    ],
)
def test_files_that_cannot_be_understood(take: Take, lake: Lake, content: bytes, message: str) -> None:
    report = take(content)
    assert message in report.files[0].refused
    assert report.files[0].refused.startswith("hours.csv")
    assert not report.ok
    assert lake.version == 0
    assert not list(lake.root.rglob("*.parquet"))
    assert report.path is not None
    (line,) = csv.DictReader(report.path.read_text("utf-8-sig").splitlines())
    assert line["file"] == "hours.csv"
    assert message in line["reason"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_encodings(take: Take, stored: Stored, encoding: str) -> None:
    report = take("城市,时间,细颗粒物\n太原市,2019-06-01 01:00,35\n".encode(encoding))
    assert faults(report) == []
    assert [(row["place"], row["pm2_5"]) for row in stored()] == [("太原", 35000)]


def test_gbk_that_could_be_utf8_is_read_as_gbk(take: Take, stored: Stored) -> None:
    # The bytes of these two characters are well-formed UTF-8 as well.
    assert "太原".encode("gbk").decode("utf-8") == "\u032b\u052d"
    take(f"{HEAD}太原,2019-06-01 01:00,1,1,1,1,1,1\n".encode("gbk"))
    assert [row["place"] for row in stored()] == ["太原"]


def test_latin_letters_stay_utf8(take: Take, stored: Stored) -> None:
    take(f"{HEAD}Ürümqi,2019-06-01 01:00,1,1,1,1,1,1\n")
    assert [row["place"] for row in stored()] == ["Ürümqi"]


def test_one_bad_file_does_not_cost_the_others(tmp_path: Path, lake: Lake) -> None:
    (tmp_path / "bad.csv").write_text("x")
    (tmp_path / "good.csv").write_text(HEAD + "太原,2019-06-01 01:00,1,1,1,1,1,1\n", "utf-8")
    lines: list[str] = []
    report = import_ambient([tmp_path / "bad.csv", tmp_path / "good.csv"], lake, progress=lines.append)
    assert [bool(file.refused) for file in report.files] == [True, False]
    assert (report.rows_taken, report.version) == (1, 1)
    assert lines == ["[1/2] bad.csv", "[2/2] good.csv"]
    with pytest.raises(LantianError, match=r"gone\.csv: there is no such file"):
        import_ambient([tmp_path / "good.csv", tmp_path / "gone.csv"], lake)
    with pytest.raises(LantianError, match="no file was named"):
        import_ambient([], lake)


# -- shifted headings

# (PM2.5, its published sub-index as AQI); PM10 alongside it is always smaller.
DAYS = [
    (75, 100),
    (43, 60),
    (30, 43),
    (115, 150),
    (52, 72),
    (90, 120),
    (20, 29),
    (60, 82),
    (101, 133),
    (35, 50),
]


def daily(head: str, line: str) -> str:
    """A daily file of DAYS."""
    rows = (line.format(day=f"2025-01-{i:02}", pm=pm, aqi=aqi) for i, (pm, aqi) in enumerate(DAYS, start=1))
    return head + "\n" + "\n".join(rows) + "\n"


def test_right_headings_are_believed(take: Take) -> None:
    report = take(daily("日期,AQI,PM2.5,PM10,SO2,NO2,CO,O3,城市", "{day},{aqi},{pm},40,6,20,0.5,60,太原"))
    assert report.rows_taken == len(DAYS)


def test_an_extra_column_is_noticed_by_the_index(take: Take, lake: Lake) -> None:
    content = daily("日期,AQI,PM2.5,PM10,SO2,NO2,CO,O3,城市", "{day},{aqi},214,{pm},10,6,20,0.5,太原")
    report = take(content)
    (file,) = report.files
    assert (file.rows_refused, file.rows_taken, lake.version) == (len(DAYS), 0, 0)
    assert file.refused.startswith(
        "hours.csv row 1: in 10 of 10 rows the values under PM2.5, PM10, SO2, NO2, CO, O3"
    )
    assert (
        'with the values from "PM2.5" on read one column further right the index fits in 10 rows'
        in file.refused
    )
    assert faults(report) == [(1, "", "", "shifted_headings")]


def test_a_quotation_mark_that_is_not_closed_costs_its_row_only(take: Take, stored: Stored) -> None:
    report = take(HEAD + '太原,2019-06-01 01:00,"1,1,1,1,1,1\n太原,2019-06-01 02:00,1,1,1,1,1,1\n')
    assert faults(report) == [(2, "so2", '"1', "not_a_number")]
    assert (
        "a quotation mark is not closed; all of them were read as plain characters" in report.files[0].notes
    )
    assert [row["so2"] for row in stored()] == [None, 1000]


@pytest.mark.parametrize(
    ("head", "line", "message"),
    [
        (
            "日期,质量等级,AQI,PM2.5,城市",
            "{day},重度污染,{aqi},{pm},太原",
            '"质量等级" is not the level of "AQI" in 10 of 10 rows',
        ),
        (
            "日期,PM2.5,等级,PM10,城市",
            "{day},良,{pm},40,太原",
            'under the heading "PM2.5" stand words such as "良"',
        ),
        ("日期,AQI,PM2.5,城市", "{day},214,{aqi},{pm},太原", "10 of 10 rows have 5 cells under 4 headings"),
        ("日期,AQI,rank,PM2.5,城市", "{day},{aqi},{pm},太原", "10 of 10 rows have 4 cells under 5 headings"),
    ],
)
def test_other_witnesses_of_a_shift(take: Take, lake: Lake, head: str, line: str, message: str) -> None:
    report = take(daily(head, line))
    assert message in report.files[0].refused
    assert "Put the headings over their columns" in report.files[0].refused
    assert (report.rows_refused, lake.version) == (len(DAYS), 0)


def test_single_contradictions_are_no_shift(take: Take) -> None:
    head, line = "日期,质量等级,AQI,PM2.5,城市", "{day},,{aqi},{pm},太原"
    content = daily(head, line).replace(",75,", ",750,").replace(",43,", ",430,")
    assert take(content).rows_taken == len(DAYS)


def test_a_station_that_never_measures_is_no_shift(take: Take) -> None:
    lines = "".join(f"太原,2019-06-01 {hour:02}:00,—,1,1,1,1,1\n" for hour in range(20))
    report = take(HEAD + lines)
    assert (report.rows_taken, report.cells_refused) == (20, 20)


# -- the report


def test_the_report_is_complete_and_spreadsheets_can_read_it(take: Take, lake: Lake) -> None:
    lines = [
        f"太原,2019-06-{day:02} {hour:02}:00,=1+1,-1,1,1,1,1" for day in range(1, 29) for hour in range(24)
    ]
    report = take(HEAD + "\n".join(lines), name="some file.csv")
    assert report.path is not None
    assert report.path.parent == lake.root / "reports"
    assert report.path.name.endswith("-some_file.refused.csv")
    assert report.path.read_bytes().startswith(b"\xef\xbb\xbf")
    listed = list(csv.DictReader(report.path.read_text("utf-8-sig").splitlines()))
    assert len(listed) == report.refusal_count == 2 * 28 * 24 == report.cells_refused
    assert len(report.refusals) == 1000
    assert listed[0] == {
        "file": "some file.csv",
        "row": "2",
        "column": "so2",
        "value": "'=1+1",
        "code": "not_a_number",
        "reason": '"=1+1" is not a number. Leave the cell empty when there is no value.',
    }
    shown = report.lines()
    assert "672 of 672 rows taken; 1,344 values refused" in shown[1]
    assert f"All that was refused is listed in {report.path}" in shown
    assert report.as_dict()["refusal_count"] == 1344


def test_the_report_can_go_elsewhere_and_is_not_written_for_nothing(take: Take, tmp_path: Path) -> None:
    good = HEAD + "太原,2019-06-01 01:00,1,1,1,1,1,1\n"
    assert take(good, report=tmp_path / "r.csv").path is None
    assert not (tmp_path / "r.csv").exists()
    assert take(good + "x", report=tmp_path / "r.csv").path == tmp_path / "r.csv"
    assert (tmp_path / "r.csv").exists()


def test_rows_are_counted_as_a_spreadsheet_shows_them(take: Take) -> None:
    content = (
        'city,name,time,pm2_5\n太原,"two\nlines",2019-06-01 01:00,1\n太原,x\n太原,"a\nb",2019-06-01 02:00,y\n'
        "太原,x\n太原,x,2019-06-01 03:00,z\n"
    )
    report = take(content)
    assert [(row, code) for row, _, _, code in faults(report)] == [
        (3, "cells_per_row"),
        (4, "nothing_left"),
        (4, "not_a_number"),
        (5, "cells_per_row"),
        (6, "nothing_left"),
        (6, "not_a_number"),
    ]


def test_the_present_needs_a_zone_and_the_stamp_a_known_end(take: Take) -> None:
    with pytest.raises(LantianError, match="needs a time zone"):
        take(HEAD, now=datetime(2020, 1, 1))  # noqa: DTZ001 - the mistake under test
    with pytest.raises(LantianError, match='"middle" is not an end of an hour'):
        take(HEAD, stamp="middle", now=datetime(2020, 1, 1, tzinfo=UTC))


def test_of_two_captures_of_an_hour_the_later_one_counts(take: Take, stored: Stored) -> None:
    """Most hours come twice with other values: without the times of capture that would be two stations."""
    lines = ["station_id,time,captured_at,pm2_5"]
    for hour in range(48):
        time = f"2020-10-{26 + hour // 24} {hour % 24:02}:00:00"
        lines.append(f"15091,{time},{time[:13]}:48:00,{100 + hour}")  # captured later, written first
        lines.append(f"15091,{time},{time[:13]}:12:00,{99 + hour}")
    report = take("\n".join(lines) + "\n")
    assert (report.rows_taken, report.rows_refused) == (48, 48)
    assert {refusal.code for refusal in report.refusals} == {"superseded"}
    assert report.refusals[0].line.startswith("hours.csv row 3, column time: row 2 was captured later")
    assert [row["pm2_5"] for row in stored("ambient_station_hour")] == [
        (100 + hour) * 1000 for hour in range(48)
    ]
