"""The API of alarms, dual control and leads, below /api/telemetry/: the lists of the pages, same scope."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Router, Schema
from ninja.pagination import paginate

from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404
from lantian.office.telemetry.alarms import asking
from lantian.office.telemetry.alarms.models import Alarm, Lead

router = Router(tags=["telemetry"])


class StepOut(Schema):
    """A row of the action log."""

    number: int
    at: datetime
    actor_name: str
    verb: str
    reason: str


class AlarmOut(Schema):
    """An alarm."""

    id: int
    kind: str
    level: int
    state: str
    mn: str
    enterprise: int | None
    enterprise_name: str
    outlet: str
    region: str
    factor: str
    basis: str
    limit: Decimal | None
    peak: Decimal | None
    ratio: Decimal | None
    since: datetime
    until: datetime
    count: int
    due: datetime | None
    late: bool
    verified: bool

    @staticmethod
    def resolve_enterprise(row: Any) -> int | None:
        return row.enterprise_id

    @staticmethod
    def resolve_enterprise_name(row: Any) -> str:
        return str(row.where)

    @staticmethod
    def resolve_outlet(row: Any) -> str:
        return row.outlet.number if row.outlet is not None else ""

    @staticmethod
    def resolve_region(row: Any) -> str:
        return str(row.region.code)

    @staticmethod
    def resolve_due(row: Any) -> datetime | None:
        return row.state_due

    @staticmethod
    def resolve_late(row: Any) -> bool:
        return bool(row.is_late)


class AlarmWhole(AlarmOut):
    """An alarm with the periods it rests on, what was asked and answered, its steps."""

    hours: list[dict[str, Any]]
    question: str
    explanation: str
    finding: int | None
    steps: list[StepOut]

    @staticmethod
    def resolve_finding(row: Any) -> int | None:
        return row.finding_id


class DualOut(Schema):
    """A line of dual control: an enterprise, or one of its outlets, a factor and a year."""

    enterprise: int
    enterprise_name: str
    outlet: str
    region: str
    factor: str
    year: int
    total: Decimal | None
    used: Decimal | None
    share: Decimal | None
    as_of: date | None
    known_days: int
    rate: Decimal | None
    trend: Decimal | None
    runs_out: date | None
    runs_out_first: date | None
    runs_out_last: date | None
    why: str
    hours_valid: int
    hours_over: int
    over_30: int

    @staticmethod
    def resolve_enterprise(row: Any) -> int:
        return int(row.enterprise_id)

    @staticmethod
    def resolve_enterprise_name(row: Any) -> str:
        return str(row.enterprise.name)

    @staticmethod
    def resolve_outlet(row: Any) -> str:
        return row.outlet.number if row.outlet is not None else ""

    @staticmethod
    def resolve_region(row: Any) -> str:
        return str(row.region.code)


class LeadOut(Schema):
    """A lead of forged data: no conclusion."""

    id: int
    screen: str
    screen_label: str
    score: Decimal
    state: str
    mn: str
    enterprise: int | None
    outlet: str
    region: str
    first: date
    last: date

    @staticmethod
    def resolve_enterprise(row: Any) -> int | None:
        return row.enterprise_id

    @staticmethod
    def resolve_outlet(row: Any) -> str:
        return row.outlet.number if row.outlet is not None else ""

    @staticmethod
    def resolve_region(row: Any) -> str:
        return str(row.region.code)


class LeadWhole(LeadOut):
    """A lead with its evidence."""

    evidence: list[dict[str, Any]]
    finding: int | None

    @staticmethod
    def resolve_finding(row: Any) -> int | None:
        return row.finding_id


@router.get("/telemetry/alarms", response=list[AlarmOut])
@paginate
def alarms(request: HttpRequest) -> Any:
    """Alarms by `q`, `state`, `kind`, `level`, `factor`, `region`, `enterprise`, `outlet`, `late`."""
    return asking.alarms_of(request.user, asking.wish_of(request.GET))


@router.get("/telemetry/alarms/{pk}", response=AlarmWhole)
def alarm(request: HttpRequest, pk: int) -> Any:
    """One alarm."""
    rows = Alarm.objects.select_related("enterprise", "outlet", "region").defer("region__geometry")
    row = get_visible_or_404(rows, request.user, pk=pk)
    row.steps = history_of(row, request.user).order_by("number")
    return row


@router.get("/telemetry/dual-control", response=list[DualOut])
@paginate
def dual_control(request: HttpRequest) -> Any:
    """Dual control by `year`, `q`, `factor`, `region`, `enterprise`, `over`, `outlets`."""
    return asking.duals_of(request.user, asking.dual_wish_of(request.GET))


@router.get("/telemetry/leads", response=list[LeadOut])
@paginate
def leads(request: HttpRequest) -> Any:
    """Leads by `q`, `state`, `screen`, `region`, `enterprise`; for those who may check leads."""
    if not can(request.user, Capability.CHECK_LEADS):
        raise PermissionDenied
    return asking.leads_of(request.user, asking.lead_wish_of(request.GET))


@router.get("/telemetry/leads/{pk}", response=LeadWhole)
def lead(request: HttpRequest, pk: int) -> Any:
    """One lead."""
    rows = Lead.objects.select_related("enterprise", "outlet", "region").defer("region__geometry", "picture")
    return get_visible_or_404(rows, request.user, pk=pk)
