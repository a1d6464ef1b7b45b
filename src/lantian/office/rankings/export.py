"""A table of rows as a CSV file or an Excel workbook."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = ("csv", "xlsx")
Cell = str | int | Decimal | None


def as_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """UTF-8 with a mark at its beginning, which spreadsheets need to read Chinese."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    out = csv.writer(answer)
    out.writerow(head)
    for row in rows:
        out.writerow([_plain_text(cell) for cell in row])
    return answer


def as_xlsx(
    name: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], notes: Sequence[str] = ()
) -> HttpResponse:
    """One sheet: the title and notes, then the table; numbers as numbers with the decimals they have."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        first = 0
        for line in notes:
            sheet.write_string(first, 0, line, bold if first == 0 else None)
            first += 1
        first += bool(notes)
        for column, title in enumerate(head):
            sheet.write_string(first, column, title, bold)
        formats: dict[int, object] = {}
        widths = [len(title) * 2 for title in head]
        for at, row in enumerate(rows, first + 1):
            for column, cell in enumerate(row):
                widths[column] = max(widths[column], len(str(cell or "")) + 2)
                if isinstance(cell, Decimal):
                    exponent = cell.as_tuple().exponent
                    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
                    if places not in formats:
                        formats[places] = book.add_format(
                            {"num_format": f"0.{'0' * places}" if places else "0"}
                        )
                    sheet.write_number(at, column, float(cell), formats[places])
                elif isinstance(cell, int):
                    sheet.write_number(at, column, cell)
                elif cell:
                    sheet.write_string(at, column, cell)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, 40))
        sheet.freeze_panes(first + 1, 0)
    answer = HttpResponse(buffer.getvalue(), content_type=EXCEL)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer


def _plain_text(cell: Cell) -> str:
    """A cell that a spreadsheet does not take for a formula; a number below zero is one."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return str(cell)
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
