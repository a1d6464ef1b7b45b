"""What follows if a duty is not done: `未完成的从6月起降低10%生产负荷`, `取消当年评先评优资格`.

A consequence is a wording of the list below with a condition before it in its sentence. A wording without a
condition (`秋冬季实施错峰停产`) is a duty, not a consequence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lantian.planning.fold import clause_end, clause_start, fold_text
from lantian.planning.model import Consequence, Passage
from lantian.planning.numbers import read_number
from lantian.planning.times import find_times

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "load_cut",
        re.compile(
            r"(?:降低|压减|削减|下调)[^,;]{0,8}(?:生产)?负荷(?:\d+(?:\.\d+)?%)?|(?:限产|减产)(?:\d+(?:\.\d+)?%)?"
        ),
    ),
    (
        "halt",
        re.compile(
            r"停产(?:整治|整改|治理|整顿)?|停止(?:生产|使用|运行)|停用|(?<!不)(?:淘汰退出|关停|关闭|取缔(?!不|率))"
        ),
    ),
    ("stop_work", re.compile(r"停工(?:整治|整改|整顿)?|停止施工|禁止(?:进场)?施工")),
    (
        "deduct",
        re.compile(
            r"(?:扣减|扣除|核减|扣缴)[^,;]{0,20}?(?:财力|资金|费用|补偿金|奖金|经费|费用|分)|扣\d+(?:\.\d+)?分|扣分"
        ),
    ),
    (
        "no_honours",
        re.compile(
            r"(?:取消|不得参与|不得参加|不得|暂停)[^,;]{0,10}?(?:评先评优|评优评先|评优|评先|表彰)(?:资格)?|一票否决"
        ),
    ),
    ("talk", re.compile(r"约谈")),
    (
        "accountability",
        re.compile(
            r"(?:量化|追责|追究|依规依纪依法|严肃)*问责(?!要求|办法|机制|考核|情况)|(?<!责任)追究(?:[^,;]{0,24}?责任)?|移送司法机关"
        ),
    ),
    (
        "other",
        re.compile(
            r"限批|通报批评|降低[^,;]{0,6}等级|禁止(?:进入|通行|上路)|实施惩戒|列入[^,;]{0,4}黑名单|停止核发"
            r"|不予(?:审批|通过|核准|备案|支持)|不得投入使用|(?:依法)?(?:实施|予以|进行)处罚"
        ),
    ),
)
_FAULT = (
    r"未|没有|不|逾期|超(?!低)|仍|违|弄虚作假|突出|滞后|频发|发现|查处|拒|涉嫌|达到量化|失职|无法|造成"
    r"|连续|排名后|后\d|靠后|末位"
)
_SUBJECT = r"(?:[^,;的从自依一予实按视将纳\d]{1,16}?)?"
_NEXT = (
    r"(?=$|,|\d|从|自|在|一律|依法|依规|依纪|予以|给予|按|视情|实施|实行|纳入|严肃|不予|不得|禁止|取消|对|进行"
    r"|要|应|将)"
)
_CONDITIONS = (
    re.compile(rf"(?:其中|并)?(?P<if>[^,;]*?(?:{_FAULT})[^,;]*?的{_SUBJECT}){_NEXT}"),
    re.compile(
        r"(?P<if>(?:每|凡|一经)?(?:发现|查实|出现|发生)[^,;纳进]{2,24}?)(?=$|,|的?(?:一律|予以|依法))"
    ),
    re.compile(r"(?P<if>每(?:发现|出现)?(?:\d+|一)?[起处次个件][^,;]{0,16})(?=$|,)"),
    re.compile(r"(?P<if>对[^,;]{2,40}?(?:人员|行为|线索|问题))(?=$|,|依法|进行|实施|予以|严)"),
    re.compile(r"(?P<if>对(?![^,;]*(?:坚决|清理|开展|加强))[^,;]*?(?:不|未|超标|违)[^,;的]{1,14})(?=$)"),
)
_GRADUAL = re.compile(r"推动|加快|推进|有序|稳步|一批|逐步")  # closing plants step by step is a duty
_ENTERING = re.compile(r"(?:进入|到)[^,;]{1,12}(?:后|期间)$")
_SEASON = re.compile(r"秋冬|采暖季|冬防")
_AMOUNT = re.compile(r"(?P<value>\d+(?:\.\d+)?)(?P<unit>%|个百分点|万元|元|分)")
_SENTENCE = re.compile(r"[^。!?]+")
_BACK = 4  # clauses before the wording in which its condition is looked for


@dataclass(frozen=True, slots=True)
class _Stated:
    """A condition at folded `[start, until)` and what follows it up to `end`, the wording at `at`."""

    kind: str
    start: int
    until: int
    begin: int
    end: int
    at: int


def find_consequences(passages: Sequence[Passage], *, year: int | None) -> list[Consequence]:
    """The consequences stated in `passages`, ids C01, C02, …

    Parameters: passages, in document order; year, the one dates without a year belong to. Positions count
    from the passage's own `start`, as those of targets do.
    """
    found: list[Consequence] = []
    for passage in passages:
        folded = fold_text(passage.text)
        for sentence in _SENTENCE.finditer(folded.text):
            for stated in _in_sentence(folded.text, sentence.start(), sentence.end()):
                first, last = folded.span(stated.start, stated.end)
                condition = folded.quote(stated.start, stated.until)
                then = folded.quote(stated.begin, stated.end)
                measured = stated.kind in ("load_cut", "deduct")
                amount = _AMOUNT.search(folded.text, stated.begin, stated.end) if measured else None
                found.append(
                    Consequence(
                        quote=passage.text[first:last],
                        start=first + passage.start,
                        end=last + passage.start,
                        id="",
                        task_id=passage.task_id,
                        clause_path=list(passage.clause_path),
                        if_=condition.strip("，,"),
                        then=then,
                        kind=stated.kind,
                        amount=read_number(amount["value"]) if amount else None,
                        unit=amount["unit"] if amount else None,
                        from_=_month(folded.text, stated, year),
                        season="autumn_winter"
                        if _SEASON.search(folded.text, stated.start, stated.end)
                        else None,
                    )
                )
    for number, consequence in enumerate(found, 1):
        consequence.id = f"C{number:02d}"
    return found


def _in_sentence(text: str, start: int, end: int) -> Iterator[_Stated]:
    wordings = sorted(
        (match.start(), kind, match.end())
        for kind, pattern in _KINDS
        for match in pattern.finditer(text, start, end)
    )
    said: set[tuple[str, int]] = set()
    for at, kind, _ in wordings:
        condition = _condition(text, start, at)
        if condition is None or (kind, condition[0]) in said:
            continue  # "纳入量化问责范围，严肃追究问责" is one consequence said twice
        said.add((kind, condition[0]))
        begin = condition[1]
        while begin < at and text[begin] in ",":
            begin += 1
        stop = min(clause_end(text, at), end)
        if kind == "halt" and _GRADUAL.search(text, begin, stop):
            continue
        if text.startswith(",直至", stop):
            stop = min(clause_end(text, stop + 1), end)
        yield _Stated(kind, condition[0], condition[1], begin, stop, at)


def _condition(text: str, start: int, at: int) -> tuple[int, int] | None:
    """The condition nearest before `at`: in its own clause, else in one of those before it."""
    until = at
    for _ in range(_BACK):
        begin = max(start, clause_start(text, until))
        piece = text[begin:until]
        matches = [m for pattern in _CONDITIONS for m in pattern.finditer(piece)]
        if matches:
            best = max(matches, key=lambda m: (m.end("if"), -m.start("if")))
            first, last = begin + best.start("if"), begin + best.end("if")
            return _with_event(text, start, first), last
        if begin <= start or text[begin - 1] == ";":
            return None
        until = begin - 1
    return None


def _with_event(text: str, start: int, first: int) -> int:
    """A condition with the clause before it that says when it holds: `进入秋冬防阶段后，仍未完成的`."""
    if first > start and text[first - 1] == ",":
        before = max(start, clause_start(text, first - 1))
        if _ENTERING.search(text[before : first - 1]):
            return before
    return first


def _month(text: str, stated: _Stated, year: int | None) -> str | None:
    """The month that something written as `从6月起` begins in."""
    start = stated.start
    if text[start - 1 : start] == ",":  # "自2022年1月1日起，未安装…的不予通过年检"
        before = clause_start(text, start - 1)
        start = before if text[start - 2 : start - 1] == "起" else start
    words = text[start : stated.end]
    for mention in find_times(words, year=year):
        if mention.manner == "from" and mention.dates:
            return mention.dates[0][:7]
    return None
