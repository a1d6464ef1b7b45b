"""What a page is asked for: period, regime, year, data version. A wrong word falls back or says so, never a
500.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.monitoring import kernel

FIRST_YEAR, LAST_YEAR = 1990, 2100


def read_period(text: str) -> Period:
    """The period of a text.

    Raises
    ------
    LantianError
        it is none, or lies where no observation can
    """
    period = Period.parse(text)
    if not FIRST_YEAR <= period.first.year <= period.last.year <= LAST_YEAR:
        raise LantianError(
            f"there was no measuring in {text}", remedy=f"Ask for a period from {FIRST_YEAR} to {LAST_YEAR}."
        )
    return period


def period_of(request: HttpRequest) -> Period | None:
    """The period of the query, if it names one that can be read."""
    text = request.GET.get("period", "").strip()
    if not text:
        return None
    try:
        return read_period(text)
    except LantianError:
        return None


def period_or_404(text: str) -> Period:
    """The period in an address."""
    try:
        return read_period(text)
    except LantianError as error:
        raise Http404(error.line) from error


def regime_for(request: HttpRequest, period: Period) -> str:
    """The regime asked for; else the one in force on the period's last day, so that two years compare under
    one.
    """
    asked = request.GET.get("regime", "")
    if asked == "by-date" or asked in kernel.regimes():
        return kernel.settled(asked, period.first)
    return kernel.regime_on(min(period.last, kernel.latest_day() or period.last))


def as_of_of(request: HttpRequest) -> int | None:
    """The data version asked for; None for the newest or where it is no version."""
    text = request.GET.get("as_of", "")
    return int(text) if text.isdecimal() and int(text) <= kernel.lake().version else None


def year_of(request: HttpRequest) -> int | None:
    """The year of the query (`year`, or that of `period`); else the newest with data; None without data."""
    text = request.GET.get("year", "")
    if text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    period = period_of(request)
    if period is not None:
        return period.last.year
    last = kernel.latest_day()
    return last.year if last else None
