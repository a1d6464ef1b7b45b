"""What registers decide by rules: the rule with its doubt, and deadlines in months."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from lantian.office.monitoring import kernel
from lantian.office.registers.declaring.words import two
from lantian.rulebook import Rule


def rule(path: str, on: date | None = None) -> Rule:
    """The rule `office.<path>`, packaged or of this office, on a day or today."""
    return kernel.rulebook().rule(f"office.{path}", on=on)


def marked(words: Any, *rules: Rule) -> str:
    """Words of a verdict, with a mark where a rule it rests on was not read in the document itself."""
    doubt = "" if all(one.verified for one in rules) else str(two("（存疑）", " (unverified)"))
    return f"{words}{doubt}"


def months_after(day: date, months: int) -> date:
    """The same day some months later; the last of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
