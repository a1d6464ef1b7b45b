"""The records of a list as a table: the template's layout with number and version, to be edited, sent back.

Written row by row; a text is written as a text whatever it begins with, and what is pointed to is written so
that an import finds the same again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from lantian.office.papers import harmless
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.reader import REGION, UNIT, Reader
from lantian.office.registers.sheets.columns import Column, columns_of, system_columns
from lantian.office.registers.sheets.template import Lists, Look, add_lists, width_of, write_head

AT_ONCE = 2000
_RUNS = frozenset("=+-@＝＋－＠\t")


class Naming:
    """How what is pointed to is written: by name where that finds one, else by code or number."""

    def __init__(self, ledger: Ledger, person: Any, rows: models.QuerySet[Any]) -> None:
        self.reader = Reader(ledger, person)
        self.of: dict[str, dict[int, str]] = {
            REGION: self.reader.region_texts(),
            UNIT: self.reader.unit_texts(),
        }
        for link in ledger.links:
            self.of[link.name] = self._records(ledger, link, rows)

    def _records(self, ledger: Ledger, link: Any, rows: models.QuerySet[Any]) -> dict[int, str]:
        model = link.related_model
        keys = rows.order_by().values(link.attname)
        found = list(model.objects.filter(pk__in=keys).defer("note").iterator(chunk_size=AT_ONCE))
        ours = [field for field in model.ledger.key if not isinstance(field, models.ForeignKey)]
        theirs = ledger.owner is not None and model.ledger.owner is not None
        counts: dict[str, int] = {}
        for row in found:
            counts[str(row)] = counts.get(str(row), 0) + 1
        named = {}
        for row in found:
            text = str(row)
            alone = theirs or counts[text] == 1
            named[row.pk] = text if alone and len(ours) == 1 and not text.startswith("#") else f"#{row.pk}"
        return named

    def cell(self, column: Column, row: Any) -> Any:
        """The value of a cell: text, number, day or nothing."""
        if column.field is None:
            if column.kind == "system":
                return getattr(row, column.name)
            return self.of[column.name].get(getattr(row, f"{column.name}_id"), "")
        value = getattr(row, column.field._attribute)
        if column.name in self.of:
            return "" if value is None else self.of[column.name].get(value, f"#{value}")
        if isinstance(value, (Decimal, date)) and not isinstance(value, bool):
            return value
        return column.field.write(value)


def table_of(
    ledger: Ledger, person: Any, rows: models.QuerySet[Any]
) -> tuple[list[Column], Iterator[list[Any]]]:
    """The columns of an export and its rows, one by one."""
    columns = [*system_columns(), *columns_of(ledger)]
    naming = Naming(ledger, person, rows)
    plain = rows.select_related(None).defer("search")

    def cells() -> Iterator[list[Any]]:
        for row in plain.iterator(chunk_size=AT_ONCE):
            yield [naming.cell(column, row) for column in columns]

    return columns, cells()


def write_xlsx(target: Path, ledger: Ledger, person: Any, rows: models.QuerySet[Any]) -> int:
    """Write an export as .xlsx; returns how many records it holds. Memory does not grow with them."""
    book = Workbook(
        str(target),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    look = Look(book)
    columns, cells = table_of(ledger, person, rows)
    sheet = book.add_worksheet(str(ledger.title)[:31])
    for place, column in enumerate(columns):
        sheet.set_column(place, place, width_of(column), look.of(column))
    write_head(sheet, columns, look)
    number = 0
    for number, values in enumerate(cells, start=1):
        for place, value in enumerate(values):
            write_cell(sheet, (number, place), value, columns[place], look)
    sheet.autofilter(0, 0, number, len(columns) - 1)
    lists = Lists(book)
    add_lists(sheet, columns, lists, Reader(ledger, person), rows=number)
    lists.close()
    book.close()
    return number


def write_cell(sheet: Any, at: tuple[int, int], value: Any, column: Column, look: Look) -> None:
    """One cell: numbers as numbers while Excel can hold them exactly, all words as text."""
    if value in (None, ""):
        return
    if isinstance(value, date):
        sheet.write_datetime(*at, value, look.day)
    elif isinstance(value, (Decimal, int)) and not isinstance(value, bool):
        if len(Decimal(value).normalize().as_tuple().digits) > 15:
            sheet.write_string(*at, format(Decimal(value), "f"), look.text)
        else:
            sheet.write_number(*at, float(value), look.of(column))
    else:
        text = str(value)
        sheet.write_string(*at, text, look.quoted if text[:1] in _RUNS else look.of(column))


def write_csv(ledger: Ledger, person: Any, rows: models.QuerySet[Any]) -> Iterator[str]:
    """An export as lines of CSV; a text that would run as a formula has an apostrophe before it."""
    columns, cells = table_of(ledger, person, rows)

    def line(values: list[Any]) -> str:
        out = io.StringIO()
        csv.writer(out).writerow(values)
        return out.getvalue()

    yield "\ufeff" + line([column.heading for column in columns])
    for values in cells:
        yield line([_csv_cell(value) for value in values])


def _csv_cell(value: Any) -> str:
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(harmless("" if value is None else value))


def file_name(ledger: Ledger, suffix: str) -> str:
    """What an export is called when it is saved."""
    from lantian.office.frame import clock

    return f"{ledger.title}_{_('export')}_{clock.today():%Y%m%d}{suffix}"
