"""A data segment read field by field, tolerating what sites send; every oddity is a fault with its offset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from lantian.telemetry.hj212 import codes, fields
from lantian.telemetry.hj212.faults import Fault
from lantian.telemetry.hj212.heads import NAMES, content, generation, words_of
from lantian.telemetry.hj212.packets import Item, Packet, instant
from lantian.telemetry.hj212.rules import rules

_RESENT = rules().resent_field
_SEPARATOR = re.compile("[;,]")
_QUOTED = re.compile("//.*?//", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)\Z", re.ASCII)
_NOTHING = frozenset(("", "-", "--", "---", "NAN", "NULL", "NA", "N/A", "INF", "-INF"))
_MN = re.compile("[0-9A-F]{24}")
_ORDER = {name: i for i, name in enumerate(("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", _RESENT))}


class Piece(NamedTuple):
    """A `name=value` between two separators: what stood before it, where, and its text."""

    before: str
    at: int
    text: str


class Token(NamedTuple):
    """A field of CP as read: the factor's code (empty for a parameter), the field, the value, where the
    name stands.
    """

    code: str
    name: str
    value: str
    at: int


def pieces(text: str, begin: int, end: int, *, quoted: bool = True) -> Iterator[Piece]:
    """What stands between separators; where `quoted`, those inside `//…//` separate nothing."""
    body = text[begin:end]
    if not body:
        return
    masked = _QUOTED.sub(lambda found: "\0" * len(found[0]), body) if quoted and "//" in body else body
    before, at = "", 0
    for found in _SEPARATOR.finditer(masked):
        yield Piece(before, begin + at, body[at : found.start()])
        before, at = found[0], found.end()
    yield Piece(before, begin + at, body[at:])


class _Texts:
    """What reading the fields before CP and reading its content have in common.

    Parameters
    ----------
    text
        the segment, a character a byte
    start
        where the segment begins in the packet; added to every offset
    """

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.faults: list[Fault] = []
        self._seen: dict[str, dict[str, tuple[int, int]]] = {}

    def fault(self, code: str, at: int, size: int, what: str = "") -> None:
        self.faults.append(Fault(code, self.start + at, size, what))

    def _gather(self, code: str, what: str, at: int) -> None:
        self._seen.setdefault(code, {}).setdefault(what, (at, len(what)))

    def _tell_gathered(self) -> None:
        for code, found in self._seen.items():
            at, size = next(iter(found.values()))
            self.fault(code, at, size, _listed(found))

    def _pair(self, text: str, at: int) -> tuple[str, str, str]:
        name, equals, value = text.partition("=")
        if not equals:
            self.fault("token_unreadable", at, len(text), self._words(text.strip()))
            return "", "", ""
        if name != name.strip() or value != value.strip():
            self.fault("blank", at, len(text))
        return self._words(name.strip()), equals, self._words(value.strip(), at + len(name) + 1)

    def _words(self, text: str, at: int | None = None) -> str:
        words, code = words_of(text)
        if code and at is not None:
            self.fault(code, at, len(text))
        return words


class HeadReader(_Texts):
    """The fields before CP. `packet` has them, without any content.

    Parameters
    ----------
    stop
        where they end in the text
    """

    def __init__(self, text: str, stop: int, start: int = 0) -> None:
        super().__init__(text, start)
        head = self._head(stop)
        self._tell_gathered()
        flag = self._flag(head)
        self.packet = Packet(
            generation(flag),
            head.get("QN") or None,
            head.get("ST", ""),
            head.get("CN", ""),
            head.get("PW", ""),
            head.get("MN", ""),
            flag,
            _integer(head.get("PNUM")),
            _integer(head.get("PNO")),
            head.get(_RESENT) == "1",
        )
        self._check(head, flag)

    def _head(self, stop: int) -> dict[str, str]:
        found: dict[str, str] = {}
        last = -1
        all_pieces = list(pieces(self.text, 0, stop, quoted=False))
        for number, piece in enumerate(all_pieces):
            at, text = piece.at, piece.text
            if piece.before == ",":
                self.fault("separator_comma", at - 1, 1)
            if not text.strip():
                if number + 1 < len(all_pieces):
                    self.fault("separator_doubled", at, 1)
                continue
            if number + 1 == len(all_pieces):
                self.fault("separator_missing", stop, 0)
            name, equals, value = self._pair(text, at)
            if not equals:
                continue
            known = NAMES.get(name.upper())
            if known is None:
                self._gather("field_unknown", name, at)
                continue
            if known != name:
                self.fault("name_case", at, len(name), name)
            if known in found:
                self.fault("field_repeated", at, len(text), known)
            elif _ORDER[known] < last:
                self.fault("parts_order" if known == "PNUM" else "field_order", at, len(text), known)
            last = max(last, _ORDER[known])
            found[known] = value
        return found

    def _flag(self, head: dict[str, str]) -> int | None:
        text = head.get("Flag")
        if text is None:
            self.fault("flag_missing", 0, 0)
            return None
        flag = _integer(text)
        if flag is None or flag > 255:
            self._field("field_form", "Flag", text)
            return None
        if flag >> 2 > 2:
            self._field("generation_unknown", "Flag", text)
        return flag

    def _field(self, code: str, name: str, value: str) -> None:
        # Not by `upper`: it makes two letters of ß, and every offset behind it wrong.
        found = re.search(rf"{name}=[^;,]*", self.text, re.ASCII | re.IGNORECASE)
        at, size = (found.start(), len(found[0])) if found else (0, 0)
        self.fault(code, at, size, f"{name}={value}")

    def _check(self, head: dict[str, str], flag: int | None) -> None:
        packet = self.packet
        if packet.qn is None:
            self.fault("qn_missing", 0, 0)
        elif len(packet.qn) != 17 or _integer(packet.qn) is None:
            self._field("field_form", "QN", packet.qn)
        for name in ("ST", "CN", "PW", "MN"):
            if name not in head:
                self.fault("field_missing", 0, 0, name)
        if packet.st and not (len(packet.st) == 2 and packet.st.isalnum()):
            self._field("st_form", "ST", packet.st)
        if "CN" in head and (len(packet.cn) != 4 or _integer(packet.cn) is None):
            self._field("field_form", "CN", packet.cn)
        if "PW" in head and len(packet.pw) != 6:
            self._field("pw_form", "PW", packet.pw)
        if "MN" in head and not 1 <= len(packet.mn) <= 40:
            self._field("mn_bad", "MN", packet.mn[:60])
        elif packet.mn and packet.generation > 2005 and not _MN.fullmatch(packet.mn):
            self._field("mn_form", "MN", packet.mn)
        if _RESENT in head and (head[_RESENT] != "1" or packet.generation < 2025):
            self._field("field_form", _RESENT, head[_RESENT])
        self._check_parts(head, flag)

    def _check_parts(self, head: dict[str, str], flag: int | None) -> None:
        marked = flag is not None and flag & 2 == 2
        given = [name for name in ("PNUM", "PNO") if name in head]
        if not given and not marked:
            return
        pnum, pno = self.packet.pnum, self.packet.pno
        if pnum is None or pno is None or not 1 <= pno <= pnum:
            self.fault("parts_bad", 0, 0, ", ".join(f"{name}={head[name]}" for name in given))
        if given and not marked:
            self._field("parts_without_flag", given[0], head[given[0]])
        for name in given:
            if len(head[name]) > 1 and head[name].startswith("0"):
                self._field("parts_padded", name, head[name])


class ContentReader(_Texts):
    """What stands between the two `&&` of CP: `params`, `items`, and the `tokens` they were made of.

    Parameters
    ----------
    begin, end
        where it stands in the text
    """

    def __init__(self, text: str, begin: int, end: int, start: int = 0) -> None:
        super().__init__(text, start)
        self.tokens: list[Token] = []
        self.params, self.items = self._content(begin, end)
        self._tell_gathered()

    def _content(self, begin: int, end: int) -> tuple[dict[str, str], tuple[Item, ...]]:
        params: dict[str, str] = {}
        items: dict[str, tuple[dict[str, str], int]] = {}
        last = ""
        all_pieces = list(pieces(self.text, begin, end))
        for number, piece in enumerate(all_pieces):
            at, text = piece.at, piece.text
            if not text.strip():
                if text:
                    self.fault("blank", at, len(text))
                if number:
                    trailing = number + 1 == len(all_pieces)
                    self.fault("separator_trailing" if trailing else "separator_doubled", at - 1, 1)
                elif len(all_pieces) > 1:
                    self.fault("separator_doubled", at, 1)
                continue
            name, equals, value = self._pair(text, at)
            if not equals:
                continue
            code, name = self._name(name, at)
            value_at = at + text.index("=") + 1
            self.tokens.append(Token(code, name, value, at))
            if not code:
                if piece.before == ",":
                    self.fault("comma_between_params", at - 1, 1, name)
                if name in params:
                    self.fault("field_repeated", at, len(text), name)
                params[name] = self._time(name, value, value_at)
            else:
                if piece.before == "," and last != code:
                    self.fault("separator_comma", at - 1, 1)
                into, _ = items.setdefault(code, ({}, self.start + at))
                if name in into:
                    self.fault("factor_repeated", at, len(text), f"{code}-{name}")
                self._value(code, name, value, value_at)
                into[name] = self._time(name, value, value_at)
            last = code
        return params, tuple(Item(code, found, at) for code, (found, at) in items.items())

    def _name(self, name: str, at: int) -> tuple[str, str]:
        code, dash, field = name.partition("-")
        if not dash:
            known = fields.PARAM_BY_UPPER.get(name.upper())
            if known is None:
                self._gather("field_unknown", name, at)
                return "", name
            if known != name:
                self.fault("name_case", at, len(name), name)
            return "", known
        if field.startswith("-"):
            self.fault("dash_doubled", at, len(name), name)
            field = field.lstrip("-")
        known = fields.FIELD_BY_UPPER.get(field.upper())
        if known is None:
            self._gather("field_unknown", name, at)
        elif known != field:
            self.fault("name_case", at, len(name), name)
        doubt = codes.doubt(code)
        if doubt:
            self._gather(doubt, code, at)
        return code, known or field

    def _value(self, code: str, name: str, value: str, at: int) -> None:
        if name == "Flag":
            if value not in fields.MARKS:
                self.fault("mark_unknown", at, len(value), f"{code}={value}")
        elif name in fields.NUMBERS and not _NUMBER.match(value) and not codes.is_word(code):
            nothing = value.upper() in _NOTHING
            self.fault(
                "value_missing" if nothing else "value_not_number", at, len(value), f"{code}-{name}={value}"
            )
        elif not value:
            self.fault("value_missing", at, 0, f"{code}-{name}")

    def _time(self, name: str, value: str, at: int) -> str:
        if name not in fields.TIMES:
            return value
        if len(value) > 14 and _integer(value) is not None:
            self.fault("time_long", at, len(value), value)
            value = value[:14]
        if instant(value) is None or len(value) != 14:
            self.fault("time_bad", at, len(value), f"{name}={value}")
        return value


def read(segment: bytes, start: int = 0) -> tuple[Packet, list[Fault]]:
    """A whole segment, read carefully.

    Parameters
    ----------
    segment
        plain, as in `framing.Frame`
    start
        where it begins in the packet; added to every offset
    """
    text = segment.decode("latin-1")
    stop, begin, end = content(text)
    head = HeadReader(text, stop, start)
    body = ContentReader(text, begin, end, start)
    faults = head.faults + body.faults
    if begin == end == stop:
        faults.append(Fault("cp_missing", start + len(text), 0))
    faults.sort(key=lambda fault: fault.offset)
    return head.packet._replace(params=body.params, items=body.items), faults


def missing(value: str) -> bool:
    """Whether a value as sent stands for none: empty, dashes, `NaN` …"""
    return value.strip().upper() in _NOTHING


def _integer(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 20 else None


def _listed(found: dict[str, tuple[int, int]]) -> str:
    words = list(found)
    return ", ".join(words[:8]) + (f" … ({len(words)})" if len(words) > 8 else "")
