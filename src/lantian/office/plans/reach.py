"""Keeping `TaskReach` equal to what it is derived from, in the transaction of the change.

Whatever is saved or deleted row by row (a task, a unit bound to it, a share, a region that moves) refreshes
by itself. Who writes in bulk calls `refresh` afterwards, in the same transaction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, NamedTuple

from django.apps import apps
from django.db import transaction
from django.db.models.signals import m2m_changed, post_delete, post_migrate, post_save, pre_save

from lantian.office.plans.models import Plan, Task
from lantian.office.plans.reach_models import TaskReach
from lantian.office.plans.task_models import Assignment, Share
from lantian.office.plans.terms import PlanStatus, Review, State
from lantian.office.plans.themes import themes_of
from lantian.office.regions.models import Region

CHUNK = 500


class Row(NamedTuple):
    """One row of `TaskReach`; the first three name it."""

    task_id: int
    region_id: int | None
    unit_id: int | None
    plan_id: int
    start: int
    live: bool
    state: str
    percent: int
    due: Any


FIELDS = Row._fields
_waiting: ContextVar[set[int] | None] = ContextVar("reach_waiting", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Rows saved one by one are brought in line once, at the end of the block; stand in a transaction."""
    token = _waiting.set(set())
    try:
        yield
        ids = _waiting.get() or set()
    finally:
        _waiting.reset(token)
    refresh(ids)


def refresh(task_ids: Iterable[int]) -> int:
    """Bring the rows of these tasks in line; gives how many rows had to be written or removed.

    Call it after bulk writes on tasks, assignments, their regions or shares, inside the same transaction.
    """
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(task_ids)
        return 0
    changed = 0
    for chunk in _chunks(sorted(set(task_ids))):
        with transaction.atomic():
            # Two refreshes of one task one after the other: the second sees what the first left.
            _themes(Task.objects.select_for_update().filter(pk__in=chunk).order_by("pk"))
            wanted, have = set(derived(chunk)), _kept(chunk)
            gone = [pk for row, pk in have.items() if row not in wanted]
            new = [row for row in wanted if row not in have]
            for few in _chunks(gone):
                TaskReach.objects.filter(pk__in=few).delete()
            TaskReach.objects.bulk_create((TaskReach(**row._asdict()) for row in new), batch_size=2000)
            changed += len(gone) + len(new)
    return changed


def _themes(tasks: Any) -> None:
    """Write what the tasks are about, where their words changed it."""
    new: dict[int, list[int]] = defaultdict(list)
    for pk, title, text, themes in tasks.values_list("pk", "title", "text", "themes"):
        found = themes_of(title, text)
        if found != themes:
            new[found].append(pk)
    for found, pks in new.items():
        Task.objects.filter(pk__in=pks).update(themes=found)


def refresh_plan(plan: Plan) -> int:
    """The same for every task of a plan."""
    return refresh(plan.tasks.values_list("pk", flat=True))


def differences(task_ids: Iterable[int] | None = None) -> list[str]:
    """What the table holds too much (`-`) or too little (`+`), a line each; empty when it is right."""
    ids = Task.objects.values_list("pk", flat=True) if task_ids is None else task_ids
    lines = []
    for chunk in _chunks(sorted(set(ids))):
        wanted, have = set(derived(chunk)), set(_kept(chunk))
        lines += [f"- {row}" for row in sorted(map(str, have - wanted))]
        lines += [f"+ {row}" for row in sorted(map(str, wanted - have))]
    return lines


def derived(task_ids: Iterable[int]) -> Iterator[Row]:
    """The rows that these tasks should have, from the tasks, their units, regions and shares."""
    tasks = list(
        Task.objects.filter(pk__in=task_ids).values_list(
            "pk",
            "plan",
            "start",
            "review",
            "state",
            "percent",
            "due",
            "plan__region",
            "plan__status",
        )
    )
    bound: dict[int, set[int]] = defaultdict(set)
    units: dict[int, set[int]] = defaultdict(set)
    pairs = Assignment.objects.filter(task__in=task_ids).order_by().values_list("task", "regions", "unit")
    for task, region, unit in pairs:
        if region is not None:
            bound[task].add(region)
        if unit is not None:
            units[task].add(unit)
    shares = {
        (task, region): (state, percent)
        for task, region, state, percent in Share.objects.filter(task__in=task_ids).values_list(
            "task", "region", "state", "percent"
        )
    }
    above = _above({home for *_rest, home, _status in tasks}.union(*bound.values()))
    nothing = (State.NOT_STARTED.value, 0)
    for pk, plan, start, review, state, percent, due, home, status in tasks:
        live, whole = review != Review.REJECTED and status != PlanStatus.SUPERSEDED, above[home]
        for region in whole.union(*(above[place] for place in bound[pk])):
            own = (state, percent) if region in whole else shares.get((pk, region), nothing)
            yield Row(pk, region, None, plan, start, live, *own, due)
        for unit in units[pk]:
            yield Row(pk, None, unit, plan, start, live, state, percent, due)


def _above(regions: set[int]) -> dict[int, frozenset[int]]:
    """Each region with those above it."""
    paths = dict(Region.objects.filter(pk__in=regions).order_by().values_list("pk", "path"))
    codes = {code for path in paths.values() for code in path.split("/") if code}
    ids = dict(Region.objects.filter(code__in=codes).order_by().values_list("code", "pk"))
    return {pk: frozenset(ids[code] for code in path.split("/") if code) for pk, path in paths.items()}


def _kept(task_ids: Iterable[int]) -> dict[Row, int]:
    rows = TaskReach.objects.filter(task__in=task_ids).values_list(*FIELDS, "pk")
    return {Row(*row[:-1]): row[-1] for row in rows}


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while part := list(islice(rest, CHUNK)):
        yield part


# --- what refreshes by itself
# ---------------------------------------------------------------------------------------------


def connect() -> None:
    """Called once, when the app is ready."""
    for model in (Task, Assignment, Share):
        post_save.connect(_saved, model, dispatch_uid=f"reach-{model.__name__}")
    for model in (Assignment, Share):
        post_delete.connect(_deleted, model, dispatch_uid=f"reach-without-{model.__name__}")
    m2m_changed.connect(_bound, Assignment.regions.through, dispatch_uid="reach-regions")
    post_migrate.connect(_first, apps.get_app_config("plans"), dispatch_uid="reach-first")
    for model in (Region, Plan):
        pre_save.connect(_moving, model, dispatch_uid=f"reach-moving-{model.__name__}")
        post_save.connect(_moved, model, dispatch_uid=f"reach-moved-{model.__name__}")


def _first(**_more: Any) -> None:
    """An office from before this table: fill it once."""
    if not TaskReach.objects.exists() and Task.objects.exists():
        refresh(Task.objects.values_list("pk", flat=True))


def _saved(instance: Any, raw: bool = False, **_more: Any) -> None:
    if not raw:
        refresh([instance.pk if isinstance(instance, Task) else instance.task_id])


def _deleted(instance: Any, origin: Any = None, **_more: Any) -> None:
    # Together with its task or plan: the rows go by themselves.
    if getattr(origin, "model", type(origin)) in (Assignment, Share):
        refresh([instance.task_id])


def _bound(instance: Any, action: str, reverse: bool = False, **more: Any) -> None:
    if action not in ("post_add", "post_remove", "post_clear"):
        return
    rows = Assignment.everything.filter(pk__in=more.get("pk_set") or ()) if reverse else [instance]
    refresh([row.task_id for row in rows])


def _moving(sender: Any, instance: Any, raw: bool = False, **_more: Any) -> None:
    """Note whether a region gets another place in the tree, or a plan another region."""
    field = "path" if sender is Region else "region_id"
    old = None if raw or not instance.pk else sender.objects.filter(pk=instance.pk).values_list(field).first()
    instance.reach_moves = old is not None and old[0] != getattr(instance, field)


def _moved(sender: Any, instance: Any, **_more: Any) -> None:
    if not instance.reach_moves:
        return
    if sender is Plan:
        refresh_plan(instance)
    else:
        refresh(TaskReach.objects.filter(region=instance.pk).values_list("task", flat=True))
