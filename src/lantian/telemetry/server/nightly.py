"""Closed days into Parquet by themselves: each night, beside the server and never in its way."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone

from lantian.errors import LantianError
from lantian.telemetry.store import Line
from lantian.telemetry.store.arrival import micros
from lantian.telemetry.store.packets import DAY, LOCAL

log = logging.getLogger("lantian.telemetry.server")

CHINA = timezone(timedelta(hours=8))
PAST_MIDNIGHT = timedelta(minutes=10)
"""Sites close their day late; and not everything of a machine shall begin at midnight."""
LOOK = 30.0
"""Seconds between two looks at the clock: it may be set, and a machine may have slept."""
RETRY = timedelta(minutes=10)
PATIENCE = 10.0
"""Seconds a compaction has to end when the server stops; it may be killed at any point."""
NICE = 15


class Nightly:
    """Compacts once a local day, shortly after midnight, and once after the start where closed days wait.

    The work is done by `lantian telemetry compact` in a process of its own that yields to everything else:
    an acknowledgement waits for nothing of it but the lines it writes. What fails is said and tried again.

    Parameters
    ----------
    line
        whose closed days
    now
        the moment it is; for tests
    look, retry
        seconds between two looks at the clock; how long after a failure
    command
        what compacts; for tests
    """

    def __init__(
        self,
        line: Line,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        look: float = LOOK,
        retry: timedelta = RETRY,
        command: Sequence[str] = (),
    ) -> None:
        self._line = line
        self._now = now
        self._look = look
        self._retry = retry
        own = (sys.executable, "-m", "lantian", "telemetry", "compact", "--data", str(line.data))
        self._command = tuple(command) or own
        self._task: asyncio.Task[None] | None = None
        self._done: date | None = None
        self._not_before: datetime | None = None

    def start(self) -> None:
        """Begin to look at the clock."""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """End, and end a compaction that is under way; a later one goes on where it was."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._look)
            try:
                await self._turn()
            except (OSError, LantianError, sqlite3.Error) as error:
                self._failed(str(error))

    async def _turn(self) -> None:
        now = self._now()
        day = (now.astimezone(CHINA) - PAST_MIDNIGHT).date()
        # The days that a clock set back repeats are closed already.
        if self._done is not None and day <= self._done:
            return
        if self._not_before is not None and now < self._not_before <= now + self._retry:
            return
        first = self._done is None
        if first and not await asyncio.get_running_loop().run_in_executor(None, self._waiting, now):
            self._done = day
            return
        if await self._compact():
            self._done, self._not_before = day, None

    def _waiting(self, now: datetime) -> bool:
        """Whether packets of closed days lie in the hot part."""
        today = (micros(now) + LOCAL) // DAY
        with self._line.packets.file.reading() as connection:
            return (
                connection.execute("SELECT 1 FROM day WHERE day < ? LIMIT 1", (today,)).fetchone() is not None
            )

    async def _compact(self) -> bool:
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # A Ctrl-C at the terminal is the server's to hear.
            start_new_session=True,
        )
        try:
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
            told, _ = await process.communicate()
        except BaseException:
            await _end(process)
            raise
        words = " ".join(told.decode("utf-8", "replace").split())[-400:]
        if process.returncode:
            self._failed(words or f"ended with {process.returncode}")
            return False
        log.info("closed days: %s", words)
        return True

    def _failed(self, words: str) -> None:
        self._not_before = self._now() + self._retry
        log.error("closed days could not be made Parquet, tried again later: %s", words)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), PATIENCE)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
