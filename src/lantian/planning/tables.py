"""Task lists in table form (任务清单表): 序号, 任务, 措施, 责任单位, 完成时限."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lantian.planning.marks import fold, squeeze
from lantian.planning.model import Document, Table
from lantian.planning.responsibility import Reading, read_bracket

_COLUMNS = [
    ("number", re.compile(r"^(?:序号|编号|序|项号|№|No\.?)$")),
    ("person", re.compile(r"领导|责任人|负责人|联系人|包抓|电话|签字")),
    ("note", re.compile(r"^备注|^说明|完成情况|进展")),
    ("lead", re.compile(r"牵头|主办|主管|主责")),
    ("coop", re.compile(r"配合|协办|参与|协同")),
    (
        "responsible",
        re.compile(
            r"责任(?:部门|单位|主体|科室)|负责(?:部门|单位)|落实(?:部门|单位|主体)|承办|实施(?:单位|主体)|分工|部门$|单位$"
            r"|^责任$|属地"
        ),
    ),
    ("time", re.compile(r"时限|时间|期限|进度|节点")),
    (
        "measure",
        re.compile(
            r"措施|工作内容|主要内容|具体内容|工作要求|任务内容|(?:具体|主要|细化)任务|任务分解|工作举措"
            r"|任务要求|整改要求|^内容$"
        ),
    ),
    ("goal", re.compile(r"目标|指标|任务量|工程量|成效")),
    ("category", re.compile(r"类别|类型|领域|分类|^方面|专项|板块")),
    ("task", re.compile(r"任务|项目|事项|工作|内容|名称")),
]
_PLURAL = {"lead", "coop", "responsible", "time", "measure", "goal"}  # a list may have two such columns
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
    unread: list[tuple[int, int]]  # cells of units that could not be read


def columns_of(document: Document, row: tuple[tuple[int, int], ...]) -> dict[str, list[int]] | None:
    """Which columns are what, if this row heads a task list: a task or measure, and a unit or time limit."""
    found: dict[str, list[int]] = {}
    for i, (start, end) in enumerate(row):
        words = fold(squeeze(document.text[start:end]))
        if not words or len(words) > 14 or row.index((start, end)) != i:
            continue
        for name, pattern in _COLUMNS:
            if pattern.search(words) and (name in _PLURAL or name not in found):
                found.setdefault(name, []).append(i)
                break
    if "task" not in found and "measure" not in found and "goal" in found:
        found["task"] = [found["goal"].pop(0)]
    duty = "task" in found or "measure" in found
    bound = any(name in found for name in _LABELS)
    return found if duty and (bound or ("time" in found and "number" in found)) else None


def task_list(document: Document, table: Table) -> list[Row] | None:
    """The rows of a task list; None if the table is none."""
    for i, head in enumerate(table[:4]):
        if columns := columns_of(document, head):
            said = [squeeze(document.text[s:e]) for s, e in head]
            rows = []
            for n, cells in enumerate(table[i + 1 :], 1):
                if [squeeze(document.text[s:e]) for s, e in cells] == said:
                    continue  # the head again, on another page
                if row := _row(document, columns, cells, n):
                    rows.append(row)
            return rows
    return None


def _row(
    document: Document, columns: dict[str, list[int]], cells: tuple[tuple[int, int], ...], n: int
) -> Row | None:
    def spans(name: str) -> list[tuple[int, int]]:
        held = [cells[at] for at in columns.get(name, []) if at < len(cells)]
        return [cell for cell in dict.fromkeys(held) if document.text[slice(*cell)].strip()]

    task, category, measures = spans("task"), spans("category"), [*spans("measure"), *spans("goal")]
    measures.sort()
    body = measures or task
    times = spans("time")
    bound = bool(times) or any(spans(name) for name in _LABELS)
    if not body or len(set(cells)) == 1 or ("measure" in columns and not measures and not bound):
        return None  # an empty row, or a heading between the rows
    heads = [cell for cell in (task or category) if cell not in body]
    title = squeeze(document.text[slice(*heads[0])]) if heads else None
    number = spans("number")
    reading = Reading()
    unread: list[tuple[int, int]] = []
    for name in _LABELS:
        unread += [place for place in spans(name) if not _read_units(document, place, name, reading)]
    inner = [cell for cell in cells if cell[1] > cell[0]]
    return Row(
        number=squeeze(document.text[slice(*number[0])]).rstrip(".、") if number else str(n),
        title=title,
        text="".join(squeeze(document.text[slice(*cell)]) for cell in body),
        body=body,
        start=min(cell[0] for cell in inner),
        end=max(cell[1] for cell in inner),
        reading=reading,
        times=times,
        unread=unread,
    )


def _read_units(document: Document, place: tuple[int, int], role: str, reading: Reading) -> bool:
    """The units of a cell, listed with 、 or ， or spaces, or said as in a bracket; False if none."""
    start, end = place
    if not re.search(r"[\u4e00-\u9fff]", document.text[start:end]):
        return True  # a stroke: nobody is meant
    label = _LABELS[role]
    written = label + document.text[start:end]
    folded = fold(written)

    def gap(i: int) -> bool:
        return i > len(label) and written[i - 1].isspace()

    found = read_bracket(folded, written, 0, len(folded), at_end=True, offset=start - len(label), gap=gap)
    named = [u for u in found.units if not re.fullmatch("（.*）", fold(u.unit))] if found else []
    if not found or not (named or found.times):
        return False
    reading.units += [u for u in named if u not in reading.units]
    reading.times += found.times
    return True
