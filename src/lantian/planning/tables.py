"""Task lists in table form (任务清单表): 序号, 任务, 措施, 责任单位, 完成时限."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lantian.planning.marks import fold, squeeze
from lantian.planning.model import Document, Table, Unit
from lantian.planning.responsibility import Reading, read_bracket

_COLUMNS = [
    ("number", re.compile(r"^(?:序号|编号|序|项号|№|No\.?)$")),
    ("lead", re.compile(r"牵头|主办|主管")),
    ("coop", re.compile(r"配合|协办|参与")),
    (
        "responsible",
        re.compile(
            r"责任(?:部门|单位|主体|科室)|主责|负责(?:部门|单位)|落实(?:部门|单位)|承办|实施单位|分工|部门$|单位$"
        ),
    ),
    ("time", re.compile(r"时限|时间|期限|进度|节点")),
    (
        "measure",
        re.compile(
            r"措施|工作内容|主要内容|具体内容|工作要求|任务内容|(?:具体|主要|细化)任务|任务分解|工作举措|目标要求"
            r"|任务要求|整改要求"
        ),
    ),
    ("task", re.compile(r"任务|项目|事项|工作|内容|名称|类别|指标")),
    ("person", re.compile(r"领导|责任人|负责人|联系人|包抓")),
]
_LABELS = {"lead": "牵头单位：", "coop": "配合单位：", "responsible": "责任单位："}


@dataclass(slots=True)
class Row:
    """One row of a task list; spans are of the document."""

    number: str
    title: str | None
    text: str
    body: list[tuple[int, int]]
    start: int
    end: int
    reading: Reading
    times: list[tuple[int, int]]


def columns_of(document: Document, row: tuple[tuple[int, int], ...]) -> dict[str, int] | None:
    """Which column is what, if this row heads a task list: a task or measure, and a unit or time limit."""
    found: dict[str, int] = {}
    for i, (start, end) in enumerate(row):
        words = fold(squeeze(document.text[start:end]))
        if not words or len(words) > 12:
            continue
        for name, pattern in _COLUMNS:
            if name not in found and pattern.search(words):
                found[name] = i
                break
    duty = "task" in found or "measure" in found
    bound = any(name in found for name in ("lead", "coop", "responsible"))
    return found if duty and (bound or ("time" in found and "number" in found)) else None


def task_list(document: Document, table: Table) -> list[Row] | None:
    """The rows of a task list; None if the table is none."""
    for i, head in enumerate(table[:4]):
        if columns := columns_of(document, head):
            rows = []
            for n, cells in enumerate(table[i + 1 :], 1):
                if row := _row(document, columns, cells, n):
                    rows.append(row)
            return rows
    return None


def _row(
    document: Document, columns: dict[str, int], cells: tuple[tuple[int, int], ...], n: int
) -> Row | None:
    def span(name: str) -> tuple[int, int] | None:
        at = columns.get(name)
        if at is None or at >= len(cells) or not document.text[slice(*cells[at])].strip():
            return None
        return cells[at]

    task, measure = span("task"), span("measure")
    body = measure or task
    bound = any(span(name) for name in ("lead", "coop", "responsible", "time"))
    if body is None or len(set(cells)) == 1 or ("measure" in columns and measure is None and not bound):
        return None  # an empty row, or a heading between the rows
    title = squeeze(document.text[slice(*task)]) if task and measure and task != measure else None
    number = span("number")
    reading = Reading()
    for name in ("lead", "coop", "responsible"):
        if place := span(name):
            _read_units(document, place, name, reading)
    time = span("time")
    inner = [cell for cell in cells if cell[1] > cell[0]]
    return Row(
        number=squeeze(document.text[slice(*number)]).rstrip(".、") if number else str(n),
        title=title,
        text=squeeze(document.text[slice(*body)]),
        body=[body],
        start=min(cell[0] for cell in inner),
        end=max(cell[1] for cell in inner),
        reading=reading,
        times=[time] if time else [],
    )


def _read_units(document: Document, place: tuple[int, int], role: str, reading: Reading) -> None:
    """The units of a cell, listed with 、 or ， or spaces, or said as in a bracket."""
    start, end = place
    label = _LABELS[role]
    written = label + document.text[start:end]
    folded = fold(written)

    def gap(i: int) -> bool:
        return i > len(label) and written[i - 1].isspace()

    found = read_bracket(folded, written, 0, len(folded), at_end=True, offset=start - len(label), gap=gap)
    if found:
        reading.units += [Unit(u.unit, u.role, u.start, u.end) for u in found.units if u not in reading.units]
        reading.times += found.times
