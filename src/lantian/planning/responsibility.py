"""Who must do it: brackets of responsibility, read into units with roles.

Styles: `（甲局、乙局按职责分工负责）`, `〔甲局牵头，乙局配合〕`, `（甲局负责，乙局配合，各县落实）`,
`(牵头部门：甲局；配合部门：乙局；责任单位：各县人民政府)`, a bare list of units at a sentence's end, and a
line `责任单位：…` without brackets. A bracket that only explains (`（含合金钢50吨）`) is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lantian.planning.marks import CLOSERS, OPENERS
from lantian.planning.model import Unit

_KIND = r"牵头|主办|主管|责任|配合|协办|协同|参与|参加|落实|负责|实施|监督|监管|承办"
LABEL = re.compile(
    rf"(?:(?:第一|主要|具体|市级|省级|县级|市直|县直|省直)?(?P<kind>{_KIND})(?:责任)?(?:的)?(?:部门|单位|主体|机构|科室|处室)(?:及[^：]{{1,8}})?"
    r"|(?P<bare>牵头|主办|配合|协办|责任|落实)"
    r"|(?P<time>完成时[限间]|时限(?:要求)?|整改时限|办结时限|完成期限)"
    r"|(?P<person>(?:分管|责任|牵头|市级|包联|包抓)?(?:市|县|区|市级|县级|区级)?(?:领导|责任人|负责人|联系人)))[：]"
)
_LEAD, _COOP, _SHARED, _RESPONSIBLE = "lead", "coop", "shared", "responsible"
_ROLE_OF_KIND = {
    **dict.fromkeys(["牵头", "主办", "主管", "承办"], _LEAD),
    **dict.fromkeys(["配合", "协办", "协同", "参与", "参加", "监督", "监管"], _COOP),
    **dict.fromkeys(["责任", "落实", "负责", "实施"], _RESPONSIBLE),
}
VERB = re.compile(
    r"(?:负责)?(?:业务)?(?:指导|督导|督促指导|督促|(?:做好|提供)?(?:资金|经费|技术)?(?:保障|支持))(?:落实|实施|推进)?(?=[，；、。）]|$)"
    r"|负总责|总?牵头(?!部门|单位|市直|科室)(?:抓总|组织|负责|落实|实施|督导|指导|协调|统筹|推进|推动|督促)*"
    r"|(?:按照?|依照?|依据|根据)?(?:各自|有关|部门|行业|领域|属地|任务)?(?:的)?(?:职责|职能|(?<=行业)|(?<=领域)|(?<=任务))(?:分工|范围)?(?:内)?"
    r"(?:分别|共同|具体|各自|协同|分工)?(?:牵头|负责|抓好|做好|组织|配合|推进)?(?:落实|实施|负责|工作)?"
    r"|(?:分工|分头|分别|共同|联合|各自|各负其责)(?:负责|落实|实施|组织实施|牵头)(?:落实|实施)?"
    r"|(?:负责|具体|组织|抓好|贯彻|推进)?(?:负责|具体|组织)?(?:落实|实施)(?!单位|部门|主体|办)"
    r"|(?:具体|主要|全面|总体|统一|直接)?负责(?!单位|部门|人)"
    r"|(?:积极)?(?:协同|协助)?(?:配合|协助|参与|参加)(?!部门|单位)(?:落实|实施|做好|督导|推进)?"
    r"|主办(?!单位|部门)|协办(?!单位|部门)|承办(?!单位|部门)"
)
_UNIT_END = (
    r"(?:局|厅|委|办|部|署|处|所|站|队|中心|政府|委员会|公司|集团|海关|部门|单位|乡|镇|街道|县|市|区|银行|分行|支行|社|段"
    r"|小组|组|专班|企业|学校|法院|检察院|院|团|协会|联合会|学会|工会|州|盟|旗|矿|厂|台|馆|园|会|各地)"
)
UNIT_LIKE = re.compile(rf"(?:{_UNIT_END}|[）〕])$")
_OFFICE = re.compile(
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
_ETC = re.compile(
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
_EXPLAINS = re.compile(
    r"^(?:以下|简称|即|含|包括|包含|不含|除|如|指|见|例如|其中|下同|详见|此件|运距|特指|具体|名单|另行)"
)
_WHEN = re.compile(r"\d年|\d月|年底|月底|底前|全年|长期|常态化|持续(?:推进|开展|实施)|立即|(?:完成|坚持)$")
_PURPOSE = re.compile(r"负责|牵头|责任单位|责任部门|按职责|落实$")
_ORDER = re.compile(
    r"[，；。]?(?:列(?:在)?第一位的为|排(?:名|在)?第一(?:位)?的(?:单位|部门)?为|首位为)牵头(?:部门|单位)(?:，下同)?$"
)
_STANDING = re.compile(
    r"(?:以下|下同|后面|其他各项|各项).{0,8}(?:均需|均由|由|需|都由)(?P<who>.+?)(?:负责|落实).*(?:不再|下同|不一一|列出|重复)"
)


@dataclass(slots=True)
class Reading:
    """One bracket, read: its units, time words in it, and units it binds to all later items."""

    units: list[Unit] = field(default_factory=list)
    times: list[tuple[int, int]] = field(default_factory=list)
    standing: list[Unit] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bracket:
    """A span of the clean text, brackets included, and how it reads; None means it cannot be read."""

    start: int
    end: int
    reading: Reading | None


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


def brackets(text: str) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Outermost closed brackets of a folded paragraph, openers never closed, closers never opened."""
    spans: list[tuple[int, int]] = []
    opened: list[int] = []
    stray: list[int] = []
    for i, char in enumerate(text):
        if char in OPENERS:
            opened.append(i)
        elif char in CLOSERS and opened:
            start = opened.pop()
            while spans and spans[-1][0] > start:
                spans.pop()
            spans.append((start, i + 1))
        elif char in CLOSERS:
            stray.append(i)
    return spans, opened, stray


def find_responsibility(
    folded: str, written: str, *, offset: int = 0, gap: Callable[[int], bool] | None = None
) -> list[Bracket]:
    """The brackets of responsibility of one paragraph, in order.

    Parameters
    ----------
    folded, written
        the paragraph as `marks.fold` gives it and as written, of equal length
    offset
        where the paragraph starts in the clean text; added to every span
    gap
        tells whether the source had a space before a place of the paragraph (units listed with spaces)

    Returns
    -------
    brackets that name units, and those that look as if they should but cannot be read
    """
    closed, opened, stray = brackets(folded)
    spans = [(s, e, s + 1, e - 1) for s, e in closed]
    for end in stray:
        # A lost opener: the bracket begins behind the last full stop.
        start = max(folded.rfind("。", 0, end), spans[-1][1] - 1 if spans else -1) + 1
        words = folded[start:end]
        if start and len(words) <= 150 and (_ends_in_verb(words) or LABEL.match(words)):
            spans.append((start, end + 1, start, end))
    tail = _unbracketed(folded)
    if tail is not None:
        spans = [span for span in spans if span[1] <= tail] + [(tail, len(folded), tail, len(folded))]
    found: list[Bracket] = []
    for start, end, low, high in spans:
        ends = (
            not folded[end:].strip("。；;，、 ")
            or folded[end : end + 1] in {"。", "；"}
            or folded[start - 1 : start] == "。"
        )
        reading = read_bracket(folded, written, low, high, at_end=ends, offset=offset, gap=gap)
        if reading or (ends and _PURPOSE.search(folded[low:high])):
            found.append(Bracket(start + offset, end + offset, reading))
    for start in opened:
        # A lost closer: the bracket runs to the paragraph's end, unless it opens a sentence of the text.
        first = folded[start + 1 :].partition("。")[0]
        if found and found[-1].start >= start + offset and found[-1].end == len(folded) + offset:
            break
        if len(folded) - start <= 400 and (_ends_in_verb(first) or LABEL.match(first)):
            end = len(folded)
            reading = read_bracket(folded, written, start + 1, end, at_end=True, offset=offset, gap=gap)
            if reading:
                found = [b for b in found if b.end <= start + offset]
                found.append(Bracket(start + offset, end + offset, reading))
                break
    return found


def _unbracketed(folded: str) -> int | None:
    """Where words such as `责任单位：…` start that stand without brackets at a paragraph's end."""
    for label in LABEL.finditer(folded):
        if not (label["kind"] or label["time"]):
            continue
        before = folded[: label.start()]
        depth = sum(before.count(c) for c in OPENERS) - sum(before.count(c) for c in CLOSERS)
        if depth <= 0 and (not before or before[-1] in "。；） "):
            return label.start()
    return None


def read_bracket(
    folded: str,
    written: str,
    low: int,
    high: int,
    *,
    at_end: bool,
    offset: int = 0,
    gap: Callable[[int], bool] | None = None,
) -> Reading | None:
    """Read the words between `low` and `high`; None if they are no responsibility or name no unit."""
    reader = _Reader(folded, written, offset, gap)
    if order := _ORDER.search(folded, low, high):
        high = order.start()
    inside = folded[low:high]
    labels = list(LABEL.finditer(inside))
    if labels and any(label["kind"] or label["bare"] for label in labels):
        reader.labelled(low, high, [(m, low) for m in labels])
    elif labels and all(label["time"] for label in labels):
        reader.labelled(low, high, [(m, low) for m in labels])
        return reader.reading
    elif _ends_in_verb(inside):
        if not _names_a_unit(inside):
            return None
        reader.spoken(low, high)
    elif at_end and _is_unit_list(inside):
        reader.bind(reader.units_of(low, high), _RESPONSIBLE)
    else:
        return None
    return reader.reading if reader.reading.units or reader.reading.standing else None


def _ends_in_verb(inside: str) -> bool:
    for start, end in pieces(inside, "，；。、"):
        piece = inside[start:end]
        verbs = list(VERB.finditer(piece))
        if verbs and verbs[-1].end() == len(piece) and verbs[-1].end() > verbs[-1].start():
            return True
    return False


def _names_a_unit(inside: str) -> bool:
    for start, end in pieces(VERB.sub("，", inside), "，；。、"):
        token = _ETC.sub("", VERB.sub("，", inside)[start:end])
        if re.search(
            r"局|厅|委|办|政府|部门|单位|公司|集团|海关|支队|小组|街道|乡镇|海事|银行|电网|专班|中心|县|市|区",
            token,
        ):
            return True
    return False


def _is_unit_list(inside: str) -> bool:
    if _EXPLAINS.match(inside):
        return False
    tokens = [_ETC.sub("", inside[s:e]) for s, e in pieces(inside, "，；、")]
    return (
        bool(tokens)
        and all(len(t) >= 3 and UNIT_LIKE.search(t) for t in tokens)
        and any(_OFFICE.search(t) for t in tokens)
    )


class _Reader:
    """Reads one bracket; offsets are those of the paragraph until a unit is kept."""

    def __init__(self, folded: str, written: str, offset: int, gap: Callable[[int], bool] | None) -> None:
        self.folded, self.written, self.offset = folded, written, offset
        self.gap = gap or (lambda place: False)
        self.reading = Reading()

    def labelled(self, low: int, high: int, labels: list[tuple[re.Match[str], int]]) -> None:
        """`牵头部门：…；配合部门：…；责任单位：…；完成时限：…`."""
        first = labels[0][0].start() + low
        if self.folded[low:first].strip("，；。 "):
            self.spoken(low, first)
        for i, (label, _) in enumerate(labels):
            start = label.end() + low
            end = labels[i + 1][0].start() + low if i + 1 < len(labels) else high
            if label["time"]:
                self.reading.times.append((start + self.offset, end + self.offset))
            elif not label["person"]:
                role = _ROLE_OF_KIND[label["kind"] or label["bare"]]
                if _ends_in_verb(self.folded[start:end].rstrip("，；。、")):
                    self.spoken(start, end, default=role)
                else:
                    self.bind(self.units_of(start, end), role)

    def spoken(self, low: int, high: int, *, default: str = _RESPONSIBLE) -> None:
        """`甲牵头，乙、丙按职责分工负责`, `甲负责，乙配合，丙落实`."""
        for start, stop in ((s + low, e + low) for s, e in pieces(self.folded[low:high], "。")):
            found = _STANDING.search(self.folded[start:stop])
            # "甲局、乙局负责，以下均需丙落实，不再列出": what stands before is this item's, and so is 丙
            begin, end = start, start + found.start() if found else stop
            for verb in VERB.finditer(self.folded, start, end):
                if verb.end() == verb.start() or self._inside_bracket(begin, verb.start()):
                    continue
                self._clause(begin, verb.start(), verb.group())
                begin = verb.end()
            if self.folded[begin:end].strip("，；、。"):
                self.bind(self.units_of(begin, end), default)
            if found:
                spans = self.units_of(start + found.start("who"), start + found.end("who"))
                self.bind(spans, _RESPONSIBLE)
                names = ["".join(self.written[s:e].split()) for s, e in spans]
                self.reading.standing += [u for u in self.reading.units if u.unit in names]

    def _inside_bracket(self, begin: int, place: int) -> bool:
        part = self.folded[begin:place]
        return sum(part.count(c) for c in OPENERS) > sum(part.count(c) for c in CLOSERS)

    def _clause(self, start: int, end: int, verb: str) -> None:
        together = self.folded.find("会同", start, end)
        if together >= 0:
            self.bind(self.units_of(start, together), _LEAD)
            self.bind(self.units_of(together + 2, end), _COOP)
            return
        units = self.units_of(start, end)
        several = len(units) > 1 or bool(_ETC.search(self.folded[start:end].rstrip("，；、")))
        led = any(
            unit.role == _LEAD for unit in self.reading.units
        )  # "甲局牵头，各县负责": not a second lead
        several = several or (led and self.folded[units[0][0]] == "各" if units else False)
        self.bind(units, role_of_verb(verb, several=several))

    def bind(self, spans: list[tuple[int, int]], role: str) -> None:
        """Keep units under a role."""
        for start, end in spans:
            unit = Unit(
                "".join(self.written[start:end].split()), role, start + self.offset, end + self.offset
            )
            if not any(u.unit == unit.unit and u.role == role for u in self.reading.units):
                self.reading.units.append(unit)

    def units_of(self, low: int, high: int) -> list[tuple[int, int]]:
        """Spans of the single units of a list."""
        spans = []
        for start, end in (self._trim(*span) for span in self._split(low, high)):
            if end > start and _WHEN.search(self.folded[start:end]):
                self.reading.times.append((start + self.offset, end + self.offset))
            elif end > start:
                spans.append((start, end))
        return spans

    def _split(self, low: int, high: int) -> list[tuple[int, int]]:
        text = self.folded[low:high]
        kept = _PLACES_TOGETHER.sub(lambda m: m.group().replace("、", "＿"), text)
        kept = _PARTY_AND.sub("＿", kept)
        spans: list[tuple[int, int]] = []
        for start, end in pieces(kept, "、，；,;。|/"):
            cuts = [
                m.span()
                for m in _CONJUNCTION.finditer(text, start, end)
                if not self._inside_bracket(low + start, low + m.start())
            ]
            cuts += [(i, i) for i in range(start + 2, end) if self.gap(low + i) and _parts(text, start, i)]
            cuts += [
                (i, i) for i in (m.start() for m in _GLUED.finditer(text, start, end)) if start < i < end
            ]
            at = start
            for cut_start, cut_end in sorted(cuts):
                spans.append((low + at, low + cut_start))
                at = cut_end
            spans.append((low + at, low + end))
        return spans

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        while start < end and self.folded[start] in " ：:，、；。\n\t":
            start += 1
        while end > start and self.folded[end - 1] in " ：:，、；。\n\t":
            end -= 1
        if found := _LEADING.match(self.folded[start:end]):
            start += found.end()
        if found := _ALIAS.search(self.folded[start:end]):
            end = start + found.start()
        if found := _ETC.search(self.folded[start:end]):
            end = start + found.start()
        while end > start and self.folded[end - 1] in CLOSERS and _unopened(self.folded[start:end]):
            end -= 1  # the closer of a bracket whose opener is lost
        return start, end


def _parts(text: str, start: int, at: int) -> bool:
    """Does a space before `at` part two units, and not the characters of one, as OCR does?"""
    left, right = text[start:at].rstrip(), text[at:]
    if _OFFICE.search(left) and right[0] in "省市县区各国有":
        return True
    return bool(_COUNTY.search(left) and _COUNTY.match(right))


def _unopened(words: str) -> bool:
    return sum(words.count(c) for c in CLOSERS) > sum(words.count(c) for c in OPENERS)


def role_of_verb(verb: str, *, several: bool) -> str:
    """The role a verb gives: `lead`, `coop`, `shared` or `responsible`."""
    if "牵头" in verb and "职责" not in verb:
        return _LEAD
    if re.search(r"主办|承办", verb):
        return _LEAD
    if re.search(r"配合|协助|参与|参加|协办|指导|督导|督促|保障|支持", verb):
        return _COOP
    if re.search(r"职责|职能|分工|分头|分别|共同|联合|各自|各负其责", verb):
        return _SHARED
    if re.search(r"落实|实施", verb):
        return _RESPONSIBLE
    return _SHARED if several else _LEAD
