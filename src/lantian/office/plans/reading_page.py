"""A plan as its page shows it: every clause beside its words, with what hangs on it. A fixed number of
queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lantian.office.plans.highlight import Mark, Piece, pieces
from lantian.office.plans.models import Clause, Deadline, Plan, StatedConsequence, Target, Task
from lantian.office.plans.outline import own_spans
from lantian.office.plans.terms import Review


@dataclass(slots=True)
class Row:
    """One clause: its words in marked pieces, its targets, tasks and dates, and how far its review is."""

    clause: Clause
    words: list[Piece] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    dates: list[Deadline] = field(default_factory=list)
    stated: list[StatedConsequence] = field(default_factory=list)

    @property
    def items(self) -> list[Clause | Target | Task | Deadline | StatedConsequence]:
        """Everything reviewable here."""
        return [self.clause, *self.targets, *self.tasks, *self.dates, *self.stated]

    @property
    def reviewed(self) -> bool:
        """Whether nothing here waits for a review."""
        return all(item.review != Review.UNREVIEWED for item in self.items)


def rows_of(plan: Plan) -> list[Row]:
    """The clauses of a plan in reading order, each with what hangs on it."""
    text, blank = plan.document.text, plan.document.blank
    clauses = list(plan.clauses.all())
    rows = {clause.pk: Row(clause) for clause in clauses}
    inside: dict[int | None, list[tuple[int, int]]] = defaultdict(list)
    for clause in clauses:
        if clause.end > clause.start:
            inside[clause.parent_id].append((clause.start, clause.end))
    for target in targets_on_page(plan):
        rows[target.clause_id].targets.append(target)
    for task in tasks_on_page(plan):
        rows[task.clause_id].tasks.append(task)
    for consequence in plan.consequences.filter(task=None):
        rows[consequence.clause_id].stated.append(consequence)
    loose = list(plan.deadlines.filter(task=None))
    marks = marks_of(rows.values(), loose)
    for clause in clauses:
        row = rows[clause.pk]
        own = own_spans(clause.start, clause.end, inside[clause.pk])
        row.dates = [d for d in loose if any(a <= d.start < b for a, b in own)]
        row.words = pieces(text, own, [*marks, *_heading(clause, text)], blank)
    return [row for row in rows.values() if row.words or row.items[1:] or row.clause.path]


def targets_on_page(plan: Plan) -> Iterable[Target]:
    """The plan's targets with all that a card shows."""
    return plan.targets.prefetch_related("regions").select_related("reviewed_by")


def tasks_on_page(plan: Plan) -> Iterable[Task]:
    """The plan's tasks with all that a card shows."""
    return plan.tasks.select_related("reviewed_by").prefetch_related(
        "assignments__unit", "assignments__source", "deadlines", "quantities", "consequences"
    )


def marks_of(rows: Iterable[Row], loose: Sequence[Deadline]) -> list[Mark]:
    """Every quote as a mark on the text."""
    marks = [Mark(d.start, d.end, "deadline", d.by, f"deadline-{d.pk}") for d in loose]
    for row in rows:
        marks += [
            Mark(t.start, t.end, "target", f"{t.indicator_label} {t.asks}", f"target-{t.pk}")
            for t in row.targets
            if t.review != Review.REJECTED
        ]
        for task in row.tasks:
            marks += [
                Mark(a.start, a.end, "unit", a.get_role_display(), f"task-{task.pk}")
                for a in task.assignments.all()
                if a.source_id is None
            ]
            marks += [Mark(d.start, d.end, "deadline", d.by, f"task-{task.pk}") for d in task.deadlines.all()]
            marks += [Mark(q.start, q.end, "quantity", "", f"task-{task.pk}") for q in task.quantities.all()]
    return marks


def _heading(clause: Clause, text: str) -> list[Mark]:
    """The number and heading at the start of a clause, as far as they stand there in one piece."""
    if not clause.heading:
        return []
    at = text.find(clause.heading, clause.start, min(clause.end, clause.start + len(clause.heading) + 30))
    return (
        [Mark(clause.start, at + len(clause.heading), "heading", "", f"clause-{clause.pk}")]
        if at >= 0
        else []
    )


def whole_document(plan: Plan) -> list[Piece]:
    """The whole text in marked pieces, page marks left in place but set apart."""
    rows = {c.pk: Row(c) for c in plan.clauses.all()}
    for target in targets_on_page(plan):
        rows[target.clause_id].targets.append(target)
    for task in tasks_on_page(plan):
        rows[task.clause_id].tasks.append(task)
    marks = marks_of(rows.values(), list(plan.deadlines.filter(task=None)))
    marks += [m for row in rows.values() for m in _heading(row.clause, plan.document.text)]
    return pieces(plan.document.text, [(0, len(plan.document.text))], marks, plan.document.blank)
