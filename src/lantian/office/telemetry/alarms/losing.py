"""Alarms of lost lines: a confirmed device that sends nothing longer than the rule allows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.loops import move
from lantian.office.telemetry import door
from lantian.office.telemetry.alarms import raising, steps
from lantian.office.telemetry.alarms.models import Alarm, AlarmKind
from lantian.office.telemetry.alarms.states import SETTLED, WAITING

WATCHED = ("stack", "power", "condition")
WORKING = "working"


def watch_lines() -> tuple[int, int, int]:
    """Raise, grow and close the alarms of lost lines: how many of each.

    A device is watched that works, is confirmed and was heard once. One alarm a silence: it begins with the
    last packet. When packets come again it ends; up to the level of the rule `line_returns` it closes by
    itself, above it a person says why the line was lost.
    """
    now = clock.now()
    heard = door.heard()
    devices = (
        LineDevice.objects.filter(kind__in=WATCHED, status=WORKING, on_line=True, withdrawn=False)
        .select_related("outlet", "enterprise__unit", "region", "unit")
        .defer("region__geometry")
        .order_by("pk")
    )
    standing = {
        row.mn: row
        for row in Alarm.objects.filter(kind=AlarmKind.LINE, state__in=WAITING).select_related("finding")
        if not row.hours  # packets came again; it only waits for its explanation
    }
    raised = grown = ended = 0
    for device in devices:
        known = heard.get(device.mn)
        seen = None if known is None or known.state == "blocked" else known.last_seen
        row = standing.pop(device.mn, None)
        if seen is None:
            continue
        level = steps.line_level(now - seen, clock.today())
        if row is not None and seen > row.since:
            ended += _back(row, seen)
            row = None
        if not level:
            continue
        with transaction.atomic():
            if row is not None:
                grown += raising.rewrite(row, {"level": min(3, level + row.raised), "until": _hour(now)})
            else:
                raised += _raise(device, seen, now, level)
    return raised, grown, ended


def _raise(device: Any, seen: datetime, now: datetime, level: int) -> int:
    key = f"{AlarmKind.LINE}|{device.mn}|{seen.isoformat()}"
    if Alarm.objects.filter(key=key).exists():  # a person settled this silence already
        return 0
    earlier = (
        Alarm.objects.filter(kind=AlarmKind.LINE, mn=device.mn, state__in=SETTLED).order_by("-since").first()
    )
    follows = earlier if earlier is not None and earlier.since == seen else None
    raising.begin(
        Alarm(
            key=key, kind=AlarmKind.LINE, mn=device.mn, since=seen, until=_hour(now), level=level,
            follows=follows, **raising.of_device(device),
        )
    )  # fmt: skip
    return 1


def _back(row: Alarm, seen: datetime) -> int:
    """Packets came again: the silence ended; a lesser alarm closes by itself."""
    with transaction.atomic():
        back = min(seen, clock.now())
        raising.rewrite(row, {"until": back, "hours": [{"back": back.isoformat()}]})
        if row.level <= int(steps.rule("line_returns").value):
            with translation.override(settings.LANGUAGE_CODE):
                note = _("Packets come again.")
            move(row, "line_back", None, note)
    return 1


def _hour(now: datetime) -> datetime:
    """The silence is told by the hour: a run each few minutes writes no row for nothing."""
    return now.replace(minute=0, second=0, microsecond=0)
