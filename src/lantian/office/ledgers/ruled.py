"""Limits and lists of declarations that a document sets: they stand in the rulebook, not in the code."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from lantian.office.frame import clock
from lantian.office.monitoring.kernel import rulebook
from lantian.office.registers.declaring import Condition

HERE = "office.registers"


def rule_value(name: str) -> Any:
    """The value today of the rule `office.registers.<name>`, or of a whole path (`office.ldar.leak`)."""
    return rulebook().rule(name if name.startswith("office.") else f"{HERE}.{name}", on=clock.today()).value


def limit(name: str) -> Callable[[], Decimal]:
    """A limit for a condition, asked anew each time: `area.at_least(limit("sites.video_area"))`."""
    return lambda: Decimal(str(rule_value(name)))


def listed(field: Any, name: str) -> Condition:
    """A choice is one of a list of the rulebook: `listed(stage, "machines.old_stages")`."""

    def now() -> Condition:
        return field.is_(*(str(value) for value in rule_value(name)))  # type: ignore[no-any-return]

    return Condition(lambda: now().q, lambda row: now().holds(row))
