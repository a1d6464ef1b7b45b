"""The dead stations of a real, dirty archive: all of them, and none that lives."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from lantian.ambient.intake import import_ambient
from lantian.ambient.screens import ScreenReport, screen
from lantian.lake import Lake

pytestmark = pytest.mark.shared
FILE = "data/shanxi_station_hourly_2020/shanxi_stations_hourly_202003_202004.csv.gz"
MEASURED = ("PM2.5", "PM10", "CO", "NO2", "O3_1h", "SO2")


def truth(path: Path) -> tuple[set[str], set[str]]:
    """Stations with at most two different rows of values, and the others, from the raw file alone."""
    rows: dict[str, set[tuple[str, ...]]] = {}
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            place = f"{line['city'].removesuffix('市')}/{line['WatchPoint'].strip()}"
            rows.setdefault(place, set()).add(tuple(line[name] for name in MEASURED))
    dead = {place for place, found in rows.items() if len(found) <= 2}
    return dead, set(rows) - dead


@pytest.fixture(scope="module")
def report(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> ScreenReport:
    lake = Lake.open(tmp_path_factory.mktemp("shanxi") / "air", create=True)
    import_ambient([shared / FILE], lake)
    return screen(lake)


def test_all_25_dead_stations_are_found_and_no_living_one(shared: Path, report: ScreenReport) -> None:
    dead, alive = truth(shared / FILE)
    assert (len(dead), len(alive)) == (25, 58)
    assert set(report.dead) == dead
    assert {s.place for s in report.of("stopped")} & alive == set()
    assert report.places == 83


def test_the_evidence_tells_silence_from_repetition(report: ScreenReport) -> None:
    found = {s.place: s for s in report.of("stopped")}
    stuck, silent = found["太原/上兰"], found["临汾/市监测站(停运161122)"]
    assert stuck.evidence["basis"] == "repeats"
    assert stuck.evidence["distinct_rows"] == 1
    assert stuck.evidence["reports"] == stuck.hours == 155
    assert stuck.evidence["row"]["pm2_5"] is not None
    assert silent.evidence["basis"] == "silent"
    assert silent.evidence["name_says"] == ["停运"]
    assert all(s.certain for s in found.values())


def test_a_dead_name_beside_a_living_one(report: ScreenReport) -> None:
    pairs = {s.place: s.evidence["other"] for s in report.of("duplicate_station")}
    assert pairs["太原/上兰"] == "太原/上兰(对照点)"
    assert pairs["太原/巨轮(启用181031)"] == "太原/巨轮"
    assert "太原/巨轮" not in pairs
