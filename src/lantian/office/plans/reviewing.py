"""Review: accept, correct and reject what the reader took, one thing or the whole plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.people.models import Unit
from lantian.office.people.rules import Capability
from lantian.office.plans.dates import last_day
from lantian.office.plans.models import (
    Assignment,
    Clause,
    Deadline,
    Plan,
    PlanPart,
    Quantity,
    StatedConsequence,
    Target,
    Task,
)
from lantian.office.plans.progress import next_due
from lantian.office.plans.terms import DeadlineKind, PlanStatus, Review
from lantian.office.plans.writes import allowed, cleaned, every, locked, plain, sign
from lantian.office.regions.models import Region

Reviewable = Clause | Target | Task | Deadline | Quantity | Assignment | StatedConsequence | PlanPart
HANGING = (Assignment, Deadline, Quantity, StatedConsequence)


def accept(obj: Reviewable, actor: Any, reason: str = "") -> None:
    """Say that the reading is right; with a task, also what hangs on it and waits for a review.

    A corrected one stays `corrected`: accepting it again changes nothing about what was read wrongly. One
    that was rejected is there again.
    """
    with transaction.atomic():
        row = locked(obj, actor, Capability.REVIEW_PLAN)
        before = {"review": row.review}
        if row.review == Review.REJECTED:
            _bring_back(row)
        sign(row, actor, Review.CORRECTED if row.as_read else Review.ACCEPTED, reason)
        row.save()
        after: dict[str, Any] = {"review": row.review}
        if isinstance(row, Task):
            with_it = {"review": row.review, "reviewed_by": row.reviewed_by, "reviewed_at": row.reviewed_at}
            waiting = [m.objects.filter(task=row, review=Review.UNREVIEWED) for m in HANGING]
            after["accepted_with_it"] = sum(
                found.update(**{**with_it, "review": Review.ACCEPTED}) for found in waiting
            )
        _moved(row)
        record(actor, "accept", row, reason=reason, before=before, after=after)
    _fresh(obj)


def reject(obj: Reviewable, actor: Any, reason: str) -> None:
    """Say that this is none of the plan's; it stays visible to reviewers and counts nowhere.

    Raises
    ------
    LantianError
        no reason is given
    """
    if not reason.strip():
        raise LantianError(_("a rejection needs a reason"), remedy=_("Say in a few words why it is wrong."))
    with transaction.atomic():
        row = locked(obj, actor, Capability.REVIEW_PLAN)
        before: dict[str, Any] = {"review": row.review}
        if isinstance(row, Assignment) and row.review != Review.REJECTED:
            # Whoever it bound is bound no longer, in every list that asks by unit or region.
            region_ids = list(row.regions.values_list("pk", flat=True))
            row.as_read = {**row.as_read, "_unit": row.unit_id, "_regions": region_ids}
            before |= {"unit": row.unit.name if row.unit else None}
            row.unit = None
            row.regions.clear()
        sign(row, actor, Review.REJECTED, reason)
        row.save()
        _moved(row)
        record(actor, "reject", row, reason=reason, before=before, after={"review": row.review})
    _fresh(obj)


def correct(obj: Reviewable, actor: Any, reason: str = "", changes: Mapping[str, Any] | None = None) -> None:
    """Set right what the reader took wrongly; `obj.as_read` keeps what it had written.

    Parameters
    ----------
    obj
        what was read
    changes
        field to new value, of the fields in `obj.correctable`; for a target or task also `regions`, the
        regions it is about; for an assignment also `unit`, the unit of the register that is meant

    Raises
    ------
    LantianError
        a field cannot be corrected or a value does not fit it; nothing is changed then
    """
    changes = dict(changes or {})
    regions: Sequence[Region] | None = (
        changes.pop("regions", None) if isinstance(obj, Target | Task) else None
    )
    linked: dict[str, Any] = {}
    if isinstance(obj, Assignment) and "unit" in changes:
        linked["unit"] = changes.pop("unit")
    unknown = sorted(set(changes) - set(obj.correctable))
    if unknown:
        raise LantianError(_("these cannot be corrected: %(fields)s") % {"fields": ", ".join(unknown)})
    with transaction.atomic():
        row = locked(obj, actor, Capability.REVIEW_PLAN)
        before, after = {}, {}
        for name, value in changes.items():
            fits = cleaned(row, name, value)
            old = getattr(row, name)
            if fits != old:
                before[name], after[name] = old, fits
                setattr(row, name, fits)
        if linked and linked["unit"] != row.unit:
            before["unit"], after["unit"] = _unit_name(row.unit), _unit_name(linked["unit"])
            bind(row, linked["unit"])
        if hasattr(row, "last_day"):
            row.last_day = last_day(row.by)
        if regions is not None:
            old_codes = sorted(row.regions.values_list("code", flat=True))
            codes = sorted(r.code for r in regions)
            if codes != old_codes:
                before["regions"], after["regions"] = old_codes, codes
                row.regions.set(regions)
                if isinstance(row, Target):
                    row.unresolved = []
        if not after:
            raise LantianError(_("nothing was changed"), remedy=_("Accept it if the reading is right."))
        if row.review == Review.REJECTED:
            _bring_back(row)
        row.as_read = {**{k: plain(v) for k, v in before.items()}, **row.as_read}
        sign(row, actor, Review.CORRECTED, reason)
        row.save()
        _moved(row)
        record(actor, "correct", row, reason=reason, before=before, after=after)
    _fresh(obj)


def bind(assignment: Assignment, unit: Unit | None) -> None:
    """Set the unit of an assignment; a government binds its region with it. The caller saves it."""
    assignment.unit = unit
    if unit is not None:
        assignment.unresolved = ""
    if not assignment.collective:
        governs = unit is not None and unit.region_id and unit.kind in {"government", "committee"}
        assignment.regions.set([unit.region] if governs and unit else [])


def accept_plan(plan: Plan, actor: Any, reason: str = "", *, rest: bool = False) -> int:
    """Accept the reading of a whole plan.

    Parameters
    ----------
    rest
        accept with it everything not reviewed yet; without it, such things stand in the way

    Returns
    -------
    how many clauses, targets, tasks and what else has a card of its own were accepted with it

    Raises
    ------
    LantianError
        something is not reviewed and `rest` is false
    """
    with transaction.atomic():
        allowed(plan, actor, Capability.REVIEW_PLAN)
        row = Plan.objects.select_for_update().get(pk=plan.pk)
        if row.status == PlanStatus.SUPERSEDED:
            raise LantianError(_("a newer version has replaced this plan"), where=row.title)
        waiting = {
            model._meta.model_name: found.filter(review=Review.UNREVIEWED)
            for model, found in cards_of(row).items()
        }
        counts = {str(name): found.count() for name, found in waiting.items()}
        if sum(counts.values()) and not rest:
            raise LantianError(
                _("%(count)s things of this plan are not reviewed") % {"count": sum(counts.values())},
                where=row.title,
                remedy=_("Review them, or accept the rest with the plan."),
            )
        person = getattr(actor, "user", actor)
        under = [m.objects.filter(task__plan=row, review=Review.UNREVIEWED) for m in HANGING]
        for found in (*waiting.values(), *under, row.parts.filter(review=Review.UNREVIEWED)):
            found.update(review=Review.ACCEPTED, reviewed_by=person, reviewed_at=clock.now())
        before = {"status": row.status}
        row.status, row.accepted_by, row.accepted_at = PlanStatus.ACCEPTED, person, clock.now()
        row.save(update_fields=["status", "accepted_by", "accepted_at"])
        after = {"status": row.status, "accepted_with_it": counts}
        record(actor, "accept", row, reason=reason, before=before, after=after)
    plan.refresh_from_db()
    return sum(counts.values())


def cards_of(plan: Plan) -> dict[Any, Any]:
    """What has a card of its own on the page of a plan, model by model, rejected ones too."""
    return {
        Clause: Clause.objects.filter(plan=plan),
        Target: Target.objects.filter(plan=plan),
        Task: Task.objects.filter(plan=plan),
        Deadline: Deadline.everything.filter(plan=plan, task=None),
        StatedConsequence: StatedConsequence.everything.filter(plan=plan, task=None),
    }


def name_regions(assignment: Assignment, actor: Any, regions: Sequence[Region], reason: str = "") -> None:
    """Say which regions a collective name binds, where the plan's words leave it open (有关县市区).

    Raises
    ------
    LantianError
        the name is not a collective one, or a region lies outside the plan's
    """
    with transaction.atomic():
        row = (
            Assignment.objects.select_for_update(of=("self",))
            .select_related("task__plan__region")
            .get(pk=assignment.pk)
        )
        allowed(row.task.plan, actor, Capability.ASSIGN_TASK)
        outside = [r.name for r in regions if not r.path.startswith(row.task.plan.region.path)]
        if not row.collective or outside:
            what = (
                _("%(names)s: outside the region of the plan") % {"names": ", ".join(outside)}
                if outside
                else _("%(name)s is one unit, not a collective name") % {"name": row.written}
            )
            raise LantianError(what, where=str(row.task))
        old = sorted(row.regions.values_list("code", flat=True))
        codes = sorted(r.code for r in regions)
        row.regions.set(regions)
        if codes != old:
            row.as_read = {"regions": old, **row.as_read}
            sign(row, actor, Review.CORRECTED, reason)
            row.save()
        record(actor, "assign", row.task, reason=reason, before={"regions": old}, after={"regions": codes})


def _bring_back(row: Any) -> None:
    """What was rejected is there again, with whom it bound."""
    if isinstance(row, Assignment) and "_unit" in row.as_read:
        row.unit = Unit.objects.filter(pk=row.as_read["_unit"]).first()
        row.regions.set(Region.objects.filter(pk__in=row.as_read["_regions"]))
        row.as_read = {k: v for k, v in row.as_read.items() if not k.startswith("_")}


def _moved(row: Any) -> None:
    """The due day of the task that a date hangs on."""
    if isinstance(row, Deadline) and row.task is not None:
        refresh_dates(row.task)


def refresh_dates(task: Task) -> None:
    """Set what a task keeps of its deadlines: the next open day, and whether it recurs."""
    task.due = next_due(task)
    task.recurring = task.deadlines.filter(kind=DeadlineKind.RECURRING).exists()
    task.save(update_fields=["due", "recurring"])


def _unit_name(unit: Unit | None) -> str | None:
    return unit.name if unit else None


def _fresh(obj: Any) -> None:
    obj.refresh_from_db(from_queryset=every(type(obj)).all())
