"""How a figure came about: value → statistics → days → hours, rows used and refused, rules, rounding, data
version.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.ambient.exact import to_decimal
from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.monitoring import figures, kernel, sources, tables, words
from lantian.office.monitoring.indicators import EXPLAINED, INDICATORS, STATISTICS, Indicator, shown_unit
from lantian.office.monitoring.indicators import explainable as indicator
from lantian.office.monitoring.models import Station
from lantian.office.monitoring.requests import as_of_of, period_or_404
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

if TYPE_CHECKING:
    from lantian.ambient import Explanation

# Figures of a region that its tables hold; others come from their explanation.
SHOWN_FROM_TABLES = {
    "composite_index", "composite_rank", "good_days", "heavy_days", "good_days_ratio", "heavy_days_ratio",
}  # fmt: skip

MADE_OF_THE_INDEX = ("change_rate", *(f"load_share_{item}" for item in STATISTICS))


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be explained: whose figure, which, when, under which regime, from which data version.

    `behind`: the period of the figure that a day stands behind. The day is then told from what that figure
    was computed from, stations or feed, which for the day alone could be another.
    """

    subject: Region | Station
    indicator: Indicator
    period: Period
    regime: str
    as_of: int | None
    behind: Period | None = None

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
    span = period_or_404(period)
    return Question(subject, wanted, span, kernel.settled(regime, span.first), as_of_of(request))


def answer(question: Question, *, public: bool = False) -> dict[str, Any]:
    """Everything the page of an explanation shows. A public one goes down to the days, not to stations'
    hours.
    """
    context: dict[str, Any] = {
        "title": _("How this figure was computed"),
        # One item of one day opens down to its hours at once; six items would be a long page.
        "open_all": question.period.days == 1 and question.indicator.key != "aqi" and not public,
        "question": question,
        "indicator": question.indicator,
        "subject": question.subject,
        "period": question.period,
        "period_words": words.period(question.period),
        "regime": words.regime(question.regime),
        "regime_name": question.regime,
        "regimes": [(name, words.regime(name)) for name in ("by-date", *kernel.regimes())],
        "version": question.as_of if question.as_of is not None else kernel.data_version(),
        "newest_version": kernel.data_version(),
        "unit": shown_unit(question.indicator.unit),
        "public": public,
        "columns": [INDICATORS[key] for key in STATISTICS],
        "query": _query(question),
    }
    if isinstance(question.subject, Station):
        context |= _of_station(question, question.subject)
    elif question.subject.level == "province":
        context |= _of_province(question, question.subject)
    else:
        context |= _of_region(question, question.subject)
    steps = context.get("steps")
    if question.indicator.key == "composite_index" and steps is not None and steps.value is not None:
        context["made_of_it"] = [EXPLAINED[key] for key in MADE_OF_THE_INDEX]
    if question.regime == "by-date" and steps is not None:
        context["used_regime"] = words.regime(steps.regime)
    return context


def _of_station(question: Question, station: Station) -> dict[str, Any]:
    row = tables.station_rows([station], question.period, question.regime, question.as_of)[0]
    found: dict[str, Any] = {"source": words.source("station")}
    if question.indicator.statistic:
        found["figure"] = row.values[STATISTICS.index(question.indicator.statistic)]
    elif question.indicator.key == "composite_index":
        found["figure"] = row.index
    found["steps"] = steps_of(question, station.place, "station", None)
    return _with_value(question, found)


def _of_region(question: Question, region: Region) -> dict[str, Any]:
    row = figures.region_figures(region, question.period, question.regime, question.as_of)
    basis = sources.basis(region, question.behind or question.period, question.regime, question.as_of)
    found: dict[str, Any] = {
        "figure": row.of(question.indicator),
        "source": words.source(basis.source),
    }
    if question.indicator.key == "composite_rank":
        pool = sources.pool_of(region)
        ranking = tables.ranking_rows(pool, question.period, question.regime)
        known = kernel_answer(question) is not None
        return found | {"ranking": ranking, "highlight": region.code, "exports": known}
    if not basis.source:
        return found
    found["steps"] = steps_of(question, basis.place, basis.level, basis.groups)
    found["stations"] = list(Station.objects.filter(place__in=basis.members).order_by("code"))
    return _with_value(question, found)


def _with_value(question: Question, found: dict[str, Any]) -> dict[str, Any]:
    """With a figure that only the steps know: the AQI of a day, a load share, the change on the year."""
    steps = found.get("steps")
    found["exports"] = steps is not None
    if steps is None or (question.indicator.statistic or question.indicator.key in SHOWN_FROM_TABLES):
        return found
    value = Decimal(steps.value) if steps.value is not None else None
    key = question.indicator.key
    figure = figures.Figure(value, "", "", tuple(steps.marks), not steps.verified, None, key, question.code)
    return found | {"figure": figure}


def kernel_answer(question: Question, *, rows: bool = False) -> Explanation | None:
    """The kernel's explanation of a question, with the store's own hours if asked; None where there is none.

    A province has none: its figures are means of its cities'. Nor has a rank that the kernel would take
    among other places than the province's.
    """
    subject = question.subject
    if isinstance(subject, Station):
        return steps_of(question, subject.place, "station", None, rows=rows)
    if subject.level == "province":
        return None
    basis = sources.basis(subject, question.behind or question.period, question.regime, question.as_of)
    if not basis.source or (question.indicator.key == "composite_rank" and basis.groups is None):
        return None
    return steps_of(question, basis.place, basis.level, basis.groups, rows=rows)


def _query(question: Question) -> str:
    return f"regime={question.regime}" + (f"&as_of={question.as_of}" if question.as_of is not None else "")


def _of_province(question: Question, region: Region) -> dict[str, Any]:
    row = figures.region_figures(region, question.period, question.regime, question.as_of)
    cities = figures.children_to_rank(region)
    parts = figures.evaluate_regions(cities, question.period, question.regime, question.as_of)
    return {
        "figure": row.of(question.indicator),
        "source": words.source(row.source),
        "province": [(part.region, part.of(question.indicator), part) for part in parts.values()],
        "province_formula": _province_formula(question, row, list(parts.values())),
        "statistics": [row.of(INDICATORS[key]) for key in STATISTICS]
        if question.indicator.key == "composite_index"
        else [],
    }


def _province_formula(
    question: Question, row: figures.RegionFigures, parts: list[figures.RegionFigures]
) -> str:
    """How the province's figure follows from its cities', as arithmetic."""
    key = question.indicator.statistic
    if key and key in row.statistics and row.statistics[key].unrounded is not None:
        number = sum(1 for part in parts if key in part.statistics and part.statistics[key].value is not None)
        exact = to_decimal(row.statistics[key].unrounded)
        return f"Σ / {number} = {exact:.6f} → {row.statistics[key].value}"
    if question.indicator.key in {"good_days_ratio", "heavy_days_ratio"} and row.days_used:
        part = row.good_days if question.indicator.key == "good_days_ratio" else row.heavy_days
        return f"{part} / {row.days_used} × 100 % = {row.of(question.indicator).value} %"
    if question.indicator.key in {"good_days", "heavy_days"}:
        return f"Σ = {row.of(question.indicator).value}"
    return ""


def steps_of(
    question: Question, place: str, level: str, groups: dict[str, str] | None, *, rows: bool = False
) -> Explanation | None:
    """The kernel's explanation; None where it has nothing of the place in the period."""
    asked = kernel.explanation_with_rows if rows else kernel.explanation
    try:
        return asked(
            place,
            question.indicator.key,
            question.period,
            level=level,
            regime=question.regime,
            groups=groups,
            as_of=question.as_of,
        )
    except LantianError:
        return None


@login_required
def hours(request: HttpRequest, subject: str, indicator: str, period: str, day: str) -> HttpResponse:
    """One day behind a figure, as a fragment: its stations and their hours."""
    if period_or_404(day).days != 1:
        raise Http404(_("There is no such day."))
    question = replace(
        ask(request, subject_of(request, subject), indicator, day), behind=period_or_404(period)
    )
    context = answer(question) | {"open_all": True}
    return render(request, "monitoring/_explain_day.html", context)


def _crumbs(request: HttpRequest, question: Question) -> list[tuple[str, str]]:
    if isinstance(question.subject, Station):
        return [
            (_("Stations"), reverse("monitoring:stations")),
            (question.subject.label, question.subject.get_absolute_url()),
        ]
    return [(question.subject.label, reverse("regions:page", args=[question.subject.code]))]
