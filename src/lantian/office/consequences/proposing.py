"""Judging the rules on a day: what holds becomes a proposal, once; what holds no longer is marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.assessment.consequences import Outcome, Rule, Subject, judge, load_rules, seasons
from lantian.assessment.consequences import Proposal as Proposed
from lantian.assessment.consequences.conditions import All, Asked
from lantian.assessment.consequences.facts import FINDING, TASK, UNIT
from lantian.assessment.consequences.rule import plain
from lantian.errors import LantianError
from lantian.office import indicators
from lantian.office.consequences import words
from lantian.office.consequences.facts import OfficeFacts
from lantian.office.consequences.models import Proposal, Run, State
from lantian.office.frame import clock
from lantian.office.monitoring import kernel
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

Key = tuple[str, int, str, str, str]


def rules_on(on: date) -> list[Rule]:
    """The rules of this office in force on a day; LantianError names what is wrong in a rule file."""
    return load_rules(kernel.rulebook(), on=on, indicators=set(indicators.known()))


def propose(actor: Any, on: date | None = None, *, only: Collection[str] = ()) -> Run:
    """Judge every rule for everybody in the actor's regions on a day, and raise what is to be decided.

    The same condition is never raised twice. A proposal not decided yet whose ground has fallen away is
    marked, one whose ground came back is no longer marked; none is deleted. Conditions whose facts are
    missing are counted with their reasons.

    Parameters
    ----------
    actor
        the request or person; None for the daily job, which judges the whole office
    on
        the day; today when None
    only
        codes of the rules to judge; empty judges every rule

    Raises
    ------
    LantianError
        a rule file is wrong, or no rule has such a code
    PermissionDenied
        the actor may not decide about consequences, or sees no region
    """
    person = getattr(actor, "user", actor)
    root = "" if person is None else region_root(person)
    if person is not None and (root is None or not can(person, Capability.DECIDE_CONSEQUENCE)):
        raise PermissionDenied
    within, day = root or "", on or clock.today()
    # Frozen words are in one language, whoever presses the button.
    with translation.override(settings.LANGUAGE_CODE):
        rules = _chosen(rules_on(day), only)
        known = {code: season for code, (season, _entry) in seasons(kernel.rulebook(), day).items()}
        facts = OfficeFacts(day, within)
        outcomes = list(judge(rules, facts, facts.subjects(rules), day, known.values()))
        try:
            with transaction.atomic():
                return _Writing(actor, day, within, facts).write(rules, outcomes)
        except IntegrityError as error:
            raise LantianError(
                _("the rules were being judged by somebody else at the same time"),
                remedy=_("Look at the list, then judge again."),
            ) from error


def _chosen(rules: list[Rule], only: Collection[str]) -> list[Rule]:
    missing = sorted(set(only) - {rule.code for rule in rules})
    if missing:
        raise LantianError(
            _("no rule in force is called %(code)s") % {"code": missing[0]},
            remedy=_("The page of rules lists them."),
        )
    return [rule for rule in rules if not only or rule.code in only]


class _Writing:
    """One judging, written in one transaction."""

    def __init__(self, actor: Any, day: date, within: str, facts: OfficeFacts) -> None:
        self.actor, self.day, self.within, self.facts = actor, day, within, facts
        self.digest, self.version = kernel.rulebook().digest, kernel.data_version()
        self.regions = {region.path: region for region in Region.objects.all()}
        self._rules: dict[date, list[Rule]] = {}
        self._facts: dict[date, OfficeFacts] = {day: facts}

    def write(self, rules: list[Rule], outcomes: list[Outcome]) -> Run:
        person = getattr(self.actor, "user", self.actor)
        run = Run(
            on=self.day, within=self._home(), ran_by=person, judged=len(outcomes), rules_digest=self.digest,
            data_version=self.version, unknown=_unknown(outcomes),
        )  # fmt: skip
        holding = {one.proposal.key: one.proposal for one in outcomes if one.proposal is not None}
        codes = [rule.code for rule in rules]
        rows = Proposal.objects.filter(rule_code__in=codes).select_related("region", "unit")
        standing = {_key(row): row for row in rows}
        for key, proposed in holding.items():
            if key in standing:
                run.standing += 1
            else:
                self._raise(proposed)
                run.raised += 1
        run.gone = self._mark(standing, set(holding), outcomes)
        run.save()
        record(
            self.actor, "judge_rules", run,
            after={"on": self.day, "judged": run.judged, "raised": run.raised, "gone": run.gone},
        )  # fmt: skip
        return run

    def _home(self) -> str:
        return self.within or min(self.regions, key=len, default="")

    def _raise(self, proposed: Proposed) -> Proposal:
        rule, subject, then = proposed.rule, proposed.subject, proposed.consequence
        thing = self.facts.objects[subject.kind, subject.key]
        days = self._days("decide_days")
        row = Proposal(
            rule_code=rule.code,
            stage=proposed.stage,
            rule=frozen(rule, proposed),
            kind=then.kind.code,
            subject_kind=subject.kind,
            subject_key=subject.key,
            subject_name=subject.name[:300],
            period=proposed.period,
            region=self.regions[subject.path],
            unit=thing if subject.kind == UNIT else thing.unit if subject.kind == FINDING else None,
            task=thing[0] if subject.kind == TASK else thing.task if subject.kind == FINDING else None,
            finding=thing if subject.kind == FINDING else None,
            amount=then.amount,
            unit_of_measure=then.unit,
            first_day=proposed.first,
            last_day=proposed.last,
            ends=str(then.ends or ""),
            reason=proposed.reason.as_dict(),
            verified=proposed.verified,
            rules_digest=self.digest,
            data_version=self.version,
            raised_on=self.day,
            state_since=clock.now(),
            state_due=clock.now() + timedelta(days=days),
        )
        row.save()
        record(
            self.actor, "propose_consequence", row,
            after={
                "rule": rule.code, "stage": proposed.stage, "period": proposed.period, "kind": then.kind.code,
                "amount": then.amount, "first_day": proposed.first, "last_day": proposed.last,
            },
        )  # fmt: skip
        return row

    def _days(self, name: str) -> int:
        return kernel.rulebook().rule(f"consequences.parameters.{name}", on=self.day).integer

    def _mark(self, standing: dict[Key, Proposal], holding: set[Key], outcomes: list[Outcome]) -> int:
        """Mark the undecided whose ground has fallen away, unmark those where it came back; how many fell."""
        truths: dict[Key, bool | None] = {
            (one.rule.code, one.stage, one.subject.kind, one.subject.key, one.period): one.reason.truth
            for one in outcomes
        }
        fell = 0
        for key, row in standing.items():
            if row.state != State.PROPOSED or not row.region.path.startswith(self.within):
                continue
            if key in holding:
                holds: bool | None = True
            elif row.subject_kind in {TASK, FINDING}:
                # A task done and a finding declared void are no subjects any more.
                holds = truths.get(key, False)
            else:
                holds = self._held_then(row)
            if holds is True and row.ground_gone_on is not None:
                self._set_ground(row, None)
            elif holds is False and row.ground_gone_on is None:
                self._set_ground(row, self.day)
                fell += 1
        return fell

    def _held_then(self, row: Proposal) -> bool | None:
        """Whether the condition held on the day it was raised, by what is known today.

        Days go by and a count over the last thirty shrinks: that takes no ground away. What does is a problem
        declared void, a figure corrected.
        """
        rule = next((rule for rule in self._rules_of(row.raised_on) if rule.code == row.rule_code), None)
        thing = row.unit if row.subject_kind == UNIT else row.region
        if rule is None or thing is None:
            return None
        facts = self._facts_of(row.raised_on)
        subject = Subject(row.subject_kind, row.subject_key, row.subject_name, row.region.path)
        facts.objects[subject.kind, subject.key] = thing
        asked = Asked(facts, subject, row.raised_on)
        parts = [rule.when, *(stage.when for stage in rule.stages if stage.number == row.stage)]
        return All(tuple(parts)).judge(asked).truth

    def _rules_of(self, day: date) -> list[Rule]:
        if day not in self._rules:
            self._rules[day] = rules_on(day)
        return self._rules[day]

    def _facts_of(self, day: date) -> OfficeFacts:
        if day not in self._facts:
            self._facts[day] = OfficeFacts(day, self.within)
        return self._facts[day]

    def _set_ground(self, row: Proposal, day: date | None) -> None:
        before = {"ground_gone_on": row.ground_gone_on}
        row.ground_gone_on = day
        row.save(update_fields=["ground_gone_on"])
        verb = "ground_gone" if day else "ground_back"
        record(self.actor, verb, row, before=before, after={"ground_gone_on": day})


def frozen(rule: Rule, proposed: Proposed) -> dict[str, Any]:
    """The rule as it stood, for the record."""

    def both(title: Any) -> dict[str, str]:
        return {"zh": title.zh, "en": title.en}

    then = proposed.consequence
    return {
        "path": rule.path,
        "title": both(rule.title),
        "kind": both(then.kind.title),
        "paper": then.kind.paper,
        "document": both(rule.document),
        "clause": both(rule.clause),
        "note": both(rule.note),
        "proof": both(rule.proof),
        "on_top_of": both(then.on_top_of) if then.on_top_of else None,
        "origin": rule.origin,
        "verified": rule.verified,
        "value": plain(rule.value),
    }


def expire(actor: Any = None) -> int:
    """Note as expired whatever is past its last day; the daily job does. How many."""
    from lantian.office.loops import move

    done = 0
    for row in Proposal.objects.filter(state__in=[State.IMPOSED, State.CARRIED_OUT]):
        if row.last_held is not None and row.last_held < clock.today():
            move(row, "expire", actor)
            done += 1
    return done


def _key(row: Proposal) -> Key:
    return row.rule_code, row.stage, row.subject_kind, row.subject_key, row.period


def _unknown(outcomes: list[Outcome]) -> list[dict[str, Any]]:
    """What could not be judged, by rule and reason, with how many subjects."""
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for one in outcomes:
        if one.reason.truth is None and one.stage == 0:
            why = next((words.why_words(part.as_dict()) for part in one.reason.walk() if part.why), "")
            counted[one.rule.code, one.rule.title.zh, one.rule.title.en, why] += 1
    return [
        {"rule": code, "zh": zh, "en": en, "why": why, "subjects": number}
        for (code, zh, en, why), number in sorted(counted.items())
    ]
