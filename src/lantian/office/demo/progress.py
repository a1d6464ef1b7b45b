"""Life in the demonstration plans: what was reviewed, and what was reported about the tasks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.core.exceptions import PermissionDenied

from lantian.office.people.models import User
from lantian.office.plans import actions
from lantian.office.plans.models import Plan, Task
from lantian.office.plans.terms import State

DONE = "已按期完成，验收资料已归档（模拟）。"
PART = "分批推进，已完成的部分通过核查（模拟）。"
BEGUN = "已制定清单，正在组织实施（模拟）。"


def review(plans: Sequence[Plan], people: Mapping[str, User]) -> None:
    """The province's plan is accepted, the city's half reviewed, the county's as it was read."""
    province, city, _county = plans
    actions.accept_plan(province, people["analyst"], "逐条核对原文（模拟）", rest=True)
    dispatcher = people["linfen"]
    for found in (city.targets.all(), city.tasks.all()):
        rows = list(found)
        for row in rows[: len(rows) // 2]:
            actions.accept(row, dispatcher)


def report(plans: Sequence[Plan], people: Mapping[str, User], today: date) -> None:
    """Most of what was due is done, some is late, the rest is under way or not begun."""
    province, city, county = plans
    for plan, person in ((province, people["admin"]), (city, people["linfen"]), (county, people["hongtong"])):
        for number, task in enumerate(plan.tasks.all()):
            _report(task, person, number, today)
    for number, task in enumerate(city.tasks.filter(assignments__regions__code="141024").distinct()):
        if number % 2 == 0:
            _share(task, people["hongtong"], number)


def _report(task: Task, person: User, number: int, today: date) -> None:
    deadlines = [deadline for deadline in task.deadlines.all() if deadline.last_day]
    past = [deadline for deadline in deadlines if deadline.last_day < today]
    late = past and number % 5 == 4  # what came due last is not met: an overdue task
    met = past[:-1] if late else past
    if met and len(met) == len(deadlines):
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
