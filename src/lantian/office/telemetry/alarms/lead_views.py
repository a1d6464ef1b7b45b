"""Pages of leads of forged data: the list, one lead with its evidence, its steps. A lead is no conclusion."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lantian.office.dispatch.evidence import ACCEPT, download
from lantian.office.findings.models import Finding
from lantian.office.findings.views import options
from lantian.office.frame.views import page
from lantian.office.loops import moves_for
from lantian.office.monitoring.kernel import rulebook
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.telemetry.alarms import asking, charts, recording, words, workbooks
from lantian.office.telemetry.alarms.models import Lead, LeadFile
from lantian.office.telemetry.alarms.states import LeadState
from lantian.office.telemetry.alarms.stepping import stepped

PER_PAGE = 40
MOST_EXPORTED = 20_000
BY_PEOPLE = frozenset({"check_lead", "confirm_lead", "dismiss_lead"})


@require(Capability.CHECK_LEADS)
def leads(request: HttpRequest) -> HttpResponse:
    """The leads, the highest score first."""
    wish = asking.lead_wish_of(request.GET)
    whole = asking.leads_of(request.user, wish, any_state=True)
    number = asking.lead_counts(whole)
    tiles = [
        ("open", pgettext("a lead", "open"), number["open"]),
        *((state.value, state.label, number[state.value]) for state in LeadState),
        ("any", _("all"), number["all"]),
    ]
    screens = sorted(set(Lead.objects.visible_to(request.user).order_by().values_list("screen", flat=True)))
    context: dict[str, Any] = {
        "title": _("Leads of forged data"),
        "subtitle": _("A lead is no conclusion: each is checked on the spot before anything follows from it"),
        "pages": Paginator(asking.leads_of(request.user, wish), PER_PAGE).get_page(request.GET.get("page")),
        "wish": wish,
        "tiles": tiles,
        "screens": [(code, words.screen(code)) for code in screens],
        "regions": options(
            [(region.code, region.label) for region in asking.seen_regions(request.user)], wish.region
        ),
    }
    return page(request, "telemetry/alarms/leads.html", context)


@require(Capability.CHECK_LEADS)
def leads_xlsx(request: HttpRequest) -> HttpResponse:
    """The same list as an Excel workbook."""
    return workbooks.leads(asking.leads_of(request.user, asking.lead_wish_of(request.GET))[:MOST_EXPORTED])


@require(Capability.CHECK_LEADS)
def lead(request: HttpRequest, pk: int) -> HttpResponse:
    """One lead: its question, its picture and rows, what can be done, what was done."""
    return page(request, "telemetry/alarms/lead.html", _context(request, _visible(request, pk)))


def _visible(request: HttpRequest, pk: int) -> Lead:
    rows = Lead.objects.select_related("enterprise", "outlet", "region", "unit", "device")
    return get_visible_or_404(rows.defer("region__geometry"), request.user, pk=pk)


def _context(request: HttpRequest, row: Lead) -> dict[str, Any]:
    rule = rulebook().rule(f"telemetry.truth.{row.screen}", on=row.last)
    return {
        "title": str(row),
        "crumbs": [(_("Leads of forged data"), reverse("telemetry:leads"))],
        "row": row,
        "question": words.question(row.screen),
        "said": words.told(row.evidence),
        "rows": words.rows(row.evidence),
        "charts": charts.of_lead(row),
        "files": list(row.files.select_related("added_by")),
        "moves": [move for move in moves_for(row, request.user) if move.name in BY_PEOPLE],
        "actions": list(history_of(row, request.user).order_by("number")),
        "finding": Finding.objects.visible_to(request.user).filter(pk=row.finding_id or 0).first(),
        "others": asking.leads_of(request.user, asking.LeadWish(state="any")).filter(mn=row.mn)
        .exclude(pk=row.pk)[:10],
        "rule": rule,
        "rule_words": rule.in_language(words.language()),
        "accept": ACCEPT,
    }  # fmt: skip


@require_POST
@require(Capability.CHECK_LEADS)
def act_lead(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a lead."""
    row = _visible(request, pk)
    return stepped(
        request,
        row,
        name,
        allowed=BY_PEOPLE,
        act=recording.act_lead,
        template="telemetry/alarms/lead.html",
        context=_context,
    )


@require(Capability.CHECK_LEADS)
def lead_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a lead, to be saved."""
    return download(get_visible_or_404(LeadFile, request.user, pk=pk))
