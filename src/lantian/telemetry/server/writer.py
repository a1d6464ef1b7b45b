"""The thread that makes packets durable, in groups: while one group is written the next one gathers."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from lantian.errors import LantianError
from lantian.lake.hot import NotStored
from lantian.telemetry.server.wire import Newcomer, Verdict
from lantian.telemetry.store import Line
from lantian.telemetry.store.arrival import Arrival, Outcome

log = logging.getLogger("lantian.telemetry.server")

FIRST_WAIT, LONGEST_WAIT = 0.2, 2.0
"""Seconds until a group that could not be stored is tried again, at first and at most."""

Whence = TypeVar("Whence")
"""Where a packet came from: handed back with its outcome."""
Result = Outcome | str
"""`stored`, `duplicate`, `replayed`, `refused`, `taken` (nothing to keep), or why a device was not let in."""


class Writer(Generic[Whence]):
    """Stores packets in the order they were given and tells when they are durable.

    Parameters
    ----------
    line
        where to
    group
        packets in one transaction
    done
        called in this thread with a durable group and its outcomes, and the seconds it took
    stuck
        called in this thread with a short reason and a sentence when the store stops taking packets, and with
        two empty texts when it takes them again

    A group that cannot be stored is tried until it can: nothing behind it is acknowledged before it.
    """

    def __init__(
        self,
        line: Line,
        *,
        group: int,
        done: Callable[[Sequence[tuple[Verdict, Whence]], Sequence[Result], float], None],
        stuck: Callable[[str, str], None],
    ) -> None:
        self._line = line
        self._most = group
        self._done = done
        self._stuck = stuck
        self._queue: deque[tuple[Verdict, Whence]] = deque()
        self._ready = threading.Condition(threading.Lock())
        self._stopping = False
        self._busy = 0
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, items: Sequence[tuple[Verdict, Whence]]) -> None:
        """Queue packets."""
        with self._ready:
            self._queue.extend(items)
            self._ready.notify()

    @property
    def waiting(self) -> int:
        """Packets that are not durable yet."""
        return len(self._queue) + self._busy

    def stop(self, timeout: float) -> int:
        """Store what is queued and end; returns how many could not be stored in that time."""
        with self._ready:
            self._stopping = True
            self._ready.notify()
        self._thread.join(timeout)
        return self.waiting

    def _run(self) -> None:
        while True:
            group = self._next()
            if group is None:
                return
            if not self._store(group):
                return

    def _next(self) -> list[tuple[Verdict, Whence]] | None:
        with self._ready:
            while not self._queue:
                if self._stopping:
                    return None
                self._ready.wait()
            count = min(len(self._queue), self._most)
            group = [self._queue.popleft() for _ in range(count)]
            self._busy = count
            return group

    def _store(self, group: list[tuple[Verdict, Whence]]) -> bool:
        wait, failed = FIRST_WAIT, False
        while True:
            begun = time.perf_counter()
            try:
                results = self._write(group)
            except (NotStored, OSError, sqlite3.Error) as error:
                reason = getattr(error, "reason", "disk_error")
                self._stuck(reason, error.line if isinstance(error, LantianError) else str(error))
                failed = True
                with self._ready:
                    if self._stopping:
                        return False
                    self._ready.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)
                continue
            if failed:
                self._stuck("", "")
            self._busy = 0
            self._done(group, results, time.perf_counter() - begun)
            return True

    def _write(self, group: list[tuple[Verdict, Whence]]) -> list[Result]:
        results: list[Result] = [self._admit(verdict) for verdict, _ in group]
        chosen = [
            (place, verdict.arrival)
            for place, (verdict, _) in enumerate(group)
            if verdict.arrival is not None and not results[place]
        ]
        outcomes = self._kept([arrival for _, arrival in chosen])
        for (place, _), outcome in zip(chosen, outcomes, strict=True):
            results[place] = outcome
        return [result or "taken" for result in results]

    def _kept(self, arrivals: list[Arrival]) -> Sequence[Result]:
        if not arrivals:
            return []
        try:
            return self._line.write(arrivals)
        except (NotStored, OSError, sqlite3.Error):
            raise
        except Exception:
            # One packet nobody thought of must not stop the line: find it, keep the others.
            if len(arrivals) == 1:
                log.exception("a packet of %s cannot be stored", arrivals[0].place)
                return ["refused"]
            half = len(arrivals) // 2
            return [*self._kept(arrivals[:half]), *self._kept(arrivals[half:])]

    def _admit(self, verdict: Verdict) -> str:
        """Take a new device into the register; why it cannot be, or nothing."""
        known, new = verdict.known, verdict.newcomer
        if known is None or not known.pending:
            return ""
        # Without one, its first packet was not admitted.
        refused = "unknown_device" if new is None else self._enrol(new, verdict.received_at)
        known.pending = bool(refused)
        return refused

    def _enrol(self, new: Newcomer, at: datetime) -> str:
        try:
            device = self._line.devices.enrol(
                new.mn, new.password, at=at, generation=new.generation, peer=new.peer
            )
        except NotStored:
            raise
        except LantianError:
            return "unknown_device"
        if device is None:
            return "too_many_new"
        if device.state == "blocked":
            return "blocked"
        return "" if device.accepts(new.password) else "wrong_password"
