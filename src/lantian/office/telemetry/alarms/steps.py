"""What the rulebook says of alarms and leads: levels, time limits, merging, thresholds."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from lantian.office.frame import clock
from lantian.office.monitoring.kernel import rulebook
from lantian.rulebook import Rule


def rule(name: str, on: date | None = None) -> Rule:
    """A rule of `telemetry.alarms` on a day, or today."""
    return rulebook().rule(f"telemetry.alarms.{name}", on=on or clock.today())


def due(step: str) -> datetime:
    """When a step begun now is to be done."""
    return clock.now() + timedelta(hours=int(rule("limits").table[step]))


def line_level(silent: timedelta, on: date) -> int:
    """The level of a line that has been silent so long; 0 while it does not count as lost."""
    reached = (
        int(row["level"])
        for row in rule("line_lost", on).rows
        if silent >= timedelta(hours=int(row["hours"]))
    )
    return max(reached, default=0)


def total_level(share: Decimal | None, left: int | None, on: date) -> int:
    """The level of a yearly total: by the share emitted [%], or by the days until it runs out."""
    table: Any = rule("total", on).table
    level = 0
    for number in (1, 2, 3):
        days = table.get(f"days_{number}")
        reached = share is not None and share >= Decimal(str(table[f"share_{number}"]))
        soon = left is not None and days is not None and left <= int(days)
        level = number if reached or soon else level
    return level
