"""Where a pixel lies: the lowest region whose outline holds it, and who answers there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.findings.special.fires.grouping import metres
from lantian.office.findings.special.rulings import rule
from lantian.office.frame.tiles import rings
from lantian.office.ledgers.dust.grid_person import GridPerson, GridState
from lantian.office.people.models import Unit, UnitKind, User
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import is_enterprise
from lantian.office.regions.models import Level, Region
from lantian.office.regions.places import is_inside


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
    """Who must go to a spot: a person or unit; the grid person's name, and the place they watch."""

    person: Any = None
    unit: Any = None
    grid: str = ""
    region: Any = None


def holder_of(region: Region, lon: Decimal, lat: Decimal) -> Holder:
    """Who answers for a fire: the nearest grid person of the place (rule `office.fires.grid_reach`), else
    somebody who reports for the township or county, else the government there.
    """
    line = [region, *reversed([r for r in region.ancestors() if r.level in (Level.COUNTY, Level.ZONE)])]
    for place in line:
        grid = _grid_person(place, (float(lon), float(lat)))
        if grid is not None:
            return grid
    for place in line:
        people = User.objects.filter(region=place, is_active=True, is_superuser=False).select_related("unit")
        for person in people.order_by("pk"):
            if can(person, Capability.REPORT_TASK) and not is_enterprise(person):
                return Holder(person=person, unit=person.unit)
        unit = Unit.objects.filter(region=place, kind=UnitKind.GOVERNMENT).order_by("pk").first()
        if unit is not None:
            return Holder(unit=unit)
    return Holder()


def _grid_person(region: Region, here: tuple[float, float]) -> Holder | None:
    """The grid person in service nearest to a point among those of a region and the places in it; without
    positions, one of the region itself.
    """
    known = GridPerson.objects.filter(
        withdrawn=False, status=GridState.SERVING, region__path__startswith=region.path
    )
    people = list(known.select_related("account__unit", "unit", "region").order_by("pk"))
    placed = [
        (metres(here, (float(one.lon), float(one.lat))), one.pk, one)
        for one in people
        if one.lon is not None and one.lat is not None
    ]
    reach = int(rule("fires.grid_reach").number)
    near = [one for one in placed if one[0] <= reach]
    own = [one for one in people if one.region_id == region.pk and one.lon is None]
    found = min(near)[2] if near else own[0] if own else None
    if found is None:
        return None
    account = found.account if found.account is not None and found.account.is_active else None
    unit = account.unit if account is not None else found.unit
    name = f"{found.name} {found.phone or ''}".strip()[:120]
    return Holder(person=account, unit=unit, grid=name, region=found.region)


def _box(geometry: dict[str, Any]) -> tuple[float, float, float, float]:
    points = [point for ring in rings(geometry) for point in ring]
    xs, ys = [float(p[0]) for p in points], [float(p[1]) for p in points]
    return min(xs), min(ys), max(xs), max(ys)
