"""The indicators of gates: passes that were allowed, gates that send."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.frame import clock
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register
from lantian.office.ledgers.vehicles.gate_system import GateState, GateSystem
from lantian.office.telemetry.gates.models import GatePass
from lantian.office.telemetry.gates.rules import silent_span
from lantian.telemetry.validity.rules import midnight

MOST_LINES = 100


def _share(part: int, whole: int) -> Decimal:
    return round(Decimal(100 * part) / whole, 1)


def passes_allowed(subject: Subject, period: Period) -> Answer:
    """Passes allowed of all passes [%] at the gates of a region, those with the lowest share first."""
    rows = (
        GatePass.objects.filter(
            gate__region__path__startswith=subject.region.path, gate__withdrawn=False,
            at__gte=midnight(period.first), at__lt=midnight(period.last + timedelta(days=1)),
        )
        .order_by().values("gate", "gate__enterprise__name", "gate__gate")
        .annotate(n=Count("pk"), good=Count("pk", filter=Q(allowed=True)))
    )  # fmt: skip
    found = sorted((_share(row["good"], row["n"]), row["gate"], row) for row in rows)
    url = reverse("telemetry:gates")
    whole = sum(row["n"] for *_one, row in found)
    if not whole:
        return Answer(None, reason=_("no gate sent a pass in this period"), url=url, verified=False)
    lines = tuple(
        Line(f"{row['gate__enterprise__name']} {row['gate__gate']}", share,
             reverse("telemetry:gate", args=[pk]))
        for share, pk, row in found[:MOST_LINES]
    )  # fmt: skip
    good = sum(row["good"] for *_one, row in found)
    return Answer(_share(good, whole), lines=lines, url=url, count=whole, verified=False)


def gates_online(subject: Subject, period: Period) -> Answer:
    """Gates that sent a pass in the last days of the period that the rule of silence allows, of those
    registered as connected [%].
    """
    end = min(midnight(period.last + timedelta(days=1)), clock.now())
    last = Max("passes__at", filter=Q(passes__at__lt=end, passes__at__gte=end - silent_span()))
    rows = GateSystem.objects.filter(
        region__path__startswith=subject.region.path, withdrawn=False, status=GateState.RUNNING
    ).annotate(last=last).order_by("pk").values("pk", "enterprise__name", "gate", "last")  # fmt: skip
    gates = list(rows)
    url = reverse("telemetry:gates")
    if not gates:
        return Answer(None, reason=_("no gate is registered as connected"), url=url, verified=False)
    silent = [row for row in gates if row["last"] is None]
    lines = tuple(
        Line(
            f"{row['enterprise__name']} {row['gate']}",
            Decimal(0),
            reverse("telemetry:gate", args=[row["pk"]]),
        )
        for row in silent[:MOST_LINES]
    )
    share = _share(len(gates) - len(silent), len(gates))
    return Answer(share, lines=lines, url=url, count=len(gates), verified=False)


def register_all() -> None:
    """Make the indicators known."""
    for code, title, compute, formula in (
        ("gate_passes_allowed", gettext_lazy("Passes allowed at gates"), passes_allowed,
         gettext_lazy("Passes that the rules of their day allow, of all passes sent by gates.")),
        ("gates_online", gettext_lazy("Gates online"), gates_online,
         gettext_lazy("Gates that sent a pass within the hours of the rule before the end of the period, of "
                      "those registered as connected.")),
    ):  # fmt: skip
        register(Indicator(code, title, "%", compute, frozenset({"region"}), True, formula, "register"))
