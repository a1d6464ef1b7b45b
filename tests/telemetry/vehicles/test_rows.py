"""A frame's values in the line, and the seconds made of them again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa

from lantian.telemetry.values import VALUES, millionths
from lantian.telemetry.vehicles import decode, encode, history, rows, seconds

VIN = "LZZ5ELND8GA123456"
AT = datetime(2026, 11, 22, 4, 5, 6, tzinfo=UTC)


def frame(*speeds: int, at: datetime = AT) -> bytes:
    return encode("live", VIN, at, 1, [("engine", {"speed": speed, "nox_after": 80}) for speed in speeds])


def table(*frames: tuple[datetime, bytes]) -> pa.Table:
    found = []
    for seq, (at, raw) in enumerate(frames):
        for factor, field, text, mark, quality in rows(raw):
            found.append({
                "place": VIN, "time": at, "st": "vehicle", "cn": "02", "factor": factor, "field": field,
                "text": text, "value": millionths(text), "mark": mark, "qn": None, "seq": seq,
                "received_at": at, "quality": quality,
            })  # fmt: skip
    return pa.Table.from_pylist(found, schema=VALUES)


def test_seconds_of_the_line_are_those_of_the_frames():
    raw = frame(60, 61, 62)
    expected = seconds(decode(raw).blocks)
    found = history(table((AT, raw)))
    assert [(s.time, s.of("speed")) for s in found] == [(s.time, s.of("speed")) for s in expected]
    assert [s.of("speed") for s in found] == [60, 61, 62]
    assert found[2].time == AT + timedelta(seconds=2)
    assert found[0].of("nox_before") is None


def test_of_an_instant_told_twice_the_later_arrival_holds():
    assert [s.of("speed") for s in history(table((AT, frame(60)), (AT, frame(50))))] == [Decimal(50)]


def test_what_the_vehicle_could_not_tell_is_a_row_with_its_mark():
    told = {factor: (text, mark) for factor, _field, text, mark, _quality in rows(frame(60))}
    assert told["speed"] == ("60", None)
    assert told["nox_before"] == (None, "unavailable")


def test_what_has_no_layout_is_kept_in_hexadecimal_digits():
    raw = bytearray(encode("live", VIN, AT, 1))
    raw[22:24] = (11).to_bytes(2, "big")
    raw[-1:] = b"\x80\x01\x02"
    body = bytes(raw[2:])
    check = 0
    for byte in body:
        check ^= byte
    (row,) = rows(bytes(raw) + bytes((check,)))
    assert row[:3] == ("rest", "hex", "800102")
    assert row[4] == "unknown_block"


def test_a_frame_without_values_is_still_a_row():
    (row,) = rows(encode("logout", VIN, AT, 7))
    assert row[:3] == ("", "Command", "logout")
