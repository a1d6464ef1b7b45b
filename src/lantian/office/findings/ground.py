"""Where a point lies: in which region's outline, how far outside of one. Outlines are in WGS 84 degrees."""

from __future__ import annotations

import math
from typing import Any

from django.db.models import QuerySet

from lantian.office.frame.tiles import rings
from lantian.office.regions.models import Region
from lantian.office.regions.places import is_inside

METRES = 6_371_000 * math.pi / 180  # one degree of a meridian [m]


def region_at(lon: Any, lat: Any, among: QuerySet[Region]) -> Region | None:
    """The lowest of some regions whose outline holds a point; None where no outline does."""
    found = None
    for region in among.filter(geometry__isnull=False):
        if is_inside(region.geometry, float(lon), float(lat)) and (
            found is None or len(region.path) > len(found.path)
        ):
            found = region
    return found


def metres_outside(region: Region, lon: Any, lat: Any) -> tuple[float, Region] | None:
    """How far a point lies outside of a region [m], 0 inside; by the outline of the lowest region with one.

    Returns
    -------
    the distance and whose outline it is: the region's own or that of one above it; None where none is known
    """
    codes = region.path.rstrip("/").split("/")
    known = {one.code: one for one in Region.objects.filter(code__in=codes, geometry__isnull=False)}
    for code in reversed(codes):
        if code in known:
            geometry = known[code].geometry
            return (
                0.0 if is_inside(geometry, float(lon), float(lat)) else _to_edge(geometry, lon, lat)
            ), known[code]
    return None


def distance(lon1: Any, lat1: Any, lon2: Any, lat2: Any) -> float:
    """The way between two points over the ground [m]."""
    a, b = math.radians(float(lat1)), math.radians(float(lat2))
    east = math.radians(float(lon1) - float(lon2))
    half = math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
    return 2 * 6_371_000 * math.asin(min(1.0, math.sqrt(half)))


def _to_edge(geometry: dict[str, Any], lon: Any, lat: Any) -> float:
    """The way to the nearest edge [m], on the plane that touches the globe at the point."""
    x, y = float(lon), float(lat)
    squeeze = math.cos(math.radians(y))
    nearest = math.inf
    for ring in rings(geometry):
        flat = [((px - x) * squeeze * METRES, (py - y) * METRES) for px, py in ring]
        for (x1, y1), (x2, y2) in zip(flat, [*flat[1:], flat[0]], strict=True):
            dx, dy = x2 - x1, y2 - y1
            length = dx * dx + dy * dy
            along = 0.0 if length == 0 else max(0.0, min(1.0, -(x1 * dx + y1 * dy) / length))
            nearest = min(nearest, math.hypot(x1 + along * dx, y1 + along * dy))
    return nearest
