"""The list of lines: every device of one's scope with the state of its line; its Excel and its panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.findings.workbook import workbook
from lantian.office.frame import clock, panels
from lantian.office.frame.views import page
from lantian.office.ledgers.industry.line_device import LineKind
from lantian.office.people.scope import is_enterprise
from lantian.office.registers.listing.form import regions_for
from lantian.office.telemetry import access, lines, rates
from lantian.office.telemetry.measured import local

PER_PAGE = 40
MOST_EXPORTED = 20_000
CLOCK_DAYS = 7


def tabs(here: str, user: Any) -> list[tuple[str, str, bool]]:
    """The pages of this app: label, address, whether it is this one."""
    pages = [("lines", _("State of the lines"))]
    if access.receives(user):
        pages.append(("newcomers", _("New devices and refused packets")))
    pages += [("declarations", _("Declarations")), ("reports", _("Monthly validity"))]
    return [(label, reverse(f"telemetry:{name}"), name == here) for name, label in pages]


def told(keys: Sequence[lines.Key]) -> list[lines.Row]:
    """Devices with what the days kept of them say: rates of the month, clock of the latest day."""
    rows = lines.rows_of(keys)
    pks = [row.device.pk for row in rows]
    month = rates.this_month(pks)
    clocks = rates.clocks_of(pks, clock.today() - timedelta(days=CLOCK_DAYS))
    for row in rows:
        row.rates, row.clock = month.get(row.device.pk), clocks.get(row.device.pk)
    return rows


@login_required
def lines_page(request: HttpRequest) -> HttpResponse:
    """The devices of a person's scope, the worst first."""
    wish = lines.wish_of(request.GET)
    found = lines.found(request.user, wish)
    pages = Paginator(found.keys, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("State of the lines"),
        "subtitle": _("By the last packet that came"),
        "tabs": tabs("lines", request.user),
        "wish": wish,
        "pages": pages,
        "rows": told(pages.object_list),
        "number": len(found.keys),
        "all": found.all,
        "tiles": [(code, label, found.counts.get(code, 0), lines.TONES[code])
                  for code, label in lines.STATES.items()],
        "waiting": found.waiting,
        "kinds": LineKind.choices,
        "regions": regions_for(request.user),
        "month": clock.today(),
        "limits": [(label, *lines.limits_of(code)) for code, label in LineKind.choices],
        "outside": is_enterprise(request.user) if request.user.unit_id else False,
    }  # fmt: skip
    return page(request, "telemetry/lines.html", context)


@login_required
def lines_xlsx(request: HttpRequest) -> HttpResponse:
    """The same list as an Excel workbook."""
    found = lines.found(request.user, lines.wish_of(request.GET))
    heads = (
        _("Network code (MN)"), _("Name"), _("Kind of line"), _("Region"), _("Enterprise"), _("Outlet"),
        _("State of the line"), _("Last packet"), _("Last data time"), _("Clock difference [s]"),
        _("Transmission [%]"), _("Validity [%]"), _("Effective rate [%]"), _("Refused packets"),
        _("Operator"),
    )  # fmt: skip
    rows = [_cells(row) for row in told(found.keys[:MOST_EXPORTED])]
    return workbook("lines", [(_("State of the lines"), heads, rows)])


def _cells(row: lines.Row) -> tuple[Any, ...]:
    one, heard, month = row.device, row.heard, row.rates or rates.Rates()
    return (
        one.mn, one.name, LineKind(one.kind).label, one.region.label,
        one.enterprise.name if one.enterprise else "", one.outlet.number if one.outlet else "",
        row.state_label, minute(heard.last_seen if heard else None),
        minute(heard.last_data_time if heard else None), "" if row.clock is None else row.clock,
        *("" if rate is None else rate for rate in (month.transmission, month.validity, month.effective)),
        row.refused, one.operator,
    )  # fmt: skip


def minute(instant: Any) -> str:
    """An instant to the minute as a table writes it; "" for none."""
    return local(instant).strftime("%Y-%m-%d %H:%M") if instant else ""


@login_required
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """A region's lines on the board: how many are heard, which are silent."""
    region = panels.region_of(request, code)
    return render(
        request, "telemetry/panel.html", {"region": region, "online": lines.online_of(request.user, region)}
    )
