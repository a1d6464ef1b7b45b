"""A photo without what it says of itself: where, when and with which telephone it was taken.

A complainant who gives no name must not be found by the photo. What the picture needs to be shown right stays
(colour profile, which way up); every other note goes, and whatever follows the picture's end. A file that
does not follow its own format is refused rather than kept as it is.

JPEG: ITU-T T.81 annex B, Exif JEITA CP-3451; PNG: ISO/IEC 15948.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from django.utils.translation import gettext as _

from lantian.errors import LantianError

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_NOTES = frozenset({*range(0xE0, 0xF0), 0xFE})  # applications' own segments, and comments
_NEEDED = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
_TURNED = 0x0112
_PNG = b"\x89PNG\r\n\x1a\n"
_SHOWN = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP",
     b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"}
)  # fmt: skip


def bare(name: str, content: bytes, kind: str | None) -> bytes:
    """The photo as it may be kept.

    Parameters
    ----------
    name
        as it is called in a refusal
    content, kind
        its bytes and what they are, by `dispatch.evidence.kind_of`

    Raises
    ------
    LantianError
        it is no JPEG or PNG, or damaged
    """
    if kind == "heic":
        raise LantianError(
            _("a HEIC photo may carry the place where it was taken, and that cannot be taken out here"),
            where=name,
            remedy=_("Send it as JPEG, or send a screenshot of it."),
        )
    if kind not in {"jpg", "png"}:
        raise LantianError(_("only photos can be sent here"), where=name)
    try:
        return b"".join(_jpeg(content) if kind == "jpg" else _png(content))
    except (struct.error, IndexError, ValueError):
        raise LantianError(
            _("this photo is damaged"),
            where=name,
            remedy=_("Take or save it again, or send a screenshot of it."),
        ) from None


def _jpeg(content: bytes) -> Iterator[bytes]:
    yield content[:2]
    at, turned = 2, 1
    while True:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == 0xFF:  # a marker may be filled up
            at += 1
        elif marker == _END:
            yield content[at : at + 2]
            return
        elif marker in _ALONE:
            yield content[at : at + 2]
            at += 2
        else:
            (length,) = struct.unpack_from(">H", content, at + 2)
            body, after = content[at + 4 : at + 2 + length], at + 2 + length
            if length < 2 or after > len(content) or marker in {0x00, _START}:
                raise ValueError("no segment")
            if marker == 0xE1 and body.startswith(b"Exif\0\0"):
                turned = _turned(body[6:])
                if turned != 1:
                    yield _turn(turned)
            elif marker not in _NOTES or any(marker == one and body.startswith(s) for one, s in _NEEDED):
                # The small picture a JFIF segment may carry shows what the large one shows.
                yield content[at:after]
            at = after
            if marker == _SCAN:
                end = _scan_end(content, at)
                yield content[at:end]
                at = end


def _scan_end(content: bytes, at: int) -> int:
    """Where the coded picture meets its next marker: after 0xFF neither 0x00 nor a restart."""
    while (at := content.find(b"\xff", at)) >= 0:
        follows = content[at + 1]
        if follows and not 0xD0 <= follows <= 0xD7:
            return at
        at += 2
    raise ValueError("no end")


def _turned(tiff: bytes) -> int:
    """Which way up the picture is, 1 to 8; 1 where the notes are not readable."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, _kind, _number, value = struct.unpack_from(f"{order}HHIH", tiff, entry)
            if tag == _TURNED:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _turn(turned: int) -> bytes:
    """A segment that says which way up, and nothing else."""
    body = b"Exif\0\0" + struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _TURNED, 3, 1, turned, 0, 0)
    return struct.pack(">BBH", 0xFF, 0xE1, len(body) + 2) + body


def _png(content: bytes) -> Iterator[bytes]:
    yield _PNG
    at = len(_PNG)
    while True:
        length, name = struct.unpack_from(">I4s", content, at)
        after = at + 12 + length
        if after > len(content):
            raise ValueError("no chunk")
        if name in _SHOWN:
            yield content[at:after]
        elif not name[0] & 0x20:
            raise ValueError("an unknown chunk the picture needs")
        if name == b"IEND":
            return
        at = after
