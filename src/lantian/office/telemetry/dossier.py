"""The lines of an enterprise, for its page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.people.scope import is_outsider
from lantian.office.registers.crossing.dossier import MOST, Line, Section
from lantian.office.telemetry import door, lines, rates
from lantian.office.telemetry.views import minute


def section(user: Any, enterprise: Any) -> Section | None:
    """Its devices with the state of their lines and the effective rate of the month, as far as one sees."""
    seen = LineDevice.objects.visible_to(user).filter(
        enterprise=enterprise, withdrawn=False, status__in=lines.IN_USE
    )
    rows = list(seen.select_related("outlet").order_by("mn"))
    if not rows:
        return None
    month, now, outside = rates.this_month([row.pk for row in rows]), door.now(), is_outsider(user)
    found, late = [], 0
    for row in rows:
        heard = door.device(row.mn) if not outside or row.on_line else None
        state = lines.state_of(row.kind, heard, now)
        is_late = state in ("silent", "late")
        late += is_late
        if len(found) < MOST:
            own = month.get(row.pk)
            rate = own.effective if own is not None else None
            found.append(
                Line(
                    row.name or row.mn, row.stack_url,
                    (row.kind_label, row.outlet.number if row.outlet else "", str(lines.STATES[state]),
                     minute(heard.last_seen if heard else None), "" if rate is None else f"{rate} %"),
                    is_late,
                )
            )  # fmt: skip
    headings = (
        _("Kind of line"), _("Outlet"), _("State of the line"), _("Last packet"), _("Effective rate")
    )  # fmt: skip
    return Section(
        _("Online monitoring"), headings, found, len(rows), late,
        f"{reverse('telemetry:lines')}?q={enterprise.name}",
    )  # fmt: skip
