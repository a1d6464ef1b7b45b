"""The skeleton of a plan: its parts, numbered clauses and paragraphs.

A document is a front (letterhead, notice, title, preamble), a body of clauses, and attachments that are plans
of their own and whose paths start with 附件.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lantian.planning.clean import LONGEST_HEADING, CleanText
from lantian.planning.marks import Mark, fold, mark_of
from lantian.planning.notes import Note

_ATTACHMENT = re.compile(r"^附(?:件|表)(?P<number>[\d一二三四五六七八九十]{0,2})[：:.、]?(?P<title>.*)$")
_TAIL = re.compile(r"^(?:抄送|主送|分送|抄报|发送|联系人|（联系人)：")
_PRINTED = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日印发$")
_SIGNATURE = re.compile(r"^20\d\d年\d{1,2}月\d{1,2}日$|^（此件.{0,8}公开.{0,4}）$")
_TITLE_END = re.compile(
    r"(?:方案|计划|规划|意见|办法|措施|行动|细则|要点|清单|预案|通知|决定|分解表|任务表)(?:（[^）]*）)?$"
)


_PAIRS = [("（", "）"), ("〔", "〕"), ("“", "”"), ("《", "》")]
_STATES_A_GOAL = re.compile(
    r"20\d\d ?年(?!第|版|本|度|行动|工作|计划)|\d+月|[\d.]+[%％]|不少于|不低于|以上|以下"
)


@dataclass(slots=True)
class Clause:
    """A numbered clause with its own paragraphs; the unnumbered start of a part has no mark.

    `start` is where its number stands, `heading` its heading ("" if it has none), `paragraphs` are spans of
    the clean text under it and before the next number, number and heading left out.
    """

    path: list[str]
    mark: Mark | None
    heading: str
    start: int
    paragraphs: list[tuple[int, int]] = field(default_factory=list)
    inline: bool = False  # the heading is the first sentence of the first paragraph
    head: tuple[int, int] = (0, 0)  # where the heading stands, its full stop with it

    @property
    def rank(self) -> int:
        return self.mark.rank if self.mark else -1

    @property
    def end(self) -> int:
        return self.paragraphs[-1][1] if self.paragraphs else self.start


@dataclass(slots=True)
class Part:
    """The body of the plan, or an attachment: its label (None, 附件, 附件1), title lines and clauses."""

    label: str | None
    title: str
    clauses: list[Clause] = field(default_factory=list)
    start: int = -1  # where its label stands in the clean text; -1 where it has none


@dataclass(slots=True)
class Skeleton:
    """A document taken apart; spans are of the clean text."""

    front: list[tuple[int, int]]
    parts: list[Part]
    tail: list[tuple[int, int]]
    notes: list[Note] = field(default_factory=list)

    def clauses(self) -> Iterator[Clause]:
        for part in self.parts:
            yield from part.clauses


def skeleton(clean: CleanText) -> Skeleton:
    """Take the clean text apart into front, parts and tail."""
    folded = fold(clean.text)
    result = Skeleton([], [], [])
    paragraphs = list(clean.paragraphs)
    first = _body_start(folded, paragraphs)
    result.front = paragraphs[:first]
    builder = _Builder(clean, folded, result)
    for start, end in paragraphs[first:]:
        builder.take(start, end)
    for part in result.parts:
        _sentences(part, folded)
    return result


def _sentences(part: Part, folded: str) -> None:
    """A numbered sentence with nothing under it is words, not a heading: `（二）对推进不力的进行通报。`."""
    for i, clause in enumerate(part.clauses):
        alone = all(following.rank <= clause.rank for following in part.clauses[i + 1 : i + 2])
        stopped = folded[clause.head[0] : clause.head[1]].endswith("。")
        if clause.rank == 2 and clause.heading and alone and stopped and not clause.paragraphs:
            clause.heading, clause.paragraphs = "", [clause.head]


def _body_start(folded: str, paragraphs: list[tuple[int, int]]) -> int:
    """Index of the paragraph at which the clauses begin."""
    marks = [(i, mark) for i, (s, e) in enumerate(paragraphs) if (mark := mark_of(folded[s:e]))]
    for ranks in ({0, 1}, {2}, {3}):
        for i, mark in marks:
            if mark.rank in ranks and mark.value == 1:
                return i
    return _after_title(folded, paragraphs)


def _after_title(folded: str, paragraphs: list[tuple[int, int]]) -> int:
    """Index behind the title of a document without numbers; 0 if there is no title."""
    found = 0
    for i, (start, end) in enumerate(paragraphs[:20]):
        words = folded[start:end]
        if (
            len(words) <= LONGEST_HEADING
            and not any(c in words for c in "。；，")
            and _TITLE_END.search(words)
        ):
            found = i + 1
    return found


class _Builder:
    """Takes paragraphs one by one and keeps the stack of open numbers."""

    def __init__(self, clean: CleanText, folded: str, result: Skeleton) -> None:
        self.clean, self.folded, self.result = clean, folded, result
        self.part = Part(None, "")
        result.parts.append(self.part)
        self.stack: list[Clause] = []
        self.in_title = self.in_tail = self.in_repeat = False
        self.attachments = 0
        self.bare_attachments = any(
            (m := _ATTACHMENT.match(folded[s:e])) and not m["title"] for s, e in clean.paragraphs
        )

    def take(self, start: int, end: int) -> None:
        words = self.folded[start:end]
        if self._attachment(words, start) or self._tail(words, start, end):
            return
        mark = mark_of(words)
        if mark is None or not self._fits(mark):
            self._plain(start, end, words)
            return
        self.in_title = self.in_tail = False
        if self._repeats(mark, words, start):
            return
        if not self.in_repeat:
            self._number(mark, start, end)

    def _attachment(self, words: str, start: int) -> bool:
        found = _ATTACHMENT.match(words)
        if not found or len(words) > 60 or any(c in found["title"] for c in "。；"):
            return False
        if found["title"] and (self.bare_attachments or self.in_title):
            # A line that lists the attachments, at the end of the body.
            self.stack.clear()
            return True
        self.attachments += 1
        self.part = Part("附件" + found["number"], found["title"], start=start)
        if not found["number"] and any(p.label == "附件" for p in self.result.parts):
            self.part.label = f"附件{self.attachments}"
        self.result.parts.append(self.part)
        self.stack.clear()
        self.in_title, self.in_tail, self.in_repeat = True, False, False
        return True

    def _tail(self, words: str, start: int, end: int) -> bool:
        if _TAIL.match(words):
            self.in_tail = True
        if self.in_tail or _PRINTED.search(words):
            self.result.tail.append((start, end))
            if _PRINTED.search(words):
                self.in_tail = False
                self.stack.clear()
            return True
        return False

    def _fits(self, mark: Mark) -> bool:
        """A number far from its neighbours is a number inside a sentence, not a clause."""
        for clause in reversed(self._all()):
            if clause.mark and clause.mark.rank == mark.rank and mark.rank <= 3:
                return mark.value == 1 or -2 <= mark.value - clause.mark.value <= 30
        return mark.value <= 30

    def _all(self) -> list[Clause]:
        return self.part.clauses

    def _repeats(self, mark: Mark, words: str, start: int) -> bool:
        """A first-level clause met before under the same heading: the file holds a passage twice."""
        if mark.rank > 1:
            return False
        same = [
            c
            for c in self.part.clauses
            if c.mark == mark and fold(c.heading) == words[mark.length :].rstrip("。")
        ]
        later = bool(same) and self.part.clauses[-1].path[:1] != same[0].path[:1]
        self.in_repeat = later
        if later:
            self.stack.clear()
            self.result.notes.append(Note.of("repeated", words=words))
        elif mark.value == 1 and any(c.mark and c.mark.rank == mark.rank for c in self.part.clauses):
            self._restart(start)
        return later

    def _restart(self, start: int) -> None:
        """Numbers begin again without the word 附件: what follows is an attachment all the same."""
        self.attachments += 1
        self.part = Part(f"附件{self.attachments}", "", start=start)
        self.result.parts.append(self.part)
        self.stack.clear()
        self.result.notes.append(Note.of("renumbered", part=self.part.label))

    def _number(self, mark: Mark, start: int, end: int) -> None:
        while self.stack and self.stack[-1].rank >= mark.rank:
            self.stack.pop()
        base = self.stack[-1].path if self.stack else ([self.part.label] if self.part.label else [])
        heading, rest = heading_of(self.folded[start + mark.length : end], mark.rank)
        clause = Clause([*base, mark.number], mark, "", start)
        at = start + mark.length
        if heading:
            clause.heading = self.clean.text[at : at + heading].strip().rstrip("。")
            clause.head = (at, min(at + rest, end))
            clause.inline = rest < end - at
        if rest < end - at:
            clause.paragraphs.append((at + rest, end))
        self.stack.append(clause)
        self.part.clauses.append(clause)

    def _plain(self, start: int, end: int, words: str) -> None:
        if self.in_repeat or _SIGNATURE.match(words):
            return
        if self.in_title:
            if len(words) <= LONGEST_HEADING and not any(c in words for c in "。；，"):
                self.part.title += self.clean.text[start:end]
                return
            self.in_title = False
        if not self.stack:
            clause = Clause([self.part.label] if self.part.label else [], None, "", start)
            self.stack.append(clause)
            self.part.clauses.append(clause)
        self.stack[-1].paragraphs.append((start, end))


def heading_of(words: str, rank: int = 3) -> tuple[int, int]:
    """How many characters of a numbered paragraph are its heading, and where its text starts.

    `加强考核。向重点县…` has the heading 加强考核; `完成省下达的任务；` and `2024年，浓度下降。` have none.
    """
    stop = min((i for c in "。：；" if (i := words.find(c)) >= 0), default=-1)
    if stop < 0:
        # Nothing ends a sentence: a heading alone, unless it is too long for one.
        return (len(words), len(words)) if len(words.rstrip("，、")) <= LONGEST_HEADING else (0, 0)
    head, rest = words[:stop], words[stop + 1 :]
    return (stop, stop + 1) if _is_heading(head, words[stop], rest, rank) else (0, 0)


def _is_heading(head: str, stop: str, rest: str, rank: int) -> bool:
    """Is the first sentence of a numbered paragraph its heading?"""
    if not head or len(head) > LONGEST_HEADING or any(head.count(a) != head.count(b) for a, b in _PAIRS):
        return False
    commas = head.count("，")
    if commas and (commas > 1 or len(head) > 34 or stop == "：" or (not rest and rank > 2)):
        return False
    if stop == "；" or (stop == "：" and len(head) > 20) or (not rest and len(head) > 34):
        return False
    return not _STATES_A_GOAL.search(head)
