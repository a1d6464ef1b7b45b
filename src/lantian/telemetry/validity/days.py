"""From hours to days, from days to a month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from lantian.telemetry.validity.records import INVALID, STOPPED, VALID, DayValue, HourValue, MonthValue
from lantian.telemetry.validity.rules import Rules, local_day


def days(found: Iterable[HourValue], rules: Rules | None = None) -> list[DayValue]:
    """The local days of the hours of one factor, in order.

    A day needs 20 valid hours (`telemetry.validity.day.min_hours`); its mean is that of the valid ones. It is
    compared with a daily limit when as many of its hours are judged, that is not exempt by a mark. A day all
    of whose hours are stopped is stopped.
    """
    rules = rules or Rules()
    grouped: dict[tuple[date, str], list[HourValue]] = defaultdict(list)
    for hour in found:
        grouped[local_day(hour.time), hour.factor].append(hour)
    return [_day(key[0], grouped[key], rules) for key in sorted(grouped)]


def _day(day: date, found: Sequence[HourValue], rules: Rules) -> DayValue:
    least = rules.on(day).rule("validity.day.min_hours").integer
    states = Counter(hour.state for hour in found)
    measured = [hour.exact for hour in found if hour.exact is not None]
    converted = [hour.converted_exact for hour in found if hour.converted_exact is not None]
    judged = sum(hour.judged for hour in found)
    valid = len(measured) >= least
    state, why = (VALID, None) if valid else (INVALID, "too_few_hours")
    if not valid and states[STOPPED] == len(found):
        state, why = STOPPED, "stop"
    return DayValue(
        day, found[0].factor, state, why,
        _mean(measured) if valid else None,
        _mean(converted) if valid and len(converted) >= least else None,
        dict(states), judged, valid and judged >= least, found[0].decimals,
    )  # fmt: skip


def month(found: Iterable[DayValue], rules: Rules | None = None) -> MonthValue | None:
    """The month of the days of one factor: 25 valid ones (23 in February) make a mean; None without days."""
    rules = rules or Rules()
    given = list(found)
    if not given:
        return None
    first = given[0].date.replace(day=1)
    name = "min_days_february" if first.month == 2 else "min_days"
    needed = rules.on(first).rule(f"validity.month.{name}").integer
    measured = [day.exact for day in given if day.exact is not None]
    converted = [day.converted_exact for day in given if day.converted_exact is not None]
    states = Counter(day.state for day in given)
    valid = len(measured) >= needed
    state, why = (VALID, None) if valid else (INVALID, "too_few_days")
    if not valid and states[STOPPED] == len(given):
        state, why = STOPPED, "stop"
    return MonthValue(
        first, given[0].factor, state, why,
        _mean(measured) if valid else None,
        _mean(converted) if valid and len(converted) >= needed else None,
        dict(states), needed, given[0].decimals,
    )  # fmt: skip


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None
