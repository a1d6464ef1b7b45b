"""What monitoring puts on the board and the page of a region: figures, ranking, map, calendar, hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.ambient import Period
from lantian.office.frame import panels as frame_panels
from lantian.office.monitoring import charts, figures, kernel, series, words
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS, shown_unit
from lantian.office.monitoring.mapping import map_of
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.requests import period_of, regime_for, year_of
from lantian.office.monitoring.tables import ranking_rows, station_rows
from lantian.office.regions.models import Region


def register_panels() -> None:
    """Put the panels in their places; called when the app is ready."""
    register = frame_panels.register
    register(
        "air-summary",
        "monitoring:panel-summary",
        8,
        gettext_lazy("Air so far this year"),
        width="full",
        height=150,
    )
    register(
        "ranking", "monitoring:panel-ranking", 20, gettext_lazy("Ranking"), width="two-thirds", height=460
    )
    register("air-map", "monitoring:panel-map", 21, gettext_lazy("Map"), width="third", height=460)
    register(
        "calendar",
        "monitoring:panel-calendar",
        30,
        gettext_lazy("PM₂.₅ day by day"),
        width="full",
        height=240,
    )
    register(
        "hours", "monitoring:panel-hours", 31, gettext_lazy("The last 24 hours"), width="full", height=320
    )
    register(
        "realtime",
        "monitoring:panel-realtime",
        32,
        gettext_lazy("Real-time AQI hour by hour"),
        width="full",
        height=320,
    )


@dataclass(frozen=True, slots=True)
class Card:
    """A headline figure with the same figure a year before, both under one regime."""

    label: str
    figure: figures.Figure
    before: figures.Figure | None
    difference: Decimal | None
    difference_unit: str
    better: bool | None
    note: str = ""

    @property
    def unit(self) -> str:
        return shown_unit(self.figure.unit)


@login_required
def summary(request: HttpRequest, code: str) -> HttpResponse:
    """PM2.5, composite index, good days and rank of the year to date, each against the year before."""
    region = frame_panels.region_of(request, code)
    period = series.year_to_date() if "period" not in request.GET else period_of(request)
    if period is None:
        return render(request, "monitoring/panels/empty.html", {"region": region})
    regime = regime_for(request, period)
    now = figures.region_figures(region, period, regime)
    before = figures.region_figures(region, period.previous_year(), regime)
    context = {
        "region": region,
        "period": period,
        "regime": words.regime(regime),
        "source": words.source(now.source),
        "latest": kernel.latest_hour(),
        "now": series.now_at(region),
        "cards": [card for card in (_card(key, now, before) for key in SUMMARY) if card],
    }
    return render(request, "monitoring/panels/summary.html", context)


SUMMARY = ("pm2_5", "composite_index", "good_days_ratio", "heavy_days", "composite_rank")


def _card(key: str, now: figures.RegionFigures, before: figures.RegionFigures) -> Card | None:
    indicator = INDICATORS[key]
    figure, past = now.figure(key), before.figure(key)
    if figure is None or (key == "composite_rank" and now.region.level == "province"):
        return None
    note = ""
    if key == "composite_rank" and figure.value is not None:
        among = figures.rank(now.region, "province", now.period, now.regime)
        note = _("of %(count)d in the province") % {"count": among.of}
        if now.region.level in {"county", "zone"}:
            own = figures.rank(now.region, "city", now.period, now.regime)
            if own.rank is not None:
                note += _("; %(rank)d of %(count)d in the city") % {"rank": own.rank, "count": own.of}
    if past is None or past.value is None or figure.value is None:
        return Card(indicator.label, figure, past, None, "", None, note)
    if indicator.statistic or key == "composite_index":
        difference, unit = figures.change(figure.value, past.value), "%"
    else:
        difference = figure.value - past.value
        named = {"%": _("points"), "place": _("places")}
        unit = named.get(indicator.unit) or shown_unit(indicator.unit)
    better = None if not difference else (difference > 0) == indicator.higher_is_better
    return Card(indicator.label, figure, past, difference, unit, better, note)


@login_required
def ranking(request: HttpRequest, code: str) -> HttpResponse:
    """The cities of a province or the counties of a city by composite index; for a county, its stations.

    A city without stations in its counties is shown among its peers, with the public pages behind them.
    """
    region = frame_panels.region_of(request, code)
    period = period_of(request) or series.last_full_month()
    if period is None:
        return render(request, "monitoring/panels/empty.html", {"region": region})
    regime = regime_for(request, period)
    context: dict[str, Any] = {
        "region": region,
        "period": period,
        "periods": series.period_choices(),
        "regime": words.regime(regime),
        "columns": [INDICATORS[key] for key in STATISTICS],
    }
    ranked, are_peers = figures.regions_to_rank(region)
    if ranked:
        context["rows"] = ranking_rows(ranked, period, regime)
        context |= {"public": are_peers, "highlight": region.code}
        return render(request, "monitoring/panels/ranking.html", context)
    stations = list(Station.objects.filter(region__path__startswith=region.path))
    context["rows"] = station_rows(stations, period, regime)
    return render(request, "monitoring/panels/station_table.html", context)


@login_required
def tile_map(request: HttpRequest, code: str) -> HttpResponse:
    """The tiles of the regions below, coloured by the level of a chosen figure."""
    region = frame_panels.region_of(request, code)
    period = period_of(request) or series.last_full_month()
    if period is None:
        return render(request, "monitoring/panels/empty.html", {"region": region})
    chosen = request.GET.get("colour", "pm2_5")
    shown = map_of(region, chosen, period, regime_for(request, period))
    context = {"region": region, "map": shown, "legend": words.badges(), "period": period}
    return render(request, "monitoring/panels/map.html", context)


@login_required
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """A year of days of PM2.5, coloured by the level of its sub-index."""
    region = frame_panels.region_of(request, code)
    return calendar_panel(request, region)


def calendar_panel(request: HttpRequest, region: Region) -> HttpResponse:
    """The calendar of a region; a province has no air of its own and shows a city of one's choice."""
    year = year_of(request)
    if year is None:
        return render(request, "monitoring/panels/empty.html", {"region": region})
    period = Period.parse(str(year))
    cities, subject = city_of_choice(request, region)
    regime = regime_for(request, period)
    records = series.day_records(subject, period, regime)
    points = series.calendar(records, "pm2_5", "µg/m³")
    title = _("PM₂.₅ of %(region)s in %(year)d") % {"region": subject.label, "year": year}
    first, last = kernel.first_day(), kernel.latest_day()
    context = {
        "region": region,
        "subject": subject,
        "cities": cities,
        "year": year,
        "years": list(range(last.year, first.year - 1, -1)) if first and last else [year],
        "title": title,
        "wide": charts.calendar(points, year, title),
        "narrow": charts.month_rows(points, title),
        "counts": level_counts(points),
        "missing": days_elapsed(year, last) - sum(1 for point in points if point.level),
        "regime": words.regime(regime),
        "explain": figures.explain_url(subject.code, "pm2_5", period, regime),
    }
    return render(request, "monitoring/panels/calendar.html", context)


def city_of_choice(request: HttpRequest, region: Region) -> tuple[list[Region], Region]:
    """The cities to choose from and the one chosen; a region with air of its own is its own choice."""
    cities = figures.children_to_rank(region) if region.level == "province" else []
    wanted = request.GET.get("city", "")
    return cities, next((city for city in cities if city.code == wanted), cities[0] if cities else region)


def level_counts(points: list[series.DayPoint]) -> list[tuple[words.Badge, int]]:
    """How many days stood at each level: the calendar in words."""
    return [(badge, sum(1 for point in points if point.level == badge.level)) for badge in words.badges()]


def days_elapsed(year: int, last: date | None) -> int:
    """Days of a year up to the newest day held."""
    whole = Period.parse(str(year)).days
    return whole if last is None or last.year != year else last.timetuple().tm_yday


@login_required
def hours(request: HttpRequest, code: str) -> HttpResponse:
    """The last 24 hours as lines, and as a table."""
    region = frame_panels.region_of(request, code)
    cities, subject = city_of_choice(request, region)
    points = series.last_hours(subject, 24)
    if not points:
        return render(request, "monitoring/panels/empty.html", {"region": region})
    title = _("Hourly concentrations of %(region)s") % {"region": subject.label}
    context = {
        "region": region,
        "subject": subject,
        "cities": cities,
        "points": list(reversed(points)),
        "title": title,
        "columns": [(key, charts.line_label(key)) for key in series.HOUR_KEYS],
        "chart": charts.hours(points, series.HOUR_KEYS, title),
    }
    return render(request, "monitoring/panels/hours.html", context)
