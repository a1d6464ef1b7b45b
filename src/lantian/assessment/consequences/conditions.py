"""The conditions a rule can ask, each judged against facts: true, false, or not to be known.

`all`, `any` and `not` follow Kleene's logic: what is unknown stays unknown unless the rest decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

from lantian.assessment.consequences.facts import Evidence, FactSource, FindingFact, Subject
from lantian.assessment.consequences.rule import Reason, Season

COMPARATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "at_least": lambda a, b: a >= b,
    "more_than": lambda a, b: a > b,
    "at_most": lambda a, b: a <= b,
    "less_than": lambda a, b: a < b,
    "equals": lambda a, b: a == b,
}
OTHER_POOL = "other_pool"
SPANS = ("year", "last_year", "month", "last_month")
MOST_EVIDENCE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is judged, on which day, against which facts."""

    facts: FactSource
    subject: Subject
    on: date


class Condition(Protocol):
    """Something that holds, does not hold, or cannot be known."""

    def judge(self, asked: Asked) -> Reason:
        """Judge it, with what was found."""


@dataclass(frozen=True, slots=True)
class Over:
    """The days a number is taken over: a named span, or the last `days` days with the day itself."""

    name: str
    days: int = 0

    def span(self, on: date) -> tuple[date, date]:
        """First and last day, seen from `on`."""
        if self.days:
            return on - timedelta(days=self.days - 1), on
        if self.name == "year":
            return date(on.year, 1, 1), on
        if self.name == "last_year":
            return date(on.year - 1, 1, 1), date(on.year - 1, 12, 31)
        begin = on.replace(day=1)
        if self.name == "month":
            return begin, on
        last = begin - timedelta(days=1)
        return last.replace(day=1), last


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a rule, and whether it was checked against a document."""

    value: Decimal
    verified: bool = True
    path: str = ""


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]

    def judge(self, asked: Asked) -> Reason:
        parts = tuple(part.judge(asked) for part in self.parts)
        truths = {part.truth for part in parts}
        truth = False if False in truths else None if None in truths else True
        days = [part.first_day for part in parts if part.truth and part.first_day]
        return Reason("all", {}, {}, truth, parts=parts, first_day=max(days, default=None))


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def judge(self, asked: Asked) -> Reason:
        parts = tuple(part.judge(asked) for part in self.parts)
        truths = {part.truth for part in parts}
        truth = True if True in truths else None if None in truths else False
        days = [part.first_day for part in parts if part.truth and part.first_day]
        return Reason("any", {}, {}, truth, parts=parts, first_day=min(days, default=None))


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition

    def judge(self, asked: Asked) -> Reason:
        part = self.part.judge(asked)
        return Reason("not", {}, {}, None if part.truth is None else not part.truth, parts=(part,))


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator of the subject over a span compares with a number.

    `among` is for ranks: how many the document ranks. A rank among another number of places does not compare
    with the rule's number: whether the condition holds is not known, and the reason's `why` is `OTHER_POOL`.
    """

    code: str
    comparator: str
    limit: Number
    over: Over
    among: int | None = None

    def judge(self, asked: Asked) -> Reason:
        first, last = self.over.span(asked.on)
        figure = asked.facts.figure(self.code, asked.subject, first, last)
        question: dict[str, Any] = {
            "code": self.code, "is": self.comparator, "value": self.limit.value, "first": first, "last": last
        }  # fmt: skip
        found: dict[str, Any] = {"value": figure.value}
        truth, why = None, figure.reason
        if figure.value is not None:
            why = ""
            if self.among is not None:
                question["among"], found["among"] = self.among, figure.among
                why = "" if figure.among == self.among else OTHER_POOL
            if not why:
                truth = COMPARATORS[self.comparator](figure.value, self.limit.value)
        return Reason(
            "indicator",
            question,
            found,
            truth,
            figure.evidence[:MOST_EVIDENCE],
            why=why,
            verified=self.limit.verified and figure.verified,
        )


@dataclass(frozen=True, slots=True)
class TaskOverdue:
    """A dated duty whose words hold all of `words` is past its deadline, and not fulfilled.

    `begins` is the (month, day) of the deadline's year from which it counts; without it, the day after the
    deadline plus `days`.
    """

    words: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()
    begins: tuple[int, int] | None = None
    days: int = 0
    at_least: Number = field(default=Number(Decimal(1)))

    def judge(self, asked: Asked) -> Reason:
        late: list[tuple[date, Evidence]] = []
        for task in asked.facts.open_tasks(asked.subject, asked.on):
            text = f"{task.words} {task.text}"
            if not all(word in text for word in self.words) or not self.tags <= task.tags:
                continue
            since = task.last_day + timedelta(days=1 + self.days)
            if self.begins is not None:
                since = max(since, date(task.last_day.year, *self.begins))
            if since <= asked.on:
                late.append((since, Evidence(task.words, task.last_day.isoformat(), task.url)))
        late.sort(key=lambda item: (item[0], item[1].words))
        found = {"count": len(late), "deadline": late[0][1].value if late else ""}
        question = {
            "words": self.words, "tags": self.tags, "begins": self.begins, "days": self.days,
            "at_least": self.at_least.value,
        }  # fmt: skip
        enough = len(late) >= self.at_least.value
        return Reason(
            "task_overdue",
            question,
            found,
            enough,
            tuple(line for _, line in late[:MOST_EVIDENCE]),
            first_day=late[int(self.at_least.value) - 1][0] if enough and late else None,
            verified=self.at_least.verified,
        )


@dataclass(frozen=True, slots=True)
class Findings:
    """At least so many problems, or points, of some kinds, states, severities over a span."""

    over: Over
    at_least: Number
    kinds: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    severities: frozenset[str] = frozenset()
    count: str = "findings"  # or points
    repeated: bool = False

    def judge(self, asked: Asked) -> Reason:
        first, last = self.over.span(asked.on)
        rows = [row for row in asked.facts.findings(asked.subject, first, last) if self._suits(row)]
        counted = (
            sum((row.points for row in rows), Decimal(0)) if self.count == "points" else Decimal(len(rows))
        )
        question = {
            "kinds": self.kinds, "states": self.states, "severities": self.severities, "count": self.count,
            "repeated": self.repeated, "at_least": self.at_least.value, "first": first, "last": last,
        }  # fmt: skip
        evidence = tuple(
            Evidence(
                row.words, str(row.points) if self.count == "points" else row.found_on.isoformat(), row.url
            )
            for row in sorted(rows, key=lambda row: (row.found_on, row.key))
        )
        return Reason(
            "findings",
            question,
            {"count": counted},
            counted >= self.at_least.value,
            evidence[:MOST_EVIDENCE],
            verified=self.at_least.verified,
        )

    def _suits(self, row: FindingFact) -> bool:
        return (
            (not self.kinds or row.kind in self.kinds)
            and (not self.states or row.state in self.states)
            and (not self.severities or row.severity in self.severities)
            and (row.repeated or not self.repeated)
        )


@dataclass(frozen=True, slots=True)
class RepeatedWithin:
    """Two problems of one kind within so many days of each other, the later in the last so many."""

    days: Number
    kinds: frozenset[str] = frozenset()

    def judge(self, asked: Asked) -> Reason:
        length = int(self.days.value)
        first = asked.on - timedelta(days=2 * length - 1)
        rows = [
            row
            for row in asked.facts.findings(asked.subject, first, asked.on)
            if not self.kinds or row.kind in self.kinds
        ]
        rows.sort(key=lambda row: (row.kind, row.found_on, row.key))
        pairs = [
            (one, two)
            for one, two in pairwise(rows)
            if one.kind == two.kind
            and (two.found_on - one.found_on).days <= length
            and (asked.on - two.found_on).days < length
        ]
        seen = {row.key: row for pair in pairs for row in pair}
        return Reason(
            "repeated",
            {"kinds": self.kinds, "days": length},
            {"count": len(pairs)},
            bool(pairs),
            tuple(Evidence(row.words, row.found_on.isoformat(), row.url) for row in seen.values())[
                :MOST_EVIDENCE
            ],
            verified=self.days.verified,
        )


@dataclass(frozen=True, slots=True)
class OnOrAfter:
    """The day is this (month, day) of its year, or a later one."""

    month: int
    day: int

    def judge(self, asked: Asked) -> Reason:
        since = date(asked.on.year, self.month, self.day)
        holds = asked.on >= since
        return Reason(
            "on_or_after", {"day": since}, {"day": asked.on}, holds, first_day=since if holds else None
        )


@dataclass(frozen=True, slots=True)
class InSeason:
    """The day lies in a season."""

    season: Season
    verified: bool

    def judge(self, asked: Asked) -> Reason:
        span = self.season.span(asked.on)
        question: Mapping[str, Any] = {
            "season": self.season.code, "zh": self.season.title.zh, "en": self.season.title.en,
            "from": self.season.first, "to": self.season.last,
        }  # fmt: skip
        return Reason(
            "season",
            question,
            {"day": asked.on},
            span is not None,
            first_day=span[0] if span else None,
            verified=self.verified,
        )
