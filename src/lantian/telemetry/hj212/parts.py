"""Packets that come in parts: which belong together, and whether all are there."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import NamedTuple

from lantian.telemetry.hj212.heads import Head

Key = tuple[str, str, str | None, int]


class Whole(NamedTuple):
    """A packet whose parts are all there, their segments in the order of PNO."""

    mn: str
    cn: str
    data_time: str | None
    segments: tuple[bytes, ...]


class Missing(NamedTuple):
    """A packet some of whose parts did not come in time."""

    mn: str
    cn: str
    data_time: str | None
    pnum: int
    came: tuple[int, ...]

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers that did not come."""
        return tuple(number for number in range(1, self.pnum + 1) if number not in self.came)


class _Open(NamedTuple):
    since: datetime
    parts: dict[int, bytes]


class Parts:
    """Puts parts together by (MN, CN, DataTime, PNUM); each part has a QN of its own.

    Parameters
    ----------
    most
        packets kept incomplete at a time; the oldest goes for a new one, and is told by `overdue`
    wait
        how long a part waits for the others

    Every part holds whole factors and repeats DataTime, so storing need not wait: this tells completeness.

    Rule: HJ 212-2017, appendix C.49, C.50.
    """

    def __init__(self, most: int = 4096, wait: timedelta = timedelta(minutes=5)) -> None:
        self.most = most
        self.wait = wait
        self._open: OrderedDict[Key, _Open] = OrderedDict()
        self._given_up: list[Missing] = []

    def add(self, head: Head, segment: bytes, at: datetime) -> Whole | None:
        """The whole packet, when this part was the last of it; a packet that is not split is whole at once.

        Parameters
        ----------
        head, segment
            of the part
        at
            when it came (aware)
        """
        if head.pnum is None or head.pno is None or head.pnum <= 1:
            return Whole(head.mn, head.cn, head.data_time, (segment,))
        if not 1 <= head.pno <= head.pnum:
            return None
        key = (head.mn, head.cn, head.data_time, head.pnum)
        found = self._open.setdefault(key, _Open(at, {}))
        found.parts[head.pno] = segment
        if len(found.parts) == head.pnum:
            del self._open[key]
            return Whole(*key[:3], tuple(found.parts[number] for number in range(1, head.pnum + 1)))
        while len(self._open) > self.most:
            self._give_up(*self._open.popitem(last=False))
        return None

    def overdue(self, now: datetime) -> list[Missing]:
        """Packets given up since the last call: those whose first part came longer ago than `wait`."""
        while self._open:
            key, found = next(iter(self._open.items()))
            if now - found.since < self.wait:
                break
            del self._open[key]
            self._give_up(key, found)
        told, self._given_up = self._given_up, []
        return told

    def _give_up(self, key: Key, found: _Open) -> None:
        self._given_up = [*self._given_up[-self.most :], Missing(*key, tuple(sorted(found.parts)))]
