"""Why an hour is what it is: its minutes one by one, those refused with their reason, rules, conversion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pyarrow as pa

from lantian.telemetry.validity.caps import capped
from lantian.telemetry.validity.coverage import cover
from lantian.telemetry.validity.exact import of_millionths, text
from lantian.telemetry.validity.hours import hours
from lantian.telemetry.validity.level import interval_of, minute_classes
from lantian.telemetry.validity.marks import standing
from lantian.telemetry.validity.oxygen import convert, reference_on
from lantian.telemetry.validity.readings import MEASURED, MINUTE, SECOND, Readings
from lantian.telemetry.validity.records import BY_HAND, BY_LOGGER, BY_MINUTES, HourValue
from lantian.telemetry.validity.rules import CHINA, HOUR, Rules, local_day
from lantian.telemetry.validity.span import Span
from lantian.telemetry.validity.steps import Refused, Step, rounding

HOUR_RULES = ("validity.hour.min_minutes", "validity.hour.normal_share", "marks.letters")


def explain_hour(
    table: pa.Table | Readings, mn: str, factor: str, time: datetime, rules: Rules | None = None,
    **options: Any,
) -> Step:  # fmt: skip
    """The steps behind one hour of one factor.

    Parameters
    ----------
    table, mn, factor, rules, options
        as for `hours`
    time
        start of the hour, aware

    Returns
    -------
    the step of the converted value (of the measured one where nothing is converted), with the steps below
    it down to the minutes; its digits are those of `hours`, from which it is taken
    """
    rules = rules or Rules()
    readings = table if isinstance(table, Readings) else Readings.of(table, mn)
    start = time.astimezone(UTC)
    options = {**options, "since": start, "until": start + HOUR}
    [hour] = hours(readings, mn, factor, rules, **options)
    day = rules.on(local_day(start))
    measured = _measured(readings, hour, rules, options)
    if not day.converts(factor) or hour.exact is None:
        return measured
    base = reference_on(options.get("reference_o2"), local_day(start))
    own = convert(hour.exact, hour.oxygen, base, day)
    formula = own.formula
    if own.formula and hour.oxygen is not None and base is not None:
        air = day.number("validity.oxygen.air")
        formula = f"{text(hour.exact)} × ({air} − {text(base)}) / ({air} − {text(hour.oxygen)})"
        formula += f" = {text(own.exact)}" if own.exact is not None else ""
    if hour.converted_by == "device" and hour.converted_exact is not None:
        formula = f"{text(hour.converted_exact)}: sent by the device" + (f"; {formula}" if formula else "")
    children = [measured]
    if base is not None:
        name = day.rule("validity.oxygen.factor").text
        given = {hour.time: hour for hour in options.get("oxygen") or ()}
        found = given.get(start) or hours(readings, mn, name, rules, **options)[0]
        children.append(_measured(readings, found, rules, options, code="oxygen"))
    cited = tuple(day.rule(f"validity.oxygen.{name}") for name in ("air", "guard"))
    shown = hour.converted
    return Step(
        "conversion", _subject(hour), formula or "no reference oxygen: the measured value",
        None if shown is None else str(shown), "mg/m³",
        "" if shown is None or hour.converted_exact is None else rounding(hour.converted_exact, shown),
        cited if base is not None else (), children=tuple(children),
        data={"exact": str(hour.converted_exact), "remarks": list(hour.remarks), "state": hour.state},
    )  # fmt: skip


def _subject(hour: HourValue) -> str:
    return f"{hour.factor} {hour.time.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _measured(
    readings: Readings, hour: HourValue, rules: Rules, options: Mapping[str, Any], code: str = "hour"
) -> Step:
    day = rules.on(local_day(hour.time))
    shown = hour.value
    minutes = _minutes(readings, hour, rules, options)
    steps = [] if minutes is None else [minutes]
    if hour.sent is not None:
        less = "" if hour.difference is None else f"ours − sent {hour.difference}"
        steps.append(
            Step(
                "hour_sent", _subject(hour), less, text(hour.sent), "", data={"mark": hour.mark},
            )
        )  # fmt: skip
    if hour.correction is not None:
        one = hour.correction
        steps.append(
            Step(
                "corrected", f"{one.who} {one.entered_at.isoformat()}", one.reason, str(one.value),
                rules=(day.rule("validity.correction.days"), day.rule("validity.correction.paper_day")),
            )
        )  # fmt: skip
    formula = {
        BY_MINUTES: f"mean of the valid minutes, {hour.valid} min of {hour.received} received",
        BY_LOGGER: "as the logger sent it",
        BY_HAND: "corrected by hand",
        None: "nothing came",
    }[hour.method]
    return Step(
        code, _subject(hour), formula if hour.why is None else f"{formula}; {hour.state}: {hour.why}",
        None if shown is None else str(shown), "",
        "" if shown is None or hour.exact is None else rounding(hour.exact, shown),
        tuple(day.rule(name) for name in HOUR_RULES), hour.valid, (), tuple(steps),
        {"exact": str(hour.exact), "state": hour.state, "mark": hour.mark, "remarks": list(hour.remarks)},
    )  # fmt: skip


def _minutes(readings: Readings, hour: HourValue, rules: Rules, options: Mapping[str, Any]) -> Step | None:
    day = rules.on(local_day(hour.time))
    span = Span(readings, hour.time, 1, day, (), options.get("interval"))
    grid = readings.grid(MINUTE, hour.factor).within(span.first, span.last)
    if not len(grid):
        return None
    within, beyond = capped(standing(options.get("marks") or (), rules), day)
    coverage = cover(within, hour.factor, span, options.get("as_of"), beyond)
    length, _ = interval_of(span, local_day(hour.time))
    classes, names = minute_classes(span, grid, coverage, length)
    numbers = grid.of(MEASURED).number.tolist()
    used, refused = list[Fraction](), list[Refused]()
    for time, kind, number in zip(grid.times.tolist(), classes.tolist(), numbers, strict=True):
        if names[kind] == "use":
            used.append(of_millionths(number))
        else:
            stamp = datetime.fromtimestamp(time // SECOND, UTC).astimezone(CHINA)
            refused.append(Refused(f"{stamp:%H:%M}", names[kind]))
    total = sum(used, Fraction(0))
    formula = f"{text(total)} / {len(used)}" if used else "no usable minute"
    return Step(
        "minutes", f"{length} min each", formula, text(total / len(used)) if used else None,
        rules=(day.rule("validity.hour.min_minutes"),), used=len(used), refused=tuple(refused),
        data={"sum": str(total), "count": len(used), "interval": length},
    )  # fmt: skip
