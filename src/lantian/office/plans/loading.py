"""From a plan file to records: read, kept, resolved against the region register, in one transaction."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

import lantian
from lantian.errors import LantianError
from lantian.office.people.actions import record
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.plans import models
from lantian.office.plans.dates import kind_of, last_day
from lantian.office.plans.outline import Node, innermost, outline
from lantian.office.plans.places import NO_SUCH_PLACE, SOME_PLACES, Atlas, Party, Place
from lantian.office.plans.reader_notes import kept, said
from lantian.office.plans.terms import Binding, Comparator, DeadlineKind, Role, indicator_code
from lantian.office.regions.models import Region
from lantian.planning import model as reading

MAX_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a plan file: the plan, whether it was there already, counts, and what a reviewer must
    know."""

    plan: models.Plan
    already: bool
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """One line for the command line and the page."""
        if self.already:
            return _("%(title)s is loaded already; nothing was changed.") % {"title": self.plan.title}
        return _(
            "%(title)s: %(clauses)s clauses, %(targets)s targets, %(tasks)s tasks, "
            "%(assignments)s assignments, %(deadlines)s deadlines; notes for the reviewer: %(notes)s."
        ) % {"title": self.plan.title, **self.counts, "notes": len(self.notes)}


def load_plan_file(
    path: str | Path, actor: Any = None, region: Region | str | None = None, name: str | None = None
) -> Loaded:
    """Read a plan document and keep it with everything the reader took from it.

    Parameters
    ----------
    path
        a .txt, .docx, .pdf or .html file
    actor
        the request or person who loads it; None for the command line
    region
        the region whose plan it is, or its code; read from the document when None
    name
        the file's name, when `path` is a temporary one

    Returns
    -------
    a summary; `already` is true, and nothing is changed, when this very file (by its sha256) was loaded
    before

    Raises
    ------
    LantianError
        the file cannot be read, or its region is not in the register or outside the actor's
    PermissionDenied
        the actor may not load plans
    """
    file = Path(path)
    return load_plan(name or file.name, _content(file, name or file.name), actor, region)


def load_plan(name: str, content: bytes, actor: Any = None, region: Region | str | None = None) -> Loaded:
    """The same for a file already in memory, such as an upload; its name tells its kind."""
    person = getattr(actor, "user", actor)
    if person is not None and not can(person, Capability.LOAD_DATA):
        raise PermissionDenied
    sha256 = hashlib.sha256(content).hexdigest()
    known = models.Plan.objects.filter(document__sha256=sha256).first()
    if known is not None:
        _within(person, known.region, name)
        return Loaded(known, True, counts_of(known), notes_of(known))
    from lantian.planning import parse_plan

    read = parse_plan(name, content)
    home = _home(region, read.meta, name)
    _within(person, home, name)
    kept, fresh = keep_file(content, sha256, Path(name).suffix.lower())
    try:
        with transaction.atomic():
            plan = _Writer(read, home, name, content, person).write()
            counts = counts_of(plan)
            record(
                actor,
                "load",
                plan,
                after={
                    "file": name,
                    "sha256": sha256,
                    **counts,
                    "notes": [note["text"] for note in plan.notes],
                },
            )
    except IntegrityError:
        # Two people loaded the same file at once: the first one's stands, file and all.
        known = models.Plan.objects.filter(document__sha256=sha256).first()
        if known is None:
            if fresh:
                kept.unlink(missing_ok=True)
            raise
        return Loaded(known, True, counts_of(known), notes_of(known))
    except BaseException:
        if fresh:
            kept.unlink(missing_ok=True)
        raise
    return Loaded(plan, False, counts, notes_of(plan))


def counts_of(plan: models.Plan) -> dict[str, int]:
    """How many clauses, targets, tasks, assignments and deadlines a plan has."""
    return {
        "clauses": plan.clauses.count(),
        "targets": plan.targets.count(),
        "tasks": plan.tasks.count(),
        "assignments": models.Assignment.objects.filter(task__plan=plan).count(),
        "deadlines": plan.deadlines.count(),
    }


def kept_path(sha256: str, suffix: str) -> Path:
    """Where a file is kept: DATA/files/ab/abcdef….pdf."""
    return Path(settings.DATA) / "files" / sha256[:2] / f"{sha256}{suffix}"


def keep_file(content: bytes, sha256: str, suffix: str) -> tuple[Path, bool]:
    """Keep a file under its own hash; says whether it is new. Whoever looks sees the whole file or none."""
    target = kept_path(sha256, suffix)
    if target.exists():
        return target, False
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return target, True


def _content(file: Path, name: str) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise too_large(name)
        return file.read_bytes()
    except OSError as error:
        raise LantianError(
            _("the file cannot be opened (%(why)s)") % {"why": error.strerror or error}, where=name
        ) from error


def too_large(name: str) -> LantianError:
    """What is said of a file that is no plan by its size alone."""
    return LantianError(
        _("the file is larger than %(size)s MB") % {"size": MAX_BYTES // 1024 // 1024},
        where=name,
        remedy=_("A plan is a document of some pages: give the document itself."),
    )


def _home(region: Region | str | None, meta: reading.Meta, name: str) -> Region:
    """The region whose plan it is."""
    if isinstance(region, Region):
        return region
    words = (region or meta.region or "").strip()
    register = Region.objects.filter(valid_to__isnull=True)
    if region:
        found = list(register.filter(code=words)) or list(register.filter(name=words))
    else:
        found = list(register.filter(name=words)) or list(register.filter(short=words)) if words else []
        at_level = [r for r in found if r.level == meta.level]
        found = at_level or found
    if len(found) == 1:
        return found[0]
    if not words:
        what = _("the document does not say whose plan it is")
    elif found:
        what = _("%(count)s regions are called %(name)s") % {"count": len(found), "name": words}
    else:
        what = _("the plan is one of %(name)s, which is not in the region register") % {"name": words}
    raise LantianError(
        what,
        where=name,
        remedy=_("Name the plan's region by its code, or load a region list that holds it first."),
    )


def _within(person: Any, region: Region, name: str) -> None:
    """Refuse a plan of a region that the person does not answer for."""
    if person is None:
        return
    root = region_root(person)
    if root is None or not region.path.startswith(root):
        raise LantianError(
            _("this is a plan of %(region)s, which lies outside your region") % {"region": region.label},
            where=name,
            remedy=_("Ask someone who answers for it to load it."),
        )


class _Writer:
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


def notes_of(plan: models.Plan) -> list[str]:
    """What a reviewer must know: the reader's notes, and the names no unit or place could be found for."""
    waiting = models.Assignment.objects.filter(
        task__plan=plan, unresolved__in=(SOME_PLACES, NO_SUCH_PLACE), regions=None
    )
    names = dict(waiting.order_by("-start").values_list("written", "unresolved"))
    words = {
        SOME_PLACES: _('"%(name)s": the words do not say which ones; name them in the tasks.'),
        NO_SUCH_PLACE: _('"%(name)s": the region register holds no such place.'),
    }
    return [*said(plan.notes), *(words[why] % {"name": name} for name, why in names.items())]


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
