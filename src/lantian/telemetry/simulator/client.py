"""One logger on the line: sends, waits for its acknowledgements, repeats, answers the host."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from lantian.telemetry import hj212
from lantian.telemetry.hj212 import Framer, Head
from lantian.telemetry.simulator.dialogue import Logger
from lantian.telemetry.simulator.sender import Draft, Message, Sender, Speaker
from lantian.telemetry.simulator.transport import HOSTILE, Spoiled

if TYPE_CHECKING:
    from lantian.telemetry.simulator.live import Fleet

_PAUSE = 0.02
"""[s] between the writes of a packet that comes in pieces."""
_HISTORY_MOST = 200


@dataclass(slots=True)
class Waiting:
    """A packet the host has not acknowledged yet."""

    client: Client
    message: Message
    first_sent: float
    deadline: float
    tries: int = 0


class Client(asyncio.Protocol):
    """A logger and its connection.

    Parameters
    ----------
    fleet
        counts, ledger and clock that all loggers share
    speaker
        whose logger it is
    drafts
        what it has to say, in order
    """

    def __init__(self, fleet: Fleet, speaker: Speaker, drafts: Sequence[Draft]) -> None:
        self.fleet = fleet
        self.speaker = speaker
        self.drafts = drafts
        self.position = 0
        self.sender = Sender(speaker)
        self.logger = Logger(speaker, self._history, _now)
        self.transport: asyncio.Transport | None = None
        self.framer = Framer()
        self.waiting: dict[str, Waiting] = {}
        self.parts: deque[tuple[Message, str]] = deque()
        self.kept: bytes = b""
        self.stuck: bytes = b""
        self.busy = False
        self.queued = False
        self.failures = 0
        self.source: tuple[str, int] | None = None

    # the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.framer = Framer()
        self.failures = 0
        self.busy = False
        for waiting in self.waiting.values():  # what was not acknowledged goes again
            self.fleet.repeat(waiting)
        self.fleet.ready(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.kept = self.stuck = b""
        self.fleet.lost(self)

    def data_received(self, data: bytes) -> None:
        for frame in self.framer.feed(data):
            if frame.kind != "packet":
                self.fleet.summary.junk += 1
                continue
            self._heard(hj212.head(frame.segment), frame.segment)

    def _heard(self, head: Head, segment: bytes) -> None:
        if head.cn in ("9014", "9013"):
            waiting = self.waiting.pop(head.qn or "", None)
            if waiting is None:
                self.fleet.summary.extra_answers += 1
            else:
                self.fleet.acknowledged(waiting)
                self.fleet.ready(self)
            return
        reply = self.logger.answer(head, segment)
        self.fleet.summary.requests[reply.asked] += 1
        self.sender.password = self.logger.settings.password
        for packet in reply.packets:
            self.write(packet)
        for cn, time, groups in reply.uploads:
            self._upload(cn, time, groups)
        for packet in reply.last:
            self.write(packet)

    def _upload(self, cn: str, time: str, groups: str) -> None:
        now = self.logger.now()
        draft = Draft(now, self.logger.site_time(), cn, self.speaker.st, time, (groups,))
        for message in self.sender.send(draft):
            self.write(message.raw)
            if message.asks:
                self.fleet.expect(self, message)
            self.fleet.summary.sent += 1

    def _history(self, cn: str, first: datetime, last: datetime) -> list[tuple[str, str]]:
        """What was said of a time already, or is kept to be said."""
        low, high = hj212.stamp(first), hj212.stamp(last)
        found = [
            (draft.data_time, ";".join(draft.groups))
            for draft in self.drafts
            if draft.cn == cn and low <= draft.data_time <= high
        ]
        return found[:_HISTORY_MOST]

    # sending

    @property
    def finished(self) -> bool:
        """Whether everything was said (acknowledged or not)."""
        return self.position >= len(self.drafts) and not self.parts

    def may_send(self, window: int) -> bool:
        """Whether the next packet may go: not too many are waiting, no packet is half written."""
        if self.transport is None or self.busy or self.finished:
            return False
        held = 1 if self.kept or self.stuck else 0
        return len(self.waiting) - held < window

    def send_next(self) -> None:
        """Make and write the next packet, with the fault that is drawn for it."""
        fleet = self.fleet
        if not self.parts:
            self._make()
        message, kind = self.parts.popleft()
        fleet.summary.sent += 1
        if message.asks:
            fleet.expect(self, message)
        else:
            fleet.summary.unanswerable += 1
        if not kind:
            self._flush(message.raw)
            return
        fleet.summary.faults[kind] += 1
        if kind in HOSTILE:
            fleet.stranger(fleet.troubles.stranger(message.raw, self.sender.password, kind), kind)
            self._flush(message.raw)
            return
        self._spoiled(fleet.troubles.spoil(message.raw, kind))

    def _make(self) -> None:
        """The packets of the next draft, by the clocks of now."""
        draft = self.drafts[self.position]
        self.position += 1
        kind = self.fleet.troubles.draw()
        made = replace(draft, at=self.logger.now(), site=self.logger.site_time())
        if kind == "clock_off":
            made = self.fleet.troubles.misdate(made, made.site)
        self.parts.extend((m, kind) for m in self.sender.send(made, unflagged=kind == "no_flag"))

    def _spoiled(self, spoiled: Spoiled) -> None:
        if spoiled.hold:
            self.kept = b"".join(spoiled.writes)
        elif spoiled.stick:
            self.stuck += b"".join(spoiled.writes)
        elif len(spoiled.writes) == 1 or spoiled.kind == "duplicate":
            self._flush(b"".join(spoiled.writes))
        else:
            self.busy = True
            loop = asyncio.get_running_loop()
            for number, piece in enumerate(spoiled.writes):
                last = number == len(spoiled.writes) - 1
                loop.call_later(_PAUSE * number, self._piece, piece, last)

    def _piece(self, piece: bytes, last: bool) -> None:
        self.write(piece)
        if last:
            self.busy = False
            self.fleet.ready(self)

    def _flush(self, raw: bytes) -> None:
        """Write a packet with what was kept back before it."""
        self.write(self.stuck + raw + self.kept)
        self.stuck = self.kept = b""

    def write(self, raw: bytes) -> None:
        if self.transport is not None and raw:
            self.transport.write(raw)


def _now() -> datetime:
    return datetime.now(UTC)
