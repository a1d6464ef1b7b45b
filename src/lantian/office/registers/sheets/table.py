"""A file understood: its heading row, its columns, and its rows with what is wrong about their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.sheets.columns import REASON, Headings, Matcher
from lantian.office.registers.sheets.peek import MOST_ROWS, too_large
from lantian.office.registers.sheets.workbook import Book, Sheet

HEADING_ROWS = 15
MOST_LISTED = 20
# Excel keeps 15 digits of a number; what is longer was no number when it was typed.
MOST_DIGITS = 10**15
# Day numbers of 1949 to 2076: outside of it a number in a column of days is no day.
SERIALS = range(18_000, 64_500)
_DAYS = frozenset({"day", "due"})
_NUMBERS = frozenset({"quantity", "whole"})


@dataclass(frozen=True, slots=True)
class Issue:
    """What is wrong with a cell, or asked about it; `words.said` tells it in the active language."""

    field: str
    code: str
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class TableRow:
    """A row: `number` as a spreadsheet shows it, the cells by column name, what is wrong, what is asked."""

    number: int
    raw: dict[str, Any]
    cells: list[Any]
    faults: list[Issue] = field(default_factory=list)
    questions: list[Issue] = field(default_factory=list)


@dataclass
class Table:
    """A table found in a file. `notes` are things to say about the file as a whole: (code, what is told)."""

    book: Book
    sheet: Sheet
    heading_row: int
    headings: Headings
    heading_cells: list[Any]
    notes: list[dict[str, Any]] = field(default_factory=list)
    _merged: dict[int, list[tuple[str, Any, Any]]] = field(default_factory=dict)

    def rows(self) -> Iterator[TableRow]:
        """The rows below the headings that say anything in a column that is known."""
        places = [(place, column) for place, column in self.headings.found.items() if column.name != REASON]
        peek, merged = self.sheet.peek, self._merged
        marked = bool(peek.errors or peek.uncomputed or peek.percents)
        values: dict[str, Any] = {}  # of merged cells, by their range
        bare: list[int] = []
        taken = 0
        for at, cells in enumerate(self.sheet.rows()):
            if at <= self.heading_row:
                continue
            width = len(cells)
            row = TableRow(
                at + 1, {column.name: cells[p] if p < width else "" for p, column in places}, cells
            )
            if at in merged:
                self._fill(at, row, values)
            if not any(value is not None and str(value).strip() for value in row.raw.values()) and not (
                marked and self._has_marks(at, places)
            ):
                if any(str(cell).strip() for cell in cells):
                    bare.append(at + 1)
                continue
            taken += 1
            if taken > MOST_ROWS:
                raise too_large(self.book.name)
            self._look(at, row, places, marked)
            yield row
        if bare:
            self.notes.append({"code": "bare_rows", "count": len(bare), "rows": bare[:MOST_LISTED]})

    def _has_marks(self, at: int, places: Sequence[tuple[int, Any]]) -> bool:
        peek = self.sheet.peek
        return any((at, p) in peek.errors or (at, p) in peek.uncomputed for p, _column in places)

    def _look(self, at: int, row: TableRow, places: Sequence[tuple[int, Any]], marked: bool) -> None:
        """Everything about cells that their value does not say."""
        peek = self.sheet.peek
        for place, column in places:
            value = row.raw[column.name]
            if marked and self._marked(at, place, column, row):
                continue
            if isinstance(value, float):
                self._number(at, place, column, row, value)
        if at in peek.hidden_rows:
            row.questions.append(Issue("", "hidden_row"))

    def _marked(self, at: int, place: int, column: Any, row: TableRow) -> bool:
        peek, where = self.sheet.peek, (at, place)
        cell = {"cell": cell_name(at, place)}
        if where in peek.errors:
            row.raw.pop(column.name)
            row.faults.append(Issue(column.name, "error_cell", {**cell, "text": peek.errors[where]}))
        elif where in peek.uncomputed:
            row.raw.pop(column.name)
            row.faults.append(Issue(column.name, "uncomputed", cell))
        elif where in peek.percents and column.kind in _NUMBERS and isinstance(row.raw[column.name], float):
            value = row.raw.pop(column.name)
            told = {**cell, "held": f"{value:.15g}", "shown": f"{value * 100:.13g}"}
            row.faults.append(Issue(column.name, "percent", told))
        else:
            return False
        return True

    def _number(self, at: int, place: int, column: Any, row: TableRow, value: float) -> None:
        cell = {"cell": cell_name(at, place)}
        if column.kind in _DAYS and value == int(value) and int(value) in SERIALS:
            day = date(1904, 1, 1) if self.book.since_1904 else date(1899, 12, 30)
            day += timedelta(days=int(value))
            row.raw[column.name] = day
            told = {**cell, "number": int(value), "day": day.isoformat()}
            row.questions.append(Issue(column.name, "serial_day", told))
        elif column.kind not in _NUMBERS and abs(value) >= MOST_DIGITS:
            row.raw.pop(column.name)
            row.faults.append(Issue(column.name, "digits_lost", {**cell, "text": f"{value:.15g}"}))

    def _fill(self, at: int, row: TableRow, values: dict[str, Any]) -> None:
        """Merged cells of a row: one column's value stands for all rows of the range, and is asked about."""
        for name, column, top in self._merged[at]:
            if column is None:
                row.faults.append(Issue("", "merged_wide", {"range": name}))
                continue
            if top:
                values[name] = row.raw[column.name]
            row.raw[column.name] = values.get(name, "")
            told = {"range": name, "value": str(row.raw[column.name])[:60]}
            row.questions.append(Issue(column.name, "merged_filled", told))


def find_table(book: Book, ledger: Ledger, sheet: str | None = None) -> Table:
    """Find the table of a register in a file.

    Parameters
    ----------
    book
        the file
    ledger
        the register
    sheet
        the sheet to take, hidden or not; None takes the first visible one that has the headings

    Raises
    ------
    LantianError
        there is no such sheet, no row has the headings, a heading stands twice or names another unit
    """
    if sheet is not None and sheet not in book.sheets:
        raise LantianError(
            _("there is no sheet “%(sheet)s”") % {"sheet": sheet},
            where=book.name, remedy=_("There are: %(sheets)s") % {"sheets": "、".join(book.sheets)},
        )  # fmt: skip
    matcher = Matcher(ledger)
    nearest: tuple[int, Headings] | None = None
    wanted = [sheet] if sheet is not None else [name for name in book.sheets if name not in book.hidden]
    for name in wanted:
        opened = book.sheet(name)
        position, headings, cells = _heading(opened, matcher)
        if headings is not None and not headings.missing:
            return _checked(Table(book, opened, position, headings, cells))
        if headings is not None and (nearest is None or len(headings.found) > nearest[0]):
            nearest = (len(headings.found), headings)
    raise _no_headings(book, matcher, nearest[1] if nearest else None)


def _heading(sheet: Sheet, matcher: Matcher) -> tuple[int, Headings | None, list[Any]]:
    """The row that reads best as headings; a heading merged over two rows counts in the lower one."""
    best: tuple[int, Headings | None, list[Any]] = (0, None, [])
    above: list[Any] = []
    for at, cells in enumerate(sheet.rows()):
        if at >= HEADING_ROWS:
            break
        joined = [
            cell if str(cell).strip() else (above[place] if place < len(above) else "")
            for place, cell in enumerate(cells)
        ]
        for candidate in (cells, joined):
            made = matcher.match(candidate)
            if made.found and (best[1] is None or _rank(made) > _rank(best[1])):
                best = (at, made, candidate)
        above = cells
    return best


def _rank(made: Headings) -> tuple[bool, int]:
    return (not made.missing, len(made.found) + len(made.units))


def _checked(table: Table) -> Table:
    """The table, unless a heading is in another unit or stands twice."""
    book, sheet, headings = table.book, table.sheet, table.headings
    for heading, theirs, ours in headings.units:
        raise LantianError(
            _("the column “%(heading)s” is in %(theirs)s, the register keeps it in %(ours)s")
            % {"heading": heading, "theirs": theirs, "ours": ours or _("no unit")},
            where=f"{book.name} · {sheet.name}",
            remedy=_("Convert the figures, then write the register's unit into the heading."),
        )
    for heading, first, second in headings.twice:
        raise LantianError(
            _("the column “%(heading)s” stands twice: %(first)s and %(second)s")
            % {"heading": heading, "first": column_name(first), "second": column_name(second)},
            where=f"{book.name} · {sheet.name}",
            remedy=_("Delete one of them, or give it another heading."),
        )
    table.notes = list(_notes(table))
    _merge(table)
    return table


def _notes(table: Table) -> Iterator[dict[str, Any]]:
    book, sheet, headings = table.book, table.sheet, table.headings
    others = [name for name in book.sheets if name != sheet.name and name not in book.hidden]
    if others:
        yield {"code": "other_sheets", "taken": sheet.name, "names": others[:MOST_LISTED]}
    hidden = [name for name in book.sheets if name in book.hidden and name != sheet.name]
    if hidden:
        yield {"code": "hidden_sheets", "names": hidden[:MOST_LISTED]}
    if sheet.hidden:
        yield {"code": "taken_hidden", "names": [sheet.name]}
    if headings.aside:
        yield {"code": "left_aside", "names": [text[:40] for _place, text in headings.aside[:50]]}
    if headings.computed:
        yield {"code": "computed", "names": headings.computed}
    rows = sorted(row + 1 for row in sheet.peek.hidden_rows if row > table.heading_row)
    if rows:
        yield {"code": "hidden_rows", "count": len(rows), "rows": rows[:MOST_LISTED]}
    columns = [
        column.label.__str__()
        for place, column in headings.found.items()
        if place in sheet.peek.hidden_columns
    ]
    if columns:
        yield {"code": "hidden_columns", "names": columns}
    if book.since_1904:
        yield {"code": "since_1904"}


def _merge(table: Table) -> None:
    """Which rows are touched by merged cells below the headings."""
    found = table.headings.found
    named = []
    for (top, left), (bottom, right) in table.sheet.merged:
        if bottom <= table.heading_row:
            continue
        known = [place for place in range(left, right + 1) if place in found]
        if not known:
            continue
        name = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
        named.append(name)
        column = found[left] if left == right else None
        for at in range(max(top, table.heading_row + 1), min(bottom, top + MOST_ROWS) + 1):
            table._merged.setdefault(at, []).append((name, column, at == top))
    if named:
        table.notes.append({"code": "merged", "count": len(named), "names": named[:50]})


def _no_headings(book: Book, matcher: Matcher, nearest: Headings | None) -> LantianError:
    needed = "、".join(matcher.label_of(name) for name in matcher.needed)
    if nearest is None:
        what = _("no row of headings was found")
    else:
        what = _("these columns are missing: %(names)s") % {
            "names": "、".join(matcher.label_of(name) for name in nearest.missing)
        }
    hidden = [name for name in book.sheets if name in book.hidden]
    remedy = _("Needed are: %(names)s. The template has them all.") % {"names": needed}
    if hidden:
        remedy += " " + _("Hidden sheets were not looked at: %(names)s.") % {"names": "、".join(hidden)}
    return LantianError(what, where=book.name, remedy=remedy)


def column_name(place: int) -> str:
    """The letters of a column counted from 0."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def cell_name(row: int, place: int) -> str:
    """A cell as a spreadsheet names it."""
    return f"{column_name(place)}{row + 1}"
