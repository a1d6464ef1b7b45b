"""The words of a document in whole paragraphs, each character remembering where it came from.

Sources break paragraphs at line ends and pages and sprinkle spaces. Here lines are rejoined, page marks,
spaces beside Chinese characters and markdown stars are left out, and every place can be traced back to the
document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lantian.planning.marks import CLOSERS, OPENERS, Mark, fold, mark_of, squeeze

_SENTENCE_END = "。！？!?"
_DUTY_END = re.compile(
    r"(?:负责|落实|牵头|配合|参与|实施|政府|部门|单位|管委会|[局厅委办])[。]?[）〕]。?$|(?:负责|落实)[）〕]。?$"
)
_DECORATION = re.compile(r"^(?:#{1,6}\s+|[-*+•●■◆]\s+|>\s+)")
_LABEL_LINE = re.compile(
    r"(?:市级|县级|主要)?(?:牵头|责任|配合|协办|主办|参与|实施)(?:部门|单位)：|完成时[限间]：|抄[送报]：|主送："
    r"|附[件表]\d{0,2}(?:[：.、]|$)"
)
_ALONE = re.compile(
    r"(?:20\d\d|二[〇○零]..)年.{1,3}月.{1,3}日(?:印发)?$|[\u4e00-\u9fff]{2,12}[〔（]20\d\d[〕）]\d{1,4}号$|（此件.{0,8}公开.{0,4}）$"
    r"|附[件表]\d{0,2}$|[\u4e00-\u9fff]{2,12}(?:文件|人民政府|人民政府办公[厅室])$"
)
_BOUND = re.compile(r"(?:局|厅|委|办|政府|部门|单位|公司|负责|落实|牵头|配合|分工)[^（）]{0,4}[）〕]$")
_DATED = re.compile(r"20\d\d|\d月|\d[%％]")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad\f\v"
_UNSEEN = dict.fromkeys(map(ord, _INVISIBLE))
LONGEST_HEADING = 45


@dataclass(frozen=True, slots=True)
class CleanText:
    """Clean words and the way back.

    `text` holds paragraphs separated by `\\n`; `offsets[i]` is the place in the document of `text[i]`;
    `paragraphs` are spans of `text`. `joined` are places in the document where a paragraph ended within a
    sentence and was joined with the next.
    """

    text: str
    offsets: tuple[int, ...]
    paragraphs: tuple[tuple[int, int], ...]
    joined: tuple[int, ...] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the document that the clean words `text[start:end]` came from."""
        if not self.offsets:
            return (0, 0)
        if end <= start:
            place = self.offsets[min(start, len(self.offsets) - 1)]
            return (place, place)
        return (self.offsets[start], self.offsets[end - 1] + 1)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document: its span, its squeezed and folded words, how many columns it is indented."""

    start: int
    end: int
    words: str
    indent: int

    @property
    def width(self) -> float:
        """Width in Chinese characters; a Latin letter or digit counts half."""
        return sum(0.5 if c < "\u0100" else 1.0 for c in self.words)


def lines_of(text: str, blank: Sequence[tuple[int, int]] = ()) -> list[Line]:
    """Lines with words in them, blank spans left out."""
    return list(_lines(text, tuple(blank)))


@lru_cache(maxsize=2)  # the reader asks twice: for the paragraphs and for the letterhead
def _lines(text: str, blank: tuple[tuple[int, int], ...]) -> tuple[Line, ...]:
    hidden = _hidden(len(text), blank)
    lines, at = [], 0
    for raw in text.split("\n"):
        start, end = at, at + len(raw)
        at = end + 1
        seen = raw
        if hidden.find(1, start, end) >= 0:
            seen = "".join(c for i, c in enumerate(raw, start) if not hidden[i])
        visible = seen.translate(_UNSEEN)
        bare = visible.lstrip()
        indent = sum(2 if c == "\u3000" else 1 for c in visible[: len(visible) - len(bare)])
        words = fold(squeeze(_DECORATION.sub("", bare))).replace("**", "")
        if words:
            lines.append(Line(start, end, words, indent))
    return tuple(lines)


def clean(
    text: str, blank: Sequence[tuple[int, int]] = (), *, apart: Sequence[tuple[int, int]] = ()
) -> CleanText:
    """Rejoin the lines of a document into paragraphs.

    Parameters
    ----------
    text
        the document's text
    blank
        spans of no sentence, as `Document.blank`
    apart
        spans to be left out altogether, such as tables read on their own

    Returns
    -------
    the clean words, with the way back to the document
    """
    lines = lines_of(text, [*blank, *apart])
    groups, joined = _join(lines, [start for start, _ in apart])
    hidden = _hidden(len(text), [*blank, *apart])
    out: list[str] = []
    offsets: list[int] = []
    spans: list[tuple[int, int]] = []
    for group in groups:
        start = len(out)
        for line in group:
            _append(text, line, hidden, out, offsets)
        if len(out) == start:
            continue
        spans.append((start, len(out)))
        out.append("\n")
        offsets.append(group[-1].end)
    return CleanText("".join(out), tuple(offsets), tuple(spans), tuple(joined))


def _append(text: str, line: Line, hidden: bytearray, out: list[str], offsets: list[int]) -> None:
    """Add a line's characters, without decoration and without spaces that stand beside Chinese characters."""
    raw = text[line.start : line.end]
    lead = len(raw) - len(raw.lstrip())
    if found := _DECORATION.match(raw[lead:]):
        lead += found.end()
    gap = -1
    for i in range(line.start + lead, line.end):
        char = text[i]
        if (
            hidden[i]
            or char in _INVISIBLE
            or text.startswith("**", i)
            or (char == "*" and text[i - 1 : i] == "*")
        ):
            continue
        if char.isspace():
            gap = i
            continue
        if gap >= 0 and out and _word(out[-1]) and _word(char) and offsets[-1] >= line.start:
            out.append(" ")
            offsets.append(gap)
        gap = -1
        out.append(char)
        offsets.append(i)


def _word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _hidden(length: int, spans: Sequence[tuple[int, int]]) -> bytearray:
    hidden = bytearray(length)
    for start, end in spans:
        hidden[start:end] = b"\x01" * (end - start)
    return hidden


def _join(lines: list[Line], breaks: Sequence[int] = ()) -> tuple[list[list[Line]], list[int]]:
    """Group lines into paragraphs; none runs on over a break, such as a table read on its own.

    Also the places where a paragraph that ended within a sentence was joined with the next.
    """
    joiner = _Joiner(lines)
    left = sorted(breaks, reverse=True)
    for line in lines:
        broken = False
        while left and left[-1] <= line.start:
            left.pop()
            broken = True
        joiner.take(line, broken=broken)
    return joiner.groups, joiner.joined


class _Joiner:
    """Takes lines one by one and tells which go on with the paragraph before them."""

    def __init__(self, lines: list[Line]) -> None:
        self.width = wrap_width(lines)
        # Some programs break at a count of characters, whatever their width.
        lengths = sorted(len(line.words) for line in lines if line.words[-1] not in _SENTENCE_END)
        self.characters = lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
        indented = sum(line.indent >= 2 for line in lines)
        # An indent tells where paragraphs start, unless every line of a broken text has one.
        self.tells = indented >= 4 and (indented <= 0.6 * len(lines) or not self.width)
        self.groups: list[list[Line]] = []
        self.joined: list[int] = []
        self.inside = ""  # the words since a bracket that is still open
        self.last: dict[int, int] = {}  # the last number of each rank

    def take(self, line: Line, *, broken: bool = False) -> None:
        mark = mark_of(line.words)
        if self.groups and not broken and self._continues(line, mark):
            self.groups[-1].append(line)
        else:
            self.groups.append([line])
            self.inside = ""
            if mark:
                self.last = {rank: n for rank, n in self.last.items() if rank < mark.rank or rank == 3}
                self.last[mark.rank] = mark.value
        self.inside = _unclosed(self.inside + line.words)

    def _continues(self, line: Line, mark: Mark | None) -> bool:
        """Does this line go on with the paragraph before it?"""
        before = self.groups[-1][-1].words
        bound = bool(_DUTY_END.search(before))
        finished = bound or before[-1] in _SENTENCE_END
        if (
            _LABEL_LINE.match(line.words) or _ALONE.match(line.words) or _ALONE.match(before)
        ) and not self.inside:
            return False
        headed = not self._full(self.groups[-1][-1]) and _heading_only(self.groups[-1], line)
        if mark is not None and (
            finished or headed or self._expected(mark) or (mark.rank < 3 and not self.inside)
        ):
            return False
        if self.inside:
            return True
        if self._runs_on(line, headed=headed, finished=finished, bound=bound):
            return True
        if mark is None and not finished and _within_sentence(self.groups[-1], line):
            self.joined.append(self.groups[-1][-1].end)
            return True
        return False

    def _runs_on(self, line: Line, *, headed: bool, finished: bool, bound: bool) -> bool:
        """Does an unnumbered line outside brackets go on, by indent, width and sentence end?"""
        before = self.groups[-1][-1]
        full = self._full(before)
        if self.tells and line.indent >= 2:
            return False
        if finished:
            return full and (self.tells or not bound)
        if self.width and not full:
            # A short line in a text broken at a fixed width ends its paragraph, unless a page cut it there.
            return before.width > 0.7 * self.width and not (headed and mark_of(self.groups[-1][0].words))
        return full or not headed

    def _full(self, line: Line) -> bool:
        """Broken because there was no more room, not because something ended."""
        if not self.width:
            return False
        wide = line.width + line.indent / 2 >= self.width - 3.5
        return wide or len(line.words) + line.indent >= self.characters - 1

    def _expected(self, mark: Mark) -> bool:
        """A number that begins a series or goes on with it, a few lost ones allowed for."""
        return mark.value == 1 or 1 <= mark.value - self.last.get(mark.rank, 0) <= 3


def _unclosed(words: str) -> str:
    """The words since a bracket that is still open, or nothing; a very long one has lost its closer."""
    opened: list[int] = []
    for i, char in enumerate(words):
        if char in OPENERS:
            opened.append(i)
        elif char in CLOSERS and opened:
            opened.pop()
    return words[opened[0] :] if opened and len(words) - opened[0] <= 400 else ""


def _heading_only(group: list[Line], following: Line) -> bool:
    """A paragraph that stands as a heading: short, no full stop, and what follows is a text of its own."""
    words = "".join(line.words for line in group[:4])
    if len(group) > 4 or len(words) > LONGEST_HEADING or any(c in words for c in "。；！"):
        return False
    if words.endswith(("，", "、", "：", "的", "和")):
        return False
    if mark_of(words):
        return len(following.words) >= 16 or mark_of(following.words) is not None or words.count("，") == 0
    return len(words) <= 25 and "，" not in words


def _within_sentence(group: list[Line], following: Line) -> bool:
    """Does a paragraph end where no sentence does, so that the one below it must go on?"""
    words = "".join(line.words for line in group)
    if words[-1] in "：；…”" or _BOUND.search(words) or any(_ALONE.match(line.words) for line in group):
        return False
    if len(words) > LONGEST_HEADING and "，" in words:
        return True
    if "。" in words:
        return len(words) - words.rfind("。") > 3
    # A short numbered item: a heading, unless it states a date and breaks off.
    goal = bool(mark_of(words)) and bool(_DATED.search(words)) and len(words) >= 16
    return goal and ("，" in words or (len(following.words) <= 16 and following.words[-1] in "；。"))


def wrap_width(lines: list[Line]) -> float:
    """The width in Chinese characters at which lines were broken; 0 if each line is a paragraph."""
    long = [line for line in lines if line.width >= 15]
    broken = [
        line for line in long if line.words[-1] not in _SENTENCE_END and not _DUTY_END.search(line.words)
    ]
    if len(broken) < 8 or len(broken) < 0.3 * len(long):
        return 0.0
    widths = sorted(line.width for line in broken)
    width = widths[int(0.9 * (len(widths) - 1))]
    near = sum(1 for line in broken if abs(line.width - width) <= 4)
    wider = sum(1 for line in long if line.width > 1.5 * width)
    return width if near >= 0.5 * len(broken) and wider <= 0.1 * len(long) else 0.0
