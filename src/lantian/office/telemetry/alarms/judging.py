"""The daily judgement: hours and days of devices against the limits of their outlets, made into alarms.

A step of `lantian office line`, and callable alone. What came late, was corrected or got another limit is
judged anew, together with whatever alarms touch those days; nothing is judged twice into two alarms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lantian.office.frame import clock
from lantian.office.grading.models import Held
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.ledgers.industry.outlet_limit import OutletLimit
from lantian.office.telemetry import measured
from lantian.office.telemetry.alarms import limits as limits_room
from lantian.office.telemetry.alarms import raising
from lantian.office.telemetry.alarms.models import Alarm, AlarmKind, Judged
from lantian.office.telemetry.daily.figures import figures as kept_figures
from lantian.office.telemetry.daily.steps import Changed
from lantian.telemetry.judgement import AlarmEvent, judge, merge_judgements
from lantian.telemetry.validity.days import days as days_of
from lantian.telemetry.validity.rules import midnight

STACK = "stack"
ALL = "*"
AT_ONCE = 20
# Alarms this far from a day that changed are judged along with it: no gap that merges is longer.
MARGIN = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a judgement did: devices judged, and what became of their alarms."""

    devices: int = 0
    raised: int = 0
    changed: int = 0
    withdrawn: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.devices + other.devices, self.raised + other.raised, self.changed + other.changed,
            self.withdrawn + other.withdrawn,
        )  # fmt: skip


def judge_changed(days: Mapping[str, Iterable[date]]) -> Outcome:
    """Judge the days of devices that changed, and all days of those whose limits changed since last time.

    Parameters
    ----------
    days
        per device (its MN) the local days of which a value is new or newer
    """
    now = clock.now()
    wanted = {
        mn: (min(some), max(some)) for mn, some in ((mn, set(some)) for mn, some in days.items()) if some
    }
    today = timezone.localdate(now)
    renewed = _with_new_limits(now)
    for mn, first in renewed.items():
        old = wanted.get(mn)
        wanted[mn] = (min(first, old[0]) if old else first, max(today, old[1]) if old else today)
    found = Outcome()
    devices = _devices(wanted)
    if renewed:
        # Their kept days count hours above the limit: those of the new limits.
        days_anew = {mn: frozenset(_span(first, today)) for mn, first in renewed.items()}
        kept_figures(Changed(days_anew, now, {one.mn: one for one in devices}))
    windows: dict[tuple[date, date], list[Any]] = defaultdict(list)
    for device in devices:
        windows[_window(device.mn, *wanted[device.mn])].append(device)
    for (first, last), some in sorted(windows.items(), key=lambda pair: pair[0]):
        for place in range(0, len(some), AT_ONCE):
            found += judge_devices(some[place : place + AT_ONCE], first, last)
    Judged.objects.update_or_create(mn=ALL, defaults={"judged_at": now})
    return found


def judge_devices(devices: Iterable[Any], first: date, last: date) -> Outcome:
    """Judge some stack devices over local days, both included, and bring their alarms up to date.

    The days should reach around every alarm they touch; `judge_changed` sees to that.
    """
    devices = [one for one in devices if one.outlet_id is not None]
    if not devices:
        return Outcome()
    limits = limits_room.limits_of([one.outlet for one in devices], first, last)
    limited = [one for one in devices if limits.get(one.outlet_id)]
    hours = measured.several(limited, first, last) if limited else {}
    found = Outcome()
    for device in devices:
        events: dict[tuple[str, str], list[AlarmEvent]] = {}
        if device.pk in hours:
            events = _events(hours[device.pk], limits[device.outlet_id])
        with transaction.atomic():
            found += _settle(device, events, first, last)
            _bookmark(device.mn, first, last)
    return found


def _span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _events(one: measured.Measured, limits: list[Any]) -> dict[tuple[str, str], list[AlarmEvent]]:
    """The alarms of a device's hours and days as the kernel sees them, by kind and factor."""
    found: dict[tuple[str, str], list[AlarmEvent]] = {}
    now = clock.now()
    for factor in sorted({limit.factor for limit in limits} & set(one.hours)):
        hours = [hour for hour in one.hours[factor] if hour.time < now]
        for kind, values in ((AlarmKind.HOUR, hours), (AlarmKind.DAY, days_of(hours, one.rules))):
            if not values:
                continue
            told = judge(values, limits, one.rules, outlet=one.device.mn)
            found[str(kind), factor] = merge_judgements([told], [], one.rules)
    return found


def _settle(
    device: Any, events: Mapping[tuple[str, str], list[AlarmEvent]], first: date, last: date
) -> Outcome:
    start, end = midnight(first), midnight(last + timedelta(days=1))
    rows = Alarm.objects.select_for_update(of=("self",)).filter(
        mn=device.mn, kind__in=[AlarmKind.HOUR, AlarmKind.DAY], since__lt=end, until__gt=start
    )
    known: dict[tuple[str, str], list[Alarm]] = defaultdict(list)
    for row in rows.select_related("enterprise", "outlet", "region").order_by("since", "pk"):
        known[row.kind, row.factor].append(row)
    total = Outcome(devices=1)
    for key in sorted({*events, *known}):
        done = raising.settle(device, *key, raising.episodes(events.get(key, [])), known[key])
        total += Outcome(0, *done)
    return total


def _window(mn: str, first: date, last: date) -> tuple[date, date]:
    """The days asked for, and those of every alarm that lies within reach of them."""
    rows = list(
        Alarm.objects.filter(mn=mn, kind__in=[AlarmKind.HOUR, AlarmKind.DAY]).values_list("since", "until")
    )
    spans = [
        (timezone.localdate(since), timezone.localdate(until - timedelta(seconds=1))) for since, until in rows
    ]
    grown = True
    while grown:
        grown = False
        for since, until in spans:
            if since <= last + MARGIN and until >= first - MARGIN and (since < first or until > last):
                first, last, grown = min(first, since), max(last, until), True
    return first, last


def _devices(wanted: Mapping[str, Any]) -> list[Any]:
    return list(
        LineDevice.objects.filter(mn__in=list(wanted), kind=STACK, withdrawn=False)
        .select_related("outlet", "enterprise__unit", "region", "unit")
        .defer("region__geometry")
        .order_by("pk")
    )


def _with_new_limits(now: datetime) -> dict[str, date]:
    """Devices whose limits, or whose enterprise's grade, changed since last time: their first judged day."""
    last = Judged.objects.filter(mn=ALL).first()
    if last is None:
        return {}
    since = last.judged_at
    outlets = OutletLimit.objects.filter(changed_at__gte=since).values("outlet")
    graded = Held.objects.filter(state_since__gte=since).values("enterprise")
    mns = LineDevice.objects.filter(
        Q(outlet__in=outlets) | Q(enterprise__in=graded), kind=STACK, withdrawn=False
    ).values_list("mn", flat=True)
    rows = Judged.objects.filter(mn__in=list(mns), since__isnull=False)
    return {
        row.mn: timezone.localdate(row.since) for row in rows if row.since is not None and row.since <= now
    }


def _bookmark(mn: str, first: date, last: date) -> None:
    start, end = midnight(first), midnight(last + timedelta(days=1))
    row, made = Judged.objects.get_or_create(mn=mn, defaults={"since": start, "until": end})
    if not made:
        row.since = min(start, row.since) if row.since else start
        row.until = max(end, row.until) if row.until else end
    row.judged_at = clock.now()
    row.save()
