"""The CRC against the standard's loop over bits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.telemetry.hj212 import checksum, crc


def by_bits(data: bytes) -> int:
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            register = (register >> 1) ^ 0xA001 if register & 1 else register >> 1
    return register


@given(
    st.binary(max_size=300)
    | st.binary(min_size=1000, max_size=1100)
    | st.binary(min_size=2040, max_size=2100)
)
def test_folding_gives_what_the_loop_gives(data: bytes) -> None:
    assert crc(data) == by_bits(data)
    assert checksum.printed(data) == b"%04X" % by_bits(data)


@pytest.mark.parametrize("size", [*range(1, 20), 511, 512, 513, 1024, 2047, 2048, 2049, 8192])
def test_every_size_folds(size: int) -> None:
    data = bytes((i * 37 + size) % 256 for i in range(size))
    assert crc(data) == by_bits(data)


@pytest.mark.parametrize(
    ("data", "ours", "modbus"),
    [
        (b"", 0xFFFF, 0xFFFF),
        (b"\0", 0x4040, 0x40BF),
        (b"A", 0x7080, 0x707F),
        (b"123456789", 0x2F80, 0x4B37),
        ("中".encode(), 0x0A00, 0x4A82),
    ],
)
def test_known_values(data: bytes, ours: int, modbus: int) -> None:
    assert (crc(data), checksum.modbus(data)) == (ours, modbus)


def test_its_low_byte_is_one_of_eight() -> None:
    assert {value & 0xFF for value in checksum.TABLE} == {0, 1, 0x40, 0x41, 0x80, 0x81, 0xC0, 0xC1}
    assert len(set(checksum.TABLE)) == 256


@given(st.binary(min_size=1, max_size=60))
def test_a_modbus_device_is_told(data: bytes) -> None:
    sent = checksum.modbus(data)
    swapped = (sent & 0xFF) << 8 | sent >> 8
    assert checksum.kind(data, crc(data)) == "ok"
    assert checksum.kind(data, sent) in ("modbus", "ok")
    assert checksum.kind(data, swapped) in ("modbus_swapped", "modbus", "ok")
