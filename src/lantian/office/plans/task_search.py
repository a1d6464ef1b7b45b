"""Which tasks are asked for, and the pages of a long list without touching a row that is not shown.

The same narrowing serves two shapes: a queryset of tasks (exports, the API), and the rows of `TaskReach`,
from which a page counts and takes its fifty by an index alone.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from lantian.office.frame import clock
from lantian.office.people.models import Unit
from lantian.office.people.scope import get_visible_or_404, region_root
from lantian.office.plans import rules, themes
from lantian.office.plans.models import Assignment, Clause, Task, TaskReach
from lantian.office.plans.terms import State
from lantian.office.regions.models import Region

SOON = timedelta(days=30)


def filtered_tasks(user: Any, asked: dict[str, Any]) -> QuerySet[Task]:
    """The tasks a person sees, narrowed; every list and export comes from here.

    `q` words, `state`, `due` bucket, `since` and `until` days of the deadline, `unit` (its number or words of
    its name), `role` of the unit, `region` code, `plan` and `part` (a clause) by number, `theme`.
    """
    region = asked.get("region")
    # A region within one's own is asked directly: what binds it, binds those above it.
    found = rules.tasks_for(get_visible_or_404(Region, user, code=region) if region else user)
    found = _narrowed(found, user, asked, "", "own_state")
    return (
        found.select_related("plan__region", "clause")
        .prefetch_related("assignments__source")
        .order_by("plan_id", "start", "id")
    )


def reached(user: Any, region: Region | None = None) -> QuerySet[TaskReach] | None:
    """One row a task that counts and that a person sees, or that binds a region of theirs; None where no
    single region stands for what they see (a superuser, the people of an enterprise)."""
    root = region_root(user)
    if region is None and not root:
        return None
    region_id = region.pk if region is not None else user.region_id
    rows = TaskReach.objects.filter(live=True)
    if region is not None or user.unit_id is None:
        return rows.filter(region=region_id)
    # What only the unit brings stands beside what the region brings, once.
    both = TaskReach.objects.filter(task=OuterRef("task"), region=region_id)
    return rows.filter(Q(region=region_id) | (Q(unit=user.unit_id) & ~Exists(both)))


class TaskPages(Paginator):
    """The pages of a list: counted over `TaskReach`, filled with the tasks of one page."""

    def __init__(self, user: Any, asked: dict[str, Any], per_page: int) -> None:
        code = asked.get("region")
        region = get_visible_or_404(Region, user, code=code) if code else None
        rows = reached(user, region)
        self.tasks = filtered_tasks(user, asked)
        self.rows = None if rows is None else _narrowed(rows, user, asked, "task__", "state")
        super().__init__(self.tasks, per_page)

    @cached_property
    def count(self) -> int:
        return self.tasks.order_by().count() if self.rows is None else self.rows.count()

    def page(self, number: Any) -> Any:
        found = super().page(number)
        if self.rows is not None:
            first = (found.number - 1) * self.per_page
            rows = self.rows.order_by("plan_id", "start", "task_id")[first : first + self.per_page]
            ids = list(rows.values_list("task", flat=True))
            found.object_list = self.tasks.filter(pk__in=ids)
        return found


def due_counts(user: Any, on: date) -> dict[str, int]:
    """How many open tasks a person has in each bucket of `rules.BUCKETS`."""
    rows = reached(user)
    found = rules.tasks_for(user).order_by() if rows is None else rows.order_by()
    return counted(found, on, "own_state" if rows is None else "state")


def counted(found: QuerySet[Any], on: date, state: str = "own_state") -> dict[str, int]:
    """The buckets of a list of tasks, in one question."""
    opened = ~Q(**{state: State.DONE})
    return found.aggregate(
        overdue=Count("pk", filter=opened & Q(due__lt=on)),
        soon=Count("pk", filter=opened & Q(due__gte=on, due__lte=on + SOON)),
        later=Count("pk", filter=opened & Q(due__gt=on + SOON)),
        undated=Count("pk", filter=opened & Q(due=None)),
    )


def _narrowed(found: QuerySet[Any], user: Any, asked: dict[str, Any], to: str, state: str) -> QuerySet[Any]:
    """Narrow tasks (`to` is empty) or rows of their reach (`to` leads to the task)."""
    task = f"{to}pk" if not to else "task"
    if asked.get("unit") or asked.get("role"):
        bound = _bound(str(asked.get("unit") or ""), asked.get("role") or "")
        found = found.filter(**{f"{task}__in": bound})
    if asked.get("plan"):
        found = found.filter(plan=asked["plan"])
    if asked.get("part"):
        part = Clause.objects.visible_to(user).filter(pk=asked["part"]).first()
        if part is not None:
            found = found.filter(plan=part.plan_id, start__gte=part.start, start__lt=part.end)
    if asked.get("state"):
        found = found.filter(**{state: asked["state"]})
    if asked.get("due"):
        today = clock.today()
        bucket = {
            "overdue": Q(due__lt=today),
            "soon": Q(due__gte=today, due__lte=today + SOON),
            "later": Q(due__gt=today + SOON),
            "undated": Q(due=None),
        }[asked["due"]]
        found = found.filter(bucket & ~Q(**{state: State.DONE}))
    if asked.get("since"):
        found = found.filter(due__gte=asked["since"])
    if asked.get("until"):
        found = found.filter(due__lte=asked["until"])
    if asked.get("theme"):
        about = F(f"{to}themes").bitand(themes.bit(asked["theme"]) or 0)
        found = found.annotate(about=about).filter(about__gt=0)
    if asked.get("q"):
        words = asked["q"].strip()
        holds = _holds(words)
        found = found.filter(
            Q(**{f"{to}title__{holds}": words})
            | Q(**{f"{to}text__{holds}": words})
            | Q(**{f"{to}number": words})
        )
    return found


def _holds(words: str) -> str:
    """The lookup for words in a text: Chinese has no cases, and folding every text takes most of a search."""
    return "contains" if words.lower() == words.upper() else "icontains"


def _bound(unit: str, role: str) -> QuerySet[Assignment]:
    """The numbers of the tasks a unit is bound to, in that role."""
    bound = Assignment.objects.order_by()
    if unit.isdigit():
        bound = bound.filter(unit=unit)
    elif unit:
        words = unit.strip()
        holds = _holds(words)
        named = Unit.objects.filter(**{f"name__{holds}": words})
        bound = bound.filter(Q(unit__in=named.values("pk")) | Q(**{f"written__{holds}": words}))
    if role:
        bound = bound.filter(role=role)
    return bound.values("task")
