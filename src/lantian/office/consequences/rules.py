"""Questions about proposals: what a list asks for, how many stand where. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from lantian.office.consequences.models import PROPOSAL, Proposal
from lantian.office.frame import clock
from lantian.office.loops import overdue
from lantian.office.regions.models import Region


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is asked for; empty means everything."""

    q: str = ""
    state: str = ""
    kind: str = ""
    region: str = ""
    unit: int | None = None
    late: bool = False
    gone: bool = False


def wish_of(query: Mapping[str, Any]) -> Wish:
    """The wish in a query; what makes no sense is left out."""
    unit = str(query.get("unit") or "")
    return Wish(
        q=str(query.get("q") or "").strip()[:100],
        state=str(query.get("state") or ""),
        kind=str(query.get("kind") or ""),
        region=str(query.get("region") or ""),
        unit=int(unit) if unit.isdecimal() and len(unit) < 10 else None,
        late=bool(query.get("late")),
        gone=bool(query.get("gone")),
    )


def proposals_of(user: Any, wish: Wish) -> QuerySet[Proposal]:
    """The proposals a person may see that suit a wish, newest first."""
    found = Proposal.objects.visible_to(user)
    if wish.q:
        found = found.filter(Q(subject_name__icontains=wish.q) | Q(rule_code__icontains=wish.q))
    if wish.state == "unfinished":
        found = found.exclude(state__in=list(PROPOSAL.closed))
    elif wish.state:
        found = found.filter(state=wish.state)
    if wish.kind:
        found = found.filter(kind=wish.kind)
    if wish.region:
        region = Region.objects.visible_to(user).filter(code=wish.region).first()
        found = found.filter(region__path__startswith=region.path) if region else found.none()
    if wish.unit is not None:
        found = found.filter(unit_id=wish.unit)
    if wish.late:
        found = overdue(found)
    if wish.gone:
        found = found.filter(ground_gone_on__isnull=False)
    return found.select_related("region", "unit", "decided_by")


def counts(found: QuerySet[Proposal]) -> dict[str, int]:
    """How many there are by state, and late ones."""
    late = Q(state_due__lt=clock.now()) & ~Q(state__in=list(PROPOSAL.closed))
    wanted = {state: Count("pk", filter=Q(state=state)) for state in PROPOSAL.states.values}
    row = found.order_by().aggregate(all=Count("pk"), late=Count("pk", filter=late), **wanted)
    return {key: value or 0 for key, value in row.items()}


def kinds_of(found: QuerySet[Proposal]) -> list[tuple[str, str]]:
    """The kinds that occur, with their names in the active language."""
    seen: dict[str, str] = {}
    for row in found.order_by("kind", "-pk").only("kind", "rule"):
        seen.setdefault(row.kind, row.kind_label)
    return list(seen.items())
