"""PDF files that hold text; a scan holds pictures of text and needs OCR first."""

from __future__ import annotations

import pypdfium2

from lantian.errors import LantianError
from lantian.planning.documents.parsed import Parsed
from lantian.planning.marks import find_blanks
from lantian.planning.notes import Note

_FEWEST = 8  # characters a page of a document that is no scan holds on average


def parse(data: bytes, where: str) -> Parsed:
    """Read the text of all pages."""
    texts = _pages(data, where)
    words = [len("".join(text.split())) for text in texts]
    if sum(words) < _FEWEST * max(len(texts), 1):
        raise LantianError(
            "the PDF is a scan: its pages are pictures and hold no text",
            where=where,
            remedy="Run OCR on it first, for instance with ocrmypdf -l chi_sim, and give the result.",
        )
    empty = [i for i, n in enumerate(words, 1) if not n]
    notes = [Note.of("empty_page", page=i) for i in empty]
    text, starts = "", []
    for page in texts:
        starts.append(len(text))
        text += page.rstrip("\n") + "\n"
    return Parsed(text, find_blanks(text, tuple(starts[1:])), notes=notes)


def _pages(data: bytes, where: str) -> list[str]:
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


def _page(document: pypdfium2.PdfDocument, index: int) -> str:
    page = document[index]
    words = page.get_textpage()
    try:
        text: str = words.get_text_bounded()
    finally:
        words.close()
        page.close()
    # PDFium marks a hyphen at a line's end and characters it has no name for.
    return (
        text.replace("\r\n", "\n")
        .replace("\r", "\n")
        .translate({0x02: "-", 0xFFFE: None, 0xFFFF: None, 0: None})
    )
