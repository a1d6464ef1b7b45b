"""A reading as records: clauses, targets, tasks and what hangs on them, held against the region register."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import lantian
from lantian.office.people.actions import record
from lantian.office.people.models import Unit
from lantian.office.plans import models
from lantian.office.plans.dates import kind_of, last_day
from lantian.office.plans.outline import Node, innermost, outline
from lantian.office.plans.places import Atlas, Party, Place
from lantian.office.plans.reader_notes import kept
from lantian.office.plans.terms import Binding, Comparator, DeadlineKind, Role, indicator_code
from lantian.office.regions.models import Region
from lantian.planning import model as reading


class Writer:
    """Turns one reading into rows; lives inside the transaction of the load."""

    def __init__(self, read: reading.Plan, home: Region, name: str, content: bytes, person: Any) -> None:
        self.read, self.home, self.name, self.content, self.person = read, home, name, content, person
        self.text = read.document.text

    @cached_property
    def atlas(self) -> Atlas:
        register = Region.objects.filter(valid_to__isnull=True)
        places = {r.pk: Place(r.pk, r.name, r.short, r.level, r.path) for r in register}
        home = places.get(self.home.pk) or Place(
            self.home.pk, self.home.name, self.home.short, self.home.level, self.home.path
        )
        return Atlas(places.values(), home)

    def write(self) -> models.Plan:
        meta, document = self.read.meta, self.read.document
        self.plan = models.Plan.objects.create(
            document=models.Document.objects.create(
                name=self.name[:255], kind=document.kind, size=len(self.content), text=self.text,
                sha256=hashlib.sha256(self.content).hexdigest(), blank=[list(span) for span in
                document.blank],
            ),
            region=self.home,
            title=(meta.title or self.name)[:300],
            issuer=(meta.issuer or "")[:200],
            doc_no=(meta.doc_no or "")[:100],
            issued_date=_day(meta.issued_date),
            region_words=(meta.region or "")[:100],
            level=meta.level or self.home.level,
            parent_docs=list(meta.parent_docs),
            year=meta.year,
            reader=f"lantian {lantian.__version__}",
            notes=kept(self.read.notes),
            loaded_by=self.person,
        )  # fmt: skip
        self._clauses()
        self._targets()
        self._tasks()
        self._deadlines(None, self.read.other_deadlines)
        return self.plan

    def _clauses(self) -> None:
        self.nodes = outline(self.read.sections, self.read.tasks, self.text)
        self.clause_of: dict[Node, models.Clause] = {}
        for order, node in enumerate(self.nodes):
            clause = models.Clause(
                plan=self.plan, parent=self.clause_of.get(node.parent) if node.parent else None, order=order,
                depth=node.depth, path="/".join(node.path)[:120], number=node.number[:40],
                heading=node.heading[:300], start=node.start, end=node.end,
            )  # fmt: skip
            clause.save(force_insert=True)
            self.clause_of[node] = clause

    def _clause_at(self, start: int) -> models.Clause:
        return self.clause_of[innermost(self.nodes, start)]

    def _targets(self) -> None:
        rows, regions = [], []
        for target in self.read.targets:
            places, unknown = self.atlas.regions(target.region)
            regions.append(places)
            rows.append(
                models.Target(
                    plan=self.plan, clause=self._clause_at(target.start), key=target.id,
                    quote=target.quote, start=target.start, end=target.end,
                    region_words=list(target.region), unresolved=unknown,
                    indicator=indicator_code(target.indicator)[:120],
                    comparator=_choice(target.comparator, Comparator, Comparator.EQUAL),
                    value=_number(target.value), unit=(target.unit or "")[:40],
                    baseline=(target.baseline or "")[:40], by=(target.by or "")[:10],
                    last_day=last_day(target.by),
                    binding=_choice(target.binding, Binding, Binding.UNSPECIFIED),
                    pool=(target.scope or "")[:300], implied_value=target.implied_value,
                )
            )  # fmt: skip
        made = models.Target.objects.bulk_create(rows)
        _link(models.Target.regions.through, "target_id", zip(made, regions, strict=True))

    def _tasks(self) -> None:
        rows, regions = [], []
        for task in self.read.tasks:
            places, _unknown = self.atlas.regions(task.regions)
            regions.append(places)
            rows.append(
                models.Task(
                    plan=self.plan, clause=self._clause_at(task.start), key=task.id, number=task.number[:40],
                    title=(task.title or "")[:300], text=task.text, start=task.start, end=task.end,
                    sub_paragraphs=task.sub_paragraphs, region_words=list(task.regions),
                    due=first_open(task.deadlines),
                    recurring=any(kind_of(d.for_)[0] == DeadlineKind.RECURRING for d in task.deadlines),
                )
            )  # fmt: skip
        made = models.Task.objects.bulk_create(rows)
        _link(models.Task.regions.through, "task_id", zip(made, regions, strict=True))
        quantities, assignments, bound = [], [], []
        by_key = dict(zip((task.id for task in self.read.tasks), made, strict=True))
        spans = {(t.id, u.unit): (u.start, u.end) for t in self.read.tasks for u in t.responsible}
        for row, task, places in zip(made, self.read.tasks, regions, strict=True):
            self._deadlines(row, task.deadlines)
            quantities += [
                models.Quantity(
                    task=row, quote=q.quote, start=q.start, end=q.end, value=_number(q.value),
                    unit=(q.unit or "")[:40], comparator=_choice(q.comparator, Comparator, Comparator.EQUAL),
                    what=(q.what or "")[:300],
                )
                for q in task.quantities
            ]  # fmt: skip
            for unit in task.responsible:
                party = self.atlas.party(unit.unit, places)
                assignments.append(
                    models.Assignment(
                        task=row, written=unit.unit[:200], role=_choice(unit.role, Role, Role.RESPONSIBLE),
                        start=unit.start, end=unit.end, unit=self._unit(party),
                        collective=party.collective, unresolved=party.unresolved,
                    )
                )  # fmt: skip
                bound.append(party.places)
            for unit in task.inherited:
                party = self.atlas.party(unit.unit, places)
                source = by_key[unit.source]
                start, end = spans.get((unit.source, unit.unit), (source.start, source.end))
                assignments.append(
                    models.Assignment(
                        task=row, written=unit.unit[:200], role=Role.RESPONSIBLE, start=start, end=end,
                        unit=self._unit(party), collective=party.collective, unresolved=party.unresolved,
                        source=source,
                    )
                )  # fmt: skip
                bound.append(party.places)
        models.Quantity.objects.bulk_create(quantities)
        linked = models.Assignment.objects.bulk_create(assignments)
        _link(models.Assignment.regions.through, "assignment_id", zip(linked, bound, strict=True))

    def _deadlines(self, task: models.Task | None, deadlines: Iterable[reading.Deadline]) -> None:
        rows = []
        for deadline in deadlines:
            kind, what = kind_of(deadline.for_)
            rows.append(
                models.Deadline(
                    plan=self.plan, task=task, quote=deadline.quote, start=deadline.start, end=deadline.end,
                    kind=kind, by=(deadline.by or "")[:10], last_day=last_day(deadline.by), what=what,
                )
            )  # fmt: skip
        models.Deadline.objects.bulk_create(rows)

    @cached_property
    def _units(self) -> dict[tuple[str, int | None], Unit]:
        return {(unit.name, unit.region_id): unit for unit in Unit.objects.all()}

    def _unit(self, party: Party) -> Unit | None:
        """The unit of a party, made when the office does not know it yet."""
        if not party.unit or party.seat is None:
            return None
        key = (party.unit[:120], party.seat.pk)
        # An office may already list 市能源局 under its city by its short name.
        short = (party.unit.replace(party.seat.name, party.seat.name[-1:], 1)[:120], party.seat.pk)
        unit = self._units.get(key) or self._units.get(short)
        if unit is None:
            unit = Unit.objects.create(name=key[0], region_id=key[1], kind=party.kind)
            record(self.person, "create", unit, reason=self.plan.title, after={"name": unit.name})
            self._units[key] = unit
        return unit


def first_open(deadlines: Iterable[reading.Deadline]) -> date | None:
    """The first last day among the deadlines that something must be done by."""
    days = [
        day
        for d in deadlines
        if kind_of(d.for_)[0] in {DeadlineKind.BY, DeadlineKind.DURING} and (day := last_day(d.by))
    ]
    return min(days) if days else None


def _link(through: Any, column: str, pairs: Iterable[tuple[Any, Iterable[Place]]]) -> None:
    through.objects.bulk_create(
        [through(**{column: row.pk, "region_id": place.pk}) for row, places in pairs for place in places]
    )


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _number(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _choice(value: str, choices: Any, otherwise: str) -> str:
    return value if value in choices.values else otherwise
