"""Pages of proposals to lower a grade: the list, one, a new one by hand, the search for grounds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT, download
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.grading import downgrading, rules, steps, words
from lantian.office.grading.list_views import PER_PAGE, choice_of, tabs
from lantian.office.grading.models import Downgrade, DowngradeFile, Ground, Held, industry_label
from lantian.office.grading.states import DowngradeState, in_office
from lantian.office.ledgers.industry.enterprise import Enterprise
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404

BY_HAND = (Ground.EXCEEDANCE, Ground.CHECK, Ground.PENALTY, Ground.OTHER)


@login_required
def downgrades(request: HttpRequest) -> HttpResponse:
    """Proposals by state."""
    state = request.GET.get("state", "")
    number = rules.state_counts(Downgrade.objects.visible_to(request.user))
    context = {
        "title": _("Proposals to lower a grade"),
        "crumbs": [(_("Performance grades"), reverse("grading:list"))],
        "tabs": tabs("downgrades"),
        "state": state,
        "late": bool(request.GET.get("late")),
        "tiles": [
            ("", _("all"), number["all"]),
            *((value, label, number[value]) for value, label in DowngradeState.choices),
        ],
        "number": number,
        "pages": Paginator(rules.downgrades_of(request.user, request.GET), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "may_propose": _may_propose(request.user),
    }
    return page(request, "grading/downgrades.html", context)


@require_POST
@require(Capability.RECORD_FINDING)
def look(request: HttpRequest) -> HttpResponse:
    """Look for grounds in problems, consequences and expired grades."""
    try:
        made = downgrading.look(request)
    except LantianError as error:
        messages.error(request, error.line)
    else:
        messages.success(request, _("%(count)d proposals were opened.") % {"count": made})
    return redirect("grading:downgrades")


@require(Capability.RECORD_FINDING)
def propose(request: HttpRequest) -> HttpResponse:
    """Propose by hand, with evidence."""
    if not in_office(None, request.user):
        raise PermissionDenied
    wrong = ""
    if request.method == "POST":
        asked = request.POST
        enterprise = get_visible_or_404(Enterprise, request.user, pk=asked.get("enterprise") or 0)
        try:
            if asked.get("ground") not in BY_HAND:
                raise LantianError(_("this is no ground to lower a grade"))
            made = downgrading.propose_downgrade(
                enterprise, asked["ground"], asked.get("evidence", ""),
                rules.day_of(asked.get("on")) or clock.today(), actor=request,
                files=request.FILES.getlist("files"),
            )  # fmt: skip
        except LantianError as error:
            wrong = error.line
        else:
            if made is not None:
                return redirect(made)
            wrong = _("This enterprise holds no grade that can be lowered, or a proposal waits already.")
    today = clock.today()
    seen = Held.objects.visible_to(request.user).filter(rules.in_force(today))
    offered = choice_of(
        request, seen, "enterprise__name", "enterprise_id", "enterprise__name", "industry", "grade"
    )
    offered["choices"] = [
        (key, f"{name} · {industry_label(industry)} · {words.grade_label(grade)}")
        for key, name, industry, grade in offered["choices"]
    ]
    context = {
        "title": _("Propose to lower a grade"),
        "crumbs": [(_("Proposals to lower a grade"), reverse("grading:downgrades"))],
        **offered,
        "grounds": [(ground.value, ground.label) for ground in BY_HAND],
        "wrong": wrong,
        "wrote": request.POST,
        "today": today,
        "accept": ACCEPT,
    }
    return page(request, "grading/propose.html", context, 422 if wrong else 200)


def _visible(request: HttpRequest, pk: int) -> Downgrade:
    rows = Downgrade.objects.select_related("held__enterprise__region")
    return get_visible_or_404(rows.defer("held__enterprise__region__geometry"), request.user, pk=pk)


@login_required
def downgrade(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: the grade, the evidence, the decision."""
    return page(request, "grading/downgrade.html", _context(request, _visible(request, pk)))


def _context(request: HttpRequest, row: Downgrade) -> dict[str, Any]:
    today = clock.today()
    lower = downgrading.lower_grades(row.held, today)
    rule = steps.rule("downgrade.exceedance", max(row.happened_on, today))
    tongue = "en" if words.language().startswith("en") else "zh"
    return {
        "title": f"{row.held.enterprise.name} · {row.held.label} → {row.decided_label or row.proposed_label}",
        "crumbs": [(_("Proposals to lower a grade"), reverse("grading:downgrades"))],
        "row": row,
        "moves": moves_for(row, request.user),
        "lower": [(grade.code, words.name_of(grade)) for grade in lower],
        "files": list(row.files.select_related("added_by")),
        "actions": list(history_of(row, request.user).order_by("number")),
        "rule": rule if row.ground == Ground.EXCEEDANCE else None,
        "rule_words": (rule.document_zh, rule.clause_zh, rule.note_zh)
        if tongue == "zh"
        else (rule.document, rule.clause, rule.note),
        "today": today,
        "accept": ACCEPT,
    }


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Lower the grade, or leave it."""
    row = _visible(request, pk)
    said = request.POST.get("version", "")
    version = int(said) if said.isdecimal() else None
    reason = request.POST.get("reason", "")
    try:
        if name == "lower_grade":
            downgrading.lower(
                row, request, request.POST.get("grade", ""),
                rules.day_of(request.POST.get("effect_on")) or clock.today(), reason,
                files=request.FILES.getlist("files"), version=version,
            )  # fmt: skip
        elif name == "dismiss_downgrade":
            downgrading.dismiss(row, request, reason, version=version)
        else:
            raise PermissionDenied
    except LantianError as error:
        messages.error(request, error.line)
        return page(request, "grading/downgrade.html", _context(request, _visible(request, pk)), 422)
    messages.success(request, _("Done: %(state)s.") % {"state": row.state_label})
    return redirect(row)


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a proposal, to be saved."""
    return download(get_visible_or_404(DowngradeFile, request.user, pk=pk))


def _may_propose(user: Any) -> bool:
    return in_office(None, user) and can(user, Capability.RECORD_FINDING)
