"""Frames of on-board data: laid out by hand, cut out of any stream, read back as written."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.errors import LantianError
from lantian.telemetry.vehicles import Framer, checksum, decode, encode

VIN = "LZZ5ELND8GA123456"
AT = datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC)  # 12:05:06 in Beijing

# Written by hand from the table of the fact sheet: speed 60 km/h = 15360 = 3C00; 90 kPa = 180 = B4;
# torque 20 % = 145 = 91; friction 5 % = 130 = 82; 1200 r/min = 9600 = 2580; 25 L/h = 500 = 01F4; NOx before
# 800 ppm = 20000 = 4E20; after 100 ppm = 6000 = 1770; reagent 50 % = 125 = 7D; intake not available = FFFF;
# inlet 300 °C = 18336 = 47A0; outlet abnormal = FE00; DPF 2 kPa = 20 = 0014; coolant 85 °C = 125 = 7D;
# fuel 80 % = 200 = C8; position valid, south = 02; longitude 112.5 = 112500000 = 06B49D20;
# latitude 37.8 = 37800000 = 0240C840; 12345.6 km = 123456 = 0001E240.
ENGINE = bytes.fromhex(
    "3C00 B4 91 82 2580 01F4 4E20 1770 7D FFFF 47A0 FE00 0014 7D C8 02 06B49D20 0240C840 0001E240"
)


def frame(data: bytes, command: int = 2, encryption: int = 1) -> bytes:
    body = bytes((command,)) + VIN.encode() + bytes((7, encryption)) + len(data).to_bytes(2, "big") + data
    return b"##" + body + bytes((checksum(body),))


LIVE = frame(bytes((26, 11, 22, 12, 5, 6)) + b"\x00\x09" + b"\x02" + ENGINE)


def test_a_frame_written_by_hand_is_read_to_the_digit():
    told = decode(LIVE)
    assert (told.name, told.vin, told.time, told.serial, told.faults) == ("live", VIN, AT, 9, ())
    (block,) = told.blocks
    values = {reading.name: reading.value for reading in block.readings}
    assert values == {
        "speed": 60, "air_pressure": 90, "net_torque": 20, "friction_torque": 5, "engine_speed": 1200,
        "fuel_flow": 25, "nox_before": 800, "nox_after": 100, "reagent_level": 50, "intake_air": None,
        "scr_inlet_temperature": 300, "scr_outlet_temperature": None, "dpf_pressure": 2,
        "coolant_temperature": 85, "fuel_level": 80, "position_state": 2, "longitude": Decimal("112.5"),
        "latitude": Decimal("-37.8"), "mileage": Decimal("12345.6"),
    }  # fmt: skip
    states = {reading.name: reading.state for reading in block.readings if reading.state}
    assert states == {"intake_air": "unavailable", "scr_outlet_temperature": "abnormal"}


def test_diagnosis_with_fault_codes_and_a_second_engine_block_a_second_later():
    obd = (
        bytes((1, 1)) + b"\x00\x03\x00\x01" + VIN.encode() + b"SW1".ljust(18, b"\0") + b"CVN".ljust(18, b"\0")
    )
    obd += bytes(36) + b"\x02" + bytes.fromhex("0011223344556677")
    data = bytes((26, 11, 22, 12, 5, 6)) + b"\x00\x01" + b"\x01" + obd + b"\x02" + ENGINE + b"\x02" + ENGINE
    first, second, third = decode(frame(data)).blocks
    assert first.of("fault_codes") == "00112233 44556677"
    assert (first.of("mil"), first.of("calibration_id"), first.of("obd_vin")) == (1, "SW1", VIN)
    assert (second.time, (third.time - second.time).total_seconds()) == (AT, 1)


def test_a_login_tells_its_card():
    told = decode(encode("login", VIN, AT, 1, iccid="89860000000000000001"))
    assert (told.name, told.iccid, told.time) == ("login", "89860000000000000001", AT)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (LIVE[:-1] + bytes((LIVE[-1] ^ 1,)), "checksum"),
        (frame(b"secret data", encryption=2), "encrypted"),
        (frame(bytes((26, 11, 22, 12, 5, 6)) + b"\x00\x01\x80\x01\x02"), "unknown_block"),
        (frame(bytes((26, 11, 22, 12, 5, 6)) + b"\x00\x01\x02" + ENGINE[:20]), "short_block"),
        (frame(bytes((26, 13, 40, 12, 5, 6)) + b"\x00\x01"), "time"),
        (frame(b"", command=9), "unknown_command"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept(raw: bytes, code: str):
    told = decode(raw)
    assert code in {fault.code for fault in told.faults}
    if code in ("encrypted", "unknown_block", "short_block"):
        assert told.rest
        assert told.rest in raw


@pytest.mark.parametrize("raw", [b"", b"##", b"#" * 40, LIVE[:-1], LIVE + b"\0"])
def test_bytes_that_are_no_frame_are_refused_with_a_remedy(raw: bytes):
    with pytest.raises(LantianError):
        decode(raw)


NUMBERS = st.fixed_dictionaries(
    {},
    optional={
        "speed": st.integers(0, 200), "nox_before": st.integers(-200, 3000),
        "reagent_level": st.integers(0, 50).map(lambda n: 2 * n),
        "mileage": st.integers(0, 10**6), "scr_inlet_temperature": st.integers(-273, 1500),
        "longitude": st.decimals(-180, 180, places=6), "latitude": st.decimals(-90, 90, places=6),
    },
)  # fmt: skip


@given(NUMBERS, st.integers(0, 65535))
def test_what_is_written_is_read_back(values, serial):
    told = decode(encode("live", VIN, AT, serial, [("engine", values)]))
    block = told.blocks[0]
    placed = "longitude" in values
    for name, value in values.items():
        if name == "latitude" and not placed:
            assert block.of(name) is None  # no position without both
        else:
            assert block.of(name) == value
    assert told.serial == serial


@given(
    st.lists(st.sampled_from([LIVE, b"##", b"junk", b"\r\n", LIVE[:30], frame(b"abc"), b"#"]), max_size=8),
    st.data(),
)
def test_however_the_stream_is_cut_nothing_is_lost_and_frames_are_the_same(parts, data):
    stream = b"".join(parts)
    whole = Framer()
    expected = whole.feed(stream) + whole.close()
    cut, found, at = Framer(), [], 0
    while at < len(stream):
        step = data.draw(st.integers(1, 40))
        found += cut.feed(stream[at : at + step])
        at += step
    found += cut.close()
    assert b"".join(f.raw for f in found) == stream == b"".join(f.raw for f in expected)
    good = [(f.offset, f.raw) for f in found if f.crc == "ok"]
    assert good == [(f.offset, f.raw) for f in expected if f.crc == "ok"]
    for offset, raw in good:
        assert stream[offset : offset + len(raw)] == raw


@given(st.binary(max_size=3000))
def test_random_bytes_never_raise_and_memory_stays_bounded(noise):
    framer = Framer()
    for frame_ in framer.feed(noise):
        if frame_.kind == "packet":
            decode(frame_.raw) if frame_.crc == "ok" else None
    assert framer.pending <= 24 + 4096 + 1


def test_a_long_row_of_starts_costs_no_square():
    framer = Framer()
    found = framer.feed(b"#" * 400_000)
    assert sum(len(f.raw) for f in found) + framer.pending == 400_000
