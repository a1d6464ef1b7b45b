"""Attachments as plans of their own: title, year, place, tasks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lantian.planning import Plan, read_plan

Read = Callable[[str], Plan]
TWO = (
    "青川市人民政府\n关于印发方案的通知\n青政发〔2024〕3号\n青川市2024年空气质量行动计划\n一、任务\n"
    "1.甲。做甲，年底前完成。（市工信局负责）\n附件1\n青川市2025年散煤治理方案\n一、任务\n1.乙。年底前完成。（市能源局负责）\n"
    "附件2\n东山县2024年扬尘治理方案\n一、任务\n1.丙。年底前完成。（县住建局负责）\n2.丁。（县住建局负责）\n"
)


def test_each_attachment_has_its_own_title_year_place_and_tasks(read: Read) -> None:
    plan = read(TWO)
    assert [(p.label, p.title, p.kind) for p in plan.parts] == [
        (None, "青川市2024年空气质量行动计划", "body"),
        ("附件1", "青川市2025年散煤治理方案", "attachment"),
        ("附件2", "东山县2024年扬尘治理方案", "attachment"),
    ]
    assert [(p.meta.region, p.meta.level, p.meta.year) for p in plan.parts] == [
        ("青川市", "city", 2024),
        ("青川市", "city", 2025),
        ("东山县", "county", 2024),
    ]
    assert [[t.id for t in plan.tasks_of(part)] for part in plan.parts] == [
        ["一1"],
        ["附件1一1"],
        ["附件2一1", "附件2一2"],
    ]
    assert [t.deadlines[0].by for t in plan.tasks[:3]] == ["2024-12-31", "2025-12-31", "2024-12-31"]


def test_parts_cover_the_document_in_order(read: Read) -> None:
    plan = read(TWO)
    assert plan.parts[0].start == 0
    assert plan.parts[-1].end == len(plan.document.text)
    assert [p.end for p in plan.parts[:-1]] == [p.start for p in plan.parts[1:]]
    text = plan.document.text
    assert text[plan.parts[1].start :].startswith("附件1")
    for task in plan.tasks:
        part = plan.part_of(task.clause_path)
        assert part.start <= task.start < task.end <= part.end


def test_a_path_of_no_attachment_is_of_the_body(read: Read) -> None:
    plan = read(TWO)
    assert plan.part_of([]) is plan.part_of(["二", "1"]) is plan.parts[0]
    assert plan.part_of(["附件2", "一", "1"]) is plan.parts[2]


def test_an_attachment_that_is_a_table_is_a_task_list(read: Read) -> None:
    plan = read(
        "青川市2024年空气质量行动计划\n一、任务\n1.甲。做甲。（市工信局负责）\n附件\n青川市2024年任务清单\n"
        "序号\t任务\t责任单位\t完成时限\n1\t治理扬尘\t市住建局\t6月底前\n"
    )
    assert [(p.label, p.kind) for p in plan.parts] == [(None, "body"), ("附件", "task_list")]
    assert [t.clause_path for t in plan.tasks_of(plan.parts[1])] == [["附件", "1"]]


@pytest.mark.shared
def test_of_lingchuan(shared: Path) -> None:
    plan = read_plan(shared / "seeds" / "lingchuan-county-2024.txt")
    assert [(p.label, len(plan.tasks_of(p))) for p in plan.parts] == [(None, 33), ("附件", 10)]
    assert plan.parts[1].title == "陵川县空气质量持续改善2024年行动计划"
