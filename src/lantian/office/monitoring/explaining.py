"""How a figure came about: value → statistics → days → hours, rows used and refused, rules, rounding, data
version.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.monitoring import charts, figures, kernel, series, sources, tables, words
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS, Indicator, indicator, shown_unit
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.requests import as_of_of, period_or_404
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

LONGEST_DAY_TABLE = 366


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be explained: whose figure, which, when, under which regime, from which data version."""

    subject: Region | Station
    indicator: Indicator
    period: Period
    regime: str
    as_of: int | None

    @property
    def code(self) -> str:
        return str(self.subject.code)


@login_required
def explain(request: HttpRequest, subject: str, indicator: str, period: str) -> HttpResponse:
    """The explanation of one figure, printable."""
    question = ask(request, subject_of(request, subject), indicator, period)
    context = answer(question)
    context["crumbs"] = _crumbs(request, question)
    return page(request, "monitoring/explain.html", context)


def subject_of(request: HttpRequest, code: str) -> Region | Station:
    """The region or station of this code, as far as the person may see it."""
    if Region.objects.filter(code=code).exists():
        return get_visible_or_404(Region, request.user, code=code)
    return get_visible_or_404(Station.objects.select_related("region"), request.user, code=code)


def ask(request: HttpRequest, subject: Region | Station, name: str, period: str) -> Question:
    """The question in an address, or 404 where it asks for something that is no indicator or period."""
    wanted = indicator(name)
    if wanted is None:
        raise Http404(_("There is no such indicator."))
    regime = request.GET.get("regime", "by-date")
    if regime != "by-date" and regime not in kernel.regimes():
        raise Http404(_("There is no such standard."))
    return Question(subject, wanted, period_or_404(period), regime, as_of_of(request))


def answer(question: Question, *, public: bool = False) -> dict[str, Any]:
    """Everything the page of an explanation shows. A public one goes down to the days, not to stations'
    hours.
    """
    context: dict[str, Any] = {
        "title": _("How this figure was computed"),
        "question": question,
        "indicator": question.indicator,
        "subject": question.subject,
        "period": question.period,
        "regime": words.regime(question.regime),
        "regime_name": question.regime,
        "regimes": [(name, words.regime(name)) for name in ("by-date", *kernel.regimes())],
        "version": question.as_of if question.as_of is not None else kernel.data_version(),
        "newest_version": kernel.data_version(),
        "unit": shown_unit(question.indicator.unit),
        "public": public,
        "columns": [INDICATORS[key] for key in STATISTICS],
    }
    if isinstance(question.subject, Station):
        context |= _of_station(question, question.subject)
    elif question.subject.level == "province":
        context |= _of_province(question, question.subject)
    else:
        context |= _of_region(question, question.subject)
    return context


def _of_station(question: Question, station: Station) -> dict[str, Any]:
    row = tables.station_rows([station], question.period, question.regime, question.as_of)[0]
    found: dict[str, Any] = {"source": words.source("station")}
    if question.indicator.statistic or question.indicator.key == "composite_index":
        figure = row.index
        if question.indicator.statistic:
            figure = row.values[STATISTICS.index(question.indicator.statistic)]
        found["figure"] = figure
        found["steps"] = _kernel(question, station.place, "station", None)
    return found | _days(question)


def _of_region(question: Question, region: Region) -> dict[str, Any]:
    row = figures.region_figures(region, question.period, question.regime, question.as_of)
    found: dict[str, Any] = {
        "figure": row.figure(question.indicator.key),
        "row": row,
        "source": words.source(row.source),
    }
    if question.indicator.key == "composite_rank":
        pool = sources.pool_of(region)
        found["ranking"] = tables.ranking_rows(pool, question.period, question.regime)
        found["highlight"] = region.code
        return found
    if row.source and (question.indicator.statistic or question.indicator.key == "composite_index"):
        basis = sources.basis(region, question.period, question.regime, question.as_of)
        found["steps"] = _kernel(question, basis.place, basis.level, basis.groups)
        found["stations"] = list(Station.objects.filter(place__in=basis.members))
    return found | _days(question)


def _of_province(question: Question, region: Region) -> dict[str, Any]:
    row = figures.region_figures(region, question.period, question.regime, question.as_of)
    cities = figures.children_to_rank(region)
    parts = figures.evaluate_regions(cities, question.period, question.regime, question.as_of)
    statistic = row.statistics.get(question.indicator.statistic) if question.indicator.statistic else None
    return {
        "figure": row.figure(question.indicator.key),
        "row": row,
        "source": words.source(row.source),
        "statistic": statistic,
        "province": [(part.region, part.figure(question.indicator.key), part) for part in parts.values()],
        "statistics": [row.figure(key) for key in STATISTICS]
        if question.indicator.key == "composite_index"
        else [],
    }


def _kernel(question: Question, place: str, level: str, groups: dict[str, str] | None) -> Any:
    try:
        return kernel.explanation(
            place,
            question.indicator.key,
            question.period,
            level=level,
            regime=question.regime,
            groups=groups,
            as_of=question.as_of,
        )
    except LantianError:
        # The region has days, this pollutant has none: the table of days below says so day by day.
        return None


def _days(question: Question) -> dict[str, Any]:
    if question.period.days > LONGEST_DAY_TABLE:
        return {}
    records = series.day_records(question.subject, question.period, question.regime, question.as_of)
    rows = tables.day_rows(question.code, records, question.period, question.regime)
    return {
        "days": list(reversed(rows)),
        "good": [row for row in rows if row.aqi is not None and row.badge and row.badge.level <= 2],
        "heavy": [row for row in rows if row.aqi is not None and row.badge and row.badge.level >= 5],
        "valid": [row for row in rows if row.aqi is not None],
    }


@login_required
def hours(request: HttpRequest, subject: str, indicator: str, period: str, day: str) -> HttpResponse:
    """The hours of one day behind a figure, as a fragment: of the region and of each of its stations."""
    whose = subject_of(request, subject)
    one = period_or_404(day)
    if one.days != 1:
        raise Http404(_("There is no such day."))
    question = ask(request, whose, indicator, period)
    context = {
        "question": question,
        "day": one.first,
        "columns": _hour_columns(question),
        "blocks": _hour_blocks(question, one),
    }
    return render(request, "monitoring/_explain_hours.html", context)


def _hour_columns(question: Question) -> list[tuple[str, str]]:
    key = question.indicator.statistic
    keys = [key.removesuffix("_8h")] if key else list(series.HOUR_KEYS)
    return [(name, charts.line_label(name)) for name in keys]


def _hour_blocks(question: Question, day: Period) -> list[tuple[str, list[series.HourPoint]]]:
    end = series.end_of_day(day.first)
    subjects: list[Region | Station] = [question.subject]
    if isinstance(question.subject, Region):
        basis = sources.basis(question.subject, question.period, question.regime, question.as_of)
        subjects += list(Station.objects.filter(place__in=basis.members).order_by("code"))
    return [(each.label, series.last_hours(each, 24, until=end)) for each in subjects]


def _crumbs(request: HttpRequest, question: Question) -> list[tuple[str, str]]:
    if isinstance(question.subject, Station):
        return [
            (_("Stations"), reverse("monitoring:stations")),
            (question.subject.label, question.subject.get_absolute_url()),
        ]
    return [(question.subject.label, reverse("regions:page", args=[question.subject.code]))]
