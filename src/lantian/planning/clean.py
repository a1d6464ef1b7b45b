"""The words of a document in whole paragraphs, each character remembering where it came from.

Sources break paragraphs at line ends and pages and sprinkle spaces. Here lines are rejoined, page marks, spaces
beside Chinese characters and markdown stars are left out, and every place can be traced back to the document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantian.planning.marks import CLOSERS, OPENERS, Mark, fold, mark_of, squeeze

_SENTENCE_END = "。！？!?"
_DUTY_END = re.compile(
    r"(?:负责|落实|牵头|配合|参与|实施|政府|部门|单位|管委会|[局厅委办])[。]?[）〕]。?$|(?:负责|落实)[）〕]。?$"
)
_DECORATION = re.compile(r"^(?:#{1,6}\s+|[-*+•●■◆]\s+|>\s+)")
_LABEL_LINE = re.compile(
    r"(?:市级|县级|主要)?(?:牵头|责任|配合|协办|主办|参与|实施)(?:部门|单位)：|完成时[限间]：|附[件表]|抄送"
)
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad\f\v"
LONGEST_HEADING = 45


@dataclass(frozen=True, slots=True)
class CleanText:
    """Clean words and the way back.

    `text` holds paragraphs separated by `\\n`; `offsets[i]` is the place in the document of `text[i]`;
    `paragraphs` are spans of `text`.
    """

    text: str
    offsets: tuple[int, ...]
    paragraphs: tuple[tuple[int, int], ...]

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
    hidden = _hidden(len(text), blank)
    lines, at = [], 0
    for raw in text.split("\n"):
        start, end = at, at + len(raw)
        at = end + 1
        visible = "".join(c for i, c in enumerate(raw, start) if not hidden[i] and c not in _INVISIBLE)
        bare = visible.lstrip()
        indent = sum(2 if c == "\u3000" else 1 for c in visible[: len(visible) - len(bare)])
        words = fold(squeeze(_DECORATION.sub("", bare))).replace("**", "")
        if words:
            lines.append(Line(start, end, words, indent))
    return lines


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
    groups = _join(lines)
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
    return CleanText("".join(out), tuple(offsets), tuple(spans))


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


def _join(lines: list[Line]) -> list[list[Line]]:
    """Group lines into paragraphs."""
    width = wrap_width(lines)
    indented = [line for line in lines if line.indent >= 2]
    tells = 4 <= len(indented) and (len(indented) <= 0.6 * len(lines) or not width)
    groups: list[list[Line]] = []
    open_brackets = ""
    last: dict[int, int] = {}
    for line in lines:
        mark = mark_of(line.words)
        joins = bool(groups) and _continues(groups[-1], line, mark, width, tells, bool(open_brackets), last)
        if joins:
            groups[-1].append(line)
        else:
            groups.append([line])
            open_brackets = ""
            if mark:
                last = {rank: value for rank, value in last.items() if rank < mark.rank or rank == 3}
                last[mark.rank] = mark.value
        open_brackets = _unclosed(open_brackets + line.words)
    return groups


def _unclosed(words: str) -> str:
    """The words from the first bracket that is still open, or nothing; one that runs too long is a lost closer."""
    opened: list[int] = []
    for i, char in enumerate(words):
        if char in OPENERS:
            opened.append(i)
        elif char in CLOSERS and opened:
            opened.pop()
    return words[opened[0] :] if opened and len(words) - opened[0] <= 400 else ""


def _continues(
    group: list[Line],
    line: Line,
    mark: Mark | None,
    width: float,
    tells: bool,
    inside: bool,
    last: dict[int, int],
) -> bool:
    """Does this line go on with the paragraph before it?"""
    before = group[-1]
    finished = before.words[-1] in _SENTENCE_END or bool(_DUTY_END.search(before.words))
    if _LABEL_LINE.match(line.words) and not inside:
        return False
    if mark is not None and (finished or _expected(mark, last) or _heading_only(group, line)):
        return False
    if inside:
        return True
    if mark is not None and mark.rank in {1, 2}:
        return False
    full = bool(width) and before.width >= width - 3.5
    if tells and line.indent >= 2:
        return False
    if finished:
        return full and not tells and not _DUTY_END.search(before.words)
    if width and not full:
        # A short line in a text broken at a fixed width ends its paragraph, unless a page cut it there.
        headed = mark_of(group[0].words) is not None and _heading_only(group, line)
        return before.width > 0.7 * width and not headed
    return full or not _heading_only(group, line)


def _expected(mark: Mark, last: dict[int, int]) -> bool:
    """A number that begins a series or goes on with it, a few lost ones allowed for."""
    step = mark.value - last.get(mark.rank, 0)
    return mark.value == 1 or 1 <= step <= 3


def _heading_only(group: list[Line], following: Line) -> bool:
    """A paragraph that stands as a heading: short, no full stop, and what follows is a text of its own."""
    words = "".join(line.words for line in group)
    if len(words) > LONGEST_HEADING or any(c in words for c in "。；！"):
        return False
    if words.endswith(("，", "、", "：", "的", "和")):
        return False
    if mark_of(words):
        return len(following.words) >= 16 or mark_of(following.words) is not None or words.count("，") == 0
    return len(words) <= 25 and "，" not in words


def wrap_width(lines: list[Line]) -> float:
    """The width, in Chinese characters, at which a text's lines were broken; 0 if each line is a paragraph."""
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
