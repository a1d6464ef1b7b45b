"""Two versions of a plan: kept, changed, new, gone; targets and deadlines."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "coverage"))
from making import When, goal, item, plan

from lantian.planning import read_plan
from lantian.planning.versions import compare

BOILERS = (
    "开展燃气锅炉低氮燃烧改造“回头看”。推进35蒸吨/小时以上燃煤锅炉超低排放改造。加大生物质锅炉排放监管力度。"
)
STRAW = "提高秸秆还田标准化、规范化水平。健全秸秆收储运服务体系。完善网格化监管体系,开展秸秆焚烧专项巡查。"
SCHOOLS = "每季度在学校开办大气环境课堂,培训教师三百名,编写乡土教材。"
OIL = "清理自建油罐、流动加油车和黑加油站点。打击非标油品销售。"


def test_kept_moved_changed_new_and_gone() -> None:
    old = plan("甲省", item("1", "锅炉", BOILERS), item("2", "秸秆", STRAW), item("3", "油品", OIL))
    new = plan(
        "甲省",
        item("1", "秸秆", STRAW),
        item("2", "锅炉", BOILERS + "新增燃气锅炉一律不得使用旧式燃烧器。"),
        item("3", "课堂", SCHOOLS),
    )
    changes = compare(old, new)
    assert [(t.state, [i.key for i in t.old], t.new and t.new.key) for t in changes.tasks] == [
        ("kept", ["2"], "1"),
        ("changed", ["1"], "2"),
        ("new", [], "3"),
        ("gone", ["3"], None),
    ]
    assert [t.moved for t in changes.tasks[:2]] == [True, True]
    assert changes.tasks[1].added == ("新增燃气锅炉一律不得使用旧式燃烧器",)
    assert changes.counts == {"kept": 1, "changed": 1, "look": 0, "new": 1, "gone": 1}


def test_two_tasks_joined_into_one() -> None:
    old = plan("甲省", item("1", "", BOILERS), item("2", "", STRAW), item("3", "", OIL))
    new = plan("甲省", item("1", "", BOILERS + STRAW), item("2", "", OIL))
    joined = compare(old, new).tasks[0]
    assert {i.key for i in joined.old} == {"1", "2"}


def test_units_and_deadlines_that_moved() -> None:
    due = "燃煤锅炉超低排放改造全部完成"
    old = plan(
        "甲省",
        item("1", "", BOILERS, units=("省生态环境厅", "省工信厅"), deadlines=(When("2024-10-31", due),)),
    )
    new = plan(
        "甲省",
        item("1", "", BOILERS, units=("省生态环境厅", "省住建厅"), deadlines=(When("2025-06-30", due),)),
    )
    changes = compare(old, new)
    task = changes.tasks[0]
    assert task.state == "changed"
    assert (task.units_added, task.units_removed) == (("省住建厅",), ("省工信厅",))
    assert [(d.old, d.new) for d in task.deadlines] == [("2024-10-31", "2025-06-30")]
    assert (changes.units_added, changes.units_removed) == (("省住建厅",), ("省工信厅",))


def test_the_same_unit_under_another_short_name_is_no_change() -> None:
    old = plan("甲省", item("1", "", BOILERS, units=("省交通厅",)))
    new = plan("甲省", item("1", "", BOILERS, units=("省交通运输厅",)))
    assert compare(old, new).tasks[0].state == "kept"


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        (goal("pm25", "<=", 45), goal("pm25", "<=", 43), "tightened"),
        (goal("pm25", "<=", 43), goal("pm25", "<=", 45), "loosened"),
        (
            goal("pm25", "<=", 45, binding="unspecified"),
            goal("pm25", "<=", 43, binding="aspiration"),
            "mixed",
        ),
        (goal("pm25", "<=", 45), goal("pm25", "decrease", 5), "not_comparable"),
        (goal("pm25", "<=", 45), goal("pm25", "<=", 45), "same"),
    ],
)
def test_a_target_over_two_versions(old, new, change: str) -> None:  # type: ignore[no-untyped-def]
    changes = compare(plan("甲省", goals=(old,)), plan("甲省", goals=(new,)))
    assert [g.change for g in changes.goals] == [change]


def test_a_date_that_moved_on_is_told_but_is_no_loosening() -> None:
    old, new = goal("pm25", "<=", 45, by="2021"), goal("pm25", "<=", 45, by="2025")
    found = compare(plan("甲省", goals=(old,)), plan("甲省", goals=(new,))).goals[0]
    assert (found.change, found.moved) == ("same", ("2021", "2025"))


def test_targets_of_other_places_are_other_targets() -> None:
    old, new = goal("pm25", "<=", 45, places=("乙市",)), goal("pm25", "<=", 45, places=("丁市",))
    assert [g.change for g in compare(plan("甲省", goals=(old,)), plan("甲省", goals=(new,))).goals] == [
        "new",
        "gone",
    ]


def test_one_target_for_two_cities_goes_on_in_two() -> None:
    old = goal("pm25", "<=", 45, places=("乙市", "丁市"))
    new = (
        goal("pm25", "<=", 45, places=("乙市",), key="a"),
        goal("pm25", "<=", 40, places=("丁市",), key="b"),
    )
    assert [g.change for g in compare(plan("甲省", goals=(old,)), plan("甲省", goals=new)).goals] == [
        "same",
        "tightened",
    ]


def test_a_plan_against_itself_changes_nothing() -> None:
    one = plan("甲省", item("1", "锅炉", BOILERS), item("2", "秸秆", STRAW), goals=(goal("pm25", "<=", 45),))
    changes = compare(one, replace(one, title="again"))
    assert changes.counts["kept"] == 2
    assert sum(changes.counts.values()) == 2
    assert changes.goal_counts == {"same": 1}
    assert not any(t.moved for t in changes.tasks)


@pytest.mark.shared
def test_the_province_2021_to_2024(shared: Path) -> None:
    old, new = (read_plan(shared / "seeds" / f"shanxi-province-{year}.txt") for year in (2021, 2024))
    changes = compare(old, new)
    pairs = {t.new.cited: {i.cited for i in t.old} for t in changes.tasks if t.new and t.old}
    # Written anew from end to end: nothing is kept, and what goes on is for a person to confirm.
    assert changes.counts["kept"] == 0
    assert "二（二）1" in pairs["三（五）21"]  # ultra-low emission of steel and coking
    assert "二（三）1" in pairs["三（二）11"]  # clean heating
    assert "三（三）1" in pairs["三（七）27"]  # joint control
    assert "二（四）1" in pairs["三（三）12"]  # freight to rail
    gone = {t.old[0].cited for t in changes.tasks if t.state == "gone"}
    assert {"三（四）1", "二（五）2", "二（四）3"} <= gone  # the winter games, open pits, stage VI lorries
    fresh = {t.new.cited for t in changes.tasks if t.state == "new" and t.new}
    assert {"三（五）23", "三（四）18", "三（九）33"} <= fresh  # ammonia, straw, economic policy
    shuozhou = next(g for g in changes.goals if g.new and g.new.places == ("朔州市",))
    assert shuozhou.change == "tightened"
    assert "太原铁路局" in changes.units_removed
    assert "省农业农村厅" in changes.units_added
    assert compare(new, new).counts["kept"] == len([i for i in changes.new.items if i.kind == "task"])
