"""Photos made byte by byte: a JPEG that says where it was taken, and carries a small picture."""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

SMALL = b"\xff\xd8\xff\xe0 a small picture \xff\xd9"
Make = Callable[..., Any]


def tiff(lon: str | None, lat: str | None, small: bytes = b"", order: str = "<") -> bytes:
    """Directory 0 at 8 (GPS pointer), GPS at 26, its numbers at 80, directory 1 at 128, picture at 158."""

    def degrees(text: str) -> bytes:
        # As telephones write them: whole degrees, whole minutes, hundredths of a second.
        hundredths = round(abs(float(text)) * 360_000)
        whole, rest = divmod(hundredths, 360_000)
        minutes, seconds = divmod(rest, 6_000)
        return struct.pack(f"{order}6I", whole, 1, minutes, 1, seconds, 100)

    def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
        return struct.pack(f"{order}HHI", tag, kind, count) + value.ljust(4, b"\0")

    def number(value: int) -> bytes:
        return struct.pack(f"{order}I", value)

    mark = b"II" if order == "<" else b"MM"
    placed = lon is not None and lat is not None
    first = struct.pack(f"{order}H", 1) + entry(0x8825 if placed else 0x0112, 4, 1, number(26))
    data = mark + struct.pack(f"{order}HI", 42, 8) + first + number(128 if small else 0)
    gps = struct.pack(f"{order}H", 4)
    if placed:
        gps += entry(1, 2, 2, b"S\0" if str(lat).startswith("-") else b"N\0") + entry(2, 5, 3, number(80))
        gps += entry(3, 2, 2, b"W\0" if str(lon).startswith("-") else b"E\0") + entry(4, 5, 3, number(104))
    data = data.ljust(26, b"\0") + gps + number(0)
    data = data.ljust(80, b"\0") + (degrees(str(lat)) + degrees(str(lon)) if placed else b"")
    if small:
        second = struct.pack(f"{order}H", 2) + entry(0x0201, 4, 1, number(158))
        second += entry(0x0202, 4, 1, number(len(small)))
        data = data.ljust(128, b"\0") + second + number(0)
        data = data.ljust(158, b"\0") + small
    return data


@pytest.fixture
def photo_bytes() -> Make:
    """`photo_bytes("111.52", "36.08", small=b"…")`: a JPEG, with a place unless none is given."""

    def make(lon: str | None = None, lat: str | None = None, small: bytes = b"", order: str = "<") -> bytes:
        body = b"Exif\0\0" + tiff(lon, lat, small, order)
        # A comment segment before it, as some telephones write one.
        comment = b"\xff\xfe" + struct.pack(">H", 6) + b"abcd"
        return b"\xff\xd8" + comment + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xd9"

    return make


@pytest.fixture
def photo(photo_bytes: Make) -> Make:
    """The same as an upload called 现场.jpg."""

    def make(*place: Any, **more: Any) -> SimpleUploadedFile:
        return SimpleUploadedFile("现场.jpg", photo_bytes(*place, **more), "image/jpeg")

    return make


@pytest.fixture
def small_picture() -> bytes:
    """The bytes of a small picture to put into a photo."""
    return SMALL


@pytest.fixture
def outlines(province: dict[str, Any]) -> dict[str, Any]:
    """141002 and 141024 as squares of 0.2° side by side, their city as both together."""

    def square(west: float, east: float) -> dict[str, Any]:
        ring = [[west, 36.0], [east, 36.0], [east, 36.2], [west, 36.2], [west, 36.0]]
        return {"type": "Polygon", "coordinates": [ring]}

    for code, (west, east) in {
        "141002": (111.4, 111.6),
        "141024": (111.6, 111.8),
        "141000": (111.4, 111.8),
    }.items():
        province[code].geometry = square(west, east)
        province[code].save()
    return province


@pytest.fixture
def special_things(province: dict[str, Any], tmp_path: Path) -> Any:
    """One of each specialised opening, and the addresses of their pages: special_addresses.py."""
    place = Path(__file__).parent / "special_addresses.py"
    spec = importlib.util.spec_from_file_location("findings_special_addresses", place)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Things(province, tmp_path)
