"""Pages of applications: the list, one with its answers and steps, a new one, objections."""

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
from lantian.office.grading import applying, holding, rules, steps, words
from lantian.office.grading.judging import Judgement
from lantian.office.grading.list_views import PER_PAGE, choices, enterprises_of, source_of, tabs
from lantian.office.grading.models import Application, ApplicationFile, NoticeObjection
from lantian.office.grading.states import ApplicationState, declares_for, in_office
from lantian.office.ledgers.industry.enterprise import Enterprise
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404

ANSWER = "answer-"


@login_required
def applications(request: HttpRequest) -> HttpResponse:
    """Applications by state."""
    whole = rules.applications_of(request.user, {**request.GET.dict(), "state": "", "late": ""})
    number = rules.state_counts(whole)
    state = request.GET.get("state", "")
    context = {
        "title": _("Applications for a grade"),
        "crumbs": [(_("Performance grades"), reverse("grading:list"))],
        "tabs": tabs("applications"),
        "wish": rules.wish_of(request.GET),
        "state": state,
        "late": bool(request.GET.get("late")),
        "tiles": [
            ("", _("all"), number["all"]),
            *((value, label, number[value]) for value, label in ApplicationState.choices),
        ],
        "number": number,
        "pages": Paginator(rules.applications_of(request.user, request.GET), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        **choices(request.user),
    }
    return page(request, "grading/applications.html", context)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin an application: which enterprise, industry, grade."""
    wrong = ""
    if request.method == "POST":
        enterprise = _enterprise(request, request.POST.get("enterprise"))
        try:
            row = applying.start(
                request, enterprise, request.POST.get("claimed", ""), request.POST.get("industry", "")
            )
        except LantianError as error:
            wrong = error.line
        else:
            return redirect(row)
    chosen = request.POST.get("enterprise") or request.GET.get("enterprise", "")
    enterprise = _enterprise(request, chosen) if chosen else None
    grades: list[tuple[str, str]] = []
    if enterprise is not None:
        industry = request.POST.get("industry") or request.GET.get("industry") or enterprise.industry
        try:
            taken = holding.definition_for(enterprise, industry, clock.today())
            grades = [(grade.code, words.name_of(grade)) for grade in taken.grades if not grade.floor]
        except LantianError as error:
            wrong = wrong or error.line
    context = {
        "title": _("Apply for a grade"),
        "crumbs": [(_("Applications for a grade"), reverse("grading:applications"))],
        **({} if enterprise else enterprises_of(request)),
        "enterprise": enterprise,
        "may": enterprise is None or declares_for(enterprise, request.user),
        "grades": grades,
        "wrong": wrong,
        **choices(request.user),
    }
    return page(request, "grading/new.html", context, 422 if wrong and request.method == "POST" else 200)


def _enterprise(request: HttpRequest, key: Any) -> Any:
    rows = Enterprise.objects.select_related("region").filter(withdrawn=False)
    return get_visible_or_404(rows, request.user, pk=key or 0)


def _visible(request: HttpRequest, pk: int) -> Application:
    rows = Application.objects.select_related("enterprise__region", "enterprise__account")
    return get_visible_or_404(rows.defer("enterprise__region__geometry"), request.user, pk=pk)


@login_required
def application(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: its answers, what it reaches, what it lacks, what can be done."""
    return page(request, "grading/application.html", _context(request, _visible(request, pk)))


def _context(request: HttpRequest, row: Application, wrote: Any = None) -> dict[str, Any]:
    user = request.user
    taken = row.taken
    was_checked = bool(row.checked)
    judged = row.judged(checked=was_checked)
    moves = moves_for(row, user)
    draft = row.state == ApplicationState.DRAFT and declares_for(row.enterprise, user)
    site = any(move.name == "record_site_check" for move in moves)
    office = in_office(None, user)
    return {
        "title": f"{row.enterprise.name} · {row.claimed_label}",
        "crumbs": [(_("Applications for a grade"), reverse("grading:applications"))],
        "row": row,
        "wrote": wrote,
        "judged": judged,
        "reached": words.name_of(judged.grade),
        "lacks": [
            (words.name_of(grade), [_lack(one, grade) for one in lacking])
            for grade, lacking in judged.steps()
        ],
        "indicators": _lines(row, judged, wrote),
        "columns": [words.name_of(grade) for grade in taken.grades if not (grade.floor or grade.picked)],
        "own": taken.own,
        "unverified": sum(1 for one in taken.indicators if not one.verified),
        "grades": [(grade.code, words.name_of(grade)) for grade in taken.grades],
        "was_checked": was_checked,
        "draft": draft,
        "site": site,
        "moves": [move for move in moves if move.name not in {"record_site_check"}],
        "decided_by_level": [
            (grade.code, words.name_of(grade), steps.decides(grade.code)) for grade in taken.grades
        ],
        "files": list(row.files.select_related("added_by")),
        "objections": [(one, moves_for(one, user)) for one in row.objections.visible_to(user)]
        if office
        else [],
        "may_object": office and row.state == ApplicationState.NOTICE and can(user, Capability.VERIFY_REPORT),
        "accept": ACCEPT,
        "actions": list(history_of(row, user).order_by("number")),
        "today": clock.today(),
    }


def _lack(one: Any, grade: Any) -> tuple[str, str, str]:
    indicator = one.indicator
    return (
        indicator.title(words.language()),
        words.answer_label(indicator, one.answer),
        words.asked_label(indicator, indicator.asked(grade)),
    )


def _lines(row: Application, judged: Judgement, wrote: Any) -> list[dict[str, Any]]:
    """Each indicator: what is asked, answered, found; its field; which grade it allows on its own."""
    grades = [grade for grade in judged.definition.grades if not (grade.floor or grade.picked)]
    holding = {one.indicator.code for one in judged.holding}
    lines, before = [], ""
    for one in judged.rows:
        indicator = one.indicator
        declared, found = row.answers.get(indicator.code), row.checked.get(indicator.code)
        field = ANSWER + indicator.code
        lines.append(
            {
                "code": indicator.code,
                "field": field,
                "value": wrote.get(field, "") if wrote else (found or declared or ""),
                "head": words.DIMENSION_LABELS[indicator.dimension] if indicator.dimension != before else "",
                "indicator": indicator,
                "title": indicator.title(words.language()),
                "unit": words.unit(indicator),
                "options": [(o[0], words.answer_label(indicator, o[0])) for o in indicator.options],
                "asked": [
                    (words.name_of(grade), words.asked_label(indicator, indicator.asked(grade)))
                    for grade in grades
                ],
                "declared": words.answer_label(indicator, declared),
                "found": words.answer_label(indicator, found) if row.checked else "",
                "changed": bool(row.checked) and (found or "") != (declared or ""),
                "allows": words.name_of(one.grade),
                "holds": indicator.code in holding,
                "source": source_of(indicator),
            }
        )
        before = indicator.dimension
    return lines


def _answers(request: HttpRequest) -> dict[str, str]:
    return {
        name.removeprefix(ANSWER): str(value)
        for name, value in request.POST.items()
        if name.startswith(ANSWER)
    }


def _version(request: HttpRequest) -> int | None:
    said = request.POST.get("version", "")
    return int(said) if said.isdecimal() else None


@login_required
@require_POST
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the answers of a draft; `then=declare` declares at once."""
    row = _visible(request, pk)
    try:
        applying.keep_answers(
            row, request, _answers(request), request.FILES.getlist("files"),
            claimed=request.POST.get("claimed", ""), version=_version(request),
        )  # fmt: skip
        if request.POST.get("then") == "declare":
            applying.declare(row, request)
    except LantianError as error:
        return _again(request, row, error, request.POST)
    messages.success(request, _("Kept.") if row.state == ApplicationState.DRAFT else _("Declared."))
    return redirect(row)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of an application."""
    row = _visible(request, pk)
    reason, version = request.POST.get("reason", ""), _version(request)
    try:
        if name == "declare_grade":
            applying.declare(row, request, version=version)
        elif name == "record_site_check":
            applying.record_site_check(
                row, request, _answers(request), reason, request.FILES.getlist("files"),
                checkers=request.POST.get("checkers", ""), version=version,
            )  # fmt: skip
        elif name == "put_on_notice":
            applying.put_on_notice(row, request, version=version)
        elif name == "decide_grade":
            applying.decide(
                row, request, request.POST.get("grade", ""), reason, version=version,
                document=request.POST.get("document", ""),
                valid_from=rules.day_of(request.POST.get("valid_from")),
            )  # fmt: skip
        else:
            applying.act(row, name, request, reason, version=version)
    except LantianError as error:
        row = _visible(request, pk)
        return _again(request, row, error, request.POST if name == "record_site_check" else None)
    messages.success(request, _("Done: %(state)s.") % {"state": row.state_label})
    return redirect(row)


@login_required
@require_POST
def object_(request: HttpRequest, pk: int) -> HttpResponse:
    """Note an objection to a public notice."""
    row = _visible(request, pk)
    try:
        applying.raise_objection(
            request, row, request.POST.get("words", ""), whose=request.POST.get("whose", ""),
            came_on=rules.day_of(request.POST.get("came_on")),
        )  # fmt: skip
    except LantianError as error:
        return _again(request, row, error, None)
    messages.success(request, _("Noted."))
    return redirect(row)


@login_required
@require_POST
def answer_objection(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Uphold an objection or not."""
    if name not in {"uphold_objection", "not_uphold_objection"}:
        raise PermissionDenied
    objection = get_visible_or_404(NoticeObjection, request.user, pk=pk)
    try:
        applying.answer_objection(
            objection, name, request, request.POST.get("reason", ""), version=_version(request)
        )
    except LantianError as error:
        messages.error(request, error.line)
    else:
        messages.success(request, _("Done: %(state)s.") % {"state": objection.state_label})
    return redirect("grading:application", objection.application_id)


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of an application, to be saved."""
    return download(get_visible_or_404(ApplicationFile, request.user, pk=pk))


def _again(request: HttpRequest, row: Application, error: LantianError, wrote: Any) -> HttpResponse:
    messages.error(request, error.line)
    return page(request, "grading/application.html", _context(request, row, wrote), 422)
