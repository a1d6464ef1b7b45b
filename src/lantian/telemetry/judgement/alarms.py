"""Alarms out of exceedances: near ones are one, the level grows by rule, normal hours end them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from lantian.telemetry.judgement.exceedance import APPROACHING, Exceedance, Judgement
from lantian.telemetry.judgement.limits import DAY_MEAN, HOUR_MEAN
from lantian.telemetry.validity.rules import HOUR, DayRules, Rules, local_day

Key = tuple[str, str, str, str]
OPEN, CLOSED = "open", "closed"
LENGTH = {HOUR_MEAN: HOUR, DAY_MEAN: timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """Exceedances of one outlet, factor and basis that belong together.

    Attributes
    ----------
    kind
        hour or day (their mean is above the limit); line (nothing comes); total (the yearly total runs out)
    signals
        the exceedances it rests on, in order of time, one a time
    normal
        times within the limit seen since it began, as far as its end depends on them
    level
        0 near the limit, then those of `telemetry.alarms.levels`
    reached
        when each level was reached first: (level, end of the period that reached it)
    closed_at
        end of the normal period that ended it; None while it is open
    """

    outlet: str
    factor: str
    basis: str
    kind: str
    signals: tuple[Exceedance, ...]
    normal: tuple[datetime, ...]
    level: int
    reached: tuple[tuple[int, datetime], ...]
    closed_at: datetime | None

    @property
    def key(self) -> Key:
        """Outlet, factor, basis, kind."""
        return self.outlet, self.factor, self.basis, self.kind

    @property
    def name(self) -> str:
        """A name that stays while it grows: what it is about and when it began."""
        return "/".join((*self.key, self.since.isoformat()))

    @property
    def since(self) -> datetime:
        """Start of its first period."""
        return self.signals[0].time

    @property
    def until(self) -> datetime:
        """End of its last period above the limit, or near it where none was above."""
        return (self.exceeded or self.signals)[-1].time + LENGTH.get(self.kind, HOUR)

    @property
    def state(self) -> str:
        """open or closed."""
        return OPEN if self.closed_at is None else CLOSED

    @property
    def exceeded(self) -> tuple[Exceedance, ...]:
        """Those above the limit, over range among them; near ones left out."""
        return tuple(row for row in self.signals if row.state != APPROACHING)

    @property
    def count(self) -> int:
        """Periods above the limit."""
        return len(self.exceeded)

    @property
    def peak(self) -> Exceedance:
        """The highest, the first of equals."""
        return max(self.signals, key=lambda row: (row.ratio, -row.time.timestamp()))

    @property
    def ratio(self) -> Decimal:
        """Times the limit at its highest."""
        return self.peak.ratio


def merge(
    exceedances: Iterable[Exceedance],
    open_alarms: Iterable[AlarmEvent],
    rules: Rules,
    *,
    normal: Mapping[Key, Iterable[datetime]] | None = None,
    rejudged: tuple[datetime, datetime] | None = None,
) -> list[AlarmEvent]:
    """The alarms of what was above or near a limit, those already open carried on.

    Parameters
    ----------
    exceedances
        in any order; the same one twice counts once
    open_alarms
        those known so far, closed ones too where late data may touch them
    normal
        times within the limit, per outlet, factor, basis and averaging (`normal_of`)
    rejudged
        [from, to): what open alarms know of that time is dropped first, so that a value corrected since
        leaves its alarm

    Returns
    -------
    in order of outlet, factor, basis and beginning. The answer depends on the set of what is given, not on
    its order, and merging it again changes nothing.

    Notes
    -----
    An alarm begins near or above the limit. Once something was above it, periods near it count as normal.
    After more normal periods in a row than `telemetry.alarms.merge` allows it is closed; so it is when
    nothing was judged for longer than `telemetry.judgement.longest_gap` and then something comes. Levels:
    `telemetry.alarms.levels` and `day_levels`, by periods in a row or by ratio.
    """
    signals: dict[Key, dict[datetime, Exceedance]] = defaultdict(dict)
    quiet: dict[Key, set[datetime]] = defaultdict(set)
    for alarm in open_alarms:
        quiet[alarm.key] |= {time for time in alarm.normal if not _within(time, rejudged)}
        for row in alarm.signals:
            if not _within(row.time, rejudged):
                _keep(signals[alarm.key], row)
    for row in exceedances:
        _keep(signals[row.key], row)
    for key, times in (normal or {}).items():
        quiet[key] |= set(times)
    found: list[AlarmEvent] = []
    for key in sorted(key for key in signals if signals[key]):
        rows = [signals[key][time] for time in sorted(signals[key])]
        above = {row.time for row in rows if row.state != APPROACHING}
        found += _events(key, rows, sorted(quiet[key] - above), rules)
    return found


def normal_of(judgements: Iterable[Judgement]) -> dict[Key, set[datetime]]:
    """The times within the limit, as `merge` takes them."""
    found: dict[Key, set[datetime]] = defaultdict(set)
    for one in judgements:
        for basis, times in one.normal.items():
            found[one.outlet, one.factor, basis, one.averaging] |= set(times)
    return found


def merge_judgements(
    judgements: Iterable[Judgement],
    open_alarms: Iterable[AlarmEvent],
    rules: Rules,
    *,
    rejudged: tuple[datetime, datetime] | None = None,
) -> list[AlarmEvent]:
    """`merge` of all that some judgements say."""
    given = list(judgements)
    rows = [row for one in given for row in one.signals]
    return merge(rows, open_alarms, rules, normal=normal_of(given), rejudged=rejudged)


def _within(time: datetime, span: tuple[datetime, datetime] | None) -> bool:
    return span is not None and span[0] <= time < span[1]


def _keep(rows: dict[datetime, Exceedance], row: Exceedance) -> None:
    """Of two about one time the higher stays, whichever came first."""
    known = rows.get(row.time)
    if known is None or _rank(row) > _rank(known):
        rows[row.time] = row


def _rank(row: Exceedance) -> tuple[bool, Decimal, str, str]:
    return (row.state != APPROACHING, row.ratio, row.state, str(row.limit))


def _allowed(averaging: str, day: DayRules) -> tuple[int, timedelta]:
    """Normal periods an alarm bears, and the longest time without anything judged."""
    name = "days" if averaging == DAY_MEAN else "hours"
    gap = day.table("judgement.longest_gap")[name]
    return int(day.table("alarms.merge")[name]), LENGTH[averaging] * int(gap)


@dataclass
class _Growing:
    """An alarm while time goes by."""

    key: Key
    signals: list[Exceedance]
    normal: list[datetime]
    calm: int = 0

    @property
    def above(self) -> bool:
        """Whether anything in it was above the limit."""
        return any(row.state != APPROACHING for row in self.signals)

    def done(self, closed: datetime | None, rules: Rules) -> AlarmEvent:
        """The alarm as told."""
        reached = _reached(self.signals, rules)
        level = max((level for level, _ in reached), default=0)
        return AlarmEvent(*self.key, tuple(self.signals), tuple(self.normal), level, reached, closed)


def _events(key: Key, rows: list[Exceedance], quiet: list[datetime], rules: Rules) -> list[AlarmEvent]:
    """Time goes by once: each period is above the limit, near it or normal."""
    length = LENGTH[rows[0].averaging] if rows else HOUR
    near = {row.time: row for row in rows}
    found: list[AlarmEvent] = []
    now: _Growing | None = None
    for time in sorted({*near, *quiet}):
        allowed, longest = _allowed(key[3], rules.on(local_day(time)))
        row = near.get(time)
        if now is not None:
            ends = _last(now) + length + longest
            if time > ends:
                found.append(now.done(ends, rules))
                now = None
        if row is not None and (now is None or row.state != APPROACHING or not now.above):
            now = now or _Growing(key, [], [])
            now.signals.append(row)
            now.calm = 0
        elif now is not None:
            now.calm += 1
            if row is None:
                now.normal.append(time)
            else:
                now.signals.append(row)
            if now.calm > allowed:
                found.append(now.done(time + length, rules))
                now = None
    if now is not None:
        found.append(now.done(None, rules))
    return found


def _last(alarm: _Growing) -> datetime:
    """The last period anything is known of."""
    times = [alarm.signals[-1].time, *alarm.normal[-1:]]
    return max(times)


def _reached(group: list[Exceedance], rules: Rules) -> tuple[tuple[int, datetime], ...]:
    """When each level was reached first."""
    found: dict[int, datetime] = {}
    run, before = 0, None
    for row in group:
        length = LENGTH[row.averaging]
        level = 0
        if row.state != APPROACHING:
            run = run + 1 if before is not None and row.time - before == length else 1
            before = row.time
            level = level_of(row.averaging, run, row.ratio, rules.on(local_day(row.time)))
        for one in range(level + 1):
            found.setdefault(one, row.time + length)
    return tuple(sorted(found.items()))


def level_of(averaging: str, run: int, ratio: Decimal, day: DayRules) -> int:
    """The level that so many periods in a row, or so many times the limit, reach.

    Parameters
    ----------
    averaging
        hour or day
    run
        periods above the limit in a row
    ratio
        value / limit
    """
    name = "alarms.day_levels" if averaging == DAY_MEAN else "alarms.levels"
    reached = (
        int(row["level"])
        for row in day.rule(name).rows
        if run >= int(row["hours"]) or (ratio > 1 and ratio >= Decimal(row["ratio"]))
    )
    return max(reached, default=0)


@dataclass(frozen=True, slots=True)
class Due:
    """Until when an alarm is to be answered, and how many time limits have passed without an answer."""

    by: datetime
    overdue: bool
    raised: int


def due(alarm: AlarmEvent, now: datetime, rules: Rules) -> Due | None:
    """The time limit of an alarm's level, and how far it goes up unanswered; None for a near one.

    `telemetry.alarms.limits` gives the hours by level, `telemetry.judgement.escalation` the steps.
    """
    if alarm.level < 1:
        return None
    day = rules.on(local_day(alarm.since))
    begun = dict(alarm.reached)[alarm.level]
    allowed = timedelta(hours=int(day.table("alarms.limits")[f"acknowledge_{alarm.level}"]))
    passed = max(0, (now - begun) // allowed) if now > begun else 0
    table = day.table("judgement.escalation")
    raised = min(int(table["highest"]), int(passed) * int(table["step"]))
    return Due(begun + allowed, now > begun + allowed, raised)
