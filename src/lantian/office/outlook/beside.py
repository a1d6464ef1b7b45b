"""The probability beside each status on the pages of plans: one request fills all of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.office.frame import panels
from lantian.office.outlook import asking, jobs, rows
from lantian.office.outlook.asking import Grounds, Row
from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.plans.models import Plan
from lantian.office.plans.models import Target as PlanTarget
from lantian.office.plans.rules import targets_of
from lantian.office.plans.terms import Review


@dataclass(frozen=True)
class Beside:
    """What fills one place: its element's id and the rows to show in it."""

    name: str
    found: list[rows.Shown]


@login_required
def of_region(request: HttpRequest, code: str) -> HttpResponse:
    """Beside the targets of the board's panel: one a target and region."""
    region = panels.region_of(request, code)
    day = _day(request)
    if day is None:
        return HttpResponse()
    targets = targets_of(region, request.user)
    return _filled(request, _rows(targets, day, region.path), each_region=True)


@login_required
def of_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Beside the targets of a plan's page: one a target, with the regions this person may see."""
    plan = get_visible_or_404(Plan, request.user, pk=pk)
    day = _day(request)
    if day is None:
        return HttpResponse()
    targets = PlanTarget.objects.visible_to(request.user).filter(plan=plan).exclude(review=Review.REJECTED)
    found = targets.select_related("plan__region").prefetch_related("regions")
    return _filled(request, _rows(found, day, region_root(request.user) or ""), each_region=False)


def _day(request: HttpRequest) -> date | None:
    return asking.read_day(request.GET.get("on", ""))


def _rows(targets: Any, day: date, root: str) -> list[Row]:
    grounds = Grounds(day)
    found = []
    for target in targets:
        for region in target.regions.all():
            row = asking.plan_row(target, region, grounds) if region.path.startswith(root) else None
            if row is not None and row.ask is not None:
                found.append(row)
    return found


def _filled(request: HttpRequest, wanted: list[Row], *, each_region: bool) -> HttpResponse:
    if not wanted:
        return HttpResponse()
    key = tuple((row.question.key, row.ask.key) for row in wanted if row.question and row.ask)
    job = jobs.ask(("beside", key), asking.work_of(wanted), wait=jobs.GLANCE)
    if not job.is_done:
        return render(request, "outlook/parts/beside_later.html", {"url": request.get_full_path()})
    if job.error:
        return HttpResponse()
    places: dict[str, list[rows.Shown]] = {}
    for row, own in zip(wanted, job.result, strict=True):
        [each] = rows.shown([replace(row, outlook=own)])
        if each.outlook is not None and row.plan is not None:
            name = f"ol-{row.plan.pk}-{row.region.code}" if each_region else f"ol-{row.plan.pk}"
            places.setdefault(name, []).append(each)
    filled = [Beside(name, found) for name, found in places.items()]
    return render(request, "outlook/parts/beside.html", {"filled": filled, "each_region": each_region})
