"""Evidence: the files that prove a report, a reply, a finding.

    class ReportFile(Evidence):
        report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="files")
        objects = ScopedQuerySet.as_manager()
        scope_region = "report__plan__region__path"

    kept = keep(request.FILES["file"])          # refuses what is too large, or no evidence by its content
    ReportFile.objects.create(report=report, **kept.fields, added_by=request.user)
    return download(get_visible_or_404(ReportFile, request.user, pk=pk))

What a file is, its first bytes say, not its name. It is kept once under its SHA-256 in DATA/files, never
changed, and always handed out as a download that a browser does not open as a page of this office.
"""

from __future__ import annotations

import hashlib
import io
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.plans.loading import keep_file, kept_path

MAX_BYTES = 50 * 1024 * 1024
MAX_FILES = 20  # of one report, reply or finding

# Kind by content: the suffixes a name may end in, and what the browser is told.
KINDS: dict[str, tuple[tuple[str, ...], str]] = {
    "pdf": ((".pdf",), "application/pdf"),
    "docx": ((".docx",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ((".xlsx",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "jpg": ((".jpg", ".jpeg"), "image/jpeg"),
    "png": ((".png",), "image/png"),
    "heic": ((".heic", ".heif"), "image/heic"),
    "mp4": ((".mp4", ".m4v"), "video/mp4"),
    "mov": ((".mov",), "video/quicktime"),
}
ACCEPT = ",".join(suffix for suffixes, _type in KINDS.values() for suffix in suffixes)
PICTURES = frozenset({"jpg", "png", "heic"})
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})
_MP4 = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"MSNV", b"dash"}
)
# Windows, Linux, Java, macOS (three), scripts.
_PROGRAMS = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe",
    b"#!",
)  # fmt: skip
_SUFFIXES = frozenset(suffix for suffixes, _type in KINDS.values() for suffix in suffixes)


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that was taken: its name, SHA-256, size [bytes] and kind by content."""

    name: str
    sha256: str
    size: int
    kind: str

    @property
    def fields(self) -> dict[str, Any]:
        """The columns of an `Evidence` row."""
        return {"name": self.name, "sha256": self.sha256, "size": self.size, "kind": self.kind}


class Evidence(models.Model):
    """A file that proves something; each app adds what it proves, and the scope."""

    name = models.CharField(gettext_lazy("File name"), max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(gettext_lazy("Size [bytes]"))
    kind = models.CharField(gettext_lazy("Kind"), max_length=8)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=gettext_lazy("Added by"),
    )
    added_at = models.DateTimeField(gettext_lazy("Added at"), default=clock.now)

    class Meta:
        abstract = True
        ordering: ClassVar[Any] = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Whether it is a photo."""
        return self.kind in PICTURES


def keep(upload: Any) -> Kept:
    """Take a file as evidence.

    Parameters
    ----------
    upload
        Django's uploaded file, or anything with `name`, `size` and `chunks()`

    Returns
    -------
    what was kept; the file lies in DATA/files already

    Raises
    ------
    LantianError
        it is empty or larger than 50 MB, a program, of a kind that is no evidence, or not what its name says
    """
    name = clean_name(str(upload.name or ""))
    # Asked before a byte is read: a file of 200 MB is turned away at its size.
    if upload.size > MAX_BYTES:
        raise _too_large(name)
    content = bytearray()
    for chunk in upload.chunks():
        content += chunk
        if len(content) > MAX_BYTES:
            raise _too_large(name)
    return keep_content(name, bytes(content))


def keep_content(name: str, content: bytes) -> Kept:
    """The same for content already in memory."""
    name = clean_name(name)
    if not content:
        raise LantianError(_("the file is empty"), where=name)
    if len(content) > MAX_BYTES:
        raise _too_large(name)
    kind = kind_of(content)
    if kind is None:
        program = content.startswith(_PROGRAMS)
        raise LantianError(
            _("this is a program, whatever its name says") if program else _("this is no kind of evidence"),
            where=name,
            remedy=_("Give %(kinds)s.") % {"kinds": ", ".join(sorted(KINDS))},
        )
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in KINDS[kind][0]:
        # Phones and chat programs rename photos among the kinds of photos; nothing else may pretend.
        if not (kind in PICTURES and suffix in _SUFFIXES and _is_picture_name(suffix)):
            raise LantianError(
                _('its name ends in "%(suffix)s", but its content is %(kind)s')
                % {"suffix": suffix or "?", "kind": kind},
                where=name,
                remedy=_("Give the file under its proper name."),
            )
        name = name[: -len(suffix)] + KINDS[kind][0][0]
    sha256 = hashlib.sha256(content).hexdigest()
    keep_file(content, sha256, f".{kind}")
    return Kept(name, sha256, len(content), kind)


def kind_of(content: bytes) -> str | None:
    """What a file is by its content, one of `KINDS`; None for everything that is no evidence."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        return "heic" if brand in _HEIC else "mov" if brand == b"qt  " else "mp4" if brand in _MP4 else None
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    return None


def clean_name(name: str) -> str:
    """The last part of a name, as it can be shown and saved.

    Raises
    ------
    LantianError
        it holds signs that hide its end (a right-to-left mark before `gpj.exe`)
    """
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    if not last or any(unicodedata.category(sign) in {"Cc", "Cf"} for sign in last):
        raise LantianError(
            _("the name of the file is empty or holds signs that cannot be seen"),
            remedy=_("Give the file under its proper name."),
        )
    if len(last) > 200:
        stem, dot, suffix = last.rpartition(".")
        last = stem[: 199 - len(suffix)] + dot + suffix if dot and len(suffix) < 10 else last[:200]
    return last


def download(file: Evidence) -> HttpResponse:
    """A kept file, to be saved. Ask only after the row was found visible to who is asking.

    Raises
    ------
    Http404
        it is gone from the data folder, or another one lies there
    """
    path = kept_path(file.sha256, f".{file.kind}")
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Http404(_("The file is no longer in the office's data folder."))
    return HttpResponse(
        content,
        content_type=KINDS[file.kind][1],
        headers={
            # Never opened as a page of this host, whatever is in it.
            "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )


def _office_kind(content: bytes) -> str | None:
    """A Word or Excel file without macros; any other archive is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if "[content_types].xml" not in names or any(
        name.endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr"))
        for name in names
    ):
        return None
    if "word/document.xml" in names:
        return "docx"
    return "xlsx" if "xl/workbook.xml" in names else None


def _is_picture_name(suffix: str) -> bool:
    return any(suffix in KINDS[kind][0] for kind in PICTURES)


def _too_large(name: str) -> LantianError:
    return LantianError(
        _("the file is larger than %(size)s MB") % {"size": MAX_BYTES // 1024 // 1024},
        where=name,
        remedy=_("Send a smaller photo, a shorter video, or the document in parts."),
    )
