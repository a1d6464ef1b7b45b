"""Every write on plans: loaded, reviewed, accepted, reported. Each leaves a row in the action log, in its
transaction.

Who may do it is asked here, whichever door it came through: the capability, and that the thing lies in the
actor's scope. `actor` is the request or the person; None is the command line, which may do everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.plans.dates import last_day
from lantian.office.plans.loading import Loaded, load_plan, load_plan_file
from lantian.office.plans.models import (
    Assignment,
    Clause,
    Deadline,
    Plan,
    ProgressReport,
    Share,
    Target,
    Task,
)
from lantian.office.plans.rules import reporter_of
from lantian.office.plans.terms import DeadlineKind, PlanStatus, Review, State
from lantian.office.regions.models import Region

__all__ = [
    "Loaded",
    "Verified",
    "accept",
    "accept_plan",
    "correct",
    "load_plan",
    "load_plan_file",
    "name_regions",
    "reject",
    "report_progress",
]

Reviewable = Clause | Target | Task


def accept(obj: Reviewable, actor: Any, reason: str = "") -> None:
    """Say that the reading of this clause, target or task is right.

    A corrected one stays `corrected`: accepting it again changes nothing about what was read wrongly.
    """
    _review(obj, actor, "accept", Review.CORRECTED if obj.as_read else Review.ACCEPTED, reason)


def reject(obj: Reviewable, actor: Any, reason: str) -> None:
    """Say that this is no clause, target or task of the plan; it stays visible to reviewers and counts
    nowhere.

    Raises
    ------
    LantianError
        no reason is given
    """
    if not reason.strip():
        raise LantianError(_("a rejection needs a reason"), remedy=_("Say in a few words why it is wrong."))
    _review(obj, actor, "reject", Review.REJECTED, reason)


def correct(obj: Reviewable, actor: Any, reason: str = "", changes: Mapping[str, Any] | None = None) -> None:
    """Set right what the reader took wrongly; `obj.as_read` keeps what it had written.

    Parameters
    ----------
    obj
        a clause, target or task
    changes
        field to new value, of the fields in `obj.correctable`; for a target also `regions`, the regions it
        is about

    Raises
    ------
    LantianError
        a field cannot be corrected or a value does not fit it; nothing is changed then
    """
    changes = dict(changes or {})
    regions: Sequence[Region] | None = changes.pop("regions", None) if isinstance(obj, Target) else None
    unknown = sorted(set(changes) - set(obj.correctable))
    if unknown:
        raise LantianError(_("these cannot be corrected: %(fields)s") % {"fields": ", ".join(unknown)})
    with transaction.atomic():
        row = _locked(obj, actor, Capability.REVIEW_PLAN)
        before, after = {}, {}
        for name, value in changes.items():
            cleaned = _cleaned(row, name, value)
            old = getattr(row, name)
            if cleaned != old:
                before[name], after[name] = old, cleaned
                setattr(row, name, cleaned)
        if isinstance(row, Target):
            row.last_day = last_day(row.by)
            if regions is not None:
                old_codes = sorted(row.regions.values_list("code", flat=True))
                codes = sorted(r.code for r in regions)
                if codes != old_codes:
                    before["regions"], after["regions"] = old_codes, codes
                    row.regions.set(regions)
                    row.unresolved = []
        if not after:
            raise LantianError(_("nothing was changed"), remedy=_("Accept it if the reading is right."))
        row.as_read = {**{k: _plain(v) for k, v in before.items()}, **row.as_read}
        _sign(row, actor, Review.CORRECTED, reason)
        row.save()
        record(actor, "correct", row, reason=reason, before=before, after=after)
    obj.refresh_from_db()


def accept_plan(plan: Plan, actor: Any, reason: str = "", *, rest: bool = False) -> int:
    """Accept the reading of a whole plan.

    Parameters
    ----------
    rest
        accept with it everything not reviewed yet; without it, such things stand in the way

    Returns
    -------
    how many things were accepted with it

    Raises
    ------
    LantianError
        something is not reviewed and `rest` is false
    """
    with transaction.atomic():
        _allowed(plan, actor, Capability.REVIEW_PLAN)
        row = Plan.objects.select_for_update().get(pk=plan.pk)
        waiting = {
            model._meta.model_name: model.objects.filter(plan=row, review=Review.UNREVIEWED)
            for model in (Clause, Target, Task)
        }
        counts = {str(name): found.count() for name, found in waiting.items()}
        if sum(counts.values()) and not rest:
            raise LantianError(
                _("%(count)s things of this plan are not reviewed") % {"count": sum(counts.values())},
                where=row.title,
                remedy=_("Review them, or accept the rest with the plan."),
            )
        person = getattr(actor, "user", actor)
        for found in waiting.values():
            found.update(review=Review.ACCEPTED, reviewed_by=person, reviewed_at=clock.now())
        before = {"status": row.status}
        row.status, row.accepted_by, row.accepted_at = PlanStatus.ACCEPTED, person, clock.now()
        row.save(update_fields=["status", "accepted_by", "accepted_at"])
        after = {"status": row.status, "accepted_with_it": counts}
        record(actor, "accept", row, reason=reason, before=before, after=after)
    plan.refresh_from_db()
    return sum(counts.values())


@dataclass(frozen=True, slots=True)
class Verified:
    """A report of a dispatch round that was verified: whose it is, when it was sent, what it takes back.

    `unmet` are deadlines that an earlier report called met and that were found not to be.
    """

    reported_by: Any
    unit: Any
    on: date
    unmet: Sequence[Deadline] = ()


def report_progress(
    task: Task,
    actor: Any,
    *,
    state: str,
    percent: int | None = None,
    note: str = "",
    met: Iterable[Deadline] = (),
    region: Region | None = None,
    verified: Verified | None = None,
) -> ProgressReport:
    """Report how far a task is, for the whole of it or for the share of one region.

    A city department named in the bracket and whoever answers for the plan's region report the whole; a
    county that a collective name binds reports its own share (`rules.reporter_of`).

    Parameters
    ----------
    state
        `not_started`, `in_progress` or `done`
    percent
        0 … 100; done means 100, not started 0
    met
        deadlines of the task that were met; only with a report of the whole
    region
        for the command line and for `verified`: whose share it is; None for the whole
    verified
        it comes out of a dispatch round, where who may report and verify was asked; `actor` verified it

    Raises
    ------
    LantianError
        the state or percent make no sense
    PermissionDenied
        the actor is not assigned to the task
    """
    state, percent = _progress(state, percent)
    person = getattr(actor, "user", actor)
    with transaction.atomic():
        row = Task.objects.select_for_update(of=("self",)).select_related("plan__region").get(pk=task.pk)
        if person is not None and verified is None:
            reporter = reporter_of(person, row)
            if reporter is None:
                raise PermissionDenied
            region = reporter.share
        if row.review == Review.REJECTED:
            raise LantianError(_("this was rejected in review and is no task"), where=str(row))
        if region is None:
            before = {"state": row.state, "percent": row.percent}
            row.state, row.percent = state, percent
            _mark_met(row, met, verified)
            row.save(update_fields=["state", "percent", "due"])
        else:
            share, _made = Share.objects.select_for_update().get_or_create(task=row, region=region)
            before = {"state": share.state, "percent": share.percent}
            share.state, share.percent = state, percent
            share.save(update_fields=["state", "percent"])
            if row.state == State.NOT_STARTED and state != State.NOT_STARTED:
                row.state = State.IN_PROGRESS
                row.save(update_fields=["state"])
        report = ProgressReport.objects.create(
            task=row, region=region, unit=verified.unit if verified else getattr(person, "unit", None),
            state=state, percent=percent, note=note.strip(),
            reported_by=verified.reported_by if verified else person,
        )  # fmt: skip
        after = {"state": state, "percent": percent}
        if region is None:
            after |= {"due": row.due}
        record(actor, "report", report if region else row, reason=note.strip(), before=before, after=after)
    task.refresh_from_db()
    return report


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
        _allowed(row.task.plan, actor, Capability.ASSIGN_TASK)
        outside = [r.name for r in regions if not r.path.startswith(row.task.plan.region.path)]
        if not row.collective or outside:
            what = (
                _("%(names)s: outside the region of the plan") % {"names": ", ".join(outside)}
                if outside
                else _("%(name)s is one unit, not a collective name") % {"name": row.written}
            )
            raise LantianError(what, where=str(row.task))
        before = {"regions": sorted(row.regions.values_list("code", flat=True))}
        row.regions.set(regions)
        after = {"regions": sorted(r.code for r in regions)}
        record(actor, "assign", row.task, reason=reason, before=before, after=after)


def _review(obj: Reviewable, actor: Any, verb: str, state: str, reason: str) -> None:
    with transaction.atomic():
        row = _locked(obj, actor, Capability.REVIEW_PLAN)
        before = {"review": row.review}
        _sign(row, actor, state, reason)
        row.save(update_fields=["review", "reviewed_by", "reviewed_at", "review_reason"])
        record(actor, verb, row, reason=reason, before=before, after={"review": state})
    obj.refresh_from_db()


def _locked(obj: Reviewable, actor: Any, capability: str) -> Any:
    row = type(obj).objects.select_for_update().get(pk=obj.pk)
    _allowed(row.plan, actor, capability)
    return row


def _allowed(plan: Plan, actor: Any, capability: str) -> None:
    """A plan is reviewed by those who answer for its region, not by everyone it binds."""
    person = getattr(actor, "user", actor)
    if person is None:
        return
    if not can(person, capability) or not Plan.objects.visible_to(person).filter(pk=plan.pk).exists():
        raise PermissionDenied


def _sign(row: Any, actor: Any, state: str, reason: str) -> None:
    row.review, row.review_reason = state, reason.strip()[:500]
    row.reviewed_by, row.reviewed_at = getattr(actor, "user", actor), clock.now()


def _cleaned(row: Any, name: str, value: Any) -> Any:
    """The value as its field keeps it, or an error that names the field."""
    field = row._meta.get_field(name)
    label = str(field.verbose_name)
    if isinstance(value, str):
        value = value.strip()
    if field.null and value in {"", None}:
        return None
    try:
        if field.get_internal_type() == "DecimalField":
            value = Decimal(str(value))
        cleaned = field.clean("" if value is None else value, row)
    except InvalidOperation as error:
        raise LantianError(
            _('%(field)s: "%(value)s" is not a number') % {"field": label, "value": value}
        ) from error
    except ValidationError as error:
        raise LantianError(f"{label}: {' '.join(error.messages)}") from error
    if name == "by" and cleaned and last_day(cleaned) is None:
        raise LantianError(
            _('%(field)s: "%(value)s" is not a date') % {"field": label, "value": cleaned},
            remedy=_("Write 2025, 2025-10 or 2025-10-31."),
        )
    return cleaned


def _progress(state: str, percent: int | None) -> tuple[str, int]:
    if state not in State.values:
        raise LantianError(_('"%(state)s" is not a state of a task') % {"state": state})
    if state == State.DONE:
        return state, 100
    if state == State.NOT_STARTED:
        return state, 0
    if percent is None or not 0 <= percent <= 100:
        raise LantianError(_("the percentage must lie between 0 and 100"))
    return state, percent


def _mark_met(task: Task, met: Iterable[Deadline], verified: Verified | None = None) -> None:
    """Mark deadlines as met and move the task's due day to the next open one."""
    today = verified.on if verified else clock.today()
    for deadline in verified.unmet if verified else ():
        deadline.met_on = None
        deadline.save(update_fields=["met_on"])
    for deadline in met:
        if deadline.task_id != task.pk:
            raise LantianError(_("this deadline belongs to another task"), where=deadline.quote)
        if deadline.met_on is None:
            deadline.met_on = today
            deadline.save(update_fields=["met_on"])
    task.due = next_due(task)


def next_due(task: Task) -> date | None:
    """The first last day among the task's open deadlines."""
    open_ones = task.deadlines.filter(
        met_on=None, last_day__isnull=False, kind__in=(DeadlineKind.BY, DeadlineKind.DURING)
    )
    return open_ones.order_by("last_day").values_list("last_day", flat=True).first()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value
