"""The pages of rounds: the list with calendars, one round as a matrix, its bulletin and its orders."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import xlsxwriter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lantian.errors import LantianError
from lantian.office.dispatch import opening, ordering, papers, reminding, round_bulletins, table
from lantian.office.dispatch.models import Round, RoundBulletin, RoundCalendar
from lantian.office.dispatch.report_views import crumbs, version_of
from lantian.office.dispatch.states import runs
from lantian.office.dispatch.words import column_label
from lantian.office.frame import clock, panels
from lantian.office.frame.views import page
from lantian.office.loops import move, moves_for
from lantian.office.papers import harmless
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.plans.models import Plan
from lantian.office.plans.terms import PlanStatus

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Rounds, newest first, what waits for this person, the calendars, and the form that opens a round."""
    found = Round.objects.visible_to(request.user).select_related("region").annotate(
        asked=Count("reports", distinct=True),
        submitted=Count("reports", filter=Q(reports__first_submitted_at__isnull=False), distinct=True),
        verified=Count("reports", filter=Q(reports__state="verified"), distinct=True),
    )  # fmt: skip
    leads = may_run(request.user)
    context = {
        "title": _("Dispatch"),
        "pages": Paginator(found.order_by("-opens", "-pk"), 30).get_page(request.GET.get("page")),
        "waiting": reminding.waiting_for(request.user),
        "may_run": leads,
        "calendars": RoundCalendar.objects.visible_to(request.user).select_related("region", "plan"),
        "plans": plans_of(request.user) if leads else [],
        "today": clock.today(),
        "due": clock.today() + timedelta(days=5),
        "bulletins": RoundBulletin.objects.visible_to(request.user).select_related("round", "region")[:6],
    }
    return page(request, "dispatch/home.html", context)


def may_run(person: Any) -> bool:
    """Whether this person opens rounds somewhere."""
    return can(person, Capability.RUN_DISPATCH) and region_root(person) is not None


def plans_of(person: Any) -> list[Plan]:
    """The plans of whose tasks this person can ask reports."""
    return list(
        Plan.objects.visible_to(person)
        .exclude(status=PlanStatus.SUPERSEDED)
        .select_related("region")
        .order_by("region__code", "-pk")
    )


@login_required
@require_POST
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a round of one plan."""
    plan = _plan(request)
    try:
        made = opening.open_round(
            request, plan.region, [plan], name=request.POST.get("name", ""), last_day=_day(request, "due")
        )
    except LantianError as error:
        messages.error(request, error.line)
        return redirect("dispatch:home")
    asked = made.reports.count()
    words = ngettext("%(number)d report is asked for.", "%(number)d reports are asked for.", asked)
    messages.success(request, words % {"number": asked})
    return redirect(made)


@login_required
@require_POST
def calendar_add(request: HttpRequest) -> HttpResponse:
    """Set up a calendar of rounds for one plan."""
    plan, sent = _plan(request), request.POST
    try:
        opening.declare_calendar(
            request, plan.region, name=sent.get("name", ""), kind=sent.get("kind", ""),
            day=_whole(sent.get("day", "")), first=_day(request, "first"),
            last=_day(request, "last") if sent.get("last") else None, plan=plan,
            days_to_report=_whole(sent.get("days_to_report", "5")),
        )  # fmt: skip
    except LantianError as error:
        messages.error(request, error.line)
    else:
        messages.success(request, _("The calendar is set up; its rounds open by themselves."))
    return redirect("dispatch:home")


@login_required
@require_POST
def calendar_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """No more rounds of a calendar."""
    found = get_visible_or_404(RoundCalendar.objects.select_related("region"), request.user, pk=pk)
    try:
        opening.stop_calendar(request, found, request.POST.get("reason", ""))
    except LantianError as error:
        messages.error(request, error.line)
    return redirect("dispatch:home")


@login_required
@require_GET
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: who reported in time, late, not at all, and what came of it."""
    found = _found(request, pk)
    reports = list(table.reports_of(found, request.user))
    units, regions = table.rows_of(found, reports)
    chosen = request.GET.get("holder", "")
    column = request.GET.get("column", "")
    shown = [
        r
        for r in reports
        if (not chosen or r.holder == chosen) and (not column or column in table.marks(r, found))
    ]
    leads = runs(found, request.user)
    context = {
        "title": str(found),
        "round": found,
        "groups": [(_("By unit"), units), (_("By region"), regions)],
        "columns": [(name, column_label(name)) for name in table.COLUMNS],
        "total": table.total_of([*units, *regions]),
        "pages": Paginator(shown, 50).get_page(request.GET.get("page")),
        "holder": chosen,
        "column": column,
        "column_words": column_label(column) if column in table.COLUMNS else "",
        "plans": found.plans.all(),
        "runs": leads,
        "moves": moves_for(found, request.user),
        "behind": [row for row in [*units, *regions] if row.is_behind] if leads else [],
        "bulletins": found.bulletins.all(),
        "orders": found.orders.visible_to(request.user).select_related("to_unit", "to_region"),
        "may_issue": leads and (found.is_closed or found.is_past_due),
        "reply_by": clock.today() + timedelta(days=7),
        "issuer": request.user.unit.name if request.user.unit else "",
        "crumbs": crumbs(),
    }
    return page(request, "dispatch/round.html", context)


@login_required
@require_GET
def round_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The round as Excel: the counts, and every report one sees."""
    found = _found(request, pk)
    reports = list(table.reports_of(found, request.user))
    units, regions = table.rows_of(found, reports)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "border": 1, "text_wrap": True})
        counts = book.add_worksheet(_("Counts"))
        heads = [_("Who reports"), *(column_label(name) for name in table.COLUMNS)]
        lines = [[row.label, *(n for _name, n in row.cells)] for row in [*units, *regions]]
        _fill(counts, heads, lines, bold)
        each = book.add_worksheet(_("Reports"))
        heads = [_("Task"), _("Who reports"), _("State"), _("Progress"), _("Percent"), _("What was done"),
                 _("Submitted"), _("Late")]  # fmt: skip
        lines = [
            [str(r.task), r.holder_label, r.state_label, r.get_progress_display(), r.percent, r.text,
             r.submitted_at.isoformat() if r.submitted_at else "", _("Late") if r.late else ""]
            for r in reports
        ]  # fmt: skip
        _fill(each, heads, lines, bold)
    name = content_disposition_header(True, f"{found}.xlsx") or "attachment"
    return HttpResponse(buffer.getvalue(), content_type=XLSX, headers={"Content-Disposition": name})


def _fill(sheet: Any, heads: list[str], lines: list[list[Any]], bold: Any) -> None:
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, bold)
    for at, line in enumerate(lines, 1):
        for column, cell in enumerate(line):
            if isinstance(cell, int):
                sheet.write_number(at, column, cell)
            elif cell:
                sheet.write_string(at, column, str(harmless(cell))[:32000])
    sheet.set_column(0, 0, 40)
    sheet.freeze_panes(1, 1)


@login_required
@require_POST
def move_round(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Close a round, or open it again."""
    found = _found(request, pk)
    if name not in {"close_round", "reopen_round"}:
        raise Http404(_("There is nothing at this address."))
    try:
        move(found, name, request, request.POST.get("reason", "")[:2000], version=version_of(request))
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(found)


@login_required
@require_POST
def issue_bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the round as it is and issue its bulletin."""
    found = _found(request, pk)
    try:
        made = round_bulletins.issue_round_bulletin(
            found,
            request,
            issuer=request.POST.get("issuer", ""),
            remark=request.POST.get("remark", "")[:2000],
        )
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(found)
    messages.success(request, _("Issued as %(number)s.") % {"number": made.label})
    return redirect(made)


@login_required
@require_POST
def raise_orders(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue a supervision order to each of the chosen that is late, missing or found false."""
    found = _found(request, pk)
    if not runs(found, request.user):
        raise PermissionDenied
    keys = request.POST.getlist("holder")
    try:
        if not keys:
            raise LantianError(_("choose to whom the orders go"))
        made = ordering.raise_from_round(found, request, keys, reply_by=_day(request, "reply_by"))
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(found)
    words = ngettext("%(number)d order is issued.", "%(number)d orders are issued.", len(made))
    messages.success(request, words % {"number": len(made)})
    return redirect(f"{reverse('dispatch:orders')}?round={found.pk}")


@login_required
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done with a round, by whom and why."""
    found = _found(request, pk)
    log = Paginator(history_of(found, request.user), 50).get_page(request.GET.get("page"))
    way = [*crumbs(), (str(found), found.get_absolute_url())]
    return page(request, "frame/history.html", {"title": _("History"), "actions": log, "crumbs": way})


@login_required
@require_GET
def bulletin(request: HttpRequest, pk: int) -> HttpResponse:
    """The bulletin of a round, as it was issued."""
    found = get_visible_or_404(RoundBulletin.objects.select_related("round", "region"), request.user, pk=pk)
    body = found.body
    context = {
        "title": found.title,
        "subtitle": " · ".join([found.label, found.issuer]),
        "bulletin": found,
        "lines": papers.bulletin_lines(found),
        "columns": [column_label(name) for name in body["columns"]],
        "groups": [
            (title, [(row["label"], [row["counts"][c] for c in body["columns"]]) for row in body[name]])
            for name, title in (("units", _("By unit")), ("regions", _("By region")))
        ],
        "lagging": [{**t, "words": [column_label(w) for w in t["why"]]} for t in body["lagging"]],
        "crumbs": [*crumbs(), (str(found.round), found.round.get_absolute_url())],
    }
    return page(request, "dispatch/bulletin.html", context)


@login_required
@require_GET
def bulletin_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The bulletin as Word, as it was issued."""
    found = get_visible_or_404(RoundBulletin, request.user, pk=pk)
    try:
        return papers.as_download(found.papers, str(found))
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(found)


@login_required
def waiting_panel(request: HttpRequest, code: str) -> HttpResponse:
    """What waits for this person; the same whichever region the board shows."""
    panels.region_of(request, code)
    return render(request, "dispatch/panels/waiting.html", {"waiting": reminding.waiting_for(request.user)})


def _found(request: HttpRequest, pk: int) -> Round:
    return get_visible_or_404(Round.objects.select_related("region", "calendar"), request.user, pk=pk)


def _plan(request: HttpRequest) -> Plan:
    if not may_run(request.user):
        raise PermissionDenied
    key = request.POST.get("plan", "")
    return get_visible_or_404(
        Plan.objects.select_related("region"), request.user, pk=key if key.isdigit() and len(key) < 18 else 0
    )


def _day(request: HttpRequest, name: str) -> date:
    text = request.POST.get(name, "")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise LantianError(_('"%(text)s" is not a day') % {"text": text}) from error


def _whole(text: str) -> int:
    if not (text.strip().isdigit() and len(text) < 5):
        raise LantianError(_('"%(text)s" is not a number') % {"text": text})
    return int(text)
