"""Alarms and dual control of an enterprise, for its page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantian.office.frame import clock
from lantian.office.loops import overdue
from lantian.office.registers.crossing.dossier import MOST, Line, Section
from lantian.office.telemetry.alarms.asking import OPEN
from lantian.office.telemetry.alarms.models import Alarm, DualControl


def alarms(user: Any, enterprise: Any) -> Section | None:
    """The open alarms of an enterprise, then the newest; None where there never was one."""
    seen = Alarm.objects.visible_to(user).filter(enterprise=enterprise)
    number = seen.count()
    if not number:
        return None
    waiting = seen.filter(state__in=OPEN).select_related("enterprise", "outlet").defer("hours")
    rows = list(waiting[:MOST])
    if not rows:
        rows = list(seen.select_related("enterprise", "outlet").defer("hours").order_by("-since")[:MOST])
    lines = [
        Line(
            " · ".join(
                filter(None, (row.outlet.number if row.outlet else "", row.kind_label, row.factor_label))
            ),
            row.get_absolute_url(),
            (row.level_label, timezone.localdate(row.since), row.state_label),
            row.is_late,
        )
        for row in rows
    ]
    url = f"{reverse('telemetry:alarms')}?{urlencode({'enterprise': enterprise.pk, 'state': 'any'})}"
    return Section(
        _("Alarms"),
        (pgettext("an alarm", "Level"), pgettext("an alarm", "Since"), _("State")),
        lines,
        number,
        overdue(seen).count(),
        url,
    )


def dual_control(user: Any, enterprise: Any) -> Section | None:
    """What the enterprise emitted this year against its totals; None where nothing is known."""
    year = clock.today().year
    rows = list(
        DualControl.objects.visible_to(user).filter(enterprise=enterprise, outlet=None, year=year)[:MOST]
    )
    if not rows:
        return None
    url = f"{reverse('telemetry:dual-control')}?{urlencode({'enterprise': enterprise.pk, 'outlets': 1})}"
    lines = [
        Line(
            row.factor_label,
            url,
            (
                f"{row.share} %" if row.share is not None else row.why_text or "—",
                f"{row.used_text} / {row.total_text} t" if row.used is not None and row.total else "—",
                row.runs_out or "—",
                row.over_30,
            ),
            bool(row.share is not None and row.share > 100),
        )
        for row in rows
    ]
    heads = (_("Emitted of the yearly total"), _("Emitted [t]"), _("Runs out on"), _("Hours above, 30 days"))
    late = sum(line.late for line in lines)
    return Section(_("Dual control"), heads, lines, len(rows), late, url)
