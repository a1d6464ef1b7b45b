"""What is due, where targets stand, who may report: questions over the records of plans.

Pure judgement about a target is in `status.py`; here the records and the air are brought to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.plans.air import OfficeAir
from lantian.office.plans.models import (
    Assignment,
    Deadline,
    Plan,
    ProgressReport,
    Quantity,
    Share,
    StatedConsequence,
    Target,
    Task,
)
from lantian.office.plans.status import Goal, Source, Status, judge
from lantian.office.plans.terms import PlanStatus, Review, Standing, State, number_text, unit_symbol
from lantian.office.plans.writes import every
from lantian.office.regions.models import Region


class Elsewhere(Protocol):
    """What other apps know about the targets of a page, read once."""

    def allotted(self, target: Target, region: Region) -> Any:
        """The allotment in force that takes the place of the target's own value in a region, or None."""

    def status(self, target: Target, region: Region, goal: Goal, on: date, found: Status) -> Status:
        """The status with what reports, registers and official documents say."""


# `office.targets` puts itself here when it is ready; alone, the plans know the air only.
ELSEWHERE: list[Callable[[Iterable[Target]], Elsewhere]] = []

SOON = timedelta(days=30)
BUCKETS = ("overdue", "soon", "later", "undated")


# --- targets
# ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TargetStatus:
    """A target for one region and where it stands; `region` is None where its places are not in the
    register."""

    target: Target
    region: Region | None
    status: Status
    allotted: Any = None

    @property
    def asks(self) -> str:
        """What binds the region: the allotment issued to it, else what the plan says."""
        return str(self.allotted.asks if self.allotted is not None else self.target.asks)

    @property
    def standing(self) -> str:
        """The status in the active language."""
        return str(Standing(self.status.code).label)

    @property
    def verified(self) -> bool:
        """Whether every rule behind the figure was checked against its document."""
        return self.status.reading is None or not self.status.reading.unverified

    @property
    def unit(self) -> str:
        """The unit beside the value; a rank has none, its pool is shown instead."""
        reading = self.status.reading
        return unit_symbol(reading.unit) if reading and reading.pool is None else ""

    @property
    def whole_year(self) -> int | None:
        """The year, when the figure is one of a whole year."""
        first, last = self.status.first, self.status.last
        whole = first and last and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
        return last.year if whole and last else None

    @property
    def gap(self) -> str:
        """The distance with its sign and unit: +2 µg/m³ is still missing, -1 µg/m³ is the margin."""
        gap = self.status.gap
        if gap is None:
            return ""
        change = self.target.comparator in {"increase", "decrease"}
        # The distance between two shares is in points: 4.9 % of a share would be something else.
        unit = _("pp") if change or self.unit == "%" else self.unit
        sign = "+" if gap > 0 else "−" if gap < 0 else ""
        return f"{sign}{abs(gap)} {unit}".strip()


def goal_of(target: Target) -> Goal:
    """What a target asks, as `status.judge` takes it."""
    pool = target.pool
    if target.indicator == "composite_rank" and not any(c.isdigit() for c in pool):
        pool = target.quote  # the pool often stands in the sentence only: 退出168城市后10位
    return Goal(
        indicator=target.indicator,
        comparator=target.comparator,
        value=None if target.value is None else Decimal(number_text(target.value)),  # 44, not 44.000000
        unit=target.unit,
        baseline=target.baseline,
        last_day=target.last_day,
        pool=pool,
    )


def status_of(
    target: Target,
    on: date,
    air: Callable[[Region], Source] | None = None,
    elsewhere: Elsewhere | None = None,
    about: Callable[[Region], bool] | None = None,
) -> list[TargetStatus]:
    """Where a target stands on a day, for each region it is about.

    Parameters
    ----------
    target
        with its `regions`
    on
        the day
    air
        a region's air; give one `OfficeAir` to all targets of a page, so that each figure is asked once
    elsewhere
        what other apps know, likewise
    about
        the regions to judge; all of the target's by default
    """
    air = air or OfficeAir()
    goal = goal_of(target)
    elsewhere = elsewhere or elsewhere_of([target])
    regions = list(target.regions.all())
    rows = [
        _status_in(target, region, on, air, elsewhere) for region in regions if about is None or about(region)
    ]
    if target.unresolved or not regions:
        reason = judge(goal, on, _NoAir()).reason  # `register` counts more than an unknown place
        if reason != "register":
            reason = "region_unknown"
        places = "、".join(target.unresolved or target.region_words)
        if not (regions and reason == "register"):
            status = Status(Standing.NOT_COMPUTABLE, reason, {"places": places})
            rows.append(TargetStatus(target, None, status))
    return rows


def elsewhere_of(targets: Iterable[Target]) -> Elsewhere | None:
    """What other apps know about these targets; None where no app does."""
    return ELSEWHERE[0](targets) if ELSEWHERE else None


def _status_in(
    target: Target,
    region: Region,
    on: date,
    air: Callable[[Region], Source],
    elsewhere: Elsewhere | None,
) -> TargetStatus:
    """The target in one region; an allotment issued to it takes the place of the plan's value."""
    goal = goal_of(target)
    allotted = elsewhere.allotted(target, region) if elsewhere else None
    if allotted is not None:
        goal = replace(goal, value=Decimal(number_text(allotted.issued_value)))
    status = judge(goal, on, air(region))
    if elsewhere is not None:
        status = elsewhere.status(target, region, goal, on, status)
    return TargetStatus(target, region, status, allotted)


class _NoAir:
    """No data at all: what `judge` says first is then about the indicator itself."""

    def span(self) -> None:
        return None

    def value(self, *_: Any) -> None:
        return None


def targets_of(region: Region, user: Any = None) -> QuerySet[Target]:
    """Targets of plans in force in a region, and those of plans above that name the region or places in it.

    With `user`, only what that person may see. A plan that another took the place of asks nothing any more.
    """
    found = Target.objects.visible_to(user) if user is not None else Target.objects.all()
    mine = Target.objects.filter(
        Q(plan__region__path__startswith=region.path) | Q(regions__path__startswith=region.path)
    )
    return (
        found.filter(pk__in=mine.values("pk"))
        .exclude(review=Review.REJECTED)
        .exclude(plan__status=PlanStatus.SUPERSEDED)
        .select_related("plan__region", "clause")
        .prefetch_related("regions")
    )


def statuses_of(targets: Iterable[Target], on: date, within: Region | None = None) -> list[TargetStatus]:
    """Where targets stand, one row a target and region; `within` keeps the rows about regions of that
    subtree."""
    air, targets = OfficeAir(), list(targets)
    elsewhere = elsewhere_of(targets)
    root = within.path if within is not None else ""
    rows = [
        row
        for target in targets
        for row in status_of(target, on, air, elsewhere, lambda region: region.path.startswith(root))
    ]
    return [r for r in rows if r.region is not None or r.target.plan.region.path.startswith(root)]


def counts_by_standing(rows: Iterable[TargetStatus]) -> dict[str, int]:
    """How many rows stand how, every standing listed."""
    counts = dict.fromkeys(Standing.values, 0)
    for row in rows:
        counts[row.status.code] += 1
    return counts


# --- tasks
# -----------------------------------------------------------------------------------------------------


def tasks_for(where: Any) -> QuerySet[Task]:
    """The tasks a person sees, or that bind a region, each with `own_state` and `own_percent`.

    `own_state` is the state as it concerns them: of the whole task where the plan lies in their region, of
    their region's share where the plan comes from above.
    """
    if isinstance(where, Region):
        return _reached_from(where.pk)
    root = region_root(where)
    if root and where.unit_id is None:
        return _reached_from(where.region_id)
    found = Task.objects.visible_to(where).exclude(review=Review.REJECTED)
    return with_own_state(found, root, getattr(where, "region_id", None))


def _reached_from(region_id: int) -> QuerySet[Task]:
    """The tasks of a region's subtree, by the rows kept for it: what `visible_to` gives its people, by one
    join."""
    mine = FilteredRelation("reach", condition=Q(reach__region=region_id))
    return Task.objects.annotate(mine=mine).filter(mine__live=True).annotate(
        own_state=F("mine__state"), own_percent=F("mine__percent")
    )  # fmt: skip


def with_own_state(tasks: QuerySet[Task], root: str | None, region_id: int | None) -> QuerySet[Task]:
    """Adds `own_state` and `own_percent` (see `tasks_for`)."""
    if not root or region_id is None:
        return tasks.annotate(own_state=F("state"), own_percent=F("percent"))
    mine = FilteredRelation("reach", condition=Q(reach__region=region_id))
    return tasks.annotate(mine=mine).annotate(
        # What only their unit brings them is theirs as a whole.
        own_state=Coalesce("mine__state", "state"),
        own_percent=Coalesce("mine__percent", "percent"),
    )


def in_bucket(tasks: QuerySet[Task], bucket: str, on: date) -> QuerySet[Task]:
    """Open tasks of one bucket: `overdue`, `soon` (within 30 days), `later`, `undated`."""
    open_ones = tasks.exclude(own_state=State.DONE)
    return {
        "overdue": open_ones.filter(due__lt=on),
        "soon": open_ones.filter(due__gte=on, due__lte=on + SOON),
        "later": open_ones.filter(due__gt=on + SOON),
        "undated": open_ones.filter(due=None),
    }[bucket]


@dataclass(frozen=True, slots=True)
class Due:
    """Open tasks by when they are due, each list in order of its day, and how many there are of each."""

    on: date
    counts: dict[str, int]
    overdue: list[Task] = field(default_factory=list)
    soon: list[Task] = field(default_factory=list)
    later: list[Task] = field(default_factory=list)
    undated: list[Task] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many tasks are open."""
        return sum(self.counts.values())


def tasks_due(where: Any, on: date, *, limit: int | None = None, tasks: QuerySet[Task] | None = None) -> Due:
    """What is due: overdue, within 30 days, later, without a date.

    Parameters
    ----------
    where
        a user (what they see) or a region (what binds it)
    on
        the day
    limit
        at most so many of each list; the counts are complete
    tasks
        a narrower choice of `tasks_for(where)`
    """
    found = (tasks_for(where) if tasks is None else tasks).select_related("plan__region")
    buckets = {name: in_bucket(found, name, on) for name in BUCKETS}
    open_ones = ~Q(own_state=State.DONE)
    counts = found.aggregate(
        overdue=Count("pk", filter=open_ones & Q(due__lt=on)),
        soon=Count("pk", filter=open_ones & Q(due__gte=on, due__lte=on + SOON)),
        later=Count("pk", filter=open_ones & Q(due__gt=on + SOON)),
        undated=Count("pk", filter=open_ones & Q(due=None)),
    )
    lists = {name: list(rows.order_by("due", "plan_id", "start")[:limit]) for name, rows in buckets.items()}
    return Due(on, counts, **lists)


# --- who reports
# -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reporter:
    """For what a person reports on a task: the whole (`share` None), or the share of a region."""

    share: Region | None


def reporter_of(user: Any, task: Task) -> Reporter | None:
    """For what this person may report on this task; None when they may not.

    The whole: who answers for the plan's region, and the people of a unit that is named itself and is no
    government below the plan's region. A share: the people of a region that is bound, for the bound region
    they are in.
    """
    if not can(user, Capability.REPORT_TASK) or not Task.objects.visible_to(user).filter(pk=task.pk).exists():
        return None
    home = task.plan.region.path
    root = region_root(user)
    if root is not None and home.startswith(root):
        return Reporter(None)
    named = task.assignments.filter(unit=user.unit_id).select_related("unit__region") if user.unit_id else ()
    for assignment in named:
        seat = assignment.unit.region
        if seat is None or seat.path == home or not seat.path.startswith(home):
            return Reporter(None)
    bound = Region.objects.filter(assignments__task=task).distinct()
    place = user.region or (user.unit.region if user.unit_id else None)
    if place is None:
        return None
    own = [r for r in bound if place.path.startswith(r.path) and r.path != home]
    return Reporter(max(own, key=lambda r: len(r.path))) if own else None


def reports_of(task: Task, user: Any) -> QuerySet[ProgressReport]:
    """The progress reports on a task that a person may see: those of the whole, and shares of their own
    regions."""
    shares = ProgressReport.objects.visible_to(user).values("pk")
    return task.reports.filter(Q(region=None) | Q(pk__in=shares)).select_related(
        "region", "unit", "reported_by"
    )


def shares_of(task: Task, user: Any) -> list[tuple[Region, str, int]]:
    """How far each bound region is that this person may see: (region, state, percent), in order of the
    code."""
    bound = Region.objects.visible_to(user).filter(assignments__task=task).distinct().order_by("code")
    known = {s.region_id: s for s in Share.objects.visible_to(user).filter(task=task)}
    return [
        (r, known[r.pk].state, known[r.pk].percent) if r.pk in known else (r, State.NOT_STARTED.value, 0)
        for r in bound
    ]


# --- review
# ----------------------------------------------------------------------------------------------------


def review_counts(plan: Plan) -> dict[str, int]:
    """How many things of a plan that have a card of their own are in each state of review."""
    counts = dict.fromkeys(Review.values, 0)
    for related in (
        plan.clauses, plan.targets, plan.tasks, Deadline.everything.filter(plan=plan, task=None),
        StatedConsequence.everything.filter(plan=plan, task=None),
    ):  # fmt: skip
        for state, number in related.order_by().values_list("review").annotate(n=Count("pk")):
            counts[state] += number
    return counts


@dataclass(frozen=True, slots=True)
class Doubt:
    """A thing the reader doubts and no person has looked at: the card it stands on, its words, the codes."""

    card: str
    name: str
    codes: list[str]


def doubts_of(plan: Plan) -> list[Doubt]:
    """The doubts of a plan that wait for a person, in the order of the document."""
    found: list[tuple[int, Doubt]] = []
    sources: list[tuple[str, Any]] = [
        ("clause", plan.clauses), ("target", plan.targets), ("task", plan.tasks),
        ("deadline", plan.deadlines), ("consequence", plan.consequences),
        ("assignment", Assignment.objects.filter(task__plan=plan)),
        ("quantity", Quantity.objects.filter(task__plan=plan)),
    ]  # fmt: skip
    for kind, rows in sources:
        for row in rows.filter(review=Review.UNREVIEWED).exclude(doubts=[]):
            task = getattr(row, "task_id", None)
            card = f"task-{task}" if task else f"{kind}-{row.pk}"
            found.append((row.start, Doubt(card, str(row), list(row.doubts))))
    return [doubt for _start, doubt in sorted(found, key=lambda pair: pair[0])]


def removed_of(plan: Plan) -> list[tuple[str, Any]]:
    """Units, dates, quantities of tasks that a person removed, with their kind; all can be brought back."""
    kinds = {"assignment": Assignment, "deadline": Deadline, "quantity": Quantity}
    return [
        (kind, row)
        for kind, model in kinds.items()
        for row in every(model)
        .filter(task__plan=plan, review=Review.REJECTED)
        .select_related("task")
        .order_by("task__start", "start")
    ]
