"""Why a figure moved: the versions of the data, the rules, the entries of the day list that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lantian.ambient.changes.figures import AQI, COUNTS, INDEX, RANK
from lantian.ambient.changes.touched import Rows, Touch
from lantian.ambient.events.lists import DayEntry, DayList
from lantian.ambient.hours import local_hour
from lantian.ambient.names import bare
from lantian.ambient.period import Period
from lantian.ambient.reviews import KEY, Review
from lantian.ambient.rules import SIX, distinct
from lantian.rulebook import Rule, Rulebook, RuleError

NEW, CORRECTION, REVIEW = "new_data", "correction", "review"
RULE, DAY_LIST, PROGRAM, OTHERS = "rule", "day_list", "program", "others"
KINDS = (NEW, CORRECTION, REVIEW, RULE, DAY_LIST, PROGRAM, OTHERS)


@dataclass(frozen=True)
class Cause:
    """One reason for a change. `kind` is one of `KINDS`, `text` says it, `detail` holds its values."""

    kind: str
    text: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "text": self.text, **self.detail}


@dataclass(frozen=True)
class RuleChange:
    """A rule whose answer differs between two rulebooks."""

    path: str
    before: Rule | None
    after: Rule | None

    def cause(self) -> Cause:
        values = [None if rule is None else str(rule.value) for rule in (self.before, self.after)]
        rule = self.after or self.before
        cited = rule.citation if rule else ""
        shown = [value if value is not None else "none" for value in values]
        text = f"{self.path}: {shown[0]} to {shown[1]} ({cited})"
        return Cause(RULE, text, {"path": self.path, "before": values[0], "after": values[1], "rule": cited})


def of_data(touches: Iterable[Touch], place: str, day: date | None, period: Period) -> Iterator[Cause]:
    """The versions that changed rows of a place, of one day or of the period."""
    for touch in touches:
        rows = touch.of(place, day)
        if rows.new or rows.changed:
            yield _of_version(touch, place, rows, day, period)


def _of_version(touch: Touch, place: str, rows: Rows, day: date | None, period: Period) -> Cause:
    commit = touch.commit
    reviewed = KEY in commit.details
    kind = REVIEW if reviewed else CORRECTION if rows.changed else NEW
    parts = [
        f"{rows.new} rows new" if rows.new else "",
        f"{rows.changed} rows changed" if rows.changed else "",
    ]
    said = ", ".join(part for part in parts if part)
    text = f"data version {commit.version}, {commit.source}: {said}"
    detail: dict[str, Any] = {
        "version": commit.version,
        "source": commit.source,
        "rows_new": rows.new,
        "rows_changed": rows.changed,
    }
    if reviewed:
        own = [
            review
            for review in map(Review.from_dict, commit.details[KEY])
            if review.place in touch.members.get(place, ()) and _meets(review, day, period)
        ]
        reasons = [
            f"{one.verdict} {one.place} {' '.join(one.items)}: {one.reason or one.code}" for one in own
        ]
        text += "; " + "; ".join(reasons) if reasons else ""
        detail["reviews"] = [one.as_dict() for one in own]
    return Cause(kind, text, detail)


def _meets(review: Review, day: date | None, period: Period) -> bool:
    first, last = local_hour(review.since)[0], local_hour(review.until)[0]
    if day is not None:
        return first <= day <= last
    return first <= period.last and last >= period.first


def rule_changes(
    before: Rulebook, after: Rulebook, used: Iterable[Rule], regime: str, period: Period
) -> list[RuleChange]:
    """The rules among the used ones whose value is another one in the other book."""
    found: dict[str, RuleChange] = {}
    for rule in distinct(used):
        for day in (period.last, period.first):
            # The regime a rule was asked under; by-date is that of the day.
            then, now = (_answer(book, rule.path, day, regime) for book in (before, after))
            if rule.path not in found and (then and then.value) != (now and now.value):
                found[rule.path] = RuleChange(rule.path, then, now)
    return list(found.values())


def _answer(book: Rulebook, path: str, day: date, regime: str) -> Rule | None:
    try:
        return book.rule(path, on=day, regime=regime)
    except RuleError:
        return None


def of_rules(changed: Iterable[RuleChange], figure: str) -> Iterator[Cause]:
    """The rules that can have moved a figure; all of them when none seems to speak of it."""
    every = list(changed)
    meant = [one for one in every if _speaks(one.path, figure)]
    yield from (one.cause() for one in meant or every)


def _speaks(path: str, figure: str) -> bool:
    words = set(path.split("."))
    other = {item for item in (*SIX, "o3") if item != figure and item.removesuffix("_8h") != figure}
    if figure in SIX:
        foreign = words & {item for item in other if not figure.startswith(item)}
        return not foreign and not words & {"composite", "limits", AQI}
    if figure in (INDEX, RANK):
        return AQI not in words
    if figure in (AQI, *COUNTS):
        return "composite" not in words and "statistics.percent" not in path
    return True


def of_list(
    before: DayList | None, after: DayList | None, names: Iterable[str], day: date | None
) -> Iterator[Cause]:
    """The entries for a place, by any of its names, that only one of the two lists has."""
    then, now = (set(one.entries) if one else set() for one in (before, after))
    called = {bare(text) for text in names if text}
    for entry in sorted(then ^ now):
        if bare(entry.place) in called and (day is None or entry.first <= day <= entry.last):
            yield _of_entry(entry, added=entry in now)


def _of_entry(entry: DayEntry, *, added: bool) -> Cause:
    verb = "taken out" if added else "no longer taken out"
    said = "; ".join(text for text in (entry.reason, entry.document) if text)
    text = f"{entry.label} {verb}{' (' + said + ')' if said else ''}"
    return Cause(DAY_LIST, text, {"entry": entry.as_dict(), "added": added})
