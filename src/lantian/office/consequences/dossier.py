"""Consequences for an enterprise, for its page."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from lantian.office.consequences.models import Proposal
from lantian.office.registers.crossing.dossier import MOST, Line, Section


def section(user: Any, enterprise: Any) -> Section | None:
    """The newest consequences a person may see: for its own unit, or for a problem found there."""
    its_own = Q(unit=enterprise.account_id) if enterprise.account_id else Q(pk__in=[])
    seen = Proposal.objects.visible_to(user).filter(its_own | Q(finding__enterprise=enterprise))
    rows = list(seen.order_by("-raised_on", "-pk")[:MOST])
    if not rows:
        return None
    lines = [
        Line(str(row), row.get_absolute_url(), (row.raised_on, row.state_label), row.is_late) for row in rows
    ]
    headings = (_("Raised on"), _("State"))
    return Section(_("Consequences"), headings, lines, seen.count(), sum(line.late for line in lines))
