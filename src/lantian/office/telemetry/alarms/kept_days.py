"""The kept days of devices by factor, as judgement and dual control read them: one place knows their form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.office.telemetry.models import DeviceDay
from lantian.telemetry.validity.mass import DayMass


@dataclass(frozen=True, slots=True)
class FactorDay:
    """A local day of one device and factor: hours valid and above the limit, mass, converted mean."""

    device: int
    day: date
    factor: str
    valid: int
    exceeding: int
    mass: DayMass | None
    mean: Decimal | None


def days_kept(devices: Iterable[int], first: date, last: date) -> list[FactorDay]:
    """The kept days of some devices, both days included, in order of day."""
    rows = DeviceDay.objects.filter(device__in=list(devices), day__range=(first, last)).order_by(
        "day", "device"
    )
    return [
        _read(device, day, factor, part)
        for device, day, parts in rows.values_list("device", "day", "parts")
        for factor, part in sorted(parts.items())
        if isinstance(part, Mapping)
    ]


def _read(device: int, day: date, factor: str, part: Mapping[str, Any]) -> FactorDay:
    mass = None
    if part.get("kg") is not None:
        methods = {name: int(many) for name, many in (part.get("methods") or {}).items()}
        mass = DayMass(day, factor, Fraction(part.get("raw_kg") or 0), Fraction(part["kg"]), methods)
    mean = part.get("converted")
    return FactorDay(
        device, day, factor, int(part.get("valid") or 0), int(part.get("exceeding") or 0), mass,
        None if mean is None else Decimal(mean),
    )  # fmt: skip
