"""What a page is asked for: period, regime, year, data version. A wrong word falls back or says so, never a
500.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.monitoring import kernel


def period_of(request: HttpRequest) -> Period | None:
    """The period of the query, if it names one that can be read."""
    text = request.GET.get("period", "").strip()
    if not text:
        return None
    try:
        return Period.parse(text)
    except LantianError:
        return None


def period_or_404(text: str) -> Period:
    """The period in an address."""
    try:
        return Period.parse(text)
    except LantianError as error:
        raise Http404(error.line) from error


def regime_for(request: HttpRequest, period: Period) -> str:
    """The regime asked for; else the one in force on the period's last day, so that two years compare under
    one.
    """
    asked = request.GET.get("regime", "")
    if asked == "by-date" or asked in kernel.regimes():
        return asked
    return kernel.regime_on(min(period.last, kernel.latest_day() or period.last))


def as_of_of(request: HttpRequest) -> int | None:
    """The data version asked for; None for the newest or where it is no version."""
    text = request.GET.get("as_of", "")
    return int(text) if text.isdecimal() and int(text) <= kernel.lake().version else None


def year_of(request: HttpRequest) -> int | None:
    """The year of the query (`year`, or that of `period`); else the newest with data; None without data."""
    text = request.GET.get("year", "")
    if text.isdecimal() and 1990 <= int(text) <= 2100:
        return int(text)
    period = period_of(request)
    if period is not None:
        return period.last.year
    last = kernel.latest_day()
    return last.year if last else None
