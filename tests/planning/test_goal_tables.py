"""Goals in table form: places by indicators, indicators by years, and tables that set no goal."""

from __future__ import annotations

import html
import io

import docx
import pytest
from planning_helpers.comparing import assert_places

from lantian.planning import Plan, parse_plan

Rows = list[tuple[str, ...]]
PLACES: Rows = [
    ("县（市、区）", "PM2.5（微克/立方米）", "优良天数比率（%）", "重污染天数（天）", "2023年PM2.5浓度"),
    ("东山县", "42", "72.5", "≤6", "45"),
    ("西河县", "45以下", "70", "8", "47"),
    ("全市", "44", "—", "7", "46"),
]
YEARS: Rows = [
    ("指标", "2020年现状", "2024年目标", "2025年目标"),
    ("PM2.5浓度（微克/立方米）", "50", "44", "42"),
    ("优良天数比率", "65%", "70%", "72.5%"),
    ("企业名单", "3", "4", "5"),
]


def word(rows: Rows) -> Plan:
    document = docx.Document()
    for line in ("青川市2024年大气污染防治方案", "一、工作目标", "各县目标见下表。"):
        document.add_paragraph(line)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for r, row in enumerate(rows):
        for c, words in enumerate(row):
            table.cell(r, c).text = words
    for line in ("二、任务", "1.甲。做甲。（市工信局负责）"):
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return parse_plan("plan.docx", stream.getvalue())


def web(rows: Rows) -> Plan:
    body = "".join("<tr>" + "".join(f"<td>{html.escape(w)}</td>" for w in row) + "</tr>" for row in rows)
    text = (
        "<html><body><p>青川市2024年大气污染防治方案</p><p>一、工作目标</p><p>各县目标见下表。</p>"
        f"<table>{body}</table><p>二、任务</p><p>1.甲。做甲。（市工信局负责）</p></body></html>"
    )
    return parse_plan("plan.html", text.encode())


def goals(plan: Plan) -> list[tuple[str, str, str, float | None, str | None, str | None]]:
    return [(t.region[0], t.indicator, t.comparator, t.value, t.unit, t.by) for t in plan.targets]


@pytest.mark.parametrize("make", [word, web])
def test_places_by_indicators(make: object) -> None:
    assert callable(make)
    plan = make(PLACES)
    assert goals(plan) == [
        ("东山县", "pm25", "<=", 42, "微克/立方米", "2024"),
        ("东山县", "good_days_ratio", ">=", 72.5, "%", "2024"),
        ("东山县", "heavy_days", "<=", 6, "天", "2024"),
        ("西河县", "pm25", "<=", 45, "微克/立方米", "2024"),
        ("西河县", "good_days_ratio", ">=", 70, "%", "2024"),
        ("西河县", "heavy_days", "<=", 8, "天", "2024"),
        ("青川市", "pm25", "<=", 44, "微克/立方米", "2024"),
        ("青川市", "heavy_days", "<=", 7, "天", "2024"),
    ]
    assert [t.quote for t in plan.targets][:4] == ["42", "72.5", "≤6", "45以下"]
    assert {tuple(t.clause_path) for t in plan.targets} == {("一",)}
    assert len(plan.tasks) == 1
    assert_places(plan)


@pytest.mark.parametrize("make", [word, web])
def test_indicators_by_years(make: object) -> None:
    assert callable(make)
    assert goals(make(YEARS)) == [
        ("青川市", "pm25", "<=", 44, "微克/立方米", "2024"),
        ("青川市", "pm25", "<=", 42, "微克/立方米", "2025"),
        ("青川市", "good_days_ratio", ">=", 70, "%", "2024"),
        ("青川市", "good_days_ratio", ">=", 72.5, "%", "2025"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [("序号", "企业名称", "地址"), ("1", "甲厂", "东山县"), ("2", "乙厂", "西河县")],
        [("县", "2023年PM2.5浓度（微克/立方米）"), ("东山县", "45")],
        [("县", "PM2.5同比改善排名"), ("东山县", "3")],
        [("县", "PM2.5浓度（微克/立方米）"), ("东山县", "另行下达")],
        [("只有一格",)],
    ],
)
def test_tables_without_goals(rows: Rows) -> None:
    assert goals(word(rows)) == []
