"""Which units and cities start a dustfall campaign."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from lantian.ambient.measures.dustfall_records import Dustfall, UnitDustfall
from lantian.ambient.measures.record import Trigger
from lantian.ambient.period import Period
from lantian.rulebook import Rule, Rulebook, RuleError, load


def dustfall_triggers(found: Dustfall, *, rulebook: Rulebook | None = None) -> list[Trigger]:
    """Units, and cities with a unit, whose highest month is above the campaign's threshold.

    Rule: `ambient.dustfall.campaign`, by the date of that month; months before it held start nothing.
    """
    book = rulebook or load()
    triggers = []
    worst: dict[str, tuple[UnitDustfall, Trigger]] = {}
    for unit in found.units:
        if unit.highest_month is None:
            continue
        month, value = unit.highest_month
        try:
            rule = book.rule("ambient.dustfall.campaign", on=month)
        except RuleError:
            continue
        if value > rule.number:
            trigger = _trigger((unit.place, unit.name, "county"), month, value, rule, unit.name)
            triggers.append(trigger)
            if unit.city and (unit.city not in worst or value > worst[unit.city][1].evidence["value"]):
                worst[unit.city] = (unit, trigger)
    for city, (unit, its) in worst.items():
        triggers.append(
            _trigger((city, city, "city"), its.since, its.evidence["value"], its.rules[0], unit.name)
        )
    return triggers


def _trigger(who: tuple[str, str, str], month: date, value: Decimal, rule: Rule, unit: str) -> Trigger:
    text = f"dustfall of {unit} was {value} {rule.unit} in {month:%Y-%m}, above {rule.number}"
    evidence = {
        "unit": unit,
        "month": f"{month:%Y-%m}",
        "value": value,
        "threshold": rule.number,
        "measure": rule.unit,
    }
    last = Period.month(month.year, month.month).last
    return Trigger("dustfall_campaign", *who, month, last, evidence, text, (rule,))
