"""The API of the line at /api/telemetry/: devices, the state of their lines, hours of a stack."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.people.scope import get_visible_or_404
from lantian.office.telemetry import access, door, lines, rates, reporting, words
from lantian.office.telemetry import stack as stacks
from lantian.office.telemetry.alarms.api import router as alarms
from lantian.office.telemetry.gates.api import router as gates
from lantian.office.telemetry.models import Declaration
from lantian.office.telemetry.views import told
from lantian.telemetry.validity.rules import local_day

router = Router(tags=["telemetry"])
MOST = 200
MOST_DAYS = 31


class LineOut(Schema):
    """A device with the state of its line; rates [%] of the month that runs."""

    id: int
    mn: str
    name: str
    kind: str
    region: str
    enterprise: int | None
    outlet: int | None
    state: str
    confirmed: bool
    last_packet: datetime | None
    last_data_time: datetime | None
    clock_difference: int | None
    transmission: Decimal | None
    validity: Decimal | None
    effective: Decimal | None


class LinesOut(Schema):
    """A page of devices, and how many there are by state."""

    number: int
    states: dict[str, int]
    items: list[LineOut]


class HourOut(Schema):
    """An hour of a factor: start of the hour, what counts, what was measured, why not; numbers as text."""

    time: datetime
    factor: str
    state: str
    why: str
    mark: str
    method: str
    measured: str | None
    value: str | None
    converted: str | None
    limit: str | None
    exceeds: bool
    exempt: list[str]
    remarks: list[str]


class HoursOut(Schema):
    """Hours of a device over local days, both included."""

    mn: str
    first: date
    last: date
    units: dict[str, str]
    hours: list[HourOut]


class DeclarationOut(Schema):
    """A declared mark or correction."""

    id: int
    device: int
    kind: str
    factor: str
    first: datetime
    last: datetime
    mark: str
    value: Decimal | None
    converted: Decimal | None
    reason: str
    state: str
    declared_at: datetime

    @staticmethod
    def resolve_device(row: Any) -> int:
        return int(row.device_id)


class MonthOut(Schema):
    """A device's month; rates [%], hours counted by factor."""

    device: int
    mn: str
    due: int
    stopped: int
    received: int
    valid: int
    exceeding: int
    transmission: Decimal | None
    validity: Decimal | None
    effective: Decimal | None


@router.get("/telemetry/lines", response=LinesOut, summary="Devices with the state of their lines")
def api_lines(
    request: HttpRequest, *, q: str = "", region: str = "", kind: str = "", state: str = "",
    sort: str = "", limit: int = Query(100, ge=1, le=MOST), offset: int = Query(0, ge=0, le=1_000_000),
) -> dict[str, Any]:  # fmt: skip
    """The same wish as the page; the worst first."""
    asked = {"q": q, "region": region, "kind": kind, "state": state, "sort": sort}
    found = lines.found(request.user, lines.wish_of(asked))
    return {
        "number": len(found.keys),
        "states": dict(found.counts),
        "items": [_line(row) for row in told(found.keys[offset : offset + limit])],
    }


def _line(row: lines.Row) -> dict[str, Any]:
    one, month = row.device, row.rates or rates.Rates()
    return {
        "id": one.pk, "mn": one.mn, "name": one.name, "kind": one.kind, "region": one.region.code,
        "enterprise": one.enterprise_id, "outlet": one.outlet_id, "state": row.state,
        "confirmed": bool(one.on_line), "last_packet": row.heard.last_seen if row.heard else None,
        "last_data_time": row.heard.last_data_time if row.heard else None, "clock_difference": row.clock,
        "transmission": month.transmission, "validity": month.validity, "effective": month.effective,
    }  # fmt: skip


@router.get("/telemetry/devices/{pk}/hours", response=HoursOut, summary="Hours of a device")
def api_hours(
    request: HttpRequest, pk: int, first: date | None = None, last: date | None = None, factor: str = ""
) -> dict[str, Any]:
    """Each hour with its state and reason; at most 31 days, the last seven when none are named."""
    device = access.device_or_404(request.user, pk)
    if not access.reads(request.user, device):
        raise Http404
    last = min(last or clock.today(), clock.today())
    first = first or last - timedelta(days=6)
    if last < first or (last - first).days >= MOST_DAYS or first.year < 2000:
        raise LantianError(f"at most {MOST_DAYS} days, the first before the last")
    named = tuple(code for code in factor.split(",") if code.isascii() and code.isalnum())[:8]
    asked = stacks.Asked("week", last, first, last, named, "")
    stack = stacks.stack_of(device, asked)
    heard = door.device(device.mn)
    return {
        "mn": device.mn, "first": first, "last": last,
        "units": {code: words.unit_of(code, heard) for code in stack.factors},
        "hours": [_hour(stack, hour) for code in stack.factors for hour in stack.one.hours[code]],
    }  # fmt: skip


def _hour(stack: stacks.Stack, hour: Any) -> dict[str, Any]:
    limit = stack.strictest(hour.factor, local_day(hour.time))
    return {
        "time": hour.time, "factor": hour.factor, "state": hour.state, "why": hour.why or "",
        "mark": hour.mark, "method": hour.method or "", "measured": _text(hour.raw),
        "value": _text(hour.value), "converted": _text(hour.converted),
        "limit": _text(limit.value if limit else None), "exceeds": stack.exceeds(hour),
        "exempt": list(hour.exempt), "remarks": list(hour.remarks),
    }  # fmt: skip


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


@router.get(
    "/telemetry/declarations", response=list[DeclarationOut], summary="Declared marks and corrections"
)
def api_declarations(
    request: HttpRequest, device: int | None = None, state: str = "",
    limit: int = Query(100, ge=1, le=MOST), offset: int = Query(0, ge=0, le=1_000_000),
) -> Any:  # fmt: skip
    """Newest first."""
    rows = Declaration.objects.visible_to(request.user)
    if device is not None:
        rows = rows.filter(device=device)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("-declared_at", "-pk")[offset : offset + limit]


@router.get("/telemetry/declarations/{pk}", response=DeclarationOut, summary="One declaration")
def api_declaration(request: HttpRequest, pk: int) -> Any:
    """As the page shows it."""
    return get_visible_or_404(Declaration, request.user, pk=pk)


@router.get("/telemetry/months", response=list[MonthOut], summary="The month of each device")
def api_months(
    request: HttpRequest, *, month: str = "", region: str = "", kind: str = "", q: str = "",
    limit: int = Query(100, ge=1, le=MOST), offset: int = Query(0, ge=0, le=1_000_000),
) -> list[dict[str, Any]]:  # fmt: skip
    """The lowest effective rate first; the month that runs when none is named."""
    wish = reporting.wish_of({"month": month, "region": region, "kind": kind, "q": q})
    devices, _region = reporting.devices_of(request.user, wish)
    found = reporting.ordered(reporting.summed(devices, wish), wish)[offset : offset + limit]
    mns = dict(devices.filter(pk__in=[pk for pk, _rates in found]).values_list("pk", "mn"))
    return [
        {
            "device": pk, "mn": mns.get(pk, ""), "due": one.due, "stopped": one.stopped,
            "received": one.received, "valid": one.valid, "exceeding": one.exceeding,
            "transmission": one.transmission, "validity": one.validity, "effective": one.effective,
        }
        for pk, one in found
    ]  # fmt: skip


router.add_router("", alarms)
router.add_router("", gates)
