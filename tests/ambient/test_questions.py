"""The questions asked of a lake: evaluate, daily, realtime, explain, on a small store of our own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.ambient import Period, composite_index, daily, describe, evaluate, evaluation, explain, realtime
from lantian.ambient.composite import ITEMS
from lantian.ambient.derived import FOLDER
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

HOURLY = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
CLEAN = {"so2": 10_000, "no2": 28_000, "co": 1_300, "o3": 90_000, "pm10": 66_000, "pm2_5": 30_000}
DIRTY = {**CLEAN, "pm2_5": 160_000}
JUNE = Period.parse("2019-06")
FEBRUARY_MARCH = Period.parse("2026-02-27..2026-03-02")

Row = dict[str, object]


def hours(
    place: str, city: str | None, days: list[date], values: dict[str, int | None], of: range
) -> list[Row]:
    return [
        {
            "place": place,
            "name": f"{place}站" if city else place,
            "city": city,
            "time": datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 8),
            **values,
        }
        for day in days
        for hour in of
    ]


def table(rows: list[Row]) -> pa.Table:
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("time", pa.timestamp("us", tz="UTC")),
            *((item, pa.int32()) for item in HOURLY),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def days_of(period: Period, without: int = 0) -> list[date]:
    return [period.first + timedelta(days=offset) for offset in range(period.days - without)]


WHOLE = range(1, 25)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """甲: two stations and a feed; 乙: feed, four days short, and the turn of 2026; 丙: silent in June."""
    store = Lake.open(tmp_path_factory.mktemp("air") / "store", create=True)
    june = days_of(JUNE)
    turn = days_of(FEBRUARY_MARCH)
    stations = [
        *hours("1001A", "甲", june, CLEAN, WHOLE),
        *hours("1002A", "甲", june[:-1], {**CLEAN, "o3": 131_000, "pm2_5": 41_000}, WHOLE),
        *hours("1002A", "甲", june[-1:], CLEAN, range(1, 20)),
        *hours("甲对照点", "甲", june, {**CLEAN, "pm2_5": 1_000}, WHOLE),
    ]
    for row in stations:
        if row["place"] == "甲对照点":
            row["name"] = "甲(对照点)"
    feed = [
        *hours("甲", None, june, {**CLEAN, "o3": 10_000}, WHOLE),
        *hours("乙", None, june[:-4], CLEAN, WHOLE),
        *hours("乙", None, turn, {**CLEAN, "pm2_5": 70_000}, WHOLE),
        *hours("丙", None, [date(2019, 5, 31)], CLEAN, WHOLE),
    ]
    store.append("ambient_station_hour", table(stations), source="stations")
    store.append("ambient_city_hour", table(feed), source="feed")
    evaluation._kept.clear()
    yield store


def test_a_city_is_the_mean_of_its_stations_own_days(lake: Lake) -> None:
    row = evaluate(lake, JUNE).place("甲")
    assert row is not None
    own = row.statistics
    # 29 days of two stations (30 and 41: 35.5, half to even 36), one of the first alone (30).
    assert own["pm2_5"].unrounded == Fraction(29 * 36 + 30, 30)
    # Each station's own maximum: 90 and 131 make 110.5, half to even 110; the last day 90 or 131 by 19 hours.
    assert own["o3_8h"].value == 110
    assert own["co"].value == Decimal("1.3")
    assert (row.days_used, row.good_days, row.heavy_days, row.days_in_period) == (30, 30, 0, 30)
    assert "source_stations" in row.marks
    assert "station_share:1" not in row.marks  # one of two is the half that few stations need


def test_the_feed_answers_for_a_city_without_stations_and_says_so(lake: Lake) -> None:
    row = evaluate(lake, JUNE).place("乙")
    assert row is not None
    assert "source_city_feed" in row.marks
    assert "few_days" in row.marks
    statistic = row.statistics["pm2_5"]
    assert (statistic.value, statistic.days_used, statistic.valid, statistic.why) == (
        Decimal(30), 26, False, "too_few_days",
    )  # fmt: skip
    assert (
        row.composite_index == composite_index(so2=10, no2=28, pm10=66, pm2_5=30, co="1.3", o3_8h=90).rounded
    )


def test_a_city_that_fell_silent_is_listed_without_numbers(lake: Lake) -> None:
    row = evaluate(lake, JUNE).rows[-1]
    assert (row.place, row.rank, row.composite_index, row.days_used) == ("丙", None, None, 0)
    assert "no_data" in row.marks
    assert all(
        statistic.value is None and statistic.why == "no_days" for statistic in row.statistics.values()
    )


def test_ranks_follow_the_index(lake: Lake) -> None:
    found = evaluate(lake, JUNE)
    assert [(row.place, row.rank) for row in found.rows] == [("乙", 1), ("甲", 2), ("丙", None)]
    assert found.source == "ambient_city_hour, ambient_station_hour"
    assert {rule.path for rule in found.unverified} >= {"ambient.composite.inputs"}


def test_stations_by_themselves(lake: Lake) -> None:
    found = evaluate(lake, JUNE, level="station")
    assert {row.place: row.name for row in found.rows} == {
        "1001A": "1001A站", "1002A": "1002A站", "甲对照点": "甲(对照点)",
    }  # fmt: skip
    short = found.place("1002A")
    assert short is not None
    assert short.statistics["pm2_5"].days_used == 29


def test_groups_are_means_of_their_stations(lake: Lake) -> None:
    found = evaluate(lake, JUNE, level="group", groups={"1001A": "G1", "1002A": "G1", "甲对照点": "G2"})
    city = evaluate(lake, JUNE).place("甲")
    group = found.place("G1")
    assert city is not None
    assert group is not None
    assert group.statistics == city.statistics
    other = found.place("G2")
    assert other is not None
    assert other.statistics["pm2_5"].value == 1


def test_only_some_places_give_the_same_digits(lake: Lake) -> None:
    everything = evaluate(lake, JUNE).place("乙")
    alone = evaluate(lake, JUNE, places=["乙"]).place("乙")
    assert everything is not None
    assert alone is not None
    assert alone.statistics == everything.statistics
    assert len(evaluate(lake, JUNE, places=["甲"]).rows) == 1


def test_by_date_each_day_has_its_own_rules_and_the_period_those_of_its_last_day(lake: Lake) -> None:
    by_date = evaluate(lake, FEBRUARY_MARCH).place("乙")
    assert by_date is not None
    assert "regime_change:2026-03-01" in by_date.marks
    # 70 is IAQI 94 by the breakpoints of 2012 and 110 by those of 2026.
    assert (by_date.good_days, by_date.days_used) == (2, 4)
    days = daily(lake, FEBRUARY_MARCH)
    assert [day.aqi for day in days] == [94, 94, 110, 110]
    for regime, good in (("gb3095-2012", 4), ("gb3095-2026-transition", 0)):
        one = evaluate(lake, FEBRUARY_MARCH, regime=regime)
        assert one.regime == regime
        assert one.rows[0].good_days == good
        assert not any(mark.startswith("regime_change") for mark in one.rows[0].marks)
    statistics = {item: str(by_date.statistics[item].value) for item in ITEMS}
    assert statistics["pm2_5"] == "70.0"
    index = composite_index(**statistics, regime="gb3095-2026-transition")
    assert by_date.composite_index == index.rounded
    assert by_date.composite_exact == index.exact


def test_days_say_what_is_missing_and_why(lake: Lake) -> None:
    last = daily(lake, Period.parse("2019-06-30"), level="station", places=["1002A"])[0]
    assert last.values["pm2_5"] is None
    assert last.why["pm2_5"] == "too_few_hours"
    assert last.hours["pm2_5"] == 19
    assert last.values["o3_8h"] == 90
    assert last.why["aqi"] == "items_missing"
    assert last.aqi == 45
    new = daily(lake, Period.parse("2019-06-30"), level="station", places=["1002A"], regime="gb3095-2026")[0]
    assert (new.aqi, new.level, new.why["aqi"]) == (None, None, "items_missing")
    first = daily(lake, Period.parse("2019-06-01"), places=["甲"])[0]
    assert (first.aqi, first.level, first.primary) == (59, 2, ("o3_8h",))
    assert first.source == "ambient_station_hour"
    assert first.hours["pm2_5"] == 48


def test_a_question_asked_again_is_answered_from_what_was_kept(lake: Lake) -> None:
    first = evaluate(lake, JUNE)
    assert evaluate(lake, JUNE) is first
    evaluation._kept.clear()
    kept = sorted((lake.root / FOLDER).rglob("*.parquet"))
    assert kept
    again = evaluate(lake, JUNE)
    assert again.rows == first.rows
    assert sorted((lake.root / FOLDER).rglob("*.parquet")) == kept


def test_a_correction_changes_the_answer_and_the_old_one_can_still_be_had(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "s", create=True)
    day = [date(2019, 6, 1)]
    lake.append("ambient_city_hour", table(hours("乙", None, day, CLEAN, WHOLE)), source="a")
    period = Period.parse("2019-06-01")
    assert evaluate(lake, period).rows[0].statistics["pm2_5"].value == 30
    lake.append("ambient_city_hour", table(hours("乙", None, day, DIRTY, WHOLE)), source="b")
    corrected = evaluate(lake, period)
    assert corrected.rows[0].statistics["pm2_5"].value == 160
    assert (corrected.rows[0].heavy_days, corrected.data_version) == (1, 2)
    before = evaluate(lake, period, as_of=1)
    assert (before.rows[0].statistics["pm2_5"].value, before.data_version) == (30, 1)
    with pytest.raises(LantianError, match="no version 3"):
        evaluate(lake, period, as_of=3)


def test_a_broken_kept_file_is_computed_again(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "s", create=True)
    lake.append("ambient_city_hour", table(hours("乙", None, [date(2019, 6, 1)], CLEAN, WHOLE)), source="a")
    first = evaluate(lake, JUNE).rows
    for file in (lake.root / FOLDER).rglob("*.parquet"):
        file.write_bytes(b"torn")
    evaluation._kept.clear()
    assert evaluate(lake, JUNE).rows == first


def test_days_given_as_such_answer_where_there_are_no_hours(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "s", create=True)
    rows = {
        "place": ["丁"] * 2,
        "date": pa.array([date(2019, 6, 1), date(2019, 6, 2)], pa.date32()),
        "so2": pa.array([10_000, 11_000], pa.int32()),
        "no2": pa.array([28_000, None], pa.int32()),
        "co": pa.array([1_300, 1_300], pa.int32()),
        "o3_8h_max": pa.array([170_000, 90_000], pa.int32()),
        "pm10": pa.array([66_000, 66_000], pa.int32()),
        "pm2_5": pa.array([30_000, 31_000], pa.int32()),
    }
    lake.append("ambient_city_day", pa.table(rows), source="days")
    days = daily(lake, Period.parse("2019-06"))
    assert [day.aqi for day in days] == [110, 58]
    assert days[0].hours == {}
    assert days[1].why["no2"] == "no_data"
    row = evaluate(lake, JUNE).rows[0]
    assert "source_city_days" in row.marks
    assert row.statistics["so2"].unrounded == Fraction(21, 2)


def test_the_newest_hour_by_edition(lake: Lake) -> None:
    (record,) = realtime(lake)
    assert record.time == datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert record.iaqi["pm2_5"] == 110
    assert (record.aqi, record.primary) == (110, ("pm2_5",))
    noon = realtime(lake, at=datetime(2019, 6, 30, 11, tzinfo=UTC), level="station")
    short = next(item for item in noon if item.place == "1002A")
    assert short.values["so2"] == 10
    # 19 hours of 30 and the five before of 41.
    assert short.values["pm2_5_24h"] == 32
    assert short.iaqi["pm2_5"] == 46
    later = realtime(lake, at=datetime(2019, 6, 30, 16, tzinfo=UTC), level="station")
    gone = next(item for item in later if item.place == "1002A")
    assert gone.values["so2"] is None
    assert gone.why["so2"] == "no_data"
    with pytest.raises(LantianError, match="no time zone"):
        realtime(lake, at=datetime(2019, 6, 30))  # noqa: DTZ001 - the mistake is the test
    assert realtime(Lake.open(lake.root.parent / "empty", create=True)) == []


def test_marks_are_words_for_people() -> None:
    assert describe("station_share:3").endswith("were valid: 3")
    assert describe("nothing_known") == "nothing_known"


@pytest.mark.parametrize("indicator", [*ITEMS, "composite_index", "good_days", "heavy_days", "days_used"])
def test_an_explanation_ends_with_the_digits_of_the_evaluation(lake: Lake, indicator: str) -> None:
    for place in ("甲", "乙"):
        row = evaluate(lake, JUNE).place(place)
        assert row is not None
        found = explain(lake, place, indicator, JUNE)
        if indicator in ITEMS:
            assert found.value == str(row.statistics[indicator].value)
        else:
            assert found.value == str(getattr(row, indicator))
        assert found.data_version == lake.version
        assert found.regime == "gb3095-2012"
        assert found.rules
        assert all(rule.document and rule.clause for rule in found.rules)
        json.dumps(found.as_dict())
        assert len(list(found.lines())) > 3


def test_an_explanation_names_what_was_refused(lake: Lake) -> None:
    period = Period.parse("2019-06-29..2019-06-30")
    found = explain(lake, "1002A", "pm2_5", period, level="station")
    assert [(row.subject, row.why) for row in found.step.refused] == [("2019-06-30", "too_few_hours")]
    assert found.value == "41"
    assert not found.verified


def test_a_days_index_goes_down_to_stations_and_hours(lake: Lake) -> None:
    found = explain(lake, "甲", "aqi", Period.parse("2019-06-01"))
    items = {child.subject: child for child in found.step.children}
    pm = items["pm2_5"].children[0]
    assert pm.rounding == "35.5 to 36"
    assert [(member.subject, member.value) for member in pm.children] == [
        ("1001A站", "30"),
        ("1002A站", "41"),
    ]
    (own_hours,) = pm.children[0].children
    assert own_hours.used == 24
    last = explain(lake, "1002A", "pm2_5", Period.parse("2019-06-30"), level="station")
    assert last.value is None
    assert len(last.step.children[0].refused) == 5


def test_what_cannot_be_explained_is_told(lake: Lake) -> None:
    for place, indicator, period, message in (
        ("甲", "happiness", JUNE, "cannot be explained"),
        ("戊", "pm2_5", JUNE, "nothing of '戊'"),
        ("甲", "aqi", JUNE, "one day"),
    ):
        with pytest.raises(LantianError, match=message):
            explain(lake, place, indicator, period)


def test_questions_that_make_no_sense_are_told(lake: Lake) -> None:
    with pytest.raises(LantianError, match="no level 'county'"):
        evaluate(lake, JUNE, level="county")
    with pytest.raises(LantianError, match="`groups`"):
        evaluate(lake, JUNE, level="group")
    with pytest.raises(LantianError, match="no regime 'gb3095'"):
        evaluate(lake, JUNE, regime="gb3095")
    with pytest.raises(LantianError, match=r"no regime is in force|no value on"):
        evaluate(lake, Period.parse("2014-05"))
    assert evaluate(lake, Period.parse("2014-05"), regime="gb3095-2012").rows == []


def test_a_users_rule_changes_the_answer(lake: Lake, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "replace:\n  ambient.limits.pm2_5.year.grade_2:\n"
        "    - {value: 15, unit: µg/m³, document: 本市, clause: '1', verified: true}\n",
        encoding="utf-8",
    )
    packaged, changed = (
        evaluate(lake, JUNE).place("乙"),
        evaluate(lake, JUNE, rulebook=load([own])).place("乙"),
    )
    assert packaged is not None
    assert changed is not None
    assert changed.parts["pm2_5"] == 2
    assert packaged.parts["pm2_5"] == Decimal("0.86")


def test_a_store_made_anew_in_the_same_folder_is_another_store(tmp_path: Path) -> None:
    period = Period.parse("2019-06-01")
    for values, expected in ((CLEAN, 30), (DIRTY, 160)):
        lake = Lake.open(tmp_path / "s", create=True)
        lake.append("ambient_city_hour", table(hours("乙", None, [period.first], values, WHOLE)), source="a")
        assert lake.version == 1
        assert evaluate(lake, period).rows[0].statistics["pm2_5"].value == expected
        shutil.rmtree(tmp_path / "s")
