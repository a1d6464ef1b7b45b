"""Who has to report on a task: the holders of its duty, and who leads it.

A unit named itself reports the whole; a government below the plan's region, and every region that a
collective name stands for, reports its share. Units that only cooperate report where nobody else is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from lantian.office.people.models import Unit
from lantian.office.plans.models import Assignment, Task
from lantian.office.plans.terms import Role
from lantian.office.regions.models import Region


@dataclass(frozen=True, slots=True)
class Holder:
    """One that reports: a unit for the whole, or a region for its share; `is_lead` speaks for the task."""

    unit: Unit | None = None
    region: Region | None = None
    is_lead: bool = False

    @property
    def key(self) -> str:
        """`u12` or `r34`."""
        return f"r{self.region.pk}" if self.region is not None else f"u{self.unit.pk}" if self.unit else ""


def with_assignments(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """The tasks with all that `holders_of` reads, in a few queries."""
    rows = Assignment.objects.select_related("unit__region").prefetch_related("regions")
    return tasks.select_related("plan__region").prefetch_related(Prefetch("assignments", queryset=rows))


def holders_of(task: Task) -> list[Holder]:
    """Who reports on a task, leads first, each once."""
    home = task.plan.region.path
    assignments = list(task.assignments.all())
    duties = [a for a in assignments if a.role != Role.COOP] or assignments
    lead = lead_of(assignments, home)
    units: dict[int, Unit] = {}
    regions: dict[int, tuple[Region, Unit | None]] = {}
    for one in duties:
        seat = one.unit.region if one.unit is not None else None
        if one.unit is not None and not _is_below(seat, home):
            units.setdefault(one.unit.pk, one.unit)
        elif one.unit is not None and seat is not None:
            regions[seat.pk] = (seat, one.unit)
        else:
            for region in one.regions.all():
                if _is_below(region, home):
                    regions.setdefault(region.pk, (region, None))
    speaker = lead.pk if lead is not None and lead.pk in units else None
    if speaker is None and len(units) == 1:
        speaker = next(iter(units))
    found = [Holder(unit=unit, is_lead=pk == speaker) for pk, unit in units.items()]
    found += [Holder(unit=unit, region=region) for region, unit in regions.values()]
    return sorted(found, key=lambda h: (not h.is_lead, h.region is not None, h.key))


def lead_of(assignments: Iterable[Assignment], home: str) -> Unit | None:
    """The unit that leads a task: the first one named as such that is no government below."""
    for one in assignments:
        if one.role == Role.LEAD and one.unit is not None and not _is_below(one.unit.region, home):
            return one.unit
    return None


def _is_below(region: Any, home: str) -> bool:
    return region is not None and region.path != home and region.path.startswith(home)


def keys_of(person: Any, holders: Sequence[Holder]) -> set[str]:
    """Those of the holders that this person belongs to."""
    place = person.region.path if person.region is not None else ""
    return {
        h.key
        for h in holders
        if (h.unit is not None and h.unit.pk == person.unit_id)
        or (h.region is not None and place.startswith(h.region.path))
    }
