"""What every question about a period may say: level, regime, places, version, rules, dust days, engine.

Functions that answer with `evaluate` pass these on unchanged, so that one option has one meaning.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypedDict

from lantian.ambient.choosing import Chosen, chosen_days
from lantian.ambient.events.deduction import cities_of, deducted
from lantian.ambient.events.lists import DayList
from lantian.ambient.period import Period
from lantian.ambient.questions import Question
from lantian.lake import Lake, engines
from lantian.rulebook import BY_DATE, Rulebook, load


class Asked(TypedDict, total=False):
    """The options of `evaluate`, each with the meaning it has there."""

    level: str
    regime: str
    groups: Mapping[str, str] | None
    places: Collection[str] | None
    as_of: int | datetime | None
    rulebook: Rulebook | None
    day_list: DayList | None
    engine: str


def book_of(asked: Asked) -> Rulebook:
    """The rulebook asked with."""
    return asked.get("rulebook") or load()


def named_regime(period: Period, asked: Asked) -> str:
    """One regime by name: the one asked for, or that of the period's last day.

    Raises
    ------
    LantianError
        no such regime, or none is in force on that day
    """
    book = book_of(asked)
    regime = asked.get("regime", BY_DATE)
    if regime == BY_DATE:
        return book.regime_on(period.last)
    book.regime_span(regime)
    return regime


def under(asked: Asked, regime: str) -> Asked:
    """The same options under another regime."""
    return {**asked, "regime": regime}


def engine_of(asked: Asked) -> str:
    """The name of the engine asked for."""
    return asked.get("engine", engines.DUCKDB)


def question_of(lake: Lake, asked: Asked) -> Question:
    """What is asked of the lake.

    Raises
    ------
    LantianError
        no such level, version or engine
    """
    return Question.of(
        lake,
        asked.get("level", "city"),
        asked.get("groups"),
        asked.get("places"),
        asked.get("as_of"),
        engine=engine_of(asked),
    )


def days_asked(lake: Lake, period: Period, asked: Asked) -> Chosen:
    """The days that `evaluate` would answer from."""
    book = book_of(asked)
    question = question_of(lake, asked)
    chosen = chosen_days(question, period, asked.get("regime", BY_DATE), book)
    day_list = asked.get("day_list")
    return chosen if day_list is None else deducted(chosen, day_list, book, cities_of(question, book))
