"""What `lantian evaluate --show …` prints, as a user calls it."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lantian.cli import run
from lantian.cli.evaluate import SHOWN, VIEWS

from .day_stores import day_lake, year_days
from .test_hour_series import hours_lake, stamp

Call = Callable[..., str]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dice = random.Random(5)  # noqa: S311 - a fixed seed makes a test, not a secret
    root = tmp_path_factory.mktemp("views") / "air"
    days = [day for year in range(2015, 2021) for day in year_days(year) if day.month <= 2]
    rows = [
        (
            place,
            day,
            {"pm2_5": base - 2 * (day.year - 2015) + dice.randint(-9, 9), "no2": 55 if place == "乙" else 20},
        )
        for place, base in (("甲", 60), ("乙", 45))
        for day in days
    ]
    day_lake(root, rows)
    return root


@pytest.fixture
def call(store: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    def ask(*arguments: str) -> str:
        assert run(["evaluate", "--store", str(store), *arguments]) == 0, capsys.readouterr().err
        return capsys.readouterr().out

    return ask


def rows_of(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    return found


def test_every_view_is_offered() -> None:
    assert set(SHOWN) == set(VIEWS)


def test_attainment(call: Call) -> None:
    asked = ("--period", "2020-01", "--show", "attainment")
    first, second = rows_of(call(*asked, "--format", "json"))
    assert (first["place"], first["attained"], first["exceeding"]) == ("乙", False, ["no2"])
    check = next(check for check in first["checks"] if (check["item"], check["averaging"]) == ("no2", "year"))
    assert (check["evaluated"], check["limit"], check["exceed_multiple"]) == (55, 40, 0.38)
    assert second["exceeding"] == ["pm2_5"]
    assert second["marks"][0] == "not_a_year"
    table = call(*asked)
    assert "0 of 2 attain grade 2 (full)" in table
    assert "55 !" in table
    flat = list(csv.DictReader(io.StringIO(call(*asked, "--format", "csv", "--variant", "bulletin"))))
    assert len(flat) == 12
    assert flat[0]["item"] == "so2"
    assert rows_of(call(*asked, "--grade", "1", "--format", "json"))[0]["exceeding"] == [
        "no2",
        "pm10",
        "pm2_5",
    ]


def test_shares_and_methods(call: Call) -> None:
    rows = rows_of(call("--period", "2020-01", "--show", "shares", "--format", "json"))
    assert {row["place"]: row["costs_most"] for row in rows} == {"甲": ["pm2_5"], "乙": ["no2"]}
    own = next(row for row in rows if row["place"] == "乙")
    assert own["loads"][0]["item"] == "no2"
    assert own["maximum_index"] == 1.38
    assert "NO2 0.38" in call("--period", "2020-01", "--show", "shares")
    weighted = rows_of(call("--period", "2020-01", "--method", "weighted", "--format", "json"))
    assert all("index_method:weighted" in row["marks"] for row in weighted)
    annex = rows_of(call("--period", "2020-01", "--method", "annex_c_2013", "--format", "json"))
    plain = rows_of(call("--period", "2020-01", "--format", "json"))
    index = {row["place"]: row["composite_index"] for row in plain}
    assert all(row["composite_index"] >= index[row["place"]] for row in annex)
    assert all("index_method:annex_c_2013" in row["marks"] for row in annex)


def test_what_if(call: Call) -> None:
    rows = rows_of(call("--period", "2020-01", "--what-if", "pm2_5=-7,co=-0.4", "--format", "json"))
    assert [change["exact"] for row in rows for change in row["changes"]] == [-0.3, -0.3]
    assert rows[0]["changes"][0]["exact_fraction"] == "-3/10"
    table = call("--period", "2020-01", "--show", "what-if")
    assert "PM2.5 -1" in table and "(-0.0286)" in table


def test_change_names_the_one_regime(call: Call) -> None:
    table = call("--period", "2020-01", "--show", "change")
    assert table.startswith("2020-01 against 2019-01  both under gb3095-2012")
    row = rows_of(call("--period", "2020-01", "--against", "2016-01", "--format", "json"))[0]
    assert (row["against"], row["pm2_5_then"] > row["pm2_5"], row["pm2_5_rate"] < 0) == (
        "2016-01",
        True,
        True,
    )


def test_regimes_trend_years_and_year_to_date(call: Call) -> None:
    regimes = rows_of(call("--period", "2020-01", "--show", "regimes", "--format", "json"))
    assert {row["asked_regime"] for row in regimes} == {"gb3095-2012", "by-date"}
    trend = rows_of(call("--period", "2016..2020", "--show", "trend", "--format", "json"))
    falling = {(row["place"], row["figure"]): row["direction"] for row in trend}
    assert falling["甲", "pm2_5"] == "falling"
    assert falling["甲", "pm10"] == "no_clear_trend"
    years = rows_of(call("--period", "3y-2020", "--format", "json"))
    assert (years[0]["years"], years[0]["valid"]) == ("2018..2020", False)
    to_date = rows_of(call("--period", "2020-YTD", "--format", "json"))
    assert to_date[0]["period"] == "2020-YTD@2020-02-29"
    assert "few_days" not in to_date[0]["marks"]


def test_regions(call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "regions.csv"
    table.write_text("城市,区域\n甲,全部\n乙,全部\n丁,全部\n戊,\n", encoding="utf-8")
    asked = ("--period", "2020-01", "--show", "regions", "--groups", str(table))
    row = rows_of(call(*asked, "--format", "json"))[0]
    assert (row["region"], row["members"], row["missing"]) == ("全部", 3, ["丁"])
    assert row["no2"] == 38  # of 20 and 55: 37.5 to the even digit
    assert "2/3" in call(*asked)


def test_groups_and_hours_of_stations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values = {"so2": 10_000, "no2": 20_000, "co": 1_000, "o3": 90_000, "pm10": 50_000, "pm2_5": 30_000}
    rows = {
        (place, "市", stamp(day, hour)): {**values, "pm2_5": pm2_5}
        for day in (date(2026, 2, 28), date(2026, 3, 1))
        for hour in range(1, 25)
        for place, pm2_5 in (("一", 30_000), ("二", 40_000), ("三", 99_000))
    }
    root = tmp_path / "air"
    hours_lake(root, "ambient_station_hour", rows)
    table = tmp_path / "counties.csv"
    table.write_text("站点,区县\n一,东县\n二,东县\n三,西县\n三,东县\n", encoding="utf-8")
    asked = ["evaluate", "--store", str(root), "--period", "2026-03-01"]
    assert run([*asked, "--groups", str(table), "--format", "json"]) == 0
    said = capsys.readouterr()
    found = rows_of(said.out)
    assert [(row["place"], row["level"], row["pm2_5"]) for row in found] == [
        ("东县", "group", 35.0),
        ("西县", "group", 99.0),
    ]
    assert "counties.csv row 5, column 区县: 三 is already in 西县." in said.err
    asked[-1] = "2026-02-28..2026-03-01"
    assert run([*asked, "--level", "station", "--show", "hours", "--place", "一", "--format", "json"]) == 0
    hours = rows_of(capsys.readouterr().out)
    assert [hour["segment"] for hour in hours] == [1] * 24 + [2] * 24
    assert (hours[24]["time"], hours[24]["regime"]) == ("2026-03-01T01:00:00+08:00", "gb3095-2026-transition")
    assert run([*asked, "--level", "station", "--show", "hours", "--place", "一"]) == 0
    table_text = capsys.readouterr().out
    assert (
        "the real-time AQI is of another kind from this day on; the hours do not compare: 2026-03-01"
        in table_text
    )
    assert sum(line.startswith("--") for line in table_text.splitlines()) == 1
    assert run([*asked, "--level", "station", "--show", "hours", "--place", "一", "--format", "csv"]) == 0
    assert len(list(csv.DictReader(io.StringIO(capsys.readouterr().out)))) == 48


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--period", "2020-01", "--show", "hours"], "the hours of which place? Name one"),
        (["--period", "2020-01", "--show", "regions"], "which places belong to which region?"),
        (["--period", "2020", "--show", "trend"], "'2020' are no years. Write 2017..2019"),
        (["--period", "2018..2020", "--show", "attainment"], "are years, not one period"),
        (["--period", "2020-01", "--what-if", "pm2_5"], "'pm2_5' is no change. Write pm2_5=-1"),
        (["--period", "2020-01", "--what-if", "pm25=-1"], "there is no pollutant pm25"),
        (["--period", "2020-01", "--what-if", "pm2_5=-900"], "pm2_5 cannot fall by 900"),
        (["--period", "2020-01", "--what-if", "pm2_5=-1", "--method", "annex_c_2013"], "no index of annex C"),
        (["--period", "2020-01", "--against", "2019-06"], "holds nothing for 2019-06"),
        (["--period", "2020-06", "--show", "attainment"], "holds nothing for 2020-06"),
        (["--period", "2020-01", "--groups", "absent.csv"], "absent.csv"),
    ],
)  # fmt: skip
def test_a_mistake_ends_with_one_line(
    store: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert run(["evaluate", "--store", str(store), *arguments]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert words in said.err
