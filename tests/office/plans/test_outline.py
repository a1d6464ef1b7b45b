"""The clause tree covers every character; the dates of a plan mean their last day."""

from __future__ import annotations

from datetime import date

import pytest

from lantian.office.plans.dates import kind_of, last_day
from lantian.office.plans.outline import innermost, outline, own_spans
from lantian.planning.model import Section, Task

TEXT = "序言。一、总则。文字。二、任务。（一）工业。1.甲。做甲。2.乙。做乙。附：说明。"


def section(path: list[str], heading: str, start: str, end: str | None) -> Section:
    return Section(path, heading, TEXT.index(start), TEXT.index(end) if end else len(TEXT))


def task(number: str, start: str, end: str) -> Task:
    return Task(
        number, number, ["二", "（一）", number[:1]], start, start, TEXT.index(start), TEXT.index(end)
    )


def test_tree_of_sections_and_tasks() -> None:
    sections = [
        section(["一"], "总则", "一、", "二、"), section(["二"], "任务", "二、", "附："),
        section(["二", "（一）"], "工业", "（一）", "附："),
    ]  # fmt: skip
    tasks = [task("1", "1.甲", "2.乙"), task("2", "2.乙", "做乙"), task("2b", "做乙", "附：")]
    nodes = outline(sections, tasks, TEXT)
    assert [("/".join(n.path), n.depth) for n in nodes] == [
        ("", 0), ("一", 0), ("二", 0), ("二/（一）", 1), ("二/（一）/1", 2), ("二/（一）/2", 2), ("", 0),
    ]  # fmt: skip
    covered = sorted(
        span for n in nodes for span in own_spans(n.start, n.end, [(c.start, c.end) for c in n.children])
    )
    assert "".join(TEXT[a:b] for a, b in covered) == TEXT
    assert innermost(nodes, TEXT.index("做乙")).path == ("二", "（一）", "2")
    assert innermost(nodes, 0).path == ()


def test_a_text_without_any_number_is_one_clause() -> None:
    (only,) = outline([], [], "没有编号的文字。")
    assert (only.start, only.end, only.number) == (0, 8, "")


@pytest.mark.parametrize(
    ("by", "day"),
    [
        ("2024", date(2024, 12, 31)), ("2024-02", date(2024, 2, 29)), ("2025-02", date(2025, 2, 28)),
        ("2024-09-30", date(2024, 9, 30)), ("", None), (None, None), ("2024-13", None), ("2024-02-30", None),
        ("adoption", None),
    ],
)  # fmt: skip
def test_last_day(by: str | None, day: date | None) -> None:
    assert last_day(by) == day


@pytest.mark.parametrize(
    ("for_", "expected"),
    [
        ("[from] non-electric machines stop", ("from", "non-electric machines stop")),
        ("[recurring] monthly", ("recurring", "monthly")),
        ("share reaches 3 %", ("by", "share reaches 3 %")),
        ("", ("by", "")),
    ],
)
def test_kind_of_deadline(for_: str, expected: tuple[str, str]) -> None:
    assert kind_of(for_) == expected
