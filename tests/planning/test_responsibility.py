"""Brackets of responsibility, each style by itself."""

from __future__ import annotations

import pytest

from lantian.planning.marks import fold
from lantian.planning.responsibility import find_responsibility


def read(bracket: str, *, before: str = "做好工作。") -> list[tuple[str, str]] | None:
    """Roles (first letters) and units of the one bracket of a paragraph; None if it is no responsibility."""
    text = before + bracket
    found = [b for b in find_responsibility(fold(text), text) if b.reading]
    if not found:
        return None
    assert len(found) == 1
    for unit in found[0].reading.units:
        assert "".join(text[unit.start : unit.end].split()) == unit.unit
    return [(u.role[0], u.unit) for u in found[0].reading.units]


@pytest.mark.parametrize(
    ("bracket", "units"),
    [
        ("（省生态环境厅负责）", "l省生态环境厅"),
        ("(市县政府和省工信厅、省发展改革委负责)", "s市县政府 s省工信厅 s省发展改革委"),
        ("（甲局、乙局等按职责分工负责）", "s甲局 s乙局"),
        ("（甲局等部门按职责分工负责）", "s甲局"),
        ("（甲局等7个部门按各自职责分工负责）", "s甲局"),
        ("（甲局、郑州铁路局等相关单位按职责分工分别负责）", "s甲局 s郑州铁路局"),
        ("（甲局牵头,各有关部门按职责分工负责）", "l甲局 s各有关部门"),
        ("〔甲分局牵头，乙局、丙局，各乡镇政府按职责分工负责〕", "l甲分局 s乙局 s丙局 s各乡镇政府"),
        ("【甲局牵头负责，乙局等配合】", "l甲局 c乙局"),
        ("[甲局牵头、乙局配合]", "l甲局 c乙局"),
        ("（甲局负责，乙局、丙局配合，各县（区、市）人民政府、晋中开发区管委会落实）",
         "l甲局 c乙局 c丙局 r各县（区、市）人民政府 r晋中开发区管委会"),
        ("（甲局、乙局负责，丙局配合）", "s甲局 s乙局 c丙局"),
        ("（甲局、乙局按职责分工负责，各县（区、市）人民政府落实）", "s甲局 s乙局 r各县（区、市）人民政府"),
        ("（甲局牵头督导，乙局、丙局参与，各县、区人民政府（管委会）负责落实）",
         "l甲局 c乙局 c丙局 r各县、区人民政府（管委会）"),
        ("(牵头部门:甲局、乙局;配合部门:丙局;责任单位:丁县、戊区人民政府)",
         "l甲局 l乙局 c丙局 r丁县 r戊区人民政府"),
        ("（责任单位：甲局，各乡镇政府）", "r甲局 r各乡镇政府"),
        ("（牵头单位：甲局；配合单位：乙局、丙局等；完成时限：2024年12月底）", "l甲局 c乙局 c丙局"),
        ("（主办单位：甲局，协办单位：乙局）", "l甲局 c乙局"),
        ("（牵头：甲局，配合：乙局）", "l甲局 c乙局"),
        ("（责任领导：张三；责任单位：甲局）", "r甲局"),
        ("（甲局牵头，乙局配合，2024年底前完成）", "l甲局 c乙局"),
        ("（甲局牵头，长期坚持）", "l甲局"),
        ("（由甲局会同乙局、丙局负责）", "l甲局 c乙局 c丙局"),
        ("（甲局牵头，乙局参与，各县政府组织实施）", "l甲局 c乙局 r各县政府"),
        ("（市规划和自然资源局、市文化和旅游局和市妇联按职责分工负责）",
         "s市规划和自然资源局 s市文化和旅游局 s市妇联"),
        ("（县发展和改革委员会、国家税务总局陵川县税务局等按职责分工负责）",
         "s县发展和改革委员会 s国家税务总局陵川县税务局"),
        ("（市县政府、省能源局及省清洁取暖工作领导小组其他成员单位负责）",
         "s市县政府 s省能源局 s省清洁取暖工作领导小组其他成员单位"),
        ("（各县、市、区人民政府负责）", "l各县、市、区人民政府"),
        ("（市生态环境局、市住建局）", "r市生态环境局 r市住建局"),
        ("（甲局 牵头， 乙局按职 责分工负责）", "l甲局 s乙局"),
        ("（甲局牵头，乙局按职责分工负责", "l甲局 s乙局"),
        ("甲局牵头，乙局按职责分工负责〕", "l甲局 s乙局"),
        ("（省公安厅省生态环境厅、各县人民政府开发区管委会按职责分工负责）",
         "s省公安厅 s省生态环境厅 s各县人民政府 s开发区管委会"),
        ("（责任单位：甲局，各县（区、市）人民政府", "r甲局 r各县（区、市）人民政府"),
    ],
)  # fmt: skip
def test_styles(bracket: str, units: str) -> None:
    squeezed = "".join(bracket.split())
    assert read(squeezed) == [(u[0], u[1:]) for u in units.split()]


@pytest.mark.parametrize(
    "bracket",
    [
        "（含合金钢50吨）",
        "（煤电项目除外）",
        "（运距500公里以上）",
        "（市区不低于100%）",
        "（以下简称市大气办）",
        "（含县城）",
        "（市、区）",
        "（特种车辆除外，下同）",
        "（国Ⅰ及以下）",
        "（经济开发区）",
        "（已经落实的除外）",
        "（此件公开发布）",
        "（生产日期以机动车合格证上传日期为准，销售日期以机动车销售发票日期为准）",
    ],
)
def test_brackets_that_explain(bracket: str) -> None:
    assert read(bracket) is None
    text = "加快淘汰电炉" + bracket + "等装备，落实责任。"
    assert find_responsibility(fold(text), text) == []


def test_what_cannot_be_read_is_given_back_unread() -> None:
    text = "做好工作。（由企业具体负责）"
    (found,) = find_responsibility(fold(text), text)
    assert found.reading is None
    assert text[found.start : found.end] == "（由企业具体负责）"


def test_a_lost_closer_before_does_not_swallow_the_bracket() -> None:
    text = "使用低（无VOCs含量涂料。严格执行标准。（甲局、乙局按职责分工负责）"
    (found,) = find_responsibility(fold(text), text)
    assert [u.unit for u in found.reading.units] == ["甲局", "乙局"]


def test_several_brackets_and_full_stops() -> None:
    text = "落实措施（甲局负责）。清理设施。（乙局、丙局负责）淘汰锅炉(含热水炉)。"
    found = find_responsibility(fold(text), text, offset=100)
    assert [[u.unit for u in b.reading.units] for b in found] == [["甲局"], ["乙局", "丙局"]]
    assert found[0].start == 100 + text.index("（甲")


def test_units_bound_to_all_later_items() -> None:
    text = "做好。（甲局负责，各市人民政府负责落实。以下均需各市人民政府负责落实，不再列出）"
    (found,) = find_responsibility(fold(text), text)
    assert [u.unit for u in found.reading.standing] == ["各市人民政府"]
    assert [u.unit for u in found.reading.units] == ["甲局", "各市人民政府"]


def test_units_bound_by_the_bracket_s_last_clause() -> None:
    text = "做好。（甲局、乙局等按职责分工负责，以下均需各市人民政府负责落实，不再列出）"
    (found,) = find_responsibility(fold(text), text)
    assert found.reading is not None
    assert [u.unit for u in found.reading.standing] == ["各市人民政府"]
    assert [(u.unit, u.role) for u in found.reading.units] == [
        ("甲局", "shared"),
        ("乙局", "shared"),
        ("各市人民政府", "responsible"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "（市住建局总牵头，市城管局、市水利局按行业分工负责）",
            "市住建局:lead 市城管局:shared 市水利局:shared",
        ),
        ("（市发改委负总责，市能源局具体实施）", "市发改委:lead 市能源局:responsible"),
        ("（市生态环境局牵头，各区县（含开发区）负责）", "市生态环境局:lead 各区县（含开发区）:shared"),
        ("（各县（市、区）委、政府负责，市工信局指导）", "各县（市、区）委、政府:lead 市工信局:coop"),
        ("（县生态环境局牵头，县财政局保障）", "县生态环境局:lead 县财政局:coop"),
        ("（市工信局负责指导，各县政府负责实施）", "市工信局:coop 各县政府:responsible"),
        ("（牵头市领导：张三；牵头单位：市工信局；配合单位：市公安局）", "市工信局:lead 市公安局:coop"),
        ("（市商务局、市公安局，列第一位的为牵头部门，下同）", "市商务局:responsible 市公安局:responsible"),
        ("牵头单位：市公安局；配合单位：市生态环境局）", "市公安局:lead 市生态环境局:coop"),
    ],
)
def test_rarer_wordings(text: str, expected: str) -> None:
    text = "推进治理。" + text
    (found,) = find_responsibility(fold(text), text)
    assert found.reading is not None
    assert " ".join(f"{u.unit}:{u.role}" for u in found.reading.units) == expected


def test_units_listed_with_spaces() -> None:
    text = "责任单位：甲局 市乙局 市公安局 交警支队"
    squeezed, gaps = "", set()
    for char in text:
        if char == " ":
            gaps.add(len(squeezed))
        else:
            squeezed += char
    (found,) = find_responsibility(fold(squeezed), squeezed, gap=lambda i: i in gaps)
    assert [u.unit for u in found.reading.units] == ["甲局", "市乙局", "市公安局交警支队"]
