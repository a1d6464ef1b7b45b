"""A Word paper in the active language: fonts, headings, paragraphs, tables, one way for every app."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as date_text
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lantian.office.frame.demo import demonstration

LATIN, SONG, HEI, FANG = "Times New Roman", "宋体", "黑体", "仿宋"
DASH = "—"
# What XML cannot hold; a text pasted by a person may.
_UNFIT = {code: None for code in range(32) if code not in {9, 10, 13}}


class Paper:
    """One .docx, A4 upright, filled from top to bottom.

    Parameters
    ----------
    title, author
        stand in the file's properties
    moment
        when it was made or issued; also in the properties, so that the same content gives the same file
    """

    def __init__(self, title: str, *, author: str = "", moment: datetime) -> None:
        self._document = Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(26)
        section.top_margin = section.bottom_margin = Mm(25)
        properties = self._document.core_properties
        properties.title, properties.author = title[:255], author[:255]
        properties.created = properties.modified = moment.replace(tzinfo=None, microsecond=0)
        normal = self._document.styles["Normal"]
        normal.font.name, normal.font.size = LATIN, Pt(12)
        normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SONG)
        _page_number(section.footer.paragraphs[0])

    def heading(self, text: str, *, size: float = 20) -> None:
        """A centred line in 黑体: the title, or that of a table."""
        self.line(text, size=size, east=HEI, bold=True, centred=True)

    def under(self, parts: Iterable[str]) -> None:
        """The line under the title: number, issuer, day; empty parts are left out."""
        kept = [part for part in parts if part]
        self.line("　".join(kept) if is_chinese() else " · ".join(kept), size=12, east=SONG, centred=True)

    def simulated(self) -> None:
        """Says SIMULATED where the office is the demonstration; nothing elsewhere."""
        if demonstration() is not None:
            self.heading(_("SIMULATED"), size=14)

    def body(self, text: str) -> None:
        """A paragraph of the text proper, indented by two characters in Chinese."""
        self.line(text, size=14, east=FANG, indent=True)

    def addressed(self, names: str) -> None:
        """To whom it goes: a line of its own that is not indented, and ends in a colon."""
        self.line(f"{names}：" if is_chinese() else f"{names}:", size=14, east=FANG)

    def signed(self, issuer: str, moment: datetime | None) -> None:
        """Who issues it and the day, at the right under the text, never parted; nothing without a day."""
        if moment is None:
            return
        for nth, text in enumerate(one for one in (issuer, day_words(moment)) if one):
            self.line(text, size=14, east=FANG, right=True)
            shape = self._document.paragraphs[-1].paragraph_format
            shape.right_indent, shape.keep_with_next = Pt(28), nth == 0 and bool(issuer)
            if nth == 0:
                shape.space_before = Pt(28)

    def note(self, text: str) -> None:
        """A small line: what a table stands on."""
        self.line(text, size=9, east=SONG)

    def line(
        self,
        text: str,
        *,
        size: float,
        east: str,
        bold: bool = False,
        centred: bool = False,
        right: bool = False,
        indent: bool = False,
    ) -> None:
        """A paragraph; `size` [pt], `east` the font of Chinese characters."""
        paragraph = self._document.add_paragraph()
        _run(paragraph, text, size, east, bold)
        shape = paragraph.paragraph_format
        shape.space_after, shape.line_spacing = Pt(4), 1.25 if size > 10 else 1.1
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if indent and is_chinese():
            shape.first_line_indent = Pt(2 * size)

    def landscape(self) -> None:
        """From here on the pages lie: for wide tables."""
        section = self._document.add_section()
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(18)

    def table(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[Any]],
        *,
        widths: Sequence[float] | None = None,
        left: Iterable[int] = (),
    ) -> None:
        """A table with lines, its head again on every page.

        Parameters
        ----------
        rows
            a cell of None is a dash: there is no value
        widths
            of the columns [mm]; without them Word decides
        left
            columns that hold words and stand to the left; the others are centred
        """
        words = frozenset(left)
        grid = self._document.add_table(rows=1, cols=len(heads), style="Table Grid")
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        grid.autofit = widths is None
        for cell, title in zip(grid.rows[0].cells, heads, strict=True):
            _cell(cell, title, bold=True)
        _mark(grid.rows[0], "w:tblHeader")
        _widen(grid.rows[0], widths)
        pattern: Any = None  # the first plain row; the others are copies of it with other words
        for values in rows:
            told = [DASH if value is None else str(value) for value in values]
            plain = not any(mark in text for text in told for mark in "\n\r\t")
            if plain and pattern is not None:
                grid._tbl.append(_like(pattern, told))
                continue
            row = grid.add_row()
            _mark(row, "w:cantSplit")
            for column, (cell, text) in enumerate(zip(row.cells, told, strict=True)):
                _cell(cell, text, left=column in words)
            _widen(row, widths)
            if plain and all(told):  # an empty cell holds no place for words
                pattern = row._tr

    def content(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self._document.save(buffer)
        return buffer.getvalue()


def day_words(moment: datetime | None) -> str:
    """The local day of a moment as a paper writes it; nothing for None."""
    if moment is None:
        return ""
    return date_text(timezone.localtime(moment), pgettext("date format of a day", "j F Y"))


def is_chinese() -> bool:
    """Whether the active language is Chinese."""
    return not (get_language() or "").startswith("en")


def _run(paragraph: Any, text: str, size: float, east: str, bold: bool = False) -> None:
    run = paragraph.add_run(text.translate(_UNFIT))
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, LATIN
    # Word takes Chinese characters from the east-asian font of a run, whatever its name says.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east)


def _widen(row: Any, widths: Sequence[float] | None) -> None:
    for cell, width in zip(row.cells, widths or (), strict=False):
        cell.width = Mm(width)


def _like(row: Any, texts: Sequence[str]) -> Any:
    """A copy of a row's XML with other words: a table of a thousand rows is copied, not laid out anew."""
    made = deepcopy(row)
    places = made.findall(f".//{qn('w:t')}")
    for place, text in zip(places, texts, strict=True):
        place.text = text.translate(_UNFIT)
        place.set(qn("xml:space"), "preserve")
    return made


def _mark(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _page_number(paragraph: Any) -> None:
    """The number of the page between dashes, as official papers have it; later sections inherit it."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, f"{DASH} ", 12, SONG)
    run = paragraph.add_run()
    run.font.size, run.font.name = Pt(12), LATIN
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._element.append(part)
    _run(paragraph, f" {DASH}", 12, SONG)


def _cell(cell: Any, text: str, *, bold: bool = False, left: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    if not left:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, 9, SONG, bold)
