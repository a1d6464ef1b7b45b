"""Which region a point lies in, by the outlines the register of regions holds.

Even-odd rule over every ring: right for holes, for islands, and for outlines that touch themselves, as those
of two counties in the national data do.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from lantian.office.frame.tiles import rings


def holds_point(region: Any, lon: Decimal | float, lat: Decimal | float) -> bool | None:
    """Whether a point lies in a region; None where neither it nor a region above it has an outline.

    A township without an outline is asked through its county: a point outside the county is outside the
    township, one inside may lie in another township.

    Parameters
    ----------
    region
        a `Region`
    lon, lat
        [°], in the datum of the outlines
    """
    current = region
    while current is not None and not current.geometry:
        current = current.parent
    return None if current is None else is_inside(current.geometry, float(lon), float(lat))


def is_inside(geometry: dict[str, Any], lon: float, lat: float) -> bool:
    """Whether a point lies in a Polygon or MultiPolygon."""
    return sum(_crossings(ring, lon, lat) for ring in rings(geometry)) % 2 == 1


def _crossings(ring: Sequence[tuple[float, float]], lon: float, lat: float) -> int:
    """How many edges a ray from the point to the east crosses."""
    count = 0
    x, y = ring[-1]
    for u, v in ring:
        if (v > lat) != (y > lat) and lon < (x - u) * (lat - v) / (y - v) + u:
            count += 1
        x, y = u, v
    return count
