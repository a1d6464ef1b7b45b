"""Heavy vehicles at the door: a terminal logs in with its card, then sends what its engine tells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime

from lantian.telemetry.server.access import Access, Known
from lantian.telemetry.server.settings import Settings
from lantian.telemetry.server.wire import Newcomer, Peer, Verdict
from lantian.telemetry.store.arrival import Arrival
from lantian.telemetry.store.devices import Device
from lantian.telemetry.vehicles import Frame, Framer, VehicleFrame, decode

ST = "vehicle"
"""Kind of system under which vehicles stand in the line; HJ 212 has none for them."""
_VIN = re.compile(r"[0-9A-Z]{17}")
_CARD = re.compile(r"[!-~]{1,20}")


class Vehicles:
    """The protocol of on-board terminals (GB 17691-2018 annex Q, HJ 1239).

    The card's number (ICCID) of the login is what a vehicle proves itself with: it is the device's password.
    A vehicle registered without one need not log in and is known by its addresses; one that has neither is
    refused, because anybody can write a VIN. The protocol knows no acknowledgement of data, so nothing is
    answered.

    Parameters
    ----------
    access
        the devices; a vehicle is the device of its VIN
    settings
        how the server runs
    steady
        the loop's clock [s]
    """

    name = "vehicle"

    def __init__(self, access: Access, settings: Settings, steady: Callable[[], float]) -> None:
        self._access = access
        self._settings = settings
        self._steady = steady

    def framer(self) -> Framer:
        """A new one."""
        return Framer()

    def idle(self, framer: Framer) -> Sequence[Frame]:
        """A frame carries its length: nothing is complete before it is."""
        return ()

    def judge(self, frame: Frame, peer: Peer, now: datetime) -> Verdict:
        """Checksum, vehicle, card, address, encryption; then it is kept whole."""
        if frame.crc != "ok":
            return Verdict("", frame.raw, now, refused="crc")
        told = decode(frame.raw)
        vin = told.vin
        known, newcomer = peer.devices.get(vin), None
        if known is None or known.device.state == "blocked":
            known = self._access.known.get(vin)
            if known is None and self._settings.enrol == "open":
                known, newcomer, refused = self._enrolled(told, peer)
            else:
                refused = self._doubt(known, told, peer)
            if not refused and len(peer.devices) >= self._settings.limits.devices_per_connection:
                refused = "other_device"
            if refused or known is None:
                return Verdict(vin, frame.raw, now, refused=refused)
            peer.devices[vin] = known
            known.links.append(peer)
        known.speaks_of(told.time, now)
        quality = ",".join(dict.fromkeys(fault.code for fault in told.faults))
        arrival = Arrival(
            vin, told.time, ST, f"{told.command:02X}", None if told.serial is None else str(told.serial),
            None, told.supplement, now, frame.raw, quality, "vehicle", peer.address,
        )  # fmt: skip
        return Verdict(vin, frame.raw, now, known=known, arrival=arrival, newcomer=newcomer)

    def _doubt(self, known: Known | None, told: VehicleFrame, peer: Peer) -> str:
        """Why the vehicle may not send here, as a code; empty when it may."""
        if known is None or known.device.st not in (frozenset(), frozenset({ST})):
            return "unknown_device"
        now, device = self._steady(), known.device
        if self._access.guessing(told.vin, peer.address, now):
            return "guessing"
        if device.password and told.name != "login":
            return "not_logged_in"
        if not known.accepts(told.iccid) if device.password else not device.addresses:
            self._access.guessed(told.vin, peer.address, now)
            return "wrong_password"
        wrong = {
            "blocked": device.state == "blocked",
            "address": not known.may_come_from(peer.address),
            "needs_tls": device.need_tls and not peer.encrypted,
        }
        return next((code for code, holds in wrong.items() if holds), "")

    def _enrolled(self, told: VehicleFrame, peer: Peer) -> tuple[Known | None, Newcomer | None, str]:
        if told.name != "login":
            return None, None, "not_logged_in"
        if not _VIN.fullmatch(told.vin) or not _CARD.fullmatch(told.iccid):
            return None, None, "unknown_device"
        if not self._access.may_enrol(peer.address, self._steady()):
            return None, None, "too_many_new"
        device = Device(told.vin, state="unconfirmed", password=told.iccid, st=frozenset({ST}))
        known = self._access.known[told.vin] = Known(device, pending=True)
        return known, Newcomer(told.vin, told.iccid, None, peer.address), ""
