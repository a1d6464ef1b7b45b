"""The year worked out a second time, from the behaviour table and the words of the plan alone.

No Django, no Lantian: what a round must count, who must be proposed for what, which share of tasks is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import ModuleType

COLUMNS = ("asked", "in_time", "late", "missing", "waiting", "returned", "verified", "false", "done")


@dataclass(frozen=True)
class Bound:
    """A unit or collective name of a task: its role, the unit's name and seat, the regions meant."""

    role: str
    unit: str | None
    seat: str | None  # path of the unit's region
    regions: tuple[str, ...]  # paths


@dataclass(frozen=True)
class Task:
    """A task of the accepted reading: its place in the plan, whom it binds, its dated deadlines."""

    number: int
    bound: tuple[Bound, ...]
    deadlines: tuple[tuple[int, date], ...]  # key, last day; of kind by and during


@dataclass(frozen=True)
class Duty:
    """What one holder reports on. `holder` is a unit's name, or the path of a region for its share."""

    task: Task
    holder: str
    unit: str | None
    lead: str | None
    speaks: bool

    @property
    def is_share(self) -> bool:
        return "/" in self.holder


@dataclass
class Sent:
    """One report of a round as it must end."""

    duty: Duty
    month: int
    fate: int
    on: date | None = None
    late: bool = False
    returned: bool = False
    done: bool = False
    false: str = ""  # "at once", "later"
    met: tuple[int, ...] = ()


@dataclass
class Course:
    """A plan's year: by month what was sent."""

    duties: list[Duty]
    holders: list[str]
    rounds: dict[int, list[Sent]] = field(default_factory=dict)
    met: dict[int, date] = field(default_factory=dict)  # deadline → since when

    @property
    def sent(self) -> list[Sent]:
        return [one for rows in self.rounds.values() for one in rows]

    def index(self, holder: str) -> int:
        return self.holders.index(holder)


def duties_of(tasks: Sequence[Task], home: str) -> list[Duty]:
    """Who reports: units named for the whole, governments and collective names below for their share."""
    found = []
    for task in tasks:
        named = [b for b in task.bound if b.role != "coop"] or list(task.bound)
        lead = next(
            (b.unit for b in task.bound if b.role == "lead" and b.unit and not _is_below(b.seat, home)), None
        )
        wholes = dict.fromkeys(b.unit for b in named if b.unit and not _is_below(b.seat, home))
        shares = {path: None for b in named if not b.unit for path in b.regions if _is_below(path, home)}
        shares |= {b.seat: b.unit for b in named if b.unit and _is_below(b.seat, home)}
        speaker = lead if lead in wholes else next(iter(wholes)) if len(wholes) == 1 else None
        found += [Duty(task, unit, unit, lead, unit == speaker) for unit in wholes]
        found += [Duty(task, path, unit, lead, False) for path, unit in shares.items()]
    return found


def _is_below(path: str | None, home: str) -> bool:
    return path is not None and path != home and path.startswith(home)


def play(
    tasks: Sequence[Task], home: str, months: Sequence[int], table: ModuleType, silent: Callable[[str], bool]
) -> Course:
    """The year of one plan by the behaviour table."""
    duties = duties_of(tasks, home)
    course = Course(duties, sorted({d.holder for d in duties}))
    finished: set[tuple[int, str]] = set()  # task, holder: verified as done
    for month in months:
        closed = {d.task.number for d in duties if _is_closed(d.task, duties, finished)}
        asked = [
            d for d in duties
            if (d.task.number, d.holder) not in finished and (d.is_share or d.task.number not in closed)
        ]  # fmt: skip
        rows = course.rounds[month] = []
        for holder in course.holders:
            mine = [d for d in asked if d.holder == holder]
            rows += _month(mine, course, month, table, silent(holder))
        for one in rows:
            if one.done and not one.false:
                finished.add((one.duty.task.number, one.duty.holder))
            for key in one.met if not one.false and one.on else ():
                course.met[key] = min(one.on, course.met.get(key, one.on))
    return course


def _is_closed(task: Task, duties: Sequence[Duty], finished: set[tuple[int, str]]) -> bool:
    """Whether the whole is done: its speaker said so; without a speaker everybody who reports the whole."""
    wholes = [d for d in duties if d.task is task and not d.is_share]
    speakers = [d for d in wholes if d.speaks] or wholes
    return bool(speakers) and all((task.number, d.holder) in finished for d in speakers)


def _month(
    mine: Sequence[Duty], course: Course, month: int, table: ModuleType, is_silent: bool
) -> list[Sent]:
    """What one holder sends in one round."""
    if not mine:
        return []
    index = course.index(mine[0].holder)
    fate = table.MISSING if is_silent else table.fate(index, month)
    if fate == table.MISSING:
        return [Sent(d, month, fate) for d in mine]
    day = table.DUE + table.days_late(index) if fate == table.LATE else table.SUBMITS
    rows = []
    for duty in mine:
        one = Sent(duty, month, fate, date(table.YEAR, month, day), late=fate == table.LATE)
        past = [key for key, last in duty.task.deadlines if last <= table.month_end(month)]
        if past and table.delivers(index, duty.task.number):
            one.done = len(past) == len(duty.task.deadlines)
            one.met = () if duty.is_share else tuple(past)
        rows.append(one)
    if fate == table.RETURNED:
        rows[0].returned, rows[0].on = True, date(table.YEAR, month, table.AGAIN)
    if fate in (table.FALSE_AT_ONCE, table.FALSE_LATER):
        lie = next((one for one in rows if not one.done), None)
        if lie is not None:
            lie.done, lie.met = True, ()
            lie.false = "at once" if fate == table.FALSE_AT_ONCE else "later"
    return rows


def columns(rows: Sequence[Sent]) -> dict[str, int]:
    """What the bulletin of a round must count, on the day it is issued: lies that come out later stand as
    verified and done."""
    count = Counter(dict.fromkeys(COLUMNS, 0))
    for one in rows:
        count["asked"] += 1
        count["missing" if one.on is None else "late" if one.late else "in_time"] += 1
        if one.on is None:
            continue
        count["false" if one.false == "at once" else "verified"] += 1
        count["done"] += one.done and one.false != "at once"
    return dict(count)


def year_of(rows: Sequence[Sent]) -> dict[str, int]:
    """Due, in time, late, missing, sent back, false of some reports, at the end of the year."""
    return {
        "due": len(rows),
        "in_time": sum(1 for one in rows if one.on and not one.late),
        "late": sum(1 for one in rows if one.late),
        "missing": sum(1 for one in rows if one.on is None),
        "returned": sum(1 for one in rows if one.returned),
        "false": sum(1 for one in rows if one.false),
    }


def of_unit(course: Course, unit: str) -> list[Sent]:
    """A unit's reports, of the whole and, for a government, of its region's share that names it."""
    return [one for one in course.sent if one.duty.unit == unit]


def of_region(course: Course, path: str) -> list[Sent]:
    """The reports of a region's shares."""
    return [one for one in course.sent if one.duty.is_share and one.duty.holder.startswith(path)]


def tasks_done(course: Course, duties: Sequence[Duty], last: date) -> tuple[int, int]:
    """(done, due) of duties with a deadline in the year of `last`, as verified by `last`."""
    verified = {
        (one.duty.task.number, one.duty.holder)
        for one in course.sent
        if one.done and not one.false and one.on and one.on <= last
    }
    due = done = 0
    for duty in duties:
        keys = [key for key, day in duty.task.deadlines if day.year == last.year and day <= last]
        if not keys:
            continue
        due += 1
        all_met = not duty.is_share and all(key in course.met and course.met[key] <= last for key in keys)
        done += all_met or (duty.task.number, duty.holder) in verified
    return done, due


def percent(part: int, whole: int) -> Fraction:
    """Part of whole in per cent, to one decimal, half to even."""
    tenths = Fraction(1000 * part, whole)
    low = tenths.numerator // tenths.denominator
    rest = tenths - low
    return Fraction(low + (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and low % 2 == 1)), 10)


def months_silent(course: Course, unit: str, least: int) -> set[int]:
    """The months in whose round a unit left at least so many reports missing."""
    found = Counter(one.month for one in of_unit(course, unit) if one.on is None)
    return {month for month, number in found.items() if number >= least}


def months_of_talks(course: Course, unit: str, judged: Sequence[int]) -> set[int]:
    """The months (13 is the next January) at whose end a unit is to be talked to about lies: the month after
    the round, and the month itself where the lie was found at once, for it is a problem found on that day."""
    lies = [one for one in of_unit(course, unit) if one.false]
    return {one.month + 1 for one in lies} | {
        one.month for one in lies if one.false == "at once" and one.month in judged
    }


def orders(course: Course, table: ModuleType) -> Mapping[int, list[str]]:
    """By month, the holders that had reports missing: each gets an order."""
    return {
        month: sorted({one.duty.holder for one in rows if one.on is None})
        for month, rows in course.rounds.items()
    }
