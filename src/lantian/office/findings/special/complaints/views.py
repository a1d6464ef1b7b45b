"""Pages of complaints for the office: list, hotline form, 12345 list, one complaint, its complainant."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT, download
from lantian.office.findings import catalogue, workbook
from lantian.office.findings.forms import regions_for
from lantian.office.findings.special.complaints import actions, figures, reporters, taking
from lantian.office.findings.special.complaints.models import (
    COMPLAINT,
    Channel,
    Complaint,
    ComplaintFile,
    ComplaintState,
    Outcome,
)
from lantian.office.findings.special.complaints.reporters import Identity
from lantian.office.findings.special.forms import HotlineForm
from lantian.office.findings.special.rulings import cited, in_language, rule
from lantian.office.findings.special.uploads import taken
from lantian.office.frame.views import page
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can, may_read_reporter, require
from lantian.office.people.scope import get_visible_or_404

PER_PAGE, MOST_EXPORTED = 40, 20_000


@login_required
def complaints(request: HttpRequest) -> HttpResponse:
    """Complaints by state, kind, channel, region; clusters of the last days."""
    found = figures.complaints_of(request.user, request.GET)
    everywhere = figures.complaints_of(request.user, {**request.GET.dict(), "state": "", "late": ""})
    context = {
        "title": _("Complaints"),
        "subtitle": _("Taken in, looked into, answered, rewarded; who complained is sealed"),
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "number": (number := figures.counts(everywhere)),
        "tiles": [(value, label, number[value]) for value, label in ComplaintState.choices],
        "wish": request.GET,
        "kinds": catalogue.kind_choices(),
        "channels": Channel.choices,
        "regions": regions_for(request.user).exclude(level="township").defer("geometry"),
        "clusters": figures.clusters(request.user),
        "cluster_rule": cited(rule("complaints.cluster")),
        "may_handle": can(request.user, Capability.HANDLE_COMPLAINT),
    }
    return page(request, "findings/special/complaints.html", context)


@login_required
def complaints_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as an Excel workbook, without a single name."""
    heads = (
        _("Complaint number"),
        _("Received at"),
        _("Came through"),
        _("Kind of problem"),
        _("Region"),
        _("Place"),
        _("What it is about"),
        _("State"),
        _("Due by"),
        _("Outcome of the check"),
        _("Answer to the complainant"),
        _("Reward [CNY]"),
        _("Paid on"),
        _("Satisfaction (1–5)"),
    )
    rows = [
        (
            row.number,
            row.received_at.date(),
            row.get_channel_display(),
            row.kind_label,
            row.region.label,
            row.place,
            row.words,
            row.state_label,
            row.state_due.date() if row.state_due else "",
            row.get_outcome_display() if row.outcome else "",
            row.answer,
            "" if row.reward is None else row.reward,
            row.paid_on or "",
            "" if row.satisfaction is None else row.satisfaction,
        )
        for row in figures.complaints_of(request.user, request.GET)[:MOST_EXPORTED]
    ]
    return workbook.workbook("complaints", [(_("Complaints"), heads, rows)])


@never_cache
@require(Capability.HANDLE_COMPLAINT)
def new(request: HttpRequest) -> HttpResponse:
    """A complaint from the hotline or a letter, written down by an officer."""
    form = HotlineForm(request.POST or None, request.FILES or None, user=request.user)
    received, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                received = actions.receive(request, told(form.cleaned_data, request.FILES.getlist("files")))
            except LantianError as error:
                form.add_error(None, error.line)
            else:
                status = 200
    context = {
        "title": _("Write a complaint down"),
        "crumbs": crumbs(),
        "form": form,
        "received": received,
        "accept": ACCEPT,
    }
    return page(request, "findings/special/complaint_new.html", context, status)


def told(said: dict[str, Any], files: list[Any], channel: str = "") -> actions.NewComplaint:
    """A form as a complaint."""
    identity = Identity(**{key: said.get(key, "") for key in ("name", "phone", "id_number", "address")})
    return actions.NewComplaint(
        kind=said["kind"],
        region=said["region"],
        place=said["place"],
        words=said["words"],
        channel=channel or said["channel"],
        identity=identity,
        word=said["word"],
        lon=said["lon"],
        lat=said["lat"],
        files=files,
        form_id=said["form_id"],
    )


def crumbs() -> list[tuple[str, str]]:
    """The way down to a page of complaints."""
    return [
        (_("Problems found"), reverse("findings:list")),
        (_("Complaints"), reverse("findings:complaints")),
    ]


@require(Capability.HANDLE_COMPLAINT)
def take(request: HttpRequest) -> HttpResponse:
    """Complaints out of a 12345 list."""
    result, status = None, 200
    if request.method == "POST":
        try:
            result = taken(request, taking.take_list)
        except LantianError as error:
            messages.error(request, error.line)
            status = 422
    context = {
        "title": _("Complaints from a 12345 list"),
        "crumbs": crumbs(),
        "taken": result,
        "headings": [(field.headings[0], field.required) for field in taking.FIELDS],
        "help": _(
            "Names, telephone numbers, identity cards and addresses go under seal; no report repeats them."
        ),
    }
    return page(request, "findings/special/take.html", context, status)


def _visible(request: HttpRequest, pk: int) -> Complaint:
    return get_visible_or_404(Complaint.objects.select_related("region", "finding"), request.user, pk=pk)


def _context(request: HttpRequest, row: Complaint) -> dict[str, Any]:
    cases = actions.rewards()
    return {
        "title": f"{row.number} · {row.kind_label}",
        "crumbs": crumbs(),
        "row": row,
        "files": row.files.all(),
        "moves": moves_for(row, request.user),
        "outcomes": Outcome.choices,
        "cases": [
            (code, f"{in_language(said)} {said['least']}–{said['most']}") for code, said in cases.items()
        ],
        "case": in_language(cases[row.reward_case]) if row.reward_case in cases else row.reward_case,
        "reward_rule": cited(rule("complaints.rewards")),
        "actions": list(history_of(row, request.user).order_by("number")),
        "may_read": may_read_reporter(request.user) and row.is_named,
        "accept": ACCEPT,
    }


@login_required
def complaint(request: HttpRequest, pk: int) -> HttpResponse:
    """One complaint: what it is about, what can be done, what was done."""
    return page(request, "findings/special/complaint.html", _context(request, _visible(request, pk)))


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a complaint."""
    row = _visible(request, pk)
    if name not in {move.name for move in COMPLAINT.moves}:
        raise PermissionDenied
    version, amount = request.POST.get("version", ""), request.POST.get("amount", "").strip()
    try:
        actions.act(
            row,
            name,
            request,
            request.POST.get("reason", ""),
            version=int(version) if version.isdecimal() else None,
            outcome=request.POST.get("outcome", ""),
            case=request.POST.get("case", ""),
            amount=_money(amount),
            word=request.POST.get("word", ""),
            files=request.FILES.getlist("files"),
        )
    except LantianError as error:
        messages.error(request, error.line)
        context = _context(request, _visible(request, pk)) | {"wrote": request.POST}
        return page(request, "findings/special/complaint.html", context, 422)
    messages.success(request, _("Done: %(state)s.") % {"state": row.state_label})
    return redirect(row)


def _money(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@never_cache
@login_required
def reporter(request: HttpRequest, pk: int) -> HttpResponse:
    """Who complained: asked with a reason, shown once, never kept by the browser; each reading is logged."""
    if not may_read_reporter(request.user):
        raise PermissionDenied
    row = _visible(request, pk)
    identity, status = None, 200
    if request.method == "POST":
        try:
            identity = reporters.read(request, row, request.POST.get("reason", ""))
        except LantianError as error:
            messages.error(request, error.line)
            status = 422
    context = {
        "title": _("Complainant of %(number)s") % {"number": row.number},
        "crumbs": [*crumbs(), (row.number, row.get_absolute_url())],
        "row": row,
        "identity": identity,
    }
    answer = page(request, "findings/special/reporter.html", context, status)
    answer["Cache-Control"] = "no-store, private"
    return answer


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a complaint, to be saved."""
    return download(get_visible_or_404(ComplaintFile, request.user, pk=pk))
