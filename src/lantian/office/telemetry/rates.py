"""Rates of a month out of the kept days of devices: transmission, validity, and both together."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Sum

from lantian.office.frame import clock
from lantian.office.telemetry.models import DeviceDay
from lantian.telemetry.validity.exact import half_even

COUNTED = ("due", "received", "valid", "stopped", "substituted", "exceeding")


@dataclass(frozen=True, slots=True)
class Rates:
    """Hours of some device days by what became of them, and the rates that follow [%], one decimal.

    Hours are counted by factor. What a plant declared as stopped is not owed.
    """

    due: int = 0
    received: int = 0
    valid: int = 0
    stopped: int = 0
    substituted: int = 0
    exceeding: int = 0

    @property
    def owed(self) -> int:
        """Hours due but for those stopped."""
        return max(0, self.due - self.stopped)

    @property
    def transmission(self) -> Decimal | None:
        """Share of the owed hours that came; None where none was owed."""
        return share(min(self.received, self.owed), self.owed)

    @property
    def validity(self) -> Decimal | None:
        """Share of the hours that came that are valid; None where none came."""
        return share(self.valid, self.received)

    @property
    def effective(self) -> Decimal | None:
        """Transmission times validity, rounded once."""
        if not self.owed or not self.received:
            return None if not self.owed else Decimal("0.0")
        exact = Fraction(min(self.received, self.owed), self.owed) * Fraction(self.valid, self.received)
        return half_even(100 * exact, 1)

    def __add__(self, other: Rates) -> Rates:
        return Rates(*(getattr(self, name) + getattr(other, name) for name in COUNTED))


def share(part: int, whole: int) -> Decimal | None:
    """A share [%], one decimal, half to even."""
    return half_even(Fraction(100 * part, whole), 1) if whole else None


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
    return {row["device"]: Rates(**{name: row[name] or 0 for name in COUNTED}) for row in rows}


def this_month(devices: Iterable[Any]) -> dict[int, Rates]:
    """The rates of the month that runs."""
    return rates_of(devices, *month_of(clock.today()))


def clocks_of(devices: Iterable[Any], first: date) -> dict[int, int]:
    """How far each device's clock was off on its latest kept day since `first` [s]."""
    rows = (
        DeviceDay.objects.filter(device__in=list(devices), day__gte=first, clock__isnull=False)
        .order_by("day")
        .values_list("device", "clock")
    )
    return dict(rows)
