"""What the dates of a plan mean: `2024`, `2024-09` and `2024-09-30` as the last day they speak of."""

from __future__ import annotations

import calendar
import re
from datetime import date

from lantian.office.plans.terms import DeadlineKind

_BY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_FOR = re.compile(r"\s*\[(from|during|recurring|event)\]\s*")


def last_day(by: str | None) -> date | None:
    """The last day of a year, a month or a day as a plan names it; None for none, and for what is no date."""
    match = _BY.match((by or "").strip())
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 12)
    try:
        return date(year, month, int(match[3] or calendar.monthrange(year, month)[1]))
    except (ValueError, calendar.IllegalMonthError):
        return None


def kind_of(for_: str) -> tuple[str, str]:
    """What a time expression is, by the mark it begins with (`[from]`, `[recurring]` …), and the words
    after it."""
    match = _FOR.match(for_ or "")
    if match is None:
        return DeadlineKind.BY, (for_ or "").strip()
    return match[1], for_[match.end() :].strip()
