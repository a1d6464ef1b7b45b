"""Uploading tables, and what became of them."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.measures import actions, words
from lantian.office.measures.forms import DustfallTable, NewSite, RoadTable, SpeciesTableForm, Table
from lantian.office.measures.models import Upload
from lantian.office.measures.register import Register
from lantian.office.measures.road_views import cities_of
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, require
from lantian.office.people.scope import get_visible_or_404

PAGES = {
    Upload.Kind.DUSTFALL: "measures:dustfall",
    Upload.Kind.ROAD: "measures:road-dust",
    Upload.Kind.ROAD_RANKS: "measures:road-dust",
    Upload.Kind.SPECIES: "measures:species",
}
PER_PAGE = 30


@require_POST
@require(Capability.LOAD_DATA)
def dustfall_upload(request: HttpRequest) -> HttpResponse:
    """Take a table of dustfall months in."""
    form = DustfallTable(request.POST, request.FILES)
    return _load(
        request,
        form,
        lambda asked: (Upload.Kind.DUSTFALL, actions.Wishes(month=asked["month"])),
        "measures:dustfall",
    )


@require_POST
@require(Capability.LOAD_DATA)
def road_upload(request: HttpRequest) -> HttpResponse:
    """Take samples of road dust, or a published list, in."""
    form = RoadTable(request.POST, request.FILES, cities=cities_of(request, Register()))
    return _load(
        request,
        form,
        lambda asked: (
            asked["kind"],
            actions.Wishes(city=asked["city"], method=asked["method"] or None),
        ),
        "measures:road-dust",
    )


@require_POST
@require(Capability.LOAD_DATA)
def species_upload(request: HttpRequest) -> HttpResponse:
    """Take samples of species in."""
    form = SpeciesTableForm(request.POST, request.FILES, user=request.user)
    return _load(
        request,
        form,
        lambda asked: (
            Upload.Kind.SPECIES,
            actions.Wishes(
                site=asked["site"],
                unit=asked["unit"] or None,
                stamp=asked["stamp"] or "start",
                hours=asked["hours"] or 1,
                dates=asked["dates"] or "ymd",
            ),
        ),
        "measures:species",
    )


def _load(request: HttpRequest, form: Table, wishes: Any, back: str) -> HttpResponse:
    """Take the file of a form in; to its page when it was kept, else back with one line."""
    if not form.is_valid():
        messages.error(request, form.first_error)
        return redirect(back)
    kind, asked = wishes(form.cleaned_data)
    file = form.cleaned_data["file"]
    try:
        upload = actions.load_table(request, kind, file.name or "", file.read(), asked)
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(back)
    return redirect(upload)


@require_POST
@require(Capability.LOAD_DATA)
def site_new(request: HttpRequest) -> HttpResponse:
    """Register a site of species."""
    form = NewSite(request.POST, user=request.user)
    if not form.is_valid():
        messages.error(request, form.first_error)
        return redirect("measures:species")
    asked = form.cleaned_data
    try:
        site = actions.register_site(request, asked["name"], asked["region"], asked["name_en"])
    except LantianError as error:
        messages.error(request, error.line)
        return redirect("measures:species")
    messages.success(request, _("%(site)s is registered; upload its samples now.") % {"site": site.label})
    return redirect(f"{reverse('measures:species')}?site={site.pk}")


@login_required
def uploads(request: HttpRequest) -> HttpResponse:
    """Every uploaded table a person may see, newest first."""
    found = Upload.objects.visible_to(request.user).select_related("uploaded_by", "region")
    kind = request.GET.get("kind", "")
    if kind in Upload.Kind.values:
        found = found.filter(kind=kind)
    context = {
        "title": _("Uploaded tables"),
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "kinds": Upload.Kind.choices,
        "kind": kind,
    }
    return page(request, "measures/uploads.html", context)


@login_required
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of one table: counts, notes, refused rows with their reasons."""
    found = get_visible_or_404(
        Upload.objects.select_related("uploaded_by", "site", "region"), request.user, pk=pk
    )
    context = {
        "title": found.name,
        "crumbs": [
            (found.get_kind_display(), reverse(PAGES[Upload.Kind(found.kind)])),
            (_("Uploaded tables"), reverse("measures:uploads")),
        ],
        "upload": found,
        "back": reverse(PAGES[Upload.Kind(found.kind)]),
        "problem": words.problem(found.problem),
        "notes": [words.note(note) for note in found.notes],
        "refusals": [{**row, "why": words.refusal(row)} for row in found.refusals if row["code"] != "file"],
        "more": max(0, found.refusal_count - len(found.refusals)),
        "history": history_of(found, request.user),
    }
    return page(request, "measures/upload.html", context)


@login_required
def upload_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The table as it came."""
    found = get_visible_or_404(Upload, request.user, pk=pk)
    if not found.path.is_file():
        raise Http404
    # Never shown in the browser: it is someone else's file.
    return FileResponse(
        found.path.open("rb"),
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
    )


@login_required
def upload_refused(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything refused of a table, as CSV in the language of the page."""
    found = get_visible_or_404(Upload, request.user, pk=pk)
    path = found.report_path
    if path is None or not path.is_file():
        raise Http404
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"{found.name.rsplit('.', 1)[0]}.refused.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    out = csv.writer(answer)
    out.writerow([pgettext("a table", "File"), _("Row"), _("Column"), _("Value"), _("Code"), _("Why")])
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            cells = [row["file"], row["row"], row["column"], row["value"], row["code"]]
            reason = words.problem(row["reason"]) if row["code"] == "file" else words.refusal(row)
            out.writerow([*(_harmless(cell) for cell in cells), reason])
    return answer


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula; numbers below zero stay."""
    risky = cell[:1] in {"=", "+", "@", "\t", "\r"} or (cell[:1] == "-" and not cell[1:2].isdigit())
    return f"'{cell}" if risky else cell
