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
from lantian.planning.roles import COOP, LABEL, LEAD, RESPONSIBLE, ROLE_OF_KIND, VERB, role_of_verb
from lantian.planning.units import (
    ETC,
    EXPLAINS,
    OFFICE,
    inside_bracket,
    is_unit_list,
    names_a_unit,
    pieces,
    units_of,
)

_PURPOSE = re.compile(r"负责|牵头|责任单位|责任部门|按职责|落实$")
_SURELY = re.compile(r"(?:负责|牵头|负责落实|职责分工)[。；]?$|责任(?:单位|部门)：")
_ORDER = re.compile(
    r"[，；。]?(?:列(?:在)?第一位的为|排(?:名|在)?第一(?:位)?的(?:单位|部门)?为|首位为)牵头(?:部门|单位)(?:，下同)?$"
)
STANDING = re.compile(
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
        if reading or _looks_like_responsibility(folded[low:high], ends=ends):
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


def _looks_like_responsibility(inside: str, *, ends: bool) -> bool:
    """Must a bracket that could not be read be told to the reviewer?"""
    if _SURELY.search(inside) or (ends and _PURPOSE.search(inside)):
        return True
    offices = [t for s, e in pieces(inside, "，；、") if OFFICE.search(t := ETC.sub("", inside[s:e]))]
    return ends and bool(offices) and not EXPLAINS.match(inside)


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
        if not names_a_unit(inside):
            return None
        reader.spoken(low, high)
    elif at_end and is_unit_list(inside):
        reader.bind(reader.units_of(low, high), RESPONSIBLE)
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
                role = ROLE_OF_KIND[label["kind"] or label["bare"]]
                if _ends_in_verb(self.folded[start:end].rstrip("，；。、")):
                    self.spoken(start, end, default=role)
                else:
                    self.bind(self.units_of(start, end), role)

    def spoken(self, low: int, high: int, *, default: str = RESPONSIBLE) -> None:
        """`甲牵头，乙、丙按职责分工负责`, `甲负责，乙配合，丙落实`."""
        for start, stop in ((s + low, e + low) for s, e in pieces(self.folded[low:high], "。")):
            found = STANDING.search(self.folded[start:stop])
            # "甲局、乙局负责，以下均需丙落实，不再列出": what stands before is this item's, and so is 丙
            begin, end = start, start + found.start() if found else stop
            for verb in VERB.finditer(self.folded, start, end):
                if verb.end() == verb.start() or inside_bracket(self.folded, begin, verb.start()):
                    continue
                self._clause(begin, verb.start(), verb.group())
                begin = verb.end()
            if self.folded[begin:end].strip("，；、。"):
                self.bind(self.units_of(begin, end), default)
            if found:
                spans = self.units_of(start + found.start("who"), start + found.end("who"))
                self.bind(spans, RESPONSIBLE)
                names = ["".join(self.written[s:e].split()) for s, e in spans]
                self.reading.standing += [u for u in self.reading.units if u.unit in names]

    def _clause(self, start: int, end: int, verb: str) -> None:
        together = self.folded.find("会同", start, end)
        if together >= 0:
            self.bind(self.units_of(start, together), LEAD)
            self.bind(self.units_of(together + 2, end), COOP)
            return
        units = self.units_of(start, end)
        several = len(units) > 1 or bool(ETC.search(self.folded[start:end].rstrip("，；、")))
        led = any(unit.role == LEAD for unit in self.reading.units)  # "甲局牵头，各县负责": not a second lead
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
        """Spans of the single units of a list; time words among them are kept apart."""
        units, times = units_of(self.folded, low, high, gap=self.gap)
        self.reading.times += [(s + self.offset, e + self.offset) for s, e in times]
        return units
