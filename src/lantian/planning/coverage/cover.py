"""A child plan against its parent: which clauses are taken up, partly, not at all, or do not concern it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from lantian.planning.coverage import addressed
from lantian.planning.coverage.addressed import ELSEWHERE, Scope, own_level, scope_of
from lantian.planning.coverage.goals import (
    MISSING,
    MIXED,
    NOT_APPLICABLE,
    NOT_COMPARABLE,
    WEAKER,
    GoalRow,
    clause_of,
    compare_goals,
)
from lantian.planning.coverage.links import Link, Matcher, Order
from lantian.planning.coverage.texts import Item, Text, of_plan
from lantian.planning.coverage.units import (
    Counterpart,
    PlaceRow,
    UnitRow,
    counterparts,
    place_rows,
    unit_rows,
)
from lantian.planning.model import Plan

TAKEN, PARTLY, LOOK, NONE = "taken", "partly", "look", "none"
VERDICTS = (TAKEN, PARTLY, LOOK, NONE, NOT_APPLICABLE)
_ENOUGH = 0.5
_MOSTLY_ELSEWHERE = 0.75


@dataclass(frozen=True, slots=True)
class Row:
    """A parent clause and what the child does about it.

    Attributes
    ----------
    item
        the parent's task, or clause without one
    verdict
        taken, partly, look (a person must), none, not_applicable
    why
        reason code: `elsewhere` (addressed to other places), `own_level` (laws and standards of the parent),
        `doubtful` (only doubtful links), `targets` (judged by the targets it holds); else empty
    links
        child clauses, best first, with score and shared words
    orders
        its sentences: taken, look, open, or elsewhere
    share
        the part of its orders that bind the child and are taken up, by length; an order to be looked at
        counts half
    """

    item: Item
    verdict: str
    why: str
    links: tuple[Link, ...]
    orders: tuple[Order, ...]
    share: float

    @property
    def open_orders(self) -> tuple[Order, ...]:
        """What nobody took up, in the parent's words."""
        return tuple(o for o in self.orders if o.state == "open")


@dataclass(frozen=True, slots=True)
class Coverage:
    """A child plan held against its parent."""

    parent: Text
    child: Text
    scope: Scope
    rows: tuple[Row, ...]
    goals: tuple[GoalRow, ...]
    units: tuple[UnitRow, ...]
    places: tuple[PlaceRow, ...]
    counterparts: tuple[Counterpart, ...]
    added: tuple[Item, ...] = field(default=())
    """Child tasks that take up nothing of the parent: the child's own."""

    @property
    def counts(self) -> dict[str, int]:
        """How many parent tasks stand how; every verdict is listed."""
        found = Counter(row.verdict for row in self.rows if row.item.kind == "task")
        return {verdict: found[verdict] for verdict in VERDICTS}

    @property
    def goal_counts(self) -> dict[str, int]:
        """How many parent targets have which relation."""
        return dict(Counter(row.relation for row in self.goals))

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "parent": _head(self.parent),
            "child": _head(self.child),
            "counts": self.counts,
            "rows": [
                {
                    "clause": row.item.cited,
                    "kind": row.item.kind,
                    "heading": row.item.headline,
                    "verdict": row.verdict,
                    "why": row.why,
                    "share": row.share,
                    "links": [asdict(link) for link in row.links],
                    "orders": [asdict(order) for order in row.orders],
                }
                for row in self.rows
            ],
            "targets": [asdict(row) for row in self.goals],
            "units_without_task": [row.unit for row in self.units if not row.tasks],
            "places": [asdict(row) for row in self.places],
            "parent_units_without_counterpart": [r.parent for r in self.counterparts if not r.child],
            "added": [item.cited for item in self.added],
        }


def cover(
    parent: Plan | Text,
    child: Plan | Text,
    *,
    scope: Scope | None = None,
    units: Iterable[str] = (),
) -> Coverage:
    """A child plan against its parent.

    Parameters
    ----------
    parent, child
        plans as read, or `Text`s made of records
    scope
        where the child lies among the parent's regions; what the two plans tell, when it is not given
    units
        units of the child that are known beside those its text names

    Returns
    -------
    one row for each of the parent's tasks and for each clause without one, the targets, the units
    """
    above, below = (p if isinstance(p, Text) else of_plan(p) for p in (parent, child))
    scope = scope or scope_of(above, below)
    matcher = Matcher(above.items, below.items)
    found = [(item, *matcher.match(item)) for item in above.items]
    items = {item.key: item for item in below.items}
    linked_items: dict[str, list[Item]] = {}
    for item, links, _ in found:
        linked_items.setdefault(clause_of(item.cited), []).extend(items[link.child] for link in links)
    goals = compare_goals(above, below, scope, linked_items)
    rows = [_row(item, links, orders, scope, goals) for item, links, orders in found]
    linked = {link.child for row in rows for link in row.links}
    return Coverage(
        parent=above,
        child=below,
        scope=scope,
        rows=tuple(rows),
        goals=tuple(goals),
        units=tuple(unit_rows(below, units)),
        places=tuple(place_rows(below, scope.within)),
        counterparts=tuple(counterparts(above, below, scope)),
        added=tuple(i for i in below.items if i.kind == "task" and i.key not in linked),
    )


def _row(item: Item, links: list[Link], found: list[Order], scope: Scope, goals: list[GoalRow]) -> Row:
    orders = [
        Order(o.text, "elsewhere", o.held, None, o.weight)
        if o.state == "open" and scope.of_words(o.text) == ELSEWHERE
        else o
        for o in found
    ]
    whole = sum(o.weight for o in orders)
    here = sum(o.weight for o in orders if o.state != "elsewhere")
    won = sum(o.weight * {"taken": 1.0, "look": 0.5}.get(o.state, 0.0) for o in orders)
    share = round(won / here, 3) if here else 0.0
    verdict, why = _verdict(links, share)
    certain = any(link.certain for link in links)
    held = [row for row in goals if row.parent.cited == item.cited] if item.kind == "clause" else []
    if scope.of_item(item) == ELSEWHERE:
        verdict, why = NOT_APPLICABLE, "elsewhere"
    elif held:
        verdict, why = _by_goals(held), "targets"
    elif not certain and own_level(item):
        verdict, why = NOT_APPLICABLE, "own_level"
    elif not certain and whole and 1 - here / whole >= _MOSTLY_ELSEWHERE:
        verdict, why = NOT_APPLICABLE, "elsewhere"
    return Row(item, verdict, why, tuple(links), tuple(orders), share)


def _verdict(links: list[Link], share: float) -> tuple[str, str]:
    if not links:
        return NONE, ""
    if not any(link.certain for link in links):
        return LOOK, "doubtful"
    return (TAKEN if share >= _ENOUGH else PARTLY), ""


def _by_goals(rows: list[GoalRow]) -> str:
    relations = {row.relation for row in rows} - {NOT_APPLICABLE}
    if not relations:
        return NOT_APPLICABLE
    if relations == {MISSING}:
        return NONE
    if relations & {MIXED, NOT_COMPARABLE}:
        return LOOK
    return PARTLY if relations & {MISSING, WEAKER} else TAKEN


def _head(text: Text) -> dict[str, Any]:
    return {"title": text.title, "region": text.region, "tasks": sum(i.kind == "task" for i in text.items)}


__all__ = [
    "LOOK",
    "NONE",
    "PARTLY",
    "TAKEN",
    "VERDICTS",
    "Coverage",
    "Row",
    "addressed",
    "cover",
]
