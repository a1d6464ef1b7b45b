"""What a decision did to figures: the city's and county's month before and after, both computed anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lantian.ambient import Period
from lantian.ambient.reviews import Review
from lantian.office.monitoring import figures, kernel
from lantian.office.monitoring.figures import Figure
from lantian.office.monitoring.indicators import INDICATORS, Indicator
from lantian.office.quality import rules, words
from lantian.office.quality.models import Decision
from lantian.office.regions.models import Region

SHOWN = ("pm2_5", "pm10", "so2", "no2", "co", "o3_8h", "composite_index", "good_days_ratio")
OF_ITEM = {"o3": "o3_8h"}


@dataclass(frozen=True)
class Effect:
    """One figure of a region before and after a decision."""

    indicator: Indicator
    before: Figure
    after: Figure

    @property
    def name(self) -> str:
        """What it is called on a page."""
        return words.figure_name(self.indicator)

    @property
    def moved(self) -> bool:
        """Whether it changed."""
        return self.before.value != self.after.value

    @property
    def difference(self) -> Decimal | None:
        """After less before."""
        if self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value


def months(decision: Decision) -> list[str]:
    """The months whose hours a decision touched, oldest first."""
    first, last = rules.touched_hours([Review.from_dict(body) for body in decision.reviews])
    begin, end = (
        (moment.astimezone(kernel.SHANGHAI) - timedelta(hours=1)).date() for moment in (first, last)
    )
    return [f"{day:%Y-%m}" for day in _firsts(begin, end)]


def _firsts(begin: date, end: date) -> Iterator[date]:
    day = begin.replace(day=1)
    while day <= end:
        yield day
        day = (day + timedelta(days=32)).replace(day=1)


def regions_of(region: Region) -> list[Region]:
    """The city, and the county within it: whose figures hours of this region are part of."""
    found = [one for one in (*region.ancestors(), region) if one.level in {"city", "county", "zone"}]
    return sorted(found, key=lambda one: len(one.path))


def effects(decision: Decision, region: Region, month: str) -> list[Effect]:
    """The figures of a region in a month that the decision can have moved, before and after it."""
    period = Period.parse(month)
    regime = kernel.settled(kernel.regime_on(period.last), period.first)
    before = figures.region_figures(region, period, regime, decision.version - 1)
    after = figures.region_figures(region, period, regime, decision.version)
    items = {OF_ITEM.get(item, item) for body in decision.reviews for item in body["items"]}
    wanted = [key for key in SHOWN if key in items or key in {"composite_index", "good_days_ratio"}]
    return [Effect(INDICATORS[key], before.of(INDICATORS[key]), after.of(INDICATORS[key])) for key in wanted]
