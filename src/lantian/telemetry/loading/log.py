"""Captured logs of receivers, and files of packets, into the line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import BinaryIO

from lantian.errors import Refusal
from lantian.telemetry.hj212 import Frame, Head, head, instant, sm4
from lantian.telemetry.hj212.notation import frames
from lantian.telemetry.loading.power import Loaded
from lantian.telemetry.store import Arrival, Device, Line, Sighting
from lantian.telemetry.store.knowing import known

CHINA = timezone(timedelta(hours=8))
AT_ONCE = 500
AHEAD = timedelta(minutes=5)
_TALK = frozenset({"9011", "9012", "9013", "9014", "9015"})
"""Answers and heartbeats: they hold nothing to keep."""
_HOST = "91"
"""Kind of system of what the host sent; a log may hold both sides."""
_STAMP = re.compile(
    rb"(?<![0-9])(20\d{2})[-/](\d{1,2})[-/](\d{1,2})[ T]+(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d{1,6}))?"
    rb"\s?(Z|[+-]\d{2}:?\d{2})?(?![0-9])"
)
_OVERLAP = 48
"""Bytes of the piece before in which a time stamp may have begun."""
_MN = re.compile(r"[!-~]{1,40}")
WHY = {
    "crc": "the CRC does not fit",
    "no_device": "the packet names no device",
    "unknown_device": "the line does not know this device; --enrol takes it in, unconfirmed",
    "blocked": "the device is blocked",
    "wrong_password": "the password is not the device's",
    "other_system": "the device may not send for this kind of system",
    "needs_sm4": "the device has to encrypt and did not",
    "no_key": "the packet is encrypted and the line has no key of the device",
    "too_many_new": "there are as many unconfirmed devices as the rules allow",
    "no_time": "neither the packet nor the log says when",
    "future": "the log's time lies ahead of now",
    "not_kept": "the store cannot keep it",
}
"""Why a packet was not taken, by code; those of the server have the same words and meaning there."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A packet of a log: where it stands, when it came as far as the log says."""

    frame: Frame
    row: int
    stamp: datetime | None


def load_log(
    stream: BinaryIO,
    line: Line,
    *,
    name: str = "",
    enrol: bool = False,
    now: datetime | None = None,
) -> Loaded:
    """Take the packets of a captured log, or of a file of packets.

    When a packet came is the newest time stamp above it, or before it in its line: Beijing time where it
    has no zone. In a file without stamps it is now, and the packets are marked as sent again, because none
    of them is live. Answers, heartbeats and what the host sent are passed over.

    Parameters
    ----------
    stream
        the bytes; whatever lies between packets is only searched for time stamps
    line
        where they go
    name
        of the file, for messages
    enrol
        devices that the line does not know are taken in, unconfirmed, with the password of their first
        packet; without it their packets are refused
    now
        when this is; None for this moment

    Returns
    -------
    packets taken, known before, passed over, refused (`Refusal.row` is the line of the file)

    Raises
    ------
    LantianError
        the store takes nothing more; packets before that stay taken
    """
    return _Loading(line, name, enrol, now or datetime.now(UTC)).run(stream)


class _Loading:
    def __init__(self, line: Line, name: str, enrol: bool, now: datetime) -> None:
        self._line = line
        self._name = name
        self._enrol = enrol
        self._now = now
        self._devices = {device.mn: device for device in line.devices.all()}
        self._loaded = Loaded()

    def run(self, stream: BinaryIO) -> Loaded:
        group: list[tuple[Arrival, _Piece]] = []
        for piece in _pieces(stream):
            arrival = self._arrival(piece)
            if arrival is not None:
                group.append((arrival, piece))
            if len(group) >= AT_ONCE:
                self._write(group)
                group = []
        self._write(group)
        return self._loaded

    def _arrival(self, piece: _Piece) -> Arrival | None:
        frame = piece.frame
        found = head(frame.segment)
        if found.cn in _TALK or found.st == _HOST:
            self._loaded.passed += 1
            return None
        refused = self._doubt(frame, found, piece.stamp)
        if not refused and frame.crc == "sealed":
            found, refused = self._opened(frame, found)
        time = instant(None if found.data_time is None else found.data_time[:14])
        if not refused and time is None and piece.stamp is None:
            refused = "no_time"
        if refused:
            self._refuse(piece, found.mn, refused)
            return None
        return Arrival(
            found.mn, time, found.st, found.cn, found.qn, found.pno, found.resent or piece.stamp is None,
            piece.stamp or self._now, frame.segment, ",".join(fault.code for fault in frame.faults),
        )  # fmt: skip

    def _doubt(self, frame: Frame, found: Head, stamp: datetime | None) -> str:
        """Why a packet is not taken, as a code; empty when it is."""
        if frame.crc == "bad":
            return "crc"
        if stamp is not None and stamp > self._now + AHEAD:
            return "future"
        device = self._devices.get(found.mn)
        if device is None:
            device, refused = self._enrolled(frame, found, stamp)
            if device is None:
                return refused
        wrong = {
            "blocked": device.state == "blocked",
            # As at the port: a device without a password is opened by none.
            "wrong_password": not device.password or not device.accepts(found.pw),
            "other_system": bool(device.st) and found.st not in device.st,
            "needs_sm4": device.need_sm4 and frame.crc != "sealed" and found.cn.startswith("2"),
        }
        return next((code for code, holds in wrong.items() if holds), "")

    def _enrolled(self, frame: Frame, found: Head, stamp: datetime | None) -> tuple[Device | None, str]:
        if not found.mn:
            return None, "no_device"
        if not self._enrol:
            return None, "unknown_device"
        if frame.crc == "sealed":
            return None, "no_key"
        if not (_MN.fullmatch(found.mn) and _MN.fullmatch(found.pw) and re.fullmatch(r"\d{4}", found.cn)):
            return None, "unknown_device"
        device = self._line.devices.enrol(
            found.mn, found.pw, at=stamp or self._now, generation=found.generation
        )
        if device is None:
            return None, "too_many_new"
        self._devices[found.mn] = device
        return device, ""

    def _opened(self, frame: Frame, found: Head) -> tuple[Head, str]:
        key = self._devices[found.mn].sm4_key
        if key is None:
            return found, "no_key"
        opened = sm4.unseal(frame.segment, key, frame.printed)
        return (found, "crc") if opened is None else (head(opened), "")

    def _write(self, group: list[tuple[Arrival, _Piece]]) -> None:
        """Store what the line has not; what it has is no replay, only a file read again."""
        fresh: dict[bytes, tuple[Arrival, _Piece]] = {}
        before = known(self._line, [arrival for arrival, _ in group]) if group else []
        for (arrival, piece), is_known in zip(group, before, strict=True):
            if is_known or fresh.setdefault(arrival.digest(), (arrival, piece))[1] is not piece:
                self._loaded.known += 1
        arrivals = [arrival for arrival, _ in fresh.values()]
        stored: list[Arrival] = []
        for (arrival, piece), outcome in zip(
            fresh.values(), self._line.write(arrivals) if arrivals else (), strict=True
        ):
            if outcome == "stored":
                stored.append(arrival)
            elif outcome == "refused":
                self._refuse(piece, arrival.place, "not_kept")
            else:
                self._loaded.known += 1
        self._loaded.taken += len(stored)
        self._saw(stored)

    def _saw(self, stored: list[Arrival]) -> None:
        seen: dict[str, Sighting] = {}
        for arrival in stored:
            one = seen.get(arrival.place)
            times = [t for t in (one.data_time if one else None, arrival.time) if t is not None]
            seen[arrival.place] = Sighting(
                arrival.place, max(arrival.received_at, one.at) if one else arrival.received_at,
                data_time=max(times, default=None),
                counts={"stored": (one.counts["stored"] if one else 0) + 1},
            )  # fmt: skip
        if seen:
            self._line.devices.saw(seen.values())

    def _refuse(self, piece: _Piece, mn: str, code: str) -> None:
        self._loaded.refusals.append(Refusal(self._name, piece.row, "MN", mn[:40], code, WHY[code]))


def _pieces(stream: BinaryIO) -> Iterator[_Piece]:
    """The packets of a log with the line each begins in and the newest time stamp above it."""
    row, stamp, tail = 1, None, b""
    for frame in frames(stream):
        if frame.kind == "packet":
            yield _Piece(frame, row, stamp)
            tail = b""
        else:
            stamp = _newest(tail + frame.raw) or stamp
            tail = frame.raw[-_OVERLAP:]
        row += frame.raw.count(b"\n")


def _newest(raw: bytes) -> datetime | None:
    for match in reversed(list(_STAMP.finditer(raw))):
        year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
        micro = int((match[7] or b"0").ljust(6, b"0"))
        try:
            local = datetime(year, month, day, hour, minute, second, micro, tzinfo=CHINA)
            if match[8]:
                zone = match[8].decode().replace("Z", "+00:00")
                local = datetime.fromisoformat(f"{local:%Y-%m-%dT%H:%M:%S.%f}{zone}")
        except ValueError:
            continue
        return local.astimezone(UTC)
    return None
