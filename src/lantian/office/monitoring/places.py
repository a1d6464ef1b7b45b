"""Whose air a place of the lake is: city names of the national feed, station codes, and the regions they
speak for.

The feed names a city by its short form (太原) or its full one (太原市); a station belongs to the region
that the register of stations says. Both end here as groups: place -> code of the region.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from lantian.office.monitoring import rules
from lantian.office.monitoring.models import Station
from lantian.office.regions.models import Region

#: levels a feed of city means may speak for: prefectures, and the county-level cities mixed into it (义乌)
FEED_LEVELS = ("city", "county")


class CityNames:
    """Answers which region a city name of a feed means. Reads the region list once."""

    def __init__(self) -> None:
        self._by_name: dict[str, Region] = {}
        ordered = sorted(
            Region.objects.filter(level__in=FEED_LEVELS, valid_to__isnull=True),
            key=lambda region: FEED_LEVELS.index(region.level),
        )
        for region in ordered:
            for name in (region.name, region.short):
                if name:
                    # A prefecture wins over a county of the same short name; of two counties neither is
                    # meant.
                    self._by_name.setdefault(name, region)

    def find(self, name: str) -> Region | None:
        """The region of this city name, or None where the region list does not know it."""
        return self._by_name.get(name.strip())

    def knows(self, name: str) -> bool:
        """Whether the region list knows this city; made for `known_places` of the kernel's intake."""
        return self.find(name) is not None


def feed_names(regions: Iterable[Region]) -> dict[str, str]:
    """Every name a feed may use for these regions -> region code."""
    names: dict[str, str] = {}
    for region in regions:
        for name in (region.name, region.short):
            if name:
                names[name] = region.code
    return names


def station_groups(regions: Sequence[Region]) -> dict[str, str]:
    """Place in the lake -> code of the region it counts for, for regions of one level.

    A station counts for the region whose subtree it stands in, when its kind counts on that level (HJ 663:
    city points only for cities) and it is in operation. Regions without such a station get no entry.
    """
    if not regions:
        return {}
    level = regions[0].level
    wanted = {region.path: region.code for region in regions}
    inside = Q()
    for path in wanted if len(wanted) <= 30 else {_common_prefix(list(wanted))}:
        inside |= Q(region__path__startswith=path)
    groups: dict[str, str] = {}
    rows = Station.objects.counted(level).filter(inside).values_list("place", "region__path")
    for place, path in rows:
        code = _owner(path, wanted)
        if code:
            groups[place] = code
    return groups


def _owner(path: str, wanted: Mapping[str, str]) -> str | None:
    """The wanted region that is `path` itself or stands above it."""
    parts = path.rstrip("/").split("/")
    for length in range(len(parts), 0, -1):
        code = wanted.get("/".join(parts[:length]) + "/")
        if code:
            return code
    return None


def _common_prefix(paths: list[str]) -> str:
    """The longest path above all of these, ending at a slash."""
    first, last = min(paths), max(paths)
    size = 0
    while size < min(len(first), len(last)) and first[size] == last[size]:
        size += 1
    return first[: first[:size].rfind("/") + 1]


def counted_kinds(level: str) -> tuple[str, ...]:
    """Kinds of station that make up a figure on this level."""
    return rules.COUNTED.get(level, ())
