"""A task as one line of a list: what a table, a print and a spreadsheet show alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lantian.office.plans.models import Task
from lantian.office.plans.terms import Role, State


@dataclass(frozen=True, slots=True)
class Line:
    """One line; units are their names as written, by role. `task` carries `own_state` and `own_percent`."""

    number: int
    task: Any
    lead: tuple[str, ...]
    coop: tuple[str, ...]
    responsible: tuple[str, ...]
    late: bool

    @property
    def deadlines(self) -> list[str]:
        """When it is due, in the active language; the first open day where no words are kept."""
        told = [deadline.when for deadline in self.task.deadlines.all()]
        return told or ([self.task.due.isoformat()] if self.task.due else [])

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        state = str(State(self.task.own_state).label)
        return f"{state} {self.task.own_percent}%" if self.task.own_state == State.IN_PROGRESS else state


def with_lines(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """The same tasks with what their lines need, in a few questions for all of them."""
    return tasks.prefetch_related("deadlines")


def lines_of(tasks: Iterable[Any], on: date, first: int = 1) -> Iterator[Line]:
    """Lines of tasks from `with_lines`, numbered from `first`."""
    for number, task in enumerate(tasks, first):
        by_role: dict[str, list[str]] = {}
        for assignment in task.assignments.all():
            by_role.setdefault(assignment.role, []).append(assignment.written)
        late = task.own_state != State.DONE and task.due is not None and task.due < on
        yield Line(
            number,
            task,
            tuple(by_role.get(Role.LEAD, ())),
            tuple(by_role.get(Role.COOP, ())),
            tuple(by_role.get(Role.SHARED, []) + by_role.get(Role.RESPONSIBLE, [])),
            late,
        )


def head() -> list[str]:
    """The columns of a task list as the offices write it."""
    return [
        _("No."), _("Task"), _("Measures"), _("Lead unit"), _("Cooperating units"), _("Responsible units"),
        _("Time limit"), _("How far"),
    ]  # fmt: skip
