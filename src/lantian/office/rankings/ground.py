"""What a pool is evaluated from: stations by region, or the national feed; one for all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from lantian.ambient import Period
from lantian.ambient.period import Years
from lantian.office.monitoring import kernel, sources
from lantian.office.monitoring.places import feed_names, station_groups
from lantian.office.rankings.pools import OfficePool
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import Evaluation, PlaceEvaluation
    from lantian.ambient.events import DayList

T = TypeVar("T")


@dataclass(frozen=True)
class Ground:
    """How the kernel is asked about some regions: level, groups, and whose a place of its answer is."""

    level: str
    groups: Mapping[str, str] | None
    source: str
    regions: Mapping[str, Region]

    def region(self, place: str | None) -> Region | None:
        """The region of a place in the kernel's answers."""
        return self.regions.get(place) if place else None

    def place(self, region: Region) -> str | None:
        """Under which name the kernel answers for a region; None where it has no data source."""
        return next((place for place, own in self.regions.items() if own.code == region.code), None)

    def ask(
        self,
        name: str,
        question: Callable[..., T],
        period: Period | Years,
        regime: str,
        told: Mapping[str, object] | None = None,
        *,
        day_list: DayList | None = None,
        as_of: int | None = None,
    ) -> T:
        """A question of `lantian.ambient` about all regions of this ground, kept."""
        return kernel.ask(
            name,
            question,
            period,
            told,
            day_list=day_list,
            level=self.level,
            regime=regime,
            groups=self.groups,
            as_of=as_of,
        )

    def evaluation(
        self, period: Period, regime: str, *, day_list: DayList | None = None, as_of: int | None = None
    ) -> Evaluation:
        """Every region of this ground in a period."""
        if day_list is None:
            return kernel.evaluation(period, level=self.level, regime=regime, groups=self.groups, as_of=as_of)
        from lantian import ambient

        return self.ask("evaluate-without", ambient.evaluate, period, regime, day_list=day_list, as_of=as_of)

    def row(self, region: Region, period: Period, regime: str, **more: Any) -> PlaceEvaluation | None:
        """One region's row of that evaluation."""
        rows = self.evaluation(period, regime, **more).rows
        return next(
            (row for row in rows if (own := self.region(row.place)) and own.code == region.code), None
        )


def ground_of_pool(pool: OfficePool, period: Period, regime: str) -> Ground:
    """What the members of a pool are evaluated from in a period."""
    return _ground(list(pool.field), period, regime)


def ground_of(region: Region, period: Period, regime: str) -> Ground:
    """What a region (not a province) is evaluated from, together with all of its level in its province."""
    return _ground(sources.pool_of(region), period, regime)


def _ground(regions: list[Region], period: Period, regime: str) -> Ground:
    groups = station_groups(regions)
    by_code = {region.code: region for region in regions}
    if regions and regions[0].level == "city":
        _rows, source_of = sources.chosen(regions, period, regime)
        source = next(iter(source_of.values()), sources.STATIONS)
    else:
        source = sources.STATIONS if groups or not regions else sources.FEED
    if source == sources.FEED:
        named = feed_names(regions)
        return Ground("city", None, source, {name: by_code[code] for name, code in named.items()})
    return Ground("group", groups, source, {code: by_code[code] for code in groups.values()})
