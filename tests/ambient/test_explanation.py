"""Explanations: the digits of `evaluate`, recomputed from the exported rows alone; replay; the page."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.ambient import DayEntry, DayList, Explanation, Period, evaluate, explain
from lantian.ambient.explanation import INDICATORS
from lantian.ambient.export import to_html, to_text
from lantian.ambient.export.words import WORDS
from lantian.ambient.replay import replay
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
MEANS = ("so2", "no2", "pm10", "pm2_5")
LIMITS = {"so2": 60, "no2": 40, "pm10": 70, "pm2_5": 35, "co": 4, "o3_8h": 160}
JUNE = Period.parse("2019-06")
STRICT = """
replace:
  ambient.validity.day.lost_here:
    - {value: null, document: test, clause: '1', verified: true}
"""
LOOSE = """
replace:
  ambient.validity.day.min_hours:
    - {value: 16, unit: h, document: trial, clause: '1', verified: true}
"""


def table(rows: list[dict[str, Any]]) -> pa.Table:
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("time", pa.timestamp("us", tz="UTC")),
            *((item, pa.int32()) for item in ITEMS),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def made_up(place: str, city: str | None, first: date, days: int, seed: int) -> list[dict[str, Any]]:
    """Hours with gaps: absent rows, missing values, days too short; the same for the same seed."""
    state = seed
    rows = []
    for number in range(days * 24):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        draw = state >> 33
        if draw % 11 == 0:
            continue
        values: dict[str, int | None] = {}
        for at, item in enumerate(ITEMS):
            own = (draw * (at + 3)) % 9973
            values[item] = (
                None if own % 17 == 0 else (own % 2500 if item == "co" else own % 240 * 1000 + own % 7)
            )
        time = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(hours=number - 7)
        rows.append({"place": place, "name": place, "city": city, "time": time, **values})
    return rows


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """临汾: two stations; 运城: the feed; 忻州: the feed, a year before too."""
    store = Lake.open(tmp_path_factory.mktemp("explained") / "air", create=True)
    first = date(2019, 5, 20)
    stations = [*made_up("1001A", "临汾", first, 60, 1), *made_up("1002A", "临汾", first, 60, 2)]
    store.append("ambient_station_hour", table(stations), source="stations.csv")
    feed = [*made_up("运城", None, first, 70, 3), *made_up("忻州", None, first, 60, 4)]
    store.append("ambient_city_hour", table(feed), source="feed.csv")
    store.append(
        "ambient_city_hour", table(made_up("忻州", None, date(2018, 6, 1), 30, 5)), source="2018.csv"
    )
    return store


# --- an explanation ends where the evaluation does


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_figure_is_that_of_the_evaluation(lake: Lake, data: st.DataObject) -> None:
    place = data.draw(st.sampled_from(["临汾", "运城市", "忻州"]))
    first = date(2019, 5, 20) + timedelta(days=data.draw(st.integers(0, 58)))
    last = min(first + timedelta(days=data.draw(st.integers(1, 40))), date(2019, 7, 18))
    period = Period(first, last) if last > first else JUNE
    regime = data.draw(st.sampled_from(["by-date", "gb3095-2026-transition"]))
    indicator = data.draw(
        st.sampled_from([*ITEMS[:3], "o3_8h", "pm10", "pm2_5", "composite_index", "good_days"])
    )
    taken = DayList((DayEntry(place, first, first, ("pm10", "co"), ("concentration", "aqi")),))
    day_list = taken if data.draw(st.booleans()) else None
    found = explain(lake, place, indicator, period, regime=regime, day_list=day_list)
    row = evaluate(lake, period, regime=regime, day_list=day_list).place(place.removesuffix("市"))
    assert row is not None
    if indicator in row.statistics:
        assert found.value == _text(row.statistics[indicator].value)
    else:
        assert found.value == _text(getattr(row, indicator))
    json.dumps(found.as_dict())


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_figure_is_that_of_the_evaluation_often(lake: Lake, data: st.DataObject) -> None:
    test_every_figure_is_that_of_the_evaluation.hypothesis.inner_test(lake, data)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def test_every_indicator_can_be_explained(lake: Lake) -> None:
    whole = evaluate(lake, JUNE)
    row = whole.place("忻州")
    assert row is not None
    for indicator in INDICATORS:
        period = Period.parse("2019-06-03") if indicator == "aqi" else JUNE
        found = explain(lake, "忻州", indicator, period)
        assert found.value is not None, indicator
        for language in ("zh", "en"):
            assert found.value in to_text(found, language=language)
            assert found.value in to_html(found, language=language)
    assert explain(lake, "忻州", "composite_rank", JUNE).value == str(row.rank)
    share = explain(lake, "忻州", "load_share_pm10", JUNE)
    assert row.composite_index is not None
    exact = 100 * Fraction(row.parts["pm10"]) / Fraction(row.composite_index)
    assert abs(Fraction(share.value or "0") - exact) <= Fraction(1, 20)
    ratio = explain(lake, "忻州", "good_days_ratio", JUNE)
    assert abs(Fraction(ratio.value or "0") - Fraction(100 * row.good_days, row.days_used)) <= Fraction(1, 20)


def test_a_change_rate_stands_on_both_years(lake: Lake) -> None:
    found = explain(lake, "忻州", "change_rate", JUNE)
    indices = []
    for period in (JUNE, JUNE.previous_year()):
        row = evaluate(lake, period, regime="gb3095-2012").place("忻州")
        assert row is not None
        assert row.composite_index is not None
        indices.append(row.composite_index)
    exact = 100 * (indices[0] - indices[1]) / indices[1]
    assert abs(Decimal(found.value or "0") - exact) <= Decimal("0.05")
    assert [child.subject for child in found.step.children] == ["2019-06", "2018-06"]
    without = explain(lake, "运城", "change_rate", JUNE)
    assert without.value is None
    assert [row.why for row in without.step.refused] == ["no_index"]


# --- recomputed from the export alone


def days_of(member: dict[str, Any]) -> dict[str, dict[str, dict[int, int]]]:
    """The rows of one place by day, item and hour."""
    days: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for at, time in enumerate(member["times"]):
        day, number = time.split("T")
        for item in ITEMS:
            value = member["thousandths"][item][at]
            if value is not None:
                days[day][item][int(number)] = value
    return days


def own_day(items: dict[str, dict[int, int]]) -> dict[str, Fraction]:
    """The valid values of one place's day: 20 hours; 14 windows of 6 hours, or a maximum above 160."""
    found = {
        item: Fraction(sum(items[item].values()), 1000 * len(items[item]))
        for item in (*MEANS, "co")
        if len(items[item]) >= 20
    }
    windows = []
    for end in range(8, 25):
        inside = [items["o3"][hour] for hour in range(end - 7, end + 1) if hour in items["o3"]]
        if len(inside) >= 6:
            windows.append(Fraction(sum(inside), 1000 * len(inside)))
    if windows and (len(windows) >= 14 or max(windows) > 160):
        found["o3_8h"] = max(windows)
    return found


def recomputed(body: dict[str, Any]) -> tuple[Decimal, dict[str, Decimal]]:
    """The composite index from the listed rows only, by the 2012 rules as the fact sheet has them."""
    daily: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for member in body["rows"]:
        for day, items in days_of(member).items():
            for item, value in own_day(items).items():
                daily[item][day].append(value)
    statistics = {}
    for item in LIMITS:
        places = 1 if item == "co" else 0
        values = sorted(half_even(sum(own, Fraction(0)) / len(own), places) for own in daily[item].values())
        exact = Fraction(sum(values, Fraction(0)), len(values))
        if item not in MEANS:
            k = Fraction(len(values) - 1) * Fraction(95 if item == "co" else 90, 100)
            low = int(k)
            exact = values[low] + (values[min(low + 1, len(values) - 1)] - values[low]) * (k - low)
        statistics[item] = half_even(exact, places)
    index = sum((half_even(statistics[item] / LIMITS[item], 2) for item in LIMITS), Fraction(0))
    return Decimal(int(index * 100)) / 100, {
        item: Decimal(int(value * 10)) / 10 for item, value in statistics.items()
    }


def half_even(value: Fraction, places: int) -> Fraction:
    return Fraction(round(value * 10**places), 10**places)


@pytest.mark.parametrize("place", ["临汾", "运城", "忻州"])
def test_the_exported_rows_alone_give_the_index(lake: Lake, place: str) -> None:
    found = explain(lake, place, "composite_index", JUNE, rows=True)
    index, statistics = recomputed(json.loads(json.dumps(found.as_dict())))
    assert Decimal(found.value or "0") == index
    for child in found.step.children:
        assert Decimal(child.children[0].value or "0") == statistics[child.subject]


@pytest.fixture(scope="module")
def nation(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    file = shared / "data/cnemc_city_hourly/china_cities_hourly_201812_201906.parquet"
    columns = ", ".join(f"round({item}::DOUBLE * 1000)::INT AS {item}" for item in ITEMS)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    # The file's stamps are ends of hours, Asia/Shanghai.
    rows = connection.sql(
        "SELECT city AS place, city AS name, NULL::VARCHAR AS city, "  # noqa: S608 - our own words
        f"(time::TIMESTAMP - INTERVAL 8 HOUR) AT TIME ZONE 'UTC' AS time, {columns} "
        f"FROM '{file}' WHERE time > '2019-05-01' AND time <= '2019-07-01'"
    ).to_arrow_table()
    store = Lake.open(tmp_path_factory.mktemp("nation") / "air", create=True)
    store.append("ambient_city_hour", rows, source=file.name)
    return store


@pytest.mark.shared
@pytest.mark.parametrize("place", ["临汾市", "太原", "大同", "宝鸡", "北京市", "呼和浩特"])
def test_real_rows_alone_give_the_index(nation: Lake, tmp_path: Path, place: str) -> None:
    file = tmp_path / "strict.yaml"
    file.write_text(STRICT, "utf-8")
    found = explain(nation, place, "composite_index", JUNE, rows=True, rulebook=load([file]))
    index, _ = recomputed(json.loads(json.dumps(found.as_dict())))
    assert Decimal(found.value or "0") == index


@pytest.mark.shared
def test_the_dust_of_may_2019_taken_out_of_a_real_month(nation: Lake) -> None:
    may = Period.parse("2019-05")
    storm = DayEntry(
        "大同市", date(2019, 5, 12), date(2019, 5, 12), ("pm10", "pm2_5"), ("concentration", "aqi"), "沙尘"
    )
    whole = explain(nation, "大同市", "pm10", may)
    without = explain(nation, "大同市", "pm10", may, day_list=DayList((storm,)))
    values = {
        child.subject: Fraction(child.value) for child in whole.step.children if child.value is not None
    }
    assert values["2019-05-12"] > 350
    del values["2019-05-12"]
    assert Decimal(without.value or "0") == Decimal(round(sum(values.values(), Fraction(0)) / len(values)))
    assert Decimal(without.value or "0") < Decimal(whole.value or "0")
    day = Period.parse("2019-05-12")
    assert int(explain(nation, "大同", "aqi", day).value or 0) > 200
    rest = explain(nation, "大同", "aqi", day, day_list=DayList((storm,)))
    indices = {child.subject: child.value for child in rest.step.children}
    assert indices["pm10"] is None
    assert rest.value == max((value for value in indices.values() if value is not None), key=int)


# --- names


def test_a_city_is_found_by_either_name_and_a_slip_meets_its_neighbours(lake: Lake) -> None:
    assert explain(lake, "临汾市", "pm10", JUNE).place == "临汾"
    with pytest.raises(LantianError, match=r"Near it are .*临汾"):
        explain(lake, "临份", "pm10", JUNE)
    with pytest.raises(LantianError, match="Check the period"):
        explain(lake, "临汾", "pm10", Period.parse("2017-06"))


# --- replay


def saved(found: Explanation) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(json.dumps(found.as_dict(), ensure_ascii=False))
    return body


def test_a_saved_explanation_comes_out_the_same_whatever_came_later(lake: Lake, tmp_path: Path) -> None:
    file = tmp_path / "loose.yaml"
    file.write_text(LOOSE, "utf-8")
    entry = DayEntry("临汾", date(2019, 6, 5), date(2019, 6, 6), ("pm10",), ("concentration",), "沙尘", "函")
    own = Lake.open(tmp_path / "air", create=True)
    own.append("ambient_city_hour", table(made_up("临汾", None, date(2019, 5, 20), 60, 7)), source="one.csv")
    for indicator in ("composite_index", "good_days_ratio", "composite_rank"):
        body = saved(
            explain(
                own, "临汾市", indicator, JUNE, rulebook=load([file]), day_list=DayList((entry,)), rows=True
            )
        )
        own.append(
            "ambient_city_hour",
            table(made_up("临汾", None, date(2019, 6, 3), 3, 9)),
            source=f"{indicator}.csv",
        )
        again = replay(own, body)
        assert again.same, list(again.lines())
    file.unlink()
    assert replay(own, body).same
    assert "as saved" in next(iter(replay(own, body).lines()))


def test_a_replay_says_what_differs(lake: Lake) -> None:
    body = saved(explain(lake, "运城", "pm10", JUNE, rows=True))
    body["value"] = "1"
    body["step"]["children"][3]["value"] = "999"
    body["rows"][0]["thousandths"]["pm10"][5] = 1
    again = replay(lake, body)
    assert not again.same
    assert [difference.where for difference in again.differences] == [
        "value", "pm10 › 2019-06-04, value", "rows of 运城",
    ]  # fmt: skip
    assert again.differences[0].saved == "1"


@pytest.mark.parametrize("body", [{}, {"format": 9}, {"format": 1}])
def test_what_is_no_explanation_is_told(lake: Lake, body: dict[str, Any]) -> None:
    with pytest.raises(LantianError, match="not a saved explanation"):
        replay(lake, body)


# --- what stands behind


def test_the_versions_behind_are_named(lake: Lake) -> None:
    found = explain(lake, "忻州", "pm10", JUNE)
    assert [(one.version, one.source, one.kind) for one in found.behind] == [
        (2, "feed.csv", "ambient_city_hour")
    ]
    assert found.rulebook == load().digest
    earlier = explain(lake, "忻州", "pm10", Period.parse("2018-06"))
    assert [one.source for one in earlier.behind] == ["2018.csv"]


def test_a_missing_hour_says_whether_the_source_or_the_archive_lacks_it(tmp_path: Path) -> None:
    store = Lake.open(tmp_path / "air", create=True)
    day = date(2019, 6, 1)
    rows = [
        row
        for number in range(40)
        for row in [
            {
                "place": f"城{number:02}", "name": f"城{number:02}", "city": None,
                "time": datetime(2019, 5, 31, 16, tzinfo=UTC) + timedelta(hours=hour),
                **dict.fromkeys(ITEMS, 20_000),
            }
            for hour in range(1, 25)
            # Hour 7 is in no archive; hour 8 is not there of 城01; hour 9 has no value at 城01.
            if hour != 7 and (number, hour) != (1, 8)
        ]
    ]  # fmt: skip
    for row in rows:
        if row["place"] == "城01" and row["time"] == datetime(2019, 6, 1, 1, tzinfo=UTC):
            row["pm10"] = None
    store.append("ambient_city_hour", table(rows), source="hours")
    found = explain(store, "城01", "pm10", Period(day, day, "day"))
    (hours,) = found.step.children
    assert [(row.subject, row.why) for row in hours.refused] == [
        ("07:00", "lost_here"), ("08:00", "no_row"), ("09:00", "no_data"),
    ]  # fmt: skip


# --- the page


class Reader(HTMLParser):
    """The texts of a page and every address it names."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.addresses: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "p", "h1", "h2", "h3", "b"):
            self.cells.append(data.strip())


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    return reader


def test_the_page_lists_all_a_calculator_needs_and_asks_nobody(lake: Lake) -> None:
    found = explain(lake, "临汾", "composite_index", JUNE)
    page = to_html(found)
    reader = read(page)
    assert reader.addresses == []
    assert "<script" not in page
    assert "url(" not in page
    text = "\n".join(reader.cells)
    for single in found.step.children:
        assert f"{single.data['given']} ÷ {single.data['limit']}" in text
        below = single.children[0]
        for day in below.children:
            if day.value is not None:
                assert day.subject in reader.cells
                assert day.value in reader.cells
        if below.code == "mean":
            assert f"{below.data['n']}个日值之和 = {below.data['sum']}" in text
        else:
            for position, value in enumerate(below.data["sorted"], start=1):
                assert f"{position}: {value}" in reader.cells
    for rule in found.rules:
        assert rule.path in reader.cells
        assert rule.clause_zh in reader.cells
    assert "stations.csv" in reader.cells


def test_names_do_not_become_markup(tmp_path: Path) -> None:
    store = Lake.open(tmp_path / "air", create=True)
    bad = "<b>甲&乙</b>"
    rows = [{**row, "place": bad, "name": bad} for row in made_up("x", None, date(2019, 6, 1), 30, 3)]
    store.append("ambient_city_hour", table(rows), source="<script>alert(1)</script>.csv")
    page = to_html(explain(store, bad, "composite_index", JUNE))
    assert "<script" not in page
    assert bad not in page
    assert "&lt;b&gt;甲&amp;乙&lt;/b&gt;" in page


def test_a_year_is_a_calendar_and_a_day_goes_to_the_hours(lake: Lake) -> None:
    year = read(to_html(explain(lake, "运城", "pm2_5", Period.parse("2019"))))
    # May, June and July in a cell each, before their days.
    assert {"2019-05", "2019-06", "2019-07"} <= set(year.cells)
    day = to_text(explain(lake, "临汾", "o3_8h", Period.parse("2019-06-04")))
    assert "1001A" in day
    assert "8小时平均" in day


# Symbols, documents and codes that stand in both languages.
SAME = re.compile(
    r"GB|HJ|AQI|UTC|PM|CO|mg|gb3095|h\b|k\b|[A-Z]\b|ambient[\w.]*|`[^`]+`|[\w-]+\.csv|[0-9a-f]{16}"
)


def test_a_chinese_page_has_no_english_and_an_english_one_no_chinese(lake: Lake) -> None:
    found = explain(lake, "1001A", "composite_index", JUNE, level="station", rows=True)
    for cell in read(to_html(found, language="zh")).cells:
        assert not re.search(r"[A-Za-z]{3,}", SAME.sub("", cell)), cell
    for cell in read(to_html(found, language="en")).cells:
        if "〔" not in cell:  # numbers of documents are the same in both
            assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"排名|太原|北京|宝鸡", "", cell)), cell
    assert all(chinese and english for chinese, english in WORDS.values())
