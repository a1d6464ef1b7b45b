"""Life in the demonstration plans: what was reviewed, and what was reported about the tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied

from lantian.office.people.models import User
from lantian.office.plans import actions
from lantian.office.plans.models import Deadline, Plan, Task
from lantian.office.plans.terms import State

DONE = "已按期完成，验收资料已归档（模拟）。"
PART = "分批推进，已完成的部分通过核查（模拟）。"
BEGUN = "已制定清单，正在组织实施（模拟）。"


# The tasks of the city's plan that are reviewed, and so dispatched: of many leads, few of all counties.
REVIEWED = frozenset({"2", "3", "7", "10", "11", "12", "15", "17"})


def review(plans: Sequence[Plan], people: Mapping[str, User]) -> None:
    """The province's plan is accepted, the city's half reviewed, the county's as it was read."""
    province, city, _county = plans
    actions.accept_plan(province, people["analyst"], "逐条核对原文（模拟）", rest=True)
    dispatcher = people["linfen"]
    targets = list(city.targets.all())
    tasks = [task for task in city.tasks.all() if task.number in REVIEWED]
    for row in (*targets[: len(targets) // 2], *tasks):
        actions.accept(row, dispatcher)


def report(plans: Sequence[Plan], people: Mapping[str, User], today: date) -> None:
    """Most of what was due is done, some is late, the rest is under way or not begun."""
    province, city, county = plans
    for plan, person in ((province, people["admin"]), (city, people["linfen"]), (county, people["hongtong"])):
        was_due = 0
        for number, task in enumerate(plan.tasks.all()):
            past = [
                deadline
                for deadline in task.deadlines.all()
                if deadline.last_day and deadline.last_day < today
            ]
            was_due += bool(past)
            # One in three of the tasks that had something due missed the last of it: it is overdue.
            met = past[:-1] if past and was_due % 3 == 2 else past
            _report(task, person, number, met)
    for number, task in enumerate(city.tasks.filter(assignments__regions__code="141024").distinct()):
        if number % 2 == 0:
            _share(task, people["hongtong"], number)


def _report(task: Task, person: User, number: int, met: Sequence[Deadline]) -> None:
    """Done when every deadline is met, under way when some are or by its number, else not begun."""
    if met and len(met) == task.deadlines.exclude(last_day=None).count():
        actions.report_progress(task, person, state=State.DONE, note=DONE, met=met)
    elif met or number % 3 == 0:
        percent = min(90, 30 + 20 * len(met) + number % 4 * 5)
        note = PART if met else BEGUN
        actions.report_progress(task, person, state=State.IN_PROGRESS, percent=percent, note=note, met=met)


def _share(task: Task, person: User, number: int) -> None:
    """A county's own share of a city's task, where its officer is the one to report it."""
    try:
        if number % 4 == 0:
            actions.report_progress(task, person, state=State.DONE, note=DONE)
        else:
            actions.report_progress(task, person, state=State.IN_PROGRESS, percent=45, note=PART)
    except PermissionDenied:
        return
