"""Closed days become Parquet by themselves, once a night, and whatever happens the server goes on."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lantian.cli.telemetry.listen import listen
from lantian.telemetry.server import ports
from lantian.telemetry.server.nightly import Nightly
from lantian.telemetry.store import Arrival, Line

LATE = datetime(2026, 11, 22, 16, 5, tzinfo=UTC)  # 00:05 of the 23rd in Shanghai
PATIENCE = 20.0


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    found = Line.open(tmp_path / "office", create=True)
    yield found
    found.close()


def came(line: Line, at: datetime) -> None:
    segment = b"ST=31;CN=2011;PW=123456;MN=MN1;CP=&&DataTime=20261121080000;a21026-Rtd=1&&"
    line.write([Arrival("MN1", at, "31", "2011", None, None, False, at, segment)])


def hot(line: Line) -> int:
    with line.packets.file.reading() as connection:
        return int(connection.execute("SELECT count(*) FROM packet").fetchone()[0])


def script(path: Path, code: str) -> tuple[str, ...]:
    """A stand-in for the compaction that notes each run in a file."""
    return (sys.executable, "-c", f"open({str(path)!r}, 'a').write('x'); " + code)


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(int(PATIENCE / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come about")


def run(nightly: Nightly, watch: Any) -> None:
    async def life() -> None:
        nightly.start()
        try:
            await watch()
        finally:
            await nightly.stop()

    asyncio.run(life())


def test_closed_days_that_wait_at_the_start_are_parquet_soon_and_today_stays_hot(line):
    now = datetime.now(UTC)
    came(line, now - timedelta(days=2))
    came(line, now)
    run(Nightly(line, look=0.02), lambda: until(lambda: hot(line) == 1))
    assert len(line.values(versions="all")) == 2
    assert {"line_packet", "line_value"} <= set(line.lake.kinds())


def test_once_a_night_after_midnight_and_not_again_when_the_clock_is_set_back(line, tmp_path):
    runs, at = tmp_path / "runs", [LATE]
    nightly = Nightly(line, now=lambda: at[0], look=0.01, command=script(runs, "pass"))

    def told() -> int:
        return len(runs.read_text()) if runs.exists() else 0

    async def watch() -> None:
        await asyncio.sleep(0.1)
        assert told() == 0  # nothing waits, and it is not yet ten minutes past midnight
        at[0] = LATE + timedelta(minutes=6)
        await until(lambda: told() == 1)
        await asyncio.sleep(0.1)
        at[0] = LATE - timedelta(days=3)
        await asyncio.sleep(0.1)
        assert told() == 1
        at[0] = LATE + timedelta(days=1, minutes=6)
        await until(lambda: told() == 2)

    run(nightly, watch)


def test_what_fails_is_said_and_tried_again(line, tmp_path, caplog):
    came(line, LATE - timedelta(days=2))
    runs, at = tmp_path / "runs", [LATE]
    command = script(runs, f"import sys; sys.exit('disk full' if len(open({str(runs)!r}).read()) < 2 else 0)")
    nightly = Nightly(line, now=lambda: at[0], look=0.01, command=command)

    async def watch() -> None:
        await until(lambda: "disk full" in caplog.text)
        await asyncio.sleep(0.1)
        assert runs.read_text() == "x"  # not hammered
        at[0] += timedelta(minutes=11)
        await until(lambda: runs.read_text() == "xx")

    run(nightly, watch)


def test_a_compaction_under_way_is_niced_and_ends_with_the_server(line, tmp_path):
    came(line, LATE - timedelta(days=2))
    told = tmp_path / "pid"
    code = f"import os, time; open({str(told)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    nightly = Nightly(line, now=lambda: LATE, look=0.01, command=(sys.executable, "-c", code))

    async def watch() -> None:
        await until(lambda: told.exists() and told.read_text() != "")
        mine, pid = os.getpriority(os.PRIO_PROCESS, 0), int(told.read_text())
        await until(lambda: os.getpriority(os.PRIO_PROCESS, pid) > mine)

    run(nightly, watch)
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


def test_a_taken_port_of_health_is_gone_on_without_only_where_nobody_asked_for_it(tmp_path, monkeypatch):
    started: list[Any] = []

    async def serve(server: Any, *_rest: Any) -> int:
        started.append(server.settings)
        return 0

    monkeypatch.setattr("lantian.cli.telemetry.listen._serve", serve)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        default = next(one for one in listen.params if one.name == "metrics_port")
        monkeypatch.setattr(default, "default", taken)
        told = CliRunner().invoke(listen, ["--data", str(tmp_path / "a")])
        assert told.exit_code == 0, told.output
        assert started[-1].metrics_port is None
        assert str(taken) in told.output
        assert not ports.free("127.0.0.1", taken)
        CliRunner().invoke(listen, ["--data", str(tmp_path / "b"), "--metrics-port", str(taken)])
        assert started[-1].metrics_port == taken
