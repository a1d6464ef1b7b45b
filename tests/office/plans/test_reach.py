"""`TaskReach` always equals what it is derived from, and gives what the scope's lookups would."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db.models import Q


def seen_by_lookups(user: Any) -> set[int]:
    """The tasks a person sees, by the definition: subtree of the plan or of a bound region, or their unit."""
    from lantian.office.people.scope import region_root
    from lantian.office.plans.models import Assignment, Task

    root = region_root(user)
    if root == "":
        return set(Task.objects.values_list("pk", flat=True))
    where = Q(pk__in=[])
    if root:
        bound = Assignment.objects.filter(regions__path__startswith=root)
        where |= Q(plan__region__path__startswith=root) | Q(pk__in=bound.values("task"))
    if user.unit_id:
        where |= Q(pk__in=Assignment.objects.filter(unit=user.unit_id).values("task"))
    return set(Task.objects.filter(where).values_list("pk", flat=True))


def own_by_hand(user: Any, task: Any) -> tuple[str, int]:
    """The state that concerns a person, from the task and the shares alone."""
    from lantian.office.people.scope import region_root
    from lantian.office.plans.models import Share

    root = region_root(user)
    if not root or task.plan.region.path.startswith(root):
        return task.state, task.percent
    if not task.assignments.filter(regions__path__startswith=root).exists():
        return task.state, task.percent  # theirs by their unit alone: as a whole
    share = Share.objects.filter(task=task, region=user.region).first()
    return (share.state, share.percent) if share else ("not_started", 0)


@pytest.mark.parametrize("seed", range(4))
def test_random_changes_leave_it_equal_to_its_source(
    seed: int, province: dict[str, Any], city_plan: Any, county_plan: Any, person: Any
) -> None:
    from lantian.office.people.models import Unit
    from lantian.office.plans import actions, reach, rules
    from lantian.office.plans.models import Assignment, Plan, Share, Task

    chance = random.Random(seed)  # noqa: S311 - dice, no secret
    unit = Unit.objects.create(name="市能源中心", region=province["141000"], kind="department")
    people = [person(f"p{code}", code) for code in province] + [
        person("unit", "140105", unit=unit),
        person("unit-only", None, unit=unit),
        person("chief", None, is_superuser=True),
    ]
    regions = list(province.values())

    def report() -> None:
        task = chance.choice(Task.objects.exclude(review="rejected"))
        state = chance.choice(["not_started", "in_progress", "done"])
        region = chance.choice([None, province["141002"], province["141024"]])
        actions.report_progress(task, None, state=state, percent=chance.randrange(101), region=region)

    def bind() -> None:
        row = Assignment.objects.order_by("pk")[chance.randrange(Assignment.objects.count())]
        change = chance.choice([row.regions.add, row.regions.remove])
        change(*chance.sample(regions, 2))

    def name() -> None:
        row = Assignment.objects.filter(collective=True).first()
        inside = [r for r in regions if r.path.startswith(row.task.plan.region.path)]
        actions.name_regions(row, None, chance.sample(inside, min(2, len(inside))))

    def appoint() -> None:
        task = Task.objects.order_by("pk")[chance.randrange(Task.objects.count())]
        Assignment.objects.create(task=task, written=unit.name, role="coop", start=0, end=0, unit=unit)

    def dismiss() -> None:
        row = Assignment.objects.order_by("pk").last()
        if row.source_id is None and Assignment.objects.count() > 6:
            row.delete()

    def reject() -> None:
        task = chance.choice(Task.objects.all())
        if Task.objects.exclude(review="rejected").count() > 2:
            actions.reject(task, None, "no task")

    def drop_share() -> None:
        for share in Share.objects.order_by("pk")[:1]:
            share.delete()

    def move() -> None:
        place = province["141002"]
        place.parent = chance.choice([province["141000"], province["140100"]])
        place.save()

    def rehome() -> None:
        plan = chance.choice(Plan.objects.all())
        plan.region = chance.choice(regions)
        plan.save()

    for _ in range(14):
        chance.choice([report, report, bind, name, appoint, dismiss, reject, drop_share, move, rehome])()
    assert reach.differences() == []
    for user in people:
        user.refresh_from_db()
        seen = set(Task.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == seen_by_lookups(user), user
        told = {
            t.pk: (t.own_state, t.own_percent) for t in rules.tasks_for(user).select_related("plan__region")
        }
        live = {
            t.pk: own_by_hand(user, t) for t in Task.objects.filter(pk__in=seen).exclude(review="rejected")
        }
        assert told == live, user


def test_a_difference_is_named_and_refreshed(city_plan: Any) -> None:
    from lantian.office.plans import reach
    from lantian.office.plans.models import Task, TaskReach

    task = city_plan.tasks.first()
    Task.objects.filter(pk=task.pk).update(state="done", percent=100)
    TaskReach.objects.filter(task=city_plan.tasks.last()).first().delete()
    lines = reach.differences()
    assert {line[0] for line in lines} == {"+", "-"}
    assert reach.refresh([task.pk, city_plan.tasks.last().pk]) > 0
    assert reach.differences() == []
    assert reach.refresh([task.pk]) == 0


def test_together_refreshes_once(city_plan: Any, django_assert_max_num_queries: Any) -> None:
    from lantian.office.plans import reach
    from lantian.office.plans.models import TaskReach

    tasks = list(city_plan.tasks.all())
    with django_assert_max_num_queries(20), reach.together():
        for task in tasks:
            task.state = "in_progress"
            task.save()
    assert reach.differences() == []
    assert set(
        TaskReach.objects.filter(unit=None, region__code="141000").values_list("state", flat=True)
    ) == {"in_progress"}


def test_an_office_from_before_is_filled_by_migrate(city_plan: Any) -> None:
    from django.core.management.sql import emit_post_migrate_signal

    from lantian.office.plans import reach
    from lantian.office.plans.models import Task, TaskReach

    TaskReach.objects.all().delete()
    Task.objects.update(themes=0)
    emit_post_migrate_signal(0, False, "default")
    assert reach.differences() == [] and TaskReach.objects.exists()
    assert city_plan.tasks.get(number="1").themes == 1
