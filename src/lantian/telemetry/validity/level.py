"""The measured side of an hour: which minutes count, what they make, what the logger's own hour says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from lantian.telemetry.validity.coverage import EXEMPT, STOP, UNUSABLE, Coverage
from lantian.telemetry.validity.exact import of_millionths
from lantian.telemetry.validity.readings import (
    AMOUNT,
    CONVERTED,
    HOURLY,
    MEASURED,
    MINUTE,
    SECOND,
    Grid,
    Ints,
    micros,
    sums,
)
from lantian.telemetry.validity.records import (
    AT_SOURCE,
    BY_LOGGER,
    BY_MINUTES,
    INVALID,
    LOST_HERE,
    NOT_RECEIVED,
    STOPPED,
    VALID,
    HourValue,
)
from lantian.telemetry.validity.rules import HOUR, DayRules, amount, local_day, midnight
from lantian.telemetry.validity.span import Span
from lantian.telemetry.values import MILLIONTHS

USE, STOP_CLASS, BOUND_CLASS = 0, 1, 2
_HOUR = 3600 * SECOND
MARKED = "marked"


@dataclass
class Minutes:
    """Minutes of a factor, per hour: counts by class and sums of the usable ones."""

    names: list[str]
    counts: list[list[int]]
    length: list[int]
    used: list[int]
    total: list[int]
    converted: list[int]
    converted_used: list[int]
    bound_total: list[int]
    odd_interval: bool


def minute_classes(span: Span, grid: Grid, coverage: Coverage, length: int) -> tuple[Ints, list[str]]:
    """For each minute value the number of its class, and the classes' names: use, stop, bound, then reasons.

    A mark that touches a period takes it; then the letter decides; then whether there is a number.
    """
    names = ["use", "F", "over_range"]
    known = grid.of(MEASURED).known
    classes = np.zeros(len(grid), np.int64)
    letters, inverse = np.unique(grid.letters, return_inverse=True)
    for position, sent in enumerate(letters.tolist()):
        classes[inverse == position] = _class_of(str(sent), span.rules, names)
    classes[(classes == USE) & ~known] = _number("no_value", names)
    classes[(classes == BOUND_CLASS) & ~known] = _number("no_value", names)
    for layer in (UNUSABLE, STOP):
        touched = coverage.touching(layer, grid.times, length)
        for kind in np.unique(touched).tolist():
            if kind:
                classes[touched == kind] = (
                    STOP_CLASS if layer == STOP else _number(coverage.kinds[kind], names)
                )
    return classes, names


def _class_of(letter: str, rules: DayRules, names: list[str]) -> int:
    code = letter.strip() or rules.absent_letter
    what = rules.letters.get(code)
    if what == "use":
        return USE
    if what == "stop":
        return STOP_CLASS
    if what == "bound":
        return BOUND_CLASS
    return _number(code if what else "unknown_letter", names)


def _number(name: str, names: list[str]) -> int:
    if name not in names:
        names.append(name)
    return names.index(name)


def interval_of(span: Span, day: date) -> tuple[int, bool]:
    """Minutes between minute values on a local day, and whether the rule's list lacks it."""
    legal = [int(value) for value in span.rules.rule("validity.hour.intervals").numbers if value is not None]
    if span.interval is not None:
        return span.interval, span.interval not in legal
    found = span.readings.interval(micros(midnight(day)), micros(midnight(day + timedelta(days=1))))
    if found in legal:
        return found, False
    return max([value for value in legal if value <= found], default=1), bool(found)


def minutes(span: Span, factor: str, coverage: Coverage) -> Minutes:
    """The minutes of a factor, counted hour by hour."""
    grid = span.readings.grid(MINUTE, factor).within(span.first, span.last)
    days = [local_day(span.start + hour * HOUR) for hour in range(span.hours)]
    told = {day: interval_of(span, day) if len(grid) else (1, False) for day in dict.fromkeys(days)}
    lengths = [told[day][0] for day in days]
    odd = any(strange for _, strange in told.values())
    edges = span.edges(grid.times)
    classes, names = minute_classes(span, grid, coverage, max(lengths, default=1))
    at = np.repeat(np.arange(span.hours), np.diff(edges))
    counts = np.bincount(at * len(names) + classes, minlength=span.hours * len(names))
    measured, sent = grid.of(MEASURED), grid.of(CONVERTED)
    use, bound = classes == USE, classes == BOUND_CLASS
    both = use & sent.known
    return Minutes(
        names=names,
        counts=counts.reshape(span.hours, len(names)).tolist(),
        length=lengths,
        used=_count(use, edges),
        total=sums(np.where(use, measured.number, 0), edges),
        converted=sums(np.where(both, sent.number, 0), edges),
        converted_used=_count(both, edges),
        bound_total=sums(np.where(use | bound, measured.number, 0), edges),
        odd_interval=odd,
    )


def _count(chosen: npt.NDArray[np.bool_], edges: Ints) -> list[int]:
    running = np.concatenate((np.zeros(1, np.int64), np.cumsum(chosen.astype(np.int64))))
    return [int(number) for number in running[edges[1:]] - running[edges[:-1]]]


def level(span: Span, factor: str, coverage: Coverage) -> list[HourValue]:
    """The hours of a factor before correction and conversion (`converted_exact` is None)."""
    if not span.hours:
        return []
    made = minutes(span, factor, coverage)
    sent = _sent(span, factor)
    heard = _heard(span)
    stops, unusable, exempt = (coverage.minutes(layer).tolist() for layer in (STOP, UNUSABLE, EXEMPT))
    limit = span.rules.rule("marks.exempt_minutes").integer
    has_minutes = len(span.readings.grid(MINUTE, factor)) > 0
    decimals = span.rules.decimals(factor)
    differs = _Differs.of(span.rules)
    share = span.rules.normal_share.as_integer_ratio()
    found = []
    for hour in range(span.hours):
        one = _Hour(
            span.rules, made, hour,
            sent=sent[hour], stopped=stops[hour], unusable=unusable[hour], has_minutes=has_minutes,
            share=share,
        )  # fmt: skip
        one.decide()
        time = span.start + hour * HOUR
        if one.why == MARKED:
            one.why = coverage.kinds_of(UNUSABLE, hour)[0]
        if one.state is None:
            one.state, one.why = _nothing(span, time, heard[hour], coverage, hour)
        remarks = one.remarks(differs) + sorted(coverage.remarks.get(hour, ()))
        found.append(
            HourValue(
                time, factor, one.state, one.why, one.mark, one.method, one.measured,
                one.measured if one.state == VALID else None, None, None, None, one.bound,
                one.sent, one.sent_converted, one.amount, one.received, one.valid, decimals,
                arrived=one.arrived, declared=one.declared,
                exempt=coverage.kinds_of(EXEMPT, hour) if exempt[hour] > limit else (),
                remarks=tuple(remarks), reasons=one.reasons,
            )
        )  # fmt: skip
    return found


@dataclass
class _Sent:
    """The logger's own hour, in millionths."""

    value: int | None
    converted: int | None
    amount: int | None
    letter: str


@dataclass(frozen=True)
class _Differs:
    """From which difference on the logger's own hour is remarked; sizes in millionths, percent as a ratio."""

    absolute: Fraction
    least: Fraction
    above: int
    below: int

    @classmethod
    def of(cls, rules: DayRules) -> _Differs:
        table = rules.table("validity.hour.logger_difference")
        above, below = (amount(table["relative"]) / 100).as_integer_ratio()
        return cls(amount(table["absolute"]) * MILLIONTHS, amount(table["least"]) * MILLIONTHS, above, below)

    def told(self, total: int, used: int, sent: int) -> bool:
        """Whether the mean `total / used` is that far from `sent`, all in millionths."""
        size = abs(total - sent * used)
        if size * self.below <= abs(total) * self.above and size <= self.absolute * used:
            return False
        return size > self.absolute * used or size > self.least * used


def _sent(span: Span, factor: str) -> list[_Sent | None]:
    grid = span.readings.grid(HOURLY, factor).within(span.first, span.last)
    found: list[_Sent | None] = [None] * span.hours
    fields = [grid.of(name) for name in (MEASURED, CONVERTED, AMOUNT)]
    numbers = [values.number.tolist() for values in fields]
    known = [values.known.tolist() for values in fields]
    for row, (time, letter) in enumerate(zip(grid.times.tolist(), grid.letters.tolist(), strict=True)):
        values = [n[row] if k[row] else None for n, k in zip(numbers, known, strict=True)]
        found[(time - span.first) // _HOUR] = _Sent(values[0], values[1], values[2], letter)
    return found


def _heard(span: Span) -> list[bool]:
    """Whether anything at all came from the device for each hour."""
    counts = np.zeros(span.hours, np.int64)
    for cn in (MINUTE, HOURLY):
        counts += np.diff(span.edges(span.readings.stamps(cn)))
    return [bool(count) for count in counts]


def _nothing(span: Span, time: datetime, heard: bool, coverage: Coverage, hour: int) -> tuple[str, str]:
    """State and reason of an hour of which the factor has nothing."""
    end = time + HOUR
    kinds = coverage.kinds_of(UNUSABLE, hour)
    if any(first < end and time < last for first, last in span.outages):
        return LOST_HERE, LOST_HERE
    if heard:
        return AT_SOURCE, kinds[0] if kinds else AT_SOURCE
    return NOT_RECEIVED, kinds[0] if kinds else NOT_RECEIVED


class _Hour:
    """One hour on its way to a state."""

    def __init__(
        self, rules: DayRules, made: Minutes, hour: int,
        *, sent: _Sent | None, stopped: int, unusable: int, has_minutes: bool, share: tuple[int, int],
    ) -> None:  # fmt: skip
        self.rules, self.hour_sent, self.stopped, self.unusable = rules, sent, stopped, unusable
        self.has_minutes, self.share = has_minutes, share
        self.state: str | None = None
        self.why: str | None = None
        self.mark, self.method, self.declared = "", None, False
        self.method = None if sent is None else BY_LOGGER
        length, counts = made.length[hour], made.counts[hour]
        self.count = sum(counts)
        self.used = made.used[hour]
        self.received = min(60, self.count * length)
        self.valid = min(60, self.used * length)
        self.stop_minutes = min(60, counts[STOP_CLASS] * length)
        self.reasons: dict[str, int] = {}
        if self.used < self.count:
            self.reasons = {name: n * length for name, n in zip(made.names[1:], counts[1:], strict=True) if n}
        self.total = made.total[hour]
        self.odd = made.odd_interval and self.count > 0
        bounds = counts[BOUND_CLASS]
        self.bound = of_millionths(made.bound_total[hour], self.used + bounds) if bounds else None
        zs = made.converted_used[hour]
        self.zs = of_millionths(made.converted[hour], zs) if zs and zs == self.used else None
        self.sent = None if sent is None else _exact(sent.value)
        self.amount = None if sent is None else _exact(sent.amount)
        self.sent_converted = self.zs
        self.measured = of_millionths(self.total, self.used) if self.used else None
        self.arrived = sent is not None or self.received >= rules.min_minutes

    def decide(self) -> None:
        """Set state, why, mark and method; the state stays None where the factor has nothing."""
        rules = self.rules
        if self.count:
            self.method = BY_MINUTES
        if self.stopped >= rules.stop_minutes:
            self.state, self.why, self.mark, self.declared = STOPPED, "stop", "F", True
            if not self.count:
                self._take_sent()
        elif self.received >= rules.min_minutes:
            self._by_minutes()
        elif self.hour_sent is not None:
            self._by_logger(self.hour_sent)
        elif self.count:
            self.state, self.why, self.mark = INVALID, "too_few_minutes", "D"

    def _by_minutes(self) -> None:
        enough = self.valid >= self.rules.min_minutes
        normal = self.used * self.share[1] >= self.share[0] * self.count
        if enough and normal:
            self.state, self.mark = VALID, "N"
            return
        self.mark = "D"
        if self.stop_minutes >= self.rules.stop_minutes:
            self.state, self.why, self.mark = STOPPED, "undeclared_stop", "F"
            return
        self.state = INVALID
        self.why = _largest(self.reasons) or ("too_few_normal" if enough else "too_few_minutes")

    def _by_logger(self, sent: _Sent) -> None:
        self._take_sent()
        letter = sent.letter.strip() or self.rules.absent_letter
        what = self.rules.letters.get(letter)
        self.mark = letter if what else "D"
        if what == "stop":
            self.state, self.why = STOPPED, "undeclared_stop"
        elif what != "use":
            self.state = INVALID
            self.why = "over_range" if what == "bound" else letter if what else "unknown_letter"
            if what == "bound":
                self.bound = self.sent
        elif sent.value is None:
            self.state, self.why = AT_SOURCE, "no_value"
        elif self.unusable > 60 - self.rules.min_minutes:
            self.state, self.why = INVALID, MARKED
        else:
            self.state = VALID

    def _take_sent(self) -> None:
        if self.hour_sent is not None:
            self.method, self.measured = BY_LOGGER, self.sent
            self.sent_converted = _exact(self.hour_sent.converted)

    def remarks(self, differs: _Differs) -> list[str]:
        """What was odd and changed nothing."""
        found = []
        if self.odd:
            found.append("interval_unknown")
        if self.method == BY_LOGGER and self.has_minutes:
            found.append("minutes_missing")
        if self.declared and self.valid >= self.rules.min_minutes and self.measured:
            found.append("number_while_stopped")
        sent = None if self.hour_sent is None else self.hour_sent.value
        by_minutes = self.method == BY_MINUTES and self.state == VALID
        if by_minutes and sent is not None and differs.told(self.total, self.used, sent):
            found.append("hour_differs")
        return found


def _exact(millionths: int | None) -> Fraction | None:
    return None if millionths is None else of_millionths(millionths)


def _largest(reasons: dict[str, Any]) -> str | None:
    if not reasons:
        return None
    return min(reasons, key=lambda name: (-reasons[name], name))
