"""What a site hears, and when: an answer with its own number, once its packet is durable."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from lantian.telemetry.hj212 import Framer, head
from lantian.telemetry.store import Line

Running = Callable[..., Any]


def run(work: Any) -> None:
    asyncio.run(work)


def test_a_packet_is_answered_with_its_number_and_stored(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            said = await site.ask(site.packet(qn="20261122090002015"))
            assert (said.cn, said.st, said.qn, said.mn, said.flag) == (
                "9014",
                "91",
                "20261122090002015",
                "MN1",
                4,
            )
            assert run.stored() == [("MN1", "a21026", "12.4")]

    run(work())


def test_nothing_is_answered_before_it_is_durable(
    running: Running, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    go, write = threading.Event(), line.write

    def slow(arrivals: Any) -> Any:
        go.wait(10)
        return write(arrivals)

    monkeypatch.setattr(line, "write", slow)

    async def work() -> None:
        async with running() as run:
            site = await run.site()
            site.send(site.packet())
            assert await site.silent()
            assert run.stored() == []
            go.set()
            assert (await site.hear())[0].cn == "9014"
            assert run.stored() == [("MN1", "a21026", "12.4")]

    run(work())


@pytest.mark.parametrize(
    ("flag", "settings", "answered"),
    [
        (4, {}, False),
        (5, {}, True),
        (8, {}, False),
        (9, {}, True),
        (0, {}, False),
        (1, {}, True),
        (None, {}, False),
        (None, {"answer_unflagged": True}, True),
    ],
)
def test_who_does_not_want_an_answer_gets_none(
    running: Running, flag: int | None, settings: dict[str, Any], answered: bool
) -> None:
    async def work() -> None:
        async with running(**settings) as run:
            site = await run.site()
            site.send(site.packet(flag=flag))
            await run.until(lambda: run.server.counts.of("stored") == 1)
            if answered:
                said = (await site.hear())[0]
                assert (said.cn, said.flag) == ("9014", None if flag is None else flag - 1)
            else:
                assert await site.silent(0.05)

    run(work())


def test_a_heartbeat_is_answered_and_not_stored(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            said = await site.ask(site.packet("9015", {}, qn="20261122120100000", flag=9))
            assert (said.cn, said.qn, said.flag) == ("9013", "20261122120100000", 8)
            assert run.line.packets.file.path.exists()
            assert run.stored() == []

    run(work())


def test_who_asks_for_the_time_is_told_it(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            said = await site.ask(site.packet("1013", {}, qn="20261122120100001"))
            assert (said.cn, said.qn) == ("9013", "20261122120100001")
            order, raw = await site.hear()
            assert (order.cn, order.st, order.flag) == ("1012", "31", 5)
            assert b"SystemTime=" + order.qn[:8].encode() in raw
            site.send(site.packet("9011", {"QnRtn": "1"}, qn=order.qn, st="91", flag=4))
            site.send(site.packet("9012", {"ExeRtn": "1"}, qn=order.qn, st="91", flag=4))
            await run.until(lambda: run.server.dialogue.counts.get("done") == 1)
            # Told a moment ago: it need not be told again, but its notice is answered.
            assert (await site.ask(site.packet("1013", {}))).cn == "9013"
            assert await site.silent(0.1)

    run(work())


def test_the_same_again_is_answered_again_and_stored_once(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            packet = site.packet()
            for _ in range(3):
                assert (await site.ask(packet)).cn == "9014"
            again = await run.site()
            assert (await again.ask(packet)).cn == "9014"
            assert run.stored() == [("MN1", "a21026", "12.4")]
            assert (run.server.counts.of("stored"), run.server.counts.of("duplicate")) == (1, 3)

    run(work())


def test_late_split_and_unordered_packets_are_kept_and_a_correction_is_a_new_version(
    running: Running,
) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()

            def hour(time: str, factor: str, value: str, extra: str = "", flag: int = 5) -> bytes:
                from lantian.telemetry.hj212 import crc

                segment = (
                    f"QN={site.qn()};ST=31;CN=2061;PW=123456;MN=MN1;Flag={flag};{extra}"
                    f"CP=&&DataTime={time};{factor}-Avg={value},{factor}-Flag=N&&"
                ).encode()
                return b"##%04d%b%04X\r\n" % (len(segment), segment, crc(segment))

            sent = [
                hour("20261122080000", "a21002", "40.2", "PNUM=2;PNO=2;", 7),
                hour("20261122080000", "a21026", "12.4", "PNUM=2;PNO=1;", 7),
                hour("20261122090000", "a21026", "13.0"),
                hour("20261122030000", "a21026", "11.0", "RF=1;", 9),
                hour("20261122070000", "a21026", "10.0"),
                hour("20261122090000", "a21026", "13.1"),
            ]
            for packet in sent:
                assert (await site.ask(packet)).cn == "9014"
            latest = run.line.values(factors=["a21026"], fields=["Avg"]).to_pylist()
            assert [row["text"] for row in latest] == ["11.0", "10.0", "12.4", "13.1"]
            assert sum(text == "13.0" for _, _, text in run.stored()) == 1

    run(work())


def test_packets_in_any_pieces_are_answered_in_order(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            sent = [
                site.packet(params={"DataTime": f"202611220{i}0000", "a21026-Avg": str(i)}) for i in range(9)
            ]
            stream = b"\r\n\r\n".join(sent)
            for start in range(0, len(stream), 37):
                site.send(stream[start : start + 37])
                await site.writer.drain()
                await asyncio.sleep(0)
            numbers = [head(frame.segment).qn for frame in Framer().feed(b"".join(sent))]
            assert [(await site.hear())[0].qn for _ in sent] == numbers

    run(work())


def test_a_packet_without_its_end_is_taken_when_nothing_follows(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            site.send(site.packet().removesuffix(b"\r\n"))
            assert (await site.hear())[0].cn == "9014"
            assert run.line.values().to_pylist()[0]["quality"] == "tail_missing"

    run(work())


def test_a_modbus_device_is_taken_and_marked(running: Running) -> None:
    async def work() -> None:
        from lantian.telemetry.hj212.checksum import modbus

        async with running() as run:
            site = await run.site()
            packet = site.packet()
            site.send(packet[:-6] + b"%04X\r\n" % modbus(packet[6:-6]))
            assert (await site.hear())[0].cn == "9014"
            assert run.line.values().to_pylist()[0]["quality"] == "crc_modbus"

    run(work())


def test_who_closes_its_half_still_hears_what_became_of_its_packets(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            for _ in range(4):
                site.send(site.packet())
            site.send(site.packet().removesuffix(b"\r\n"))
            site.writer.write_eof()
            assert [(await site.hear())[0].cn for _ in range(5)] == ["9014"] * 5
            await site.closed()

    run(work())


def test_the_register_learns_what_was_seen(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
        seen = run.line.devices.get("MN1")
        assert seen is not None
        assert seen.last_seen is not None
        assert seen.last_data_time is not None
        assert f"{seen.last_data_time:%Y-%m-%d %H}" == "2026-11-22 00"
        assert seen.counters["stored"] == 1
        assert not seen.connected

    run(work())


def test_a_clock_that_is_wrong_is_told_and_counted(
    running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet(qn="20360101000000000"))
            known = run.server.access.known["MN1"]
            assert known.clock_off
            assert known.clock > 300
            assert "clock of MN1 is wrong by +" in caplog.text
            assert 'lantian_line_device_clock_seconds{mn="MN1"}' in (await run.get("/metrics"))[1]
            for _ in range(8):
                await site.ask(site.packet())
            assert not known.clock_off
            assert "clock of MN1 is right again" in caplog.text

    run(work())
