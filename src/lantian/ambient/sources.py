"""The days of every place of one origin: kept by month, and computed only where the data have grown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.growth import grown
from lantian.ambient.keeping import Unit, unit_of
from lantian.ambient.origins import days_table, lost_table, own_table
from lantian.ambient.period import Period
from lantian.ambient.questions import (
    CITY_DAYS,
    CITY_FEED,
    CITY_OF_STATIONS,
    GROUP,
    KINDS,
    LEVELS,
    ORIGINS,
    STATION,
    Question,
    version_of,
)
from lantian.ambient.rules import DayRules, Stretch
from lantian.lake import engines

__all__ = [
    "CITY_DAYS",
    "CITY_FEED",
    "CITY_OF_STATIONS",
    "GROUP",
    "KINDS",
    "LEVELS",
    "ORIGINS",
    "STATION",
    "Days",
    "Question",
    "days_of",
    "version_of",
    "whole_months",
]

TOGETHER = 6
"""Months computed in one go: few enough for little memory, enough to keep all cores busy."""


@dataclass(frozen=True)
class Days:
    """The days of one stretch: `place_days` as an Arrow table, and the rules they were made with."""

    stretch: Stretch
    table: pa.Table


def days_of(question: Question, origin: str, period: Period, cut: list[Stretch]) -> list[Days]:
    """The days of every place of one origin, a table a stretch, sorted by key and date.

    `cut` covers every month that the period touches, whole, so that months can be kept.
    """
    found: list[Days] = []
    for stretch in cut:
        tables = list(_tables(question, origin, period, stretch))
        if not tables:
            continue
        table = within(pa.concat_tables(tables), period)
        if question.places is not None:
            keys = pa.array(sorted(question.places), pa.string())
            table = table.filter(pc.is_in(table["key"], keys))
        if table.num_rows:
            found.append(Days(stretch, table.sort_by([("key", "ascending"), ("date", "ascending")])))
    return found


def whole_months(period: Period) -> Period:
    """The period widened to the whole months it touches."""
    first = Period.month(period.first.year, period.first.month)
    last = Period.month(period.last.year, period.last.month)
    return Period(first.first, last.last)


def _tables(question: Question, origin: str, period: Period, stretch: Stretch) -> Iterator[pa.Table]:
    """The days of each month of the stretch of which the lake holds something."""
    missing: list[Unit] = []
    for unit in _units(question, origin, period, stretch):
        kept = unit.kept()
        if kept is None and question.places is None:
            kept = grown(question, origin, stretch.rules, unit)
        if kept is None:
            missing.append(unit)
        else:
            yield kept
    for run in _runs(missing, question):
        yield from _compute(question, origin, stretch.rules, run)


def _units(question: Question, origin: str, period: Period, stretch: Stretch) -> Iterator[Unit]:
    span = period.within(stretch.first, stretch.last)
    if span is None:
        return
    files: dict[str, list[str]] = {}
    for commit in question.lake.commits(KINDS[origin]):
        if commit.version <= question.version:
            for file in commit.files:
                files.setdefault(file.period, []).append(file.path)
    for year, month in whole_months(span).months():
        whole = Period.month(year, month)
        if whole.label in files:
            part = whole.within(stretch.first, stretch.last) or whole
            yield unit_of(question, origin, stretch.rules, part, files[whole.label])


def _runs(units: list[Unit], question: Question) -> list[list[Unit]]:
    """Months that follow each other without a gap, some together: one query each."""
    most = TOGETHER if engines.engine_of(question.engine).cheap_runs else len(units)
    runs: list[list[Unit]] = []
    for unit in units:
        if runs and len(runs[-1]) < most and (unit.part.first - runs[-1][-1].part.last).days == 1:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    return runs


def _compute(question: Question, origin: str, rules: DayRules, run: list[Unit]) -> Iterator[pa.Table]:
    span = Period(run[0].part.first, run[-1].part.last)
    lost = lost_table(question, origin, rules, span)
    own = own_table(question, origin, rules, span, lost=lost)
    table = days_table(question, origin, rules, own)
    if question.places is not None:
        yield table  # of some places only: right for this question, not to be kept
        return
    for unit in run:
        days = within(table, unit.part)
        unit.keep(days, lost)
        yield days


def within(table: pa.Table, period: Period) -> pa.Table:
    """The days that lie in a period."""
    inside = pc.and_(
        pc.greater_equal(table["date"], pa.scalar(period.first)),
        pc.less_equal(table["date"], pa.scalar(period.last)),
    )
    return table.filter(inside)
