"""A store that cannot take packets, and a clock that cannot be trusted: silence, words, and nothing lost."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from lantian.telemetry.store import Line

Running = Callable[..., Any]


def pragma(line: Line, words: str) -> None:
    """Set something on the connection that writes, as a full disk or a mount without writing would."""
    with line.packets.file._lock:
        line.packets.file._connection().execute(f"PRAGMA {words}").fetchall()


def pages(line: Line) -> int:
    with line.packets.file._lock:
        return int(line.packets.file._connection().execute("PRAGMA page_count").fetchone()[0])


@pytest.mark.parametrize("reason", ["disk_full", "read_only"])
def test_a_store_that_takes_nothing_is_not_hidden_and_nothing_is_lost(
    running: Running, line: Line, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            assert (await site.ask(site.packet())).cn == "9014"
            assert (await run.health())["status"] == 200
            if reason == "disk_full":
                pragma(line, f"max_page_count={pages(line)}")
            else:
                pragma(line, "query_only=1")
            sent = [
                site.packet("2051", {"DataTime": f"2026112208{i:02}00", "a21026-Avg": "1"}) for i in range(60)
            ]
            large = site.packet("3020", {"i11001-Info": "//" + "x" * 6000 + "//"})
            site.send(b"".join([large, *sent]))
            await run.until(lambda: run.server.state.reason)
            assert await site.silent()
            health = await run.health()
            assert (health["status"], health["ok"], health["reason"]) == (503, False, reason)
            assert health["words"]
            assert health["waiting"] == 61
            assert f"nothing is acknowledged any more ({reason})" in caplog.text
            metrics = (await run.get("/metrics"))[1]
            assert "lantian_line_up 0" in metrics
            assert f'stops_total{{reason="{reason}"}} 1' in metrics
            assert len(run.stored()) == 1
            # The others still come in and are heard, they only wait.
            other = await run.site()
            assert (await other.ask(other.packet("9015", {}))).cn == "9013"

            pragma(line, "max_page_count=1073741823" if reason == "disk_full" else "query_only=0")
            for _ in range(61):
                assert (await site.hear())[0].cn == "9014"
            assert (await run.health())["status"] == 200
            assert "packets are acknowledged again" in caplog.text
            assert len(run.stored()) == 62

    asyncio.run(work())


def test_a_stop_with_a_broken_store_acknowledges_nothing(
    running: Running, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
            pragma(line, "query_only=1")
            site.send(site.packet("2051"))
            await run.until(lambda: run.server.state.reason)
            left = asyncio.create_task(run.server.stop())
            assert await site.silent(0.5)
            assert await left == 1
        pragma(line, "query_only=0")
        assert len(run.stored()) == 1

    monkeypatch.setattr("lantian.telemetry.server.serving.DRAIN", 0.5)
    asyncio.run(work())


def test_one_packet_nobody_thought_of_does_not_stop_the_line(
    running: Running, line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write = line.write

    def picky(arrivals: Any) -> Any:
        if any(b"poison" in arrival.segment for arrival in arrivals):
            raise ZeroDivisionError
        return write(arrivals)

    monkeypatch.setattr(line, "write", picky)

    async def work() -> None:
        async with running() as run:
            site = await run.site()
            sent = [site.packet("2011", {"DataTime": f"2026112208{i:02}00", "a-Rtd": "1"}) for i in range(20)]
            sent.insert(7, site.packet("2011", {"a-Rtd": "poison"}))
            site.send(b"".join(sent))
            for _ in range(20):
                assert (await site.hear())[0].cn == "9014"
            assert await site.silent(0.05)
            assert "cannot be stored" in caplog.text
            assert run.server.counts.of("refused") == 1

    asyncio.run(work())


def test_a_register_that_cannot_be_written_costs_no_packet(
    running: Running, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = [True]
    add = line.refused.add_many

    def add_many(rows: Any) -> None:
        if broken:
            raise line.packets.file.not_stored(sqlite3.OperationalError("disk I/O error"))
        add(rows)

    monkeypatch.setattr(line.refused, "add_many", add_many)

    async def work() -> None:
        async with running() as run:
            site = await run.site()
            site.send(site.packet(mn="NOBODY"))
            await run.until(lambda: run.server.registry_words)
            assert (await site.ask(site.packet())).cn == "9014"
            assert "disk I/O error" in (await run.health())["registry"]
            broken.clear()
            assert await run.refused() == [("NOBODY", "unknown_device")]
            await run.until(lambda: not run.server.registry_words)

    asyncio.run(work())


# -- the clock


def test_a_clock_set_back_stops_acknowledging_until_it_is_right(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    now = [1_800_000_000.0]

    async def work() -> None:
        async with running(wall=lambda: now[0]) as run:
            site = await run.site()
            await site.ask(site.packet())
            now[0] -= 600
            site.send(site.packet("2051"))
            assert await site.silent()
            health = await run.health()
            assert (health["status"], health["reason"]) == (503, "clock_back")
            assert "600 s behind" in health["words"]
            assert "clock_behind_seconds 600" in (await run.get("/metrics"))[1]
            assert len(run.stored()) == 1
            assert "nothing is acknowledged any more (clock_back)" in caplog.text
            now[0] += 600
            assert (await site.hear())[0].cn == "9014"
            assert (await run.health())["status"] == 200
            assert [row["received_at"].timestamp() >= 1_800_000_000 for row in run.line.values().to_pylist()]

    asyncio.run(work())


def test_a_small_step_back_is_smoothed(running: Running) -> None:
    now = [1_800_000_000.0]

    async def work() -> None:
        async with running(wall=lambda: now[0]) as run:
            site = await run.site()
            await site.ask(site.packet())
            now[0] -= 1.5
            await site.ask(site.packet("2051"))
            stamps = [row["received_at"].timestamp() for row in run.line.values().to_pylist()]
            assert stamps == [1_800_000_000.0] * 2

    asyncio.run(work())


def test_a_clock_behind_what_is_stored_stops_acknowledging_unless_told_to_go_on(running: Running) -> None:
    async def work() -> None:
        async with running(wall=lambda: 1_800_000_000.0) as run:
            site = await run.site()
            await site.ask(site.packet())
        async with running(wall=lambda: 1_799_990_000.0) as run:
            assert (await run.health())["reason"] == "clock_back"
            site = await run.site()
            site.send(site.packet("2051"))
            assert await site.silent()
        async with running(wall=lambda: 1_799_990_000.0, accept_clock=True) as run:
            site = await run.site()
            assert (await site.ask(site.packet("2051"))).cn == "9014"

    asyncio.run(work())


def test_what_nobody_thought_of_does_not_end_the_clerk(
    running: Running, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("nobody thought of it")

    async def work() -> None:
        async with running() as run:
            site = await run.site()
            assert (await site.ask(site.packet())).cn == "9014"
            with monkeypatch.context() as patch:
                patch.setattr(type(line.refused), "add_many", broken)
                site.send(site.packet(pw="654321", mn="MN2"))
                await run.until(lambda: run.server.registry_words)
            await run.until(lambda: not run.server.registry_words)
            assert await run.refused(), "told afterwards"
            line.devices.block("MN1")
            await site.closed()

    asyncio.run(work())
