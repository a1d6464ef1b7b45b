"""`lantian evaluate` as a user calls it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.cli import run
from lantian.cli.tables import width as _width
from lantian.lake import Lake

CLEAN = {"so2": 10_000, "no2": 28_000, "co": 1_300, "o3": 90_000, "pm10": 66_000, "pm2_5": 30_000}
KEYS = [
    "place", "name", "period", "level", "regime", "data_version", "so2", "no2", "pm10", "pm2_5", "co",
    "o3_8h", "composite_index", "rank", "good_days", "heavy_days", "days_used", "days_in_period", "marks",
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("command") / "air"
    rows = []
    for place, more in (("大兴安岭地区", 0), ("乙", 5_000)):
        for offset in range(28):
            for hour in range(1, 25):
                stamp = datetime(2019, 6, 1, tzinfo=UTC) + timedelta(days=offset, hours=hour - 8)
                rows.append({"place": place, "name": place, "city": None, "time": stamp, **CLEAN})
                rows[-1]["pm2_5"] = 30_000 + more
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("time", pa.timestamp("us", tz="UTC")),
            *((item, pa.int32()) for item in CLEAN),
        ]
    )
    Lake.open(root, create=True).append(
        "ambient_city_hour", pa.Table.from_pylist(rows, schema=schema), source="test"
    )
    return root


def call(*arguments: str) -> int:
    return run(["evaluate", *arguments])


def test_json_is_a_list_of_places(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--store", str(store), "--period", "2019-06", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [list(row) for row in found] == [KEYS, KEYS]
    first = found[0]
    assert (first["place"], first["rank"], first["composite_index"]) == ("大兴安岭地区", 1, 3.55)
    assert (first["so2"], first["co"], first["pm2_5"], first["days_used"]) == (10, 1.3, 30, 28)
    assert first["period"] == "2019-06"
    assert "source_city_feed" in first["marks"]


def test_csv_has_the_same_columns(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--store", str(store), "--period", "2019-06", "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == KEYS
    assert (rows[1]["place"], rows[1]["pm2_5"], rows[1]["rank"]) == ("乙", "35", "2")


def test_the_table_is_aligned_though_chinese_is_wide(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--store", str(store), "--period", "2019-06") == 0
    lines = capsys.readouterr().out.splitlines()
    header = next(number for number, line in enumerate(lines) if line.startswith("rank"))
    assert "µg/m³" in lines[header + 2]
    assert "mg/m³" in lines[header + 2]
    ends = {
        _width(line[: line.index(f" {index} ") + 5])
        for line, index in zip(lines[header + 3 :], ("3.55", "3.69"), strict=False)
    }
    assert len(ends) == 1
    assert any("not verified: ambient.composite.inputs" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--period", "2019-07"],
            "holds nothing for 2019-07. It holds ambient_city_hour from 2019-06-01 to 2019-06-28.",
        ),
        (["--period", "June"], "'June' is not a period. Write it as 2019-06"),
        (["--period", "2019-06", "--level", "station"], "holds no station hours"),
        (["--period", "2019-06", "--place", "丁"], "holds nothing of 丁 for 2019-06"),
        (["--period", "2014-06"], "Name the regime to use"),
        (["--period", "2019-06", "--rules", "absent.yaml"], "cannot be read"),
        (["--period", "2019-06", "--as-of", "9"], "no version 9. The newest version is 1."),
    ],
)
def test_a_mistake_ends_with_one_line(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert call("--store", str(store), *arguments) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err


def test_no_store_and_an_unknown_regime(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--store", str(tmp_path / "nothing"), "--period", "2019-06") == 1
    assert "there is no store here" in capsys.readouterr().err
    assert call("--store", str(tmp_path), "--period", "2019-06", "--regime", "x") == 2
    Lake.open(tmp_path / "empty", create=True)
    assert call("--store", str(tmp_path / "empty"), "--period", "2019-06") == 1
    assert "the store holds nothing yet" in capsys.readouterr().err


def test_the_span_is_told_in_local_days() -> None:
    from lantian.cli.evaluate import _day

    assert _day(datetime(2019, 6, 30, 16, tzinfo=UTC)) == "2019-06-30"
    assert _day(date(2019, 6, 30)) == "2019-06-30"
