"""Excel: tables as they are shown, and templates that the upload reads back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | Decimal | None


@dataclass(frozen=True)
class Page:
    """One sheet: notes above, headings, rows. Decimals keep the places they are printed with."""

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    notes: Sequence[str] = field(default_factory=tuple)


def workbook(name: str, pages: Sequence[Page]) -> HttpResponse:
    """An Excel workbook to download."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#eef3f8"})
        formats: dict[int, object] = {}
        for page in pages:
            sheet = book.add_worksheet(page.title[:31])
            widths = [_width(title) for title in page.head]
            first = 0
            for line in page.notes:
                sheet.write_string(first, 0, line)
                first += 1
            for column, title in enumerate(page.head):
                sheet.write_string(first, column, title, bold)
            for at, row in enumerate(page.rows, first + 1):
                for column, cell in enumerate(row):
                    widths[column] = max(widths[column], _width(str(cell or "")))
                    if isinstance(cell, Decimal):
                        places = _places(cell)
                        if places not in formats:
                            formats[places] = book.add_format({"num_format": _pattern(places)})
                        sheet.write_number(at, column, float(cell), formats[places])
                    elif isinstance(cell, int):
                        sheet.write_number(at, column, cell)
                    elif cell:
                        sheet.write_string(at, column, cell)
            for column, width in enumerate(widths):
                sheet.set_column(column, column, min(width, 46))
            sheet.freeze_panes(first + 1, 0)
    answer = HttpResponse(buffer.getvalue(), content_type=EXCEL)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    return answer


def _width(text: str) -> int:
    """Characters of a column; a Chinese one takes two."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text) + 2


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _pattern(places: int) -> str:
    return f"0.{'0' * places}" if places else "0"
