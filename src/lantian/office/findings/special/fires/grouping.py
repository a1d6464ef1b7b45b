"""Pixels close in space and time are one fire. No database here: points and moments in, groups out."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

METRES_PER_DEGREE = 6_371_000 * math.pi / 180


class Seen(Protocol):
    """Anything with a place and a moment."""

    lon: Decimal
    lat: Decimal
    seen_at: datetime


def metres(one: tuple[float, float], two: tuple[float, float]) -> float:
    """The way between two (longitude, latitude) over the ground [m]."""
    a, b = math.radians(one[1]), math.radians(two[1])
    east = math.radians(one[0] - two[0])
    half = math.sin((a - b) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(east / 2) ** 2
    return 2 * 6_371_000 * math.asin(min(1.0, math.sqrt(half)))


def box(lon: float, lat: float, radius: float) -> tuple[float, float, float, float]:
    """West, south, east, north [°] of a box that holds the circle of `radius` [m]; a little larger."""
    tall = radius / METRES_PER_DEGREE * 1.001
    wide = tall / max(0.01, math.cos(math.radians(abs(lat) + tall)))
    return lon - wide, lat - tall, lon + wide, lat + tall


def groups(points: Sequence[Seen], radius: float, span: timedelta) -> list[list[int]]:
    """Which points belong together: each within `radius` [m] and `span` of another of its group.

    Returns
    -------
    groups of positions in `points`; groups and their members in the order of the moments
    """
    parent = list(range(len(points)))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    at = [(float(point.lon), float(point.lat)) for point in points]
    tall = max(radius, 1.0) / METRES_PER_DEGREE * 1.001
    # One width for all, as the point nearest a pole needs it: a neighbour is then at most one cell away.
    wide = tall / max(0.01, math.cos(math.radians(max((abs(lat) for _lon, lat in at), default=0.0))))
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, (lon, lat) in enumerate(at):
        row, column = math.floor(lat / tall), math.floor(lon / wide)
        for other in (
            other
            for up in (-1, 0, 1)
            for east in (-1, 0, 1)
            for other in cells.get((row + up, column + east), ())
        ):
            apart = abs(points[number].seen_at - points[other].seen_at)
            if apart <= span and metres(at[number], at[other]) <= radius:
                parent[root(number)] = root(other)
        cells[row, column].append(number)
    found: dict[int, list[int]] = defaultdict(list)
    for number in sorted(range(len(points)), key=lambda one: (points[one].seen_at, one)):
        found[root(number)].append(number)
    return sorted(found.values(), key=lambda group: (points[group[0]].seen_at, group[0]))
