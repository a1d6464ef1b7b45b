"""From a file to a table of cells: its container, its encoding, its headings, and which row is which.

Every cell of a CSV stays text here. `row` is the row as a spreadsheet shows it: the first line of the
file is row 1. A row of a Parquet file has the number it would have under one line of headings.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from lantian.errors import LantianError

T = TypeVar("T")
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")
# Han characters, their punctuation and wide letters, and the signs of units.
_SIGNS = (
    "\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\u2010-\u2027\u2070-\u209f\u2103\u00b5\u03bc\u00b2\u00b3\u00b7"
)
_USUAL = re.compile(f"[\u00a0-\u024f{_SIGNS}]")  # in UTF-8 also the letters of Latin alphabets
_STRANGE = re.compile(f"[^\x00-\x7f{_SIGNS}]")
OPEN_QUOTE = "a quotation mark is not closed; all of them were read as plain characters"
HEADING_ROWS = 5  # titles above the headings are common in spreadsheets
CONTAINERS = (
    (b"PK\x03\x04", "a spreadsheet (.xlsx) or zip archive", "Save the sheet as CSV, then import that."),
    (b"\xd0\xcf\x11\xe0", "an old spreadsheet (.xls)", "Save the sheet as CSV, then import that."),
    (b"%PDF", "a PDF", "Import the data as CSV or Parquet."),
)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row that has not the number of cells the headings ask for."""

    row: int
    cells: int
    text: str


@dataclass(frozen=True)
class Source(Generic[T]):
    """The cells of one file.

    `table` has a column `row` and one column `c0`, `c1`, … for each heading; `found` is what the caller
    made of the headings in row `heading_row`; `digest` names the content, whatever the file is called
    and however it is packed.
    """

    name: str
    digest: str
    encoding: str
    heading_row: int
    texts: list[str]
    found: T
    table: pa.Table
    misfits: list[Misfit] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_source(path: Path, understand: Callable[[list[str]], T | None]) -> Source[T]:
    """Read a CSV (also packed with gzip) or Parquet file.

    Parameters
    ----------
    path
        the file
    understand
        called with the cells of a row; answers with what they mean as headings, or None when they are none

    Raises
    ------
    LantianError
        the file is empty, is of another kind, has an unknown encoding, has no headings that are understood
    """
    content = path.read_bytes()
    if content[:2] == b"\x1f\x8b":
        content = _unpacked(path, content)
    if not content.strip():
        raise LantianError("the file is empty", where=path.name, remedy="Nothing was taken from it.")
    for magic, what, remedy in CONTAINERS:
        if content.startswith(magic):
            raise LantianError(f"this is {what}", where=path.name, remedy=remedy)
    digest = hashlib.sha256(content).hexdigest()
    if content.startswith(b"PAR1"):
        return _parquet(path, content, digest, understand)
    return _csv(path, content, digest, understand)


def _unpacked(path: Path, content: bytes) -> bytes:
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise LantianError(
            f"the gzip file is damaged ({error})", where=path.name, remedy="Fetch it again."
        ) from error


# -- Parquet


def _parquet(
    path: Path, content: bytes, digest: str, understand: Callable[[list[str]], T | None]
) -> Source[T]:
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        texts = list(file.schema_arrow.names)
        found = understand(texts)
        if found is None:
            raise _unknown(path, texts)
        table = file.read()
    except (pa.ArrowException, OSError) as error:
        raise LantianError(f"the Parquet file is damaged ({error})", where=path.name) from error
    table = table.rename_columns([f"c{i}" for i in range(len(texts))])
    if table.num_rows == 0:
        raise LantianError("the file has headings and no rows", where=path.name)
    rows = pa.array(np.arange(2, table.num_rows + 2, dtype=np.int64))
    return Source(path.name, digest, "parquet", 1, texts, found, table.append_column("row", rows))


# -- CSV


def _csv(path: Path, content: bytes, digest: str, understand: Callable[[list[str]], T | None]) -> Source[T]:
    content, encoding = decoded(path.name, content)
    head = content[: 1 << 20].decode("utf-8", errors="ignore")
    delimiter = _delimiter(head)
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    first: list[str] = []
    for number, texts in enumerate(reader, start=1):
        first = first or texts
        found = understand(texts) if any(text.strip() for text in texts) else None
        if found is not None:
            break
        if number == HEADING_ROWS:
            raise _unknown(path, first)
    else:
        raise _unknown(path, first)
    table, misfits = _cells(path, content, delimiter, reader.line_num, len(texts))
    count = table.num_rows + len(misfits)
    if count == 0:
        raise LantianError("the file has headings and no rows", where=path.name, remedy="Nothing was taken.")
    rows = np.arange(number + 1, number + 1 + count, dtype=np.int64)
    # Arrow counts lines of the file; so do we, as long as no cell of the headings holds a line break.
    lost = {misfit.row - (reader.line_num - number) for misfit in misfits}
    rows = rows[~np.isin(rows, list(lost))] if lost else rows
    table = table.append_column("row", pa.array(rows))
    notes = [OPEN_QUOTE] if _open_quote(content) else []
    return Source(path.name, digest, encoding, number, texts, found, table, misfits, notes)


def _open_quote(content: bytes) -> bool:
    """Whether a quotation mark is never closed: read as one, it would swallow every row after it."""
    return content.count(b'"') % 2 == 1


def _cells(
    path: Path, content: bytes, delimiter: str, skip: int, width: int
) -> tuple[pa.Table, list[Misfit]]:
    misfits: list[Misfit] = []

    def keep(row: pyarrow.csv.InvalidRow) -> str:
        misfits.append(Misfit(row.number, row.actual_columns, row.text))
        return "skip"

    names = [f"c{i}" for i in range(width)]
    if content.count(b"\n") + (not content.endswith(b"\n")) <= skip:
        return pa.table({name: pa.array([], pa.string()) for name in names}), []
    try:
        table = pyarrow.csv.read_csv(
            pa.py_buffer(content),
            # One thread: only then does Arrow tell the number of a row that does not fit.
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, skip_rows=skip, column_names=names, block_size=1 << 24
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=b'"' in content,
                quote_char=False if _open_quote(content) else '"',
                ignore_empty_lines=False,
                invalid_row_handler=keep,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        line = str(error).splitlines()[0]
        raise LantianError(
            f"the file cannot be read as rows and columns: {line}",
            where=path.name,
            remedy="Look for a quotation mark that is not closed.",
        ) from error
    return table, misfits


def decoded(name: str, content: bytes) -> tuple[bytes, str]:
    """The content in UTF-8 without mark, and the encoding it was in.

    UTF-8 with or without mark, UTF-16 and GB 18030 (which holds GBK and GB 2312) are told apart by
    their marks and by what is possible in them.

    Raises
    ------
    LantianError
        with the first byte that fits none of them
    """
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            return _try(name, content, (encoding,), mark=2)
    if content.startswith(b"\xef\xbb\xbf"):
        return _try(name, content, ("utf-8",), mark=3)
    if b"\x00" in content[:1000]:
        # Without a mark every second byte of Latin text is zero, on one side or the other.
        even = content[:1000:2].count(0) > content[1:1000:2].count(0)
        return _try(name, content, ("utf-16-be" if even else "utf-16-le",))
    if _is_rather_gb18030(content):
        return _try(name, content, ("gb18030",))
    return _try(name, content, ("utf-8", "gb18030"))


def _is_rather_gb18030(content: bytes) -> bool:
    """Whether text that could be UTF-8 makes sense only in GB 18030.

    The four bytes of 太原 in GBK are also two letters of no language in UTF-8.
    """
    start = _NOT_ASCII.search(content)
    if start is None:
        return False
    piece = content[start.start() : start.start() + 4096]
    as_utf8, as_gb18030 = (piece.decode(encoding, "ignore") for encoding in ("utf-8", "gb18030"))
    usual = _USUAL.search(as_utf8)
    strange = _STRANGE.search(as_gb18030)
    return usual is None and strange is None


def _try(name: str, content: bytes, encodings: tuple[str, ...], mark: int = 0) -> tuple[bytes, str]:
    furthest = -1
    body = content[mark:]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError as error:
            furthest = max(furthest, mark + error.start)
            continue
        if "\x00" in text:
            raise LantianError("this is not a text file", where=name, remedy="Import CSV or Parquet.")
        return (body if encoding == "utf-8" else text.encode("utf-8")), encoding
    line = content.count(b"\n", 0, furthest) + 1
    raise LantianError(
        f"byte {furthest} (0x{content[furthest]:02x}, row {line}) is not text in {' or '.join(encodings)}",
        where=name,
        remedy="Save the file as UTF-8.",
    )


def _delimiter(head: str) -> str:
    line = next((line for line in head.splitlines() if line.strip()), "")
    return max((",", "\t", ";"), key=line.count)


def _unknown(path: Path, texts: list[str]) -> LantianError:
    shown = ", ".join(text.strip() for text in texts[:12]) + (" …" if len(texts) > 12 else "")
    return LantianError(
        f"these headings are of no known layout: {shown}",
        where=path.name,
        remedy="Rename them (city or station, time, pm2_5 …) or name the layout with --layout.",
    )
