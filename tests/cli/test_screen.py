"""`lantian screen` and `lantian review` as a person calls them."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lantian.ambient.reviews import reviews_of
from lantian.cli import run
from lantian.lake import Lake, arrow

KIND = "ambient_station_hour"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def store(tmp_path: Path, capsys: Capture) -> Path:
    """Three living stations and a dead one, with one spike."""
    rng = random.Random(4)  # noqa: S311 - test data
    lines = ["code,name,city,time,so2,no2,co,o3,pm10,pm2_5"]
    for hour in range(120):
        stamp = datetime(2024, 5, 1, 1) + timedelta(hours=hour)  # noqa: DTZ001 - local, as in files
        for code in ("1001A", "1002A", "1003A", "1004A", "1005A"):
            values = [rng.randint(8, 12), rng.randint(30, 40), 0.8, rng.randint(90, 110), rng.randint(70, 90)]
            values += [900 if (code, hour) == ("1002A", 60) else rng.randint(30, 45)]
            values = [10, 33, 0.7, 95, 80, 40] if code == "1005A" else values
            lines.append(f"{code},站{code},太原,{stamp:%Y-%m-%d %H:%M}," + ",".join(map(str, values)))
    (tmp_path / "hours.csv").write_text("\n".join(lines))
    assert run(["import", "ambient", str(tmp_path / "hours.csv"), "--store", str(tmp_path / "air")]) == 0
    capsys.readouterr()
    return tmp_path / "air"


def test_the_three_shapes_say_the_same(store: Path, tmp_path: Path, capsys: Capture) -> None:
    assert run(["screen", "--store", str(store)]) == 0
    table = capsys.readouterr().out
    assert "stopped" in table
    assert "站1005A repeats one row" in table
    assert "found: range 1, stopped 1" in table
    assert "1 places did not live in the whole span" in table
    assert run(["screen", "--store", str(store), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(one["code"], one["place"]) for one in found] == [("range", "1002A"), ("stopped", "1005A")]
    out = tmp_path / "found.csv"
    assert (
        run(["screen", "--store", str(store), "--format", "csv", "--out", str(out), "--code", "range"]) == 0
    )
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"))))
    assert [(row["key"], row["place"], row["items"]) for row in rows] == [(found[0]["key"], "1002A", "pm2_5")]


def test_a_report_is_decided_by_code(store: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "found.json"
    run(["screen", "--store", str(store), "--format", "json", "--out", str(out)])
    decided = ["--void", "stopped", "--accept", "range", "--reason", "站点停运", "--actor", "李"]
    assert run(["review", "--store", str(store), str(out), *decided]) == 0
    assert "2 decisions are version 2; 120 rows changed" in capsys.readouterr().out
    lake = Lake.open(store)
    assert {r.verdict: (r.place, r.reason, r.actor) for r in reviews_of(lake, KIND)} == {
        "void": ("1005A", "站点停运", "李"),
        "accept": ("1002A", "站点停运", "李"),
    }
    assert run(["screen", "--store", str(store)]) == 0
    assert "nothing looks wrong" in capsys.readouterr().out
    assert run(["review", "--store", str(store), "--void", "spike"]) == 0
    assert "nothing to decide" in capsys.readouterr().out
    assert run(["review", "--store", str(store), "--list"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_a_table_of_decisions_row_by_row(store: Path, tmp_path: Path, capsys: Capture) -> None:
    table = tmp_path / "decisions.csv"
    table.write_text(
        "站点,项目,开始时间,结束时间,结论,修正值,理由,审核人\n"
        "1002A,PM2.5,2024-05-03 13:00,,无效,,孤立高值,李\n"
        "1001A,PM2.5、PM10,2024-05-01 01:00,2024-05-01 02:00,修正,55,校准,李\n"
        "1003A,全部,2024/5/1 24:00,,无效,,断电,李\n"
        "9999Z,PM2.5,2024-05-03 13:00,,无效,,,\n"
        "1001A,PM1,2024-05-03 13:00,,无效,,,\n"
        "1001A,PM2.5,昨天,,无效,,,\n"
        "1001A,PM2.5,2024-05-03 13:00,,也许,,,\n"
        "1001A,PM2.5,2024-05-03 13:00,,修正,,,\n"
    )
    assert run(["review", "--store", str(store), str(table)]) == 0
    said = capsys.readouterr()
    assert "3 decisions are version 2; 4 rows changed" in said.out
    assert [line.split(":")[1].strip() for line in said.err.splitlines()] == [
        "decisions.csv row 5, column 站点", "decisions.csv row 6, column 项目",
        "decisions.csv row 7, column 开始时间", "decisions.csv row 8, column 结论", "decisions.csv row 9",
    ]  # fmt: skip
    rows = {(r["place"], r["time"]): r for r in arrow(Lake.open(store).read(KIND)).to_pylist()}
    first = min(time for _, time in rows)
    assert rows["1002A", first + timedelta(hours=60)]["pm2_5"] is None
    assert rows["1001A", first + timedelta(hours=1)]["pm10"] == 55_000
    assert rows["1003A", first + timedelta(hours=23)]["so2"] is None


def test_rates(store: Path, capsys: Capture) -> None:
    assert run(["screen", "--store", str(store), "--capture", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["place"] for row in rows] == ["1001A", "1002A", "1003A", "1004A", "1005A", "太原", ""]
    assert {row["capture_rate"] for row in rows} == {"100.0"}


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["screen", "--store", "STORE", "--code", "strange"], "is not a code"),
        (["screen", "--store", "STORE", "--kind", "ambient_city_hour"], "holds nothing"),
        (["screen", "--store", "STORE", "--since", "2030-01-01"], "no hour"),
        (["review", "--store", "STORE"], "nothing was decided"),
        (["review", "--store", "STORE", "hours.csv", "--void", "range"], "take a report"),
        (["review", "--store", "STORE", "broken.json", "--void", "range"], "no report of a screen"),
        (["review", "--store", "STORE", "--void", "strange"], "is not a code"),
    ],
)
def test_wrong_calls(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, words: list[str], what: str
) -> None:
    monkeypatch.chdir(store.parent)
    Path("broken.json").write_text("[{}]")
    assert run([str(store) if word == "STORE" else word for word in words]) == 1
    assert what in capsys.readouterr().err
    assert Lake.open(store).version == 1
