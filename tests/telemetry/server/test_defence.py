"""Slow, loud and broken clients: they go, and nobody else notices."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from lantian.telemetry.hj212 import crc

Running = Callable[..., Any]
FAST = {"frame_seconds": 0.5, "greeting_seconds": 0.5}


def closed(run: Any, why: str) -> int:
    return int(run.server.counts.closed.get(why, 0))


def test_a_packet_that_never_ends_ends_its_connection(running: Running) -> None:
    async def work() -> None:
        async with running(limits=FAST | {"greeting_seconds": 60.0}) as run:
            good, slow = await run.site(), await run.site()
            await good.ask(good.packet())
            packet = slow.packet()

            async def drip() -> None:
                for i in range(len(packet) - 2):
                    slow.send(packet[i : i + 1])
                    await asyncio.sleep(0.02)

            dripping = asyncio.create_task(drip())
            await slow.closed()
            dripping.cancel()
            assert closed(run, "unfinished") == 1
            assert await run.refused() == [("", "unfinished")]
            assert (await good.ask(good.packet())).cn == "9014"

    asyncio.run(work())


def test_who_says_nothing_goes_and_who_has_proved_itself_may_be_silent(running: Running) -> None:
    async def work() -> None:
        async with running(limits=FAST) as run:
            good, silent = await run.site(), await run.site()
            await good.ask(good.packet())
            await silent.closed()
            assert closed(run, "silent") == 1
            assert (await good.ask(good.packet())).cn == "9014"

    asyncio.run(work())


def test_noise_is_not_listened_to_for_ever(running: Running) -> None:
    noise = random.Random(6).randbytes(200_000).replace(b"##", b"..")  # noqa: S311 - noise for a test

    async def work() -> None:
        async with running() as run:
            site = await run.site()
            site.send(noise)
            await site.closed()
            assert closed(run, "junk") == 1
            assert 65_536 <= run.server.counts.bytes_of_noise < 65_536 + 50_000
            (shown,) = {one.reason for one in run.line.refusals()} or {"junk"}
            assert shown == "junk"

    asyncio.run(work())


def test_noise_between_packets_is_passed_over(running: Running) -> None:
    async def work() -> None:
        async with running(limits={"junk_bytes": 1000}) as run:
            site = await run.site()
            for _ in range(5):
                site.send(b"\x01\x03\x00\x00\x00\x0a\xc5\xcd" * 50)
                assert (await site.ask(site.packet())).cn == "9014"
            assert closed(run, "junk") == 0

    asyncio.run(work())


def test_who_only_sends_what_is_refused_goes(running: Running) -> None:
    async def work() -> None:
        async with running(limits={"faults": 5}) as run:
            site = await run.site()
            for _ in range(20):
                site.send(site.packet(mn="NOBODY"))
            await site.closed()
            assert run.server.counts.refused["unknown_device"] == 5
            # A device that has proved itself may forward what is refused.
            gateway = await run.site()
            await gateway.ask(gateway.packet())
            for _ in range(20):
                gateway.send(gateway.packet(mn="NOBODY"))
            assert (await gateway.ask(gateway.packet())).cn == "9014"

    asyncio.run(work())


def test_of_one_address_and_of_all_there_is_a_most(running: Running) -> None:
    async def work() -> None:
        async with running(limits={"connections_per_address": 3}) as run:
            sites = [await run.site() for _ in range(3)]
            fourth = await run.site()
            await fourth.closed()
            assert closed(run, "too_many_of_address") == 1
            assert (await sites[0].ask(sites[0].packet())).cn == "9014"
            await sites[2].close()
            await run.until(lambda: run.server.connections == 2)
            fifth = await run.site()
            assert (await fifth.ask(fifth.packet())).cn == "9014"

    asyncio.run(work())


def test_a_full_house_makes_room_for_the_next_but_not_at_the_cost_of_a_device(running: Running) -> None:
    async def work() -> None:
        async with running(limits={"connections": 3}) as run:
            good = [await run.site() for _ in range(2)]
            for site in good:
                await site.ask(site.packet())
            stranger, new = await run.site(), await run.site()
            await stranger.closed()
            assert closed(run, "made_room") == 1
            assert (await new.ask(new.packet())).cn == "9014"
            last = await run.site()
            await last.closed()
            assert closed(run, "too_many_connections") == 1
            for site in (*good, new):
                assert (await site.ask(site.packet())).cn == "9014"

    asyncio.run(work())


def test_too_many_packets_are_read_later_and_none_is_lost(running: Running) -> None:
    async def work() -> None:
        async with running(limits={"packets_per_minute": 1200}) as run:
            site, other = await run.site(), await run.site("MN2")
            for _ in range(1230):
                site.send(site.packet("2011"))
            await run.until(lambda: run.server.counts.slowed)
            assert (await other.ask(other.packet(pw="other2"))).mn == "MN2"
            for _ in range(1230):
                assert (await site.hear())[0].cn == "9014"

    asyncio.run(work())


def test_a_full_queue_stops_the_reading_and_nothing_is_lost(
    running: Running, line: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = line.write
    sizes: list[int] = []

    def slow(arrivals: Any) -> Any:
        sizes.append(len(arrivals))
        return write(arrivals)

    monkeypatch.setattr(line, "write", slow)

    async def work() -> None:
        async with running(limits={"queue": 10, "group": 4}) as run:
            sites = [await run.site() for _ in range(4)]
            sent = [[site.packet("2011") for _ in range(100)] for site in sites]
            for site, packets in zip(sites, sent, strict=True):
                site.send(b"".join(packets))
            for site in sites:
                for _ in range(100):
                    assert (await site.hear())[0].cn == "9014"
            assert max(sizes) <= 4
            assert sum(sizes) == 400
            assert len(run.stored()) == 400

    asyncio.run(work())


def test_whatever_bad_clients_do_every_good_packet_is_acknowledged(running: Running) -> None:
    """Slow ones, loud ones, liars and guessers work on the port while four sites send."""
    rng = random.Random(212)  # noqa: S311 - a test's disorder

    async def bad(run: Any, kind: int, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                site = await run.site()
                if kind == 0:
                    site.send(rng.randbytes(100_000))
                elif kind == 1:
                    site.send(site.packet()[:40])
                elif kind == 2:
                    for _ in range(50):
                        site.send(site.packet(pw=f"{rng.randrange(10**6):06d}"))
                elif kind == 3:
                    site.send(b"##9999" * 3000)
                elif kind == 4:
                    site.send(b"\x16\x03\x01\x02\x00" + rng.randbytes(512))
                else:
                    for _ in range(50):
                        site.send(site.packet().replace(b"12.4", b"99.9"))
                await asyncio.sleep(0.02)
                await site.close()
            except OSError:
                continue

    async def work() -> None:
        async with running(limits={"guesses_per_minute": 100_000, "connections": 100}) as run:
            stop = asyncio.Event()
            good = [await run.site() for _ in range(4)]
            for site in good:
                await site.ask(site.packet())
            noise = [asyncio.create_task(bad(run, kind, stop)) for kind in range(6) for _ in range(2)]
            wanted, rounds = {"wrong_password", "crc", "junk"}, 0
            while rounds < 30 or not wanted <= set(run.server.counts.refused):
                for site in good:
                    assert (await site.ask(site.packet())).cn == "9014"
                rounds += 1
            stop.set()
            await asyncio.gather(*noise)
            assert {place for place, _, _ in run.stored()} == {"MN1"}
            assert {text for _, _, text in run.stored()} == {"12.4"}

    asyncio.run(work())


@pytest.mark.parametrize("qn", ["202611221200²²001", "²" * 17, "20261122120000٠٠١"])
def test_an_odd_number_of_a_packet_costs_no_connection(running: Running, qn: str) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            content = "DataTime=20261122080000;a21026-Avg=1"
            segment = f"QN={qn};ST=31;CN=2061;PW=123456;MN=MN1;Flag=4;CP=&&{content}&&".encode()
            site.send(b"##%04d%b%04X\r\n" % (len(segment), segment, crc(segment)))
            assert (await site.ask(site.packet())).cn == "9014", "the connection goes on"

    asyncio.run(work())


@pytest.mark.parametrize("time", ["99991231235959", "20991231000000", "00010101000000"])
def test_a_time_of_another_age_is_not_the_last_one_for_ever(running: Running, time: str) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            assert (await site.ask(site.packet(params={"DataTime": time, "a21026-Avg": "1"}))).cn == "9014"
            assert (await site.ask(site.packet())).cn == "9014"
            (known,) = [one for mn, one in run.server.access.known.items() if mn == "MN1"]
            assert f"{known.data_time:%Y}" == "2026"
            assert (await site.ask(site.packet())).cn == "9014"

    asyncio.run(work())
