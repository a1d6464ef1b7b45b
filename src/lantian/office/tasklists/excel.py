"""Task lists as an Excel workbook: the columns of 任务清单表, ready to be printed on A4 landscape."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from lantian.office.frame.demo import demonstration
from lantian.office.papers import harmless
from lantian.office.rankings.export import EXCEL
from lantian.office.tasklists.lines import Line, head

WIDTHS = (6, 24, 60, 20, 24, 28, 20, 14)


def workbook(name: str, title: str, lines: Iterable[Line]) -> HttpResponse:
    """One sheet: the title, the head on every printed page, a row a task; no cell is ever a formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet(_("Task list")[:31])
        strong = book.add_format({"bold": True, "font_size": 14})
        top = book.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter", "bg_color": "#eef5fb"}
        )
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, harmless(title), strong)
        at = 1
        if demonstration():
            sheet.write_string(at, 0, _("Simulated data of the demonstration"))
            at += 1
        for column, words in enumerate(head()):
            sheet.write_string(at, column, words, top)
        for row, line in enumerate(lines, at + 1):
            sheet.write_number(row, 0, line.number, cell)
            texts = (
                line.task.headline, line.task.text, "、".join(line.lead), "、".join(line.coop),
                "、".join(line.responsible), "；".join(line.deadlines), line.progress,
            )  # fmt: skip
            for column, text in enumerate(texts, 1):
                sheet.write_string(row, column, str(harmless(text))[:32_000], cell)
        sheet.freeze_panes(at + 1, 2)
        sheet.repeat_rows(at)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
    answer = HttpResponse(buffer.getvalue(), content_type=EXCEL)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer
