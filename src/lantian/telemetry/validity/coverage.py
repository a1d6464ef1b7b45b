"""Marks laid over the minutes of a span: which minutes are stopped, unusable, exempt, and by what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from lantian.telemetry.validity.corrections import mark_refused
from lantian.telemetry.validity.marks import CONTROL, Mark
from lantian.telemetry.validity.readings import SECOND, Ints, micros
from lantian.telemetry.validity.rules import HOUR, DayRules
from lantian.telemetry.validity.span import Span

STOP, UNUSABLE, EXEMPT = "stop", "unusable", "exempt"
_MINUTE = 60 * SECOND


@dataclass
class Coverage:
    """Per minute of the span the number of the kind that covers it, 0 where none; `kinds` gives the codes."""

    start: int
    hours: int
    kinds: list[str] = field(default_factory=lambda: [""])
    layers: dict[str, npt.NDArray[np.int16]] = field(default_factory=dict)
    remarks: dict[int, set[str]] = field(default_factory=dict)

    def lay(self, layer: str, kind: str, start: int, end: int) -> None:
        """Cover [start, end), microseconds, by a kind."""
        size = self.hours * 60
        first = max(0, (start - self.start) // _MINUTE)
        last = min(size, -((self.start - end) // _MINUTE))
        if first >= last:
            return
        if kind not in self.kinds:
            self.kinds.append(kind)
        array = self.layers.setdefault(layer, np.zeros(size, np.int16))
        array[first:last] = self.kinds.index(kind)

    def minutes(self, layer: str) -> Ints:
        """Covered minutes of each hour."""
        array = self.layers.get(layer)
        if array is None:
            return np.zeros(self.hours, np.int64)
        covered: Ints = (array > 0).reshape(self.hours, 60).sum(axis=1).astype(np.int64)
        return covered

    def kinds_of(self, layer: str, hour: int) -> tuple[str, ...]:
        """Kinds that cover a part of an hour."""
        array = self.layers.get(layer)
        if array is None:
            return ()
        found = np.unique(array[hour * 60 : hour * 60 + 60])
        return tuple(self.kinds[number] for number in found.tolist() if number)

    def touching(self, layer: str, times: Ints, length: int) -> npt.NDArray[np.int16]:
        """For periods of `length` minutes that start at `times`: the kind that touches each, 0 for none."""
        array = self.layers.get(layer)
        found = np.zeros(len(times), np.int16)
        if array is None:
            return found
        first = (times - self.start) // _MINUTE
        for offset in range(length):
            at = first + offset
            inside = (at >= 0) & (at < len(array))
            found[inside] = np.maximum(found[inside], array[at[inside]])
        return found


def cover(
    marks: Sequence[Mark],
    factor: str,
    span: Span,
    as_of: datetime | None,
    beyond: Sequence[Mark] = (),
) -> Coverage:
    """The coverage of one factor over the hours of a span.

    `marks` stand (see `standing`); marks of people are cut to the hours for which they were entered in time.
    `beyond` are parts of marks above their yearly cap: they cover nothing and are remarked.
    """
    start, end = span.start, span.end
    coverage = Coverage(micros(start), span.hours)
    for mark in marks:
        if not mark.concerns(factor) or mark.end <= start or mark.start >= end:
            continue
        for first, last in _counted(mark, span, as_of, coverage):
            _lay(coverage, mark, first, last, span.rules)
    for mark in beyond:
        if mark.concerns(factor):
            for hour in _hours(max(mark.start, start), min(mark.end, end), start):
                coverage.remarks.setdefault(hour, set()).add("cap_exceeded")
    return coverage


def _lay(coverage: Coverage, mark: Mark, first: datetime, last: datetime, rules: DayRules) -> None:
    since, until = micros(first), micros(last)
    if mark.source == CONTROL:
        coverage.lay(UNUSABLE, mark.kind, since, until)
        return
    kind = rules.kinds[mark.kind]
    if kind.stop:
        coverage.lay(STOP, mark.kind, since, until)
    elif not kind.mean:
        coverage.lay(UNUSABLE, mark.kind, since, until)
    if not kind.exceedance:
        coverage.lay(EXEMPT, mark.kind, since, until)


def _counted(
    mark: Mark, span: Span, as_of: datetime | None, coverage: Coverage
) -> list[tuple[datetime, datetime]]:
    """The parts of a mark whose hours it was entered in time for."""
    start, rules = span.start, span.rules
    first, last = max(mark.start, start), min(mark.end, span.end)
    parts: list[tuple[datetime, datetime]] = []
    for hour in _hours(first, last, start):
        begins = start + hour * HOUR
        why = mark_refused(mark, begins.astimezone(UTC), rules, as_of)
        if why is not None:
            coverage.remarks.setdefault(hour, set()).add(why)
            continue
        one = (max(first, begins), min(last, begins + HOUR))
        if parts and parts[-1][1] == one[0]:
            parts[-1] = (parts[-1][0], one[1])
        else:
            parts.append(one)
    return parts


def _hours(first: datetime, last: datetime, start: datetime) -> range:
    """Numbers of the hours, counted from `start`, that [first, last) touches."""
    if first >= last:
        return range(0)
    return range(int((first - start) / HOUR), int((last - start - timedelta(microseconds=1)) / HOUR) + 1)
