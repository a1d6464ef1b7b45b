"""Pages of assessments: the list, a run with its ranking, a card with every reason, objections, papers."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.assessment.text import half_even, shown
from lantian.errors import LantianError
from lantian.office.assessment import actions, papers, rules
from lantian.office.assessment.models import FIXED, Card, Objection, ObjectionFile, Run
from lantian.office.assessment.states import assesses
from lantian.office.dispatch.evidence import ACCEPT, download
from lantian.office.frame import clock, panels
from lantian.office.frame.views import own_region, page
from lantian.office.loops import move, moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.scope import get_visible_or_404

PER_PAGE = 20
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    """A paper to be saved."""
    found = HttpResponse(content, content_type=kind)
    found["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return found


@login_required
def run_list(request: HttpRequest) -> HttpResponse:
    """The assessments one sees; whoever assesses begins a new one here."""
    region = own_region(request)
    may = rules.may_assess(request.user, region)
    if request.method == "POST":
        try:
            run = actions.start(
                request, region, request.POST.get("scheme", ""), request.POST.get("period", "")
            )
        except LantianError as error:
            messages.error(request, error.line)
        else:
            messages.success(request, _("The cards are computed as a draft."))
            return redirect(run)
    runs = Run.objects.visible_to(request.user).select_related("region").defer("content")
    offered: list[Any] = []
    if may:
        try:
            offered = rules.offered(clock.today())
        except LantianError as error:
            messages.error(request, error.line)
    return page(
        request,
        "assessment/runs.html",
        {
            "title": _("Assessment"),
            "pages": Paginator(runs, PER_PAGE).get_page(request.GET.get("page")),
            "may": may,
            "region": region,
            "schemes": offered,
            "scheme": request.POST.get("scheme", ""),
            "period": request.POST.get("period", str(clock.today().year)),
        },
    )


def _run(request: HttpRequest, pk: int) -> Run:
    found: Run = get_visible_or_404(Run.objects.select_related("region"), request.user, pk=pk)
    return found


def _cards(run: Run, user: Any) -> tuple[list[Card], list[Card]]:
    """The cards a person may open, and those of which they see total and rank once the run is published."""
    cards = list(run.cards.select_related("region", "unit"))
    if assesses(run, user):
        return cards, []
    own = set(Card.objects.visible_to(user).filter(run=run).values_list("pk", flat=True))
    others = [card for card in cards if card.pk not in own] if run.is_published else []
    return [card for card in cards if card.pk in own], others


@login_required
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One assessment: the ranking, each card one click away, and what can be done with it."""
    run = _run(request, pk)
    own, others = _cards(run, request.user)
    open_ = {card.pk for card in own}
    table = sorted([*own, *others], key=lambda card: (card.rank or 10**6, -(card.total or 0), card.pk))
    lines = run.scheme["value"]["items"]
    rows = []
    for card in table:
        points = {one["code"]: one for one in card.data["lines"]}
        cells = [points[one["code"]] for one in lines] if card.pk in open_ else []
        rows.append({"card": card, "own": card.pk in open_, "cells": cells})
    waiting = Objection.objects.visible_to(request.user).filter(card__run=run)
    return page(
        request,
        "assessment/run.html",
        {
            "title": str(run),
            "subtitle": run.region.label,
            "crumbs": [(_("Assessment"), reverse("assessment:runs"))],
            "run": run,
            "rows": rows,
            "lines": lines,
            "complete_view": not others and len(own) == len(rows) and assesses(run, request.user),
            "objections": waiting.select_related("card__run", "card__region", "card__unit", "raised_by"),
            "moves": moves_for(run, request.user),
            "may": rules.may_assess(request.user, run.region),
            "whole": run.is_whole() if run.is_fixed else None,
        },
    )


@login_required
@require_POST
def run_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A step of a run."""
    run = _run(request, pk)
    reason, version = request.POST.get("reason", ""), _version(request)
    try:
        if name == "freeze_results":
            actions.freeze(request, run, reason, version)
        elif name == "compute":
            actions.compute(request, run)
        else:
            move(run, name, request, reason, version=version)
    except KeyError:
        messages.error(request, _("There is no such step."))
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(run)


@login_required
def run_live(request: HttpRequest, pk: int) -> HttpResponse:
    """What of a frozen run would differ by today's figures."""
    run = _run(request, pk)
    own, _others = _cards(run, request.user)
    try:
        found, problem = (rules.drift(run, own) if run.is_fixed else []), ""
    except LantianError as error:
        found, problem = [], error.line
    return render(request, "assessment/_live.html", {"run": run, "drift": found, "problem": problem})


@login_required
def run_excel(request: HttpRequest, pk: int) -> HttpResponse:
    """The ranking and every point of the cards one may open."""
    run = _run(request, pk)
    own, _others = _cards(run, request.user)
    return attachment(papers.run_workbook(run, own), EXCEL, f"{run}.xlsx")


def _card(request: HttpRequest, pk: int) -> Card:
    cards = Card.objects.select_related("run__region", "region__parent", "unit__region")
    found: Card = get_visible_or_404(cards, request.user, pk=pk)
    return found


@login_required
def card_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One card: every point opens to its figure, the bound that applied, the rule and the evidence."""
    card = _card(request, pk)
    objections = card.objections.select_related("raised_by").prefetch_related("files")
    by_code: dict[str, list[Any]] = {}
    for one in objections:
        one.card = card
        by_code.setdefault(one.code, []).append({"one": one, "moves": moves_for(one, request.user)})
    lines = [
        {
            "line": one,
            "figure": papers.figure_words(one),
            "points": papers.signed_points(one),
            "weight": shown(Fraction(one["weight"])),
            "effective": _effective(one),
            "objections": by_code.get(one["code"], []),
        }
        for one in card.data["lines"]
    ]
    return page(
        request,
        "assessment/card.html",
        {
            "title": card.label,
            "subtitle": str(card.run),
            "crumbs": [
                (_("Assessment"), reverse("assessment:runs")),
                (str(card.run), card.run.get_absolute_url()),
            ],
            "card": card,
            "run": card.run,
            "lines": lines,
            "may_object": rules.may_object(request.user, card),
            "accept": ACCEPT,
        },
    )


@login_required
def card_word(request: HttpRequest, pk: int) -> HttpResponse:
    """The card as Word."""
    card = _card(request, pk)
    return attachment(papers.card_paper(card), WORD, f"{card}.docx")


@login_required
@require_POST
def card_object(request: HttpRequest, pk: int) -> HttpResponse:
    """An objection to a line."""
    card = _card(request, pk)
    try:
        actions.raise_objection(
            request,
            card,
            request.POST.get("code", ""),
            request.POST.get("text", ""),
            request.FILES.getlist("files"),
        )
    except LantianError as error:
        messages.error(request, error.line)
    else:
        messages.success(request, _("The objection is with those who assess."))
    return redirect(card)


@login_required
@require_POST
def objection_move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """An answer to an objection."""
    found = Objection.objects.select_related("card__run__region", "card__region", "card__unit")
    objection = get_visible_or_404(found, request.user, pk=pk)
    text = request.POST.get("corrected", "").strip()
    try:
        value = _number(text)
        actions.answer(
            request,
            objection,
            name,
            request.POST.get("reason", ""),
            corrected=value,
            version=_version(request),
        )
    except KeyError:
        messages.error(request, _("There is no such step."))
    except LantianError as error:
        messages.error(request, error.line)
    return redirect(objection.card)


@login_required
def objection_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of an objection, to be saved."""
    return download(get_visible_or_404(ObjectionFile, request.user, pk=pk))


@login_required
def run_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Who did what with a run."""
    run = _run(request, pk)
    rows = history_of(run, request.user)
    if not assesses(run, request.user):
        rows = rows.none()
    log = Paginator(rows, 50).get_page(request.GET.get("page"))
    return page(
        request,
        "frame/history.html",
        {
            "title": _("History"),
            "subtitle": str(run),
            "crumbs": [(_("Assessment"), reverse("assessment:runs")), (str(run), run.get_absolute_url())],
            "actions": log,
        },
    )


@login_required
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """The newest card of a region, on its page."""
    region = panels.region_of(request, code)
    cards = Card.objects.visible_to(request.user).filter(region=region).select_related("run", "region")
    card = (
        cards.filter(run__state__in=FIXED).order_by("-run__last").first()
        or cards.order_by("-run__last").first()
    )
    return render(request, "assessment/_panel.html", {"card": card, "region": region})


def _effective(line: dict[str, Any]) -> str:
    """The weight of a line after others' were shared out, where that changed it."""
    if line["state"] == "shared" or line["effective"] == line["weight"]:
        return ""
    return str(half_even(Fraction(line["effective"]), 2))


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


def _number(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**9:
        raise LantianError(_("“%(text)s” is not a number") % {"text": text})
    return value
