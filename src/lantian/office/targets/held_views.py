"""What a target is held by: the formula, linked quantities, figures officially stated."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.dispatch import evidence
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.indicators import known
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.plans.models import Quantity, Target
from lantian.office.regions.models import Region
from lantian.office.targets import actions, rules, words
from lantian.office.targets.declared import held
from lantian.office.targets.division_views import number_of
from lantian.office.targets.models import StatedFigure, StatedFile, TargetSource
from lantian.office.targets.reported import quantities_of
from lantian.office.targets.standing import CHANGES

MOST = 60


def may_state(user: Any, region: Region) -> bool:
    """Whether this person keeps stated figures of a region."""
    root = region_root(user)
    able = can(user, Capability.ISSUE_TARGETS) or can(user, Capability.LOAD_DATA)
    return able and root is not None and region.path.startswith(root)


@login_required
def held_by(request: HttpRequest, pk: int) -> HttpResponse:
    """How a target is held, in a region: its formula, sources and stated figures."""
    target = get_visible_or_404(Target.objects.select_related("plan__region", "clause"), request.user, pk=pk)
    code = request.GET.get("region", "") or target.plan.region.code
    region = get_visible_or_404(Region, request.user, code=code)
    declared = held(target.indicator, target.unit, target.comparator)
    formula = known().get(declared.asked)
    linked = TargetSource.objects.visible_to(request.user).filter(target=target)
    linked = linked.select_related("quantity__task")
    own = quantities_of([target])[target.pk]
    candidates = (
        Quantity.objects.visible_to(request.user)
        .filter(unit=target.unit, task__plan__region__path__startswith=target.plan.region.path)
        .exclude(pk__in=linked.values("quantity"))
        .select_related("task__plan")[:MOST]
        if target.unit.strip()
        else []
    )
    stated = StatedFigure.objects.visible_to(request.user).filter(
        region=region, indicator=target.indicator, is_change=target.comparator in CHANGES
    )
    context = {
        "title": f"{target.indicator_label} {target.asks}",
        "subtitle": region.label,
        "crumbs": [(_("Targets"), f"{reverse('targets:board')}?region={region.code}")],
        "target": target,
        "region": region,
        "source": words.source(declared.source),
        "register": declared.register,
        "formula": formula,
        "linked": linked,
        "default": [] if linked else own,
        "candidates": candidates,
        "stated": stated.prefetch_related("files"),
        "may_link": rules.may_divide(request.user, target.plan.region),
        "may_state": may_state(request.user, region),
        "accept": evidence.ACCEPT,
        "today": clock.today(),
        "is_change": target.comparator in CHANGES,
    }
    return page(request, "targets/held.html", context)


@login_required
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Link a quantity, or unlink one."""
    target = get_visible_or_404(Target.objects.select_related("plan__region"), request.user, pk=pk)
    try:
        if request.POST.get("unlink"):
            found = get_visible_or_404(TargetSource, request.user, pk=request.POST["unlink"], target=target)
            actions.unlink(request, found)
        else:
            quantity = get_visible_or_404(Quantity, request.user, pk=request.POST.get("quantity", ""))
            actions.link(request, target, quantity)
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(_back(target, request.POST.get("region", "")))


@login_required
@require_POST
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a figure an official document states."""
    target = get_visible_or_404(Target.objects.select_related("plan__region"), request.user, pk=pk)
    sent = request.POST
    region = get_visible_or_404(Region, request.user, code=sent.get("region", ""))
    if not may_state(request.user, region):
        raise PermissionDenied
    try:
        day = rules.due_day(sent.get("day", ""))
        if day is None:
            raise LantianError(_("which day does the figure speak of?"))
        value = number_of(sent.get("value", ""))
        kept = [evidence.keep(upload) for upload in request.FILES.getlist("file")[: evidence.MAX_FILES]]
        actions.state_figure(
            request, region, indicator=target.indicator, value=value, unit=target.unit, day=day,
            document=sent.get("document", ""), is_change=target.comparator in CHANGES, files=kept,
        )  # fmt: skip
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(_back(target, region.code))


@login_required
def stated(request: HttpRequest, pk: int) -> HttpResponse:
    """One stated figure and its documents."""
    found = get_visible_or_404(
        StatedFigure.objects.select_related("region", "stated_by"), request.user, pk=pk
    )
    if request.method == "POST":
        try:
            actions.withdraw(request, found, request.POST.get("reason", "")[:300])
        except LantianError as error:
            messages.error(request, error.line)
        return redirect(found)
    context = {
        "title": str(found),
        "crumbs": [(_("Targets"), f"{reverse('targets:board')}?region={found.region.code}")],
        "figure": found,
        "files": found.files.all(),
        "may_withdraw": rules.may_divide(request.user, found.region),
    }
    return page(request, "targets/stated.html", context)


@login_required
def stated_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A document behind a stated figure."""
    return evidence.download(get_visible_or_404(StatedFile, request.user, pk=pk))


def _back(target: Target, code: str) -> str:
    return f"{reverse('targets:held', args=[target.pk])}?region={code or target.plan.region.code}"
