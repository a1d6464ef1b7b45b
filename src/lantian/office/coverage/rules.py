"""What a coverage page shows: the computed answer with what people decided over it. Writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lantian.office.coverage.models import CoverageVerdict, Verdict
from lantian.office.coverage.texts import coverages_above, coverages_of
from lantian.office.plans.models import Plan, Task
from lantian.planning.coverage import Coverage, Item, Row

OPEN = (Verdict.NONE, Verdict.PARTLY, Verdict.LOOK)


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A child clause that takes up a parent clause, as a page shows it; `words` are empty where a person
    named it."""

    key: str
    cited: str
    headline: str
    certain: bool
    words: tuple[str, ...]
    score: float | None


@dataclass(frozen=True)
class Shown:
    """One parent clause: what was computed, what a person said, what counts."""

    row: Row
    decided: CoverageVerdict | None
    child_items: dict[str, Item]

    @property
    def verdict(self) -> Verdict:
        """What counts: the person's word, else the computed one."""
        return Verdict(self.decided.verdict if self.decided else self.row.verdict)

    @property
    def computed(self) -> Verdict:
        """What was computed."""
        return Verdict(self.row.verdict)

    @cached_property
    def links(self) -> list[ShownLink]:
        """The child clauses: those the person named, else those that were found."""
        found = {link.child: link for link in self.row.links}
        keys = self.decided.child_keys if self.decided else list(found)
        shown = []
        for key in keys:
            item = self.child_items.get(key)
            if item is None:
                continue  # a later reading has no such clause; the decision itself stays visible
            link = found.get(key)
            shown.append(
                ShownLink(
                    key,
                    item.cited,
                    item.headline,
                    self.decided is not None or bool(link and link.certain),
                    link.words if link else (),
                    link.score if link else None,
                )
            )
        return shown

    @property
    def open_orders(self) -> tuple[Any, ...]:
        """What stays open, unless nothing is asked or all is taken."""
        if self.verdict in {Verdict.TAKEN, Verdict.NOT_APPLICABLE, Verdict.NONE}:
            return ()
        return self.row.open_orders


@dataclass(frozen=True)
class Covered:
    """A child plan against its parent, as pages show it."""

    parent: Plan
    child: Plan
    coverage: Coverage
    rows: list[Shown]

    @property
    def counts(self) -> list[tuple[Verdict, int]]:
        """How many parent tasks stand how, by what counts."""
        found = Counter(row.verdict for row in self.rows if row.row.item.kind == "task")
        return [(verdict, found[verdict]) for verdict in Verdict]

    @property
    def nobody(self) -> int:
        """How many parent tasks nobody took up."""
        return dict(self.counts)[Verdict.NONE]

    @property
    def silent_units(self) -> list[str]:
        """Units of the child without a task."""
        return [row.unit for row in self.coverage.units if not row.tasks]


def covered(parent: Plan, child: Plan) -> Covered:
    """One child against its parent, decisions included."""
    return matrix(parent, [child])[0]


def matrix(parent: Plan, children: list[Plan]) -> list[Covered]:
    """Several children against one parent."""
    return _joined([(parent, child) for child in children], coverages_of(parent, children))


def upwards(parents: list[Plan], child: Plan) -> list[Covered]:
    """One child against several parents."""
    return _joined([(parent, child) for parent in parents], coverages_above(parents, child))


def _joined(pairs: list[tuple[Plan, Plan]], found: list[Coverage]) -> list[Covered]:
    decided: dict[tuple[int, int], dict[str, CoverageVerdict]] = defaultdict(dict)
    parents, children = {p.pk for p, _ in pairs}, {c.pk for _, c in pairs}
    rows = CoverageVerdict.objects.filter(parent__in=parents, child__in=children).select_related("decided_by")
    for row in rows:
        decided[row.parent_id, row.child_id][row.parent_key] = row
    joined = []
    for (parent, child), coverage in zip(pairs, found, strict=True):
        items = {item.key: item for item in coverage.child.items}
        said = decided[parent.pk, child.pk]
        shown = [Shown(row, said.get(row.item.key), items) for row in coverage.rows]
        joined.append(Covered(parent, child, coverage, shown))
    return joined


def task_pages(plan: Plan) -> dict[str, int]:
    """The numbers of a plan's task pages by the reader's key."""
    return dict(Task.objects.filter(plan=plan).values_list("key", "pk"))
