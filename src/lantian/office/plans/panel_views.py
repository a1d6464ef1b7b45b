"""The fragments of the board and of a region's page: targets with status and gap, tasks due."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.office.frame import clock, panels
from lantian.office.plans import rules
from lantian.office.plans.models import Plan, Task
from lantian.office.plans.terms import Standing

SHOWN = 6
FIRST = 8  # targets a phone shows before it is asked for all
_ORDER = {"missed": 0, "at_risk": 1, "on_track": 2, "achieved": 3}


def asked_day(request: HttpRequest) -> date:
    """The day a board is about: `?on=`, else the last day of `?period=` that has been, else today."""
    today = clock.today()
    asked = request.GET.get("on", "")
    try:
        if asked:
            return date.fromisoformat(asked)
        if request.GET.get("period"):
            from lantian.ambient import Period

            return min(Period.parse(request.GET["period"]).last, today)
    except (ValueError, LookupError):
        return today
    return today


@login_required
def targets_panel(request: HttpRequest, code: str) -> HttpResponse:
    """Targets about a region: where they stand and what is missing."""
    region = panels.region_of(request, code)
    on = asked_day(request)
    rows = rules.statuses_of(rules.targets_of(region, request.user), on, within=region)
    known = [r for r in rows if r.status.code != Standing.NOT_COMPUTABLE]
    unknown = [r for r in rows if r.status.code == Standing.NOT_COMPUTABLE]
    with_reading = [r for r in unknown if r.status.reading and r.status.reading.value is not None]
    blocked = [r for r in unknown if r not in with_reading]
    known.sort(key=lambda r: (_ORDER[r.status.code], r.target.last_day or date.max))
    with_reading.sort(key=lambda r: (r.status.gap is None, r.target.last_day or date.max))
    blocked.sort(key=lambda r: r.status.words)
    context = {
        "region": region,
        "on": on,
        "first": FIRST,
        "shown": [*known, *with_reading],
        "blocked": [(why, list(group)) for why, group in groupby(blocked, key=lambda r: r.status.words)],
        "blocked_count": len(blocked),
        "counts": [(Standing(c), n) for c, n in rules.counts_by_standing(rows).items()],
        "open_plans": set(Plan.objects.visible_to(request.user).values_list("pk", flat=True)),
        "several": any(r.region != region for r in [*known, *with_reading]),
    }
    return render(request, "plans/panels/targets.html", context)


@login_required
def tasks_panel(request: HttpRequest, code: str) -> HttpResponse:
    """Tasks that bind a region, by when they are due."""
    region = panels.region_of(request, code)
    seen = Task.objects.visible_to(request.user).values("pk")
    tasks = rules.tasks_for(region).filter(pk__in=seen).prefetch_related("assignments")
    due = rules.tasks_due(region, asked_day(request), limit=SHOWN, tasks=tasks)
    return render(request, "plans/panels/tasks.html", {"region": region, "due": due})
