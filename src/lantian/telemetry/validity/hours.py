"""From minutes and the logger's own hours to hours that count or say why they do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pyarrow as pa

from lantian.errors import LantianError
from lantian.telemetry.validity.caps import capped
from lantian.telemetry.validity.corrections import Correction, refused
from lantian.telemetry.validity.coverage import cover
from lantian.telemetry.validity.level import level
from lantian.telemetry.validity.marks import Mark, standing
from lantian.telemetry.validity.oxygen import Converter, Reference, reference_on
from lantian.telemetry.validity.readings import HOURLY, MINUTE, SECOND, Readings
from lantian.telemetry.validity.records import (
    BY_DEVICE,
    BY_HAND,
    BY_MINUTES,
    BY_PERSON,
    BY_US,
    VALID,
    HourValue,
)
from lantian.telemetry.validity.rules import HOUR, DayRules, Rules, local_day, midnight
from lantian.telemetry.validity.sent_conversion import by_method
from lantian.telemetry.validity.span import Span

Moment = date | datetime | None
Outage = tuple[datetime, datetime]


def hours(
    table: pa.Table | Readings,
    mn: str,
    factor: str,
    rules: Rules | None = None,
    *,
    since: Moment = None,
    until: Moment = None,
    marks: Iterable[Mark] = (),
    corrections: Iterable[Correction] = (),
    reference_o2: Reference = None,
    outages: Sequence[Outage] = (),
    interval: int | None = None,
    as_of: datetime | None = None,
    oxygen: Sequence[HourValue] | None = None,
) -> list[HourValue]:
    """Every hour of one factor of one device, valid or not, each with its reason.

    Parameters
    ----------
    table
        rows of `values.VALUES` (canonical codes), any order, any devices; or `Readings` made of them once,
        when several factors are asked for
    mn, factor
        the device and the canonical code, such as a21026
    rules
        the dated rules; the packaged ones by default
    since, until
        hours that begin in [since, until): local dates (`until` not included) or aware instants on the hour;
        by default the whole local days the device's rows touch
    marks
        marks of people (checked here, see `check_marks`; those of the whole year where a yearly cap is to
        hold), of the condition signal (`electronic_marks`) and out of control (`out_of_control`)
    corrections
        values given by hand; those outside their window are not used and remarked
    reference_o2
        reference oxygen of the outlet [%]; None: the standard has none, nothing is converted
    outages
        spans in which this platform itself lost what was sent
    interval
        minutes between minute values; by default as the stamps of each local day show
    as_of
        the instant the question is put: before the day papers are due, what lacks them still counts; None:
        after all deadlines
    oxygen
        the hours of oxygen, where the caller has them already

    Returns
    -------
    one `HourValue` an hour, in order of time; hours in which nothing came are there as well

    Notes
    -----
    An hour is made from its minutes when at least 45 minutes of them came; else the logger's own hour is
    taken. Rules: HJ 212-2017 D.2.2 (45 minutes), C.16 to C.18 (75 % normal), `telemetry.validity.hour.*`.
    """
    rules = rules or Rules()
    readings = table if isinstance(table, Readings) else Readings.of(table, mn)
    first, last = _bounds(readings, since, until)
    given = standing(marks, rules)
    corrections = tuple(corrections)
    fixes = [one for one in corrections if one.factor == factor]
    found: list[HourValue] = []
    for start, end in _spans(first, last, rules):
        day = rules.on(local_day(start))
        within, beyond = capped(given, day)
        count = round((end - start) / HOUR)
        span = Span(readings, start, count, day, tuple(outages), interval)
        coverage = cover(within, factor, span, as_of, beyond)
        part = level(span, factor, coverage)
        part = _corrected(part, fixes, day, as_of)
        if day.converts(factor):
            air = _oxygen(span, oxygen, within, corrections, as_of)
            part = _converted(part, air, reference_o2, span)
        else:
            for hour in part:
                _fill(hour, converted_exact=hour.exact, bound_converted=hour.bound)
        found += part
    return found


def station_hours(
    table: pa.Table | Readings, mn: str, factors: Iterable[str], rules: Rules | None = None, **options: Any
) -> dict[str, list[HourValue]]:
    """`hours` of several factors of one device; oxygen is made once. Options are those of `hours`."""
    rules = rules or Rules()
    readings = table if isinstance(table, Readings) else Readings.of(table, mn)
    first, _ = _bounds(readings, options.get("since"), options.get("until"))
    name = rules.on(local_day(first)).rule("validity.oxygen.factor").text
    options.pop("oxygen", None)
    for several in ("marks", "corrections"):
        options[several] = tuple(options.get(several) or ())
    oxygen = hours(readings, mn, name, rules, **options)
    return {
        factor: oxygen if factor == name else hours(readings, mn, factor, rules, oxygen=oxygen, **options)
        for factor in factors
    }


def _bounds(readings: Readings, since: Moment, until: Moment) -> tuple[datetime, datetime]:
    span = readings.span()
    if (since is None or until is None) and span is None:
        if since is None and until is None:
            return _moment(date(2000, 1, 1)), _moment(date(2000, 1, 1))
        raise LantianError(
            f"{readings.mn} sent nothing, so its hours have no bounds", remedy="Give since and until."
        )
    ends = span or (0, 0)
    first = since or local_day(datetime.fromtimestamp(ends[0] // SECOND, UTC))
    last = until or local_day(datetime.fromtimestamp(ends[1] // SECOND, UTC)) + timedelta(days=1)
    return _moment(first), _moment(last)


def _moment(given: date | datetime) -> datetime:
    moment = given if isinstance(given, datetime) else midnight(given)
    if moment.tzinfo is None:
        raise LantianError(f"{moment} has no time zone", remedy="Give an aware instant or a local date.")
    if moment.minute or moment.second or moment.microsecond:
        raise LantianError(f"{moment} is not on the hour", remedy="Give the start of an hour.")
    return moment.astimezone(UTC)


def _spans(first: datetime, last: datetime, rules: Rules) -> list[tuple[datetime, datetime]]:
    """[first, last) cut at the local midnights on which a rule changes."""
    if first >= last:
        return []
    days = rules.spans(local_day(first), local_day(last - HOUR))
    return [
        (max(first, midnight(a).astimezone(UTC)), min(last, midnight(b + timedelta(days=1)).astimezone(UTC)))
        for a, b in days
    ]


def _corrected(
    found: list[HourValue], corrections: Sequence[Correction], rules: DayRules, as_of: datetime | None
) -> list[HourValue]:
    if not corrections or not found:
        return found
    at = {hour.time: position for position, hour in enumerate(found)}
    for one in sorted(corrections, key=lambda given: (given.entered_at, given.key)):
        position = at.get(one.time.astimezone(UTC))
        if position is None:
            continue
        hour, why = found[position], refused(one, rules, as_of)
        if why is not None:
            found[position] = replace(hour, remarks=_with(hour.remarks, why))
            continue
        found[position] = replace(
            hour, state=VALID, why=None, method=BY_HAND, exact=Fraction(one.value), correction=one,
            mark=hour.mark or "S", remarks=_with(hour.remarks, "corrected"),
            converted_exact=None if one.converted is None else Fraction(one.converted),
            converted_by=None if one.converted is None else BY_PERSON,
        )  # fmt: skip
    return found


def _oxygen(
    span: Span,
    given: Sequence[HourValue] | None,
    marks: Sequence[Mark],
    corrections: Iterable[Correction],
    as_of: datetime | None,
) -> Mapping[datetime, HourValue]:
    if given is None:
        name = span.rules.rule("validity.oxygen.factor").text
        coverage = cover(marks, name, span, as_of)
        fixes = [one for one in corrections if one.factor == name]
        given = _corrected(level(span, name, coverage), fixes, span.rules, as_of)
    return {hour.time: hour for hour in given}


def _converted(
    found: list[HourValue], oxygen: Mapping[datetime, HourValue], reference: Reference, span: Span
) -> list[HourValue]:
    bases = {day: reference_on(reference, day) for day in {local_day(hour.time) for hour in found}}
    odd = {base: by_method(span, found[0].factor, base) for base in set(bases.values())} if found else {}
    converters = {base: Converter.of(base, span.rules) for base in odd}
    for number, hour in enumerate(found):
        air = oxygen.get(hour.time)
        percent = None if air is None else air.exact
        if hour.bound is not None:
            made = converters[bases[local_day(hour.time)]].exact(hour.bound, percent)
            _fill(hour, bound_converted=hour.bound if made is None else made)
        if hour.exact is None or hour.converted_by == BY_PERSON:
            continue
        base = bases[local_day(hour.time)]
        own = converters[base]
        remark, remarks = own.remark(percent), hour.remarks
        sent = None if hour.method == BY_HAND or base is None else hour.sent_converted
        if sent is not None and remark != "oxygen_high":
            exact: Fraction | None = sent
            by: str | None = BY_DEVICE
            if odd[base][MINUTE if hour.method == BY_MINUTES else HOURLY][number]:
                remarks = _with(remarks, "conversion_differs")
        else:
            if hour.method == BY_MINUTES and odd[base][HOURLY][number]:
                remarks = _with(remarks, "conversion_differs")
            exact = own.exact(hour.exact, percent)
            by = None if exact is None else BY_US
            remarks = remarks if remark is None else _with(remarks, remark)
        _fill(hour, converted_exact=exact, converted_by=by, oxygen=percent, remarks=remarks)
    return found


def _fill(hour: HourValue, **values: object) -> None:
    """Complete an hour that was made here and handed to nobody yet; `replace` takes most of the time else."""
    for name, value in values.items():
        object.__setattr__(hour, name, value)


def _with(codes: tuple[str, ...], code: str) -> tuple[str, ...]:
    return codes if code in codes else (*codes, code)
