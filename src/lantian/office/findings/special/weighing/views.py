"""The page of roads above their limit, and the button that opens their findings."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.findings.special.weighing import actions
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.measures.asking import region_asked
from lantian.office.people.rules import Capability, can, require


def period_of(request: HttpRequest) -> Period:
    """The period asked for; this month where the query makes no sense."""
    text = request.POST.get("period") or request.GET.get("period") or f"{clock.today():%Y-%m}"
    try:
        return Period.parse(text)
    except (LantianError, ValueError):
        return Period.parse(f"{clock.today():%Y-%m}")


@login_required
def heavy(request: HttpRequest) -> HttpResponse:
    """Road dust samples above the limit of their road's class, and whether each became a finding."""
    region, period = region_asked(request), period_of(request)
    rows = actions.heavy_roads(region, period) if region is not None else []
    context = {
        "title": _("Dust by weight: roads above their limit"),
        "subtitle": _("Weighed samples of the page of road dust, judged by its limits"),
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "rows": rows,
        "waiting": sum(1 for row in rows if row.opened is None),
        "region": region,
        "period": period,
        "may_open": can(request.user, Capability.RECORD_FINDING),
    }
    return page(request, "findings/special/heavy.html", context)


@require_POST
@require(Capability.RECORD_FINDING)
def open_heavy(request: HttpRequest) -> HttpResponse:
    """Open a finding for each that has none."""
    region, period = region_asked(request, request.POST.get("region", "")), period_of(request)
    made = actions.open_findings(request, region, period) if region is not None else []
    messages.success(request, _("%(count)s problems recorded.") % {"count": len(made)})
    query = f"?region={region.code}&period={period.label}" if region is not None else ""
    return redirect(reverse("findings:heavy") + query)
