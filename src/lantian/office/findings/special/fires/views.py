"""Pages of fires: spots and their table, a file taken in, one spot for whoever is there, known sources."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT
from lantian.office.findings import workbook
from lantian.office.findings.forms import regions_for
from lantian.office.findings.special.fires import figures, heat, opening
from lantian.office.findings.special.fires.importing import take_fires
from lantian.office.findings.special.fires.models import (
    CONFIDENCE,
    FIRE,
    FireFile,
    FireSpot,
    HeatSource,
    SpotState,
)
from lantian.office.findings.special.forms import SourceForm
from lantian.office.findings.special.rulings import cited, rule
from lantian.office.findings.special.uploads import taken
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.loops import moves_for, overdue
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

PER_PAGE, MOST_SHOWN = 40, 20_000


def spots_of(request: HttpRequest) -> Any:
    """The spots a request asks for, and the days it asks about."""
    first, last = figures.span_of(request.GET, clock.today())
    found = FireSpot.objects.visible_to(request.user).filter(local_day__range=(first, last))
    if code := request.GET.get("region"):
        region = Region.objects.visible_to(request.user).filter(code=code).first()
        found = found.filter(region__path__startswith=region.path) if region else found.none()
    state = request.GET.get("state", "")
    if state in SpotState.values:
        found = found.filter(state=state)
    if request.GET.get("late"):
        found = overdue(found)
    related = ("region__parent", "source", "finding__unit", "finding__assignee")
    return found.select_related(*related).defer("region__geometry", "region__parent__geometry"), first, last


@login_required
def fires(request: HttpRequest) -> HttpResponse:
    """Fire spots of some days: the list, and the counts by county and township."""
    found, first, last = spots_of(request)
    rows = list(found[:MOST_SHOWN])
    context = {
        "title": _("Fire spots"),
        "subtitle": _("Seen by satellite, sent to whoever answers there, judged on the spot"),
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "pages": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "table": figures.table(rows),
        "total": len(rows),
        "states": [
            (value, label, sum(1 for r in rows if r.state == value)) for value, label in SpotState.choices
        ],
        "state": request.GET.get("state", ""),
        "late": bool(request.GET.get("late")),
        "late_count": sum(1 for row in rows if row.is_late),
        "response": figures.middle(
            figures.minutes_of(row) for row in rows if row.arrived_at and row.state != SpotState.HEAT
        ),
        "first": first,
        "last": last,
        "region": request.GET.get("region", ""),
        "regions": regions_for(request.user).exclude(level="township").defer("geometry"),
        "files": FireFile.objects.visible_to(request.user)[:5],
        "may_take": can(request.user, Capability.RECORD_FINDING),
        "rules": [cited(rule(f"fires.{name}")) for name in ("cluster", "repeated_heat", "response")],
    }
    return page(request, "findings/special/fires.html", context)


@login_required
def fires_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as an Excel workbook: spots, and counts by place."""
    rows = list(spots_of(request)[0][:MOST_SHOWN])
    heads = (
        _("Day"),
        _("First seen"),
        _("Region"),
        _("Longitude [°]"),
        _("Latitude [°]"),
        _("Pixels"),
        _("Satellites"),
        _("Confidence"),
        _("Radiative power [MW]"),
        _("State"),
        _("Why set aside"),
        _("Minutes until somebody was there"),
        _("Minutes until it was out"),
        _("Unit responsible"),
    )
    spots = [
        (
            row.local_day,
            row.first_seen.isoformat(timespec="minutes"),
            row.region.label,
            row.lon,
            row.lat,
            row.pixels_count,
            row.satellite_names,
            str(CONFIDENCE.get(row.confidence, row.confidence)),
            row.frp or "",
            row.state_label,
            row.get_removal_display() if row.removal else "",
            "" if row.response_minutes is None else row.response_minutes,
            "" if row.minutes_to_out is None else row.minutes_to_out,
            row.finding.unit.label if row.finding and row.finding.unit else "",
        )
        for row in rows
    ]
    places = [
        (
            p.region.label,
            p.seen,
            p.heat,
            p.waiting,
            p.late,
            p.real,
            p.false,
            "" if p.response is None else p.response,
        )
        for p in figures.table(rows)
    ]
    return workbook.workbook(
        "fire-spots", [(_("Fire spots"), heads, spots), (_("By place"), place_heads(), places)]
    )


def place_heads() -> tuple[str, ...]:
    """The headings of the counts by place."""
    return (
        _("Region"),
        _("Spots"),
        _("Industrial heat"),
        _("Being handled"),
        _("Late"),
        _("True fires"),
        _("False alarms"),
        _("Median response [min]"),
    )


@require(Capability.RECORD_FINDING)
def take(request: HttpRequest) -> HttpResponse:
    """A FIRMS file taken in."""
    result, status = None, 200
    if request.method == "POST":
        try:
            result = taken(request, take_fires)
        except LantianError as error:
            messages.error(request, error.line)
            status = 422
    context = {
        "title": _("Fire spots from a satellite file"),
        "crumbs": [
            (_("Problems found"), reverse("findings:list")),
            (_("Fire spots"), reverse("findings:fires")),
        ],
        "taken": result,
        "removed": [(str(REMOVALS[key]), n) for key, n in (result.removed if result else {}).items()],
    }
    return page(request, "findings/special/fires_take.html", context, status)


REMOVALS = dict(FireSpot._meta.get_field("removal").choices)


def _visible(request: HttpRequest, pk: int) -> FireSpot:
    rows = FireSpot.objects.select_related("region__parent", "source", "finding__unit", "finding__assignee")
    return get_visible_or_404(rows, request.user, pk=pk)


def _context(request: HttpRequest, row: FireSpot) -> dict[str, Any]:
    return {
        "title": _("Fire spot in %(region)s") % {"region": row.region.label},
        "crumbs": [
            (_("Problems found"), reverse("findings:list")),
            (_("Fire spots"), reverse("findings:fires")),
        ],
        "row": row,
        "pixels": row.pixels.all(),
        "moves": moves_for(row, request.user),
        "accept": ACCEPT,
        "actions": list(history_of(row, request.user).order_by("number")),
    }


@login_required
def fire(request: HttpRequest, pk: int) -> HttpResponse:
    """One spot: where it is, what to do now, its pixels, what was done."""
    return page(request, "findings/special/fire.html", _context(request, _visible(request, pk)))


@login_required
@require_POST
def fire_step(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step on the spot."""
    row = _visible(request, pk)
    if name not in {move.name for move in FIRE.moves}:
        raise PermissionDenied
    version = request.POST.get("version", "")
    try:
        opening.step(
            request,
            row,
            name,
            request.POST.get("reason", ""),
            version=int(version) if version.isdecimal() else None,
            files=request.FILES.getlist("files"),
        )
    except LantianError as error:
        messages.error(request, error.line)
        row = _visible(request, pk)
        context = _context(request, row) | {"wrote": request.POST}
        return page(request, "findings/special/fire.html", context, 422)
    messages.success(request, _("Done: %(state)s.") % {"state": row.state_label})
    return redirect(row)


@login_required
def sources(request: HttpRequest) -> HttpResponse:
    """Known sources of heat: the register, and a new one."""
    may = can(request.user, Capability.VERIFY_REPORT)
    form = SourceForm(request.POST or None, user=request.user) if may else None
    status = 200
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        status = 422
        if form.is_valid():
            asked = dict(form.cleaned_data)
            try:
                heat.register_source(request, **asked)
            except LantianError as error:
                form.add_error(None, error.line)
            else:
                messages.success(request, _("Recorded."))
                return redirect("findings:fire-sources")
    context = {
        "title": _("Known sources of heat"),
        "subtitle": _("A spot within their radius is set aside, with the reason, and can be opened again"),
        "crumbs": [
            (_("Problems found"), reverse("findings:list")),
            (_("Fire spots"), reverse("findings:fires")),
        ],
        "rows": HeatSource.objects.visible_to(request.user).select_related(
            "region", "enterprise", "confirmed_by"
        ),
        "form": form,
        "radius": cited(rule("fires.heat_radius")),
    }
    return page(request, "findings/special/sources.html", context, status)


@require_POST
@require(Capability.VERIFY_REPORT)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A source taken out of the register."""
    row = get_visible_or_404(HeatSource.objects.select_related("region"), request.user, pk=pk)
    try:
        opened = heat.withdraw_source(request, row, request.POST.get("reason", ""))
    except LantianError as error:
        messages.error(request, error.line)
    else:
        messages.success(request, _("Withdrawn; %(count)s spots were opened again.") % {"count": opened})
    return redirect("findings:fire-sources")
