"""Steps of a period: a statistic from its days, the composite index from its statistics, days counted."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.ambient.choosing import Chosen, Part
from lantian.ambient.composite import ITEMS
from lantian.ambient.events.deduction import REASON, is_excluded
from lantian.ambient.exact import half_even
from lantian.ambient.period_rules import PeriodRules
from lantian.ambient.records import PlaceEvaluation
from lantian.ambient.rules import DAY_ITEMS, MEANS, THOUSANDTHS, UNITS
from lantian.ambient.steps import Refused, Step, fraction, number, rounding
from lantian.ambient.unmonitored import own_rules

SHOWN = 8
"""How many values a formula spells out before it abbreviates; the days stand below it anyway."""


def statistic(chosen: Chosen, row: PlaceEvaluation, item: str, rules: PeriodRules) -> Step:
    """The statistic of one item from its days."""
    own = row.statistics[item]
    days = [day_step(part, day, item) for part, day in rows_of(chosen)]
    values = sorted(Fraction(day.value) for day in days if day.value is not None)
    refused = tuple(Refused(day.subject, day.refused[0].why) for day in days if day.value is None)
    cited = tuple(rule for rule in rules.rules if rule.path in _paths(item, item in rules.means))
    code = "mean" if item in rules.means else "percentile"
    formula, result = "", None
    data: dict[str, Any] = {"n": len(values)}
    if values:
        if code == "mean":
            total = sum(values, Fraction(0))
            result = total / len(values)
            formula = f"({_terms(values)}) / {len(values)} = {number(result)}"
            data |= {"sum": number(total), "exact": fraction(result)}
        else:
            formula, result, position = percentile(values, rules.percents[item])
            data |= position
    if result != own.unrounded:
        raise AssertionError(f"the explanation of {item} of {row.place} gives {result}, not {own.unrounded}")
    return Step(
        code=code,
        subject=item,
        formula=formula,
        value=None if own.value is None else str(own.value),
        unit=own.unit,
        rounding="" if own.value is None or result is None else rounding(result, own.value),
        rules=cited,
        used=len(values),
        refused=refused,
        children=tuple(days),
        data=data | ({} if own.why is None else {"why": own.why}),
    )


def composite(chosen: Chosen, row: PlaceEvaluation, rules: PeriodRules) -> Step:
    """The composite index from the six statistics."""
    children = []
    for item in ITEMS:
        below = statistic(chosen, row, item, rules)
        children.append(_single_index(row, item, below, rules))
    common = tuple(rule for rule in rules.composite.rules if ".limits." not in rule.path)
    if row.composite_index is None or row.composite_exact is None:
        missing = tuple(Refused(item, "no_days") for item in ITEMS if row.statistics[item].value is None)
        return Step(
            "composite_index", row.place, "", None, rules=common, refused=missing, children=tuple(children)
        )
    terms = " + ".join(str(row.parts[item]) for item in ITEMS)
    total = sum(row.parts.values(), Decimal(0))
    return Step(
        code="composite_index",
        subject=row.place,
        formula=f"{terms} = {total}; without rounding {number(row.composite_exact)}",
        value=str(row.composite_index),
        rounding=rounding(
            row.composite_exact if rules.composite.single_decimals is None else Fraction(total),
            row.composite_index,
        ),
        rules=common,
        used=len(ITEMS),
        children=tuple(children),
        data={
            "parts": {item: str(row.parts[item]) for item in ITEMS},
            "sum": str(total),
            "exact": fraction(row.composite_exact),
        },
    )


def _single_index(row: PlaceEvaluation, item: str, below: Step, rules: PeriodRules) -> Step:
    own = row.statistics[item]
    limit = rules.composite.limits[item]
    cited = tuple(rule for rule in rules.composite.rules if ".limits." in rule.path and rule.number == limit)
    cited = tuple(rule for rule in cited if f".{item.removesuffix('_8h')}." in rule.path)
    given = own.unrounded if rules.composite.inputs == "exact" else own.value
    if given is None or item not in row.parts:
        return Step("single_index", item, "", None, rules=cited, children=(below,))
    weight = rules.composite.weights[item]
    exact = weight * Fraction(given) / Fraction(limit)
    times = f"{weight} x " if weight != 1 else ""
    return Step(
        code="single_index",
        subject=item,
        formula=f"{times}{number(Fraction(given))} / {limit} = {number(exact)}",
        value=str(row.parts[item]),
        rounding=rounding(exact, row.parts[item]),
        rules=cited,
        used=1,
        children=(below,),
        data={
            "given": number(Fraction(given)), "limit": str(limit), "weight": weight, "exact": fraction(exact)
        },
    )  # fmt: skip


def count(chosen: Chosen, row: PlaceEvaluation, indicator: str) -> Step:
    """Days with an AQI, or those of them up to 100 or above 200."""
    children = []
    refused = []
    column = {"good_days": "good", "heavy_days": "heavy"}.get(indicator)
    total = 0
    for part, day in rows_of(chosen):
        subject = day["date"].isoformat()
        if day["aqi"] is None:
            refused.append(Refused(subject, why_no_aqi(part, day)))
            continue
        counted = 1 if column is None else int(day[column])
        total += counted
        out = [item for item in DAY_ITEMS if is_excluded(day, item, "aqi_excluded")]
        data: dict[str, Any] = {"aqi_excluded": out} if out else {}
        children.append(
            Step("aqi", subject, "counted" if counted else "", str(day["aqi"]), used=counted, data=data)
        )
    if total != getattr(row, indicator):
        raise AssertionError(f"the explanation of {indicator} of {row.place} gives {total}")
    paths = {
        "good_days": "ambient.aqi.good_day_max",
        "heavy_days": "ambient.aqi.heavy_day_above",
        "days_used": "ambient.aqi.missing",
    }
    cited = tuple(rule for rule in chosen.last.rules.rules if rule.path == paths[indicator])
    formula = f"{total} of {len(children)} days with an AQI; the period has {row.days_in_period}"
    data = {"counted": total, "of": len(children), "days": row.days_in_period}
    return Step(
        "count", indicator, formula, str(total), "d", "", cited, total, tuple(refused), tuple(children), data
    )


def why_no_aqi(part: Part, day: dict[str, Any]) -> str:
    """The code of why a day has no AQI."""
    if not day["missing"]:
        return REASON
    asked = own_rules(part.stretch.rules.aqi, day).items
    return "no_items" if day["missing"] == len(asked) else "items_missing"


def rows_of(chosen: Chosen) -> Iterator[tuple[Part, dict[str, Any]]]:
    """The days of the one place asked for, in order."""
    rows = [(part, day) for part in chosen.parts for day in part.table.to_pylist()]
    yield from sorted(rows, key=lambda pair: pair[1]["date"])


def day_step(part: Part, day: dict[str, Any], item: str) -> Step:
    """One day of one item: the mean of its members' exact values, rounded once."""
    rules = part.stretch.rules
    members = day[f"{item}_m"]
    subject = day["date"].isoformat()
    if not members:
        why = "too_few_hours" if day[f"{item}_h"] else "no_data"
        return Step("day", subject, "", None, UNITS[item], refused=(Refused(subject, why),))
    exact = Fraction(day[f"{item}_num"], rules.hours.scale * THOUSANDTHS * members)
    value = half_even(exact, rules.decimals[item])
    if is_excluded(day, item):
        data = {"taken_out": str(value), "exact": fraction(exact)}
        return Step("day", subject, "", None, UNITS[item], refused=(Refused(subject, REASON),), data=data)
    if value != Decimal(day[item]).scaleb(-rules.decimals[item]):
        raise AssertionError(f"the explanation of {item} on {subject} gives {value}")
    hours = day[f"{item}_h"]
    word = "windows" if item == "o3_8h" else "hours"
    behind = f"{members} station{'s' if members > 1 else ''}, " if day["rows"] > 1 else ""
    lent = day["lent"] and item in MEANS and hours < rules.hours.min_hours * members
    lost = ", counted because the archive lost hours" if lent else ""
    code = "day_max_8h" if item == "o3_8h" else "day_mean"
    return Step(
        code=code,
        subject=subject,
        formula=f"{number(exact)} from {behind}{hours} {word}{lost}",
        value=str(value),
        unit=UNITS[item],
        rounding=rounding(exact, value),
        used=members,
        data={"exact": fraction(exact), "members": members, "hours": hours, "lent": bool(lent)},
    )


def percentile(values: list[Fraction], percent: int) -> tuple[str, Fraction, dict[str, Any]]:
    """The percentile of values in ascending order: its formula, the exact result, the numbers by name.

    k = 1 + (n-1)p/100, linear between neighbours (HJ 663-2013, A.6).
    """
    steps = (len(values) - 1) * percent
    low, rest = steps // 100, Fraction(steps % 100, 100)
    place = number(1 + Fraction(steps, 100))
    first = values[low]
    data = {
        "percent": percent,
        "k": place,
        "at": low + 1,
        "low": number(first),
        "rest": number(rest),
        "sorted": [number(value) for value in values],
    }
    head = f"k = 1 + ({len(values)} - 1) x {percent} % = {place}"
    if not rest:
        return f"{head}; X({low + 1}) = {number(first)}", first, data | {"exact": fraction(first)}
    second = values[low + 1]
    result = first + (second - first) * rest
    formula = (
        f"{head}; X({low + 1}) = {number(first)}, "
        f"X({low + 2}) = {number(second)}; {number(first)} + {number(second - first)} x {number(rest)} "
        f"= {number(result)}"
    )
    return formula, result, data | {"high": number(second), "exact": fraction(result)}


def _terms(values: list[Fraction]) -> str:
    if len(values) <= SHOWN:
        return " + ".join(number(value) for value in values)
    return f"{number(values[0])} + … + {number(values[-1])}: sum {number(sum(values, Fraction(0)))}"


def _paths(item: str, mean: bool) -> set[str]:
    own = set() if mean else {f"ambient.statistics.percent.{item}", "ambient.statistics.percentile_method"}
    return {"ambient.statistics.decimals.statistics", "ambient.validity.month.min_days", *own}
