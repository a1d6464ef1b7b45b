"""Review: accept, correct, reject one clause, target or task, as fragments for htmx."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lantian.errors import LantianError
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans import actions
from lantian.office.plans.forms import CORRECTIONS
from lantian.office.plans.models import Plan
from lantian.office.plans.rules import review_counts

VERBS = ("show", "accept", "correct", "reject")


@login_required
def review(request: HttpRequest, kind: str, pk: int, verb: str) -> HttpResponse:
    """GET shows the card, or its form for `correct` and `reject`; POST does it and shows the card again."""
    if kind not in CORRECTIONS or verb not in VERBS:
        raise Http404
    model, form_class = CORRECTIONS[kind]
    item = get_visible_or_404(model, request.user, pk=pk)
    # A task is seen by those it binds; its reading is reviewed by those who see its plan.
    plan = get_visible_or_404(Plan.objects.select_related("region"), request.user, pk=item.plan_id)
    if not can(request.user, Capability.REVIEW_PLAN):
        raise PermissionDenied
    error, form = "", None
    if request.method == "POST":
        try:
            form = _act(request, item, verb, form_class)
        except LantianError as mistake:
            error = mistake.line
            form = form_class(request.POST, instance=model.objects.get(pk=pk)) if verb == "correct" else None
        if not error and form is None:
            if not request.htmx:
                return redirect(item)
            verb = "show"
            item = model.objects.get(pk=pk)
    elif verb == "correct":
        form = form_class(instance=item)
    counts = review_counts(plan) if request.method == "POST" and verb == "show" else None
    context = {
        "item": item, "kind": kind, "verb": verb, "form": form, "error": error, "may_review": True,
        "plan": plan, "counts": counts, "total": sum(counts.values()) if counts else 0, "swap": True,
    }  # fmt: skip
    return render(request, "plans/parts/card.html", context)


def _act(request: HttpRequest, item: Any, verb: str, form_class: Any) -> Any:
    """Does it; returns a form with errors when the form did not hold, else None."""
    reason = request.POST.get("reason", "")
    if verb == "accept":
        actions.accept(item, request, reason)
    elif verb == "reject":
        actions.reject(item, request, reason)
    elif verb == "correct":
        form = form_class(request.POST, instance=type(item).objects.get(pk=item.pk))
        if not form.is_valid():
            return form
        actions.correct(item, request, reason, form.changes)
    return None
