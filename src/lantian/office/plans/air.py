"""The air of regions, as `status.judge` asks for it, from the figures of `office.monitoring`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from lantian.office.frame.together import once
from lantian.office.plans.status import Reading
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.office.monitoring.figures import RegionFigures


class OfficeAir:
    """What the office holds, asked once a period for all regions of a level in a province.

    Make one a page: a board asks for many targets of many regions, and gets them with a few questions.
    """

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str, str, str], Mapping[str, RegionFigures]] = {}

    def __call__(self, region: Region) -> RegionAir:
        """The air of one region."""
        return RegionAir(region, self)

    @cached_property
    def span(self) -> tuple[date, date] | None:
        """First and last whole local day the office holds data of."""
        from lantian.office.monitoring import kernel

        first, last = kernel.first_day(), kernel.latest_day()
        return (first, last) if first and last and first <= last else None

    def table(self, region: Region, period: str, regime: str) -> Mapping[str, RegionFigures]:
        """The figures of every region of this region's level in its province, by code."""
        from lantian.office.monitoring import figures

        levels = ("county", "zone") if region.level in {"county", "zone"} else (region.level,)
        root = region.path.split("/", 1)[0] + "/"
        key = (root, levels[0], period, regime)
        if key not in self._tables:

            def read() -> Mapping[str, RegionFigures]:
                alike = Region.objects.filter(path__startswith=root, level__in=levels, valid_to=None)
                return figures.evaluate_regions(list(alike.defer("geometry")), period, regime)

            self._tables[key] = once(("air of targets", *key), read)
        return self._tables[key]


@dataclass(frozen=True, slots=True)
class RegionAir:
    """Answers `status.Source` for a region of the register."""

    region: Region
    office: OfficeAir

    def span(self) -> tuple[date, date] | None:
        """First and last whole local day the office holds data of."""
        return self.office.span

    def value(self, indicator: str, first: date, last: date, regime_day: date) -> Reading | None:
        """The figure of the indicator over the days, under the regime in force on `regime_day`."""
        from lantian.office.monitoring import kernel

        regime = kernel.regime_on(regime_day)
        table = self.office.table(self.region, period_label(first, last), regime)
        row = table.get(self.region.code)
        figure = row.figure(indicator) if row else None
        if figure is None or (figure.value is None and figure.why == "no_data"):
            return None
        pool = None
        if indicator == "composite_rank":
            pool = sum(1 for other in table.values() if other.rank is not None)
        return Reading(figure.value, figure.unit, figure.url, figure.unverified, tuple(figure.marks), pool)


def period_label(first: date, last: date) -> str:
    """A whole year by its number, else `first..last`."""
    if (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31) and first.year == last.year:
        return str(first.year)
    return f"{first.isoformat()}..{last.isoformat()}"
