"""The air of a region as indicators: figures, ranks and their change on the year.

Every digit comes from `monitoring.figures` and `rankings.evaluation`, so that an indicator, a board and an
explanation never differ. A period that is still running is answered for the days so far and says so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.ambient.period import Period as Span
from lantian.office.indicators.registry import Answer, Indicator, Line, Period, Subject, register

if TYPE_CHECKING:
    from lantian.office.monitoring.figures import RegionFigures

RANK = "composite_rank"
STATISTICS = ("pm2_5", "pm10", "so2", "no2", "o3_8h", "co")
DAYS = ("good_days", "heavy_days")
RATIOS = ("good_days_ratio", "heavy_days_ratio")
FIGURES = ("composite_index", *STATISTICS, *DAYS, *RATIOS)
HIGHER_IS_BETTER = frozenset({"good_days", "good_days_ratio"})
TO_DATE = "to_date"

_FORMULAS = {
    "mean": gettext_lazy(
        "Mean of the daily means of the region's stations over the period; a province: mean of its cities."
    ),
    "co": gettext_lazy("95th percentile of the daily means over the period."),
    "o3_8h": gettext_lazy("90th percentile of the daily maximum 8-hour means over the period."),
    "composite_index": gettext_lazy("Sum of the six statistics, each over its limit."),
    RANK: gettext_lazy("Place by composite index among its like in the province; 1 is the cleanest."),
    "good_days": gettext_lazy("Days with an AQI of at most 100."),
    "heavy_days": gettext_lazy("Days with an AQI above 200."),
    "good_days_ratio": gettext_lazy("Good days over the days with a valid AQI."),
    "heavy_days_ratio": gettext_lazy("Days of heavy pollution over the days with a valid AQI."),
    "change": gettext_lazy(
        "(this period - same period of last year) / same period of last year, both under one standard; "
        "below 0 it fell."
    ),
    "difference": gettext_lazy(
        "This period less the same period of last year, both under one standard; below 0 it fell."
    ),
    "rank_change": gettext_lazy(
        "Rank of this period less rank of the same period of last year; below 0 it moved up."
    ),
}


def register_air() -> None:
    """Called once, when the app is ready."""
    from lantian.office.monitoring.indicators import INDICATORS

    for key in (*FIGURES, RANK):
        formula = _FORMULAS.get(key, _FORMULAS["mean"])
        _register(key, _label(key), INDICATORS[key].unit, _figure, formula)
    for key in FIGURES:
        _register(f"{key}_change", _changed(key), "%", _change, _FORMULAS["change"])
        unit = "pp" if key in RATIOS else INDICATORS[key].unit
        _register(f"{key}_difference", _differing(key), unit, _difference, _FORMULAS["difference"])
    _register(f"{RANK}_change", _differing(RANK), "place", _rank_change, _FORMULAS["rank_change"])


def _register(code: str, title: Any, unit: str, ask: Any, formula: Any) -> None:
    key = code.removesuffix("_change").removesuffix("_difference")

    def compute(subject: Subject, period: Period) -> Answer:
        return _answered(subject, period, key, ask)

    better = key in HIGHER_IS_BETTER
    register(
        Indicator(code, title, unit, compute, formula=formula, higher_is_better=better, source="evaluation")
    )


def _answered(subject: Subject, period: Period, key: str, ask: Any) -> Answer:
    span, reason = held(period)
    if span is None:
        return Answer(None, reason)
    answer: Answer = ask(subject.region, span, key)
    if span.last == period.last:
        return answer
    return replace(answer, marks=(*answer.marks, TO_DATE))


def held(period: Period) -> tuple[Span | None, str]:
    """The days of a period that the office holds air data of; or None and the reason."""
    from lantian.office.monitoring import kernel
    from lantian.office.rankings.evaluation import first_day

    first, last = first_day(), kernel.latest_day()
    if first is None or last is None:
        return None, _("The office holds no air data.")
    told = {"first": first.isoformat(), "last": last.isoformat()}
    if period.first > last or period.first < first:
        return None, _("The air data reach from %(first)s to %(last)s only.") % told
    return span_of(period.first, min(period.last, last)), ""


def span_of(first: date, last: date) -> Span:
    """The days as the kernel names them: a whole year or month asks for more valid days than a span."""
    year = first.year
    labels = [f"{year}", f"{year}-H1", f"{year}-H2", *(f"{year}-Q{n}" for n in range(1, 5)), f"{first:%Y-%m}"]
    for span in map(Span.parse, labels):
        if (span.first, span.last) == (first, last):
            return span
    return Span(first, last)


def _regime(span: Span) -> str:
    from lantian.office.monitoring import kernel

    return kernel.regime_on(span.last)


def _figure(region: Any, span: Span, key: str) -> Answer:
    from lantian.office.monitoring import figures, words

    row = figures.region_figures(region, span, _regime(span))
    found = row.figure(key)
    if found is None or found.value is None:
        return Answer(None, words.why(found.why if found else "no_data"), url=found.url if found else "")
    line = Line(_line(span, row, key), found.value, found.url)
    return Answer(
        found.value, "", (line,), found.url, found.days_used, not found.unverified, found.marks,
        among=_ranked(span, row) if key == RANK else None,
    )  # fmt: skip


def _line(span: Span, row: RegionFigures, key: str) -> str:
    from lantian.office.monitoring import words

    if key == RANK:
        told = {"period": words.period(span), "count": _ranked(span, row)}
        return _("%(period)s, among %(count)d") % told
    return words.period(span)


def _ranked(span: Span, row: RegionFigures) -> int:
    """How many of its level in the province have a rank: those without a composite index have none."""
    from lantian.office.monitoring import figures, sources

    pool = figures.evaluate_regions(sources.pool_of(row.region), span, row.regime)
    return sum(other.rank is not None for other in pool.values())


def _sides(region: Any, span: Span, key: str) -> tuple[Answer, Answer]:
    """The figure now and a year before, both under the regime of now."""
    from lantian.office.monitoring import figures, words

    regime, answers = _regime(span), []
    for side in (span, span.previous_year()):
        row = figures.region_figures(region, side, regime)
        found = row.figure(key)
        if found is None or found.value is None:
            why = words.why(found.why if found else "no_data")
            answers.append(Answer(None, f"{words.period(side)}: {why}"))
            continue
        line = Line(_line(side, row, key), found.value, found.url)
        answers.append(
            Answer(found.value, "", (line,), found.url, found.days_used, not found.unverified, (row.source,))
        )
    return answers[0], answers[1]


def _both(now: Answer, then: Answer, value: Decimal) -> Answer:
    # A feed of city means on one side and stations on the other says nothing about the air.
    if now.marks != then.marks:
        return Answer(None, _("The two years do not come from one source."), (*now.lines, *then.lines))
    return Answer(
        value, "", (*now.lines, *then.lines), now.url, now.count, now.verified and then.verified, ()
    )


def _change(region: Any, span: Span, key: str) -> Answer:
    from lantian.office.monitoring import figures

    now, then = _sides(region, span, key)
    if now.value is None or then.value is None:
        return Answer(None, now.reason or then.reason, (*now.lines, *then.lines))
    value = figures.change(now.value, then.value)
    if value is None:
        return Answer(
            None, _("Last year's value is 0: there is no change in per cent."), (*now.lines, *then.lines)
        )
    return _both(now, then, value)


def _difference(region: Any, span: Span, key: str) -> Answer:
    now, then = _sides(region, span, key)
    if now.value is None or then.value is None:
        return Answer(None, now.reason or then.reason, (*now.lines, *then.lines))
    return _both(now, then, now.value - then.value)


def _rank_change(region: Any, span: Span, key: str) -> Answer:
    return _difference(region, span, key)


def _name(key: str) -> str:
    from lantian.office.monitoring.indicators import INDICATORS

    return INDICATORS[key].short if key in STATISTICS else INDICATORS[key].label


def _said(key: str, kind: str) -> str:
    words = {
        "": "%(what)s",
        "change": _("%(what)s: change on the year"),
        "difference": _("%(what)s: difference on the year"),
    }
    return words[kind] % {"what": _name(key)}


_lazily = lazy(_said, str)


def _label(key: str) -> Any:
    return _lazily(key, "")


def _changed(key: str) -> Any:
    return _lazily(key, "change")


def _differing(key: str) -> Any:
    return _lazily(key, "difference")
