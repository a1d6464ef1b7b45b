"""What every page of other measures reads out of its address, and shows in its frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.frame.views import own_region
from lantian.office.measures.models import Upload
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Level, Region
from lantian.rulebook import Rule

LATEST = 5
"""Uploads listed on a page."""


def region_asked(request: HttpRequest, code: str = "") -> Region | None:
    """The region of the query, 404 outside one's scope; without one the region a person answers for."""
    wanted = code or request.GET.get("region", "")
    if not wanted:
        found = own_region(request)
        return found if found is None else Region.objects.select_related("parent").get(pk=found.pk)
    return get_visible_or_404(Region.objects.select_related("parent__parent"), request.user, code=wanted)


def regions_to_choose(user: Any, *levels: str) -> list[Region]:
    """The regions of these levels a person sees, in the order of the tree."""
    wanted = levels or (Level.PROVINCE, Level.CITY)
    return list(Region.objects.visible_to(user).filter(level__in=wanted).order_by("path"))


def latest_uploads(user: Any, *kinds: str) -> list[Upload]:
    """The newest uploads of these kinds a person may see."""
    return list(Upload.objects.visible_to(user).filter(kind__in=kinds).select_related("region")[:LATEST])


def crumbs(*way: tuple[str, str]) -> list[tuple[str, str]]:
    """The way down to a page."""
    return list(way)


def dustfall_crumb() -> tuple[str, str]:
    """Dustfall, at its address."""
    return _("Dustfall"), reverse("measures:dustfall")


def unverified(rules: Iterable[Rule]) -> list[Rule]:
    """Rules not yet checked against their document, each once."""
    return list({rule.path: rule for rule in rules if not rule.verified}.values())
