"""Papers of the office as a reader gets them."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.translation import override
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm

from lantian.office.papers import HEI, SONG, Paper, day_words, harmless

NOW = datetime(2026, 3, 5, 9, 30, 1, 5, tzinfo=UTC)


def made() -> Any:
    paper = Paper("通报", author="局", moment=NOW)
    paper.heading("通报")
    paper.under(["第1期", "", "某局"])
    paper.body("一行\x0b字")
    paper.landscape()
    paper.table(["单位", "应报"], [["甲", 3], ["乙", None]], widths=[60, 20], left=[0])
    paper.note("注")
    return Document(io.BytesIO(paper.content()))


def test_what_stands_in_it() -> None:
    with override("zh-hans"):
        read = made()
    assert [p.text for p in read.paragraphs if p.text] == ["通报", "第1期　某局", "一行字", "注"]
    grid = [[cell.text for cell in row.cells] for row in read.tables[0].rows]
    assert grid == [["单位", "应报"], ["甲", "3"], ["乙", "—"]]
    assert read.core_properties.title == "通报" and read.core_properties.created.year == 2026
    assert [s.orientation for s in read.sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]


def test_chinese_characters_have_their_font() -> None:
    read = made()
    fonts = [p.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) for p in read.paragraphs if p.runs]
    assert fonts[0] == HEI and SONG in fonts


def test_english_needs_no_indent() -> None:
    with override("zh-hans"):
        assert made().paragraphs[2].paragraph_format.first_line_indent is not None
        assert day_words(NOW) == "2026年3月5日"
    with override("en"):
        assert made().paragraphs[2].paragraph_format.first_line_indent is None
        assert day_words(NOW) == "5 March 2026"
    assert day_words(None) == ""


@pytest.mark.parametrize(
    ("cell", "safe"),
    [("=1+1", "'=1+1"), ("＝1", "'＝1"), ("+86", "'+86"), ("@x", "'@x"), ("-", "'-"), ("\t=1", "'\t=1"),
     ("太原", "太原"), ("", ""), (-5, -5), (None, None)],
)  # fmt: skip
def test_no_cell_is_run(cell: Any, safe: Any) -> None:
    assert harmless(cell) == safe


def test_every_row_of_a_long_table_has_its_own_words() -> None:
    """Rows are copies of the first plain one: empty cells, line breaks and signs of markup stay what they
    are."""
    rows = [
        (f"第{n}行 <b>&", None if n % 3 else n, "" if n % 2 else f"甲\n乙{n}" if n % 4 == 0 else f" 丙{n} ")
        for n in range(40)
    ]
    paper = Paper("题", moment=NOW)
    paper.table(("一", "二", "三"), rows, widths=(40, 20, 30), left=(0,))
    grid = Document(io.BytesIO(paper.content())).tables[0]
    assert [tuple(cell.text for cell in row.cells) for row in grid.rows[1:]] == [
        (one, "—" if two is None else str(two), three) for one, two, three in rows
    ]
    assert {round(row.cells[1].width / Mm(1)) for row in grid.rows} == {20}
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in grid.rows[1:])
