"""A parent's targets against the child's: the same, stronger, weaker, missing, or not to be compared, and
why.

A target is held in four respects: value, date, how binding it is, and how much of the region it covers.
Stronger in one and weaker in another is `mixed`: a person decides.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lantian.planning.coverage.addressed import ELSEWHERE, MINE, UNSURE, Scope
from lantian.planning.coverage.features import features
from lantian.planning.coverage.texts import Goal, Item, Text, folded
from lantian.planning.vocabulary import vocabulary

SAME, STRONGER, WEAKER, MIXED = "same", "stronger", "weaker", "mixed"
MISSING, NOT_COMPARABLE, NOT_APPLICABLE = "missing", "not_comparable", "not_applicable"
_AT_MOST, _AT_LEAST = {"<=", "<"}, {">=", ">"}
_FIRMNESS = {"aspiration": 0, "unspecified": 1, "constraint": 1}
_LIKE = 0.5
# Units of amounts that add up over regions; a concentration, a share or a rank does not.
_AMOUNTS = re.compile(r"^[万亿]?(?:户|家|个|座|台|辆|套|条|项|处|艘|吨|吨标准煤|平方米|亩|公里|千瓦|元)$")


@dataclass(frozen=True, slots=True)
class Respect:
    """One respect in which two targets were held against each other: value, by, binding or region.

    `way` is same, stronger or weaker; `parent` and `child` are what stands there in words of the plans.
    """

    name: str
    way: str
    parent: str
    child: str


@dataclass(frozen=True, slots=True)
class GoalRow:
    """A parent target and the child's answer; `child` is None where there is none.

    `why` is a reason code: `elsewhere`, `kind`, `unit`, `baseline`, `pool`, `total` (an amount for several
    regions, of which the child carries a part), or `in_text` (a child clause has
    its words, but no target was read there: `clause` names it). `sure` is False where a text does not say
    whether the child is among those the target binds (重点区域城市).
    """

    parent: Goal
    child: Goal | None
    relation: str
    why: str = ""
    respects: tuple[Respect, ...] = ()
    sure: bool = True
    clause: str = ""


def compare_goals(
    parent: Text, child: Text, scope: Scope, links: Mapping[str, Sequence[Item]] | None = None
) -> list[GoalRow]:
    """Every target of the parent against the child's targets, in the parent's order.

    `links` are the child clauses that take up a parent clause, by its `cited`: there a target of other
    wording is looked for.
    """
    headings = {clause_of(item.cited): item for item in parent.items}
    rows = []
    for goal in parent.goals:
        siblings = [g for g in parent.goals if g.indicator == goal.indicator and g.cited == goal.cited]
        whom = scope.of_goal(goal, siblings)
        clause = headings.get(clause_of(goal.cited))
        if whom == MINE and clause is not None and not scope.names_child(goal.places):
            whom = ELSEWHERE if scope.of_item(clause) == ELSEWHERE else whom
        if whom == ELSEWHERE:
            rows.append(GoalRow(goal, None, NOT_APPLICABLE, "elsewhere"))
            continue
        row = _answer(goal, child.goals, scope, (links or {}).get(clause_of(goal.cited), ()))
        rows.append(replace(row, sure=whom != UNSURE))
    return rows


def clause_of(cited: str) -> str:
    """The clause a paragraph belongs to: 三（四）22b stands in 三（四）22."""
    return cited.rstrip("abcdefghijklmnopqrstuvwxyz")


def _answer(goal: Goal, among: Sequence[Goal], scope: Scope, linked: Sequence[Item]) -> GoalRow:
    clauses = {clause_of(item.cited) for item in linked}
    found = [
        g for g in among
        if like(goal, g) or (clause_of(g.cited) in clauses and _kind(g) == _kind(goal) and _within(goal, g))
    ]  # fmt: skip
    if found:
        return min((hold(goal, g, scope) for g in found), key=lambda row: _nearness(goal, row))
    mine = features(goal.words)
    for item in linked:
        shared = mine & features(folded(item.text))
        if mine and len(shared) / len(mine) >= _LIKE:
            return GoalRow(goal, None, NOT_COMPARABLE, "in_text", clause=item.cited)
    return GoalRow(goal, None, MISSING)


def _within(one: Goal, other: Goal) -> bool:
    """Whether the shorter of two targets' words stand in the longer, for measures that no list knows."""
    if not one.indicator.startswith("other:") and not other.indicator.startswith("other:"):
        return False
    mine, theirs = features(one.words), features(other.words)
    least = min(len(mine), len(theirs))
    return bool(least) and len(mine & theirs) / least >= _LIKE


def like(one: Goal, other: Goal) -> bool:
    """Whether two targets are about the same measure: one indicator, or, of measures no list knows, like
    words."""
    if not one.indicator.startswith("other:") and not other.indicator.startswith("other:"):
        return _code(one) == _code(other)
    mine, theirs = features(one.words), features(other.words)
    return bool(mine and theirs) and 2 * len(mine & theirs) / (len(mine) + len(theirs)) >= _LIKE


def _code(goal: Goal) -> str:
    """One code whoever names it: the reader writes pm25, the office pm2_5."""
    return goal.indicator.replace("pm2_5", "pm25")


def hold(one: Goal, other: Goal, scope: Scope | None = None) -> GoalRow:
    """One target against another of the same measure.

    Parameters
    ----------
    one
        the parent's, or the older
    other
        the child's, or the newer
    scope
        of the child, to tell whether `other` covers the child's whole region; None leaves the region out
    """
    why = _incomparable(one, other) or (_shared_out(one, other, scope) if scope is not None else "")
    if why:
        return GoalRow(one, other, NOT_COMPARABLE, why)
    respects = [_value(one, other), _date(one, other), _binding(one, other)]
    if scope is not None:
        respects.append(_region(one, other, scope))
    found = [r for r in respects if r is not None]
    ways = {r.way for r in found} - {SAME}
    relation = SAME if not ways else ways.pop() if len(ways) == 1 else MIXED
    return GoalRow(one, other, relation, "", tuple(found))


def _incomparable(one: Goal, other: Goal) -> str:
    kinds = {_kind(one), _kind(other)}
    if len(kinds) > 1:
        return "kind"  # a level against a change, a rank to leave against one to improve
    if (one.unit or "") != (other.unit or "") and None not in (one.value, other.value):
        return "unit"
    if one.baseline and other.baseline and one.baseline != other.baseline:
        return "baseline"
    if one.pool and other.pool and _pool(one.pool) != _pool(other.pool):
        return "pool"
    return ""


def _shared_out(one: Goal, other: Goal, scope: Scope) -> str:
    """`total` where the parent's number is an amount for several regions, divided among them."""
    if _kind(one) != "level" or None in (one.value, other.value) or not _AMOUNTS.search(one.unit or ""):
        return ""
    alone = len(one.places) == 1 and scope.names_child(one.places)
    return "" if alone else "total"


def _kind(goal: Goal) -> str:
    """level, change or rank; "=" is a level."""
    if goal.comparator in {"increase", "decrease"}:
        return goal.comparator
    return goal.comparator if goal.comparator in {"exit_bottom", "improve"} else "level"


def _pool(pool: str) -> str:
    digits = "".join(c for c in pool if c.isdigit())
    return digits or pool


def _value(one: Goal, other: Goal) -> Respect | None:
    mine, theirs = (_number(g) for g in (one, other))
    if one.value is None and other.value is None:
        return None
    if other.value is None:
        return Respect("value", WEAKER, mine, theirs)
    if one.value is None:
        return Respect("value", STRONGER, mine, theirs)
    if one.value == other.value:
        strict = (other.comparator in {"<", ">"}) - (one.comparator in {"<", ">"})
        way = SAME if strict == 0 else STRONGER if strict > 0 else WEAKER
        return Respect("value", way, mine, theirs)
    more = other.value > one.value
    return Respect("value", STRONGER if more == _more_is_better(one, other) else WEAKER, mine, theirs)


def _more_is_better(one: Goal, other: Goal) -> bool:
    comparators = {one.comparator, other.comparator}
    if comparators & (_AT_LEAST | {"increase", "decrease", "exit_bottom", "improve"}):
        return True  # a larger fall, more ranks left behind
    if comparators & _AT_MOST:
        return False
    known = {i.code: i.better for i in vocabulary().indicators}
    return known.get(one.indicator) != "less"


def _date(one: Goal, other: Goal) -> Respect | None:
    mine, theirs = last_day(one.by), last_day(other.by)
    if mine == theirs:
        return Respect("by", SAME, one.by or "", other.by or "") if mine else None
    if mine is None:
        return Respect("by", STRONGER, "", other.by or "")
    later = theirs is None or theirs > mine
    return Respect("by", WEAKER if later else STRONGER, one.by or "", other.by or "")


def _binding(one: Goal, other: Goal) -> Respect:
    difference = _FIRMNESS.get(other.binding, 1) - _FIRMNESS.get(one.binding, 1)
    way = SAME if difference == 0 else STRONGER if difference > 0 else WEAKER
    return Respect("binding", way, one.binding, other.binding)


def _region(one: Goal, other: Goal, scope: Scope) -> Respect | None:
    whole = {scope.region, scope.region[:-1], *scope.above}
    if not other.places or any(p in whole for p in other.places):
        return Respect("region", SAME, "、".join(one.places), "、".join(other.places))
    if set(other.places) >= set(one.places):
        return Respect("region", SAME, "、".join(one.places), "、".join(other.places))
    if not any(p in whole or p in scope.others or p == scope.region for p in one.places):
        return None  # both speak of kinds of places (建成区, 县城): a person reads them side by side
    return Respect("region", WEAKER, "、".join(one.places), "、".join(other.places))


def _number(goal: Goal) -> str:
    if goal.value is None:
        return goal.comparator
    return f"{goal.comparator} {goal.value:g} {goal.unit or ''}".strip()


def _nearness(goal: Goal, row: GoalRow) -> tuple[int, int, int, float]:
    """Which of several answers is the one to show: comparable, same date, whole region, near."""
    other = row.child
    if other is None:
        return (9, 9, 9, 0.0)
    days = last_day(goal.by), last_day(other.by)
    apart = 0 if days[0] == days[1] else 1 if None in days else 2
    part = sum(1 for r in row.respects if r.name == "region" and r.way == WEAKER)
    far = abs((goal.value or 0) - (other.value or 0))
    return (int(row.relation == NOT_COMPARABLE), apart, part, far)


def last_day(by: str | None) -> date | None:
    """The last day a written date means: 2025 is 2025-12-31, 2024-10 is 2024-10-31."""
    if not by:
        return None
    parts = [int(p) for p in by.split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
    return date(*parts[:3])
