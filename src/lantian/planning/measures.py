"""Numbers with their units and comparing words, on folded text: "力争达到80%以上", "下降20%", "后十位",
"28242户"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from lantian.planning.fold import without_titles
from lantian.planning.numbers import read_number
from lantian.planning.times import TimeMention, find_times
from lantian.planning.vocabulary import vocabulary

# What may follow a number that is somebody's goal; anything else ("以上的企业", "以下燃煤锅炉")
# makes it a threshold.
_ENDS = re.compile(r"$|[,;。:!?)(、”\"]|(?:并|且|和|及|或|与|水平|的?目标|的?要求|的?任务|的?比例要求)|[-]")
_ASKED_OF = re.compile(
    r"(?:的)?(?:年度)?(?:目标任务|目标|任务|要求)的"
)  # "下降3%目标任务的县(区)": a condition
_ASKED = re.compile(r"的(?:年度|既定|省定|市定)?(?:目标|要求|任务|水平|比例要求)")
_LIST = re.compile(r"(?:以上|以下|左右|以内)?[、和及与](?:分别)?")
_HEDGED = re.compile(r"(?:分别|均|约|同比|幅度|比例|各|也|再|力争|争取|年均|累计|总计|共|近|超额|每立方米)+$")
_BEFORE_RANK = re.compile(r"(?:后|倒数|末|后进|靠后)(?:第)?$")
_BEFORE_TOP = re.compile(r"(?:前|前列第|第)$")
_AMOUNTS = ("微克", "毫克")
_INTO_TOP = re.compile(r"(?:进入|进位|跻身|保持|稳定)(?:在|到|至)?(?:全国|全省|全市)?(?:城市)?前$")
_STAGE = re.compile(r"国(?P<n>[一二三四五六ⅠⅡⅢⅣⅤⅥ])(?P<bound>及以下|及以上|以下|以上)")
_WORD_NUMBER = re.compile(r"第?[一二三四五六七八九十两]+$")


@dataclass(frozen=True, slots=True)
class Measure:
    """A number at folded `[start, end)`, comparing words included from `begin` to `stop`.

    `comparator` is `>= <= > < = increase decrease`, or `reach` where the indicator decides the side, or
    "" where
    nothing compares; `threshold` tells that a noun follows which the number only describes.
    """

    begin: int
    start: int
    end: int
    stop: int
    value: float
    high: float | None
    unit: str
    family: str
    comparator: str
    approximate: bool
    threshold: bool
    rank: str | None = None  # "bottom" or "top"


def find_measures(text: str, times: list[TimeMention] | None = None) -> list[Measure]:
    """Measures of folded `text` in order; numbers inside dates and titles of documents are left out."""
    masked = without_titles(text)
    words = vocabulary()
    busy = [(t.start, t.end) for t in (find_times(text, year=None) if times is None else times)]
    found: list[Measure] = []
    for match in words.value.finditer(masked):
        if any(match.start() < end and match.end() > start for start, end in busy):
            continue
        measure = _read(masked, match)
        if measure:
            found.append(measure)
    return _lists(masked, found)


def _read(text: str, match: re.Match[str]) -> Measure | None:
    start, end = match.span()
    before = text[max(0, start - 1) : start]
    if text.startswith("百分", end):  # 六个百分百 counts rules, not hundreds
        return None
    if before and (before.isascii() and (before.isalnum() or before in "./")):
        return None
    if match["fraction"]:
        value, high, unit = read_number(match["of_hundred"]), None, "%"
    else:
        value = read_number(match["low"])
        high = read_number(match["high"]) if match["high"] else None
        unit = (match["unit"] or "").removeprefix("余")
        if match["high"] and high is None:
            return None
    per_volume = text.endswith("每立方米", 0, start)  # "每立方米43微克"
    if value is None or (unit in _AMOUNTS and not per_volume):
        return None
    unit += "/立方米" if unit in _AMOUNTS else ""
    family = vocabulary().family(unit)
    rank = _rank(text, start, end, unit, family)
    if rank:
        unit, family = "位", "rank"
    elif not unit and _is_only_a_word(text, match):
        return None
    begin, stop, comparator, approximate = _compared(text, start, end)
    threshold = _describes(text, stop)
    return Measure(
        begin, start, end, stop, value, high, unit, family, comparator, approximate, threshold, rank
    )


def _compared(text: str, start: int, end: int) -> tuple[int, int, str, bool]:
    """The comparing words around a number: where they begin and stop, their sense, whether it is 左右."""
    words = vocabulary()
    begin, stop, comparator = start, end, ""
    edge = _before_hedges(text, start)
    if prefix := words.before_pattern.search(text, max(0, edge - 6), edge):
        begin, comparator = prefix.start(), words.before[prefix.group()]
    sense = ""
    for pattern, meaning in words.after.items():
        if suffix := re.compile(pattern).match(text, end):
            stop, sense = suffix.end(), meaning
            break
    if sense and comparator not in ("increase", "decrease"):
        comparator = sense
    return begin, stop, comparator, sense == "="


def _before_hedges(text: str, start: int) -> int:
    """Where words such as 分别, 约, 累计 before a number begin."""
    hedge = _HEDGED.search(text, max(0, start - 12), start)
    return hedge.start() if hedge else start


def _describes(text: str, stop: int) -> bool:
    """Whether a noun follows that the number only describes."""
    if _ASKED_OF.match(text, stop):
        return True
    if text.startswith("的", stop):
        return not _ASKED.match(text, stop)
    return not _ENDS.match(text, stop)


def _rank(text: str, start: int, end: int, unit: str, family: str) -> str | None:
    if family == "rank" or not unit:
        if _BEFORE_RANK.search(text, max(0, start - 4), start):
            return "bottom"
        if not unit and _INTO_TOP.search(text, max(0, start - 8), start):
            return "top"
        if family == "rank" and _BEFORE_TOP.search(text, max(0, start - 3), start):
            return "top"
    return None


def _is_only_a_word(text: str, match: re.Match[str]) -> bool:
    """A number without unit counts only where the text compares it: "综合指数降至4.5以下"."""
    if _WORD_NUMBER.fullmatch(match["low"]):
        return True
    start = match.start()
    edge = _before_hedges(text, start)
    return not vocabulary().before_pattern.search(text, max(0, edge - 6), edge) and not re.match(
        r"以上|以下|左右|以内|[、和及]", text[match.end() : match.end() + 2]
    )


def _lists(text: str, found: list[Measure]) -> list[Measure]:
    """ "分别下降20%、15%", "35、70微克/立方米": members of a list share unit, comparing word and ending."""
    for index in range(len(found) - 2, -1, -1):
        this, following = found[index], found[index + 1]
        if not _joined(text, this, following):
            continue
        if not this.unit and following.unit and not this.rank:
            this = replace(this, unit=following.unit, family=following.family)
        each = "分别" in text[max(0, this.begin - 4) : this.start]
        if (this.family == following.family or each) and following.begin == following.start:
            this, following = _alike(this, following)
        found[index], found[index + 1] = this, following
    for index in range(1, len(found)):  # "下降15%、10%和26%": the first member's word reaches the last
        last, this = found[index - 1], found[index]
        if not this.comparator and last.family == this.family and _joined(text, last, this):
            found[index] = replace(this, comparator=last.comparator)
    return [m for m in found if m.unit or m.rank or m.comparator]


def _alike(this: Measure, following: Measure) -> tuple[Measure, Measure]:
    """Two members of a list, the second without a comparing word of its own."""
    if this.comparator in ("increase", "decrease") or not following.comparator:
        following = replace(following, comparator=this.comparator)
    elif this.stop == this.end:
        this = replace(this, comparator=following.comparator, approximate=following.approximate)
    if this.stop == this.end:
        this = replace(this, approximate=following.approximate, threshold=following.threshold)
    return this, following


def _joined(text: str, first: Measure, second: Measure) -> bool:
    return bool(_LIST.fullmatch(text, first.end, second.begin)) or bool(
        _LIST.fullmatch(text, first.stop, second.begin)
    )


def find_stages(text: str) -> list[tuple[int, int, int, str]]:
    """Emission stages: "国四及以下" → (start, end, 4, "<=")."""
    stages = []
    for match in _STAGE.finditer(without_titles(text)):
        numeral = match["n"]
        number = "ⅠⅡⅢⅣⅤⅥ".find(numeral) + 1 or int(read_number(numeral) or 0)
        stages.append((match.start(), match.end(), number, "<=" if "下" in match["bound"] else ">="))
    return stages
