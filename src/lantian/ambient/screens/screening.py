"""Run every screen over a span of a lake, window by window, and join what crosses their edges."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from lantian.ambient.reviews import reviews_of
from lantian.ambient.screens import between, shifts, slips, standing, values
from lantian.ambient.screens.case import Case
from lantian.ambient.screens.grid import Grid, read_grid, windows
from lantian.ambient.screens.report import CODES, HOUR, ScreenReport, Suspicion
from lantian.ambient.screens.settled import Settled
from lantian.ambient.screens.thresholds import Thresholds
from lantian.ambient.sources import version_of
from lantian.errors import LantianError
from lantian.lake import Lake, arrow
from lantian.rulebook import Rulebook

KINDS = ("ambient_station_hour", "ambient_city_hour")
LOOK_BACK = timedelta(days=31)
Screen = Callable[[Case], Iterator[Suspicion]]
# In this order: what an earlier screen explains is not reported again by a later one.
SCREENS: tuple[Screen, ...] = (
    standing.stopped,
    standing.frozen_station,
    slips.unit_slip,
    slips.zeros,
    slips.capped,
    standing.frozen_items,
    values.out_of_range,
    values.spikes,
    values.pm_order,
    shifts.time_shift,
    between.duplicates,
    between.neighbour,
    standing.all_failed,
)


def screen(
    lake: Lake,
    *,
    kind: str = "ambient_station_hour",
    since: date | datetime | None = None,
    until: date | datetime | None = None,
    places: Collection[str] | None = None,
    as_of: int | datetime | None = None,
    rulebook: Rulebook | None = None,
    progress: Callable[[str], None] | None = None,
) -> ScreenReport:
    """What looks wrong in the hours of a lake, and why.

    Parameters
    ----------
    lake
        the store; nothing in it is changed
    kind
        `ambient_station_hour` or `ambient_city_hour`
    since, until
        first and last local day, or aware instants (stamps), both included; None is all there is
    places
        report on these places only; their neighbours are looked at all the same
    as_of
        the lake as it was: a version number or an aware instant
    rulebook
        where the thresholds `ambient.screens.*` are taken from; None is the packaged one
    progress
        called with a line of text for each window

    Returns
    -------
    ScreenReport; what a review has settled is left out and counted in `reviewed`

    Raises
    ------
    LantianError
        a kind that has no hours, an unknown version, a span without data
    """
    if kind not in KINDS:
        raise LantianError(f'"{kind}" cannot be screened', remedy=f"Kinds with hours are {', '.join(KINDS)}.")
    version = version_of(lake, as_of)
    first, last = span_of(lake, kind, since, until, version)
    thresholds = Thresholds.of(rulebook, last.date())
    known = known_before(lake, kind, first, version)
    found: list[Suspicion] = []
    seen: set[str] = set()
    hours = 0
    done = first - HOUR
    for start, end in windows(first, last):
        if progress:
            progress(f"{kind} {start:%Y-%m-%d} to {end:%Y-%m-%d}")
        grid = read_grid(lake, kind, start, end, places=None, as_of=version, known=known)
        if not grid.count:
            continue
        fresh = int((done + HOUR - start) / HOUR)
        hours += int(grid.reported[:, fresh:].any(axis=0).sum())
        seen.update(grid.places)
        found += [s for s in _examine(kind, grid, thresholds) if s.until > done or s.until >= end]
        done = end
    joined = _joined(found, first, last)
    settled = Settled(reviews_of(lake, kind, version))
    open_ones = [s for s in joined if not settled(s)]
    reviewed, joined = len(joined) - len(open_ones), open_ones
    if places is not None:
        wanted = set(places)
        seen &= wanted
        joined = [s for s in joined if s.place in wanted]
    order = {code: number for number, code in enumerate(CODES)}
    joined.sort(key=lambda s: (order[s.code], s.city, s.place, s.since, s.items))
    return ScreenReport(kind, first, last, version, len(seen), hours, joined, reviewed, thresholds.unverified)


def _examine(kind: str, grid: Grid, thresholds: Thresholds) -> Iterator[Suspicion]:
    case = Case.of(kind, grid, thresholds)
    for one in SCREENS:
        yield from one(case)


def span_of(
    lake: Lake, kind: str, since: date | datetime | None, until: date | datetime | None, version: int
) -> tuple[datetime, datetime]:
    """First and last stamp of the wanted span that the lake holds something of.

    Raises
    ------
    LantianError
        when it holds nothing
    """
    held = lake.span(kind, as_of=version)
    if held is None or not isinstance(held[0], datetime) or not isinstance(held[1], datetime):
        raise LantianError(f"the store holds nothing of {kind}", remedy="Import hours into it first.")
    first = max(held[0].astimezone(UTC), _stamp(since, held[0], last=False))
    last = min(held[1].astimezone(UTC), _stamp(until, held[1], last=True))
    if last < first:
        raise LantianError(
            f"the store holds no hour of {kind} in that span",
            remedy=f"It holds {held[0]:%Y-%m-%d} to {held[1]:%Y-%m-%d}.",
        )
    return first, last


def _stamp(moment: date | datetime | None, held: datetime, *, last: bool) -> datetime:
    if moment is None:
        return held.astimezone(UTC)
    if isinstance(moment, datetime):
        if moment.tzinfo is None:
            raise LantianError(f"{moment} has no time zone", remedy="Give an aware datetime, or a date.")
        return moment.astimezone(UTC)
    # Stamps are ends of hours: local day D holds the stamps D 01:00 … D+1 00:00.
    midnight = datetime(moment.year, moment.month, moment.day, tzinfo=UTC) - timedelta(hours=8)
    return midnight + (timedelta(days=1) if last else timedelta(hours=1))


def known_before(lake: Lake, kind: str, first: datetime, version: int) -> dict[str, tuple[str, str]]:
    """Places that reported in the month before the span: one that is silent now is still expected."""
    rows = lake.read(
        kind,
        since=first - LOOK_BACK,
        until=first - HOUR,
        as_of=version,
        columns=["place", "name", "city", "time"],
    )
    newest = rows.aggregate("place, arg_max(name, time) AS name, arg_max(city, time) AS city", "place")
    return {
        row["place"]: (row["name"] or row["place"], row["city"] or "") for row in arrow(newest).to_pylist()
    }


def _joined(found: list[Suspicion], first: datetime, last: datetime) -> list[Suspicion]:
    """Suspicions of one fault from two windows as one; what stopped only for a while is no stop."""

    def same(s: Suspicion) -> tuple[object, ...]:
        return (
            s.code,
            s.place,
            s.items,
            s.evidence.get("basis"),
            s.evidence.get("other"),
            s.evidence.get("cap"),
        )

    joined: list[Suspicion] = []
    for _, group in groupby(sorted(found, key=lambda s: (str(same(s)), s.since, s.until)), key=same):
        kept: list[Suspicion] = []
        for one in group:
            if kept and one.since <= kept[-1].until + HOUR:
                kept[-1] = _union(kept[-1], one)
            else:
                kept.append(one)
        joined += kept
    ended = (_stop_in_the_end(s, first, last) for s in joined)
    return [s for s in ended if s is not None]


def _union(one: Suspicion, two: Suspicion) -> Suspicion:
    if two.until <= one.until:
        return one
    length = (two.until - two.since) / HOUR + 1
    new = (two.until - max(one.until, two.since - HOUR)) / HOUR
    part = min(1.0, new / length)
    stretches = _stretches(one, two)

    def more(name: str) -> int:
        return int(one.words[name]) + round(int(two.words[name]) * part)

    exact = sum(round((until - since) / HOUR) + 1 for since, until in stretches)
    hours = exact if len(stretches) > 1 else one.hours + round(two.hours * part)
    whole = one.evidence.get("whole_window") and two.evidence.get("whole_window")
    evidence = dict(one.evidence) | ({"whole_window": bool(whole)} if "whole_window" in one.evidence else {})
    words = dict(one.words) | {name: more(name) for name in ("hours", "shared", "days") if name in one.words}
    return replace(one, until=two.until, hours=hours, stretches=stretches, evidence=evidence, words=words)


def _stretches(one: Suspicion, two: Suspicion) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches of both, those that touch as one."""
    joined: list[tuple[datetime, datetime]] = []
    for since, until in sorted((*one.stretches, *two.stretches)):
        if joined and since <= joined[-1][1] + HOUR:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return tuple(joined)


def _stop_in_the_end(s: Suspicion, first: datetime, last: datetime) -> Suspicion | None:
    if s.code != "stopped" or s.evidence.get("basis") == "name":
        return s
    evidence = {key: value for key, value in s.evidence.items() if key != "whole_window"}
    if last - s.until > timedelta(days=1):
        if s.evidence["basis"] == "silent":
            return None  # it came back: hours missing in between are for the capture rate to tell
        words = {"name": s.name, "hours": s.hours}
        evidence["basis"] = "station"
        return replace(s, code="frozen", template=standing.STATION_FROZEN, words=words, evidence=evidence)
    early = s.since - first <= timedelta(days=1)
    return replace(s, evidence=evidence | {"whole_span": bool(s.evidence["whole_window"] and early)})
