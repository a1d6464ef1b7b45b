"""Pages of scored checks: the list, one form for every kind, one check with the reasons of its score."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Avg, Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT, download
from lantian.office.findings import workbook
from lantian.office.findings.special.checks import actions, declaring
from lantian.office.findings.special.checks.models import Check, CheckFile
from lantian.office.findings.special.forms import CheckForm
from lantian.office.findings.special.rulings import cited
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import in_english

PER_PAGE, MOST_EXPORTED = 40, 20_000


def checks_of(request: HttpRequest) -> Any:
    """The checks a request asks for."""
    found = Check.objects.visible_to(request.user).select_related("region", "unit", "finding")
    if request.GET.get("kind") in declaring.codes():
        found = found.filter(kind=request.GET["kind"])
    if request.GET.get("failed"):
        found = found.filter(passed=False)
    if words := request.GET.get("q", "").strip()[:100]:
        found = found.filter(place__icontains=words)
    return found


@login_required
def checks(request: HttpRequest) -> HttpResponse:
    """Checks by kind, with their scores."""
    found = checks_of(request)
    sums = {
        row["kind"]: row
        for row in Check.objects.visible_to(request.user)
        .order_by()
        .values("kind")
        .annotate(done=Count("pk"), failed=Count("pk", filter=Q(passed=False)), mean=Avg("score"))
    }
    context = {
        "title": _("Checks on the spot"),
        "subtitle": _("Each item with its weight; failed items open one problem that names them"),
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "kinds": [(kind, sums.get(kind.code)) for kind in declaring.kinds()],
        "wish": request.GET,
        "may_record": can(request.user, Capability.RECORD_FINDING),
    }
    return page(request, "findings/special/checks.html", context)


@login_required
def checks_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as an Excel workbook, an answer a row."""
    heads = (
        _("Checked on"),
        _("Kind of check"),
        _("Region"),
        _("Place"),
        _("Score of the check"),
        _("Passed"),
        _("Item"),
        _("Answer"),
        _("Weight"),
        _("Limit"),
        _("Failed"),
    )
    rows = [
        (
            row.checked_on,
            row.kind_label,
            row.region.label,
            row.place,
            row.score,
            _yes(row.passed),
            one.label_en if in_english() else one.label_zh,
            one.number.normalize() if one.number is not None else words_of(one.answer),
            one.weight,
            "" if one.limit is None else one.limit.normalize(),
            _yes(one.failed),
        )
        for row in checks_of(request).prefetch_related("answers")[:MOST_EXPORTED]
        for one in row.answers.all()
    ]
    return workbook.workbook("checks", [(_("Checks on the spot"), heads, rows)])


def words_of(answer: str) -> str:
    """An answer in the active language."""
    return {"yes": _("yes"), "no": _("no")}.get(answer, _("does not apply"))


def _yes(value: bool | None) -> str:
    return "" if value is None else _("yes") if value else _("no")


@require(Capability.RECORD_FINDING)
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """A check filled in on the spot, with a thumb."""
    if kind not in declaring.codes():
        raise Http404
    declared = declaring.kind_of(kind, clock.today())
    form = CheckForm(request.POST or None, request.FILES or None, user=request.user)
    status = 200
    answers = {item.code: request.POST.get(f"item-{item.code}", "") for item in declared.items}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            photos = {item.code: request.FILES.getlist(f"photo-{item.code}") for item in declared.items}
            try:
                check = actions.record_check(
                    request,
                    actions.NewCheck(kind=kind, answers=answers, photos=photos, **form.cleaned_data),
                )
            except LantianError as error:
                form.add_error(None, error.line)
            else:
                messages.success(request, _("Recorded: score %(score)s.") % {"score": check.score})
                return redirect(check)
    context = {
        "title": declared.label,
        "crumbs": crumbs(),
        "declared": declared,
        "rule": cited(declared.rule),
        "items": [(item, answers[item.code]) for item in declared.items],
        "form": form,
        "accept": ACCEPT,
    }
    return page(request, "findings/special/check_new.html", context, status)


def crumbs() -> list[tuple[str, str]]:
    """The way down to a page of checks."""
    return [
        (_("Problems found"), reverse("findings:list")),
        (_("Checks on the spot"), reverse("findings:checks")),
    ]


@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check: each item, what it was worth and why, the sum."""
    row = get_visible_or_404(
        Check.objects.select_related("region", "unit", "finding", "recorded_by"), request.user, pk=pk
    )
    answers = list(row.answers.all())
    applied = [one for one in answers if one.failed is not None]
    context = {
        "title": f"{row.kind_label} · {row.place}",
        "crumbs": crumbs(),
        "row": row,
        "answers": [
            (
                one.label_en if in_english() else one.label_zh,
                one.unit_en if in_english() else one.unit_zh,
                one,
                words_of(one.answer) if one.number is None else "",
            )
            for one in answers
        ],
        "got": sum((one.worth for one in applied), 0),
        "of": sum((one.weight for one in applied), 0),
        "verified": row.kind in declaring.codes()
        and declaring.kind_of(row.kind, row.checked_on).rule.verified,
        "files": row.files.all(),
        "actions": list(history_of(row, request.user).order_by("number")),
    }
    return page(request, "findings/special/check.html", context)


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo of a check, to be saved."""
    return download(get_visible_or_404(CheckFile, request.user, pk=pk))
