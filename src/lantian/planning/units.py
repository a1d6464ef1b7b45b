"""Names of units in a list: where each begins and ends, what is no part of it, and what looks like one."""

from __future__ import annotations

import re
from collections.abc import Callable

from lantian.planning.marks import CLOSERS, OPENERS
from lantian.planning.roles import VERB

Spans = list[tuple[int, int]]

_UNIT_END = (
    r"(?:局|厅|委|办|办公室|部|署|处|所|站|队|中心|政府|委员会|公司|集团|海关|部门|单位|乡|镇|街道|县|市|区|银行|分行|支行|社|段"
    r"|小组|组|专班|企业|学校|法院|检察院|院|团|协会|联合会|学会|工会|州|盟|旗|矿|厂|台|馆|园|会|各地)"
)
UNIT_LIKE = re.compile(rf"(?:{_UNIT_END}|[）〕])$")
OFFICE = re.compile(
    r"(?:局|厅|委|办|署|政府|管委会|委员会|公司|集团|海关|部门|支队|大队|办公室|中心|街道|银行|分行|领导小组|单位)$"
)
_CONJUNCTION = re.compile(
    r"(?<=[局厅委办署府会司团关门队位院组行部县市区）])(?:和|及|以及|与|并)(?=[省市县区各有相中国其本属我]|[^和及与]{1,24}"
    r"(?:局|厅|委|办|政府|管委会|委员会|公司|部门|单位)$)"
)
_PLACES_TOGETHER = re.compile(
    r"(?:各|有关|相关)?[省市州盟县区旗乡镇]{1,2}(?:、[市州盟县区旗乡镇]{1,2})+(?=人民政府|政府|（|管委会|两级|三级|级|$)"
)
_PARTY_AND = re.compile(r"(?<=[）县市区乡镇道党工]委)、(?=(?:人民)?政府(?:[，；、。]|$|负责|落实|牵头|按))")
ETC = re.compile(
    r"等(?:\d+|[一二三四五六七八九十]+)?个?(?:其他)?(?:各|有关|相关|责任|职能|成员|省直|市直|县直|区直|市级|县级)*"
    r"(?:部门和单位|单位和部门|部门|单位|成员单位|委办局|方面)?$"
)
_COUNTY = re.compile(r"(?<![\u4e00-\u9fff])(?![各市县区])[\u4e00-\u9fff]{1,4}[县市区旗](?![\u4e00-\u9fff])")
# A lost separator: 省公安厅省生态环境厅, 各县人民政府开发区管委会.
_GLUED = re.compile(
    r"(?<=[^、，；]{2}[局厅委])(?=[省市县区][^、，；]{1,14}(?:[局厅委办]|分局|政府)(?:[、，；]|等|$))"
    r"|(?<=[^、，；]政府)(?=[^、，；办]{2,12}管委会(?:[、，；]|等|$))"
)
_ALIAS = re.compile(r"（(?:以下|下同|简称|统称).*$")
_LEADING = re.compile(
    r"^(?:以上|本条|该项|此项)?(?:工作)?(?:均)?(?:分别|具体|主要)?由|^(?:以及|及|和|与|并|其中|其他由)"
)
EXPLAINS = re.compile(
    r"^(?:以下|简称|即|含|包括|包含|不含|除|如|指|见|例如|其中|下同|详见|此件|运距|特指|具体|名单|另行)"
)
_WHEN = re.compile(r"\d年|\d月|年底|月底|底前|全年|长期|常态化|持续(?:推进|开展|实施)|立即|(?:完成|坚持)$")


def pieces(text: str, separators: str) -> list[tuple[int, int]]:
    """Spans between separators that stand outside any bracket."""
    spans, depth, start = [], 0, 0
    for i, char in enumerate(text):
        if char in OPENERS:
            depth += 1
        elif char in CLOSERS:
            depth = max(depth - 1, 0)
        elif not depth and char in separators:
            spans.append((start, i))
            start = i + 1
    spans.append((start, len(text)))
    return spans


def names_a_unit(inside: str) -> bool:
    for start, end in pieces(VERB.sub("，", inside), "，；。、"):
        token = ETC.sub("", VERB.sub("，", inside)[start:end])
        if re.search(
            r"局|厅|委|办|政府|部门|单位|公司|集团|海关|支队|小组|街道|乡镇|海事|银行|电网|专班|中心|县|市|区",
            token,
        ):
            return True
    return False


def is_unit_list(inside: str) -> bool:
    if EXPLAINS.match(inside):
        return False
    tokens = [ETC.sub("", inside[s:e]) for s, e in pieces(inside, "，；、")]
    return (
        bool(tokens)
        and all(len(t) >= 3 and UNIT_LIKE.search(t) for t in tokens)
        and any(OFFICE.search(t) for t in tokens)
    )


def units_of(
    folded: str, low: int, high: int, *, gap: Callable[[int], bool] | None = None
) -> tuple[Spans, Spans]:
    """Spans of the single units of the list between `low` and `high`, and of time words among them.

    `gap` tells whether the source had a space before a place of the text.
    """
    units: Spans = []
    times: Spans = []
    for start, end in (_trim(folded, *span) for span in _split(folded, low, high, gap or (lambda _: False))):
        if end > start and _WHEN.search(folded[start:end]):
            times.append((start, end))
        elif end > start:
            units.append((start, end))
    return units, times


def inside_bracket(folded: str, begin: int, place: int) -> bool:
    """Does a bracket that opens behind `begin` still stand open at `place`?"""
    part = folded[begin:place]
    return sum(part.count(c) for c in OPENERS) > sum(part.count(c) for c in CLOSERS)


def _split(folded: str, low: int, high: int, gap: Callable[[int], bool]) -> Spans:
    text = folded[low:high]
    kept = _PLACES_TOGETHER.sub(lambda m: m.group().replace("、", "＿"), text)
    kept = _PARTY_AND.sub("＿", kept)
    spans: list[tuple[int, int]] = []
    for start, end in pieces(kept, "、，；,;。|/"):
        cuts = [
            m.span()
            for m in _CONJUNCTION.finditer(text, start, end)
            if not inside_bracket(folded, low + start, low + m.start())
        ]
        cuts += [(i, i) for i in range(start + 2, end) if gap(low + i) and _parts(text, start, i)]
        cuts += [(i, i) for i in (m.start() for m in _GLUED.finditer(text, start, end)) if start < i < end]
        at = start
        for cut_start, cut_end in sorted(cuts):
            spans.append((low + at, low + cut_start))
            at = cut_end
        spans.append((low + at, low + end))
    return spans


def _trim(folded: str, start: int, end: int) -> tuple[int, int]:
    while start < end and folded[start] in " ：:，、；。\n\t":
        start += 1
    while end > start and folded[end - 1] in " ：:，、；。\n\t":
        end -= 1
    if found := _LEADING.match(folded[start:end]):
        start += found.end()
    if found := _ALIAS.search(folded[start:end]):
        end = start + found.start()
    if found := ETC.search(folded[start:end]):
        end = start + found.start()
    while end > start and folded[end - 1] in CLOSERS and _unopened(folded[start:end]):
        end -= 1  # the closer of a bracket whose opener is lost
    return start, end


def _parts(text: str, start: int, at: int) -> bool:
    """Does a space before `at` part two units, and not the characters of one, as OCR does?"""
    left, right = text[start:at].rstrip(), text[at:]
    if OFFICE.search(left) and right[0] in "省市县区各国有":
        return True
    return bool(_COUNTY.search(left) and _COUNTY.match(right))


def _unopened(words: str) -> bool:
    return sum(words.count(c) for c in CLOSERS) > sum(words.count(c) for c in OPENERS)
