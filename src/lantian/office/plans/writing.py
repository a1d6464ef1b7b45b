"""A reading as records: clauses, targets, tasks and what hangs on them, held against the region register."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import lantian
from lantian.office.people.actions import record
from lantian.office.people.models import Unit
from lantian.office.plans import models
from lantian.office.plans.dates import kind_of, last_day
from lantian.office.plans.outline import Node, innermost, outline, outline_by_paths
from lantian.office.plans.places import CLASS_OF_UNITS, NO_SUCH_PLACE, Atlas, Party, Place
from lantian.office.plans.reach import refresh_plan
from lantian.office.plans.reader_notes import kept
from lantian.office.plans.terms import (
    Binding,
    Comparator,
    ConsequenceKind,
    DeadlineKind,
    NameHow,
    Role,
    indicator_code,
)
from lantian.office.plans.whose import marks
from lantian.office.regions.models import Region
from lantian.planning import model as reading


class Writer:
    """Turns one reading into rows; lives inside the transaction of the load."""

    def __init__(
        self,
        read: reading.Plan | None,
        home: Region,
        name: str,
        content: bytes,
        person: Any,
        *,
        sha256: str = "",
        decided: Mapping[str, Unit] | None = None,
        wanted: Mapping[str, str] | None = None,
        replaces: models.Plan | None = None,
    ) -> None:
        self.read, self.home, self.name, self.content, self.person = read, home, name, content, person
        self.text = read.document.text if read else ""
        self.sha256 = sha256 or hashlib.sha256(content).hexdigest()
        self.decided = decided or {}  # what a person said a name is
        self.wanted = wanted or {}  # the full name of the unit that a plan file gives for a name
        self.replaces = replaces
        self.unknown: dict[str, tuple[str, Unit | None]] = {}
        self.made: set[int] = set()  # units the register did not know before this plan

    @classmethod
    def of(cls, plan: models.Plan, person: Any) -> Writer:
        """A writer on a plan that is there, for names that a person adds."""
        decided = {n.written: n.unit for n in plan.unit_names.filter(how=NameHow.PERSON) if n.unit}
        writer = cls(None, plan.region, "", b"", person, decided=decided)
        writer.plan = plan
        return writer

    def resolve(self, assignment: models.Assignment) -> None:
        """Find whom the name of an assignment means; the caller saves it."""
        places = [self.atlas.of(r.pk) for r in assignment.task.regions.all()]
        party = self.atlas.party(assignment.written, [p for p in places if p])
        assignment.unit = self._unit(party, assignment.written)
        assignment.collective, assignment.unresolved = party.collective, party.unresolved
        assignment.regions.set([p.pk for p in party.places])
        for written, (how, unit) in self.unknown.items():
            models.UnitName.objects.get_or_create(
                plan=self.plan, written=written, defaults={"unit": unit, "how": how}
            )

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
                sha256=self.sha256, blank=[list(span) for span in document.blank],
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
            notes=[*kept(self.read.notes), *marks(self.read, self.home)],
            loaded_by=self.person,
            replaces=self.replaces,
        )  # fmt: skip
        self._parts()
        self._clauses()
        self._targets()
        self._tasks()
        self._deadlines(None, self.read.other_deadlines)
        self._consequences()
        models.UnitName.objects.bulk_create(
            models.UnitName(plan=self.plan, written=written, unit=unit, how=how)
            for written, (how, unit) in self.unknown.items()
        )
        refresh_plan(self.plan)
        return self.plan

    def _parts(self) -> None:
        self.parts = models.PlanPart.objects.bulk_create(
            models.PlanPart(
                plan=self.plan, order=order, label_written=(part.label or "")[:40],
                title=(part.title or "")[:300],
                kind=part.kind[:12], start=part.start, end=part.end,
            )
            for order, part in enumerate(self.read.parts)
        )  # fmt: skip

    def _part_of(self, node: Node) -> models.PlanPart | None:
        """The attachment, else the body, that a clause stands in."""
        label = node.path[0] if node.path else ""
        named = [p for p in self.parts if p.label_written and p.label_written == label]
        around = [p for p in self.parts if p.start <= node.start < p.end]
        return (named or sorted(around, key=lambda p: p.end - p.start) or [None])[0]

    def _clauses(self) -> None:
        read = self.read
        if self.text:
            self.nodes = outline(read.sections, read.tasks, self.text)
        else:
            paths = [t.clause_path for t in (*read.targets, *read.tasks, *read.consequences)]
            self.nodes = outline_by_paths(read.sections, paths)
        doubts = {(tuple(s.path), s.start): s.doubts for s in read.sections}
        self.clause_of: dict[Node, models.Clause] = {}
        for order, node in enumerate(self.nodes):
            clause = models.Clause(
                plan=self.plan, parent=self.clause_of.get(node.parent) if node.parent else None, order=order,
                depth=node.depth, path="/".join(node.path)[:120], number=node.number[:40],
                heading=node.heading[:300], start=node.start, end=node.end, part=self._part_of(node),
                doubts=list(doubts.get((node.path, node.start), ())),
            )  # fmt: skip
            clause.save(force_insert=True)
            self.clause_of[node] = clause

    def _clause_of(self, item: Any) -> models.Clause:
        """The innermost clause around the words; of a plan without its document's text, the one that is
        named."""
        if self.text:
            return self.clause_of[innermost(self.nodes, item.start)]
        path = tuple(item.clause_path)
        return next(clause for node, clause in self.clause_of.items() if node.path == path)

    def _targets(self) -> None:
        rows, regions = [], []
        for target in self.read.targets:
            places, unknown = self.atlas.regions(target.region)
            regions.append(places)
            rows.append(
                models.Target(
                    plan=self.plan, clause=self._clause_of(target), key=target.id,
                    quote=target.quote, start=target.start, end=target.end,
                    region_words=list(target.region), unresolved=unknown,
                    indicator=indicator_code(target.indicator)[:120],
                    comparator=_choice(target.comparator, Comparator, Comparator.EQUAL),
                    value=_number(target.value), unit=(target.unit or "")[:40],
                    baseline=(target.baseline or "")[:40], by=(target.by or "")[:10],
                    last_day=last_day(target.by),
                    binding=_choice(target.binding, Binding, Binding.UNSPECIFIED),
                    pool=(target.scope or "")[:300], implied_value=target.implied_value,
                    doubts=list(target.doubts),
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
                    plan=self.plan, clause=self._clause_of(task), key=task.id, number=task.number[:40],
                    title=(task.title or "")[:300], text=task.text, start=task.start, end=task.end,
                    sub_paragraphs=task.sub_paragraphs, region_words=list(task.regions),
                    doubts=list(task.doubts),
                    due=first_open(task.deadlines),
                    recurring=any(kind_of(d.for_)[0] == DeadlineKind.RECURRING for d in task.deadlines),
                )
            )  # fmt: skip
        made = models.Task.objects.bulk_create(rows)
        _link(models.Task.regions.through, "task_id", zip(made, regions, strict=True))
        quantities, assignments, bound = [], [], []
        self.task_of = by_key = dict(zip((task.id for task in self.read.tasks), made, strict=True))
        spans = {(t.id, u.unit): (u.start, u.end) for t in self.read.tasks for u in t.responsible}
        for row, task, places in zip(made, self.read.tasks, regions, strict=True):
            self._deadlines(row, task.deadlines)
            quantities += [
                models.Quantity(
                    task=row, quote=q.quote, start=q.start, end=q.end, value=_number(q.value),
                    unit=(q.unit or "")[:40], comparator=_choice(q.comparator, Comparator, Comparator.EQUAL),
                    what=(q.what or "")[:300], doubts=list(q.doubts),
                )
                for q in task.quantities
            ]  # fmt: skip
            for unit in task.responsible:
                party = self.atlas.party(unit.unit, places)
                assignments.append(
                    models.Assignment(
                        task=row, written=unit.unit[:200], role=_choice(unit.role, Role, Role.RESPONSIBLE),
                        start=unit.start, end=unit.end, unit=self._unit(party, unit.unit),
                        collective=party.collective, unresolved=party.unresolved, doubts=list(unit.doubts),
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
                        unit=self._unit(party, unit.unit), collective=party.collective,
                        unresolved=party.unresolved,
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
                    doubts=list(deadline.doubts),
                )
            )  # fmt: skip
        models.Deadline.objects.bulk_create(rows)

    def _consequences(self) -> None:
        models.StatedConsequence.objects.bulk_create(
            models.StatedConsequence(
                plan=self.plan, clause=self._clause_of(c), task=self.task_of.get(c.task_id or ""), key=c.id,
                quote=c.quote, start=c.start, end=c.end, if_words=c.if_ or "", then_words=c.then or "",
                kind=_choice(c.kind, ConsequenceKind, ConsequenceKind.OTHER), amount=_number(c.amount),
                unit=(c.unit or "")[:40], from_month=(c.from_ or "")[:10], season=(c.season or "")[:20],
                doubts=list(c.doubts),
            )
            for c in self.read.consequences
        )  # fmt: skip

    @cached_property
    def _units(self) -> dict[tuple[str, int | None], Unit]:
        return {(unit.name, unit.region_id): unit for unit in Unit.objects.all()}

    def _unit(self, party: Party, written: str) -> Unit | None:
        """The unit of a name: what a person decided, what the register holds, else a new one, marked as
        such."""
        written = written[:200]
        if written in self.decided:
            self.unknown[written] = (NameHow.PERSON, self.decided[written])
            return self.decided[written]
        if written in self.wanted:
            unit = next((u for u in self._units.values() if u.name == self.wanted[written]), None)
            if unit is None:
                seat = party.seat.pk if party.seat else self.home.pk
                unit = self._made(self.wanted[written][:120], seat, party.kind or "department")
            self.unknown[written] = (NameHow.PERSON, unit)
            return unit
        if not party.unit or party.seat is None:
            if party.unresolved in {CLASS_OF_UNITS, NO_SUCH_PLACE}:
                self.unknown[written] = (NameHow.NONE, None)
            return None
        key = (party.unit[:120], party.seat.pk)
        # An office may already list 市能源局 under its city by its short name.
        short = (party.unit.replace(party.seat.name, party.seat.name[-1:], 1)[:120], party.seat.pk)
        unit = self._units.get(key) or self._units.get(short)
        if unit is None:
            unit = self._made(*key, party.kind)
            self.made.add(unit.pk)
        if unit.pk in self.made:
            self.unknown[written] = (NameHow.MADE, unit)
        return unit

    def _made(self, name: str, region_id: int, kind: str) -> Unit:
        unit = Unit.objects.create(name=name, region_id=region_id, kind=kind)
        record(self.person, "create", unit, reason=self.plan.title, after={"name": unit.name})
        self._units[name, region_id] = unit
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
