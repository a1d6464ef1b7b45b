"""How the simulated units behave in a year: a table of (which holder, which month), and nothing else.

No Django and no Lantian here: the simulation acts by this table, and the oracle counts by it.
"""

from __future__ import annotations

from datetime import date, timedelta

YEAR = 2024
# In time, late by some days, nothing at all, sent back once and sent again, called done though it is not:
# found out when it is verified, or only after it was.
IN_TIME, LATE, MISSING, RETURNED, FALSE_AT_ONCE, FALSE_LATER = range(6)
PATTERN = (
    MISSING, IN_TIME, LATE, IN_TIME, RETURNED, IN_TIME, FALSE_AT_ONCE, IN_TIME, IN_TIME, FALSE_LATER,
    IN_TIME, MISSING, IN_TIME, LATE, IN_TIME, IN_TIME, IN_TIME,
)  # fmt: skip
REPLIES_IN_TIME, REPLIES_LATE, NEVER_REPLIES = range(3)

OPENS, SUBMITS, CHECKS, AGAIN, CHECKS_AGAIN, DUE = 15, 17, 18, 19, 20, 20  # days of a month
CLOSES, LATE_CHECKS = 24, 23
REPLY_DAYS = 10


def fate(holder: int, month: int) -> int:
    """What a holder does in a month; `holder` is its place among the holders of its plan by name."""
    return PATTERN[(5 * holder + 3 * month) % len(PATTERN)]


def days_late(holder: int) -> int:
    """By how many days the holder is late when it is late: 1, 2 or 3."""
    return 1 + holder % 3


def delivers(holder: int, task: int) -> bool:
    """Whether the holder has the task done by its deadline; two of three are."""
    return (holder + task) % 3 != 0


def reply(holder: int, month: int) -> int:
    """What the holder does with a supervision order of that month."""
    return (holder + month) % 3


def month_end(month: int) -> date:
    """The last day of a month of the year."""
    return (date(YEAR, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
