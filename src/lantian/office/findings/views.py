"""Pages of findings: list, new, one finding, import, the day's bulletin, its panel."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT, MAX_FILES, download
from lantian.office.findings import actions, catalogue, rules, taking, workbook
from lantian.office.findings.forms import FindingForm, regions_for, units_for
from lantian.office.findings.models import Finding, FindingFile, Source, State
from lantian.office.frame import clock, panels
from lantian.office.frame.views import page
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404

PER_PAGE = 40
MOST_EXPORTED = 20_000
STEPS = (
    ("found", gettext_lazy("When found")),
    ("rectified", gettext_lazy("After rectification")),
    ("checked", gettext_lazy("Second check")),
)
MAX_TABLE = 20 * 1024 * 1024


@login_required
def findings(request: HttpRequest) -> HttpResponse:
    """Findings by kind, state, region, unit, source, day; late and repeated ones."""
    wish = rules.wish_of(request.GET)
    found = rules.findings_of(request.user, wish)
    anywhere = rules.findings_of(request.user, rules.wish_of({**request.GET.dict(), "state": "", "late": ""}))
    number = rules.counts(anywhere)
    context = {
        "title": _("Problems found"),
        "subtitle": _("Whoever found them: assigned, rectified, checked again, closed"),
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "wish": wish,
        "tiles": [
            ("", _("all"), number["all"], wish.state == "" and not wish.late),
            *((value, label, number[value], wish.state == value) for value, label in State.choices),
        ],
        "late": number["late"],
        "kinds": catalogue.kind_choices(),
        "sources": Source.choices,
        "regions": regions_for(request.user),
        "units": units_for(request.user).filter(findings__isnull=False).distinct(),
        "may_record": can(request.user, Capability.RECORD_FINDING),
        "today": clock.today(),
    }
    return page(request, "findings/list.html", context)


@login_required
def findings_xlsx(request: HttpRequest) -> HttpResponse:
    """The same list as an Excel workbook."""
    found = rules.findings_of(request.user, rules.wish_of(request.GET)).prefetch_related("files")
    return workbook.list_of(found[:MOST_EXPORTED])


@require(Capability.RECORD_FINDING)
def new(request: HttpRequest) -> HttpResponse:
    """Record a problem, on a telephone as well."""
    form = FindingForm(request.POST or None, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            asked = dict(form.cleaned_data)
            try:
                finding = actions.record_finding(
                    request, actions.NewFinding(**asked, files=request.FILES.getlist("files"))
                )
            except LantianError as error:
                form.add_error(None, error.line)
            else:
                messages.success(request, _("Recorded."))
                if finding.repeated_of is not None:
                    messages.warning(
                        request,
                        _("A problem like it was found before: look at it and say whether it is the same."),
                    )
                return redirect(finding)
    context = {
        "title": _("Record a problem"),
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "form": form,
        "accept": ACCEPT,
        "most": MAX_FILES,
    }
    return page(request, "findings/new.html", context, status)


@login_required
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: what was found, files, what can be done now, what was done."""
    return page(request, "findings/finding.html", _context(request, _visible(request, pk)))


def _visible(request: HttpRequest, pk: int) -> Finding:
    rows = Finding.objects.select_related("region", "unit", "task", "found_by", "repeated_of__region")
    return get_visible_or_404(rows, request.user, pk=pk)


def _context(request: HttpRequest, row: Finding) -> dict[str, Any]:
    files = list(row.files.select_related("added_by"))
    seen = Finding.objects.visible_to(request.user)
    return {
        "title": f"{row.kind_label} · {row.place}",
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "row": row,
        "points": rules.points_of(row),
        "points_verified": catalogue.points(row.found_on).verified,
        "files": [(label, [file for file in files if file.step == step]) for step, label in STEPS],
        "moves": moves_for(row, request.user),
        "units": units_for(request.user),
        "accept": ACCEPT,
        "actions": list(history_of(row, request.user).order_by("number")),
        "repeats": seen.filter(repeated_of=row).exclude(repeat_confirmed=False).select_related("region"),
        "earlier": seen.filter(pk=row.repeated_of_id).first() if row.repeated_of_id else None,
        "may_verify": can(request.user, Capability.VERIFY_REPORT),
        "proposals": _proposals(request, row),
    }


def _proposals(request: HttpRequest, row: Finding) -> list[Any]:
    """Consequences proposed because of it; the app of consequences stands above this one."""
    related = getattr(row, "consequence_proposals", None)
    return [] if related is None else list(related.all().visible_to(request.user))


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a finding."""
    row = _visible(request, pk)
    if name not in {step.name for step in row.loop.moves}:
        raise PermissionDenied
    version, days, unit = (request.POST.get(key, "") for key in ("version", "days", "unit"))
    try:
        actions.act(
            row,
            name,
            request,
            request.POST.get("reason", ""),
            version=int(version) if version.isdecimal() else None,
            unit=get_visible_or_404(Unit, request.user, pk=unit) if unit else None,
            days=int(days) if days.isdecimal() else None,
            files=request.FILES.getlist("files"),
        )
    except LantianError as error:
        messages.error(request, error.line)
        row.refresh_from_db()
        return page(request, "findings/finding.html", _context(request, row) | {"wrote": request.POST}, 422)
    messages.success(request, _("Done: %(state)s.") % {"state": row.state_label})
    return redirect(row)


@require_POST
@require(Capability.VERIFY_REPORT)
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether it is the problem found before."""
    row = _visible(request, pk)
    try:
        actions.settle_repeat(row, request, request.POST.get("same") == "yes", request.POST.get("reason", ""))
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(row)


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a finding, to be saved."""
    return download(get_visible_or_404(FindingFile, request.user, pk=pk))


@require(Capability.RECORD_FINDING)
def take(request: HttpRequest) -> HttpResponse:
    """Findings out of a spreadsheet."""
    taken, status = None, 200
    upload = request.FILES.get("file")
    if request.method == "POST":
        try:
            if upload is None:
                raise LantianError(_("no file was chosen"))
            if upload.size > MAX_TABLE:
                raise LantianError(_("the table is larger than 20 MB"), remedy=_("Send it in parts."))
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"table{Path(upload.name).suffix.lower()}"
                path.write_bytes(upload.read())
                taken = taking.take_file(request, path, Path(upload.name).name)
        except LantianError as error:
            messages.error(request, error.line)
            status = 422
    context = {
        "title": _("Problems from a table"),
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "taken": taken,
        "headings": [(field.headings[0], field.required) for field in taking.FIELDS],
        "kinds": catalogue.kind_choices(),
    }
    return page(request, "findings/take.html", context, status)


@login_required
def template_xlsx(request: HttpRequest) -> HttpResponse:
    """The table to fill in."""
    return workbook.template()


@login_required
def day(request: HttpRequest, text: str = "") -> HttpResponse:
    """The bulletin of one day, to be printed: counts per unit, what was found, what is late."""
    on = _day(text or request.GET.get("day", "")) or clock.today()
    today, table = rules.day_table(request.user, on)
    context = {
        "title": _("Problems found on %(day)s") % {"day": on.isoformat()},
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "day": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "rows": today,
        "table": table,
        "total": (
            sum(line.found for line in table), sum(line.waiting for line in table),
            sum(line.late for line in table), sum(line.rectified for line in table),
        ),
    }  # fmt: skip
    return page(request, "findings/day.html", context)


@login_required
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """A region's unfinished findings, the latest first."""
    region = panels.region_of(request, code)
    inside = Finding.objects.visible_to(request.user).filter(region__path__startswith=region.path)
    context = {
        "region": region,
        "number": rules.counts(inside),
        "rows": inside.exclude(state__in=rules.CLOSED).select_related("region", "unit")[:6],
    }
    return render(request, "findings/panel.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
