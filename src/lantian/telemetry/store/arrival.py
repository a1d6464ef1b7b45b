"""One packet on its way into the line, and what became of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Protocol = Literal["hj212", "vehicle", "rows"]
Outcome = Literal["stored", "duplicate", "replayed", "refused"]
"""`stored`: durable now. `duplicate`: it was before. `replayed`: it was long before, and nobody repeats a
packet that late. `refused`: it cannot be kept at all; none that comes out of a framer."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CONTENT = b"CP=&&"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One packet as it came.

    Parameters
    ----------
    place
        the device: its MN, or the VIN of a vehicle
    time
        aware; the DataTime it was sent with (an instant, or the start of a period); None where it has none
    st, cn
        kind of system and command, as sent; empty where the packet has none
    qn
        number of the packet, as sent
    pno
        which part of a split message it is
    resent
        the device itself says that this is a supplement (RF=1)
    received_at
        aware; when the last byte came
    segment
        the data segment as it came, encrypted where it was
    quality
        codes of what was odd, by commas; empty for none
    protocol
        how the segment is to be understood: `hj212`, `vehicle`, or `rows` (see `spreading.pack`)
    peer
        address it came from, told where it is refused; not kept with the packet
    """

    place: str
    time: datetime | None
    st: str
    cn: str
    qn: str | None
    pno: int | None
    resent: bool
    received_at: datetime
    segment: bytes
    quality: str = ""
    protocol: Protocol = "hj212"
    peer: str = ""

    def digest(self) -> bytes:
        """Its fingerprint: device, system, command, number, part, time and content, so that the same packet
        is known again though its password or Flag differ. A packet without number and time has nothing to be
        known by: each is one of its own.
        """
        told = content(self.protocol, self.segment)
        lost = "" if self.qn or self.time is not None else str(micros(self.received_at))
        stamp = "" if self.time is None else str(micros(self.time))
        head = f"{self.place}\0{self.st}\0{self.cn}\0{self.qn or ''}\0{self.pno or ''}\0{stamp}\0{lost}\0"
        return hashlib.blake2b(head.encode("utf-8", "backslashreplace") + told, digest_size=16).digest()


def content(protocol: str, segment: bytes) -> bytes:
    """What of a segment its device measured: of HJ 212 CP, without the password and Flag before it."""
    start = segment.find(_CONTENT) if protocol == "hj212" else 0
    return segment[start:] if start > 0 else segment


def micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (moment - EPOCH) // _MICROSECOND


def moment(stamp: int) -> datetime:
    """The instant so many microseconds after 1970."""
    return EPOCH + timedelta(microseconds=stamp)


def joined(*codes: str | None) -> str:
    """Codes of quality, each once, by commas."""
    return ",".join(dict.fromkeys(code for part in codes if part for code in part.split(",") if code))
