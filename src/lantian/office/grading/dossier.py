"""Grades of an enterprise, for its page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.grading.models import Application, Downgrade, Held
from lantian.office.registers.crossing.dossier import MOST, Line, Section


def section(user: Any, enterprise: Any) -> Section | None:
    """The grades it holds and held, applications and proposals under way, as far as a person may see them."""
    seen = Held.objects.visible_to(user).filter(enterprise=enterprise)
    held = list(seen.select_related("application").order_by("-valid_from", "-pk")[:MOST])
    running = list(
        Application.objects.visible_to(user)
        .filter(enterprise=enterprise)
        .exclude(state__in=list(Application.loop.closed))
        .select_related("enterprise")
        .defer("definition", "answers", "checked")[:MOST]
    )
    open_ones = list(
        Downgrade.objects.visible_to(user)
        .filter(held__enterprise=enterprise)
        .exclude(state__in=list(Downgrade.loop.closed))
        .select_related("held")[:MOST]
    )
    if not (held or running or open_ones):
        return None
    lines = [
        Line(
            f"{one.label} · {one.industry_label}",
            one.application.get_absolute_url() if one.application_id else "",
            (one.valid_from, one.ended_on or one.valid_to, one.state_label),
        )
        for one in held
    ]  # fmt: skip
    lines += [
        Line(_("application for %(grade)s") % {"grade": one.claimed_label}, one.get_absolute_url(),
             (one.on, "", one.state_label), one.is_late)
        for one in running
    ]  # fmt: skip
    lines += [
        Line(_("proposal to lower to %(grade)s") % {"grade": one.proposed_label}, one.get_absolute_url(),
             (one.proposed_on, "", one.state_label), one.is_late)
        for one in open_ones
    ]  # fmt: skip
    headings = (_("Grade valid from"), _("Grade valid until"), _("State"))
    return Section(
        _("Performance grades"), headings, lines, seen.count() + len(running) + len(open_ones),
        sum(line.late for line in lines), f"{reverse('grading:applications')}?q={enterprise.name}",
    )  # fmt: skip
