"""What a photo says of itself, read without trusting it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from lantian.office.findings.exif import Photo, read_photo


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("lon", "lat"), [("111.52", "36.08"), ("-70.5", "-33.4"), ("179.999", "0.001"), ("113.281225", "35.78")]
)
def test_the_place_is_read(photo_bytes: Any, order: str, lon: str, lat: str) -> None:
    found = read_photo(photo_bytes(lon, lat, order=order))
    assert found.lon is not None and found.lat is not None
    # Seconds are written in hundredths: a third of a metre.
    assert abs(found.lon - Decimal(lon)) < Decimal("0.000003")
    assert abs(found.lat - Decimal(lat)) < Decimal("0.000003")


def test_the_small_picture_is_read(photo_bytes: Any, small_picture: bytes) -> None:
    assert read_photo(photo_bytes("111.5", "36.1", small_picture)).small == small_picture
    assert read_photo(photo_bytes(small=small_picture)) == Photo(small=small_picture)
    assert read_photo(photo_bytes(small=b"MZ no picture")).small == b""


def test_a_photo_that_says_nothing(photo_bytes: Any) -> None:
    nothing = (
        b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", photo_bytes(), photo_bytes("0", "0"),
        photo_bytes("181", "36"), photo_bytes("111", "91"),
    )  # fmt: skip
    assert [read_photo(content) for content in nothing] == [Photo()] * len(nothing)


def test_png_and_heic_carry_it_elsewhere(photo_bytes: Any) -> None:
    jpeg = photo_bytes("111.52", "36.08")
    inner = jpeg[jpeg.index(b"Exif\0\0") :]
    assert read_photo(b"\x89PNG\r\n\x1a\n\0\0\0\x0deXIf" + inner[6:]).lon == Decimal("111.52")
    assert read_photo(b"\0\0\0\x18ftypheic" + bytes(40) + inner).lat == Decimal("36.08")


def test_broken_photos_are_no_error(photo_bytes: Any, small_picture: bytes) -> None:
    whole = photo_bytes("111.52", "36.08", small_picture)
    chance = np.random.default_rng(1)
    for cut in range(len(whole)):
        read_photo(whole[:cut])
    for _try in range(3000):
        spoiled = bytearray(whole)
        for _byte in range(chance.integers(1, 7)):
            spoiled[chance.integers(len(whole))] = int(chance.integers(256))
        found = read_photo(bytes(spoiled))
        assert (found.lon is None) == (found.lat is None)
        assert found.lon is None or (abs(found.lon) <= 180 and abs(found.lat or 0) <= 90)
