"""Tables of meters: what is good is in the line, what is not is told with row and column."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.cli import cli
from lantian.errors import LantianError
from lantian.telemetry.loading import load_power
from lantian.telemetry.store import Line
from lantian.telemetry.values import MILLIONTHS

NOW = datetime(2026, 11, 23, tzinfo=UTC)
HEAD = "电表编号,采集时间,有功功率(kW),用电量(kWh),设施类型\n"


@pytest.fixture
def line(tmp_path: Path):
    found = Line.open(tmp_path / "office", create=True)
    yield found
    found.close()


def write(tmp_path: Path, body: str, *, encoding: str = "utf-8") -> Path:
    path = tmp_path / "meters.csv"
    path.write_bytes((HEAD + body).encode(encoding))
    return path


def read(line: Line) -> list[tuple]:
    rows = line.values().to_pylist()
    return [(r["place"], r["time"], r["factor"], r["field"], Decimal(r["value"]) / MILLIONTHS) for r in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_power_and_energy_of_each_row_are_in_the_line(tmp_path, line, encoding):
    body = "D-001,2026-11-22 08:15,120.50,30,生产\nD-002,2026/11/22 08:15:30,8,,治理设施\n"
    loaded = load_power([write(tmp_path, body, encoding=encoding)], line, now=NOW)
    assert (loaded.taken, loaded.known, loaded.refusals) == (2, 0, [])
    at = datetime(2026, 11, 22, 0, 15, tzinfo=UTC)
    assert read(line) == [
        ("D-001", at, "d20105", "Cou", 30),
        ("D-001", at, "d20105", "Rtd", Decimal("120.5")),
        ("D-002", at.replace(second=30), "d30106", "Rtd", 8),
    ]
    assert {row["text"] for row in line.values(places=["D-001"], fields=["Rtd"]).to_pylist()} == {"120.50"}


def test_the_same_file_again_adds_nothing_and_a_corrected_row_is_a_later_version(tmp_path, line):
    load_power([write(tmp_path, "D-001,2026-11-22 08:15,120,,\n")], line, now=NOW)
    again = load_power([write(tmp_path, "D-001,2026-11-22 08:15,120,,\n")], line, now=NOW)
    assert (again.taken, again.known) == (0, 1)
    load_power([write(tmp_path, "D-001,2026-11-22 08:15,121,,\n")], line, now=NOW)
    assert [row[-1] for row in read(line)] == [121]
    assert len(line.values(versions="all")) == 2


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (",2026-11-22 08:15,1,,", "电表编号", "no_meter"),
        ("D,2026-11-22,1,,", "采集时间", "not_a_time"),
        ("D,2026-02-30 08:00,1,,", "采集时间", "not_a_time"),
        ("D,2027-11-22 08:00,1,,", "采集时间", "future"),
        ('D,2026-11-22 08:15,"1,3",,', "有功功率(kW)", "not_a_number"),
        ("D,2026-11-22 08:15,-1,,", "有功功率(kW)", "negative"),
        ("D,2026-11-22 08:15,,9999999,", "用电量(kWh)", "absurd"),
        ("D,2026-11-22 08:15,1,,食堂", "设施类型", "unknown_use"),
        ("D,2026-11-22 08:15,,,", "", "no_value"),
    ],
)
def test_one_bad_row_costs_no_good_one(tmp_path, line, row, column, code):
    loaded = load_power([write(tmp_path, f"{row}\nD-009,2026-11-22 08:15,1,,\n")], line, now=NOW)
    assert loaded.taken == 1
    (refusal,) = loaded.refusals
    assert (refusal.row, refusal.column, refusal.code) == (2, column, code)


def test_a_table_without_power_is_no_table_of_meters(tmp_path, line):
    path = tmp_path / "x.csv"
    path.write_text("电表编号,时间\nD,2026-11-22 08:15\n", encoding="utf-8")
    with pytest.raises(LantianError, match="功率"):
        load_power([path], line)


def test_the_command_says_what_it_took_and_lists_the_rest(tmp_path):
    path = write(tmp_path, "D-001,2026-11-22 08:15,1,,\nD-001,gestern,1,,\n")
    report = tmp_path / "refused.csv"
    words = ["telemetry", "load", "power", str(path), "--data", str(tmp_path / "o"), "--report", str(report)]
    told = CliRunner().invoke(cli, words)
    assert told.exit_code == 0, told.output
    assert "1 taken, 0 known before, 1 refused" in told.output
    assert "gestern" in report.read_text("utf-8-sig")
