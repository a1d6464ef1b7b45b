"""The indicators of the line: transmission effective rate of a region over a period."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.frame import clock
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register
from lantian.office.telemetry.models import DeviceDay
from lantian.office.telemetry.rates import COUNTED, Rates

MOST_LINES = 100


def line_effective_rate(subject: Subject, period: Period) -> Answer:
    """Transmission effective rate [%] of the stacks of a region, hours counted by factor."""
    days = DeviceDay.objects.filter(
        device__region__path__startswith=subject.region.path, device__kind="stack",
        device__withdrawn=False, day__range=(period.first, period.last),
    ).order_by()  # fmt: skip
    rows = days.values("device", "device__name", "device__mn").annotate(
        **{name: Sum(name) for name in COUNTED}
    )
    on = min(period.last, clock.today())
    total, found = Rates(on=on), []
    for row in rows:
        one = Rates(**{name: row[name] or 0 for name in COUNTED}, on=on)
        total += one
        if one.effective is not None:
            found.append((one.effective, row))
    url = f"{reverse('telemetry:reports')}?" + urlencode(
        {"month": f"{on:%Y-%m}", "region": subject.region.code, "kind": "stack"}
    )
    if total.effective is None:
        return Answer(None, reason=_("no hours of stacks are kept of this period"), url=url, verified=False)
    found.sort(key=lambda one: (one[0], one[1]["device__mn"]))
    lines = tuple(
        Line(row["device__name"] or row["device__mn"], Decimal(rate),
             reverse("telemetry:stack", args=[row["device"]]))
        for rate, row in found[:MOST_LINES]
    )  # fmt: skip
    return Answer(total.effective, lines=lines, url=url, count=len(found), verified=False)


def register_all() -> None:
    """Make the indicators known."""
    register(
        Indicator(
            "line_effective_rate", gettext_lazy("Transmission effective rate of stacks"), "%",
            line_effective_rate, frozenset({"region"}), True,
            gettext_lazy("Hours received of hours due, times hours valid of hours received, counted by "
                         "factor; declared stops are not due."),
            "register",
        )
    )  # fmt: skip
