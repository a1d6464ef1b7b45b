"""The rows that were not taken, as they came, each with the reason: to be mended and sent again."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from lantian.office.registers.sheets.columns import in_chinese, reason_column
from lantian.office.registers.sheets.models import ImportRow, ImportRun
from lantian.office.registers.sheets.runs import content_of
from lantian.office.registers.sheets.table import Table, find_table
from lantian.office.registers.sheets.template import Look
from lantian.office.registers.sheets.workbook import open_book


def refused_rows(run: ImportRun, ledger: Any) -> bytes:
    """An .xlsx with the headings of the upload, the refused, doubtful and overtaken rows, and why.

    Raises
    ------
    LantianError
        the upload is gone from the data folder
    """
    table = find_table(open_book(run.name, content_of(run)), ledger, run.sheet or None)
    rows = ImportRow.objects.filter(run=run)
    bad = rows.filter(verdict=ImportRow.Verdict.REFUSED) | rows.filter(result="late")
    if not (run.doubtful and run.state == ImportRun.State.DONE):
        bad = bad | rows.filter(verdict=ImportRow.Verdict.ASKED)
    reasons = dict(bad.order_by("number").values_list("number", "reasons"))
    target = io.BytesIO()
    book = Workbook(target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    look = Look(book)
    sheet = book.add_worksheet(_("Refused rows"))
    places = list(range(len(table.heading_cells)))
    for place in places:
        sheet.write_string(0, place, str(table.heading_cells[place] or ""), look.head)
    last = len(places)
    sheet.write_string(0, last, reason_column().heading, look.must)
    sheet.set_column(0, max(0, last - 1), 16)
    sheet.set_column(last, last, 60)
    sheet.freeze_panes(1, 0)
    for at, (number, cells) in enumerate(_rows(table, reasons), start=1):
        for place, value in enumerate(cells[:last]):
            _write(sheet, at, place, value, look)
        sheet.write_string(at, last, words_of(reasons[number]), look.wrap)
    book.close()
    return target.getvalue()


def _rows(table: Table, wanted: dict[int, Any]) -> Any:
    errors = table.sheet.peek.errors
    for at, cells in enumerate(table.sheet.rows()):
        if at + 1 in wanted:
            yield at + 1, [errors.get((at, place), value) for place, value in enumerate(cells)]


def _write(sheet: Any, row: int, place: int, value: Any, look: Look) -> None:
    if isinstance(value, datetime):
        sheet.write_string(row, place, str(value), look.text)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, look.day)
    elif isinstance(value, bool):
        sheet.write_boolean(row, place, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, place, value)
    elif value not in (None, ""):
        text = str(value)
        sheet.write_string(row, place, text, look.quoted if text[:1] in "=+-@＝＋－＠\t" else look.text)


def words_of(reasons: list[dict[str, Any]]) -> str:
    """Every reason of a row in the active language."""
    short = "zh" if in_chinese() else "en"
    return ("；" if in_chinese() else "; ").join(str(reason[short]) for reason in reasons)
