"""Conformance: every vector reads without a complaint about its frame, and gives its bytes back."""

from __future__ import annotations

import pytest

from lantian.telemetry.hj212 import Framer, decode, encode, head, rows, sm4
from lantian.telemetry.hj212.encoding import frame, segment_of
from lantian.telemetry.hj212.layouts import SEEN_BEFORE
from lantian.telemetry.hj212.reading import read

from .vectors import KEY, REST, VECTORS, WHOLE, raw

# The one vector whose time is longer than the standard's: read by its first 14 digits, so not given back.
CUT = "no_flag_long_time"
GENERATIONS = {"no_flag_long_time": 2005, "three_digit_st": 2005, "codes_2005": 2005}


@pytest.mark.parametrize("name", VECTORS)
def test_a_vector_reads_and_gives_its_bytes_back(name: str) -> None:
    packet_bytes = raw(name)
    decoded = decode(packet_bytes)
    assert decoded.crc == "ok"
    assert decoded.packet is not None
    assert "wrong" not in {fault.level for fault in decoded.faults}
    expected = 2025 if name.endswith("2025") or "_2025_" in name else GENERATIONS.get(name, 2017)
    assert decoded.packet.generation == expected
    assert (encode(decoded.packet) == packet_bytes) == (name != CUT)


@pytest.mark.parametrize("name", VECTORS)
def test_a_vectors_shape_learned_gives_what_careful_reading_gives(name: str) -> None:
    packet_bytes = raw(name)
    segment = packet_bytes[6:-6]
    slow, faults = read(segment, 6)
    seen = head(segment)
    first_rows = rows(segment, seen)
    for _ in range(SEEN_BEFORE + 3):
        decoded = decode(packet_bytes)
        assert decoded.packet == slow
        assert decoded.packet is not None
        assert list(decoded.packet.items) == list(slow.items)
        assert decoded.faults == tuple(faults)
        assert rows(segment, seen) == first_rows


@pytest.mark.parametrize("name", VECTORS)
def test_the_head_agrees_with_the_packet(name: str) -> None:
    segment = raw(name)[6:-6]
    packet = decode(raw(name)).packet
    assert packet is not None
    found = head(segment)
    assert found[:10] == (*packet[1:10], packet.generation)
    assert (found.data_time or "")[:14] == (packet.data_time or "")
    assert segment[slice(*found.cp)] in segment
    assert found.wants_answer == ((packet.flag or 0) % 2 == 1)
    assert found.split == name.startswith("part_")


def test_strict_takes_what_the_standard_has_and_refuses_the_rest() -> None:
    for name in VECTORS:
        decoded = decode(raw(name), strict=True)
        assert (decoded.packet is None) == (name in (CUT, "three_digit_st")), name


@pytest.mark.parametrize(
    ("name", "cipher"), [("minutes_2025_whole_blocks", WHOLE), ("minutes_2025_rest", REST)]
)
def test_sm4_vectors(name: str, cipher: bytes) -> None:
    plain = raw(name)
    segment = plain[6:-6]
    begin = segment.index(b"CP=&&") + 5
    content = segment[begin:-2]
    assert sm4.encrypt_cp(content, KEY) == cipher + content[len(cipher) :]
    assert sm4.decrypt_cp(cipher + content[len(cipher) :], KEY) == content
    sent = frame(segment, key=KEY)
    assert (len(sent), sent[-6:]) == (len(plain), plain[-6:])
    (found,) = Framer().feed(sent)
    assert found.crc == "sealed"
    opened = decode(sent, key=KEY)
    assert (opened.crc, opened.segment) == ("ok", segment)
    assert opened.packet == decode(plain).packet
    shut = decode(sent)
    assert shut.packet is not None
    assert (shut.packet.mn, shut.packet.items) == ("010000A8900016F000169DC0", ())
    assert [fault.code for fault in shut.faults] == ["cipher_no_key"]
    wrong = decode(sent, key=b"1" * 16)
    assert [fault.code for fault in wrong.faults] == ["cipher_wrong_key"]
    assert rows(found.segment, head(found.segment)) == [("", "CP", None, None, "cipher_no_key")]
    assert rows(found.segment, head(found.segment), key=KEY, printed=found.printed) == rows(
        segment, head(segment)
    )


def test_a_cipher_as_hexadecimal_text_is_opened() -> None:
    segment = raw("minutes_2025_rest")[6:-6]
    begin = segment.index(b"CP=&&") + 5
    whole = (len(segment) - begin - 2) // 16 * 16
    cipher = sm4.encrypt_cp(segment[begin:-2], KEY)
    text = cipher[:whole].hex().upper().encode() + cipher[whole:]
    sent = b"##%04d%b%b&&B541\r\n" % (begin + len(text) + 2, segment[:begin], text)
    decoded = decode(sent, key=KEY)
    assert decoded.segment == segment
    assert [fault.code for fault in decoded.faults] == ["cipher_hex"]


def test_cipher_bytes_may_hold_every_delimiter() -> None:
    plain = segment_of(decode(raw("minutes_2025_rest")).packet)  # type: ignore[arg-type]  it is there
    begin = plain.index(b"CP=&&") + 5
    nasty = b"\x00##0101QN=&&1C80\r\n&&2200\r\n##"
    segment = plain[:begin] + nasty + b"&&"
    sent = b"##%04d%b2200\r\n" % (len(segment), segment)
    (first, second) = Framer().feed(sent + raw("execution"))
    assert (first.raw, first.crc, second.crc) == (sent, "sealed", "ok")


@pytest.mark.parametrize(
    ("segment", "right"),
    [
        (b"QN=20190901181526940;ST=32;CN=2011;PW=123456;MN=Y80110010000010;Flag=4;CP=&&DataTime=20190901181500;"
         b"a21005-Rtd=1.760,a21005-Flag=N;a21026-Rtd=106.400,a21026-Flag=N;O3-Rtd=63.400,O3-Flag=N;a21004-Rtd=63.200,"
         b"a21004-Flag=N;a34002-Rtd=9,a34002-Flag=N;a34004-Rtd=4,a34004-Flag=N&&", b"2D00"),
        (b"QN=20191112091100598;ST=31;CN=2051;PW=123456;MN=14513567846884;PNO=0002;PNUM=0002;CP=&&"
         b"DataTime=20230327090000;a01006-Avg=101.85,a01006-Min=101.84,a01006-Max=101.87,a01006-ValidNum=10,"
         b"a01006-TotalNum=10&&", b"D801"),
    ],
)  # fmt: skip
def test_a_made_up_crc_is_told_and_the_rest_read(segment: bytes, right: bytes) -> None:
    decoded = decode(b"##%04d%b2800\r\n" % (len(segment), segment))
    assert decoded.crc == "bad"
    assert decoded.packet is not None
    assert decoded.packet.items
    fault = next(fault for fault in decoded.faults if fault.code == "crc_bad")
    assert fault.what == f"2800 / {right.decode()}"
    assert fault.offset == len(segment) + 6


def test_a_head_without_qn_is_not_taken_for_one_with() -> None:
    with_qn = raw("execution")[6:-6]
    without = with_qn[20:]
    for segment in (without, with_qn, without, with_qn):
        packet, faults = read(segment, 6)
        decoded = decode(frame(segment))
        assert decoded.packet == packet
        assert [fault.code for fault in decoded.faults] == [fault.code for fault in faults]
