"""Quantities: numbers with units, what they compare, and what is no number at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.planning import read_plan
from lantian.planning.quantities import find_quantities


def read(text: str) -> list[tuple[float | None, str, str]]:
    return [(q.value, q.unit, q.comparator) for q in find_quantities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("推动35蒸吨/小时及以下燃煤锅炉淘汰", [(35, "蒸吨/小时", "<=")]),
        ("35蒸吨/小时以上、65蒸吨/小时以下燃煤锅炉", [(35, "蒸吨/小时", ">="), (65, "蒸吨/小时", "<=")]),
        ("VOCs含量（质量比）低于10%的工序", [(10, "%", "<")]),
        ("运距500公里以上", [(500, "公里", ">=")]),
        ("28,242户居民清洁取暖改造", [(28242, "户", ">=")]),
        ("未来7—10天", [(7, "天", ">="), (10, "天", "<=")]),
        ("国四及以下排放标准柴油货车", [(4, "阶段(国标)", "<=")]),
        ("国Ⅰ及以下排放标准的机械", [(1, "阶段(国标)", "<=")]),
        ("铁路货运量比2020年增长10%左右", [(10, "%", "increase")]),
        ("降低20%生产负荷", [(20, "%", "decrease")]),
        ("排名后20的县（市、区）", [(20, "位", "<=")]),
        ("煤炭消费量较2020年实现负增长", [(None, "", "decrease")]),
        ("严格达到“六个百分百”要求", [(100, "%", "=")]),
        ("做到监测站点全覆盖", [(100, "%", "=")]),
        ("不低于2000目绿网苫盖", [(2000, "目", ">=")]),
        ("7个重点园区", [(7, "个", "=")]),
        ("两家电厂搬迁", [(2, "家", "=")]),
        ("秸秆综合利用率稳定在90%以上", [(90, "%", ">=")]),
        ("综合指数降至4.5以下", [(4.5, "", "<=")]),
        ("１２００立方米以下高炉", [(1200, "立方米", "<=")]),
    ],
)
def test_numbers_with_units(text: str, expected: list[tuple[float | None, str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "一企一策",
        "国发〔2023〕24号",
        "到2025年6月底前完成",
        "PM2.5和O3协同控制",
        "三线一单",
        "《大气法（2024年本）》",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    assert read(text) == []


@given(
    st.text(
        alphabet="0123456789.,%一二三十百分之户家个后位以上下-~至万千瓦吨/小时PM国及（）《》，。\n ",
        max_size=60,
    ),
    st.integers(0, 500),
)
def test_any_text_is_read_and_quotes_stand_where_they_say(text: str, offset: int) -> None:
    for quantity in find_quantities(text, offset=offset):
        assert text[quantity.start - offset : quantity.end - offset] == quantity.quote


@pytest.mark.shared
@pytest.mark.parametrize("name", ["linfen-city-2024", "shanxi-province-2024"])
def test_quantities_of_the_annotated_plans(name: str, shared: Path) -> None:
    gold = json.loads((shared / "data" / "plan_gold" / f"{name}.json").read_text(encoding="utf-8"))
    plan = read_plan(shared / "seeds" / f"{name}.txt")
    mine = [(t.number, q.value) for t in plan.tasks for q in t.quantities]
    wanted = [(t["number"], q["value"]) for t in gold["tasks"] for q in t["quantities"]]
    missed = [w for w in wanted if w not in mine]
    assert len(missed) <= 0.1 * len(wanted), missed
