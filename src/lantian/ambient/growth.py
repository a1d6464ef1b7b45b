"""Days of a month whose data have grown: only what the new rows touch is computed, the rest is taken over.

What a day of a place depends on: the rows of its members that day, and which hours the archive lost that
day for nearly every place. So the touched days are those of new rows, and the days at either end of what the
lake holds, old and new; when the lost hours of one of them change, the day is computed for every place.
"""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.hours import local_hour
from lantian.ambient.keeping import Kept, Unit, day_of
from lantian.ambient.origins import days_table, lost_table, number_of, own_table
from lantian.ambient.period import Period
from lantian.ambient.questions import CITY_OF_STATIONS, GROUP, KINDS, Question
from lantian.ambient.rules import DayRules
from lantian.lake.reading import DAY

FEW = 300
"""Up to so many touched places only these are read again; above, every place of the touched days."""
FEW_DAYS = 3
"""Up to so many days are run by a program that was planned before."""


def grown(question: Question, origin: str, rules: DayRules, unit: Unit) -> pa.Table | None:
    """The days of a unit from an earlier version of it; None where there is none. The result is kept."""
    earlier = unit.earlier()
    if earlier is None:
        return None
    new = [file for file in unit.files if file not in earlier.files]
    days, places = _touched(question, origin, unit, new)
    asked = days | _edge_days(unit, earlier)
    lost, changed = _lost(question, origin, rules, asked, earlier)
    days |= changed
    table = earlier.days
    if days:
        few = places if not changed and len(places) <= FEW else None
        table = _replaced(question, origin, rules, table, days=days, places=few, lost=lost)
    unit.keep(table, _all_lost(earlier, lost))
    return table


def _touched(question: Question, origin: str, unit: Unit, files: list[str]) -> tuple[set[int], set[str]]:
    """Days and places of the rows of some files, whichever version of them holds."""
    found = question.lake.rows_of(KINDS[origin], files, columns=["place", DAY])
    began = found[DAY]
    first, last = number_of(unit.part.first), number_of(unit.part.last)
    inside = pc.and_(pc.greater_equal(began, first), pc.less_equal(began, last))
    return (
        set(pc.unique(began.filter(inside)).to_pylist()),
        set(pc.unique(found["place"].filter(inside)).to_pylist()),
    )


def _edge_days(unit: Unit, earlier: Kept) -> set[int]:
    """Days at either end of the held hours, where these ends are not what they were."""
    moved = set(unit.edges) ^ set(earlier.edges)
    days = (local_hour(datetime.fromisoformat(edge))[0] for edge in moved)
    return {number_of(day) for day in days}


def _lost(
    question: Question, origin: str, rules: DayRules, days: set[int], earlier: Kept
) -> tuple[pa.Table | None, set[int]]:
    """Lost hours of these days now, and the days on which they are not what they were."""
    if not days:
        return None, set()
    span = Period(day_of(min(days)), day_of(max(days)))
    table = lost_table(question, origin, rules, span)
    if table is None:
        return None, set()
    table = table.filter(pc.is_in(table["date"], pa.array(sorted(days), pa.int32())))
    now = dict(zip(table["date"].to_pylist(), table["lost"].to_pylist(), strict=True))
    return table, {day for day in days if now.get(day, 0) != earlier.lost.get(day, 0)}


def _all_lost(earlier: Kept, lost: pa.Table | None) -> pa.Table:
    now = dict(earlier.lost)
    if lost is not None:
        now.update(zip(lost["date"].to_pylist(), lost["lost"].to_pylist(), strict=True))
    return pa.table({"date": pa.array(now.keys(), pa.int32()), "lost": pa.array(now.values(), pa.int32())})


def _replaced(
    question: Question,
    origin: str,
    rules: DayRules,
    table: pa.Table,
    *,
    days: set[int],
    places: set[str] | None,
    lost: pa.Table | None,
) -> pa.Table:
    """The kept days with the touched ones computed anew; `places` None: for every place."""
    span = Period(day_of(min(days)), day_of(max(days)))
    keys, members = (None, None) if places is None else _fed(question, origin, places)
    small = len(days) <= FEW_DAYS
    own = own_table(question, origin, rules, span, lost=lost, members=members, small=small)
    own = own.filter(pc.is_in(own["date"], pa.array(sorted(days), own.schema.field("date").type)))
    fresh = days_table(question, origin, rules, own, small=small)
    if keys is not None:
        fresh = fresh.filter(pc.is_in(fresh["key"], pa.array(sorted(keys), pa.string())))
    dates = pa.array([day_of(day) for day in sorted(days)], pa.date32())
    old = pc.is_in(table["date"], dates)
    if keys is not None:
        old = pc.and_(old, pc.is_in(table["key"], pa.array(sorted(keys), pa.string())))
    return pa.concat_tables([table.filter(pc.invert(old)), fresh])


def _fed(question: Question, origin: str, places: set[str]) -> tuple[set[str], set[str]]:
    """The keys that some places count for or ever did, and every place that ever counted for these."""
    if origin == CITY_OF_STATIONS:
        labels = question.lake.labels(KINDS[origin], as_of=question.version)
        keys = {city for place, _, city in labels if place in places and city is not None}
        return keys, {place for place, _, city in labels if city in keys}
    if origin == GROUP:
        groups = question.groups or {}
        keys = {groups[place] for place in places if place in groups}
        return keys, {place for place, group in groups.items() if group in keys}
    return places, places
