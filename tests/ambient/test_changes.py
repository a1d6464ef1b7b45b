"""What moved and why, on a scripted history: new data, a correction, a review, a dust list, a rule file."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.ambient import DayEntry, DayList, Period, evaluate
from lantian.ambient.changes import Change, Snapshot, changes
from lantian.ambient.reviews import Review, apply_reviews
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import Rulebook, load
from lantian.rulebook.book import DATA

JUNE = Period.parse("2019-06")
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
CLEAN = {"so2": 10_000, "no2": 28_000, "co": 1_300, "o3": 90_000, "pm10": 66_000, "pm2_5": 30_000}
RULE = """
replace:
  ambient.limits.pm2_5.year.grade_2:
    - {value: 30, unit: µg/m³, document: trial, clause: '1', verified: true}
"""


def rows(place: str, days: list[int], values: dict[str, int]) -> pa.Table:
    listed = [
        {
            "place": place,
            "name": place,
            "city": None,
            "time": datetime(2019, 6, day, tzinfo=UTC) + timedelta(hours=hour - 8),
            **values,
        }
        for day in days
        for hour in range(1, 25)
    ]
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("time", pa.timestamp("us", tz="UTC")),
            *((item, pa.int32()) for item in ITEMS),
        ]
    )
    return pa.Table.from_pylist(listed, schema=schema)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """甲 and 乙, equal but for 1 µg/m³ of PM2.5; the last day of 甲 is still to come."""
    store = Lake.open(tmp_path / "air", create=True)
    store.append("ambient_city_hour", rows("甲", list(range(1, 30)), CLEAN), source="first.csv")
    store.append(
        "ambient_city_hour", rows("乙", list(range(1, 31)), {**CLEAN, "pm2_5": 31_000}), source="second.csv"
    )
    return store


def by_key(found: list[Change]) -> dict[tuple[str, str, str], Change]:
    return {(one.place, one.figure, "" if one.date is None else str(one.date)): one for one in found}


def kinds(change: Change) -> set[str]:
    return {cause.kind for cause in change.causes}


def test_nothing_changed_is_told_as_nothing(lake: Lake) -> None:
    assert changes(lake, JUNE, before=Snapshot.of(lake)) == []


def test_new_data_is_named_with_its_file(lake: Lake) -> None:
    before = Snapshot.of(lake)
    lake.append("ambient_city_hour", rows("甲", [30], {**CLEAN, "pm2_5": 330_000}), source="late.csv")
    found = by_key(changes(lake, JUNE, before=before))
    moved = found["甲", "pm2_5", ""]
    # 29 days of 30 and one of 330 are 40.
    assert (moved.before, moved.after) == ("30", "40")
    assert kinds(moved) == {"new_data"}
    (cause,) = moved.causes
    assert (cause.detail["version"], cause.detail["source"]) == (3, "late.csv")
    assert (cause.detail["rows_new"], cause.detail["rows_changed"]) == (24, 0)
    day = found["甲", "aqi", "2019-06-30"]
    assert (day.before, day.after) == (None, "380")
    assert found["甲", "heavy_days", ""].after == "1"
    # 乙 moves up though nothing of its own did.
    rank = found["乙", "composite_rank", ""]
    assert (rank.before, rank.after) == ("2", "1")
    assert [(cause.kind, cause.detail["places"]) for cause in rank.causes] == [("others", ["甲"])]
    assert ("乙", "pm2_5", "") not in found


def test_a_correction_and_its_undoing(lake: Lake) -> None:
    before = Snapshot.of(lake)
    lake.append("ambient_city_hour", rows("乙", [3], {**CLEAN, "pm2_5": 331_000}), source="wrong.csv")
    found = by_key(changes(lake, JUNE, before=before))
    assert kinds(found["乙", "pm2_5", ""]) == {"correction"}
    assert found["乙", "pm2_5", ""].causes[0].detail["rows_changed"] == 24
    lake.append("ambient_city_hour", rows("乙", [3], {**CLEAN, "pm2_5": 31_000}), source="right.csv")
    assert changes(lake, JUNE, before=before) == []


def test_a_review_is_told_with_its_reason(lake: Lake) -> None:
    before = Snapshot.of(lake)
    noon = datetime(2019, 6, 5, 4, tzinfo=UTC)
    review = Review(
        "乙", ("pm10",), noon - timedelta(hours=12), noon + timedelta(hours=12), "void", code="spike",
        reason="仪器故障", actor="王",
    )  # fmt: skip
    apply_reviews(lake, "ambient_city_hour", [review])
    found = by_key(changes(lake, JUNE, before=before))
    moved = found["乙", "aqi", "2019-06-05"]
    assert kinds(moved) == {"review"}
    assert "仪器故障" in moved.causes[0].text
    assert moved.causes[0].detail["reviews"][0]["actor"] == "王"


def test_a_dust_list_names_its_entry(lake: Lake) -> None:
    lake.append("ambient_city_hour", rows("甲", [5], {**CLEAN, "pm10": 900_000}), source="dust.csv")
    before = Snapshot.of(lake)
    entry = DayEntry(
        "甲", date(2019, 6, 5), date(2019, 6, 5), ("pm10", "pm2_5"), ("concentration",), "沙尘", "某函"
    )
    now = Snapshot.of(lake, day_list=DayList((entry,), "list.csv"))
    found = by_key(changes(lake, JUNE, before=before, after=now))
    moved = found["甲", "pm10", ""]
    assert kinds(moved) == {"day_list"}
    assert moved.causes[0].detail["entry"]["document"] == "某函"
    assert moved.causes[0].detail["added"] is True
    # For concentrations only: the AQI of the day and the days counted stay.
    assert not {key for key in found if key[1] in ("aqi", "good_days", "heavy_days", "days_used")}


def test_a_rule_names_its_path_and_both_values(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "trial.yaml"
    file.write_text(RULE, "utf-8")
    before = Snapshot.of(lake)
    found = changes(lake, JUNE, before=before, after=Snapshot.of(lake, rulebook=load([file])))
    assert {(one.place, one.figure) for one in found} == {
        ("甲", "composite_index"),
        ("乙", "composite_index"),
    }
    for one in found:
        (cause,) = one.causes
        assert cause.kind == "rule"
        assert cause.detail["path"] == "ambient.limits.pm2_5.year.grade_2"
        assert (cause.detail["before"], cause.detail["after"]) == ("35", "30")


def test_each_of_three_causes_is_told_apart(lake: Lake, tmp_path: Path) -> None:
    before = Snapshot.of(lake)
    lake.append("ambient_city_hour", rows("甲", [5], {**CLEAN, "pm10": 900_000}), source="dust.csv")
    file = tmp_path / "trial.yaml"
    file.write_text(RULE, "utf-8")
    entry = DayEntry("乙", date(2019, 6, 7), date(2019, 6, 7), ("co",), ("aqi",))
    now = Snapshot.of(lake, rulebook=load([file]), day_list=DayList((entry,)))
    found = by_key(changes(lake, JUNE, before=before, after=now))
    assert kinds(found["甲", "pm10", ""]) == {"correction"}
    assert kinds(found["甲", "composite_index", ""]) == {"correction", "rule"}
    assert kinds(found["乙", "composite_index", ""]) == {"rule"}
    assert kinds(found["甲", "aqi", "2019-06-05"]) == {"correction"}
    # CO does not decide the AQI of 乙, so its entry moves nothing.
    assert ("乙", "aqi", "2019-06-07") not in found
    # What is told as after is what `evaluate` says.
    said = evaluate(lake, JUNE, rulebook=now.rulebook, day_list=now.day_list)
    for one in found.values():
        row = said.place(one.place)
        assert row is not None
        if one.figure in row.statistics:
            assert one.after == str(row.statistics[one.figure].value)
        elif one.figure == "composite_index":
            assert one.after == str(row.composite_index)


def test_a_bulletin_is_frozen_with_rules_and_list_and_answers_later(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "trial.yaml"
    file.write_text(RULE, "utf-8")
    entry = DayEntry("乙", date(2019, 6, 7), date(2019, 6, 7), ("pm10",), ("aqi", "concentration"), "沙尘")
    then = Snapshot.of(lake, rulebook=load([file]), day_list=DayList((entry,), "list.csv"))
    bulletin = tmp_path / "june.json"
    then.frozen(lake, JUNE).save(bulletin)
    file.unlink()
    again = Snapshot.load(bulletin)
    assert again.rulebook.digest == then.rulebook.digest
    assert again.rulebook.rule("ambient.limits.pm2_5.year.grade_2", on=JUNE.last).number == 30
    assert again.day_list == then.day_list
    assert changes(lake, JUNE, before=again) == []
    again.save(tmp_path / "copy.json")
    assert json.loads((tmp_path / "copy.json").read_text("utf-8")) == json.loads(bulletin.read_text("utf-8"))
    gone = changes(lake, JUNE, before=again, after=Snapshot.of(lake))
    assert {"rule"} == kinds(by_key(gone)["甲", "composite_index", ""])
    with pytest.raises(LantianError, match="of 2019-06"):
        changes(lake, Period.parse("2019-05"), before=again)


def test_a_figure_that_the_program_gave_otherwise_is_put_down_to_it(lake: Lake, tmp_path: Path) -> None:
    bulletin = tmp_path / "june.json"
    Snapshot.of(lake).frozen(lake, JUNE).save(bulletin)
    body = json.loads(bulletin.read_text("utf-8"))
    body["bulletin"]["places"]["甲"]["figures"]["pm2_5"] = "29"
    body["lantian"] = "0.0.1"
    bulletin.write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    (one,) = changes(lake, JUNE, before=Snapshot.load(bulletin))
    assert (one.place, one.figure, one.before, one.after) == ("甲", "pm2_5", "29", "30")
    assert kinds(one) == {"program"}
    assert "0.0.1" in one.causes[0].text


def test_rules_kept_in_a_bulletin_serve_when_the_program_has_others(lake: Lake, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(DATA, older)
    tree = older / "ambient/composite.yaml"
    text = tree.read_text("utf-8")
    assert "index: [{value: 2, unit: decimals" in text
    tree.write_text(
        text.replace("index: [{value: 2, unit: decimals", "index: [{value: 1, unit: decimals"), "utf-8"
    )
    bulletin = tmp_path / "june.json"
    Snapshot.of(lake, rulebook=Rulebook(older)).frozen(lake, JUNE).save(bulletin)
    shutil.rmtree(older)
    before = Snapshot.load(bulletin)
    assert changes(lake, JUNE, before=before) == []
    found = by_key(changes(lake, JUNE, before=before, after=Snapshot.of(lake)))
    one = found["甲", "composite_index", ""]
    assert (len(one.before or ""), len(one.after or "")) == (3, 4)
    assert [cause.detail["path"] for cause in one.causes] == ["ambient.composite.decimals.index"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 9}', '{"format": 1}'])
def test_what_is_no_bulletin_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.json"
    file.write_text(text, "utf-8")
    with pytest.raises(LantianError, match="not a frozen bulletin"):
        Snapshot.load(file)
