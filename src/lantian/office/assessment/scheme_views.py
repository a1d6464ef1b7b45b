"""Pages of schemes: the list, one in words; had another one held; transfers of a month."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.ambient import Period as Span
from lantian.assessment import Fact, Scheme, from_facts, read_scheme, reweighted, simulate
from lantian.assessment.scheme import PREFIX
from lantian.assessment.text import shown
from lantian.errors import LantianError
from lantian.office import indicators
from lantian.office.assessment import asking, papers, rules, transferring
from lantian.office.assessment.models import Run, said
from lantian.office.assessment.states import assesses
from lantian.office.assessment.views import EXCEL, WORD, attachment
from lantian.office.frame import clock
from lantian.office.frame.views import own_region, page
from lantian.office.indicators import Period
from lantian.office.monitoring import kernel
from lantian.office.monitoring.requests import read_period
from lantian.office.people.scope import get_visible_or_404
from lantian.rulebook import Rule


def _rules() -> list[Rule]:
    book = kernel.rulebook()
    return [rule for path in book.paths(PREFIX) for rule in book.history(path)]


@login_required
def scheme_list(request: HttpRequest) -> HttpResponse:
    """Every scheme of this office, in force or not; one that does not hold together says why."""
    today, rows = clock.today(), []
    for rule in _rules():
        try:
            scheme, problem = read_scheme(rule, set(indicators.known())), ""
        except LantianError as error:
            scheme, problem = None, error.line
        held = (rule.valid_from or today) <= today <= (rule.valid_to or today)
        rows.append(
            {"rule": rule, "scheme": scheme, "problem": problem, "held": held, "number": _number_of(rule)}
        )
    return page(
        request,
        "assessment/schemes.html",
        {
            "title": _("Schemes"),
            "crumbs": [(_("Assessment"), reverse("assessment:runs"))],
            "rows": rows,
            "transfers": [
                {"scheme": one, "held": transferring.holds(one, today)}
                for one in transferring.known_schemes()
            ],
        },
    )


def _number_of(rule: Rule) -> int:
    """Which of the entries of its path it is: the address of a dated version."""
    return [one.valid_from for one in kernel.rulebook().history(rule.path)].index(rule.valid_from)


def _lines_of(scheme: Scheme) -> list[dict[str, Any]]:
    known = indicators.known()
    missing = {
        "share": _("not computable: its weight is shared among the others"),
        "zero": _("not computable: 0 points, with the reason"),
        "open": _("not computable: left open"),
    }
    found = []
    for kind, items in (("item", scheme.items), ("bonus", scheme.bonuses), ("deduction", scheme.deductions)):
        for one in items:
            indicator = known.get(one.indicator)
            unit = asking._sign(indicator.unit) if indicator else ""
            found.append(
                {
                    "kind": kind,
                    "title": said(one.title),
                    "weight": shown(one.weight),
                    "indicator": str(indicator.title) if indicator else one.indicator,
                    "formula": str(indicator.formula) if indicator else "",
                    "code": one.indicator,
                    "rule": said(one.way.words(one.weight, unit)),
                    "missing": missing[one.missing],
                }
            )
    return found


@login_required
def scheme_page(request: HttpRequest, path: str, number: int) -> HttpResponse:
    """One scheme in words, with what it cites."""
    if not path.startswith(PREFIX) or path not in kernel.rulebook().paths(PREFIX):
        raise Http404
    history = kernel.rulebook().history(path)
    if number >= len(history):
        raise Http404
    try:
        scheme = read_scheme(history[number])
    except LantianError as error:
        messages.error(request, error.line)
        raise Http404 from error
    return page(
        request,
        "assessment/scheme.html",
        {
            "title": said(scheme.title),
            "crumbs": [
                (_("Assessment"), reverse("assessment:runs")),
                (_("Schemes"), reverse("assessment:schemes")),
            ],
            "scheme": scheme,
            "citation": said(scheme.citation),
            "note": said(scheme.note),
            "lines": _lines_of(scheme),
            "total": shown(scheme.total),
            "bonus_cap": shown(scheme.bonus_cap) if scheme.bonus_cap is not None else "",
            "deduction_cap": shown(scheme.deduction_cap) if scheme.deduction_cap is not None else "",
            "vetoes": [
                {
                    "title": said(one.title),
                    "rule": f"{one.indicator} {one.sign} {shown(one.bound)}",
                    "effect": said(one.effect),
                    "most": shown(one.most) if one.most is not None else "",
                }
                for one in scheme.vetoes
            ],
            "grades": [{"title": said(one.title), "from": shown(one.at_least)} for one in scheme.grades],
        },
    )


@login_required
def simulation(request: HttpRequest) -> HttpResponse:
    """Had another scheme held: a run's facts, or today's, scored by another scheme; nothing is kept."""
    runs = [
        run
        for run in Run.objects.visible_to(request.user).select_related("region")
        if assesses(run, request.user)
    ]
    asked = request.POST if request.method == "POST" else request.GET
    context: dict[str, Any] = {
        "title": _("Had another scheme held"),
        "crumbs": [(_("Assessment"), reverse("assessment:runs"))],
        "runs": runs,
        "run": None,
    }
    if not asked.get("run", "").isdigit() and not runs:
        return page(request, "assessment/simulation.html", context)
    pk = int(asked["run"]) if asked.get("run", "").isdigit() else runs[0].pk
    run = get_visible_or_404(Run.objects.select_related("region"), request.user, pk=pk)
    if not assesses(run, request.user):
        raise Http404
    real = run.taken
    context |= {
        "run": run,
        "real": real,
        "weights": [
            {
                "code": one.code,
                "title": said(one.title),
                "weight": asked.get(f"weight-{one.code}", shown(one.weight)),
            }
            for one in real.items
        ],
        "others": _same_subject(real),
        "live": asked.get("live", ""),
        "other_path": asked.get("scheme", ""),
    }
    if request.method == "POST":
        try:
            other = _other(request, real)
            context |= _simulated(run, real, other, live=bool(asked.get("live")))
        except LantianError as error:
            context["problem"] = error.line
    return page(request, "assessment/simulation.html", context)


def _same_subject(real: Scheme) -> list[dict[str, Any]]:
    found = []
    for rule in _rules():
        try:
            scheme = read_scheme(rule, set(indicators.known()))
        except LantianError:
            continue  # the list of schemes tells what is wrong with it
        if scheme.subject == real.subject:
            found.append(
                {
                    "value": f"{rule.path}:{_number_of(rule)}",
                    "title": said(scheme.title),
                    "from": rule.valid_from,
                }
            )
    return found


def _other(request: HttpRequest, real: Scheme) -> Scheme:
    """The scheme asked for: an uploaded one, one of the office's, or this one with other weights."""
    file = request.FILES.get("file")
    chosen = request.POST.get("scheme", "")
    if file is not None:
        other = rules.uploaded(str(file.name), file.read(rules.LONGEST_FILE + 1))
    elif ":" in chosen:
        path, _colon, number = chosen.rpartition(":")
        history = kernel.rulebook().history(path) if path in kernel.rulebook().paths(PREFIX) else []
        if not number.isdigit() or int(number) >= len(history):
            raise LantianError(_("“%(path)s” is no scheme of score cards.") % {"path": path})
        other = read_scheme(history[int(number)], set(indicators.known()))
    else:
        weights = {
            one.code: _weight(request.POST.get(f"weight-{one.code}", ""), said(one.title))
            for one in real.items
        }
        other = reweighted(real, weights)
    if other.subject != real.subject:
        raise LantianError(_("the other scheme assesses others: units instead of regions, or the reverse"))
    return other


def _weight(text: str, title: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > 10**6:
        raise LantianError(_("the weight of “%(title)s” is not a number") % {"title": title})
    return value


def _simulated(run: Run, real: Scheme, other: Scheme, *, live: bool) -> dict[str, Any]:
    cards = list(run.cards.select_related("region__parent", "unit__region"))
    period = Period(run.first, run.last)
    facts: dict[str, dict[str, Fact]] = {}
    asked_live: set[str] = set()
    answered = asking.answered(period) or period
    for card in cards:
        own = {} if live else dict(card.facts)
        for code in (*real.indicators, *other.indicators):
            if code not in own:
                own[code] = asking.fact_of(code, card.subject, answered)
                if not live:
                    asked_live.add(code)
        facts[card.key] = own
    names = {card.key: card for card in cards}
    rows = [
        {
            "card": names[one.subject],
            "real": one.real,
            "other": one.other,
            "change": one.change,
            "moved": one.moved,
            "lines": [
                {"title": said(line.title), "points": line.shown, "why": said(line.why)}
                for line in one.other.lines
            ],
        }
        for one in simulate(real, other, {key: from_facts(own) for key, own in facts.items()})
    ]
    return {
        "rows": rows,
        "other_title": said(other.title),
        "other_note": said(other.note),
        "asked_live": [asking._title(code) for code in sorted(asked_live)],
    }


@login_required
def transfers_page(request: HttpRequest) -> HttpResponse:
    """Who pays and who gets what for a month, each amount with its reason."""
    context = _transfers(request)
    return page(request, "assessment/transfers.html", context)


@login_required
def transfers_word(request: HttpRequest) -> HttpResponse:
    """The statement for the finance bureau."""
    found = _transfers(request).get("found")
    if found is None:
        raise Http404
    return attachment(papers.transfers_paper(found), WORD, f"{_('Transfers')} {found.statement.month}.docx")


@login_required
def transfers_excel(request: HttpRequest) -> HttpResponse:
    """The same as Excel."""
    found = _transfers(request).get("found")
    if found is None:
        raise Http404
    return attachment(
        papers.transfers_workbook(found), EXCEL, f"{_('Transfers')} {found.statement.month}.xlsx"
    )


def _transfers(request: HttpRequest) -> dict[str, Any]:
    """What the page and its papers show."""
    region, known = own_region(request), transferring.known_schemes()
    span, problem = _span(request.GET.get("period", ""))
    on = span.last
    pools = [(one, transferring.pool_of(region, one)) for one in known] if region else []
    offered = [(one, pool) for one, pool in pools if pool is not None]
    wanted = request.GET.get("scheme", "")
    fitting = [pair for pair in offered if pair[0].path == wanted]
    if not fitting:
        fitting = [p for p in offered if transferring.holds(p[0], on) and p[0].period == span.kind] or offered
    context: dict[str, Any] = {
        "title": _("Transfers"),
        "crumbs": [(_("Assessment"), reverse("assessment:runs"))],
        "period": request.GET.get("period", "") or span.label,
        "schemes": [
            {"path": one.path, "title": said(one.title), "held": transferring.holds(one, on)}
            for one, _pool in offered
        ],
        "problem": problem,
        "found": None,
    }
    if not fitting or region is None:
        return context
    scheme, pool = fitting[0]
    context["scheme"] = scheme
    if scheme.period != span.kind:
        context["problem"] = problem or (
            _("This scheme is by the year: write 2025.")
            if scheme.period == "year"
            else _("This scheme is by the month: write 2025-10.")
        )
        return context
    found = transferring.shown(request.user, pool, scheme, span)
    context |= {
        "found": found,
        "subtitle": f"{pool.label} · {said(scheme.title)}",
        "unit": said(scheme.unit),
        "citation": said(scheme.citation),
        "note": said(scheme.note),
        "not_known": [said(text) for text in dict.fromkeys(found.statement.not_known)],
        "left": [(said(part), rest) for part, rest in found.statement.left],
        "rows": [
            {
                "row": row,
                "amounts": [
                    {"title": said(one.part.title), "amount": one.amount, "why": said(one.why)}
                    for one in row.transfer.amounts
                ],
            }
            for row in found.rows
        ],
    }
    return context


def _span(text: str) -> tuple[Span, str]:
    """The month asked for, else the last whole one; and what is wrong with the question."""
    from lantian.office.monitoring import series

    default = series.last_full_month()
    if default is None:
        first = clock.today().replace(day=1)
        default = Span.month(first.year, first.month)
    if not text.strip():
        return default, ""
    try:
        span = read_period(text.strip())
    except LantianError as error:
        return default, error.line
    if span.first > clock.today():
        return default, _("this period has not begun")
    return span, ""
