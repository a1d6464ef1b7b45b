"""HJ 212: packets between site and host, three generations on one stream.

`Framer` cuts a stream into packets and junk, `head` reads what a server must know, `decode` gives
everything as values with its faults, `rows` gives the values alone, `encode`, `answer` and `request` make
packets.

Rules: HJ/T 212-2005, HJ 212-2017, HJ 212-2025 (in force since 2026-01-01; parts of it are known
second-hand, and stand as rules that can be replaced: `rulebook/data/telemetry/hj212.yaml`).
"""

from lantian.telemetry.hj212.checksum import crc
from lantian.telemetry.hj212.decoding import decode, decode_frame
from lantian.telemetry.hj212.encoding import answer, encode, heartbeat, request, rounded, split
from lantian.telemetry.hj212.faults import Fault
from lantian.telemetry.hj212.framing import Frame, Framer
from lantian.telemetry.hj212.heads import Head, head
from lantian.telemetry.hj212.packets import Decoded, Item, Packet, instant, stamp
from lantian.telemetry.hj212.spreading import rows

__all__ = [
    "Decoded",
    "Fault",
    "Frame",
    "Framer",
    "Head",
    "Item",
    "Packet",
    "answer",
    "crc",
    "decode",
    "decode_frame",
    "encode",
    "head",
    "heartbeat",
    "instant",
    "request",
    "rounded",
    "rows",
    "split",
    "stamp",
]
