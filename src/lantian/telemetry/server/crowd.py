"""All connections together: who is let in, who has to go, and every deadline."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lantian.telemetry.server.buckets import Buckets
from lantian.telemetry.server.connection import IDLE_FRAME, Connection
from lantian.telemetry.server.counting import Counts, bump
from lantian.telemetry.server.settings import Limits

LINGER = 30.0
"""Seconds a connection that is ending may take to be gone."""


class Crowd:
    """The connections of one server, in the order they came.

    Parameters
    ----------
    limits
        of one address and of all together; deadlines
    counts
        where ended connections are counted
    steady
        the loop's clock [s]
    unfinished
        told of a connection whose packet has begun and does not end
    """

    def __init__(
        self,
        limits: Limits,
        counts: Counts,
        steady: Callable[[], float],
        unfinished: Callable[[Connection], None],
    ) -> None:
        self._limits = limits
        self._counts = counts
        self._steady = steady
        self._unfinished = unfinished
        self._open: dict[Connection, None] = {}
        self._strangers: dict[Connection, None] = {}
        self._addresses: dict[str, int] = {}
        self._admitted = 0
        self._connects = Buckets(limits.connects_per_minute)

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._open))

    @property
    def count(self) -> int:
        """Connections open."""
        return len(self._open)

    def admit(self, address: str) -> str:
        """Count a new connection of this address; why it may not come in, or nothing."""
        limits = self._limits
        count = self._addresses.get(address, 0)
        refused = ""
        if count >= limits.connections_per_address:
            refused = "too_many_of_address"
        elif not self._connects.allows(address, self._steady()):
            refused = "connects_too_often"
        elif self._admitted >= limits.connections and not self._make_room():
            refused = "too_many_connections"
        if refused:
            bump(self._counts.closed, refused)
            return refused
        self._addresses[address] = count + 1
        self._admitted += 1
        return ""

    def _make_room(self) -> bool:
        """End the connection that has longest proved nothing; whether there was one."""
        stranger = next(iter(self._strangers), None)
        if stranger is None:
            return False
        del self._strangers[stranger]
        self.ended("made_room")
        stranger.drop()
        return True

    def joined(self, connection: Connection) -> None:
        """A connection that was let in."""
        self._open[connection] = None
        self._strangers[connection] = None
        self._counts.connections += 1

    def proved(self, connection: Connection) -> None:
        """A device proved itself on it."""
        self._strangers.pop(connection, None)

    def left(self, connection: Connection) -> None:
        """It is gone."""
        self._open.pop(connection, None)
        self._strangers.pop(connection, None)
        self.gone(connection.address)

    def gone(self, address: str) -> None:
        """One connection less of this address."""
        self._admitted -= 1
        count = self._addresses.get(address, 0) - 1
        if count > 0:
            self._addresses[address] = count
        else:
            self._addresses.pop(address, None)

    def ended(self, why: str) -> None:
        """The server ended a connection."""
        bump(self._counts.closed, why)

    def sweep(self) -> None:
        """Everything that has a deadline. Connections the server itself keeps waiting have none."""
        now = self._steady()
        for connection in self:
            if not connection.held and not connection.slowed:
                self._look_at(connection, now)

    def _look_at(self, connection: Connection, now: float) -> None:
        limits = self._limits
        silent = now - connection.last
        if connection.ending:
            if silent > LINGER:
                connection.drop()
        elif connection.write_since and now - connection.write_since > limits.frame_seconds:
            self.ended("does_not_read")
            connection.drop()
        elif connection.frame_since and now - connection.frame_since > limits.frame_seconds:
            self._unfinished(connection)
            connection.close("unfinished")
        elif not connection.trusted and now - connection.opened > limits.greeting_seconds:
            connection.close("silent")
        elif silent > limits.idle_seconds:
            connection.close("idle")
        elif connection.frame_since and silent > IDLE_FRAME:
            connection.idle()
