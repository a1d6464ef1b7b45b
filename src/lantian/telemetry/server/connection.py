"""One connection: bytes in, frames judged, answers out, and everything it may not do."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from lantian.telemetry.server.access import Known
from lantian.telemetry.server.buckets import Bucket
from lantian.telemetry.server.wire import Frame, Verdict, Wire

if TYPE_CHECKING:
    from lantian.telemetry.server.serving import Server

GATE, RATE, WRITE = 1, 2, 4
"""Why a connection is not read: the store has no room, it sent too fast, it does not read its answers."""
BURST = 10
"""Seconds of bytes a connection may send at once."""
MORSEL = 4096
"""Bytes read at once from a connection that has proved nothing."""
IDLE_FRAME = 1.0
WRITE_BUFFER = 65_536
KEEPALIVE = (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3))


class Connection(asyncio.BufferedProtocol):
    """A site on the line. The server gives it its protocol, its limits, and where packets go."""

    __slots__ = (
        "_bucket", "_devices", "_framer", "_held", "_paused", "_server", "_transport", "_wire",
        "address", "encrypted", "ending", "faults", "frame_since", "junk", "last", "opened", "outstanding",
        "proved", "write_since",
    )  # fmt: skip

    def __init__(self, server: Server, wire: Wire[Any, Any], *, encrypted: bool = False) -> None:
        self._server = server
        self._wire = wire
        self._framer = wire.framer()
        self._transport: asyncio.Transport | None = None
        self._devices: dict[str, Known] | None = None
        self._bucket: Bucket | None = None
        self._held: list[bytes] | None = None
        self._paused = 0
        self.encrypted = encrypted
        self.address = ""
        self.opened = self.last = server.steady()
        self.frame_since = 0.0
        """Since when a frame is unfinished; 0 for none."""
        self.write_since = 0.0
        """Since when answers are not read; 0 while they are."""
        self.junk = 0
        self.faults = 0
        self.outstanding = 0
        """Packets whose outcome it waits for."""
        self.ending = False
        self.proved = False
        """A device has proved itself on it once; it is not the first to go when there is no room."""

    # -- what the protocol may know

    @property
    def devices(self) -> dict[str, Known]:
        """The devices that spoke on it with their right passwords."""
        if self._devices is None:
            self._devices = {}
        return self._devices

    @property
    def trusted(self) -> bool:
        """Whether any device has proved to be it."""
        return bool(self._devices)

    @property
    def held(self) -> bool:
        """Whether it is not read for reasons of the server's, not of its own."""
        return bool(self._paused & GATE)

    @property
    def slowed(self) -> bool:
        """Whether it is not read because it sent too fast."""
        return bool(self._paused & RATE)

    @property
    def unfinished(self) -> bytes:
        """What came of an unfinished frame, where the protocol tells."""
        pending = self._framer.pending
        return pending if isinstance(pending, bytes) else b""

    @property
    def wire(self) -> Wire[Any, Any]:
        """Its protocol."""
        return self._wire

    @property
    def open(self) -> bool:
        """Whether it is there."""
        return self._transport is not None and not self._transport.is_closing()

    def send(self, data: bytes) -> None:
        """Send, if it is still there."""
        if self._transport is not None and data and not self._transport.is_closing():
            self._transport.write(data)

    # -- asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.address = plain(peer[0]) if peer else ""
        # An encrypted one was let in before its handshake.
        if not self.encrypted and self._server.crowd.admit(self.address):
            self.ending = True
            self.address = ""
            transport.abort()
            return
        self._server.crowd.joined(self)
        self._transport = transport
        transport.set_write_buffer_limits(high=WRITE_BUFFER)
        _keep_alive(transport.get_extra_info("socket"))

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._held = None
        for known in (self._devices or {}).values():
            if self in known.links:
                known.links.remove(self)
            known.dirty = True
        if self.address:
            self._server.left(self)

    def get_buffer(self, sizehint: int) -> memoryview:
        # One buffer for all connections: it is emptied in the same breath as it is filled. Who has proved
        # nothing is heard a little at a time, so that noise made to be slow to read delays nobody.
        return self._server.buffer if self.proved else self._server.buffer[:MORSEL]

    def buffer_updated(self, nbytes: int) -> None:
        if self.ending:
            return
        data = bytes(self._server.buffer[:nbytes])
        now = self.last = self._server.steady()
        instant = None if self._paused & GATE else self._server.instant()
        if instant is None:
            self._hold(data)
        else:
            self._feed(data, now, instant)

    def eof_received(self) -> bool:
        # A sender may close its half and wait for what it sent to be acknowledged.
        if self.frame_since:
            self.idle()
        if self._held is None and self.outstanding and not self.encrypted:
            self.ending = True
            return True
        return False

    def pause_writing(self) -> None:
        self.write_since = self._server.steady()
        self._pause(WRITE)

    def resume_writing(self) -> None:
        self.write_since = 0.0
        self._resume(WRITE)

    # -- reading

    def _feed(self, data: bytes, now: float, instant: datetime) -> None:
        bucket = self._bucket
        if bucket is None:
            rate = self._server.settings.limits.bytes_per_second
            bucket = self._bucket = Bucket(rate, rate * BURST, now)
        wait = bucket.take(len(data), now)
        frames = self._framer.feed(data)
        wait = max(wait, self._frames(frames, now, instant))
        pending = self._framer.pending
        if not pending:
            self.frame_since = 0.0
        elif not self.frame_since or any(frame.kind == "packet" for frame in frames):
            self.frame_since = now
        if wait > 0 and not self.ending:
            self._pause(RATE)
            self._server.later(wait, self)

    def _frames(self, frames: Sequence[Frame], now: float, instant: datetime) -> float:
        """Judge frames; how long to read nothing more [s]."""
        wait = 0.0
        taken: list[tuple[Verdict, Connection]] = []
        for frame in frames:
            if self.ending:
                break
            if frame.kind != "packet":
                self._noise(frame)
                continue
            verdict = self._wire.judge(frame, self, instant)
            verdict.at = now
            if verdict.refused:
                self._server.refuse(verdict, self)
                self._fault()
                continue
            self.junk = 0
            known = verdict.known
            if known is not None:
                if not self.proved:
                    self.proved = True
                    self._server.crowd.proved(self)
                wait = max(wait, known.wait(now, self._server.settings.limits))
            if verdict.arrival is not None or verdict.newcomer is not None:
                taken.append((verdict, self))
            else:
                self._server.answered(verdict, self, "taken")
        if taken:
            self.outstanding += len(taken)
            self._server.take(taken)
        return wait

    def _noise(self, frame: Frame) -> None:
        self.junk += len(frame.raw)
        self._server.refuser.noise(frame.raw, self)
        if self.junk >= self._server.settings.limits.junk_bytes:
            self.close("junk")

    def _fault(self) -> None:
        self.faults += 1
        if not self.trusted and self.faults >= self._server.settings.limits.faults:
            self.close("faults")

    def idle(self) -> None:
        """A silent second with an unfinished frame: perhaps it lacks nothing but its end."""
        instant = None if self.ending or self._paused & GATE else self._server.instant()
        if instant is None:
            return
        frames = self._wire.idle(self._framer)
        if frames:
            self._frames(frames, self._server.steady(), instant)
            if not self._framer.pending:
                self.frame_since = 0.0

    # -- flow

    def _hold(self, data: bytes) -> None:
        """Keep what was read already, and read no more, until the server reads again."""
        if self._held is None:
            self._held = []
        self._held.append(data)
        self._pause(GATE)
        self._server.waits(self)

    def release(self) -> None:
        """The server reads again."""
        now = self.last = self._server.steady()
        held, self._held = self._held, None
        if self.frame_since:
            # The time it was not read is not its fault.
            self.frame_since = now
        for data in held or ():
            if self.ending:
                return
            instant = None if self._held else self._server.instant()
            if instant is None:
                self._hold(data)
            else:
                self._feed(data, now, instant)
        if not self._held:
            self._resume(GATE)

    def stop_reading(self) -> None:
        """Read nothing more until `release`."""
        self._pause(GATE)

    def rested(self) -> None:
        """It has waited long enough for having been too fast."""
        self.last = self._server.steady()
        if self.frame_since:
            self.frame_since = self.last
        self._resume(RATE)

    def _pause(self, why: int) -> None:
        if not self._paused and self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()
        self._paused |= why

    def _resume(self, why: int) -> None:
        was, self._paused = self._paused, self._paused & ~why
        if was and not self._paused and self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    # -- ending

    def settled(self, count: int) -> None:
        """So many of its packets have their outcome."""
        self.outstanding -= count
        if self.ending and not self.outstanding and self._transport is not None:
            self._transport.close()

    def forget(self, mn: str) -> None:
        """What is known of a device has changed: it has to prove itself again."""
        if self._devices is not None:
            self._devices.pop(mn, None)
            self.opened = self._server.steady()

    def close(self, why: str) -> None:
        """End the connection; answers already on their way go out."""
        if self._transport is None:
            return
        self.ending = True
        self._server.crowd.ended(why)
        self._transport.close()

    def part(self, why: str) -> None:
        """End the connection so that answers on their way arrive: hang up on one side, and read what the
        sender still sends, unheeded, until it hangs up as well. A socket closed with bytes unread tears the
        connection down, answers included.
        """
        transport = self._transport
        if transport is None or transport.is_closing() or self.encrypted or not transport.can_write_eof():
            self.close(why)
            return
        self.ending = True
        self._held = None
        self._server.crowd.ended(why)
        if self._paused:
            self._paused = 0
            transport.resume_reading()
        transport.write_eof()

    def drop(self) -> None:
        """End the connection at once."""
        self.ending = True
        if self._transport is not None:
            self._transport.abort()


def plain(address: str) -> str:
    """An IPv4 address also where it came in on a port of both families."""
    return address.removeprefix("::ffff:") if "." in address else address


def _keep_alive(found: socket.socket | None) -> None:
    if found is None:
        return
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE:
            if hasattr(socket, name):
                found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    except OSError:
        # Keepalive is a help, not a condition; the idle limit stands behind it.
        return
