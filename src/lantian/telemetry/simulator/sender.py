"""A logger's pen: what it has to say into packets of its generation."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from lantian.telemetry.hj212 import stamp
from lantian.telemetry.hj212.encoding import frame

LARGEST = 1024
"""Bytes of a data segment; a longer one is sent in parts (HJ 212-2017 6.3.1)."""

_REMEMBERED = 512
"""Numbers a logger remembers to have given, so that a clock set back gives none of them again."""


class Message(NamedTuple):
    """One packet on its way.

    Parameters
    ----------
    at
        true instant of sending
    mn, st, cn, qn
        of its head
    data_time
        as sent, 14 digits; "" where it has none
    asks
        whether the host has to answer it
    raw
        the packet, from ## to CR LF
    """

    at: datetime
    mn: str
    st: str
    cn: str
    qn: str
    data_time: str
    asks: bool
    raw: bytes


class Speaker(Protocol):
    """Whoever has a logger: a plant's outlet, a dust site, an ambient station."""

    @property
    def mn(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def generation(self) -> int: ...
    @property
    def flag(self) -> int | None: ...
    @property
    def sm4_key(self) -> bytes | None: ...
    @property
    def pollutants(self) -> tuple[str, ...]: ...
    @property
    def st(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A packet before it has a QN: groups are whole items, which parts never cut."""

    at: datetime
    site: datetime
    cn: str
    st: str
    data_time: str
    groups: tuple[str, ...]
    late: bool = False
    repeats: int = 0


def spoken(found: Iterable[Draft], speaker: Speaker) -> Iterator[Message]:
    """Drafts made into packets at the times they tell."""
    sender = Sender(speaker)
    for draft in found:
        sent = list(sender.send(draft))
        yield from sent
        for number in range(draft.repeats):
            yield from (m._replace(at=m.at + timedelta(seconds=10 * (number + 1))) for m in sent)


class Sender:
    """A logger's pen: QN that never repeat, parts of long packets, encryption."""

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.password = speaker.password
        self._order: deque[str] = deque(maxlen=_REMEMBERED)
        self._given: set[str] = set()

    def qn(self, site: datetime) -> str:
        """A number of its own, by the site's clock: milliseconds later where it was given already."""
        when = site
        while (text := stamp(when, 17)) in self._given:
            when += timedelta(milliseconds=1)
        if len(self._order) == self._order.maxlen:
            self._given.discard(self._order[0])
        self._order.append(text)
        self._given.add(text)
        return text

    def send(self, draft: Draft, *, unflagged: bool = False) -> Iterator[Message]:
        """The packet of a draft, or its parts."""
        flag = None if unflagged else self.speaker.flag
        params = f"DataTime={draft.data_time}" if draft.data_time else ""
        content = ";".join([params, *draft.groups] if params else draft.groups)
        if len(content) + 140 <= LARGEST:
            yield self._message(draft, content, flag, "")
            return
        parts = _parts(draft.groups, LARGEST - 170 - len(params))
        for number, part in enumerate(parts, 1):
            text = ";".join([params, *part] if params else part)
            yield self._message(draft, text, (flag or 0) | 2, f"PNUM={len(parts)};PNO={number};")

    def _message(self, draft: Draft, content: str, flag: int | None, parts: str) -> Message:
        speaker = self.speaker
        qn = self.qn(draft.site)
        bits = "" if flag is None else f"Flag={flag};"
        again = "RF=1;" if draft.late and speaker.generation == 2025 else ""
        segment = (
            f"QN={qn};ST={draft.st};CN={draft.cn};PW={self.password};MN={speaker.mn};"
            f"{bits}{parts}{again}CP=&&{content}&&"
        )
        secret = flag is not None and (draft.cn[0] == "2" or draft.cn == "3020")
        raw = frame(segment.encode(), key=speaker.sm4_key if secret else None)
        asks = flag is not None and flag & 1 == 1
        return Message(draft.at, speaker.mn, draft.st, draft.cn, qn, draft.data_time, asks, raw)


def _parts(groups: Iterable[str], room: int) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    used = 0
    for group in groups:
        size = len(group.encode()) + 1
        if parts[-1] and used + size > room:
            parts.append([])
            used = 0
        parts[-1].append(group)
        used += size
    return parts
