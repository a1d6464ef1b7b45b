"""What changed from one version of a plan to the next, with the words of both."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from typing import Any

from lantian.planning.coverage.features import features
from lantian.planning.coverage.links import CERTAIN, Matcher
from lantian.planning.coverage.texts import Item, Text, When, folded, of_plan
from lantian.planning.coverage.units import stem
from lantian.planning.model import Plan
from lantian.planning.versions.goal_changes import GoalChange, goal_changes

KEPT, CHANGED, DOUBTFUL, NEW, GONE = "kept", "changed", "look", "new", "gone"
STATES = (KEPT, CHANGED, DOUBTFUL, NEW, GONE)
_KEPT = 0.95
_SAME_DUTY = 0.5
_ROUGHLY = 0.8
"""How much of its best score an old task must reach at another new task to be named there too (a task
divided)."""
_DOUBTFUL = 0.12
_PHRASE = re.compile(r"[,。;:、!?]")
_LONG, _NEW_WORDS, _SHOWN = 6, 0.5, 8


@dataclass(frozen=True, slots=True)
class TaskMove:
    """A deadline of a task in both versions: `old` and `new` as written dates, None where there is none."""

    what: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class TaskChange:
    """One task over two versions.

    Attributes
    ----------
    state
        kept (the words are the same but for a few), changed, look (the two may be one: a person must say),
        new, gone
    old, new
        the tasks; more than one old task where several were joined into the new one
    likeness
        0 … 1: how much of the words stayed
    moved
        whether its number or its chapter is another
    added, dropped
        words only the new, only the old version has, longest first
    units_added, units_removed
        responsible units as written
    deadlines
        those that moved, came or went
    """

    state: str
    old: tuple[Item, ...]
    new: Item | None
    likeness: float
    moved: bool = False
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    units_added: tuple[str, ...] = ()
    units_removed: tuple[str, ...] = ()
    deadlines: tuple[TaskMove, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Two versions of a plan."""

    old: Text
    new: Text
    tasks: tuple[TaskChange, ...]
    goals: tuple[GoalChange, ...]
    units_added: tuple[str, ...]
    units_removed: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many tasks are in which state."""
        found = Counter(t.state for t in self.tasks)
        return {state: found[state] for state in STATES}

    @property
    def goal_counts(self) -> dict[str, int]:
        """How many targets changed how."""
        return dict(Counter(g.change for g in self.goals))

    @property
    def deadlines_moved(self) -> list[tuple[TaskChange, TaskMove]]:
        """Every deadline that moved, with its task."""
        return [(t, d) for t in self.tasks for d in t.deadlines]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "old": self.old.title,
            "new": self.new.title,
            "counts": self.counts,
            "tasks": [
                {
                    "state": t.state,
                    "old": [_named(item) for item in t.old],
                    "new": _named(t.new) if t.new else None,
                    "likeness": t.likeness,
                    "moved": t.moved,
                    "added": t.added,
                    "dropped": t.dropped,
                    "units_added": t.units_added,
                    "units_removed": t.units_removed,
                    "deadlines": [asdict(d) for d in t.deadlines],
                }
                for t in self.tasks
            ],
            "target_counts": self.goal_counts,
            "targets": [asdict(g) for g in self.goals],
            "units_added": self.units_added,
            "units_removed": self.units_removed,
        }


def compare(old: Plan | Text, new: Plan | Text) -> Changes:
    """What changed from an older version of a plan to a newer one.

    Parameters
    ----------
    old, new
        plans as read, or `Text`s made of records; of one region, else targets of places will not meet

    Returns
    -------
    tasks in the new version's order and then those that are gone, targets, units
    """
    before, after = (p if isinstance(p, Text) else of_plan(p) for p in (old, new))
    old_items = [i for i in before.items if i.kind == "task"]
    new_items = [i for i in after.items if i.kind == "task"]
    pairs = _pairs(old_items, new_items)
    used: set[str] = set()
    tasks = []
    for item in new_items:
        certain, doubtful = pairs[item.key]
        chosen = certain or doubtful[:1]
        used |= {i.key for i in chosen}
        state = DOUBTFUL if chosen and not certain else ""
        tasks.append(_task(chosen, item, state))
    tasks += [TaskChange(GONE, (i,), None, 0.0) for i in old_items if i.key not in used]
    mine, theirs = _units(before), _units(after)
    return Changes(
        old=before,
        new=after,
        tasks=tuple(tasks),
        goals=tuple(goal_changes(before.goals, after.goals)),
        units_added=tuple(u for s, u in theirs.items() if s not in mine),
        units_removed=tuple(u for s, u in mine.items() if s not in theirs),
    )


def _pairs(old: Sequence[Item], new: Sequence[Item]) -> dict[str, tuple[list[Item], list[Item]]]:
    """For each new task the old tasks it continues: certain ones, and doubtful ones.

    An old task goes to the new one it fits best, and to others only where it fits them nearly as well (a task
    that was divided).
    """
    by_key = {i.key: i for i in old}
    matcher = Matcher(new, old)
    links = {item.key: matcher.match(item)[0] for item in new}
    best: dict[str, float] = {}
    for found in links.values():
        for link in found:
            best[link.child] = max(best.get(link.child, 0.0), link.score)
    result = {}
    for item in new:
        fitting = [k for k in links[item.key] if k.score >= _ROUGHLY * best[k.child]]
        certain = [by_key[k.child] for k in fitting if k.certain and k.score >= CERTAIN]
        doubtful = [by_key[k.child] for k in fitting if k.score >= _DOUBTFUL]
        result[item.key] = (certain, doubtful)
    return result


def _task(old: Sequence[Item], new: Item, state: str) -> TaskChange:
    if not old:
        return TaskChange(NEW, (), new, 0.0)
    before, after = folded("".join(i.text for i in old)), folded(new.text)
    likeness = round(_like(before, after), 3)
    units_before = {stem(u): u for i in old for u in i.units}
    units_after = {stem(u): u for u in new.units}
    units_added = tuple(u for s, u in units_after.items() if s not in units_before)
    units_removed = tuple(u for s, u in units_before.items() if s not in units_after)
    deadlines = () if state else tuple(_deadlines([d for i in old for d in i.deadlines], new.deadlines))
    same = likeness >= _KEPT and not (units_added or units_removed or deadlines)
    added, dropped = _differences(before, after)
    return TaskChange(
        state=state or (KEPT if same else CHANGED),
        old=tuple(old),
        new=new,
        likeness=likeness,
        moved=all(i.cited != new.cited for i in old),
        added=added,
        dropped=dropped,
        units_added=units_added,
        units_removed=units_removed,
        deadlines=deadlines,
    )


def _differences(before: str, after: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The phrases only the newer words have, and only the older: between commas, long enough to say
    something."""
    return _only_in(after, before), _only_in(before, after)


def _only_in(text: str, other: str) -> tuple[str, ...]:
    known = features(other)
    found = []
    for phrase in _PHRASE.split(text):
        pieces = features(phrase)
        if len(phrase) >= _LONG and len(pieces & known) < _NEW_WORDS * len(pieces):
            found.append(phrase)
    return tuple(sorted(dict.fromkeys(found), key=len, reverse=True)[:_SHOWN])


def _deadlines(old: Sequence[When], new: Sequence[When]) -> list[TaskMove]:
    left = list(old)
    moves = []
    for when in new:
        before = max(left, key=lambda w: _like(w.what, when.what), default=None)
        if before is None or _like(before.what, when.what) < _SAME_DUTY:
            moves.append(TaskMove(when.what, None, when.by))
            continue
        left.remove(before)
        if before.by != when.by:
            moves.append(TaskMove(when.what, before.by, when.by))
    moves += [TaskMove(w.what, w.by, None) for w in left]
    return [move for move in moves if move.old or move.new]  # duties that recur have no day to move


def _like(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _units(text: Text) -> dict[str, str]:
    """Responsible units by the work they do, so that 省交通厅 and 省交通运输厅 are one."""
    return {stem(u): u for i in text.items for u in i.units}


def _named(item: Item) -> dict[str, str]:
    return {"clause": item.cited, "heading": item.headline}
