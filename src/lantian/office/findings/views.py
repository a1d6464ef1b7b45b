"""Pages of findings: list, one finding, import, its panel; `filing` has the form, `bulletin` the day."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import ACCEPT, download
from lantian.office.findings import about, actions, catalogue, rules, taking, workbook
from lantian.office.findings.exif import HEAD, read_photo
from lantian.office.findings.forms import people_for, regions_for, units_for
from lantian.office.findings.models import Finding, FindingFile, Source, State
from lantian.office.frame import clock, panels
from lantian.office.frame.views import page
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.models import Unit, User
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import ScopedQuerySet, get_visible_or_404

PER_PAGE = 40
MOST_EXPORTED = 20_000
STEPS = (
    ("found", gettext_lazy("When found")),
    ("rectified", gettext_lazy("After rectification")),
    ("checked", gettext_lazy("Second check")),
)
MAX_TABLE = 20 * 1024 * 1024
# What online monitoring found names what stands behind it.
BEHIND = {Source.STACK_ALARM: ("alarms",), Source.DATA_CHECK: ("leads", "gate_troubles")}


@login_required
def findings(request: HttpRequest) -> HttpResponse:
    """Findings by kind, state, region, unit, source, day; late and repeated ones."""
    wish = rules.wish_of(request.GET)
    found = rules.findings_of(request.user, wish)
    anywhere = rules.findings_of(request.user, rules.wish_of({**request.GET.dict(), "state": "", "late": ""}))
    number = rules.counts(anywhere)
    own = rules.own_of(request.user)
    tiles = [
        ("", _("all"), number["all"], not (wish.state or wish.late or wish.mine or wish.ours)),
        *((value, label, number[value], wish.state == value) for value, label in State.choices),
    ]
    context = {
        "title": _("Problems found"),
        "subtitle": _("Whoever found them: assigned, rectified, checked again, closed"),
        "pages": rules.Pages(found, PER_PAGE, number, wish).get_page(request.GET.get("page")),
        "wish": wish,
        "tiles": tiles,
        "late": number["late"],
        "states": tiles[1:],
        "own": own,
        "mine": own.first if wish == rules.Wish() else [],
        "kinds": catalogue.kind_choices(),
        "sources": Source.choices,
        "regions": options(
            [(region.code, region.label) for region in regions_for(request.user)], wish.region
        ),
        "units": options(
            [(unit.pk, unit.label) for unit in rules.with_findings(units_for(request.user))],
            wish.unit,
        ),
        "may_record": can(request.user, Capability.RECORD_FINDING),
        "today": clock.today(),
    }
    return page(request, "findings/list.html", context)


def options(pairs: Iterable[tuple[Any, str]], chosen: Any) -> str:
    """The options of a long choice; a template takes ten times as long to write them."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, mark_safe(" selected") if value == chosen else "", label) for value, label in pairs),
    )


@login_required
def findings_xlsx(request: HttpRequest) -> HttpResponse:
    """The same list as an Excel workbook."""
    found = rules.findings_of(request.user, rules.wish_of(request.GET))
    found = found.select_related("region", "unit", "assignee", "enterprise").prefetch_related("files")
    return workbook.list_of(found[:MOST_EXPORTED])


@login_required
def finding(request: HttpRequest, pk: int) -> HttpResponse:
    """One finding: what was found, files, what can be done now, what was done."""
    return page(request, "findings/finding.html", _context(request, _visible(request, pk)))


def _visible(request: HttpRequest, pk: int) -> Finding:
    rows = Finding.objects.select_related(
        "region", "unit", "assignee", "enterprise", "task", "found_by", "repeated_of__region"
    ).defer("region__geometry", "repeated_of__region__geometry")
    return get_visible_or_404(rows, request.user, pk=pk)


def _context(request: HttpRequest, row: Finding) -> dict[str, Any]:
    files = list(row.files.select_related("added_by"))
    seen = Finding.objects.visible_to(request.user)
    moves = moves_for(row, request.user)
    return {
        "title": f"{row.kind_label} · {row.place}",
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "row": row,
        "points": rules.points_of(row),
        "points_verified": catalogue.points(row.found_on).verified,
        "files": [(label, [file for file in files if file.step == step]) for step, label in STEPS],
        "moves": moves,
        "units": units_for(request.user),
        "people": people_for(request.user, row) if any(m.name == "assign_finding" for m in moves) else [],
        "sees_enterprise": row.enterprise_id is not None
        and about.record_of(request.user, about.ENTERPRISES, row.enterprise_id) is not None,
        "about": about.thing(request.user, row.register, row.record_id),
        "accept": ACCEPT,
        "actions": list(history_of(row, request.user).order_by("number")),
        "repeats": seen.filter(repeated_of=row).exclude(repeat_confirmed=False).select_related("region"),
        "earlier": seen.filter(pk=row.repeated_of_id).first() if row.repeated_of_id else None,
        "may_verify": can(request.user, Capability.VERIFY_REPORT),
        "proposals": _related(request, row, "consequence_proposals"),
        "alarms": [one for name in BEHIND.get(row.source, ()) for one in _related(request, row, name)],
    }


def _related(request: HttpRequest, row: Finding, name: str) -> list[Any]:
    """Things that point to it, as far as one sees them; the apps they belong to stand above this one."""
    related = getattr(row, name, None)
    return [] if related is None else list(related.all().visible_to(request.user))


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a finding."""
    row = _visible(request, pk)
    if name not in {step.name for step in row.loop.moves}:
        raise PermissionDenied
    version, days, unit, who = (request.POST.get(key, "") for key in ("version", "days", "unit", "assignee"))
    try:
        if days and not days.isdecimal():
            raise LantianError(_("a time limit lies between 1 and 365 days"), remedy=_("Correct the number."))
        done = actions.act(
            row,
            name,
            request,
            request.POST.get("reason", ""),
            version=int(version) if version.isdecimal() else None,
            unit=get_visible_or_404(Unit, request.user, pk=unit) if unit else None,
            assignee=get_visible_or_404(ScopedQuerySet(User), request.user, pk=who) if who else None,
            days=int(days) if days else None,
            files=request.FILES.getlist("files"),
        )
    except LantianError as error:
        messages.error(request, error.line)
        row.refresh_from_db()
        return page(request, "findings/finding.html", _context(request, row) | {"wrote": request.POST}, 422)
    said = _("Done: %(state)s.") if done else _("This had been sent before and is done: %(state)s.")
    messages.success(request, said % {"state": row.state_label})
    return redirect(row)


@require_POST
@require(Capability.VERIFY_REPORT)
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether it is the problem found before."""
    row = _visible(request, pk)
    version = request.POST.get("version", "")
    try:
        actions.settle_repeat(
            row,
            request,
            request.POST.get("same") == "yes",
            request.POST.get("reason", ""),
            version=int(version) if version.isdecimal() else None,
        )
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(row)


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a finding, to be saved."""
    return download(get_visible_or_404(FindingFile, request.user, pk=pk))


@login_required
def small(request: HttpRequest, pk: int) -> HttpResponse:
    """The small picture a photo carries, for the finding's page; the whole photo where it carries none."""
    kept = get_visible_or_404(FindingFile, request.user, pk=pk)
    whole = download(kept)
    if kept.kind in {"jpg", "png"} and (picture := read_photo(whole.content[:HEAD]).small):
        whole.content = picture
        whole["Content-Type"] = "image/jpeg"
    patch_cache_control(whole, private=True, max_age=24 * 3600, immutable=True)
    return whole


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
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """A region's unfinished findings, the latest first."""
    region = panels.region_of(request, code)
    inside = rules.inside(Finding.objects.visible_to(request.user), region)
    context = {
        "region": region,
        "number": rules.counts(inside),
        "rows": inside.exclude(state__in=rules.CLOSED)[:6],
    }
    return render(request, "findings/panel.html", context)
