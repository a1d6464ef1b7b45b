"""From verified reports to the progress of a task, through the one door of `plans.actions`."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from lantian.office.dispatch.models import Report
from lantian.office.dispatch.states import ReportState
from lantian.office.plans.actions import Verified, report_progress
from lantian.office.plans.models import Deadline, Share, Task
from lantian.office.plans.terms import State


def write_progress(report: Report, actor: Any) -> dict[str, Any]:
    """Write what a report says to its task or share; returns where that stood before.

    A share is its region's. The whole is what the lead says; where nobody leads it is as far as the last of
    those who report it. A task that only regions report is done when all of them are.
    """
    task = Task.objects.get(pk=report.task_id)
    signed = Verified(report.submitted_by, report.unit, timezone.localdate(report.submitted_at))
    if report.region is not None:
        share = Share.objects.filter(task=task, region=report.region).first()
        before = {"state": share.state, "percent": share.percent} if share else _unbegun()
        report_progress(
            task, actor, state=report.progress, percent=report.percent, note=report.text,
            region=report.region, verified=signed,
        )  # fmt: skip
        if _all_shares_done(report):
            report_progress(task, actor, state=State.DONE, percent=100, note=report.text, verified=signed)
        return before
    open_ones = list(task.deadlines.filter(pk__in=report.met, met_on=None))
    before = {"state": task.state, "percent": task.percent, "met": [d.pk for d in open_ones]}
    state, percent = _whole(report)
    report_progress(
        task, actor, state=state, percent=percent, note=report.text, met=open_ones, verified=signed
    )
    return before


def take_back(report: Report, actor: Any, reason: str) -> dict[str, Any]:
    """Put task or share back to where it stood before a report that was found false was verified.

    Where a later report was verified meanwhile, that one speaks, and nothing is put back.
    """
    later = Report.objects.filter(
        task=report.task_id, holder=report.holder, state=ReportState.VERIFIED,
        verified_at__gt=report.verified_at,
    )  # fmt: skip
    if later.exists() or not report.before:
        return {}
    task = Task.objects.get(pk=report.task_id)
    before = report.before
    unmet = list(Deadline.objects.filter(task=task, pk__in=before.get("met", ())))
    signed = Verified(
        getattr(actor, "user", actor), report.unit, timezone.localdate(report.submitted_at), unmet
    )
    report_progress(
        task, actor, state=before["state"], percent=before["percent"], note=reason, region=report.region,
        verified=signed,
    )  # fmt: skip
    task.refresh_from_db()
    if report.region is not None and task.state == State.DONE and _only_shares(report):
        # It was done because all shares were; one of them is not.
        asked, done = _shares(report)
        percent = 100 * len(asked & done) // len(asked)
        report_progress(task, actor, state=State.IN_PROGRESS, percent=percent, note=reason, verified=signed)
    return {"state": before["state"], "percent": before["percent"]}


def _unbegun() -> dict[str, Any]:
    return {"state": State.NOT_STARTED.value, "percent": 0}


def _whole(report: Report) -> tuple[str, int]:
    """How far the whole task is with this report."""
    percent = report.percent or 0
    if report.is_lead:
        return report.progress, percent
    if Report.objects.filter(round=report.round_id, task=report.task_id, is_lead=True).exists():
        task = Task.objects.get(pk=report.task_id)
        return task.state, task.percent  # the lead speaks for the whole
    others = (
        Report.objects.filter(round=report.round_id, task=report.task_id, region=None)
        .exclude(pk=report.pk)
        .values_list("holder", flat=True)
    )
    last = [(report.progress, percent)]
    for holder in others:
        found = (
            Report.objects.filter(task=report.task_id, holder=holder, state=ReportState.VERIFIED)
            .order_by("-verified_at")
            .values_list("progress", "percent")
            .first()
        )
        last.append(found or (State.NOT_STARTED.value, 0))
    if all(state == State.DONE for state, _percent in last):
        return State.DONE.value, 100
    if all(state == State.NOT_STARTED for state, _percent in last):
        return State.NOT_STARTED.value, 0
    return State.IN_PROGRESS.value, min(percent or 0 for _state, percent in last)


def _all_shares_done(report: Report) -> bool:
    """Whether this was the last share of a task of which nobody reports the whole."""
    if report.progress != State.DONE or not _only_shares(report):
        return False
    asked, done = _shares(report)
    return asked <= done


def _only_shares(report: Report) -> bool:
    return not Report.objects.filter(task=report.task_id, region=None).exists()


def _shares(report: Report) -> tuple[set[int], set[int]]:
    """The regions that were asked about the task, and those whose share is done."""
    asked = Report.objects.filter(task=report.task_id, region__isnull=False).values_list("region", flat=True)
    done = Share.objects.filter(task=report.task_id, state=State.DONE).values_list("region_id", flat=True)
    return set(asked), set(done)
