"""Both results side by side: with every day, and without what a list takes out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from lantian.ambient.evaluation import evaluate
from lantian.ambient.events.deduction import cities_of
from lantian.ambient.events.lists import DayEntry, DayList
from lantian.ambient.names import bare
from lantian.ambient.period import Period
from lantian.ambient.records import Evaluation, PlaceEvaluation
from lantian.ambient.sources import Question
from lantian.lake import Lake
from lantian.rulebook import BY_DATE, Rulebook, load

MARK = "event_days"


@dataclass(frozen=True, slots=True)
class Side:
    """One place both ways. `event_days`: days from which something was taken out."""

    place: str
    name: str
    event_days: int
    whole: PlaceEvaluation
    without: PlaceEvaluation


@dataclass(frozen=True)
class Sides:
    """An evaluation with every day and one without the days of a list.

    `touched` places that lost something; `unmatched` entries of the period whose place is not among the
    places.
    """

    whole: Evaluation
    without: Evaluation
    touched: list[Side]
    unmatched: list[DayEntry]


def sides(
    lake: Lake,
    period: Period,
    day_list: DayList,
    *,
    level: str = "city",
    regime: str = BY_DATE,
    groups: Mapping[str, str] | None = None,
    places: Collection[str] | None = None,
    as_of: int | datetime | None = None,
    rulebook: Rulebook | None = None,
) -> Sides:
    """Evaluate with and without what the list takes out.

    Parameters
    ----------
    day_list
        from `read_day_list`
    lake, period, level, regime, groups, places, as_of
        as for `evaluate`
    """
    book = rulebook or load()
    version = lake.version if as_of is None else as_of
    whole, without = (
        evaluate(
            lake, period, level=level, regime=regime, groups=groups, places=places, as_of=version,
            rulebook=book, day_list=own,
        )
        for own in (None, day_list)
    )  # fmt: skip
    before = {row.place: row for row in whole.rows}
    touched = [
        Side(row.place, row.name, int(mark.partition(":")[2]), before[row.place], row)
        for row in without.rows
        for mark in row.marks
        if mark.startswith(f"{MARK}:")
    ]
    cities = cities_of(Question.of(lake, level, groups, places, version), book)
    there = {bare(text) for row in whole.rows for text in (row.place, row.name)} | set(
        map(bare, cities.values())
    )
    inside = day_list.within(period.first, period.last).entries
    return Sides(whole, without, touched, [entry for entry in inside if bare(entry.place) not in there])
