"""Screens on small made series: stations of cities, what is said of them, and in what form."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lantian.ambient.capture import capture
from lantian.ambient.period import Period
from lantian.ambient.reviews import Review, apply_reviews, reviews_from
from lantian.ambient.screens import Suspicion, chart_data, screen
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

KIND = "ambient_station_hour"
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
FIRST = datetime(2024, 5, 1, 1, tzinfo=UTC) - timedelta(hours=8)
HOURS = 10 * 24
Table = dict[str, dict[str, np.ndarray]]


def stations(seed: int = 3) -> Table:
    """Two cities of four living stations each."""
    rng = np.random.default_rng(seed)
    hours = np.arange(HOURS)
    weather = 1 + 0.4 * np.sin(hours / 19) + 0.1 * rng.standard_normal(HOURS).cumsum() / 4
    sun = np.sin((hours - 8) / 24 * 2 * np.pi)
    found = {}
    for city in "AB":
        for number in range(4):
            noise = 1 + 0.06 * rng.standard_normal((6, HOURS))
            base = {
                "so2": 12 * weather, "no2": 35 * weather - 8 * sun, "co": 0.8 * weather,
                "o3": 90 + 50 * sun, "pm10": 90 * weather, "pm2_5": 45 * weather,
            }  # fmt: skip
            found[f"{city}/{number}"] = {
                item: np.maximum(base[item] * noise[at], 0.1).round(2 if item == "co" else 0) * 1000
                for at, item in enumerate(ITEMS)
            }
    return found


def lake_of(table: Table, folder: Path, absent: dict[str, slice] | None = None) -> Lake:
    lake = Lake.open(folder / "air", create=True)
    parts = []
    for place, series in table.items():
        keep = np.ones(HOURS, np.bool_)
        if absent and place in absent:
            keep[absent[place]] = False
        columns: dict[str, Any] = {
            "place": pa.array([place] * HOURS),
            "name": pa.array([f"站{place}"] * HOURS),
            "city": pa.array([place[0]] * HOURS),
            "time": pa.array([FIRST + timedelta(hours=h) for h in range(HOURS)], pa.timestamp("us", "UTC")),
        }
        for item in ITEMS:
            columns[item] = pa.array(
                np.nan_to_num(series[item]).astype(np.int32), mask=np.isnan(series[item])
            )
        parts.append(pa.table(columns).filter(pa.array(keep)))
    lake.append(KIND, pa.concat_tables(parts), source="test")
    return lake


def test_living_stations_are_not_suspected(tmp_path: Path) -> None:
    report = screen(lake_of(stations(), tmp_path))
    assert (report.suspicions, report.places, report.hours) == ([], 8, HOURS)
    assert "ambient.screens.spike.factor" in report.unverified


def test_a_city_whose_stations_all_fail(tmp_path: Path) -> None:
    table = stations()
    for number in range(3):
        for item in ITEMS:
            table[f"A/{number}"][item][100:170] = table[f"A/{number}"][item][100]
    report = screen(lake_of(table, tmp_path, {"A/3": slice(110, 160)}))
    (failed,) = report.of("all_failed")
    assert (failed.place, failed.city, failed.hours) == ("A", "A", 50)
    assert failed.since == FIRST + timedelta(hours=110)
    assert failed.evidence["stations"] == ["A/0", "A/1", "A/2", "A/3"]
    assert failed.text == "none of the 4 stations of A lives for 50 hours"
    assert {s.place for s in report.of("frozen")} == {"A/0", "A/1", "A/2"}


def test_an_hour_that_the_feed_repeats_is_no_fault_of_the_stations(tmp_path: Path) -> None:
    table = stations()
    for series in table.values():
        for item in ITEMS:
            series[item][50:54] = series[item][50]
    report = screen(lake_of(table, tmp_path))
    assert [(s.code, s.place, s.hours) for s in report.suspicions] == [("frozen", "", 3)]
    assert len(reviews_from(report.suspicions, "void")) == 8


def test_a_station_that_stopped_before_the_span_is_still_expected(tmp_path: Path) -> None:
    lake = lake_of(stations(), tmp_path, {"B/1": slice(24, None)})
    report = screen(lake, since=date(2024, 5, 5))
    (one,) = report.suspicions
    assert (one.code, one.place, one.evidence["basis"]) == ("stopped", "B/1", "silent")
    assert report.dead == ["B/1"]
    assert [s.place for s in screen(lake, places=["A/0"]).suspicions] == []


def test_a_silence_that_ended_is_no_stop(tmp_path: Path) -> None:
    report = screen(lake_of(stations(), tmp_path, {"B/1": slice(24, 150)}))
    assert report.suspicions == []


def test_ozone_at_night_tells_another_time_zone(tmp_path: Path) -> None:
    table = {place: {i: np.roll(v, -8) for i, v in series.items()} for place, series in stations().items()}
    (one,) = screen(lake_of(table, tmp_path)).suspicions
    assert (one.code, one.place, one.evidence["basis"]) == ("time_shift", "", "ozone")


@pytest.mark.parametrize("lag", [-8, -1, 1, 8])
def test_one_station_stamped_at_the_other_end_of_its_hour(tmp_path: Path, lag: int) -> None:
    table = stations()
    table["A/2"] = {item: np.roll(values, lag) for item, values in table["A/2"].items()}
    (one,) = screen(lake_of(table, tmp_path)).of("time_shift")
    # What the station says an hour early the neighbours say an hour later.
    assert (one.place, one.evidence["lag"]) == ("A/2", -lag)


def test_a_suspicion_survives_json_and_keeps_its_key(tmp_path: Path) -> None:
    table = stations()
    table["A/1"]["pm10"][80] = 3_000_000
    lake = lake_of(table, tmp_path)
    (one,) = screen(lake).suspicions
    again = Suspicion.from_dict(json.loads(json.dumps(one.as_dict(), ensure_ascii=False)))
    assert again.as_dict() == one.as_dict()
    assert again.key == one.key
    assert again.text == one.text
    part = screen(lake, until=date(2024, 5, 6))
    assert [s.key for s in part.suspicions] == [one.key]
    picture = chart_data(lake, one)
    assert [(s["place"], s["role"]) for s in picture["series"]][:2] == [
        ("A/1", "suspect"),
        ("A/0", "neighbour"),
    ]
    assert max(v for v in picture["series"][0]["values"]["pm10"] if v) == 3000
    assert len(picture["times"]) == len(picture["series"][0]["values"]["pm10"]) == 97
    json.dumps(picture)


def test_what_a_review_settles_is_not_asked_again(tmp_path: Path) -> None:
    table = stations()
    table["A/1"]["pm10"][80] = 3_000_000
    table["B/1"]["co"][90] = 40_000
    lake = lake_of(table, tmp_path)
    report = screen(lake)
    apply_reviews(lake, KIND, reviews_from([s for s in report.suspicions if s.place == "A/1"], "accept"))
    after = screen(lake)
    assert ([s.place for s in after.suspicions], after.reviewed) == (["B/1"], 1)
    assert screen(lake, as_of=1).counts == report.counts


def test_thresholds_are_rules(tmp_path: Path) -> None:
    table = stations()
    table["A/1"]["pm10"][80] *= 4
    lake = lake_of(table, tmp_path)
    assert screen(lake).suspicions == []
    own = tmp_path / "own.yaml"
    own.write_text(
        "replace:\n  ambient.screens.spike.factor:\n"
        "    - {value: 2, unit: '1', document: ours, clause: '1', verified: true}\n"
    )
    assert [s.code for s in screen(lake, rulebook=load([own])).suspicions] == ["spike"]


def test_windows_do_not_change_what_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lantian.ambient.screens import grid

    table = stations()
    for item in ITEMS:
        table["A/0"][item][90:130] = table["A/0"][item][90]
    table["B/2"]["pm2_5"][150:240] *= 0.001
    lake = lake_of(table, tmp_path)
    whole = [(s.code, s.place, s.items, s.since, s.until, s.hours) for s in screen(lake).suspicions]
    monkeypatch.setattr(grid, "WINDOW", timedelta(days=5))
    monkeypatch.setattr(grid, "LEAD", timedelta(days=3))
    split = [(s.code, s.place, s.items, s.since, s.until, s.hours) for s in screen(lake).suspicions]
    assert {one[:3] for one in whole} == {("frozen", "A/0", ITEMS), ("unit_slip", "B/2", ("pm2_5",))}
    assert split == whole


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ({"kind": "ambient_city_day"}, "cannot be screened"),
        ({"kind": "ambient_city_hour"}, "holds nothing"),
        ({"since": date(2030, 1, 1)}, "no hour"),
        ({"as_of": 9}, "no version 9"),
    ],
)
def test_wrong_questions(tmp_path: Path, how: dict[str, Any], what: str) -> None:
    with pytest.raises(LantianError, match=what):
        screen(lake_of(stations(), tmp_path), **how)


# -- capture


def test_capture_tells_missing_voided_and_lost_apart(tmp_path: Path) -> None:
    table = stations()
    table["A/0"]["o3"][0:24] = np.nan
    lake = lake_of(table, tmp_path, {"A/1": slice(0, 48)})
    void = Review("A/2", ("pm2_5", "pm10"), FIRST + timedelta(hours=24), FIRST + timedelta(hours=35), "void")
    apply_reviews(lake, KIND, [void])
    report = capture(lake, Period.parse("2024-05-01..2024-05-10"))
    rows = {row.place: row for row in report.places}
    assert {row.expected for row in report.places} == {HOURS}
    assert (rows["A/0"].items["o3"].present, rows["A/0"].items["o3"].days_valid) == (216, 9)
    assert (str(rows["A/0"].rate("o3")), str(rows["A/0"].rate("so2"))) == ("90.0", "100.0")
    assert (str(rows["A/1"].online_rate), str(rows["A/1"].capture_rate)) == ("80.0", "80.0")
    assert (rows["A/2"].items["pm2_5"].voided, rows["A/2"].items["pm2_5"].present) == (12, 228)
    assert rows["A/2"].items["pm2_5"].days_valid == 9
    assert str(rows["A/2"].online_rate) == "100.0"
    city = next(row for row in report.cities if row.place == "A")
    assert (city.places, city.expected, city.items["o3"].present) == (4, 4 * HOURS, 216 + 192 + 480)
    assert (report.total.places, report.total.lost) == (8, 0)
    json.dumps(report.as_dict())


def test_hours_the_archive_lost_for_all_are_left_out(tmp_path: Path) -> None:
    table = {f"{place}-{copy}": series for copy in range(5) for place, series in stations().items()}
    gone = slice(30, 36)
    report = capture(lake_of(table, tmp_path, dict.fromkeys(table, gone)), Period.parse("2024-05"))
    assert report.total.lost == 6 * 40
    assert str(report.total.capture_rate) == "100.0"
    few = dict.fromkeys(list(table)[:20], gone)
    report = capture(lake_of(table, tmp_path / "few", few), Period.parse("2024-05"))
    assert (report.total.lost, str(report.total.capture_rate)) == (0, "98.8")
