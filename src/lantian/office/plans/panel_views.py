"""The fragments of the board and of a region's page: targets with status and gap, tasks due."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lantian.office.frame import panels
from lantian.office.plans import rules
from lantian.office.plans.models import Plan, Task
from lantian.office.plans.terms import Standing

SHOWN = 6


def asked_day(request: HttpRequest) -> date:
    """The day a board is about: `?on=`, else the last day of `?period=` that has been, else today."""
    today = timezone.localdate()
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
    order = {code: number for number, code in enumerate(("missed", "at_risk", "on_track", "achieved"))}
    known = [r for r in rows if r.status.code != Standing.NOT_COMPUTABLE]
    measured = [r for r in rows if r.status.code == Standing.NOT_COMPUTABLE and r.status.reason != "register"]
    waiting = [r for r in rows if r.status.reason == "register"]
    known.sort(key=lambda r: (order[r.status.code], r.target.last_day or date.max))
    context = {
        "region": region,
        "on": on,
        "known": known,
        "measured": measured,
        "waiting": [(label, list(group)) for label, group in groupby(waiting, key=lambda r: r.target.plan.title)],
        "waiting_count": len(waiting),
        "counts": [(Standing(c), n) for c, n in rules.counts_by_standing(rows).items()],
        "open_plans": set(Plan.objects.visible_to(request.user).values_list("pk", flat=True)),
        "several": any(r.region and r.region != region for r in rows),
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
