"""A plan's records as coverage takes them: with what people corrected, without what they rejected."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import lantian
from lantian.office.monitoring.kept import kept
from lantian.office.plans.models import Assignment, Clause, Deadline, Document, Plan, Target, Task
from lantian.office.plans.terms import Review
from lantian.office.regions.models import Region
from lantian.planning.coverage import Coverage, Goal, Item, Scope, Text, When, cover
from lantian.planning.coverage.goals import clause_of
from lantian.planning.coverage.texts import folded, keyed, lowest_without_task, of_section
from lantian.planning.model import Section
from lantian.planning.versions import Changes, compare


def texts_of(plans: Iterable[Plan]) -> dict[int, Text]:
    """The records of several plans as `Text`s, by the plan's number: six queries for all of them."""
    by_pk = {plan.pk: plan for plan in plans}
    words = dict(Document.objects.filter(plan__in=by_pk).values_list("plan", "text"))
    clauses, tasks, goals = defaultdict(list), defaultdict(list), defaultdict(list)
    units, deadlines = defaultdict(list), defaultdict(list)
    for clause in Clause.objects.filter(plan__in=by_pk).exclude(review=Review.REJECTED).order_by("order"):
        clauses[clause.plan_id].append(clause)
    for task in Task.objects.filter(plan__in=by_pk).select_related("clause").order_by("start", "pk"):
        tasks[task.plan_id].append(task)
    assigned = Assignment.objects.filter(task__plan__in=by_pk).order_by("start", "pk")
    for task_id, written in assigned.values_list("task_id", "written"):
        units[task_id].append(written)
    for row in Deadline.objects.filter(plan__in=by_pk).exclude(task=None).order_by("start", "pk"):
        deadlines[row.task_id].append(When(row.by or None, folded(row.quote)))
    targets = Target.objects.filter(plan__in=by_pk).exclude(review=Review.REJECTED).select_related("clause")
    for target in targets.order_by("start", "pk"):
        goals[target.plan_id].append(_goal(target))
    return {
        pk: Text(
            title=plan.title,
            region=plan.region.name,
            level=plan.region.level,
            items=tuple(keyed(_items(clauses[pk], tasks[pk], units, deadlines, words[pk]))),
            goals=tuple(goals[pk]),
            whole=folded(words[pk]),
            issued=plan.issued_date,
            parents=tuple(str(named) for named in plan.parent_docs),
        )
        for pk, plan in by_pk.items()
    }


def _items(
    clauses: list[Clause],
    tasks: list[Task],
    units: Mapping[int, list[str]],
    deadlines: Mapping[int, list[When]],
    text: str,
) -> list[Item]:
    headings = {clause.path: clause.heading for clause in clauses}
    placed: list[tuple[int, Item]] = []
    for task in tasks:
        if task.review == Review.REJECTED:
            continue
        above, _, last = task.clause.path.rpartition("/")
        whole = task.clause.path if last != clause_of(task.number) else above
        item = Item(
            key=task.key,
            cited=whole.replace("/", "") + task.number,
            kind="task",
            heading=folded(task.title),
            above=folded(headings.get(whole, "")),
            text=task.text,
            units=tuple(dict.fromkeys(units[task.pk])),
            places=tuple(task.region_words),
            deadlines=tuple(deadlines[task.pk]),
        )
        placed.append((task.start, item))
    # The words of a task that was rejected are no clause without a task either.
    placed += _without_task(clauses, tasks, text)
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]


def _without_task(clauses: list[Clause], tasks: list[Task], text: str) -> list[tuple[int, Item]]:
    held = {
        tuple(parts[:n])
        for parts in (task.clause.path.split("/") for task in tasks)
        for n in range(1, len(parts) + 1)
    }
    sections = [Section(c.path.split("/"), c.heading, c.start, c.end) for c in clauses if c.path]
    headings = {tuple(s.path): s.heading for s in sections}
    free = lowest_without_task(sections, held)
    return [(section.start, of_section(section, headings, text)) for section in free]


def _goal(row: Target) -> Goal:
    return Goal(
        key=row.key,
        cited=row.clause.cited,
        places=tuple(row.region_words),
        indicator=row.indicator,
        comparator=row.comparator,
        value=None if row.value is None else float(row.value),
        unit=row.unit or None,
        baseline=row.baseline or None,
        by=row.by or None,
        binding=row.binding,
        pool=row.pool or None,
        words=folded(row.quote),
    )


def scopes_below(parent: Plan, children: Iterable[Plan]) -> dict[int, Scope]:
    """Where each child lies among the parent's regions, by the register: one query."""
    levels = ("province", "city", "county")
    regions = list(
        Region.objects.filter(path__startswith=parent.region.path, level__in=levels).values_list(
            "path", "name"
        )
    )
    return {child.pk: _scope(parent, child, regions) for child in children}


def _scope(parent: Plan, child: Plan, regions: list[tuple[str, str]]) -> Scope:
    within, others, above = set(), set(), [parent.region.name]
    mine = child.region.path
    for path, name in regions:
        if path == mine or name == child.region.name:
            continue
        if path.startswith(mine):
            within.add(name)
        elif mine.startswith(path):
            above.append(name)
        else:
            others.add(name)
    # A district of another city may be called as one of the child's: then the name says nothing.
    return Scope(
        child.region.name,
        tuple(sorted(within)),
        tuple(sorted(others - within)),
        tuple(dict.fromkeys(above)),
    )


def coverages_of(parent: Plan, children: list[Plan]) -> list[Coverage]:
    """Children against one parent, each computed once for what both say and kept."""
    texts, scopes = texts_of([parent, *children]), scopes_below(parent, children)
    return [_kept(texts[parent.pk], texts[child.pk], scopes[child.pk]) for child in children]


def coverages_above(parents: list[Plan], child: Plan) -> list[Coverage]:
    """One child against several parents."""
    texts = texts_of([*parents, child])
    return [
        _kept(texts[parent.pk], texts[child.pk], scopes_below(parent, [child])[child.pk])
        for parent in parents
    ]


def _kept(over: Text, below: Text, scope: Scope) -> Coverage:
    said = (code_version(), _digest(over), _digest(below), repr(scope))
    return kept("coverage", 0, said, lambda: cover(over, below, scope=scope))


def changes_between(old: Plan, new: Plan) -> Changes:
    """Two versions of a plan, compared once for what both say and kept."""
    texts = texts_of([old, new])
    before, after = texts[old.pk], texts[new.pk]
    said = (code_version(), _digest(before), _digest(after))
    return kept("versions", 0, said, lambda: compare(before, after))


def _digest(text: Text) -> str:
    return hashlib.sha256(repr(text).encode()).hexdigest()


@cache
def code_version() -> str:
    """A digest of the code and lists that decide: a kept answer never outlives a change of them."""
    root = Path(lantian.__file__).parent / "planning"
    digest = hashlib.sha256()
    for path in sorted([*(root / "coverage").rglob("*"), *(root / "versions").rglob("*"), root / "fold.py"]):
        if path.suffix in {".py", ".yaml"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
