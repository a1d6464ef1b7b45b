"""Which passes are not allowed, and how a gate's line stands. Decides, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, F, Min, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from lantian.office.findings.special.roadside.models import Listing, Stage
from lantian.office.frame import clock
from lantian.office.ledgers.vehicles.gate_system import GateSystem
from lantian.office.telemetry.gates.models import Direction, GateKey, GatePass
from lantian.rulebook import load

CHINA = ZoneInfo("Asia/Shanghai")
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
    """The gates a person may see, those in trouble first, with their last pass (`last_pass`), whether that
    is too long ago (`silent`), the passes of a day (`passes_today`) and those not allowed (`wrong_today`).

    Each figure is asked of the index of its gate, never of all passes.
    """
    since = clock.now() - timedelta(days=1)
    # Not the manager's order: a count has none.
    own = GatePass.objects.filter(gate=OuterRef("pk")).order_by()
    recent = own.filter(at__gte=since)

    def number(rows: QuerySet[GatePass]) -> Coalesce:
        return Coalesce(Subquery(rows.values("gate").annotate(n=Count("pk")).values("n")), 0)

    return (
        GateSystem.objects.visible_to(user)
        .filter(withdrawn=False)
        .select_related("enterprise", "region")
        .defer("region__geometry", "enterprise__note")
        .annotate(
            last_pass=Subquery(own.order_by("-at").values("at")[:1]),
            passes_today=number(recent),
            wrong_today=number(recent.filter(allowed=False)),
        )
        .annotate(silent=Case(
            When(last_pass__gte=silent_since(), then=False),
            # Nothing is expected of a gate that never sent and has no key to sign with.
            When(~Exists(GateKey.objects.filter(gate=OuterRef("pk"), revoked_at=None)), last_pass=None,
                 then=False),
            default=True,
        ))
        .order_by("-silent", "-wrong_today", F("last_pass").desc(nulls_last=True), "enterprise__name",
                  "gate", "pk")
    )  # fmt: skip


def silent_span() -> timedelta:
    """How long a gate may send nothing (`telemetry.gates.silent_hours`)."""
    return timedelta(hours=load().rule("telemetry.gates.silent_hours", on=clock.today()).integer)


def silent_since() -> datetime:
    """A gate whose last pass is older is silent."""
    return clock.now() - silent_span()


def tonnes_by_day(enterprise: int, since: datetime, until: datetime) -> dict[date, tuple[Decimal, Decimal]]:
    """Tonnes in and out of an enterprise's gates by local day; days without a weighed pass are absent.

    Parameters
    ----------
    since, until
        aware; `until` itself is not included
    """
    rows = (
        GatePass.objects.filter(gate__enterprise=enterprise, at__gte=since, at__lt=until)
        .exclude(tonnes=None)
        .annotate(day=TruncDate("at", tzinfo=CHINA))
        .order_by()
        .values_list("day", "direction")
        .annotate(sum=Sum("tonnes"))
    )
    found: dict[date, tuple[Decimal, Decimal]] = {}
    for day, direction, total in rows:
        into, out = found.get(day, (Decimal(), Decimal()))
        found[day] = (into + total, out) if direction == Direction.IN else (into, out + total)
    return found


def first_weighed(enterprise: int) -> datetime | None:
    """When a gate of an enterprise first told a weight; None for never."""
    rows = GatePass.objects.filter(gate__enterprise=enterprise).exclude(tonnes=None)
    return rows.aggregate(first=Min("at"))["first"]
