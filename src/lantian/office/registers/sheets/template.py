"""An empty table of a register: headings with units, lists to choose from, and a sheet that explains."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from lantian.office.people.models import Unit
from lantian.office.registers.declaring.fields import Choice
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.reader import REGION, Reader
from lantian.office.registers.sheets.columns import Column, columns_of, explained

ROWS = 2000  # the lists to choose from reach so far down; an import reads on beyond
LONGEST_LIST = 255  # characters of a list that stands in the rule itself
MOST_NAMES = 2000
HEAD = {"bold": True, "bg_color": "#E8EEF7", "border": 1, "border_color": "#B8C4D6", "valign": "vcenter"}


class Look:
    """The cell formats of a workbook, made once."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({**HEAD, "text_wrap": True})
        self.must = book.add_format({**HEAD, "text_wrap": True, "font_color": "#B42318"})
        self.own = book.add_format({**HEAD, "text_wrap": True, "bg_color": "#EEEEEE"})
        self.text = book.add_format({"num_format": "@"})
        # The mark that keeps Excel from running a text as a formula when somebody edits the cell.
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.number = book.add_format({"num_format": "General"})
        self.whole = book.add_format({"num_format": "0"})
        self.grey = book.add_format({"num_format": "@", "font_color": "#777777"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})

    def of(self, column: Column) -> Any:
        """How the cells of a column look."""
        return {
            "quantity": self.number, "whole": self.whole, "day": self.day, "due": self.day,
            "system": self.grey,
        }.get(column.kind, self.text)  # fmt: skip


def template(ledger: Ledger, person: Any) -> bytes:
    """The empty table as .xlsx, with the regions and units this person may name."""
    target = io.BytesIO()
    book = Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    look = Look(book)
    columns = [one for one in columns_of(ledger) if one.field is None or not one.field.computed]
    sheet = book.add_worksheet(str(ledger.title)[:31])
    explanation = book.add_worksheet(_("How to fill in"))
    write_head(sheet, columns, look)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, width_of(column), look.of(column))
    lists = Lists(book)
    add_lists(sheet, columns, lists, Reader(ledger, person))
    _explain(explanation, columns, ledger, look)
    lists.close()
    sheet.activate()
    book.close()
    return target.getvalue()


def write_head(sheet: Any, columns: Sequence[Column], look: Look) -> None:
    """The headings, which stay in sight; those every row needs are red."""
    sheet.set_row(0, 32)
    for place, column in enumerate(columns):
        needed = column.field is not None and column.field.required is True and column.name != "status"
        head = look.own if column.kind == "system" else look.must if needed else look.head
        sheet.write_string(0, place, column.heading, head)
    sheet.freeze_panes(1, 0)


def width_of(column: Column) -> float:
    """A width [characters] in which the heading can be read."""
    return float(min(32, max(10, 2 * len(column.heading) + 2)))


class Lists:
    """A hidden sheet of the lists that are too long for a rule."""

    def __init__(self, book: Any) -> None:
        self.book, self.sheet, self.place = book, None, 0

    def source(self, values: Sequence[str]) -> Any:
        """What a rule refers to: the values themselves, or where they stand."""
        if sum(map(len, values)) + len(values) <= LONGEST_LIST and not any("," in value for value in values):
            return list(values)
        if self.sheet is None:
            self.sheet = self.book.add_worksheet(_("Lists"))
        for row, value in enumerate(values):
            self.sheet.write_string(row, self.place, value)
        letters = xl_col_to_name(self.place)
        self.place += 1
        return f"='{self.sheet.get_name()}'!${letters}$1:${letters}${len(values)}"

    def close(self) -> None:
        """Hidden once every list is in it."""
        if self.sheet is not None:
            self.sheet.hide()


def add_lists(sheet: Any, columns: Sequence[Column], lists: Lists, reader: Reader, rows: int = ROWS) -> None:
    """Give the cells of choices, flags, regions and units a list; regions may be written by code as well."""
    for place, column in enumerate(columns):
        values = _values(column, reader)
        if not values:
            continue
        strict = isinstance(column.field, Choice) or column.kind == "flag"
        sheet.data_validation(
            1, place, max(rows, 1), place,
            {
                "validate": "list",
                "source": lists.source(values),
                "error_type": "stop" if strict else "information",
                "error_title": str(column.label)[:32],
                "error_message": _("Choose from the list.")
                if strict
                else _("This is not in the list: is it right?"),
            },
        )  # fmt: skip


def _values(column: Column, reader: Reader) -> list[str]:
    if isinstance(column.field, Choice):
        return [str(label) for label in column.field.words.labels]
    if column.kind == "flag":
        return [column.field.write(True), column.field.write(False)]
    if column.name == REGION:
        return reader.region_names()[:MOST_NAMES]
    if column.kind == "unit":
        return unit_names(reader.person)
    return []


def unit_names(person: Any) -> list[str]:
    """The departments a person can name; those of enterprises are no unit in charge."""
    seen = Unit.objects.all() if person is None else Unit.objects.visible_to(person)
    return list(seen.exclude(kind="enterprise").order_by("pk").values_list("name", flat=True)[:MOST_NAMES])


def _explain(sheet: Any, columns: Sequence[Column], ledger: Ledger, look: Look) -> None:
    heads = (
        _("Column"), _("Unit"), _("Must be filled in"), _("What may be written"), _("Hint"),
        _("Asked for by"), _("Example"),
    )  # fmt: skip
    for place, (head, width) in enumerate(zip(heads, (24, 10, 26, 48, 30, 30, 24), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, look.head)
    for row, column in enumerate(columns, start=1):
        told = explained(column, ledger)
        hint = str(column.field.hint) if column.field is not None else ""
        example = str(ledger.model.example.get(column.name, ""))
        cells = (
            str(column.label), column.unit, told["required"], told["values"], hint, told["source"], example,
        )  # fmt: skip
        for place, text in enumerate(cells):
            sheet.write_string(row, place, text, look.wrap)
    row = len(columns) + 2
    for line in (
        _("One record a row. Do not merge cells. Leave empty what is not known."),
        _("Numbers without their unit, in the unit of the heading. Codes as text."),
        _("Several of a list are divided by 、."),
        _("A record is found again by its number and version, else by: %(key)s.")
        % {"key": "、".join(str(one.label) for one in ledger.key) or _("nothing; every row is a new one")},
        *([_("Source: %(source)s") % {"source": ledger.source}] if ledger.source else []),
    ):
        sheet.write_string(row, 0, line)
        row += 1
    sheet.freeze_panes(1, 0)
