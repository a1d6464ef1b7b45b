"""Shapes of content met before, prepared, so that the next packet of a device costs one pass over its bytes.

A device sends the same factors with the same fields again and again. A shape the careful reader
(`reading`) has read several times without anything to object becomes a pattern: names and separators word
for word, a number or a mark where one stood. What fits the pattern is read by it and gives exactly what
the careful reader would give; what does not goes to the careful reader. Patterns, shapes and heads kept
are bounded, whatever is sent.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from operator import itemgetter
from typing import Any

from lantian.telemetry.hj212 import codes, fields
from lantian.telemetry.hj212.faults import Fault
from lantian.telemetry.hj212.heads import content
from lantian.telemetry.hj212.packets import SEGMENT, Decoded, Items, Packet, Row, Shape, is_time
from lantian.telemetry.hj212.reading import ContentReader, HeadReader, Token

MOST = 2048
"""Patterns kept."""
SEEN_BEFORE = 6
SEEN_WHEN_FULL = 200
"""How often a shape must have been read carefully before a pattern is made, which costs as much as reading
twenty; and when an older one must go for it, so that shapes made up to cost time cannot."""
_SAME = 16
_MOST_SHAPES = 4096
_LONGEST = 2048
_DROPPED = b"0123456789.-+NFMSDCTB"
_STATIC = frozenset(("code_old", "code_unknown", "code_suffix", "field_unknown", "time_long"))
_NUMBER = r"(-?[0-9]++(?:\.[0-9]++)?+)"
# A set is met faster than \d, and here the two are the same.
_MARK = "([NFMSDCTB])"
_WORD = r"(?!(?i:nan|null|na|-?inf|-+)(?:[;,]|&&))([\w.:+-]++)"
_SHAPE = re.compile(rb"[\w-]+=[\w.:+-]+(?:[;,][\w-]+=[\w.:+-]+)*&&", re.ASCII)

Groups = tuple[str, ...]


class Layout:
    """One prepared shape: its pattern, and where each name's value stands among the pattern's groups."""

    __slots__ = (
        "_faults",
        "_params",
        "_params_at",
        "_row_codes",
        "_row_fields",
        "_row_marks",
        "_row_quality",
        "_row_values",
        "has_faults",
        "match",
        "only_time",
        "shape",
        "times",
    )

    def __init__(self, reader: ContentReader, separators: str) -> None:
        tokens = reader.tokens
        names = [f"{token.code}-{token.name}" if token.code else token.name for token in tokens]
        parts = [
            f"{separator}{re.escape(name)}={_pattern(token)}"
            for token, name, separator in zip(tokens, names, ["", *separators][: len(tokens)], strict=True)
        ]
        self.match = re.compile("".join(parts) + r"&&\Z", re.ASCII).match
        at = {(token.code, token.name): i for i, token in enumerate(tokens)}
        self.times = tuple(i for i, token in enumerate(tokens) if token.name in fields.TIMES)
        self._params = tuple(reader.params)
        self._params_at = _getter([at["", name] for name in self._params])
        # Nearly every packet: one time, the first of all, and factors.
        self.only_time = self._params == ("DataTime",) and self.times == (0,)
        order = [[at[item.code, name] for name in item.fields] for item in reader.items]
        firsts = [places[0] for places in order]
        self.shape = Shape(
            tuple((item.code, tuple(item.fields)) for item in reader.items),
            _picker(order),
            tuple((i + 1, len(names[i]) + 1) for i in firsts),
        )
        self._prepare_rows(reader, at)
        self.has_faults = bool(reader.faults)
        places = {token.at: (i + 1, len(names[i]) + 1) for i, token in enumerate(tokens)}
        places |= {token.at + len(names[i]) + 1: (i + 1, 0) for i, token in enumerate(tokens)}
        self._faults = tuple(
            (fault.code, *places[fault.offset], fault.length, fault.what) for fault in reader.faults
        )

    def _prepare_rows(self, reader: ContentReader, at: dict[tuple[str, str], int]) -> None:
        none = len(reader.tokens)
        wanted = [("", name, at["", name], none) for name in self._params if name != "DataTime"]
        for item in reader.items:
            mark = at.get((item.code, "Flag"), none)
            wanted += [
                (item.code, name, at[item.code, name], mark)
                for name in item.fields
                if name != "Flag" or len(item.fields) == 1
            ]
        self._row_codes = tuple(code for code, _, _, _ in wanted)
        self._row_fields = tuple(name for _, name, _, _ in wanted)
        self._row_quality = (None,) * len(wanted)
        self._row_values = _getter([value for _, _, value, _ in wanted])
        self._row_marks = _getter([mark for _, _, _, mark in wanted])

    def params(self, groups: Groups) -> dict[str, str]:
        """What belongs to no factor."""
        return dict(zip(self._params, self._params_at(groups), strict=True))

    def rows(self, groups: Groups) -> list[Row]:
        """The values as `spreading.rows` gives them."""
        marks = self._row_marks((*groups, None))
        columns = (self._row_codes, self._row_fields, self._row_values(groups), marks, self._row_quality)
        return list(zip(*columns, strict=True))

    def faults(self, found: re.Match[str]) -> list[Fault]:
        """What the careful reader says of this shape, at this packet's offsets."""
        told = []
        for code, group, back, length, what in self._faults:
            at = found.start(group) - back
            words = found.string[at : at + length] if code == "time_long" else what
            told.append(Fault(code, at + SEGMENT, length, words))
        return told


def _pattern(token: Token) -> str:
    if token.name in fields.TIMES:
        return r"(\d{14})" if len(token.value) == 14 else r"(\d{14})\d{3}"
    if token.code and token.name == "Flag":
        return _MARK
    if token.code and token.name in fields.NUMBERS and not codes.is_word(token.code):
        return _NUMBER
    return _WORD


def _getter(wanted: list[Any]) -> Callable[[Any], Any]:
    if len(wanted) > 1:
        return itemgetter(*wanted)
    if wanted:
        only = wanted[0]
        return lambda groups: (groups[only],)
    return lambda groups: ()


def _picker(order: list[list[int]]) -> Callable[[Groups], tuple[Groups, ...]]:
    """Takes each factor's values: a slice where they stand side by side."""
    flat = [i for places in order for i in places]
    if flat == list(range(flat[0] if flat else 0, (flat[0] if flat else 0) + len(flat))):
        return _getter([slice(places[0], places[-1] + 1) for places in order])
    return lambda groups: tuple(tuple(groups[i] for i in places) for places in order)


class Shapes:
    """The layouts known, found by what a content looks like with its digits taken out."""

    def __init__(self) -> None:
        self._by_signature: OrderedDict[bytes, list[Layout]] = OrderedDict()
        self._count = 0
        self._seen: OrderedDict[tuple[str, ...], int] = OrderedDict()

    def find(self, segment: bytes, text: str, begin: int) -> tuple[Layout, re.Match[str]] | None:
        """The layout that reads this content, and its match; None where the careful reader must."""
        if len(segment) > _LONGEST:
            return None
        empty = _EMPTY.match(text, begin)
        if empty:
            return _EMPTY, empty
        signature = segment[begin:].translate(None, _DROPPED)
        known = self._by_signature.get(signature)
        for layout in known or ():
            found = layout.match(text, begin)
            if found:
                return layout, found
        if not _SHAPE.fullmatch(segment, begin):
            return None
        learned = self._learn(signature, text, begin)
        found = learned.match(text, begin) if learned else None
        return (learned, found) if learned and found else None

    def _learn(self, signature: bytes, text: str, begin: int) -> Layout | None:
        """A new layout where this shape has come often enough and has nothing to object to."""
        body = text[begin:-2]
        separators = "".join(re.findall("[;,]", body))
        shape = (separators, *re.findall(r"(?:^|[;,])([\w-]+)=", body))
        times = self._seen.pop(shape, 0) + 1
        if times < (SEEN_BEFORE if self._count < MOST else SEEN_WHEN_FULL):
            self._seen[shape] = times
            if len(self._seen) > _MOST_SHAPES:
                self._seen.popitem(last=False)
            return None
        reader = ContentReader(text, begin, len(text) - 2)
        if any(fault.code not in _STATIC for fault in reader.faults):
            return None
        if any(len(token.value) not in (14, 17) for token in reader.tokens if token.name in fields.TIMES):
            return None
        layout = Layout(reader, separators)
        alike = self._by_signature.setdefault(signature, [])
        self._count += 1 if len(alike) < _SAME else 0
        alike[:] = [layout, *alike[: _SAME - 1]]
        while self._count > MOST:
            _, dropped = self._by_signature.popitem(last=False)
            self._count -= len(dropped)
        return layout


_offset = itemgetter(1)
_tuple = tuple.__new__
_new = object.__new__
_TIMES: set[str] = set()


def _time(text: str) -> bool:
    """Whether this is a time; those met lately are remembered, since sites send the same ones."""
    if not is_time(text):
        return False
    if len(_TIMES) > 8192:
        _TIMES.clear()
    _TIMES.add(text)
    return True


_FIRST = Layout(ContentReader("DataTime=20000101000000", 0, 23), "")
"""What a head's content is tried with before anything is known of it."""
_EMPTY = Layout(ContentReader("", 0, 0), "")
"""Reads a content of nothing, as answers and requests have it."""


class Known:
    """A head met before, without its QN: its fields, its faults, and the layout its content had last time."""

    __slots__ = ("faults", "fields", "generation", "layout", "qn")

    def __init__(self, packet: Packet, faults: tuple[Fault, ...]) -> None:
        self.generation = packet.generation
        self.fields = packet[2:10]
        self.qn = packet.qn
        self.faults = faults
        self.layout = _FIRST


_MOST_HEADS = 65536
SHAPES = Shapes()
_HEADS: dict[bytes, Known] = {}
_BARE: dict[bytes, Known] = {}
_LAST: dict[tuple[str, ...], Layout] = {}


def quick(segment: bytes) -> Decoded | None:
    """The packet of a plain segment by patterns, exactly as `reading.read` gives it; None where that must
    read it.

    Parameters
    ----------
    segment
        plain, as in `framing.Frame`; it begins at byte 6 of its packet
    """
    begin = segment.find(b"CP=&&") + 5
    text = segment.decode("latin-1")
    if text[:3] == "QN=":
        qn: str | None = text[3:20]
        known = _HEADS.get(segment[20:begin]) if qn and qn.isdecimal() else None
    else:
        known = _BARE.get(segment[:begin])
        qn = known.qn if known else None
    if known is None:
        known = _know(segment, begin)
        if known is None:
            return None
        qn = qn or known.qn
    layout = known.layout
    found = layout.match(text, begin)
    if found is None:
        shape = SHAPES.find(segment, text, begin)
        if shape is None:
            return None
        known.layout, found = shape
        layout = known.layout
    if layout.only_time:
        stamp = found[1]
        if stamp not in _TIMES and not _time(stamp):
            return None
        params = {"DataTime": stamp}
    else:
        groups = found.groups()
        for i in layout.times:
            if groups[i] not in _TIMES and not _time(groups[i]):
                return None
        params = layout.params(groups)
    # Made without their constructors: this is what most of the time of a packet would go to.
    items = _new(Items)
    items._shape, items._found = layout.shape, found
    packet = _tuple(Packet, (known.generation, qn, *known.fields, params, items))
    faults = known.faults
    if layout.has_faults:
        faults = tuple(sorted([*faults, *layout.faults(found)], key=_offset))
    return _tuple(Decoded, (packet, faults, "ok", segment))


def _know(segment: bytes, begin: int) -> Known | None:
    """A new head, where it is as heads are and short enough to be kept."""
    numbered = segment.startswith(b"QN=")
    head = segment[20:begin] if numbered else segment[:begin]
    if begin < 5 or len(head) > 200 or (numbered and not (segment[3:20].isdigit() and head.startswith(b";"))):
        return None
    if content(segment.decode("latin-1"))[1] != begin:
        return None  # another content, oddly written, begins before it
    reader = HeadReader(segment[: begin - 5].decode("latin-1"), begin - 5, SEGMENT)
    if numbered and b"QN" in head.upper():
        return None  # a second QN further on, which counts
    heads = _HEADS if numbered else _BARE
    if len(heads) >= _MOST_HEADS:
        heads.clear()
    known = heads[head] = Known(reader.packet, tuple(sorted(reader.faults, key=_offset)))
    return known


def quick_rows(segment: bytes, begin: int, device: tuple[str, ...]) -> list[Row] | None:
    """The rows of a plain segment by patterns; None where the careful reader must.

    Parameters
    ----------
    begin
        where the content of CP begins
    device
        whatever tells devices and kinds of message apart; their last layout is tried first
    """
    text = segment.decode("latin-1")
    layout = _LAST.get(device, _FIRST)
    found = layout.match(text, begin)
    if found is None:
        shape = SHAPES.find(segment, text, begin)
        if shape is None:
            return None
        layout, found = shape
        if len(_LAST) >= _MOST_HEADS:
            _LAST.clear()
        _LAST[device] = layout
    groups = found.groups()
    for i in layout.times:
        if groups[i] not in _TIMES and not _time(groups[i]):
            return None
    return layout.rows(groups)
