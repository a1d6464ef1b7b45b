"""One sentence of a plan as the finders of goals see it, and a goal as they find it; on folded text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lantian.planning.counted import without_lead
from lantian.planning.fold import clause_start
from lantian.planning.measures import Measure
from lantian.planning.places import find_places
from lantian.planning.times import TimeMention
from lantian.planning.vocabulary import Indicator, Mention, vocabulary

AGAINST = re.compile(
    r"(?:比|较|与|相较于|相对于)(?:20\d{2}年?|上年|去年|[“\"]?十[一二三四五]五[”\"]?(?:末|时期)?|同期)(?:度|水平|同期|末|相比|基础上)*|同比|环比"
)
_WHOLE = re.compile(
    r"全(?:市|省|县|区|国|州|域)(?!\d{1,3}个?(?:重点|县|城市|区|市|乡|镇|街)|排名|后|第|重点城市)(?:范围内)?(?:的)?"
)
_GOAL_FAMILIES = ("percent", "concentration", "rank", "household")


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal at folded `[start, end)`; `at` is where its number or wording stands, for the date it
    inherits."""

    start: int
    end: int
    at: int
    indicator: str
    comparator: str
    value: float | None
    unit: str | None
    regions: tuple[str, ...] | None = None  # None: not written here
    whole: bool = False  # 全市, 全省: the plan's own territory, written
    baseline: str | None = None
    scope: str | None = None
    implied: bool = False
    penalised: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """The places written for a goal, and whether the whole territory is."""

    regions: tuple[str, ...] | None
    whole: bool


@dataclass(slots=True)
class Said:
    """What the sentence has said so far, for clauses that leave it out."""

    indicator: Indicator | None = None
    code: str | None = None
    family: str = ""
    regions: tuple[str, ...] | None = None
    at: int = -1


@dataclass(frozen=True, slots=True)
class Sentence:
    """Folded `text[start:end]` with what was found in it; positions are those of `text`."""

    text: str
    start: int
    end: int
    times: Sequence[TimeMention]
    mentions: Sequence[Mention]
    measures: Sequence[Measure]
    places: Sequence[tuple[int, int, str]] = field(default=())
    topic: Sequence[Mention] = field(default=())  # what the heading above names

    def clause(self, position: int) -> int:
        return max(self.start, clause_start(self.text, position))


def rest_of(sentence: Sentence, start: int, end: int) -> str:
    """The clause's words before its number without dates, places, baselines and hedges."""
    text = sentence.text
    spans = [(t.start, t.end) for t in sentence.times if t.start < end and t.end > start]
    spans += [(a, b) for a, b, _ in sentence.places if start <= a and b <= end]
    kept = "".join(text[i] for i in range(start, end) if not any(a <= i < b for a, b in spans))
    kept = _WHOLE.sub("", AGAINST.sub("", kept))
    previous = None
    hedge = re.compile(rf"(?:{vocabulary().hedge.pattern})$")
    while kept != previous:
        previous = kept
        kept = without_lead(hedge.sub("", kept)).strip("、,和及与")
    return kept


def regions_in(sentence: Sentence, start: int, end: int) -> tuple[tuple[str, ...] | None, bool]:
    """The places written between `start` and `end`, or in the clause before; whether the whole territory
    is."""
    here = tuple(n for a, b, n in sentence.places if start <= a and b <= end)
    whole = bool(_WHOLE.search(sentence.text, start, end))
    if not here and not whole and start > sentence.start:
        before = sentence.clause(start - 1)
        goals_before = any(
            before <= m.start < start and m.family in _GOAL_FAMILIES for m in sentence.measures
        )
        if (
            not goals_before and sentence.text[before] != "以"
        ):  # "以…为契机" names an occasion, not a place held to it
            here = tuple(n for a, b, n in sentence.places if before <= a and b <= start)
            whole = bool(_WHOLE.search(sentence.text, before, start))
    return (here or None), whole and not here


def shifted(mentions: Sequence[Mention], by: int) -> list[Mention]:
    """Mentions found in a piece of text, at their places in the whole of it."""
    return [replace(m, start=m.start + by, end=m.end + by) for m in mentions]


def places_in(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """Places between two positions of folded `text`."""
    return [(a + start, b + start, name) for a, b, name in find_places(text[start:end])]
