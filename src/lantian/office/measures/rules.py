"""What decides on other measures, and writes nothing: who uploads, which files, whose rows are shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.measures.register import COUNTIES
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Level, Region

SUFFIXES = (".csv", ".txt", ".xlsx", ".xls")
MAX_BYTES = 20 * 1024 * 1024
SHOWN_REFUSALS = 200
"""Refused rows kept with the upload and shown on its page; the report lists all."""


def may_upload(user: Any) -> bool:
    """Whether a person may upload tables: whoever loads data, for the places of their own region."""
    return can(user, Capability.LOAD_DATA) and region_root(user) is not None


def checked_name(name: str, size: int) -> str:
    """A name for the kept file.

    Raises
    ------
    LantianError
        the kind of file is none that is read, or it is too large
    """
    plain = re.sub(r'[\x00-\x1f/\\:*?"<>|]+', "_", Path(name).name).lstrip(".")
    suffix = Path(plain).suffix.lower()
    if suffix not in SUFFIXES:
        raise LantianError(
            _("a table cannot be read from a “%(suffix)s” file") % {"suffix": suffix or plain or "?"},
            where=plain,
            remedy=_("Give it as .csv, .xlsx or .xls."),
        )
    if size > MAX_BYTES:
        raise LantianError(
            _("the file is larger than %(limit)s MB") % {"limit": MAX_BYTES // 2**20},
            where=plain,
            remedy=_("Split it, or load it on the command line."),
        )
    return plain[: -len(suffix)][:100] + suffix


def ranked_in(region: Region) -> Region:
    """The region whose units a region is ranked among: a county stands among those of its city.

    Dustfall rankings are printed in notices; the rows of the other counties of one's city are shown as they
    print them (rank, value, change, verdict) and lead nowhere.
    """
    found = region
    while found.level not in (Level.CITY, Level.PROVINCE) and found.parent is not None:
        found = found.parent
    return found


def is_county(region: Region) -> bool:
    """Whether a region is ranked as a unit."""
    return region.level in COUNTIES
