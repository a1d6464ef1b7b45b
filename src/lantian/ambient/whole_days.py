"""How far a lake reaches in whole days, and periods that depend on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from lantian.ambient.hours import CHINA
from lantian.ambient.period import Period
from lantian.ambient.questions import KINDS, ORIGINS
from lantian.lake import Lake


def last_whole_day(
    lake: Lake, *, level: str = "city", as_of: int | datetime | None = None, kinds: Collection[str] = ()
) -> date | None:
    """The last local day that has ended in the lake: its hour 24 is there, or the day itself is given.

    Parameters
    ----------
    level
        whose kinds to look at; `kinds` names others
    as_of
        the data as they were

    Returns
    -------
    the latest such day of any kind; None when the lake holds none
    """
    wanted = list(kinds) or [KINDS[origin] for origin in ORIGINS.get(level, ORIGINS["city"])]
    found: list[date] = []
    for kind in dict.fromkeys(wanted):
        span = lake.span(kind, as_of=as_of) if kind in lake.kinds() else None
        if span is None:
            continue
        newest = span[1]
        if isinstance(newest, datetime):
            # Hour 24 ends at midnight: the day that has ended then is the one before.
            found.append(newest.astimezone(CHINA).date() - timedelta(days=1))
        else:
            found.append(newest)
    return max(found, default=None)


def asked_period(
    lake: Lake, text: str, *, level: str = "city", as_of: int | datetime | None = None
) -> Period:
    """`Period.parse`, where `2025-YTD` reaches up to the last whole day of the lake.

    Raises
    ------
    LantianError
        as `Period.parse`; a year to date of an empty lake
    """
    return Period.parse(text, until=last_whole_day(lake, level=level, as_of=as_of))
