"""The indicators of judged hours: exceedance hours and their share, yearly totals used, alarms left open."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantian.office.frame import clock
from lantian.office.indicators import Answer, Indicator, Line, Period, Subject, register
from lantian.office.indicators.registry import REGION, UNIT
from lantian.office.telemetry.alarms.asking import OPEN
from lantian.office.telemetry.alarms.models import Alarm, AlarmKind, DualControl
from lantian.office.telemetry.models import DeviceDay
from lantian.telemetry.validity.exact import half_even

BOTH = frozenset({REGION, UNIT})
MOST_LINES = 100


def _of(rows: QuerySet[Any], subject: Subject, prefix: str = "") -> QuerySet[Any]:
    if subject.region is not None:
        return rows.filter(**{f"{prefix}region__path__startswith": subject.region.path})
    return rows.filter(**{f"{prefix}unit": subject.unit})


def _address(name: str, subject: Subject, **more: Any) -> str:
    query = {**more, **({"region": subject.region.code} if subject.region is not None else {})}
    return f"{reverse(name)}?{urlencode(query)}"


def _days(subject: Subject, period: Period) -> QuerySet[DeviceDay]:
    rows = DeviceDay.objects.filter(day__range=(period.first, period.last), device__kind="stack")
    return _of(rows, subject, "device__")


def _per_device(subject: Subject, period: Period) -> list[tuple[Any, int, int]]:
    return list(
        _days(subject, period)
        .order_by()
        .values_list("device__enterprise__name", "device")
        .annotate(over=Sum("exceeding"), valid=Sum("valid"))
        .order_by("-over", "device")
        .values_list("device__enterprise__name", "over", "valid")
    )


def exceedance_hours(subject: Subject, period: Period) -> Answer:
    """Hours above a limit in the period, counted by outlet and factor."""
    url = _address("telemetry:alarms", subject, state="any")
    rows = _per_device(subject, period)
    if not rows:
        return Answer(None, _("No hour was judged in this period."), url=url, count=0)
    lines = tuple(
        Line(str(name or "—"), Decimal(over), url) for name, over, _valid in rows[:MOST_LINES] if over
    )
    return Answer(Decimal(sum(over for _name, over, _valid in rows)), lines=lines, url=url, count=len(rows))


def exceedance_share(subject: Subject, period: Period) -> Answer:
    """Of the valid hours of the period, the share above a limit [%], two decimals."""
    url = _address("telemetry:alarms", subject, state="any")
    rows = _per_device(subject, period)
    valid = sum(valid for _name, _over, valid in rows)
    if not valid:
        return Answer(None, _("No hour was judged in this period."), url=url, count=0)
    over = sum(over for _name, over, _valid in rows)
    return Answer(half_even(Fraction(100 * over, valid), 2), url=url, count=len(rows))


def total_share(subject: Subject, period: Period) -> Answer:
    """Of the yearly totals, the share emitted in the year the period ends in [%], the highest enterprise."""
    url = _address("telemetry:dual-control", subject, year=period.last.year)
    rows = _of(DualControl.objects.filter(year=period.last.year, outlet=None), subject)
    known = [row for row in rows.select_related("enterprise") if row.share is not None]
    if not known:
        return Answer(None, _("No yearly total with a known mass is here."), url=url, count=0)
    known.sort(key=lambda row: (-(row.share or 0), row.pk))
    lines = tuple(
        Line(f"{row.enterprise.name} · {row.factor_label}", row.share, url) for row in known[:MOST_LINES]
    )
    return Answer(known[0].share, lines=lines, url=url, count=len(known))


def over_total(subject: Subject, period: Period) -> Answer:
    """Enterprises that emitted more of a factor than their yearly total, in the year the period ends in."""
    url = _address("telemetry:dual-control", subject, year=period.last.year, over="total")
    rows = _of(DualControl.objects.filter(year=period.last.year, outlet=None), subject)
    if not rows.filter(total__isnull=False, used__isnull=False).exists():
        return Answer(None, _("No yearly total with a known mass is here."), url=url, count=0)
    over = list(
        rows.filter(used__gt=F("total")).select_related("enterprise").order_by("enterprise__name", "pk")
    )
    firms = {row.enterprise_id: row for row in over}
    lines = tuple(Line(row.enterprise.name, Decimal(1), url) for row in list(firms.values())[:MOST_LINES])
    return Answer(Decimal(len(firms)), lines=lines, url=url, count=len(firms))


def alarms_overdue(subject: Subject, period: Period) -> Answer:
    """Alarms raised in the period that are open past their time limit."""
    url = _address("telemetry:alarms", subject, late=1)
    raised = Q(raised_at__date__gte=period.first, raised_at__date__lte=period.last)
    rows = _of(Alarm.objects.filter(raised, state__in=OPEN, state_due__lt=clock.now()), subject)
    found = list(rows.select_related("enterprise").order_by("state_due", "pk"))
    lines = tuple(Line(str(row), Decimal(1), row.get_absolute_url()) for row in found[:MOST_LINES])
    return Answer(Decimal(len(found)), lines=lines, url=url, count=len(found))


def alarms_handled_ratio(subject: Subject, period: Period) -> Answer:
    """Of the alarms above a limit raised in the period, the share handled or closed [%], two decimals."""
    url = _address("telemetry:alarms", subject, state="any")
    raised = Q(raised_at__date__gte=period.first, raised_at__date__lte=period.last)
    rows = _of(Alarm.objects.filter(raised, kind__in=[AlarmKind.HOUR, AlarmKind.DAY]), subject)
    states = list(rows.exclude(state__in=["void", "withdrawn"]).values_list("state", flat=True))
    if not states:
        return Answer(None, _("No alarm was raised in this period."), url=url, count=0)
    done = sum(state in ("handled", "closed") for state in states)
    return Answer(half_even(Fraction(100 * done, len(states)), 2), url=url, count=len(states))


def register_all() -> None:
    """Make the indicators known."""
    for code, title, unit, compute, better, formula in (
        ("exceedance_hours", gettext_lazy("Hours above the limit"), "h", exceedance_hours, False,
         gettext_lazy("Valid hours above the strictest limit of the outlet, by outlet and factor.")),
        ("exceedance_share", gettext_lazy("Share of hours above the limit"), "%", exceedance_share, False,
         gettext_lazy("Hours above the limit ÷ valid hours, × 100.")),
        ("permit_total_share", gettext_lazy("Highest share of a yearly total emitted"), "%", total_share,
         False,
         gettext_lazy("Mass of the year ÷ yearly total of the permit, × 100; the highest enterprise.")),
        ("permit_total_exceeded", gettext_lazy("Enterprises beyond a yearly total"), "1", over_total, False,
         gettext_lazy("Enterprises that emitted more of a factor in the year than their permit allows.")),
        ("alarms_overdue", gettext_lazy("Alarms past their time limit"), "1", alarms_overdue, False,
         gettext_lazy("Alarms raised in the period that are open past their time limit.")),
        ("alarms_handled_ratio", gettext_lazy("Share of alarms handled"), "%", alarms_handled_ratio, True,
         gettext_lazy("Alarms above a limit that are handled or closed ÷ those raised, × 100; void and "
                      "withdrawn ones left out.")),
    ):  # fmt: skip
        register(Indicator(code, title, unit, compute, BOTH, better, formula, "register"))
