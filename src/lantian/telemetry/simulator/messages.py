"""What a logger sends over a case's days, in the order it leaves the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from lantian.telemetry.hj212 import stamp
from lantian.telemetry.series import Floats, Series
from lantian.telemetry.simulator.days import equipment_days, value_days
from lantian.telemetry.simulator.grid import stream
from lantian.telemetry.simulator.lines import (
    CONDITION,
    POWER_DIGITS,
    PRODUCTION,
    TREATMENT,
    Column,
    columns,
    printed,
)
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.sender import Draft, Message, spoken
from lantian.telemetry.truth.case import Case

_LATE = timedelta(minutes=10)
"""What is sent so much later than it could is a supplement (RF=1 in 2025)."""
_USUAL_LAG = 4.0
_WRONG_CLOCK = 60.0
"""[s]"""
_ORDER = ("2081", "1013", "9015", "2011", "2021", "2051", "3020", "2061", "2031", "2041")


@dataclass(frozen=True, slots=True)
class Menu:
    """What is sent beside minutes, hours and days.

    Parameters
    ----------
    realtime
        2011 of the gas this often, at most one a minute period; None never
    power, condition, equipment, logs
        ST 44, ST 45, 2021 and 2041, 3020
    heartbeat
        9015 of 2025 loggers this often; None never
    only
        just these commands; empty for all
    """

    realtime: timedelta | None = None
    power: bool = True
    condition: bool = True
    equipment: bool = True
    logs: bool = True
    heartbeat: timedelta | None = timedelta(hours=1)
    only: frozenset[str] = frozenset()


FULL = Menu()


def packets(case: Case, plant: Plant, menu: Menu = FULL) -> Iterator[bytes]:
    """The packets of a case, in order of sending.

    Parameters
    ----------
    case
        of `simulate`
    plant
        the plant it was simulated of: its logger's generation, password, key
    menu
        what is sent beside minutes, hours and days
    """
    return (message.raw for message in messages(case, plant, menu))


def messages(case: Case, plant: Plant, menu: Menu = FULL) -> Iterator[Message]:
    """The same with what a sender has to know of each."""
    yield from spoken(drafts(case, plant, menu), plant)


def drafts(case: Case, plant: Plant, menu: Menu = FULL) -> list[Draft]:
    """What a case says, in order of sending; who sends it makes packets of it and numbers them."""
    found = sorted(_all_drafts(case, plant, menu), key=lambda d: (d.at, _ORDER.index(d.cn), d.st))
    return [draft for draft in found if not menu.only or draft.cn in menu.only]


def _all_drafts(case: Case, plant: Plant, menu: Menu) -> Iterator[Draft]:
    timing = Timing(case)
    for cn, made in (("2051", _minutes), ("2061", _hours), ("2031", _days)):
        if not menu.only or cn in menu.only:
            yield from made(case, plant, timing)
    if menu.power and case.power is not None:
        yield from _power(case, timing)
    if menu.condition and case.condition is not None:
        yield from _condition(case, timing)
    if menu.equipment:
        yield from _equipment(case, plant, timing)
    if menu.logs:
        yield from _logs(case, timing)
    if menu.realtime:
        yield from _realtime(case, plant, timing, menu.realtime)
    if menu.heartbeat and plant.generation == 2025:
        end = timing.start + timing.step * timing.n
        at = timing.start
        while at < end:
            yield timing.draft("9015", at, at, ())
            at += menu.heartbeat


class Timing:
    """When something of a period leaves the site, by the true clock and by the site's."""

    def __init__(self, case: Case) -> None:
        self.start, self.step, self.n = case.minutes.start, case.minutes.step, len(case)
        arrivals = case.arrivals
        width = self.step.total_seconds()
        if arrivals is None:
            self.delay = np.full(self.n, width + _USUAL_LAG)
            self.gap = np.full(self.n, 0.3)
        else:
            self.delay = np.where(np.isnan(arrivals.delay), width + _USUAL_LAG, arrivals.delay)
            self.gap = np.where(np.isnan(arrivals.qn_gap), 0.3, arrivals.qn_gap)

    def index(self, at: datetime) -> int:
        return min(max(int((at - self.start) / self.step), 0), self.n - 1)

    def late(self, index: int) -> bool:
        """Whether the line was away when the period could have been sent."""
        waited = self.delay[index] - self.gap[index] - self.step.total_seconds()
        return bool(timedelta(seconds=float(waited)) > _LATE)

    def wrong_clock(self, index: int) -> bool:
        """Whether the site's clock was minutes off when the period was sent."""
        return bool(abs(self.gap[index]) > _WRONG_CLOCK)

    def draft(
        self, cn: str, data_time: datetime, ready: datetime, groups: tuple[str, ...], st: str = "31"
    ) -> Draft:
        """What could leave at `ready` and waits as long as the period that ends there did."""
        index = self.index(ready - self.step)
        width = self.step.total_seconds()
        at = ready + timedelta(seconds=float(self.delay[index] - width))
        site = at - timedelta(seconds=float(self.gap[index]))
        timed = cn not in ("9015",)
        return Draft(at, site, cn, st, stamp(data_time) if timed else "", groups, self.late(index))


def _groups(found: list[Column], marks: dict[str, list[str]], index: int) -> tuple[str, ...]:
    """The items of one period: fields that have a value, then the mark."""
    items: dict[str, list[str]] = {}
    code_of: dict[str, str] = {}
    for column in found:
        code_of[column.factor] = column.code
        fields = items.setdefault(column.factor, [])
        text = column.texts[index]
        if text:
            fields.append(f"{column.code}-{column.name}={text}")
    out = []
    for factor, fields in items.items():
        mark = marks[factor][index]
        if mark:
            fields.append(f"{code_of[factor]}-Flag={mark}")
        if fields:
            out.append(",".join(fields))
    return tuple(out)


def _series(
    series: Series, plant: Plant, cn: str, timing: Timing, came: Iterable[int]
) -> Iterator[tuple[int, Draft]]:
    found = columns(series, plant)
    marks = {factor: series.marks_of(factor).tolist() for factor in plant.factors}
    for index in came:
        groups = _groups(found, marks, index)
        if groups:
            begin = series.start + series.step * index
            yield index, timing.draft(cn, begin, begin + series.step, groups)


def _minutes(case: Case, plant: Plant, timing: Timing) -> Iterator[Draft]:
    arrivals = case.arrivals
    versions = np.ones(timing.n, dtype=np.int64) if arrivals is None else arrivals.versions
    last: Draft | None = None
    strays = list(arrivals.off_grid) if arrivals is not None else []
    for index, draft in _series(case.minutes, plant, "2051", timing, np.flatnonzero(versions).tolist()):
        more = int(versions[index]) - 1
        if more and not timing.wrong_clock(index):
            yield replace(draft, repeats=more)  # the answer was lost and the same packet came again
        else:
            yield draft
            again = timedelta(seconds=10)
            for _ in range(more):  # another message for a time that was told already
                yield replace(draft, at=draft.at + again, site=draft.site + again)
        while strays and last is not None and strays[0] <= case.minutes.start + timing.step * index:
            stray = strays.pop(0)
            at = timing.draft("2051", stray, stray + timing.step, last.groups)
            yield at
        last = draft


def _hours(case: Case, plant: Plant, timing: Timing) -> Iterator[Draft]:
    for _, draft in _series(case.hours, plant, "2061", timing, range(len(case.hours))):
        yield draft


def _days(case: Case, plant: Plant, timing: Timing) -> Iterator[Draft]:
    daily = value_days(case.hours, plant)
    if daily is None:
        return
    for _, draft in _series(daily, plant, "2031", timing, range(len(daily))):
        yield draft


def _power(case: Case, timing: Timing) -> Iterator[Draft]:
    if case.power is None:
        return
    made = printed(case.power.production, POWER_DIGITS)
    cleaned = printed(case.power.treatment, POWER_DIGITS)
    for index, (a, b) in enumerate(zip(made, cleaned, strict=True)):
        groups = tuple(f"{code}-Rtd={text}" for code, text in ((PRODUCTION, a), (TREATMENT, b)) if text)
        if groups:
            at = timing.start + timing.step * index
            yield timing.draft("2011", at, at + timing.step, groups, st="44")


def told_conditions(case: Case) -> list[int]:
    """Periods at which the state of the process is told: when it changes, and each full hour."""
    if case.condition is None:
        return []
    per_hour = max(1, round(timedelta(hours=1) / case.minutes.step))
    change = np.concatenate([[True], case.condition[1:] != case.condition[:-1]])
    told = change | (np.arange(len(case)) % per_hour == 0)
    return np.flatnonzero(told & (case.condition != "")).tolist()


def _condition(case: Case, timing: Timing) -> Iterator[Draft]:
    if case.condition is None:
        return
    for index in told_conditions(case):
        at = timing.start + timing.step * index
        groups = (f"{CONDITION}-Rtd={case.condition[index]}",)
        yield timing.draft("2011", at, at + timing.step, groups, st="45")


def _equipment(case: Case, plant: Plant, timing: Timing) -> Iterator[Draft]:
    """2021 when equipment is switched, 2041 each day; SB1 makes the gas, SB2 cleans it."""
    days = equipment_days(case)
    for first, states in days.switches:
        groups = tuple(f"{code}-RS={state}" for code, state in states.items())
        yield timing.draft("2021", first, first + timing.step, groups)
    for first, hours in days.hours:
        groups = tuple(f"{code}-RT={text}" for code, text in hours.items())
        yield timing.draft("2041", first, first + timedelta(days=1), groups)


def _logs(case: Case, timing: Timing) -> Iterator[Draft]:
    for change in case.parameters:
        factor, _, code = change.code.rpartition("-")
        groups = (f"PolId={factor};InfoId={code};{code}-Info=//{change.new:g}//",)
        yield timing.draft("3020", change.time, change.time, groups)
    for at in case.logged:
        yield timing.draft("3020", at, at, ("i11001-Info=//例行维护//",))


def _realtime(case: Case, plant: Plant, timing: Timing, every: timedelta) -> Iterator[Draft]:
    """2011 of the gas: the mean of its period with the unrest of an instant."""
    rng = stream(plant.seed, plant.mn, "realtime")
    per_step = max(1, int(timing.step / every))
    factors = plant.factors
    marks = {factor: case.minutes.marks_of(factor).tolist() for factor in factors}
    code_of = {column.factor: column.code for column in columns(case.minutes, plant)}
    for number in range(per_step):
        texts: dict[str, list[str]] = {}
        for factor in factors:
            mean: Floats = case.minutes.of(f"{factor}-Avg")
            unrest = 1 + 0.01 * rng.standard_normal(len(mean))
            texts[factor] = printed(np.round(mean * unrest, plant.digits[factor]), plant.digits[factor])
        for index in range(timing.n):
            if timing.late(index):  # nobody sends an instant of yesterday
                continue
            groups = tuple(
                f"{code_of[f]}-Rtd={texts[f][index]},{code_of[f]}-Flag={marks[f][index]}"
                for f in factors
                if texts[f][index] and marks[f][index]
            )
            if groups:
                at = timing.start + timing.step * index + every * number
                yield timing.draft("2011", at, at, groups)
