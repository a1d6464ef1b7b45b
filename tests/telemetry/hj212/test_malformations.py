"""Each of the 26 malformations met in the field: told by its code at its place, and read all the same."""

from __future__ import annotations

import pytest

from lantian.telemetry.hj212 import Framer, checksum, decode, head, instant, rows
from lantian.telemetry.hj212.clocks import clock_fault
from lantian.telemetry.hj212.faults import kinds

HEAD = "QN=20260801090000123;ST=31;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
CONTENT = "DataTime=20260801080000;a21026-Avg=12.4,a21026-Flag=N"


def packet(
    segment: str | bytes, crc: bytes | None = None, length: int | None = None, tail: bytes = b"\r\n"
) -> bytes:
    data = segment.encode() if isinstance(segment, str) else segment
    size = len(data) if length is None else length
    return b"##%04d%b%b%b" % (size, data, checksum.printed(data) if crc is None else crc, tail)


def with_content(content: str) -> bytes:
    return packet(f"{HEAD}CP=&&{content}&&")


def with_head(text: str, content: str = CONTENT) -> bytes:
    return packet(f"{text}CP=&&{content}&&")


GOOD = f"{HEAD}CP=&&{CONTENT}&&".encode()
MODBUS = checksum.modbus(GOOD)
SWAPPED = b"%04X" % ((MODBUS & 255) << 8 | MODBUS >> 8)


def with_crc(first: str) -> bytes:
    """A segment whose CRC begins with this digit."""
    tried = (f"{HEAD}CP=&&DataTime=20260801080000;a21026-Avg={i}&&".encode() for i in range(1000))
    return next(data for data in tried if checksum.printed(data).startswith(first.encode()))


ZERO = with_crc("0")
LETTER = with_crc("C")
INFO = b"ST=31;CN=3020;PW=123456;MN=X;CP=&&i11001-Info=//"
LONG = f"{HEAD}CP=&&{CONTENT};" + ";".join(f"a{25000 + i}-Avg=1" for i in range(80)) + "&&"

CASES: dict[str, tuple[bytes, str, bytes]] = {
    # name: packet, code of the fault, the bytes at its offset
    "modbus, swapped": (packet(GOOD, SWAPPED), "crc_modbus_swapped", SWAPPED),
    "modbus": (packet(GOOD, b"%04X" % MODBUS), "crc_modbus", b"%04X" % MODBUS),
    "lower case": (packet(LETTER, checksum.printed(LETTER).lower()), "crc_lower", b""),
    "no leading zero": (packet(ZERO, checksum.printed(ZERO).lstrip(b"0")), "crc_short", b""),
    "bad crc": (packet(GOOD, b"1234"), "crc_bad", b"1234"),
    "length too long": (packet(GOOD, length=len(GOOD) + 9), "length_wrong", b""),
    "length too short": (packet(GOOD, length=len(GOOD) - 30), "length_wrong", b""),
    "three digits": (b"##" + packet(GOOD)[3:], "length_form", b"140"),
    "over 1024": (packet(LONG), "length_over", b"%04d" % len(LONG)),
    "no tail": (packet(GOOD, tail=b""), "tail_missing", b""),
    "line feed": (packet(GOOD, tail=b"\n"), "tail_odd", b"\n"),
    "no QN": (with_head(HEAD[21:]), "qn_missing", b""),
    "no Flag": (with_head(HEAD[:-7]), "flag_missing", b""),
    "MN of a vendor": (with_head(HEAD.replace("010000A8900016F000169DC0", "JL_01")), "mn_form", b"MN=JL_01"),
    "no MN": (with_head(HEAD.replace("010000A8900016F000169DC0", "")), "mn_bad", b"MN="),
    "password of a vendor": (with_head(HEAD.replace("123456", "1")), "pw_form", b"PW=1"),
    "FLAG": (with_head(HEAD.replace("Flag", "FLAG")), "name_case", b"FLAG"),
    "doubled": (with_head(HEAD.replace("123456;", "123456;,")), "separator_doubled", b","),
    "comma": (with_head(HEAD.replace("123;ST", "123,ST")), "separator_comma", b","),
    "comma between parameters": (
        with_content("BeginTime=20260801080000,EndTime=20260801090000"), "comma_between_params", b","),
    "no semicolon": (with_head(HEAD[:-1]), "separator_missing", b"CP="),
    "double dash": (with_content(CONTENT.replace("-Avg", "--Avg")), "dash_doubled", b"a21026--Avg"),
    "blank": (with_content(CONTENT + " "), "blank", b"a21026-Flag=N "),
    "trailing": (with_content(CONTENT + ";"), "separator_trailing", b";"),
    "17 digits": (with_content(CONTENT.replace("080000;", "080000123;")), "time_long", b"20260801080000123"),
    "no time": (with_content(CONTENT.replace("0801080000", "0230080000")), "time_bad", b"20260230080000"),
    "old code": (with_content(CONTENT.replace("a21026", "02")), "code_old", b"02"),
    "unknown code": (with_content(CONTENT.replace("a21026", "a2106")), "code_unknown", b"a2106-"[:5]),
    "suffix": (with_content(CONTENT.replace("a21026", "a21026z")), "code_suffix", b"a21026z"),
    "unknown field": (with_content(CONTENT + ",a21026-ValidNum=10"), "field_unknown", b"a21026-ValidNum"),
    "PNO first": (with_head(HEAD.replace("Flag=5", "Flag=7;PNO=1;PNUM=2")), "parts_order", b"PNUM=2"),
    "padded": (with_head(HEAD.replace("Flag=5", "Flag=7;PNUM=0002;PNO=0001")), "parts_padded", b"PNUM=0002"),
    "no bit": (with_head(HEAD.replace("Flag=5", "Flag=5;PNUM=2;PNO=1")), "parts_without_flag", b"PNUM=2"),
    "no numbers": (with_head(HEAD.replace("Flag=5", "Flag=7")), "parts_bad", b""),
    "three-letter ST": (with_head(HEAD.replace("ST=31", "ST=101")), "st_form", b"ST=101"),
    "modbus before it": (b"\x04\x0a\0\0\0\x06\x01\x04\0\xc8\0\x78" + packet(GOOD), "junk", b""),
    "cut short": (packet(GOOD)[:60] + packet(GOOD), "truncated", b"##"),
    "twice": (with_content(CONTENT + ";a21026-Avg=13.0"), "factor_repeated", b"a21026-Avg=13.0"),
    "parameter twice": (with_content("PolId=a21026;PolId=a21002"), "field_repeated", b"PolId=a21002"),
    "empty": (with_content(CONTENT.replace("12.4", "")), "value_missing", b""),
    "dash": (with_content(CONTENT.replace("12.4", "-")), "value_missing", b"-"),
    "NaN": (with_content(CONTENT.replace("12.4", "NaN")), "value_missing", b"NaN"),
    "two points": (with_content(CONTENT.replace("12.4", "1.2.4")), "value_not_number", b"1.2.4"),
    "GBK": (packet(INFO + "更换".encode("gbk") + b"//&&"), "text_gbk", b"//"),
    "no text": (packet(INFO + b"\xff\xff//&&"), "text_unreadable", b"//"),
    "no CN": (with_head(HEAD.replace("CN=2061;", "")), "field_missing", b""),
    "CN of letters": (with_head(HEAD.replace("2061", "20X1")), "field_form", b"CN=20X1"),
    "order": (with_head("CN=2061;" + HEAD.replace("CN=2061;", "")), "field_order", b"QN"),
    "no name": (with_content(CONTENT + ";what"), "token_unreadable", b"what"),
    "no CP": (packet(HEAD + "&&"), "cp_missing", b""),
    "version 3": (with_head(HEAD.replace("Flag=5", "Flag=13")), "generation_unknown", b"Flag=13"),
    "mark": (with_content(CONTENT.replace("=N", "=Q")), "mark_unknown", b"Q"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_it_is_told_where_it_stands_and_the_packet_is_read(name: str) -> None:
    raw, code, there = CASES[name]
    for _ in range(8):  # a shape learned must not forget a fault
        decoded = decode(raw)
        assert code in [fault.code for fault in decoded.faults], decoded.faults
        fault = next(fault for fault in decoded.faults if fault.code == code)
        if there:
            assert raw[fault.offset :].startswith(there)
        assert 0 <= fault.offset <= fault.offset + fault.length <= len(raw)
        assert fault.words
        assert fault.say("zh") != fault.words
        assert "{" not in fault.words + fault.say("zh")
        assert decoded.packet is not None
        assert (decode(raw, strict=True).packet is None) == (
            any(fault.level != "note" for fault in decoded.faults)
        )


def test_every_malformation_of_the_list_and_every_code_is_tried() -> None:
    tried = {code for _, code, _ in CASES.values()}
    elsewhere = {"clock_off", "cipher_no_key", "cipher_wrong_key", "cipher_hex"}
    assert tried | elsewhere == set(kinds())
    assert {kinds()[code].kind for code in tried | elsewhere} >= set(range(1, 27))


@pytest.mark.parametrize(
    "name",
    ["FLAG", "doubled", "comma", "no semicolon", "double dash", "blank", "trailing", "17 digits", "no tail",
     "line feed", "length too long", "length too short", "lower case", "no leading zero", "modbus"],
)  # fmt: skip
def test_what_is_odd_costs_no_value(name: str) -> None:
    packet = decode(CASES[name][0]).packet
    assert packet is not None
    assert packet.mn == "010000A8900016F000169DC0"
    assert packet.flag == 5
    assert packet.data_time == "20260801080000"
    assert packet.items[0].fields["Avg"]


def test_the_last_of_two_values_counts_and_both_are_told() -> None:
    raw = CASES["twice"][0]
    assert rows(raw[6:-6], head(raw[6:-6])) == [("a21026", "Avg", "13.0", "N", "factor_repeated")]


def test_no_value_is_none_and_never_zero() -> None:
    for name in ("empty", "dash", "NaN"):
        raw = CASES[name][0]
        assert rows(raw[6:-6], head(raw[6:-6])) == [("a21026", "Avg", None, "N", "value_missing")]


def test_a_clock_that_is_wrong_is_told() -> None:
    found = head(GOOD)
    arrived = instant("20260801090000")
    assert arrived is not None
    assert clock_fault(found, arrived, 300) is None
    late = instant("20260801091000")
    assert late is not None
    fault = clock_fault(found, late, 300)
    assert fault is not None
    assert (fault.code, fault.what) == ("clock_off", "-599.877 s")


def test_packets_after_a_broken_one_are_found() -> None:
    for raw, _, _ in CASES.values():
        framer = Framer()
        found = framer.feed(raw + packet(GOOD)) + framer.flush()
        assert found[-1].crc == "ok"
        assert found[-1].segment == GOOD
