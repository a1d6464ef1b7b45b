"""The thread that keeps the registry: what was refused, what was seen, what is asked of sites.

Nothing a connection does waits for the registry. What the server has to say is queued here and written in one
go a few times a second; what people changed (devices, requests) is handed back to the loop.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from lantian.errors import LantianError
from lantian.telemetry.store import Device, Line, Request, Sighting
from lantian.telemetry.store.requests import RequestState

log = logging.getLogger("lantian.telemetry.server")

EVERY = 0.4
"""Seconds between two looks at the registry."""
KEPT = 20_000
"""Refusals kept while the registry cannot be written; further ones are only counted."""

Refusal = tuple[str, str, str, bytes, datetime]
Work = Callable[[], None]


class Clerk:
    """Reads and writes the registry of a line beside the loop.

    Parameters
    ----------
    line
        whose registry
    devices
        called in this thread with all devices when people changed any
    requests
        called in this thread with the requests that are not at their end, when there are new ones
    """

    def __init__(
        self, line: Line, devices: Callable[[list[Device]], None], requests: Callable[[list[Request]], None]
    ) -> None:
        self._line = line
        self._devices = devices
        self._requests = requests
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._refusals: list[Refusal] = []
        self._sightings: list[Sighting] = []
        self._work: list[Work] = []
        self._versions = (line.devices.version, -1)
        self.lost = 0
        """Refusals that were counted only."""
        self.failing = ""
        """Why the registry cannot be written; empty when it can."""
        self._thread = threading.Thread(target=self._run, name="clerk", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Write what is left, and end."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout)

    # -- from the loop

    def refuse(self, mn: str, peer: str, reason: str, raw: bytes, at: datetime) -> None:
        """A packet was not taken."""
        with self._lock:
            if len(self._refusals) < KEPT:
                self._refusals.append((mn, peer, reason, raw, at))
            else:
                self.lost += 1

    def saw(self, sightings: Iterable[Sighting]) -> None:
        """Devices were seen."""
        with self._lock:
            self._sightings.extend(sightings)

    def turn(
        self,
        number: int,
        state: RequestState,
        *,
        at: datetime,
        qn: str | None = None,
        qn_rtn: int | None = None,
        exe_rtn: int | None = None,
    ) -> None:
        """A request went a step on."""
        self._do(
            lambda: self._line.requests.turn(number, state, at=at, qn=qn, qn_rtn=qn_rtn, exe_rtn=exe_rtn)
        )

    def changed(self, mn: str, params: Mapping[str, str]) -> None:
        """A site took a new password or SM4 key: from now on the register has it."""
        password, key = params.get("NewPW"), _key(params.get("NewSK"))
        if password is not None or key is not None:
            self._do(lambda: self._change(mn, password, key))

    def _do(self, work: Work) -> None:
        with self._lock:
            self._work.append(work)
        self._wake.set()

    # -- in the thread

    def _run(self) -> None:
        while True:
            stopping = self._stopping
            try:
                self._once()
                if self.failing:
                    log.warning("the registry can be written again")
                self.failing = ""
            except LantianError as error:
                if not self.failing:
                    log.error("the registry cannot be written: %s", error.line)
                self.failing = error.line
            except Exception as error:
                # Whatever it was: a dead clerk would go on letting in whom people block.
                if not self.failing:
                    log.exception("the registry cannot be kept")
                self.failing = type(error).__name__
            if stopping:
                return
            self._wake.wait(EVERY)
            self._wake.clear()

    def _once(self) -> None:
        self._put_down()
        versions = (self._line.devices.version, self._line.requests.version)
        if versions[0] != self._versions[0]:
            self._devices(self._line.devices.all())
        if versions[1] != self._versions[1]:
            self._requests(self._line.requests.open())
        self._versions = versions

    def _put_down(self) -> None:
        with self._lock:
            work, self._work = self._work, []
            sightings, self._sightings = self._sightings, []
            refusals, self._refusals = self._refusals, []
        try:
            while work:
                self._one(work[0])
                work.pop(0)
            if refusals:
                self._line.refused.add_many(refusals)
                refusals = []
            if sightings:
                self._line.devices.saw(sightings)
                sightings = []
        finally:
            with self._lock:
                self._work = work + self._work
                self._sightings = sightings + self._sightings
                self._refusals = (refusals + self._refusals)[:KEPT]

    def _one(self, work: Work) -> None:
        try:
            work()
        except LantianError as error:
            if hasattr(error, "reason"):
                raise
            # The request is gone, or the device is: nothing to keep, nothing to wait for.
            log.warning("%s", error.line)

    def _change(self, mn: str, password: str | None, key: bytes | None) -> None:
        device = self._line.devices.get(mn)
        if device is not None:
            self._line.devices.put(
                replace(
                    device,
                    password=device.password if password is None else password,
                    sm4_key=device.sm4_key if key is None else key,
                )
            )


def _key(words: str | None) -> bytes | None:
    """A new key as a request carries it: 32 hexadecimal digits, or 16 signs."""
    if words is None:
        return None
    try:
        key = bytes.fromhex(words)
    except ValueError:
        key = words.encode("utf-8", "replace")
    return key if len(key) == 16 else None
