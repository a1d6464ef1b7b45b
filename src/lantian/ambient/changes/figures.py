"""The figures of a period as a flat list, so that two states can be laid over each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow.compute as pc

from lantian.ambient.choosing import chosen_days
from lantian.ambient.evaluation import evaluate
from lantian.ambient.events.deduction import cities_of, deducted
from lantian.ambient.events.lists import DayList
from lantian.ambient.period import Period
from lantian.ambient.records import PlaceEvaluation
from lantian.ambient.rules import SIX
from lantian.ambient.sources import Question
from lantian.lake import Lake
from lantian.rulebook import Rule, Rulebook

Key = tuple[str, str, str | None]
"""Place, figure, and the day of a daily figure as 2019-06-01."""
AQI = "aqi"
INDEX, RANK = "composite_index", "composite_rank"
COUNTS = ("good_days", "heavy_days", "days_used")
ORDER = (*SIX, INDEX, RANK, *COUNTS, AQI)


@dataclass(frozen=True)
class Figures:
    """Figures of one state: as printed, and exactly where they have more digits than are printed."""

    printed: Mapping[Key, str | None]
    exact: Mapping[Key, str | None]
    names: Mapping[str, str]
    rules: tuple[Rule, ...]


def figures_of(
    lake: Lake,
    period: Period,
    *,
    level: str,
    regime: str,
    groups: Mapping[str, str] | None,
    version: int,
    book: Rulebook,
    day_list: DayList | None,
) -> Figures:
    """Every figure of the period under one state of data, rules and list."""
    found = evaluate(
        lake, period, level=level, regime=regime, groups=groups, as_of=version, rulebook=book,
        day_list=day_list,
    )  # fmt: skip
    printed: dict[Key, str | None] = {}
    exact: dict[Key, str | None] = {}
    for row in found.rows:
        for figure, value, unrounded in _of_place(row):
            printed[row.place, figure, None] = value
            exact[row.place, figure, None] = unrounded
    question = Question.of(lake, level, groups, None, version)
    chosen = chosen_days(question, period, regime, book)
    if day_list is not None:
        chosen = deducted(chosen, day_list, book, cities_of(question, book))
    for part in chosen.parts:
        days = pc.strftime(part.table["date"], format="%Y-%m-%d").to_pylist()
        for key, day, aqi in zip(
            part.table["key"].to_pylist(), days, part.table[AQI].to_pylist(), strict=True
        ):
            printed[key, AQI, day] = exact[key, AQI, day] = None if aqi is None else str(aqi)
    return Figures(printed, exact, {row.place: row.name for row in found.rows}, found.rules)


def _of_place(row: PlaceEvaluation) -> list[tuple[str, str | None, str | None]]:
    listed = [(item, _text(own.value), _text(own.unrounded)) for item, own in row.statistics.items()]
    listed.append((INDEX, _text(row.composite_index), _text(row.composite_exact)))
    listed.append((RANK, _text(row.rank), _text(row.rank)))
    listed.extend((name, str(getattr(row, name)), str(getattr(row, name))) for name in COUNTS)
    return listed


def _text(value: object) -> str | None:
    return None if value is None else str(value)
