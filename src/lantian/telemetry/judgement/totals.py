"""The year's mass against its permitted total, and the day it is forecast to run out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from lantian.rulebook import Rule
from lantian.telemetry.validity.exact import half_even, text
from lantian.telemetry.validity.mass import DayMass
from lantian.telemetry.validity.rules import DayRules, Rules, amount
from lantian.telemetry.validity.steps import Step

RUNS_OUT, ENOUGH, IDLE, USED_UP, UNKNOWN = "runs_out", "enough", "idle", "used_up", "unknown"
KG_PER_TONNE = 1000


@dataclass(frozen=True, slots=True)
class YearlyTotal:
    """Permitted mass of a factor [t] from a day to a day, both included: usually a calendar year."""

    outlet: str
    factor: str
    tonnes: Decimal
    valid_from: date
    valid_to: date
    document: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the total is used up.

    Attributes
    ----------
    state
        runs_out (before the total ends), enough, idle (stands still now), used_up, unknown (too few days)
    day, earliest, latest
        the day it is used up, and the same by the high and the low percentile of recent days; None where it
        is not used up within the horizon
    per_day
        kg a running day at the end of the trend; `trend` its change a running day
    share
        share of days run since the first of them, 0 to 1
    running_days
        how many of them the forecast rests on
    expected
        sum expected when the total ends [kg]
    """

    state: str
    day: date | None
    earliest: date | None
    latest: date | None
    per_day: Fraction | None
    trend: Fraction | None
    share: Fraction | None
    running_days: int
    expected: Fraction | None
    step: Step


@dataclass(frozen=True, slots=True)
class TotalState:
    """Where a yearly total stands on a day.

    `emitted` takes substitution, `raw` does not [kg]; `unknown_hours` are hours nothing stands in for; they
    are in neither.
    """

    total: YearlyTotal
    on: date
    raw: Fraction
    emitted: Fraction
    unknown_hours: int
    days: int
    share: Decimal | None
    forecast: Forecast
    step: Step

    @property
    def emitted_tonnes(self) -> Decimal:
        """With substitution, as shown [t], three decimals."""
        return half_even(self.emitted / KG_PER_TONNE, 3)

    @property
    def raw_tonnes(self) -> Decimal:
        """Without substitution, as shown [t], three decimals."""
        return half_even(self.raw / KG_PER_TONNE, 3)

    @property
    def left_tonnes(self) -> Decimal:
        """What is left [t], three decimals; below 0 once it is exceeded."""
        return half_even(Fraction(self.total.tonnes) - self.emitted / KG_PER_TONNE, 3)

    @property
    def exceeded(self) -> bool:
        """Whether more was emitted than the total permits."""
        return self.emitted > Fraction(self.total.tonnes) * KG_PER_TONNE


def total_state(
    days: Iterable[DayMass], total: YearlyTotal, on: date, rules: Rules | None = None
) -> TotalState:
    """The sum of the days of the total up to `on` (included), and the forecast.

    Parameters
    ----------
    days
        of the factor, any order; those outside the total's days count for the trend only
    """
    day = (rules or Rules()).on(on)
    given = sorted((one for one in days if one.date <= on), key=lambda one: one.date)
    mine = [one for one in given if total.valid_from <= one.date <= total.valid_to]
    emitted = sum((one.substituted for one in mine), Fraction(0))
    raw = sum((one.raw for one in mine), Fraction(0))
    permitted = Fraction(total.tonnes) * KG_PER_TONNE
    exact = 100 * emitted / permitted if permitted else None
    share = None if exact is None else half_even(exact, day.decimals("rate"))
    forecast = _forecast(given, total, emitted, on, day)
    step = Step(
        "total", f"{total.factor} {total.valid_from} – {on}",
        f"{text(emitted)} kg / {total.tonnes} t, {len(mine)} days, raw {text(raw)} kg",
        None if share is None else str(share), "%", rules=(day.rule("validity.substitution.table"),),
        used=len(mine), children=(forecast.step,), data={"emitted": str(emitted), "raw": str(raw)},
    )  # fmt: skip
    unknown = sum(one.unknown for one in mine)
    return TotalState(total, on, raw, emitted, unknown, len(mine), share, forecast, step)


def _forecast(
    days: Sequence[DayMass], total: YearlyTotal, emitted: Fraction, on: date, rules: DayRules
) -> Forecast:
    window, least = (int(rules.table("alarms.forecast")[key]) for key in ("days", "least"))
    table = rules.table("judgement.forecast")
    cited = (rules.rule("alarms.forecast"), rules.rule("judgement.forecast"))
    left = Fraction(total.tonnes) * KG_PER_TONNE - emitted
    running = [one for one in days if one.running and one.substituted > 0][-window:]
    if left <= 0:
        return _plain(USED_UP, len(running), cited, day=on, expected=emitted)
    if len(running) < least:
        return _plain(UNKNOWN, len(running), cited)
    values = [one.substituted for one in running]
    ordinals = [Fraction(position) for position in range(len(values))]
    slope = theil_sen(ordinals, values)
    level = median([value - slope * at for at, value in zip(ordinals, values, strict=True)])
    low, high = (percentile(values, amount(table[name]) / 100) for name in ("low", "high"))
    per_day = min(max(level + slope * ordinals[-1], low), high)
    spread = (on - running[0].date).days + 1
    share = min(Fraction(1), Fraction(len(running), spread))
    idle = (on - running[-1].date).days >= int(table["idle_days"])
    horizon = int(table["horizon_days"])
    if idle:
        share = Fraction(1)  # should it start again tomorrow and run every day
    day, earliest, latest = (_runs_out(on, left, rate * share, horizon) for rate in (per_day, high, low))
    ahead = max(0, (total.valid_to - on).days)
    expected = emitted + (0 if idle else per_day * share * ahead)
    state = IDLE if idle else RUNS_OUT if day is not None and day <= total.valid_to else ENOUGH
    step = Step(
        "forecast", f"{total.factor} {on}",
        f"{text(left)} kg / ({text(per_day)} kg × {text(share)}), {len(values)} running days",
        None if day is None else day.isoformat(), rules=cited, used=len(values),
        data={"per_day": str(per_day), "low": str(low), "high": str(high), "trend": str(slope),
              "state": state},
    )  # fmt: skip
    return Forecast(state, day, earliest, latest, per_day, slope, share, len(values), expected, step)


def _plain(
    state: str, running: int, cited: tuple[Rule, ...], *, day: date | None = None,
    expected: Fraction | None = None,
) -> Forecast:  # fmt: skip
    step = Step("forecast", state, f"{running} running days", None, rules=cited, used=running)
    return Forecast(state, day, day, day, None, None, None, running, expected, step)


def _runs_out(on: date, left: Fraction, rate: Fraction, horizon: int) -> date | None:
    """The day the rest is used up at so much a day; None beyond the horizon."""
    if rate <= 0 or left > rate * horizon:
        return None
    return on + timedelta(days=ceil(left / rate))


def theil_sen(at: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction:
    """The median of the slopes between all pairs; 0 for a single value."""
    slopes = [
        (values[j] - values[i]) / (at[j] - at[i])
        for i in range(len(at))
        for j in range(i + 1, len(at))
        if at[j] != at[i]
    ]
    return median(slopes) if slopes else Fraction(0)


def median(values: Sequence[Fraction]) -> Fraction:
    """The middle value; the mean of the two middle ones of an even number."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def percentile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value below which `share` of the values lie, between neighbours by proportion."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    if below + 1 >= len(ordered):
        return ordered[-1]
    return ordered[below] + (place - below) * (ordered[below + 1] - ordered[below])
