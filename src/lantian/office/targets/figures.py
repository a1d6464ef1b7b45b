"""The indicators this room registers: share of targets met, and how many were missed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lantian.ambient.exact import half_even
from lantian.office.frame import clock
from lantian.office.frame.together import once
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register
from lantian.office.plans.terms import Standing

if TYPE_CHECKING:
    from lantian.office.regions.models import Region
    from lantian.office.targets.board import Row

MET = frozenset({Standing.ACHIEVED, Standing.ON_TRACK})


def register_indicators() -> None:
    """Called once, when the app is ready."""
    register(
        Indicator(
            "target_attainment_ratio",
            gettext_lazy("Targets attained"),
            "%",
            attainment_ratio,
            higher_is_better=True,
            formula=gettext_lazy(
                "Targets of the region for the year of the period that are achieved or on track, over those "
                "that can be computed. What cannot be computed is left out and listed."
            ),
            source="evaluation",
        )
    )
    register(
        Indicator(
            "targets_missed",
            gettext_lazy("Targets missed"),
            "",
            targets_missed,
            higher_is_better=False,
            formula=gettext_lazy("How many targets of the region for the year of the period are missed."),
            source="evaluation",
        )
    )


def rows_in(subject: Subject, period: Period) -> list[Row]:
    """The goals of a region for the year in which a period ends, as they stood at its end.

    A target whose last day lies in the period is judged by its whole time; a running one by the days up to
    the end of the period, or to today.
    """
    # Share of targets and number missed are asked of the same goals, one after the other.
    key = ("goals", subject.region.pk, period, get_language())
    return once(key, lambda: _rows_in(subject.region, period))


def _rows_in(region: Region, period: Period) -> list[Row]:
    from lantian.office.targets import board

    today, year = clock.today(), period.last.year

    def over(last_day: date | None) -> bool:
        return last_day is not None and last_day <= period.last and last_day.year == year

    def still(last_day: date | None) -> bool:
        return last_day is not None and last_day > period.last and last_day.year == year

    rows = board.rows_of(region, None, min(period.last + timedelta(days=1), today), wanted=over)
    if period.last < date(year, 12, 31):
        rows += board.rows_of(region, None, min(period.last, today), wanted=still)
    return [row for row in rows if not row.is_pending]


def attainment_ratio(subject: Subject, period: Period) -> Answer:
    """Share of targets met or on track among those computable [%], one decimal, half-even."""
    rows = rows_in(subject, period)
    lines = tuple(_line(row) for row in rows)
    known = [row for row in rows if row.status.code != Standing.NOT_COMPUTABLE]
    if not known:
        why = _("No target of %(year)d can be computed.") if rows else _("No target speaks of %(year)d.")
        return Answer(None, why % {"year": period.last.year}, lines, url=_url(subject))
    met = sum(row.status.code in MET for row in known)
    value = half_even(Fraction(met * 100, len(known)), 1)
    verified = all(row.told.verified for row in known)
    return Answer(value, "", lines, _url(subject), len(known), verified)


def targets_missed(subject: Subject, period: Period) -> Answer:
    """How many targets are missed."""
    rows = rows_in(subject, period)
    known = [row for row in rows if row.status.code != Standing.NOT_COMPUTABLE]
    if not known:
        why = _("No target of %(year)d can be computed.") if rows else _("No target speaks of %(year)d.")
        return Answer(None, why % {"year": period.last.year}, url=_url(subject))
    missed = [row for row in known if row.status.code == Standing.MISSED]
    return Answer(
        Decimal(len(missed)), "", tuple(_line(row) for row in missed), _url(subject), len(known),
        all(row.told.verified for row in known),
    )  # fmt: skip


def _line(row: Row) -> Line:
    reading = row.status.reading
    return Line(
        f"{row.label} {row.asks} · {row.standing}", reading.value if reading else None,
        reading.url if reading else row.url,
    )  # fmt: skip


def _url(subject: Subject) -> str:
    return f"/targets/?region={subject.region.code}"
