"""From what a plan asks to what the kernel foretells, and from a probability to a word. No database here."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.ambient import Period
from lantian.ambient.outlook.result import Outlook
from lantian.ambient.outlook.target import EXIT_LAST, RANK, Target
from lantian.errors import LantianError
from lantian.office.monitoring import kernel
from lantian.office.monitoring.indicators import Indicator, indicator
from lantian.office.plans.status import HIGHER_IS_BETTER, Goal, pool_size, same_unit

PLAN, LIMIT, LAST_YEAR, OWN = "plan", "limit", "last_year", "own"
ATTAINED, MISSED, ON_TRACK, OPEN, UNLIKELY, UNKNOWN = (
    "attained", "missed", "on_track", "open", "unlikely", "unknown",
)  # fmt: skip
RISK = {MISSED: 0, UNLIKELY: 1, OPEN: 2, ON_TRACK: 3, ATTAINED: 4, UNKNOWN: 5}
"""Verdicts, the worst first."""
FORGIVEN = Fraction(5, 100)
"""What rounding a change to one decimal forgives [points]."""

Before = Callable[[str, Period], Decimal | None]
"""The published figure of an indicator in a period of the past; None where there is none."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan's goal asks of the kernel: a target, or the code of the reason why there is no outlook."""

    target: Target | None
    why: str = ""
    pool: int | None = None


def period_of(last_day: date) -> Period:
    """The days a goal is held against: its year up to its last day."""
    if (last_day.month, last_day.day) == (12, 31):
        return Period.year(last_day.year)
    return Period(date(last_day.year, 1, 1), last_day)


def asked_of(goal: Goal, day: date, before: Before, decimals: int | None) -> Asked:
    """What a goal of a plan asks of the kernel.

    Parameters
    ----------
    goal
        the goal for one region
    day
        the last day known
    before
        figures of past periods, for goals of change
    decimals
        with which the indicator is published, to turn a change into a value
    """
    found = indicator(goal.indicator)
    if found is None or found.key == "aqi":
        return Asked(None, "not_air")
    if goal.last_day is None:
        return Asked(None, "no_date")
    period = period_of(goal.last_day)
    if not period.first <= day < period.last:
        return Asked(None, "year_ahead" if day < period.first else "year_over")
    if found.key == RANK:
        return _rank(goal, period)
    if goal.comparator in {"increase", "decrease"}:
        return _change(goal, found.key, period, before, decimals)
    return _value(goal, found, period)


def _value(goal: Goal, found: Indicator, period: Period) -> Asked:
    if goal.value is None:
        return Asked(None, "no_value")
    if not same_unit(goal.unit, found.unit):
        return Asked(None, "unit")
    higher = found.key in HIGHER_IS_BETTER
    comparator = {"=": ">=" if higher else "<="}.get(goal.comparator, goal.comparator)
    if comparator not in {"<=", "<", ">=", ">"}:
        return Asked(None, "comparator")
    return Asked(Target(found.key, comparator, goal.value, period))


def _rank(goal: Goal, period: Period) -> Asked:
    wanted = pool_size(goal.pool)
    if goal.value is None:
        return Asked(None, "no_value")
    if wanted is None:
        return Asked(None, "no_pool")
    if goal.comparator == "exit_bottom":
        return Asked(Target(RANK, EXIT_LAST, goal.value, period), pool=wanted)
    comparator = {"=": "<="}.get(goal.comparator, goal.comparator)
    if comparator not in {"<=", "<"}:
        return Asked(None, "comparator")
    return Asked(Target(RANK, comparator, goal.value, period), pool=wanted)


def _change(goal: Goal, key: str, period: Period, before: Before, decimals: int | None) -> Asked:
    """A change against the same days of the baseline year, as the value that attains it.

    `plans.status` rounds the change to one decimal (half-even) before it is compared; the value found here
    attains by the same rule.
    """
    year = re.match(r"\d{4}", goal.baseline)
    if year is None:
        return Asked(None, "no_baseline")
    if not same_unit(goal.unit, "%"):
        return Asked(None, "unit")
    base = before(key, in_year(period, int(year[0])))
    if not base:
        return Asked(None, "no_baseline_figure")
    falling = goal.comparator == "decrease"
    if goal.value is None:
        return Asked(Target(key, "<" if falling else ">", base, period))
    if decimals is None:
        return Asked(None, "no_data")
    # One decimal half-even: a shortfall of exactly 0.05 is rounded to 0.0, which attains.
    wanted = (Fraction(goal.value) - FORGIVEN) / 100
    exact = Fraction(base) * (1 - wanted if falling else 1 + wanted)
    scale = 10**decimals
    step = exact * scale
    whole = step.numerator // step.denominator if falling else -(-step.numerator // step.denominator)
    return Asked(Target(key, "<=" if falling else ">=", Decimal(whole).scaleb(-decimals), period))


def in_year(period: Period, year: int) -> Period:
    """The same calendar days of another year; 29 February becomes the 28th."""

    def moved(day: date) -> date:
        return day.replace(year=year, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=year)

    if period == Period.year(period.first.year):
        return Period.year(year)
    return Period(moved(period.first), moved(period.last))


def own_target(key: str, text: str, period: Period) -> Target:
    """A target a person tries.

    Raises
    ------
    LantianError
        it cannot be read, or is far outside of what the indicator can be
    """
    target = Target.parse(key, text.strip() or None, period)
    if target.value is not None and (target.value > 100_000 or target.value.as_tuple().exponent < -3):
        raise LantianError(f"'{text}' is not a target", remedy="Write it like '<=35' or '>=285'.")
    if key == RANK and target.value is not None and target.value != target.value.to_integral_value():
        raise LantianError(f"'{text}' is no rank", remedy="Write a whole number of places.")
    return target


def verdict(outlook: Outlook | None) -> str:
    """An outlook in one word: attained, missed, on_track, open, unlikely; unknown without a probability.

    Rule: `office.outlook.verdict` of the rulebook, a setting of our own.
    """
    if outlook is None or outlook.probability is None:
        return UNKNOWN
    if outlook.decided is not None:
        return ATTAINED if outlook.decided else MISSED
    table = kernel.rulebook().rule("office.outlook.verdict").table
    percent = 100 * outlook.probability
    if percent >= float(table["on_track"]):
        return ON_TRACK
    return UNLIKELY if percent < float(table["unlikely"]) else OPEN


def thresholds() -> tuple[int, int]:
    """From which percent on an outlook is on track, and below which it is unlikely."""
    table = kernel.rulebook().rule("office.outlook.verdict").table
    return int(table["on_track"]), int(table["unlikely"])


def line_of(size: int) -> int:
    """How many last places one is asked to leave in a pool of this size, where no plan says."""
    table = kernel.rulebook().rule("office.outlook.rank_line").table
    return int(table["of_large"] if size >= int(table["large"]) else table["of_small"])


def percent(probability: float | None) -> str:
    """A probability as people read it: whole percent, with `< 1` and `> 99` where it is not certain.

    >>> percent(0.624), percent(0.0003), percent(1.0)
    ('62', '<1', '100')
    """
    if probability is None:
        return ""
    if probability in (0.0, 1.0):
        return "100" if probability else "0"
    hundredths = 100 * probability
    if hundredths < 1:
        return "<1"
    return ">99" if hundredths > 99 else str(round(hundredths))
