"""Requests to sites: sent, repeated, answered, followed to their end, over lost connections and restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from lantian.telemetry.hj212 import decode
from lantian.telemetry.store import Line

Running = Callable[..., Any]
SPAN = {"BeginTime": "20261120000000", "EndTime": "20261120010000"}


def states(run: Any) -> list[str]:
    return [one.state for one in reversed(run.line.requests.all())]


def state(run: Any, number: int) -> Any:
    return run.line.requests.get(number)


def test_history_is_asked_for_sent_and_marked(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
            asked = run.line.requests.ask("MN1", "2061", SPAN, asked_by="test")
            order, raw = await site.hear()
            assert (order.cn, order.st, order.mn, order.pw, order.flag) == ("2061", "31", "MN1", "123456", 5)
            assert dict(decode(raw).packet.params) == SPAN
            await run.until(lambda: state(run, asked.id).state == "sent")
            site.send(site.packet("9011", {"QnRtn": "1"}, qn=order.qn, st="91", flag=4))
            await run.until(lambda: state(run, asked.id).state == "accepted")
            for hour in ("20261120000000", "20261120010000", "20261121000000"):
                assert (
                    await site.ask(site.packet("2061", {"DataTime": hour, "a21026-Avg": "7"}))
                ).cn == "9014"
            site.send(site.packet("9012", {"ExeRtn": "1"}, qn=order.qn, st="91", flag=4))
            await run.until(lambda: state(run, asked.id).state == "done")
            found = state(run, asked.id)
            assert (found.tries, found.qn, found.qn_rtn, found.exe_rtn) == (1, order.qn, 1, 1)
            rows = run.line.values().to_pylist()
            assert [row["quality"] for row in rows] == ["answer", "answer", None, None]

    asyncio.run(work())


@pytest.mark.parametrize(
    ("answers", "end", "codes"),
    [
        ([("9011", {"QnRtn": "2"})], "refused", (2, None)),
        ([("9011", {"QnRtn": "1"}), ("9012", {"ExeRtn": "100"})], "failed", (1, 100)),
        ([("9012", {"ExeRtn": "1"})], "done", (None, 1)),
    ],
)
def test_what_the_site_says_is_kept(
    running: Running, answers: list[tuple[str, dict[str, str]]], end: str, codes: tuple[Any, Any]
) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
            asked = run.line.requests.ask("MN1", "1062", {"RtdInterval": "30"}, asked_by="test")
            order, _ = await site.hear()
            site.send(site.packet("9011", {"QnRtn": "3"}, qn="20200101000000000", st="91"))
            for cn, params in answers:
                site.send(site.packet(cn, params, qn=order.qn, st="91", flag=4))
            await run.until(lambda: state(run, asked.id).state == end)
            assert (state(run, asked.id).qn_rtn, state(run, asked.id).exe_rtn) == codes
            assert run.server.dialogue.counts["answers_to_nothing"] == 1
            assert run.stored() == [("MN1", "a21026", "12.4")]

    asyncio.run(work())


def test_a_request_is_repeated_and_then_given_up(running: Running) -> None:
    async def work() -> None:
        async with running(rules={"timeout": 0.15, "repeats": 3}) as run:
            site = await run.site()
            await site.ask(site.packet())
            asked = run.line.requests.ask("MN1", "1011", asked_by="test")
            second = run.line.requests.ask("MN1", "1061", asked_by="test")
            numbers = [(await site.hear())[0].qn for _ in range(4)]
            assert len(set(numbers)) == 1
            # One after the other: the second goes out when the first is over.
            assert (await site.hear())[0].cn == "1061"
            await run.until(lambda: state(run, asked.id).state == "timed_out")
            assert (state(run, asked.id).tries, state(run, second.id).state) == (4, "sent")

    asyncio.run(work())


def test_an_accepted_request_ends_when_the_site_is_silent_too_long(running: Running) -> None:
    async def work() -> None:
        async with running(rules={"execution": 0.3}) as run:
            site = await run.site()
            await site.ask(site.packet())
            asked = run.line.requests.ask("MN1", "2061", SPAN, asked_by="test")
            order, _ = await site.hear()
            site.send(site.packet("9011", {"QnRtn": "1"}, qn=order.qn, st="91", flag=4))
            await run.until(lambda: state(run, asked.id).state == "timed_out")
            assert state(run, asked.id).qn_rtn == 1

    asyncio.run(work())


def test_a_request_waits_for_its_site_and_outlives_the_server(running: Running, line: Line) -> None:
    asked = line.requests.ask("MN1", "2061", SPAN, asked_by="test")

    async def work() -> None:
        async with running() as run:
            await asyncio.sleep(0.1)
            assert state(run, asked.id).state == "queued"
            site = await run.site()
            await site.ask(site.packet())
            order, _ = await site.hear()
            site.send(site.packet("9011", {"QnRtn": "1"}, qn=order.qn, st="91", flag=4))
            await run.until(lambda: state(run, asked.id).state == "accepted")
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
            # The site is still at it: it is not asked again, and its end is understood.
            assert await site.silent(0.2)
            site.send(site.packet("9012", {"ExeRtn": "1"}, qn=order.qn, st="91", flag=4))
            await run.until(lambda: state(run, asked.id).state == "done")
            assert state(run, asked.id).tries == 1

    asyncio.run(work())


def test_a_request_sent_into_a_lost_connection_is_sent_again(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
            asked = run.line.requests.ask("MN1", "1011", asked_by="test")
            order, _ = await site.hear()
            await site.close()
            await run.until(lambda: run.server.connections == 0)
            again = await run.site()
            await again.ask(again.packet("2051"))
            repeated, _ = await again.hear()
            assert (repeated.cn, repeated.qn) == ("1011", order.qn)
            again.send(again.packet("9012", {"ExeRtn": "1"}, qn=order.qn, st="91", flag=4))
            await run.until(lambda: state(run, asked.id).state == "done")

    asyncio.run(work())


def test_a_notice_is_done_when_it_is_noticed(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
            asked = run.line.requests.ask("MN1", "2012", asked_by="test")
            order, _ = await site.hear()
            site.send(site.packet("9013", {}, qn=order.qn, st="91", flag=4))
            await run.until(lambda: state(run, asked.id).state == "done")

    asyncio.run(work())


def test_a_new_password_holds_when_the_site_has_taken_it(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
            asked = run.line.requests.ask("MN1", "1072", {"NewPW": "654321"}, asked_by="test")
            order, _ = await site.hear()
            # Some answer with the new one already.
            site.send(site.packet("9012", {"ExeRtn": "1"}, qn=order.qn, st="91", flag=4, pw="654321"))
            await run.until(lambda: state(run, asked.id).state == "done")
            await run.until(lambda: run.line.devices.get("MN1").accepts("654321"))
            await run.until(lambda: run.server.access.known["MN1"].accepts("654321"))
            assert (await site.ask(site.packet(pw="654321"))).cn == "9014"
            site.send(site.packet("2051"))
            assert (await run.refused())[-1] == ("MN1", "wrong_password")

    asyncio.run(work())


def test_a_site_is_told_time_timeout_and_intervals_when_it_first_comes(running: Running) -> None:
    async def work() -> None:
        async with running(greet="first", rtd_interval=30, min_interval=10) as run:
            site = await run.site()
            await site.ask(site.packet())
            told = []
            for _ in range(4):
                order, raw = await site.hear()
                told.append((order.cn, dict(decode(raw).packet.params)))
                site.send(site.packet("9012", {"ExeRtn": "1"}, qn=order.qn, st="91", flag=4))
            assert [cn for cn, _ in told] == ["1012", "1000", "1062", "1064"]
            assert set(told[0][1]) == {"SystemTime"}
            assert told[1][1] == {"OverTime": "10", "ReCount": "3"}
            assert (told[2][1], told[3][1]) == ({"RtdInterval": "30"}, {"MinInterval": "10"})
            assert states(run) == []
            again = await run.site()
            await again.ask(again.packet("2051"))
            assert await again.silent(0.1)

    asyncio.run(work())


def test_a_request_goes_in_the_words_of_its_generation(running: Running, line: Line) -> None:
    async def work() -> None:
        async with running() as run:
            for flag, expected in ((None, None), (1, 1), (9, 9)):
                site = await run.site()
                site.send(site.packet("2011", flag=flag))
                await run.until(lambda: run.server.dialogue.open == 0)
                run.line.requests.ask("MN1", "1011", asked_by="test")
                while (heard := (await site.hear())[0]).cn != "1011":
                    pass
                assert heard.flag == expected
                site.send(site.packet("9012", {"ExeRtn": "1"}, qn=heard.qn, st="91", flag=4))
                await run.until(lambda: run.server.dialogue.open == 0)
                await site.close()
                await run.until(lambda: run.server.connections == 0)

    asyncio.run(work())
