"""Opening rounds: by hand, and by the calendar each day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.holders import Holder, holders_of, lead_of, with_assignments
from lantian.office.dispatch.models import Report, Rhythm, Round, RoundCalendar
from lantian.office.dispatch.states import ReportState, answers_for
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.people.rules import Capability, can
from lantian.office.plans.models import Plan, Share, Task
from lantian.office.plans.terms import PlanStatus, Review, State
from lantian.office.regions.models import Region

BATCH = 500


def declare_calendar(
    actor: Any,
    region: Region,
    *,
    name: str,
    kind: str,
    day: int,
    first: date,
    last: date | None = None,
    plan: Plan | None = None,
    days_to_report: int = 5,
) -> RoundCalendar:
    """Say when rounds open by themselves: monthly on day N, or weekly within a campaign.

    Raises
    ------
    LantianError
        the day, the span or the plan do not fit
    PermissionDenied
        the actor does not run dispatch in this region
    """
    _allowed(actor, region)
    if kind not in (Rhythm.MONTHLY, Rhythm.WEEKLY):
        raise LantianError(_("a calendar opens rounds every month or every week"))
    if not 1 <= day <= (31 if kind == Rhythm.MONTHLY else 7):
        raise LantianError(
            _("the day must lie between 1 and 31 of a month, or 1 and 7 of a week, Monday is 1")
        )
    if kind == Rhythm.WEEKLY and last is None:
        raise LantianError(_("a weekly calendar belongs to a campaign: it needs its last day"))
    if last is not None and last < first:
        raise LantianError(_("the campaign ends before it begins"))
    if not name.strip():
        raise LantianError(_("the round needs a name"))
    if not 1 <= days_to_report <= 60:
        raise LantianError(_("the days to report must lie between 1 and 60"))
    _fits(plan, region)
    with transaction.atomic():
        made = RoundCalendar.objects.create(
            region=region, plan=plan, name=name.strip()[:80], kind=kind, day=day, first=first, last=last,
            days_to_report=days_to_report,
        )  # fmt: skip
        after = {
            "name": made.name, "kind": kind, "day": day, "first": first, "last": last,
            "plan": plan.title if plan else None, "days_to_report": days_to_report,
        }  # fmt: skip
        record(actor, "declare_calendar", made, after=after)
    return made


def stop_calendar(actor: Any, calendar: RoundCalendar, reason: str) -> None:
    """No more rounds of this calendar; those that were opened go on."""
    _allowed(actor, calendar.region)
    if not reason.strip():
        raise LantianError(_("this needs a reason"), remedy=_("Say in a few words why."))
    with transaction.atomic():
        row = RoundCalendar.objects.select_for_update(of=("self",)).get(pk=calendar.pk)
        if not row.stopped:
            row.stopped = True
            row.save(update_fields=["stopped"])
            record(
                actor, "stop_calendar", row, reason=reason.strip(),
                before={"stopped": False}, after={"stopped": True},
            )  # fmt: skip
    calendar.refresh_from_db()


def open_rounds(today: date | None = None) -> list[Round]:
    """Open the rounds of every calendar that are due to be open today; asked twice, it opens them once.

    A round whose reports would be due already is not opened after the fact: nobody could have reported in it.
    """
    today = today or clock.today()
    made = []
    for calendar in RoundCalendar.objects.filter(stopped=False, first__lte=today).select_related(
        "region", "plan__region"
    ):
        opens = opening(calendar, today)
        if opens is None or calendar.rounds.filter(opens=opens).exists():
            continue
        try:
            made.append(
                open_round(
                    None, calendar.region, [calendar.plan] if calendar.plan else None, name=calendar.name,
                    kind=calendar.kind, opens=opens, last_day=opens + timedelta(days=calendar.days_to_report),
                    calendar=calendar,
                )
            )  # fmt: skip
        except IntegrityError:
            if not calendar.rounds.filter(opens=opens).exists():
                raise
        except LantianError:
            continue  # a region without an accepted plan has nothing to report about yet
    return made


def opening(calendar: RoundCalendar, today: date) -> date | None:
    """The day on which the round that can still be reported in today opened, by its calendar."""
    for back in range(calendar.days_to_report + 1):
        day = today - timedelta(days=back)
        if day < calendar.first or (calendar.last is not None and day > calendar.last):
            continue
        if calendar.kind == Rhythm.MONTHLY:
            fits = day.day == min(calendar.day, monthrange(day.year, day.month)[1])
        else:
            fits = day.isoweekday() == calendar.day
        if fits:
            return day
    return None


def open_round(
    actor: Any,
    region: Region,
    plans: Sequence[Plan] | None = None,
    *,
    name: str,
    last_day: date,
    kind: str = Rhythm.ONCE,
    opens: date | None = None,
    calendar: RoundCalendar | None = None,
) -> Round:
    """Open a round: one report is asked of each holder of each task that is not done.

    Parameters
    ----------
    plans
        plans of the region; None takes every accepted one. Of a plan whose reading is not accepted, the
        tasks that were reviewed one by one take part.
    last_day
        the day until whose end reports are in time

    Raises
    ------
    LantianError
        there is nothing to report, or the days do not fit
    PermissionDenied
        the actor does not run dispatch in this region
    """
    _allowed(actor, region)
    opens = opens or clock.today()
    if last_day < opens:
        raise LantianError(_("the round would be due before it opens"))
    if not name.strip():
        raise LantianError(_("the round needs a name"))
    chosen = list(plans) if plans is not None else list(
        Plan.objects.filter(region=region, status=PlanStatus.ACCEPTED)
    )  # fmt: skip
    for plan in chosen:
        _fits(plan, region)
    duties, unheld = _duties(chosen)
    if not duties:
        raise LantianError(
            _("there is no task to report about"),
            where=region.label,
            remedy=_("Accept the reading of a plan first, and name the units of its tasks."),
        )
    with transaction.atomic():
        made = Round.objects.create(
            region=region, calendar=calendar, kind=kind, name=name.strip()[:80],
            period=period_of(kind, opens), opens=opens, due=end_of(last_day), unheld=unheld,
            state_due=end_of(last_day),
        )  # fmt: skip
        made.plans.set(chosen)
        now = clock.now()
        Report.objects.bulk_create(
            [
                Report(
                    round=made, task=task, holder=holder.key, unit=holder.unit, region=holder.region,
                    lead=lead, is_lead=holder.is_lead, state=ReportState.DRAFT, state_since=now,
                    state_due=made.due,
                )
                for task, holder, lead in duties
            ],
            batch_size=BATCH,
        )  # fmt: skip
        after = {
            "state": made.state, "plans": [p.title for p in chosen], "reports": len(duties),
            "due": made.due, "unheld": unheld,
        }  # fmt: skip
        record(actor, "open_round", made, after=after)
    return made


def period_of(kind: str, opens: date) -> str:
    """What a round is called by: 2026-03, 2026-W10, 2026-03-05."""
    if kind == Rhythm.MONTHLY:
        return f"{opens:%Y-%m}"
    if kind == Rhythm.WEEKLY:
        year, week, _day = opens.isocalendar()
        return f"{year}-W{week:02d}"
    return opens.isoformat()


def end_of(day: date) -> datetime:
    """The last second of a local day."""
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def _duties(plans: Sequence[Plan]) -> tuple[list[tuple[Task, Holder, Any]], int]:
    """Every task and holder that has something left to report, and how many tasks name nobody."""
    accepted = [p.pk for p in plans if p.status == PlanStatus.ACCEPTED]
    tasks = with_assignments(
        Task.objects.filter(plan__in=plans)
        .filter(Q(plan__in=accepted) | Q(review__in=(Review.ACCEPTED, Review.CORRECTED)))
        .exclude(review=Review.REJECTED)
    )
    shares = set(
        Share.objects.filter(task__plan__in=plans, state=State.DONE).values_list("task_id", "region_id")
    )
    verified = set(
        Report.objects.filter(
            task__plan__in=plans, state=ReportState.VERIFIED, progress=State.DONE
        ).values_list("task_id", "holder")
    )
    found, unheld = [], 0
    for task in tasks:
        holders = holders_of(task)
        unheld += not holders
        lead = lead_of(task.assignments.all(), task.plan.region.path)
        for holder in holders:
            share_done = holder.region is not None and (task.pk, holder.region.pk) in shares
            whole_done = holder.region is None and task.state == State.DONE
            if not (share_done or whole_done or (task.pk, holder.key) in verified):
                found.append((task, holder, lead))
    return found, unheld


def _allowed(actor: Any, region: Region) -> None:
    person = getattr(actor, "user", actor)
    if person is None:
        return
    if not can(person, Capability.RUN_DISPATCH) or not answers_for(region.path, person):
        raise PermissionDenied


def _fits(plan: Plan | None, region: Region) -> None:
    if plan is not None and plan.region_id != region.pk:
        raise LantianError(
            _("this plan is one of another region"),
            where=plan.title,
            remedy=_("Open its round in the region whose plan it is."),
        )
