"""Packets out of a stream of bytes: by their length, never by a delimiter; nothing is dropped unseen."""

from __future__ import annotations

import re
from typing import NamedTuple

from lantian.telemetry.hj212 import checksum
from lantian.telemetry.hj212.faults import Fault
from lantian.telemetry.hj212.heads import generation
from lantian.telemetry.hj212.rules import rules

LIMIT = rules().taken
"""The longest data segment taken by default [bytes]."""
STANDARD = rules().most
"""The longest data segment the standard allows [bytes]."""
_HEAD = re.compile(rb"##(\d{1,6})(?=[A-Za-z; &])")
# The end of a packet found by text: `&&`, a CRC, and a tail; or the head of the next one.
_END = re.compile(rb"&&([0-9A-Fa-f]{1,4})(\r?\r?\n|\r(?=##)|(?=##\d))|##\d{1,6}[A-Za-z]")
_LAST = re.compile(_END.pattern.replace(rb"(?=##\d))", rb"(?=##\d)|\Z)", 1))
_SHORT = re.compile(rb"([0-9A-Fa-f]{1,3})(\r?\r?\n|(?=##\d)|\Z)")
_TAIL = re.compile(rb"\r?\r?\n|\r(?=##)")
_HEX = frozenset(b"0123456789ABCDEFabcdef")
_UNDECIDED = (b"\r\r", b"\r#")
_LONGEST_HEAD = 9  # ## and six digits and a letter
_AFTER = 9  # && CRC CR CR LF


class Frame(NamedTuple):
    """One packet, or bytes that are none.

    Parameters
    ----------
    kind
        `packet` or `junk`
    raw
        the bytes as received, tail and all
    segment
        the data segment, that is what the CRC is made of; empty for junk
    crc
        `ok`, `modbus`, `modbus_swapped`, `bad`; `sealed` where the content is encrypted, so that only who
        has the key can tell (`sm4.unseal`); `` for junk
    faults
        what was odd about the frame; offsets are of `raw`
    offset
        where `raw` begins in the stream [bytes]
    printed
        the CRC as sent, four hexadecimal digits where it could be read
    start
        where the segment begins in `raw`
    """

    kind: str
    raw: bytes
    segment: bytes
    crc: str
    faults: tuple[Fault, ...]
    offset: int
    printed: str = ""
    start: int = 6


class Framer:
    """Cuts a stream into packets and junk, keeping no more than one packet's bytes.

    Parameters
    ----------
    limit
        the longest data segment taken [bytes]. At most about this much is kept between two calls.

    Every byte fed comes out exactly once, in order, in the `raw` of a frame, or is still `pending`. The
    same bytes give the same packets however they are cut into calls; only junk may come in more or fewer
    pieces.
    """

    __slots__ = ("_kept", "_searched", "limit", "offset")

    def __init__(self, limit: int = LIMIT) -> None:
        self.limit = limit
        self.offset = 0
        self._kept = b""
        self._searched = 0

    @property
    def pending(self) -> bytes:
        """Bytes kept because their packet is not complete yet."""
        return self._kept

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are complete now.

        Parameters
        ----------
        data
            the next bytes of the stream, any number
        """
        return self._cut(self._kept + data if self._kept else bytes(data), last=False)

    def flush(self) -> list[Frame]:
        """What the kept bytes are, if nothing follows: at the end of a file, or when the line has been
        idle.
        """
        return self._cut(self._kept, last=True)

    def _cut(self, data: bytes, *, last: bool) -> list[Frame]:
        frames: list[Frame] = []
        at = 0
        size = len(data)
        usual = min(STANDARD, self.limit)
        while at < size:
            if data.startswith(b"##", at):
                digits = data[at + 2 : at + 6]
                end = at + 12 + int(digits) if digits.isdigit() and len(digits) == 4 else size + 1
                if end <= size and data.startswith(b"\r\n", end - 2) and end - at - 12 <= usual:
                    segment = data[at + 6 : end - 6]
                    crc = data[end - 6 : end - 2]
                    if crc == checksum.printed(segment) and (segment.isascii() or not sealed(segment)):
                        frames.append(
                            Frame(
                                "packet", data[at:end], segment, "ok", (), self.offset + at, crc.decode(), 6
                            )
                        )
                        at = end
                        self._searched = 0
                        continue
            found = self._slow(data, at, last=last)
            if found is None:
                break
            frame, at = found
            self._searched = 0
            if frame.raw:
                frames.append(frame)
        self._kept = data[at:]
        self.offset += at
        return _joined(frames)

    def _slow(self, data: bytes, at: int, *, last: bool) -> tuple[Frame, int] | None:
        """The frame at `at` and where it ends; None where more bytes are needed."""
        head = _HEAD.search(data, at)
        if head is None or head.start() > at:
            stop = head.start() if head else len(data) if last else _may_begin(data, at)
            return (self._junk(data, at, stop), stop) if stop > at else None
        start = head.end()
        declared = int(head[1])
        end = start + declared
        if declared <= self.limit:
            if not last and (end + 6 > len(data) or data[end + 4 :] in _UNDECIDED):
                return None
            frame = self._by_length(data, at, start, end)
            if frame is not None:
                return frame, at + len(frame.raw)
        return self._by_text(data, at, start, declared, last=last)

    def _by_length(self, data: bytes, at: int, start: int, end: int) -> Frame | None:
        if data[end - 2 : end] != b"&&" and end > start:
            return None
        crc = data[end : end + 4]
        faults: list[Fault] = []
        if len(crc) == 4 and _HEX.issuperset(crc):
            tail_at = end + 4
        else:
            short = _SHORT.match(data, end)
            if short is None:
                return None
            crc = short[1]
            tail_at = short.end(1)
            faults.append(Fault("crc_short", tail_at - len(crc) - at, len(crc), crc.decode()))
        return self._packet(data, at, start, end, crc=crc, tail_at=tail_at, faults=faults)

    def _by_text(
        self, data: bytes, at: int, start: int, declared: int, *, last: bool
    ) -> tuple[Frame, int] | None:
        """The length led nowhere: the first `&&`, CRC and tail, if no other packet begins before."""
        window = start + self.limit + _AFTER
        pattern = _LAST if last else _END
        found = pattern.search(data, max(start, at + self._searched - _AFTER), window)
        if found is None:
            if len(data) < window and not last:
                self._searched = len(data) - at
                return None
            stop = _may_begin(data, at + 2) if not last else len(data)
            head = _HEAD.search(data, at + 2)
            stop = min(stop, head.start()) if head else stop
            return self._junk(data, at, stop), stop
        if found[1] is None:
            return self._junk(data, at, found.start()), found.start()
        end = found.start() + 2
        real = end - start
        faults = (
            [Fault("length_wrong", 2, start - at - 2, f"{declared} / {real}")] if real != declared else []
        )
        crc = found[1]
        if len(crc) < 4:
            faults.append(Fault("crc_short", end - at, len(crc), crc.decode()))
        frame = self._packet(data, at, start, end, crc=crc, tail_at=found.end(1), faults=faults)
        return frame, at + len(frame.raw)

    def _packet(
        self,
        data: bytes,
        at: int,
        start: int,
        end: int,
        *,
        crc: bytes,
        tail_at: int,
        faults: list[Fault],
    ) -> Frame:
        segment = data[start:end]
        size = len(segment)
        if start - at != 6:
            faults.insert(0, Fault("length_form", 2, start - at - 2, data[at + 2 : start].decode()))
        if size > STANDARD:
            faults.append(Fault("length_over", 2, start - at - 2, str(size)))
        sent = int(crc, 16)
        kind = (
            # Cipher text meets a check of eight bits once in 256 times: it is no plain packet for that.
            "ok"
            if sent == checksum.crc(segment) and (segment.isascii() or not sealed(segment))
            else "sealed"
            if sealed(segment)
            else checksum.kind(segment, sent)
        )
        if kind in ("modbus", "modbus_swapped", "bad"):
            words = f"{crc.decode()} / {checksum.printed(segment).decode()}"
            faults.append(Fault(f"crc_{kind}", tail_at - len(crc) - at, len(crc), words))
        if crc != crc.upper():
            faults.append(Fault("crc_lower", tail_at - len(crc) - at, len(crc)))
        tail = _TAIL.match(data, tail_at)
        stop = tail.end() if tail else tail_at
        if tail is None:
            faults.append(Fault("tail_missing", stop - at, 0))
        elif tail[0] != b"\r\n":
            faults.append(Fault("tail_odd", tail_at - at, stop - tail_at, tail[0].hex(" ").upper()))
        printed = crc.decode().upper().rjust(4, "0")
        return Frame(
            "packet", data[at:stop], segment, kind, tuple(faults), self.offset + at, printed, start - at
        )

    def _junk(self, data: bytes, at: int, stop: int) -> Frame:
        raw = data[at:stop]
        code = "truncated" if _HEAD.match(raw) else "junk"
        return Frame("junk", raw, b"", "", (Fault(code, 0, len(raw)),), self.offset + at, "", 0)


def _may_begin(data: bytes, at: int) -> int:
    """Where a head may begin whose end has not come yet; the end of the data where none can."""
    for begin in range(max(at, len(data) - _LONGEST_HEAD), len(data)):
        rest = data[begin:]
        if rest == b"#" or (rest.startswith(b"##") and (rest[2:].isdigit() or len(rest) == 2)):
            return begin
    return len(data)


def _joined(frames: list[Frame]) -> list[Frame]:
    """Neighbouring junk as one frame, so that a stream of noise makes few of them."""
    if not any(frame.kind == "junk" for frame in frames):
        return frames
    joined: list[Frame] = []
    for frame in frames:
        before = joined[-1] if joined else None
        if frame.kind == "junk" and before is not None and before.kind == "junk":
            raw = before.raw + frame.raw
            code = before.faults[0].code
            joined[-1] = before._replace(raw=raw, faults=(Fault(code, 0, len(raw)),))
        else:
            joined.append(frame)
    return joined


_VERSION = re.compile(rb"[Ff][Ll][Aa][Gg]=(\d{1,3})\b")
_HEX_TEXT = re.compile(rb"(?:[0-9A-Fa-f]{32})+")


def sealed(segment: bytes) -> bool:
    """Whether the content of CP is cipher text of the 2025 generation, raw or as hexadecimal text.

    Parameters
    ----------
    segment
        a whole data segment
    """
    begin = segment.find(b"CP=&&")
    if begin < 0:
        return False
    flag = _VERSION.search(segment, 0, begin)
    if flag is None or generation(int(flag[1])) < rules().cipher_from:
        return False
    content = segment[begin + 5 : -2]
    if len(content) < 16:
        return False
    block = content[:16]
    plain = all(32 <= byte < 127 for byte in block) or _is_text(content)
    if not plain:
        return True
    digits = _HEX_TEXT.match(content)
    return digits is not None and len(content) - digits.end() < 16


def _is_text(content: bytes) -> bool:
    """Whether bytes are readable, Chinese perhaps: cipher text is hardly ever UTF-8 without controls."""
    try:
        return content.decode().isprintable()
    except UnicodeDecodeError:
        return False
