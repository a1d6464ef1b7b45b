"""What dispatch says about a region or a unit: the indicators of reports, tasks and orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.dispatch.holders import Holder, holders_of, with_assignments
from lantian.office.dispatch.models import Report, SupervisionOrder
from lantian.office.dispatch.states import OrderState, ReportState
from lantian.office.frame import clock
from lantian.office.frame.together import once
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register
from lantian.office.plans.models import Deadline, Task
from lantian.office.plans.terms import DeadlineKind, PlanStatus, Review, State

LINES = 200
Chosen = Callable[[Report], bool]


def register_indicators() -> None:
    """Called once, when the app is ready."""
    for indicator in _indicators():
        register(indicator)


def _indicators() -> list[Indicator]:
    both = frozenset({"region", "unit"})
    title = gettext_lazy
    return [
        Indicator(
            "tasks_done_ratio", title("Tasks done of those due"), "%", tasks_done_ratio, both, True,
            title("Of the tasks with a deadline in the period, those verified as done or with every such "
                  "deadline verified as met by the end of the period; each unit's and region's part counts."),
        ),
        Indicator(
            "tasks_overdue", title("Tasks past their deadline"), "", tasks_overdue, both, False,
            title("Tasks, each unit's and region's part, with a deadline up to the end of the period that is "
                  "neither verified as met nor the task as done."),
        ),
        Indicator(
            "reports_on_time_ratio", title("Reports in time"), "%", reports_on_time_ratio, both, True,
            title("Of the reports due in the period, those first submitted by their day."),
        ),
        Indicator(
            "reports_missing", title("Reports not submitted"), "",
            _counting(lambda r: r.first_submitted_at is None), both, False,
            title("Reports due in the period that never came."),
        ),
        Indicator(
            "reports_returned", title("Reports sent back"), "", _counting(lambda r: r.returns > 0), both,
            False, title("Reports due in the period that were sent back at least once."),
        ),
        Indicator(
            "reports_false", title("Reports found false"), "",
            _counting(lambda r: r.state == ReportState.FALSE), both, False,
            title("Reports due in the period that were found false."),
        ),
        Indicator(
            "order_count", title("Supervision orders received"), "", order_count, both, False,
            title("Supervision orders issued to it in the period, but for those withdrawn."),
        ),
        Indicator(
            "orders_overdue", title("Supervision orders not answered in time"), "", orders_overdue, both,
            False,
            title("Orders whose day to reply lies in the period and whose first reply came later or not at "
                  "all."),
        ),
    ]  # fmt: skip


# --- reports


def due_reports(subject: Subject, period: Period) -> list[Report]:
    """The reports of a subject that were due in a period and whose time has passed."""
    first, after = _span(period)
    found = Report.objects.filter(round__due__gte=first, round__due__lt=min(after, clock.now()))
    asked = found.filter(_of(subject)).select_related("round", "task__plan", "unit", "region").order_by("pk")
    return once(("due reports", subject, period), lambda: list(asked))


def reports_on_time_ratio(subject: Subject, period: Period) -> Answer:
    """Reports in time of reports due [%]; one decimal, half to even."""
    due = due_reports(subject, period)
    if not due:
        return Answer(None, _("No report was due in this period."), count=0)
    in_time = [r for r in due if r.first_submitted_at is not None and not r.late]
    bad = [r for r in due if r not in in_time]
    return Answer(percent(len(in_time), len(due)), lines=_report_lines(bad), count=len(due))


def _counting(chosen: Chosen) -> Callable[[Subject, Period], Answer]:
    def compute(subject: Subject, period: Period) -> Answer:
        due = due_reports(subject, period)
        if not due:
            return Answer(None, _("No report was due in this period."), count=0)
        found = [r for r in due if chosen(r)]
        return Answer(Decimal(len(found)), lines=_report_lines(found), count=len(due))

    return compute


# --- tasks


def tasks_done_ratio(subject: Subject, period: Period) -> Answer:
    """Tasks done of tasks due [%]; one decimal, half to even."""
    duties = _duties(subject, period.first, period.last)
    if not duties:
        return Answer(None, _("No task was due in this period."), count=0)
    open_ones = [d for d in duties if not _is_done(d, _cut(period))]
    value = percent(len(duties) - len(open_ones), len(duties))
    return Answer(value, lines=_duty_lines(open_ones), count=len(duties))


def tasks_overdue(subject: Subject, period: Period) -> Answer:
    """How many tasks are past a deadline at the end of the period, or by yesterday if it is not over."""
    duties = _duties(subject, None, min(period.last, clock.today() - timedelta(days=1)))
    found = [d for d in duties if not _is_done(d, _cut(period))]
    return Answer(Decimal(len(found)), lines=_duty_lines(found), count=len(duties))


class _Duty:
    """A task, who holds it, its deadlines in question, and since when it is verified as done."""

    __slots__ = ("deadlines", "done", "holder", "task")

    def __init__(self, task: Task, holder: Holder, deadlines: list[Deadline], done: date | None) -> None:
        self.task, self.holder, self.deadlines, self.done = task, holder, deadlines, done


def _duties(subject: Subject, first: date | None, last: date) -> list[_Duty]:
    """What a subject holds of the tasks with a deadline from `first` to `last`."""
    return once(("duties", subject, first, last), lambda: _duties_of(subject, first, last))


def _duties_of(subject: Subject, first: date | None, last: date) -> list[_Duty]:
    deadlines = Deadline.objects.filter(
        task__isnull=False, last_day__lte=last, kind__in=(DeadlineKind.BY, DeadlineKind.DURING)
    )
    if first is not None:
        deadlines = deadlines.filter(last_day__gte=first)
    by_task: dict[int, list[Deadline]] = {}
    for deadline in deadlines:
        by_task.setdefault(deadline.task_id, []).append(deadline)
    bound = Task.objects.filter(pk__in=deadlines.values("task")).exclude(review=Review.REJECTED)
    bound = bound.exclude(plan__status=PlanStatus.SUPERSEDED)
    if subject.region is not None:
        path = subject.region.path
        near = Q(plan__region__path__startswith=path) | Q(assignments__regions__path__startswith=path)
        bound = bound.filter(
            pk__in=Task.objects.filter(near | Q(assignments__unit__region__path__startswith=path)).values(
                "pk"
            )
        )
    else:
        bound = bound.filter(pk__in=Task.objects.filter(assignments__unit=subject.unit).values("pk"))
    done: dict[tuple[int, str], date] = {}
    verified = Report.objects.filter(state=ReportState.VERIFIED, progress=State.DONE, task__in=bound)
    for task, holder, at in verified.order_by("-submitted_at").values_list("task", "holder", "submitted_at"):
        done[task, holder] = timezone.localdate(at)
    return [
        _Duty(task, holder, by_task[task.pk], done.get((task.pk, holder.key)))
        for task in with_assignments(bound)
        for holder in holders_of(task)
        if _holds(subject, task, holder)
    ]


def _holds(subject: Subject, task: Task, holder: Holder) -> bool:
    if subject.unit is not None:
        return holder.unit is not None and holder.unit.pk == subject.unit.pk
    path = subject.region.path
    if holder.region is not None:
        return bool(holder.region.path.startswith(path))
    return bool(task.plan.region.path.startswith(path))


def _is_done(duty: _Duty, cut: date) -> bool:
    """Verified as done by the cut, or for the whole: every deadline in question verified as met by then."""
    if duty.done is not None and duty.done <= cut:
        return True
    return duty.holder.region is None and all(
        d.met_on is not None and d.met_on <= cut for d in duty.deadlines
    )


def _cut(period: Period) -> date:
    return min(period.last, clock.today())


# --- orders


def order_count(subject: Subject, period: Period) -> Answer:
    """Orders issued to a subject in the period."""
    first, after = _span(period)
    found = _orders(subject).filter(issued_at__gte=first, issued_at__lt=after)
    return Answer(Decimal(len(found)), lines=_order_lines(found), count=len(found))


def orders_overdue(subject: Subject, period: Period) -> Answer:
    """Orders to be answered in the period that were not, or late."""
    first, after = _span(period)
    due = list(_orders(subject).filter(reply_by__gte=first, reply_by__lt=min(after, clock.now())))
    found = [o for o in due if o.first_replied_at is None or o.first_replied_at > o.reply_by]
    return Answer(Decimal(len(found)), lines=_order_lines(found), count=len(due))


def _orders(subject: Subject) -> Any:
    mine = (
        Q(to_unit=subject.unit)
        if subject.unit is not None
        else Q(to_region__path__startswith=subject.region.path)
        | Q(to_unit__region__path__startswith=subject.region.path)
    )
    return (
        SupervisionOrder.objects.filter(mine)
        .exclude(state=OrderState.WITHDRAWN)
        .select_related("to_unit", "to_region")
        .order_by("pk")
    )


# --- shared


def percent(part: int, whole: int) -> Decimal:
    """Part of whole in percent with one decimal, half to even, from whole numbers."""
    return Decimal(round(Fraction(part * 1000, whole))).scaleb(-1)


def _span(period: Period) -> tuple[datetime, datetime]:
    """The first moment of a period, and the first after it, in the office's time zone."""
    first, after = period.first, period.last + timedelta(days=1)
    return tuple(timezone.make_aware(datetime.combine(day, time())) for day in (first, after))  # type: ignore[return-value]  # two days give two moments


def _of(subject: Subject) -> Q:
    """The reports of a unit, or of a region: its shares, those of places in it, and the plans of both."""
    if subject.unit is not None:
        return Q(unit=subject.unit)
    path = subject.region.path
    return Q(region__path__startswith=path) | Q(region__isnull=True, round__region__path__startswith=path)


def _report_lines(reports: Iterable[Report]) -> tuple[Line, ...]:
    return tuple(Line(str(r), url=r.get_absolute_url()) for r in list(reports)[:LINES])


def _duty_lines(duties: Iterable[_Duty]) -> tuple[Line, ...]:
    return tuple(
        Line(f"{d.task} · {(d.holder.region or d.holder.unit).label}", url=d.task.get_absolute_url())
        for d in list(duties)[:LINES]
    )


def _order_lines(orders: Iterable[SupervisionOrder]) -> tuple[Line, ...]:
    return tuple(Line(str(o), url=o.get_absolute_url()) for o in list(orders)[:LINES])
