"""Excel of alarms, dual control and leads: the lists as shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantian.office.findings.workbook import workbook
from lantian.office.telemetry.alarms import words
from lantian.office.telemetry.alarms.models import Alarm, DualControl, Lead
from lantian.office.telemetry.alarms.recording import clock_words, plain


def alarms(found: Iterable[Alarm]) -> HttpResponse:
    """Alarms as a table."""
    heads = (
        pgettext("an alarm", "Level"),
        _("Kind of alarm"),
        _("Enterprise"),
        _("Outlet"),
        _("Network code (MN)"),
        _("Region"),
        _("Factor"),
        _("Basis"),
        _("Limit"),
        _("Highest value"),
        _("Times the limit"),
        _("Hours or days"),
        pgettext("an alarm", "Since"),
        pgettext("a period", "Until"),
        _("State"),
        _("Due by"),
        _("Late"),
        _("Unit in charge"),
        pgettext("a limit", "Document"),
        _("Asked of the enterprise"),
        _("Explanation of the enterprise"),
    )
    rows = [
        (
            row.level_label, row.kind_label, row.where, row.outlet.number if row.outlet else "", row.mn,
            row.region.label, row.factor_label, row.basis_label, _number(row.limit), _number(row.peak),
            _number(row.ratio), row.count, clock_words(row.since), clock_words(row.until), row.state_label,
            clock_words(row.state_due) if row.state_due else "", _("yes") if row.is_late else "",
            row.unit.label if row.unit else "", row.document, row.question, row.explanation,
        )
        for row in found
    ]  # fmt: skip
    return workbook("alarms", [(_("Alarms"), heads, rows)])


def duals(found: Iterable[DualControl], sums: Sequence[Any]) -> HttpResponse:
    """Dual control as a table, and its sums by region on a second sheet."""
    heads = (
        _("Enterprise"), _("Outlet"), _("Region"), _("Factor"), _("Year"), _("Yearly total [t]"),
        _("Emitted [t]"), _("Emitted of the total [%]"), _("As of"), _("Days with mass"), _("Tonnes a day"),
        _("Trend [%]"), _("Runs out on"), _("At the earliest"), _("At the latest"), _("Forecast"),
        _("Valid hours"), _("Hours above the limit"), _("Hours above the limit, 30 days"),
        _("Latest day, times the limit"),
    )  # fmt: skip
    rows = [
        (
            row.enterprise.name, row.outlet.number if row.outlet else _("whole enterprise"), row.region.label,
            row.factor_label, row.year, _number(row.total), _number(row.used), _number(row.share),
            row.as_of or "", row.known_days, _number(row.rate), _number(row.trend), row.runs_out or "",
            row.runs_out_first or "", row.runs_out_last or "", words.why(row.why) if row.why else "",
            row.hours_valid, row.hours_over, row.over_30, _number(row.last_ratio),
        )
        for row in found
    ]  # fmt: skip
    below = (
        _("Region"), _("Factor"), _("Enterprises"), _("Yearly total [t]"), _("Emitted [t]"),
        _("Hours above the limit, 30 days"),
    )  # fmt: skip
    lines = [
        (one.region.label, words.factor(one.factor), one.enterprises, _number(one.total), _number(one.used),
         one.over_30)
        for one in sums
    ]  # fmt: skip
    return workbook("dual-control", [(_("Dual control"), heads, rows), (_("By region"), below, lines)])


def leads(found: Iterable[Lead]) -> HttpResponse:
    """Leads as a table; its title says that a lead is no conclusion."""
    heads = (
        _("Kind of lead"),
        pgettext("a lead", "Score"),
        _("Enterprise"),
        _("Outlet"),
        _("Network code (MN)"),
        _("Region"),
        pgettext("a period", "From"),
        pgettext("a period", "Until"),
        _("State"),
    )
    rows = [
        (
            row.screen_label, row.score_text, row.where, row.outlet.number if row.outlet else "", row.mn,
            row.region.label, row.first, row.last, row.state_label,
        )
        for row in found
    ]  # fmt: skip
    return workbook("leads", [(_("Leads, no conclusion"), heads, rows)])


def _number(value: Any) -> str:
    return "" if value is None else plain(value)
