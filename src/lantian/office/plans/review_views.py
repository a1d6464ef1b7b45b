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
from lantian.office.plans.add_forms import HANGING, HangingForm
from lantian.office.plans.forms import CORRECTIONS
from lantian.office.plans.models import Plan
from lantian.office.plans.reading_page import tasks_on_page
from lantian.office.plans.rules import review_counts
from lantian.office.plans.writes import every, plan_of

HANGS = {**CORRECTIONS, **{kind: (model, HangingForm) for kind, model in HANGING.items()}}
VERBS = ("show", "accept", "correct", "reject")


@login_required
def review(request: HttpRequest, kind: str, pk: int, verb: str) -> HttpResponse:
    """GET shows the card, or its form for `correct` and `reject`; POST does it and shows the card again."""
    if kind not in HANGS or verb not in VERBS:
        raise Http404
    model, form_class = HANGS[kind]
    item = get_visible_or_404(every(model), request.user, pk=pk)
    # A task is seen by those it binds; its reading is reviewed by those who see its plan.
    plan = get_visible_or_404(Plan.objects.select_related("region"), request.user, pk=plan_of(item).pk)
    if not can(request.user, Capability.REVIEW_PLAN):
        raise PermissionDenied
    error, form = "", None
    if request.method == "POST":
        try:
            form = _act(request, item, verb, form_class)
        except LantianError as mistake:
            error = mistake.line
            form = _form(form_class, every(model).get(pk=pk), request.POST) if verb == "correct" else None
        if not error and form is None:
            if not request.htmx:
                return redirect(item if kind in CORRECTIONS else plan)
            verb = "show"
            item = every(model).get(pk=pk)
    elif verb == "correct":
        form = _form(form_class, item)
    if kind in HANGING and getattr(item, "task", None) is not None:
        return _hanging(request, plan, item, kind, form=form, error=error, done=verb == "show")
    counts = review_counts(plan) if request.method == "POST" and verb == "show" else None
    context = {
        "item": item, "kind": kind, "verb": verb, "form": form, "error": error, "may_review": True,
        "plan": plan, "counts": counts, "total": sum(counts.values()) if counts else 0, "swap": True,
    }  # fmt: skip
    return render(request, "plans/parts/card.html", context)


def _form(form_class: Any, row: Any, data: Any = None) -> Any:
    return HangingForm(row, data) if form_class is HangingForm else form_class(data, instance=row)


def _hanging(
    request: HttpRequest, plan: Plan, item: Any, kind: str, *, form: Any, error: str, done: bool
) -> HttpResponse:
    """What hangs on a task is edited inside the task's card, which is drawn anew once it is done."""
    about = {"hanging": item, "hanging_kind": kind, "form": form or HangingForm(item), "error": error}
    if request.method != "POST":
        return render(request, "plans/parts/hanging.html", about)
    counts = review_counts(plan)
    context = {
        "item": tasks_on_page(plan).get(pk=item.task_id), "kind": "task", "verb": "show", "may_review": True,
        "plan": plan, "counts": counts, "total": sum(counts.values()), "swap": True,
    }  # fmt: skip
    return render(request, "plans/parts/card.html", context if done else {**context, **about})


def _act(request: HttpRequest, item: Any, verb: str, form_class: Any) -> Any:
    """Does it; returns a form with errors when the form did not hold, else None."""
    reason = request.POST.get("reason", "")
    if verb == "accept":
        actions.accept(item, request, reason)
    elif verb == "reject":
        actions.reject(item, request, reason)
    elif verb == "correct":
        form = _form(form_class, every(type(item)).get(pk=item.pk), request.POST)
        if not form.is_valid():
            return form
        actions.correct(item, request, reason, form.changes)
    return None
