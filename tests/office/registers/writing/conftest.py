"""A record to write at, and the people around it."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

BOILER = {
    "enterprise": "91141000701234567E",
    "number": "1#",
    "fuel": "燃煤",
    "capacity": "10",
    "filter": "布袋",
    "place": "厂区北侧",
}
FORM = {
    "enterprise": "临汾示例铸造有限公司（模拟）",
    "number": "2#",
    "fuel": "coal",
    "capacity": "35 蒸吨",
    "status": "in_use",
    "form_id": "0123456789abcdef0123456789abcdef",
}


@pytest.fixture
def officer(person: Any) -> Any:
    """A county officer of 141002, who may keep registers."""
    return person("officer", "141002")


@pytest.fixture
def boiler(keep: Any) -> Any:
    """A boiler of the firm in 141002."""
    return keep("boilers", **BOILER)


@pytest.fixture
def own_people(person: Any, firm: Any, province: Any) -> Any:
    """Somebody of the firm itself, who may keep its records and sees nothing else."""
    from lantian.office.people.models import Unit

    unit = Unit.objects.create(name="临汾示例铸造有限公司", region=province["141002"], kind="enterprise")
    type(firm).objects.filter(pk=firm.pk).update(account=unit)
    firm.refresh_from_db()
    return person("firm", "141002", unit=unit)


@pytest.fixture
def form() -> dict[str, str]:
    """A new boiler as the form sends it."""
    return dict(FORM)


@pytest.fixture
def photo() -> Any:
    """`photo(lon, lat)`: a JPEG that says where it was taken; `photo()`: one that does not."""

    def make(lon: float | None = None, lat: float | None = None, name: str = "a.jpg") -> SimpleUploadedFile:
        return SimpleUploadedFile(name, _jpeg(lon, lat))

    return make


def _jpeg(lon: float | None, lat: float | None) -> bytes:
    if lon is None or lat is None:
        return b"\xff\xd8\xff\xd9"
    head = 8 + 2 + 12 + 4  # header, directory with one entry
    values = head + 2 + 4 * 12 + 4
    tiff = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1)
    tiff += struct.pack("<HHII", 0x8825, 4, 1, head) + struct.pack("<I", 0)
    tiff += struct.pack("<H", 4)
    tiff += struct.pack("<HHI", 1, 2, 2) + b"N\0\0\0"
    tiff += struct.pack("<HHII", 2, 5, 3, values)
    tiff += struct.pack("<HHI", 3, 2, 2) + b"E\0\0\0"
    tiff += struct.pack("<HHII", 4, 5, 3, values + 24) + struct.pack("<I", 0)
    for degrees in (lat, lon):
        tiff += struct.pack("<6I", round(degrees * 1_000_000), 1_000_000, 0, 1, 0, 1)
    body = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xd9"
