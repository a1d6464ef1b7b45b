"""Known industrial heat: the register of sources, and places that are hot day after day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.findings.special.fires.grouping import box, metres
from lantian.office.findings.special.fires.models import FirePixel, FireSpot, HeatSource, SpotState
from lantian.office.findings.special.rulings import rule
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

WIDEST = 5000  # m; a source wider than a city block of works would hide real fires


def days_of_heat(lon: Decimal, lat: Decimal, until: date) -> tuple[int, int, int]:
    """On how many local days pixels were seen near a place, in the year up to a day.

    Returns
    -------
    the days, from how many on it is fixed heat, within how many metres (rule `office.fires.repeated_heat`)
    """
    table = rule("fires.repeated_heat").table
    near, first = int(table["metres"]), until - timedelta(days=int(table["within_days"]) - 1)
    west, south, east, north = box(float(lon), float(lat), near)
    found = FirePixel.objects.filter(
        lat__range=(south, north), lon__range=(west, east), local_day__range=(first, until)
    ).values_list("lon", "lat", "local_day")
    here = (float(lon), float(lat))
    days = {day for x, y, day in found if metres(here, (float(x), float(y))) <= near}
    return len(days), int(table["days"]), near


def source_at(lon: Decimal, lat: Decimal) -> HeatSource | None:
    """The nearest known source of heat whose radius holds a point."""
    west, south, east, north = box(float(lon), float(lat), WIDEST)
    here = (float(lon), float(lat))
    near = [
        (metres(here, (float(one.lon), float(one.lat))), one.pk, one)
        for one in HeatSource.objects.filter(
            active=True, lat__range=(south, north), lon__range=(west, east)
        ).select_related("region")
    ]
    inside = sorted((way, pk, one) for way, pk, one in near if way <= one.radius)
    return inside[0][2] if inside else None


def register_source(
    actor: Any,
    *,
    name: str,
    region: Region,
    lon: Decimal,
    lat: Decimal,
    why: str,
    radius: int | None = None,
    enterprise: Any = None,
    learned: bool = False,
) -> HeatSource:
    """Add a known source of heat, confirmed by the actor; `learned` from a spot judged on the place.

    Raises
    ------
    LantianError
        it has no name or reason, or its radius is not between 100 m and 5 km
    PermissionDenied
        the actor may not verify, or not in this region
    """
    _may(actor, region)
    wide = int(rule("fires.heat_radius").number) if radius is None else radius
    if not name.strip() or not why.strip():
        raise LantianError(_("a source of heat needs a name, and how it is known"))
    if not 100 <= wide <= WIDEST:
        raise LantianError(_("a radius lies between 100 m and 5 km"), remedy=_("Correct the number."))
    person = getattr(actor, "user", actor)
    with transaction.atomic():
        source = HeatSource.objects.create(
            name=name.strip()[:160],
            region=region,
            lon=lon,
            lat=lat,
            radius=wide,
            why=why.strip(),
            enterprise=enterprise,
            confirmed_by=person,
            learned=learned,
        )
        told = {"lon": lon, "lat": lat, "radius": wide, "region": region.code}
        record(actor, "register_heat", source, reason=why.strip(), after=told)
    return source


def withdraw_source(actor: Any, source: HeatSource, reason: str) -> int:
    """Take a source out of the register; the spots set aside because of it are opened again.

    Returns
    -------
    how many spots were opened again

    Raises
    ------
    LantianError
        the reason is missing, or it was withdrawn before
    PermissionDenied
        the actor may not verify, or not in this region
    """
    from lantian.office.findings.special.fires import opening

    _may(actor, source.region)
    if not reason.strip():
        raise LantianError(_("this needs a reason"), remedy=_("Say in a few words why."))
    with transaction.atomic():
        row = HeatSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
        if not row.active:
            raise LantianError(_("this source was withdrawn before"))
        row.active = False
        row.save(update_fields=["active"])
        record(
            actor,
            "withdraw_heat",
            row,
            reason=reason.strip(),
            before={"active": True},
            after={"active": False},
        )
        spots = list(FireSpot.objects.filter(source=row, state=SpotState.HEAT).select_related("region"))
        for spot in spots:
            opening.restore(None, spot, reason.strip())
    source.refresh_from_db()
    return len(spots)


def _may(actor: Any, region: Region) -> None:
    person = getattr(actor, "user", actor)
    if person is None:
        return
    root = region_root(person)
    if root is None or not can(person, Capability.VERIFY_REPORT) or not region.path.startswith(root):
        raise PermissionDenied
