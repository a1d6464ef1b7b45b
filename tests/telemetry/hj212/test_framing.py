"""A stream of any bytes: the same packets however it is cut, every byte once, memory bounded."""

from __future__ import annotations

import io
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.telemetry.hj212 import Frame, Framer, decode, decode_frame, head, rows
from lantian.telemetry.hj212.notation import frames, to_json

from .fuzz_codec import one_input
from .vectors import VECTORS, raw

NAMES = st.sampled_from(sorted(VECTORS))
ODD = [b"##", b"#", b"##0", b"##0030", b"##9999QN=", b"##0004AB&&1C80\r\n", b"&&1C80\r\n", b"\r\n", b"\n"]
PIECES = st.one_of(
    NAMES.map(raw),
    NAMES.map(lambda name: raw(name)[:-2]),
    NAMES.map(lambda name: raw(name)[:-4] + b"00\n"),
    st.sampled_from(ODD),
    st.tuples(NAMES, st.integers(0, 80)).map(lambda cut: raw(cut[0])[: cut[1]]),
    st.binary(max_size=40),
)
STREAMS = st.lists(PIECES, max_size=8).map(b"".join)


def joined(found: list[Frame]) -> list[tuple[str, bytes, str, int]]:
    """Frames with neighbouring junk as one."""
    told: list[tuple[str, bytes, str, int]] = []
    for frame in found:
        if told and frame.kind == "junk" == told[-1][0]:
            kind, before, crc, offset = told[-1]
            told[-1] = (kind, before + frame.raw, crc, offset)
        else:
            told.append((frame.kind, frame.raw, frame.crc, frame.offset))
    return told


@settings(max_examples=150, deadline=None)
@given(STREAMS, st.lists(st.integers(0, 2000), max_size=12))
def test_cutting_the_stream_changes_nothing(data: bytes, cuts: list[int]) -> None:
    whole = Framer()
    at_once = whole.feed(data) + whole.flush()
    framer = Framer()
    found: list[Frame] = []
    edges = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    for begin, end in pairwise(edges):
        found += framer.feed(data[begin:end])
        assert len(framer.pending) <= framer.limit + 32
    found += framer.flush()
    assert joined(found) == joined(at_once)
    assert b"".join(frame.raw for frame in found) == data
    assert framer.pending == b""


@settings(max_examples=150, deadline=None)
@given(STREAMS)
def test_byte_by_byte_is_the_same(data: bytes) -> None:
    whole, single = Framer(), Framer()
    found = [frame for i in range(len(data)) for frame in single.feed(data[i : i + 1])]
    assert joined(found + single.flush()) == joined(whole.feed(data) + whole.flush())


@settings(max_examples=100, deadline=None)
@given(STREAMS | st.binary(max_size=200))
def test_anything_can_be_fed(data: bytes) -> None:
    one_input(data)


def test_no_flood_grows_the_memory() -> None:
    floods = (
        b"#",
        b"##",
        b"##0",
        b"##9999A",
        b"##0009aaaa",
        b"\0",
        b"##0030QN=1;",
        b"&&",
        b"##8000" + b"x" * 3000,
    )
    for flood in floods:
        framer = Framer()
        told = 0
        for _ in range(60):
            told += sum(len(frame.raw) for frame in framer.feed(flood * (4096 // len(flood) + 1)))
            assert len(framer.pending) <= framer.limit + 32
        assert told > 60 * 4096 - 3 * framer.limit


def test_a_limit_of_ones_own() -> None:
    framer = Framer(limit=100)
    (kept,) = framer.feed(raw("data_answer"))
    assert kept.crc == "ok"
    long = framer.feed(raw("flue_gas_hour")) + framer.flush()
    assert {frame.kind for frame in long} == {"junk"}
    assert b"".join(frame.raw for frame in long) == raw("flue_gas_hour")


def test_offsets_are_of_the_stream() -> None:
    framer = Framer()
    framer.feed(b"noise" + raw("execution"))
    (found,) = framer.feed(raw("data_answer"))
    assert found.offset == 5 + len(raw("execution"))


def test_bytes_around_a_packet_are_told_with_their_place() -> None:
    good = raw("over_range")
    decoded = decode(b"noise" + good + b"more")
    assert [(fault.code, fault.offset, fault.length) for fault in decoded.faults] == [
        ("junk", 0, 5),
        ("junk", 5 + len(good), 4),
    ]
    assert decoded.packet == decode(good).packet
    assert decode(b"noise" + good, strict=True).packet is None


def test_nothing_is_a_fault() -> None:
    assert [fault.code for fault in decode(b"").faults] == ["junk"]
    assert decode(b"hello").packet is None


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120))
def test_a_segment_of_any_bytes_has_a_head_and_rows(data: bytes) -> None:
    found = head(data)
    assert 0 <= found.cp[0] <= max(found.cp[1], found.cp[0])
    rows(data, found)


def test_a_file_is_told_frame_by_frame() -> None:
    data = b"[log]\r\n" + raw("execution") + b"\r\n" + raw("over_range")
    found = list(frames(io.BytesIO(data)))
    assert [frame.kind for frame in found] == ["junk", "packet", "junk", "packet"]
    entry = to_json(found[3], decode_frame(found[3]))
    assert entry["items"][1] == {"code": "a21002", "fields": {"Rtd": "0", "Flag": "D"}}
