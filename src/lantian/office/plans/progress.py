"""Progress: how far a task is, reported by those it binds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.plans.models import Deadline, ProgressReport, Share, Task
from lantian.office.plans.rules import reporter_of
from lantian.office.plans.terms import DeadlineKind, Review, State
from lantian.office.regions.models import Region


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
