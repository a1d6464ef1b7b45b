"""What is taken as evidence: by its content, up to 50 MB, kept once; programs in no disguise."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.errors import LantianError
from lantian.office.dispatch import evidence
from lantian.office.plans.loading import kept_path

PDF = b"%PDF-1.7\n%..."
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
JPG = b"\xff\xd8\xff\xe0" + b"0" * 20
HEIC = b"\x00\x00\x00\x18ftypheic" + b"0" * 20
MP4 = b"\x00\x00\x00\x18ftypisom" + b"0" * 20


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name in names:
            made.writestr(zipfile.ZipInfo(name), "x")  # without the time of day, which would name the test
    return buffer.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("验收.pdf", PDF, "pdf"), ("现场.JPEG", JPG, "jpg"), ("a.png", PNG, "png"), ("b.heic", HEIC, "heic"),
        ("c.mp4", MP4, "mp4"), ("d.docx", DOCX, "docx"), ("e.xlsx", XLSX, "xlsx"),
    ],
)  # fmt: skip
def test_what_is_taken(name: str, content: bytes, kind: str) -> None:
    kept = evidence.keep(SimpleUploadedFile(name, content))
    assert (kept.name, kept.kind, kept.size) == (name, kind, len(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert kept_path(kept.sha256, f".{kind}").read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("现场.jpg", b"MZ\x90\x00" + b"0" * 90),  # a program called a photo
        ("现场.jpg", b"\x7fELF" + b"0" * 90),
        ("报告.pdf", b"#!/bin/sh\nrm -rf /\n"),
        ("报告.exe", PDF),  # a paper called a program
        ("报告.pdf.exe", PDF),
        ("报告.docx", archive("setup.exe")),  # an archive called a paper
        ("报告.docx", archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("报告.docx", archive("[Content_Types].xml", "word/document.xml", "word/embeddings/run.EXE")),
        ("all.zip", archive("a.txt")),
        ("page.html", b"<html><script>alert(1)</script>"),
        ("photo.svg", b"<svg onload='alert(1)'/>"),
        ("报告.pdf", JPG),  # not what its name says
        ("photo\u202egpj.exe", JPG),  # reads photoexe.jpg
        ("empty.pdf", b""),
        ("broken.docx", DOCX[:40]),
    ],
)
def test_what_is_refused_leaves_nothing_behind(name: str, content: bytes, office_data: Any) -> None:
    with pytest.raises(LantianError):
        evidence.keep_content(name, content)
    assert list((office_data / "files").rglob("*.*")) == []


def test_a_renamed_photo_gets_its_proper_suffix() -> None:
    assert evidence.keep_content("IMG_1.jpg", PNG).name == "IMG_1.png"
    assert evidence.keep_content("C:\\fakepath\\IMG_2.heic", JPG).name == "IMG_2.jpg"


def test_200_mb_are_refused_at_their_size_before_a_byte_is_read() -> None:
    class Huge:
        name, size = "film.mp4", 200 * 1024 * 1024

        def chunks(self) -> Any:
            raise AssertionError("it was read")

    with pytest.raises(LantianError, match="50 MB"):
        evidence.keep(Huge())


def test_a_size_that_lies_does_not_help() -> None:
    class Liar:
        name, size = "film.mp4", 10

        def chunks(self) -> Any:
            while True:
                yield bytes(8 * 1024 * 1024)

    with pytest.raises(LantianError, match="50 MB"):
        evidence.keep(Liar())
