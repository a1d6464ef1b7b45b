"""What rankings put on the board and the page of a region: the distance to a line."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.office.frame import panels as frame_panels
from lantian.office.monitoring import figures, series, words
from lantian.office.monitoring.indicators import INDICATORS, shown_unit
from lantian.office.rankings import asking, charts, distance, periods
from lantian.office.rankings import words as rank_words
from lantian.office.regions.models import Region


@login_required
def distance_panel(request: HttpRequest, code: str) -> HttpResponse:
    """Who stands on a line, how much must fall, by which pollutant cheapest."""
    region = frame_panels.region_of(request, code)
    subject, cities = _subject(request, region)
    period, _problem = periods.asked_period(request, series.year_to_date())
    ask = distance.asked(request, subject, period) if period else None
    if period is None or ask is None:
        return render(request, "rankings/panels/empty.html", {"region": region})
    line = distance.read_line(request.GET.get("line", ""), ask.pool.kernel.size)
    found = distance.gap(ask, subject, line, request.user)
    offered = periods.groups()
    context = {
        "region": region,
        "subject": subject,
        "cities": cities,
        "ask": ask,
        "gap": found,
        "line": line,
        "line_words": rank_words.line(line),
        "lines": distance.lines(ask.pool.kernel.size),
        "pools": distance.choices(request.user, subject, period.last),
        "bys": [(key, rank_words.short(key)) for key in asking.FIGURES],
        "by": INDICATORS[ask.by],
        "unit": shown_unit(INDICATORS[ask.by].unit),
        "period_groups": offered,
        "custom": period.label not in {c.value for group in offered for c in group.choices},
        "period_words": periods.label(period),
        "regime_words": words.regime(ask.named_regime),
        "reductions": _reductions(found),
        "query": request.GET.urlencode(),
        "months": _has_months(period),
    }
    return render(request, "rankings/panels/distance.html", context)


@login_required
def distance_months(request: HttpRequest, code: str) -> HttpResponse:
    """The gap month by month, to date: a chart and its table."""
    region = frame_panels.region_of(request, code)
    subject, _cities = _subject(request, region)
    period, _problem = periods.asked_period(request, series.year_to_date())
    ask = distance.asked(request, subject, period) if period else None
    if ask is None:
        return render(request, "rankings/panels/empty.html", {"region": region})
    line = distance.read_line(request.GET.get("line", ""), ask.pool.kernel.size)
    points = distance.over_time(ask, subject, line)
    labels = [f"{point.period.last:%Y-%m}" for point in points]
    names = (subject.short_label, _("the line: %(line)s") % {"line": rank_words.line(line)})
    context = {
        "points": list(zip(labels, points, strict=True)),
        "chart": charts.over_time(points, labels, names),
        "title": _("%(region)s and the line, month by month to date") % {"region": subject.short_label},
        "by_short": rank_words.short(ask.by),
    }
    return render(request, "rankings/panels/months.html", context)


def _subject(request: HttpRequest, region: Region) -> tuple[Region, list[Region]]:
    """A province shows a city of one's choice; other regions themselves."""
    cities = figures.children_to_rank(region) if region.level == "province" else []
    wanted = request.GET.get("city", "")
    return next((c for c in cities if c.code == wanted), cities[0] if cities else region), cities


def _has_months(period: Period) -> bool:
    return (period.first.year, period.first.month) != (period.last.year, period.last.month)


def _reductions(found: distance.Gap) -> list[tuple[str, object, str]]:
    """Each pollutant: its symbol, what it must do, and whether that can be."""
    if found.reductions is None:
        return []
    return [
        (INDICATORS[one.item].short, one, str(rank_words.VERDICTS[one.verdict]))
        for one in found.reductions.alone
    ]
