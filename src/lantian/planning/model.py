"""What a plan document holds, as records. Every extracted thing carries its exact words and where they stand.

Offsets count characters of `Document.text`; `text[start:end] == quote` always holds.
The keys of `Plan.as_dict()` are a contract: `meta, sections, targets, tasks` and what stands beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from lantian.planning.notes import Note

Table = tuple[tuple[tuple[int, int], ...], ...]
"""Rows of cells, each cell a span of the document's text."""


@dataclass(frozen=True, slots=True)
class Document:
    """The text of a plan as the reader sees it.

    `text` has `\\n` line ends and is otherwise as extracted; `blank` lists spans that belong to no sentence
    (page marks such as `—11—`, running heads), which the reader skips and never quotes.
    """

    name: str
    kind: str  # txt, docx, pdf, html
    text: str
    sha256: str
    blank: tuple[tuple[int, int], ...] = ()
    notes: tuple[Note, ...] = ()
    tables: tuple[Table, ...] = ()
    guessed: tuple[int, ...] = ()  # places in `tables` of those whose columns only spaces showed


@dataclass(slots=True)
class Span:
    """Words of the document: `text[start:end] == quote`."""

    quote: str
    start: int
    end: int


@dataclass(slots=True)
class Meta:
    title: str | None = None
    issuer: str | None = None
    doc_no: str | None = None
    issued_date: str | None = None  # YYYY-MM-DD
    region: str | None = None
    level: str | None = None  # province, city, county
    parent_docs: list[str] = field(default_factory=list)
    year: int | None = None  # the year that dates without one belong to


@dataclass(slots=True)
class Section:
    """A numbered heading: path `["三", "（一）"]`, heading, and the span of everything under it."""

    path: list[str]
    heading: str
    start: int
    end: int
    doubts: list[str] = field(default_factory=list)  # codes of doubts.DOUBTS; empty: certain


@dataclass(slots=True)
class Unit:
    """A unit bound to a task: the name exactly as written, and `lead`, `coop`, `shared` or `responsible`."""

    unit: str
    role: str
    start: int
    end: int
    doubts: list[str] = field(default_factory=list)  # codes of doubts.DOUBTS; empty: certain


@dataclass(slots=True)
class Inherited:
    """A unit that an earlier item binds to all later ones in words; `source` is that task's id."""

    unit: str
    source: str


@dataclass(slots=True)
class Deadline(Span):
    """One time expression. `by` is YYYY, YYYY-MM or YYYY-MM-DD, or None for [recurring] and [event]."""

    by: str | None
    for_: str
    doubts: list[str] = field(default_factory=list)  # codes of doubts.DOUBTS; empty: certain


@dataclass(slots=True)
class Quantity(Span):
    """A number with its unit. `comparator` is one of `>= <= > < = increase decrease`."""

    value: float | None
    unit: str
    comparator: str
    what: str
    doubts: list[str] = field(default_factory=list)  # codes of doubts.DOUBTS; empty: certain


@dataclass(slots=True)
class Target(Span):
    """A stated goal: region x indicator x comparator x value x by (conventions: docs/plan-reading.md)."""

    id: str
    clause_path: list[str]
    region: list[str]
    indicator: str
    comparator: str
    value: float | None
    unit: str | None
    baseline: str | None
    by: str | None
    binding: str  # constraint, aspiration, unspecified
    scope: str | None = None
    implied_value: bool = False
    doubts: list[str] = field(default_factory=list)  # codes of doubts.DOUBTS; empty: certain


@dataclass(slots=True)
class Consequence(Span):
    """What a clause says will follow if a duty is not done: condition and consequence in the plan's words.

    `kind` is one of halt, stop_work, load_cut, deduct, accountability, no_honours, talk, other. `amount` and
    `unit` are those written (10 and `%`), `from_` the month it starts in (YYYY-MM), `season` the season it
    holds in ("autumn_winter"). `task_id` is None where the clause is no task.
    """

    id: str
    task_id: str | None
    clause_path: list[str]
    if_: str
    then: str
    kind: str
    amount: float | None = None
    unit: str | None = None
    from_: str | None = None
    season: str | None = None
    doubts: list[str] = field(default_factory=list)  # codes of doubts.DOUBTS; empty: certain


@dataclass(frozen=True, slots=True)
class Passage:
    """Consecutive words of the plan under one clause, for the finders of targets, deadlines and quantities.

    `text` is clean: no line breaks, no page marks, no spaces beside Chinese characters, digits half-width,
    and without the clause's number, heading and bracket of responsibility. `start` counts characters of
    `CleanText.text`, where `text` stands in one piece; the reader maps what is found back to the document.
    A task has one passage or more (`task_id` is its id), every other paragraph has one (`task_id` None).
    `due` is the date that the task's bracket or its row of a task list sets for all of it.
    """

    clause_path: list[str]  # ["三", "（三）", "12"]
    heading: str  # of the clause or the task, "" if none
    text: str
    start: int
    task_id: str | None = None
    due: str | None = None


@dataclass(slots=True)
class Task:
    """A duty: a numbered item, or a paragraph that ends in a bracket of responsibility."""

    id: str
    number: str  # "12", "12b"
    clause_path: list[str]
    title: str | None
    text: str  # the whole body, page marks removed, bracket of responsibility removed
    start: int
    end: int
    responsible: list[Unit] = field(default_factory=list)
    deadlines: list[Deadline] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    sub_paragraphs: int = 1  # bracketed passages under the number, told on the first of them
    inherited: list[Inherited] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)  # codes of doubts.DOUBTS; empty: certain


@dataclass(slots=True)
class Part:
    """The body of a document, or an attachment: a plan of its own, with its own title, year and tasks.

    `label` is None for the body, else 附件 or 附件1, with which the clause paths of its tasks begin. `kind`
    is `body`, `attachment`, or `task_list` for an attachment whose duties all stand in a table.
    """

    label: str | None
    title: str
    kind: str
    start: int
    end: int
    meta: Meta


@dataclass(slots=True)
class Plan:
    """A plan document, read."""

    document: Document
    meta: Meta
    sections: list[Section]
    targets: list[Target]
    tasks: list[Task]
    other_deadlines: list[Deadline] = field(default_factory=list)
    notes: list[Note] = field(
        default_factory=list
    )  # what a reviewer must know: unread brackets, no brackets at all
    consequences: list[Consequence] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)  # the body first, then the attachments in order

    def part_of(self, clause_path: Sequence[str]) -> Part:
        """The part that a clause path belongs to; the body for a path of no attachment."""
        label = clause_path[0] if clause_path else None
        return next((part for part in self.parts[1:] if part.label == label), self.parts[0])

    def tasks_of(self, part: Part) -> list[Task]:
        """The tasks of the body or of one attachment, in order."""
        return [task for task in self.tasks if self.part_of(task.clause_path) is part]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON and YAML, `for_`, `if_` and `from_` written as `for`, `if` and `from`."""
        data: dict[str, Any] = {
            "meta": asdict(self.meta),
            "sections": [asdict(s) for s in self.sections],
            "targets": [asdict(t) for t in self.targets],
            "tasks": [asdict(t) for t in self.tasks],
            "other_deadlines": [asdict(d) for d in self.other_deadlines],
            "consequences": [asdict(c) for c in self.consequences],
            "parts": [asdict(p) for p in self.parts],
            "notes": [str(note) for note in self.notes],
            "document": {
                "name": self.document.name,
                "kind": self.document.kind,
                "sha256": self.document.sha256,
                "characters": len(self.document.text),
            },
        }
        deadlines = [d for task in data["tasks"] for d in task["deadlines"]]
        for deadline in [*deadlines, *data["other_deadlines"]]:
            deadline["for"] = deadline.pop("for_")
        for consequence in data["consequences"]:
            consequence["if"], consequence["from"] = consequence.pop("if_"), consequence.pop("from_")
        return data
