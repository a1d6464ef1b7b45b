"""Road dust: points to days to roads; limits of place and class; lists without values; campaigns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from lantian.ambient import Period
from lantian.ambient.measures import (
    import_road_dust,
    import_road_ranks,
    road_dust,
    road_ranks,
    road_triggers,
)
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import Rulebook, load

Table = Callable[..., Path]
HEAD = "城市,县区,道路,路段,道路等级,日期,点1(g/m²),点2(g/m²),点3(g/m²)"
FEBRUARY = Period.parse("2025-02")
NOW = date(2025, 12, 1)


@pytest.fixture
def book(tmp_path: Path) -> Rulebook:
    own = tmp_path / "own.yaml"
    own.write_text(
        "add:\n  ambient.road_dust.limits.甲市:\n"
        "    - {value: {主干道: 8, 次干道: 10}, unit: g/m², document: d, clause: c, verified: true}\n"
        "  ambient.road_dust.limits.西区:\n"
        '    - {value: {"*": 20}, unit: g/m², document: d, clause: c, verified: true}\n',
        "utf-8",
    )
    return load([own])


def take(lake: Lake, table: Table, *rows: str) -> None:
    report = import_road_dust([table(HEAD, *rows)], lake, now=NOW)
    assert report.rows_refused == 0, report.refusals


def test_a_road_is_the_mean_of_its_days_and_a_day_of_its_points(lake: Lake, table: Table) -> None:
    take(lake, table, "甲市,东区,迎宾路,,,2025-02-05,6.1,7.4,8.8", "甲市,东区,迎宾路,,,2025-02-12,9.2,10.1,")
    (road,) = road_dust(lake, FEBRUARY).roads
    first, second = Fraction("22.3") / 3, Fraction("19.3") / 2
    assert [sample.exact for sample in road.samples] == [first, second]
    assert road.exact == (first + second) / 2
    assert road.value == Decimal("8.5")  # 8.5417
    assert road.marks == ("no_limit", "few_points")
    assert (road.place, road.rank) == ("甲市/东区/迎宾路", 1)


def test_the_limit_is_that_of_county_then_city_and_class(lake: Lake, table: Table, book: Rulebook) -> None:
    take(
        lake, table, "甲市,东区,一路,,主干道,2025-02-05,8,8,8", "甲市,东区,二路,,次干,2025-02-05,8,8,8",
        "甲市,东区,三路,,次干道,2025-02-05,10.04,10.04,10.04", "甲市,西区,四路,,主干道,2025-02-05,30,20,10.3",
        "甲市,东区,五路,,支路,2025-02-05,1,1,1", "晋城市,陵川县,六路,,核心道路,2025-02-05,8.1,8.1,8.1",
        "西安市,,七路,,一类,2025-02-05,4,4,4", "郑州市,,八路,,,2025-02-05,11,11,11",
    )  # fmt: skip
    roads = {road.name: road for road in road_dust(lake, FEBRUARY, rulebook=book).roads}
    assert {name: (road.limit, road.verdict) for name, road in roads.items()} == {
        "一路": (8, "equal"), "二路": (10, "below"), "三路": (10, "equal"), "四路": (20, "above"),
        "五路": (None, None), "六路": (8, "above"), "七路": (5, "below"), "八路": (10, "above"),
    }  # fmt: skip
    assert {name: rule.verified for name in ("六路", "七路") if (rule := roads[name].limit_rule)} == {
        "六路": True, "七路": False,
    }  # fmt: skip
    before = Period.parse("2023-02")
    take(lake, table, "晋城市,陵川县,六路,,核心道路,2023-02-05,8.1,8.1,8.1")
    assert road_dust(lake, before).roads[0].limit is None


def test_ranks_best_worst_and_counties(lake: Lake, table: Table, book: Rulebook) -> None:
    take(
        lake, table, "甲市,东区,一路,,主干道,2025-02-05,4,4,4", "甲市,东区,二路,,次干道,2025-02-05,12,12,12",
        "甲市,西区,三路,,主干道,2025-02-05,12,12,12", "甲市,西区,四路,,主干道,2025-02-05,30,30,30",
    )  # fmt: skip
    found = road_dust(lake, FEBRUARY, rulebook=book)
    assert [(road.name, road.rank) for road in found.roads] == [
        ("一路", 1),
        ("二路", 2),
        ("三路", 2),
        ("四路", 4),
    ]
    assert [road.name for road in found.best(2)] == ["一路", "二路", "三路"]
    assert [road.name for road in found.worst(2)] == ["四路", "三路", "二路"]
    assert found.worst(0) == ()
    east, west = found.counties
    assert (east.county, east.value, east.within, east.within_share) == (
        "东区",
        Decimal("8.0"),
        1,
        Decimal("50.0"),
    )
    assert (east.ratio, west.ratio, west.value) == (Decimal("0.85"), Decimal("1.05"), Decimal("21.0"))
    assert [road.name for road in road_dust(lake, FEBRUARY, county="西区", rulebook=book).roads] == [
        "三路",
        "四路",
    ]


def test_sensors_are_never_mixed_with_weighing(lake: Lake, table: Table) -> None:
    path = table("道路,日期,浓度(µg/m³)", "一路,2025-02,310", "二路,2025-02,150")
    assert import_road_dust([path], lake, city="郑州市", now=NOW).rows_taken == 2
    assert road_dust(lake, FEBRUARY).roads == ()
    found = road_dust(lake, FEBRUARY, method="sensor")
    assert [(road.name, str(road.value), road.limit, road.marks) for road in found.roads] == [
        ("二路", "150.0", None, ()), ("一路", "310.0", None, ()),
    ]  # fmt: skip
    assert found.unit == "µg/m³"
    with pytest.raises(LantianError, match="not a method"):
        road_dust(lake, FEBRUARY, method="guessed")


BAD = [
    ("甲市,东区,一路,,,2025-02-05,-1,2,3", "negative"),
    ("甲市,东区,一路,,,2025-02-05,a,2,3", "not_a_number"),
    ("甲市,东区,一路,,,2025-02-30,1,2,3", "not_a_date"),
    ("甲市,东区,一路,,,2026-02-05,1,2,3", "future"),
    ("甲市,东区,一路,,,2025-02-05,8100,2,3", "absurd"),
    ("甲市,东区,一路,,,2025-02-05,,,", "empty"),
    ("甲市,东区,,,,2025-02-05,1,2,3", "empty"),
    ("甲市,外县,一路,,,2025-02-05,1,2,3", "unknown_place"),
]


@pytest.mark.parametrize(("row", "code"), BAD)
def test_a_bad_row_costs_no_good_one(lake: Lake, table: Table, row: str, code: str) -> None:
    path = table(HEAD, row, "甲市,东区,二路,,,2025-02-05,1,2,3")
    report = import_road_dust([path], lake, now=NOW, known_places={"东区"}.__contains__)
    assert (report.rows_read, report.rows_taken, report.rows_refused) == (2, 1, 1)
    assert [(refusal.code, refusal.row) for refusal in report.refusals] == [(code, 2)]
    assert [road.name for road in road_dust(lake, FEBRUARY).roads] == ["二路"]


@pytest.mark.parametrize(
    ("heading", "row"),
    [("道路,日期,积尘(mg/m²)", "一路,2025-02-05,3"), ("道路,日期,积尘(g/m²),方法", "一路,2025-02-05,3,走航")],
)
def test_a_wrong_unit_is_refused(lake: Lake, table: Table, heading: str, row: str) -> None:
    report = import_road_dust([table(heading, row)], lake, now=NOW)
    assert [refusal.code for refusal in report.refusals] == ["wrong_unit"]


def test_the_same_point_twice(lake: Lake, table: Table) -> None:
    path = table(
        "道路,日期,点位,积尘", "一路,2025-02-05,1,3", "一路,2025-02-05,1,3", "一路,2025-02-05,2,4",
        "一路,2025-02-05,2,6",
    )  # fmt: skip
    report = import_road_dust([path], lake, now=NOW)
    assert (report.rows_read, report.rows_taken, report.rows_refused, report.duplicates) == (4, 2, 1, 1)
    assert [refusal.code for refusal in report.refusals] == ["duplicate"]
    assert road_dust(lake, FEBRUARY).roads[0].exact == Fraction(9, 2)


def test_campaigns(lake: Lake, table: Table, book: Rulebook) -> None:
    take(
        lake, table,
        "甲市,东区,一路,,主干道,2025-01-20,9,9,9", "甲市,东区,一路,,主干道,2025-02-05,7,7,7",
        "甲市,东区,一路,,主干道,2025-02-12,9,9,9", "甲市,东区,二路,,主干道,2025-02-12,9,9,9",
        "甲市,东区,三路,,主干道,2025-02-12,2,2,2", "甲市,西区,四路,,,2025-02-12,50,50,50",
    )  # fmt: skip
    found = road_dust(lake, FEBRUARY, rulebook=book)
    triggers = road_triggers(found, rulebook=book)
    assert [(one.code, one.name) for one in triggers] == [
        ("road_repeated", "一路"), ("road_worst", "四路"), ("road_worst", "二路"), ("county_above", "西区"),
    ]  # fmt: skip
    repeated = triggers[0]
    assert (repeated.since, repeated.until) == (date(2025, 1, 20), date(2025, 2, 12))
    assert [s["verdict"] for s in repeated.as_dict()["evidence"]["samples"]] == ["above", "below", "above"]
    assert not repeated.verified
    assert triggers[-1].evidence["ratio"] == Decimal("2.50")


def test_the_worst_roads_are_as_many_as_the_rule_says(
    lake: Lake, table: Table, book: Rulebook, tmp_path: Path
) -> None:
    take(lake, table, *(f"甲市,东区,路{n},,主干道,2025-02-12,{10 + n},{10 + n},{10 + n}" for n in range(9)))
    own = tmp_path / "two.yaml"
    own.write_text(
        "replace:\n  ambient.road_dust.triggers.worst_roads:\n"
        "    - {value: 2, unit: roads, document: d, clause: c, verified: true}\n",
        "utf-8",
    )
    found = road_dust(lake, FEBRUARY, rulebook=book)
    worst = [one.name for one in road_triggers(found, rulebook=load([own])) if one.code == "road_worst"]
    assert worst == ["路8", "路7"]


@pytest.mark.shared
def test_the_lists_of_taiyuan_have_ranks_and_no_values(lake: Lake, shared: Path) -> None:
    path = shared / "data" / "dustfall_and_roads" / "taiyuan_road_dust_2024_09.csv"
    report = import_road_ranks([path], lake)
    assert (report.rows_read, report.rows_taken, report.rows_refused) == (32, 32, 0)
    month = Period.parse("2024-09")
    worst, cleanest = (road_ranks(lake, month, which=which) for which in ("worst", "cleanest"))
    assert [road.rank for road in worst] == list(range(1, 21))
    assert [road.rank for road in cleanest] == list(range(1, 13))
    assert worst[0].name == "太榆路龙城大街口至太原绕城高速口"
    assert worst[0].city == "太原市"


def test_a_road_on_list_after_list(lake: Lake, table: Table) -> None:
    rows = [
        "worst,1,一路,甲市,2024-12", "worst,2,二路,甲市,2024-12", "最差,1,一路,甲市,2025-01",
        "最净,1,二路,甲市,2025-01", "黑榜,3,三路,甲市,2025-02",
    ]  # fmt: skip
    path = table("榜单,名次,道路,城市,月份", *rows, "中等,1,四路,甲市,2025-02", "最差,1.5,四路,甲市,2025-02")
    report = import_road_ranks([path], lake, now=NOW)
    assert [refusal.code for refusal in report.refusals] == ["unknown_word", "not_a_number"]
    lists = road_ranks(lake, Period.parse("2024-12-01..2025-02-28"))
    found = road_dust(lake, FEBRUARY)
    (trigger,) = road_triggers(found, lists=lists)
    assert (trigger.code, trigger.name) == ("road_listed", "一路")
    assert trigger.evidence["ranks"] == {"2024-12": 1, "2025-01": 1}
