"""Pages of consequences: proposals, one proposal, the rules, what plans state, the panel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lantian.errors import LantianError
from lantian.office.consequences import actions, paper, proposing, rules, stated, supervising, words
from lantian.office.consequences.forms import DayForm, DecisionForm, NoteForm, first_error
from lantian.office.consequences.models import Proposal, ProposalFile, Run, State
from lantian.office.dispatch.evidence import ACCEPT, download
from lantian.office.findings.workbook import workbook
from lantian.office.frame import clock, panels
from lantian.office.frame.views import page
from lantian.office.loops import moves_for
from lantian.office.people.actions import history_of
from lantian.office.people.rules import Capability, can, require
from lantian.office.people.scope import get_visible_or_404
from lantian.office.regions.models import Region

PER_PAGE = 40
MOST_EXPORTED = 20_000
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """The pages of this app: label, address, whether it is this one."""
    pages = (
        ("list", _("Proposals")),
        ("rules", _("Rules")),
        ("stated", _("Stated in plans")),
    )
    return [(label, reverse(f"consequences:{name}"), name == here) for name, label in pages]


@login_required
def proposals(request: HttpRequest) -> HttpResponse:
    """Proposals by state, kind, region; the last judging and what it could not judge."""
    wish = rules.wish_of(request.GET)
    seen = Proposal.objects.visible_to(request.user)
    run = Run.objects.visible_to(request.user).select_related("ran_by").first()
    number = rules.counts(
        rules.proposals_of(request.user, rules.wish_of({**request.GET.dict(), "state": "", "late": ""}))
    )
    context = {
        "title": _("Consequences"),
        "subtitle": _("A rule proposes, a person decides"),
        "tabs": tabs("list"),
        "pages": Paginator(rules.proposals_of(request.user, wish), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "wish": wish,
        "tiles": [
            ("", _("all"), number["all"], wish.state == "" and not wish.late),
            *((value, label, number[value], wish.state == value) for value, label in State.choices),
        ],
        "late": number["late"],
        "kinds": rules.kinds_of(seen),
        "regions": Region.objects.visible_to(request.user)
        .filter(pk__in=seen.order_by().values("region"))
        .order_by("path"),
        "may_judge": can(request.user, Capability.DECIDE_CONSEQUENCE),
        "run": run,
        "unknown": [(one["zh" if _chinese() else "en"], one["why"], one["subjects"]) for one in run.unknown]
        if run
        else [],
        "today": clock.today(),
    }
    return page(request, "consequences/list.html", context)


@login_required
def proposals_xlsx(request: HttpRequest) -> HttpResponse:
    """The same list as an Excel workbook."""
    heads = (
        _("Raised on"), _("Rule"), _("Kind of consequence"), _("Subject"), _("Region"), _("Unit"), _("State"),
        _("What is imposed"), _("Decided by"), _("Grounds of the decision"), _("Carried out on"), _("Due by"),
        _("Ground fell away on"), _("Document"),
    )  # fmt: skip
    rows = [
        (
            row.raised_on, row.title, row.kind_label, row.subject_name, row.region.label,
            row.unit.label if row.unit else "", row.state_label, paper.consequence_words(row),
            row.decided_by.get_full_name() if row.decided_by else "", row.decision_words,
            row.carried_out_on or "", row.state_due.date() if row.state_due else "", row.ground_gone_on or "",
            f"{row.said('document')} {row.said('clause')}",
        )
        for row in rules.proposals_of(request.user, rules.wish_of(request.GET))[:MOST_EXPORTED]
    ]  # fmt: skip
    return workbook("consequences", [(_("Consequences"), heads, rows)])


@require_POST
@require(Capability.DECIDE_CONSEQUENCE)
def judge(request: HttpRequest) -> HttpResponse:
    """Judge the rules on a day."""
    form = DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, first_error(form))
        return redirect("consequences:list")
    try:
        run = proposing.propose(request, form.cleaned_data["on"])
    except LantianError as error:
        messages.error(request, error.line)
    else:
        text = _(
            "%(judged)s conditions judged for %(day)s: %(raised)s proposals raised, "
            "%(standing)s raised before, ground of %(gone)s fallen away."
        )
        messages.success(
            request,
            text
            % {
                "judged": run.judged,
                "day": run.on,
                "raised": run.raised,
                "standing": run.standing,
                "gone": run.gone,
            },
        )
    return redirect("consequences:list")


@login_required
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: what and why, and what was decided, beside each other."""
    return page(request, "consequences/proposal.html", _context(request, _visible(request, pk)))


def _visible(request: HttpRequest, pk: int) -> Proposal:
    rows = Proposal.objects.select_related("region", "unit", "task", "finding", "decided_by__unit")
    return get_visible_or_404(rows, request.user, pk=pk)


def _context(request: HttpRequest, row: Proposal) -> dict[str, Any]:
    user = request.user
    form = DecisionForm(
        initial={
            "addressees": row.unit.label if row.unit else "", "amount": row.amount, "first": row.first_day,
            "last": row.last_day, "reply_by": supervising.reply_day(row),
        }
    )  # fmt: skip
    notes = NoteForm(
        initial={"commitments": row.commitments, "follow_up": row.follow_up, "outcome": row.outcome}
    )
    form_of_paper = row.rule.get("paper", "notice")
    return {
        "title": f"{row.kind_label} · {row.subject_name}",
        "crumbs": [(_("Consequences"), reverse("consequences:list"))],
        "row": row,
        "reason": words.said(row.reason),
        "proposed": _proposed_words(row),
        "held": paper.consequence_words(row),
        "ends": words.ends_words(row.ends),
        "moves": moves_for(row, user),
        "form": form,
        "notes": notes
        if form_of_paper in {"talk", "referral"} and row.state not in {State.PROPOSED, State.WAIVED}
        else None,
        "may_note": can(user, Capability.DECIDE_CONSEQUENCE) or can(user, Capability.RUN_DISPATCH),
        "paper": form_of_paper,
        "files": list(row.files.select_related("added_by")),
        "orders": list(supervising.orders_of(row).visible_to(user)) if row.kind == supervising.KIND else [],
        "supervises": row.kind == supervising.KIND,
        "proved": row.kind == supervising.KIND and supervising.closed_order(row) is not None,
        "accept": ACCEPT,
        "actions": list(history_of(row, user).order_by("number")),
        "task_visible": row.task is not None
        and type(row.task).objects.visible_to(user).filter(pk=row.task_id).exists(),
        "finding_visible": row.finding is not None
        and type(row.finding).objects.visible_to(user).filter(pk=row.finding_id).exists(),
    }


def _proposed_words(row: Proposal) -> str:
    """What was proposed, whatever was decided."""
    plain = Proposal(
        rule=row.rule, kind=row.kind, amount=row.amount, unit_of_measure=row.unit_of_measure,
        first_day=row.first_day, last_day=row.last_day, ends=row.ends,
    )  # fmt: skip
    return paper.consequence_words(plain)


@login_required
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One step of a proposal."""
    row = _visible(request, pk)
    if name not in actions.NAMES:
        raise PermissionDenied
    said = request.POST.get("version", "")
    version = int(said) if said.isdecimal() else None
    reason = request.POST.get("reason", "")
    form = DecisionForm(request.POST)
    try:
        if name in actions.DECISIONS:
            if not form.is_valid():
                raise LantianError(first_error(form))
            actions.decide(row, name, request, reason, version=version, decision=form.decision())
        elif name == "carry_out":
            actions.carry_out(row, request, reason, request.FILES.getlist("files"), version=version)
        else:
            actions.finish(row, name, request, reason, version=version)
    except LantianError as error:
        messages.error(request, error.line)
        row.refresh_from_db()
        return page(
            request, "consequences/proposal.html", _context(request, row) | {"wrote": request.POST}, 422
        )
    messages.success(request, _("Done: %(state)s.") % {"state": row.state_label})
    return redirect(row)


@login_required
@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Commitments and follow-up of a talk, outcome of a referral."""
    row = _visible(request, pk)
    form = NoteForm(request.POST)
    said = request.POST.get("version", "")
    try:
        if not form.is_valid():
            raise LantianError(first_error(form))
        actions.note(
            row, request, **form.cleaned_data, files=request.FILES.getlist("files"),
            version=int(said) if said.isdecimal() else None,
        )  # fmt: skip
    except LantianError as error:
        messages.error(request, error.line)
        return page(
            request, "consequences/proposal.html", _context(request, row) | {"wrote": request.POST}, 422
        )
    messages.success(request, _("Noted."))
    return redirect(row)


@login_required
def paper_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """The order, notice, letter or record as Word."""
    row = _visible(request, pk)
    answer = HttpResponse(paper.as_word(row), content_type=DOCX)
    name = f"{row.kind}-{row.pk}.docx"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@login_required
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file that proves something, to be saved."""
    return download(get_visible_or_404(ProposalFile, request.user, pk=pk))


@login_required
def rule_list(request: HttpRequest) -> HttpResponse:
    """The rules in force today, with their clauses."""
    trouble, found = "", []
    try:
        found = proposing.rules_on(clock.today())
    except LantianError as error:
        trouble = error.line
    language = get_language() or "zh"
    regions = {
        region.code: region for region in Region.objects.filter(code__in={rule.region for rule in found})
    }
    context = {
        "title": _("Rules of consequences"),
        "crumbs": [(_("Consequences"), reverse("consequences:list"))],
        "tabs": tabs("rules"),
        "trouble": trouble,
        "rows": [
            {
                "title": rule.title.in_language(language),
                "code": rule.code,
                "kinds": [
                    (then.kind.title.in_language(language), then.amount, then.unit)
                    for then in (rule.then, *(stage.then for stage in rule.stages))
                ],
                "region": regions[rule.region].label if rule.region in regions else rule.region,
                "citation": f"{rule.document.in_language(language)} {rule.clause.in_language(language)}",
                "note": rule.note.in_language(language),
                "proof": rule.proof.in_language(language),
                "verified": rule.verified,
                "origin": rule.origin,
            }
            for rule in found
        ],
    }
    return page(request, "consequences/rules.html", context)


@login_required
def stated_list(request: HttpRequest) -> HttpResponse:
    """What plans say will follow, which of it has a rule, and a rule to fill in for the rest."""
    trouble, found = "", []
    try:
        found = proposing.rules_on(clock.today())
    except LantianError as error:
        trouble = error.line
    rows = stated.covered(request.user, found)
    context = {
        "title": _("Consequences stated in plans"),
        "crumbs": [(_("Consequences"), reverse("consequences:list"))],
        "tabs": tabs("stated"),
        "trouble": trouble,
        "without": sum(1 for row in rows if not row.rules),
        "pages": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "language": "zh" if _chinese() else "en",
    }
    return page(request, "consequences/stated.html", context)


@login_required
def panel(request: HttpRequest, code: str) -> HttpResponse:
    """A region's consequences that are not finished."""
    region = panels.region_of(request, code)
    inside = Proposal.objects.visible_to(request.user).filter(region__path__startswith=region.path)
    unfinished = inside.exclude(state__in=list(Proposal.loop.closed)).select_related("region", "unit")
    context = {"region": region, "number": rules.counts(inside), "rows": unfinished[:6]}
    return render(request, "consequences/panel.html", context)


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")
