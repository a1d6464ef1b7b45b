"""What is public: provinces and cities, and of each day its published values. One place says so."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from lantian.office.regions.models import Region

PUBLIC_LEVELS = ("province", "city")


def public_regions() -> QuerySet[Region]:
    """The regions whose figures anyone may read."""
    return Region.objects.filter(level__in=PUBLIC_LEVELS, valid_to__isnull=True)


def public_cities() -> list[Region]:
    """The cities of the portal, in the order of their codes."""
    return list(public_regions().filter(level="city").order_by("code"))


def public_region_or_404(code: str) -> Region:
    """The public region of this code; a county or an unknown code is no address of the portal."""
    found = public_regions().filter(code=code).first()
    if found is None:
        raise Http404(_("There is nothing at this address."))
    return found
