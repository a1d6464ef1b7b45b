"""The dead stations of a real, dirty archive: all of them, and none that lives."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from lantian.ambient import Period, evaluate, explain
from lantian.ambient.intake import import_ambient
from lantian.ambient.reviews import apply_reviews, reviews_from
from lantian.ambient.screens import ScreenReport, screen
from lantian.ambient.steps import Step
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


def test_voiding_the_dead_moves_the_figures_of_their_city(shared: Path, tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "air", create=True)
    import_ambient([shared / FILE], lake)
    period = Period.parse("2020-03-27..2020-04-07")
    found = screen(lake).of("stopped")
    apply_reviews(lake, "ambient_station_hour", reviews_from(found, "void", actor="test"))

    def figures(as_of: int) -> list[str]:
        row = evaluate(lake, period, places=["太原"], as_of=as_of).rows[0]
        return [
            *(str(row.statistics[item].value) for item in ("so2", "pm10", "pm2_5")),
            str(row.composite_index),
        ]

    assert figures(1) == ["15", "82", "38", "4.36"]
    assert figures(2) == ["18", "86", "43", "4.77"]
    after = screen(lake)
    assert (after.counts, after.reviewed) == ({"spike": 3}, 35)
    # The same hours in another file change nothing that was decided.
    text = gzip.decompress((shared / FILE).read_bytes()).decode("utf-8-sig")
    (tmp_path / "again.csv").write_text(text.rstrip() + "\n\n", encoding="utf-8")
    (again,) = import_ambient([tmp_path / "again.csv"], lake).files
    assert (again.version, lake.version) == (3, 4)
    assert any("1,108 rows stay as decided" in note for note in again.notes)
    assert figures(lake.version) == figures(2)
    dead = explain(lake, "太原/上兰", "pm2_5", Period.parse("2020-04-01"), level="station")
    assert "voided" in {refused.why for step in _steps(dead.step) for refused in step.refused}


def _steps(step: Step) -> Iterator[Step]:
    yield step
    for child in step.children:
        yield from _steps(child)
