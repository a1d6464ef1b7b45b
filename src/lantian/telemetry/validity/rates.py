"""Capture, transmission, validity and effective rate: hours counted, formulas out of the rulebook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from lantian.errors import LantianError
from lantian.rulebook import Rule
from lantian.telemetry.validity.exact import half_even
from lantian.telemetry.validity.records import BY_HAND, STATES, STOPPED, VALID, HourValue
from lantian.telemetry.validity.rules import DayRules, Rules
from lantian.telemetry.validity.steps import Step, rounding


@dataclass(frozen=True, slots=True)
class Counts:
    """Hours of one factor by what became of them.

    Attributes
    ----------
    due
        all hours asked for
    stopped
        declared stops; `undeclared` those only the device's letter says
    received, valid
        hours that came outside declared stops, and the valid ones of them
    invalid
        due hours that are neither valid nor declared stops, whatever the reason
    filled
        hours that did not come and were filled by hand in time
    states, reasons
        hours by state, and of those not valid by the code of the reason
    """

    due: int
    stopped: int
    undeclared: int
    received: int
    valid: int
    invalid: int
    filled: int
    corrected: int
    states: Mapping[str, int]
    reasons: Mapping[str, int]

    def of(self, name: str) -> int:
        """A count a formula names."""
        if name not in {"due", "stopped", "received", "valid", "invalid"}:
            raise LantianError(
                f"a formula names '{name}', which is not counted",
                remedy="Use due, stopped, received, valid and invalid.",
            )
        return int(getattr(self, name))


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate [%]; None where nothing was due. `exact` is the share, 0 to 1."""

    code: str
    exact: Fraction | None
    shown: Decimal | None
    target: Decimal | None
    met: bool | None
    step: Step


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one factor over some hours."""

    counts: Counts
    transmission: Rate
    validity: Rate
    effective: Rate
    capture: Rate


def count(found: Iterable[HourValue], rules: DayRules) -> Counts:
    """The hours of one factor by what became of them."""
    given = list(found)
    fills = bool(rules.rule("validity.transmission.filled_counts").value)
    states, reasons = Counter[str](), Counter[str]()
    stopped = undeclared = received = valid = filled = corrected = 0
    for hour in given:
        states[hour.state] += 1
        if hour.state != VALID:
            reasons[hour.why or hour.state] += 1
        by_hand = hour.method == BY_HAND
        corrected += by_hand
        if hour.state == STOPPED:
            if hour.declared:
                stopped += 1
                continue
            undeclared += 1
        by_filling = by_hand and not hour.arrived
        filled += by_filling
        came = hour.arrived or (by_filling and fills)
        received += came
        valid += came and hour.state == VALID
    due = len(given)
    return Counts(
        due, stopped, undeclared, received, valid, due - stopped - valid, filled, corrected,
        {state: states[state] for state in STATES if states[state]}, dict(reasons.most_common()),
    )  # fmt: skip


def rates_of(found: Iterable[HourValue], rules: Rules | None = None, *, on: date) -> Rates:
    """The rates of one factor over the hours given, by the rules of the day `on`.

    Transmission effective rate = transmission rate × validity rate, of a month; capture rate α = (H −
    H_invalid − H_stop) / (H − H_stop), of a quarter. The formulas are `telemetry.validity.transmission` and
    `.capture`. Where every due hour was a declared stop there is no rate.
    """
    day = (rules or Rules()).on(on)
    return of_counts(count(found, day), day)


def of_counts(counts: Counts, day: DayRules) -> Rates:
    """The rates of hours counted before, by the rules of a day: counts of days may be summed first."""
    transmission = _rate("transmission", "validity.transmission.formula", counts, day)
    validity = _rate("validity", "validity.transmission.validity", counts, day)
    effective = _product(transmission, validity, day)
    capture = _rate("capture", "validity.capture.formula", counts, day, "validity.capture.target")
    return Rates(counts, transmission, validity, effective, capture)


def capture(found: Iterable[HourValue], rules: Rules | None = None, *, on: date) -> Rate:
    """The capture rate alone (有效数据捕集率)."""
    day = (rules or Rules()).on(on)
    return _rate("capture", "validity.capture.formula", count(found, day), day, "validity.capture.target")


def quarter_of(day: date) -> tuple[date, date]:
    """First and last day of the quarter of a day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    following = date(first.year + (first.month + 3) // 13, (first.month + 2) % 12 + 1, 1)
    return first, following - timedelta(days=1)


def _sum(terms: Mapping[str, tuple[str, ...]], counts: Counts) -> tuple[int, str]:
    plus = [(name, counts.of(name)) for name in terms["plus"]]
    minus = [(name, counts.of(name)) for name in terms["minus"]]
    words = " + ".join(f"{name} {number}" for name, number in plus)
    words += "".join(f" − {name} {number}" for name, number in minus)
    return sum(number for _, number in plus) - sum(number for _, number in minus), words


def _rate(code: str, name: str, counts: Counts, rules: DayRules, target: str | None = None) -> Rate:
    rule = rules.rule(name)
    above, said_above = _sum(rule.table["above"], counts)
    below, said_below = _sum(rule.table["below"], counts)
    exact = Fraction(above, below) if below > 0 else None
    cited = (rule,) if target is None else (rule, rules.rule(target))
    formula = f"({said_above}) / ({said_below})"
    wanted = None if target is None else rules.rule(target).number
    return _told(code, exact, formula, cited, rules, target=wanted, data={"above": above, "below": below})


def _product(one: Rate, other: Rate, rules: DayRules) -> Rate:
    target = rules.rule("validity.transmission.target")
    exact = None if one.exact is None else one.exact * (other.exact or 0)
    formula = f"{one.exact} × {other.exact if other.exact is not None else 0}"
    made = _told("effective", exact, formula, (target,), rules, target=target.number, data={})
    step = Step(
        made.step.code, made.step.subject, made.step.formula, made.step.value, made.step.unit,
        made.step.rounding, made.step.rules, children=(one.step, other.step),
    )  # fmt: skip
    return Rate("effective", made.exact, made.shown, made.target, made.met, step)


def _told(
    code: str, exact: Fraction | None, formula: str, cited: tuple[Rule, ...], rules: DayRules, *,
    target: Decimal | None, data: Mapping[str, int],
) -> Rate:  # fmt: skip
    shown = None if exact is None else half_even(100 * exact, rules.decimals("rate"))
    step = Step(
        code, code, formula, None if shown is None else str(shown), "%",
        "" if exact is None or shown is None else rounding(100 * exact, shown), cited, data=data,
    )  # fmt: skip
    met = None if exact is None or target is None else 100 * exact >= Fraction(target)
    return Rate(code, exact, shown, target, met, step)
