"""Targets of two versions: tightened, loosened, new, gone, the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantian.planning.coverage.goals import (
    MIXED,
    NOT_COMPARABLE,
    SAME,
    STRONGER,
    WEAKER,
    GoalRow,
    Respect,
    hold,
    last_day,
    like,
)
from lantian.planning.coverage.texts import Goal

TIGHTENED, LOOSENED, NEW, GONE = "tightened", "loosened", "new", "gone"
_WORD = {STRONGER: TIGHTENED, WEAKER: LOOSENED}


@dataclass(frozen=True, slots=True)
class GoalChange:
    """One target over two versions.

    `change` is tightened, loosened, mixed, same, not_comparable, new or gone; `respects` say in what, `why`
    why two cannot be compared (`kind`, `unit`, `baseline`, `pool`).

    A date that moved on with the plan's own years (2021's goal for 2021, 2024's for 2025) is told in `moved`
    and is by itself neither tighter nor looser.
    """

    old: Goal | None
    new: Goal | None
    change: str
    respects: tuple[Respect, ...] = ()
    why: str = ""
    moved: tuple[str, str] | None = None


def goal_changes(old: Sequence[Goal], new: Sequence[Goal]) -> list[GoalChange]:
    """Every target of both versions once: pairs in the new one's order, then what is gone."""
    # An old target for several places may go on in several new ones: it is used up place by place.
    left = [(g, _places(g)) for g in old]
    used: set[str] = set()
    changes: list[GoalChange] = []
    for goal in new:
        mine = _places(goal)
        among = [
            (g, rest) for g, rest in left
            if like(g, goal) and (rest & mine or (not _places(g) and g.key not in used))
        ]  # fmt: skip
        if not among:
            changes.append(GoalChange(None, goal, NEW))
            continue
        before, rest = min(among, key=lambda pair: _apart(pair[0], goal))
        rest -= mine
        used.add(before.key)
        changes.append(_change(hold(before, goal)))
    return changes + [GoalChange(g, None, GONE) for g in old if g.key not in used]


def _change(row: GoalRow) -> GoalChange:
    if row.relation == NOT_COMPARABLE:
        return GoalChange(row.parent, row.child, NOT_COMPARABLE, (), row.why)
    dates = [r for r in row.respects if r.name == "by" and r.way != SAME]
    rest = tuple(r for r in row.respects if r.name != "by" and r.way != SAME)
    ways = {r.way for r in rest}
    change = SAME if not ways else _WORD[ways.pop()] if len(ways) == 1 else MIXED
    moved = (dates[0].parent, dates[0].child) if dates else None
    return GoalChange(row.parent, row.child, change, rest, "", moved)


def _places(goal: Goal) -> set[str]:
    """The places of a target, spelt one way: 太原 and 太原市, 其他城市 and 其他设区城市 are one."""
    return {re.sub(r"设区的?", "", p).rstrip("省市县区") for p in goal.places}


def _apart(one: Goal, other: Goal) -> tuple[int, int, int]:
    days = last_day(one.by), last_day(other.by)
    apart = abs((days[0] - days[1]).days) if days[0] and days[1] else 10**6
    return (int(one.comparator != other.comparator), len(_places(one) ^ _places(other)), apart)
