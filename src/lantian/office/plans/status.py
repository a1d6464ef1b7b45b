"""Where a target stands on a day: pure logic over readings of the air, no database and no lake here.

`judge` holds one target for one region against a `Source`. A target whose year is running is held against the
year so far, as it stands, without an outlook on the seasons to come; one whose year is over, against the
whole year. Where the answer is not known, it says which thing is missing and, where there is one, the
newest reading with its distance to the goal, so that a page can still show where the region is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from lantian.office.plans.terms import Standing

CONCENTRATIONS = frozenset({"pm2_5", "pm10", "so2", "no2", "o3", "co"})
RATIOS = frozenset({"good_days_ratio", "heavy_days_ratio"})
COUNTS = frozenset({"good_days", "heavy_days"})
MEASURED = CONCENTRATIONS | RATIOS | COUNTS | {"composite_index", "composite_rank"}
HIGHER_IS_BETTER = frozenset({"good_days", "good_days_ratio"})

# Why a status is not known. Stable codes; the words are shown with what `judge` puts into them.
REASONS: dict[str, Any] = {
    "register": _("Needs a register or report that is not connected yet."),
    "region_unknown": _("Names places that are not in the region register: %(places)s."),
    "no_data": _("The office holds no air data of this region."),
    "no_date": _("The target names no year."),
    "no_value": _("The target names no value, only a direction."),
    "no_baseline": _("The target names no baseline year."),
    "baseline_outside_data": _(
        "The baseline year %(year)s is not in the data, which reach from %(first)s to %(last)s."
    ),
    "year_ahead": _("The year %(year)s has not begun."),
    "year_outside_data": _("The year %(year)s is not in the data, which reach from %(first)s to %(last)s."),
    "year_incomplete": _(
        "Of the year %(year)s the data hold only a part: they reach from %(first)s to %(last)s."
    ),
    "invalid": _("Too few valid days for an official figure."),
    "pool": _("The target speaks of %(wanted)s; the office ranks %(have)s places."),
    "no_pool": _("The words do not say among how many places the rank counts; the office ranks %(have)s."),
    "unit": _("The target is written in %(wanted)s, the figure in %(have)s."),
    "comparator": _("This indicator cannot be held against a target of this kind."),
    "no_register": _("Not computable: there is no register of %(what)s yet."),
    "register_empty": _("The register “%(what)s” holds nothing of it for this region and year."),
    "register_change": _("The register “%(what)s” tells amounts, not the change against a base year."),
    "no_reports": _("No quantity of its tasks was verified in a dispatch report yet."),
    "no_source": _("No quantity of a task is linked to this target."),
}  # fmt: skip

_UNITS = {
    "微克/立方米": "µg/m³", "μg/m³": "µg/m³", "μg/m3": "µg/m³", "ug/m3": "µg/m³", "µg/m3": "µg/m³",
    "毫克/立方米": "mg/m³", "mg/m3": "mg/m³",
    "个百分点": "%", "％": "%", "百分点": "%",
    "天": "d", "日": "d", "days": "d", "day": "d",
    "位": "place", "名": "place", "places": "place",
}  # fmt: skip
_POOL = re.compile(r"(\d+)\s*个?\s*(?:重点|国家|设区)*\s*(?:城市|县|市|区|个县)")


@dataclass(frozen=True, slots=True)
class Goal:
    """What a target asks of one region. `value` in `unit`; `last_day` the last day it speaks of."""

    indicator: str
    comparator: str
    value: Decimal | None
    unit: str = ""
    baseline: str = ""
    last_day: date | None = None
    pool: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of the region and period: its value, unit, the address of its explanation, and what marks it.

    `value` is None where the data do not suffice for an official figure. `pool` is the number of places
    ranked.
    """

    value: Decimal | None
    unit: str
    url: str = ""
    unverified: bool = False
    marks: tuple[str, ...] = ()
    pool: int | None = None


class Source(Protocol):
    """The air of one region, as `judge` asks for it."""

    def span(self) -> tuple[date, date] | None:
        """First and last whole local day with data, or None."""

    def value(self, indicator: str, first: date, last: date, regime_day: date) -> Reading | None:
        """The indicator over the days `first … last`, under the regime in force on `regime_day`."""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a target stands: the state, the reading it rests on, and the distance to the goal.

    `gap` > 0 is what is still missing, in the unit of the reading (places for a rank); <= 0 is the margin.
    With `not_computable`, `reason` is a key of `REASONS` and the reading, if any, is the newest one, for
    orientation. `source` says what it rests on: `evaluation`, `report`, `register` or `stated`; `stated` is
    what an official document states beside a computed reading.
    """

    code: Standing
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    reading: Reading | None = None
    first: date | None = None
    last: date | None = None
    limit: Decimal | None = None
    gap: Decimal | None = None
    baseline: Reading | None = None
    source: str = "evaluation"
    stated: Reading | None = None

    @property
    def words(self) -> str:
        """The reason in the active language; empty where the status is known."""
        return str(REASONS[self.reason]) % self.details if self.reason else ""

    @property
    def met(self) -> bool:
        """Whether the reading keeps the goal, whatever the status."""
        return self.gap is not None and self.gap <= 0


def same_unit(a: str, b: str) -> bool:
    """Whether two units of measure are the same; an unwritten one agrees with any."""
    left, right = (_UNITS.get(u.strip(), u.strip()) for u in (a, b))
    return not left or not right or left == right


def pool_size(words: str) -> int | None:
    """Among how many places a rank counts: 全省117县(市、区) → 117."""
    match = _POOL.search(words)
    return int(match[1]) if match else None


def judge(goal: Goal, on: date, source: Source) -> Status:
    """Where the target stands on a day.

    Parameters
    ----------
    goal
        the target for one region
    on
        the day it is asked on
    source
        the region's air

    Returns
    -------
    the status; never raises for a target that cannot be computed
    """
    if goal.indicator not in MEASURED:
        return _unknown("register")
    span = source.span()
    if span is None or span[0] > on:
        return _unknown("no_data")
    reason, details, days = _days_of(goal, on, span)
    if reason:
        newest = (max(span[0], date(min(span[1], on).year, 1, 1)), min(span[1], on))
        return _newest(_unknown(reason, **details), goal, source, newest)
    return _held(goal, source, days, span)


def judge_reading(
    goal: Goal, on: date, reading: Reading, days: tuple[date, date], *, final: bool, adds_up: bool = False
) -> Status:
    """Where a goal stands by a reading that did not come from the air.

    Parameters
    ----------
    goal, on
        as for `judge`
    reading
        the value; of a goal that asks for a rise or fall, that rise or fall
    days
        the days it speaks of
    final
        whether nothing can be added to it
    adds_up
        it is counted from nothing, like households: it is achieved as soon as it is reached, and until then
        on track while it keeps the pace of its days
    """
    if reading.value is None:
        return _unknown("invalid")
    counted = goal
    if adds_up and goal.comparator == "=":
        counted = replace(goal, comparator=">=")  # 28242户: at least so many
    elif goal.comparator in {"increase", "decrease"}:
        counted = replace(goal, comparator=">=")
    measure = _measure(counted, reading.value, reading)
    if measure.gap is None:
        return Status(Standing.NOT_COMPUTABLE, measure.reason, measure.details, reading, *days)
    met = measure.gap <= 0
    code = Standing.ACHIEVED if met else Standing.MISSED
    if not final:
        code = Standing.ON_TRACK if met else Standing.AT_RISK
        if adds_up and counted.comparator in {">=", ">"}:
            code = Standing.ACHIEVED if met else Standing.AT_RISK
            if not met and _keeps_pace(goal, on, reading.value):
                code = Standing.ON_TRACK
    return Status(code, "", {}, reading, *days, measure.limit, measure.gap)


def _keeps_pace(goal: Goal, on: date, value: Decimal) -> bool:
    """Whether a count has kept step with the days of the target's last year."""
    if goal.last_day is None or goal.value is None or on < date(goal.last_day.year, 1, 1):
        return goal.last_day is not None
    first = date(goal.last_day.year, 1, 1)
    elapsed = Fraction((min(on, goal.last_day) - first).days + 1, (goal.last_day - first).days + 1)
    return Fraction(value) >= Fraction(goal.value) * elapsed


@dataclass(frozen=True, slots=True)
class _Days:
    """The days a goal is held against, and whether the last day it speaks of is over."""

    first: date
    last: date
    over: bool


def _days_of(goal: Goal, on: date, span: tuple[date, date]) -> tuple[str, dict[str, Any], _Days]:
    """The days of the target's year up to its last day or `on`, or why they are not all in the data."""
    if goal.last_day is None:
        return "no_date", {}, _Days(on, on, False)
    first = date(goal.last_day.year, 1, 1)
    over = on > goal.last_day
    last = goal.last_day if over else min(on, span[1])
    reason = ""
    if on < first:
        reason = "year_ahead"
    elif span[1] < first or span[0] > last:
        reason = "year_outside_data"
    elif span[0] > first or span[1] < last:
        reason = "year_incomplete"
    details = {"year": first.year, "first": span[0].isoformat(), "last": span[1].isoformat()}
    return reason, details, _Days(first, last, over)


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is missing to the goal and the limit it is held against, or the reason why that is not known."""

    gap: Decimal | None = None
    limit: Decimal | None = None
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def _held(goal: Goal, source: Source, days: _Days, span: tuple[date, date]) -> Status:
    """The goal against its days."""
    reading = source.value(goal.indicator, days.first, days.last, days.last)
    if reading is None:
        return _unknown("no_data")
    baseline: Reading | None = None
    if reading.value is None:
        measure = _Measure(reason="invalid")
    elif _is_change(goal):
        measure, baseline = _change(goal, reading.value, source, days, span)
    else:
        measure = _measure(goal, reading.value, reading)
    code = Standing.NOT_COMPUTABLE if measure.gap is None else _code(goal, reading, measure, days)
    return Status(
        code,
        measure.reason,
        measure.details,
        reading,
        days.first,
        days.last,
        measure.limit,
        measure.gap,
        baseline,
    )


def _code(goal: Goal, reading: Reading, measure: _Measure, days: _Days) -> Standing:
    """The standing of a goal whose gap is known."""
    met = (measure.gap or 0) <= 0
    if days.over:
        return Standing.ACHIEVED if met else Standing.MISSED
    if goal.indicator in COUNTS and measure.limit is not None:
        # Days add up. More than allowed cannot be undone; fewer are on track while they keep the year's pace.
        elapsed = Fraction((days.last - days.first).days + 1, _length(days.last.year))
        pace, counted = Fraction(measure.limit) * elapsed, Fraction(reading.value or 0)
        if goal.indicator in HIGHER_IS_BETTER:
            return Standing.ON_TRACK if met or counted >= pace else Standing.AT_RISK
        if not met:
            return Standing.MISSED
        return Standing.ON_TRACK if counted <= pace else Standing.AT_RISK
    return Standing.ON_TRACK if met else Standing.AT_RISK


def _is_change(goal: Goal) -> bool:
    return goal.comparator in {"increase", "decrease"} and goal.indicator != "composite_rank"


def _measure(goal: Goal, value: Decimal, reading: Reading) -> _Measure:
    """A goal that names a value of its own."""
    if goal.value is None:
        return _Measure(reason="no_value")
    if goal.indicator == "composite_rank":
        return _rank(goal, goal.value, value, reading.pool)
    if goal.comparator not in {"<=", "<", ">=", ">", "="}:
        return _Measure(reason="comparator")
    if not same_unit(goal.unit, reading.unit):
        return _Measure(reason="unit", details={"wanted": goal.unit, "have": reading.unit})
    higher = goal.comparator in {">=", ">"} or (goal.comparator == "=" and goal.indicator in HIGHER_IS_BETTER)
    gap = goal.value - value if higher else value - goal.value
    if gap == 0 and goal.comparator in {"<", ">"}:
        gap = Decimal(1).scaleb(int(value.as_tuple().exponent))  # a step of the last digit is missing
    return _Measure(gap, goal.value)


def _change(
    goal: Goal, value: Decimal, source: Source, days: _Days, span: tuple[date, date]
) -> tuple[_Measure, Reading | None]:
    """Change against the same days of the baseline year [%], rounded once to one decimal (GB/T 8170)."""
    year = re.match(r"\d{4}", goal.baseline)
    if year is None:
        return _Measure(reason="no_baseline"), None
    if not same_unit(goal.unit, "%"):
        return _Measure(reason="unit", details={"wanted": goal.unit, "have": "%"}), None
    back, until = _in_year(days.first, int(year[0])), _in_year(days.last, int(year[0]))
    if span[0] > back or span[1] < until:
        details = {"year": year[0], "first": span[0].isoformat(), "last": span[1].isoformat()}
        return _Measure(reason="baseline_outside_data", details=details), None
    # Both sides under the regime of the target's year: a comparison across two regimes says nothing.
    baseline = source.value(goal.indicator, back, until, days.last)
    if baseline is None or not baseline.value:
        return _Measure(reason="invalid"), baseline
    change = (Fraction(value) / Fraction(baseline.value) - 1) * 100
    reached = -change if goal.comparator == "decrease" else change
    if goal.value is not None:
        return _Measure(_one_decimal(Fraction(goal.value) - reached), goal.value), baseline
    # 负增长: any fall will do, none at all will not; a tenth of a percent is the least that is shown.
    gap = _one_decimal(-reached)
    least = Decimal("-0.1") if reached > 0 else Decimal("0.1")
    return _Measure(gap or least), baseline


def _rank(goal: Goal, asked: Decimal, rank: Decimal, pool: int | None) -> _Measure:
    """Rank 1 is the cleanest; leaving the last n of N places means a rank of at most N - n."""
    wanted, have = pool_size(goal.pool), pool or 0
    if wanted is None:
        return _Measure(reason="no_pool", details={"have": have})
    if wanted != have:
        return _Measure(reason="pool", details={"wanted": goal.pool, "have": have})
    limits = {"exit_bottom": have - asked, "<=": asked, "=": asked, "<": asked - 1}
    limit = limits.get(goal.comparator)
    return _Measure(reason="comparator") if limit is None else _Measure(rank - limit, limit)


def _newest(status: Status, goal: Goal, source: Source, days: tuple[date, date]) -> Status:
    """The same status with the newest reading of the data beside it."""
    reading = source.value(goal.indicator, days[0], days[1], days[1])
    if reading is None:
        return status
    measure = _Measure()
    if reading.value is not None and not _is_change(goal):
        measure = _measure(goal, reading.value, reading)
    first, last = days
    return Status(
        status.code, status.reason, status.details, reading, first, last, measure.limit, measure.gap
    )


def _unknown(reason: str, **details: Any) -> Status:
    return Status(Standing.NOT_COMPUTABLE, reason, details)


def _one_decimal(value: Fraction) -> Decimal:
    return Decimal(round(value * 10)) / 10  # round() of a fraction is exact and half-even


def _in_year(day: date, year: int) -> date:
    """The same day of another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _length(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days
