"""Who may send: the register of devices as the server holds it, and what it has seen of each."""

from __future__ import annotations

import hmac
import ipaddress
from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from lantian.telemetry.server.buckets import Bucket, Buckets
from lantian.telemetry.server.settings import Limits
from lantian.telemetry.store.devices import Device, Sighting

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_NOTHING: tuple[Network, ...] = ()
AHEAD = timedelta(days=1)
OFFSETS = 8
"""Packets out of which a device's clock is judged: the one least late counts, the others may have waited."""


class Link(Protocol):
    """What is kept of a connection: whether it is there, and how to send on it."""

    @property
    def address(self) -> str: ...

    def send(self, data: bytes) -> None: ...

    def forget(self, mn: str) -> None: ...


class Known:
    """One device as the server holds it while it runs."""

    __slots__ = (
        "_password", "bucket", "calibrated", "clock_off", "counts", "data_time", "device", "dirty", "flag",
        "greeted", "links", "networks", "offsets", "pending", "seen", "st",
    )  # fmt: skip

    def __init__(self, device: Device, *, pending: bool = False) -> None:
        self.bucket: Bucket | None = None
        self.links: list[Link] = []
        self.counts: dict[str, int] = {}
        self.offsets: deque[float] = deque(maxlen=OFFSETS)
        self.clock_off = False
        self.seen: datetime | None = None
        self.data_time: datetime | None = None
        self.dirty = False
        self.greeted = device.first_seen is not None
        self.calibrated = float("-inf")
        self.pending = pending
        """Taken in by its first packet, which is not durable yet."""
        self.st = min(device.st, default="")
        """Kind of system it sent last; requests to it carry it."""
        self.flag: int | None = None
        """Flag of its last packet, which says its generation."""
        self.become(device)

    def become(self, device: Device) -> None:
        """Take what people have decided about it since."""
        self.device = device
        self._password = device.password.encode("utf-8", "replace")
        self.networks = _networks(device.addresses)
        self.bucket = None

    def accepts(self, password: str) -> bool:
        """Whether this is its password; as quick for a wrong one as for the right one.

        A device without a password is opened by none.
        """
        return bool(self._password) and hmac.compare_digest(
            password.encode("utf-8", "replace"), self._password
        )

    def may_come_from(self, address: str) -> bool:
        """Whether the address is in its networks."""
        if not self.device.addresses:
            return True
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)

    def wait(self, now: float, limits: Limits) -> float:
        """Count one packet; how long to read nothing more of it [s]."""
        bucket = self.bucket
        if bucket is None:
            most = self.device.per_minute or limits.packets_per_minute
            bucket = self.bucket = Bucket(most / 60, most, now)
        return bucket.take(1.0, now)

    def count(self, what: str, at: datetime) -> None:
        """One packet more became this."""
        self.counts[what] = self.counts.get(what, 0) + 1
        self.seen = at
        self.dirty = True

    def speaks_of(self, time: datetime | None, now: datetime) -> None:
        """Note the newest time its data speak of. One far ahead is a wrong clock, and would stay for ever."""
        if time is not None and time <= now + AHEAD and (self.data_time is None or time > self.data_time):
            self.data_time = time

    def offset(self, seconds: float, bound: float) -> bool:
        """Note packet number minus arrival; whether its clock has just turned wrong or right again."""
        self.offsets.append(seconds)
        turned = (abs(self.clock) > bound) != self.clock_off
        if turned:
            self.clock_off = not self.clock_off
        return turned

    @property
    def clock(self) -> float:
        """How far its clock is ahead [s]; 0 while nothing is known."""
        return max(self.offsets, default=0.0)

    def sighting(self) -> Sighting | None:
        """What is to be told to the register, once; None where nothing is new."""
        if not self.dirty or self.seen is None or self.pending:
            return None
        counts, self.counts, self.dirty = self.counts, {}, False
        peer = self.links[-1].address if self.links else ""
        return Sighting(self.device.mn, self.seen, self.data_time, bool(self.links), peer, counts)


class Access:
    """The devices by number, and how often somebody has guessed wrongly.

    Blocking, confirming, new passwords and new devices come in by `load`, while connections go on.
    """

    def __init__(self, devices: Iterable[Device], limits: Limits) -> None:
        self.known: dict[str, Known] = {}
        self._guesses = Buckets(limits.guesses_per_minute)
        self._enrolments = Buckets(limits.enrolments_per_minute)
        self.load(devices)

    def load(self, devices: Iterable[Device]) -> list[Known]:
        """Take the register as it is now; returns devices about which something was decided, or that are
        gone: they have to prove themselves again."""
        fresh = {device.mn: device for device in devices}
        changed = []
        for mn, known in list(self.known.items()):
            device = fresh.pop(mn, None)
            if device is None:
                if not known.pending:
                    changed.append(self.known.pop(mn))
            elif _decided(device) != _decided(known.device):
                known.become(device)
                changed.append(known)
        for mn, device in fresh.items():
            self.known[mn] = Known(device)
        return changed

    def guessing(self, mn: str, address: str, now: float) -> bool:
        """Whether this address has named wrong passwords for this device too often of late."""
        return self._guesses.spent(f"{address} {mn}", now)

    def guessed(self, mn: str, address: str, now: float) -> None:
        """A wrong password."""
        self._guesses.allows(f"{address} {mn}", now)

    def may_enrol(self, address: str, now: float) -> bool:
        """Whether one more new device may come from this address now."""
        return self._enrolments.allows(address, now)


def _networks(addresses: Iterable[str]) -> tuple[Network, ...]:
    found = []
    for words in addresses:
        try:
            found.append(ipaddress.ip_network(words, strict=False))
        except ValueError:
            # A network nobody can be in: a slip in a list must not open the door.
            continue
    return tuple(found)


def _decided(device: Device) -> tuple[object, ...]:
    return (
        device.state, device.password, device.generation, device.st, device.sm4_key,
        device.need_sm4, device.need_tls, device.addresses, device.per_minute,
    )  # fmt: skip
