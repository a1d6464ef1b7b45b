"""The CRC of HJ 212, and those that devices print in its place.

The register's low byte is thrown away at every step, so only its high byte goes on, through a linear map
of eight bits. That map has order 8: applied eight times it changes nothing. Bytes eight apart therefore
meet the same power of it, and a message folds onto eight bytes by XOR before anything is looked up. The
fold is done on one big integer, by halves, so no step of Python goes over the bytes.
"""

from __future__ import annotations

import struct

_POLYNOMIAL = 0xA001
_EMPTY = 0xFFFF
"""The start of the register, and so the CRC of no byte at all."""


def _step(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ _POLYNOMIAL if value & 1 else value >> 1
    return value


TABLE = tuple(_step(i) for i in range(256))
_HIGH = bytes(value >> 8 for value in TABLE)


def _powers() -> tuple[bytes, ...]:
    powers = [bytes(range(256))]
    for _ in range(7):
        powers.append(powers[-1].translate(_HIGH))
    return tuple(powers)


_POWER = _powers()
_START = bytes(_POWER[(n - 1) % 8][0xFF] for n in range(8))
_XOR = tuple(bytes(i ^ k for i in range(256)) for k in range(256))


def _pairs(low: int) -> bytes:
    """What a pair of folded bytes adds to the index: the later one under power `low`, the earlier one
    above.
    """
    return b"".join(_POWER[low].translate(_XOR[_POWER[low + 1][high]]) for high in range(256))


_PAIR_0, _PAIR_2, _PAIR_4, _PAIR_6 = (_pairs(low) for low in (0, 2, 4, 6))


_BLOCK = (1 << 64) - 1
_BITS_2048 = (1 << 2048) - 1
_BITS_1024 = (1 << 1024) - 1
_number = int.from_bytes
_words = struct.Struct("<4H").unpack


def index(segment: bytes) -> int:
    """The one byte the CRC depends on, 0 to 255; of no use for an empty segment."""
    size = len(segment)
    folded = _number(segment, "big")
    # Halves onto halves down to one block. What is folded away above is cut off while it is long: the next
    # steps then handle less.
    if size > 512:
        width = 4096
        while width * 2 < size * 8:
            width *= 2
        while width > 4096:
            folded ^= folded >> width
            folded &= (1 << width) - 1
            width //= 2
        folded ^= folded >> 4096
    folded = (folded ^ folded >> 2048) & _BITS_2048
    folded = (folded ^ folded >> 1024) & _BITS_1024
    folded ^= folded >> 512
    folded ^= folded >> 256
    folded ^= folded >> 128
    first, second, third, fourth = _words(((folded ^ folded >> 64) & _BLOCK).to_bytes(8, "little"))
    found: int = _PAIR_0[first] ^ _PAIR_2[second] ^ _PAIR_4[third] ^ _PAIR_6[fourth] ^ _START[size & 7]
    return found


def crc(segment: bytes) -> int:
    """The CRC of a data segment.

    Parameters
    ----------
    segment
        the bytes between the length field and the CRC; they end with `&&`

    Returns
    -------
    int
        16 bits; printed as four upper-case hexadecimal digits, high byte first. Only 256 values occur.

    Rule: HJ 212-2017, appendix A; the same in HJ/T 212-2005 and HJ 212-2025.
    """
    return TABLE[index(segment)] if segment else _EMPTY


PRINTED = tuple(b"%04X" % value for value in TABLE)

ENDS = tuple(crc + b"\r\n" for crc in PRINTED)
"""The last six bytes of a packet, by `index`."""


def printed(segment: bytes) -> bytes:
    """The CRC as it stands in a packet, `1C80`."""
    return PRINTED[index(segment)] if segment else b"FFFF"


def modbus(segment: bytes) -> int:
    """CRC-16/MODBUS, which many loggers print in place of the standard's.

    Parameters
    ----------
    segment
        the bytes between the length field and the CRC
    """
    register = _EMPTY
    table = TABLE
    for byte in segment:
        register = (register >> 8) ^ table[(register ^ byte) & 0xFF]
    return register


def kind(segment: bytes, sent: int) -> str:
    """Which algorithm a printed CRC is of.

    Parameters
    ----------
    segment
        the bytes between the length field and the CRC
    sent
        the CRC as a number

    Returns
    -------
    str
        `ok`, `modbus`, `modbus_swapped` (its two bytes in the other order) or `bad`
    """
    if crc(segment) == sent:
        return "ok"
    other = modbus(segment)
    if other == sent:
        return "modbus"
    if ((other & 0xFF) << 8 | other >> 8) == sent:
        return "modbus_swapped"
    return "bad"
