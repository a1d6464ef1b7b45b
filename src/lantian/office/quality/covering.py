"""Townships and parks with and without a station, by county."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lantian.office.monitoring.figures import share
from lantian.office.monitoring.models import Station
from lantian.office.regions.models import Region

LEVELS = ("township", "zone")


@dataclass
class Covered:
    """One county (or a city whose parks stand directly below it): its townships and parks."""

    region: Region
    of: dict[str, list[Region]] = field(default_factory=lambda: {level: [] for level in LEVELS})
    without: dict[str, list[Region]] = field(default_factory=lambda: {level: [] for level in LEVELS})

    def share(self, level: str) -> Decimal | None:
        """Share of those with a station [%]."""
        whole = len(self.of[level])
        return share(whole - len(self.without[level]), whole)

    @property
    def cells(self) -> list[tuple[str, int, int, Decimal | None, list[Region]]]:
        """Level, how many have a station, of how many, the share, and those without."""
        return [
            (level, len(self.of[level]) - len(self.without[level]), len(self.of[level]),
             self.share(level), self.without[level])
            for level in LEVELS
        ]  # fmt: skip


def coverage(user: Any, code: str = "") -> tuple[list[Covered], Covered | None]:
    """Every county a person may see that has townships or parks, and the total; None where there are none.

    A place has a station when one in operation stands in it.
    """
    places = Region.objects.visible_to(user).filter(level__in=LEVELS, valid_to__isnull=True)
    if code:
        places = places.filter(path__contains=f"{code}/")
    rows = list(places.select_related("parent__parent").order_by("path"))
    if not rows:
        return [], None
    stood = set()
    for path in Station.objects.filter(active=True).values_list("region__path", flat=True):
        stood.update(path.rstrip("/").split("/"))
    found: dict[str, Covered] = {}
    total = Covered(rows[0])
    for place in rows:
        owner = place.parent if place.parent is not None else place
        one = found.setdefault(owner.code, Covered(owner))
        for covered in (one, total):
            covered.of[place.level].append(place)
            if place.code not in stood:
                covered.without[place.level].append(place)
    return list(found.values()), total


def by_city(rows: list[Covered]) -> dict[str, list[Covered]]:
    """The rows of each city, by its code."""
    found: dict[str, list[Covered]] = defaultdict(list)
    for row in rows:
        found[row.region.path.split("/")[1]].append(row)
    return found
