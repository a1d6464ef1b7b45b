"""From a stream of bytes to frames of on-board data: by length, checked, nothing lost in between."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Literal

from lantian.telemetry.vehicles.layout import layout

START = b"##"
HEAD = 24
"""Bytes before the data unit: ##, command, VIN (17), version, encryption, length (2)."""
VIN_LENGTH = 17


def checksum(body: bytes) -> int:
    """The BCC: XOR of all bytes from the command to the end of the data unit."""
    return reduce(xor, body, 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of the stream: a frame with its verdict, or what lay between frames.

    `offset` is where it began, counted over the stream. `crc` is `ok` or `bad` of a packet, "" of junk.
    """

    kind: Literal["packet", "junk"]
    raw: bytes
    offset: int
    crc: str = ""


class Framer:
    """Cuts one connection's stream into frames; keeps at most one unfinished frame in memory.

    A frame whose checksum fails is told as such and its bytes are searched again, because a wrong length may
    have swallowed the frame behind it.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = layout().longest if limit is None else limit
        self._held = b""
        self._at = 0

    @property
    def pending(self) -> int:
        """Bytes held back until the rest of their frame comes."""
        return len(self._held)

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that these bytes complete, in order, junk among them."""
        held, found = self._held + data, list[Frame]()
        at = done = 0  # what lies between `done` and `at` belongs to no frame
        while True:
            start = held.find(START, at)
            if start < 0:
                # A single # at the end may be half of a start.
                at = max(at, len(held) - held.endswith(b"#"))
                break
            at = start
            if len(held) - at < HEAD:
                break
            length = HEAD + int.from_bytes(held[at + 22 : at + 24], "big") + 1
            if length > self._limit:
                # Not a frame of ours: one step on, or a made-up length would swallow 64 KiB.
                at += 1
                continue
            if len(held) - at < length:
                break
            raw = held[at : at + length]
            good = checksum(raw[2:-1]) == raw[-1]
            again = -1 if good else raw.find(START, 1)
            end = at + (length if again < 0 else again)
            self._tell(found, "junk", held[done:at])
            self._tell(found, "packet", held[at:end], "ok" if good else "bad")
            at = done = end
        self._tell(found, "junk", held[done:at])
        self._held = held[at:]
        return found

    def close(self) -> list[Frame]:
        """What is left when the connection ends."""
        found: list[Frame] = []
        self._tell(found, "junk", self._held)
        self._held = b""
        return found

    def _tell(self, found: list[Frame], kind: Literal["packet", "junk"], raw: bytes, crc: str = "") -> None:
        if raw:
            found.append(Frame(kind, raw, self._at, crc))
            self._at += len(raw)
