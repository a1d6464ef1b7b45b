"""The sections of the evaluation page: what each template is given. Every digit comes from `evaluation`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.ambient import Period
from lantian.ambient.attainment import Check, PlaceAttainment
from lantian.office.monitoring import words
from lantian.office.monitoring.figures import Figure
from lantian.office.monitoring.indicators import INDICATORS, STATISTICS, shown_unit
from lantian.office.rankings import charts, evaluation, periods
from lantian.office.rankings import words as rank_words
from lantian.office.rankings.evaluation import FIGURES, Subject


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is asked for; `problem` says what could not be read."""

    subject: Subject
    grade: int
    variant: str
    problem: str


Made = tuple[str, dict[str, Any]] | None


def attainment(request: HttpRequest, asked: Asked) -> Made:
    """Each statistic against its limit, the days by the daily limits; for a province its cities."""
    subject = asked.subject
    if subject.region.level == "province":
        rows = evaluation.of_cities(
            subject.region, subject.period, subject.regime, asked.grade, asked.variant
        )
        if not any(row for _city, row in rows):
            return None
        attained = sum(row is not None and row.attained is True for _city, row in rows)
        context = {
            "rows": [
                (city, row, *_city(Subject(city, subject.period, subject.regime), row)) for city, row in rows
            ],
            "attained": attained,
        }
        return "cities", context
    found = evaluation.attainment(subject, asked.grade, asked.variant)
    row = found[1].get(subject.region.code) if found else None
    if found is None or row is None:
        return None
    checks = [
        (
            INDICATORS[check.item],
            check,
            AVERAGINGS[check.averaging],
            _method(check.statistic.method),
            _figure_url(subject, check, row.evaluation.statistics[check.item].method),
        )
        for check in row.checks
    ]
    by_item = [
        (INDICATORS[item].short, row.days.by_item[item], row.days.item_rate(item)) for item in STATISTICS
    ]
    context = {
        "row": row,
        "checks": checks,
        "by_item": by_item,
        "marks": found[0].marks,
        "judged": words.regime(found[0].regime),
        "exceeding": _items(row.exceeding),
        "unverified": any(not rule.verified for rule in found[0].rules),
        "version": found[0].data_version,
    }
    return "attainment", context


def _city(subject: Subject, row: PlaceAttainment | None) -> tuple[str, Figure | None]:
    """What a city is above the limit in, and its index."""
    if row is None:
        return "", None
    return _items(row.exceeding), subject.figure("composite_index", row.evaluation)


AVERAGINGS: dict[str, Any] = {
    "year": gettext_lazy("annual limit"),
    "day": gettext_lazy("24-hour limit"),
    "mda8": gettext_lazy("8-hour limit"),
}


def _method(method: str) -> str:
    kind, _space, number = method.partition(" ")
    return _("percentile %(number)s") % {"number": number} if kind == "percentile" else _("mean")


def _figure_url(subject: Subject, check: Check, usual: str) -> str:
    """The explanation of a statistic, where it is the one that the explanation page tells."""
    if check.statistic.method != usual:
        return ""
    return evaluation.explained(subject.region, check.item, subject.period, subject.regime)


def _items(keys: Any) -> str:
    return _(", ").join(INDICATORS[key].short for key in keys)


def change(request: HttpRequest, asked: Asked) -> Made:
    """Now and a year before, both under one regime, which is said."""
    found = evaluation.change(asked.subject)
    if found is None:
        return None
    comparison, row = found
    subject = asked.subject
    rows = []
    for key in FIGURES:
        own = row.changes[key]
        now = subject.figure(key, row.now, comparison.regime) if row.now else None
        then = subject.figure(key, row.then, comparison.regime, comparison.against) if row.then else None
        rows.append((rank_words.short(key), shown_unit(INDICATORS[key].unit), then, now, own))
    context = {
        "rows": rows,
        "row": row,
        "against": periods.label(comparison.against),
        "compared": words.regime(comparison.regime),
        "marks": comparison.marks,
    }
    return "change", context


def regimes(request: HttpRequest, asked: Asked) -> Made:
    """The same data under every standard."""
    found = evaluation.regimes(asked.subject)
    if not found:
        return None
    subject = asked.subject
    columns = [
        (
            words.regime(one.name),
            one,
            [(subject.figure(key, one.row, one.name), one.limits.get(key)) for key in STATISTICS],
            subject.figure("composite_index", one.row, one.name),
            _items(one.exceeding),
        )
        for one in found
    ]
    rows = [
        (INDICATORS[key], [(column[2][at][0], column[2][at][1]) for column in columns])
        for at, key in enumerate(STATISTICS)
    ]
    mixed = len({one.name for one in found if one.in_force and one.name != "by-date"}) > 1
    return "regimes", {"columns": columns, "rows": rows, "mixed": mixed}


def shares(request: HttpRequest, asked: Asked) -> Made:
    """Load shares as a chart and a table; what one unit less of each pollutant gives."""
    found = evaluation.shares(asked.subject, request.user)
    if found is None:
        return None
    title = _("Load shares of the composite index")
    rows = [
        (
            INDICATORS[load.item],
            asked.subject.figure(load.item, found.row),
            load,
            found.falls[load.item],
            found.holders[load.item],
        )
        for load in found.loads
    ]
    context = {
        "rows": rows,
        "index": asked.subject.figure("composite_index", found.row),
        "chart": charts.shares({load.item: load.share for load in found.loads}, title),
        "title": title,
        "most": INDICATORS[found.loads[0].item].short,
        "steepest": INDICATORS[next(iter(found.falls))].short,
        "judged": words.regime(found.regime),
    }
    return "shares", context


def what_if(request: HttpRequest, asked: Asked) -> Made:
    """A small form: how much each statistic falls, and the index and rank then."""
    falls = {key: request.GET.get(f"fall_{key}", "").strip()[:8] for key in STATISTICS}
    found = evaluation.what_if(asked.subject, falls)
    if found is None:
        return None
    row = asked.subject.ground().row(asked.subject.region, asked.subject.period, asked.subject.regime)
    fields = [
        (
            INDICATORS[key],
            shown_unit(INDICATORS[key].unit),
            row.statistics[key].value if row else None,
            falls[key],
            "0.1" if key == "co" else "1",
        )
        for key in STATISTICS
    ]
    return "what_if", {"fields": fields, "found": found, "asked_any": any(falls.values())}


def trend(request: HttpRequest, asked: Asked) -> Made:
    """Spearman's coefficient of each figure over years, the same month of years, or months."""
    labels = {
        "years": _("whole years"),
        "same-month": _("the same month of each year"),
        "months": _("months one after the other"),
    }
    kind = request.GET.get("trend", "")
    if kind not in labels:
        whole = evaluation.trend_periods(asked.subject.period, "years")
        kind = "years" if len(whole) >= evaluation.LEAST else "months"
    found = evaluation.trend(asked.subject, kind)
    context: dict[str, Any] = {"kind": kind, "kinds": list(labels.items()), "least": evaluation.LEAST}
    if found is None:
        return "trend", context | {
            "rows": [],
            "held": len(evaluation.trend_periods(asked.subject.period, kind)),
        }
    labels_of = [period.label for period in found.periods]
    title = _("Values of the periods")
    rows = [
        (rank_words.short(key), found.trends[key], _direction(found.trends[key]), found.values[key])
        for key in FIGURES
    ]
    context |= {
        "rows": rows,
        "held": len(found.periods),
        "labels": labels_of,
        "chart": charts.trend(labels_of, found.values, title),
        "title": title,
        "judged": words.regime(found.regime),
        "marks": ("few_days",) if found.short else (),
        "mixed": [
            (period.label, words.source(source))
            for period, source in zip(found.periods, found.sources, strict=True)
        ]
        if found.mixed
        else [],
    }
    return "trend", context


def _direction(found: Any) -> str:
    if found.direction is None:
        return words.why(found.why)
    return str(rank_words.DIRECTIONS[found.direction])


def years(request: HttpRequest, asked: Asked) -> Made:
    """The mean of three annual figures, each year's validity beside it."""
    found = evaluation.three_years(asked.subject)
    if found is None:
        return None
    evaluated, row, span = found
    if row is None:
        return None
    rows = [
        (
            INDICATORS[key],
            row.means[key],
            [
                (
                    year,
                    own.value if own else None,
                    evaluation.explained(asked.subject.region, key, Period.year(year), evaluated.regime)
                    if own and own.value is not None
                    else "",
                    words.why(row.means[key].why.get(year)),
                )
                for year, own in row.means[key].years.items()
            ],
        )
        for key in STATISTICS
    ]
    context = {
        "rows": rows,
        "years": list(range(span.first, span.last + 1)),
        "judged": words.regime(evaluated.regime),
        "whole": all(mean.valid for mean in row.means.values()),
    }
    return "years", context


SECTIONS = {
    "attainment": attainment,
    "change": change,
    "regimes": regimes,
    "shares": shares,
    "what-if": what_if,
    "trend": trend,
    "years": years,
}
