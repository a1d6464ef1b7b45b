"""What the anonymous may read, under /api/public/: cities, their newest hour, their days, their ranking."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from lantian.office.monitoring import series
from lantian.office.monitoring.api import (
    DayOut,
    HourOut,
    RankingOut,
    day_out,
    known_regime,
    ranking_out,
    realtime_out,
    span_of,
)
from lantian.office.portal.rules import public_cities, public_region_or_404

router = Router(tags=["public"], auth=None)


class CityOut(Schema):
    """A city of the portal."""

    code: str
    name: str
    name_en: str


@router.get("/cities", response=list[CityOut], summary="The cities of the portal")
def cities(request: HttpRequest) -> Any:
    return public_cities()


@router.get("/realtime", response=list[HourOut], summary="The newest hour of every city")
def realtime(request: HttpRequest) -> list[dict[str, Any]]:
    return realtime_out(public_cities())


@router.get("/days", response=list[DayOut], summary="Days of a city in a period of at most a year")
def days(request: HttpRequest, code: str, period: str, regime: str = "by-date") -> list[dict[str, Any]]:
    region = public_region_or_404(code)
    return [day_out(record) for record in series.day_records(region, span_of(period), known_regime(regime))]


@router.get("/ranking", response=list[RankingOut], summary="The cities by composite index")
def ranking(request: HttpRequest, period: str, regime: str = "") -> list[dict[str, Any]]:
    return ranking_out(public_cities(), period, regime, public=True)
