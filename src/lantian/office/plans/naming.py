"""Names of units that the register did not know: listed once a plan, decided once for
all their assignments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.people.models import Unit, UnitKind
from lantian.office.people.rules import Capability
from lantian.office.plans.models import Assignment, Plan, UnitName
from lantian.office.plans.reviewing import bind
from lantian.office.plans.terms import NameHow
from lantian.office.plans.writes import allowed
from lantian.office.regions.models import Region


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name of the plan, how it came to its unit, and on how many tasks it stands."""

    name: UnitName
    tasks: int

    @property
    def waits(self) -> bool:
        """Whether a person has not decided yet."""
        return self.name.how != NameHow.PERSON


def unknown_names(plan: Plan) -> list[Unknown]:
    """The names of a plan that the register did not know, those that wait first, by how many tasks they
    stand on."""
    tasks = dict(
        Assignment.objects.filter(task__plan=plan)
        .order_by()
        .values_list("written")
        .annotate(n=Count("task", distinct=True))
    )
    rows = [Unknown(n, tasks.get(n.written, 0)) for n in plan.unit_names.select_related("unit__region")]
    return sorted((r for r in rows if r.tasks), key=lambda r: (not r.waits, -r.tasks, r.name.written))


def units_for(plan: Plan) -> QuerySet[Unit]:
    """The units a plan can bind: of its region, of what lies below and above it, and those of no region."""
    path = plan.region.path
    codes = [part for part in path.split("/") if part]
    above = ["/".join(codes[: n + 1]) + "/" for n in range(len(codes))]
    return Unit.objects.filter(
        Q(region__path__startswith=path) | Q(region__path__in=above) | Q(region=None)
    ).select_related("region")


def decide_name(
    plan: Plan,
    written: str,
    actor: Any,
    *,
    unit: Unit | None = None,
    create: Mapping[str, Any] | None = None,
    reason: str = "",
) -> int:
    """Say which unit a name means, for every assignment of the plan at once and for later readings.

    Parameters
    ----------
    written
        the name exactly as the plan writes it
    unit
        a unit of the register; it may be the one that was made for the name
    create
        or a new one: `name`, `kind` and `region`

    Returns
    -------
    on how many assignments it is

    Raises
    ------
    LantianError
        the plan does not have this name, the unit lies elsewhere, or neither is given
    """
    with transaction.atomic():
        allowed(plan, actor, Capability.REVIEW_PLAN)
        rows = list(
            Assignment.objects.select_for_update(of=("self",)).filter(task__plan=plan, written=written)
        )
        if not rows:
            raise LantianError(
                _('no task of this plan names "%(name)s"') % {"name": written}, where=plan.title
            )
        known, _made = UnitName.objects.select_for_update().get_or_create(
            plan=plan, written=written, defaults={"how": NameHow.NONE}
        )
        if create is not None:
            unit = _new_unit(plan, actor, create)
        if unit is None or not units_for(plan).filter(pk=unit.pk).exists():
            raise LantianError(
                _("choose a unit of the plan's region, of one above it or below it"), where=written
            )
        before = known.unit
        for row in rows:
            bind(row, unit)
            row.save(update_fields=["unit", "unresolved"])
        known.unit, known.how = unit, NameHow.PERSON
        known.decided_by, known.decided_at = getattr(actor, "user", actor), clock.now()
        known.save()
        record(
            actor, "name", known, reason=reason, before={"unit": before.name if before else None},
            after={"unit": unit.name, "assignments": len(rows)},
        )  # fmt: skip
        if before is not None and before.pk != unit.pk:
            _drop_if_unused(before, actor, reason=plan.title)
    return len(rows)


def _new_unit(plan: Plan, actor: Any, create: Mapping[str, Any]) -> Unit:
    name = str(create.get("name") or "").strip()[:120]
    region: Region = create.get("region") or plan.region
    kind = str(create.get("kind") or UnitKind.DEPARTMENT)
    if not name or kind not in UnitKind.values:
        raise LantianError(_("a new unit needs a name and its kind"))
    if not (region.path.startswith(plan.region.path) or plan.region.path.startswith(region.path)):
        raise LantianError(_("%(names)s: outside the region of the plan") % {"names": region.name})
    unit, made = Unit.objects.get_or_create(name=name, region=region, defaults={"kind": kind})
    if made:
        record(actor, "create", unit, reason=plan.title, after={"name": unit.name})
    return unit


def _drop_if_unused(unit: Unit, actor: Any, reason: str) -> None:
    """A unit that was only ever a misread name leaves the register; one that anything names stays."""
    if UnitName.objects.filter(unit=unit, how=NameHow.PERSON).exists():
        return
    for relation in unit._meta.related_objects:
        if relation.related_model is UnitName:
            continue
        if relation.related_model._base_manager.filter(**{relation.field.name: unit}).exists():
            return
    record(actor, "remove", unit, reason=reason, before={"name": unit.name})
    unit.delete()
