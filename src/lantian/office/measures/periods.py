"""Periods to choose from, as far as a kind of data reaches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.monitoring import kernel
from lantian.office.monitoring.requests import read_period

MONTHS = 36


@dataclass(frozen=True, slots=True)
class Group:
    """Choices (value, words) under one heading."""

    label: str
    choices: tuple[tuple[str, str], ...]


def span(*kinds: str) -> tuple[date, date] | None:
    """First and last day of these kinds of data; None without any."""
    found = [pair for kind in kinds if (pair := kernel.lake().span(kind))]
    if not found:
        return None
    return min(_day(first) for first, _last in found), max(_day(last) for _first, last in found)


def _day(moment: date | datetime) -> date:
    return moment.astimezone(kernel.SHANGHAI).date() if isinstance(moment, datetime) else moment


def groups(held: tuple[date, date] | None) -> list[Group]:
    """What can be chosen, newest first."""
    if held is None:
        return []
    first, last = held
    months = list(_months(first, last))
    quarters = dict.fromkeys((year, (month + 2) // 3) for year, month in months)
    to_date = year_to_date(last)
    found = [
        Group(pgettext("period", "Month"), tuple(_choice(Period.month(*month)) for month in months[:MONTHS])),
        Group(
            pgettext("period", "Quarter"),
            tuple(_choice(Period.parse(f"{year}-Q{quarter}")) for year, quarter in list(quarters)[:12]),
        ),
        Group(
            pgettext("period", "Year"),
            (
                *((_choice(to_date),) if to_date.days < 365 else ()),
                *(_choice(Period.year(year)) for year in range(last.year, first.year - 1, -1)),
            ),
        ),
    ]
    return [group for group in found if group.choices]


def year_to_date(last: date) -> Period:
    """From January to the end of the last month held."""
    end = Period.month(last.year, last.month).last
    return Period.parse(f"{last.year}-01-01..{end}")


def asked(request: HttpRequest, held: tuple[date, date] | None) -> tuple[Period | None, str]:
    """The period of the query, else the last month held; and what is wrong with it in one line."""
    default = Period.month(held[1].year, held[1].month) if held else None
    text = request.GET.get("period", "").strip()[:40]
    if not text:
        return default, ""
    try:
        return read_period(text), ""
    except LantianError:
        return default, _("“%(text)s” is no period; write 2025-02, 2025-Q1 or 2025.") % {"text": text}


def label(period: Period) -> str:
    """A period in words."""
    if period.kind == "quarter":
        number = (period.first.month + 2) // 3
        return _("%(year)d, quarter %(number)d") % {"year": period.first.year, "number": number}
    same = period.first.year == period.last.year
    if period.kind == "range" and same and sum(Period.month(*m).days for m in period.months()) == period.days:
        words = {"year": period.first.year, "first": period.first.month, "last": period.last.month}
        return _("%(year)d, months %(first)d to %(last)d") % words
    if ".." in period.label:
        return _("%(first)s to %(last)s") % {"first": period.first, "last": period.last}
    return str(period.label)


def _choice(period: Period) -> tuple[str, str]:
    return str(period.label), label(period)


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    year, month = last.year, last.month
    while (year, month) >= (first.year, first.month):
        yield year, month
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
