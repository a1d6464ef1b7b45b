"""Pages of divisions: what can be divided, one division with its parts, filling it."""

from __future__ import annotations

import tempfile
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.frame.views import page
from lantian.office.loops import move, moves_for
from lantian.office.papers import harmless
from lantian.office.people.actions import history_of
from lantian.office.people.scope import get_visible_or_404
from lantian.office.plans.models import Quantity, Target
from lantian.office.plans.terms import number_text, unit_symbol
from lantian.office.rankings.export import as_xlsx
from lantian.office.targets import actions, letters, rules, tables
from lantian.office.targets.declared import MEAN, SUM
from lantian.office.targets.loop import READY
from lantian.office.targets.models import Allotment, Division
from lantian.office.targets.views import asked_region

MAX_TABLE = 2 * 1024 * 1024
KINDS: dict[str, Any] = {"target": Target, "quantity": Quantity, "allotment": Allotment}


@login_required
def division_list(request: HttpRequest) -> HttpResponse:
    """The divisions of a region, those that bind it, and what could be divided."""
    region = asked_region(request)
    if region is None:
        return page(request, "targets/empty.html", {"title": _("Divisions")})
    own = Division.objects.visible_to(request.user).filter(region=region)
    rows = own.prefetch_related("allotments").select_related("region")
    may = rules.may_divide(request.user, region)
    context = {
        "title": _("Targets divided by %(region)s") % {"region": region.label},
        "crumbs": [(_("Targets"), f"{reverse('targets:board')}?region={region.code}")],
        "region": region,
        "rows": [_summary(one) for one in rows],
        "may_divide": may,
        "divisible": rules.divisible(region, request.user) if may else [],
    }
    return page(request, "targets/divisions.html", context)


def _summary(division: Division) -> dict[str, Any]:
    parts = list(division.allotments.all())
    states: dict[str, int] = {}
    for part in parts:
        states[part.state_label] = states.get(part.state_label, 0) + 1
    found = rules.check(division, parts)
    return {
        "division": division, "states": list(states.items()), "check": rules.check_words(division, found),
        "fails": found.fails,
    }  # fmt: skip


@login_required
@require_POST
def divide(request: HttpRequest) -> HttpResponse:
    """Begin a division."""
    region = asked_region(request)
    model = KINDS.get(request.POST.get("kind", ""))
    if region is None or model is None:
        raise Http404(_("There is nothing at this address."))
    source = get_visible_or_404(model, request.user, pk=request.POST.get("pk", ""))
    try:
        division = actions.divide(request, region, source)
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(f"{reverse('targets:divisions')}?region={region.code}")
    return redirect(division)


@login_required
def division(request: HttpRequest, pk: int) -> HttpResponse:
    """One division: every part one may see, the check against the parent, the ways to fill it."""
    found = _visible(request, pk)
    whole = rules.sees_draft(request.user, found)
    visible = Allotment.objects.visible_to(request.user).filter(division=found)
    rows = list(
        visible.select_related("region", "letter", "division__region").prefetch_related("lines__letter")
    )
    checked = rules.check(found, rows) if whole else None
    declared = rules.held_of(found)
    may = rules.may_divide(request.user, found.region)
    context = {
        "title": f"{found.label} {found.asks if whole else ''}".strip(),
        "subtitle": _("divided by %(region)s") % {"region": found.region.label},
        "crumbs": [(_("Targets"), reverse("targets:board"))]
        + ([(_("Divisions"), f"{reverse('targets:divisions')}?region={found.region.code}")] if whole else []),
        "division": found,
        "unit": unit_symbol(found.unit),
        "whole": whole,
        "rows": [_part(request, row) for row in rows],
        "check": checked,
        "check_words": rules.check_words(found, checked) if checked else "",
        "rule_words": rules.rule_words(found),
        "may_divide": may,
        "ready": [row for row in rows if row.state in READY],
        "can_baseline": bool(declared.asked) and declared.rule in {MEAN, SUM},
        "years": range(clock.today().year - 1, clock.today().year - 7, -1),
        "needs_reason": any(row.issued_value is not None for row in rows),
        "letter_title": letters.default_title(rows) if rows else "",
    }
    return page(request, "targets/division.html", context)


def _part(request: HttpRequest, row: Allotment) -> dict[str, Any]:
    value = rules.shown_value(request.user, row)
    draft = rules.sees_draft(request.user, row.division)
    return {
        "row": row,
        "value": number_text(value),
        "weight": number_text(row.weight),
        "asks": row.division.asks_of(value) if value is not None else "",
        "state": rules.shown_state(request.user, row),
        "code": rules.shown_code(request.user, row),
        "draft": draft,
        "moves": [
            step
            for step in moves_for(row, request.user)
            if step.name in {"acknowledge", "object", "unassign"}
        ],
        "versions": list(row.lines.all()),
    }


@login_required
@require_POST
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """Assign values: the same for all, by a base year, from a table, by hand."""
    found = _visible(request, pk)
    sent = request.POST
    reason = sent.get("reason", "")[:500]
    try:
        with_method = sent.get("method", "")
        if with_method == "same":
            moved = actions.same_for_all(request, found, number_of(sent.get("value", "")), reason)
        elif with_method == "baseline":
            year = sent.get("year", "")
            moved = actions.by_baseline(request, found, int(year) if year.isdecimal() else 0, reason)
        elif with_method == "table":
            moved = _from_table(request, found, reason)
        else:
            moved = _by_hand(request, found, reason)
    except LantianError as error:
        messages.error(request, error.line)
        return redirect(found)
    messages.success(request, _("%(n)d values assigned.") % {"n": moved})
    return redirect(found)


def _by_hand(request: HttpRequest, found: Division, reason: str) -> int:
    values, versions, weights = {}, {}, {}
    for row in found.allotments.all():
        text = request.POST.get(f"value-{row.pk}", "").strip()
        base = request.POST.get(f"weight-{row.pk}", "").strip()
        if text:
            values[row.region_id] = number_of(text)
        if text and base:
            weights[row.region_id] = number_of(base)
        version = request.POST.get(f"version-{row.pk}", "")
        if version.isdecimal():
            versions[row.region_id] = int(version)
    return actions.assign(
        request, found, values, weights={**weights}, reason=reason,
        versions={key: versions[key] for key in values if key in versions},
    )  # fmt: skip


def _from_table(request: HttpRequest, found: Division, reason: str) -> int:
    upload = request.FILES.get("file")
    if upload is None:
        raise LantianError(_("no file was given"), remedy=_("Choose a table as CSV or Excel."))
    if upload.size > MAX_TABLE:
        raise LantianError(_("the table is larger than 2 MB"), where=upload.name)
    suffix = Path(upload.name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{suffix if suffix in {'.csv', '.xlsx', '.xls'} else '.csv'}"
        path.write_bytes(upload.read())
        regions = [row.region for row in found.allotments.select_related("region")]
        table = tables.read_table(path, regions, upload.name)
    for line in table.refused:
        messages.warning(request, line)
    note = upload.name
    if table.values:
        return actions.assign(
            request, found, table.values, method="table", note=note, weights=table.weights, reason=reason
        )
    unit = unit_symbol(found.unit)
    basis = {key: f"{number_text(weight)} {unit}".strip() for key, weight in table.weights.items()}
    return actions.by_weights(request, found, table.weights, note=note, basis=basis, reason=reason)


@login_required
@require_POST
def shortfall(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept that the parts do not reach the parent's value."""
    found = _visible(request, pk)
    try:
        actions.accept_shortfall(request, found, request.POST.get("reason", "")[:500])
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(found)


@login_required
@require_POST
def move_allotment(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Acknowledge, object, take back."""
    row = get_visible_or_404(Allotment.objects.select_related("division__region"), request.user, pk=pk)
    words, version = request.POST.get("reason", "")[:1000], request.POST.get("version", "")
    seen = int(version) if version.isdecimal() else None
    try:
        if name == "unassign":
            move(row, name, request, words, version=seen, values={"value": None, "basis": ""})
        else:
            letters.answer(request, row, name, words, seen)
    except LantianError as error:
        messages.error(request, error.line)
    back = request.POST.get("back", "")
    return redirect(back if back.startswith("/targets/") else row.get_absolute_url())


@login_required
def division_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts one may see, as a workbook; it can be filled in and given back as a table."""
    found = _visible(request, pk)
    rows = Allotment.objects.visible_to(request.user).filter(division=found)
    chosen = rows.select_related("region", "letter", "division__region")
    # The headings are those the table is read by.
    head = ["地区", "代码", "目标值", "基数", _("Unit of measure"), _("State"), _("Basis"), _("Letter")]
    lines = [
        [
            row.region.name, row.region.code, _plain(rules.shown_value(request.user, row)),
            _plain(row.weight), unit_symbol(found.unit), rules.shown_state(request.user, row), row.basis,
            row.letter.reference if row.letter else "",
        ]
        for row in chosen
    ]  # fmt: skip
    return as_xlsx(str(found), head, [[harmless(cell) for cell in line] for line in lines])


@login_required
def division_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done with a division, by whom."""
    found = _visible(request, pk)
    if not rules.sees_draft(request.user, found):
        raise Http404(_("There is nothing at this address."))
    log = Paginator(history_of(found, request.user), 50).get_page(request.GET.get("page"))
    way = [(_("Targets"), reverse("targets:board")), (str(found), found.get_absolute_url())]
    return page(request, "frame/history.html", {"title": _("History"), "actions": log, "crumbs": way})


@login_required
def allotment_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What was done with one part; drafts are the dividing region's business."""
    row = get_visible_or_404(Allotment.objects.select_related("division__region"), request.user, pk=pk)
    if not rules.sees_draft(request.user, row.division):
        raise Http404(_("There is nothing at this address."))
    log = Paginator(history_of(row, request.user), 50).get_page(request.GET.get("page"))
    way = [(_("Targets"), reverse("targets:board")), (str(row), row.get_absolute_url())]
    return page(request, "frame/history.html", {"title": _("History"), "actions": log, "crumbs": way})


def _visible(request: HttpRequest, pk: int) -> Division:
    return get_visible_or_404(Division.objects.select_related("region"), request.user, pk=pk)


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else Decimal(number_text(value))


def number_of(text: str) -> Decimal:
    """A number of a form.

    Raises
    ------
    LantianError
        it is none
    """
    try:
        value = Decimal(text.strip().replace(",", "").replace("，", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise LantianError(_("“%(text)s” is no number") % {"text": text})
    return value
