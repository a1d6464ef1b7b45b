"""Taken, partly, look, none, not applicable: on small plans made by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from making import goal, item, plan

from lantian.planning.coverage import Scope, cover
from lantian.planning.coverage.features import common_words, features, terms
from lantian.planning.coverage.goals import hold
from lantian.planning.coverage.units import stem

BOILERS = (
    "开展燃气锅炉低氮燃烧改造“回头看”。推进35蒸吨/小时以上燃煤锅炉超低排放改造。加大生物质锅炉排放监管力度。"
)
STRAW = "提高秸秆还田标准化、规范化水平。健全秸秆收储运服务体系。完善网格化监管体系,开展秸秆焚烧专项巡查。"
SCHOOLS = "每季度在学校开办大气环境课堂,培训教师三百名,编写乡土教材。"
SCOPE = Scope("乙市", within=("丙县",), others=("丁市",), above=("甲省",))
OTHER = (
    item("7", "加强餐饮油烟治理", "严格居民楼附近餐饮服务单位布局管理。开展油烟专项检查。"),
    item("8", "强化油品监管", "清理自建油罐、流动加油车和黑加油站点。打击非标油品销售。"),
    item("9", "加强宣传", "充分利用环境日等活动,广泛开展大气污染防治宣传教育。"),
)  # fmt: skip


def verdict(
    parent_text: str, child_text: str, *, heading: str = "", child_heading: str = ""
) -> tuple[str, str]:
    """The verdict on one parent clause, among others that have nothing to do with it."""
    parent = plan("甲省", item("1", heading, parent_text), *OTHER[:2])
    child = plan("乙市", item("1", child_heading, child_text), OTHER[1])
    row = cover(parent, child, scope=SCOPE).rows[0]
    return row.verdict, row.why


def test_the_same_words_are_taken_up() -> None:
    assert verdict(BOILERS, "各县" + BOILERS) == ("taken", "")


def test_one_order_of_three_is_partly_and_the_rest_is_told() -> None:
    parent = plan("甲省", item("1", "锅炉", BOILERS), *OTHER)
    child = plan("乙市", item("4", "生物质锅炉", "加大生物质锅炉排放监管力度,整合小型锅炉。"), OTHER[0])
    row = cover(parent, child, scope=SCOPE).rows[0]
    assert row.verdict == "partly"
    assert [o.state for o in row.orders][-1] == "taken"
    assert len(row.open_orders) == 2
    assert row.links[0].words[0] == "加大生物质锅炉排放监管力度"


def test_nothing_alike_is_none() -> None:
    assert verdict(SCHOOLS, BOILERS) == ("none", "")


def test_a_short_clause_about_the_same_is_for_a_person() -> None:
    found, why = verdict(STRAW, "做好秸秆禁烧工作,落实网格责任和巡查任务。")
    assert (found, why) in {("look", "doubtful"), ("partly", "")}
    assert found != "none"


def test_one_child_clause_serves_several_parent_clauses() -> None:
    parent = plan("甲省", item("1", "锅炉", BOILERS), item("2", "秸秆", STRAW), *OTHER)
    child = plan("乙市", item("3", "锅炉与秸秆", BOILERS + STRAW))
    rows = cover(parent, child, scope=SCOPE).rows
    assert [r.verdict for r in rows[:2]] == ["taken", "taken"]
    assert {k.child for r in rows[:2] for k in r.links} == {"3"}
    assert [r.verdict for r in rows[2:]] == ["none"] * 3


@pytest.mark.parametrize(
    ("heading", "text", "expected"),
    [
        ("加快丁市结构调整", SCHOOLS, ("not_applicable", "elsewhere")),
        ("加快丁市、乙市结构调整", SCHOOLS, ("none", "")),
        ("加快丙县结构调整", SCHOOLS, ("none", "")),
        ("全省加快结构调整", "丁市率先开办课堂。" + SCHOOLS, ("none", "")),
        ("", "丁市编写乡土教材,培训教师。", ("not_applicable", "elsewhere")),
        ("完善地方性法规标准体系", "启动修订条例,编写乡土教材。", ("not_applicable", "own_level")),
        ("", "丁海关编写乡土教材,培训教师。", ("none", "")),
    ],
)
def test_whom_a_clause_binds(heading: str, text: str, expected: tuple[str, str]) -> None:
    assert verdict(text, BOILERS, heading=heading) == expected


def test_an_order_to_another_city_does_not_count_against_the_child() -> None:
    assert verdict(
        BOILERS + "丁市培训教师三百名,编写乡土教材,每季度在学校开办大气环境课堂。" * 3, BOILERS
    ) == (
        "taken",
        "",
    )


def test_child_tasks_of_its_own_are_told() -> None:
    found = cover(
        plan("甲省", item("1", "", BOILERS)), plan("乙市", item("1", "", BOILERS), item("2", "", SCHOOLS))
    )
    assert [i.key for i in found.added] == ["2"]


def test_an_empty_child_takes_up_nothing() -> None:
    found = cover(plan("甲省", item("1", "", BOILERS)), plan("乙市"), scope=SCOPE)
    assert found.counts == {"taken": 0, "partly": 0, "look": 0, "none": 1, "not_applicable": 0}


def test_the_answer_does_not_hang_on_blanks_and_widths() -> None:
    spaced = BOILERS.replace("35", "３５").replace("。", "。\n ").replace(",", ", ")
    assert verdict(BOILERS, spaced) == verdict(BOILERS, BOILERS) == verdict(spaced, BOILERS)


# --- targets


@pytest.mark.parametrize(
    ("parent", "child", "relation", "ways"),
    [
        (goal("nev_share", ">=", 80), goal("nev_share", ">=", 80), "same", {}),
        (goal("nev_share", ">=", 80), goal("nev_share", ">=", 60), "weaker", {"value": "weaker"}),
        (goal("nev_share", ">=", 80), goal("nev_share", ">=", 90), "stronger", {"value": "stronger"}),
        (goal("pm25", "<=", 44), goal("pm25", "<=", 43), "stronger", {"value": "stronger"}),
        (goal("pm25", "<=", 44), goal("pm25", "<=", 45), "weaker", {"value": "weaker"}),
        (goal("pm25", "<=", 44), goal("pm25", "<=", None), "weaker", {"value": "weaker"}),
        (goal("pm25", "decrease", 10), goal("pm25", "decrease", 8), "weaker", {"value": "weaker"}),
        (goal("pm25", "<=", 44), goal("pm25", "<=", 44, by="2026"), "weaker", {"by": "weaker"}),
        (goal("pm25", "<=", 44, by="2025"), goal("pm25", "<=", 44, by="2025-12-31"), "same", {}),
        (goal("pm25", "<=", 44), goal("pm25", "<=", 44, by=None), "weaker", {"by": "weaker"}),
        (
            goal("pm25", "<=", 44),
            goal("pm25", "<=", 44, binding="aspiration"),
            "weaker",
            {"binding": "weaker"},
        ),
        (
            goal("pm25", "<=", 44),
            goal("pm25", "<=", 43, by="2026"),
            "mixed",
            {"value": "stronger", "by": "weaker"},
        ),
        (
            goal("pm25", "<=", 44),
            goal("pm25", "<=", 43, places=("丙县",)),
            "mixed",
            {"value": "stronger", "region": "weaker"},
        ),
        (
            goal("composite_rank", "exit_bottom", 10, unit="位"),
            goal("composite_rank", "exit_bottom", 20, unit="位"),
            "stronger",
            {"value": "stronger"},
        ),
        (goal("pm25", "<=", 44), goal("pm25", "decrease", 8), "not_comparable", {}),
        (
            goal("coal", "decrease", 5, baseline="2020"),
            goal("coal", "decrease", 5, baseline="2021"),
            "not_comparable",
            {},
        ),
        (goal("coal", ">=", 5, unit="万吨"), goal("coal", ">=", 5, unit="%"), "not_comparable", {}),
    ],
)
def test_two_targets(parent, child, relation: str, ways: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    row = hold(parent, child, SCOPE)
    assert row.relation == relation
    assert {r.name: r.way for r in row.respects if r.way != "same"} == ways
    if relation == "not_comparable":
        assert row.why in {"kind", "baseline", "unit"}


def test_a_target_nobody_took_up_is_missing_and_one_for_others_does_not_bind() -> None:
    goals = (goal("pm25", "<=", 44, places=("乙市",)), goal("pm10", "<=", 60, places=("丁市",)))
    found = cover(plan("甲省", goals=goals), plan("乙市", item("1", "", BOILERS)), scope=SCOPE)
    assert [g.relation for g in found.goals] == ["missing", "not_applicable"]


def test_other_cities_are_those_not_named_beside() -> None:
    goals = (goal("pm25", "<=", 44, places=("乙市",)), goal("pm25", "<=", 35, places=("其他城市",)))
    found = cover(
        plan("甲省", goals=goals),
        plan("乙市", goals=(goal("pm25", "<=", 44, places=("乙市",)),)),
        scope=SCOPE,
    )
    assert [g.relation for g in found.goals] == ["same", "not_applicable"]


def test_who_is_among_an_unlisted_group_is_not_decided() -> None:
    goals = (goal("pm25", "<=", 44, places=("重点区域城市",)),)
    assert not cover(plan("甲省", goals=goals), plan("乙市"), scope=SCOPE).goals[0].sure


def test_a_total_is_divided_and_not_compared() -> None:
    whole, part = (
        goal("clean_heating_households", ">=", 40000, unit="户"),
        goal("clean_heating_households", ">=", 9000, unit="户"),
    )
    assert (hold(whole, part, SCOPE).relation, hold(whole, part, SCOPE).why) == ("not_comparable", "total")
    own = goal("clean_heating_households", ">=", 12000, unit="户", places=("乙市",))
    assert hold(own, part, SCOPE).relation == "weaker"
    assert hold(whole, part).relation == "weaker"  # two versions of one plan


# --- units


def test_units_without_a_task() -> None:
    child = plan(
        "乙市",
        item("1", "", BOILERS, units=("市生态环境局", "各县市区人民政府")),
        whole="由市教育局、市工信局指导。",
    )
    found = cover(
        plan("甲省", item("1", "", BOILERS, units=("省生态环境厅", "省气象局"))),
        child,
        scope=SCOPE,
        units=["市水利局"],
    )
    assert {u.unit for u in found.units if not u.tasks} == {"市教育局", "市工信局", "市水利局"}
    assert {c.parent: c.child for c in found.counterparts} == {"省气象局": "", "省生态环境厅": "市生态环境局"}
    assert [(p.place, p.named, p.collective) for p in found.places] == [("丙县", 0, 1)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("省发展改革委", "市发展改革委"),
        ("省工信厅", "市工业和信息化局"),
        ("省自然资源厅", "市规划和自然资源局"),
    ],
)
def test_the_same_work_has_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


# --- words


def test_common_words_are_the_longest_runs() -> None:
    assert common_words("推进燃气锅炉全面稳定达标", "燃气锅炉全面稳定运行和达标") == ("燃气锅炉全面稳定",)
    assert common_words("甲乙丙", "甲乙丙丁") == ()


def test_years_are_no_feature_and_amounts_are() -> None:
    found = features("2025年底前完成28242户改造")
    assert "#28242户" in found
    assert not any("2025" in f for f in found)


def test_every_term_is_a_pattern_that_can_match() -> None:
    assert all(pattern.pattern for pattern in terms().values())
    assert "§bare_land" in features("城市裸土整治") & features("加强城市裸地硬化")
