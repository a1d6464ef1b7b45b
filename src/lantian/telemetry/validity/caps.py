"""Marks whose hours are limited a year: what is within the cap exempts, what is beyond does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from lantian.telemetry.validity.marks import Mark
from lantian.telemetry.validity.rules import DayRules, local_day, midnight


def capped(marks: Sequence[Mark], rules: DayRules) -> tuple[list[Mark], list[Mark]]:
    """The marks within their yearly cap, and the parts beyond it.

    Hours of a kind are counted per outlet and local calendar year in order of time; a mark that crosses the
    cap is cut there.
    """
    caps = {kind: timedelta(hours=hours) for kind, hours in rules.table("marks.yearly_caps").items()}
    within = [mark for mark in marks if mark.kind not in caps]
    beyond: list[Mark] = []
    used: dict[tuple[str, str, int], timedelta] = defaultdict(timedelta)
    limited = [part for mark in marks if mark.kind in caps for part in by_year(mark)]
    for mark in sorted(limited, key=lambda part: (part.start, part.end, part.factors)):
        key = (mark.outlet, mark.kind, local_day(mark.start).year)
        left = caps[mark.kind] - used[key]
        used[key] += mark.end - mark.start
        if mark.end - mark.start <= left:
            within.append(mark)
            continue
        cut = mark.start + max(left, timedelta(0))
        if cut > mark.start:
            within.append(replace(mark, end=cut))
        beyond.append(replace(mark, start=cut))
    return within, beyond


def by_year(mark: Mark) -> list[Mark]:
    """A mark cut at the local turns of the year."""
    parts: list[Mark] = []
    start: datetime = mark.start
    while start < mark.end:
        turn = midnight(date(local_day(start).year + 1, 1, 1))
        end = min(mark.end, turn)
        parts.append(replace(mark, start=start, end=end))
        start = end
    return parts
