"""The words of a document cut into pieces that are marked alike, so that quotes may overlap. No database
here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

_ENDS = tuple("。！？：）)〕:")
_BULLETS = " \t\u3000-*•·"  # of a list whose items are clauses of their own
_ITEM = re.compile(r"[-*•·]\s+")
_SHORT = 24  # [characters] a line that ends before the page does was ended by its author


@dataclass(frozen=True, slots=True)
class Mark:
    """A quote to be shown: its span, what it is (`target`, `unit`, `deadline`, `quantity`), and a word on
    it."""

    start: int
    end: int
    kind: str
    title: str = ""
    item: str = ""  # the card it belongs to, `task-12`


@dataclass(frozen=True, slots=True)
class Piece:
    """Words marked alike: `kinds` in order, empty for plain words; `break_before` starts a new paragraph."""

    text: str
    kinds: tuple[str, ...] = ()
    title: str = ""
    break_before: bool = False
    start: int = 0  # where it stands in the document
    item: str = ""


def pieces(
    text: str,
    spans: Iterable[tuple[int, int]],
    marks: Sequence[Mark],
    blank: Sequence[Sequence[int]] = (),
) -> list[Piece]:
    """The words of `spans` without page marks, cut where marks begin and end.

    Line breaks inside a sentence are the source's, not the author's: they are dropped. One after a whole
    sentence, a heading or a short line begins a paragraph.
    """
    result: list[Piece] = []
    for start, end in spans:
        inside = [m for m in marks if m.start < end and m.end > start]
        cuts = {start, end}
        for mark in inside:
            cuts |= {max(start, mark.start), min(end, mark.end)}
        for low, high in blank:
            if low < end and high > start:
                cuts |= {max(start, low), min(end, high)}
        ordered = sorted(cuts)
        for low, high in pairwise(ordered):
            if any(b <= low and high <= e for b, e in blank):
                continue
            here = [m for m in inside if m.start <= low and high <= m.end]
            kinds = tuple(sorted({m.kind for m in here}))
            title = "；".join(dict.fromkeys(m.title for m in here if m.title))
            item = next((m.item for m in sorted(here, key=lambda m: m.end - m.start) if m.item), "")
            result += _paragraphs(Piece(text[low:high], kinds, title, start=low, item=item))
    return _joined(result)


def _paragraphs(whole: Piece) -> list[Piece]:
    """One piece a line; `break_before` on all but the first, decided later by what stands before."""
    found, at = [], whole.start
    for index, line in enumerate(whole.text.split("\n")):
        found.append(replace(whole, text=line, break_before=index > 0, start=at))
        at += len(line) + 1
    return found


def _joined(lines: list[Piece]) -> list[Piece]:
    """Drops the breaks that a page's width made; keeps those after a sentence, a heading or a short line."""
    result: list[Piece] = []
    pending, width = False, 0
    for piece in lines:
        pending = pending or piece.break_before
        if not piece.text.strip(_BULLETS):
            continue
        last = result[-1] if result else None
        text = piece.text.lstrip() if pending else piece.text
        item = _ITEM.match(text) if pending else None
        text = text[item.end() :] if item else text
        ended = last and (last.text.rstrip()[-1:] in _ENDS or "heading" in last.kinds or width <= _SHORT)
        breaks = bool(pending and last and (ended or item))
        width = len(text) if pending else width + len(text)
        start = piece.start + len(piece.text) - len(text)
        result.append(replace(piece, text=text, break_before=breaks, start=start))
        pending = False
    return result
