"""Characters and marks of Chinese official documents: folding, numbering, what is no part of any sentence.

Folding never changes a text's length, so a place in the folded text is the same place in the written one.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_HALF = {ord("０") + i: ord("0") + i for i in range(10)}
_HALF |= {ord("Ａ") + i: ord("A") + i for i in range(26)} | {ord("ａ") + i: ord("a") + i for i in range(26)}
_HALF |= str.maketrans("．％－", ".%-")
_PUNCTUATION = str.maketrans("(),;:?![]［］【】〖〗{}｛｝", "（），；：？！〔〕〔〕〔〕〔〕〔〕〔〕")

_FOLD = _HALF | _PUNCTUATION

OPENERS, CLOSERS = "（〔", "）〕"
NUMERALS = "一二三四五六七八九十"


def half_width(text: str) -> str:
    """Full-width digits, Latin letters, dots and per cent signs as half-width ones, one for one."""
    return text.translate(_HALF)


def fold(text: str) -> str:
    """One shape for every bracket, comma, colon and digit, one for one: `(` as `（`, `[` as `〔`."""
    return text.translate(_FOLD)


def squeeze(text: str) -> str:
    """Without any white space."""
    return "".join(text.split())


@dataclass(frozen=True, slots=True)
class Mark:
    """A clause number at the start of a paragraph.

    `rank` orders the levels (0 chapter, 1 `一、`, 2 `（一）`, 3 `1.`, 4 `（1）`, 5 `①`). `number` is as a
    clause path holds it (`三`, `（一）`, `12`, `（1）`, `①`), `value` counts from 1, `length` is how many
    characters of the paragraph the mark takes.
    """

    rank: int
    number: str
    value: int
    length: int


# What OCR makes of 一 and 二 where nothing else can be meant.
_MISREAD = str.maketrans("—―ー－-ニ", "一一一一一二")
_ONE = "—―ー－ニ-"
_MARKS = [
    (0, re.compile(rf"第([{NUMERALS}]{{1,3}})[章编](?![{NUMERALS}])、?")),
    (1, re.compile(rf"([{NUMERALS}]{{1,3}}|[{_ONE}])[、.]")),
    (1, re.compile(rf"第([{NUMERALS}]{{1,3}})(?:部分|节)[、：]?")),
    (2, re.compile(rf"[（〔]([{NUMERALS}]{{1,3}}|[{_ONE}])[）〕][、.]?")),
    (2, re.compile(rf"([{NUMERALS}]{{1,3}})）")),
    (2, re.compile(rf"[（〔]([{NUMERALS}]{{1,2}})(?=[^{NUMERALS}（）〔〕。，；]{{4,25}}$)")),
    (4, re.compile(r"[（〔](\d{1,2})[）〕][、.]?")),
    (3, re.compile(r"(\d{1,3})[.、](?!\d)")),
    (3, re.compile(r"(\d{1,2})[.、](?=20\d\d ?年)")),
    (4, re.compile(r"(\d{1,2})）")),
    (5, re.compile(r"([①-⑳])")),
]


def numeral(text: str) -> int:
    """`十二` as 12, `二十` as 20, `12` as 12, `③` as 3; 0 for anything else."""
    if text.isdecimal():
        return int(text)
    if len(text) == 1 and "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return NUMERALS.find(text) + 1 if len(text) == 1 else 0
    if len(tens) > 1 or len(ones) > 1:
        return 0
    return (NUMERALS.find(tens) + 1 if tens else 1) * 10 + (NUMERALS.find(ones) + 1 if ones else 0)


def mark_of(paragraph: str) -> Mark | None:
    """The clause number a folded, squeezed paragraph starts with, if any."""
    for rank, pattern in _MARKS:
        if (found := pattern.match(paragraph)) is None:
            continue
        words = found[1].translate(_MISREAD)
        value = numeral(words)
        if value:
            shown = {0: f"第{words}章", 2: f"（{words}）", 3: str(value), 4: f"（{value}）"}
            return Mark(rank, shown.get(rank, words), value, found.end())
    return None


_DASH = r"[—–―－\-‐─_·•]{1,3}"
_PAGE_LINE = re.compile(
    rf"^\s*(?:{_DASH}\s*\d{{1,4}}\s*{_DASH}|第\s*\d{{1,4}}\s*页(?:[\s，,/]*共\s*\d+\s*页)?"
    r"|\d{1,4}\s*/\s*\d{1,4}|[Pp]age\s*\d+(?:\s*of\s*\d+)?)\s*$"
)
_PAGE_INLINE = re.compile(r"—[ \t]?\d{1,3}[ \t]?—")
_CONTENTS = re.compile(r"^[^\n]{2,60}?(?:\.{4,}|…{2,}|·{4,}|．{3,}|\t+)\s*\d{1,3}\s*$")
# A running head often ends with the page's own number: …方案 3, …方案 3/8.
_COUNTER = re.compile(r"(?<=\D)\d{1,4}(?:[/／]\d{1,4})?$")
_LONE_NUMBER = re.compile(r"^\s*\d{1,4}\s*$")


def find_blanks(text: str, pages: tuple[int, ...] = ()) -> tuple[tuple[int, int], ...]:
    """Spans that belong to no sentence: page marks, lone page numbers and running heads.

    Parameters
    ----------
    text
        the document
    pages
        offsets at which a new page is known to start (PDF, form feeds); without them lone numbers are taken
        for page numbers only where at least three of them count upwards

    Returns
    -------
    spans, in order, not overlapping
    """
    lines = _lines(text)
    blanks = [(s, e) for s, e in lines if _PAGE_LINE.match(text[s:e])]
    filled = [(s, e) for s, e in lines if text[s:e].strip()]
    edges = _page_edges(text, filled, pages, set(blanks))
    lone = [(s, e) for s, e in filled if _LONE_NUMBER.match(text[s:e])]
    blanks += [span for span in lone if span in edges] if pages else _counting_up(text, lone)
    heads = Counter(_running(text[s:e]) for s, e in edges)
    often = 3 if len(pages) < 1 else max(2, (len(pages) + 1) // 2)
    repeated = {
        head for head, n in heads.items() if n >= often and len(head) <= 40 and not mark_of(fold(head))
    }
    blanks += [(s, e) for s, e in edges if _running(text[s:e]) in repeated]
    blanks += [found.span() for found in _PAGE_INLINE.finditer(text)]
    contents = [(s, e) for s, e in filled if _CONTENTS.match(text[s:e])]
    if len(contents) >= 3:
        # A table of contents: its lines would be taken for the headings themselves.
        blanks += contents + [(s, e) for s, e in filled if squeeze(text[s:e]) == "目录"]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(set(blanks)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _running(line: str) -> str:
    """A line without the page number it ends with, to tell whether pages share it."""
    return _COUNTER.sub("", squeeze(line))


def _lines(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for line in text.split("\n"):
        spans.append((at, at + len(line)))
        at += len(line) + 1
    return spans


def _page_edges(
    text: str, filled: list[tuple[int, int]], pages: tuple[int, ...], marks: set[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Lines that stand first or last on a page, where running heads and page numbers are."""
    edges: set[tuple[int, int]] = set()
    starts = sorted({*pages, *(i for i, c in enumerate(text) if c == "\f")})
    for i, span in enumerate(filled):
        if span in marks:
            edges.update(filled[max(i - 1, 0) : i + 2])
    for start in starts:
        before = [span for span in filled if span[0] < start][-2:]
        after = [span for span in filled if span[1] > start][:2]
        edges.update(before + after)
    if (pages or marks) and filled:
        edges.update({filled[0], filled[-1]})
    return edges - marks


def _counting_up(text: str, lone: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Lone numbers that count upwards by one: page numbers where no page boundary is known."""
    numbers = [int(text[s:e]) for s, e in lone]
    run = [
        i
        for i, n in enumerate(numbers)
        if (i and numbers[i - 1] == n - 1) or (i + 1 < len(numbers) and numbers[i + 1] == n + 1)
    ]
    return [lone[i] for i in run] if len(run) >= 3 else []
