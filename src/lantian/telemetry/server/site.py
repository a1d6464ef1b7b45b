"""HJ 212 at the door: who sent a packet, may it, what is to be kept, what is answered."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from lantian.errors import LantianError
from lantian.telemetry.hj212 import Frame, Framer, Head, answer, decode_frame, head, instant, sm4
from lantian.telemetry.server.access import Access, Known
from lantian.telemetry.server.dialogue import Dialogue
from lantian.telemetry.server.settings import Rules, Settings
from lantian.telemetry.server.wire import Newcomer, Peer, Verdict
from lantian.telemetry.store.arrival import Arrival, joined
from lantian.telemetry.store.devices import Device

log = logging.getLogger("lantian.telemetry.server")

HEARTBEAT, CALIBRATION = "9015", "1013"
REPLIES = ("9011", "9012", "9013", "9014")
ANSWER = "answer"
"""Quality of data that came because the host asked for them."""
_WHOLE = re.compile(rb"&&[0-9A-Fa-f]{4}\r?$")
_MN = re.compile(r"[!-~]{1,40}")
_PASSWORD = re.compile(r"[!-~]{1,40}")


class Hj212:
    """The protocol of stacks, meters and sites, in its three generations.

    Parameters
    ----------
    access
        the devices
    dialogue
        requests under way
    settings, rules
        how the server runs
    steady
        the loop's clock [s]
    """

    name = "hj212"

    def __init__(
        self,
        access: Access,
        dialogue: Dialogue,
        settings: Settings,
        rules: Rules,
        steady: Callable[[], float],
    ) -> None:
        self._access = access
        self._dialogue = dialogue
        self._settings = settings
        self._rules = rules
        self._steady = steady

    def framer(self) -> Framer:
        """A new one."""
        return Framer(self._settings.limits.packet_bytes)

    def idle(self, framer: Framer) -> Sequence[Frame]:
        """A packet that lacks nothing but its CR LF, from devices that never send it."""
        return framer.flush() if _WHOLE.search(framer.pending[-16:]) else ()

    def judge(self, frame: Frame, peer: Peer, now: datetime) -> Verdict:
        """Identity first: CRC, device, password, address, encryption; then what the command asks for."""
        found = head(frame.segment)
        if frame.crc == "bad":
            return Verdict(found.mn, frame.raw, now, refused="crc")
        known = peer.devices.get(found.mn)
        newcomer, refused = None, ""
        if known is None or known.device.state == "blocked" or not known.accepts(found.pw):
            known = self._access.known.get(found.mn)
            if known is None and found.mn and self._settings.enrol == "open":
                known, newcomer, refused = self._enrolled(frame, found, peer)
            else:
                refused = self._doubt(known, found, peer)
        if refused or known is None:
            return Verdict(found.mn, frame.raw, now, refused=refused or "unknown_device")
        plain, refused = self._readable(frame, found, known)
        arrived = found.mn not in peer.devices
        if not refused and arrived:
            refused = self._bound(known, peer, found)
        if refused:
            return Verdict(found.mn, frame.raw, now, refused=refused)
        verdict = self._taken(frame, plain, known, newcomer, now, peer=peer.address)
        if arrived:
            verdict.then = self._welcomed(known, verdict.then)
        return verdict

    # -- who it is

    def _doubt(self, known: Known | None, found: Head, peer: Peer) -> str:
        """Why the device may not send here, as a code; empty when it may."""
        if known is None:
            return "unknown_device" if found.mn else "no_device"
        mn, address, now = found.mn, peer.address, self._steady()
        if self._access.guessing(mn, address, now):
            return "guessing"
        if not known.accepts(found.pw) and not self._dialogue.offered(known, found.pw):
            self._access.guessed(mn, address, now)
            return "wrong_password"
        if known.device.state == "blocked":
            return "blocked"
        if not known.may_come_from(address):
            return "address"
        return "needs_tls" if known.device.need_tls and not peer.encrypted else ""

    def _readable(self, frame: Frame, found: Head, known: Known) -> tuple[Head, str]:
        """The head of the plain packet, or why it is not taken as it is."""
        device = known.device
        if device.st and found.st not in device.st and found.cn not in REPLIES:
            return found, "other_system"
        if frame.crc != "sealed":
            return found, "needs_sm4" if device.need_sm4 and _must_seal(found) else ""
        if device.sm4_key is None:
            return found, "no_key"
        opened = sm4.unseal(frame.segment, device.sm4_key, frame.printed)
        return (found, "crc") if opened is None else (head(opened), "")

    def _enrolled(self, frame: Frame, found: Head, peer: Peer) -> tuple[Known | None, Newcomer | None, str]:
        if frame.crc == "sealed":
            return None, None, "no_key"
        if len(peer.devices) >= self._settings.limits.devices_per_connection:
            return None, None, "other_device"
        if not (
            _MN.fullmatch(found.mn) and _PASSWORD.fullmatch(found.pw) and re.fullmatch(r"\d{4}", found.cn)
        ):
            return None, None, "unknown_device"
        if not self._access.may_enrol(peer.address, self._steady()):
            return None, None, "too_many_new"
        device = Device(found.mn, state="unconfirmed", password=found.pw, generation=found.generation)
        known = self._access.known[found.mn] = Known(device, pending=True)
        return known, Newcomer(found.mn, found.pw, found.generation, peer.address), ""

    def _bound(self, known: Known, peer: Peer, found: Head) -> str:
        """The device speaks on this connection from now on; why it may not, or nothing."""
        if len(peer.devices) >= self._settings.limits.devices_per_connection:
            return "other_device"
        peer.devices[known.device.mn] = known
        known.links.append(peer)
        known.st, known.flag = found.st, found.flag
        return ""

    def _welcomed(self, known: Known, then: Callable[[Peer], None] | None) -> Callable[[Peer], None]:
        """Once its first packet here is answered, what waits for the device goes out."""

        def after(peer: Peer) -> None:
            if then is not None:
                then(peer)
            self._dialogue.arrived(known)

        return after

    # -- what it wants

    def _taken(
        self, frame: Frame, found: Head, known: Known, newcomer: Newcomer | None, now: datetime, *, peer: str
    ) -> Verdict:
        cn, mn = found.cn, found.mn
        known.flag = found.flag
        if cn in REPLIES:
            decoded = decode_frame(frame, key=known.device.sm4_key).packet
            params = {} if decoded is None else dict(decoded.params)
            return Verdict(
                mn, frame.raw, now, known=known, newcomer=newcomer,
                then=lambda peer: self._dialogue.heard(known, found.qn, cn, params),
            )  # fmt: skip
        known.st = found.st or known.st
        wanted = found.wants_answer or (found.flag is None and self._settings.answer_unflagged)
        if cn == HEARTBEAT:
            # Nothing to keep: a sign of life, answered whether its bit asks for it or not.
            return Verdict(mn, frame.raw, now, known=known, newcomer=newcomer, answer=_answer(found, "9013"))
        time = instant(None if found.data_time is None else found.data_time[:14])
        quality = ",".join(fault.code for fault in frame.faults) if frame.faults else ""
        if not found.resent:
            self._watch_clock(known, found.qn, now)
        if self._dialogue.answers(known, cn, time):
            quality = joined(quality, ANSWER)
        known.speaks_of(time, now)
        arrival = Arrival(
            mn, time, found.st, cn, found.qn, found.pno, found.resent, now, frame.segment, quality, peer=peer
        )
        then = None
        if cn == CALIBRATION:
            wanted = True
            then = self._calibrate(known)
        reply = _answer(found, "9013" if cn == CALIBRATION else "9014") if wanted else b""
        return Verdict(
            mn, frame.raw, now, known=known, arrival=arrival, answer=reply, newcomer=newcomer, then=then
        )

    def _calibrate(self, known: Known) -> Callable[[Peer], None]:
        return lambda _: self._dialogue.calibrate(known)

    def _watch_clock(self, known: Known, qn: str | None, now: datetime) -> None:
        if qn is None or len(qn) < 14:
            return
        minute = instant(qn[:12] + "00")
        # `isdigit` takes signs such as ² for digits, `int` does not.
        if minute is None or not (qn.isascii() and qn[12:14].isdigit()):
            return
        offset = (minute - now) / timedelta(seconds=1) + int(qn[12:14])
        if known.offset(offset, self._rules.clock_off):
            words = f"wrong by {known.clock:+.0f} s" if known.clock_off else "right again"
            log.warning("clock of %s is %s", known.device.mn, words)
        if known.clock_off:
            known.counts["clock_off"] = known.counts.get("clock_off", 0) + 1


def _must_seal(found: Head) -> bool:
    # What the 2025 generation encrypts on its way to the host.
    return found.cn.startswith("2") or found.cn in ("1014", "3020")


def _answer(found: Head, cn: str) -> bytes:
    try:
        return answer(found, cn)
    except LantianError:
        # A device may bear signs in its password that an answer cannot.
        return b""
