"""What a device measured: its rows out of the line, the marks and corrections that count, its hours.

    one = measured.of(device, date(2026, 10, 1), date(2026, 10, 31))
    one.hours["a21026"]            # `validity.HourValue`, an hour each, valid or not
    one.marks                      # as they were given to the kernel

The one way from a record of the register to hours; pages, day figures, judgement and reports all take it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Min

from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.monitoring.kernel import rulebook
from lantian.office.telemetry import door
from lantian.office.telemetry.models import Declaration, DeclarationKind
from lantian.office.telemetry.states import DeclarationState
from lantian.telemetry.validity.control import AUTOMATIC, checks_of, out_of_control
from lantian.telemetry.validity.corrections import Correction
from lantian.telemetry.validity.hours import station_hours
from lantian.telemetry.validity.marks import Mark, electronic_marks
from lantian.telemetry.validity.readings import Readings
from lantian.telemetry.validity.rules import CHINA, HOUR, Rules, midnight
from lantian.telemetry.validity.scaling import scaled

if TYPE_CHECKING:
    import pyarrow as pa

    from lantian.telemetry.validity.records import HourValue

OXYGEN, FLOW = "a19001", "a00000"
CONDITION, POWER = "condition", "power"
CHECKED_BACK, CHECKED_AFTER = timedelta(days=92), timedelta(days=31)
"""How far around some days checks of an analyser are looked at: longer than any may be apart by rule."""


@dataclass(frozen=True)
class Measured:
    """The hours of a device over local days, both included.

    `factors` are those that owe hours; `hours` has them, and oxygen and flow where the device sends them.
    """

    device: LineDevice
    first: date
    last: date
    factors: tuple[str, ...]
    table: pa.Table
    readings: Readings
    rules: Rules
    marks: list[Mark]
    corrections: list[Correction]
    hours: dict[str, list[HourValue]] = field(default_factory=dict)


def of(
    device: LineDevice, first: date, last: date, factors: Collection[str] | None = None, *,
    as_of: datetime | None = None,
) -> Measured:  # fmt: skip
    """Work out the hours of a device.

    Parameters
    ----------
    device
        a record of `line_devices`, with its outlet
    first, last
        local days, both included
    factors
        only these; by default what it owes (`owed`), oxygen and flow
    as_of
        the instant the question is put; the office's clock by default
    """
    return several([device], first, last, factors, as_of=as_of)[device.pk]


def several(
    devices: Iterable[LineDevice], first: date, last: date, factors: Collection[str] | None = None, *,
    as_of: datetime | None = None,
) -> dict[int, Measured]:  # fmt: skip
    """`of` for several devices, their rows read at once; by key of the device."""
    devices = list(devices)
    rules = kernel_rules()
    as_of = as_of or clock.now()
    beside = conditions_of(devices)
    names = {one.mn for one in devices} | {mn for mns in beside.values() for mn in mns}
    table = scaled(door.values(names, first, last, cns=None), door.line().devices.units(), rules.on(last))
    said = _declarations(devices, first, last)
    control = controls_of([one.mn for one in devices], first, last, as_of=as_of)
    found = {}
    for device in devices:
        readings = Readings.of(table, device.mn)
        marks = _marks(device, said.get(device.pk, []))
        for mn in {device.mn, *beside.get(device.pk, ())}:
            marks += electronic_marks(table, mn, rules, outlet=device.mn)
        marks += control.get(device.mn, [])
        fixes = _corrections(said.get(device.pk, []))
        owes = owed(device, readings)
        wanted = tuple(factors) if factors is not None else _with_beside(owes, readings)
        hours = station_hours(
            readings, device.mn, wanted, rules, since=first, until=last + timedelta(days=1), marks=marks,
            corrections=fixes, reference_o2=reference_of(device), as_of=as_of,
        )  # fmt: skip
        found[device.pk] = Measured(device, first, last, owes, table, readings, rules, marks, fixes, hours)
    return found


def controls_of(
    mns: Collection[str], first: date, last: date, *, as_of: datetime | None = None
) -> dict[str, list[Mark]]:
    """By device the spans that touch some local days in which analysers were out of control, or overdue.

    They follow from the automatic checks the devices report (2062). What has no end yet ends with the days.
    """
    table = door.values(mns, first - CHECKED_BACK, last + CHECKED_AFTER, cns=[AUTOMATIC])
    if not table.num_rows:
        return {}
    start, end = midnight(first), midnight(last + timedelta(days=1))
    until = min(as_of or clock.now(), end)
    found = {}
    for mn in mns:
        marks = out_of_control(checks_of(table, mn), kernel_rules(), outlet=mn, until=until)
        found[mn] = [mark for mark in marks if mark.start < end and start < mark.end]
    return found


@lru_cache(maxsize=2)
def _rules(digest: str) -> Rules:
    return Rules(rulebook())


def kernel_rules() -> Rules:
    """The office's rules as the kernel of the line reads them."""
    return _rules(rulebook().digest)


def owed(device: LineDevice, readings: Readings) -> tuple[str, ...]:
    """The factors a device owes hours of: the concentrations its record names, else those it sends."""
    named = LineDevice.ledger.by_name["measured"].values_in(device.measured)
    day = kernel_rules().on(clock.today())
    factors = [code for code in named if code[:1] == "a" and day.converts(code)]
    if not factors:
        sent = {*readings.factors(door.MINUTES), *readings.factors(door.HOURS)}
        factors = sorted(code for code in sent if code[:1] == "a" and day.converts(code))
    return tuple(factors)


def _with_beside(owes: tuple[str, ...], readings: Readings) -> tuple[str, ...]:
    sent = {*readings.factors(door.MINUTES), *readings.factors(door.HOURS)}
    return (*owes, *(code for code in (OXYGEN, FLOW) if code in sent and code not in owes))


def reference_of(device: LineDevice) -> Any:
    """The reference oxygen of the device's outlet [%]; None where it has none."""
    return device.outlet.reference_o2 if device.outlet is not None else None


def conditions_of(devices: Iterable[LineDevice]) -> dict[int, tuple[str, ...]]:
    """The devices that send the operating condition of an outlet, by key of its stack device."""
    outlets: dict[int, list[int]] = {}
    for one in devices:
        if one.outlet_id is not None:
            outlets.setdefault(one.outlet_id, []).append(one.pk)
    found: dict[int, tuple[str, ...]] = {}
    rows = LineDevice.objects.filter(
        outlet__in=list(outlets), kind=CONDITION, withdrawn=False, on_line=True
    ).values_list("outlet", "mn")
    for outlet, mn in rows:
        for pk in outlets[outlet]:
            found[pk] = (*found.get(pk, ()), mn)
    return found


def _declarations(devices: list[LineDevice], first: date, last: date) -> dict[int, list[Declaration]]:
    """The accepted declarations about some devices that touch some days, with when they were proved."""
    rows = (
        Declaration.objects.filter(
            device__in=devices, state=DeclarationState.ACCEPTED,
            first__lt=midnight(last + timedelta(days=1)), last__gte=midnight(first),
        )
        .annotate(proved_at=Min("files__added_at"), proof=Min("files__sha256"))
        .select_related("declared_by")
        .order_by("declared_at", "pk")
    )  # fmt: skip
    found: dict[int, list[Declaration]] = {}
    for row in rows:
        found.setdefault(row.device_id, []).append(row)
    return found


def _marks(device: LineDevice, said: Iterable[Any]) -> list[Mark]:
    return [
        Mark(
            device.mn, row.mark, row.first.astimezone(UTC), row.last.astimezone(UTC) + HOUR,
            reason=row.reason, evidence=row.proof or "", evidence_at=row.proved_at,
            operator=row.declared_by.get_username() if row.declared_by else "lantian",
            entered_at=row.declared_at, factors=(row.factor,) if row.factor else (), key=str(row.pk),
        )
        for row in said
        if row.kind == DeclarationKind.MARK
    ]  # fmt: skip


def _corrections(said: Iterable[Any]) -> list[Correction]:
    found = []
    for row in said:
        if row.kind != DeclarationKind.CORRECTION or row.value is None:
            continue
        hour = row.first.astimezone(UTC)
        while hour <= row.last:
            found.append(
                Correction(
                    row.factor, hour, row.value, who=str(row.declared_by or "lantian"),
                    entered_at=row.declared_at, reason=row.reason, converted=row.converted,
                    evidence_at=row.proved_at, key=str(row.pk),
                )
            )  # fmt: skip
            hour += HOUR
    return found


def local(instant: datetime) -> datetime:
    """An instant as the sites' clocks show it."""
    return instant.astimezone(CHINA)
