"""The dated rules of validity, read once a span of days in which none of them changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from lantian.rulebook import Rule, Rulebook, load

CHINA = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
TREES = tuple(f"telemetry.{name}." for name in ("validity", "marks", "judgement", "alarms"))


@dataclass(frozen=True)
class Kind:
    """What a mark of people does. `mean`: values are used in means; `exceedance`: hours are judged."""

    code: str
    group: str
    zh: str
    en: str
    mean: bool
    exceedance: bool
    mass: str
    stop: bool


@dataclass(frozen=True)
class DayRules:
    """The rules of one day. Ask `rule(name)` for the entry itself, to cite it."""

    book: Rulebook
    day: date
    _found: dict[str, Rule] = field(default_factory=dict, repr=False, compare=False)

    def rule(self, name: str) -> Rule:
        """The entry below `telemetry.`, such as `validity.hour.min_minutes`."""
        if name not in self._found:
            self._found[name] = self.book.rule(f"telemetry.{name}", on=self.day)
        return self._found[name]

    def number(self, name: str) -> Fraction:
        """The value of a rule as an exact number."""
        return Fraction(self.rule(name).number)

    def table(self, name: str) -> Mapping[str, Any]:
        """The value of a rule as a table."""
        return self.rule(name).table

    @cached_property
    def min_minutes(self) -> int:
        """Minutes a valid hour needs."""
        return self.rule("validity.hour.min_minutes").integer

    @cached_property
    def normal_share(self) -> Fraction:
        """Share of normal values from which the hour is normal, 0 to 1."""
        return self.number("validity.hour.normal_share") / 100

    @cached_property
    def stop_minutes(self) -> int:
        """Whole minutes stopped from which an hour counts as stopped."""
        return ceil(self.number("validity.hour.stop_share") * 60 / 100)

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """Letter → use, stop, invalid or bound."""
        return {letter: row["is"] for letter, row in self.table("marks.letters").items()}

    @cached_property
    def absent_letter(self) -> str:
        """What a value without a letter counts as."""
        return self.rule("marks.absent").text

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Kinds of marks by code."""
        return {code: Kind(code=code, **row) for code, row in self.table("marks.kinds").items()}

    def decimals(self, factor: str) -> int:
        """Decimals a figure of this factor is shown with."""
        table = self.table("validity.decimals")
        return int(table.get(factor, table["default"]))

    def converts(self, factor: str) -> bool:
        """Whether this factor is a concentration that is converted to reference oxygen."""
        return not factor.startswith(self.rule("validity.oxygen.unconverted").texts)


@dataclass(frozen=True)
class Rules:
    """The dated rules: `on(day)` gives those of a local day, shared by all days between two changes."""

    book: Rulebook = field(default_factory=load)
    _days: dict[int, DayRules] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def changes(self) -> list[date]:
        """Days on which a rule of the line begins or ends."""
        return sorted({day for tree in TREES for day in self.book.changes(tree, date.min, date.max)})

    def on(self, day: date) -> DayRules:
        """The rules of a local day."""
        span = bisect_right(self.changes, day)
        if span not in self._days:
            self._days[span] = DayRules(self.book, day)
        return self._days[span]

    def spans(self, first: date, last: date) -> list[tuple[date, date]]:
        """`first` to `last` cut wherever a rule changes."""
        cuts = [first, *(day for day in self.changes if first < day <= last)]
        ends = [*(day - timedelta(days=1) for day in cuts[1:]), last]
        return list(zip(cuts, ends, strict=True))

    def word(self, code: str, language: str = "zh") -> str:
        """A code of a state, reason, letter or kind in words; the code itself where there are none."""
        for name in ("marks.words", "marks.kinds", "marks.letters", "marks.groups", "judgement.words"):
            row = self.book.rule(f"telemetry.{name}").table.get(code)
            if row:
                return str(row["zh" if language.lower().startswith("zh") else "en"])
        return code


def local_day(instant: datetime) -> date:
    """The local day of a start of a period."""
    return instant.astimezone(CHINA).date()


def midnight(day: date) -> datetime:
    """The instant a local day begins, in China."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def amount(value: object) -> Fraction:
    """A number out of a table of the rulebook."""
    return Fraction(Decimal(str(value)))
