"""Pages of gates: how their lines stand, what passed, which keys sign."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.findings import workbook
from lantian.office.frame.views import page
from lantian.office.ledgers.vehicles.gate_system import GateSystem
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.telemetry.gates import actions, rules
from lantian.office.telemetry.gates.models import Direction, GateKey, GatePass

PER_PAGE, MOST_EXPORTED = 40, 50_000


def passes_of(request: HttpRequest, gate: GateSystem) -> Any:
    """The passes of a gate a request asks for."""
    found = GatePass.objects.visible_to(request.user).filter(gate=gate)
    words = request.GET.get("q", "").strip().upper()[:16]
    if words:
        found = found.filter(plate__contains=words)
    if request.GET.get("direction") in Direction.values:
        found = found.filter(direction=request.GET["direction"])
    return found.exclude(faults=[]) if request.GET.get("wrong") else found


@login_required
def gates(request: HttpRequest) -> HttpResponse:
    """The gates of one's scope: those in trouble first."""
    found = [
        {"gate": gate, "silent": rules.is_silent(gate.last_pass)} for gate in rules.gates_of(request.user)
    ]
    found.sort(key=lambda row: (not row["silent"], -row["gate"].wrong_today))
    context = {
        "title": _("Gates"),
        "subtitle": _("What passes the gates of plants, as their systems send it"),
        "number": len(found),
        "silent": sum(row["silent"] for row in found),
        "wrong": sum(row["gate"].wrong_today for row in found),
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }
    return page(request, "telemetry/gates/gates.html", context)


@login_required
def gate(request: HttpRequest, pk: int) -> HttpResponse:
    """One gate: its passes, and for who may, its keys."""
    found = get_visible_or_404(GateSystem.objects.select_related("enterprise", "region"), request.user, pk=pk)
    may_keep = can(request.user, Capability.KEEP_LINE)
    context = {
        "title": f"{found.enterprise.name} {found.gate}",
        "crumbs": [(_("Gates"), reverse("telemetry:gates"))],
        "gate": found,
        "pages": Paginator(passes_of(request, found), PER_PAGE).get_page(request.GET.get("page")),
        "wish": request.GET,
        "directions": Direction.choices,
        "faults": rules.FAULTS,
        "may_keep": may_keep,
        "keys": GateKey.objects.visible_to(request.user).filter(gate=found) if may_keep else (),
        "secret": request.session.pop(f"gate-secret-{pk}", None) if may_keep else None,
    }
    return page(request, "telemetry/gates/gate.html", context)


@login_required
def gate_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The passes asked for as an Excel workbook."""
    found = get_visible_or_404(GateSystem, request.user, pk=pk)
    heads = (
        _("Time"),
        _("Direction"),
        _("Plate"),
        _("Emission stage"),
        _("New energy"),
        _("Goods"),
        _("Net weight [t]"),
        _("Not allowed because"),
    )
    rows: list[tuple[Any, ...]] = [
        (
            row.at.astimezone(actions.CHINA).strftime("%Y-%m-%d %H:%M:%S"),
            row.get_direction_display(),
            row.plate,
            row.get_stage_display(),
            _("yes") if row.new_energy else _("no"),
            row.goods,
            "" if row.tonnes is None else row.tonnes,
            "; ".join(str(rules.FAULTS.get(code, code)) for code in row.faults),
        )
        for row in passes_of(request, found)[:MOST_EXPORTED]
    ]
    return workbook.workbook("gate-passes", [(_("Passes"), heads, rows)])


@require(Capability.KEEP_LINE)
@require_POST
def make_key(request: HttpRequest, pk: int) -> HttpResponse:
    """A new key; its secret shows once, on the page that follows."""
    found = get_visible_or_404(GateSystem, request.user, pk=pk)
    key, secret = actions.make_key(request, found)
    request.session[f"gate-secret-{pk}"] = {"name": key.name, "secret": secret}
    return redirect("telemetry:gate", pk=pk)


@require(Capability.KEEP_LINE)
@require_POST
def revoke_key(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """A key is withdrawn."""
    row = get_visible_or_404(GateKey, request.user, pk=key, gate_id=pk)
    try:
        actions.revoke_key(request, row, request.POST.get("reason", "")[:200])
    except LantianError as error:
        messages.error(request, error.line)
    return redirect("telemetry:gate", pk=pk)
