"""Mass of each hour: concentration × flow, and what stands in where an hour does not count."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.telemetry.validity.exact import rounded, text
from lantian.telemetry.validity.rates import capture, quarter_of
from lantian.telemetry.validity.records import STOPPED, HourValue
from lantian.telemetry.validity.rules import DayRules, Rules, amount, local_day
from lantian.telemetry.validity.steps import Step

MEASURED, NOTHING, FLOW_MEAN, NONE = "measured", "stopped", "flow_mean", "none"
_KG_PER_MG = Fraction(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class HourMass:
    """Mass of one factor in one hour [kg], raw, substituted and method kept apart.

    Attributes
    ----------
    raw
        measured (unconverted) concentration × flow × 10⁻⁶; None unless both count
    substituted
        what the sum takes: raw, zero when stopped, or what stands in; None where nothing can
    method
        measured, stopped, flow_mean, max_180, max_720, max_2160 or none
    sent
        the amount the device sent (Cou); `remarks` may say `amount_differs`
    looked_back
        valid hours the largest was taken of; fewer than the method names where there were no more
    """

    time: datetime
    factor: str
    raw: Fraction | None
    substituted: Fraction | None
    method: str
    sent: Fraction | None
    gap_hours: int = 0
    looked_back: int = 0
    remarks: tuple[str, ...] = ()
    decimals: int = 3

    @property
    def raw_kg(self) -> Decimal | None:
        """The raw mass as shown."""
        return rounded(self.raw, self.decimals)

    @property
    def substituted_kg(self) -> Decimal | None:
        """The mass the sum takes, as shown."""
        return rounded(self.substituted, self.decimals)


@dataclass(frozen=True, slots=True)
class DayMass:
    """Mass of one local day [kg]: raw and with substitution, hours by method.

    `running`: at least one hour was not stopped. `unknown`: hours nothing stands in for.
    """

    date: date
    factor: str
    raw: Fraction
    substituted: Fraction
    methods: Mapping[str, int]
    sent: Fraction | None = None
    decimals: int = 3

    @property
    def running(self) -> bool:
        """Whether the outlet ran at all."""
        return any(number for method, number in self.methods.items() if method != NOTHING)

    @property
    def unknown(self) -> int:
        """Hours nothing stands in for."""
        return self.methods.get(NONE, 0)

    @property
    def kg(self) -> Decimal | None:
        """The day's mass as shown."""
        return rounded(self.substituted, self.decimals)


def masses(
    found: Sequence[HourValue],
    flow: Sequence[HourValue],
    rules: Rules | None = None,
    *,
    calibrations: Iterable[datetime] = (),
    captures: Mapping[date, Fraction | None] | None = None,
    flow_per_hour: int | None = None,
) -> list[HourMass]:
    """The mass of each hour of a concentration.

    Parameters
    ----------
    found, flow
        hours of the concentration [mg/m³, dry, standard state] and of the flow [m³/s, the same state], with
        as much history before as substitution shall look back on
    calibrations
        good calibrations; without one before a gap the time before the gap itself is looked at
    captures
        capture rate by first day of quarter, 0 to 1; by default of the hours given
    flow_per_hour
        what makes the flow m³/h: 3600 for m³/s (the rule's), 1 where the device sends m³/h

    Notes
    -----
    HJ 212-2017 D.2: mass is measured, unconverted concentration × dry standard flow. Declared stops emit
    nothing. An hour whose concentration counts and whose flow does not takes the mean of the last valid hours
    of flow. All other hours take the largest of the valid hours before, by capture rate and length of the gap
    (`telemetry.validity.substitution`); above the range, never less than the bound.
    """
    rules = rules or Rules()
    made = _Masses(rules, found, flow, sorted(calibrations), captures, flow_per_hour)
    return made.all()


@dataclass
class _Masses:
    rules: Rules
    found: Sequence[HourValue]
    flow: Sequence[HourValue]
    calibrations: Sequence[datetime]
    captures: Mapping[date, Fraction | None] | None
    flow_per_hour: int | None
    _rates: dict[date, Fraction | None] = field(default_factory=dict)

    def all(self) -> list[HourMass]:
        streams = {hour.time: hour for hour in self.flow}
        raws: list[Fraction | None] = []
        flows: list[Fraction | None] = []
        running = list[tuple[datetime, Fraction]]()
        known = [(hour.time, hour.exact) for hour in self.flow if hour.exact is not None]
        for hour in self.found:
            stream = streams.get(hour.time)
            per_hour = self._per_hour(self.rules.on(local_day(hour.time)))
            flows.append(None if stream is None or stream.exact is None else stream.exact * per_hour)
            raws.append(_times(hour.exact, flows[-1]))
            if raws[-1] is not None and hour.state != STOPPED:
                running.append((hour.time, raws[-1]))
        gaps = self._gaps(raws)
        answer = []
        for position, hour in enumerate(self.found):
            day = self.rules.on(local_day(hour.time))
            raw, stream_now = raws[position], flows[position]
            if hour.state == STOPPED and hour.declared:
                answer.append(self._one(hour, None, Fraction(0), NOTHING, day))
            elif raw is not None:
                answer.append(self._one(hour, raw, raw, MEASURED, day))
            else:
                mean = self._mean_flow(hour.time, known, day) if hour.exact is not None else None
                if mean is not None:
                    answer.append(self._one(hour, None, _times(hour.exact, mean), FLOW_MEAN, day))
                else:
                    answer.append(self._by_table(hour, gaps[position], running, stream_now, day))
        return answer

    def _per_hour(self, day: DayRules) -> int:
        return self.flow_per_hour or day.rule("validity.flow.seconds").integer

    def _gaps(self, raws: Sequence[Fraction | None]) -> list[tuple[int, int]]:
        """For each hour first and length of the run of hours without a mass it lies in."""
        answer = [(0, 0)] * len(raws)
        first = 0
        for position in range(len(raws) + 1):
            inside = position < len(raws) and raws[position] is None and not self._stopped(position)
            if not inside:
                for at in range(first, position):
                    answer[at] = (first, position - first)
                first = position + 1
        return answer

    def _stopped(self, position: int) -> bool:
        hour = self.found[position]
        return hour.state == STOPPED and hour.declared

    def _mean_flow(
        self, time: datetime, known: Sequence[tuple[datetime, Fraction]], day: DayRules
    ) -> Fraction | None:
        hours = day.rule("validity.substitution.flow_hours").integer
        end = bisect_left(known, time, key=lambda row: row[0])
        some = [value for _, value in known[max(0, end - hours) : end]]
        return sum(some, Fraction(0)) / len(some) * self._per_hour(day) if some else None

    def _rate(self, time: datetime) -> Fraction | None:
        first, last = quarter_of(local_day(time))
        if self.captures is not None and first in self.captures:
            return self.captures[first]
        if first not in self._rates:
            mine = [hour for hour in self.found if first <= local_day(hour.time) <= last]
            self._rates[first] = capture(mine, self.rules, on=first).exact
        return self._rates[first]

    def _by_table(
        self, hour: HourValue, gap: tuple[int, int], running: Sequence[tuple[datetime, Fraction]],
        stream: Fraction | None, day: DayRules,
    ) -> HourMass:  # fmt: skip
        first, length = gap
        rate = self._rate(hour.time)
        row = substitution_row(rate, length, day)
        bound = _times(hour.bound, stream)
        if row is None:
            return self._one(hour, None, bound, NONE if bound is None else "bound", day, gap=length)
        end = start = self.found[first].time
        if row["before"] == "calibration":
            before = [time for time in self.calibrations if time <= start]
            end = before[-1] if before else start
        at = bisect_left(running, end, key=lambda one: one[0])
        values = [value for _, value in running[max(0, at - int(row["valid_hours"])) : at]]
        candidates = [*values, *([] if bound is None else [bound])]
        if not candidates:
            return self._one(hour, None, None, NONE, day, gap=length)
        return self._one(hour, None, max(candidates), str(row["code"]), day, gap=length, looked=len(values))

    def _one(
        self, hour: HourValue, raw: Fraction | None, mass: Fraction | None, method: str, day: DayRules,
        *, gap: int = 0, looked: int = 0,
    ) -> HourMass:  # fmt: skip
        remarks: tuple[str, ...] = ()
        if raw is not None and hour.amount is not None:
            table = day.table("judgement.mass_difference")
            off = abs(raw - hour.amount)
            if off > amount(table["absolute"]) and off * 100 > raw * amount(table["relative"]):
                remarks = ("amount_differs",)
        return HourMass(
            hour.time, hour.factor, raw, mass, method, hour.amount, gap, looked, remarks,
            day.decimals("mass"),
        )  # fmt: skip


def substitution_row(rate: Fraction | None, length: int, rules: DayRules) -> Mapping[str, Any] | None:
    """The row of the substitution table for a capture rate (0 to 1) and a gap of `length` hours."""
    if rate is None:
        return None
    for row in rules.rule("validity.substitution.table").rows:
        longest = row["longest"]
        if amount(row["from"]) <= 100 * rate < amount(row["below"]) and (
            longest is None or length <= longest
        ):
            return row
    return None


def _times(concentration: Fraction | None, flow: Fraction | None) -> Fraction | None:
    if concentration is None or flow is None:
        return None
    return concentration * flow * _KG_PER_MG


def day_masses(found: Iterable[HourMass]) -> list[DayMass]:
    """The local days of the masses of one factor."""
    grouped: dict[date, list[HourMass]] = defaultdict(list)
    for hour in found:
        grouped[local_day(hour.time)].append(hour)
    return [_day(day, grouped[day]) for day in sorted(grouped)]


def _day(day: date, found: Sequence[HourMass]) -> DayMass:
    sent = [hour.sent for hour in found if hour.sent is not None]
    return DayMass(
        day, found[0].factor,
        sum((hour.raw for hour in found if hour.raw is not None), Fraction(0)),
        sum((hour.substituted for hour in found if hour.substituted is not None), Fraction(0)),
        dict(Counter(hour.method for hour in found)),
        sum(sent, Fraction(0)) if sent else None, found[0].decimals,
    )  # fmt: skip


def explain_mass(
    one: HourMass, hour: HourValue, stream: HourValue | None, rules: Rules | None = None
) -> Step:
    """How the mass of an hour came about."""
    day = (rules or Rules()).on(local_day(one.time))
    shown = one.substituted_kg
    if one.method == MEASURED and hour.exact is not None and stream is not None and stream.exact is not None:
        formula = (
            f"{text(hour.exact)} × {text(stream.exact)} × {day.rule('validity.flow.seconds').integer} × 10⁻⁶"
        )
        cited = (day.rule("validity.flow.seconds"),)
    else:
        formula = f"{one.method}: gap {one.gap_hours} h, largest of {one.looked_back} valid hours"
        cited = (day.rule("validity.substitution.table"),)
    code = "mass" if one.method == MEASURED else "substitution"
    return Step(
        code, f"{one.factor} {one.time.isoformat()}", formula, None if shown is None else str(shown), "kg",
        "" if one.substituted is None or shown is None else f"{text(one.substituted)} to {shown}", cited,
        used=one.looked_back, data={"method": one.method, "raw": str(one.raw)},
    )  # fmt: skip
