"""A packet as values: what decode gives and encode takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple, overload

from lantian.telemetry.hj212.faults import Fault

SEGMENT = 6
"""Where the data segment begins in a packet: behind ## and the length."""
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


class Item(NamedTuple):
    """One factor of a packet: its fields as sent, every digit.

    Parameters
    ----------
    code
        as sent: `a21026`, `02`, `SB1`, `i11001`
    fields
        `{"Avg": "12.4", "Flag": "N"}`
    offset
        where the item begins in the packet as received [bytes]
    """

    code: str
    fields: Mapping[str, str]
    offset: int = 0

    @property
    def mark(self) -> str | None:
        """The factor's Flag; None where the packet gives none."""
        return self.fields.get("Flag")


class Shape(NamedTuple):
    """What the packets of one shape have in common, for their `Items`.

    `names` gives a factor's code and the names of its fields; `pick` takes their values, factor by factor,
    out of all values of a packet; `places` says where a factor begins: a group of the pattern's match, and
    how far before it.
    """

    names: tuple[tuple[str, tuple[str, ...]], ...]
    pick: Callable[[tuple[str, ...]], tuple[tuple[str, ...], ...]]
    places: tuple[tuple[int, int], ...]


class Items(Sequence[Item]):
    """The factors of a packet; names and values are told apart, an `Item` is made when one is asked for.

    Parameters
    ----------
    shape
        names, and where their values stand
    found
        the match they come from: every value of the packet's content, in order, and its offset
    """

    __slots__ = ("_found", "_shape")

    def __init__(self, shape: Shape, found: re.Match[str]) -> None:
        self._shape = shape
        self._found = found

    def _all(self) -> tuple[Item, ...]:
        shape = self._shape
        start = self._found.start
        return tuple(
            Item(code, dict(zip(names, values, strict=True)), start(group) - back + SEGMENT)
            for (code, names), values, (group, back) in zip(
                shape.names, shape.pick(self._found.groups()), shape.places, strict=True
            )
        )

    def __len__(self) -> int:
        return len(self._shape.names)

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...

    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        return self._all()[index]

    def __iter__(self) -> Iterator[Item]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == (other._all() if isinstance(other, Items) else other)

    def __hash__(self) -> int:
        return hash(tuple((item.code, *item.fields.items()) for item in self._all()))

    def __repr__(self) -> str:
        return repr(self._all())


class Packet(NamedTuple):
    """A packet of any generation.

    Parameters
    ----------
    generation
        2005, 2017 or 2025, by `Flag >> 2`; without Flag 2005
    qn, st, cn, pw, mn, flag, pnum, pno, resent
        the fields before CP; None where missing (texts other than `qn`: empty)
    params
        what CP holds beside factors: DataTime, QnRtn, PolId …, in order
    items
        the factors, in order; a code stands once
    """

    generation: int
    qn: str | None
    st: str
    cn: str
    pw: str
    mn: str
    flag: int | None = None
    pnum: int | None = None
    pno: int | None = None
    resent: bool = False
    params: Mapping[str, str] = {}
    items: Sequence[Item] = ()

    @property
    def data_time(self) -> str | None:
        """DataTime, 14 digits; None where there is none."""
        return self.params.get("DataTime")

    def item(self, code: str) -> Item | None:
        """The factor with this code as sent."""
        return next((item for item in self.items if item.code == code), None)


Row = tuple[str, str, str | None, str | None, str | None]
"""A value of a packet: factor, field, text, mark, quality."""


class Decoded(NamedTuple):
    """What could be read, and what was odd.

    Parameters
    ----------
    packet
        None where nothing could be read, or strictness refused it
    faults
        in order of offset; offsets are of the bytes given
    crc
        as in `framing.Frame`
    segment
        the plain data segment
    """

    packet: Packet | None
    faults: tuple[Fault, ...]
    crc: str = "ok"
    segment: bytes = b""


@lru_cache(maxsize=8192)
def instant(text: str | None) -> datetime | None:
    """A time as sent (local, 14 digits or 17 with milliseconds) in UTC; None where it is none.

    Parameters
    ----------
    text
        `20240520210600` or `20240520210700123`, Beijing time
    """
    if text is None or len(text) not in (14, 17) or not (text.isascii() and text.isdigit()):
        return None
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:8])
    hour, minute, second = int(text[8:10]), int(text[10:12]), int(text[12:14])
    try:
        local = datetime(year, month, day, hour, minute, second, int(text[14:] or 0) * 1000, tzinfo=CHINA)
    except ValueError:
        return None
    return local.astimezone(UTC) if year > 1 else None


_DAYS: set[str] = set()


def is_time(text: str) -> bool:
    """Whether 14 digits are a time: a day of the calendar, hours to 23, minutes and seconds to 59."""
    day = text[:8]
    if day not in _DAYS:
        if instant(f"{day}000000") is None:
            return False
        if len(_DAYS) > 4096:
            _DAYS.clear()
        _DAYS.add(day)
    return text[8:10] < "24" and text[10:12] < "60" and text[12:] < "60"


def stamp(when: datetime, digits: int = 14) -> str:
    """An aware instant as a time to send: 14 digits, or 17 for a QN.

    Parameters
    ----------
    when
        aware
    digits
        14 or 17
    """
    local = when.astimezone(CHINA)
    text = local.strftime("%Y%m%d%H%M%S")
    return f"{text}{local.microsecond // 1000:03d}" if digits == 17 else text
