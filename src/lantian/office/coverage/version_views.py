"""Two versions of a plan, side by side."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lantian.office.coverage import readable, tables, texts, words
from lantian.office.frame.views import page
from lantian.office.plans.models import Plan
from lantian.planning.versions import Changes


@login_required
@require_GET
def compare_page(request: HttpRequest) -> HttpResponse:
    """What changed from an older plan of a region to a newer one."""
    old, new = _asked(request)
    plans = list(readable.readable_plans(request.user).order_by("region__path", "issued_date", "pk"))
    regions = Counter(plan.region_id for plan in plans)
    context: dict[str, Any] = {
        "title": _("Two versions of a plan"),
        "crumbs": [(_("Plan coverage"), reverse("coverage:matrix"))],
        "plans": [plan for plan in plans if regions[plan.region_id] > 1],
        "old": old,
        "new": new,
        "asked": request.GET.get("state", ""),
    }
    if old and new:
        changes = texts.changes_between(old, new)
        context |= _shown(changes, context["asked"])
    return page(request, "coverage/compare.html", context)


def _shown(changes: Changes, asked: str) -> dict[str, Any]:
    goals = [
        {
            "change": goal.change,
            "label": words.CHANGES[goal.change],
            "old": words.goal(goal.old) if goal.old else "",
            "new": words.goal(goal.new) if goal.new else "",
            "quotes": (goal.old.words if goal.old else "", goal.new.words if goal.new else ""),
            "differs": words.differs(goal.respects, goal.old, goal.new),
            "why": words.why(goal.why),
            "moved": goal.moved,
        }
        for goal in changes.goals
    ]
    return {
        "changes": changes,
        "tasks": [(task, words.STATES[task.state]) for task in changes.tasks if asked in {"", task.state}],
        "counts": [(state, words.STATES[state], number) for state, number in changes.counts.items()],
        "goals": goals,
    }


@login_required
@require_GET
def compare_file(request: HttpRequest) -> HttpResponse:
    """The same as an Excel workbook."""
    old, new = _asked(request)
    if not (old and new):
        return redirect("coverage:compare")
    return tables.changes_workbook(texts.changes_between(old, new))


def _asked(request: HttpRequest) -> tuple[Plan | None, Plan | None]:
    """The two plans asked for; without a question the newest that says which one it replaces."""
    numbers = [request.GET.get(name, "") for name in ("old", "new")]
    if not any(numbers):
        newest = (
            readable.readable_plans(request.user)
            .exclude(replaces=None)
            .order_by("-issued_date", "-pk")
            .first()
        )
        if newest is None or newest.replaces_id is None:
            return None, None
        old = readable.readable_plans(request.user).filter(pk=newest.replaces_id).first()
        return (old, newest) if old else (None, None)
    found = [
        readable.readable_or_404(request.user, int(n)) if n.isdecimal() and len(n) < 10 else None
        for n in numbers
    ]
    old, new = found
    if old is None or new is None or old.region_id != new.region_id or old.pk == new.pk:
        raise Http404(_("There is nothing at this address."))
    return old, new
