"""Areas written as text: words, or a GeoJSON polygon that can be drawn."""

from __future__ import annotations

import json
from typing import Any


def is_polygon(text: str) -> bool:
    """Whether a text is plain words, or GeoJSON of closed rings with places on the globe."""
    if not text.lstrip().startswith("{"):
        return True
    try:
        found = json.loads(text)
    except ValueError:
        return False
    kind, parts = found.get("type"), found.get("coordinates")
    polygons = {"Polygon": [parts], "MultiPolygon": parts}.get(kind)
    return bool(polygons) and all(_are_rings(rings) for rings in polygons)


def _are_rings(rings: Any) -> bool:
    return (
        isinstance(rings, list)
        and bool(rings)
        and all(
            isinstance(ring, list) and len(ring) >= 4 and ring[0] == ring[-1] and all(map(_is_place, ring))
            for ring in rings
        )
    )


def _is_place(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) >= 2
        and all(isinstance(part, (int, float)) and not isinstance(part, bool) for part in point[:2])
        and abs(point[0]) <= 180
        and abs(point[1]) <= 90
    )
