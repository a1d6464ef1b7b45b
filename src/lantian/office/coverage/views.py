"""The pages of coverage: the matrix of children under a parent, one pair with decisions, the panel of a
region."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lantian.errors import LantianError
from lantian.office.coverage import actions, readable, rules, tables
from lantian.office.coverage.models import CoverageVerdict, Verdict
from lantian.office.frame import panels
from lantian.office.frame.views import own_region, page
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans.models import Plan
from lantian.office.rankings import export

MOST = 16  # columns a matrix shows at once


@login_required
@require_GET
def matrix_page(request: HttpRequest) -> HttpResponse:
    """The clauses of a parent plan against each plan below it; unasked, those of one's own region."""
    parent, children, chosen = _asked(request)
    context: dict[str, Any] = {
        "title": _("Plan coverage"),
        "parent": parent,
        "children": children,
        "chosen": {plan.pk for plan in chosen},
        "parents": _possible_parents(request),
        "verdicts": Verdict,
        "asked": request.GET.get("verdict", ""),
    }
    if parent is not None and chosen:
        found = rules.matrix(parent, chosen)
        context |= {"found": found, "rows": list(_matrix_rows(found, context["asked"]))}
        context["query"] = request.GET.urlencode()
        context["visible_parent"] = Plan.objects.visible_to(request.user).filter(pk=parent.pk).exists()
        context["tasks"] = rules.task_pages(parent) if context["visible_parent"] else {}
    return page(request, "coverage/matrix.html", context)


def _matrix_rows(found: list[rules.Covered], asked: str) -> Any:
    for cells in zip(*(one.rows for one in found), strict=True):
        if asked and all(cell.verdict != asked for cell in cells):
            continue
        yield cells[0].row.item, list(zip(found, cells, strict=True))


def _asked(request: HttpRequest) -> tuple[Plan | None, list[Plan], list[Plan]]:
    """The parent, the children it has, and those chosen."""
    number = request.GET.get("parent", "")
    if number:
        parent: Plan | None = readable.readable_or_404(request.user, _number(number))
        children = readable.children_of(parent, request.user) if parent else []
    else:
        parent, children = _first(request)
    wanted = {_number(n) for n in request.GET.getlist("child")}
    chosen = [plan for plan in children if plan.pk in wanted] if wanted else children
    return parent, children, chosen[:MOST]


def _first(request: HttpRequest) -> tuple[Plan | None, list[Plan]]:
    """What one's own region most likely asks for: its newest plan and those below, else the plan above it."""
    region = own_region(request)
    if region is None:
        return None, []
    own = readable.newest_of(region, request.user)
    if own is not None:
        children = readable.children_of(own, request.user)
        if children:
            return own, children
        parents = readable.parents_of(own, request.user)
        if parents:
            return parents[0], readable.children_of(parents[0], request.user)
    for parent in _possible_parents(request):
        children = readable.children_of(parent, request.user)
        if children:
            return parent, children
    return own, []


def _possible_parents(request: HttpRequest) -> list[Plan]:
    found = readable.readable_plans(request.user).exclude(region__level__in=["township", "zone"])
    return sorted(found, key=lambda p: (len(p.region.path), p.region.path, str(p.issued_date or "")))


def _number(words: str) -> int:
    return int(words) if words.isdecimal() and len(words) < 10 else 0


@login_required
@require_GET
def matrix_file(request: HttpRequest) -> HttpResponse:
    """The matrix as an Excel workbook."""
    parent, _children, chosen = _asked(request)
    if parent is None or not chosen:
        return redirect("coverage:matrix")
    found = rules.matrix(parent, chosen)
    head, rows = tables.matrix(found)
    return export.as_xlsx(_("Plan coverage"), head, rows, [parent.title, *tables.notes()])


@login_required
@require_GET
def pair_page(request: HttpRequest, parent: int, child: int) -> HttpResponse:
    """One child against one parent: clauses with evidence and decisions, targets, units."""
    over, below = readable.pair_or_404(request.user, parent, child)
    found = rules.covered(over, below)
    asked, words = request.GET.get("verdict", ""), request.GET.get("q", "").strip()
    rows = [
        row
        for row in found.rows
        if (not asked or row.verdict == asked)
        and (not words or words in row.row.item.heading or words in row.row.item.text)
    ]
    sees_parent = Plan.objects.visible_to(request.user).filter(pk=over.pk).exists()
    context = {
        "title": _("Plan coverage"),
        "crumbs": [(_("Plan coverage"), f"{reverse('coverage:matrix')}?parent={over.pk}")],
        "found": found,
        "parent": over,
        "child": below,
        "rows": rows,
        "asked": asked,
        "words": words,
        "goals": tables.goals(found),
        "counterparts": [row.parent for row in found.coverage.counterparts if not row.child],
        "places": [row.place for row in found.coverage.places if not row.named],
        "may_decide": can(request.user, Capability.REVIEW_PLAN),
        "decisions": actions.DECISIONS,
        "child_items": found.coverage.child.items,
        "visible_parent": sees_parent,
        "parent_tasks": rules.task_pages(over) if sees_parent else {},
        "child_tasks": rules.task_pages(below),
        "parents": readable.parents_of(below, request.user),
    }
    return page(request, "coverage/pair.html", context)


@login_required
@require_GET
def pair_file(request: HttpRequest, parent: int, child: int) -> HttpResponse:
    """One pair as an Excel workbook: clauses, targets and units on three sheets."""
    over, below = readable.pair_or_404(request.user, parent, child)
    return tables.pair_workbook(rules.covered(over, below))


@login_required
@require_POST
def decide(request: HttpRequest, parent: int, child: int) -> HttpResponse:
    """Confirm or overrule one clause."""
    over, below = readable.pair_or_404(request.user, parent, child)
    key = request.POST.get("key", "")
    try:
        actions.decide(
            over,
            below,
            key,
            request,
            verdict=request.POST.get("verdict", ""),
            child_keys=request.POST.getlist("child"),
            reason=request.POST.get("reason", ""),
        )
    except LantianError as error:
        messages.error(request, error.line)
    else:
        messages.success(request, _("The decision is kept; it stands over every later computation."))
    return _back(request, over, below)


@login_required
@require_POST
def withdraw(request: HttpRequest, parent: int, child: int) -> HttpResponse:
    """Take a decision back."""
    over, below = readable.pair_or_404(request.user, parent, child)
    made = get_visible_or_404(
        CoverageVerdict.objects.filter(parent=over, child=below),
        request.user,
        parent_key=request.POST.get("key", ""),
    )
    actions.withdraw(made, request)
    messages.success(request, _("The decision is withdrawn; what is computed counts again."))
    return _back(request, over, below)


def _back(request: HttpRequest, parent: Plan, child: Plan) -> HttpResponse:
    verdict = request.POST.get("asked", "")
    query = f"?verdict={verdict}" if verdict in set(Verdict) else ""
    row = request.POST.get("row", "")
    anchor = f"#r{row}" if row.isdecimal() else ""
    return redirect(reverse("coverage:pair", args=[parent.pk, child.pk]) + query + anchor)


@login_required
@require_GET
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """How a region's plan stands against the plan above: clauses nobody took up."""
    region = panels.region_of(request, code)
    child = readable.newest_of(region, request.user)
    parents = readable.parents_of(child, request.user) if child else []
    context: dict[str, Any] = {"region": region, "child": child, "parent": parents[0] if parents else None}
    if child and parents:
        context["found"] = rules.covered(parents[0], child)
    return render(request, "coverage/panels/region.html", context)
