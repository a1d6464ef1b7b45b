"""What decides on assessments, and writes nothing: schemes offered, subjects, what would differ now."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lantian.assessment import (
    Ask,
    Fact,
    Scheme,
    ScoreCard,
    from_facts,
    read_scheme,
    schemes,
    score_pool,
)
from lantian.assessment.scheme import PREFIX
from lantian.errors import LantianError
from lantian.office import indicators
from lantian.office.assessment import asking
from lantian.office.assessment.models import Card, Run, key_of
from lantian.office.assessment.states import ObjectionState, RunState, answers_for
from lantian.office.frame.together import together
from lantian.office.indicators import Period, Subject
from lantian.office.monitoring import kernel
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import is_enterprise
from lantian.office.regions.models import Region
from lantian.rulebook import load

LONGEST_FILE = 200_000


def offered(on: date) -> list[Scheme]:
    """The schemes in force on a day, whose indicators this office keeps."""
    return schemes(kernel.rulebook(), on, set(indicators.known()))


def scheme_of(path: str, on: date) -> Scheme:
    """The scheme `path` as it holds on a day.

    Raises
    ------
    LantianError
        there is none, or it does not hold together (its weights, its tables, its indicators)
    """
    if not path.startswith(PREFIX):
        raise LantianError(_("“%(path)s” is no scheme of score cards.") % {"path": path})
    return read_scheme(kernel.rulebook().rule(path, on=on), set(indicators.known()))


def uploaded(name: str, content: bytes) -> Scheme:
    """The scheme in a rule file a person gives, for a simulation; nothing of it is kept.

    Raises
    ------
    LantianError
        the file is no rule file, holds no scheme or several, or the scheme does not hold together
    """
    if len(content) > LONGEST_FILE:
        raise LantianError(_("the file is too large for a scheme"), where=name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "uploaded.yaml"
        file.write_bytes(content)
        book = load([file])
        found = [
            rule
            for path in book.paths(PREFIX)
            for rule in book.history(path)
            if rule.origin.startswith(f"{file.name} ")
        ]
        if len(found) != 1:
            raise LantianError(
                _("the file holds %(count)d schemes of score cards") % {"count": len(found)},
                where=name,
                remedy=_("Give a rule file with one scheme under assessment.schemes."),
            )
        return read_scheme(found[0], set(indicators.known()))


def period_of(scheme: Scheme, text: str) -> Period:
    """The period a scheme assesses, out of what a person wrote.

    Raises
    ------
    LantianError
        it is none, of another length than the scheme's, or has not begun
    """
    from lantian.office.monitoring.requests import read_period

    span = read_period(text.strip())
    if span.kind != scheme.period:
        kinds = {
            "year": _("a year, 2025"),
            "quarter": _("a quarter, 2025-Q3"),
            "month": _("a month, 2025-09"),
        }
        raise LantianError(_("this scheme assesses %(kind)s") % {"kind": kinds[scheme.period]})
    period = Period(span.first, span.last)
    if asking.answered(period) is None:
        raise LantianError(_("this period has not begun"))
    return period


def subjects(region: Region, scheme: Scheme) -> list[Subject]:
    """Whom a scheme assesses in a region: its children of the scheme's levels, or its own units."""
    if scheme.subject == "unit":
        units = Unit.objects.filter(region=region).select_related("region").order_by("name")
        return [Subject(unit=unit) for unit in units if not scheme.levels or unit.kind in scheme.levels]
    below = region.children.exclude(level="township").select_related("parent").order_by("code")
    levels = {*scheme.levels, *({"zone"} if "county" in scheme.levels else set())}
    return [Subject(region=one) for one in below if not scheme.levels or one.level in levels]


def may_assess(user: Any, region: Region | None) -> bool:
    """Whether this person runs assessments of a region."""
    return can(user, Capability.ASSESS) and answers_for(region, user)


def may_object(user: Any, card: Card) -> bool:
    """Whether this person may object to a card now: its own people, while the run is open to objections."""
    if card.run.state != RunState.OBJECTIONS or not user.is_authenticated:
        return False
    if card.unit_id is not None and card.unit_id == user.unit_id:
        return True
    own = card.region or (card.unit.region if card.unit else None)
    return can(user, Capability.REPORT_TASK) and not is_enterprise(user) and answers_for(own, user)


def corrections(run: Run) -> dict[str, dict[str, tuple[Decimal, str]]]:
    """Values put in place by accepted objections: subject → indicator → (value, words)."""
    from lantian.office.assessment.models import Objection

    found: dict[str, dict[str, tuple[Decimal, str]]] = {}
    accepted = Objection.objects.filter(
        card__run=run, state=ObjectionState.ACCEPTED, corrected__isnull=False
    ).select_related("card__region", "card__unit")
    for one in accepted.order_by("pk"):
        found.setdefault(one.card.key, {})[one.line["indicator"]] = (one.corrected.normalize(), one.answer)
    return found


def scored(
    scheme: Scheme,
    facts: Mapping[str, Mapping[str, Fact]],
    corrected: Mapping[str, Mapping[str, tuple[Decimal, str]]] | None = None,
) -> list[ScoreCard]:
    """The cards of subjects by their facts, with the values accepted on objection."""
    asks: dict[str, Ask] = {
        key: from_facts(asking.corrected(found, (corrected or {}).get(key, {})))
        for key, found in facts.items()
    }
    return score_pool(scheme, asks)


def live_facts(found: Iterable[Subject], codes: Iterable[str], period: Period) -> dict[str, dict[str, Fact]]:
    """What indicators answer today, by subject."""
    asked, wanted = asking.answered(period), list(codes)
    if asked is None:
        raise LantianError(_("this period has not begun"))
    with together():
        return {key_of(subject): asking.facts_of(wanted, subject, asked) for subject in found}


@dataclass(frozen=True, slots=True)
class Drift:
    """A frozen card beside what it would be today; the indicators whose values moved."""

    card: Card
    total: str
    rank: int | None
    moved: tuple[tuple[str, str, str], ...]  # title, then, now


def drift(run: Run, cards: Iterable[Card]) -> list[Drift]:
    """Which of these cards would differ, were the run computed today by its own scheme and corrections."""
    scheme, all_cards = run.taken, list(run.cards.select_related("region__parent", "unit__region"))
    period = Period(run.first, run.last)
    facts = live_facts([card.subject for card in all_cards], scheme.indicators, period)
    now = {card.subject: card for card in scored(scheme, facts, corrections(run))}
    found = []
    for card in cards:
        fresh, kept = now[card.key], card.facts
        moved = [
            (fact, facts[card.key][code])
            for code, fact in kept.items()
            if not fact.correction and fact.value != facts[card.key][code].value
        ]
        total = "" if fresh.total is None else str(fresh.total)
        if total != card.printed or fresh.rank != card.rank or moved:
            from lantian.office.assessment.models import said

            words = tuple((said(new.title), _value(old), _value(new)) for old, new in moved)
            found.append(Drift(card, total, fresh.rank, words))
    return found


def _value(fact: Fact) -> str:
    return "—" if fact.value is None else f"{fact.value}{fact.unit}"
