"""Pages of the queue: the list, one suspicion, decisions, runs of the screens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lantian.ambient.screens.thresholds import ITEMS
from lantian.errors import LantianError
from lantian.office.frame.views import page
from lantian.office.monitoring import kernel, words
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.quality import actions, effect, picture, queue, screening
from lantian.office.quality import words as own_words
from lantian.office.quality.models import OPEN, Decision, Screening, Suspicion
from lantian.office.quality.requests import day_of, wish_of
from lantian.office.rankings import export

PER_PAGE = 40


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """The pages about hours: label, address, whether it is this one."""
    pages = (
        ("queue", _("Review queue"), reverse("quality:queue")),
        ("capture", _("Capture rate"), reverse("quality:capture")),
        ("coverage", _("Coverage"), reverse("quality:coverage")),
    )
    return [(label, url, name == here) for name, label, url in pages]


@login_required
def review_queue(request: HttpRequest) -> HttpResponse:
    """What the screens suspect, by state, code, region, pollutant and time."""
    actions.finish_what_was_cut_short()
    found, asked = queue.filtered(request)
    states, codes = queue.counts(found)
    rows = queue.in_state(found, asked["state"]).select_related("region__parent", "station")
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    run = screening.running() or Screening.objects.first()
    context = {
        "title": _("Data quality"),
        "subtitle": _("Hours that look wrong, and what was decided about them"),
        "tabs": tabs("queue"),
        "pages": pages,
        "lines": queue.lines(pages.object_list, request.user),
        "asked": asked,
        "states": [
            (value, label, states.get(value, 0))
            for value, label in (
                *((s.value, s.label) for s in Suspicion.State if s != Suspicion.State.GONE),
                (Suspicion.State.GONE.value, Suspicion.State.GONE.label),
                ("all", _("all")),
            )
        ],
        "codes": codes,
        "every_code": list(own_words.CODES.items()),
        "items": [(item, own_words.item_label(item)) for item in queue.ITEMS],
        "regions": queue.regions_to_choose(request.user),
        "may_review": can(request.user, Capability.REVIEW_DATA),
        "run": run,
        "has_hours": any(kind in kernel.lake().kinds() for kind in screening.KINDS),
        "latest": kernel.latest_day(),
    }
    return page(request, "quality/queue.html", context)


@login_required
def queue_xlsx(request: HttpRequest) -> HttpResponse:
    """The same list as an Excel workbook."""
    found, asked = queue.filtered(request)
    rows = queue.in_state(found, asked["state"]).select_related("region__parent", "station")[:20_000]
    heads = (
        _("Suspicion"), _("Station"), _("Region"), _("Pollutants"), _("First hour"), _("Last hour"),
        _("Hours"), _("State"), _("What the screen says"),
    )  # fmt: skip
    cells = [
        (line.code, line.name, line.where, line.items, line.since, line.until, line.row.hours,
         line.row.get_state_display(), line.text)
        for line in queue.lines(rows, request.user)
    ]  # fmt: skip
    return export.as_xlsx("quality", heads, cells, [_("Hours that look wrong")])


@login_required
def suspicion(request: HttpRequest, pk: int) -> HttpResponse:
    """One suspicion: picture, rows, decisions, and the form for a decision."""
    actions.finish_what_was_cut_short()
    row = _visible(request, pk)
    return page(request, "quality/suspicion.html", _context(request, row))


def _visible(request: HttpRequest, pk: int) -> Suspicion:
    rows = Suspicion.objects.select_related("region__parent", "station", "found_in", "seen_in")
    return get_visible_or_404(rows, request.user, pk=pk)


def _context(request: HttpRequest, row: Suspicion) -> dict[str, Any]:
    hidden = queue.hidden_places([row], request.user)
    line = queue.line(row, hidden)
    decisions = list(
        row.decisions.filter(state=Decision.State.APPLIED).select_related("made_by").order_by("-pk")
    )
    before, after = _neighbours(request, row)
    return {
        "title": f"{line.code} · {line.name}",
        "crumbs": [(_("Data quality"), reverse("quality:queue"))],
        "line": line,
        "row": row,
        "meaning": own_words.MEANINGS.get(row.code, ""),
        "evidence": own_words.evidence(row.body),
        "picture": picture.picture(row, request.user),
        "decisions": [(decision, _said(decision), effect.months(decision)) for decision in decisions],
        "may_review": can(request.user, Capability.REVIEW_DATA),
        "every_item": [(item, own_words.item_label(item), item in row.pollutants) for item in ITEMS],
        "since_value": f"{row.since.astimezone(kernel.SHANGHAI):%Y-%m-%dT%H:%M}",
        "until_value": f"{row.until.astimezone(kernel.SHANGHAI):%Y-%m-%dT%H:%M}",
        "single": row.station is not None or row.kind == kernel.CITY_HOUR,
        "previous": before,
        "next": after,
    }


def _said(decision: Decision) -> list[str]:
    """The reviews of a decision in words, at most eight."""
    told = []
    for body in decision.reviews[:8]:
        since, until = (
            own_words.local(datetime.fromisoformat(body[name])) for name in ("since", "until")
        )  # fmt: skip
        span = since if since == until else _("%(first)s to %(last)s") % {"first": since, "last": until}
        values = ", ".join(
            f"{own_words.item_label(item)} {text.replace('*', '×')}" for item, text in body["values"].items()
        )
        told.append(
            f"{own_words.item_labels(tuple(body['items']))}, {span}" + (f": {values}" if values else "")
        )
    if len(decision.reviews) > 8:
        told.append(_("and %(number)d more") % {"number": len(decision.reviews) - 8})
    return told


def _neighbours(request: HttpRequest, row: Suspicion) -> tuple[int | None, int | None]:
    """The open suspicions before and after this one, in the order of the queue."""
    keys = list(
        Suspicion.objects.visible_to(request.user).filter(state=OPEN).values_list("pk", flat=True)[:2000]
    )
    others = [key for key in keys if key != row.pk]
    if row.pk in keys:
        at = keys.index(row.pk)
        return (keys[at - 1] if at else None), (keys[at + 1] if at + 1 < len(keys) else None)
    return None, (others[0] if others else None)


@require(Capability.REVIEW_DATA)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision about one suspicion; a wrong one is said on the page, with what was written kept."""
    row = _visible(request, pk)
    try:
        actions.decide(request, [row], wish_of(request.POST, single=True))
    except LantianError as error:
        messages.error(request, error.line)
        return page(request, "quality/suspicion.html", _context(request, row) | {"wrote": request.POST}, 422)
    messages.success(request, _("Decided. Figures are computed anew from what stands."))
    return redirect(row)


@require(Capability.REVIEW_DATA)
@require_POST
def decide_many(request: HttpRequest) -> HttpResponse:
    """One decision about several suspicions of the list."""
    keys = [key for key in request.POST.getlist("chosen") if key.isdecimal()][: actions.MOST + 1]
    rows = Suspicion.objects.visible_to(request.user).filter(pk__in=keys).select_related("region", "station")
    try:
        made = actions.decide(request, list(rows), wish_of(request.POST, single=False))
    except LantianError as error:
        messages.error(request, error.line)
    else:
        text = ngettext(
            "Decided about %(number)d suspicion. Figures are computed anew.",
            "Decided about %(number)d suspicions. Figures are computed anew.",
            len(made),
        )
        messages.success(request, text % {"number": len(made)})
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    address = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if safe and address.startswith("/quality/") else reverse("quality:queue")


@login_required
def effect_part(request: HttpRequest, pk: int) -> HttpResponse:
    """What a decision did to the figures of its county and city, as a fragment."""
    decision = get_visible_or_404(
        Decision.objects.select_related("suspicion__region__parent"), request.user, pk=pk
    )
    known = effect.months(decision)
    month = request.GET.get("month", "")
    month = month if month in known else known[-1]
    regions = effect.regions_of(decision.suspicion.region)
    context = {
        "decision": decision,
        "month": month,
        "months": known[-24:],
        "tables": [(region, effect.effects(decision, region, month)) for region in regions],
        "regime": words.regime,
    }
    return render(request, "quality/parts/effect.html", context)


@require(Capability.REVIEW_DATA)
@require_POST
def screen(request: HttpRequest) -> HttpResponse:
    """Start the screens over a span of days."""
    try:
        screening.start(request, day_of(request.POST.get("since")), day_of(request.POST.get("until")))
    except LantianError as error:
        messages.error(request, error.line)
    return redirect("quality:queue")


@require(Capability.REVIEW_DATA)
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a run of the screens."""
    run = Screening.objects.filter(pk=pk).first()
    if run is not None:
        screening.stop(request, run)
    return redirect("quality:queue")


@login_required
def run_part(request: HttpRequest) -> HttpResponse:
    """How far the screens are, as a fragment; the page is fetched anew when they are done."""
    run = screening.running()
    if run is None:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    context = {"run": run, "may_review": can(request.user, Capability.REVIEW_DATA)}
    return render(request, "quality/parts/run.html", context)
