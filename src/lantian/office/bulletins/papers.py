"""The papers of a bulletin: Word to be sent, Excel to be computed with. Both from what was frozen."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
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

from lantian.office.bulletins import table
from lantian.office.bulletins.models import Bulletin
from lantian.office.bulletins.texts import signed
from lantian.office.frame.demo import demonstration
from lantian.office.monitoring import words
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS

LATIN, SONG, HEI, FANG = "Times New Roman", "宋体", "黑体", "仿宋"
DASH = "—"


def as_word(bulletin: Bulletin) -> bytes:
    """The bulletin as .docx in the active language: text, then the table on a page of its own."""
    document = Document()
    _set_up(document, bulletin)
    _paragraph(document, bulletin.title, size=20, east=HEI, bold=True, centred=True)
    under = [part for part in (bulletin.label or _("Draft"), bulletin.issuer, _day(bulletin)) if part]
    _paragraph(
        document, "　".join(under) if _is_chinese() else " · ".join(under), size=12, east=SONG, centred=True
    )
    if demonstration() is not None:
        _paragraph(document, _("SIMULATED"), size=14, east=HEI, bold=True, centred=True)
    text = bulletin.text
    for line in text["lines"]:
        _paragraph(document, line, size=14, east=FANG, indent=True)
    if bulletin.remark:
        _paragraph(
            document, _("Remark: %(remark)s") % {"remark": bulletin.remark}, size=14, east=FANG, indent=True
        )
    _tables(document, bulletin)
    for line in notes(bulletin):
        _paragraph(document, line, size=9, east=SONG)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def notes(bulletin: Bulletin) -> list[str]:
    """What stands under the table: how it was made and how it can be checked."""
    body = bulletin.body
    lines = [
        _(
            "Standard: %(regime)s. Source: %(source)s. Data version %(version)d; rules %(rules)s. Changes "
            "compare with the same period of the year before."
        )
        % {
            "regime": words.regime(bulletin.regime),
            "source": words.source(body["source"]),
            "version": bulletin.data_version,
            "rules": body["rulebook"][:12],
        },
        _("A dash means that there is no figure. Equal indices share a rank and the next is skipped."),
    ]
    marks: dict[str, list[str]] = {}
    for line in table.lines(bulletin):
        for mark in line.marks:
            if mark.partition(":")[0] not in {"source_stations", "unverified_rules"}:
                marks.setdefault(mark, []).append(line.name)
    lines += [
        _("%(names)s: %(mark)s.") % {"names": _(", ").join(names), "mark": words.why(mark)}
        for mark, names in marks.items()
    ]
    if body["rules_unverified"]:
        lines.append(
            _("%(number)d of the rules used are not yet checked against the documents' own text.")
            % {"number": body["rules_unverified"]}
        )
    if bulletin.supersedes is not None:
        lines.append(_("Takes the place of %(other)s.") % {"other": bulletin.supersedes.label})
    return lines


def as_excel(bulletin: Bulletin) -> bytes:
    """The bulletin as .xlsx in the active language: figures as numbers, the text, what they stand on."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        formats = {
            "bold": book.add_format({"bold": True}),
            "head": book.add_format({"bold": True, "text_wrap": True, "border": 1}),
        }
        sides = [(_("Figures"), "main")]
        if table.has_raw(bulletin):
            sides = [(_("Without event days"), "main"), (_("With all days"), table.RAW)]
        for title, side in sides:
            _sheet(book, book.add_worksheet(title), bulletin, side, formats)
        text = book.add_worksheet(_("Text"))
        text.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
        lines = [bulletin.title, *bulletin.text["lines"], bulletin.remark, *notes(bulletin)]
        for at, line in enumerate(line for line in lines if line):
            text.write_string(at, 0, line)
    return buffer.getvalue()


def _sheet(book: Any, sheet: Any, bulletin: Bulletin, side: str, formats: dict[str, Any]) -> None:
    sheet.write_string(0, 0, bulletin.title, formats["bold"])
    under = [part for part in (bulletin.label or _("Draft"), bulletin.issuer, _day(bulletin)) if part]
    sheet.write_string(1, 0, "  ".join(under))
    if demonstration() is not None:
        sheet.write_string(2, 0, _("SIMULATED"), formats["bold"])
    heads = table.head()
    for column, title in enumerate(heads):
        sheet.write_string(3, column, title, formats["head"])
    decimals: dict[int, Any] = {}
    for at, line in enumerate(table.lines(bulletin, side), 4):
        for column, cell in enumerate(table.cells(line)):
            if isinstance(cell, Decimal):
                exponent = cell.as_tuple().exponent
                places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
                form = f"0.{'0' * places}" if places else "0"
                decimals.setdefault(places, book.add_format({"num_format": form}))
                sheet.write_number(at, column, float(cell), decimals[places])
            elif isinstance(cell, int):
                sheet.write_number(at, column, cell)
            elif cell:
                sheet.write_string(at, column, cell)
    sheet.set_column(0, 0, 7)
    sheet.set_column(1, 1, 20)
    sheet.set_column(2, len(heads) - 1, 11)
    sheet.freeze_panes(4, 2)


def _set_up(document: Any, bulletin: Bulletin) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(26)
    section.top_margin = section.bottom_margin = Mm(25)
    properties = document.core_properties
    properties.title = bulletin.title
    properties.author = bulletin.issuer
    moment: datetime = bulletin.issued_at or bulletin.frozen_at
    properties.created = properties.modified = moment.replace(tzinfo=None, microsecond=0)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SONG)


def _paragraph(
    where: Any,
    text: str,
    *,
    size: float,
    east: str,
    bold: bool = False,
    centred: bool = False,
    indent: bool = False,
) -> None:
    paragraph = where.add_paragraph()
    _run(paragraph, text, size, east, bold)
    shape = paragraph.paragraph_format
    shape.space_after, shape.line_spacing = Pt(4), 1.25 if size > 10 else 1.1
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if indent and _is_chinese():
        shape.first_line_indent = Pt(2 * size)


def _run(paragraph: Any, text: str, size: float, east: str, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, LATIN
    # Word takes Chinese characters from the east-asian font of a run, whatever its name says.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east)


def _tables(document: Any, bulletin: Bulletin) -> None:
    section = document.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(18)
    raw = table.has_raw(bulletin)
    text = bulletin.text
    told = {"pool": text["pool"], "period": text["period"]}
    title = _("Air quality of %(pool)s, %(period)s")
    _paragraph(
        document,
        title % told + (_(" (event days taken out)") if raw else ""),
        size=13,
        east=HEI,
        bold=True,
        centred=True,
    )
    _table(document, table.lines(bulletin))
    if raw:
        _paragraph(document, title % told + _(" (with all days)"), size=13, east=HEI, bold=True, centred=True)
        _table(document, table.lines(bulletin, table.RAW))


def _table(document: Any, lines: list[table.Line]) -> None:
    heads = [
        _("Rank"), _("Unit"), _("Composite index"), _("Change [%]"),
        *(f"{INDICATORS[key].short}\n{INDICATORS[key].unit}" for key in STATISTICS),
        _("Good days"), _("Share of good days [%]"), _("Heavy days"), _("Days used"),
    ]  # fmt: skip
    grid = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = True
    for cell, title in zip(grid.rows[0].cells, heads, strict=True):
        _cell(cell, title, bold=True)
    # The head stands again on each page.
    again = OxmlElement("w:tblHeader")
    again.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(again)
    for line in lines:
        values = [
            line.rank, f"{line.city}{line.name}" if line.city else line.name, line.index,
            None if line.index_change is None else signed(str(line.index_change)),
            *line.statistics, line.good_days, line.good_ratio, line.heavy_days, line.days_used,
        ]  # fmt: skip
        for cell, value in zip(grid.add_row().cells, values, strict=True):
            _cell(cell, DASH if value is None else str(value))


def _cell(cell: Any, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    _run(paragraph, text, 9, SONG, bold)


def _day(bulletin: Bulletin) -> str:
    if bulletin.issued_at is None:
        return ""
    return date_text(timezone.localtime(bulletin.issued_at), pgettext("date format of a day", "j F Y"))


def _is_chinese() -> bool:
    return not (get_language() or "").startswith("en")
