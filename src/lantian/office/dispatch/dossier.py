"""Supervision orders to an enterprise or about it, for its page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from lantian.office.dispatch.models import SupervisionOrder
from lantian.office.registers.crossing.dossier import MOST, Line, Section


def section(user: Any, enterprise: Any) -> Section | None:
    """The newest orders a person may see: to the enterprise's own people, or about a problem found there."""
    to_it = Q(to_unit=enterprise.account_id) if enterprise.account_id else Q(pk__in=[])
    problems = [str(key) for key in enterprise.findings.values_list("pk", flat=True)[:500]]
    about_it = Q(subjects__thing_type="findings.finding", subjects__thing_id__in=problems)
    seen = SupervisionOrder.objects.visible_to(user).filter(to_it | about_it).distinct()
    rows = list(seen[: MOST + 1])
    if not rows:
        return None
    lines = [
        Line(
            str(row),
            row.get_absolute_url(),
            (row.issued_at.date(), row.reply_by.date(), row.state_label),
            row.is_late,
        )
        for row in rows[:MOST]
    ]
    headings = (_("Issued at"), _("Reply by"), _("State"))
    return Section(_("Supervision orders"), headings, lines, seen.count(), sum(line.late for line in lines))
