"""What a spreadsheet hides from its readers, read from its XML before anything opens it as a table.

Hidden rows and columns, formulas nobody has computed, cells that hold an error, cells shown as per cent; and
the bounds that keep a small file from becoming a large one. A bomb is refused before a cell of it is kept.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from lantian.errors import LantianError

MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_UNPACKED = 300 * 1024 * 1024
MOST_CELLS = 8_000_000
MOST_ENTRIES = 2000
MOST_NAMED = 10_000
_BLOCK = 1 << 20
_LONGEST_ROW = 16 << 20
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
_LAST = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_MARKED = re.compile(rb'<(?:\w+:)?f\b|\bt="e"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_INLINE = re.compile(rb"<(?:\w+:)?is\b")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_ATTRIBUTE = re.compile(rb'(\w+)="([^"]*)"')
_ROW_END = re.compile(rb"</(?:\w+:)?row>|<(?:\w+:)?row\b[^>]*/>")


@dataclass
class Peek:
    """What was found in one sheet; rows and columns count from 0."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncomputed: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    rows: int = 0


def check_size(content: bytes, name: str) -> None:
    """Refuse an archive that would unpack to more than a table of this office can be.

    Raises
    ------
    LantianError
        it is damaged, or too large unpacked
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise LantianError(
            _("the spreadsheet cannot be opened (%(why)s)") % {"why": error},
            where=name, remedy=_("Open it in Excel or WPS and save it again."),
        ) from error  # fmt: skip
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise too_large(name)


def too_large(name: str) -> LantianError:
    """What is said of a table beyond the bounds."""
    return LantianError(
        _("the table is too large: at most %(rows)s rows, %(columns)s columns and %(size)s MB unpacked")
        % {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "size": MOST_UNPACKED >> 20},
        where=name,
        remedy=_("Delete empty rows and columns at its end, or give it in parts."),
    )


def peek(content: bytes, name: str) -> dict[str, Peek]:
    """What each sheet of an .xlsx hides, by the sheet's name.

    Raises
    ------
    LantianError
        the file is damaged, or beyond the bounds
    """
    check_size(content, name)
    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            percents = _percent_styles(archive)
            for title, part in _parts(archive).items():
                with archive.open(part) as stream:
                    found[title] = _Scan(name, percents).read(stream)
    except (zipfile.BadZipFile, KeyError, OSError, EOFError, RuntimeError, NotImplementedError) as error:
        raise LantianError(
            _("the spreadsheet cannot be opened (%(why)s)") % {"why": error},
            where=name, remedy=_("Open it in Excel or WPS and save it again."),
        ) from error  # fmt: skip
    return found


class _Scan:
    def __init__(self, name: str, percents: frozenset[bytes]) -> None:
        self.name, self.found, self.unpacked = name, Peek(), 0
        self.row = -1
        # One expression for the styles that show per cent: asked of a block before its cells are looked at.
        self.percent = (
            re.compile(rb'<(?:\w+:)?c\b[^>]*\bs="(?:' + b"|".join(sorted(percents)) + rb')"[^>]*>')
            if percents
            else None
        )

    def read(self, stream: Any) -> Peek:
        for block in self._blocks(stream):
            self._block(block)
        return self.found

    def _blocks(self, stream: Any) -> Iterator[bytes]:
        """Whole rows: what is left of a block waits for the next."""
        rest = b""
        while part := stream.read(_BLOCK):
            self.unpacked += len(part)
            if self.unpacked > MOST_UNPACKED:  # the directory of the archive may lie about sizes
                raise too_large(self.name)
            rest += part
            cut = max(rest.rfind(b"row>"), rest.rfind(b"/>"))
            if cut > 0 and (end := rest.rfind(b"row>")) > 0:
                yield rest[: end + 4]
                rest = rest[end + 4 :]
            if len(rest) > _LONGEST_ROW:
                raise too_large(self.name)
        yield rest

    def _block(self, block: bytes) -> None:
        for match in _COLUMN.finditer(block) if b"<cols" in block or b":cols" in block else ():
            given = dict(_ATTRIBUTE.findall(match[1]))
            if given.get(b"hidden") in (b"1", b"true"):
                first, last = int(given.get(b"min", 1)), int(given.get(b"max", 1))
                self.found.hidden_columns.update(range(first - 1, min(last, MOST_COLUMNS)))
        self._bounds(block)
        if b"hidden=" in block:
            self._hidden(block)
        else:
            self.row_count(block)
        if _MARKED.search(block):
            self._cells(block)
        if self.percent is not None:
            for match in self.percent.finditer(block):
                at = _place(match[0])
                if at is not None and len(self.found.percents) < MOST_NAMED * 10:
                    self.found.percents.add(at)

    def row_count(self, block: bytes) -> None:
        self.found.rows += len(_ROW.findall(block))

    def _bounds(self, block: bytes) -> None:
        """The farthest cell: a reader that keeps a rectangle must not be sent to the end of the sheet."""
        for letters, digits in set(_corners(block)):
            if _column(letters) >= MOST_COLUMNS or int(digits) > MOST_ROWS:
                raise too_large(self.name)

    def _hidden(self, block: bytes) -> None:
        for match in _ROW.finditer(block):
            self.found.rows += 1
            given = dict(_ATTRIBUTE.findall(match[1]))
            number = int(given.get(b"r", self.found.rows))
            if given.get(b"hidden") in (b"1", b"true") and len(self.found.hidden_rows) < MOST_ROWS:
                self.found.hidden_rows.add(number - 1)

    def _cells(self, block: bytes) -> None:
        for match in _CELL.finditer(block):
            head, body = match[1], match[2] or b""
            error = b't="e"' in head
            if not error and b"<f" not in body and b":f" not in body:
                continue
            at = _place(match[0])
            if at is None:
                continue
            value = _VALUE.search(body)
            if error:
                if len(self.found.errors) < MOST_NAMED:
                    self.found.errors[at] = value[1].decode("utf-8", "replace") if value else "#?"
            elif not (value or _INLINE.search(body) or b't="str"' in head):
                if len(self.found.uncomputed) >= MOST_NAMED:
                    continue
                self.found.uncomputed.add(at)


def _corners(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The widest columns and the last row of a block."""
    letters: set[bytes] = set()
    last = b"0"
    for column, row in _LAST.findall(block):
        letters.add(column)
        if int(row) > int(last):
            last = row
    for column in letters:
        yield column, last


def _place(cell: bytes) -> tuple[int, int] | None:
    match = _LAST.match(cell)
    return None if match is None else (int(match[2]) - 1, _column(match[1]))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet → its part in the archive."""
    from xml.sax.saxutils import unescape

    book = _small(archive, "xl/workbook.xml")
    links = _small(archive, "xl/_rels/workbook.xml.rels")
    targets = {}
    for match in re.finditer(rb"<(?:\w+:)?Relationship\b([^>]*)>", links):
        given = dict(re.findall(rb'(\w+)="([^"]*)"', match[1]))
        target = given.get(b"Target", b"").decode()
        targets[given.get(b"Id", b"")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    found = {}
    names = set(archive.namelist())
    for match in re.finditer(rb"<(?:\w+:)?sheet\b([^>]*)>", book):
        given = dict(re.findall(rb'([\w:]+)="([^"]*)"', match[1]))
        link = next((value for key, value in given.items() if key.endswith(b":id") or key == b"id"), b"")
        part = targets.get(link)
        if part in names:
            title = unescape(
                given.get(b"name", b"").decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"}
            )
            found[title] = part
    return found


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[bytes]:
    """The numbers of the cell styles that show a number as per cent."""
    try:
        styles = _small(archive, "xl/styles.xml")
    except KeyError:
        return frozenset()
    formats = {b"9", b"10"}
    for match in re.finditer(rb"<(?:\w+:)?numFmt\b([^>]*)>", styles):
        given = dict(_ATTRIBUTE.findall(match[1]))
        if b"%" in given.get(b"formatCode", b""):
            formats.add(given.get(b"numFmtId", b""))
    block = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.S)
    shown = re.findall(rb"<(?:\w+:)?xf\b([^>]*)>", block[0]) if block else []
    return frozenset(
        str(number).encode()
        for number, head in enumerate(shown)
        if dict(_ATTRIBUTE.findall(head)).get(b"numFmtId") in formats
    )


def _small(archive: zipfile.ZipFile, part: str) -> bytes:
    with archive.open(part) as stream:
        return stream.read(8 << 20)
