"""Dust and event days: lists as people keep them, what they take out, and hours for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.ambient import DayEntry, DayList, Period, daily, evaluate, explain, read_day_list
from lantian.ambient.events.candidates import candidates, proposed
from lantian.ambient.events.lists import write_day_list
from lantian.ambient.events.sides import sides
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

JUNE = Period.parse("2019-06")
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
CLEAN = {"so2": 10_000, "no2": 28_000, "co": 1_300, "o3": 90_000, "pm10": 66_000, "pm2_5": 30_000}
NOT_VALID = """
replace:
  ambient.events.validity:
    - {value: false, document: trial, clause: '1', verified: true}
"""
NOT_INHERITED = NOT_VALID.replace("validity", "inherited")


def hour(day: date, number: int) -> datetime:
    """The end of a local hour, 1 to 24, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=number - 8)


def table(rows: list[dict[str, object]]) -> pa.Table:
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("time", pa.timestamp("us", tz="UTC")),
            *((item, pa.int32()) for item in ITEMS),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def whole_days(
    place: str, days: dict[date, dict[str, int]], city: str | None = None
) -> list[dict[str, object]]:
    return [
        {
            "place": place,
            "name": f"{place}站" if city else place,
            "city": city,
            "time": hour(day, number),
            **values,
        }
        for day, values in days.items()
        for number in range(1, 25)
    ]


def june(**odd: dict[str, int]) -> dict[date, dict[str, int]]:
    """Thirty equal days, but for those named `d05={"pm10": …}`."""
    return {date(2019, 6, day): {**CLEAN, **odd.get(f"d{day:02}", {})} for day in range(1, 31)}


def entry(
    day: int, *items: str, scopes: tuple[str, ...] = ("concentration",), place: str = "太原"
) -> DayEntry:
    return DayEntry(place, date(2019, 6, day), date(2019, 6, day), items or ("pm10", "pm2_5"), scopes)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """太原: a day of dust on the 5th. 大同: two stations, dust on the 6th at both."""
    store = Lake.open(tmp_path_factory.mktemp("events") / "air", create=True)
    dusty = june(d05={"pm10": 400_000, "pm2_5": 90_000})
    store.append("ambient_city_hour", table(whole_days("太原", dusty)), source="feed")
    north = june(d06={"pm10": 300_000, "pm2_5": 80_000})
    south = june(d06={"pm10": 500_000, "pm2_5": 100_000})
    rows = [*whole_days("1001A", north, "大同"), *whole_days("1002A", south, "大同")]
    store.append("ambient_station_hour", table(rows), source="stations")
    yield store


# --- lists


def test_a_list_as_people_keep_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "扣沙.csv"
    file.write_bytes(
        "2019年扣沙日清单,,,,,\n城市,日期,扣除污染物,用于,依据,原因\n"
        "太原市,2019年5月12日,PM10、PM2.5,浓度和AQI,总站〔2019〕1号,沙尘\n"
        "大同,2019/5/13,颗粒物,,,\n临汾,20190514,,优良天数,,\n".encode("gb18030")
    )
    found = read_day_list(file)
    assert found.refusals == ()
    day = date(2019, 5, 12)
    assert found.entries[0] == DayEntry(
        "太原市", day, day, ("pm10", "pm2_5"), ("concentration", "aqi"), "沙尘", "总站〔2019〕1号"
    )
    # What the list does not say is taken from the rulebook.
    assert (found.entries[1].items, found.entries[1].scopes) == (("pm10", "pm2_5"), ("concentration",))
    assert (found.entries[2].items, found.entries[2].scopes) == (("pm10", "pm2_5"), ("aqi",))


def test_a_spreadsheet_with_first_and_last_day_is_read(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for column, heading in enumerate(("城市", "起始日期", "结束日期", "剔除项目", "用于")):
            sheet.write(0, column, heading)
        sheet.write_row(1, 0, ["阳泉", "2021-03-15", "2021-03-17", "PM₁₀", "AQI"])
        sheet.write_row(2, 0, ["阳泉", "2021-03-28", "", "O3", "全部"])
    first, second = read_day_list(file).entries
    assert [str(day) for day in first.days] == ["2021-03-15", "2021-03-16", "2021-03-17"]
    assert (first.items, first.scopes) == (("pm10",), ("aqi",))
    assert (second.first, second.last, second.items) == (second.last, second.first, ("o3_8h",))
    assert second.scopes == ("concentration", "aqi")


def test_a_wrong_row_is_refused_and_costs_no_other(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "城市,起始日期,结束日期,剔除项目,用于\n"
        ",2019-05-12,,,\n"
        "太原,,,,\n"
        "太原,2019-05-32,,,\n"
        "太原,2019-05-12,2019-05-11,,\n"
        "太原,2019-05-12,2029-05-12,,\n"
        "太原,2019-05-12,,PM1,\n"
        "太原,2019-05-12,,,别处\n"
        "太原,2019-05-12,,PM10,\n"
        "太原,2019-05-12,,PM10,\n",
        "utf-8",
    )
    found = read_day_list(file)
    assert [(refusal.row, refusal.code) for refusal in found.refusals] == [
        (2, "no_place"), (3, "no_date"), (4, "not_a_date"), (5, "ends_before"), (6, "too_long"),
        (7, "unknown_item"), (8, "unknown_scope"), (10, "duplicate"),
    ]  # fmt: skip
    assert len(found.entries) == 1


def test_a_list_without_days_is_no_list(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("城市,剔除项目\n太原,PM10\n", "utf-8")
    with pytest.raises(LantianError, match="日期"):
        read_day_list(file)


def test_the_digest_names_the_content_not_the_file(tmp_path: Path) -> None:
    one, other = DayList((entry(5), entry(6)), "a.csv"), DayList((entry(6), entry(5)), "b.csv")
    assert one.digest == other.digest
    assert one.digest != DayList((entry(5),)).digest
    file = tmp_path / "c.csv"
    write_day_list(file, one.entries)
    assert read_day_list(file).digest == one.digest
    assert DayList.from_dict(one.as_dict()) == one
    assert DayList.joined([one, other]).digest == one.digest


# --- what is taken out


def test_concentrations_lose_the_day_and_the_index_follows_while_the_aqi_stays(lake: Lake) -> None:
    whole = evaluate(lake, JUNE).place("太原")
    without = evaluate(lake, JUNE, day_list=DayList((entry(5, place="太原市"),))).place("太原")
    assert whole is not None
    assert without is not None
    assert whole.statistics["pm10"].unrounded == Fraction(29 * 66 + 400, 30)
    assert without.statistics["pm10"].unrounded == 66
    assert without.statistics["pm2_5"].unrounded == 30
    assert without.statistics["pm10"].days_used == 29
    assert without.statistics["so2"] == whole.statistics["so2"]
    assert "event_days:1" in without.marks
    assert (without.good_days, without.heavy_days) == (whole.good_days, whole.heavy_days)
    assert without.composite_index is not None
    assert whole.composite_index is not None
    assert without.composite_index < whole.composite_index


def test_the_aqi_is_judged_from_the_rest_only_where_the_list_says_so(lake: Lake) -> None:
    day = Period.parse("2019-06-05")
    (whole,) = daily(lake, day, places=["太原"])
    assert (whole.aqi, whole.primary) == (272, ("pm10",))
    (kept,) = daily(lake, day, places=["太原"], day_list=DayList((entry(5),)))
    assert (kept.aqi, kept.primary) == (272, ("pm10",))
    assert (kept.values["pm10"], kept.why["pm10"]) == (None, "event_excluded")
    (judged,) = daily(lake, day, places=["太原"], day_list=DayList((entry(5, scopes=("aqi",)),)))
    # NO2 28: 35; CO 1.3: 32.5, up; O3 90: 45; SO2 10.
    assert (judged.aqi, judged.primary) == (45, ())
    assert judged.values["pm10"] == 400
    both = DayList((entry(5, scopes=("aqi", "concentration")),))
    row = evaluate(lake, JUNE, day_list=both).place("太原")
    assert row is not None
    assert (row.good_days, row.heavy_days, row.days_used) == (30, 0, 30)


@pytest.mark.parametrize("regime", ["gb3095-2012", "gb3095-2026-transition"])
def test_an_item_taken_out_is_not_a_missing_one(lake: Lake, regime: str) -> None:
    taken = DayList((entry(5, scopes=("aqi",)),))
    (day,) = daily(lake, Period.parse("2019-06-05"), places=["太原"], regime=regime, day_list=taken)
    assert day.aqi == 45
    everything = DayList((entry(5, "so2", "no2", "co", "o3_8h", "pm10", "pm2_5", scopes=("aqi",)),))
    (none,) = daily(lake, Period.parse("2019-06-05"), places=["太原"], regime=regime, day_list=everything)
    assert (none.aqi, none.level, none.primary, none.why["aqi"]) == (None, None, (), "event_excluded")


def test_days_taken_out_count_as_monitored_unless_the_rule_says_no(lake: Lake, tmp_path: Path) -> None:
    five = DayList(tuple(entry(day) for day in range(1, 6)))
    row = evaluate(lake, JUNE, day_list=five).place("太原")
    assert row is not None
    own = row.statistics["pm10"]
    assert (own.days_used, own.valid, own.why) == (25, True, None)
    file = tmp_path / "no.yaml"
    file.write_text(NOT_VALID, "utf-8")
    strict = evaluate(lake, JUNE, day_list=five, rulebook=load([file])).place("太原")
    assert strict is not None
    assert (strict.statistics["pm10"].valid, strict.statistics["pm10"].why) == (False, "too_few_days")
    assert "few_days" in strict.marks
    assert "few_days" not in row.marks


def test_a_month_wholly_taken_out_has_no_mean(lake: Lake) -> None:
    every = DayList(tuple(entry(day, "pm10") for day in range(1, 31)))
    row = evaluate(lake, JUNE, day_list=every).place("太原")
    assert row is not None
    assert (row.statistics["pm10"].value, row.statistics["pm10"].why) == (None, "no_days")
    assert row.composite_index is None


def test_a_citys_days_hold_for_its_stations_and_groups(lake: Lake, tmp_path: Path) -> None:
    taken = DayList((entry(6, place="大同市"),))
    for level, place, groups in (("station", "1001A", None), ("group", "平城", {"1001A": "平城"})):
        row = evaluate(lake, JUNE, level=level, groups=groups, day_list=taken).place(place)
        assert row is not None
        assert row.statistics["pm10"].unrounded == 66, level
        file = tmp_path / f"{level}.yaml"
        file.write_text(NOT_INHERITED, "utf-8")
        own = evaluate(lake, JUNE, level=level, groups=groups, day_list=taken, rulebook=load([file])).place(
            place
        )
        assert own is not None
        assert own.statistics["pm10"].unrounded == Fraction(29 * 66 + 300, 30)
    city = evaluate(lake, JUNE, day_list=taken).place("大同")
    assert city is not None
    assert city.statistics["pm10"].unrounded == 66


def test_both_results_stand_side_by_side(lake: Lake) -> None:
    elsewhere = DayEntry("银川", date(2019, 6, 5), date(2019, 6, 5), ("pm10",), ("concentration",))
    found = sides(lake, JUNE, DayList((entry(5), elsewhere)))
    (side,) = found.touched
    assert (side.place, side.event_days) == ("太原", 1)
    assert side.whole.statistics["pm10"].value == Decimal(77)
    assert side.without.statistics["pm10"].value == Decimal(66)
    assert found.unmatched == [elsewhere]
    # 0.17 + 0.70 + 77/70 + 32/35 + 0.32 + 0.56 both times.
    others = [both.place("大同") for both in (found.whole, found.without)]
    assert [row and row.rank for row in others] == [1, 2]
    assert [row and row.composite_index for row in others] == [Decimal("3.76")] * 2


def test_a_list_without_a_day_of_the_period_changes_nothing(lake: Lake) -> None:
    other = DayList((DayEntry("太原", date(2019, 7, 1), date(2019, 7, 1), ("pm10",), ("aqi",)),))
    assert evaluate(lake, JUNE, day_list=other).rows == evaluate(lake, JUNE).rows


def test_an_explanation_names_the_days_taken_out(lake: Lake) -> None:
    found = explain(lake, "太原市", "pm10", JUNE, day_list=DayList((entry(5),)))
    assert found.value == "66"
    assert [(row.subject, row.why) for row in found.step.refused] == [("2019-06-05", "event_excluded")]
    day = next(child for child in found.step.children if child.subject == "2019-06-05")
    assert day.data["taken_out"] == "400"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_left_is_the_mean_of_the_other_days(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    values = data.draw(st.lists(st.integers(0, 900), min_size=8, max_size=8))
    out = data.draw(st.sets(st.integers(1, 8), max_size=7))
    store = Lake.open(tmp_path_factory.mktemp("any") / "air", create=True)
    days = {date(2019, 6, day): {**CLEAN, "pm10": value * 1000} for day, value in enumerate(values, start=1)}
    store.append("ambient_city_hour", table(whole_days("太原", days)), source="any")
    span = Period.parse("2019-06-01..2019-06-08")
    taken = DayList(tuple(entry(day, "pm10") for day in out))
    row = evaluate(store, span, day_list=taken).place("太原")
    assert row is not None
    left = [value for day, value in enumerate(values, start=1) if day not in out]
    assert row.statistics["pm10"].unrounded == Fraction(sum(left), len(left))


# --- where to look


def series(place: str, pm10: dict[int, int | None], pm2_5: int = 30) -> list[dict[str, object]]:
    """Hours of 2019-06-02, and after 24 of 2019-06-03; each with its PM10, None for missing."""
    start = date(2019, 6, 2)
    return [
        {
            "place": place, "name": place, "city": None,
            "time": hour(start, 1) + timedelta(hours=number - 1),
            **CLEAN, "pm10": None if value is None else value * 1000, "pm2_5": pm2_5 * 1000,
        }
        for number, value in pm10.items()
    ]  # fmt: skip


def found_in(
    tmp_path: Path, pm10: dict[int, int | None], pm2_5: int = 30
) -> list[tuple[int, int, tuple[str, ...]]]:
    store = Lake.open(tmp_path / "air", create=True)
    store.append("ambient_city_hour", table(series("张掖", pm10, pm2_5)), source="hours")
    start = hour(date(2019, 6, 2), 1)
    return [
        (
            1 + int((one.first - start).total_seconds() // 3600),
            1 + int((one.last - start).total_seconds() // 3600),
            one.criteria,
        )
        for one in candidates(store, Period.parse("2019-06-02..2019-06-03"))
    ]


def test_a_jump_begins_and_ends_as_recalled(tmp_path: Path) -> None:
    hours: dict[int, int | None] = dict.fromkeys(range(1, 10), 80)
    hours |= {10: 159, 11: 400, 12: 300, 13: 89, 14: 88, 15: 80}
    # 159 is not twice 80. 11: 400 is twice the mean of 80 … 159. It ends at 1.1 x that mean or less:
    # (5 x 80 + 159) / 6 = 93.17, x 1.1 = 102.5, first met by 89 at 13.
    assert found_in(tmp_path, hours, pm2_5=60) == [(11, 12, ("pm10_jump", "ratio_fall"))]


def test_exactly_twice_begins_and_exactly_150_does_not(tmp_path: Path) -> None:
    below: dict[int, int | None] = {**dict.fromkeys(range(1, 7), 75), 7: 150, 8: 75}
    assert found_in(tmp_path / "below", below, pm2_5=75) == []
    twice: dict[int, int | None] = {**dict.fromkeys(range(1, 7), 80), 7: 160, 8: 80}
    # The ratio falls from 80/80 to 80/160: half, which also begins.
    assert found_in(tmp_path / "twice", twice, pm2_5=80) == [(7, 7, ("pm10_jump", "ratio_fall"))]


def test_absent_hours_are_not_skipped_over(tmp_path: Path) -> None:
    # Only three of the six hours before are there: too few to tell, however many came earlier.
    gap: dict[int, int | None] = {1: 80, 2: 80, 3: 80, 4: 80, 8: 80, 9: 80, 10: 80, 11: 400, 12: 80}
    assert found_in(tmp_path, gap) == []


def test_an_event_under_way_at_the_end_is_open(tmp_path: Path) -> None:
    store = Lake.open(tmp_path / "air", create=True)
    hours: dict[int, int | None] = {**dict.fromkeys(range(1, 10), 60), 10: 500, 11: None, 12: 450}
    store.append("ambient_city_hour", table(series("张掖", hours)), source="hours")
    (one,) = candidates(store, Period.parse("2019-06-02"))
    assert (one.open, one.hours, one.before, one.top, one.verified) == (True, 2, 60, 500, False)
    (row,) = proposed([one])
    assert (row.place, row.first, row.items) == ("张掖", date(2019, 6, 2), ("pm10", "pm2_5"))
    assert row.reason.startswith("待复核")
    # A candidate takes nothing out of anything.
    assert "event_days" not in " ".join(evaluate(store, JUNE).rows[0].marks)


def test_a_citys_hours_are_the_mean_of_its_stations(lake: Lake) -> None:
    found = candidates(lake, JUNE)
    assert [(one.place, [str(day) for day in one.days], one.top) for one in found] == [
        ("大同", ["2019-06-06"], 400),
        ("太原", ["2019-06-05"], 400),
    ]
    stations = candidates(lake, JUNE, level="station")
    assert [(one.place, one.top) for one in stations] == [("1001A", 300), ("1002A", 500)]
    with pytest.raises(LantianError, match="cities or stations"):
        candidates(lake, JUNE, level="group")
