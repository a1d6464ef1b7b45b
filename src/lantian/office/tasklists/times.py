"""Tasks in time: a month's days with what is due on them, and bars from a plan's issue to its deadlines."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from lantian.office.plans.models import Deadline, Task
from lantian.office.plans.terms import DeadlineKind, State

SHOWN = 4  # of one day; the rest is a number that leads to the list
DATED = (DeadlineKind.BY, DeadlineKind.DURING)


@dataclass(slots=True)
class Day:
    """A day of the month with the first tasks due on it and how many there are."""

    day: date
    inside: bool
    count: int = 0
    late: int = 0
    shown: list[Any] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.shown)


def month_of(text: str, today: date) -> date:
    """The first day of the month asked for (2025-06), else of this month."""
    try:
        year, month = (int(part) for part in text.split("-"))
        return date(year, month, 1) if 1990 <= year <= 2100 else today.replace(day=1)
    except ValueError:
        return today.replace(day=1)


def weeks_of(first: date, tasks: QuerySet[Task], today: date) -> list[list[Day]]:
    """The weeks of a month, Monday first, with the deadlines of these tasks: each task once a day.

    A deadline that was met or whose task is done counts, but is not late.
    """
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    ids = tasks.order_by().values("pk")
    due: dict[date, dict[int, bool]] = defaultdict(dict)
    rows = Deadline.objects.filter(task__in=ids, kind__in=DATED, last_day__gte=first, last_day__lte=last)
    for task, day, met in rows.order_by("last_day", "task_id").values_list("task", "last_day", "met_on"):
        due[day][task] = due[day].get(task, True) and met is not None
    wanted = [pk for day in due.values() for pk in list(day)[:SHOWN]]
    known = {task.pk: task for task in tasks.filter(pk__in=wanted).prefetch_related(None)}
    states = dict(
        tasks.order_by()
        .filter(pk__in=list({pk for day in due.values() for pk in day}))
        .values_list("pk", "own_state")
    )
    weeks = []
    for week in calendar.Calendar().monthdatescalendar(first.year, first.month):
        days = []
        for day in week:
            one = Day(day, day.month == first.month)
            if one.inside and day in due:
                one.count = len(due[day])
                one.late = sum(
                    1
                    for pk, met in due[day].items()
                    if not met and day < today and states.get(pk) != State.DONE
                )
                one.shown = [known[pk] for pk in list(due[day])[:SHOWN] if pk in known]
            days.append(one)
        weeks.append(days)
    return weeks


@dataclass(frozen=True, slots=True)
class Bar:
    """A task on the axis: where it begins and ends, its milestones, in hundredths of the width."""

    task: Any
    left: float
    width: float
    late: bool
    milestones: tuple[tuple[float, Deadline, bool], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """Whole quarters from the first day to the last, and today's place among them."""

    first: date
    last: date

    @classmethod
    def over(cls, days: Sequence[date], today: date) -> Axis:
        """Long enough for all days and for today, at most twelve years."""
        low, high = min([*days, today]), max([*days, today])
        low = max(low, date(today.year - 6, 1, 1))
        high = min(high, date(today.year + 6, 12, 1))
        first = date(low.year, (low.month - 1) // 3 * 3 + 1, 1)
        after = (high.month - 1) // 3 * 3 + 4
        end = date(high.year + after // 13, (after - 1) % 12 + 1, 1) - timedelta(days=1)
        return cls(first, end)

    def at(self, day: date) -> float:
        """Where a day stands, 0 … 100, cut at the ends."""
        share = (day - self.first).days / ((self.last - self.first).days + 1)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    @property
    def ticks(self) -> list[tuple[float, float, str]]:
        """Years, or quarters where there are at most eight: left, width, words."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        step, found, day = (3 if months <= 24 else 12), [], self.first
        while day <= self.last:
            month = day.month - 1 + step if step == 3 else 12
            after = date(day.year + month // 12, month % 12 + 1, 1)
            words = f"{day.year} Q{(day.month - 1) // 3 + 1}" if step == 3 else str(day.year)
            left = self.at(day)
            found.append((left, round(self.at(min(after, self.last + timedelta(days=1))) - left, 2), words))
            day = after
        return found


def gantt(tasks: Sequence[Any], today: date) -> tuple[Axis, list[Bar]]:
    """The axis and a bar a task; one without any date has a bar of no width at its beginning."""
    spans = []
    for task in tasks:
        dated = [d for d in task.deadlines.all() if d.last_day is not None]
        starts = [d.last_day for d in dated if d.kind == DeadlineKind.FROM]
        marks = [d for d in dated if d.kind in DATED]
        begin = task.plan.issued_date or min((d.last_day for d in dated), default=today)
        begin = min([*starts, *([begin] if not starts else [])])
        begin = min([begin, *(d.last_day for d in marks)])
        end = max([d.last_day for d in marks], default=begin)
        spans.append((task, begin, max(begin, end), marks))
    axis = Axis.over([day for _t, begin, end, _m in spans for day in (begin, end)], today)
    bars = []
    for task, begin, end, marks in spans:
        left = axis.at(begin)
        late = task.own_state != State.DONE and task.due is not None and task.due < today
        points = tuple((axis.at(d.last_day), d, d.met_on is not None) for d in marks)
        bars.append(Bar(task, left, round(axis.at(end) - left, 2), late, points))
    return axis, bars
