"""Faults of a file as a whole, through the command: found, named, kept out, listed."""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.cli import run
from lantian.lake import Lake, arrow

ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
FIRST = datetime(2024, 5, 1, 1)  # noqa: DTZ001 - local, as in files
Row = dict[str, Any]
Import = Callable[..., tuple[int, dict[str, Any]]]


def clean(station: str, city: str, hours: int = 72, seed: int = 1) -> list[Row]:
    """Hours as a living station gives them."""
    noise = random.Random(f"{station}{seed}")  # noqa: S311 - test data
    rows = []
    for hour in range(hours):
        sun = math.sin((hour - 8) / 24 * 2 * math.pi)
        pm = 35 + 12 * math.sin(hour / 17) + noise.uniform(-4, 4)
        values = {
            "so2": round(9 + noise.uniform(-2, 2)),
            "no2": round(32 - 10 * sun + noise.uniform(-4, 4)),
            "co": round(0.8 + noise.uniform(-0.2, 0.2), 2),
            "o3": round(80 + 45 * sun + noise.uniform(-5, 5)),
            "pm10": round(pm * 1.8),
            "pm2_5": round(pm),
        }
        stamp = f"{FIRST + timedelta(hours=hour):%Y-%m-%d %H:%M}"
        rows.append({"code": station, "name": station, "city": city, "time": stamp, **values})
    return rows


def nation(hours: int = 72) -> list[Row]:
    return [row for n in range(6) for row in clean(f"10{n:02}A", "太原" if n < 3 else "大同", hours)]


@pytest.fixture
def take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """Write rows, import them with the command; its exit code and its answer."""

    def write_and_take(rows: list[Row], name: str = "hours.csv", *more: str) -> tuple[int, dict[str, Any]]:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys())
            writer.writeheader()
            writer.writerows(rows)
        store = ["--store", str(tmp_path / "air")]
        code = run(["import", "ambient", str(tmp_path / name), *store, "--format", "json", *more])
        return code, json.loads(capsys.readouterr().out)

    return write_and_take


def held(tmp_path: Path) -> dict[tuple[str, int], Row]:
    """What the store has: (place, hours since the first stamp) → row."""
    lake = Lake.open(tmp_path / "air")
    rows = arrow(lake.read("ambient_station_hour")).to_pylist()
    local = {id(row): row["time"].replace(tzinfo=None) + timedelta(hours=8) for row in rows}
    return {(row["place"], round((local[id(row)] - FIRST) / timedelta(hours=1))): row for row in rows}


def listed(answer: dict[str, Any], code: str) -> list[dict[str, str]]:
    """The lines of the report file with a code: all of them are there."""
    with Path(answer["report"]).open(encoding="utf-8-sig", newline="") as file:
        return [line for line in csv.DictReader(file) if line["code"] == code]


def findings(answer: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(one["code"], one["kept_out"]) for one in answer["files"][0]["findings"]]


def test_a_clean_file_has_no_findings(take: Import, tmp_path: Path) -> None:
    code, answer = take(nation())
    assert (code, answer["rows_taken"], answer["refusal_count"], findings(answer)) == (0, 6 * 72, 0, [])
    assert len(held(tmp_path)) == 6 * 72


def test_milligrams_under_every_heading_refuse_the_file(take: Import, tmp_path: Path) -> None:
    rows = [row | {item: row[item] / 1000 for item in ITEMS} for row in nation()]
    code, answer = take(rows)
    assert code == 1
    assert answer["files"][0]["refused"].startswith("hours.csv row 1: less than any air holds")
    assert "pm2_5(mg/m³)" in answer["files"][0]["refused"].replace("no2(", "pm2_5(")
    assert (answer["rows_taken"], answer["rows_refused"]) == (0, 6 * 72)
    assert listed(answer, "unit_slip_file")
    assert Lake.open(tmp_path / "air").version == 0


def test_milligrams_of_one_item_of_one_station_are_kept_out(take: Import, tmp_path: Path) -> None:
    rows = [row | ({"pm2_5": row["pm2_5"] / 1000} if row["code"] == "1001A" else {}) for row in nation()]
    code, answer = take(rows)
    assert (code, findings(answer)) == (0, [("unit_slip", True)])
    assert len(listed(answer, "unit_slip")) == answer["cells_refused"] == 72
    store = held(tmp_path)
    assert all(store["1001A", hour]["pm2_5"] is None for hour in range(72))
    assert store["1001A", 5]["pm10"] is not None
    assert store["1002A", 5]["pm2_5"] is not None


def test_micrograms_of_carbon_monoxide_are_kept_out_even_where_they_look_small(
    take: Import, tmp_path: Path
) -> None:
    rows = [row | {"co": round(row["co"] * 1000)} for row in nation()]
    rows[7]["co"] = 40  # would pass for 40 mg/m³
    _, answer = take(rows)
    assert len(listed(answer, "absurd")) == 6 * 72 - 1
    assert [line["value"] for line in listed(answer, "unit_slip")] == ["40"]
    assert {row["co"] for row in held(tmp_path).values()} == {None}


def test_zeros_for_missing_are_kept_out(take: Import, tmp_path: Path) -> None:
    rows = nation()
    zeroed = [30, 31, 32, 100, 200]
    for at in zeroed:
        rows[at]["pm10"] = 0
    for at in (250, 251):
        rows[at] |= dict.fromkeys(ITEMS, 0)
    _, answer = take(rows)
    assert findings(answer) == [("zero_as_missing", True), ("zero_as_missing", True)]
    lines = listed(answer, "zero_as_missing")
    assert {int(line["row"]) - 2 for line in lines} == {*zeroed, 250, 251}
    store = held(tmp_path)
    assert len(store) == 6 * 72 - 2
    assert [store["1000A", hour]["pm10"] for hour in (30, 31, 32)] == [None, None, None]


def test_a_zero_of_clean_air_is_taken(take: Import, tmp_path: Path) -> None:
    rows = nation()
    for at in range(10, 20):
        rows[at]["o3"] = 2 if at != 15 else 0
    _, answer = take(rows)
    assert answer["refusal_count"] == 0
    assert held(tmp_path)["1000A", 15]["o3"] == 0


def test_999_for_missing_is_kept_out_and_a_cap_is_told(take: Import, tmp_path: Path) -> None:
    rows = nation()
    for at in (5, 90, 91, 300):
        rows[at]["pm10"] = 999
    for hour in range(20, 40):  # a dust storm that the software cuts at 1000
        rows[144 + hour]["pm10"] = min(1000, 500 + 40 * (hour - 20))
    _, answer = take(rows)
    assert sorted(findings(answer)) == [("capped", False), ("capped", True)]
    assert {int(line["row"]) - 2 for line in listed(answer, "capped")} == {5, 90, 91, 300}
    store = held(tmp_path)
    assert store["1000A", 5]["pm10"] is None
    assert store["1002A", 39]["pm10"] == 1_000_000


@pytest.mark.parametrize(
    ("offset", "remedy"), [(-1, "--stamp start"), (1, "--stamp start"), (-8, "time zone")]
)
def test_hours_stamped_elsewhere_than_in_the_store(
    take: Import, tmp_path: Path, offset: int, remedy: str
) -> None:
    take(nation())
    before = held(tmp_path)
    moved = []
    for row in nation():
        stamp = datetime.strptime(row["time"], "%Y-%m-%d %H:%M") + timedelta(hours=offset)  # noqa: DTZ007
        moved.append(row | {"time": f"{stamp:%Y-%m-%d %H:%M}"})
    code, answer = take(moved, "moved.csv")
    assert code == 1
    assert "the hours of the file are stamped otherwise" in answer["files"][0]["refused"]
    assert remedy in answer["files"][0]["refused"]
    assert listed(answer, "time_shift")
    assert held(tmp_path) == before
    if offset == -1:
        code, answer = take(moved, "moved.csv", "--stamp", "start")
        assert code == 0
        assert held(tmp_path) == before


def test_corrected_hours_of_the_store_are_no_shift(take: Import) -> None:
    take(nation())
    rows = [row | {"pm2_5": row["pm2_5"] + 1} for row in nation()]
    code, answer = take(rows, "corrected.csv")
    assert (code, answer["rows_taken"]) == (0, 6 * 72)


def test_two_stations_under_one_name_are_kept_out(take: Import, tmp_path: Path) -> None:
    rows = [*nation(), *clean("1004A", "大同", seed=2)]
    _, answer = take(rows)
    assert findings(answer) == [("duplicate_station", True)]
    assert len(listed(answer, "duplicate_station")) == answer["rows_refused"] == 144
    assert not [place for place, _ in held(tmp_path) if place == "1004A"]


def test_two_codes_of_one_name_are_told(take: Import, tmp_path: Path) -> None:
    rows = [row | {"name": "上兰(对照点)" if row["code"] == "1001A" else row["name"]} for row in nation()]
    rows = [row | {"name": "上兰" if row["code"] == "1002A" else row["name"]} for row in rows]
    _, answer = take(rows)
    assert findings(answer) == [("duplicate_station", False)]
    assert answer["files"][0]["findings"][0]["places"] == ["1001A", "1002A"]
    assert len(held(tmp_path)) == 6 * 72


def test_a_city_whose_stations_all_fail_is_kept_out(take: Import, tmp_path: Path) -> None:
    rows = nation()
    stuck = {code: next(row for row in rows if row["code"] == code) for code in ("1000A", "1001A")}
    for row in rows:
        if row["code"] in stuck:
            row.update({item: stuck[row["code"]][item] for item in ITEMS})
        if row["code"] == "1002A":
            row.update(dict.fromkeys(ITEMS, ""))
    _, answer = take(rows)
    assert findings(answer) == [("all_failed", True)]
    assert "none of the 3 stations of 太原 lives" in answer["files"][0]["findings"][0]["text"]
    assert len(listed(answer, "all_failed")) == 144
    values = [row["pm2_5"] for (place, _), row in held(tmp_path).items() if place < "1003A"]
    assert values == [None] * 72


def test_one_dead_station_of_a_living_city_is_only_told(take: Import, tmp_path: Path) -> None:
    rows = nation()
    for row in rows:
        if row["code"] == "1000A":
            row.update({item: rows[0][item] for item in ITEMS})
    _, answer = take(rows)
    assert findings(answer) == [("stopped", False)]
    assert len(held(tmp_path)) == 6 * 72
