"""Plain text in any encoding an office meets."""

from __future__ import annotations

import codecs

from lantian.errors import LantianError
from lantian.planning.documents.parsed import Parsed
from lantian.planning.documents.typed import with_tables
from lantian.planning.marks import find_blanks
from lantian.planning.notes import Note

_SIGNATURES = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]


def parse(data: bytes, where: str) -> Parsed:
    """Decode and normalise line ends."""
    text, encoding = decode(data, where)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    notes = [] if encoding.startswith("utf-8") else [Note.of("encoding", encoding=encoding)]
    found = with_tables(text)
    found.blank, found.notes = find_blanks(found.text), notes
    return found


def decode(data: bytes, where: str) -> tuple[str, str]:
    """The text and its encoding: UTF-8 or UTF-16 by signature, UTF-16 by its zeros, UTF-8, GB 18030."""
    for signature, encoding in _SIGNATURES:
        if data.startswith(signature):
            return _decode(data, encoding, where), encoding
    for encoding in ("utf-16-le", "utf-16-be"):
        if _looks_wide(data, encoding):
            return _decode(data, encoding, where), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        place = error.start
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text and not _garbled(text):
        return text, "gb18030"
    raise LantianError(
        f"the encoding is not known: neither UTF-8 (byte {place + 1} breaks it) nor GBK nor UTF-16",
        where=where,
        remedy="Save the file as UTF-8.",
    )


def _decode(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LantianError(
            f"the file says it is {encoding} but byte {error.start + 1} is not",
            where=where,
            remedy="Save it as UTF-8.",
        ) from None


def _looks_wide(data: bytes, encoding: str) -> bool:
    """UTF-16 without a signature: even length, zero bytes, and words that make sense."""
    if len(data) % 2 or b"\x00" not in data[:4000]:
        return False
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return not _garbled(text)


def _garbled(text: str) -> bool:
    """More than a few characters that no Chinese or Latin text holds."""
    odd = sum(
        1 for c in text if c == "\x00" or (c < " " and c not in "\t\n\r\f") or "\ue000" <= c <= "\uf8ff"
    )
    known = sum(
        1
        for c in text
        if c < "\x7f" or "\u3000" <= c <= "\u303f" or "\u4e00" <= c <= "\u9fff" or "\uff00" <= c <= "\uffef"
    )
    return odd > 0.02 * len(text) or known < 0.7 * len(text)
