"""Goals without a written number: 全覆盖, 清零, 全部完成, 基本消除, and directions (持续下降, 排名前移,
负增长)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lantian.planning.fold import clause_end
from lantian.planning.sentences import Goal, Sentence
from lantian.planning.vocabulary import Mention

_VOW = re.compile(r"^(?:坚决|确保|全面|力争|高质量|圆满)*完成(?=.*约束性)")
_BAN = re.compile(r"严禁|禁止|不得|不再|不予")
_DOWN = re.compile(
    r"(?:持续|稳步|明显|显著|大幅|进一步|逐步|较上年|同比)*(?:下降|降低|减少|下行)(?!趋势|的|幅度)"
)
_UP = re.compile(
    r"(?:持续|稳步|明显|显著|大幅|进一步|逐步|较上年|同比)*(?:提升|提高|增加|上升|增长)(?!趋势|的|幅度)"
)
_ACT_UP = re.compile(r"(?:提高|提升|扩大|增加)(?:全市|全省|全县)?$")
_ACT_DOWN = re.compile(r"(?:降低|减少|全力降低|压减)(?:全市|全省|全县|春季|夏季|秋冬季|冬季)?$")
_ATTAIN = re.compile(
    r"(?:力争|稳定|全面|全部|总体|基本|要|应|达到)*(?:达标|《[^》]*》?(?:一|二)级标准|(?:国家)?(?:一|二)级标准)"
)
_BETWEEN = re.compile(r"(?:浓度|指标|较上年|较20\d{2}年|同比|要|应)*")
_NEGATIVE = re.compile(r"[^,;。]{0,16}?负增长")
_GROWN = re.compile(
    r"(?:提高|扩大|提升)(?P<name>[^,;。、]{2,24}?(?:比重|比例|占比|覆盖面|覆盖率))(?=[,;。]|$)"
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """A wording and what it promises."""

    pattern: re.Pattern[str]
    comparator: str
    value: float | None
    unit: str | None
    suffix: str
    implied: bool = True


_RULES = (
    _Rule(re.compile(r"(?:实现|做到|达到|企业|站点|系族|完成)[^,;。]{0,12}?全覆盖"), "=", 100, "%", "覆盖率"),
    _Rule(re.compile(r"覆盖所有[^,;。]{2,12}"), "=", 100, "%", "覆盖率"),
    _Rule(re.compile(r"(?:动态|三|全面|实现[^,;。]{0,6}|基本)[“”\"]?清零"), "=", 0, None, ""),
    _Rule(re.compile(r"基本(?:消除|淘汰)[^,;。]{2,40}"), "decrease", None, None, ""),
    _Rule(re.compile(r"基本实现[^,;。]{2,30}"), "improve", None, None, ""),
    _Rule(
        re.compile(r"全部(?:完成|达到|更换|淘汰|使用|实现|安装|退出)[^,;。]{0,30}"), "=", 100, "%", "完成率"
    ),
    _Rule(re.compile(r"全面(?:淘汰|退出|完成)[^,;。]{2,60}"), "=", 100, "%", "完成率"),
    _Rule(re.compile(r"应[用收替改]尽[用收替改]"), "increase", None, None, ""),
    _Rule(
        re.compile(r"排名[^,;。]{0,12}?(?:前移|靠前|提升|争先进位|进位|前进)"),
        "improve",
        None,
        "位",
        "",
        False,
    ),
    _Rule(
        re.compile(r"(?<=绩效)等级?[“\"]?创A升B[”\"]?行动|创A[升退][BD]"), "increase", None, None, "", False
    ),
    _Rule(
        re.compile(r"(?:完成|达到|实现)[^,;。]{0,60}?约束性(?:指标|目标)(?:任务)?(?=$|[,;。])"),
        "=",
        None,
        None,
        "",
        False,
    ),
)


def implied_goals(sentence: Sentence, taken: list[tuple[int, int]]) -> list[Goal]:
    """Goals of the sentence that stand outside `taken` spans and have no number of their own."""
    goals: list[Goal] = []
    text = sentence.text

    def free(start: int, end: int) -> bool:
        spans = taken + [(g.start, g.end) for g in goals]
        return not any(start < b and end > a for a, b in spans)

    for rule in _RULES:
        for match in rule.pattern.finditer(text, sentence.start, sentence.end):
            clause = sentence.clause(match.start())
            if _BAN.search(text, clause, match.start()) or not free(match.start(), match.end()):
                continue
            goals.append(_goal(sentence, clause, match.start(), match.end(), rule))
    goals += _directions(sentence, free)
    for match in _GROWN.finditer(text, sentence.start, sentence.end):
        if free(match.start(), match.end()):
            clause = sentence.clause(match.start())
            goals.append(
                Goal(clause, match.end(), match.start(), f"other:{match['name']}", "increase", None, None)
            )
    return sorted(goals, key=lambda g: g.at)


def _goal(sentence: Sentence, clause: int, start: int, end: int, rule: _Rule) -> Goal:
    text = sentence.text
    near = [m for m in sentence.mentions if clause <= m.start < end]
    if "排名" in rule.pattern.pattern:
        code = "composite_rank"
    elif near and rule.comparator in ("improve", "=") and rule.unit != "位" and rule.value != 0:
        code = near[-1].indicator.code
    elif "创A" in text[start:end]:
        code = "grade_ab_count"
    else:
        words = text[clause:end] if end - clause <= 40 else text[start:end]
        for time in sentence.times:
            if clause <= time.start and time.end <= start:
                words = words.replace(text[time.start : time.end], "")
        words = _VOW.sub("", words)
        code = f"other:{words.strip(',、')[:40]}{rule.suffix if not words.endswith(rule.suffix) else ''}"
    regions = tuple(n for a, b, n in sentence.places if clause <= a and b <= start) or None
    return Goal(
        clause,
        end,
        end if "约束性" in text[start:end] else start,  # its years stand inside the words
        code,
        rule.comparator,
        rule.value,
        rule.unit,
        regions=regions,
        implied=rule.implied,
    )


def _directions(sentence: Sentence, free: Callable[[int, int], bool]) -> list[Goal]:
    """A known indicator with a direction and no number: "PM2.5浓度持续下降",
    "煤炭消费量较2020年实现负增长"."""
    text, goals = sentence.text, []
    for mention in sentence.mentions:
        end = clause_end(text, mention.end)
        comparator, until = _direction(text, mention, end)
        clause = sentence.clause(mention.start)
        numbered = any(clause <= m.start < end for m in sentence.measures)
        if comparator is None or numbered or not free(mention.start, until) or _BAN.search(text, clause, end):
            continue
        regions = tuple(n for a, b, n in sentence.places if clause <= a and b <= mention.start) or None
        baseline = re.search(r"(?:较|比)(?:20\d{2}年?|上年|去年|[“\"]?十[一二三四五]五)", text[clause:until])
        goals.append(
            Goal(
                clause, until, mention.start, mention.indicator.code, comparator, None, None,
                regions=regions, baseline=baseline.group() if baseline else None,
            )
        )  # fmt: skip
    return goals


def _direction(text: str, mention: Mention, end: int) -> tuple[str | None, int]:
    if mention.weak or mention.indicator.code in ("clean_heating_households", "station_coverage"):
        return None, end
    if found := _NEGATIVE.match(text, mention.end):
        return "decrease", found.end()
    before = text[max(0, mention.start - 8) : mention.start]
    less = mention.indicator.better == "less"
    for verb, comparator in ((_ACT_UP, "increase"), (_ACT_DOWN, "decrease")):
        if comparator == "increase" and less:
            continue  # "提升PM2.5和臭氧协同监测能力": nobody promises more of it
        if verb.search(before):
            return comparator, mention.end
    at = _BETWEEN.match(text, mention.end)
    after = at.end() if at else mention.end
    attained = "<=" if mention.indicator.better == "less" else ">="
    for wording, comparator in ((_DOWN, "decrease"), (_UP, "increase"), (_ATTAIN, attained)):
        if found := wording.match(text, after):
            return comparator, found.end()
    return None, end
