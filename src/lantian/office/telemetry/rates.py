"""Rates of a month out of the kept days of devices: transmission, validity, and both together."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Sum

from lantian.office.frame import clock
from lantian.office.telemetry.measured import kernel_rules
from lantian.office.telemetry.models import DeviceDay
from lantian.telemetry.validity import rates as kernel

COUNTED = ("due", "received", "valid", "stopped", "substituted", "exceeding")


@dataclass(frozen=True)
class Rates:
    """Hours of some device days by what became of them, counted by factor, and the rates that follow [%].

    The formulas are the kernel's, by the rules of the last of these days.
    """

    due: int = 0
    received: int = 0
    valid: int = 0
    stopped: int = 0
    substituted: int = 0
    exceeding: int = 0
    on: date | None = None

    @cached_property
    def kernel(self) -> kernel.Rates:
        """The kernel's answer: each rate with its target and the step that explains it."""
        counts = kernel.Counts(
            self.due, self.stopped, 0, self.received, self.valid, self.due - self.stopped - self.valid,
            0, 0, {}, {},
        )  # fmt: skip
        return kernel.of_counts(counts, kernel_rules().on(self.on or clock.today()))

    @property
    def transmission(self) -> Decimal | None:
        """Share of the due hours that came."""
        return self.kernel.transmission.shown

    @property
    def validity(self) -> Decimal | None:
        """Share of the hours that came that are valid."""
        return self.kernel.validity.shown

    @property
    def effective(self) -> Decimal | None:
        """Transmission times validity, rounded once."""
        return self.kernel.effective.shown

    @property
    def capture(self) -> Decimal | None:
        """Share of the due hours that are valid."""
        return self.kernel.capture.shown

    @property
    def met(self) -> bool | None:
        """Whether the effective rate reaches its target; None where nothing was due."""
        return self.kernel.effective.met

    def __add__(self, other: Rates) -> Rates:
        summed = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        return Rates(**summed, on=self.on or other.on)


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def rates_of(devices: Iterable[Any], first: date, last: date) -> dict[int, Rates]:
    """The rates of some devices over some days, by key; a device without a kept day is left out."""
    rows = (
        DeviceDay.objects.filter(device__in=list(devices), day__range=(first, last))
        .order_by()
        .values("device")
        .annotate(**{name: Sum(name) for name in COUNTED})
    )
    on = min(last, clock.today())
    return {row["device"]: Rates(**{name: row[name] or 0 for name in COUNTED}, on=on) for row in rows}


def this_month(devices: Iterable[Any]) -> dict[int, Rates]:
    """The rates of the month that runs."""
    return rates_of(devices, *month_of(clock.today()))


def clocks_of(devices: Iterable[Any], first: date) -> dict[int, int]:
    """How far each device's clock was off on its latest kept day since `first` [s]."""
    rows = (
        DeviceDay.objects.filter(device__in=list(devices), day__gte=first, clock_offset__isnull=False)
        .order_by("day")
        .values_list("device", "clock_offset")
    )
    return dict(rows)
