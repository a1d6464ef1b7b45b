"""A file opened: its sheets, which of them are hidden, and their rows as typed cells."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.registers.sheets.peek import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Peek, peek, too_large
from lantian.sheets import csv_rows

MAX_BYTES = 50 * 1024 * 1024
KINDS = (".xlsx", ".xls", ".csv")
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class Sheet:
    """One sheet: what it hides, which cells are merged; `rows` gives (number from 0, cells)."""

    name: str
    hidden: bool = False
    peek: Peek = field(default_factory=Peek)
    merged: tuple[Range, ...] = ()
    height: int = 0
    _rows: Any = None

    def rows(self) -> Iterator[list[Any]]:
        """Every row from the first of the sheet, cells from its first column; empty cells are ""."""
        yield from self._rows()


@dataclass
class Book:
    """A file opened. `kind` is what its content says, `since_1904` how its days are counted."""

    name: str
    kind: str
    sheets: list[str]
    hidden: frozenset[str] = frozenset()
    since_1904: bool = False
    _open: Any = None

    def sheet(self, name: str) -> Sheet:
        """A sheet by its name."""
        made: Sheet = self._open(name)
        return made


def kind_of(name: str, content: bytes) -> str:
    """What a file is by its first bytes.

    Raises
    ------
    LantianError
        it is empty, larger than 50 MB, a workbook with macros, or nothing that holds a table
    """
    if len(content) > MAX_BYTES:
        raise LantianError(
            _("the file is larger than %(size)s MB") % {"size": MAX_BYTES >> 20},
            where=name, remedy=_("Give it in parts, or as CSV."),
        )  # fmt: skip
    if not content.strip():
        raise LantianError(_("the file is empty"), where=name)
    suffix = PurePosixPath(name.lower()).suffix
    if content.startswith(b"PK\x03\x04"):
        if suffix == ".xlsm" or b"vbaProject.bin" in content:
            raise LantianError(
                _("this workbook holds macros"), where=name, remedy=_("Save it as .xlsx without macros.")
            )
        return "xlsx"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return "xls"
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf")):
        raise LantianError(
            _("this file is no table"), where=name, remedy=_("Give the table as .xlsx, .xls or .csv.")
        )
    return "csv"


def open_book(name: str, content: bytes) -> Book:
    """Open a file.

    Raises
    ------
    LantianError
        as `kind_of`; or it cannot be opened, or is beyond the bounds of `peek`
    """
    kind = kind_of(name, content)
    if kind == "csv":
        return _csv(name, content)
    return _spreadsheet(name, content, kind)


def _csv(name: str, content: bytes) -> Book:
    try:
        rows = csv_rows(name, content)
    except LantianError as error:
        raise LantianError(
            _("this is neither a workbook nor text in UTF-8, UTF-16 or GBK"),
            where=name, remedy=_("Save it as .xlsx."),
        ) from error  # fmt: skip
    if len(rows) > MOST_ROWS + 20 or max(map(len, rows), default=0) > MOST_COLUMNS:
        raise too_large(name)
    title = PurePosixPath(name).stem
    return Book(
        name, "csv", [title], _open=lambda _name: Sheet(title, height=len(rows), _rows=lambda: iter(rows))
    )


def _spreadsheet(name: str, content: bytes, kind: str) -> Book:
    from python_calamine import CalamineError, CalamineWorkbook

    peeked = peek(content, name) if kind == "xlsx" else {}
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        hidden = frozenset(
            one.name for one in book.sheets_metadata if not str(one.visible).endswith(".Visible")
        )
        names = [one.name for one in book.sheets_metadata if str(one.typ).endswith("WorkSheet")]
    except (CalamineError, OSError, ValueError) as error:
        raise LantianError(
            _("the spreadsheet cannot be opened (%(why)s)") % {"why": error},
            where=name, remedy=_("Open it in Excel or WPS and save it again."),
        ) from error  # fmt: skip

    def opened(title: str) -> Sheet:
        try:
            found = book.get_sheet_by_name(title)
        except (CalamineError, OSError, ValueError) as error:
            raise LantianError(
                _("the sheet “%(sheet)s” cannot be read (%(why)s)") % {"sheet": title, "why": error},
                where=name, remedy=_("Open it in Excel or WPS and save it again."),
            ) from error  # fmt: skip
        if found.total_height > MOST_ROWS + 20 or found.total_height * found.total_width > MOST_CELLS:
            raise too_large(name)
        merged = tuple(found.merged_cell_ranges or ())
        return Sheet(
            title, title in hidden, peeked.get(title, Peek()), merged, found.total_height,
            _rows=lambda: _padded(found),
        )  # fmt: skip

    return Book(name, kind, names, hidden, kind == "xlsx" and _is_1904(content), opened)


def _padded(sheet: Any) -> Iterator[list[Any]]:
    """Rows from the sheet's first column: the reader begins at the first that holds something."""
    if sheet.start is None:
        return
    left = [""] * sheet.start[1]
    for row in sheet.iter_rows():
        yield [*left, *map(_cell, row)]


def _cell(value: Any) -> Any:
    """A cell as the reader of records takes it: a day for a day, text for everything that is none."""
    if isinstance(value, (str, float, bool)):
        return value
    if isinstance(value, datetime):
        return value if value.time() != time(0) else value.date()
    if isinstance(value, (date, int)):
        return value
    return str(value) if isinstance(value, (time, timedelta)) else ("" if value is None else str(value))


def _is_1904(content: bytes) -> bool:
    import re
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("xl/workbook.xml") as stream:
        return re.search(rb'date1904="(?:1|true)"', stream.read(8 << 20)) is not None
