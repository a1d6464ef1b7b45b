"""The air of one region, as `status.judge` asks for it, from the figures of `office.monitoring`."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from lantian.office.plans.status import Reading
from lantian.office.regions.models import Region


class RegionAir:
    """Answers `status.Source` for a region of the register."""

    def __init__(self, region: Region) -> None:
        self.region = region

    @cached_property
    def _span(self) -> tuple[date, date] | None:
        from lantian.office.monitoring import kernel

        first, last = kernel.first_day(), kernel.latest_day()
        return (first, last) if first and last and first <= last else None

    def span(self) -> tuple[date, date] | None:
        """First and last whole local day the office holds data of."""
        return self._span

    def value(self, indicator: str, first: date, last: date, regime_day: date) -> Reading | None:
        """The figure of the indicator over the days, under the regime in force on `regime_day`."""
        from lantian.office.monitoring import figures, kernel

        period, regime = period_label(first, last), kernel.regime_on(regime_day)
        figure = figures.indicator_value(self.region, indicator, period, regime)
        if figure is None or (figure.value is None and figure.why == "no_data"):
            return None
        pool = None
        if indicator == "composite_rank":
            pool = figures.rank(self.region, "province", period, regime).of
        return Reading(figure.value, figure.unit, figure.url, figure.unverified, tuple(figure.marks), pool)


def period_label(first: date, last: date) -> str:
    """A whole year or month by its short name, else `first..last`."""
    if (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31) and first.year == last.year:
        return str(first.year)
    return f"{first.isoformat()}..{last.isoformat()}"
