"""Pages of the alarm desk: the list, its live part, one alarm, its steps; bulk, Excel, panel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT, download
from lantian.office.findings.models import Finding
from lantian.office.findings.views import options
from lantian.office.frame import panels
from lantian.office.frame.views import page
from lantian.office.ledgers.industry.outlet_limit import Factor
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import get_visible_or_404, is_enterprise
from lantian.office.telemetry.alarms import asking, charts, recording, words, workbooks
from lantian.office.telemetry.alarms.models import Alarm, AlarmFile, AlarmKind, Level
from lantian.office.telemetry.alarms.states import AlarmState
from lantian.office.telemetry.alarms.stepping import stepped

PER_PAGE = 40
MOST_EXPORTED = 20_000
NO_CONTENT = 204
MOST_HOURS = 200
BY_PEOPLE = frozenset(
    {"acknowledge", "ask_explanation", "explain", "handle", "close_alarm", "void_alarm"}
)  # what the office itself does is no door of a page


@login_required
def alarms(request: HttpRequest) -> HttpResponse:
    """The alarm desk: what needs a decision first."""
    return page(request, "telemetry/alarms/list.html", _desk(request))


@login_required
def alarms_live(request: HttpRequest) -> HttpResponse:
    """The moving part of the desk, asked anew by the page; 204 where nothing moved since."""
    wish = asking.wish_of(request.GET)
    if request.GET.get("seen") == _token(asking.alarms_of(request.user, wish, any_state=True)):
        return HttpResponse(status=NO_CONTENT)
    return render(request, "telemetry/alarms/_desk.html", _desk(request))


def _desk(request: HttpRequest) -> dict[str, Any]:
    wish = asking.wish_of(request.GET)
    whole = asking.alarms_of(request.user, wish, any_state=True)
    number = asking.counts(whole)
    tiles = [
        ("decide", pgettext("an alarm", "to be decided"), number["decide"]),
        ("open", pgettext("an alarm", "open"), number["open"]),
        *((state.value, state.label, number[state.value]) for state in AlarmState),
        ("any", _("all"), number["all"]),
    ]
    may_handle = can(request.user, Capability.HANDLE_ALARM) and not is_enterprise(request.user)
    return {
        "title": _("Alarm desk"),
        "subtitle": _("Above the limit, totals running out, lines lost: what needs a decision first"),
        "pages": Paginator(asking.alarms_of(request.user, wish), PER_PAGE).get_page(request.GET.get("page")),
        "wish": wish,
        "tiles": tiles,
        "number": number,
        "levels": [(level.value, level.label, number[f"level{level.value}"]) for level in reversed(Level)],
        "kinds": AlarmKind.choices,
        "factors": Factor.choices,
        "regions": options(
            [(region.code, region.label) for region in asking.seen_regions(request.user)], wish.region
        ),
        "may_handle": may_handle,
        "seen": _token(whole),
        "state_new": AlarmState.NEW,
    }


def _token(found: Any) -> str:
    """What changes when an alarm of a list is raised, judged again or moved."""
    newest = found.select_related(None).order_by().aggregate(
        at=Max("judged_at"), moved=Max("state_since"), key=Max("pk")
    )  # fmt: skip
    return "|".join(str(value or "") for value in newest.values())


@login_required
def alarms_xlsx(request: HttpRequest) -> HttpResponse:
    """The same list as an Excel workbook."""
    return workbooks.alarms(
        asking.alarms_of(request.user, asking.wish_of(request.GET)).select_related("unit")[:MOST_EXPORTED]
    )


@login_required
@require_POST
def acknowledge(request: HttpRequest) -> HttpResponse:
    """Acknowledge the alarms that were ticked."""
    if is_enterprise(request.user) or not can(request.user, Capability.HANDLE_ALARM):
        raise PermissionDenied
    keys = [int(text) for text in request.POST.getlist("alarm") if text.isdecimal() and len(text) < 12]
    rows = Alarm.objects.visible_to(request.user).filter(pk__in=keys).select_related("enterprise", "region")
    try:
        if not keys:
            raise LantianError(_("no alarm was chosen"), remedy=_("Tick the alarms first."))
        many = recording.acknowledge_all(request, rows)
    except LantianError as error:
        messages.error(request, error.line)
    else:
        messages.success(request, _("Acknowledged: %(done)s.") % {"done": many.done})
        for line in many.refused[:3]:
            messages.warning(request, line)
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else reverse("telemetry:alarms"))


@login_required
def alarm(request: HttpRequest, pk: int) -> HttpResponse:
    """One alarm: its hours beside the limit, what was said, what can be done now, what was done."""
    return page(request, "telemetry/alarms/alarm.html", _context(request, _visible(request, pk)))


def _visible(request: HttpRequest, pk: int) -> Alarm:
    rows = Alarm.objects.select_related("enterprise", "outlet", "region", "unit", "device", "follows").defer(
        "region__geometry"
    )
    return get_visible_or_404(rows, request.user, pk=pk)


def _context(request: HttpRequest, row: Alarm) -> dict[str, Any]:
    files = list(row.files.select_related("added_by"))
    in_office = not is_enterprise(request.user)
    finding = Finding.objects.visible_to(request.user).filter(pk=row.finding_id or 0).first()
    return {
        "title": str(row),
        "crumbs": [(_("Alarm desk"), reverse("telemetry:alarms"))],
        "row": row,
        "hours": words.hours(row.hours[:MOST_HOURS], row.kind),
        "files": files,
        "moves": [move for move in moves_for(row, request.user) if move.name in BY_PEOPLE],
        "actions": list(history_of(row, request.user).order_by("number")),
        "finding": finding,
        "may_find": finding is None
        and row.finding_id is None
        and in_office
        and can(request.user, Capability.HANDLE_ALARM)
        and can(request.user, Capability.RECORD_FINDING)
        and row.state not in (AlarmState.VOID, AlarmState.WITHDRAWN),
        "followed_by": list(row.followed_by.all().visible_to(request.user)),
        "chart": charts.of_alarm(row),
        "accept": ACCEPT,
    }


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of an alarm."""
    row = _visible(request, pk)
    return stepped(
        request,
        row,
        name,
        allowed=BY_PEOPLE,
        act=recording.act,
        template="telemetry/alarms/alarm.html",
        context=_context,
    )


@login_required
@require_POST
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the alarm as a problem found."""
    row = _visible(request, pk)
    try:
        found = recording.open_finding(request, row)
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(row)
    messages.success(request, _("Recorded as a problem."))
    return redirect(found)


@login_required
def alarm_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of an alarm, to be saved."""
    return download(get_visible_or_404(AlarmFile, request.user, pk=pk))


@login_required
def alarms_panel(request: HttpRequest, code: str) -> HttpResponse:
    """A region's open alarms by level, the most urgent first."""
    region = panels.region_of(request, code)
    found = asking.alarms_of(request.user, asking.Wish(region=region.code))
    number = asking.counts(found)
    return render(
        request,
        "telemetry/alarms/panel.html",
        {
            "region": region,
            "levels": [
                (level.value, level.label, number[f"level{level.value}"]) for level in reversed(Level)
            ],
            "number": number,
            "rows": found[:5],
        },
    )
