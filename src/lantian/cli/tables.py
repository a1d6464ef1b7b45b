"""A list of rows as the command line shows it: an aligned table, JSON, or CSV, all from the same records."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

FORMS = ("table", "json", "csv")


class Column(NamedTuple):
    """A column of the table: its key in the cells, up to three lines of heading; text stands left."""

    key: str
    heading: str
    method: str = ""
    unit: str = ""
    left: bool = False


@dataclass(frozen=True)
class View:
    """What a command answers.

    `records` are what JSON gives; `flat`, where a record holds lists of objects, is the CSV. `cells` are the
    table's rows as texts by column key. `title` stands above, `notes` below the table.
    """

    title: str
    columns: Sequence[Column]
    cells: Sequence[Mapping[str, str]]
    records: Sequence[Mapping[str, object]]
    flat: Sequence[Mapping[str, object]] | None = None
    notes: Sequence[str] = field(default_factory=tuple)

    def text(self, form: str) -> str:
        """The answer as `table`, `json` or `csv`, without a last line feed."""
        if form == "json":
            return json.dumps([plain(record) for record in self.records], ensure_ascii=False, indent=1)
        if form == "csv":
            return as_csv(self.records if self.flat is None else self.flat)
        return "\n".join([self.title, "", *self._table(), "", *self.notes]).rstrip("\n")

    def _table(self) -> list[str]:
        used = [column for column in self.columns if any(cells.get(column.key) for cells in self.cells)]
        headings = [
            {column.key: column.heading for column in used},
            {column.key: column.method for column in used},
            {column.key: column.unit for column in used},
        ]
        lines = [line for line in headings if any(line.values())] + [dict(cells) for cells in self.cells]
        widths = {column.key: max(width(line.get(column.key, "")) for line in lines) for column in used}
        return ["  ".join(_padded(line, column, widths) for column in used).rstrip() for line in lines]


def _padded(line: Mapping[str, str], column: Column, widths: Mapping[str, int]) -> str:
    text = line.get(column.key, "")
    space = " " * (widths[column.key] - width(text))
    return text + space if column.left else space + text


def width(text: str) -> int:
    """Columns a text takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def shown(value: object) -> str:
    """A value in a table; nothing for None."""
    return "" if value is None else str(value)


def signed(value: Decimal | int | None) -> str:
    """A change: +3, -0.12, 0; nothing for None."""
    return "" if value is None else f"{value:+}" if value else str(abs(value))


def plain(value: object) -> object:
    """A record as JSON takes it: a published decimal as a number with its own digits, a tuple as a list."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Decimal):
        return int(value) if value.as_tuple().exponent == 0 else float(value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def as_csv(records: Sequence[Mapping[str, object]]) -> str:
    """Rows of plain values; lists stand in one cell, separated by a space."""
    text = io.StringIO()
    keys = dict.fromkeys(key for record in records for key in record)
    writer = csv.DictWriter(text, list(keys), lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({key: _cell(value) for key, value in record.items()})
    return text.getvalue().removesuffix("\n")


def _cell(value: object) -> str:
    if isinstance(value, list | tuple):
        return " ".join(str(part) for part in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return shown(value)
