"""A new reading brought into a plan that people worked on: what they decided stays, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Model

from lantian.office.plans.matching import Thing, pairs
from lantian.office.plans.models import (
    Assignment,
    Clause,
    Deadline,
    Plan,
    PlanPart,
    Quantity,
    StatedConsequence,
    Target,
    Task,
    UnitName,
)
from lantian.office.plans.reach_models import TaskReach
from lantian.office.plans.reviewing import refresh_dates
from lantian.office.plans.terms import Origin, Review, State
from lantian.office.plans.writes import every, plain

# What the reader writes into a row; of a change in `_SILENT` nobody need be told.
_READ: dict[Any, tuple[str, ...]] = {
    PlanPart: ("label_written", "title", "kind", "order", "start", "end"),
    Clause: ("path", "number", "heading", "depth", "start", "end", "doubts"),
    Target: (
        "quote", "region_words", "unresolved", "indicator", "comparator", "value", "unit", "baseline", "by",
        "last_day", "binding", "pool", "implied_value", "key", "start", "end", "doubts",
    ),
    Task: ("number", "title", "text", "region_words", "sub_paragraphs", "key", "start", "end", "doubts"),
    Deadline: ("quote", "kind", "by", "last_day", "what", "start", "end", "doubts"),
    Quantity: ("quote", "value", "unit", "comparator", "what", "start", "end", "doubts"),
    Assignment: ("written", "role", "unit", "collective", "unresolved", "start", "end", "doubts"),
    StatedConsequence: (
        "quote", "if_words", "then_words", "kind", "amount", "unit", "from_month", "season", "key", "start",
        "end", "doubts",
    ),
}  # fmt: skip
_SILENT = {"key", "start", "end", "doubts", "depth", "order", "last_day", "sub_paragraphs", "path"}
# Where it stands: no person's word, whatever was corrected.
_PLACE = {"start", "end", "key", "depth", "path", "order", "sub_paragraphs", "doubts"}
_WORDS = {Target: "quote", Task: "text", Deadline: "quote", Quantity: "quote", StatedConsequence: "quote"}
_LINKED = (Target, Task, Assignment)
_HANGING = (Assignment, Deadline, Quantity, StatedConsequence)
_FAR = 1_000_000


class Merger:
    """Brings the rows of `fresh`, a plan just written, into `plan`; `changes` says what became of each."""

    def __init__(self, plan: Plan, fresh: Plan) -> None:
        self.plan, self.fresh = plan, fresh
        self.changes: list[dict[str, Any]] = []
        self.clause: dict[int, Clause] = {}  # key in the fresh plan to the row in the plan
        self.task: dict[int, Task] = {}
        self.lost: list[Any] = []

    def merge(self) -> list[dict[str, Any]]:
        """Do it; what is left of `fresh` may be deleted afterwards."""
        parts = self._rows(PlanPart, {"plan": self.plan}, self.plan.parts.all(), self.fresh.parts.all())
        self._clauses(parts)
        targets = (self.plan.targets.all(), self.fresh.targets.select_related("clause"))
        self._rows(Target, {"plan": self.plan}, *targets, place=True)
        self._tasks()
        loose = [Deadline.everything.filter(plan=p, task=None) for p in (self.plan, self.fresh)]
        self._rows(Deadline, {"plan": self.plan}, *loose)
        stated = [StatedConsequence.everything.filter(plan=p) for p in (self.plan, self.fresh)]
        self._rows(StatedConsequence, {"plan": self.plan}, *stated, place=True)
        names = set(self.plan.unit_names.values_list("written", flat=True))
        self.fresh.unit_names.exclude(written__in=names).update(plan=self.plan)
        for row in sorted(self.lost, key=lambda r: (isinstance(r, Clause), isinstance(r, Task), -r.pk)):
            self._let_go(row)
        return self.changes

    # --- one kind of rows

    def _rows(
        self, model: Any, owner: dict[str, Any], old: Iterable[Any], new: Iterable[Any], place: bool = False
    ) -> dict[int, Any]:
        """Pair the rows of a model; each row of the new reading by its key, as it stands in the plan."""
        mine, theirs = {r.pk: r for r in old}, {r.pk: r for r in new}
        found = pairs([_thing(r) for r in mine.values()], [_thing(r) for r in theirs.values()])
        at: dict[int, Any] = {}
        for pk, row in theirs.items():
            links = dict(owner)
            if place:
                links["clause"] = self.clause[row.clause_id]
                if hasattr(row, "task_id"):
                    links["task"] = self.task.get(row.task_id) if row.task_id else None
            if isinstance(row, Assignment):
                links["source"] = self.task.get(row.source_id) if row.source_id else None
            if pk in found:
                at[pk] = self._renew(mine[found[pk]], row, links)
            else:
                at[pk] = self._adopt(row, links)
        kept = set(found.values())
        self.lost += [r for r in mine.values() if r.pk not in kept and r.origin == Origin.READ and not r.gone]
        return at

    def _adopt(self, row: Any, links: dict[str, Any]) -> Any:
        for name, value in links.items():
            setattr(row, name, value)
        row.save()
        self._tell("added", row)
        return row

    def _renew(self, row: Any, new: Any, links: dict[str, Any]) -> Any:
        """What the new reading says of a row; what a person said of it stays."""
        model = type(row)
        words = _WORDS.get(model)
        same_words = not words or _read(row, words) == getattr(new, words)
        signed = row.review != Review.UNREVIEWED or row.origin == Origin.ADDED
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        kept, touched = False, False
        for name in (*_READ[model], *(("regions",) if model in _LINKED else ())):
            old_value, value = _value(row, name), _value(new, name)
            if name in row.as_read:
                unbound = name == "unit" and row.review == Review.REJECTED
                if row.as_read[name] != plain(value) and not unbound:
                    before[name], after[name] = row.as_read[name], plain(value)
                    row.as_read = {**row.as_read, name: plain(value)}
                    kept = touched = True
            elif old_value != value and f"_{name}" not in row.as_read:
                mine = name not in _PLACE and signed and (same_words or row.origin == Origin.ADDED)
                if name == "last_day" and "by" in row.as_read:
                    continue
                if not mine:
                    _set(row, new, name)
                    touched = True
                if name not in _SILENT and row.origin == Origin.READ:
                    before[name], after[name] = plain(old_value), plain(value)
                    kept = kept or mine
        for name, value in {**links, "gone": False}.items():
            if getattr(row, name) != value and not (name == "source" and row.origin == Origin.ADDED):
                setattr(row, name, value)
                touched = True
        if before and signed and not same_words and row.review == Review.ACCEPTED:
            row.review, touched = Review.UNREVIEWED, True  # the document says something else now
        if touched:
            row.save()
        if before:
            self._tell("changed", row, before=before, after=after, kept=kept)
        return row

    # --- clauses and tasks

    def _clauses(self, parts: dict[int, PlanPart]) -> None:
        mine = list(self.plan.clauses.select_related("part"))
        theirs = list(self.fresh.clauses.all())
        above = {c.pk: c.parent_id for c in theirs}
        order = [c.pk for c in mine]
        self.plan.clauses.update(order=F("order") + _FAR)  # out of the way of the new order
        for clause in mine:
            clause.order += _FAR
        found = pairs([_thing(c) for c in mine], [_thing(c) for c in theirs])
        rows = {c.pk: c for c in mine}
        for clause in theirs:
            parent = self.clause.get(above[clause.pk]) if above[clause.pk] else None
            part = parts.get(clause.part_id) if clause.part_id else None
            links = {"plan": self.plan, "parent": parent, "part": part}
            key = clause.pk
            if key in found:
                self.clause[key] = self._renew(rows[found[key]], clause, links)
            else:
                clause.order += 2 * _FAR
                self.clause[key] = self._adopt(clause, links)
        kept = set(found.values())
        self.lost += [c for c in mine if c.pk not in kept and c.origin == Origin.READ and not c.gone]
        self._number([self.clause[c.pk].pk for c in theirs], order)

    def _number(self, read: Sequence[int], before: Sequence[int]) -> None:
        """The order of the new reading; what only the plan has stays behind what it stood behind."""
        final, known = list(read), set(read)
        for at, pk in enumerate(before):
            if pk not in known:
                behind = next((p for p in reversed(before[:at]) if p in final), None)
                final.insert(final.index(behind) + 1 if behind is not None else 0, pk)
        for order, pk in enumerate(final):
            Clause.objects.filter(pk=pk).update(order=order)

    def _tasks(self) -> None:
        mine, theirs = self.plan.tasks.select_related("clause"), self.fresh.tasks.select_related("clause")
        hanging = {
            model: {
                task: list(rows)
                for task, rows in _by_task(
                    every(model).filter(task__plan__in=(self.plan, self.fresh)).order_by("start", "pk")
                ).items()
            }
            for model in (Assignment, Deadline, Quantity)
        }
        keys = [task.pk for task in theirs]
        self.task = self._rows(Task, {"plan": self.plan}, mine, theirs, place=True)
        for key in keys:
            task = self.task[key]
            for model, rows in hanging.items():
                fresh = rows.get(key, [])
                held = rows.get(task.pk, []) if task.pk != key else []
                owner = {"task": task} | ({"plan": self.plan} if model is Deadline else {})
                if task.pk == key:  # adopted whole: what hangs on it is no news of its own
                    for row in fresh:
                        for name, value in self._links(row, owner).items():
                            setattr(row, name, value)
                        row.save()
                else:
                    self._rows(model, owner, held, fresh)
            refresh_dates(task)

    def _links(self, row: Any, owner: dict[str, Any]) -> dict[str, Any]:
        if isinstance(row, Assignment):
            return {**owner, "source": self.task.get(row.source_id) if row.source_id else None}
        return owner

    # --- what is gone

    def _let_go(self, row: Any) -> None:
        if not every(type(row)).filter(pk=row.pk).exists():
            return  # went with the task it hung on
        kept = _needed(row)
        self._tell("gone", row, kept=kept)
        if kept:
            row.gone = True
            row.save(update_fields=["gone"])
        else:
            row.delete()

    def _tell(self, what: str, row: Any, **more: Any) -> None:
        self.changes.append(
            {"what": what, "kind": row._meta.model_name, "pk": row.pk, "name": str(row)[:120], **more}
        )


def _thing(row: Any) -> Thing:
    """A row as the matcher sees it: by what was read, not by what a person made of it."""
    if isinstance(row, PlanPart):
        return Thing(row.pk, "", row.label_written or "body", row.kind)
    if isinstance(row, Clause):
        words = _read(row, "heading") or f"{_read(row, 'number')} {row.start if not row.path else ''}"
        return Thing(row.pk, row.path, f"{_read(row, 'number')}{words}" if row.path else words, "")
    if isinstance(row, Target):
        return Thing(row.pk, row.clause.path, row.quote, str(_read(row, "indicator")))
    if isinstance(row, Task):
        return Thing(row.pk, row.clause.path, str(_read(row, "text")), row.number)
    if isinstance(row, Assignment):
        return Thing(row.pk, "own" if row.source_id is None else "late", str(_read(row, "written")), row.role)
    return Thing(row.pk, "", row.quote, "")


def _read(row: Any, name: str) -> Any:
    return row.as_read.get(name, getattr(row, name))


def _value(row: Any, name: str) -> Any:
    if name == "regions":
        return sorted(row.regions.values_list("code", flat=True))
    value = getattr(row, name)
    return getattr(value, "name", "") if isinstance(value, Model) else value


def _set(row: Any, new: Any, name: str) -> None:
    if name == "regions":
        row.regions.set(new.regions.all())
    else:
        setattr(row, name, getattr(new, name))


def _by_task(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.task_id, []).append(row)
    return found


def _needed(row: Any) -> bool:
    """Whether a person or another record needs it: it was reviewed, reported on, or is named elsewhere."""
    if row.review != Review.UNREVIEWED:
        return True
    if isinstance(row, Task) and row.state != State.NOT_STARTED:
        return True
    if isinstance(row, Deadline) and row.met_on is not None:
        return True
    for relation in row._meta.related_objects:
        model = relation.related_model
        if model in {UnitName, TaskReach} or (relation.many_to_many and model._meta.app_label == "plans"):
            continue
        held = every(model) if model._meta.app_label == "plans" else model._base_manager
        found = held.filter(**{relation.field.name: row})
        if model in _HANGING:
            if any(_needed(hanging) for hanging in found):
                return True
        elif found.exists():
            return True
    return False
