"""Writes of assessment: start, compute, open, freeze; object and answer. Each leaves its record."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.assessment import Fact, ScoreCard, canonical, seal
from lantian.assessment.sealing import plain
from lantian.errors import LantianError
from lantian.office.assessment import asking, rules
from lantian.office.assessment.models import Card, Objection, ObjectionFile, Run, key_of
from lantian.office.assessment.states import ANSWER_WITHIN, ObjectionState, RunState
from lantian.office.dispatch.evidence import MAX_FILES, keep
from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.regions.models import Region


def start(actor: Any, region: Region, path: str, text: str) -> Run:
    """Begin an assessment as a draft and compute its cards.

    Raises
    ------
    LantianError
        the scheme does not hold, the period does not fit it, it has been begun already, or nobody is there
    PermissionDenied
        the actor does not assess this region
    """
    person = getattr(actor, "user", actor)
    if person is not None and not rules.may_assess(person, region):
        raise PermissionDenied
    scheme = rules.scheme_of(path, _last_day(text))
    period = rules.period_of(scheme, text)
    found = rules.subjects(region, scheme)
    if not found:
        raise LantianError(_("this scheme assesses nobody in %(region)s") % {"region": region.label})
    facts = rules.live_facts(found, scheme.indicators, period)
    with transaction.atomic():
        begun = Run.objects.filter(
            region=region, scheme_path=path, first=period.first, last=period.last
        ).first()
        if begun is not None:
            raise LantianError(
                _("this assessment has been begun already: %(run)s") % {"run": begun},
                remedy=_("Open it and compute it again."),
            )
        run = Run.objects.create(
            region=region,
            scheme_path=path,
            scheme=plain(scheme.as_dict()),
            first=period.first,
            last=period.last,
        )
        _write(run, found, facts)
        record(
            actor, "start_assessment", run, after={"scheme_path": path, "first": run.first, "last": run.last}
        )
    return run


def compute(actor: Any, run: Run) -> None:
    """Ask every figure again and score a draft anew; the scheme stays as taken.

    Raises
    ------
    LantianError
        it is no longer a draft
    """
    person = getattr(actor, "user", actor)
    if person is not None and not rules.may_assess(person, run.region):
        raise PermissionDenied
    scheme = run.taken
    found = rules.subjects(run.region, scheme)
    facts = rules.live_facts(found, scheme.indicators, Period(run.first, run.last))
    with transaction.atomic():
        locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
        if locked.state != RunState.DRAFT:
            raise LantianError(
                _("only a draft is computed again"),
                remedy=_("Take it back to the draft first, with a reason."),
            )
        _write(locked, found, facts)
        record(actor, "compute_assessment", locked, after={"asked_until": locked.asked_until})
    run.refresh_from_db()


def freeze(actor: Any, run: Run, reason: str = "", version: int | None = None) -> None:
    """Fix the results: all of it as canonical JSON, and its hash. Later data do not change it.

    Raises
    ------
    LantianError
        objections wait for an answer, or the period is not over
    """

    def fix(row: Run) -> dict[str, Any]:
        waiting = Objection.objects.filter(card__run=row, state=ObjectionState.RAISED).count()
        if waiting:
            raise LantianError(
                _("%(count)d objections wait for an answer") % {"count": waiting},
                remedy=_("Answer each of them first."),
            )
        if row.last >= clock.today():
            raise LantianError(
                _("the period ends on %(day)s") % {"day": row.last}, remedy=_("Freeze it when it is over.")
            )
        content = {
            "scheme": row.scheme,
            "region": row.region.code,
            "first": row.first,
            "last": row.last,
            "asked_until": row.asked_until,
            "computed_at": row.computed_at.isoformat() if row.computed_at else None,
            "cards": [card.data for card in row.cards.order_by("pk")],
        }
        row.content, row.frozen_at = canonical(content), clock.now()
        row.hash = seal(content)
        return {"hash": row.hash}

    move(run, "freeze_results", actor, reason, version=version, also=fix)


def raise_objection(actor: Any, card: Card, code: str, text: str, files: Iterable[Any] = ()) -> Objection:
    """Say something against a line of a card.

    Raises
    ------
    LantianError
        there is no such line, no reason, one waits already, or a file is no evidence
    PermissionDenied
        it is not this person's card, or the run is not open to objections
    """
    person = getattr(actor, "user", actor)
    if not rules.may_object(person, card):
        raise PermissionDenied
    if code not in {line["code"] for line in card.data["lines"]}:
        raise LantianError(_("the card has no such line"))
    if not text.strip():
        raise LantianError(_("an objection needs a reason"), remedy=_("Say in a few words why."))
    given = list(files)
    if len(given) > MAX_FILES:
        raise LantianError(_("at most %(count)d files") % {"count": MAX_FILES})
    kept = [keep(file) for file in given]
    with transaction.atomic():
        Run.objects.select_for_update(of=("self",)).get(pk=card.run_id)
        if card.objections.filter(code=code, state=ObjectionState.RAISED).exists():
            raise LantianError(_("an objection to this line waits for its answer already"))
        now = clock.now()
        objection = Objection.objects.create(
            card=card, code=code, text=text.strip()[:2000], raised_by=person, raised_at=now,
            state_since=now, state_due=now + ANSWER_WITHIN,
        )  # fmt: skip
        for one in kept:
            ObjectionFile.objects.create(objection=objection, added_by=person, added_at=now, **one.fields)
        record(
            actor, "object", objection, reason=objection.text,
            after={"code": code, "files": [one.name for one in kept]},
        )  # fmt: skip
    return objection


def answer(
    actor: Any,
    objection: Objection,
    name: str,
    reason: str = "",
    *,
    corrected: Decimal | None = None,
    version: int | None = None,
) -> None:
    """Answer an objection; with `corrected` an accepted one puts this value in the place of the computed one
    and the whole run is scored again, by the facts it was computed from."""

    def score_again(row: Objection) -> dict[str, Any]:
        run = Run.objects.select_for_update(of=("self",)).get(pk=row.card.run_id)
        if run.state != RunState.OBJECTIONS:
            raise LantianError(_("this assessment is not open to objections any more"))
        if name != "accept_objection":
            return {}
        cards = list(run.cards.select_related("region", "unit"))
        facts = {card.key: card.facts for card in cards}
        by_key = {card.key: card for card in cards}
        # The row is saved after this; what it will hold counts already.
        own = {row.line["indicator"]: (corrected, reason.strip()[:2000])} if corrected is not None else {}
        _score(run, by_key, facts, {row.card.key: own})
        row.card.refresh_from_db()
        return {"total": row.card.printed}

    values: dict[str, Any] = {} if name == "withdraw_objection" else {"answer": reason.strip()[:2000]}
    if name == "accept_objection":
        values["corrected"] = corrected
    move(objection, name, actor, reason, version=version, values=values, also=score_again)


def _write(run: Run, found: list[Subject], facts: dict[str, dict[str, Fact]]) -> None:
    """The cards of a run as its facts say; those with nothing to assess have none, and are counted."""
    cards = {card.key: card for card in run.cards.select_related("region", "unit")}
    empty = {
        key for key, own in facts.items()
        if run.subject_kind == "unit" and all(own[item.indicator].value is None for item in run.taken.items)
    }  # fmt: skip
    for subject in found:
        key = key_of(subject)
        if key not in cards and key not in empty:
            cards[key] = Card(run=run, region=subject.region, unit=subject.unit)
    for key in [key for key in cards if key in empty or key not in facts]:
        cards.pop(key).delete()
    asked = asking.answered(Period(run.first, run.last))
    run.asked_until, run.computed_at, run.left_out = asked.last if asked else None, clock.now(), len(empty)
    run.save(update_fields=["asked_until", "computed_at", "left_out"])
    _score(run, cards, {key: own for key, own in facts.items() if key in cards})


def _score(
    run: Run,
    cards: dict[str, Card],
    facts: dict[str, dict[str, Fact]],
    more: dict[str, dict[str, tuple[Decimal, str]]] | None = None,
) -> None:
    """Score and write cards, with the values of accepted objections and those being accepted (`more`)."""
    put = rules.corrections(run)
    for key, own in (more or {}).items():
        put.setdefault(key, {}).update(own)
    scored: list[ScoreCard] = rules.scored(run.taken, facts, put)
    for result in scored:
        card = cards[result.subject]
        card.total, card.rank, card.data = result.total, result.rank, plain(result.as_dict())
        card.save()


def _last_day(text: str) -> Any:
    from lantian.office.monitoring.requests import read_period

    return read_period(text.strip()).last
