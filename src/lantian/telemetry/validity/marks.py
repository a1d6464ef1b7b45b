"""Marks: what people, the condition signal and calibrations say about a span of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from lantian.telemetry.validity.rules import DayRules, Rules, local_day

PERSON, ELECTRONIC, CONTROL = "person", "electronic", "control"


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.

    Parameters
    ----------
    outlet
        the outlet or device it is about, as the caller names it
    kind
        a key of `telemetry.marks.kinds`: stop, start, shutdown, fault, calibration, instrument_fault …
    start, end
        aware instants, [start, end)
    factors
        factors it concerns; empty: all of the outlet
    entered_at
        when it was entered; None for marks no person entered
    evidence, evidence_at
        the file, and when it was handed in (None: with the mark)
    source
        person, electronic (p99101) or control (out of control, from calibration results)
    """

    outlet: str
    kind: str
    start: datetime
    end: datetime
    reason: str = ""
    evidence: str = ""
    operator: str = ""
    entered_at: datetime | None = None
    evidence_at: datetime | None = None
    factors: tuple[str, ...] = ()
    source: str = PERSON
    key: str = ""

    def concerns(self, factor: str) -> bool:
        """Whether the mark is about this factor."""
        return not self.factors or factor in self.factors


@dataclass(frozen=True, slots=True)
class MarkVerdict:
    """A mark with what is wrong with it: `refused` codes (it does not count), `remarks` (it does)."""

    mark: Mark
    refused: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the mark is used."""
        return not self.refused


def check_marks(marks: Iterable[Mark], rules: Rules) -> list[MarkVerdict]:
    """Which marks of people stand, each with the reasons of the verdict, in order of start.

    A mark needs an end after its start, a known kind, a reason, an operator, evidence where the rule wants
    it, and no overlap with one of its group of the same outlet and factors. Of two that overlap the one
    entered first stands. A mark entered late is used and says so; one entered after the ten-day window is
    cut hour by hour where hours are made (`hours`).
    """
    found: list[MarkVerdict] = []
    standing: list[Mark] = []

    def entered(mark: Mark) -> tuple[datetime, datetime, str, str]:
        return (mark.entered_at or mark.start, mark.start, mark.kind, mark.key)

    for mark in sorted(marks, key=entered):
        day = rules.on(local_day(mark.start))
        faults = _faults(mark, day)
        if not faults and any(_clash(mark, other, day) for other in standing):
            faults = ("overlap",)
        if not faults:
            standing.append(mark)
        found.append(MarkVerdict(mark, faults, _remarks(mark, day)))
    return sorted(found, key=lambda verdict: (verdict.mark.start, verdict.mark.kind, verdict.mark.key))


def standing(marks: Iterable[Mark], rules: Rules) -> list[Mark]:
    """The marks that count: those of people as `check_marks` finds, all others as they are."""
    given = list(marks)
    people = [mark for mark in given if mark.source == PERSON]
    others = [mark for mark in given if mark.source != PERSON]
    return [verdict.mark for verdict in check_marks(people, rules) if verdict.counts] + others


def _faults(mark: Mark, rules: DayRules) -> tuple[str, ...]:
    faults = []
    if mark.kind not in rules.kinds:
        faults.append("unknown_kind")
    if mark.end <= mark.start:
        faults.append("ends_before")
    if not mark.reason.strip():
        faults.append("no_reason")
    if not mark.operator.strip():
        faults.append("no_operator")
    if mark.kind in rules.rule("marks.evidence_for").texts and not mark.evidence.strip():
        faults.append("no_evidence")
    return tuple(faults)


def _remarks(mark: Mark, rules: DayRules) -> tuple[str, ...]:
    limit = timedelta(hours=rules.rule("marks.late_hours").integer)
    return ("late",) if mark.entered_at is not None and mark.entered_at - mark.start > limit else ()


def _clash(one: Mark, other: Mark, rules: DayRules) -> bool:
    if one.outlet != other.outlet or one.start >= other.end or other.start >= one.end:
        return False
    if one.factors and other.factors and not set(one.factors) & set(other.factors):
        return False
    kinds = rules.kinds
    groups = {kinds[mark.kind].group for mark in (one, other) if mark.kind in kinds}
    return len(groups) == 1


def electronic_marks(table: pa.Table, mn: str, rules: Rules, *, outlet: str = "") -> list[Mark]:
    """Marks out of the condition signal a device sends (ST 45, p99101): each state holds until the next.

    Parameters
    ----------
    table
        rows of `values.VALUES`, any devices
    mn
        the device that sends the condition
    outlet
        written into the marks; the device's own name when empty
    """
    mine = table.filter(pc.equal(table["place"], mn))
    if not mine.num_rows:
        return []
    rule = rules.on(local_day(pc.max(mine["time"]).as_py())).rule("marks.electronic")
    factor, letters = rule.table["factor"], rule.table["letters"]
    hold = timedelta(hours=rule.table["hold_hours"])
    rows = mine.filter(pc.equal(mine["factor"], factor))
    rows = rows.filter(pc.is_valid(rows["text"])).sort_by([("time", "ascending"), ("seq", "ascending")])
    states: dict[datetime, str] = {}
    for time, text in zip(rows["time"].to_pylist(), rows["text"].to_pylist(), strict=True):
        if text.strip() in letters:
            states[time] = letters[text.strip()]
    times = sorted(states)
    found: list[Mark] = []
    for position, time in enumerate(times):
        following = times[position + 1] if position + 1 < len(times) else None
        end = time + hold if following is None else min(following, time + hold)
        kind = states[time]
        if found and found[-1].kind == kind and found[-1].end == time:
            found[-1] = _until(found[-1], end)
        else:
            found.append(Mark(outlet or mn, kind, time, end, source=ELECTRONIC))
    return found


def _until(mark: Mark, end: datetime) -> Mark:
    return Mark(
        mark.outlet, mark.kind, mark.start, end, source=mark.source, factors=mark.factors, key=mark.key
    )


def overlaps(marks: Sequence[Mark], start: datetime, end: datetime) -> list[Mark]:
    """The marks that touch [start, end)."""
    return [mark for mark in marks if mark.start < end and start < mark.end]
