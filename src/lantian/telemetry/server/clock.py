"""The server's clock, watched: an instant before one already given out is none to stamp packets with."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from lantian.telemetry.store.arrival import micros


class Clock:
    """Wall time that notices when it was set back.

    Asked at least once a second, it knows where it should be by now: set back further than the tolerance, it
    has no instant to give until it is right again, or until time has passed the last instant given out. Small
    steps back are smoothed: instants given out never go back.

    Parameters
    ----------
    tolerance
        [s] by which it may go back: small corrections of a time service
    newest
        aware; when the newest stored packet came, None where there is none
    wall
        seconds since 1970; for tests
    """

    __slots__ = ("_newest", "_wall", "tolerance")

    def __init__(
        self, tolerance: float, newest: datetime | None = None, *, wall: Callable[[], float] = time.time
    ) -> None:
        self.tolerance = tolerance
        self._wall = wall
        self._newest = 0.0 if newest is None else micros(newest) / 1e6

    def now(self) -> datetime | None:
        """The instant, aware, UTC; None while the clock is back."""
        wall = self._wall()
        if wall < self._newest - self.tolerance:
            return None
        self._newest = max(self._newest, wall)
        return datetime.fromtimestamp(self._newest, UTC)

    @property
    def behind(self) -> float:
        """How far it is back behind the last instant given out [s]; 0 when it is not."""
        return max(0.0, self._newest - self._wall())
