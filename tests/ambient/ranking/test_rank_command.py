"""`lantian rank` as a user calls it, on the sample files of the docs."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from lantian.cli import run

SAMPLES = Path(__file__).parents[3] / "docs/samples"
POOLS = str(SAMPLES / "ranking-pools.csv")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("rank") / "air"
    assert run(["import", "ambient", str(SAMPLES / "hours.csv"), "--store", str(root)]) == 0
    return str(root)


@pytest.fixture
def ask(store: str, capsys: pytest.CaptureFixture[str]) -> object:
    def ask(*arguments: str, code: int = 0) -> str:
        capsys.readouterr()
        assert run(["rank", "--store", store, "--period", "2025-06", *arguments]) == code
        shown = capsys.readouterr()
        return shown.out if code == 0 else shown.err

    return ask


def test_three_forms_say_the_same(ask) -> None:
    records = json.loads(ask("--format", "json"))
    rows = list(csv.DictReader(io.StringIO(ask("--format", "csv"))))
    assert [(row["name"], row["rank"]) for row in records] == [("太原", 1), ("晋中", 2), ("临汾", 3)]
    assert [list(row) for row in rows] == [list(row) for row in records]
    assert [float(row["composite_index"]) for row in rows] == [row["composite_index"] for row in records]
    table = ask()
    assert all(row["name"] in table for row in records) and "not verified: ranking.rules.order" in table


def test_members_without_data_are_named(ask) -> None:
    table = ask("--pool", "山西", "--place", "临汾")
    assert "not computable for the whole pool: 8 of 11 without data: 大同市、阳泉市" in table
    row = json.loads(ask("--pool", "山西", "--place", "临汾", "--format", "json"))
    assert [(one["rank"], one["from_worst"], one["lowest"]) for one in row] == [(3, 1, 11)]


def test_a_pool_of_another_day(ask) -> None:
    early = json.loads(
        ask("--pool", "三市", "--pool-file", POOLS, "--pool-on", "2023-06-30", "--format", "json")
    )
    assert [row["name"] for row in early] == ["太原", "临汾"]
    assert "stood from" in ask("--pool", "2+26", code=1)
    assert len(json.loads(ask("--pool", "2+26", "--pool-on", "2023-01-01", "--format", "json"))) == 28


def test_a_line_and_what_it_takes(ask) -> None:
    rows = json.loads(ask("--line", "退出后1位", "--place", "临汾市", "--format", "json"))
    assert {row["item"] for row in rows} == {"so2", "no2", "pm10", "pm2_5", "co", "o3_8h"}
    assert "not met" in ask("--line", "exit-last-1", "--place", "临汾")
    assert "met; it may rise by" in ask("--line", "top-2", "--place", "太原")
    points = json.loads(ask("--line", "top-1", "--place", "晋中", "--over-time", "--format", "json"))
    assert [point["period"] for point in points] == ["2025-06"]
    assert points[0]["gap"] > 0


def test_an_official_list_beside_ours(ask) -> None:
    rows = json.loads(ask("--official", str(SAMPLES / "official-ranking.csv"), "--format", "json"))
    said = {row["name"]: row["explanations"] for row in rows}
    assert said["太原市"] == "same" or said["太原市"].startswith("rounding")
    assert "source_city_feed" in said["临汾市"]
    assert list(rows[0])[:4] == ["name", "group", "our_rank", "their_rank"]


def test_change_without_a_year_before_says_so(ask) -> None:
    rows = json.loads(ask("--change", "--format", "json"))
    assert {row["why"] for row in rows} == {"no_value_before"}
    assert "both sides under gb3095-2012" in ask("--change")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--line", "x"], "not a line"), (["--line", "top-1"], "--place"), (["--over-time"], "--line"),
     (["--change", "--line", "top-1"], "one at a time"), (["--by", "pm1"], "Choose composite_index"),
     (["--place", "北京"], "not in the pool"), (["--pool", "火星"], "no pool '火星'")],
)  # fmt: skip
def test_mistakes_are_told_in_one_line(ask, arguments: list[str], message: str) -> None:
    said = ask(*arguments, code=1)
    assert message in said and said.count("\n") == 1


def test_groups_of_stations_need_stations(ask, tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text("站点,分组\n甲,尧都区\n", encoding="utf-8")
    assert "holds nothing" in ask("--groups", str(groups), code=1)
