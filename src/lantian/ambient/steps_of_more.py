"""Steps of what is made from an evaluation: shares of days, load shares, change against a year before, rank,
the percentiles that attainment asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.choosing import Chosen
from lantian.ambient.composite import ITEMS
from lantian.ambient.exact import half_even
from lantian.ambient.period_rules import PeriodRules
from lantian.ambient.records import Evaluation, PlaceEvaluation
from lantian.ambient.rules import MEANS, UNITS
from lantian.ambient.steps import Refused, Step, fraction, number, rounding
from lantian.ambient.steps_of_period import count, day_step, percentile, rows_of
from lantian.rulebook import Rule, Rulebook

RATIOS = {"good_days_ratio": "good_days", "heavy_days_ratio": "heavy_days"}
SHARES = {f"load_share_{item}": item for item in ITEMS}
PERCENTILES = {f"{item}_percentile": item for item in MEANS if item != "co"}
SHARE = "ambient.composite.load_share"
HUNDRED = 100


@dataclass(frozen=True)
class Ground:
    """The rules a step stands on: the book, those of the period, the day they are asked for."""

    book: Rulebook
    rules: PeriodRules
    on: date

    def ask(self, path: str) -> Rule:
        return self.book.rule(path, on=self.on, regime=self.rules.regime)


def ratio(chosen: Chosen, row: PlaceEvaluation, indicator: str, ground: Ground) -> Step:
    """Good or heavy days over the days with an AQI."""
    below = count(chosen, row, RATIOS[indicator])
    decimals = ground.ask("ambient.statistics.decimals.evaluation")
    if not row.days_used:
        return Step("ratio", indicator, "", None, "%", rules=(decimals,), children=(below,))
    part = getattr(row, RATIOS[indicator])
    exact = Fraction(HUNDRED * part, row.days_used)
    value = half_even(exact, int(decimals.table["attainment_rate"]))
    return Step(
        "ratio", indicator, f"{part} / {row.days_used} x 100 % = {number(exact)} %", str(value), "%",
        rounding(exact, value), (decimals,), row.days_used, (), (below,),
        {"part": part, "of": row.days_used, "exact": fraction(exact)},
    )  # fmt: skip


def load_share(row: PlaceEvaluation, indicator: str, below: Step, ground: Ground) -> Step:
    """A single index over the composite index; `below` is the composite index explained."""
    item = SHARES[indicator]
    inputs = ground.ask(f"{SHARE}.inputs")
    decimals = ground.ask(f"{SHARE}.decimals")
    cited = (inputs, decimals)
    if row.composite_index is None or row.composite_exact is None or not row.composite_index:
        return Step("load_share", item, "", None, "%", rules=cited, children=(below,))
    if inputs.text == "published":
        part, whole = Fraction(row.parts[item]), Fraction(row.composite_index)
    else:
        single = next(child for child in below.children if child.subject == item)
        part, whole = Fraction(single.data["exact"]), row.composite_exact
    exact = HUNDRED * part / whole
    value = half_even(exact, decimals.integer)
    return Step(
        "load_share", item, f"{number(part)} / {number(whole)} x 100 % = {number(exact)} %", str(value), "%",
        rounding(exact, value), cited, 1, (), (below,),
        {"part": number(part), "of": number(whole), "exact": fraction(exact)},
    )  # fmt: skip


def change_rate(now: Step, before: Step, label: str, ground: Ground) -> Step:
    """The change of the composite index against the same period a year before, both under one regime."""
    rule = ground.ask("ambient.statistics.decimals.change_rate")
    children = (now, before)
    if now.value is None or before.value is None or not Decimal(before.value):
        missing = tuple(Refused(step.subject, "no_index") for step in children if step.value is None)
        return Step("change_rate", label, "", None, "%", rules=(rule,), refused=missing, children=children)
    new, old = Decimal(now.value), Decimal(before.value)
    exact = HUNDRED * Fraction(new - old) / Fraction(old)
    value = half_even(exact, rule.integer)
    return Step(
        "change_rate", label, f"({new} - {old}) / {old} x 100 % = {signed(exact)} %", str(value), "%",
        "" if Fraction(value) == exact else f"{signed(exact)} to {value}", (rule,), 2, (), children,
        {"now": str(new), "before": str(old), "exact": fraction(exact)},
    )  # fmt: skip


def rank(found: Evaluation, row: PlaceEvaluation, below: Step) -> Step:
    """The place in the order of the published indices; equal ones share a rank, the next is skipped."""
    with_index = [other for other in found.rows if other.composite_index is not None]
    refused = tuple(Refused(other.name, "no_index") for other in found.rows if other.composite_index is None)
    if row.rank is None or row.composite_index is None:
        return Step("rank", row.place, "", None, refused=refused, children=(below,))
    better = [other for other in with_index if (other.rank or 0) < row.rank]
    equal = [other for other in with_index if other.rank == row.rank and other.place != row.place]
    others = tuple(
        Step("given", other.name, "", str(other.composite_index), data={"rank": other.rank})
        for other in with_index
    )
    return Step(
        "rank", row.place, f"{len(better)} + 1 = {row.rank}", str(row.rank), "", "", (), len(with_index),
        refused, (below, *others),
        {"better": len(better), "equal": [other.name for other in equal], "of": len(with_index)},
    )  # fmt: skip


def other_percentile(chosen: Chosen, indicator: str, ground: Ground) -> Step:
    """The percentile of a pollutant whose mean the index takes: the other half of its attainment."""
    item = PERCENTILES[indicator]
    percent = ground.ask(f"ambient.statistics.percent.{item}")
    method = ground.ask("ambient.statistics.percentile_method")
    decimals = ground.ask("ambient.statistics.decimals.statistics")
    days = [day_step(part, day, item) for part, day in rows_of(chosen)]
    values = sorted(Fraction(day.value) for day in days if day.value is not None)
    refused = tuple(Refused(day.subject, day.refused[0].why) for day in days if day.value is None)
    cited = (percent, method, decimals)
    if not values:
        return Step("percentile", item, "", None, UNITS[item], rules=cited, refused=refused, data={"n": 0})
    formula, exact, data = percentile(values, percent.integer)
    value = half_even(exact, int(decimals.table[item]))
    return Step(
        "percentile", item, formula, str(value), UNITS[item], rounding(exact, value), cited, len(values),
        refused, tuple(days), {"n": len(values), **data},
    )  # fmt: skip


def signed(value: Fraction) -> str:
    """An exact number that may be below 0, for people."""
    return f"-{number(-value)}" if value < 0 else number(value)
