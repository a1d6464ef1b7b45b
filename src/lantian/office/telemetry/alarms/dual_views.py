"""Pages of dual control: concentration and yearly total beside each other, by outlet, enterprise, region."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lantian.office.findings.views import options
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.ledgers.industry.outlet_limit import Factor
from lantian.office.telemetry.alarms import asking, steps, workbooks
from lantian.office.telemetry.alarms.words import factor, language

PER_PAGE = 60
MOST_EXPORTED = 20_000


@login_required
def dual_control(request: HttpRequest) -> HttpResponse:
    """The dual-control list."""
    wish = asking.dual_wish_of(request.GET)
    found = asking.duals_of(request.user, wish)
    rule = steps.rule("forecast")
    context: dict[str, Any] = {
        "title": _("Dual control"),
        "subtitle": _("Concentration and yearly total of each enterprise, and when the total runs out"),
        "wish": wish,
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "sums": [(one, factor(one.factor)) for one in asking.subtotals(request.user, wish, found)],
        "factors": Factor.choices,
        "years": range(clock.today().year, clock.today().year - 4, -1),
        "overs": [
            ("hours", _("above the limit in 30 days")),
            ("total", _("beyond the yearly total")),
            ("soon", _("runs out within 90 days")),
        ],
        "regions": options(
            [(region.code, region.label) for region in asking.seen_regions(request.user)], wish.region
        ),
        "rule": rule,
        "rule_words": rule.in_language(language()),
    }
    return page(request, "telemetry/alarms/dual_control.html", context)


@login_required
def dual_control_xlsx(request: HttpRequest) -> HttpResponse:
    """The same list as an Excel workbook, with its sums by region."""
    wish = asking.dual_wish_of(request.GET)
    found = asking.duals_of(request.user, wish)
    return workbooks.duals(found[:MOST_EXPORTED], asking.subtotals(request.user, wish, found))
