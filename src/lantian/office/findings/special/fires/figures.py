"""What fires are counted for: the indicators, and the table by county and township."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.findings import figures
from lantian.office.findings.models import State
from lantian.office.findings.special.fires.models import FireSpot, SpotState
from lantian.office.findings.special.rulings import rule
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register
from lantian.office.regions.models import Level

REAL = (SpotState.BURNING, SpotState.OUT)
TENTH = Decimal("0.1")


def fire_spots(subject: Subject, period: Period) -> Answer:
    """Fires found in the period: those of satellites that somebody on the spot confirmed, and those people
    found and assigned.
    """
    rows = (
        figures.findings_of(subject, period)
        .filter(kind=figures.FIRE)
        .exclude(state=State.OPEN)
        .filter(Q(fire_spot__isnull=True) | Q(fire_spot__state__in=REAL))
        .order_by("found_on", "pk")
    )
    found = list(rows.select_related("region"))
    lines = tuple(Line(str(row), Decimal(1), row.get_absolute_url()) for row in found[: figures.MOST_LINES])
    url = figures.address(subject, period, kind=figures.FIRE)
    return Answer(Decimal(len(found)), lines=lines, url=url, count=len(found))


def spots_of(subject: Subject, period: Period) -> QuerySet[FireSpot]:
    """Spots seen in the period that were not set aside as industrial heat."""
    seen = FireSpot.objects.filter(local_day__range=(period.first, period.last)).exclude(state=SpotState.HEAT)
    if subject.region is not None:
        return seen.filter(region__path__startswith=subject.region.path)
    return seen.filter(finding__unit=subject.unit)


def fire_response_minutes(subject: Subject, period: Period) -> Answer:
    """The median of minutes from the opening of a spot until somebody was there."""
    rows = spots_of(subject, period).filter(arrived_at__isnull=False).select_related("region")
    found = [(row, minutes_of(row)) for row in rows.order_by("first_seen", "pk")]
    query = {"since": period.first, "until": period.last}
    if subject.region is not None:
        query["region"] = subject.region.code
    url = f"{reverse('findings:fires')}?{urlencode(query)}"
    if not found:
        return Answer(None, _("Nobody was at a fire spot in this period."), url=url, count=0)
    lines = tuple(Line(str(row), took, row.get_absolute_url()) for row, took in found[: figures.MOST_LINES])
    verified = rule("fires.response", period.last).verified
    return Answer(
        middle([took for _row, took in found]), lines=lines, url=url, count=len(found), verified=verified
    )


def middle(minutes: Iterable[Decimal]) -> Decimal | None:
    """The median [min], one decimal, half to even; None of nothing."""
    found = list(minutes)
    return median(found).quantize(TENTH, ROUND_HALF_EVEN) if found else None


def minutes_of(spot: FireSpot) -> Decimal:
    """From the opening until somebody was there [min], one decimal. Ask only where somebody was."""
    took = spot.response or timedelta()
    return (Decimal(took.days * 86400 + took.seconds) / 60).quantize(TENTH, ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Fires of a county or township: seen, set aside, reached, how fast, true, false."""

    region: Any
    seen: int
    heat: int
    waiting: int
    late: int
    real: int
    false: int
    response: Decimal | None
    depth: int


def table(spots: Iterable[FireSpot]) -> list[PlaceRow]:
    """The counts by county, each with its townships below it; `spots` with `region__parent` read."""
    by_place: dict[Any, list[FireSpot]] = {}
    for spot in spots:
        by_place.setdefault(spot.region, []).append(spot)
        if spot.region.level == Level.TOWNSHIP and spot.region.parent is not None:
            by_place.setdefault(spot.region.parent, []).append(spot)
    return [_row(region, by_place[region]) for region in sorted(by_place, key=lambda one: one.path)]


def _row(region: Any, spots: list[FireSpot]) -> PlaceRow:
    def count(*states: str) -> int:
        return sum(1 for spot in spots if spot.state in states)

    return PlaceRow(
        region,
        len(spots),
        count(SpotState.HEAT),
        count(SpotState.SEEN, SpotState.ARRIVED),
        sum(1 for spot in spots if spot.is_late),
        count(*REAL),
        count(SpotState.FALSE_ALARM),
        middle([minutes_of(spot) for spot in spots if spot.arrived_at and spot.state != SpotState.HEAT]),
        1 if region.level == Level.TOWNSHIP else 0,
    )


def span_of(query: Any, today: date, days: int = 30) -> tuple[date, date]:
    """The days asked for; the last `days` where the query makes no sense."""
    try:
        first, last = date.fromisoformat(query.get("since", "")), date.fromisoformat(query.get("until", ""))
    except ValueError:
        return today - timedelta(days=days - 1), today
    return (first, last) if first <= last else (last, first)


def register_all() -> None:
    """Make the indicators known; `fire_spots` replaces the plain count of the findings."""
    both = figures.BOTH
    register(
        Indicator(
            "fire_spots",
            gettext_lazy("Fire spots"),
            "1",
            fire_spots,
            both,
            False,
            gettext_lazy(
                "Fires found in the period: those satellites saw and somebody on the spot confirmed, "
                "and those people found and assigned."
            ),
            "register",
        )
    )
    register(
        Indicator(
            "fire_response_minutes",
            gettext_lazy("Response to fire spots"),
            "min",
            fire_response_minutes,
            both,
            False,
            gettext_lazy("Median of the minutes from the opening of a fire spot until somebody was there."),
            "register",
        )
    )
