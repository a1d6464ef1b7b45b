"""Commands, codes, units and parts: typed values and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.errors import LantianError
from lantian.telemetry.hj212 import (
    Item,
    Packet,
    answer,
    codes,
    commands,
    decode,
    encode,
    fields,
    head,
    heartbeat,
    instant,
    request,
    rounded,
    rows,
    split,
    stamp,
    units,
)
from lantian.telemetry.hj212.parts import Parts

from .vectors import VECTORS, raw

MN = "010000A8900016F000169DC0"
VALUES: dict[str, commands.Value] = {
    "SystemTime": datetime(2026, 8, 1, 1, tzinfo=UTC),
    "QnRtn": 1,
    "ExeRtn": 100,
    "RtdInterval": 30,
    "MinInterval": 10,
    "RestartTime": datetime(2026, 8, 1, tzinfo=UTC),
    "PolId": "a21026",
    "InfoId": "i13008",
    "BeginTime": datetime(2026, 7, 1, tzinfo=UTC),
    "EndTime": datetime(2026, 7, 2, tzinfo=UTC),
    "DataTime": datetime(2026, 8, 1, tzinfo=UTC),
    "NewPW": "654321",
    "OverTime": 10,
    "ReCount": 3,
    "VaseNo": 7,
    "CstartTime": "080000",
    "Ctime": 4,
    "Stime": 60,
    "SKCreateTime": datetime(2026, 8, 1, tzinfo=UTC),
    "NewSK": "30" * 16,
    "SampleType": "1",
    "SampleTime": datetime(2026, 8, 1, tzinfo=UTC),
    "CompleteTime": datetime(2026, 8, 1, tzinfo=UTC),
}


@pytest.mark.parametrize("cn", commands.COMMANDS)
def test_every_command_goes_out_and_comes_back_as_values(cn: str) -> None:
    command = commands.COMMANDS[cn]
    for names in (command.asks, command.gives):
        values = {name: VALUES[name] for name in names if name in fields.PARAMS}
        items = (commands.item("a21026", {"Avg": Decimal("12.40"), "Flag": "N"}),) if command.factors else ()
        packet = Packet(
            2025,
            "20260801090000123",
            "31",
            cn,
            "123456",
            MN,
            9,
            params=commands.untyped(command, values),
            items=items,
        )
        decoded = decode(encode(packet))
        assert decoded.faults == ()
        assert decoded.packet is not None
        found = commands.typed(decoded.packet)
        assert (found.command, found.values) == (command, values)
        if items:
            assert [(reading.field, reading.value) for reading in found.readings] == [
                ("Avg", Decimal("12.40")),
                ("Flag", "N"),
            ]
            assert str(found.readings[0].value) == "12.40"


def test_the_table_is_that_of_the_standard() -> None:
    assert len(commands.COMMANDS) == 43
    assert {cn for cn, command in commands.COMMANDS.items() if not command.verified} >= {
        "1014",
        "9015",
        "2062",
    }
    assert commands.systems()["31"] == ("大气环境污染源", "flue gas")
    assert commands.answer_words("QnRtn", "3", "zh") == "密码错误"
    assert commands.answer_words("ExeRtn", "100", "en") == "no data"
    assert commands.answer_words("ExeRtn", "77", "en") is None


@pytest.mark.parametrize(
    ("cn", "values", "what"),
    [
        ("1062", {"RtdInterval": 10}, "outside 30 to 3600"),
        ("1064", {"MinInterval": 7}, "not one of 1, 2, 3"),
        ("1072", {"NewPW": "1234567"}, "longer than 6 bytes"),
        ("1012", {"SystemTime": datetime(2026, 8, 1)}, "no time zone"),  # noqa: DTZ001  what is refused
        ("1012", {"SystemTime": "2026"}, "no time"),
        ("1062", {"RtdInterval": "often"}, "no number"),
        ("1062", {"Often": 30}, "has no parameter Often"),
        ("4711", {}, "no command 4711"),
    ],
)
def test_a_request_that_cannot_be_is_refused(cn: str, values: dict[str, commands.Value], what: str) -> None:
    with pytest.raises(LantianError, match=what):
        commands.untyped(cn, values)


def test_answers_are_those_of_the_vectors() -> None:
    asked = head(raw("request_2017")[6:-6])._replace(pw="123456")
    assert answer(asked) == raw("data_answer")
    assert answer(asked, "9013") == raw("notice_answer")
    assert answer(asked, "9012", {"ExeRtn": "1"}) == raw("execution")
    beat = heartbeat(MN, "123456", "31", "20261122120100000")
    assert beat == raw("heartbeat_2025")
    assert head(answer(head(beat[6:-6]), "9013")[6:-6]).generation == 2025
    old = answer(head(raw("codes_2005")[6:-6]))
    assert b"Flag" not in old
    assert b"QN" not in old


def test_requests_are_those_of_the_vectors() -> None:
    made = request(MN, "100000", "32", "1062", {"RtdInterval": "30"}, qn="20160801085857223")
    assert made == raw("request_2017")
    assert request(MN, "123456", "32", "1011", qn="20240601085857223", flag=9) == raw("time_2025")


def test_what_would_break_a_packet_is_refused() -> None:
    packet = decode(raw("execution")).packet
    assert packet is not None
    for bent in (
        packet._replace(mn="1;2"),
        packet._replace(params={"ExeRtn": "1&&"}),
        packet._replace(items=(Item("a", {"Info": "//1//2//"}),)),
        packet._replace(items=(Item("a", {"Info": "x" * 10000}),)),
    ):
        with pytest.raises(LantianError):
            encode(bent)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a21026", "a21002", "02", "SB1", "g10101"]),
            st.dictionaries(
                st.sampled_from(["Rtd", "Avg", "Min", "Max", "Cou", "ZsAvg"]),
                st.decimals(-9999, 9999, allow_nan=False, allow_infinity=False, places=3).map(str),
                min_size=1,
            ),
            st.sampled_from("NFMSDCTB"),
        ),
        unique_by=lambda item: item[0],
        max_size=5,
    ),
    st.sampled_from([None, 0, 4, 5, 8, 9]),
)
def test_any_packet_made_here_reads_as_it_was(
    items: list[tuple[str, dict[str, str], str]], flag: int | None
) -> None:
    packet = Packet(
        2005 if flag in (None, 0) else 2017 if flag in (4, 5) else 2025,
        "20260801090000123", "31", "2061", "123456", MN, flag,
        params={"DataTime": "20260801080000"},
        items=tuple(Item(code, {**values, "Flag": mark}) for code, values, mark in items),
    )  # fmt: skip
    sent = encode(packet)
    decoded = decode(sent)
    assert decoded.packet is not None
    assert [(item.code, item.fields) for item in decoded.packet.items] == [
        (item.code, item.fields) for item in packet.items
    ]
    assert decoded.packet._replace(items=packet.items) == packet
    assert encode(decoded.packet) == sent
    spread = rows(sent[6:-6], head(sent[6:-6]))
    assert [(row[0], row[1], row[2], row[3]) for row in spread] == [
        (code, name, value, mark) for code, values, mark in items for name, value in values.items()
    ]


def test_times_are_of_beijing_and_kept_in_utc() -> None:
    assert instant("20240520210700") == datetime(2024, 5, 20, 13, 7, tzinfo=UTC)
    assert instant("20240520210700123") == datetime(2024, 5, 20, 13, 7, 0, 123000, tzinfo=UTC)
    assert instant("20240230000000") is None
    assert instant("2024052021070٣") is None
    assert stamp(datetime(2024, 5, 20, 13, 7, 0, 123999, tzinfo=UTC), 17) == "20240520210700123"


def test_rows_of_facts_a_command_carries() -> None:
    boot = raw("boot_2081")[6:-6]
    assert rows(boot, head(boot)) == [("", "RestartTime", "20231007130452", None, None)]
    log = raw("log_line")[6:-6]
    assert rows(log, head(log)) == [
        ("", "PolId", "a21026", None, None),
        ("i11001", "Info", "//更换滤芯//", None, None),
    ]


def test_values_are_rounded_half_even() -> None:
    assert [rounded(Decimal(text), 1) for text in ("0.25", "0.35", "-0.25", "2")] == [
        "0.2",
        "0.4",
        "-0.2",
        "2.0",
    ]


def test_codes_old_new_and_of_a_vendor() -> None:
    known = codes.factor("02")
    assert known is not None
    assert (known.code, known.zh, known.symbol, known.unit, known.amount) == (
        "a21026",
        "二氧化硫",
        "SO2",
        "mg/m³",
        "kg",
    )
    assert codes.canonical("S01") == "a19001"
    assert codes.canonical("PM25", {"PM25": "a34004"}) == "a34004"
    assert codes.canonical("a21026z") == "a21026z"
    for code in ("g10102", "d20105", "p99101", "SB3", "i13008", "I33400"):
        assert codes.factor(code) is not None, code
    assert [codes.doubt(code) for code in ("02", "a21026z", "831", "a21026")] == [
        "code_old", "code_suffix", "code_unknown", None,
    ]  # fmt: skip
    air = [factor for factor in codes.table().values() if factor.source == "HJ 212-2017 table B.2"]
    assert len(air) == 121
    assert all(factor.zh and factor.en for factor in codes.table().values())
    assert {factor.code for factor in codes.table().values() if not factor.verified} >= {
        "a05024",
        "p99101",
        "d2xxxx",
    }


def test_the_unit_is_the_devices_before_the_standards() -> None:
    assert units.unit_of("02", "Avg") == ("mg/m³", "standard")
    assert units.unit_of("a21026", "Cou") == ("kg", "standard")
    assert units.unit_of("a34004", "Avg") == ("", "")  # the table's ng/m³ is what no device sends
    assert units.unit_of("PM25", "Avg", {"PM25": "µg/m³"}) == ("µg/m³", "device")
    assert units.unit_of("02", "Avg", {"a21026": "ppm"}) == ("ppm", "device")
    assert units.unit_of("a21026", "Flag") == ("", "standard")


@pytest.mark.parametrize(
    ("code", "st_", "unit", "value", "likelier"),
    [
        ("a34004", "22", "µg/m³", "35", None),
        ("a34004", "22", "ng/m³", "35", "µg/m³"),
        ("a34004", "22", "mg/m³", "35", "µg/m³"),
        ("a34001", "39", "µg/m³", "0.35", "mg/m³"),
        ("a21026", "31", "mg/m³", "12", None),
        ("a21026", "31", "µg/m³", "12", "mg/m³"),
        ("a21005", "22", "mg/m³", "800", "µg/m³"),
        ("a19001", "31", "%", "7", None),
    ],
)
def test_a_thousandfold_mistake_is_seen(
    code: str, st_: str, unit: str, value: str, likelier: str | None
) -> None:
    doubt = units.doubt(code, [Decimal(value)] * 9, unit, st_)
    assert (doubt.unit if doubt else None) == likelier


def test_a_long_packet_is_split_and_put_together() -> None:
    items = tuple(Item(f"a{25000 + i}", {"Avg": "1.00", "Flag": "N"}) for i in range(120))
    whole = Packet(2017, "20260801090000123", "31", "2061", "123456", MN, 5,
                   params={"DataTime": "20260801080000"}, items=items)  # fmt: skip
    parts = split(whole)
    assert len(parts) > 2
    assert [part.pno for part in parts] == list(range(1, len(parts) + 1))
    assert len({part.qn for part in parts}) == len(parts)
    segments = [encode(part)[6:-6] for part in parts]
    assert all(len(segment) <= 1024 for segment in segments)
    assert [item for part in parts for item in part.items] == list(items)
    assert split(whole._replace(items=items[:3])) == [whole._replace(items=items[:3])]
    now = datetime(2026, 8, 1, tzinfo=UTC)
    waiting = Parts()
    order = [*range(1, len(parts)), 1, 0]  # out of order, one twice
    told = [waiting.add(head(segments[i]), segments[i], now) for i in order]
    assert [found is not None for found in told] == [False] * (len(order) - 1) + [True]
    assert told[-1] is not None
    assert told[-1].segments == tuple(segments)
    assert waiting.overdue(now + timedelta(hours=1)) == []


def test_a_part_that_never_came_is_told() -> None:
    waiting = Parts(most=1)
    now = datetime(2026, 8, 1, tzinfo=UTC)
    part = raw("part_1")[6:-6]
    assert waiting.add(head(part), part, now) is None
    assert waiting.overdue(now) == []
    (missing,) = waiting.overdue(now + timedelta(minutes=6))
    assert (missing.data_time, missing.came, missing.missing) == ("20261122080000", (1,), (2,))
    for i in range(3):
        waiting.add(head(part)._replace(mn=str(i)), part, now)
    assert [missing.mn for missing in waiting.overdue(now)] == ["0", "1"]


def test_a_packet_that_is_not_split_is_whole() -> None:
    segment = raw("execution")[6:-6]
    whole = Parts().add(head(segment), segment, datetime(2026, 8, 1, tzinfo=UTC))
    assert whole is not None
    assert whole.segments == (segment,)
    assert len(VECTORS) == 23
