"""Goals in one sentence, on folded text: the part of reading targets that knows words and no documents.

`stated_goals` are goals with a written number. Goals without one are in implied.py.
"""

from __future__ import annotations

import re
from dataclasses import replace

from lantian.planning.counted import (
    ALL,
    FAMILIES,
    continues,
    counted_thing,
    named_together,
    part_of,
    plain_name,
    share_done,
    told,
)
from lantian.planning.fold import clause_end
from lantian.planning.measures import Measure
from lantian.planning.sentences import AGAINST, Goal, Said, Sentence, Where, regions_in, rest_of
from lantian.planning.vocabulary import Mention, vocabulary

_EXIT = re.compile(r"(?P<not>未|没有|不能)?(?:稳定|稳步|全部|均|要|力争)*(?:退出|脱离|摆脱|退至)")
_PLACED = re.compile(r"排名|名次|位次|位列|进入|跻身|保持在|稳定在|排位")
_RANK_SCOPE = re.compile(
    r"(?:全国|全省|全市|全区)?\d{2,3}个?(?:重点)?(?:城市|县\([^)]*\)|县市区|县区|县)|全国重点城市|全国|全省|全市"
)
_JOINT = re.compile(r"(?:年均|平均)?(?:浓度|指标)?(?:、|和|及|与|以及)")
_SOMEWHERE = re.compile(r"(?:.{0,8}[区县市城镇乡内])?")
_AGAIN = re.compile(r"再(?:完成|新增|建成|淘汰|改造)$")
_BARE_RATE = re.compile(r"[\u4e00-\u9fff](?:率|占比|比例)$")
_EACH = re.compile(r"[、和及与]")


def stated_goals(sentence: Sentence) -> list[Goal]:
    """The goals with a written number, in order."""
    said = Said()
    goals: list[Goal] = []
    index = 0
    while index < len(sentence.measures):
        group = _group(sentence, index)
        index += len(group)
        if group[0].rank:
            goals += _rank(sentence, group[0], said)
        else:
            goals += _measured(sentence, group, said)
    return goals


def _group(sentence: Sentence, index: int) -> list[Measure]:
    """A number and those listed with it: "下降20%、15%"."""
    group = [sentence.measures[index]]
    for following in sentence.measures[index + 1 :]:
        last = group[-1]
        between = sentence.text[last.stop : following.begin]
        if not (
            _EACH.fullmatch(between)
            and following.begin == following.start
            and following.family == last.family
        ):
            break
        if following.threshold and following.family not in FAMILIES:
            break
        group.append(following)
    return group


def _rank(sentence: Sentence, measure: Measure, said: Said) -> list[Goal]:
    """ "退出全省后20", "未退出…后10位…的，取消…资格"; a rank nobody is to leave is a threshold."""
    text, start = sentence.text, sentence.clause(measure.start)
    if measure.rank == "top":
        if measure.threshold or not _PLACED.search(text, start, measure.start):
            return []
        comparator, verb_at, penalised = "<=", measure.begin, False
    else:
        leave = next((m for m in _EXIT.finditer(text, start, measure.start)), None)
        if leave is None:
            return []
        penalised = bool(leave["not"])
        if measure.threshold and not penalised:
            return []
        comparator, verb_at = "exit_bottom", leave.start()
    regions, whole = regions_in(sentence, start, verb_at)
    if regions is None and not whole and said.code == "composite_rank":
        regions = said.regions
    said.code, said.regions, said.at, said.family = "composite_rank", regions, measure.start, "rank"
    scope = _RANK_SCOPE.search(text, start, measure.start)
    return [
        Goal(
            start=start,
            end=measure.stop,
            at=measure.start,
            indicator="composite_rank",
            comparator=comparator,
            value=measure.value,
            unit="位",
            regions=regions,
            whole=whole,
            scope=scope.group() if scope else None,
            penalised=penalised,
        )
    ]


def _measured(sentence: Sentence, group: list[Measure], said: Said) -> list[Goal]:
    first = group[0]
    start = sentence.clause(first.begin)
    own = [m for m in sentence.mentions if start <= m.start and m.end <= first.start]
    fitting = [m for m in own if not m.weak and first.family in m.indicator.families]
    rest = rest_of(sentence, start, first.begin)
    heating = _heating(sentence, start, first) if first.family == "household" else None
    if heating:
        return _goals(sentence, group, [heating], start, said)
    counted = _counted(sentence, start, group, rest, said)
    if counted and not fitting:
        # The quote runs on to what is counted: "完成3家企业退出", not "完成3家".
        end = clause_end(sentence.text, group[-1].stop, marks=",;。:!?、")
        end = end if end - group[-1].stop <= 40 else group[-1].stop
        return [replace(g, end=end) for g in _other(sentence, group, f"other:{counted}", start, said)]
    if first.threshold or vocabulary().limit.search(rest) or told(sentence.text, sentence.start, first):
        return []
    if fitting and (
        first.comparator
        or first.family in ("concentration", "count")
        or _bare_share(sentence, fitting, first)
    ):
        return _goals(sentence, group, _named_together(sentence.text, fitting), start, said)
    rated = bool(_BARE_RATE.search(sentence.text, start, first.begin)) and first.family == "percent"
    compared = vocabulary().measure_end.search(rest) or share_done(sentence.text, sentence.start, first, rest)
    if compared if first.comparator else rated:
        return _unlisted(sentence, group, start, rest, said)
    return _carried(sentence, group, start, rest, said) if first.comparator else []


def _counted(sentence: Sentence, start: int, group: list[Measure], rest: str, said: Said) -> str | None:
    """What the clause counts: by its own words, or going on with the number before."""
    measure = group[0]
    if said.code and said.code.startswith("other:") and said.family == measure.family:
        of_these = sentence.text.startswith("其中", start) and bool(_SOMEWHERE.fullmatch(rest))
        if of_these or _AGAIN.search(sentence.text, start, measure.start):
            return said.code.removeprefix("other:")  # "淘汰货车34辆，其中城区7辆", "9月底前再完成28个"
    counted = counted_thing(sentence.text, start, measure, rest, last=group[-1])
    if counted or (counted := part_of(sentence.text, measure)):
        return counted
    earlier = [m for m in sentence.measures if start <= m.start < measure.start]
    if earlier and said.at == earlier[-1].start and continues(sentence.text, earlier[-1], measure):
        after = sentence.text[measure.stop : clause_end(sentence.text, measure.stop, marks=",;。:!?、")]
        return plain_name(after[:24]) or None
    return None


def _named_together(text: str, mentions: list[Mention]) -> list[Mention]:
    """The last indicator and those listed with it: "PM2.5、PM10浓度"."""
    joint = [mentions[-1]]
    for mention in reversed(mentions[:-1]):
        alike = mention.indicator.families == joint[0].indicator.families
        if not alike or not _JOINT.fullmatch(text, mention.end, joint[0].start):
            break
        joint.insert(0, mention)
    return joint


def _bare_share(sentence: Sentence, fitting: list[Mention], measure: Measure) -> bool:
    """ "公交车中新能源车占比100%": a share and its number with nothing between but hedges."""
    between = sentence.text[fitting[-1].end : measure.begin]
    return measure.family == "percent" and not vocabulary().hedge.sub("", between)


def _heating(sentence: Sentence, start: int, measure: Measure) -> Mention | None:
    """Households are of clean heating when the clause says so, before the number or after it.

    A clause that only says 新增改造 of them takes it from the clause before, or from the heading.
    """
    end = clause_end(sentence.text, measure.stop)
    heating = [m for m in sentence.mentions if m.end <= end and "household" in m.indicator.families]
    near = [m for m in heating if start <= m.start]
    if not near and re.search(r"改造|替代|安装|完成", sentence.text[start:end]):
        near = heating or [
            replace(m, start=measure.start, end=measure.start)
            for m in sentence.topic
            if "household" in m.indicator.families
        ]
    return near[-1] if near else None


def _goals(
    sentence: Sentence, group: list[Measure], mentions: list[Mention], start: int, said: Said
) -> list[Goal]:
    """Numbers with known indicators: one each, or every number for every indicator named together."""
    until = min(mentions[0].start, group[0].start)
    regions, whole = regions_in(sentence, start, until)
    if regions is None and not whole and said.at >= 0 and ";" not in sentence.text[said.at : start]:
        regions = said.regions  # "市区PM2.5浓度…，优良天数…": still the same place
    said.indicator, said.code = mentions[-1].indicator, mentions[-1].indicator.code_for(group[0].family)
    said.regions, said.family, said.at = regions, group[0].family, group[0].start
    pairs: list[tuple[Measure, Mention, tuple[str, ...] | None]]
    if len(group) == len(mentions):
        pairs = [(m, i, regions) for m, i in zip(group, mentions, strict=True)]
    elif len(mentions) == 1 and regions and len(group) == len(regions):
        pairs = [(m, mentions[0], (r,)) for m, r in zip(group, regions, strict=True)]
    else:
        pairs = [(m, i, regions) for m in group for i in mentions]
    return [
        _goal(
            sentence,
            measure,
            start,
            mention.indicator.code_for(measure.family),
            better=mention.indicator.better,
            where=Where(place, whole),
        )
        for measure, mention, place in pairs
    ]


def _unlisted(sentence: Sentence, group: list[Measure], start: int, rest: str, said: Said) -> list[Goal]:
    """Measures the vocabulary does not list: one, or several named together before a number or a list."""
    names = named_together(rest, sentence.text[start : group[0].start])
    if len(names) == len(group):  # "二氧化硫、氮氧化物排放总量分别下降15%、10%"
        pairs = [([m], name) for m, name in zip(group, names, strict=True)]
    else:
        pairs = [(group, name) for name in (names if len(group) == 1 and names else [plain_name(rest)])]
    return [g for ms, name in pairs for g in _other(sentence, ms, f"other:{name}", start, said)]


def _other(sentence: Sentence, group: list[Measure], code: str, start: int, said: Said) -> list[Goal]:
    """Numbers of a measure the vocabulary has no code for."""
    regions, whole = regions_in(sentence, start, group[0].begin)
    said.indicator, said.code, said.regions = None, code, regions
    said.family, said.at = group[0].family, group[0].start
    return [_goal(sentence, m, start, code, better="more", where=Where(regions, whole)) for m in group]


def _carried(sentence: Sentence, group: list[Measure], start: int, rest: str, said: Said) -> list[Goal]:
    """A clause of a place and a number, or of a number alone: the indicator of the clause before holds."""
    first = group[0]
    earlier = [m for m in sentence.mentions if m.end <= start and m.start > said.at]
    fitting = [m for m in earlier if first.family in m.indicator.families]
    same_kind = said.family == first.family or (said.indicator and first.family in said.indicator.families)
    if len(rest) > 14 or not (fitting or (said.code and same_kind)):
        return []
    bare = not rest and said.indicator is not None and first.family in said.indicator.families
    if not fitting and not bare and first.family in ("count", "mass", "size", "power"):
        return []
    regions, whole = regions_in(sentence, start, first.begin)
    if fitting:
        mention = fitting[-1]
        if regions is None and not whole:
            regions, whole = regions_in(sentence, sentence.clause(mention.start), mention.start)
        said.indicator, said.code = mention.indicator, mention.indicator.code_for(first.family)
        said.at, said.family = first.start, first.family
    elif regions is None and not whole:
        regions = said.regions
    said.regions = regions
    code, better = said.code or "", said.indicator.better if said.indicator else "more"
    if said.indicator is None and rest:
        code = code if rest.endswith(code[-2:]) else f"{code}({rest})"
    return [_goal(sentence, m, start, code, better=better, where=Where(regions, whole)) for m in group]


def _goal(sentence: Sentence, measure: Measure, start: int, code: str, *, better: str, where: Where) -> Goal:
    every = ALL.match(
        sentence.text, measure.end
    )  # "71个监测站全部联网" is all of them; "培育2个集团" at least two
    amount = measure.family in FAMILIES and not every
    comparator = measure.comparator or (">=" if amount else "=")
    if comparator == "reach":
        comparator = "<=" if better == "less" else ">="
    scope = "左右" if measure.approximate else None
    if measure.high is not None:
        scope = f"{sentence.text[measure.start : measure.end]} (range)"
    against = AGAINST.search(sentence.text, start, measure.begin)
    return Goal(
        start=start,
        end=measure.stop,
        at=measure.start,
        indicator=code,
        comparator=comparator,
        value=measure.value,
        unit=measure.unit or None,
        regions=where.regions,
        whole=where.whole,
        baseline=against.group() if against else None,
        scope=scope,
    )
