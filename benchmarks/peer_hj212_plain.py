"""HJ 212 as an engineer writes it in an afternoon: check the frame, loop over the bytes for the CRC,
split, split, split.

Two of them, the same but for the CRC: bit by bit as the standard's appendix prints it, and with a table.
"""

from __future__ import annotations

from typing import Any


def crc_by_bits(data: bytes) -> int:
    """The algorithm of appendix A, word for word."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            if register & 1:
                register = (register >> 1) ^ 0xA001
            else:
                register >>= 1
    return register


def _entry(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


TABLE = [_entry(i) for i in range(256)]


def crc_by_table(data: bytes) -> int:
    """The same with one look-up a byte."""
    register = 0xFFFF
    table = TABLE
    for byte in data:
        register = table[(register >> 8) ^ byte]
    return register


def parse(raw: bytes, crc: Any) -> dict[str, Any]:
    """A packet as dictionaries: the fields before CP, the parameters, the factors with their fields."""
    if raw[:2] != b"##" or raw[-2:] != b"\r\n":
        raise ValueError("frame")
    length = int(raw[2:6])
    data = raw[6 : 6 + length]
    if len(raw) != length + 12:
        raise ValueError("length")
    if crc(data) != int(raw[6 + length : 10 + length], 16):
        raise ValueError("crc")
    text = data.decode("utf-8")
    head, _, content = text.partition("CP=&&")
    packet: dict[str, Any] = {}
    for field in head.split(";"):
        if field:
            name, value = field.split("=", 1)
            packet[name] = value
    params: dict[str, str] = {}
    items: dict[str, dict[str, str]] = {}
    for group in content[:-2].split(";"):
        for field in group.split(","):
            if not field:
                continue
            name, value = field.split("=", 1)
            if "-" in name:
                code, kind = name.split("-", 1)
                items.setdefault(code, {})[kind] = value
            else:
                params[name] = value
    packet["params"] = params
    packet["items"] = items
    return packet


def by_bits(raw: bytes) -> dict[str, Any]:
    """The plain parser with the CRC of the appendix."""
    return parse(raw, crc_by_bits)


def by_table(raw: bytes) -> dict[str, Any]:
    """The plain parser with a table."""
    return parse(raw, crc_by_table)
