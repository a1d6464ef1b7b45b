"""Pages of declarations: made on the page of a stack, listed, reviewed with their papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT, download
from lantian.office.frame.views import page
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.scope import get_visible_or_404
from lantian.office.telemetry import access, charts, declaring, measured, words
from lantian.office.telemetry.models import Declaration, DeclarationFile, DeclarationKind
from lantian.office.telemetry.stack_views import crumbs, head
from lantian.office.telemetry.states import DeclarationState, declares_for
from lantian.office.telemetry.views import tabs

PER_PAGE = 40


@login_required
@require_POST
def declare(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a mark or a correction of hours."""
    device = access.device_or_404(request.user, pk)
    try:
        row = declaring.declare(request, device, request.POST, request.FILES.getlist("files"))
    except LantianError as error:
        messages.error(request, error.line)
        context = head(request, device, "stack") | {
            "wrote": request.POST,
            "crumbs": crumbs(device, below=True),
            "kinds": words.mark_kinds(),
            "accept": ACCEPT,
            "choosable": [(code, words.factor_label(code), False) for code in _factors(device)],
        }
        return page(request, "telemetry/declare.html", context, 422)
    messages.success(request, _("Declared. It counts once the office accepted it."))
    return redirect(row)


def _factors(device: Any) -> list[str]:
    return [code for code in device.ledger.by_name["measured"].values_in(device.measured) if code[:1] == "a"]


@login_required
def declarations(request: HttpRequest) -> HttpResponse:
    """Declarations of a person's scope, what waits for a review first."""
    seen = Declaration.objects.visible_to(request.user)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    q = request.GET.get("q", "").strip()[:100]
    found = seen
    if q:
        found = found.filter(
            Q(device__mn__icontains=q) | Q(device__name__contains=q) | Q(device__enterprise__name__contains=q)
        )
    if kind in DeclarationKind.values:
        found = found.filter(kind=kind)
    counts = dict.fromkeys(DeclarationState.values, 0)
    counts |= dict(found.order_by().values_list("state").annotate(n=Count("pk")))
    if state in DeclarationState.values:
        found = found.filter(state=state)
    rows = found.select_related("device__region", "device__enterprise", "declared_by").defer(
        "device__region__geometry"
    )
    waits = Case(When(state=DeclarationState.DECLARED, then=0), default=1)
    pages = Paginator(rows.order_by(waits, "-declared_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Declarations about hours"),
        "tabs": tabs("declarations", request.user),
        "tiles": [(value, label, counts[value], value == state) for value, label in DeclarationState.choices],
        "all": sum(counts.values()),
        "kinds": DeclarationKind.choices,
        "wish": {"q": q, "kind": kind, "state": state},
        "pages": pages,
        "rows": [(row, words.word(row.mark), words.factor_label(row.factor)) for row in pages],
    }
    return page(request, "telemetry/declarations.html", context)


def _visible(request: HttpRequest, pk: int) -> Declaration:
    rows = Declaration.objects.select_related(
        "device__region", "device__enterprise", "device__outlet", "device__unit", "declared_by__unit"
    )
    return get_visible_or_404(rows, request.user, pk=pk)


@login_required
def declaration(request: HttpRequest, pk: int) -> HttpResponse:
    """One declaration: what is said, what was sent, its papers, and who decides."""
    return page(request, "telemetry/declaration.html", _context(request, _visible(request, pk)))


def _context(request: HttpRequest, row: Declaration) -> dict[str, Any]:
    device = row.device
    reads = access.reads(request.user, device)
    hours = _hours(row) if reads else []
    first = measured.local(row.first)
    return {
        "title": f"{row.get_kind_display()} · {device.name or device.mn}",
        "subtitle": f"{device.enterprise.name if device.enterprise else ''} {device.region.label}".strip(),
        "crumbs": [(_("Declarations about hours"), reverse("telemetry:declarations"))],
        "row": row,
        "device": device,
        "mark": words.word(row.mark),
        "factor": words.factor_label(row.factor) if row.factor else "",
        "hours": hours,
        "stack_url": f"{device.stack_url}?span=day&day={first:%Y-%m-%d}",
        "moves": moves_for(row, request.user),
        "files": list(row.files.select_related("added_by")),
        "may_prove": declares_for(device, request.user)
        and row.state in (DeclarationState.DECLARED, DeclarationState.ACCEPTED),
        "accept": ACCEPT,
        "actions": list(history_of(row, request.user).order_by("number")),
    }


def _hours(row: Declaration) -> list[dict[str, Any]]:
    """What was sent in the hours a declaration speaks of, at most two days of them."""
    first = measured.local(row.first).date()
    last = min(measured.local(row.last).date(), first.fromordinal(first.toordinal() + 1))
    one = measured.of(row.device, first, last, [row.factor, measured.OXYGEN] if row.factor else None)
    codes = [row.factor] if row.factor else list(one.factors)[:3]
    return [
        {
            "time": measured.local(hour.time),
            "label": words.factor_label(code),
            "raw": hour.raw,
            "converted": hour.converted,
            "state": words.word(hour.state),
            "why": words.word(hour.why),
            "url": charts.hour_url(row.device, hour),
        }
        for code in codes
        for hour in one.hours.get(code, ())
        if row.first <= hour.time <= row.last
    ][:96]


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Accept, refuse or withdraw a declaration."""
    row = _visible(request, pk)
    if name not in declaring.NAMES:
        raise PermissionDenied
    said = request.POST.get("version", "")
    try:
        declaring.decide(
            row, request, name, request.POST.get("reason", ""),
            version=int(said) if said.isdecimal() and len(said) < 9 else None,
        )  # fmt: skip
    except LantianError as error:
        messages.error(request, error.line)
        row.refresh_from_db()
        return page(
            request, "telemetry/declaration.html", _context(request, row) | {"wrote": request.POST}, 422
        )
    messages.success(request, _("Done: %(state)s.") % {"state": row.state_label})
    return redirect(row)


@login_required
@require_POST
def prove(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand in papers afterwards."""
    row = _visible(request, pk)
    try:
        number = declaring.add_files(row, request, request.FILES.getlist("files"))
    except LantianError as error:
        messages.error(request, error.line)
        return page(request, "telemetry/declaration.html", _context(request, row), 422)
    messages.success(request, _("%(number)s files were added.") % {"number": number})
    return redirect(row)


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A paper of a declaration, to be saved."""
    return download(get_visible_or_404(DeclarationFile, request.user, pk=pk))
