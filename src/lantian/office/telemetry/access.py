"""Who may do what with a device of the line: asked inside one's scope only."""

from __future__ import annotations

from typing import Any

from lantian.office.grading.states import is_at_least
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404, is_enterprise, region_root
from lantian.office.telemetry.states import declares_for


def device_or_404(user: Any, pk: int) -> LineDevice:
    """A device of a person's scope; withdrawn ones are gone."""
    rows = (
        LineDevice.objects.filter(withdrawn=False)
        .select_related("region", "unit", "enterprise", "outlet")
        .defer("region__geometry")
    )
    return get_visible_or_404(rows, user, pk=pk)


def keeps(user: Any, device: LineDevice) -> bool:
    """Whether a person sets what a device may send: of the office, and its region lies below theirs."""
    root = region_root(user)
    return can(user, Capability.KEEP_LINE) and root is not None and device.region.path.startswith(root)


def may_ask(user: Any, device: LineDevice) -> bool:
    """Whether a person may ask the site for its history or its clock."""
    return keeps(user, device)


def may_see_raw(user: Any, device: LineDevice) -> bool:
    """Whether a person reads the packets themselves: who keeps the line, and the enterprise its own."""
    return keeps(user, device) or (is_enterprise(user) and declares_for(device, user))


def receives(user: Any) -> bool:
    """Whether a person sees what belongs to no region yet: unknown numbers, refused packets without a record.

    They are told to whoever keeps the line for a city or the province: a number that nobody registered lies
    in no county.
    """
    return can(user, Capability.KEEP_LINE) and not is_enterprise(user) and is_at_least(user, "city")


def reads(user: Any, device: LineDevice) -> bool:
    """Whether a person reads what a device sent. An enterprise does once the office confirmed that it is its
    own: anybody can write a number into a form.
    """
    return bool(device.on_line) or not is_enterprise(user)
