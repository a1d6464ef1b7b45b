"""A rule, read and checked: what it asks, what follows, how one proves that it was carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lantian.assessment.consequences.facts import Evidence

if TYPE_CHECKING:
    from lantian.assessment.consequences.conditions import Condition

ONCE, YEAR, LAST_YEAR, MONTH, SEASON = "once", "year", "last_year", "month", "season"
PERIODS = (ONCE, YEAR, LAST_YEAR, MONTH, SEASON)
DONE, YEAR_END, SEASON_END = "done", "year_end", "season_end"
ENDS = (DONE, YEAR_END, SEASON_END)


@dataclass(frozen=True, slots=True)
class Title:
    """One text in both languages."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """Chinese for `zh`, `zh-hans` …, else English."""
        return self.zh if language.lower().startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of consequence: `load_cut`, 压减生产负荷; `paper` is what it is ordered by."""

    code: str
    title: Title
    paper: str


@dataclass(frozen=True, slots=True)
class Season:
    """Days of every year, from (month, day) to (month, day), which may lie in the next year."""

    code: str
    title: Title
    first: tuple[int, int]
    last: tuple[int, int]

    def span(self, on: date) -> tuple[date, date] | None:
        """The first and last day of the season that holds `on`; None outside it."""
        for year in (on.year - 1, on.year):
            first = date(year, *self.first)
            last = date(year + (1 if self.last < self.first else 0), *self.last)
            if first <= on <= last:
                return first, last
        return None


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows. `amount` is None where no document states it: whoever decides does.

    `begins` is a (month, day) of the deadline's year, or None for the day it is raised; `ends` is one of
    `ENDS`, a number of days, or None. `season` names the season it holds in, `on_top_of` what it adds to.
    """

    kind: Kind
    amount: Decimal | None = None
    unit: str = ""
    begins: tuple[int, int] | None = None
    ends: str | int | None = None
    season: str = ""
    on_top_of: Title | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A further consequence that joins when the rule's condition holds and its own does too."""

    number: int
    when: Condition
    then: Consequence
    per: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule on one day. `value` is the entry as data, to be kept with what it proposed."""

    code: str
    path: str
    title: Title
    subject: str
    when: Condition
    then: Consequence
    proof: Title
    per: str
    region: str
    levels: tuple[str, ...]
    stages: tuple[Stage, ...]
    document: Title
    clause: Title
    note: Title
    verified: bool
    origin: str
    value: Mapping[str, Any] = field(hash=False, compare=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """A condition as it was judged: what was asked, what was found, whether it held, on which evidence.

    `truth` is None where it could not be known; `why` then says why. `asked` and `found` are plain data under
    short stable keys, to be worded by whoever shows them; `first_day` is since when it holds, where known.
    """

    op: str
    asked: Mapping[str, Any]
    found: Mapping[str, Any]
    truth: bool | None
    evidence: tuple[Evidence, ...] = ()
    parts: tuple[Reason, ...] = ()
    why: str = ""
    first_day: date | None = None
    verified: bool = True

    def as_dict(self) -> dict[str, Any]:
        """Plain data, to be kept."""
        kept: dict[str, Any] = {
            "op": self.op,
            "asked": plain(self.asked),
            "found": plain(self.found),
            "truth": self.truth,
        }
        if self.evidence:
            kept["evidence"] = [{"words": e.words, "value": e.value, "url": e.url} for e in self.evidence]
        if self.parts:
            kept["parts"] = [part.as_dict() for part in self.parts]
        if self.why:
            kept["why"] = self.why
        if self.first_day:
            kept["first_day"] = self.first_day.isoformat()
        if not self.verified:
            kept["verified"] = False
        return kept

    def walk(self) -> Iterator[Reason]:
        """This and everything below it."""
        yield self
        for part in self.parts:
            yield from part.walk()


def plain(value: Any) -> Any:
    """A value as JSON takes it, decimals as text with their digits."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | frozenset | set):
        items = sorted(value) if isinstance(value, frozenset | set) else value
        return [plain(item) for item in items]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
