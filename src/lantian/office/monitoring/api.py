"""The API of `monitoring`: stations, days, ranking, the newest hour, explanations; as far as one may see
them.
"""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.pagination import paginate

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.monitoring import explaining, figures, kernel, series, tables
from lantian.office.monitoring.indicators import STATISTICS
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.requests import read_period
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

router = Router(tags=["monitoring"])
LONGEST = 366


class StationOut(Schema):
    """A station; `region` is the code of the region it stands in."""

    code: str
    name: str
    name_en: str
    kind: str
    active: bool
    region: str

    @staticmethod
    def resolve_region(station: Station) -> str:
        return str(station.region.code)


class DayOut(Schema):
    """One day: concentrations as text in µg/m³ (CO mg/m³), null where there is none and `why` says the
    reason.
    """

    date: date
    values: dict[str, str | None]
    iaqi: dict[str, int | None]
    aqi: int | None
    level: int | None
    primary: list[str]
    why: dict[str, str]


class FigureOut(Schema):
    """A figure, the address of its explanation, and what must be said beside it."""

    value: str | None
    unit: str
    url: str
    marks: list[str]
    unverified: bool
    why: str | None
    days_used: int


class RankingOut(Schema):
    """One line of a ranking; equal indices share a rank."""

    rank: int | None
    code: str
    name: str
    composite_index: FigureOut
    change: str | None
    statistics: dict[str, FigureOut]
    good_days_ratio: FigureOut


class HourOut(Schema):
    """The newest hour of a region; `time` is the end of the hour."""

    code: str
    name: str
    time: datetime
    values: dict[str, str | None]
    aqi: int | None
    level: int | None
    primary: list[str]


@router.get("/stations", response=list[StationOut], summary="Stations, by region or words")
@paginate
def stations(request: HttpRequest, q: str = "", region: str = "") -> Any:
    found = Station.objects.visible_to(request.user).select_related("region")
    if q:
        found = found.filter(name__icontains=q) | found.filter(code__icontains=q)
    if region:
        found = found.filter(region__path__contains=f"{region}/")
    return found


@router.get(
    "/days", response=list[DayOut], summary="Days of a region or station in a period of at most a year"
)
def days(request: HttpRequest, code: str, period: str, regime: str = "by-date") -> list[dict[str, Any]]:
    subject = explaining.subject_of(request, code)
    return [day_out(record) for record in series.day_records(subject, span_of(period), known_regime(regime))]


@router.get(
    "/ranking", response=list[RankingOut], summary="Cities of a province or counties of a city, ranked"
)
def ranking(request: HttpRequest, region: str, period: str, regime: str = "") -> list[dict[str, Any]]:
    above = get_visible_or_404(Region, request.user, code=region)
    return ranking_out(figures.children_to_rank(above), period, regime)


@router.get("/realtime", response=list[HourOut], summary="The newest hour of a region, or of those below it")
def realtime(request: HttpRequest, region: str) -> list[dict[str, Any]]:
    above = get_visible_or_404(Region, request.user, code=region)
    return realtime_out(figures.children_to_rank(above) or [above])


class Asked(Schema):
    """What is to be explained. `as_of` is a data version; none is the newest."""

    code: str
    indicator: str
    period: str
    regime: str = "by-date"
    as_of: int | None = None


@router.get("/explain", summary="How a figure was computed: steps, rows, rules, rounding, data version")
def explain(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    span_of(asked.period), known_regime(asked.regime)
    question = explaining.ask(
        request, explaining.subject_of(request, asked.code), asked.indicator, asked.period
    )
    return explained(explaining.answer(question))


def span_of(text: str) -> Period:
    """A period of at most a year, or 422 with what is wrong."""
    period = read_period(text)
    if period.days > LONGEST:
        raise LantianError("this period is longer than a year", remedy="Ask year by year.")
    return period


def known_regime(name: str) -> str:
    """A regime that exists, or 422."""
    if name != "by-date" and name not in kernel.regimes():
        raise LantianError(
            f'"{name}" is no regime', remedy="Regimes are by-date, " + ", ".join(kernel.regimes()) + "."
        )
    return name


def regime_of(name: str, period: Period) -> str:
    """The regime asked for, else the one in force on the period's last day."""
    return known_regime(name) if name else kernel.regime_on(period.last)


def day_out(record: Any) -> dict[str, Any]:
    """A day as plain data."""
    return {
        "date": record.date,
        "values": {key: text_of(value) for key, value in record.values.items()},
        "iaqi": record.iaqi,
        "aqi": record.aqi,
        "level": series.level_of_index(record.aqi),
        "primary": list(record.primary),
        "why": record.why,
    }


def ranking_out(
    regions: list[Region], period: str, regime: str, *, public: bool = False
) -> list[dict[str, Any]]:
    """A ranking as plain data; a public one leads to the public explanations."""
    span = span_of(period)

    def out(figure: figures.Figure) -> dict[str, Any]:
        return figure_out(figures.public(figure) if public else figure)

    return [
        {
            "rank": row.rank,
            "code": row.region.code,
            "name": row.region.label,
            "composite_index": out(row.index),
            "change": text_of(row.change),
            "statistics": {key: out(value) for key, value in zip(STATISTICS, row.values, strict=True)},
            "good_days_ratio": out(row.good_days),
        }
        for row in tables.ranking_rows(regions, span, regime_of(regime, span))
    ]


def realtime_out(regions: list[Region]) -> list[dict[str, Any]]:
    """The newest hours as plain data, in the order of the regions."""
    hours = series.now_of(regions)
    return [
        {
            "code": region.code,
            "name": region.label,
            "time": hour.time,
            "values": {key: text_of(value) for key, value in hour.values.items()},
            "aqi": hour.aqi,
            "level": series.level_of_index(hour.aqi),
            "primary": list(hour.primary),
        }
        for region in regions
        if (hour := hours.get(region.code))
    ]


def figure_out(figure: figures.Figure) -> dict[str, Any]:
    """A figure as plain data."""
    return {
        "value": text_of(figure.value),
        "unit": figure.unit,
        "url": figure.url,
        "marks": list(figure.marks),
        "unverified": figure.unverified,
        "why": figure.why,
        "days_used": figure.days_used,
    }


def explained(context: dict[str, Any]) -> dict[str, Any]:
    """The content of an explanation page as plain data."""
    figure = context.get("figure")
    return {
        "code": context["question"].code,
        "indicator": context["indicator"].key,
        "period": context["period"].label,
        "regime": context["regime_name"],
        "data_version": context["version"],
        "source": context.get("source", ""),
        "figure": figure_out(figure) if figure else None,
        "steps": plain(context.get("steps")),
        "days": [
            {"date": row.day, "aqi": row.aqi, "values": [text_of(value.value) for value in row.values]}
            for row in context.get("days", [])
        ],
    }


def plain(value: Any) -> Any:
    """Dataclasses, decimals and fractions as JSON can hold them; exact numbers become text."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Decimal | Fraction):
        return str(value)
    return value


def text_of(value: Any) -> str | None:
    """A number as it is printed; None stays None."""
    return None if value is None else str(value)
