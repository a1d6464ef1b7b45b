"""Photos of a record: kept while a form is asked about, and where they say they were taken."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import MAX_FILES, PICTURES, Kept, keep
from lantian.office.findings import catalogue
from lantian.office.findings.exif import HEAD, Photo, read_photo
from lantian.office.findings.ground import distance
from lantian.office.plans.loading import kept_path
from lantian.office.registers.reader import Fault

_SALT = "lantian.registers.files"
_HOURS = 24


def take(person: Any, uploads: Iterable[Any], held: Iterable[str]) -> tuple[list[Kept], list[str]]:
    """The files of a form: those uploaded now and those it holds from before it was asked about.

    Returns
    -------
    what was kept, and in words what was not
    """
    kept, wrong = [], []
    for text in held:
        try:
            values = signing.loads(text, salt=_SALT, max_age=_HOURS * 3600)
        except signing.BadSignature:
            wrong.append(_("a file was sent too long ago: choose it again"))
            continue
        if values.pop("person", None) == person.pk:
            kept.append(Kept(**values))
    for upload in uploads:
        if len(kept) >= MAX_FILES:
            wrong.append(_("more than %(most)s files") % {"most": MAX_FILES})
            break
        try:
            one = keep(upload)
        except LantianError as error:
            wrong.append(error.line)
            continue
        if one not in kept:
            kept.append(one)
    return kept, wrong


def hold(person: Any, kept: Kept) -> str:
    """A kept file as a form carries it: signed, for this person, for a day."""
    return signing.dumps({**kept.fields, "person": person.pk}, salt=_SALT)


def position_of(kept: Iterable[Kept]) -> tuple[Decimal, Decimal] | None:
    """Longitude and latitude [°] of the first photo that tells them."""
    for photo in _photos(kept):
        if photo.lon is not None and photo.lat is not None:
            return photo.lon, photo.lat
    return None


def questions(row: Any, kept: Iterable[Kept]) -> list[Fault]:
    """What must be asked about photos: taken elsewhere, somewhere the record says nothing of, or nobody knows
    where. Only of things that stand somewhere.
    """
    photos = _photos(kept) if row.placed else []
    if not photos:
        return []
    placed = [photo for photo in photos if photo.lon is not None]
    if row.lon is None or row.lat is None:
        if placed:
            where = f"{placed[0].lon}, {placed[0].lat}"
            words = _("the photo was taken at %(where)s, the record has no position: leave it so?")
            return [Fault("lon", "photo_position", words % {"where": where})]
        if not row.place:
            words = _("neither the record nor the photo says where it is: is the place unknown?")
            return [Fault("place", "photo_without_place", words)]
        return []
    farthest = max((distance(row.lon, row.lat, one.lon, one.lat) for one in placed), default=0.0)
    if farthest <= catalogue.metres("apart"):
        return []
    words = _("the photo was taken %(km).1f km from the position of the record: are both right?")
    return [Fault("lon", "photo_elsewhere", words % {"km": farthest / 1000})]


def _photos(kept: Iterable[Kept]) -> list[Photo]:
    found = []
    for one in kept:
        path = kept_path(one.sha256, f".{one.kind}")
        if one.kind in PICTURES and path.is_file():
            with path.open("rb") as file:
                found.append(read_photo(file.read(HEAD)))
    return found
