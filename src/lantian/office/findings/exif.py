"""What a photo says of itself: where it was taken, and the small picture it carries. Nothing else is read.

Exif is a TIFF inside the photo (JEITA CP-3451): directories of twelve-byte entries. Whatever does not fit is
read as "says nothing", never as an error: a photo need not know where it was taken.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from decimal import Decimal

# Exif stands at the beginning of a photo; of a larger one no more is read.
HEAD = 512 * 1024
_GPS, _THUMB_AT, _THUMB_LENGTH = 0x8825, 0x0201, 0x0202
_MOST_ENTRIES = 500
_MOST_DEGREES = {"lat": 90, "lon": 180}


@dataclass(frozen=True, slots=True)
class Photo:
    """Longitude and latitude [°], both or neither, and a small JPEG, if there is one."""

    lon: Decimal | None = None
    lat: Decimal | None = None
    small: bytes = b""


def read_photo(content: bytes) -> Photo:
    """What the beginning of a photo (JPEG, PNG, HEIC) says; empty where it says nothing."""
    tiff = _tiff(content)
    if tiff is None or tiff[:2] not in {b"II", b"MM"}:
        return Photo()
    try:
        return _Tiff(tiff).photo()
    except (struct.error, ArithmeticError, ValueError):
        return Photo()


def _tiff(content: bytes) -> bytes | None:
    """The bytes from the TIFF header on."""
    if not content.startswith(b"\xff\xd8"):
        for mark in (b"eXIf", b"Exif\0\0"):
            if (at := content.find(mark, 0, HEAD)) >= 0:
                return content[at + len(mark) :]
        return None
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF and content[at + 1] != 0xDA:
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if content[at + 1] == 0xE1 and content[at + 4 : at + 10] == b"Exif\0\0":
            return content[at + 10 : at + 2 + length]
        at += 2 + length
    return None


class _Tiff:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.order = "<" if data[:2] == b"II" else ">"

    def photo(self) -> Photo:
        first, after = self._directory(self._number("I", 4))
        lon = lat = None
        if _GPS in first:
            gps, _after = self._directory(self._number("I", first[_GPS]))
            lat, lon = self._degrees(gps, 1, "lat"), self._degrees(gps, 3, "lon")
        if lon is None or lat is None or (lon == 0 and lat == 0):
            lon = lat = None
        return Photo(lon, lat, self._small(after))

    def _small(self, at: int) -> bytes:
        if not at:
            return b""
        second, _after = self._directory(at)
        if _THUMB_AT not in second or _THUMB_LENGTH not in second:
            return b""
        start, length = (self._number("I", second[tag]) for tag in (_THUMB_AT, _THUMB_LENGTH))
        small = self.data[start : start + length]
        return small if small.startswith(b"\xff\xd8\xff") and len(small) == length else b""

    def _directory(self, at: int) -> tuple[dict[int, int], int]:
        """Where the value field of each tag lies, and where the next directory begins."""
        count = min(self._number("H", at), _MOST_ENTRIES)
        found = {self._number("H", at + 2 + 12 * n): at + 10 + 12 * n for n in range(count)}
        return found, self._number("I", at + 2 + 12 * count)

    def _degrees(self, gps: dict[int, int], tag: int, which: str) -> Decimal | None:
        """Degrees, minutes and seconds after their letter; None where one is missing or impossible."""
        if tag not in gps or tag + 1 not in gps:
            return None
        letter = self.data[gps[tag] : gps[tag] + 1]
        at = self._number("I", gps[tag + 1])
        numbers = struct.unpack_from(f"{self.order}6I", self.data, at)
        degrees = sum(
            (Decimal(numbers[2 * n]) / Decimal(numbers[2 * n + 1]) / 60**n for n in range(3)), Decimal(0)
        )
        if letter not in {b"N", b"S", b"E", b"W"} or degrees > _MOST_DEGREES[which]:
            return None
        return round(-degrees if letter in {b"S", b"W"} else degrees, 6)

    def _number(self, kind: str, at: int) -> int:
        return int(struct.unpack_from(f"{self.order}{kind}", self.data, at)[0])
