"""Every goal that binds one region, out of all plans and letters, and where it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lantian.office.plans import rules as plan_rules
from lantian.office.plans.air import OfficeAir
from lantian.office.plans.models import Plan
from lantian.office.plans.rules import TargetStatus
from lantian.office.plans.status import HIGHER_IS_BETTER, MEASURED, Goal, Status, judge, pool_size
from lantian.office.plans.terms import Standing, indicator_label, number_text, unit_symbol
from lantian.office.regions.models import Region
from lantian.office.targets import dividing, words
from lantian.office.targets.declared import NONE, held
from lantian.office.targets.loop import State
from lantian.office.targets.models import Allotment
from lantian.office.targets.standing import CHANGES, Elsewhere, goal_of

ORDER = ("composite_index", "composite_rank", "pm2_5", "pm10", "o3", "no2", "so2", "co", "good_days",
         "good_days_ratio", "heavy_days", "heavy_days_ratio")  # fmt: skip


@dataclass(slots=True)
class Row:
    """One goal of one region.

    `told` carries status and figures; `source_of` whence the goal comes, in words, with `url`. `conflicts`
    are the other goals for the same indicator and year that ask for another value, in words; the stricter
    one stands first and is marked.
    """

    told: TargetStatus
    goal: Goal
    label: str
    asks: str
    by: str
    origin: str
    url: str
    binding: str = ""
    allotment: Allotment | None = None
    state: str = ""
    state_code: str = ""
    target_pk: int | None = None
    conflicts: list[str] = field(default_factory=list)
    strictest: bool = False

    @property
    def region(self) -> Region | None:
        return self.told.region

    @property
    def status(self) -> Status:
        return self.told.status

    @property
    def standing(self) -> str:
        """The status in the active language; of a part that is not assigned, that."""
        return _("pending until assigned") if self.is_pending else self.told.standing

    @property
    def is_pending(self) -> bool:
        """Whether no letter has told its value yet."""
        return self.allotment is not None and not self.allotment.binds

    @property
    def source(self) -> str:
        """evaluation, report, register or stated."""
        if self.status.source != "evaluation":
            return self.status.source
        return held(self.goal.indicator, self.goal.unit, self.goal.comparator).source

    @property
    def source_words(self) -> str:
        return words.source(self.source)

    @property
    def year(self) -> int | None:
        return self.goal.last_day.year if self.goal.last_day else None

    @property
    def has_trend(self) -> bool:
        """Whether the office can draw its months."""
        return bool(held(self.goal.indicator).asked) and self.goal.indicator in MEASURED

    @property
    def stated(self) -> str:
        """What an official document states beside a computed figure."""
        reading = self.status.stated
        if reading is None:
            return ""
        return f"{number_text(reading.value)} {unit_symbol(reading.unit)}".strip()


@dataclass(frozen=True, slots=True)
class Group:
    """The goals about one indicator."""

    indicator: str
    label: str
    rows: list[Row]

    @property
    def has_trend(self) -> bool:
        return any(row.has_trend for row in self.rows)


def rows_of(
    region: Region,
    user: Any,
    on: date,
    *,
    below: bool = False,
    wanted: Callable[[date | None], bool] = lambda last_day: True,
) -> list[Row]:
    """Every goal that binds a region, as far as a person may see them.

    Parameters
    ----------
    user
        who asks; None asks for everything, for indicators
    on
        the day it is asked on
    below
        with those of every region in it
    wanted
        which goals, by their last day; the others are not judged
    """

    def about(one: Region) -> bool:
        return one.path == region.path or (below and one.path.startswith(region.path))

    targets = [one for one in plan_rules.targets_of(region, user) if wanted(one.last_day)]
    elsewhere, air = Elsewhere(targets), OfficeAir()
    open_plans = _open_plans(user)
    found: list[Row] = []
    seen: set[int] = set()
    for target in targets:
        for told in plan_rules.status_of(target, on, air, elsewhere, about):
            if told.region is None and not about(target.plan.region):
                continue
            if told.allotted is not None:
                seen.add(told.allotted.pk)
            found.append(_of_target(told, open_plans))
    others = [
        one
        for one in _allotments(region, user, below=below)
        if one.pk not in seen and wanted(one.division.last_day)
    ]
    held_by = _quantities(others)
    found += [_of_allotment(one, on, air, elsewhere, held_by[one.division_id]) for one in others]
    _mark_conflicts(found)
    return sorted(found, key=_order)


def groups_of(rows: Iterable[Row]) -> list[Group]:
    """The rows by indicator, air first."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.goal.indicator or f"other:{row.label}", []).append(row)
    return [Group(key, own[0].label, own) for key, own in found.items()]


def _open_plans(user: Any) -> set[int] | None:
    return None if user is None else set(Plan.objects.visible_to(user).values_list("pk", flat=True))


def _of_target(told: TargetStatus, open_plans: set[int] | None) -> Row:
    target = told.target
    goal = plan_rules.goal_of(target)
    if told.allotted is not None:
        goal = goal_of(told.allotted, told.allotted.issued_value)
    shown = open_plans is None or target.plan_id in open_plans
    return Row(
        told,
        goal,
        indicator_label(target.indicator),
        told.asks,
        target.by,
        target.plan.title,
        target.clause.get_absolute_url() if shown else "",
        binding=target.get_binding_display() if target.binding != "unspecified" else "",
        allotment=told.allotted,
        state=_shown(told.allotted).label if told.allotted else "",
        state_code=_shown(told.allotted).value if told.allotted else "",
        target_pk=target.pk if shown else None,
    )


def _allotments(region: Region, user: Any, *, below: bool) -> list[Allotment]:
    rows = Allotment.objects.all() if user is None else Allotment.objects.visible_to(user)
    where = Q(region__path__startswith=region.path) if below else Q(region=region)
    chosen = rows.filter(where).select_related(
        "division__region", "division__target__plan", "division__quantity__task__plan", "region", "letter"
    )
    return list(chosen)


def _of_allotment(
    allotment: Allotment, on: date, air: OfficeAir, elsewhere: Elsewhere, quantities: list[Any]
) -> Row:
    division = allotment.division
    goal = goal_of(allotment, allotment.issued_value)
    if allotment.binds:
        status = elsewhere.status_of(
            goal, allotment.region, on, judge(goal, on, air(allotment.region)), quantities
        )
        asks = allotment.asks
    else:
        status, asks = Status(Standing.NOT_COMPUTABLE, ""), ""
    told = TargetStatus(division, allotment.region, status, allotment)
    letter = allotment.letter
    origin = _("letter of %(region)s, %(number)s") if letter else _("to be allotted by %(region)s")
    return Row(
        told,
        goal,
        division.label,
        asks,
        division.by,
        origin % {"region": division.region.label, "number": letter.reference if letter else ""},
        letter.get_absolute_url() if letter else allotment.get_absolute_url(),
        allotment=allotment,
        state=_shown(allotment).label,
        state_code=_shown(allotment).value,
    )


def _shown(allotment: Allotment) -> State:
    """The state as every reader of a board may know it: drafts are the dividing region's business."""
    if not allotment.binds:
        return State.PENDING
    if allotment.state != State.REVISED:
        return State(allotment.state)
    return State.OBJECTED if allotment.answer else State.ISSUED


def _quantities(allotments: Iterable[Allotment]) -> dict[int, list[Any]]:
    """The quantities that hold each division of these, by the division's number."""
    from lantian.office.targets.reported import quantities_of

    divisions: dict[int, Any] = {one.division_id: one.division for one in allotments if one.binds}
    targets = {one.target_id: one.target for one in divisions.values() if one.target is not None}
    known = quantities_of(targets.values()) if targets else {}
    found: dict[int, list[Any]] = {one.division_id: [] for one in allotments}
    for key, division in divisions.items():
        if division.quantity is not None:
            found[key] = [division.quantity]
        elif division.target is not None:
            found[key] = known[division.target_id]
    return found


def _strictness(row: Row) -> Decimal | None:
    """Larger is stricter; None where two goals cannot be compared."""
    goal = row.goal
    if goal.value is None:
        return None
    if goal.comparator == "exit_bottom":
        return goal.value
    rule = held(goal.indicator, goal.unit, goal.comparator).rule
    if rule == NONE:
        return -goal.value
    way = dividing.direction_of(goal.comparator, rule, higher_is_better=goal.indicator in HIGHER_IS_BETTER)
    return -goal.value if way == dividing.AT_MOST else goal.value


def _kind(row: Row) -> tuple[Any, ...]:
    """Goals of one kind speak of the same: only those can contradict each other."""
    goal = row.goal
    change = goal.comparator in CHANGES
    return (
        row.region.pk if row.region else None, goal.indicator or row.label, row.year, change,
        goal.comparator == "exit_bottom", goal.baseline if change else "",
        pool_size(goal.pool) if goal.indicator == "composite_rank" else None,
    )  # fmt: skip


def _mark_conflicts(rows: Sequence[Row]) -> None:
    kinds: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if row.goal.value is not None and row.year is not None and not row.is_pending:
            kinds.setdefault(_kind(row), []).append(row)
    for alike in kinds.values():
        strict = {_strictness(row) for row in alike}
        if len(strict) < 2 or None in strict:
            continue
        top = max(value for value in strict if value is not None)
        for row in alike:
            row.strictest = _strictness(row) == top
            row.conflicts = [
                _("%(asks)s in %(origin)s") % {"asks": other.asks, "origin": other.origin}
                for other in alike
                if _strictness(other) != _strictness(row)
            ]


def _order(row: Row) -> tuple[Any, ...]:
    name = row.goal.indicator
    at = ORDER.index(name) if name in ORDER else len(ORDER)
    path = row.region.path if row.region else ""
    return (
        at, "" if name in ORDER else row.label, row.goal.last_day or date.max, path, _kind(row)[3:5],
        -(_strictness(row) or Decimal(0)), row.origin,
    )  # fmt: skip


def held_url(row: Row) -> str:
    """Where one sees and says what a goal is held by."""
    if row.target_pk is None or row.region is None:
        return ""
    return f"{reverse('targets:held', args=[row.target_pk])}?region={row.region.code}"
