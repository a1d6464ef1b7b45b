"""From judged episodes to alarms: raised once, grown, raised a level, withdrawn with a note; nothing deleted.

Whoever calls holds a transaction in which the device's alarms are locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.telemetry.alarms import steps, words
from lantian.office.telemetry.alarms.models import Alarm, Level
from lantian.office.telemetry.alarms.states import SETTLED, WAITING, AlarmState
from lantian.telemetry.judgement import AlarmEvent
from lantian.telemetry.judgement.alarms import LENGTH

FIGURES = (
    "since", "until", "count", "peak", "ratio", "level", "basis", "limit", "document", "verified", "hours",
)  # fmt: skip
TOLD = ("since", "until", "count", "peak", "ratio", "level", "basis", "limit")
MOST_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Over:
    """A period above at least one limit: of the limit that speaks, and of all others by basis."""

    time: datetime
    value: Decimal
    limit: Decimal
    ratio: Decimal
    basis: str
    bases: dict[str, str]
    over_range: bool

    def as_dict(self) -> dict[str, Any]:
        """As it is kept with the alarm."""
        return {
            "time": self.time.isoformat(), "value": str(self.value), "limit": words.number(self.limit),
            "ratio": str(self.ratio), "basis": self.basis, "bases": self.bases,
            "over_range": self.over_range,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Episode:
    """Periods that belong together, whichever limits they lie above."""

    level: int
    length: timedelta
    basis: str
    document: str
    verified: bool
    periods: tuple[Over, ...]

    @property
    def since(self) -> datetime:
        """Start of the first period."""
        return self.periods[0].time

    @property
    def until(self) -> datetime:
        """End of the last period."""
        return self.periods[-1].time + self.length

    def without(self, spans: Sequence[tuple[datetime, datetime]]) -> Episode | None:
        """The same without the periods of some spans; None where nothing is left."""
        left = tuple(one for one in self.periods if not any(a <= one.time < b for a, b in spans))
        if not left:
            return None
        return Episode(self.level, self.length, self.basis, self.document, self.verified, left)

    def figures(self) -> dict[str, Any]:
        """The columns of its alarm."""
        mine = [one for one in self.periods if one.basis == self.basis] or list(self.periods)
        peak = max(mine, key=lambda one: (one.ratio, -one.time.timestamp()))
        return {
            "since": self.since, "until": self.until, "count": len(self.periods), "peak": peak.value,
            "ratio": peak.ratio, "level": self.level, "basis": self.basis, "limit": peak.limit,
            "document": self.document[:160], "verified": self.verified,
            "hours": [one.as_dict() for one in self.periods[:MOST_KEPT]],
        }  # fmt: skip


def episodes(events: Iterable[AlarmEvent]) -> list[Episode]:
    """The kernel's events of one device and factor, those that overlap in one episode whatever their basis.

    Events near a limit only raise nothing.
    """
    rows = sorted((one for one in events if one.level > 0), key=lambda one: (one.since, one.until))
    groups: list[list[AlarmEvent]] = []
    until: datetime | None = None
    for event in rows:
        if until is not None and event.since < until:
            groups[-1].append(event)
            until = max(until, event.until)
        else:
            groups.append([event])
            until = event.until
    return [_episode(group) for group in groups]


def _episode(group: list[AlarmEvent]) -> Episode:
    first = group[0].exceeded[0]
    order = {basis: place for place, basis in enumerate(steps.rule("bases", first.day).texts)}
    by_time: dict[datetime, list[Any]] = {}
    for event in group:
        for row in event.exceeded:
            by_time.setdefault(row.time, []).append(row)
    periods = []
    for time in sorted(by_time):
        rows = sorted(by_time[time], key=lambda row: (order.get(row.basis, 99), row.basis))
        said = rows[0]
        periods.append(
            Over(
                time, said.value, said.limit.value, said.ratio, said.basis,
                {row.basis: words.number(row.limit.value) for row in rows}, said.state == "over_range",
            )
        )  # fmt: skip
    basis = min((one.basis for one in periods), key=lambda name: order.get(name, 99))
    limits = [row.limit for event in group for row in event.exceeded if row.basis == basis]
    return Episode(
        max(event.level for event in group), LENGTH[group[0].kind], basis, limits[-1].document,
        all(limit.verified for limit in limits), tuple(periods),
    )  # fmt: skip


def settle(
    device: Any, kind: str, factor: str, found: Sequence[Episode], known: Sequence[Alarm]
) -> tuple[int, int, int]:
    """Bring the alarms of a device, kind and factor up to what was judged: raised, changed, withdrawn.

    An alarm a person closed or declared void keeps the periods it was decided about; what goes on after it
    is a new alarm that follows it. Of two that turn out to be one the earlier stays.
    """
    raised = changed = withdrawn = 0
    touched: set[int] = set()
    for whole in found:
        near = [row for row in known if row.since < whole.until and row.until > whole.since]
        touched |= {row.pk for row in near}
        settled = [row for row in near if row.state in SETTLED]
        free = [row for row in near if row.state not in SETTLED]
        free.sort(key=lambda row: (row.state == AlarmState.WITHDRAWN, row.since, row.pk))
        rest = whole.without([(row.since, row.until) for row in settled])
        if rest is None:
            withdrawn += sum(withdraw(row, note("merged", settled[0])) for row in free)
            continue
        if free:
            changed += _grow(free[0], rest)
            withdrawn += sum(withdraw(row, note("merged", free[0])) for row in free[1:])
        else:
            _raise(device, kind, factor, rest, settled[-1] if settled else None)
            raised += 1
    for row in known:
        if row.pk not in touched and row.state != AlarmState.VOID:
            withdrawn += withdraw(row, note("gone"))
    return raised, changed, withdrawn


def _raise(device: Any, kind: str, factor: str, episode: Episode, follows: Alarm | None) -> Alarm:
    """A new alarm; its state, and its time limit by level, begin now."""
    made = Alarm(
        key=f"{kind}|{device.mn}|{factor}|{episode.since.isoformat()}", kind=kind, factor=factor,
        mn=device.mn, follows=follows, **of_device(device), **episode.figures(),
    )  # fmt: skip
    return begin(made)


def of_device(device: Any) -> dict[str, Any]:
    """Where an alarm or lead about a device belongs."""
    return {
        "device": device, "outlet": device.outlet, "enterprise": device.enterprise, "region": device.region,
        "unit": device.unit or (device.enterprise.unit if device.enterprise is not None else None),
    }  # fmt: skip


def begin(made: Alarm) -> Alarm:
    """Save a new alarm with its time limit and its row in the log."""
    now = clock.now()
    made.state_since = made.raised_at = made.judged_at = now
    made.state_due = steps.due(f"acknowledge_{made.level}")
    made.save(force_insert=True)
    record(None, "raise_alarm", made, after={name: getattr(made, name) for name in TOLD})
    return made


def _grow(row: Alarm, episode: Episode) -> int:
    """Write what was judged into an alarm; whether anything changed."""
    figures = episode.figures()
    figures["level"] = min(int(Level.SERIOUS), figures["level"] + row.raised)
    return rewrite(row, figures)


def rewrite(row: Alarm, figures: dict[str, Any]) -> int:
    """Write new figures into an alarm: logged, back if it was withdrawn, new again if it got worse."""
    level = figures.get("level", row.level)
    if row.state == AlarmState.WITHDRAWN:
        move(row, "alarm_back", None, note("back"), due=steps.due(f"acknowledge_{level}"))
    before = {name: getattr(row, name) for name in figures}
    if all(_same(before[name], value) for name, value in figures.items()):
        return 0
    worse = level > row.level
    for name, value in figures.items():
        setattr(row, name, value)
    row.judged_at = clock.now()
    row.save(update_fields=[*figures, "judged_at"])
    told = [name for name in TOLD if name in figures]
    record(
        None, "judge_alarm", row, before={name: before[name] for name in told},
        after={name: figures[name] for name in told},
    )  # fmt: skip
    if worse and row.state in WAITING:
        move(row, "escalate_alarm", None, note("worse", row), due=steps.due(f"acknowledge_{row.level}"))
    return 1


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


def withdraw(row: Alarm, why: str) -> int:
    """Withdraw an alarm with its note; whether it was still standing."""
    if row.state in (AlarmState.WITHDRAWN, AlarmState.VOID):
        return 0
    move(row, "withdraw_alarm", None, why)
    if row.finding is not None:
        record(None, "alarm_gone", row.finding, why, after={"alarm": row.pk})
    return 1


def note(which: str, other: Alarm | None = None) -> str:
    """Why the office itself moves an alarm, in the office's language: the log is in one."""
    with translation.override(settings.LANGUAGE_CODE):
        since = timezone.localtime(other.since).strftime("%Y-%m-%d %H:%M") if other is not None else ""
        level = str(other.level_label) if other is not None else ""
        return {
            "gone": _("After new data, marks or limits nothing above a limit remains."),
            "merged": _("After new data it is one with the alarm since %(since)s.") % {"since": since},
            "back": _("After new data values above the limit are back."),
            "worse": _("It became worse: %(level)s.") % {"level": level},
        }[which]
