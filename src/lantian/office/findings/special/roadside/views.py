"""Pages of roadside checks: the tests, a new one, a table taken in, the black list."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.findings import workbook
from lantian.office.findings.special.forms import RoadsideForm
from lantian.office.findings.special.roadside import actions, taking
from lantian.office.findings.special.roadside.models import Listing, Method, RoadsideTest
from lantian.office.findings.special.rulings import cited, rule
from lantian.office.findings.special.uploads import taken
from lantian.office.frame.views import page
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404

PER_PAGE, MOST_EXPORTED = 40, 50_000


def tests_of(request: HttpRequest) -> QuerySet[RoadsideTest]:
    """The tests a request asks for."""
    found = RoadsideTest.objects.visible_to(request.user).select_related("region", "finding")
    words = actions.plain(request.GET.get("q", ""))[:24]
    if words:
        found = found.filter(Q(plate__contains=words) | Q(vin__contains=words))
    if request.GET.get("method") in Method.values:
        found = found.filter(method=request.GET["method"])
    if request.GET.get("failed"):
        found = found.filter(passed=False)
    return found


def listed(request: HttpRequest) -> QuerySet[Listing]:
    """The black list, or with `all` also those that left it."""
    found = Listing.objects.visible_to(request.user).select_related("region", "test", "passed_test")
    if not request.GET.get("all"):
        found = found.filter(until=None)
    words = actions.plain(request.GET.get("q", ""))[:24]
    return found.filter(Q(plate__contains=words) | Q(vin__contains=words)) if words else found


@login_required
def tests(request: HttpRequest) -> HttpResponse:
    """Roadside tests, newest first."""
    found = tests_of(request)
    context = {
        "title": _("Roadside checks"),
        "subtitle": _(
            "Smoke, on-board diagnosis, urea; who fails stands on the black list until passing again"
        ),
        "crumbs": [(_("Problems found"), reverse("findings:list"))],
        "pages": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "number": found.count(),
        "failed": found.filter(passed=False).count(),
        "listed": Listing.objects.visible_to(request.user).filter(until=None).count(),
        "methods": Method.choices,
        "wish": request.GET,
        "may_record": can(request.user, Capability.RECORD_FINDING),
    }
    return page(request, "findings/special/roadside.html", context)


@login_required
def tests_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as an Excel workbook that can be taken in again."""
    heads = [field.headings[0] for field in taking.FIELDS]
    rows = [
        (
            row.tested_on,
            row.plate,
            row.get_colour_display(),
            row.get_method_display(),
            row.region.code,
            row.place,
            row.get_thing_display(),
            row.vin,
            row.get_stage_display(),
            row.limit_class,
            "" if row.power is None else row.power,
            "" if row.value is None else row.value.normalize(),
            "" if row.normal is None else "是" if row.normal else "否",
            row.team,
            row.remark,
        )
        for row in tests_of(request)[:MOST_EXPORTED]
    ]
    return workbook.workbook("roadside", [(_("Roadside checks"), heads, rows)])


@login_required
def template_xlsx(request: HttpRequest) -> HttpResponse:
    """The table to fill in."""
    return workbook.workbook(
        "roadside-table", [(_("Roadside checks"), [f.headings[0] for f in taking.FIELDS], [])]
    )


@require(Capability.RECORD_FINDING)
def new(request: HttpRequest) -> HttpResponse:
    """A test entered at the roadside."""
    form = RoadsideForm(request.POST or None, user=request.user)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                test = actions.record_test(request, actions.NewTest(**form.cleaned_data))
            except LantianError as error:
                form.add_error(None, error.line)
            else:
                if test.passed:
                    messages.success(request, _("Passed."))
                else:
                    messages.warning(
                        request, _("Failed: a problem was recorded, and it is on the black list.")
                    )
                return redirect(test)
    limits = [cited(rule(f"roadside.{name}")) for name in ("smoke.vehicle", "smoke.machine", "urea")]
    context = {"title": _("Record a roadside test"), "crumbs": crumbs(), "form": form, "limits": limits}
    return page(request, "findings/special/roadside_new.html", context, status)


def crumbs() -> list[tuple[str, str]]:
    """The way down to a page of roadside checks."""
    return [
        (_("Problems found"), reverse("findings:list")),
        (_("Roadside checks"), reverse("findings:roadside")),
    ]


@login_required
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """One test: how it was judged, the vehicle's other tests."""
    rows = RoadsideTest.objects.select_related("region", "finding", "recorded_by")
    row = get_visible_or_404(rows, request.user, pk=pk)
    mine = RoadsideTest.objects.visible_to(request.user).filter(plate=row.plate, colour=row.colour)
    entries = Listing.objects.visible_to(request.user).filter(plate=row.plate, colour=row.colour)
    context = {
        "title": f"{row.plate} · {row.get_method_display()}",
        "crumbs": crumbs(),
        "row": row,
        "others": mine.exclude(pk=row.pk).select_related("region")[:50],
        "failures": mine.filter(passed=False).count(),
        "listing": entries.filter(until=None).first(),
        "actions": list(history_of(row, request.user).order_by("number")),
    }
    return page(request, "findings/special/roadside_test.html", context)


@require(Capability.RECORD_FINDING)
def take(request: HttpRequest) -> HttpResponse:
    """Tests out of a spreadsheet or JSON."""
    result, status = None, 200
    if request.method == "POST":
        try:
            result = taken(request, taking.take_tests)
        except LantianError as error:
            messages.error(request, error.line)
            status = 422
    context = {
        "title": _("Roadside tests from a table"),
        "crumbs": crumbs(),
        "taken": result,
        "headings": [(field.headings[0], field.required) for field in taking.FIELDS],
        "template": reverse("findings:roadside-template"),
        "accept": ".csv,.xlsx,.xls,.json",
        "help": _("JSON is a list of objects with the English names of the fields."),
    }
    return page(request, "findings/special/take.html", context, status)


@login_required
def black_list(request: HttpRequest) -> HttpResponse:
    """Vehicles that failed and have not passed since."""
    context = {
        "title": _("Black list"),
        "subtitle": _("Since a failed test, until the same test is passed"),
        "crumbs": crumbs(),
        "pages": Paginator(listed(request), PER_PAGE).get_page(request.GET.get("page")),
        "wish": request.GET,
    }
    return page(request, "findings/special/black_list.html", context)


@login_required
def black_list_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as an Excel workbook."""
    heads = (
        _("Plate or machine number"),
        _("Colour of the plate"),
        "VIN",
        _("Method of the test"),
        _("Region"),
        _("On the black list since"),
        _("Failed tests"),
        _("Off the list since"),
    )
    rows: list[tuple[Any, ...]] = [
        (
            row.plate,
            row.get_colour_display(),
            row.vin,
            row.get_method_display(),
            row.region.label,
            row.since,
            row.failures,
            row.until or "",
        )
        for row in listed(request)[:MOST_EXPORTED]
    ]
    return workbook.workbook("black-list", [(_("Black list"), heads, rows)])
