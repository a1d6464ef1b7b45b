"""The seam between the server and a protocol: what cuts a stream into frames, and what judges one.

A connection knows nothing of HJ 212 or of vehicles. It feeds a `Framer`, hands every packet to its `Wire`,
and does what the `Verdict` says: make durable and then answer, answer at once, or refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from lantian.telemetry.server.access import Known
from lantian.telemetry.store.arrival import Arrival


class Frame(Protocol):
    """A piece of the stream: `kind` is `packet` or `junk`."""

    @property
    def kind(self) -> str: ...

    @property
    def raw(self) -> bytes: ...


class Framer(Protocol):
    """Cuts one connection's stream; keeps no more than one unfinished frame."""

    @property
    def pending(self) -> bytes | int:
        """What is kept until the rest of its frame comes: the bytes, or how many."""

    def feed(self, data: bytes) -> Sequence[Frame]:
        """The frames these bytes complete, in order, junk among them."""


class Peer(Protocol):
    """What a protocol may know of the connection a packet came on."""

    @property
    def address(self) -> str: ...

    @property
    def encrypted(self) -> bool: ...

    @property
    def devices(self) -> dict[str, Known]:
        """The devices that spoke on this connection with their right passwords."""

    def send(self, data: bytes) -> None:
        """Send at once, unasked."""

    def forget(self, mn: str) -> None:
        """A device has to prove itself again."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A device that is to be taken in together with its first packet."""

    mn: str
    password: str
    generation: int | None = None
    peer: str = ""


class Verdict:
    """What is to be done with one packet.

    Parameters
    ----------
    mn
        the device it names; empty where it names none
    raw, received_at
        the packet as it came, and when
    known
        the device, once it has proved to be it
    arrival
        to be made durable; None where there is nothing to keep
    answer
        bytes for the sender: once durable, or at once where nothing is kept; empty for none
    refused
        a short stable code; nothing is kept and nothing answered. Empty where the packet is taken
    newcomer
        to be taken into the register before the packet is stored
    then
        called after the answer
    """

    __slots__ = (
        "answer",
        "arrival",
        "at",
        "known",
        "mn",
        "newcomer",
        "raw",
        "received_at",
        "refused",
        "then",
    )

    def __init__(
        self,
        mn: str,
        raw: bytes,
        received_at: datetime,
        *,
        known: Known | None = None,
        arrival: Arrival | None = None,
        answer: bytes = b"",
        refused: str = "",
        newcomer: Newcomer | None = None,
        then: Callable[[Peer], None] | None = None,
    ) -> None:
        self.mn = mn
        self.raw = raw
        self.known = known
        self.arrival = arrival
        self.answer = answer
        self.refused = refused
        self.newcomer = newcomer
        self.received_at = received_at
        self.then = then
        self.at = 0.0
        """When the connection took it, by the loop's clock; the server sets it."""


FramerT = TypeVar("FramerT")
FrameT_contra = TypeVar("FrameT_contra", contravariant=True)


class Wire(Protocol[FramerT, FrameT_contra]):
    """One protocol of the line, shared by all its connections."""

    @property
    def name(self) -> str:
        """A word for logs and metrics: `hj212`, `vehicle`."""

    def framer(self) -> FramerT:
        """A new one for a new connection."""

    def idle(self, framer: FramerT) -> Sequence[Frame]:
        """Asked when a connection has been silent for a second with an unfinished frame: frames that are
        complete if nothing follows."""

    def judge(self, frame: FrameT_contra, peer: Peer, now: datetime) -> Verdict:
        """What is to be done with a packet that came now. Never raises for anything a packet may hold."""
