"""Packets of bytes into values: what could be read, and everything that was odd."""

from __future__ import annotations

from collections.abc import Iterable

from lantian.telemetry.hj212 import sm4
from lantian.telemetry.hj212.checksum import ENDS, index
from lantian.telemetry.hj212.faults import Fault, kinds
from lantian.telemetry.hj212.framing import STANDARD, Frame, Framer
from lantian.telemetry.hj212.layouts import quick
from lantian.telemetry.hj212.packets import SEGMENT, Decoded
from lantian.telemetry.hj212.reading import read

_PLAIN_SIZE = STANDARD + 12
_STARTS = tuple(b"##%04d" % max(size - 12, 0) for size in range(_PLAIN_SIZE + 1))


def decode(raw: bytes, *, strict: bool = False, key: bytes | None = None) -> Decoded:
    """One packet as values.

    Parameters
    ----------
    raw
        a whole packet, from `##` to CR LF. Bytes around it are told as faults
    strict
        give no packet where a fault is more than a note; the faults say why. Never raises
    key
        SM4 key of the device (16 bytes), for encrypted packets of 2025

    Returns
    -------
    Decoded
        packet (None where nothing could be read) and faults, offsets in bytes of `raw`

    Rule: HJ 212-2017, 6.3; HJ/T 212-2005 and HJ 212-2025 by `Flag >> 2`.
    """
    size = len(raw)
    if 12 < size <= _PLAIN_SIZE and raw.startswith(_STARTS[size]):
        segment = raw[6:-6]
        right = ENDS[index(segment)]
        if raw.endswith(right):
            found = quick(segment)
            if found is not None:
                return found if not (strict and _refused(found.faults)) else found._replace(packet=None)
        elif right == raw[-6:].upper():
            found = quick(segment)
            if found is not None:
                told = (*found.faults, Fault("crc_lower", size - 6, 4))
                packet = None if strict and _refused(told) else found.packet
                return Decoded(packet, told, "ok", segment)
    return _decode_carefully(raw, strict=strict, key=key)


def _decode_carefully(raw: bytes, *, strict: bool, key: bytes | None) -> Decoded:
    framer = Framer(max(len(raw), 1))
    frames = framer.feed(raw) + framer.flush()
    packet_frame = next((frame for frame in frames if frame.kind == "packet"), None)
    around = [
        fault._replace(offset=fault.offset + frame.offset)
        for frame in frames
        if frame is not packet_frame
        for fault in (frame.faults or (Fault("junk", 0, len(frame.raw)),))
    ]
    if packet_frame is None:
        return Decoded(None, tuple(around) or (Fault("junk", 0, len(raw)),), "bad")
    decoded = decode_frame(packet_frame, strict=strict and not around, key=key)
    moved = [fault._replace(offset=fault.offset + packet_frame.offset) for fault in decoded.faults]
    faults = tuple(sorted([*around, *moved], key=lambda fault: fault.offset))
    return decoded._replace(faults=faults, packet=None if strict and around else decoded.packet)


def decode_frame(frame: Frame, *, strict: bool = False, key: bytes | None = None) -> Decoded:
    """A packet cut out by a `Framer` as values.

    Parameters
    ----------
    frame
        of kind `packet`; junk gives no packet
    strict, key
        as in `decode`
    """
    if frame.kind != "packet":
        return Decoded(None, frame.faults, "bad")
    segment, crc, faults = frame.segment, frame.crc, list(frame.faults)
    if crc == "sealed":
        plain = sm4.unseal(segment, key, frame.printed) if key else None
        at = frame.start + segment.find(b"CP=&&") + 5
        if plain is None:
            faults.append(
                Fault("cipher_wrong_key" if key else "cipher_no_key", at, frame.start + len(segment) - 2 - at)
            )
        else:
            if len(plain) != len(segment):
                faults.append(Fault("cipher_hex", at, frame.start + len(segment) - 2 - at))
            segment, crc = plain, "ok"
    readable = segment if crc != "sealed" else segment[: segment.find(b"CP=&&") + 5] + b"&&"
    known = quick(readable) if frame.start == SEGMENT else None
    packet, told = known[:2] if known else read(readable, frame.start)
    faults.extend(told)
    faults.sort(key=lambda fault: fault.offset)
    refused = strict and _refused(faults)
    return Decoded(None if refused else packet, tuple(faults), crc, segment)


def _refused(faults: Iterable[Fault]) -> bool:
    return any(kinds()[fault.code].level != "note" for fault in faults)
