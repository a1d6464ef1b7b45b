"""Counted things in one clause, on folded text: of what a number of households, plants or trucks is.

"培育1-2个集团", "淘汰货车3000辆", "燃煤锅炉淘汰20台", "71个监测站全部联网", "完成8家水泥厂、3家焦化厂改造".
"""

from __future__ import annotations

import re

from lantian.planning.fold import clause_end, clause_start
from lantian.planning.measures import Measure
from lantian.planning.vocabulary import vocabulary

FAMILIES = ("count", "household", "mass", "size", "power")
ALL = re.compile(r"[^,;。:]{2,24}?(?:全部|均|都|全面)")
_NOT_COUNTED = re.compile(
    r"百分|月|工作日|小时|方面|环节|阶段|(?:县|市|区)(?!级)|(?:重点|设区)?(?:的)?(?:城市|县|市|区域|行业|产业(?!集群|园|基地))|批次"
)
_LEADING = re.compile(
    r"^(?:其中|全年|年内|今年|到|至|在(?!线|用)|对|将|把|使(?!用)|的|内(?!部)|中(?!小|型|心|央)|且|并|再|,|、|。|区域|期间|力争|确保|分别|累计|总计|合计|预计|计划|年度|共)+"
)
_TRAILING_OF = re.compile(r"(?:的|中|内|方面)$")
_TERRITORY = re.compile(r"全(?:市|省|县|区|域)$")
_CHECKED = re.compile(r"抽测|抽检|检测|监测|检查|抽查|排查|帮扶|走访|巡查|评估|清洗|清运|处置|审核")
_ORDERED = re.compile(r"完成(?:(?:全[市省县区域]|辖区|剩余)(?:内|范围内)?(?:的)?)?$")
_DATED_OR_COUNTED = re.compile(r"^(?:到|至|于)?(?:20\d{2}年|\d{1,2}月)|完成\d")
_PRODUCED = re.compile(r"[^,;。的]{0,10}(?:产能|装机|能力|容量)$")
_EMITTED = re.compile(r"(?:重点工程|工程)?(?:排放|减排)(?:总)?量$")
_POLLUTANT = re.compile(r"氮氧化物|NO[xX]|VOCs|挥发性有机物|二氧化硫|SO2|颗粒物|氨|化学需氧量|烟粉?尘")
_KINDS = re.compile(r"等?(?:主要|[两二三四]项|大气)*污染物(?=(?:重点工程)?(?:排放|减排))")
_PART = re.compile(
    r"的?(?P<name>[^,;。的]{2,16}?(?:力争|全部|基本)?(?:完成|实现|达到|建成|使用|淘汰)[^,;。的]{2,16})$"
)
_DONE = re.compile(r"完成(?:率)?$")
_SINCE = re.compile(r"20\d{2}年(?:\d{1,2}月)?以来")
_FREQUENT = re.compile(r"每(?:个|半)?(?:年|季度?|月|周|星期|旬|日|天)")


def plain_name(words: str) -> str:
    """The name of a thing: without asides, lead-in words and 的."""
    return re.sub(r"\([^)]*\)", "", _LEADING.sub("", words)).strip("、的")[:40]


def without_lead(words: str) -> str:
    """`words` without what only leads into them: 其中, 力争, 累计."""
    return _LEADING.sub("", words)


def counted_thing(
    text: str, start: int, measure: Measure, rest: str, *, last: Measure | None = None
) -> str | None:
    """What is counted when the clause that begins at `start` orders a number of things, else None.

    Parameters: `text`, folded; `measure`, the number; `rest`, the clause's words before it without dates,
    places and hedges; `last`, the end of the list it begins ("55家、70家、40家企业").
    """
    if text[measure.start] == "一" or measure.family not in FAMILIES:
        return None
    stop = (last or measure).stop
    after = text[stop : clause_end(text, stop, marks=",;。:!?、")]
    words = _TERRITORY.sub("", _LEADING.sub("", rest))
    verbs = vocabulary().counted_verb
    verb = verbs.match(words)
    ends_in_verb = any(v.end() == len(words) for v in verbs.finditer(words))
    ordered = bool(_ORDERED.search(text, start, measure.start))
    at_least = measure.comparator in (">=", ">") and text[measure.begin : measure.start].startswith("不")
    frequent = bool(_FREQUENT.search(text, clause_start(text, measure.begin, marks="。;!?"), measure.begin))
    named = ""
    if not after and (verb or ends_in_verb):
        named = words[verb.end() :] if verb and verb.end() < len(words) else words
        if len(named) < 2 or (verb and verb.end() == len(words)):
            named = _before(text, start)
    elif not after and (ordered or (at_least and _CHECKED.search(words))):
        named = _before(text, start) if ordered else "" if frequent else words
    elif measure.family == "mass" and not measure.comparator and ends_in_verb and _PRODUCED.match(after):
        named = after
    elif measure.family in ("mass", "size", "power") or _NOT_COUNTED.match(after):
        return None
    elif measure.comparator in ("", ">=", ">", "reach"):
        every = ALL.match(after)
        checked = at_least and not words and _CHECKED.search(after) and not frequent
        if ends_in_verb or ordered or checked or (verb and verb.group() == "完成" and after):
            named = _TRAILING_OF.sub("", after[:24])
        elif every and not rest and not vocabulary().mentions(every.group()):
            named = every.group()[:-2]
    return plain_name(named) or None


def continues(text: str, previous: Measure, measure: Measure) -> bool:
    """Whether `measure` goes on counting what `previous` began to: "完成8家水泥厂、3家焦化厂改造"."""
    between = text[previous.stop : measure.begin]
    return (
        previous.family == measure.family
        and measure.family in FAMILIES
        and 2 <= len(between) <= 20
        and between[-1] in "、和及与"
        and not re.search(r"[,;。:]", between)
    )


def told(text: str, start: int, measure: Measure) -> bool:
    """ "2020年以来PM2.5浓度下降5%": what was reached, not what is to be; `start` is the sentence's."""
    return bool(_SINCE.search(text, start, measure.begin))


def share_done(text: str, start: int, measure: Measure, rest: str) -> bool:
    """ "老旧货车淘汰任务完成80%": a share of a duty that is named before it."""
    done = _DONE.search(text, start, measure.start)
    return measure.family == "percent" and len(rest) >= 4 and bool(done)


def part_of(text: str, measure: Measure) -> str | None:
    """ "80%以上的钢铁产能完成超低排放改造": which part of what is to be done."""
    if not (measure.threshold and measure.family == "percent" and measure.comparator in (">=", "")):
        return None
    found = _PART.match(text, measure.stop, clause_end(text, measure.stop))
    return found["name"] if found else None


def named_together(rest: str, said: str) -> list[str]:
    """The measures listed before one number that holds for each of them.

    Empty when they are one. "安装率、使用率均达到100%" are two by their endings,
    "氮氧化物和VOCs排放总量分别下降10%" by 分别 or 均.
    """
    names = [plain_name(n) for n in re.split("[、和及]", _KINDS.sub("", rest))]
    if len(names) < 2 or not all(len(n) > 1 for n in names):
        return []
    if all(len(n) > 2 and n.endswith("率") for n in names):
        return names
    emission = _EMITTED.search(names[-1])
    if emission and re.search("分别|均", said) and all(_POLLUTANT.search(n) for n in names):
        return [n if n.endswith(emission.group()) else n + emission.group() for n in names]
    return []


def _before(text: str, start: int) -> str:
    """The clause before, which names what "完成22家" and "再完成15家" count."""
    while start > 0 and text[start - 1] == ",":
        begin = clause_start(text, start - 1)
        words = text[begin : start - 1]
        if len(words) >= 4 and not _DATED_OR_COUNTED.search(words):
            return words
        start = begin
    return ""
