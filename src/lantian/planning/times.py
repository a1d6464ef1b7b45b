"""Time expressions of plans, on folded text: what is written, the date it means, and the manner of it.

Manners: `by` (a date to finish by), `from`, `during`, `recurring` and `event`; the last two have no
date, a season
without a year has none either. Years left out are the document's, or the last one written in the same
sentence.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass

from lantian.planning.fold import without_titles
from lantian.planning.numbers import read_number, read_year


@dataclass(frozen=True, slots=True)
class TimeMention:
    """A time expression at folded `[start, end)`; `dates` has several for "2024、2025年", none when
    undated."""

    start: int
    end: int
    dates: tuple[str, ...]
    manner: str  # by, from, during, recurring, event


_Y = r"(?:(?:19|20)\d{2}|[一二][零九][零一二三四五六七八九]{2})"
_N = r"(?:\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_REL = r"今年|明年|后年|当年|本年度|本年"
_SEASON = (
    r"(?:采暖季|采暖期|供暖季|供暖期|取暖季|取暖期|供热期|秋冬防(?:阶段)?|秋冬季|冬春季|今冬明春|入冬|"
    r"冬季|夏季|春季|秋季|汛期|春节|国庆节?)"
)
_BEFORE = r"(?:之?前|以前)"
_LEAD = r"(?P<auto>自|从)?(?:到|至|截至|截止到?|于|在)?"
_FROM = r"(?:起始|起|开始|以后|之后|后)"

# Each alternative is one shape of time expression; the first that matches at a place wins.
_SHAPES: tuple[tuple[str, str], ...] = (
    (
        "season_years",
        rf"{_LEAD}(?P<a>{_Y})年?(?:-|至|到)(?P<b>{_Y})年?度?(?P<s>{_SEASON}[^,;。、]{{0,3}}?(?:期间|内|前)?)",
    ),
    (
        "day_range",
        rf"(?:(?P<y>{_Y})年|(?P<r>{_REL}))?(?P<m1>{_N})月(?:份|(?P<d1>{_N})日)?(?:-|至|到)"
        rf"(?:(?P<y2>{_Y})年|(?P<r2>次年|翌年|明年))?(?P<m2>{_N})月(?:份|(?P<d2>{_N})[日号])?底?(?:期间|内)?",
    ),
    (
        "month_range",
        rf"(?:(?P<y>{_Y})年|(?P<r>{_REL}))?(?P<m1>{_N})(?:-|至|到|、)(?P<m2>{_N})月(?:份)?(?:期间|内)?(?!底)",
    ),
    ("years", rf"(?P<a>{_Y})年?(?:-|至)(?P<b>{_Y})年(?:度)?(?:期间|间|内)?"),
    ("year_list", rf"{_LEAD}(?P<list>{_Y}年?(?:[、和及与]{_Y}年?)+)(?:年度|度)?(?:底(?:前)?)?"),
    (
        "dotted",
        rf"{_LEAD}(?P<y>20\d{{2}})(?P<sep>[./-])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?!\d)(?P<t>{_BEFORE}|{_FROM})?",
    ),
    (
        "day",
        rf"{_LEAD}(?:(?P<y>{_Y})年|(?P<r>{_REL}))?(?P<m>{_N})月(?P<d>{_N})[日号](?P<t>{_BEFORE}|{_FROM})?",
    ),
    (
        "month",
        rf"{_LEAD}(?:(?P<y>{_Y})年|(?P<r>{_REL}))?(?P<m>{_N})月(?:份)?"
        rf"(?P<part>上旬|中旬|下旬|初|底|末)?(?P<t>{_BEFORE}|{_FROM})?(?:期间)?",
    ),
    (
        "dotted_month",
        rf"{_LEAD}(?P<y>20\d{{2}})[./-](?P<m>1[0-2]|0?[1-9])(?:月?(?P<part>底|末)?(?P<t>{_BEFORE})|月?$)",
    ),
    (
        "quarter",
        rf"{_LEAD}(?:(?P<y>{_Y})年|(?P<r>{_REL}))?度?(?:第?(?P<q>[一二三四1-4])季度|(?P<h>上半年|下半年))(?:内|末|底)?(?P<t>{_BEFORE}|{_FROM})?",
    ),
    (
        "year_end",
        rf"{_LEAD}(?:(?:(?P<y>{_Y})年|(?P<r>{_REL}))(?:年?底|年?末|年?内)"
        r"|(?<![\d一二三四五六七八九十两几多近全上每])年(?:底|末|内))(?:之?前|以前)?",
    ),
    (
        "year_season",
        rf"{_LEAD}(?:(?P<y>{_Y})年度?|(?P<r>{_REL}))(?P<s>{_SEASON})(?:来临|到来|开始)?(?P<t>{_BEFORE}|期间|内)?",
    ),
    ("season_before", rf"{_SEASON}(?:来临|到来|开始)?(?:之前|以前|前(?!后|期|夕))"),
    ("season", rf"{_SEASON}(?:期间|内)"),
    (
        "year",
        rf"{_LEAD}(?P<y>{_Y})年(?:度)?(?:内|期间)?(?P<t>{_BEFORE}|{_FROM})?",
    ),
    ("relative_year", rf"(?:{_REL})(?:度)?(?:内|底)?"),
    (
        "five_year",
        r"[“\"‘]?(?P<n>十[一二三四五六七八九])五[”\"’]?(?P<t>规划期末|时期末|期末|期间|时期|中后期|末)",
    ),
    (
        "five_year_against",
        r"[“\"‘]?(?P<n>十[一二三四五六七八九])五[”\"’]?(?=[^,;。]{0,20}(?:较|比)[“\"‘]?十[一二三四五六七八]五)",
    ),
    (
        "recurring",
        rf"每年(?:的)?(?:{_N}月(?:份)?(?:{_N}[日号])?(?:底|末|上旬|中旬|下旬)?"
        rf"(?:(?:-|至|到)(?:次年|翌年)?{_N}月(?:份)?(?:{_N}[日号])?(?:底|末)?)?(?:{_BEFORE}|{_FROM})?|底(?:前)?)|"
        r"每(?:个)?(?:半年|半月|季度|季|年|月|周|星期|旬|日|天)(?:度)?|逐(?:日|周|月|季|年)|"
        r"(?<!定)按(?:日|周|旬|月|季度|季|年)(?:度)?(?=调度|通报|报送|公布|开展|统计|汇总|更新|评估|考核|发布|上报)",
    ),
    ("event", r"[^,;。:()]{2,30}(?:后|之后|以后),?(?=[^,;。]{0,20}方可)|进入[^,;。]{1,12}后"),
)
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in _SHAPES)

_BASELINE_BEFORE = re.compile(r"(?:较|比|与|跟|相较于|相对于|对比|同|以|在)$")
_BASELINE_AFTER = re.compile(
    r"(?:度)?(?:以来|相比|相较|同期|水平|基数|基础上|为基准|为基数|为基期|为基础|年均值|底数|增幅|均值|实际|末的)"
)
_CERTAIN_BASELINE = re.compile(r"(?:较|比|相较于|相对于|对比)$")
_EDITION = re.compile(r"(?:\))?(?:度)?(?:本|版|修订|修正|修改|印发|发布|公布|第\d)")
_DOCUMENT = re.compile(
    r"[^,;:。、的完到]{0,24}?(?:行动计划|实施计划|工作计划|改造计划|淘汰计划|计划|工作方案|实施方案|行动方案|方案|要点|规划|目录|预案)(?!内|中|数)"
)
_DOCUMENT_VERB = re.compile(
    r"(?:制定|编制|印发|出台|落实|按照|根据|依据|执行|修订|对照|报送|发布|结合|依照|《|“|[市县省区州])$"
)
_MAKING = re.compile(r"制定|编制|出台|印发|修订|完成|实现")
_BUILT_BEFORE = re.compile(
    r"(?:建成|投产|注册|备案|登记|生产|取得|投运|建设)[^,;。:]{0,16}?(?:的|项目|车辆|企业|锅炉|机组)"
)
_SENTENCE = re.compile(r"[^。!?！？]+")
_CUE = re.compile(r"[年月季每按逐五后前]|20\d\d[./-]\d")  # no time expression without one of these
_WRITTEN_OUT = re.compile(r"[一二三四五六七八九十]+")
_BOUNDARY = ",;:。、("


class _Reader:
    """Reads the mentions of one folded text; holds the year that dates without one belong to."""

    def __init__(self, text: str, year: int | None) -> None:
        self.text = text
        self.document_year = year
        self.year = year
        self.ahead: dict[str, re.Match[str] | None] = {}  # the next match of each shape in this sentence

    def read(self) -> list[TimeMention]:
        found: list[TimeMention] = []
        for sentence in _SENTENCE.finditer(self.text):
            if not _CUE.search(sentence.group()):
                continue
            self.year, self.ahead = self.document_year, {}
            position = sentence.start()
            while position < sentence.end():
                mention, position = self._next(position, sentence.end())
                if mention:
                    found.append(mention)
        return found

    def _next(self, position: int, end: int) -> tuple[TimeMention | None, int]:
        best: tuple[int, int, str, re.Match[str]] | None = None
        for order, (name, pattern) in enumerate(_PATTERNS):
            match = self.ahead.get(name)
            if name not in self.ahead or (match and match.start() < position):
                match = self.ahead[name] = pattern.search(self.text, position, end)
            if match and match.end() > match.start() and (best is None or (match.start(), order) < best[:2]):
                best = (match.start(), order, name, match)
        if best is None:
            return None, end
        name, match = best[2], best[3]
        reader: Callable[[re.Match[str]], tuple[tuple[str, ...], str] | None] = getattr(self, f"_{name}")
        meaning = reader(match)
        if meaning is None:
            return None, match.end()
        return TimeMention(match.start(), match.end(), *meaning), match.end()

    # ---- years

    def _given(self, match: re.Match[str]) -> int | None:
        """The year written or implied in the match; remembers a written one for the rest of the sentence."""
        groups = match.groupdict()
        if groups.get("y"):
            self.year = read_year(groups["y"])
            return self.year
        if groups.get("r"):
            return self._relative(groups["r"])
        return self.year

    def _relative(self, word: str) -> int | None:
        if self.document_year is None:
            return None
        return self.document_year + {"明年": 1, "次年": 1, "翌年": 1, "后年": 2}.get(word[:2], 0)

    def _is_past(self, year: int | None) -> bool:
        return year is not None and self.document_year is not None and year < self.document_year

    def _is_baseline(self, match: re.Match[str], start: int) -> bool:
        """ "较2020年", "2020年水平", "以2020年为基准": a year to compare with, not to finish by."""
        before, after = self.text[max(0, start - 3) : start], self.text[match.end() : match.end() + 6]
        if _CERTAIN_BASELINE.search(before):
            return True
        if _BASELINE_BEFORE.search(before + match.group()[:1]) and _BASELINE_AFTER.match(after):
            return True
        return bool(re.match(r"(?:度)?(?:以来|相比|相较|同期|为基准|为基数|基础上|水平)", after))

    def _is_document(self, match: re.Match[str]) -> bool:
        """ "制定2021年清洁取暖改造计划": the year is part of a document's name."""
        after = _DOCUMENT.match(self.text, match.end())
        if not after or _MAKING.search(after.group()):
            return False
        start = match.start()
        before = self.text[max(0, start - 14) : start]
        return not before or before[-1] not in _BOUNDARY or bool(_DOCUMENT_VERB.search(before))

    # ---- one method a shape: the dates and the manner, or None when it is no time expression of a duty

    def _season_years(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        first, last = read_year(m["a"]), read_year(m["b"])
        if first is None or last is None or self._is_past(last):
            return None
        return (str(first if m["s"].endswith("前") else last),), "by" if m["s"].endswith("前") else "during"

    def _years(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        last = read_year(m["b"])
        if last is None or self._is_past(last) or _EDITION.match(self.text, m.end()) or self._is_document(m):
            return None
        return (str(last),), "during"

    def _year_list(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        years = [y for y in map(read_year, re.findall(_Y, m["list"])) if y is not None]
        years = [y for y in years if not self._is_past(y)]
        if not m["list"].endswith("年") or not years or self._is_baseline(m, m.start()):
            return None
        end = "-12-31" if "底" in m.group() else ""
        return tuple(f"{y}{end}" for y in years), "by"

    def _day_range(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year = self._given(m)
        if m["y2"]:
            year = read_year(m["y2"])
        month = _count(m["m2"], 12)
        first = _count(m["m1"], 12)
        if month is None or first is None or year is None or self._is_past(year):
            return None
        if m["r2"] or (not m["y2"] and month < first):
            year += 1
        day = _count(m["d2"], 31) if m["d2"] else None
        return (_date(year, month, day),), "during"

    def _month_range(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year, first, last = self._given(m), _count(m["m1"], 12), _count(m["m2"], 12)
        if year is None or first is None or last is None or self._is_past(year):
            return None
        if not m["y"] and self.text[max(0, m.start() - 1) : m.start()].isdigit():
            return None
        return (_date(year + (last < first), last),), "during"

    def _day(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year, month, day = self._given(m), _count(m["m"], 12), _count(m["d"], 31)
        after = self.text[m.end() : m.end() + 8]
        if month is None or day is None or self._is_past(year) or _EDITION.match(after):
            return None
        if m["t"] and "前" in m["t"] and _BUILT_BEFORE.match(after):
            return None
        return self._dated(year, lambda y: _date(y, month, day)), _manner(m)

    def _dotted(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        return self._day(m)

    def _month(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year, month, part = self._given(m), _count(m["m"], 12), m["part"]
        after = self.text[m.end() : m.end() + 8]
        if month is None or self._is_past(year) or self._is_baseline(m, m.start()):
            return None
        if after.startswith("内") and not m["y"] and _WRITTEN_OUT.fullmatch(m["m"]):
            return None  # "凡一月内被查处3次": how long, not when
        if m["t"] and "前" in m["t"] and _BUILT_BEFORE.match(after):
            return None
        manner = _manner(m)

        def date(y: int) -> str:
            if manner == "from":
                return _date(y, month)
            if part in ("底", "末", "下旬"):
                return _date(y, month, calendar.monthrange(y, month)[1])
            return _date(y, month, {"上旬": 10, "中旬": 20}.get(part or ""))

        return self._dated(year, date), manner

    def _dotted_month(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year = self._given(m)
        if year is None or self._is_past(year):
            return None
        last = calendar.monthrange(year, int(m["m"]))[1] if m["part"] else None
        return (_date(year, int(m["m"]), last),), "by"

    def _quarter(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year = self._given(m)
        if self._is_past(year):
            return None
        half = {"上半年": 6, "下半年": 12}
        month = half[m["h"]] if m["h"] else 3 * int(read_number(m["q"]) or 1)
        return self._dated(year, lambda y: _date(y, month, calendar.monthrange(y, month)[1])), _manner(m)

    def _year_end(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year = self._given(m)
        if self._is_past(year) or self._is_baseline(m, m.start()):
            return None
        return self._dated(year, lambda y: f"{y}-12-31"), "by"

    def _year_season(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year = self._given(m)
        if self._is_past(year) or self._is_baseline(m, m.start()):
            return None
        return self._dated(year, str), "by" if m["t"] and "前" in m["t"] else "during"

    def _season_before(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        return self._dated(self.year, str), "by"

    def _season(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        return (), "during"

    def _year(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year = read_year(m["y"])
        if year is None or self._is_past(year) or _EDITION.match(self.text, m.end()):
            return None
        if self._is_baseline(m, m.start()) or (not m["t"] and self._is_document(m)):
            return None
        self.year = year
        return (str(year),), _manner(m)

    def _relative_year(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        before = self.text[max(0, m.start() - 1) : m.start()]
        if m.group().startswith(("当年", "本年")) or before in ("较", "比"):
            return None  # "取消当年评先评优资格" is a consequence, not a date
        return self._dated(
            self._relative(m.group()), lambda y: f"{y}-12-31" if "底" in m.group() else str(y)
        ), "by"

    def _five_year(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year = five_year_end(m["n"])
        if year is None or self._is_past(year):
            return None
        return (str(year),), "by" if m["t"].endswith("末") else "during"

    def _five_year_against(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        year = five_year_end(m["n"])
        return None if year is None or self._is_past(year) else ((str(year),), "by")

    def _recurring(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        return (), "recurring"

    def _event(self, m: re.Match[str]) -> tuple[tuple[str, ...], str] | None:
        return (), "event"

    @staticmethod
    def _dated(year: int | None, date: Callable[[int], str]) -> tuple[str, ...]:
        return () if year is None else (date(year),)


def five_year_end(number: str) -> int | None:
    """The last year of a five-year plan: 十四 → 2025."""
    value = read_number(number)
    return None if value is None else 2020 + 5 * (int(value) - 13)


def _count(text: str, highest: int) -> int | None:
    value = read_number(text)
    return int(value) if value is not None and 1 <= value <= highest else None


def _date(year: int, month: int, day: int | None = None) -> str:
    if day is None:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{min(day, calendar.monthrange(year, month)[1]):02d}"


def _manner(match: re.Match[str]) -> str:
    groups = match.groupdict()
    tail = groups.get("t") or ""
    return "from" if groups.get("auto") or (tail and "前" not in tail) else "by"


def find_times(text: str, *, year: int | None) -> list[TimeMention]:
    """Time expressions of folded `text` in order, those of baselines, past years, titles and editions
    left out.

    Parameters: year, the document's own. Dates are YYYY, YYYY-MM or YYYY-MM-DD.
    """
    return _Reader(without_titles(text), year).read()
