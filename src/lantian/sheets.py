"""Small tables out of the files people keep them in: CSV in any usual encoding, .xlsx, .xls.

For lists of some thousand rows: dust days, official rankings, dustfall months, samples. Hours of stations
come through `lantian.ambient.intake`, which is made for millions.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lantian.errors import LantianError, Refusal

ENCODINGS = ("utf-8-sig", "gb18030")
TITLE_ROWS = 6
"""Rows above the headings that may hold a title, a unit, a date."""
EMPTY = frozenset({"", "-", "--", "—", "/", "无", "无数据", "NA", "N/A", "null", "None"})


@dataclass(frozen=True, slots=True)
class Field:
    """A column wanted: its name, the headings it goes by (compared without spaces, brackets and case)."""

    name: str
    headings: tuple[str, ...]
    required: bool = True


class WrongCellError(ValueError):
    """A cell that cannot be read: `code` is short and stable, the text says what to write instead."""

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row under the headings. `number` is the row as a spreadsheet shows it.

    The readers give None for an empty cell (also `-`, `--`, `/`, 无数据) and raise `WrongCellError` for one
    that cannot be read; `refusal` turns that into a row of a report.
    """

    file: str
    number: int
    cells: dict[str, str]
    headings: dict[str, str]

    def text(self, name: str) -> str | None:
        """The cell's text without surrounding space."""
        found = self.cells.get(name, "").strip()
        return None if found in EMPTY else found

    def number_of(self, name: str) -> Decimal | None:
        """The cell as an exact number; `12.5%` is 12.5."""
        found = self.text(name)
        if found is None:
            return None
        plain = found.replace("−", "-").replace("％", "%").removesuffix("%").replace(" ", "")
        try:
            value = Decimal(plain)
        except InvalidOperation:
            hint = f" Write {plain.replace(',', '.')}." if re.fullmatch(r"-?\d+,\d+", plain) else ""
            raise WrongCellError("not_a_number", f'"{found}" is not a number.{hint}') from None
        if not value.is_finite():
            raise WrongCellError("not_a_number", f'"{found}" is not a number')
        return value

    def date_of(self, name: str) -> date | None:
        """The cell as a day: 2025-02-03, 2025/2/3, 2025.2.3, 20250203, 2025年2月3日."""
        found = self.text(name)
        if found is None:
            return None
        plain = found.split("T")[0].split(" ")[0]
        match = re.fullmatch(r"(\d{4})\D(\d{1,2})\D(\d{1,2})日?", plain) or re.fullmatch(
            r"(\d{4})(\d{2})(\d{2})", plain
        )
        try:
            if match:
                return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
        raise WrongCellError("not_a_date", f'"{found}" is not a day. Write 2025-02-03.')

    def month_of(self, name: str) -> date | None:
        """The cell as the first day of a month: 2025-02, 2025/2, 202502, 2025年2月, or any day in it."""
        found = self.text(name)
        if found is None:
            return None
        plain = found.split("T")[0].split(" ")[0]
        match = re.fullmatch(r"(\d{4})\D(\d{1,2})(?:月|\D\d{1,2}日?)?", plain) or re.fullmatch(
            r"(\d{4})(\d{2})(?:\d{2})?", plain
        )
        try:
            if match:
                return date(int(match[1]), int(match[2]), 1)
        except ValueError:
            pass
        raise WrongCellError("not_a_month", f'"{found}" is not a month. Write 2025-02.')

    def refusal(self, name: str, code: str, reason: str) -> Refusal:
        """A report row about this row's cell `name`; an empty name means the row."""
        return Refusal(
            file=self.file,
            row=self.number,
            column=self.headings.get(name, name),
            value=self.cells.get(name, ""),
            code=code,
            reason=reason,
        )


@dataclass(frozen=True)
class Sheet:
    """The rows of one table. `digest` names the content, whatever the file is called."""

    name: str
    digest: str
    heading_row: int
    fields: frozenset[str]
    rows: tuple[SheetRow, ...]


def read_sheet(path: Path, fields: Sequence[Field], *, sheet: str | None = None) -> Sheet:
    """Read a small table.

    Parameters
    ----------
    path
        .csv (UTF-8, UTF-16 with its mark, GBK), .xlsx or .xls
    fields
        the columns wanted; others are left alone
    sheet
        name of the spreadsheet's sheet; None takes the first that has the headings

    Raises
    ------
    LantianError
        the file is empty, cannot be opened, or no row has the required headings
    """
    content = path.read_bytes()
    if not content.strip():
        raise LantianError("the file is empty", where=path.name, remedy="Nothing was taken from it.")
    digest = hashlib.sha256(content).hexdigest()
    nearest: list[str] = []
    for grid in _grids(path, content, sheet):
        for position, cells in enumerate(grid[:TITLE_ROWS]):
            columns = _columns(cells, fields)
            missing = [field.headings[0] for field in fields if field.required and field.name not in columns]
            if not missing:
                rows = tuple(_rows(path.name, grid, position, columns))
                return Sheet(path.name, digest, position + 1, frozenset(columns), rows)
            if columns and (not nearest or len(missing) < len(nearest)):
                nearest = missing
    wanted = "、".join(field.headings[0] for field in fields if field.required)
    lack = f"the column {'、'.join(nearest)} is missing" if nearest else "no row of headings was found"
    raise LantianError(lack, where=path.name, remedy=f"Needed are {wanted}.")


def first_rows(path: Path, *, sheet: str | None = None) -> list[list[str]]:
    """The rows that may hold the headings of the first table with any: for tables whose columns name what was
    measured, and are not known before. Raises LantianError as `read_sheet` does."""
    content = path.read_bytes()
    if not content.strip():
        raise LantianError("the file is empty", where=path.name, remedy="Nothing was taken from it.")
    for grid in _grids(path, content, sheet):
        if any(cell.strip() for cells in grid for cell in cells):
            return [[cell.strip() for cell in cells] for cells in grid[:TITLE_ROWS]]
    raise LantianError("the table is empty", where=path.name, remedy="Nothing was taken from it.")


def _columns(cells: Sequence[str], fields: Sequence[Field]) -> dict[str, int]:
    known = {_plain(heading): field.name for field in fields for heading in (field.name, *field.headings)}
    found: dict[str, int] = {}
    for position, cell in enumerate(cells):
        name = known.get(_plain(cell))
        if name is not None:
            found.setdefault(name, position)
    return found


def _plain(heading: str) -> str:
    """A heading as compared: without what stands in brackets, however deep, without spaces and case."""
    shorter = heading
    while shorter != (shorter := re.sub(r"[（(\[［][^（(\[［)）\]］]*[)）\]］]", "", shorter)):
        pass
    return re.sub(r"[\s_/·]", "", shorter).lower()


def _rows(
    file: str, grid: Sequence[Sequence[str]], heading: int, columns: dict[str, int]
) -> Iterator[SheetRow]:
    headings = {name: grid[heading][position].strip() for name, position in columns.items()}
    for number, cells in enumerate(grid[heading + 1 :], start=heading + 2):
        if any(cell.strip() for cell in cells):
            yield SheetRow(
                file,
                number,
                {name: cells[at] if at < len(cells) else "" for name, at in columns.items()},
                headings,
            )


def _grids(path: Path, content: bytes, sheet: str | None) -> Iterator[list[list[str]]]:
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        yield from _spreadsheet(path, content, sheet)
        return
    if content.startswith(b"%PDF"):
        raise LantianError("this is a PDF", where=path.name, remedy="Give the table as CSV or .xlsx.")
    yield csv_rows(path.name, content)


def csv_rows(name: str, content: bytes) -> list[list[str]]:
    """The rows of a CSV file of any usual encoding, separated by comma, semicolon or tab.

    Raises
    ------
    LantianError
        it is no text, or no CSV
    """
    text = _decoded(name, content)
    sample = text[:4096]
    separator = max(",;\t", key=sample.count)
    try:
        return [list(cells) for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise LantianError(
            f"this cannot be read as CSV ({error})", where=name, remedy="Save it as .xlsx."
        ) from error


def _decoded(name: str, content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise LantianError(
        "this is not text in UTF-8, UTF-16 or GBK", where=name, remedy="Save it as CSV UTF-8 or .xlsx."
    )


def _spreadsheet(path: Path, content: bytes, sheet: str | None) -> Iterator[list[list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except (CalamineError, OSError, ValueError) as error:
        raise LantianError(
            f"the spreadsheet cannot be opened ({error})", where=path.name, remedy="Save it as .xlsx again."
        ) from error
    names = book.sheet_names
    if sheet is not None and sheet not in names:
        raise LantianError(
            f'there is no sheet "{sheet}"', where=path.name, remedy=f"There are {', '.join(names)}."
        )
    for name in names if sheet is None else [sheet]:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        yield [[_cell(value) for value in row] for row in rows]


def _cell(value: object) -> str:
    """A spreadsheet's value as a person reads it: 2025-02-03 for a day, 12 for 12.0."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if (value.hour or value.minute or value.second) else str(value.date())
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return "" if value is None else str(value)
