"""A run of `lantian office line`: what came since the last one, then every step in order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from lantian.office.frame import clock
from lantian.office.ledgers.industry.line_device import LineDevice
from lantian.office.telemetry import door, measured
from lantian.office.telemetry.daily import steps
from lantian.office.telemetry.models import Watermark
from lantian.telemetry.store.changes import changes
from lantian.telemetry.validity.control import AUTOMATIC

NAME = "line"
CNS = (door.MINUTES, door.HOURS, "2011", "2031")
AT_ONCE = 200  # devices a step is handed together


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did: devices and days that changed, and a line a step."""

    devices: int
    days: int
    through: int
    said: list[str]


def run(*, now: datetime | None = None, everything: bool = False) -> Ran:
    """Work out what follows from values that came since the last run; the same again changes nothing.

    The watermark moves once every step is done: what was cut off is done again by the next run.

    Parameters
    ----------
    now
        the moment it is; the office's clock by default
    everything
        look at all that is stored, as if nothing had been worked out
    """
    now = now or clock.now()
    mark = Watermark.objects.filter(name=NAME).first()
    after = 0 if everything or mark is None else mark.seq
    found = changes(door.line(), after, CNS)
    days = {mn: set(some) for mn, some in found.days.items()}
    records = _records()
    _owed_without_word(days, records, now, mark.at if mark is not None and not everything else None)
    _checked(days, after, records, now)
    known = {mn: frozenset(some) for mn, some in days.items() if mn in records}
    said: list[str] = []
    mns = sorted(known)
    for name, step in steps.steps():
        parts = [
            step(steps.Changed({mn: known[mn] for mn in some}, now, {mn: records[mn] for mn in some}))
            for some in (mns[at : at + AT_ONCE] for at in range(0, max(1, len(mns)), AT_ONCE))
        ]
        said.append(f"{name}: {'; '.join(dict.fromkeys(filter(None, parts)))}")
    with transaction.atomic():
        Watermark.objects.update_or_create(name=NAME, defaults={"seq": found.through, "at": now})
    return Ran(len(known), sum(len(some) for some in known.values()), found.through, said)


def _checked(days: dict[str, set[date]], after: int, records: Collection[str], now: datetime) -> None:
    """A check of an analyser that came says something of the days before and after it."""
    today = measured.local(now).date()
    for mn, came in changes(door.line(), after, (AUTOMATIC,)).days.items():
        if mn not in records:
            continue
        first, last = min(came) - measured.CHECKED_AFTER, min(today, max(came) + measured.CHECKED_AFTER)
        for mark in measured.controls_of([mn], first, last, as_of=now).get(mn, []):
            since = max(first, measured.local(mark.start).date())
            until = min(last, measured.local(mark.end).date())
            days.setdefault(mn, set()).update(
                since + timedelta(days=n) for n in range((until - since).days + 1)
            )


def _records() -> dict[str, LineDevice]:
    rows = LineDevice.objects.filter(withdrawn=False, on_line=True).select_related(
        "region", "unit", "enterprise", "outlet"
    )
    return {row.mn: row for row in rows.defer("region__geometry")}


def _owed_without_word(
    days: dict[str, set[date]], records: dict[str, LineDevice], now: datetime, last: datetime | None
) -> None:
    """A device that is silent owes its hours all the same: the days since the last run are its too."""
    today = measured.local(now).date()
    first = today - timedelta(days=1) if last is None else measured.local(last).date()
    first = max(first, today - timedelta(days=31))
    count = (today - first).days + 1
    for mn, row in records.items():
        if row.status == "working":
            days.setdefault(mn, set()).update(first + timedelta(days=n) for n in range(count))
