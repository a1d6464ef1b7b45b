"""Pages of gates: how their lines stand, what passed, which keys sign."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
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
from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.telemetry.gates import actions, rules
from lantian.office.telemetry.gates.models import Direction, GateKey, GatePass, GateTrouble
from lantian.telemetry.validity.rules import midnight

PER_PAGE, MOST_EXPORTED, TROUBLES = 40, 50_000, 8


def passes_of(request: HttpRequest, gate: GateSystem) -> Any:
    """The passes of a gate a request asks for."""
    found = GatePass.objects.visible_to(request.user).filter(gate=gate)
    words = request.GET.get("q", "").strip().upper()[:16]
    if words:
        found = found.filter(plate__contains=words)
    if request.GET.get("direction") in Direction.values:
        found = found.filter(direction=request.GET["direction"])
    if (day := parse_day(request.GET.get("day", ""))) is not None:
        found = found.filter(at__gte=midnight(day), at__lt=midnight(day + timedelta(days=1)))
    return found.filter(allowed=False) if request.GET.get("wrong") else found


def parse_day(words: str) -> date | None:
    """A local day out of an address; None for none."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day < date(2100, 1, 1) else None


def keeps(user: Any, gate: GateSystem) -> bool:
    """Whether a person makes and withdraws the keys of a gate: as `access.keeps` has it of devices."""
    root = region_root(user)
    return can(user, Capability.KEEP_LINE) and root is not None and gate.region.path.startswith(root)


@login_required
def gates(request: HttpRequest) -> HttpResponse:
    """The gates of one's scope: those in trouble first."""
    found = rules.gates_of(request.user)
    totals = found.aggregate(
        number=Count("pk"), mute=Count("pk", filter=Q(silent=True)), wrong=Sum("wrong_today")
    )
    context = {
        "title": _("Gates"),
        "subtitle": _("What passes the gates of plants, as their systems send it"),
        "number": totals["number"],
        "silent": totals["mute"],
        "wrong": totals["wrong"] or 0,
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
    }
    return page(request, "telemetry/gates/gates.html", context)


@login_required
def gate(request: HttpRequest, pk: int) -> HttpResponse:
    """One gate: its passes, and for who may, its keys."""
    found = get_visible_or_404(GateSystem.objects.select_related("enterprise", "region"), request.user, pk=pk)
    may_keep = keeps(request.user, found)
    context = {
        "title": f"{found.enterprise.name} {found.gate}",
        "crumbs": [(_("Gates"), reverse("telemetry:gates"))],
        "gate": found,
        "pages": Paginator(passes_of(request, found), PER_PAGE).get_page(request.GET.get("page")),
        "wish": request.GET,
        "day": parse_day(request.GET.get("day", "")),
        "directions": Direction.choices,
        "troubles": GateTrouble.objects.visible_to(request.user)
        .filter(enterprise=found.enterprise_id)
        .select_related("gate__enterprise", "finding")[:TROUBLES],
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
    asked = passes_of(request, found)
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
        for row in asked[:MOST_EXPORTED]
    ]
    if len(rows) == MOST_EXPORTED and (more := asked.count() - MOST_EXPORTED) > 0:
        rows.append(
            (_("%(count)d older passes are not in this file; ask for a day.") % {"count": more}, *[""] * 7)
        )
    return workbook.workbook("gate-passes", [(_("Passes"), heads, rows)])


@require(Capability.KEEP_LINE)
@require_POST
def make_key(request: HttpRequest, pk: int) -> HttpResponse:
    """A new key; its secret shows once, on the page that follows."""
    found = get_visible_or_404(GateSystem, request.user, pk=pk)
    if not keeps(request.user, found):
        raise PermissionDenied
    key, secret = actions.make_key(request, found)
    request.session[f"gate-secret-{pk}"] = {"name": key.name, "secret": secret}
    return redirect("telemetry:gate", pk=pk)


@require(Capability.KEEP_LINE)
@require_POST
def revoke_key(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    """A key is withdrawn."""
    row = get_visible_or_404(GateKey, request.user, pk=key, gate_id=pk)
    if not keeps(request.user, row.gate):
        raise PermissionDenied
    try:
        actions.revoke_key(request, row, request.POST.get("reason", "")[:200])
    except LantianError as error:
        messages.error(request, error.line)
    return redirect("telemetry:gate", pk=pk)
