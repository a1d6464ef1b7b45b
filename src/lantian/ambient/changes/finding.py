"""Every figure that moved between two states, with the reason, found by changing one thing at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from lantian.ambient.changes.causes import (
    OTHERS,
    PROGRAM,
    Cause,
    RuleChange,
    of_data,
    of_list,
    of_rules,
    rule_changes,
)
from lantian.ambient.changes.figures import INDEX, ORDER, RANK, Figures, Key, figures_of
from lantian.ambient.changes.snapshot import Snapshot
from lantian.ambient.changes.touched import Touch, touched
from lantian.ambient.events.deduction import cities_of
from lantian.ambient.events.lists import DayList
from lantian.ambient.period import Period
from lantian.ambient.sources import Question
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import BY_DATE, Rulebook

DATA, RULES, LIST = "data", "rules", "day_list"


@dataclass(frozen=True)
class Change:
    """A figure that moved: printed before and after, and why.

    `figure` is so2 … o3_8h, composite_index, composite_rank, good_days, heavy_days, days_used, or aqi of the
    day `date`. None: there was, or is, no figure.
    """

    place: str
    name: str
    figure: str
    date: date | None
    before: str | None
    after: str | None
    causes: tuple[Cause, ...]

    def as_dict(self) -> dict[str, Any]:
        """The change as plain values."""
        return {
            "place": self.place,
            "name": self.name,
            "figure": self.figure,
            "date": None if self.date is None else self.date.isoformat(),
            "before": self.before,
            "after": self.after,
            "causes": [cause.as_dict() for cause in self.causes],
        }


def changes(
    lake: Lake,
    period: Period,
    *,
    before: Snapshot,
    after: Snapshot | None = None,
    level: str = "city",
    regime: str = BY_DATE,
    groups: Mapping[str, str] | None = None,
) -> list[Change]:
    """Every figure of a period that moved between two states of data, rules and day list.

    Parameters
    ----------
    before, after
        `Snapshot.of(lake, as_of=3)`, `Snapshot.load(path)`; after None is the present state with the same
        rules and list as before
    period, level, regime, groups
        as for `evaluate`; they must be those of the bulletin when `before` was frozen with its figures

    Returns
    -------
    by place (ranked as after), figure and day; each with at least one cause

    Raises
    ------
    LantianError
        a version that is not there; a bulletin of another period, level or regime

    Notes
    -----
    A figure is put down to data, rules or list when changing that one alone moves it (the printed digits, or
    where no single one moves those, the exact value). What the frozen figures differ in from a computation
    with their own data, rules and list is put down to the program.
    """
    now = after or Snapshot.of(lake, rulebook=before.rulebook, day_list=before.day_list)
    asked = _Asked(lake, period, level, regime, groups)
    asked.check(before)
    states = _States(asked, before, now)
    then = states.before.printed
    if before.bulletin is not None:
        then = before.bulletin.figures
    moved = [
        key
        for key in then.keys() | states.after.printed.keys()
        if then.get(key) != states.after.printed.get(key)
    ]
    finder = _Finder(asked, before, now, states, then)
    order = {place: position for position, place in enumerate(states.after.names)}
    moved.sort(key=lambda key: (order.get(key[0], len(order)), key[0], ORDER.index(key[1]), key[2] or ""))
    names = {**states.before.names, **states.after.names}
    return [
        Change(
            place=key[0],
            name=names.get(key[0], key[0]),
            figure=key[1],
            date=None if key[2] is None else date.fromisoformat(key[2]),
            before=then.get(key),
            after=states.after.printed.get(key),
            causes=tuple(finder.why(key)),
        )
        for key in moved
    ]


@dataclass(frozen=True)
class _Asked:
    lake: Lake
    period: Period
    level: str
    regime: str
    groups: Mapping[str, str] | None

    def figures(self, version: int, book: Rulebook, day_list: DayList | None) -> Figures:
        return figures_of(
            self.lake, self.period, level=self.level, regime=self.regime, groups=self.groups, version=version,
            book=book, day_list=day_list,
        )  # fmt: skip

    def check(self, before: Snapshot) -> None:
        """A frozen bulletin answers only for what it was made of."""
        own = before.bulletin
        if own is None:
            return
        groups = None if self.groups is None else dict(self.groups)
        mine = (self.period, self.level, self.regime, groups)
        if (own.period, own.level, own.regime, own.groups) != mine:
            raise LantianError(
                f"the bulletin is of {own.period}, level {own.level}, regime {own.regime}",
                remedy="Ask for the same.",
            )


class _States:
    """The figures before and after, and with only one of the three things changed."""

    def __init__(self, asked: _Asked, before: Snapshot, now: Snapshot) -> None:
        self.before = asked.figures(before.version, before.rulebook, before.day_list)
        first, last = asked.period.first, asked.period.last
        lists = [
            None if one is None else one.within(first, last).digest for one in (before.day_list, now.day_list)
        ]
        differ = {
            DATA: before.version != now.version,
            RULES: before.rulebook.digest != now.rulebook.digest,
            LIST: lists[0] != lists[1],
        }
        self.axes = [axis for axis, differs in differ.items() if differs]
        self.after = asked.figures(now.version, now.rulebook, now.day_list) if self.axes else self.before
        self.alone = {axis: self._only(axis, asked, before, now) for axis in self.axes}

    def _only(self, axis: str, asked: _Asked, before: Snapshot, now: Snapshot) -> Figures:
        if self.axes == [axis]:
            return self.after
        return asked.figures(
            now.version if axis == DATA else before.version,
            now.rulebook if axis == RULES else before.rulebook,
            now.day_list if axis == LIST else before.day_list,
        )


class _Finder:
    """Puts each moved figure down to what moved it."""

    def __init__(
        self, asked: _Asked, before: Snapshot, now: Snapshot, states: _States, then: Mapping[Key, str | None]
    ) -> None:
        self.asked, self.then_snapshot, self.now_snapshot, self.states, self.then = (
            asked,
            before,
            now,
            states,
            then,
        )
        self._touches: list[Touch] | None = None
        self._rules: list[RuleChange] | None = None
        self._cities: dict[str, str] | None = None

    def why(self, key: Key) -> Iterable[Cause]:
        axes = [axis for axis in self.states.axes if self._moves(axis, key, exactly=False)]
        if not axes and self.then.get(key) == self.states.before.printed.get(key):
            axes = [
                axis for axis in self.states.axes if self._moves(axis, key, exactly=True)
            ] or self.states.axes
        found: list[Cause] = []
        for axis in axes:
            found.extend(self._of_axis(axis, key))
        if self.then.get(key) != self.states.before.printed.get(key):
            found.append(self._program(key))
        return _each_once(found)

    def _moves(self, axis: str, key: Key, *, exactly: bool) -> bool:
        alone = self.states.alone[axis]
        if exactly:
            return alone.exact.get(key) != self.states.before.exact.get(key)
        return alone.printed.get(key) != self.states.before.printed.get(key)

    def _of_axis(self, axis: str, key: Key) -> list[Cause]:
        place, figure, day_text = key
        day = None if day_text is None else date.fromisoformat(day_text)
        if axis == DATA:
            own = list(of_data(self.touches, place, day, self.asked.period))
        elif axis == RULES:
            own = list(of_rules(self.rules, figure))
        else:
            names = (place, self._name(place), self.cities.get(place, ""))
            own = list(of_list(self.then_snapshot.day_list, self.now_snapshot.day_list, names, day))
        if figure == RANK and axis != RULES:
            # A rank can move though nothing of the place itself did.
            index_moved = self._moves(axis, (place, INDEX, None), exactly=False)
            own = own if index_moved else []
            own.extend(self._overtaken(axis, place))
        return own or [self._elsewhere(axis, key)]

    def _overtaken(self, axis: str, place: str) -> Iterable[Cause]:
        """Places that passed this one, or were passed by it, with the same thing changed."""
        was, now = self.states.before.printed, self.states.alone[axis].printed
        mine = [_number(figures.get((place, INDEX, None))) for figures in (was, now)]
        passed = []
        for other in self.states.after.names:
            theirs = [_number(figures.get((other, INDEX, None))) for figures in (was, now)]
            if (
                other != place
                and theirs[0] != theirs[1]
                and _better(theirs[0], mine[0]) != _better(theirs[1], mine[1])
            ):
                passed.append(other)
        if passed:
            names = [self._name(other) for other in passed]
            text = f"order changed with {', '.join(names[:10])}" + (" …" if len(names) > 10 else "")
            yield Cause(OTHERS, text, {"places": passed, "axis": axis})

    def _elsewhere(self, axis: str, key: Key) -> Cause:
        """The thing changed, not at this place and day: hours lost for all, or another source."""
        if axis == DATA:
            versions = [touch.commit.version for touch in self.touches]
            listed = ", ".join(str(version) for version in versions) or "none with rows of the period"
            return Cause(OTHERS, f"data of other places or days (versions {listed})", {"versions": versions})
        return Cause(OTHERS, f"the {axis.replace('_', ' ')} changed", {"axis": axis})

    def _program(self, key: Key) -> Cause:
        frozen = self.then_snapshot.lantian
        again = self.states.before.printed.get(key)
        text = f"frozen by Lantian {frozen}; the same data, rules and list give {again or 'none'} now"
        return Cause(PROGRAM, text, {"frozen_by": frozen, "recomputed": again})

    def _name(self, place: str) -> str:
        return self.states.after.names.get(place) or self.states.before.names.get(place) or place

    @property
    def touches(self) -> list[Touch]:
        if self._touches is None:
            ends = sorted((self.then_snapshot.version, self.now_snapshot.version))
            self._touches = touched(
                self.asked.lake, self.asked.period, ends[0], ends[1], level=self.asked.level,
                groups=self.asked.groups,
            )  # fmt: skip
        return self._touches

    @property
    def rules(self) -> list[RuleChange]:
        if self._rules is None:
            used = (*self.states.before.rules, *self.states.after.rules)
            self._rules = rule_changes(
                self.then_snapshot.rulebook, self.now_snapshot.rulebook, used, self.asked.regime,
                self.asked.period,
            )  # fmt: skip
        return self._rules

    @property
    def cities(self) -> dict[str, str]:
        if self._cities is None:
            question = Question.of(
                self.asked.lake, self.asked.level, self.asked.groups, None, self.now_snapshot.version
            )
            self._cities = cities_of(question, self.now_snapshot.rulebook)
        return self._cities


def _each_once(causes: Iterable[Cause]) -> list[Cause]:
    found: dict[tuple[str, str], Cause] = {}
    for cause in causes:
        found.setdefault((cause.kind, cause.text), cause)
    return list(found.values())


def _number(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _better(one: Fraction | None, other: Fraction | None) -> int:
    """-1 when `one` stands before `other`, 1 after, 0 level; a place without an index stands last."""
    pair = [(value is None, value or Fraction(0)) for value in (one, other)]
    return (pair[0] > pair[1]) - (pair[0] < pair[1])
