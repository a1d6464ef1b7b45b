"""A device of the line as truth screens look at it: what the office knows of its outlet, for the kernel.

Coal is not handed in: the register `coal_use` has yearly amounts, and the screen wants days.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.telemetry import door, measured
from lantian.office.telemetry.alarms import limits
from lantian.office.telemetry.gates.rules import first_weighed, tonnes_by_day
from lantian.office.telemetry.stack import power_devices
from lantian.telemetry.truth import Case, Daily, Gate
from lantian.telemetry.truth.gathering import Outlet
from lantian.telemetry.truth.gathering import case_of as gather
from lantian.telemetry.validity.rules import local_day, midnight

MOST_PEERS = 8


def case_of(device: LineDevice, first: date, last: date) -> Case:
    """Everything known of a stack device over local days, both included.

    Parameters
    ----------
    device
        with its outlet and enterprise
    """
    since, until = midnight(first), midnight(last + timedelta(days=1))
    return gather(door.line(), device.mn, since, until, outlet_of(device, first, last))


def outlet_of(device: LineDevice, first: date, last: date) -> Outlet:
    """What the registers and gates know of a device's outlet over local days, both included."""
    reference = measured.reference_of(device)
    return Outlet(
        limits=_limits(device, first, last),
        reference_o2=None if reference is None else float(reference),
        gate=_gate(device, midnight(first), midnight(last + timedelta(days=1))),
        power_of=[mn for mn in power_devices(device) if mn != device.mn],
        condition_of=measured.conditions_of([device]).get(device.pk, ()),
        peers=_peers(device),
    )


def _peers(device: LineDevice) -> list[str]:
    if device.enterprise_id is None:
        return []
    rows = LineDevice.objects.filter(enterprise=device.enterprise_id, kind="stack", withdrawn=False)
    return list(rows.exclude(pk=device.pk).order_by("pk").values_list("mn", flat=True)[:MOST_PEERS])


def _gate(device: LineDevice, since: datetime, until: datetime) -> Gate | None:
    """Tonnes by day through the gates of the enterprise; unknown before they first weighed."""
    if device.enterprise_id is None:
        return None
    found = tonnes_by_day(device.enterprise_id, since, until)
    begun = first_weighed(device.enterprise_id)
    if not found or begun is None:
        return None
    first = local_day(since)
    tonnes = np.zeros((2, (until - since).days))
    tonnes[:, : max(0, (local_day(begun) - first).days)] = np.nan
    for day, both in found.items():
        tonnes[:, (day - first).days] = [float(one) for one in both]
    return Gate(Daily(first, tonnes[0]), Daily(first, tonnes[1]))


def _limits(device: LineDevice, first: date, last: date) -> dict[str, float]:
    """The strictest hourly limit of each factor that held in the period."""
    if device.outlet is None:
        return {}
    found: dict[str, float] = {}
    for limit in limits.limits_of([device.outlet], first, last).get(device.outlet_id, []):
        if limit.averaging == "hour":
            value = float(limit.value)
            found[limit.factor] = min(value, found.get(limit.factor, value))
    return found
