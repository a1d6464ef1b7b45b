"""A server on a free port, and sites that speak to it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.telemetry.hj212 import Framer, Head, head, request, stamp
from lantian.telemetry.server import Limits, Rules, Server, Settings
from lantian.telemetry.store import Device, Line

PASSWORD = "123456"
PATIENCE = 10.0
"""Seconds a test waits for what must come; nothing is asserted about how long it took."""
_numbers = itertools.count()


class Site:
    """One connection of a site."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mn: str) -> None:
        self.reader = reader
        self.writer = writer
        self.mn = mn
        self._framer = Framer()
        self._frames: list[Any] = []

    @staticmethod
    def qn() -> str:
        """A packet number nobody had before, of about now."""
        return stamp(datetime.now(UTC) + timedelta(milliseconds=next(_numbers)), 17)

    def packet(
        self, cn: str = "2061", params: dict[str, str] | None = None, *, mn: str = "", **head: Any
    ) -> bytes:
        """A packet of this site; an hour of sulphur dioxide where nothing else is said."""
        content = {"DataTime": "20261122080000", "a21026-Avg": "12.4"} if params is None else params
        given = {"pw": PASSWORD, "st": "31", "qn": self.qn(), "flag": 5} | head
        pw, st = given.pop("pw"), given.pop("st")
        return request(mn or self.mn, pw, st, cn, content, **given)

    def send(self, raw: bytes) -> None:
        """Send bytes."""
        self.writer.write(raw)

    async def hear(self) -> tuple[Head, bytes]:
        """The next packet of the host: its head and all of it."""
        while not self._frames:
            data = await asyncio.wait_for(self.reader.read(65536), PATIENCE)
            assert data, "the server has closed the connection"
            self._frames += self._framer.feed(data)
        frame = self._frames.pop(0)
        assert frame.crc == "ok"
        return head(frame.segment), frame.raw

    async def ask(self, raw: bytes) -> Head:
        """Send, and hear the answer."""
        self.send(raw)
        return (await self.hear())[0]

    async def silent(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for so long."""
        try:
            data = await asyncio.wait_for(self.reader.read(65536), seconds)
        except TimeoutError:
            return True
        return data == b""

    async def closed(self) -> None:
        """Wait until the server has closed the connection."""
        with contextlib.suppress(ConnectionError):
            while await asyncio.wait_for(self.reader.read(65536), PATIENCE):
                pass

    async def close(self) -> None:
        """Hang up."""
        self.writer.close()
        with contextlib.suppress(ConnectionError, OSError):
            await self.writer.wait_closed()


class Running:
    """A server under test."""

    def __init__(self, server: Server, line: Line) -> None:
        self.server = server
        self.line = line
        self._sites: list[Site] = []

    async def site(self, mn: str = "MN1", port: int | None = None, **how: Any) -> Site:
        """A new connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port or self.server.port, **how)
        found = Site(reader, writer, mn)
        self._sites.append(found)
        return found

    async def until(self, holds: Callable[[], Any]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await asyncio.sleep(0.01)

    async def get(self, path: str) -> tuple[int, str]:
        """A page of the monitor: status and body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.server.metrics_port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        said = (await reader.read()).decode()
        writer.close()
        await writer.wait_closed()
        return int(said.split()[1]), said.split("\r\n\r\n", 1)[1]

    async def health(self) -> dict[str, Any]:
        """What /health says, with its status."""
        status, body = await self.get("/health")
        return json.loads(body) | {"status": status}

    def stored(self) -> list[tuple[str, str, str]]:
        """Device, factor and text of everything stored, all versions."""
        rows = self.line.values(versions="all").to_pylist()
        return [(row["place"], row["factor"], row["text"]) for row in rows]

    async def refused(self, count: int = 1) -> list[tuple[str, str]]:
        """Device and reason of what was refused, oldest first, once there are so many."""
        await self.until(lambda: sum(one.count for one in self.line.refusals()) >= count)
        return [(one.mn, one.reason) for one in reversed(self.line.refusals()) for _ in range(one.count)]

    async def hang_up(self) -> None:
        """Close what the test has opened."""
        for site in self._sites:
            await site.close()


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """A line that knows two devices and a blocked one."""
    found = Line.open(tmp_path / "office", create=True)
    found.devices.put(
        Device("MN1", password=PASSWORD),
        Device("MN2", password="other2"),
        Device("BLOCKED", password=PASSWORD, state="blocked"),
    )
    yield found
    found.close()


@pytest.fixture
def running(line: Line, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`async with running(settings…) as run`: a server of the line that looks about often."""
    monkeypatch.setattr("lantian.telemetry.server.clerk.EVERY", 0.03)
    monkeypatch.setattr("lantian.telemetry.server.serving.TICK", 0.1)
    monkeypatch.setattr("lantian.telemetry.server.crowd.IDLE_FRAME", 0.2)

    @asynccontextmanager
    async def start(
        *,
        limits: dict[str, Any] | None = None,
        rules: dict[str, Any] | None = None,
        wall: Callable[[], float] | None = None,
        **settings: Any,
    ) -> AsyncIterator[Running]:
        chosen = Settings(
            **{"host": "127.0.0.1", "port": 0, "metrics_port": 0, "limits": Limits(**(limits or {}))}
            | settings
        )
        more = {} if wall is None else {"wall": wall}
        server = Server(line, chosen, rules=replace(Rules.of_rulebook(), **(rules or {})), **more)
        await server.start()
        run = Running(server, line)
        try:
            yield run
        finally:
            await run.hang_up()
            await server.stop()

    return start
