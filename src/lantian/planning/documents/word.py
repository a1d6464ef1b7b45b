"""Word files: paragraphs and tables in order, automatic numbers written out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lantian.errors import LantianError
from lantian.planning.documents.numbering import Numbering, tag
from lantian.planning.documents.parsed import Grid, Parsed, Writer
from lantian.planning.marks import find_blanks

_LARGEST = 300_000_000  # bytes unpacked; a plan is a thousand times smaller


def parse(data: bytes, where: str) -> Parsed:
    """Read the body of a .docx."""
    body, numbering = _open(data, where)
    writer = Writer()
    for block in _blocks(body):
        if block.tag == tag("tbl"):
            writer.table(_grid(block, numbering))
        else:
            for words in _paragraph(block, numbering):
                writer.line(words)
    return Parsed(writer.text, find_blanks(writer.text), writer.tables)


def _open(data: bytes, where: str) -> tuple[Any, Numbering]:
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise LantianError(
            "this is not a Word file: a .docx is a zip archive and this is none",
            where=where,
            remedy="Open it in Word and save it as .docx, or give it its real ending.",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > _LARGEST:
                raise LantianError("the Word file unpacks to more than 300 MB", where=where)
        document = docx.Document(io.BytesIO(data))
        return document.element.body, Numbering.of(document)
    except (
        PackageNotFoundError,
        KeyError,
        ValueError,
        XMLSyntaxError,
        zipfile.BadZipFile,
        OSError,
        RuntimeError,
    ) as error:
        raise LantianError(
            "the Word file is damaged or no Word document",
            where=where,
            remedy="Open it in Word or LibreOffice and save it again.",
        ) from error


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, looking through content controls and tracked insertions."""
    for child in parent:
        if child.tag in {tag("p"), tag("tbl")}:
            yield child
        elif child.tag in {tag("sdt"), tag("sdtContent"), tag("ins"), tag("customXml"), tag("smartTag")}:
            yield from _blocks(child)


def _paragraph(paragraph: Any, numbering: Numbering) -> list[str]:
    """The words of a paragraph with its automatic number, then those of text boxes anchored in it."""
    pieces: list[str] = []
    boxes: list[str] = []
    _runs(paragraph, pieces, boxes, numbering)
    words = "".join(pieces)
    number = numbering.label(paragraph) if words.strip() else ""
    return [number + words.lstrip() if number else words, *boxes]


def _runs(element: Any, pieces: list[str], boxes: list[str], numbering: Numbering) -> None:
    for child in element:
        if child.tag == tag("t"):
            pieces.append(child.text or "")
        elif child.tag in {tag("tab"), tag("ptab")} and element.tag == tag("r"):
            pieces.append("\t")
        elif child.tag in {tag("br"), tag("cr")}:
            pieces.append("\n")
        elif child.tag == tag("noBreakHyphen"):
            pieces.append("-")
        elif child.tag == tag("txbxContent"):
            for inner in child.iter(tag("p")):
                boxes += _paragraph(inner, numbering)
        elif child.tag not in {
            tag("del"),
            tag("moveFrom"),
            tag("pPr"),
            tag("rPr"),
            tag("instrText"),
        } and not (isinstance(child.tag, str) and child.tag.endswith("}Fallback")):
            _runs(child, pieces, boxes, numbering)


def _grid(table: Any, numbering: Numbering) -> Grid:
    """Cells as words; merged cells are repeated by reference to where they began."""
    grid: Grid = []
    for r, row in enumerate(table.iter(tag("tr"))):
        if next(row.iterancestors(tag("tbl"))) is not table:
            continue
        cells: list[str | tuple[int, int]] = []
        for cell in row.iter(tag("tc")):
            if next(cell.iterancestors(tag("tr"))) is not row:
                continue
            column = len(cells)
            merge = cell.find(f"{tag('tcPr')}/{tag('vMerge')}")
            span = cell.find(f"{tag('tcPr')}/{tag('gridSpan')}")
            width = int(span.get(tag("val"), "1")) if span is not None else 1
            if (
                merge is not None
                and merge.get(tag("val"), "continue") == "continue"
                and r
                and column < len(grid[-1])
            ):
                above = grid[-1][column]
                cells.append(above if isinstance(above, tuple) else (len(grid) - 1, column))
            else:
                cells.append("\n".join(w for p in cell.iter(tag("p")) for w in _paragraph(p, numbering)))
            cells += [(len(grid), column)] * (width - 1)
        grid.append(cells)
    return grid
