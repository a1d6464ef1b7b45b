"""Where a finding lies: from the telephone, from its photo, or asked about. Nothing is placed silently."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import PICTURES, kind_of
from lantian.office.findings import catalogue
from lantian.office.findings.exif import HEAD, Photo, read_photo
from lantian.office.findings.ground import distance, metres_outside, region_at
from lantian.office.findings.models import PositionBy
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

POSITION_UNKNOWN, OUTSIDE, ELSEWHERE = "position_unknown", "outside_region", "photo_elsewhere"
ANSWERS = (POSITION_UNKNOWN, OUTSIDE, ELSEWHERE)


class UnansweredError(LantianError):
    """Something looks wrong and only the person knows: asked, and taken once `code` is among the answers.

    Attributes
    ----------
    code
        what to put among the answers: `position_unknown`, `outside_region`, `photo_elsewhere`
    yes
        what that answer says, for a button
    region
        the region the position lies in, where that is the question
    """

    def __init__(self, code: str, yes: str, what: str, remedy: str, region: Region | None = None) -> None:
        self.code, self.yes, self.region = code, yes, region
        super().__init__(what, remedy=remedy)


@dataclass(frozen=True, slots=True)
class Position:
    """Longitude and latitude [°] or neither, and where they come from."""

    lon: Decimal | None
    lat: Decimal | None
    by: str


def place_of(
    person: Any,
    region: Region,
    given: Position,
    files: Iterable[Any],
    answers: Collection[str],
) -> Position:
    """The position a finding is kept with.

    Parameters
    ----------
    person
        who records; None for the office itself, which is not asked about photos
    region
        the region chosen
    given
        what was told
    files
        uploads; a photo's own position is taken where none is told
    answers
        what the person answered already

    Raises
    ------
    UnansweredError
        a photo without any position, one outside the region chosen, or far from where its photo was taken
    LantianError
        half a position, one off the globe, one outside the person's own region
    """
    lon, lat = given.lon, given.lat
    if (lon is None) != (lat is None):
        raise LantianError(_("half a position"), remedy=_("Give longitude and latitude, or neither."))
    if lon is not None and lat is not None and not (abs(lon) <= 180 and abs(lat) <= 90):
        raise LantianError(_("a position off the globe"), remedy=_("Give longitude and latitude in degrees."))
    photos = [photo for photo in map(photo_of, files) if photo is not None]
    placed = next((photo for photo in photos if photo.lon is not None), None)
    if lon is None:
        if placed is not None:
            return _inside(person, region, Position(placed.lon, placed.lat, PositionBy.PHOTO), answers)
        if photos and person is not None and POSITION_UNKNOWN not in answers:
            raise UnansweredError(
                POSITION_UNKNOWN,
                _("The position is unknown"),
                _("neither the form nor the photo says where it was taken"),
                _("Take the position of the telephone, or answer that it is unknown."),
            )
        return Position(None, None, PositionBy.UNKNOWN if POSITION_UNKNOWN in answers else "")
    apart = catalogue.metres("apart")
    if placed is not None and ELSEWHERE not in answers:
        metres = distance(lon, lat, placed.lon, placed.lat)
        if metres > apart:
            raise UnansweredError(
                ELSEWHERE,
                _("The position told is right"),
                _("the photo was taken %(km).1f km from the position told") % {"km": metres / 1000},
                _("Correct the position or the photo, or answer that the position is right."),
            )
    return _inside(person, region, Position(lon, lat, given.by or PositionBy.GIVEN), answers)


def photo_of(upload: Any) -> Photo | None:
    """What a photo says of itself; None for what is no photo. The upload is left at its beginning."""
    upload.seek(0)
    head = upload.read(HEAD)
    upload.seek(0)
    return read_photo(head) if kind_of(head) in PICTURES else None


def _inside(person: Any, region: Region, at: Position, answers: Collection[str]) -> Position:
    """The position, if it lies where it is said to lie."""
    most = catalogue.metres("outside")
    own = getattr(person, "region", None)
    if own is not None and region_root(person):
        away = metres_outside(own, at.lon, at.lat)
        if away is not None and away[0] > most:
            raise LantianError(
                _("the position lies %(km).1f km outside of %(region)s")
                % {"km": away[0] / 1000, "region": away[1].label},
                remedy=_("Correct it, or hand the problem to whoever answers for that place."),
            )
    away = metres_outside(region, at.lon, at.lat)
    if away is not None and away[0] > most and OUTSIDE not in answers:
        seen = Region.objects.all() if person is None else Region.objects.visible_to(person)
        there = region_at(at.lon, at.lat, seen)
        what = _("the position lies %(km).1f km outside of %(region)s") % {
            "km": away[0] / 1000,
            "region": away[1].label,
        }
        if there is not None:
            what = _("%(outside)s, in %(there)s") % {"outside": what, "there": there.label}
        raise UnansweredError(
            OUTSIDE,
            _("The region chosen is right"),
            what,
            _("Choose the region the position lies in, correct the position, or answer that it is right."),
            there,
        )
    return at
