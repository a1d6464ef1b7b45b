"""The indicators of findings: counted for a region with everything in it, or for a unit, over whole days."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.findings import catalogue
from lantian.office.findings.models import Finding, State
from lantian.office.findings.rules import CLOSED
from lantian.office.frame import clock
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register
from lantian.office.indicators.registry import REGION, UNIT

MOST_LINES = 100
BOTH = frozenset({REGION, UNIT})
FIRE = "fire_spot"


def findings_of(subject: Subject, period: Period) -> QuerySet[Finding]:
    """What counts: found in the period, not void."""
    found = Finding.objects.filter(found_on__range=(period.first, period.last)).exclude(state=State.VOID)
    if subject.region is not None:
        return found.filter(region__path__startswith=subject.region.path)
    return found.filter(unit=subject.unit)


def address(subject: Subject, period: Period, **more: Any) -> str:
    """The list of what was counted."""
    query: dict[str, Any] = {"since": period.first, "until": period.last, **more}
    if subject.region is not None:
        query["region"] = subject.region.code
    else:
        query["unit"] = subject.unit.pk
    return f"{reverse('findings:list')}?{urlencode(query)}"


def _lines(rows: list[Finding], value: Callable[[Finding], Decimal | None]) -> tuple[Line, ...]:
    return tuple(Line(str(row), value(row), row.get_absolute_url()) for row in rows[:MOST_LINES])


def _one(row: Finding) -> Decimal:
    return Decimal(1)


def _counted(rows: QuerySet[Finding], url: str) -> Answer:
    found = list(rows.order_by("found_on", "pk"))
    return Answer(Decimal(len(found)), lines=_lines(found, _one), url=url, count=len(found))


def findings_count(subject: Subject, period: Period) -> Answer:
    """Problems found in the period."""
    return _counted(findings_of(subject, period), address(subject, period))


def fire_spots(subject: Subject, period: Period) -> Answer:
    """Fire spots found in the period that somebody confirmed by assigning them."""
    rows = findings_of(subject, period).filter(kind=FIRE).exclude(state=State.OPEN)
    return _counted(rows, address(subject, period, kind=FIRE))


def findings_repeated(subject: Subject, period: Period) -> Answer:
    """Problems found in the period that were confirmed to be repeats."""
    rows = findings_of(subject, period).filter(repeated_of__isnull=False, repeat_confirmed=True)
    return _counted(rows, address(subject, period, repeated=1))


def findings_open_overdue(subject: Subject, period: Period) -> Answer:
    """Problems found in the period, not finished now, whose time limit has passed."""
    rows = findings_of(subject, period).exclude(state__in=CLOSED).filter(state_due__lt=clock.now())
    return _counted(rows, address(subject, period, late=1))


def findings_rectified_ratio(subject: Subject, period: Period) -> Answer:
    """Of the problems found in the period, the share closed after a second check [%], two decimals."""
    rows = list(findings_of(subject, period).order_by("found_on", "pk"))
    url = address(subject, period)
    if not rows:
        return Answer(None, _("No problem was found in this period."), url=url, count=0)
    closed = sum(1 for row in rows if row.state == State.CLOSED)
    value = (Decimal(100 * closed) / Decimal(len(rows))).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
    lines = _lines(rows, lambda row: Decimal(int(row.state == State.CLOSED)))
    return Answer(value, lines=lines, url=url, count=len(rows))


def finding_points(subject: Subject, period: Period) -> Answer:
    """The points of the problems found in the period, by the rulebook of the day each was found."""
    rows = list(findings_of(subject, period).order_by("found_on", "pk"))
    known = {day: catalogue.points(day) for day in {row.found_on for row in rows} or {period.last}}

    def value(row: Finding) -> Decimal:
        return known[row.found_on].for_one(row.severity, row.is_repeat)

    return Answer(
        sum((value(row) for row in rows), Decimal(0)),
        lines=_lines(rows, value),
        url=address(subject, period),
        count=len(rows),
        verified=all(one.verified for one in known.values()),
    )


def register_all() -> None:
    """Make the indicators known."""
    for code, title, unit, compute, better, formula in (
        ("findings_count", gettext_lazy("Problems found"), "1", findings_count, False,
         gettext_lazy("Problems found in the period, void ones left out.")),
        ("findings_open_overdue", gettext_lazy("Problems past their time limit"), "1",
         findings_open_overdue, False,
         gettext_lazy("Problems found in the period that are not finished and past their time limit.")),
        ("findings_rectified_ratio", gettext_lazy("Share of problems rectified"), "%",
         findings_rectified_ratio, True,
         gettext_lazy("Problems closed after a second check ÷ problems found in the period, × 100.")),
        ("findings_repeated", gettext_lazy("Repeated problems"), "1", findings_repeated, False,
         gettext_lazy("Problems found in the period that a person confirmed to be found before.")),
        ("fire_spots", gettext_lazy("Fire spots"), "1", fire_spots, False,
         gettext_lazy("Fire spots found in the period and confirmed by being assigned.")),
        ("finding_points", gettext_lazy("Points of problems"), "1", finding_points, False,
         gettext_lazy("Sum of the points of the problems found in the period, by how grave each is.")),
    ):  # fmt: skip
        register(Indicator(code, title, unit, compute, BOTH, better, formula, "register"))
