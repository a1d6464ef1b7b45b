"""The day figures of devices (`DeviceDay`): hours due, received, valid, stopped, exceeding; mass.

Worked out anew for each day a new value speaks of; doing it twice gives the same rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from statistics import median
from typing import Any

import pyarrow.compute as pc
from django.db.models import Sum

from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineKind
from lantian.office.monitoring.kernel import rulebook
from lantian.office.telemetry import measured, stack
from lantian.office.telemetry.daily.steps import Changed
from lantian.office.telemetry.models import DeviceDay
from lantian.telemetry import hj212
from lantian.telemetry.validity import rates as kernel_rates
from lantian.telemetry.validity.mass import MEASURED, NONE, NOTHING, day_masses, masses
from lantian.telemetry.validity.records import HourValue
from lantian.telemetry.validity.rules import amount, local_day

AS_IT_IS = frozenset({MEASURED, NOTHING, NONE})
CHUNK = timedelta(days=62)
WRITTEN = ("due", "received", "valid", "stopped", "substituted", "exceeding", "clock_offset", "parts",
           "worked_out_at")  # fmt: skip


def figures(changed: Changed) -> str:
    """The step of order 10: keep the figures of every changed day."""
    kept = 0
    for mn, days in changed.days.items():
        device = changed.devices.get(mn)
        if device is None or device.kind != LineKind.STACK:
            continue  # a dust site or a vehicle owes no hours: no rate is told of it
        today = measured.local(changed.now).date()
        for some in runs(day for day in days if day <= today):
            rows = work_out(device, some, changed.now)
            DeviceDay.objects.bulk_create(
                rows, update_conflicts=True, unique_fields=["device", "day"], update_fields=WRITTEN,
                batch_size=500,
            )  # fmt: skip
            kept += len(rows)
    return f"{kept} device days"


def runs(days: Iterable[date]) -> list[list[date]]:
    """Days in spans of at most two months, each read at once."""
    found: list[list[date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][-1] <= timedelta(days=3) and day - found[-1][0] < CHUNK:
            found[-1].append(day)
        else:
            found.append([day])
    return found


def work_out(device: Any, days: Sequence[date], now: datetime | None = None) -> list[DeviceDay]:
    """The figures of some days of a device, not yet kept.

    Parameters
    ----------
    device
        a record of `line_devices` with its outlet
    days
        local days, ascending, close together
    now
        hours that begin later than an hour before it are not due yet; the office's clock by default
    """
    now = now or clock.now()
    captures = _captures(device, days[0])
    one = measured.of(device, days[0] - _back(captures, days[-1]), days[-1], as_of=now)
    limits = stack.limits_of(device, days[0], days[-1])
    wanted = set(days)
    over = now.astimezone(UTC) - timedelta(hours=1)
    rows = {day: DeviceDay(device=device, day=day, worked_out_at=now) for day in days}
    for factor in one.factors:
        hours = [hour for hour in one.hours.get(factor, ()) if hour.time <= over]
        by_day: dict[date, list[HourValue]] = defaultdict(list)
        for hour in hours:
            by_day[local_day(hour.time)].append(hour)
        mass = _masses(one, hours, captures)
        for day in wanted & set(by_day):
            part = _add(rows[day], factor, by_day[day], one, limits) | mass.get(day, {})
            rows[day].parts[factor] = part
            methods = part.get("methods", {})
            rows[day].substituted += sum(n for name, n in methods.items() if name not in AS_IT_IS)
    for day, seconds in _clocks(one, days).items():
        if day in rows:
            rows[day].clock_offset = seconds
    return list(rows.values())


def _add(
    row: DeviceDay, factor: str, hours: list[HourValue], one: measured.Measured, limits: list[Any]
) -> dict[str, Any]:
    """Count a factor's hours into the day; its own part of it."""
    counts = kernel_rates.count(hours, one.rules.on(row.day))
    held = [limit.value for limit in limits if limit.factor == factor and limit.holds(row.day)]
    lowest = min(held, default=None)
    exceeding = sum(
        lowest is not None and hour.judged and hour.converted is not None and hour.converted > lowest
        for hour in hours
    )
    row.due += counts.due
    row.received += counts.received
    row.valid += counts.valid
    row.stopped += counts.stopped
    row.exceeding += exceeding
    return {
        "due": counts.due, "received": counts.received, "valid": counts.valid, "stopped": counts.stopped,
        "filled": counts.filled, "corrected": counts.corrected, "exceeding": exceeding,
        "states": dict(counts.states), "reasons": dict(counts.reasons),
        "mean": _mean(hours, converted=False), "converted": _mean(hours, converted=True),
    }  # fmt: skip


def _mean(hours: list[HourValue], *, converted: bool) -> str | None:
    values = [hour.converted_exact if converted else hour.exact for hour in hours]
    known = [value for value in values if value is not None]
    return _text(sum(known, Fraction(0)) / len(known)) if known else None


def _text(value: Fraction) -> str:
    return str(round(Decimal(value.numerator) / Decimal(value.denominator), 6))


def _back(captures: Mapping[date, Fraction | None] | None, on: date) -> timedelta:
    """How many days before the first are read, so that substitution finds the valid hours its rule names.

    At least `telemetry.lines.history`; as many more as the row of the table that the capture rate leads to
    wants, of a device of whose hours so many are valid.
    """
    rate = None if captures is None else next(iter(captures.values()))
    days = int(rulebook().rule("telemetry.lines.history", on=on).number)
    table = measured.kernel_rules().on(on).rule("validity.substitution.table").rows
    for row in table if rate is not None else ():
        if amount(row["from"]) <= 100 * rate < amount(row["below"]):
            days = max(days, ceil(int(row["valid_hours"]) / (24 * amount(row["from"]) / 100)))
    return timedelta(days=days)


def _masses(
    one: measured.Measured, hours: list[HourValue], captures: Mapping[date, Fraction | None] | None
) -> dict[date, dict[str, Any]]:
    """Mass [kg] by day: measured alone, and with what stands in for hours that do not count."""
    flow = one.hours.get(measured.FLOW)
    if not flow or not hours:
        return {}
    found = day_masses(masses(hours, flow, one.rules, captures=captures))
    return {
        day.date: {
            "kg": _text(day.substituted), "raw_kg": _text(day.raw), "methods": dict(day.methods),
            "unknown": day.unknown,
        }
        for day in found
    }  # fmt: skip


def _captures(device: Any, first: date) -> dict[date, Fraction | None] | None:
    """The capture rate of the quarter so far, out of the days kept before; None where none are."""
    start, _end = kernel_rates.quarter_of(first)
    kept = DeviceDay.objects.filter(device=device, day__gte=start, day__lt=first).aggregate(
        due=Sum("due"), stopped=Sum("stopped"), valid=Sum("valid")
    )
    owed = (kept["due"] or 0) - (kept["stopped"] or 0)
    return {start: Fraction(kept["valid"] or 0, owed)} if owed > 0 else None


def _clocks(one: measured.Measured, days: Sequence[date]) -> dict[date, int]:
    """By day the median of when packets came less when the device says that it sent them [s]."""
    table = one.table.filter(pc.equal(one.table["place"], one.device.mn))
    table = table.filter(pc.is_valid(table["qn"])).select(["qn", "received_at", "time"])
    found: dict[date, dict[str, float]] = defaultdict(dict)
    wanted = set(days)
    for qn, received in {
        (row["qn"], row["received_at"]) for row in table.select(["qn", "received_at"]).to_pylist()
    }:
        sent = hj212.instant(qn[:14])
        if sent is not None and local_day(received) in wanted:
            found[local_day(received)][qn] = (received - sent).total_seconds()
    return {day: _bounded(median(offsets.values())) for day, offsets in found.items()}


def _bounded(seconds: float) -> int:
    return max(-(2**31) + 1, min(2**31 - 1, round(seconds)))
