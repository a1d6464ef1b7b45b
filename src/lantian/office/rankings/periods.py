"""Periods to choose from: year to date, months, quarters, half-years, years, and a range of days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.monitoring import kernel, series, words
from lantian.office.monitoring.requests import read_period
from lantian.office.monitoring.series import Choice

MONTHS, YEARS = 24, 12


@dataclass(frozen=True, slots=True)
class Group:
    """Choices under one heading."""

    label: str
    choices: tuple[Choice, ...]


def groups() -> list[Group]:
    """What can be chosen, newest first, as far as the data reach."""
    first, last = kernel.first_day(), kernel.latest_day()
    to_date = series.year_to_date()
    if first is None or last is None or to_date is None:
        return []
    months = [(year, month) for year, month in _months(first, last)][:MONTHS]
    years = list(range(last.year, first.year - 1, -1))[:YEARS]
    quarters = list(dict.fromkeys((year, (month + 2) // 3) for year, month in _months(first, last)))[:8]
    halves = list(dict.fromkeys((year, (month + 5) // 6) for year, month in _months(first, last)))[:6]
    found = [
        Group(_("Year to date"), (Choice(to_date.label, _("%(year)d to date") % {"year": last.year}),)),
        Group(_("Month"), tuple(_choice(f"{year}-{month:02d}") for year, month in months)),
        Group(_("Quarter"), tuple(_choice(f"{year}-Q{quarter}") for year, quarter in quarters)),
        Group(_("Half-year"), tuple(_choice(f"{year}-H{half}") for year, half in halves)),
        Group(_("Year"), tuple(_choice(str(year)) for year in years)),
    ]
    return [group for group in found if group.choices]


def asked_period(request: HttpRequest, default: Period | None) -> tuple[Period | None, str]:
    """The period of the query, and what is wrong with it in one line; a wrong one falls back to `default`."""
    first, last = request.GET.get("first", "").strip(), request.GET.get("last", "").strip()
    if first and last:
        return _read(f"{first}..{last}", default)
    text = request.GET.get("period", "").strip()
    return _read(text, default) if text else (default, "")


def label(period: Period) -> str:
    """A period in words: the year to date by its last day, spans with words between the days."""
    if period.first == date(period.first.year, 1, 1) and period.last == kernel.latest_day():
        return _("%(year)d up to %(day)s") % {"year": period.first.year, "day": period.last}
    if period.kind == "year":
        return _("the year %(year)s") % {"year": period.label}
    return spoken(period.label) or words.period(period)


def spoken(text: str) -> str:
    """`2026-Q3` and `2026-H1` in words; nothing for other labels."""
    year, dash, part = text.partition("-")
    if dash and part[:1] == "Q":
        return _("quarter %(number)s of %(year)s") % {"number": part[1:], "year": year}
    if dash and part[:1] == "H":
        return {"1": _("first half of %(year)s"), "2": _("second half of %(year)s")}[part[1:]] % {
            "year": year
        }
    return ""


def _choice(text: str) -> Choice:
    return Choice(text, spoken(text) or text)


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    year, month = last.year, last.month
    while (year, month) >= (first.year, first.month):
        yield year, month
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def _read(text: str, default: Period | None) -> tuple[Period | None, str]:
    try:
        return read_period(text), ""
    except LantianError:
        return default, _("“%(text)s” is no period; write 2026-06, 2026-Q2, 2026 or two days.") % {
            "text": text
        }
