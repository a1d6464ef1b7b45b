"""The page of a stack as data: the period asked for, its hours, limits, bands of marks, power beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Q

from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.ledgers.industry.outlet_limit import OutletLimit
from lantian.office.telemetry import door, measured, rates
from lantian.office.telemetry.models import Declaration
from lantian.telemetry.validity.records import HourValue
from lantian.telemetry.validity.rules import HOUR, local_day, midnight
from lantian.telemetry.values import MILLIONTHS

SPANS = ("day", "week", "month")
MOST_FACTORS = 4
# Codes of equipment on power meters begin so (HJ 212-2025, ST 44): what produces, what treats.
PRODUCTION, TREATMENT = "d2", "d3"
FAULTS = frozenset({"instrument_fault", "power_loss", "link_loss", "D", "B", "fault"})
KEPT = frozenset({"maintenance", "M", "other"})
CHECKED = frozenset({"calibration", "C", "out_of_control", "check_overdue"})


@dataclass(frozen=True, slots=True)
class Asked:
    """The period and the factors a page is asked for."""

    span: str
    day: date
    first: date
    last: date
    factors: tuple[str, ...]
    factor: str

    @property
    def before(self) -> date:
        """The day that ends the period before."""
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date | None:
        """A day of the period after; None where it lies ahead."""
        following = self.last + timedelta(days=1)
        return following if following <= clock.today() else None

    @property
    def next_day(self) -> date:
        """The day that ends the period after this one."""
        days = {"day": 1, "week": 7}.get(self.span, 1)
        return min(self.last + timedelta(days=days), clock.today())


def asked_of(device: LineDevice, params: Any) -> Asked:
    """Read an address; what makes no sense is as if it were not there: the week that ends today."""
    span = params.get("span")
    span = span if span in SPANS else "week"
    today = clock.today()
    try:
        day = min(date.fromisoformat(str(params.get("day", ""))), today)
    except ValueError:
        day = today
    if day.year < 2000:
        day = today
    first, last = day, day
    if span == "week":
        first = day - timedelta(days=6)
    elif span == "month":
        first, last = rates.month_of(day)
        last = min(last, today)
    named = LineDevice.ledger.by_name["measured"].values_in(device.measured)
    given = params.getlist("factor") if hasattr(params, "getlist") else []
    chosen = tuple(code for code in dict.fromkeys(given) if _is_code(code))[:MOST_FACTORS]
    factors = chosen or tuple(code for code in named if _is_owed(code))[:3]
    return Asked(span, day, first, last, factors, chosen[0] if chosen else "")


def _is_code(text: str) -> bool:
    return 3 <= len(text) <= 8 and text.isascii() and text.isalnum()


def _is_owed(code: str) -> bool:
    return code[:1] == "a" and measured.kernel_rules().on(clock.today()).converts(code)


@dataclass(frozen=True, slots=True)
class Limit:
    """A dated limit of the outlet that an hour is compared with [mg/m³]."""

    factor: str
    basis: str
    label: str
    value: Decimal
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether it is in force on a local day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Band:
    """Hours of one kind: stopped, calibration, maintenance, fault, missing or exempt; `end` excluded."""

    kind: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Stack:
    """Everything the page shows of a period; arrays have one place an hour."""

    asked: Asked
    one: measured.Measured
    times: list[datetime]
    factors: tuple[str, ...]
    limits: list[Limit]
    bands: Mapping[str, list[Band]]
    power: Mapping[str, list[float | None]]
    pending: list[Declaration] = field(default_factory=list)
    sent: tuple[str, ...] = ()

    def strictest(self, factor: str, day: date) -> Limit | None:
        """The lowest limit of a factor in force on a day."""
        mine = [one for one in self.limits if one.factor == factor and one.holds(day)]
        return min(mine, key=lambda one: one.value, default=None)

    def exceeds(self, hour: HourValue) -> bool:
        """Whether a judged hour lies above the strictest limit of its day, both rounded as shown."""
        limit = self.strictest(hour.factor, local_day(hour.time))
        return bool(limit and hour.judged and hour.converted is not None and hour.converted > limit.value)


def stack_of(device: LineDevice, asked: Asked) -> Stack:
    """Gather a page's data.

    Parameters
    ----------
    device
        with its outlet and enterprise
    asked
        the period; without factors those that the device owes hours of, at most three
    """
    beside = power_devices(device)
    one = measured.of(device, asked.first, asked.last, asked.factors or None)
    factors = tuple(code for code in (asked.factors or one.factors[:3]) if code in one.hours)
    times = [hour.time for hour in next(iter(one.hours.values()), [])]
    ahead = door.now().astimezone(UTC)
    count = sum(time < ahead for time in times)
    times = times[:count]
    hours = {code: found[:count] for code, found in one.hours.items()}
    one = replace(one, hours=hours)
    return Stack(
        asked, one, times, factors, limits_of(device, asked.first, asked.last),
        {code: bands_of(hours[code]) for code in factors}, power_of(beside, asked, times),
        pending_of(device, asked.first, asked.last),
        tuple(sorted({*one.readings.factors(door.MINUTES), *one.readings.factors(door.HOURS)})),
    )  # fmt: skip


def limits_of(device: LineDevice, first: date, last: date) -> list[Limit]:
    """The hourly limits of the device's outlet that are in force on some day of a period, lowest first."""
    if device.outlet_id is None:
        return []
    rows = OutletLimit.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=first), outlet=device.outlet_id, withdrawn=False,
        averaging="hour", valid_from__lte=last,
    ).order_by("value", "pk")  # fmt: skip
    return [
        Limit(row.factor, row.basis, row.ledger.by_name["basis"].write(row.basis), row.value,
              row.valid_from, row.valid_to)
        for row in rows
        if row.value is not None and row.valid_from is not None
    ]  # fmt: skip


def kind_of(hour: HourValue) -> str:
    """The kind of band an hour lies in; "" where it is an ordinary valid one."""
    why = hour.why or ""
    if hour.state == "stopped":
        return "stopped"
    if hour.state in ("not_received", "lost_here", "missing_at_source"):
        return "missing"
    marks = {*hour.exempt, *hour.reasons, why}
    if hour.state == "valid":
        return "exempt" if hour.exempt else ""
    for kind, known in (("calibration", CHECKED), ("maintenance", KEPT), ("fault", FAULTS)):
        if marks & known:
            return kind
    return "fault"


def bands_of(hours: Iterable[HourValue]) -> list[Band]:
    """Runs of hours of one kind."""
    found: list[Band] = []
    for place, hour in enumerate(hours):
        kind = kind_of(hour)
        if found and found[-1].kind == kind and found[-1].end == place:
            found[-1] = Band(kind, found[-1].start, place + 1, found[-1].words)
        elif kind:
            found.append(Band(kind, place, place + 1, hour.why or ",".join(hour.exempt)))
    return found


def power_devices(device: LineDevice) -> list[str]:
    """Where the power of a stack is told: by its own logger, and by the meters of its outlet, else by those
    that its enterprise keeps for the whole."""
    if device.enterprise_id is None or device.kind == "power":
        return [device.mn]
    rows = LineDevice.objects.filter(
        enterprise=device.enterprise_id, kind="power", withdrawn=False, on_line=True
    ).values_list("mn", "outlet")
    own = [mn for mn, outlet in rows if outlet is not None and outlet == device.outlet_id]
    return [device.mn, *(own or [mn for mn, outlet in rows if outlet is None])]


def power_of(mns: list[str], asked: Asked, times: list[datetime]) -> dict[str, list[float | None]]:
    """Mean power of what produces and of what treats in each hour [as sent, kW]; empty without a meter."""
    if not mns or not times:
        return {}
    table = door.values(mns, asked.first, asked.last)
    found = {}
    for name, prefix in (("production", PRODUCTION), ("treatment", TREATMENT)):
        series = _hourly(table, prefix, times)
        if series is not None:
            found[name] = series
    return found


def _hourly(table: pa.Table, prefix: str, times: list[datetime]) -> list[float | None] | None:
    rows = table.filter(
        pc.and_(pc.starts_with(table["factor"], prefix), pc.is_in(table["field"], pa.array(["Rtd", "Avg"])))
    )
    rows = rows.filter(pc.is_valid(rows["value"]))
    if not rows.num_rows:
        return None
    start = round(times[0].timestamp() * 1e6)
    places = (rows["time"].cast(pa.int64()).to_numpy() - start) // round(HOUR / timedelta(microseconds=1))
    inside = (places >= 0) & (places < len(times))
    numbers = rows["value"].to_numpy(zero_copy_only=False).astype(float)[inside] / MILLIONTHS
    places = places[inside]
    encoded = pc.dictionary_encode(pc.binary_join_element_wise(rows["place"], rows["factor"], "|"))
    codes = encoded.combine_chunks().indices.to_numpy(zero_copy_only=False)[inside]
    total = np.zeros(len(times))
    known = np.zeros(len(times), dtype=bool)
    for code in np.unique(codes):
        mine = codes == code
        sums = np.bincount(places[mine], weights=numbers[mine], minlength=len(times))
        counts = np.bincount(places[mine], minlength=len(times))
        there = counts > 0
        total[there] += sums[there] / counts[there]
        known |= there
    return [
        round(float(value), 1) if is_there else None for value, is_there in zip(total, known, strict=True)
    ]


def pending_of(device: LineDevice, first: date, last: date) -> list[Declaration]:
    """Declarations about the period that nobody decided yet."""
    return list(
        Declaration.objects.filter(
            device=device, state="declared", first__lt=midnight(last + timedelta(days=1)),
            last__gte=midnight(first),
        ).order_by("first", "pk")
    )  # fmt: skip
