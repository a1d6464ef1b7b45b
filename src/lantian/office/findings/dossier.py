"""Problems found with an enterprise, for its page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.findings.models import Finding
from lantian.office.loops import overdue
from lantian.office.registers.crossing.dossier import MOST, Line, Section


def section(user: Any, enterprise: Any) -> Section | None:
    """The newest problems of an enterprise that a person may see; None where there is none."""
    seen = Finding.objects.visible_to(user).filter(enterprise=enterprise)
    number = seen.count()
    if not number:
        return None
    lines = [
        Line(
            f"{row.kind_label} · {row.place}",
            row.get_absolute_url(),
            (row.found_on, row.state_label),
            row.is_late,
        )
        for row in seen[:MOST]
    ]
    url = f"{reverse('findings:list')}?{urlencode({'enterprise': enterprise.pk})}"
    headings = (_("Found on"), _("State"))
    return Section(_("Problems found"), headings, lines, number, overdue(seen).count(), url)
