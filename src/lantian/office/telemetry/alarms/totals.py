"""Dual control: what outlets and enterprises emitted in a year against their totals, until these run out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lantian.office.frame import clock
from lantian.office.ledgers.industry.enterprise import Enterprise
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.ledgers.industry.outlet_limit import Factor
from lantian.office.ledgers.industry.permit_total import PermitTotal
from lantian.office.telemetry import measured
from lantian.office.telemetry.alarms import raising, steps
from lantian.office.telemetry.alarms.kept_days import FactorDay, days_kept
from lantian.office.telemetry.alarms.limits import limits_of
from lantian.office.telemetry.alarms.models import Alarm, AlarmKind, DualControl
from lantian.office.telemetry.alarms.states import SETTLED
from lantian.telemetry.judgement import limits_on
from lantian.telemetry.judgement.totals import YearlyTotal, total_state
from lantian.telemetry.validity.exact import half_even
from lantian.telemetry.validity.mass import DayMass

STACK = "stack"
RECENT = 30
HALF = 15
CODES = {"unknown": "too_few_days", "enough": "not_this_year", "idle": "idle", "used_up": "ran_out"}
Key = tuple[int | None, str]  # outlet or the whole enterprise, factor


@dataclass
class Sum:
    """The days of an outlet, or of an enterprise, and a factor."""

    days: dict[date, list[FactorDay]] = field(default_factory=lambda: defaultdict(list))
    devices: set[int] = field(default_factory=set)

    def masses(self) -> list[DayMass]:
        """A mass a day; a day of which one of the devices knows none is left out."""
        found = []
        for day in sorted(self.days):
            rows = [one.mass for one in self.days[day] if one.mass is not None]
            if len(rows) != len(self.days[day]):
                continue
            methods: dict[str, int] = defaultdict(int)
            for row in rows:
                for method, many in row.methods.items():
                    methods[method] += many
            found.append(
                DayMass(
                    day, rows[0].factor, sum((row.raw for row in rows), Fraction(0)),
                    sum((row.substituted for row in rows), Fraction(0)), dict(methods),
                )
            )  # fmt: skip
        return found


def refresh(days: Mapping[str, Iterable[date]]) -> tuple[int, int]:
    """Write anew the lines of the enterprises whose devices changed, or whose totals did; call out what ends.

    Parameters
    ----------
    days
        per device (its MN) the local days that changed

    Returns
    -------
    lines written, alarms raised
    """
    years: dict[int, set[int]] = defaultdict(set)
    given = {mn: {day.year for day in some} for mn, some in days.items()}
    for mn, enterprise in LineDevice.objects.filter(
        mn__in=list(given), kind=STACK, withdrawn=False, enterprise__isnull=False
    ).values_list("mn", "enterprise"):
        years[enterprise] |= given[mn]
    last = DualControl.objects.order_by("-changed_at").values_list("changed_at", flat=True).first()
    totals = PermitTotal.objects.all() if last is None else PermitTotal.objects.filter(changed_at__gte=last)
    for enterprise, year in totals.values_list("enterprise", "year"):
        years[enterprise].add(int(year))
    written = raised = 0
    firms = Enterprise.objects.filter(pk__in=list(years), withdrawn=False).select_related("region", "unit")
    for firm in firms.defer("region__geometry").order_by("pk"):
        for year in sorted(years[firm.pk]):
            with transaction.atomic():
                rows = refresh_enterprise(firm, year)
                written += len(rows)
                raised += sum(_call_out(firm, row) for row in rows)
    return written, raised


def refresh_enterprise(firm: Any, year: int) -> list[DualControl]:
    """Write the lines of an enterprise and year: the whole, and each outlet, a factor each."""
    today = clock.today()
    first, end = date(year, 1, 1), min(date(year, 12, 31), today)
    devices = list(
        LineDevice.objects.filter(
            enterprise=firm, kind=STACK, withdrawn=False, outlet__isnull=False
        ).select_related("outlet")
    )
    sums: dict[Key, Sum] = defaultdict(Sum)
    kept = days_kept([device.pk for device in devices], first - timedelta(days=RECENT), end)
    outlets = {device.pk: device.outlet_id for device in devices}
    for one in kept:
        for key in ((None, one.factor), (outlets[one.device], one.factor)):
            sums[key].days[one.day].append(one)
            sums[key].devices.add(one.device)
    limits = limits_of([device.outlet for device in devices], end - timedelta(days=RECENT), end)

    def ratio_of(one: FactorDay) -> Decimal | None:
        held = limits_on(limits.get(outlets[one.device], []), one.factor, "hour", one.day)
        if one.mean is None or not held:
            return None
        return half_even(Fraction(one.mean) / Fraction(held[0].value), 3)

    totals: dict[Key, PermitTotal] = {
        (row.outlet_id, row.factor): row
        for row in PermitTotal.objects.filter(enterprise=firm, year=year, withdrawn=False)
    }
    known = {
        (row.outlet_id, row.factor): row for row in DualControl.objects.filter(enterprise=firm, year=year)
    }
    found = []
    for key in sorted({*sums, *totals}, key=lambda one: (one[0] or 0, one[1])):
        if key[1] not in Factor.values:
            continue
        row = known.pop(key, None) or DualControl(enterprise=firm, outlet_id=key[0], factor=key[1], year=year)
        _fill(row, firm, sums.get(key) or Sum(), totals.get(key), end)
        latest = _latest(sums[key], year) if key in sums else []
        row.last_ratio = max((ratio for one in latest if (ratio := ratio_of(one)) is not None), default=None)
        row.save()
        found.append(row)
    DualControl.objects.filter(pk__in=[row.pk for row in known.values()]).delete()
    return found


def _latest(sum_: Sum, year: int) -> list[FactorDay]:
    """The latest day of a year with a mean, of each device."""
    days = [day for day, some in sum_.days.items() if day.year == year and any(one.mean for one in some)]
    return sum_.days[max(days)] if days else []


def _fill(row: DualControl, firm: Any, sum_: Sum, total: PermitTotal | None, end: date) -> None:
    """Work out one line."""
    year = row.year
    row.region, row.unit = firm.region, firm.unit
    row.changed_at = clock.now()
    mine = {day: some for day, some in sum_.days.items() if day.year == year}
    row.hours_valid = sum(one.valid for some in mine.values() for one in some)
    row.hours_over = sum(one.exceeding for some in mine.values() for one in some)
    recent = end - timedelta(days=RECENT - 1)
    row.over_30 = sum(one.exceeding for day, some in sum_.days.items() if day >= recent for one in some)
    masses = sum_.masses()
    # A day that runs is no day's mass yet.
    masses = [one for one in masses if one.date < clock.today()]
    of_year = [one for one in masses if one.date.year == year]
    row.total = total.tonnes if total is not None else None
    row.known_days = len(of_year)
    row.as_of = of_year[-1].date if of_year else None
    row.used = row.rate = row.trend = row.runs_out = row.runs_out_first = row.runs_out_last = None
    row.why = ""
    if not of_year:
        row.why = "no_mass"
        return
    row.used = half_even(sum((one.substituted for one in of_year), Fraction(0)) / 1000, 4)
    row.rate, row.trend = _pace([one for one in masses if one.date > row.as_of - timedelta(days=RECENT)])
    if total is None:
        row.why = "no_total"
        return
    document = YearlyTotal(
        str(row.outlet_id or ""),
        row.factor,
        total.tonnes,
        date(year, 1, 1),
        date(year, 12, 31),
        total.document,
    )
    forecast = total_state(masses, document, row.as_of, measured.kernel_rules()).forecast
    row.why = CODES.get(forecast.state, "")
    if forecast.state in ("runs_out", "used_up"):
        row.runs_out = forecast.day if forecast.state == "runs_out" else _used_up(of_year, total.tonnes)
        row.runs_out_first, row.runs_out_last = forecast.earliest, forecast.latest
        if forecast.state == "used_up":
            row.runs_out_first = row.runs_out_last = None


def _used_up(days: list[DayMass], tonnes: Decimal) -> date:
    """The day on which the sum went above the total."""
    sum_ = Fraction(0)
    for one in days:
        sum_ += one.substituted
        if sum_ >= Fraction(tonnes) * 1000:
            return one.date
    return days[-1].date


def _pace(days: list[DayMass]) -> tuple[Decimal | None, Decimal | None]:
    """Tonnes a day of the latest days, and by how much [%] the later half lies above the earlier one."""
    if not days:
        return None, None
    rate = half_even(sum((one.substituted for one in days), Fraction(0)) / len(days) / 1000, 5)
    edge = days[-1].date - timedelta(days=HALF)
    halves = [[one.substituted for one in days if (one.date > edge) is late] for late in (False, True)]
    if not all(halves):
        return rate, None
    early, late = (sum(half, Fraction(0)) / len(half) for half in halves)
    if not early:
        return rate, None
    change = 100 * (late / early - 1)
    return rate, half_even(max(Fraction(-999), min(Fraction(999), change)), 1)


def _call_out(firm: Any, row: DualControl) -> int:
    """The alarm of a total that runs out: raised, grown or withdrawn; whether it is new."""
    if row.year != clock.today().year:
        return 0
    share = None if not row.total or row.used is None else 100 * row.used / row.total
    left = None if row.runs_out is None else (row.runs_out - clock.today()).days
    level = steps.total_level(share, left, clock.today())
    key = f"{AlarmKind.TOTAL}|{firm.pk}|{row.outlet_id or ''}|{row.factor}|{row.year}"
    known = (
        Alarm.objects.select_for_update(of=("self",))
        .filter(Q(key=key) | Q(key__startswith=f"{key}|"))
        .order_by("-pk")
        .first()
    )
    if not level or row.total is None or row.used is None:
        if known is not None and known.state not in SETTLED:
            raising.withdraw(known, raising.note("gone"))
        return 0
    figures = {
        "level": level, "limit": row.total, "peak": row.used, "document": "", "basis": "permit",
        "ratio": half_even(Fraction(row.used) / Fraction(row.total), 3),
        "until": _start(row.as_of or clock.today()),
    }  # fmt: skip
    settled = known is not None and known.state in SETTLED
    if known is None or (settled and level > known.level):
        # What a person settled stays; that it got worse is another alarm.
        raising.begin(
            Alarm(
                key=f"{key}|{level}" if settled else key, kind=AlarmKind.TOTAL, mn="", factor=row.factor,
                outlet_id=row.outlet_id, enterprise=firm, region=firm.region, unit=firm.unit,
                since=_start(date(row.year, 1, 1)), count=row.known_days, follows=known, **figures,
            )
        )  # fmt: skip
        return 1
    if not settled:
        figures["level"] = min(3, level + known.raised)
        raising.rewrite(known, figures)
    return 0


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(0)))
