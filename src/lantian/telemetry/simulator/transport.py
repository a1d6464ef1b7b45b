"""What goes wrong between a logger and the host, each kind at a rate of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np

from lantian.errors import LantianError
from lantian.telemetry import hj212
from lantian.telemetry.hj212 import checksum
from lantian.telemetry.simulator.sender import Draft

FAULTS: Mapping[str, str] = {
    "bad_crc": "the CRC is wrong; the packet is repeated rightly after the time-out",
    "modbus_crc": "Modbus CRC in place of the standard's",
    "swapped_crc": "Modbus CRC, its bytes swapped",
    "wrong_length": "the length field is wrong",
    "split": "the packet comes in several writes with pauses",
    "sticky": "the packet and the next come in one write",
    "duplicate": "the packet comes twice",
    "out_of_order": "the packet comes after the next one",
    "half": "half a packet, then silence; repeated rightly after the time-out",
    "garbage": "bytes that are no packet come before it",
    "wrong_password": "a packet of a stranger with this device's MN and a wrong password",
    "unknown_mn": "a packet of a stranger with an MN nobody knows",
    "clock_off": "QN and data time are hours off",
    "no_flag": "Flag is missing: the host owes no answer",
}
"""Every kind and what it is. Sources: fact sheet hj212 §12, and what lines do."""
HOSTILE = ("wrong_password", "unknown_mn")
"""Sent beside the packet, by somebody else: must never be acknowledged."""


def rates(words: str) -> dict[str, float]:
    """Rates of faults as people write them: one number for all of them together, or `kind=rate` by commas.

    Raises
    ------
    LantianError
        an unknown kind, a rate that is no number from 0 to 1
    """
    if not words.strip():
        return {}
    if "=" not in words:
        share = _rate(words, words)
        return dict.fromkeys(FAULTS, share / len(FAULTS))
    found: dict[str, float] = {}
    for piece in words.split(","):
        kind, _, rate = piece.partition("=")
        if kind.strip() not in FAULTS:
            raise LantianError(f"no fault '{kind.strip()}'", remedy=f"There are {', '.join(FAULTS)}.")
        found[kind.strip()] = _rate(rate, piece)
    return found


def _rate(text: str, where: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise LantianError(
            f"'{where}' gives no rate from 0 to 1", remedy="Write 0.01, or split=0.1,half=0.01."
        )
    return rate


@dataclass(frozen=True, slots=True)
class Spoiled:
    """How a packet is really sent the first time.

    Parameters
    ----------
    kind
        the fault; "" for none
    writes
        what is written one after the other, with a pause between
    hold
        keep it back until the next packet of this device
    stick
        write it together with the next
    """

    kind: str
    writes: tuple[bytes, ...]
    hold: bool = False
    stick: bool = False


class Troubles:
    """Draws a fault for a packet now and then.

    Parameters
    ----------
    by_kind
        share of packets by kind of fault
    seed
        of the draw
    """

    def __init__(self, by_kind: Mapping[str, float], seed: int) -> None:
        self.kinds = tuple(by_kind)
        self.edges = np.cumsum([by_kind[kind] for kind in self.kinds])
        if len(self.edges) and self.edges[-1] > 1:
            raise LantianError("the rates of faults add up to more than one", remedy="Lower them.")
        self.rng = np.random.default_rng(seed)

    def draw(self) -> str:
        """A fault, or "" for none."""
        if not self.kinds:
            return ""
        at = int(np.searchsorted(self.edges, self.rng.random(), side="right"))
        return self.kinds[at] if at < len(self.kinds) else ""

    def misdate(self, draft: Draft, site: datetime) -> Draft:
        """The draft as a logger says it whose clock is hours off; `site` is what its clock should show."""
        hours = float(self.rng.choice([-1, 1]) * self.rng.uniform(0.2, 9))
        off = timedelta(hours=hours)
        told = hj212.instant(draft.data_time)
        return replace(draft, site=site + off, data_time=hj212.stamp(told + off) if told else draft.data_time)

    def spoil(self, raw: bytes, kind: str) -> Spoiled:
        """How the packet goes with this fault; kinds that change what it says are made before it is."""
        rng = self.rng
        writes: tuple[bytes, ...] = (raw,)
        if kind == "bad_crc":
            wrong = b"%04X" % (checksum.crc(raw[6:-6]) ^ int(rng.integers(1, 0x10000)))
            writes = (raw[:-6] + wrong + b"\r\n",)
        elif kind in ("modbus_crc", "swapped_crc"):
            register = checksum.modbus(raw[6:-6])
            if kind == "swapped_crc":
                register = (register & 0xFF) << 8 | register >> 8
            writes = (raw[:-6] + b"%04X\r\n" % register,)
        elif kind == "wrong_length":
            told = max(0, int(raw[2:6]) + int(rng.choice([-7, -1, 1, 12])))
            writes = (b"##%04d" % told + raw[6:],)
        elif kind == "split":
            cuts = sorted({int(rng.integers(1, len(raw))) for _ in range(int(rng.integers(1, 5)))})
            writes = tuple(raw[a:b] for a, b in pairwise([0, *cuts, len(raw)]))
        elif kind == "duplicate":
            writes = (raw, raw)
        elif kind == "half":
            writes = (raw[: int(rng.integers(1, max(2, len(raw) - 12)))],)
        elif kind == "garbage":
            writes = (rng.bytes(int(rng.integers(1, 300))), raw)
        return Spoiled(kind, writes, hold=kind == "out_of_order", stick=kind == "sticky")

    def stranger(self, raw: bytes, password: str, kind: str) -> bytes:
        """A packet of somebody else: this device's name with a wrong password, or a name nobody has."""
        segment = raw[6:-6]
        at = segment.find(b"PW=")
        name = segment.find(b"MN=")
        end = segment.find(b";", name)
        if kind == "wrong_password":
            other = b"%06d" % ((int(password) + int(self.rng.integers(1, 999_999))) % 1_000_000)
            segment = segment[: at + 3] + other + segment[at + 3 + len(password) :]
        else:
            mn = b"FEED" + self.rng.bytes(10).hex().upper().encode()
            segment = segment[: name + 3] + mn + segment[end:]
        return b"##%04d%b%b\r\n" % (len(segment), segment, checksum.printed(segment))
