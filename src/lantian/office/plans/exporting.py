"""A plan of the office as a plan file: what was read, as people corrected it, without what they rejected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation

from lantian.office.plans.models import Plan, Task
from lantian.office.plans.rules import review_counts
from lantian.office.plans.terms import DeadlineKind, NameHow, PlanStatus, Review
from lantian.planning import model as reading
from lantian.planning import planfile
from lantian.planning.notes import Note


def plan_yaml(plan: Plan) -> str:
    """The plan file of a plan, the same text for the same plan."""
    names = {n.written: n.unit.name for n in plan.unit_names.filter(how=NameHow.PERSON) if n.unit}
    waiting = review_counts(plan)[Review.UNREVIEWED]
    with translation.override("zh-hans"):
        about = [str(PlanStatus(plan.status).label), f"{plan.region.code} {plan.region.name}"]
    if waiting:
        about.append(f"not reviewed / 未审核: {waiting}")
    return planfile.dump(as_reading(plan), about=about, names=names)


def as_reading(plan: Plan) -> reading.Plan:
    """The plan as the kernel knows plans, with the document's text."""
    document = plan.document
    clauses = [c for c in plan.clauses.all() if c.review != Review.REJECTED]
    tasks = _tasks(plan)
    ids = _ids(tasks)
    targets = [
        t
        for t in plan.targets.select_related("clause").prefetch_related("regions")
        if t.review != Review.REJECTED
    ]
    target_ids = _ids(targets)
    stated = list(plan.consequences.select_related("clause"))
    stated_ids = _ids(stated)
    return reading.Plan(
        document=reading.Document(
            document.name, document.kind, document.text, document.sha256,
            tuple((a, b) for a, b in document.blank),
        ),
        meta=reading.Meta(
            title=plan.title, issuer=plan.issuer or None, doc_no=plan.doc_no or None,
            issued_date=_iso(plan.issued_date), region=plan.region_words or plan.region.name,
            level=plan.level or None, parent_docs=list(plan.parent_docs), year=plan.year,
        ),
        sections=[
            reading.Section(c.path.split("/"), c.heading, c.start, c.end, _open(c)) for c in clauses if c.path
        ],
        targets=[
            reading.Target(
                t.quote, t.start, t.end, target_ids[t.pk], _path(t.clause), _regions(t), t.indicator,
                t.comparator, _number(t.value), t.unit or None, t.baseline or None, t.by or None, t.binding,
                t.pool or None, t.implied_value, _open(t),
            )
            for t in targets
        ],
        tasks=[_task(t, ids) for t in tasks],
        other_deadlines=[_deadline(d) for d in plan.deadlines.filter(task=None).order_by("start", "pk")],
        notes=[Note(note["text"]) for note in plan.notes],
        consequences=[
            reading.Consequence(
                c.quote, c.start, c.end, stated_ids[c.pk], ids.get(c.task_id or 0), _path(c.clause),
                c.if_words, c.then_words, c.kind, _number(c.amount), c.unit or None, c.from_month or None,
                c.season or None, _open(c),
            )
            for c in stated
        ],
        parts=[
            reading.Part(
                p.label_written or None, p.title, p.kind, p.start, p.end, reading.Meta(title=p.title)
            )
            for p in plan.parts.all()
        ],
    )  # fmt: skip


def _tasks(plan: Plan) -> list[Task]:
    found = plan.tasks.select_related("clause").prefetch_related(
        "regions", "assignments__source", "deadlines", "quantities"
    )
    return [task for task in found if task.review != Review.REJECTED]


def _task(task: Task, ids: dict[int, str]) -> reading.Task:
    own = [a for a in task.assignments.all() if a.source_id is None or a.source_id not in ids]
    late = [a for a in task.assignments.all() if a.source_id in ids]
    return reading.Task(
        ids[task.pk], task.number, _path(task.clause), task.title or None, task.text, task.start, task.end,
        responsible=[reading.Unit(a.written, a.role, a.start, a.end, _open(a)) for a in own],
        deadlines=[_deadline(d) for d in task.deadlines.all()],
        quantities=[
            reading.Quantity(
                q.quote, q.start, q.end, _number(q.value), q.unit, q.comparator, q.what, _open(q)
            )
            for q in task.quantities.all()
        ],
        regions=list(task.region_words), sub_paragraphs=task.sub_paragraphs,
        inherited=[reading.Inherited(a.written, ids[a.source_id]) for a in late], doubts=_open(task),
    )  # fmt: skip


def _deadline(row: Any) -> reading.Deadline:
    for_ = row.what if row.kind == DeadlineKind.BY else f"[{row.kind}] {row.what}".strip()
    return reading.Deadline(row.quote, row.start, row.end, row.by or None, for_, _open(row))


def _regions(row: Any) -> list[str]:
    """Places as written; where a person said which regions are meant, these."""
    if "regions" in row.as_read or not row.region_words:
        return [region.name for region in row.regions.all()]
    return list(row.region_words)


def _ids(rows: Iterable[Any]) -> dict[int, str]:
    """The reader's id of each row; one that two rows have is told apart by the row's key."""
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for row in rows:
        ids[row.pk] = row.key if row.key and row.key not in taken else f"{row.key or 'A'}-{row.pk}"
        taken.add(ids[row.pk])
    return ids


def _open(row: Any) -> list[str]:
    return list(row.doubts) if row.review == Review.UNREVIEWED else []


def _path(clause: Any) -> list[str]:
    return clause.path.split("/") if clause.path else []


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
