"""Where a pixel lies: the lowest region whose outline holds it, and who answers there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.apps import apps
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame.tiles import rings
from lantian.office.people.models import Unit, UnitKind, User
from lantian.office.people.rules import Capability, can
from lantian.office.regions.models import Level, Region
from lantian.office.regions.places import is_inside

GRID_REGISTER = ("ledgers", "GridPerson")


class Ground(Protocol):
    """Says in which region a point lies."""

    def at(self, lon: Decimal, lat: Decimal) -> Region | None:
        """The lowest region that holds a point; None outside all of them."""


class Map:
    """The outlines of the office's regions, held in memory while a file is read.

    A point lies in the lowest region that holds it. Where a county has an outline and its townships have
    none, that is the county: the county names the township.

    Raises
    ------
    LantianError
        no region of the office has an outline
    """

    def __init__(self, root: str = "") -> None:
        found = Region.objects.filter(geometry__isnull=False, path__startswith=root).order_by("-path")
        self._shapes = [(_box(region.geometry), region) for region in found]
        # Deeper regions first: the first that holds a point is the lowest.
        self._shapes.sort(key=lambda shape: -shape[1].path.count("/"))
        if not self._shapes:
            raise LantianError(
                _("no region has an outline yet, so no pixel can be placed"),
                remedy=_("Load the outlines of the counties: lantian office load regions counties.geojson"),
            )

    def at(self, lon: Decimal, lat: Decimal) -> Region | None:
        """The lowest region that holds a point; None outside all of them."""
        x, y = float(lon), float(lat)
        for (west, south, east, north), region in self._shapes:
            if west <= x <= east and south <= y <= north and is_inside(region.geometry, x, y):
                return region
        return None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who must go to a spot: a person or unit; and the grid person's name where a register says it."""

    person: Any = None
    unit: Any = None
    grid: str = ""


def holder_of(region: Region) -> Holder:
    """Who answers for a fire in a region: its grid person, else somebody who reports for the township or
    county, else the government there.
    """
    line = [region, *reversed([r for r in region.ancestors() if r.level in (Level.COUNTY, Level.ZONE)])]
    for place in line:
        grid = _grid_person(place)
        if grid is not None:
            return grid
    for place in line:
        people = User.objects.filter(region=place, is_active=True, is_superuser=False).select_related("unit")
        for person in people.order_by("pk"):
            if can(person, Capability.REPORT_TASK) and (
                person.unit is None or person.unit.kind != "enterprise"
            ):
                return Holder(person=person, unit=person.unit)
        unit = Unit.objects.filter(region=place, kind=UnitKind.GOVERNMENT).order_by("pk").first()
        if unit is not None:
            return Holder(unit=unit)
    return Holder()


def _grid_person(region: Region) -> Holder | None:
    """The grid person of exactly this region, where the office keeps that register."""
    try:
        model = apps.get_model(*GRID_REGISTER)
    except LookupError:
        return None
    known = {field.name for field in model._meta.get_fields()}
    found = model._base_manager.filter(region=region).order_by("pk").first()
    if found is None:
        return None
    account = getattr(found, "account", None) if "account" in known else None
    phone = f" {found.phone}" if "phone" in known and found.phone else ""
    named = getattr(found, "person", "") or getattr(found, "name", "") or str(found)
    unit = getattr(found, "unit", None) if "unit" in known else None
    person = account if isinstance(account, User) else None
    return Holder(person=person, unit=unit, grid=f"{named}{phone}"[:120])


def _box(geometry: dict[str, Any]) -> tuple[float, float, float, float]:
    points = [point for ring in rings(geometry) for point in ring]
    xs, ys = [float(p[0]) for p in points], [float(p[1]) for p in points]
    return min(xs), min(ys), max(xs), max(ys)
