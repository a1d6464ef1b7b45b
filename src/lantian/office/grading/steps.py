"""What the rulebook says of the way of a grade: time limits, notice, who decides, how long it holds."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lantian.office.frame import clock
from lantian.office.monitoring.kernel import rulebook
from lantian.rulebook import Rule

SHANGHAI = ZoneInfo("Asia/Shanghai")
SATURDAY = 5


def rule(name: str, on: date | None = None) -> Rule:
    """A rule of `grading.steps` on a day."""
    return rulebook().rule(f"grading.steps.{name}", on=on or clock.today())


def due_in(step: str) -> datetime:
    """When a step begun now is to be done."""
    return clock.now() + timedelta(days=int(rule("limits").table[step]))


def notice_last(first: date) -> date:
    """The last day of a public notice that begins on a day: so many working days, the first included."""
    left = int(rule("notice", first).table["days"])
    table = rule("days_off", first).table
    off, worked = set(table["off"]), set(table["worked"])
    day = first - timedelta(days=1)
    while left:
        day += timedelta(days=1)
        if day in worked or (day.weekday() < SATURDAY and day not in off):
            left -= 1
    return day


def decide_by(notice_to: date) -> datetime:
    """When a decision is due after a public notice."""
    day = notice_to + timedelta(days=int(rule("notice", notice_to).table["decide_within"]))
    return datetime.combine(day, time(18), SHANGHAI)


def valid_until(first: date) -> date:
    """The last day a grade holds that is given from a day on."""
    months = int(rule("validity", first).value)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(first.day, last)) - timedelta(days=1)


def decides(grade: str) -> str:
    """The level that decides about a grade: `province` or `city`; the province where nothing is said."""
    return str(rule("decides").table.get(grade, "province"))
