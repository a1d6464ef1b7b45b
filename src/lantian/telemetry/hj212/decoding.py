"""Packets of bytes into values: what could be read, and everything that was odd."""

from __future__ import annotations

from lantian.telemetry.hj212 import sm4
from lantian.telemetry.hj212.faults import Fault, kinds
from lantian.telemetry.hj212.framing import Frame, Framer
from lantian.telemetry.hj212.packets import Decoded
from lantian.telemetry.hj212.reading import Reader


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
    framer = Framer(max(len(raw), 1))
    frames = framer.feed(raw) + framer.flush()
    found = next((frame for frame in frames if frame.kind == "packet"), None)
    around = [
        fault._replace(offset=fault.offset + frame.offset)
        for frame in frames
        if frame is not found
        for fault in (frame.faults or (Fault("junk", 0, len(frame.raw)),))
    ]
    if found is None:
        return Decoded(None, tuple(around) or (Fault("junk", 0, len(raw)),), "bad")
    decoded = decode_frame(found, strict=strict and not around, key=key)
    moved = [fault._replace(offset=fault.offset + found.offset) for fault in decoded.faults]
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
    reader = Reader(readable, frame.start)
    faults.extend(reader.faults)
    faults.sort(key=lambda fault: fault.offset)
    refused = strict and any(kinds()[fault.code].level != "note" for fault in faults)
    return Decoded(None if refused else reader.packet, tuple(faults), crc, segment)
