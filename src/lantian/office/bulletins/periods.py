"""Periods a bulletin can be of, and how they are said in running text."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.dateformat import format as date_text
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lantian.ambient import Period
from lantian.office.monitoring import kernel, series
from lantian.office.monitoring.series import Choice

MONTHS = 24
MISSED = 15
"""Days at the beginning that may be without data."""


def choices() -> list[tuple[str, list[Choice]]]:
    """Whole months, years to the end of a month, quarters and years that the data reach, newest first."""
    first, last = kernel.first_day(), kernel.latest_day()
    newest = series.last_full_month()
    if first is None or last is None or newest is None:
        return []
    months: list[Period] = []
    month = newest
    while month.last >= first and len(months) < MONTHS:
        months.append(month)
        before = Period.parse(f"{_before(month.first):%Y-%m}")
        month = before
    to_date = [Period.to_date(month.last) for month in months if month.last <= last]
    whole = [month for month in months if month.last <= last]
    quarters = [
        Period.parse(f"{month.last:%Y}-Q{month.last.month // 3}")
        for month in whole
        if not month.last.month % 3
    ]
    years = [Period.year(month.last.year) for month in whole if month.last.month == 12]
    found = [
        (_("Month"), months),
        (_("Year to the end of a month"), [span for span in to_date if span.kind == "year-to-date"]),
        (_("Quarter"), quarters),
        (_("Whole year"), years),
    ]
    # What began before there were data is no whole quarter or year.
    begun = first - timedelta(days=MISSED)
    groups = [(title, [span for span in spans if span.first >= begun]) for title, spans in found]
    return [(title, [Choice(span.label, said(span)) for span in spans]) for title, spans in groups if spans]


def said(period: Period) -> str:
    """A period in running text: `October 2026`, `January to October 2026`, `2026 Q3`."""
    year = period.first.year
    if period.kind == "month":
        return date_text(period.first, pgettext("date format of a month", "F Y"))
    words = {
        ("year", 1): _("the year %(year)s"),
        ("half-year", 1): _("first half of %(year)s"),
        ("half-year", 7): _("second half of %(year)s"),
        **{("quarter", month): _("quarter %(number)s of %(year)s") for month in (1, 4, 7, 10)},
    }.get((period.kind, period.first.month))
    if words:
        return words % {"number": (period.first.month + 2) // 3, "year": year}
    if period.kind == "year-to-date" and period.months()[-1:] == [(year, period.last.month)]:
        if period.last.month == 1:
            return said(Period.month(year, 1))
        month = date_text(period.last, pgettext("date format of the last month of a span", "F"))
        return _("January to %(month)s %(year)s") % {"month": month, "year": year}
    return _("%(first)s to %(last)s") % {"first": period.first, "last": period.last}


def _before(day: date) -> date:
    return date(day.year - (day.month == 1), 12 if day.month == 1 else day.month - 1, 1)
