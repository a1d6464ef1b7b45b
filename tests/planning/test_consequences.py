"""What a plan says will follow: condition, consequence, amount, month and season, each from its own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lantian.planning import Plan, read_plan
from lantian.planning.consequences import find_consequences
from lantian.planning.model import Consequence, Passage

Read = Callable[[str], Plan]


def stated(text: str, year: int | None = 2024) -> list[Consequence]:
    return find_consequences([Passage(["一", "1"], "", text, 100, "一1")], year=year)


@pytest.mark.parametrize(
    ("text", "kind", "condition", "then"),
    [
        ("3月底前完成，未完成的从4月起停产整治；", "halt", "未完成的", "从4月起停产整治"),
        (
            "改造，未完成的从6月起降低10%生产负荷。",
            "load_cut",
            "未完成的",
            "从6月起降低10%生产负荷",
        ),
        ("未完成的工地从6月起停工整治。", "stop_work", "未完成的工地", "从6月起停工整治"),
        ("严格执行发现秸秆焚烧火点扣减地方财力政策。", "deduct", "发现秸秆焚烧火点", "扣减地方财力政策"),
        (
            "将发现的问题纳入量化问责范围，严肃追究问责。",
            "accountability",
            "将发现的问题",
            "纳入量化问责范围",
        ),
        (
            "对未退出后10位的县（市、区），取消当年评先评优资格。",
            "no_honours",
            "对未退出后10位的县（市、区）",
            "取消当年评先评优资格",
        ),
        (
            "对大气环境问题突出的市县，视情组织开展约谈。",
            "talk",
            "对大气环境问题突出的市县",
            "视情组织开展约谈",
        ),
        ("对年度目标未完成的，实行区域限批。", "other", "对年度目标未完成的", "实行区域限批"),
        ("每发现1处火点，扣减补偿资金20万元。", "deduct", "每发现1处火点", "扣减补偿资金20万元"),
    ],
)
def test_wordings(text: str, kind: str, condition: str, then: str) -> None:
    found = stated(text)
    assert [(c.kind, c.if_, c.then) for c in found] == [(kind, condition, then)]
    only = found[0]
    assert text[only.start - 100 : only.end - 100] == only.quote
    assert (only.id, only.task_id, only.clause_path) == ("C01", "一1", ["一", "1"])


def test_amount_month_and_season() -> None:
    first, second = stated(
        "5月底前完成改造，未完成的从6月起降低10%生产负荷，进入秋冬防阶段后，仍未完成的在秋冬防管控的基础上"
        "降低20%生产负荷，直至完成。"
    )
    assert (first.amount, first.unit, first.from_, first.season) == (10, "%", "2024-06", None)
    assert (second.amount, second.unit, second.from_, second.season) == (20, "%", None, "autumn_winter")
    assert second.if_ == "进入秋冬防阶段后，仍未完成的"
    assert second.then.endswith("直至完成")


def test_the_month_is_of_the_plans_year_or_of_the_one_written() -> None:
    assert stated("未完成的从6月起停产。", year=2023)[0].from_ == "2023-06"
    assert stated("未完成的从2026年1月1日起停产。", year=2023)[0].from_ == "2026-01"
    assert stated("自2025年1月1日起，未安装的货车不予通过年检。")[0].from_ == "2025-01"
    assert stated("未完成的从6月起停产。", year=None)[0].from_ is None


@pytest.mark.parametrize(
    "text",
    [
        "秋冬季重点行业实施错峰停产。",
        "稳步有序关停淘汰落后产能。",
        "排查不符合规划的企业，推动关停退出一批。",
        "建立健全问责机制。",
        "对各类违规堆场坚决清理取缔。",
        "重点区域，降低大气污染负荷水平。",
    ],
)
def test_a_duty_is_no_consequence(text: str) -> None:
    assert stated(text) == []


def test_two_consequences_of_one_condition() -> None:
    found = stated("火点频发的乡镇，予以通报批评并约谈主要负责人。")
    assert [(c.kind, c.if_) for c in found] == [("other", "火点频发的乡镇"), ("talk", "火点频发的乡镇")]


def test_of_a_plan(read: Read) -> None:
    plan = read(
        "青川市2024年空气质量行动计划\n一、任务\n1.甲。5月底前完成改造，未完成的从6月起停产整治。（市工信局负责）\n"
        "二、保障措施\n（一）考核。对未完成目标的县，约谈主要负责人。\n"
    )
    first, second = plan.consequences
    assert (first.task_id, first.kind, first.from_) == (plan.tasks[0].id, "halt", "2024-06")
    assert (second.task_id, second.kind, second.clause_path) == (None, "talk", ["二", "（一）"])
    text = plan.document.text
    assert all(text[c.start : c.end] == c.quote for c in plan.consequences)
    shown = plan.as_dict()["consequences"][0]
    assert (shown["if"], shown["from"]) == ("未完成的", "2024-06")
    assert "if_" not in shown and "from_" not in shown


@pytest.mark.shared
def test_of_the_seeds(shared: Path) -> None:
    """Counted by hand in the two plans whose consequences the office holds people to."""
    plan = read_plan(shared / "seeds" / "linfen-city-2024.txt")
    by = {(c.kind, c.task_id): c for c in plan.consequences}
    assert by["halt", "三（二）11"].from_ == "2024-04"
    assert by["stop_work", "三（四）26"].from_ == "2024-06"
    cuts = [c for c in plan.consequences if c.kind == "load_cut"]
    assert [(c.amount, c.from_, c.season) for c in cuts] == [
        (10, "2024-06", None),
        (20, None, "autumn_winter"),
    ]
    assert Counter(c.kind for c in plan.consequences)["no_honours"] == 1
    assert by["no_honours", None].if_.startswith("对全年综合指数未退出全省117县")
    county = read_plan(shared / "seeds" / "lingchuan-county-2024.txt")
    assert [c.if_ for c in county.consequences if c.kind == "deduct"] == ["发现秸秆焚烧火点"]
    assert [c.if_ for c in county.consequences if c.kind == "talk"] == ["对大气环境问题突出的单位、乡镇"]
