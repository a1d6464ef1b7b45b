"""The server: ports, connections, a writer, a clerk; nothing is acknowledged before it is safe."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from lantian.telemetry.server import ports
from lantian.telemetry.server.access import Access, Known
from lantian.telemetry.server.clerk import Clerk
from lantian.telemetry.server.clock import Clock
from lantian.telemetry.server.connection import Connection
from lantian.telemetry.server.counting import Counts, bump
from lantian.telemetry.server.crowd import Crowd
from lantian.telemetry.server.dialogue import Dialogue
from lantian.telemetry.server.monitor import Page
from lantian.telemetry.server.refusing import Refuser
from lantian.telemetry.server.settings import Rules, Settings
from lantian.telemetry.server.site import Hj212
from lantian.telemetry.server.state import State
from lantian.telemetry.server.wire import Verdict, Wire
from lantian.telemetry.server.writer import Result, Writer
from lantian.telemetry.store import Device, Line, Request

log = logging.getLogger("lantian.telemetry.server")

BUFFER = 32_768
TICK = 1.0
SIGHTINGS = 5
"""Ticks between two notes of what was seen of the devices."""
DRAIN = 20.0
"""Seconds a stop waits for the store."""
PARTING = 3.0
"""Seconds it waits for answers to arrive, and for their receivers to hang up."""
BUSY = 60.0
"""Seconds within which a connection sent something that may still be answered."""
TAKEN = frozenset({"stored", "duplicate", "taken"})
RECORDED = frozenset({"replayed", "refused"})
"""Outcomes the store records itself."""
QUEUE, CLOCK, STOPPING = "queue", "clock_back", "stopping"


class Server:
    """The port where sites connect.

    ```python
    server = Server(Line.open(data, create=True), Settings(port=0, metrics_port=None))
    await server.start()
    server.port
    await server.stop()
    ```

    Parameters
    ----------
    line
        where packets go
    settings
        how it runs
    rules
        of the dialogue, where not those of the rulebook
    wall
        seconds since 1970; for tests
    """

    def __init__(
        self,
        line: Line,
        settings: Settings,
        *,
        rules: Rules | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.line = line
        self.settings = settings
        self.rules = rules or Rules.of_rulebook()
        newest = None if settings.accept_clock else line.newest_received()
        self.clock = Clock(self.rules.clock_back, newest, wall=wall)
        self.access = Access(line.devices.all(), settings.limits)
        self.counts = Counts()
        self.state = State(self.counts)
        self.last_commit: datetime | None = None
        self.buffer = memoryview(bytearray(BUFFER))
        self.pages = 0
        self.steady = time.monotonic
        self.clerk = Clerk(line, self._devices_changed, self._requests_changed)
        self.writer: Writer[Connection] = Writer(
            line, group=settings.limits.group, done=self._durable, stuck=self._stuck
        )
        self.dialogue = Dialogue(
            self.access.known, self.clerk, settings, self.rules, steady=self.steady, wall=self.clock.now
        )
        self.hj212 = Hj212(self.access, self.dialogue, settings, self.rules, self.steady)
        self._shut: set[str] = set()
        self._held: dict[Connection, None] = {}
        self.refuser = Refuser(
            self.counts, self.clerk, self.clock, self.steady, settings.limits.refusals_per_minute
        )
        self.crowd = Crowd(settings.limits, self.counts, self.steady, self.refuser.unfinished)
        self._ports: list[ports.Port] = []
        self._pages: ports.Port | None = None
        self._ticks = 0
        self._ticker: asyncio.TimerHandle | None = None
        self._lock: ports.Lock | None = None
        self._loop: asyncio.AbstractEventLoop

    # -- life

    async def start(self) -> None:
        """Open the ports. Raises LantianError where one is taken, or another server serves this folder."""
        self._loop = asyncio.get_running_loop()
        self._lock = ports.Lock(self.line.data)
        self.line.devices.disconnected()
        settings = self.settings
        self._tick()
        self.clerk.start()
        self.writer.start()
        try:
            alone = settings.tls is not None and settings.tls_port is None
            await self.listen(self.hj212, settings.port, encrypted=alone)
            if settings.tls_port is not None:
                await self.listen(self.hj212, settings.tls_port, encrypted=True)
            if settings.metrics_port is not None:
                self._pages = await ports.plain(
                    lambda: Page(self), settings.metrics_host, settings.metrics_port
                )
        except BaseException:
            await self.stop()
            raise

    async def listen(self, wire: Wire[Any, Any], port: int, *, encrypted: bool = False) -> int:
        """Serve one more protocol on one more port.

        Parameters
        ----------
        wire
            the protocol
        port
            0 for a free one
        encrypted
            with the certificate of the settings

        Returns
        -------
        the port
        """
        if encrypted and self.settings.tls is not None:
            opened = await ports.encrypted(self, wire, self.settings.host, port, self.settings.tls.context())
        else:
            opened = await ports.plain(lambda: Connection(self, wire), self.settings.host, port)
        self._ports.append(opened)
        return opened.number

    @property
    def port(self) -> int:
        """Where sites connect."""
        return self._ports[0].number

    @property
    def tls_port(self) -> int | None:
        """Where sites connect encrypted, beside the plain port."""
        return self._ports[1].number if self.settings.tls_port is not None else None

    @property
    def metrics_port(self) -> int | None:
        """Where health and metrics are asked for."""
        return self._pages.number if self._pages else None

    async def stop(self) -> int:
        """Take nothing more, make durable and acknowledge what was taken, close everything.

        Returns
        -------
        packets that could not be stored; none of them was acknowledged
        """
        if STOPPING in self._shut:
            return 0
        self._shut.add(STOPPING)
        for opened in self._ports:
            opened.close()
        left = await self._loop.run_in_executor(None, self.writer.stop, DRAIN)
        if self._ticker is not None:
            self._ticker.cancel()
        now = self.steady()
        for connection in list(self.crowd):
            if now - connection.last < BUSY:
                connection.part("stopping")
            else:
                connection.close("stopping")
        until = self.steady() + PARTING
        while self.crowd.count and self.steady() < until:
            await asyncio.sleep(0.01)
        for connection in list(self.crowd):
            connection.drop()
        await asyncio.sleep(0)
        self._tell_sightings()
        await self._loop.run_in_executor(None, self.clerk.stop)
        if self._pages is not None:
            self._pages.close()
        if self._lock is not None:
            self._lock.release()
        return left

    # -- what connections ask

    def left(self, connection: Connection) -> None:
        """A connection is gone."""
        self._held.pop(connection, None)
        self.crowd.left(connection)

    def instant(self) -> datetime | None:
        """The instant to stamp packets with; None while none may be taken."""
        if self._shut:
            return None
        now = self.clock.now()
        if now is None:
            self._stop_for_clock()
        return now

    def take(self, taken: Sequence[tuple[Verdict, Connection]]) -> None:
        """Packets to be made durable."""
        self.writer.put(taken)
        if self.writer.waiting >= self.settings.limits.queue:
            self._shut.add(QUEUE)

    def waits(self, connection: Connection) -> None:
        """It holds bytes until packets are taken again."""
        self._held[connection] = None

    def later(self, seconds: float, connection: Connection) -> None:
        """Let it rest."""
        self.counts.slowed += 1
        self._loop.call_later(seconds, connection.rested)

    def refuse(self, verdict: Verdict, connection: Connection) -> None:
        """A packet is not taken."""
        self.refuser.packet(verdict.mn, verdict.refused, verdict.raw, connection, verdict.received_at)
        if verdict.known is not None:
            verdict.known.count("refused", verdict.received_at)

    def answered(self, verdict: Verdict, connection: Connection, result: Result) -> None:
        """A packet is through: nothing of it is to be kept, or it is durable."""
        self.counts.packet(connection.wire.name, result)
        if verdict.known is not None:
            verdict.known.count(result, verdict.received_at)
        connection.send(verdict.answer)
        if verdict.then is not None:
            verdict.then(connection)

    # -- from the writer

    def _durable(
        self, group: Sequence[tuple[Verdict, Connection]], results: Sequence[Result], seconds: float
    ) -> None:
        self._loop.call_soon_threadsafe(self._settle, group, results, seconds)

    def _settle(
        self, group: Sequence[tuple[Verdict, Connection]], results: Sequence[Result], seconds: float
    ) -> None:
        """Answer a durable group, one piece of bytes a connection."""
        self.counts.commit.add(seconds)
        self.last_commit = self.clock.now() or self.last_commit
        now = self.steady()
        answers: dict[Connection, list[bytes]] = {}
        after: list[tuple[Verdict, Connection]] = []
        settled: dict[Connection, int] = {}
        for (verdict, connection), result in zip(group, results, strict=True):
            settled[connection] = settled.get(connection, 0) + 1
            if result not in TAKEN:
                self._not_kept(verdict, connection, result)
                continue
            self.counts.packet(connection.wire.name, result)
            known = verdict.known
            if known is not None:
                known.count(result, verdict.received_at)
            if verdict.answer:
                answers.setdefault(connection, []).append(verdict.answer)
                self.counts.ack.add(now - verdict.at)
            if verdict.then is not None:
                after.append((verdict, connection))
        for connection, parts in answers.items():
            connection.send(b"".join(parts))
        for verdict, connection in after:
            if verdict.then is not None:
                verdict.then(connection)
        for connection, count in settled.items():
            connection.settled(count)
        if QUEUE in self._shut and self.writer.waiting <= self.settings.limits.queue // 2:
            self._shut.discard(QUEUE)
            self._read_again()

    def _not_kept(self, verdict: Verdict, connection: Connection, result: Result) -> None:
        known = verdict.known
        if result in RECORDED:
            bump(self.counts.refused, result)
            self.counts.packet(connection.wire.name, result)
        else:
            self.refuser.packet(verdict.mn, result, verdict.raw, connection, verdict.received_at)
            if known is not None and known.pending:
                # It was never taken in: whoever comes next under this number begins anew.
                if self.access.known.get(verdict.mn) is known:
                    del self.access.known[verdict.mn]
                self._unbind(known)
        if known is not None:
            known.count("refused", verdict.received_at)

    def _stuck(self, reason: str, words: str) -> None:
        self._loop.call_soon_threadsafe(self._turn, reason, words)

    def _turn(self, reason: str, words: str) -> None:
        """The store takes packets no more, or again."""
        if reason == self.state.reason:
            return
        if reason:
            if self.state.reason == CLOCK:
                return
            self.state.halt(reason, words, self.clock.now())
        elif self.state.reason != CLOCK:
            self.state.go_on()

    # -- the clock

    def _stop_for_clock(self) -> None:
        if CLOCK in self._shut:
            return
        self._shut.add(CLOCK)
        words = (
            f"the clock of this machine is {self.clock.behind:.0f} s behind what it has shown. Set it right."
        )
        self.state.halt(CLOCK, words, self.clock.now())

    def _tick(self) -> None:
        self._ticker = self._loop.call_later(TICK, self._tick)
        if self.clock.now() is None:
            self._stop_for_clock()
        elif CLOCK in self._shut:
            self._shut.discard(CLOCK)
            self.state.go_on()
            self._read_again()
        self.crowd.sweep()
        self.dialogue.tick()
        self._ticks += 1
        if self._ticks % SIGHTINGS == 0:
            self._tell_sightings()

    def _read_again(self) -> None:
        """Release what was held, the longest waiting first, until there is no room again."""
        while self._held and not self._shut:
            connection = next(iter(self._held))
            del self._held[connection]
            connection.release()

    # -- from the clerk

    def _devices_changed(self, devices: list[Device]) -> None:
        self._loop.call_soon_threadsafe(self._reload, devices)

    def _reload(self, devices: list[Device]) -> None:
        for known in self.access.load(devices):
            links = self._unbind(known)
            gone = self.access.known.get(known.device.mn) is not known
            if gone or known.device.state == "blocked":
                for link in links:
                    if isinstance(link, Connection) and not link.trusted:
                        link.close("blocked")

    def _unbind(self, known: Known) -> list[object]:
        links = list(known.links)
        known.links.clear()
        for link in links:
            link.forget(known.device.mn)
        return list(links)

    def _requests_changed(self, requests: list[Request]) -> None:
        self._loop.call_soon_threadsafe(self.dialogue.offer, requests)

    def _tell_sightings(self) -> None:
        found = [known.sighting() for known in list(self.access.known.values())]
        seen = [one for one in found if one is not None]
        if seen:
            self.clerk.saw(seen)

    # -- what pages ask

    @property
    def waiting(self) -> int:
        """Packets that are not durable yet."""
        return self.writer.waiting

    @property
    def connections(self) -> int:
        """Connections open."""
        return self.crowd.count

    @property
    def trusted(self) -> int:
        """Connections with a device that proved itself."""
        return sum(connection.trusted for connection in self.crowd)

    @property
    def devices_connected(self) -> int:
        """Devices with a connection."""
        return sum(bool(known.links) for known in self.access.known.values())

    @property
    def unrecorded(self) -> int:
        """Refused packets that were counted only."""
        return self.counts.unrecorded + self.clerk.lost

    @property
    def registry_words(self) -> str:
        """Why the registry cannot be written; empty when it can."""
        return self.clerk.failing
