"""SM4 of the 2025 generation: the content of CP in blocks of 16 bytes, the rest plain.

The CRC is made over the plain segment, the length does not change, and cipher bytes may be any bytes: a
packet with encrypted content can be framed and its head read by anyone, but its CRC can be judged by who
has the key alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from lantian.errors import LantianError
from lantian.telemetry.hj212 import checksum

_BLOCK = 16
_HEX = re.compile(rb"[0-9A-Fa-f]*")
_PLAIN = re.compile(rb"[A-Za-z0-9][ -~]*=")


@lru_cache(maxsize=4096)
def _cipher(key: bytes) -> Cipher[modes.ECB]:
    if len(key) != _BLOCK:
        raise LantianError(
            f"an SM4 key of {len(key)} bytes.", remedy="It has 16 bytes (32 hexadecimal digits)."
        )
    return Cipher(algorithms.SM4(key), modes.ECB())  # noqa: S305  the standard prescribes ECB


def encrypt_cp(content: bytes, key: bytes) -> bytes:
    """The content of CP as it goes on the wire: every complete block in SM4-ECB, the rest plain.

    Parameters
    ----------
    content
        the bytes between the two `&&`
    key
        16 bytes

    Rule: HJ 212-2025, 6.4 (second-hand; the test vector of its appendix A fits).
    """
    whole = len(content) // _BLOCK * _BLOCK
    worker = _cipher(key).encryptor()
    return worker.update(content[:whole]) + worker.finalize() + content[whole:]


def decrypt_cp(content: bytes, key: bytes) -> bytes:
    """The plain content of CP.

    Parameters
    ----------
    content
        the bytes between the two `&&`, raw cipher with its plain rest
    key
        16 bytes
    """
    whole = len(content) // _BLOCK * _BLOCK
    worker = _cipher(key).decryptor()
    return worker.update(content[:whole]) + worker.finalize() + content[whole:]


def unseal(segment: bytes, key: bytes, printed: str) -> bytes | None:
    """The plain segment of an encrypted one; None where the key does not open it.

    Parameters
    ----------
    segment
        a `Frame.segment` whose `crc` is `sealed`
    key
        16 bytes
    printed
        the CRC as sent (`Frame.printed`), which is that of the plain segment; "" where it was checked before

    Raw bytes are tried first, then hexadecimal text.
    """
    begin = segment.find(b"CP=&&") + 5
    content = segment[begin:-2]
    for cipher in (content, _from_hex(content)):
        if cipher is None:
            continue
        plain = segment[:begin] + decrypt_cp(cipher, key) + b"&&"
        if printed in ("", checksum.printed(plain).decode()) and _PLAIN.match(plain, begin):
            return plain
    return None


def seal(segment: bytes, key: bytes) -> bytes:
    """A plain segment with its content encrypted."""
    begin = segment.find(b"CP=&&") + 5
    return segment[:begin] + encrypt_cp(segment[begin:-2], key) + b"&&"


def _from_hex(content: bytes) -> bytes | None:
    """Blocks written as hexadecimal text, with the plain rest behind them."""
    digits = _HEX.match(content)
    whole = (len(digits[0]) if digits else 0) // (2 * _BLOCK) * 2 * _BLOCK
    return bytes.fromhex(content[:whole].decode()) + content[whole:] if whole else None
