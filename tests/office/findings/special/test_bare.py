"""A complainant's photo is kept without the place, the time and the telephone it was taken with."""

from __future__ import annotations

import struct
import zlib
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lantian.errors import LantianError
from lantian.office.findings.exif import read_photo
from lantian.office.findings.special.complaints.bare import bare
from lantian.office.findings.special.complaints.models import Complaint, ComplaintFile
from lantian.office.plans.loading import kept_path

SECRET = b"Telephone of Zhao 2026:05:20"
# Tables, then two scans with a stuffed 0xFF and a restart in the first.
PICTURE = (
    b"\xff\xdb\x00\x04\x00\x01" + b"\xff\xda\x00\x04\x01\x02ab\xff\x00cd\xff\xd0ef"
    + b"\xff\xc4\x00\x03\x07" + b"\xff\xda\x00\x03\x01gh"
)  # fmt: skip


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def jpeg(exif: bytes) -> bytes:
    """As telephones write it: every kind of note, and a second picture after the end."""
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        + exif
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + SECRET)
        + segment(0xE2, b"ICC_PROFILE\0\1\1colours")
        + segment(0xE2, b"MPF\0" + SECRET)
        + segment(0xED, b"Photoshop 3.0\0" + SECRET)
        + segment(0xFE, SECRET)
        + PICTURE
        + b"\xff\xd9"
        + b"\xff\xd8"
        + exif
        + SECRET
    )


def exif_of(photo: bytes) -> bytes:
    at = photo.index(b"\xff\xe1")
    return photo[at : at + 2 + int.from_bytes(photo[at + 2 : at + 4], "big")]


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_a_jpeg_loses_every_note_and_keeps_its_picture(photo_bytes: Any) -> None:
    photo = jpeg(exif_of(photo_bytes("111.52", "36.08", b"\xff\xd8\xff\xe0 small \xff\xd9")))
    assert read_photo(photo).lon is not None and SECRET in photo
    kept = bare("a.jpg", photo, "jpg")
    assert kept == (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
        + segment(0xE2, b"ICC_PROFILE\0\1\1colours")
        + PICTURE
        + b"\xff\xd9"
    )
    assert bare("a.jpg", kept, "jpg") == kept


@pytest.mark.parametrize("order", ["<", ">"])
def test_which_way_up_stays(order: str) -> None:
    def entry(tag: int, kind: int, value: bytes) -> bytes:
        return struct.pack(f"{order}HHI", tag, kind, 1) + value.ljust(4, b"\0")

    tiff = (
        (b"II" if order == "<" else b"MM")
        + struct.pack(f"{order}HIH", 42, 8, 2)
        + entry(0x0112, 3, struct.pack(f"{order}H", 6))
        + entry(0x8825, 4, struct.pack(f"{order}I", 38))
        + SECRET
    )
    kept = bare("a.jpg", jpeg(segment(0xE1, b"Exif\0\0" + tiff)), "jpg")
    assert SECRET not in kept and b"\x88\x25" not in kept and b"\x25\x88" not in kept
    turn = kept[kept.index(b"Exif\0\0") + 6 :][:26]
    assert struct.unpack(">2sHIHHHIHHI", turn) == (b"MM", 42, 8, 1, 0x0112, 3, 1, 6, 0, 0)
    assert kept.endswith(PICTURE + b"\xff\xd9")


def test_a_png_loses_exif_text_and_time(photo_bytes: Any) -> None:
    exif = exif_of(photo_bytes("111.52", "36.08"))[10:]
    shown = chunk(b"IHDR", bytes(13)) + chunk(b"gAMA", bytes(4)) + chunk(b"IDAT", b"picture")
    notes = b"".join(
        chunk(name, body)
        for name, body in (
            (b"eXIf", exif), (b"tEXt", SECRET), (b"zTXt", SECRET), (b"iTXt", SECRET), (b"tIME", b"1234567"),
        )
    )  # fmt: skip
    photo = b"\x89PNG\r\n\x1a\n" + shown + notes + chunk(b"IEND", b"") + SECRET
    assert bare("a.png", photo, "png") == b"\x89PNG\r\n\x1a\n" + shown + chunk(b"IEND", b"")


def test_what_cannot_be_cleaned_is_refused(photo_bytes: Any) -> None:
    heic = b"\0\0\0\x18ftypheic" + bytes(40)
    with pytest.raises(LantianError, match="HEIC") as refused:
        bare("a.heic", heic, "heic")
    assert "JPEG" in refused.value.remedy
    whole = jpeg(exif_of(photo_bytes("111.52", "36.08")))
    end = whole.index(b"\xff\xd9\xff\xd8") + 2
    for cut in range(3, end):
        with pytest.raises(LantianError, match="损坏"):
            bare("a.jpg", whole[:cut], "jpg")
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13)) + chunk(b"IEND", b"")
    for content in (*(png[:cut] for cut in range(8, len(png))), png.replace(b"IHDR", b"QQQQ")):
        with pytest.raises(LantianError, match="损坏"):
            bare("a.png", content, "png")


@pytest.mark.django_db
def test_the_public_form_keeps_no_place(province: dict[str, Any], photo_bytes: Any) -> None:
    photo = jpeg(exif_of(photo_bytes("111.52", "36.08")))
    form = {"kind": "dust", "region": province["141002"].pk, "place": "某工地", "words": "扬尘"}
    browser = Client()

    def send(name: str, content: bytes) -> Any:
        sent = {"form_id": str(uuid4()), "files": [SimpleUploadedFile(name, content)]}
        return browser.post("/report/", form | sent)

    for name, content in (
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(40)),
        ("a.jpg", photo[:60]),
        ("a.png", b"MZ"),
    ):
        answer = send(name, content)
        assert answer.status_code == 422 and not Complaint.objects.exists()
    assert send("a.jpg", photo).status_code == 200
    one = ComplaintFile.objects.get()
    content = kept_path(one.sha256, ".jpg").read_bytes()
    assert one.size == len(content) and SECRET not in content and read_photo(content).lon is None
