"""Many loggers in one process, speaking to a host at a rate; a book of what was acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import ssl
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from typing import IO, Any

from lantian.errors import LantianError
from lantian.rulebook import load
from lantian.telemetry.simulator.client import Client, Waiting
from lantian.telemetry.simulator.orders import Orders, Summary
from lantian.telemetry.simulator.sender import Draft, Message, Speaker
from lantian.telemetry.simulator.transport import Troubles

_TICK = 0.005
_CONNECTING = 64
_LOOPBACK = "127.0.0.1"
_PER_ADDRESS = 200
"""Loggers of one machine come from several of its loopback addresses, as they would from many sites."""


class Fleet:
    """All loggers, their common clock, counts and book."""

    def __init__(self, orders: Orders, loggers: Sequence[tuple[Speaker, Sequence[Draft]]]) -> None:
        rules = load()
        self.orders = orders
        self.timeout = orders.timeout or float(rules.rule("telemetry.dialogue.timeout").number)
        self.repeats = (
            orders.repeats
            if orders.repeats is not None
            else int(rules.rule("telemetry.dialogue.repeats").number)
        )
        self.summary = Summary(devices=len(loggers))
        self.troubles = Troubles(orders.faults, orders.seed)
        self.clients = [Client(self, speaker, drafts) for speaker, drafts in loggers]
        self._queue: deque[Client] = deque()
        self._outstanding: dict[tuple[str, str], Waiting] = {}
        self._speaking = 0
        self._open = self._pumping = False
        self._allowance = self._refilled = 0.0
        self._last = 0.0
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._seen: set[str] = set()
        self._gate = asyncio.Semaphore(_CONNECTING)
        self._book: IO[str] | None = None
        self._backoff = random.Random(orders.seed)  # noqa: S311  spreads reconnections, guards nothing

    # what clients tell

    def ready(self, client: Client) -> None:
        """A logger may be able to send."""
        self._seen.add(client.speaker.mn)
        if not client.queued and client.may_send(self.orders.window):
            client.queued = True
            self._queue.append(client)
            self._pump()

    def expect(self, client: Client, message: Message) -> None:
        """A packet was written that asks for an answer."""
        now = time.monotonic()
        waiting = Waiting(client, message, now, now + self.timeout)
        client.waiting[message.qn] = waiting
        self._outstanding[client.speaker.mn, message.qn] = waiting

    def acknowledged(self, waiting: Waiting) -> None:
        """The host has it."""
        message = waiting.message
        self._outstanding.pop((message.mn, message.qn), None)
        self.summary.acknowledged += 1
        self._last = time.monotonic()
        self.summary.delays.append(self._last - waiting.first_sent)
        if self._book is not None and message.cn[0] in "23":
            row = {"mn": message.mn, "qn": message.qn, "cn": message.cn, "data_time": message.data_time}
            self._book.write(json.dumps(row) + "\n")

    def repeat(self, waiting: Waiting) -> None:
        """Write a packet again, as it should have been."""
        key = (waiting.message.mn, waiting.message.qn)
        self._outstanding.pop(key, None)
        waiting.deadline = time.monotonic() + self.timeout
        self._outstanding[key] = waiting
        self.summary.repeated += 1
        waiting.client.write(waiting.message.raw)

    def lost(self, client: Client) -> None:
        """A connection is gone: come back a little later."""
        if not self._stopping:
            self.summary.closed += 1
            self._spawn(self._connect(client))

    def stranger(self, raw: bytes, kind: str) -> None:
        """Somebody else speaks: `wrong_password`, or `unknown_mn`."""
        self.summary.strangers += 1
        self._spawn(self._speak(raw, kind))

    # the run

    async def run(self) -> Summary:
        """Connect everybody, say everything at the rate, wait for the answers.

        Raises
        ------
        LantianError
            nobody listens at the address
        """
        await self._someone_listens()
        with contextlib.ExitStack() as stack:
            if self.orders.ledger is not None:
                self._book = stack.enter_context(self.orders.ledger.open("a", encoding="utf-8"))
            for number, client in enumerate(self.clients):
                client.source = self._source(number)
                self._spawn(self._connect(client))
            begun = time.monotonic()
            try:
                await self._say(begun)
                await self._drain()
                self.summary.seconds = (self._last or time.monotonic()) - begun
                if self.orders.hold:
                    await asyncio.sleep(self.orders.hold)
            finally:
                self._stopping = True
                await self._hang_up()
        self.summary.connected = len(self._seen)
        self.summary.refused += len(self._outstanding)
        return self.summary

    async def _say(self, begun: float) -> None:
        seconds = self.orders.seconds
        self._speaking = sum(not client.finished for client in self.clients)
        self._refilled = begun
        self._open = True
        while self._speaking:
            now = time.monotonic()
            if seconds is not None and now - begun >= seconds:
                break
            self._pump()
            self._repeat_late(now)
            await asyncio.sleep(_TICK)
        self._open = False

    def _pump(self) -> None:
        """Let those who may speak, in turn, as many as the rate allows by now."""
        if not self._open or self._pumping:
            return
        now = time.monotonic()
        rate = self.orders.rate
        self._allowance = min(self._allowance + (now - self._refilled) * rate, max(rate * 0.2, 1.0))
        self._refilled = now
        self._pumping = True
        try:
            while self._allowance >= 1 and self._queue:
                client = self._queue.popleft()
                client.queued = False
                if client.may_send(self.orders.window):
                    client.send_next()
                    self._allowance -= 1
                    self._speaking -= client.finished
                    self.ready(client)
        finally:
            self._pumping = False

    async def _drain(self) -> None:
        """Wait for what is unanswered, repeating it as long as that is allowed."""
        while self._outstanding:
            self._repeat_late(time.monotonic())
            await asyncio.sleep(_TICK * 4)

    def _repeat_late(self, now: float) -> None:
        """Packets stand in order of their deadlines: look at the oldest only."""
        while self._outstanding:
            key, waiting = next(iter(self._outstanding.items()))
            if waiting.deadline > now:
                return
            waiting.tries += 1
            if waiting.tries <= self.repeats:
                self.repeat(waiting)
                continue
            del self._outstanding[key]
            waiting.client.waiting.pop(waiting.message.qn, None)
            self.summary.refused += 1
            self.ready(waiting.client)

    async def _someone_listens(self) -> None:
        host, port = self.orders.host, self.orders.port
        try:
            _, writer = await asyncio.open_connection(host, port, ssl=self.orders.tls)
        except (OSError, ssl.SSLError) as error:
            raise LantianError(
                f"nobody answers at {host}:{port} ({error})",
                remedy="Start `lantian telemetry listen --port PORT --data DIR --enrol open` first.",
            ) from error
        writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()

    async def _connect(self, client: Client) -> None:
        loop = asyncio.get_running_loop()
        if client.failures or client.speaker.mn in self._seen:
            wait = min(0.2 * 2 ** min(client.failures, 6), 10.0)
            await asyncio.sleep(wait * (0.5 + self._backoff.random()))
        source = client.source
        async with self._gate:
            while not self._stopping:
                try:
                    await loop.create_connection(
                        lambda: client,
                        self.orders.host,
                        self.orders.port,
                        ssl=self.orders.tls,
                        local_addr=source,
                    )
                    return
                except OSError:
                    client.failures += 1
                    source = None
                    await asyncio.sleep(min(0.2 * 2 ** min(client.failures, 6), 10.0))

    def _source(self, number: int) -> tuple[str, int] | None:
        if self.orders.host != _LOOPBACK or len(self.clients) <= _PER_ADDRESS:
            return None
        block = number // _PER_ADDRESS
        return (f"127.0.{1 + block // 250}.{1 + block % 250}", 0)

    async def _speak(self, raw: bytes, kind: str) -> None:
        """A stranger's connection: says one packet, listens for two seconds."""
        with contextlib.suppress(OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(
                self.orders.host, self.orders.port, ssl=self.orders.tls
            )
            writer.write(raw)
            try:
                heard = await asyncio.wait_for(reader.read(4096), 2.0)
                if b"CN=9014" in heard and kind == "unknown_mn":
                    self.summary.newcomers_acknowledged += 1
                elif b"CN=9014" in heard:
                    self.summary.strangers_acknowledged += 1
            finally:
                writer.close()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _hang_up(self) -> None:
        for client in self.clients:
            if client.transport is not None:
                client.transport.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0.01)


def run_devices(orders: Orders, loggers: Sequence[tuple[Speaker, Sequence[Draft]]]) -> Summary:
    """Connect loggers to a host and let them speak.

    Parameters
    ----------
    orders
        whereto, how fast, how badly
    loggers
        each with what it has to say (`messages.drafts`, `sites.site_drafts`)

    Returns
    -------
    Summary
        what was sent, acknowledged, repeated, refused

    Raises
    ------
    LantianError
        nobody listens at the address
    """

    async def main() -> Summary:
        return await Fleet(orders, loggers).run()

    return asyncio.run(main())
