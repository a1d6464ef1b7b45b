"""Which passes are not allowed, and how a gate's line stands. Decides, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from lantian.office.findings.special.roadside.models import Listing, Stage
from lantian.office.frame import clock
from lantian.office.ledgers.vehicles.gate_system import GateSystem
from lantian.office.telemetry.gates.models import Direction, GatePass
from lantian.rulebook import load

FAULTS = {
    "stage_below": _("emission stage too low"),
    "stage_unknown": _("emission stage not told"),
    "black_listed": _("on the black list"),
}
"""Why a pass is not allowed."""


def faults_of(
    stage: str, new_energy: bool, plate: str, on: date, black: Iterable[str], *, warning: bool = False
) -> list[str]:
    """Why a vehicle may not pass on a day; empty when it may.

    Parameters
    ----------
    stage, new_energy, plate
        the vehicle
    on
        the day whose rules hold (`telemetry.gates.least_stage`)
    black
        plates on the black list
    warning
        whether an orange or red warning holds: then `least_stage_warning`
    """
    found = []
    rule = load().rule(f"telemetry.gates.least_stage{'_warning' if warning else ''}", on=on)
    if not new_energy:
        if stage == Stage.UNKNOWN:
            found.append("stage_unknown")
        elif int(stage) < rule.integer:
            found.append("stage_below")
    if plate in set(black):
        found.append("black_listed")
    return found


def black_plates(plates: Iterable[str]) -> set[str]:
    """Those of some plates that stand on the black list of roadside checks today."""
    return set(Listing.objects.filter(until=None, plate__in=set(plates)).values_list("plate", flat=True))


def gates_of(user: Any) -> QuerySet[GateSystem]:
    """The gates a person may see, with their last pass, the passes of a day and those not allowed."""
    since = clock.now() - timedelta(days=1)
    today = Q(passes__at__gte=since)
    return (
        GateSystem.objects.visible_to(user)
        .select_related("enterprise", "region")
        .annotate(
            last_pass=Max("passes__at"),
            passes_today=Count("passes", filter=today),
            wrong_today=Count("passes", filter=today & ~Q(passes__faults=[])),
        )
        .order_by("enterprise__name", "gate")
    )


def is_silent(last: datetime | None) -> bool:
    """Whether a gate has sent nothing for longer than its rule allows."""
    hours = load().rule("telemetry.gates.silent_hours").integer
    return last is None or clock.now() - last > timedelta(hours=hours)


def tonnes_by_day(enterprise: int, since: datetime, until: datetime) -> dict[date, tuple[Decimal, Decimal]]:
    """Tonnes in and out of an enterprise's gates by local day; days without a weighed pass are absent."""
    rows = (
        GatePass.objects.filter(gate__enterprise=enterprise, at__gte=since, at__lt=until)
        .exclude(tonnes=None)
        .values("at__date", "direction")
        .annotate(sum=Sum("tonnes"))
        .order_by()
    )
    found: dict[date, tuple[Decimal, Decimal]] = {}
    for row in rows:
        into, out = found.get(row["at__date"], (Decimal(), Decimal()))
        if row["direction"] == Direction.IN:
            into += row["sum"]
        else:
            out += row["sum"]
        found[row["at__date"]] = into, out
    return found
