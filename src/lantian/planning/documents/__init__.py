"""Files as documents: the words of a .txt, .docx, .pdf or .html, in reading order."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lantian.errors import LantianError
from lantian.planning.model import Document

KINDS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
    ".docx": "docx",
    ".pdf": "pdf",
    ".html": "html",
    ".htm": "html",
}

_OLE = b"\xd0\xcf\x11\xe0"  # old Office files, and new ones inside a password


def read_document(path: Path) -> Document:
    """Read the words of a file.

    Parameters
    ----------
    path
        a .txt (or .md), .docx, .pdf, .html or .htm file

    Returns
    -------
    its text with page marks and running heads listed as blank, and its tables

    Raises
    ------
    LantianError
        the file is missing, empty, of an unknown type, encrypted, broken, a scan, or of no known encoding
    """
    if path.is_dir():
        raise LantianError("this is a folder, not a document", where=str(path), remedy="Name one file.")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise LantianError("there is no such file", where=str(path)) from None
    except OSError as error:
        raise LantianError(f"the file cannot be read: {error.strerror}", where=str(path)) from None
    return parse_document(path.name, data, where=str(path))


def parse_document(name: str, data: bytes, *, where: str = "") -> Document:
    """Read the words of a file in memory, such as an upload; errors as `read_document`."""
    where = where or name
    suffix = Path(name).suffix.lower()
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise LantianError("the file is empty", where=where)
    kind = KINDS.get(suffix) or _by_content(data)
    if data.startswith(_OLE) and "EncryptedPackage".encode("utf-16-le") in data:
        raise LantianError(
            "the Word file is protected by a password", where=where, remedy="Save a copy without one."
        )
    if suffix == ".doc" or data.startswith(_OLE):
        raise LantianError(
            "this is an old Word file (.doc), not a .docx",
            where=where,
            remedy="Open it in Word or LibreOffice and save it as .docx.",
        )
    if kind is None:
        raise LantianError(
            f"files of type '{suffix or 'without ending'}' cannot be read",
            where=where,
            remedy="Give a .txt, .docx, .pdf or .html file.",
        )
    if kind == "docx":
        from lantian.planning.documents.word import parse
    elif kind == "pdf":
        from lantian.planning.documents.pdf import parse
    elif kind == "html":
        from lantian.planning.documents.html import parse
    else:
        from lantian.planning.documents.plain import parse
    found = parse(data, where)
    if not found.text.strip():
        raise LantianError("the document holds no words", where=where)
    return Document(
        name=name,
        kind=kind,
        text=found.text,
        sha256=hashlib.sha256(data).hexdigest(),
        blank=found.blank,
        notes=tuple(found.notes),
        tables=tuple(found.tables),
        guessed=found.guessed,
    )


def _by_content(data: bytes) -> str | None:
    """The kind of a file without a known ending, by its first bytes."""
    head = data[:1024].lstrip().lower()
    if head.startswith(b"%pdf"):
        return "pdf"
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    return None
