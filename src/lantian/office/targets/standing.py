"""Where a goal stands when the air does not say it: verified reports, registers, figures officially stated.

The order is fixed: what is computed comes first, what an official document states is shown as stated and
never takes the place of a computed figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lantian.office.frame import clock
from lantian.office.indicators import Period, Subject
from lantian.office.plans.models import Quantity, Target
from lantian.office.plans.status import Goal, Reading, Status, judge_reading, same_unit
from lantian.office.plans.terms import Standing, number_text
from lantian.office.regions.models import Region
from lantian.office.registers.figures import address
from lantian.office.registers.rules import Tally, feed_of, tally
from lantian.office.targets.declared import COUNTED, REGISTER, REPORT, STATED, held
from lantian.office.targets.loop import IN_FORCE
from lantian.office.targets.models import Allotment, StatedFigure
from lantian.office.targets.reported import Reports, quantities_of, verified

# A stated figure may stand in for the air only where the air cannot answer; these say the target itself lacks
# something, which no figure mends.
_TARGETS_OWN = frozenset({"no_date", "no_value", "comparator", "unit", "year_ahead", "no_pool"})
CHANGES = frozenset({"increase", "decrease"})


class Elsewhere:
    """What binds and what is known about the targets of a page, read once: see `plans.rules.ELSEWHERE`."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._targets = list(targets)
        self._quantities: Mapping[int, list[Quantity]] = quantities_of(
            [target for target in self._targets if _source(target) == REPORT]
        )
        self._allotted = {
            (row.division.target_id, row.region_id): row
            for row in Allotment.objects.filter(
                division__target__in=[target.pk for target in self._targets],
                state__in=list(IN_FORCE),
                issued_value__isnull=False,
            ).select_related("division", "letter", "region")
        }
        self._tallies: dict[tuple[str, date, date], Tally] = {}
        self._stated: list[StatedFigure] | None = None
        self._reports = Reports(one for own in self._quantities.values() for one in own)

    def allotted(self, target: Target, region: Region) -> Allotment | None:
        """The allotment that takes the place of the target's own value in a region."""
        return self._allotted.get((target.pk, region.pk))

    def status(self, target: Target, region: Region, goal: Goal, on: date, found: Status) -> Status:
        """The status with what reports, registers and official documents say."""
        return self.status_of(goal, region, on, found, self._quantities.get(target.pk, ()))

    def status_of(
        self, goal: Goal, region: Region, on: date, found: Status, quantities: Iterable[Quantity] = ()
    ) -> Status:
        """The same for any goal, held by these quantities."""
        counted = self._registered(goal, region, on) if found.reason == "register" else None
        if counted is not None:
            found = counted
        elif found.reason == "register":
            found = _by_source(goal, region, on, found, list(quantities), reports=self._reports)
        stated = self.stated(goal, region, on)
        if stated is None:
            return found
        reading = Reading(Decimal(number_text(stated.value)), stated.unit, stated.get_absolute_url())
        if found.code != Standing.NOT_COMPUTABLE:
            return replace(found, stated=reading)
        if found.reason in _TARGETS_OWN:
            return found
        days = (date(stated.day.year, 1, 1), stated.day)
        judged = judge_reading(goal, on, reading, days, final=_is_final(goal, stated.day))
        return replace(judged, source=STATED)

    def _registered(self, goal: Goal, region: Region, on: date) -> Status | None:
        """What a register counts for the goal's year; None where none feeds it, or it holds nothing there.

        A change against a baseline year is left to others: a register does not know that year.
        """
        fed = feed_of(goal.indicator)
        if fed is None or goal.comparator in CHANGES or goal.last_day is None:
            return None
        ledger, feed = fed
        first, last = date(goal.last_day.year, 1, 1), min(on, goal.last_day)
        times = _times(goal.unit, feed.unit)
        if times is None or last < first or (not feed.dated and last < clock.today()):
            return None
        key = (feed.code, first, last)
        if key not in self._tallies:
            self._tallies[key] = tally(ledger, feed, first, last)
        _held_records, value = self._tallies[key].of(region.path)
        if value is None:
            return None
        url = address(ledger, feed, Subject(region=region), Period(first, last))
        reading = Reading(value / times, goal.unit, url)
        adds_up = feed.unit != "%" and feed.better == "more"
        judged = judge_reading(goal, on, reading, (first, last), final=on > goal.last_day, adds_up=adds_up)
        return replace(judged, source=REGISTER)

    def stated(self, goal: Goal, region: Region, on: date) -> StatedFigure | None:
        """The newest figure officially stated for the goal's year, up to a day."""
        if goal.last_day is None:
            return None
        if self._stated is None:
            self._stated = list(StatedFigure.objects.filter(withdrawn="").order_by("-day", "-pk"))
        change = goal.comparator in CHANGES
        for one in self._stated:
            if (
                one.region_id == region.pk
                and one.indicator == goal.indicator
                and one.is_change == change
                and one.day.year == goal.last_day.year
                and one.day <= min(on, goal.last_day)
            ):
                return one
        return None


def _times(wanted: str, have: str) -> int | None:
    """By how much a register's figure is divided to be in the target's unit; None where units differ."""
    unit = wanted.strip()
    large = unit.startswith("万") and unit[1:] in COUNTED
    if have in {"1", ""}:
        return 10_000 if large else 1 if unit in COUNTED or not unit else None
    return 1 if same_unit(unit, have) else 10_000 if large and same_unit(unit[1:], have) else None


def _source(target: Target) -> str:
    return held(target.indicator, target.unit, target.comparator).source


def _by_source(
    goal: Goal, region: Region, on: date, found: Status, quantities: list[Quantity], *, reports: Reports
) -> Status:
    """An indicator that the air does not know, by what is declared for it."""
    declared = held(goal.indicator, goal.unit, goal.comparator)
    if declared.source == REPORT and quantities:
        last = min(on, goal.last_day or on, clock.today())
        reported = verified(quantities, region, last, reports)
        if reported is None:
            return replace(found, reason="no_reports", source=REPORT)
        reading = Reading(reported.value, goal.unit, reported.url)
        first = date(last.year, 1, 1)
        judged = judge_reading(
            goal, on, reading, (first, last), final=goal.last_day is not None and on > goal.last_day,
            adds_up=True,
        )  # fmt: skip
        return replace(judged, source=REPORT)
    if declared.source == REPORT:
        return replace(found, reason="no_source", source=REPORT)
    fed = feed_of(goal.indicator)
    if declared.source == REGISTER and fed is not None:
        reason = "register_change" if goal.comparator in CHANGES else "register_empty"
        return replace(found, reason=reason, details={"what": str(fed[0].title)}, source=REGISTER)
    if declared.source == REGISTER and str(declared.register):
        return replace(found, reason="no_register", details={"what": str(declared.register)}, source=REGISTER)
    return found


def _is_final(goal: Goal, day: date) -> bool:
    """Whether a stated figure speaks of the whole time the goal gives."""
    return goal.last_day is not None and day >= goal.last_day - timedelta(days=1)


def goal_of(allotment: Allotment, value: Decimal | None) -> Goal:
    """What an allotment asks of its region, as `plans.status.judge` takes it."""
    division: Any = allotment.division
    return Goal(
        indicator=division.indicator,
        comparator=division.comparator,
        value=None if value is None else Decimal(number_text(value)),
        unit=division.unit,
        baseline=division.baseline,
        last_day=division.last_day,
        pool=division.pool,
    )
