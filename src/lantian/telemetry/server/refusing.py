"""What is not taken: counted always, recorded as often as the limits allow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lantian.telemetry.server.buckets import Buckets
from lantian.telemetry.server.clerk import Clerk
from lantian.telemetry.server.clock import Clock
from lantian.telemetry.server.connection import Connection
from lantian.telemetry.server.counting import Counts, bump


class Refuser:
    """Refusals on their way into the register.

    Parameters
    ----------
    counts, clerk
        where they are counted, and recorded
    clock, steady
        the instant, and the loop's clock [s]
    per_minute
        recorded of one address, so that a flood fills no disk
    """

    def __init__(
        self, counts: Counts, clerk: Clerk, clock: Clock, steady: Callable[[], float], per_minute: int
    ) -> None:
        self._counts = counts
        self._clerk = clerk
        self._clock = clock
        self._steady = steady
        self._recorded = Buckets(per_minute)

    def packet(self, mn: str, reason: str, raw: bytes, connection: Connection, at: datetime) -> None:
        """A packet is not taken."""
        bump(self._counts.refused, reason)
        self._counts.packet(connection.wire.name, "refused")
        if self._recorded.allows(connection.address, self._steady()):
            self._clerk.refuse(mn, connection.address, reason, raw, at)
        else:
            self._counts.unrecorded += 1

    def noise(self, raw: bytes, connection: Connection) -> None:
        """Bytes that are no packet."""
        self._counts.bytes_of_noise += len(raw)
        now = self._clock.now()
        if now is not None:
            self.packet("", "junk", raw, connection, now)

    def unfinished(self, connection: Connection) -> None:
        """A packet that has begun and does not end."""
        now = self._clock.now()
        if now is not None:
            self.packet("", "unfinished", connection.unfinished, connection, now)
