"""What coverage needs of a plan, whoever holds it: items with heading and text, targets, units, places.

A plan as read (`of_plan`) and a plan of the office's records, corrections included, become the same `Text`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from lantian.planning.fold import Folded
from lantian.planning.model import Plan, Section, Task

_BREAK = re.compile(r"(?<=[。;；!?])")
_LEAD_IN = re.compile(r"^(?:其中|另外|同时)[,，:：]?")


@dataclass(frozen=True, slots=True)
class When:
    """A time a thing is asked for: `by` as the plan writes it (YYYY, YYYY-MM, YYYY-MM-DD, None), and for
    what."""

    by: str | None
    what: str


@dataclass(frozen=True, slots=True)
class Item:
    """A task, or a clause that has no task below it.

    `key` names it once in its plan, `cited` is how a document cites it (三（一）12), `heading` its title,
    `above` the heading it stands under, `text` its body, `units` the responsible units as written, `places`
    what it names as places.
    """

    key: str
    cited: str
    kind: str  # task, clause
    heading: str
    above: str
    text: str
    units: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    deadlines: tuple[When, ...] = ()

    @property
    def headline(self) -> str:
        """The heading, or the first words of a paragraph without one."""
        return self.heading or (self.text if len(self.text) <= 30 else self.text[:30] + "…")


@dataclass(frozen=True, slots=True)
class Goal:
    """A target as coverage compares it; fields as `lantian.planning.model.Target` has them."""

    key: str
    cited: str
    places: tuple[str, ...]
    indicator: str
    comparator: str
    value: float | None
    unit: str | None
    baseline: str | None
    by: str | None
    binding: str
    pool: str | None
    words: str


@dataclass(frozen=True, slots=True)
class Text:
    """A plan as coverage reads it."""

    title: str
    region: str
    level: str
    items: tuple[Item, ...]
    goals: tuple[Goal, ...]
    whole: str = ""
    """The plan's whole text, in which units and places are looked for."""
    issued: date | None = None
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One order of an item: the words between two full stops."""

    text: str
    folded: str
    weight: float = field(default=0.0, compare=False)


def sentences(text: str) -> list[Sentence]:
    """An item's orders, each with its folded form; a piece shorter than six characters stays with its
    neighbour."""
    pieces: list[str] = []
    for raw in _BREAK.split(text):
        piece = raw.strip()
        if not piece:
            continue
        if pieces and len(piece) < 6:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return [Sentence(p, _LEAD_IN.sub("", folded(p)), float(len(folded(p)))) for p in pieces]


def folded(text: str) -> str:
    """Text without white space, in one width."""
    return Folded(text).text


def of_plan(plan: Plan) -> Text:
    """A plan as read, as coverage takes it: its tasks, and its lowest clauses that hold none."""
    headings = {tuple(s.path): s.heading for s in plan.sections}
    placed = [(task.start, _of_task(task, headings)) for task in plan.tasks]
    held = {tuple(t.clause_path[:n]) for t in plan.tasks for n in range(1, len(t.clause_path) + 1)}
    placed += [
        (section.start, of_section(section, headings, plan.document.text))
        for section in lowest_without_task(plan.sections, held)
    ]
    items = [item for _, item in sorted(placed, key=lambda pair: pair[0])]
    goals = tuple(
        Goal(
            key=t.id,
            cited="".join(t.clause_path),
            places=tuple(t.region),
            indicator=t.indicator,
            comparator=t.comparator,
            value=t.value,
            unit=t.unit,
            baseline=t.baseline,
            by=t.by,
            binding=t.binding,
            pool=t.scope,
            words=folded(t.quote),
        )
        for t in plan.targets
    )
    issued = date.fromisoformat(plan.meta.issued_date) if plan.meta.issued_date else None
    return Text(
        title=plan.meta.title or plan.document.name,
        region=plan.meta.region or "",
        level=plan.meta.level or "",
        items=tuple(keyed(items)),
        goals=goals,
        whole=folded(plan.document.text),
        issued=issued,
        parents=tuple(plan.meta.parent_docs),
    )


def keyed(items: Sequence[Item]) -> list[Item]:
    """The items with keys that name one each: a second 一 (of an attachment) becomes 一·2."""
    seen: dict[str, int] = {}
    found = []
    for item in items:
        seen[item.key] = nth = seen.get(item.key, 0) + 1
        found.append(item if nth == 1 else replace(item, key=f"{item.key}·{nth}"))
    return found


def lowest_without_task(sections: Sequence[Section], held: set[tuple[str, ...]]) -> list[Section]:
    """The clauses with text of their own that hold no task: goals, safeguards.

    A clause whose children are bare numbers (1., 2. of a goal) is taken as a whole.
    """
    free = [s for s in sections if tuple(s.path) not in held]
    named = [s for s in free if s.heading or len(s.path) <= 2]
    paths = {tuple(s.path) for s in named}
    return [
        s for s in named if not any(len(p) > len(s.path) and p[: len(s.path)] == tuple(s.path) for p in paths)
    ]


def _of_task(task: Task, headings: dict[tuple[str, ...], str]) -> Item:
    return Item(
        key=task.id,
        cited="".join(task.clause_path[:-1]) + task.number,
        kind="task",
        heading=folded(task.title or ""),
        above=folded(headings.get(tuple(task.clause_path[:-1]), "")),
        text=task.text,
        units=tuple(dict.fromkeys(u.unit for u in task.responsible)),
        places=tuple(task.regions),
        deadlines=tuple(When(d.by, folded(d.quote)) for d in task.deadlines),
    )


def of_section(section: Section, headings: dict[tuple[str, ...], str], text: str) -> Item:
    """A clause without a task, with the words under it."""
    body = folded(text[section.start : section.end])
    heading = folded(section.heading)
    at = body.find(heading) if heading else -1
    cited = "".join(section.path)
    return Item(
        key=cited,
        cited=cited,
        kind="clause",
        heading=heading,
        above=folded(headings.get(tuple(section.path[:-1]), "")),
        text=body[at + len(heading) :].lstrip("。.") if 0 <= at < 12 else body,
    )
