"""Questions to `lantian.ambient.measures` on the office's lake: kept by data version, cut to a region."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from lantian.ambient import Period
from lantian.ambient.exact import half_even
from lantian.ambient.measures import (
    Dustfall,
    MassClosure,
    OzonePotential,
    RankedRoad,
    RoadDust,
    Trigger,
    dustfall,
    dustfall_triggers,
    mass_closure,
    ozone_potential,
    road_dust,
    road_ranks,
    road_triggers,
)
from lantian.ambient.measures.record import RegionRules, ranks
from lantian.errors import LantianError
from lantian.lake import THOUSANDTHS, arrow
from lantian.office.measures.register import Register
from lantian.office.monitoring import kernel
from lantian.office.monitoring.kept import kept
from lantian.office.regions.models import Region
from lantian.rulebook import Rule

T = TypeVar("T")
DUSTFALL, SAMPLE, RANK = "dustfall_month", "road_dust_sample", "road_dust_rank"
SPECIES = ("species_hour", "species_day")
CHART_MONTHS = 24


def _kept(name: str, arguments: object, compute: Callable[[], T]) -> T:
    # As `monitoring.kernel` keeps its answers: under the version of the store and the rules of this office.
    key = (kernel.rulebook().digest, arguments)
    return kept(f"measures.{name}", kernel.store_version(), key, compute)


def _digest(names: Collection[str]) -> str:
    return hashlib.sha256(repr(sorted(names)).encode()).hexdigest()


def dustfall_of(region: Region, period: Period, register: Register) -> Dustfall:
    """Dustfall of the units and cities of a region's subtree, ranked among themselves."""
    places = set(register.under(region.path))
    return _kept(
        "dustfall",
        (period.label, _digest(places)),
        lambda: dustfall(kernel.lake(), period, places=places, rulebook=kernel.rulebook()),
    )


def dustfall_campaigns(found: Dustfall) -> list[Trigger]:
    """Why units and cities should start a campaign."""
    return dustfall_triggers(found, rulebook=kernel.rulebook())


@dataclass(frozen=True, slots=True)
class Month:
    """A stored month of a unit: value [t/(km²·30d)] as printed, validity, remark, limit."""

    first: date
    value: Decimal | None
    exact: Fraction | None
    validity: str
    why: tuple[str, ...]
    sampling_days: Decimal | None
    limit: Rule | None

    @property
    def above(self) -> bool:
        """Whether the printed value is above the limit."""
        return self.value is not None and self.limit is not None and self.value > self.limit.number


def months_of(place: str, region: Region, last: date, count: int = CHART_MONTHS) -> list[Month]:
    """The stored months of a place until `last`, oldest first, at most `count`."""
    book = kernel.rulebook()
    limits = RegionRules(book, "ambient.dustfall.limits")
    names = (place, region.name, region.parent.name if region.parent else None, "default")
    rows = arrow(kernel.lake().read(DUSTFALL, until=last, places=[place])).to_pylist()
    found = []
    for row in sorted(rows, key=lambda row: row["date"])[-count:]:
        exact = None if row["dustfall"] is None else Fraction(row["dustfall"], THOUSANDTHS)
        places = book.rule("ambient.dustfall.decimals.value", on=row["date"]).integer
        days = row["sampling_days"]
        found.append(
            Month(
                first=row["date"],
                value=None if exact is None else half_even(exact, places),
                exact=exact,
                validity=row["validity"],
                why=tuple(part for part in (row["why"] or "").split("; ") if part),
                sampling_days=None if days is None else half_even(Fraction(days, THOUSANDTHS), 1),
                limit=next(iter(limits.rules(names, row["date"])), None),
            )
        )
    return found


def roads_of(region: Region, period: Period, method: str, register: Register) -> RoadDust:
    """Road dust of a region's subtree; ranks are among its own roads and counties."""
    whole = _kept(
        "road_dust",
        (period.label, method),
        lambda: road_dust(kernel.lake(), period, method=method, rulebook=kernel.rulebook()),
    )
    own = register.under(region.path)

    def inside(city: str | None, county: str | None) -> bool:
        return "/".join(part for part in (city, county) if part) in own

    roads = [road for road in whole.roads if inside(road.city, road.county)]
    counties = [one for one in whole.counties if inside(one.city, one.county)]
    road_rank = ranks({road.place: road.value for road in roads})
    county_rank = ranks({f"{one.city}/{one.county}": one.value for one in counties})
    return replace(
        whole,
        roads=tuple(replace(road, rank=road_rank[road.place]) for road in roads),
        counties=tuple(replace(one, rank=county_rank[f"{one.city}/{one.county}"]) for one in counties),
    )


def lists_of(region: Region, period: Period) -> list[RankedRoad]:
    """The published lists of a period for the city of a region, or of every city below a province."""
    rows = road_ranks(kernel.lake(), period)
    if region.level == "province":
        cities = set(region.children.values_list("name", flat=True))
        return [row for row in rows if row.city in cities]
    city = region if region.level == "city" else region.parent
    return [row for row in rows if city is not None and row.city == city.name]


def road_campaigns(found: RoadDust, lists: list[RankedRoad]) -> list[Trigger]:
    """Why roads and counties should start a campaign."""
    return road_triggers(found, lists=lists, rulebook=kernel.rulebook())


def lists_before(period: Period) -> Period:
    """The months that count for roads that are listed again: the period and the half-year before its end."""
    return Period.parse(f"{min(period.first, period.last - timedelta(days=183))}..{period.last}")


def road_limits(region: Region, register: Register, on: date) -> list[tuple[Region, Rule]]:
    """The limits of road dust that hold for places of a region's subtree or of its city."""
    limits = RegionRules(kernel.rulebook(), "ambient.road_dust.limits")
    places = dict(register.under(region.path))
    if region.parent is not None and region.parent.level == "city":
        places[region.parent.name] = region.parent
    named = [(place, next(iter(limits.rules((place.name,), on)), None)) for place in places.values()]
    return [(place, rule) for place, rule in sorted(named, key=lambda one: one[0].path) if rule is not None]


def ozone_of(site: str, period: Period) -> OzonePotential | None:
    """The ozone formation potential of a site; None where no VOC was measured in the period."""

    def ask() -> OzonePotential | None:
        try:
            return ozone_potential(kernel.lake(), site, period, rulebook=kernel.rulebook())
        except LantianError:
            return None

    return _kept("ozone", (site, period.label), ask)


def mass_of(site: str, period: Period) -> MassClosure | None:
    """The closure of PM2.5 mass of a site; None where no species of particles were measured."""

    def ask() -> MassClosure | None:
        try:
            return mass_closure(kernel.lake(), site, period, rulebook=kernel.rulebook())
        except LantianError:
            return None

    return _kept("mass", (site, period.label), ask)


def span_of_site(site: str) -> tuple[date, date] | None:
    """First and last day of a site's samples."""

    def ask() -> tuple[date, date] | None:
        ends: list[date] = []
        for kind, clock in zip(SPECIES, ("time", "date"), strict=True):
            rows = kernel.lake().read(kind, places=[site])
            row = arrow(rows.aggregate(f"min({clock}) AS first, max({clock}) AS last")).to_pylist()[0]
            ends += [_day_of(moment) for moment in (row["first"], row["last"]) if moment is not None]
        return (min(ends), max(ends)) if ends else None

    return _kept("span", site, ask)


def _day_of(moment: date | datetime) -> date:
    """The day of a sample. An hour that ends at 00:00 belongs to the day before."""
    if isinstance(moment, datetime):
        return (moment - timedelta(hours=1)).astimezone(kernel.SHANGHAI).date()
    return moment
