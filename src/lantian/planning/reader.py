"""Reading a plan: from a document to meta, sections, tasks and targets, all by rules."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TypeVar

from lantian.planning.clean import CleanText, clean, lines_of
from lantian.planning.consequences import find_consequences
from lantian.planning.deadlines import find_deadlines
from lantian.planning.doubting import Trouble, add_doubts
from lantian.planning.duties import Duties, Duty, find_duties
from lantian.planning.goal_tables import table_targets
from lantian.planning.marks import fold, half_width
from lantian.planning.metadata import Front, read_meta
from lantian.planning.model import (
    Consequence,
    Deadline,
    Document,
    Inherited,
    Passage,
    Plan,
    Section,
    Span,
    Table,
    Target,
    Task,
    Unit,
)
from lantian.planning.notes import Note
from lantian.planning.parts import part_starts, plan_parts
from lantian.planning.places import task_regions
from lantian.planning.quantities import find_quantities
from lantian.planning.responsibility import STANDING
from lantian.planning.structure import Skeleton, skeleton
from lantian.planning.tables import Row, task_list
from lantian.planning.targets import find_targets
from lantian.planning.units import units_of

_CLOSING = 4  # lines in which a document without a notice is signed

_LIST_HEAD = re.compile(
    r"^[ \u3000|]*序号[\s|]+(?:[^\s|，。；：]{2,10}[\s|]+){1,8}?"
    r"[^\s|，。；：]{0,6}(?:责任|牵头|时限|时间)[^\s|，。；：]{0,6}",
    re.MULTILINE,
)

S = TypeVar("S", bound=Span)


def read(document: Document) -> Plan:
    """Read a plan.

    Parameters
    ----------
    document
        as `documents.read_document` gives it

    Returns
    -------
    the plan; whatever could not be read is said in its `notes`
    """
    return _Reader(document).plan()


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        found = [(table, task_list(document, table)) for table in document.tables if table]
        self.lists = [(table, rows) for table, rows in found if rows]
        self.others = [table for table, rows in found if not rows]
        apart = [_extent(table) for table, _ in self.lists]
        self.clean: CleanText = clean(document.text, document.blank, apart=apart)
        # Cells of task lists are not in the clean text: they count from behind it.
        self.beyond = len(self.clean.text) + 1
        self.skeleton: Skeleton = skeleton(self.clean)
        self.duties: Duties = find_duties(self.clean, self.skeleton, document.text)
        self.meta = read_meta(document.text, self._front())
        self.years = self._years()

    def plan(self) -> Plan:
        taken: set[str] = set()
        tasks = [self._task(duty) for duty in self._ordered()]
        for task in tasks:
            task.id = _unused(task.id, taken)
        self._inherit(tasks)
        passages = self._passages(tasks)
        for table, rows in self.lists:
            self._list_tasks(table, rows, tasks, passages)
        targets = [self._home(t) for t in find_targets(passages, meta=self.meta, headings=self._headings())]
        targets = self._with_tables(targets)
        notes = [
            *self._doubts(tasks),
            *self._unread_tables(),
            *self.document.notes,
            *self.skeleton.notes,
            *self.duties.notes,
        ]
        plan = Plan(
            document=self.document,
            meta=self.meta,
            sections=self._sections(),
            targets=targets,
            tasks=tasks,
            other_deadlines=self._other_deadlines(passages, targets),
            notes=notes,
            consequences=self._consequences(passages),
            parts=plan_parts(
                self.clean,
                self.skeleton.parts,
                self.meta,
                self.years,
                [table for table, _ in self.lists],
                length=len(self.document.text),
            ),
        )
        add_doubts(plan, self._trouble())
        return plan

    def _trouble(self) -> Trouble:
        """What went badly on the way, as places of the document."""
        cells = [cell for _, rows in self.lists for row in rows for cell in row.unread]
        guessed = [self.document.tables[i] for i in self.document.guessed]
        return Trouble(
            unread=[self.clean.origin(*span) for span in self.duties.unread] + cells,
            as_text=[_extent(table) for table in guessed],
            joined=self.clean.joined,
        )

    def _consequences(self, passages: list[Passage]) -> list[Consequence]:
        found: list[Consequence] = []
        for part in self.skeleton.parts:
            own = [p for p in passages if self._label(p.clause_path) == part.label]
            found += find_consequences(own, year=self.years[part.label or ""])
        found = sorted((self._home(c) for c in found), key=lambda c: c.start)
        for number, consequence in enumerate(found, 1):
            consequence.id = f"C{number:02d}"
        return found

    def _label(self, path: list[str]) -> str | None:
        """The part a clause path belongs to: 附件1, or None for the body."""
        return path[0] if path and path[0] in self.years and path[0] else None

    def _doubts(self, tasks: list[Task]) -> list[Note]:
        """What makes the whole reading doubtful: a news article, a contract, a list of names."""
        bound = any(task.responsible for task in tasks)
        doubts = [] if bound or self.meta.title else [Note.of("not_a_plan")]
        return doubts if tasks else [*doubts, Note.of("no_tasks")]

    def _unread_tables(self) -> list[Note]:
        """Heads of task lists outside any table: what stands under them was read as running text."""
        taken = [_extent(table) for table in self.document.tables]
        return [
            Note.of("unread_table", words=" ".join(found.group().split()))
            for found in _LIST_HEAD.finditer(self.document.text)
            if not any(start <= found.start() < end for start, end in taken)
        ]

    def _front(self) -> Front:
        text, blank = self.document.text, self.document.blank
        start = self.clean.origin(*self.skeleton.front[-1])[1] if self.skeleton.front else 0
        lines = lines_of(text, blank)
        final = max((clause.end for clause in self.skeleton.clauses()), default=0)
        last = self.clean.origin(final - 1, final)[1] if final else start
        return Front(
            lines=[line for line in lines if line.end <= start],
            tail=[
                line
                for place, line in enumerate(lines)
                if line.start >= last or line.words.endswith("印发") or place >= len(lines) - _CLOSING
            ],
            body=fold(self.clean.text),
        )

    def _years(self) -> dict[str, int | None]:
        """The year of each part: an attachment for a year of its own has its dates in it."""
        years: dict[str, int | None] = {}
        for part in self.skeleton.parts:
            year = self.meta.year
            digits = half_width(part.title)
            at = digits.find("年")
            if part.label and at >= 4 and digits[at - 4 : at].isdecimal():
                year = int(digits[at - 4 : at])
            years[part.label or ""] = year
        return years

    def _year(self, path: list[str]) -> int | None:
        return self.years.get(path[0] if path else "", self.meta.year)

    def _ordered(self) -> list[Duty]:
        return sorted(self.duties.tasks, key=lambda duty: duty.start)

    # tasks

    def _task(self, duty: Duty) -> Task:
        text = "".join(self.clean.text[s:e] for s, e in duty.body).replace("\n", "")
        start, end = self.clean.origin(duty.start, duty.end)
        task = Task(
            id=duty.identity,
            number=duty.number,
            clause_path=duty.path,
            title=duty.title,
            text=text,
            start=start,
            end=end,
            responsible=[self._unit(u) for u in duty.units],
            sub_paragraphs=duty.siblings,
        )
        year = self._year(duty.path)
        for s, e in [*duty.body, *duty.times]:
            words = half_width(self.clean.text[s:e])
            for deadline in find_deadlines(words, year=year, offset=s):
                # A time limit in the bracket stands alone: it is the whole task's.
                deadline.for_ = deadline.for_ or task.title or text[:20]
                task.deadlines.append(self._home(deadline))
        for s, e in duty.body:
            words = half_width(self.clean.text[s:e])
            task.quantities += [self._home(q) for q in find_quantities(words, offset=s)]
        task.regions = task_regions(
            (duty.title or "") + "\n" + half_width(text),
            [u.unit for u in duty.units],
            plan_region=self.meta.region,
        )
        return task

    def _list_tasks(self, table: Table, rows: list[Row], tasks: list[Task], passages: list[Passage]) -> None:
        """The rows of a task list in table form, under the attachment or chapter the table stands in."""
        path = self._path_before(table)
        taken = {task.id for task in tasks}
        for row in rows:
            identity = _unused("".join(path) + "表" + row.number, taken)
            task = Task(identity, row.number, [*path, row.number], row.title, row.text, row.start, row.end)
            task.responsible = row.reading.units
            year = self._year(path)
            limits = [d for span in row.times + row.reading.times for d in self._due(span, year)]
            for limit in limits:
                limit.for_ = limit.for_ or row.title or row.text[:20]
            own: list[Deadline] = []
            for start, end in row.body:
                words, offset = half_width(self.document.text[start:end]), self.beyond + start
                own += [self._home(d) for d in find_deadlines(words, year=year, offset=offset)]
                task.quantities += [self._home(q) for q in find_quantities(words, offset=offset)]
                passages.append(
                    Passage(task.clause_path, row.title or "", words, offset, identity, due_of(limits))
                )
            task.deadlines = own + limits
            names = [u.unit for u in task.responsible]
            task.regions = task_regions(half_width(row.text), names, plan_region=self.meta.region)
            for cell in row.unread:
                self.duties.notes.append(Note.of("unread_cell", words=self.document.text[slice(*cell)]))
            tasks.append(task)

    def _due(self, span: tuple[int, int], year: int | None) -> list[Deadline]:
        """The time limits of a cell of a task list."""
        words = half_width(self.document.text[slice(*span)])
        return [self._home(d) for d in find_deadlines(words, year=year, offset=self.beyond + span[0])]

    def _path_before(self, table: Table) -> list[str]:
        """The attachment or chapter a table stands in."""
        start = _extent(table)[0]
        starts = part_starts(self.clean, self.skeleton.parts)
        part = [p for p, at in zip(self.skeleton.parts, starts, strict=True) if at <= start][-1]
        before = [c for c in part.clauses if self.clean.origin(c.start, c.start + 1)[0] < start]
        return list(before[-1].path) if before else [part.label] if part.label else []

    def _with_tables(self, targets: list[Target]) -> list[Target]:
        """The targets of the text and those of tables, in order; a table's words are read once."""
        for table in self.others:
            found = table_targets(self.document, table, self.meta, self._path_before(table))
            if found:
                first, last = _extent(table)
                targets = [t for t in targets if not first <= t.start < last] + found
        targets.sort(key=lambda target: target.start)
        for number, target in enumerate(targets, 1):
            target.id = f"T{number:02d}"
        return targets

    def _unit(self, unit: Unit) -> Unit:
        start, end = self.clean.origin(unit.start, unit.end)
        return Unit(unit.unit, unit.role, start, end)

    def _inherit(self, tasks: list[Task]) -> None:
        """Units that an earlier item binds to all later ones, in words (`以下均需各市人民政府负责落实`)."""
        standing: dict[str, str] = {}  # unit: the id of the task that binds it
        for duty, task in zip(self._ordered(), tasks, strict=True):
            own = {unit.unit for unit in task.responsible}
            task.inherited = [Inherited(u, source) for u, source in standing.items() if u not in own]
            for name in [*(unit.unit for unit in duty.standing), *self._said_to_stand(duty)]:
                if name not in standing:
                    standing[name] = task.id
                    self.duties.notes.append(Note.of("standing", item=task.number, unit=name))

    def _said_to_stand(self, duty: Duty) -> list[str]:
        """Units that a sentence outside the bracket binds: `以下各项均由各县人民政府落实，不再列出。`"""
        names: list[str] = []
        for start, end in duty.body:
            folded = fold(self.clean.text[start:end])
            for sentence in re.finditer("[^。]+", folded):
                if found := STANDING.search(sentence.group()):
                    low = sentence.start()
                    spans, _ = units_of(folded, low + found.start("who"), low + found.end("who"))
                    names += [self.clean.text[start + s : start + e] for s, e in spans]
        return names

    # sections, passages, targets

    def _sections(self) -> list[Section]:
        taken = {tuple(duty.path) for duty in self.duties.tasks}
        sections = []
        for part in self.skeleton.parts:
            for i, clause in enumerate(part.clauses):
                if clause.mark is None or (clause.rank >= 3 and tuple(clause.path) in taken):
                    continue
                end = max(clause.end, clause.head[1], clause.start + 1)
                for inner in part.clauses[i + 1 :]:
                    if inner.rank <= clause.rank:
                        break
                    end = max(inner.end, inner.head[1])
                span = self.clean.origin(clause.start, end)
                sections.append(Section(list(clause.path), clause.heading, *span))
        return sections

    def _passages(self, tasks: list[Task]) -> list[Passage]:
        made: list[Passage] = []
        for duty, task in zip(self._ordered(), tasks, strict=True):
            limits = [self.clean.origin(s, e) for s, e in duty.times]
            due = due_of([d for d in task.deadlines if any(s <= d.start < e for s, e in limits)])
            made += [
                replace(self._passage(duty.path, duty.title or "", s, e, task.id), due=due)
                for s, e in duty.body
            ]
        for clause, spans in self.duties.others:
            made += [self._passage(clause.path, clause.heading, s, e, None) for s, e in spans]
        tasked = {tuple(duty.path) for duty in self.duties.tasks}
        for clause in self.skeleton.clauses():
            if clause.heading and not clause.paragraphs and tuple(clause.path) not in tasked:
                made.append(self._passage(clause.path, "", *clause.head, None))
        return sorted(made, key=lambda p: p.start)

    def _passage(self, path: list[str], heading: str, start: int, end: int, task: str | None) -> Passage:
        return Passage(list(path), heading, half_width(self.clean.text[start:end]), start, task)

    def _home(self, span: S) -> S:
        """The same finding, with its place and words in the document."""
        if span.start >= self.beyond:
            start, end = span.start - self.beyond, span.end - self.beyond
        else:
            start, end = self.clean.origin(span.start, span.end)
        return replace(span, quote=self.document.text[start:end], start=start, end=end)

    def _headings(self) -> dict[tuple[str, ...], str]:
        """Headings by path, of clauses without words of their own too, and titles of attachments by label."""
        headings = {tuple(clause.path): clause.heading for clause in self.skeleton.clauses()}
        return headings | {(part.label,): part.title for part in self.skeleton.parts if part.label}

    def _other_deadlines(self, passages: list[Passage], targets: list[Target]) -> list[Deadline]:
        """Dated duties of passages that are no tasks, the dates of targets left out."""
        found: list[Deadline] = []
        for passage in passages:
            if passage.task_id is None:
                year = self._year(passage.clause_path)
                found += [
                    self._home(d) for d in find_deadlines(passage.text, year=year, offset=passage.start)
                ]
        return [
            d
            for d in found
            if not any(t.start <= d.start < t.end or d.start <= t.start < d.end for t in targets)
        ]


def due_of(limits: list[Deadline]) -> str | None:
    """The date that time limits set for all of a task: the last one to finish by."""
    dates = [d.by for d in limits if d.by and not d.for_.startswith("[from]")]
    return dates[-1] if dates else None


def _extent(table: Table) -> tuple[int, int]:
    """The span of the document a table takes."""
    cells = [cell for row in table for cell in row]
    return min(start for start, _ in cells), max(end for _, end in cells)


def _unused(name: str, taken: set[str]) -> str:
    """The name itself, or with a count behind it where it is taken; the one given is taken from now on."""
    count, given = 1, name
    while given in taken:
        count += 1
        given = f"{name}#{count}"
    taken.add(given)
    return given
