"""What the figures of a region are computed from: its stations' hours, or the city means of a feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lantian.ambient import Period
from lantian.office.monitoring import kernel
from lantian.office.monitoring.places import feed_names, station_groups
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import PlaceEvaluation

STATIONS, FEED, CITIES, NOTHING = "stations", "feed", "cities", ""
#: marks of the kernel: this row comes from a feed of city means, hourly or daily
FEED_MARKS = {"source_city_feed", "source_city_days"}


@dataclass(frozen=True, slots=True)
class Basis:
    """How to ask the kernel about one region: the level, its place there, and the groups of its whole pool.

    The groups are those of all regions of the level in the province: the kernel keeps days by groups, so
    asking always with the same ones makes the second question quick.
    """

    level: str
    place: str
    groups: dict[str, str] | None
    source: str

    @property
    def members(self) -> list[str]:
        """The places of the lake that this region's figures are the mean of; empty for a feed."""
        return sorted(place for place, code in (self.groups or {}).items() if code == self.place)


def pool(root: str, level: str) -> list[Region]:
    """The regions of a level under a path. Development zones are ranked among counties."""
    levels = ("county", "zone") if level in {"county", "zone"} else (level,)
    return list(
        Region.objects.filter(path__startswith=root, level__in=levels, valid_to__isnull=True).order_by("code")
    )


def pool_of(region: Region) -> list[Region]:
    """The regions a region is evaluated with and ranked among: all of its level in its province."""
    return pool(ancestor_path(region, "province"), region.level)


def ancestor_path(region: Region, level: str) -> str:
    """The path of the province, city or county a region stands in."""
    depth = {"province": 1, "city": 2, "county": 3}.get(level, 1)
    return "/".join(region.path.rstrip("/").split("/")[:depth]) + "/"


def chosen(
    regions: Sequence[Region], period: Period, regime: str, as_of: int | None = None
) -> tuple[dict[str, PlaceEvaluation], dict[str, str]]:
    """The evaluation of each region of a pool, by code, and what it comes from (stations or feed).

    All cities of a province take one source, whichever covers more days, so that a ranking compares like with
    like; other regions take their stations where they have any.
    """
    by_stations, by_feed = (
        _by_stations(regions, period, regime, as_of),
        _by_feed(regions, period, regime, as_of),
    )
    if regions and regions[0].level == "city":
        covered = sum(row.days_used for row in by_stations.values())
        if covered and covered >= sum(row.days_used for row in by_feed.values()):
            return by_stations, dict.fromkeys(by_stations, STATIONS)
        return by_feed, dict.fromkeys(by_feed, FEED)
    return by_feed | by_stations, dict.fromkeys(by_feed, FEED) | dict.fromkeys(by_stations, STATIONS)


def basis(region: Region, period: Period, regime: str, as_of: int | None = None) -> Basis:
    """What the figures of a region (not a province) are computed from in this period: for days and
    explanations.
    """
    regions = pool_of(region)
    rows, source_of = chosen(regions, period, regime, as_of)
    source = source_of.get(region.code, NOTHING)
    if source == FEED:
        return Basis("city", rows[region.code].place, None, source)
    groups = station_groups(regions)
    if region.code not in groups.values():
        return Basis("city", region.short or region.name, None, NOTHING)
    return Basis("group", region.code, groups, source)


def _by_stations(
    regions: Sequence[Region], period: Period, regime: str, as_of: int | None
) -> dict[str, PlaceEvaluation]:
    groups = station_groups(regions)
    if not groups or kernel.STATION_HOUR not in kernel.lake().kinds():
        return {}
    answer = kernel.evaluation(period, level="group", regime=regime, groups=groups, as_of=as_of)
    return {row.place: row for row in answer.rows}


def _by_feed(
    regions: Sequence[Region], period: Period, regime: str, as_of: int | None
) -> dict[str, PlaceEvaluation]:
    kinds = kernel.lake().kinds()
    if kernel.CITY_HOUR not in kinds and kernel.CITY_DAY not in kinds:
        return {}
    names = feed_names(regions)
    found: dict[str, PlaceEvaluation] = {}
    # All places, not only these: the kernel keeps days only when it was asked for all of a level.
    for row in kernel.evaluation(period, level="city", regime=regime, as_of=as_of).rows:
        code = names.get(row.place)
        if (
            code
            and FEED_MARKS & set(row.marks)
            and (code not in found or row.days_used > found[code].days_used)
        ):
            found[code] = row
    return found
