"""The board of targets of one region over all its plans: page, Excel, trend lines, panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lantian.office.frame import clock, panels
from lantian.office.frame.views import own_region, page
from lantian.office.indicators.air import span_of
from lantian.office.monitoring import figures, kernel
from lantian.office.monitoring.indicators import indicator as air_indicator
from lantian.office.papers import harmless
from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.plans.terms import Standing
from lantian.office.rankings.export import as_xlsx
from lantian.office.regions.models import Region
from lantian.office.targets import board, rules, words
from lantian.office.targets.board import Row
from lantian.office.targets.loop import TO_ANSWER, State
from lantian.office.targets.models import Allotment, Division

PENDING = "pending"
MONTHS = 12


@login_required
def target_board(request: HttpRequest) -> HttpResponse:
    """Every goal that binds a region, by indicator, from all plans and letters."""
    region = asked_region(request)
    if region is None:
        return page(request, "targets/empty.html", {"title": _("Targets")})
    on = _asked_day(request)
    every = board.rows_of(region, request.user, on, below=request.GET.get("below") == "1")
    rows = _chosen(request, every)
    groups = board.groups_of(rows)
    shown = [(group, [(row, board.held_url(row)) for row in group.rows]) for group in groups]
    context = {
        "title": _("Targets of %(region)s") % {"region": region.label},
        "subtitle": _("as of %(day)s") % {"day": on.isoformat()},
        "region": region,
        "on": on,
        "below": request.GET.get("below") == "1",
        "regions": _choices(request),
        "groups": shown,
        "others": [(group, lines) for group, lines in shown if not group.has_trend],
        "counts": _counts(every),
        "standings": [(code.value, code.label) for code in Standing]
        + [(PENDING, _("pending until assigned"))],
        "sources": list(words.SOURCES.items()),
        "years": sorted({row.year for row in every if row.year}),
        "indicators": [(group.indicator, group.label) for group in board.groups_of(every)],
        "asked": {key: request.GET.get(key, "") for key in ("standing", "source", "year", "indicator")},
        "shown": len(rows),
        "total": len(every),
        "conflicts": sum(bool(row.conflicts) for row in every),
        "may_divide": rules.may_divide(request.user, region),
    }
    return page(request, "targets/board.html", context)


@login_required
def board_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a workbook."""
    region = asked_region(request)
    if region is None:
        raise Http404(_("There is nothing at this address."))
    on = _asked_day(request)
    rows = _chosen(request, board.rows_of(region, request.user, on, below=request.GET.get("below") == "1"))
    head = [
        _("Indicator"), _("Region"), _("Target"), _("By"), _("Value"), _("Unit of measure"), _("Gap"),
        _("Status"), _("Source"), _("Reason"), _("Officially stated"), _("Binding"), _("Comes from"),
        _("Other goals"),
    ]  # fmt: skip
    title = _("Targets of %(region)s") % {"region": region.label}
    lines = [[harmless(cell) for cell in _cells(row)] for row in rows]
    return as_xlsx(title, head, lines, [title, _("as of %(day)s") % {"day": on.isoformat()}])


def _cells(row: Row) -> list[Any]:
    reading = row.status.reading
    return [
        row.label, row.region.label if row.region else "", row.asks, row.by,
        reading.value if reading else None, row.told.unit, row.told.gap, row.standing, row.source_words,
        row.status.words, row.stated, row.binding, row.origin, "; ".join(row.conflicts),
    ]  # fmt: skip


@login_required
def trend(request: HttpRequest, code: str, indicator: str) -> HttpResponse:
    """A small line of the last twelve months of an indicator of the air."""
    region = get_visible_or_404(Region, request.user, code=code)
    wanted = air_indicator(indicator)
    last = kernel.latest_day()
    if wanted is None or last is None:
        return HttpResponse("")
    points: list[tuple[str, Decimal | None]] = []
    for back in range(MONTHS - 1, -1, -1):
        months = last.year * 12 + last.month - 1 - back
        first = date(months // 12, months % 12 + 1, 1)
        after = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
        end = min(date.fromordinal(after.toordinal() - 1), last)
        regime = kernel.regime_on(last)
        figure = figures.indicator_value(region, wanted.key, span_of(first, end), regime)
        points.append((f"{first:%Y-%m}", figure.value if figure else None))
    label = _("%(what)s by month, %(first)s to %(last)s") % {
        "what": wanted.label, "first": points[0][0], "last": points[-1][0],
    }  # fmt: skip
    return render(
        request, "targets/_trend.html",
        {"line": _line(points), "points": points, "label": label, "width": 132, "height": 30},
    )  # fmt: skip


def _line(points: Sequence[tuple[str, Decimal | None]], width: int = 132, height: int = 30) -> list[str]:
    """Polylines of the known points, broken where a month has no value."""
    known = [value for _month, value in points if value is not None]
    if not known:
        return []
    low, high = min(known), max(known)
    span = (high - low) or Decimal(1)
    runs: list[list[str]] = [[]]
    for at, (_month, value) in enumerate(points):
        if value is None:
            runs.append([])
            continue
        x = 2 + at * (width - 4) / max(len(points) - 1, 1)
        y = height - 3 - float((value - low) / span) * (height - 6)
        runs[-1].append(f"{x:.1f},{y:.1f}")
    return [" ".join(run) for run in runs if run]


@login_required
def allotments_panel(request: HttpRequest, code: str) -> HttpResponse:
    """What is allotted to a region and what it divides itself, with what waits for somebody."""
    region = panels.region_of(request, code)
    own = (
        Allotment.objects.visible_to(request.user)
        .filter(region=region)
        .select_related("division__region", "letter", "region")
    )
    told = [(row, rules.shown_code(request.user, row), rules.shown_state(request.user, row)) for row in own]
    divisions = Division.objects.visible_to(request.user).filter(region=region).prefetch_related("allotments")
    context = {
        "region": region,
        "rows": told,
        "to_answer": sum(row.state in TO_ANSWER for row in own),
        "divided": [(one, *_progress(one)) for one in divisions],
    }
    return render(request, "targets/panels/allotments.html", context)


def _progress(division: Division) -> tuple[int, int, int, int]:
    """How many parts, pending, acknowledged and objected to."""
    states = [row.state for row in division.allotments.all()]
    return (
        len(states), states.count(State.PENDING), states.count(State.ACKNOWLEDGED),
        states.count(State.OBJECTED),
    )  # fmt: skip


def asked_region(request: HttpRequest) -> Region | None:
    """The region of `?region=`, 404 outside the scope; else the person's own."""
    code = request.GET.get("region", "") or request.POST.get("region", "")
    return get_visible_or_404(Region, request.user, code=code) if code else own_region(request)


def _choices(request: HttpRequest) -> list[Region]:
    root = region_root(request.user)
    if root is None:
        return []
    found = Region.objects.visible_to(request.user).filter(valid_to__isnull=True)
    return list(found.exclude(level="township").order_by("path").defer("geometry")[:400])


def _asked_day(request: HttpRequest) -> date:
    try:
        return min(date.fromisoformat(request.GET.get("on", "")), clock.today())
    except ValueError:
        return clock.today()


def _chosen(request: HttpRequest, rows: list[Row]) -> list[Row]:
    standing, source = request.GET.get("standing", ""), request.GET.get("source", "")
    year, indicator = request.GET.get("year", ""), request.GET.get("indicator", "")
    if standing == PENDING:
        rows = [row for row in rows if row.is_pending]
    elif standing:
        rows = [row for row in rows if row.status.code == standing and not row.is_pending]
    if source:
        rows = [row for row in rows if row.source == source]
    if year.isdecimal():
        rows = [row for row in rows if row.year == int(year)]
    if indicator:
        rows = [row for row in rows if indicator in {row.goal.indicator, f"other:{row.label}"}]
    return rows


def _counts(rows: list[Row]) -> list[tuple[str, str, int]]:
    found = [
        (code.value, str(code.label), sum(row.status.code == code and not row.is_pending for row in rows))
        for code in Standing
    ]
    found.append((PENDING, _("pending until assigned"), sum(row.is_pending for row in rows)))
    return [entry for entry in found if entry[2]]
