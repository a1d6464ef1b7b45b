"""The month of one device: everything the monthly validity report needs, factor by factor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pyarrow as pa

from lantian.telemetry.judgement.exceedance import Judgement, Share, judge, share_within
from lantian.telemetry.judgement.limits import Limit
from lantian.telemetry.judgement.totals import TotalState, YearlyTotal, total_state
from lantian.telemetry.validity.corrections import Correction, refused
from lantian.telemetry.validity.days import days, month
from lantian.telemetry.validity.exact import half_even, rounded
from lantian.telemetry.validity.hours import Outage, station_hours
from lantian.telemetry.validity.marks import Mark, MarkVerdict, check_marks
from lantian.telemetry.validity.mass import DayMass, HourMass, day_masses, masses
from lantian.telemetry.validity.oxygen import Reference
from lantian.telemetry.validity.rates import Rate, Rates, capture, quarter_of, rates_of
from lantian.telemetry.validity.readings import SECOND, Readings
from lantian.telemetry.validity.records import DayValue, HourValue, MonthValue
from lantian.telemetry.validity.rules import CHINA, HOUR, Rules, local_day, midnight


@dataclass(frozen=True, slots=True)
class CorrectionTold:
    """A correction in the report: what was there, what was given, by whom, and whether it counts."""

    correction: Correction
    before: Decimal | None
    refused: str | None


@dataclass(frozen=True)
class FactorMonth:
    """One factor in the month.

    Attributes
    ----------
    rates
        of the month: transmission, validity, effective; `rates.counts` the hours due, received, valid,
        stopped, invalid by reason
    capture
        of the quarter from `capture_from` to the end of the month (or `as_of`)
    mass, sent_mass
        kg: raw, substituted; sum of the amounts sent (Cou), None where none came; None without flow
    substituted
        hours by method of what stands in
    hour_judgement, day_judgement
        against the limits given
    share
        share of hours within the ultra-low limit
    remarks
        hours by code of what was odd
    """

    factor: str
    rates: Rates
    capture: Rate
    capture_from: date
    hours: tuple[HourValue, ...]
    days: tuple[DayValue, ...]
    month: MonthValue | None
    masses: tuple[HourMass, ...]
    day_masses: tuple[DayMass, ...]
    raw_mass: Fraction | None
    substituted_mass: Fraction | None
    sent_mass: Fraction | None
    substituted: Mapping[str, int]
    hour_judgement: Judgement
    day_judgement: Judgement
    share: Share
    total: TotalState | None
    corrections: tuple[CorrectionTold, ...]
    remarks: Mapping[str, int]

    @property
    def raw_kg(self) -> Decimal | None:
        """Raw mass of the month as shown [kg]."""
        return rounded(self.raw_mass, 3)

    @property
    def substituted_kg(self) -> Decimal | None:
        """Mass of the month with substitution as shown [kg]."""
        return rounded(self.substituted_mass, 3)

    @property
    def exceeded_hours(self) -> int:
        """Hours above at least one limit."""
        return self.hour_judgement.times

    @property
    def exceeded_days(self) -> int:
        """Days above at least one limit."""
        return self.day_judgement.times


@dataclass(frozen=True)
class MonthReport:
    """The month of one device: `factors` by code, the device's rates over all of them, marks as checked."""

    mn: str
    outlet: str
    first: date
    last: date
    complete: bool
    factors: Mapping[str, FactorMonth]
    marks: tuple[MarkVerdict, ...]
    effective: Decimal | None
    as_of: datetime | None

    @property
    def effective_exact(self) -> Fraction | None:
        """The transmission effective rate of the device, 0 to 1 (see `device_rate`)."""
        return device_rate(self.factors.values())


def device_rate(factors: Iterable[FactorMonth]) -> Fraction | None:
    """The transmission effective rate over several factors: the hours of all factors counted together."""
    due = received = valid = 0
    for one in factors:
        counts = one.rates.counts
        due += counts.due - counts.stopped
        received += counts.received
        valid += counts.valid
    if due <= 0:
        return None
    return Fraction(received, due) * (Fraction(valid, received) if received else 0)


def month_report(
    table: pa.Table | Readings,
    mn: str,
    factors: Iterable[str],
    first: date,
    rules: Rules | None = None,
    *,
    outlet: str = "",
    limits: Sequence[Limit] = (),
    totals: Sequence[YearlyTotal] = (),
    marks: Iterable[Mark] = (),
    corrections: Iterable[Correction] = (),
    calibrations: Iterable[datetime] = (),
    reference_o2: Reference = None,
    outages: Sequence[Outage] = (),
    since: date | None = None,
    earlier: Mapping[str, Sequence[DayMass]] | None = None,
    interval: int | None = None,
    flow_per_hour: int | None = None,
    as_of: datetime | None = None,
) -> MonthReport:
    """The month of one device.

    Parameters
    ----------
    table
        rows of `values.VALUES`: the month and, for substitution and the capture rate, as much before it as
        is kept (90 days of valid hours are looked back on at most)
    first
        any day of the month
    since
        the first day on which hours were due, in the month or before it; by default the first of the table,
        and never later than the first of the month
    earlier
        per factor the days of the year before those of the table, for the yearly total
    as_of
        now, for a month that is not over: later hours are not due, papers not yet due do not count against
        anybody; None: the month is over and so are all deadlines
    others
        as for `hours`, `judge`, `masses` and `total_state`
    """
    rules = rules or Rules()
    readings = table if isinstance(table, Readings) else Readings.of(table, mn)
    start = first.replace(day=1)
    following = (start + timedelta(days=31)).replace(day=1)
    end = midnight(following).astimezone(UTC)
    now = end if as_of is None else min(end, as_of.astimezone(UTC).replace(minute=0, second=0, microsecond=0))
    span = readings.span()
    known = local_day(datetime.fromtimestamp(span[0] // SECOND, UTC)) if span else start
    begins = since or min(known, start)
    marks, corrections = tuple(marks), tuple(corrections)
    flow_name = rules.on(start).rule("validity.flow.factor").text
    wanted = list(dict.fromkeys(factors))
    beside = [flow_name] if flow_name not in wanted else []
    every = station_hours(
        readings, mn, [*wanted, *beside], rules, since=begins, until=max(now, midnight(begins)), marks=marks,
        corrections=corrections, reference_o2=reference_o2, outages=outages, interval=interval, as_of=as_of,
    )  # fmt: skip
    making = _Making(
        rules, outlet, start, following, begins, limits, totals, corrections, tuple(calibrations),
        flow_per_hour, earlier or {}, as_of,
    )  # fmt: skip
    found = {factor: making.factor(factor, every[factor], every[flow_name]) for factor in wanted}
    rate = device_rate(found.values())
    shown = None if rate is None else half_even(100 * rate, rules.on(start).decimals("rate"))
    inside = [mark for mark in marks if mark.start < end and mark.end > midnight(start)]
    return MonthReport(
        mn, outlet, start, following - timedelta(days=1), now >= end, found,
        tuple(check_marks(inside, rules)), shown, as_of,
    )  # fmt: skip


@dataclass(frozen=True)
class _Making:
    rules: Rules
    outlet: str
    start: date
    following: date
    begins: date
    limits: Sequence[Limit]
    totals: Sequence[YearlyTotal]
    corrections: Sequence[Correction]
    calibrations: Sequence[datetime]
    flow_per_hour: int | None
    earlier: Mapping[str, Sequence[DayMass]]
    as_of: datetime | None

    def factor(self, factor: str, found: Sequence[HourValue], flow: Sequence[HourValue]) -> FactorMonth:
        rules, start = self.rules, self.start
        mine = [hour for hour in found if start <= local_day(hour.time) < self.following]
        quarter = max(quarter_of(start)[0], self.begins)
        of_quarter = [hour for hour in found if local_day(hour.time) >= quarter]
        concentration = rules.on(start).converts(factor)
        weighed = self._masses(found, flow) if concentration else []
        month_masses = tuple(one for one in weighed if local_day(one.time) >= start)
        by_day = day_masses(weighed)
        own_days = days(mine, rules)
        judged = judge(mine, self.limits, rules, outlet=self.outlet)
        sent = [one.sent for one in month_masses if one.sent is not None]
        raw = [one.raw for one in month_masses if one.raw is not None]
        put = [one.substituted for one in month_masses if one.substituted is not None]
        return FactorMonth(
            factor, rates_of(mine, rules, on=start), capture(of_quarter, rules, on=start), quarter,
            tuple(mine), tuple(own_days), month(own_days, rules), month_masses,
            tuple(one for one in by_day if one.date >= start),
            sum(raw, Fraction(0)) if weighed else None, sum(put, Fraction(0)) if weighed else None,
            sum(sent, Fraction(0)) if sent else None,
            dict(Counter(one.method for one in month_masses if one.method != "measured")),
            judged, judge(own_days, self.limits, rules, outlet=self.outlet),
            share_within(judged, rules, on=start), self._total(factor, by_day),
            self._corrections(factor, mine),
            dict(Counter(code for hour in mine for code in hour.remarks).most_common()),
        )  # fmt: skip

    def _masses(self, found: Sequence[HourValue], flow: Sequence[HourValue]) -> list[HourMass]:
        if not any(hour.exact is not None for hour in flow):
            return []
        return masses(
            found, flow, self.rules, calibrations=self.calibrations, flow_per_hour=self.flow_per_hour
        )

    def _total(self, factor: str, by_day: Sequence[DayMass]) -> TotalState | None:
        last = self.following - timedelta(days=1)
        on = last if self.as_of is None else min(last, local_day(self.as_of - HOUR))
        known = {one.date for one in by_day}
        everything = [one for one in self.earlier.get(factor, ()) if one.date not in known] + list(by_day)
        for total in self.totals:
            if total.factor == factor and total.valid_from <= on <= total.valid_to:
                return total_state(everything, total, on, self.rules)
        return None

    def _corrections(self, factor: str, found: Sequence[HourValue]) -> tuple[CorrectionTold, ...]:
        at = {hour.time: hour for hour in found}
        told = []
        for one in sorted(self.corrections, key=lambda given: (given.time, given.entered_at)):
            hour = at.get(one.time.astimezone(CHINA).astimezone(UTC))
            if one.factor != factor or hour is None:
                continue
            why = refused(one, self.rules.on(local_day(one.time)), self.as_of)
            told.append(CorrectionTold(one, hour.raw, why))
        return tuple(told)
