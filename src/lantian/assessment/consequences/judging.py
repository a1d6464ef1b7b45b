"""Judging: which consequences are to be proposed on a day, why, and what could not be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lantian.assessment.consequences.conditions import All, Asked
from lantian.assessment.consequences.facts import FactSource, Subject
from lantian.assessment.consequences.rule import (
    DONE,
    LAST_YEAR,
    MONTH,
    SEASON,
    SEASON_END,
    YEAR,
    YEAR_END,
    Consequence,
    Reason,
    Rule,
    Season,
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A consequence to be decided about: by which rule, on whom, from when to when, why.

    `stage` is 0 for the rule itself and counts its `repeat` entries from 1. `last` is None where it ends when
    the work is done, or is not known. `key` names the condition: the same one is never proposed twice.
    """

    rule: Rule
    stage: int
    subject: Subject
    period: str
    consequence: Consequence
    first: date
    last: date | None
    reason: Reason
    verified: bool

    @property
    def key(self) -> tuple[str, int, str, str, str]:
        """Rule, stage, kind and key of the subject, period."""
        return self.rule.code, self.stage, self.subject.kind, self.subject.key, self.period


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule, or a stage of it, judged for one subject; `proposal` is there when `reason.truth` is true."""

    rule: Rule
    stage: int
    subject: Subject
    period: str
    reason: Reason
    proposal: Proposal | None = None


def judge(
    rules: Iterable[Rule],
    facts: FactSource,
    subjects: Iterable[Subject],
    on: date,
    seasons: Iterable[Season] = (),
) -> Iterator[Outcome]:
    """Every rule for every subject it is about, judged on a day.

    Parameters
    ----------
    rules
        as `load_rules` gives them for that day
    facts
        answers what they ask
    subjects
        who and what there is; a rule takes those of its kind, level and region
    on
        the day
    seasons
        those a rule's consequence may end with

    Returns
    -------
    outcomes in the order of rules and subjects; those that do not hold and those that could not be known too
    """
    spans = {season.code: season for season in seasons}
    everyone = list(subjects)
    for rule in rules:
        for subject in everyone:
            if not _concerns(rule, subject):
                continue
            asked = Asked(facts, subject, on)
            base = rule.when.judge(asked)
            yield _outcome(rule, 0, asked, base, spans)
            for stage in rule.stages:
                whole = All((_Judged(base), stage.when)).judge(asked)
                yield _outcome(rule, stage.number, asked, whole, spans)


def propose(
    rules: Iterable[Rule],
    facts: FactSource,
    subjects: Iterable[Subject],
    on: date,
    seasons: Iterable[Season] = (),
) -> list[Proposal]:
    """The consequences whose conditions hold on a day; see `judge`."""
    return [outcome.proposal for outcome in judge(rules, facts, subjects, on, seasons) if outcome.proposal]


def period_of(per: str, on: date, seasons: Iterable[Season] = ()) -> str:
    """The period in which the same condition counts once: `once`, 2026, 2026-06, 2026-autumn_winter."""
    if per == YEAR:
        return str(on.year)
    if per == LAST_YEAR:
        return str(on.year - 1)
    if per == MONTH:
        return f"{on:%Y-%m}"
    if per == SEASON:
        for season in seasons:
            span = season.span(on)
            if span is not None:
                return f"{span[0].year}-{season.code}"
        return str(on.year)
    return "once"


@dataclass(frozen=True, slots=True)
class _Judged:
    """A condition judged already."""

    reason: Reason

    def judge(self, asked: Asked) -> Reason:
        return self.reason


def _concerns(rule: Rule, subject: Subject) -> bool:
    return (
        subject.kind == rule.subject
        and (not rule.levels or subject.level in rule.levels)
        and (not rule.region or subject.lies_in(rule.region))
    )


def _outcome(rule: Rule, stage: int, asked: Asked, reason: Reason, seasons: dict[str, Season]) -> Outcome:
    step = rule.stages[stage - 1] if stage else rule
    then, per = step.then, step.per
    season = seasons.get(then.season)
    period = period_of(per, asked.on, [season] if season else [])
    outcome = Outcome(rule, stage, asked.subject, period, reason)
    if reason.truth is not True:
        return outcome
    first, last = _days(then, reason, asked.on, season)
    verified = rule.verified and all(part.verified for part in reason.walk())
    return replace(
        outcome,
        proposal=Proposal(rule, stage, asked.subject, period, then, first, last, reason, verified),
    )


def _days(then: Consequence, reason: Reason, on: date, season: Season | None) -> tuple[date, date | None]:
    """From when to when it holds; None where it ends with the work."""
    first = reason.first_day or on
    if then.begins is not None:
        first = max(first, date(first.year, *then.begins))
    span = season.span(on) if season else None
    if span is not None:
        first = max(first, span[0])
    if then.ends == YEAR_END:
        return first, date(first.year, 12, 31)
    if then.ends == SEASON_END and span is not None:
        return first, span[1]
    if isinstance(then.ends, int):
        return first, max(first, on) + timedelta(days=then.ends)
    return first, None if then.ends in (DONE, None) or span is None else span[1]
