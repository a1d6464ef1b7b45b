"""What a station counts for, and what its name says about it. No database here."""

from __future__ import annotations

import re
from typing import NamedTuple

NATIONAL, PROVINCIAL, COUNTY, TOWNSHIP = "national", "provincial", "county", "township"
BACKGROUND, OTHER = "background", "other"

#: kinds of station whose values make up the figure of a region of this level.
#: City points (城市点) only: regional, background and traffic points never count (HJ 663).
COUNTED: dict[str, tuple[str, ...]] = {
    "province": (NATIONAL,),
    "city": (NATIONAL,),
    "county": (NATIONAL, PROVINCIAL, COUNTY),
    "zone": (NATIONAL, PROVINCIAL, COUNTY),
    "township": (TOWNSHIP,),
}

_STOPPED = re.compile(r"停运|停用|撤销")
_BACKGROUND = re.compile(r"对照|背景")


class NameSays(NamedTuple):
    """What the name of a station in the national feed tells about it."""

    kind: str
    active: bool


def counts_for(kind: str, level: str) -> bool:
    """Whether stations of `kind` make up the figure of a region of `level` (HJ 663: city points only)."""
    return kind in COUNTED.get(level, ())


def read_name(name: str, kind: str = NATIONAL) -> NameSays:
    """What a feed's station name says: `市监测站(停运161122)` has stopped, `上兰(对照点)` is a control point.

    The public site goes on listing stopped stations with one frozen row; counted, they would pull a city's
    mean.
    """
    stopped = _STOPPED.search(name) is not None
    if _BACKGROUND.search(name):
        return NameSays(BACKGROUND, not stopped)
    return NameSays(OTHER if stopped else kind, not stopped)


def station_code(place: str) -> str:
    """The code under which a place of the lake gets its page: the place itself, made fit for an address.

    National station codes (`1081A`) stay; a name key such as `太原/上兰` becomes `太原-上兰`.
    """
    return re.sub(r"[\s/\\?#%&]+", "-", place.strip()).strip("-")
