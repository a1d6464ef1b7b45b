"""A plan's records as coverage takes them: with what people corrected, without what they rejected."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import cache
from pathlib import Path

import lantian
from lantian.office.monitoring.kept import kept
from lantian.office.plans.models import Assignment, Clause, Deadline, Plan, Target, Task
from lantian.office.plans.terms import Review
from lantian.office.regions.models import Region
from lantian.planning.coverage import Coverage, Goal, Item, Scope, Text, When, cover
from lantian.planning.coverage.texts import folded, keyed, lowest_without_task
from lantian.planning.model import Section
from lantian.planning.versions import Changes, compare


def text_of(plan: Plan) -> Text:
    """A plan's records as a `Text`: five queries."""
    clauses = list(Clause.objects.filter(plan=plan).exclude(review=Review.REJECTED).order_by("order"))
    tasks = list(Task.objects.filter(plan=plan).exclude(review=Review.REJECTED).select_related("clause"))
    units, deadlines = defaultdict(list), defaultdict(list)
    for task_id, written in Assignment.objects.filter(task__plan=plan).values_list("task_id", "written"):
        units[task_id].append(written)
    for row in Deadline.objects.filter(plan=plan).exclude(task=None).order_by("start"):
        deadlines[row.task_id].append(When(row.by or None, folded(row.quote)))
    headings = {clause.path: clause.heading for clause in clauses}
    items = []
    for task in tasks:
        above, _, last = task.clause.path.rpartition("/")
        whole = task.clause.path if last != task.number.rstrip("abcdefghijklmnopqrstuvwxyz") else above
        items.append(
            Item(
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
        )
    items += _without_task(plan, clauses, tasks)
    return Text(
        title=plan.title,
        region=plan.region.name,
        level=plan.region.level,
        items=tuple(keyed(items)),
        goals=_goals(plan),
        whole=folded(plan.document.text),
        issued=plan.issued_date,
        parents=tuple(str(words) for words in plan.parent_docs),
    )


def _without_task(plan: Plan, clauses: list[Clause], tasks: list[Task]) -> list[Item]:
    held = {
        tuple(parts[:n])
        for parts in (task.clause.path.split("/") for task in tasks)
        for n in range(1, len(parts) + 1)
    }
    sections = [Section(c.path.split("/"), c.heading, c.start, c.end) for c in clauses if c.path]
    text = plan.document.text
    found = []
    for section in lowest_without_task(sections, held):
        cited, heading = "".join(section.path), folded(section.heading)
        body = folded(text[section.start : section.end])
        at = body.find(heading) if heading else -1
        found.append(
            Item(
                key=cited,
                cited=cited,
                kind="clause",
                heading=heading,
                above="",
                text=body[at + len(heading) :].lstrip("。.") if 0 <= at < 12 else body,
            )
        )
    return found


def _goals(plan: Plan) -> tuple[Goal, ...]:
    rows = Target.objects.filter(plan=plan).exclude(review=Review.REJECTED).select_related("clause")
    return tuple(
        Goal(
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
        for row in rows
    )


def scope_between(parent: Plan, child: Plan) -> Scope:
    """Where the child lies among the parent's regions, by the register: one query."""
    within, others, above = [], [], [parent.region.name]
    mine = child.region.path
    levels = ("province", "city", "county")
    rows = Region.objects.filter(path__startswith=parent.region.path, level__in=levels).values_list(
        "path", "name"
    )
    for path, name in rows:
        if path == mine or name == child.region.name:
            continue
        if path.startswith(mine):
            within.append(name)
        elif mine.startswith(path):
            above.append(name)
        else:
            others.append(name)
    # A district of another city may be called as one of the child's: then the name says nothing.
    taken = set(within)
    return Scope(
        child.region.name,
        tuple(sorted(within)),
        tuple(sorted({n for n in others if n not in taken})),
        tuple(dict.fromkeys(above)),
    )


def coverage_of(parent: Plan, child: Plan) -> Coverage:
    """A child plan against its parent, computed once for what both say and kept."""
    over, below, scope = text_of(parent), text_of(child), scope_between(parent, child)
    said = (code_version(), _digest(over), _digest(below), repr(scope))
    return kept("coverage", 0, said, lambda: cover(over, below, scope=scope))


def coverages_of(parent: Plan, children: list[Plan]) -> list[Coverage]:
    """Several children against one parent, whose records are read once."""
    over = text_of(parent)
    digest = _digest(over)
    found = []
    for child in children:
        below, scope = text_of(child), scope_between(parent, child)
        said = (code_version(), digest, _digest(below), repr(scope))
        found.append(kept("coverage", 0, said, lambda b=below, s=scope: cover(over, b, scope=s)))
    return found


def changes_between(old: Plan, new: Plan) -> Changes:
    """Two versions of a plan, compared once for what both say and kept."""
    before, after = text_of(old), text_of(new)
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
