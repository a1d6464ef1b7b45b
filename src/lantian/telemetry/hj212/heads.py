"""The head of a data segment: what a server must know of a packet before it looks at its values."""

from __future__ import annotations

import re
from typing import NamedTuple

from lantian.telemetry.hj212.rules import rules

_RESENT = rules().resent_field
_UNKNOWN = rules().unknown_version

_CLEAN = re.compile(
    r"(?:QN=(\d{17});)?ST=([0-9A-Z]{2,3});CN=(\d{4});PW=([!-%'-+\-.-:<>-~]*);MN=([!-%'-+\-.-:<>-~]+);(?:Flag=(\d{1,3});)?"
    rf"(?:PNUM=(\d{{1,4}});PNO=(\d{{1,4}});)?(?:({_RESENT}=1);)?(?P<content>CP=&&)(?:DataTime=(\d{{14,17}})(?=[;,&]))?"
)
_CONTENT = re.compile(r"CP\s*=\s*&&", re.IGNORECASE)
_SEPARATOR = re.compile("[;,]")
_TIME = re.compile(r"(?:^|[;,\s&])DataTime\s*=\s*(\d+)", re.IGNORECASE)
NAMES = {name.upper(): name for name in ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", _RESENT)}


class Head(NamedTuple):
    """Who sent what kind of packet, and where its content stands.

    Parameters
    ----------
    qn, st, cn, pw, mn
        as sent; empty where missing, `qn` then None
    flag
        0 to 255; None where the packet has none (2005)
    pnum, pno
        number of parts and which of them; None where the packet is whole
    resent
        the 2025 mark of data sent again (RF=1)
    generation
        2005, 2017 or 2025, out of `Flag >> 2`; an unknown version counts as the newest
    data_time
        DataTime as sent, None where there is none (or it is encrypted)
    cp
        start and end of the content of CP in the segment, without its `&&`
    """

    qn: str | None
    st: str
    cn: str
    pw: str
    mn: str
    flag: int | None
    pnum: int | None
    pno: int | None
    resent: bool
    generation: int
    data_time: str | None
    cp: tuple[int, int]

    @property
    def wants_answer(self) -> bool:
        """Whether bit 0 of Flag asks for an answer."""
        return self.flag is not None and self.flag & 1 == 1

    @property
    def split(self) -> bool:
        """Whether this is one part of several."""
        return (self.flag is not None and self.flag & 2 == 2) or self.pnum is not None


def generation(flag: int | None) -> int:
    """The generation a Flag names: 2005 without one; for versions no standard knows, what the rules say."""
    if flag is None or flag < 4:
        return 2005
    return 2017 if flag < 8 else 2025 if flag < 12 else _UNKNOWN


def head(segment: bytes) -> Head:
    """The head of a data segment. Never raises: what is missing is empty or None.

    Parameters
    ----------
    segment
        a `Frame.segment`

    Rule: HJ 212-2017, 6.3.2, table 3; names are taken in any letters, separators doubled or of the other
    kind.
    """
    text = segment.decode("latin-1")
    found = _CLEAN.match(text)
    if found is None or not text.endswith("&&"):
        return _tolerant(text)
    qn, st, cn, pw, mn, flag, pnum, pno, rf, _, time = found.groups()
    bits = None if flag is None else int(flag)
    begin = found.end("content")
    if time is None:
        elsewhere = _TIME.search(text, begin)
        time = elsewhere[1] if elsewhere else None
    return Head(
        qn,
        st,
        cn,
        pw,
        mn,
        bits,
        None if pnum is None else int(pnum),
        None if pno is None else int(pno),
        rf is not None,
        generation(bits),
        time,
        (begin, len(text) - 2),
    )


def content(text: str) -> tuple[int, int, int]:
    """Where the fields before CP end, and where its content begins and ends; all at the end where CP is
    missing.
    """
    found = _CONTENT.search(text)
    if found is None:
        return len(text), len(text), len(text)
    bound = len(text.rstrip())
    end = bound - 2 if text.endswith("&&", 0, bound) and bound - 2 >= found.end() else bound
    return found.start(), found.end(), end


def words_of(text: str) -> tuple[str, str | None]:
    """Text out of its bytes: UTF-8, else GB 18030, else a character each; and the fault that is worth."""
    if text.isascii():
        return text, None
    data = text.encode("latin-1")
    for encoding, code in (("utf-8", None), ("gb18030", "text_gbk")):
        try:
            return data.decode(encoding), code
        except UnicodeDecodeError:
            continue
    return text, "text_unreadable"


def _number(text: str | None, digits: int) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= digits else None


def _tolerant(text: str) -> Head:
    stop, begin, end = content(text)
    fields: dict[str, str] = {}
    for piece in _SEPARATOR.split(text[:stop]):
        name, equals, value = piece.partition("=")
        known = NAMES.get(name.strip().upper())
        if known is not None and equals:
            fields[known] = words_of(value.strip())[0]
    bits = _number(fields.get("Flag"), 3)
    time = _TIME.search(text, begin, end)
    return Head(
        fields.get("QN") or None,
        fields.get("ST", ""),
        fields.get("CN", ""),
        fields.get("PW", ""),
        fields.get("MN", ""),
        bits,
        _number(fields.get("PNUM"), 4),
        _number(fields.get("PNO"), 4),
        fields.get(_RESENT) == "1",
        generation(bits),
        time[1] if time else None,
        (begin, end),
    )
