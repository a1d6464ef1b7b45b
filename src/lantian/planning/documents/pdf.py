"""PDF files that hold text; a scan holds pictures of text and needs OCR first."""

from __future__ import annotations

import pypdfium2

from lantian.errors import LantianError
from lantian.planning.documents.parsed import Grid, Parsed, Writer
from lantian.planning.documents.ruled import Chars, Ruled, characters, in_order, ruled_tables
from lantian.planning.marks import find_blanks
from lantian.planning.notes import Note

_FEWEST = 8  # characters a page of a document that is no scan holds on average


def parse(data: bytes, where: str) -> Parsed:
    """Read the text of all pages."""
    pages = _pages(data, where)
    words = [sum(_length(piece) for piece in page) for page in pages]
    if sum(words) < _FEWEST * max(len(pages), 1):
        raise LantianError(
            "the PDF is a scan: its pages are pictures and hold no text",
            where=where,
            remedy="Run OCR on it first, for instance with ocrmypdf -l chi_sim, and give the result.",
        )
    empty = [i for i, n in enumerate(words, 1) if not n]
    notes = [Note.of("empty_page", page=i) for i in empty]
    writer = _Whole()
    starts = []
    for page in pages:
        starts.append(writer.length)
        for piece in page:
            writer.take(piece)
    writer.close()
    return Parsed(writer.text, find_blanks(writer.text, tuple(starts[1:])), writer.tables, notes)


class _Whole(Writer):
    """Writes pages one after another; a table that goes on over pages is written as one."""

    def __init__(self) -> None:
        super().__init__()
        self._table: Ruled | None = None
        self._margins: list[str] = []  # page numbers and running heads between the halves of a table

    def take(self, piece: str | Ruled) -> None:
        """Add the next words or table."""
        if isinstance(piece, str):
            if self._table and _is_margin("".join([*self._margins, piece])):
                self._margins.append(piece)
                return
            self.close()
            self.line(piece.rstrip("\n"))
        elif self._table and _goes_on(self._table, piece):
            self._table.grid = _joined(self._table.grid, piece.grid)
        else:
            self.close()
            self._table = piece

    def close(self) -> None:
        """Write a table that is still open, and the margins that stood behind it."""
        if self._table:
            self.table(self._table.grid)
        for words in self._margins:
            self.line(words.rstrip("\n"))
        self._table, self._margins = None, []


def _length(piece: str | Ruled) -> int:
    if isinstance(piece, str):
        return len("".join(piece.split()))
    return sum(len(cell) for row in piece.grid for cell in row if isinstance(cell, str))


def _is_margin(words: str) -> bool:
    """Few enough words to be a page number with a running head, and no title of another attachment."""
    return len("".join(words.split())) <= 40 and "附" not in words


def _goes_on(table: Ruled, following: Ruled) -> bool:
    """Does a table at the head of a page go on with the one at the foot of the page before?"""
    return len(table.columns) == len(following.columns) and all(
        abs(a - b) < 6 for a, b in zip(table.columns, following.columns, strict=True)
    )


def _joined(above: Grid, below: Grid) -> Grid:
    """One table of two halves: a repeated head is left out, a row cut by the page's end is made whole."""
    rows = [list(row) for row in below]
    skipped = 0
    if rows and [_plain(c) for c in rows[0]] == [_plain(c) for c in above[0]]:
        rows, skipped = rows[1:], 1
    joined = [list(row) for row in above]
    shift = len(joined) - skipped
    if rows and rows[0] and rows[0][0] == "" and all(isinstance(c, str) for c in joined[-1]):
        first = rows.pop(0)
        joined[-1] = [
            a + b if isinstance(a, str) and isinstance(b, str) else a
            for a, b in zip(joined[-1], first, strict=False)
        ]
        shift -= 1
    joined += [[c if isinstance(c, str) else (max(c[0] + shift, 0), c[1]) for c in row] for row in rows]
    return joined


def _plain(cell: str | tuple[int, int]) -> str:
    return "".join(cell.split()) if isinstance(cell, str) else "^"


def _pages(data: bytes, where: str) -> list[list[str | Ruled]]:
    """The pages: their words, and between them their ruled tables."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise LantianError(
                "the PDF is protected by a password", where=where, remedy="Save a copy without one."
            ) from error
        raise LantianError(
            "the PDF is damaged or no PDF", where=where, remedy="Open it in a viewer and save it again."
        ) from error
    try:
        return [_page(document, i) for i in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise LantianError("a page of the PDF is damaged", where=where) from error
    finally:
        document.close()


def _page(document: pypdfium2.PdfDocument, index: int) -> list[str | Ruled]:
    page = document[index]
    words = page.get_textpage()
    try:
        tables = ruled_tables(page, words)
        if not tables:
            return [_readable(words.get_text_bounded())]
        pieces: list[str | Ruled] = []
        chars, top = characters(words), float("inf")
        for table in [*tables, None]:
            floor = table.top if table else float("-inf")
            between = [c for c in chars if floor < c[1] < top]
            if between:
                pieces.append(_lines_of(between))
            if table:
                pieces.append(table)
                top = table.bottom
        return pieces
    finally:
        words.close()
        page.close()


def _lines_of(chars: Chars) -> str:
    """Words outside tables, a line for each line of the page, indents told by spaces."""
    lines: list[Chars] = []
    for char in sorted(chars, key=lambda c: -c[1]):
        if lines and abs(lines[-1][0][1] - char[1]) < 0.5 * max(char[2], 1.0):
            lines[-1].append(char)
        else:
            lines.append([char])
    left = min(c[0] for c in chars)
    said = []
    for line in lines:
        first = min(line, key=lambda c: c[0])
        indent = "\u3000" * min(int((first[0] - left) / max(first[2], 1.0) + 0.3), 2)
        said.append(indent + in_order(line))
    return _readable("\n".join(said))


def _readable(text: str) -> str:
    # PDFium marks a hyphen at a line's end and characters it has no name for.
    return (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .translate({0x02: "-", 0xFFFE: None, 0xFFFF: None, 0: None})
    )
