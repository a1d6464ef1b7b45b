"""The same task list reads the same in every shape: Word, HTML, PDF, bars, tabs, spaces, a cell a line."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable

import docx
import pytest
from planning_helpers import comparing, renderings

from lantian.planning import Plan, parse_plan

HEAD = [
    "青川市2024年大气污染防治方案",
    "一、任务",
    "1.甲。做甲。（市工信局负责）",
    "附件",
    "青川市2024年任务清单",
]
ROWS = [
    ["序号", "重点任务", "工作措施", "责任单位", "完成时限"],
    [
        "1",
        "淘汰落后产能",
        "淘汰落后设备3台，清洁运输比例达到80%。",
        "市工信局牵头，市能源局配合",
        "2024年10月底前",
    ],
    ["2", "治理扬尘", "开展专项整治，6月底前完成排查。", "市住建局、市城管局，各县（市、区）政府", "9月底前"],
    ["3", "清洁取暖", "完成清洁取暖改造1200户。", "东山县、西河县政府", "采暖季前"],
    ["4", "秸秆禁烧", "火点较上年下降50%。", "市农业农村局", "长期坚持"],
]
TAIL = "抄送：市委各部门。"
WIDTHS = (30, 70, 170, 130, 90)


def _width(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def bars() -> bytes:
    rows = ["| " + " | ".join(row) + " |" for row in ROWS]
    rows.insert(1, "|---|:---:|---|---|---|")
    return "\n".join([*HEAD, *rows, "", TAIL]).encode()


def tabs() -> bytes:
    return "\n".join([*HEAD, *("\t".join(row) for row in ROWS), TAIL]).encode()


def lines() -> bytes:
    return "\n".join([*HEAD, *(cell for row in ROWS for cell in row), TAIL]).encode()


def spaces(wide: int = 24) -> bytes:
    """Columns under their heads, cells broken over lines as `pdftotext -layout` writes them."""
    out = list(HEAD)
    for row in ROWS:
        cells = [[cell[i : i + wide // 2] for i in range(0, len(cell), wide // 2)] for cell in row]
        for n in range(max(map(len, cells))):
            shown = [cell[n] if n < len(cell) else "" for cell in cells]
            out.append("".join(words + " " * (wide + 2 - _width(words)) for words in shown).rstrip())
    return "\n".join([*out, "", TAIL]).encode()


def word() -> bytes:
    document = docx.Document()
    for line in HEAD:
        document.add_paragraph(line)
    table = document.add_table(rows=len(ROWS), cols=5)
    for r, row in enumerate(ROWS):
        for c, words in enumerate(row):
            table.cell(r, c).text = words
    document.add_paragraph(TAIL)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def web() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in ROWS)
    paragraphs = "".join(f"<p>{line}</p>" for line in HEAD)
    return f"<html><body>{paragraphs}<table>{rows}</table><p>{TAIL}</p></body></html>".encode()


def pdf(*, per_page: int = 9, repeat: bool = False, thin: bool = False, cut: bool = False) -> bytes:
    """A ruled table: `per_page` rows a page, its head repeated, rules as thin boxes, a row cut by a page."""
    pages: list[list[tuple[float, float, str]]] = [[]]
    rules: list[list[tuple[float, float, float, float]]] = [[]]
    y = 780.0
    for line in HEAD:
        pages[-1].append((60, y, line))
        y -= 20
    rows = [list(row) for row in ROWS]
    if cut:
        whole = rows[2][2]
        rows[2][2] = whole[:9]
        rows.insert(3, ["", "", whole[9:], "", ""])
    per = 3 if cut else per_page
    for n, row in enumerate(rows):
        if n and n % per == 0:
            pages[-1].append((290, 30, f"- {len(pages)} -"))
            pages.append([])
            rules.append([])
            y = 780.0
            if repeat:
                y = _row(pages[-1], rules[-1], rows[0], y, thin=thin)
        y = _row(pages[-1], rules[-1], row, y, thin=thin)
    pages[-1].append((60, y - 40, TAIL))
    return renderings.pdf_of(pages, rules=rules, size=10)


def _row(
    page: list[tuple[float, float, str]],
    rules: list[tuple[float, float, float, float]],
    row: list[str],
    y: float,
    *,
    thin: bool,
) -> float:
    cells = [
        [c[i : i + w // 10 - 1] for i in range(0, len(c), w // 10 - 1)]
        for c, w in zip(row, WIDTHS, strict=True)
    ]
    high = max(1, *map(len, cells)) * 14 + 6
    x = 50.0
    for pieces, w in zip(cells, WIDTHS, strict=True):
        page += [(x + 3, y - 14 - 14 * i, piece) for i, piece in enumerate(pieces)]
        box = (x, y - high, w, high)
        edges = [(x, y, w, 1), (x, y - high, w, 1), (x, y - high, 1, high), (x + w, y - high, 1, high)]
        rules += edges if thin else [box]
        x += w
    return y - high


SHAPES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "word": ("plan.docx", word),
    "html": ("plan.html", web),
    "bars": ("plan.md", bars),
    "tabs": ("plan.txt", tabs),
    "a cell a line": ("plan.txt", lines),
    "spaces": ("plan.txt", spaces),
    "narrow spaces": ("plan.txt", lambda: spaces(16)),
    "pdf": ("plan.pdf", pdf),
    "pdf over two pages": ("plan.pdf", lambda: pdf(per_page=3)),
    "pdf with its head repeated": ("plan.pdf", lambda: pdf(per_page=3, repeat=True)),
    "pdf with thin boxes": ("plan.pdf", lambda: pdf(thin=True)),
    "pdf with a row cut by the page's end": ("plan.pdf", lambda: pdf(cut=True)),
}


def read(shape: str) -> Plan:
    name, make = SHAPES[shape]
    return parse_plan(name, make())


@pytest.mark.parametrize("shape", SHAPES)
def test_rows_are_tasks(shape: str) -> None:
    plan = read(shape)
    comparing.assert_places(plan)
    rows = plan.tasks[1:]
    assert [(t.number, t.title, t.text) for t in rows] == [(r[0], r[1], r[2]) for r in ROWS[1:]]
    assert [[(u.role, u.unit) for u in t.responsible] for t in rows] == [
        [("lead", "市工信局"), ("coop", "市能源局")],
        [("responsible", "市住建局"), ("responsible", "市城管局"), ("responsible", "各县（市、区）政府")],
        [("responsible", "东山县"), ("responsible", "西河县政府")],
        [("responsible", "市农业农村局")],
    ]
    assert [[d.by for d in t.deadlines] for t in rows] == [
        ["2024-10-31"],
        ["2024-06-30", "2024-09-30"],
        ["2024"],
        [],
    ]
    assert [t.clause_path for t in rows] == [["附件", r[0]] for r in ROWS[1:]]


@pytest.mark.parametrize("shape", SHAPES)
def test_targets_take_the_time_limit_of_their_row(shape: str) -> None:
    found = [(t.indicator.split(":")[0], t.comparator, t.value, t.by) for t in read(shape).targets]
    assert found == [
        ("other", ">=", 3, "2024-10-31"),
        ("clean_transport_ratio", ">=", 80, "2024-10-31"),
        ("clean_heating_households", ">=", 1200, "2024"),
        ("other", "decrease", 50, "2024"),
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_only_guessed_columns_are_doubted(shape: str) -> None:
    doubted = {code for task in read(shape).tasks[1:] for code in task.doubts}
    assert doubted == ({"table_as_text"} if "spaces" in shape or shape == "a cell a line" else set())


def test_a_merged_cell_of_a_pdf_holds_for_all_its_rows() -> None:
    """No rule is drawn between the two rows in the columns of units and time."""
    rules = [(50, 700, 400, 40), (50, 660, 400, 40), (50, 620, 200, 40), (50, 620, 400, 80)]
    walls = [(50, 620, 40, 120), (90, 620, 160, 120), (250, 620, 120, 120)]
    words: list[tuple[float, float, str]] = [
        (60, 780, "青川市2024年任务清单"),
        *[(x, 715, w) for x, w in ((53, "序号"), (95, "任务"), (255, "责任单位"), (380, "时限"))],
        *[(x, 675, w) for x, w in ((55, "1"), (95, "治理扬尘工地"))],
        *[(x, 655, w) for x, w in ((255, "市住建局"), (380, "6月底前"))],
        *[(x, 635, w) for x, w in ((55, "2"), (95, "治理裸露土地"))],
    ]
    lower = [(50, 660, 200, 40), (250, 620, 200, 80), (50, 620, 200, 40)]
    plan = parse_plan("plan.pdf", renderings.pdf_of([words], rules=[[rules[0], *lower, *walls]], size=10))
    assert [(t.number, [u.unit for u in t.responsible], [d.by for d in t.deadlines]) for t in plan.tasks] == [
        ("1", ["市住建局"], ["2024-06-30"]),
        ("2", ["市住建局"], ["2024-06-30"]),
    ]


def test_columns_of_people_and_remarks_bind_nobody() -> None:
    rows = [
        "序号\t任务\t牵头领导\t牵头单位\t责任人\t完成时限\t备注",
        "1\t治理扬尘\t李某某\t市住建局\t王某某\t2024.9\t持续推进",
    ]
    plan = parse_plan("plan.txt", "\n".join(["青川市2024年任务清单", *rows]).encode())
    assert [(u.role, u.unit) for u in plan.tasks[0].responsible] == [("lead", "市住建局")]
    assert [d.by for d in plan.tasks[0].deadlines] == ["2024-09"]


def test_a_cell_of_units_that_cannot_be_read_is_told() -> None:
    text = "青川市2024年任务清单\n序号\t任务\t责任单位\t完成时限\n1\t治理扬尘\t（待定）\t9月底前\n"
    plan = parse_plan("plan.txt", text.encode())
    assert [n.code for n in plan.notes if n.code.startswith("unread")] == ["unread_cell"]
    assert "unread_bracket_near" in plan.tasks[0].doubts


def test_a_table_that_was_not_understood_is_told() -> None:
    text = "青川市2024年任务清单\n序号 任务 责任单位 完成时限\n第一项治理扬尘由市住建局完成\n"
    plan = parse_plan("plan.txt", text.encode())
    assert "unread_table" in [n.code for n in plan.notes]


@pytest.mark.parametrize(
    "text",
    [
        "甲|乙\n丙|丁\n",
        "| 只有一行 | 表 |\n",
        "序号  任务  责任单位\n",
        "序号\n任务\n责任单位\n完成时限\n1\n治理\n",
        "序号\t任务\t责任单位\n\t\t\n\t\t\n",
        "\t\t\t\n\t\t\t\n",
    ],
)
def test_scraps_of_tables_do_no_harm(text: str) -> None:
    plan = parse_plan("plan.txt", ("青川市2024年任务清单\n" + text).encode())
    comparing.assert_places(plan)
    kept = "".join(plan.document.text.split()).replace("|", "")
    assert kept == "".join(("青川市2024年任务清单" + text).split()).replace("|", "")
