"""Steps of one day: an AQI from its items, an item from its stations or hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from lantian.ambient.choosing import Chosen, Part
from lantian.ambient.events.deduction import REASON, is_excluded
from lantian.ambient.exact import half_even
from lantian.ambient.hours import local_hour
from lantian.ambient.period import Period
from lantian.ambient.reviews import reviews_of, verdict_on
from lantian.ambient.rules import DAY_ITEMS, THOUSANDTHS, DayRules, Stretch, distinct
from lantian.ambient.sources import CITY_DAYS, CITY_OF_STATIONS, GROUP, KINDS, STATION, Question, days_of
from lantian.ambient.steps import Refused, Step, fraction
from lantian.ambient.steps_of_period import day_step, rows_of
from lantian.lake import arrow
from lantian.rulebook import Rule

COLUMNS = {"o3_8h": "o3", "o3_1h": "o3"}


def explained(question: Question, chosen: Chosen, place: str, indicator: str) -> Step:
    """The AQI or the value of one item on the one day that was chosen."""
    part, day = next(iter(rows_of(chosen)))
    if indicator == "aqi":
        return _aqi(question, part, day, place)
    return _item(question, part, day, place, indicator)


def _aqi(question: Question, part: Part, day: dict[str, Any], place: str) -> Step:
    rules = part.stretch.rules.aqi
    children = []
    refused = []
    for item in rules.items:
        index = day[f"{item}_iaqi"]
        below = _item(question, part, day, place, item)
        if index is None:
            out = is_excluded(day, item, "aqi_excluded")
            few = "too_few_hours" if day[f"{item}_h"] else "no_data"
            refused.append(Refused(item, REASON if out else few))
            children.append(Step("iaqi", item, "", None, children=(below,)))
            continue
        column = rules.columns[item]
        cited = distinct(
            rule for rule in rules.rules if rule.path == f"ambient.aqi.breakpoints.{column.name}"
        )
        children.append(
            Step("iaqi", item, _cell(day, item, part), str(index), "", "", cited, 1, (), (below,))
        )
    names = [item for bit, item in enumerate(DAY_ITEMS) if day["primary"] >> bit & 1]
    present = [child.value for child in children if child.value is not None]
    formula = f"largest of {', '.join(present)}" if present else ""
    if names:
        formula += f"; primary pollutant {', '.join(names)}"
    wanted = {"ambient.aqi.inputs.daily", "ambient.aqi.minimum", "ambient.aqi.primary_above"}
    if refused:
        wanted.add("ambient.aqi.missing")
    cited = tuple(rule for rule in rules.rules if rule.path in wanted)
    value = None if day["aqi"] is None else str(day["aqi"])
    return Step(
        "aqi", day["date"].isoformat(), formula, value, "", "", cited, len(present), tuple(refused),
        tuple(children), {"primary": names},
    )  # fmt: skip


def _cell(day: dict[str, Any], item: str, part: Part) -> str:
    """The arithmetic of a sub-index."""
    column = part.stretch.rules.aqi.columns[item]
    unit = 10**column.decimals
    # An item may count for the AQI though an event took it out of the concentrations.
    scale = part.stretch.rules.hours.scale * THOUSANDTHS * day[f"{item}_m"]
    value = int(half_even(Fraction(day[f"{item}_num"], scale), column.decimals) * unit)
    for low, high, i_low, i_high in column.cells:
        if value <= high:
            shown = (f"{number / unit:g}" for number in (high, low, value, low))
            top, bottom, own, start = shown
            return f"({i_high} - {i_low}) / ({top} - {bottom}) x ({own} - {start}) + {i_low}, rounded up"
    return "above the last breakpoint"


def _item(question: Question, part: Part, day: dict[str, Any], place: str, item: str) -> Step:
    """The value of an item and what stands behind it: stations of a city or group, else hours."""
    top = day_step(part, day, item)
    cited = _hour_rules(part.stretch, item)
    if part.origin in (CITY_OF_STATIONS, GROUP):
        children = _members(question, part, day, place, item)
    elif part.origin == CITY_DAYS:
        children = ()
    else:
        children = (_hours(question, part, day, place, item),)
    return Step(
        top.code, item, top.formula, top.value, top.unit, top.rounding, cited, top.used, top.refused,
        children, top.data,
    )  # fmt: skip


def _members(question: Question, part: Part, day: dict[str, Any], place: str, item: str) -> tuple[Step, ...]:
    period = Period(day["date"], day["date"], "day")
    if part.origin == GROUP:
        stations = [station for station, group in (question.groups or {}).items() if group == place]
    else:
        rows = arrow(
            question.lake.read(
                KINDS[STATION], since=day["date"], until=day["date"], as_of=question.version,
                columns=["place", "name", "city"],
            )
        ).to_pylist()  # fmt: skip
        words = part.stretch.rules.excluded_names
        stations = sorted(
            {
                row["place"]
                for row in rows
                if row["city"] == place and not any(word in (row["name"] or "") for word in words)
            }
        )
    own = Question(question.lake, "station", question.version, None, frozenset(stations))
    found = []
    for days in days_of(own, STATION, period, [part.stretch]):
        for row in days.table.to_pylist():
            own_part = Part(STATION, days.stretch, days.table)
            step = day_step(own_part, row, item)
            hours = (_hours(own, own_part, row, row["key"], item),)
            found.append(
                replace(step, code="member", subject=str(row["name"] or row["key"]), rules=(), children=hours)
            )
    return tuple(found)


def _hours(question: Question, part: Part, day: dict[str, Any], place: str, item: str) -> Step:
    """The hours themselves, as the lake holds them; a missing one is refused with its own reason."""
    column = COLUMNS.get(item, item)
    rows = arrow(
        question.lake.read(
            KINDS[part.origin], since=day["date"], until=day["date"], places=[place], as_of=question.version,
            columns=["time", column],
        )
    ).to_pylist()  # fmt: skip
    values = {local_hour(row["time"])[1]: row[column] for row in rows}
    present = {hour: value for hour, value in sorted(values.items()) if value is not None}
    shown = ", ".join(f"{hour:02}:00 {value / 1000:g}" for hour, value in present.items())
    lost = lost_here(question, part.origin, day["date"], part.stretch.rules) if len(values) < 24 else set()
    reviews = reviews_of(question.lake, KINDS[part.origin], question.version)
    voided = {
        local_hour(row["time"])[1]
        for row in rows
        if row[column] is None and verdict_on(reviews, place, column, row["time"])
    }
    refused = tuple(
        Refused(
            f"{hour:02}:00",
            "voided"
            if hour in voided
            else "no_data"
            if hour in values
            else "lost_here"
            if hour in lost
            else "no_row",
        )
        for hour in range(1, 25)
        if hour not in present
    )
    data: dict[str, Any] = {"thousandths": {str(hour): value for hour, value in present.items()}}
    if item == "o3_8h":
        data["windows"] = _windows(present, part.stretch.rules)
    return Step("hours", column, shown, str(len(present)), "h", used=len(present), refused=refused, data=data)


def _windows(hours: dict[int, int], rules: DayRules) -> dict[str, str]:
    """The valid 8-hour means of a day by the hour they end at, exactly [µg/m³]."""
    found = {}
    for end in range(rules.hours.first_end, rules.hours.last_end + 1):
        inside = [hours[hour] for hour in range(end - 7, end + 1) if hour in hours]
        if len(inside) >= rules.hours.min_hours_8h:
            found[str(end)] = fraction(Fraction(sum(inside), THOUSANDTHS * len(inside)))
    return found


def lost_here(question: Question, origin: str, day: date, rules: DayRules) -> set[int]:
    """The hours of a local day, 1 to 24, that (nearly) every place lacks: the archive lost them."""
    hours = rules.hours
    if hours.lost_min_hours is None:
        return set()
    every = question.lake.read(
        KINDS[origin], since=day, until=day, as_of=question.version, columns=["place", "time"]
    )
    counted = arrow(every.aggregate("time, count(*) AS places", "time")).to_pylist()
    there = {local_hour(row["time"])[1]: row["places"] for row in counted}
    fullest = max(there.values(), default=0)
    if fullest < hours.lost_min_places:
        return set()
    return {hour for hour in range(1, 25) if there.get(hour, 0) * 100 <= fullest * hours.lost_max_share}


def _hour_rules(stretch: Stretch, item: str) -> tuple[Rule, ...]:
    wanted = {"ambient.statistics.decimals.daily"}
    if item == "o3_8h":
        wanted |= {"ambient.validity.o3_8h.min_hours", "ambient.validity.o3_8h.min_windows"}
    elif item != "o3_1h":
        wanted |= {"ambient.validity.day.min_hours"}
    return tuple(rule for rule in stretch.rules.rules if rule.path in wanted)
