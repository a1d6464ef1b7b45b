"""What is not taken, and why: nothing unauthenticated reaches anybody's series."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.telemetry.hj212.encoding import frame
from lantian.telemetry.store import Device, Line

Running = Callable[..., Any]
KEY = b"0" * 16


def change(run: Any, mn: str, **how: Any) -> None:
    device = run.line.devices.get(mn)
    run.line.devices.put(replace(device, **how))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"pw": "654321"}, "wrong_password"),
        ({"pw": ""}, "wrong_password"),
        ({"mn": "NOBODY"}, "unknown_device"),
        ({"mn": "BLOCKED"}, "blocked"),
        ({"mn": "BLOCKED", "pw": "x"}, "wrong_password"),
    ],
)
def test_who_is_not_who_it_says_is_refused_and_shown(
    running: Running, how: dict[str, Any], reason: str
) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            packet = site.packet(**how)
            site.send(packet)
            assert await run.refused() == [(how.get("mn", "MN1"), reason)]
            assert await site.silent(0.05)
            assert run.stored() == []
            (shown,) = run.line.refusals()
            assert shown.peer == "127.0.0.1"
            assert shown.excerpt.startswith(packet[:30])
            assert b"PW=***" in shown.excerpt
            assert f'refused_total{{reason="{reason}"}} 1' in (await run.get("/metrics"))[1]

    asyncio.run(work())


def test_the_first_packet_is_refused_the_next_one_with_the_password_is_taken(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            site.send(site.packet(pw="wrong!"))
            assert (await site.ask(site.packet())).cn == "9014"
            # Proved once is not proved for ever: each packet carries its password.
            site.send(site.packet(params={"DataTime": "20261122090000", "a21026-Avg": "99"}, pw="wrong!"))
            assert await run.refused(2) == [("MN1", "wrong_password")] * 2
            assert run.stored() == [("MN1", "a21026", "12.4")]

    asyncio.run(work())


def test_a_gateway_speaks_for_several_devices_each_with_its_password(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            gateway = await run.site()
            await gateway.ask(gateway.packet())
            assert (await gateway.ask(gateway.packet(mn="MN2", pw="other2"))).mn == "MN2"
            # The right password of another device opens nothing.
            gateway.send(gateway.packet("2051", mn="MN2", pw="123456"))
            assert await run.refused() == [("MN2", "wrong_password")]
            assert sorted(place for place, _, _ in run.stored()) == ["MN1", "MN2"]
        async with running(limits={"devices_per_connection": 1}) as run:
            gateway = await run.site()
            await gateway.ask(gateway.packet())
            gateway.send(gateway.packet(mn="MN2", pw="other2"))
            await run.refused(2)
            assert run.line.refusals(reason="other_device")[0].mn == "MN2"

    asyncio.run(work())


def test_a_forged_packet_is_refused_whoever_it_names(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
            site.send(
                site.packet(params={"DataTime": "20261122090000", "a21026-Avg": "9"}).replace(b"=9&", b"=1&")
            )
            assert await run.refused() == [("MN1", "crc")]
            assert run.stored() == [("MN1", "a21026", "12.4")]

    asyncio.run(work())


def test_a_replayed_packet_is_refused_a_repeated_one_is_not(running: Running, tmp_path: Path) -> None:
    now = [1_800_000_000.0]

    async def work() -> None:
        async with running(wall=lambda: now[0]) as run:
            site = await run.site()
            packet = site.packet()
            assert (await site.ask(packet)).cn == "9014"
            now[0] += 60
            assert (await site.ask(packet)).cn == "9014"
            now[0] += 2 * 3600
            thief = await run.site()
            thief.send(packet)
            assert await run.refused() == [("MN1", "replayed")]
            assert [one.peer for one in run.line.refusals()] == ["127.0.0.1"]
            assert await thief.silent(0.05)
            assert len(run.stored()) == 1

    asyncio.run(work())


def test_an_unknown_device_is_taken_in_where_anybody_may_come(running: Running) -> None:
    async def work() -> None:
        async with running(enrol="open") as run:
            site = await run.site("NEW1")
            assert (await site.ask(site.packet(pw="mine12"))).cn == "9014"
            device = run.line.devices.get("NEW1")
            assert (device.state, device.accepts("mine12"), device.peer) == ("unconfirmed", True, "127.0.0.1")
            # Its password holds from now on.
            other = await run.site("NEW1")
            other.send(other.packet(pw="other1"))
            assert await run.refused() == [("NEW1", "wrong_password")]
            # Known devices are not taken in again, and a blocked one stays out.
            other.send(other.packet(mn="BLOCKED"))
            await run.refused(2)
            assert [one.state for one in run.line.devices.all()].count("unconfirmed") == 1

    asyncio.run(work())


def test_there_is_an_end_to_taking_in(running: Running) -> None:
    async def work() -> None:
        async with running(enrol="open", limits={"enrolments_per_minute": 2}) as run:
            site = await run.site()
            for mn in ("N1", "N2", "N3"):
                site.send(site.packet(mn=mn))
            assert await run.refused() == [("N3", "too_many_new")]
            await run.until(lambda: len(run.stored()) == 2)
            assert sorted({place for place, _, _ in run.stored()}) == ["N1", "N2"]

    asyncio.run(work())


def test_what_people_decide_holds_at_once(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            await site.ask(site.packet())
            run.line.devices.block("MN1")
            await site.closed()
            again = await run.site()
            again.send(again.packet())
            assert await run.refused() == [("MN1", "blocked")]
            run.line.devices.confirm("MN1")
            run.line.devices.put(Device("LATER", password="123456"))
            await run.until(lambda: "LATER" in run.server.access.known)
            assert (await again.ask(again.packet())).cn == "9014"
            assert (await again.ask(again.packet(mn="LATER"))).cn == "9014"

    asyncio.run(work())


@pytest.mark.parametrize(
    ("how", "packet", "reason"),
    [
        ({"addresses": ("10.1.0.0/16",)}, {}, "address"),
        ({"need_tls": True}, {}, "needs_tls"),
        ({"need_sm4": True, "sm4_key": KEY}, {}, "needs_sm4"),
        ({"st": frozenset({"32"})}, {}, "other_system"),
        ({"addresses": ("10.1.0.0/16", "127.0.0.0/8")}, {}, ""),
        ({"st": frozenset({"31", "32"})}, {}, ""),
    ],
)
def test_a_device_may_be_held_to_more(
    running: Running, how: dict[str, Any], packet: dict[str, Any], reason: str
) -> None:
    async def work() -> None:
        async with running() as run:
            change(run, "MN1", **how)
            await run.until(lambda: run.server.access.known["MN1"].device == run.line.devices.get("MN1"))
            site = await run.site()
            site.send(site.packet(**packet))
            if reason:
                assert await run.refused() == [("MN1", reason)]
                assert run.stored() == []
            else:
                assert (await site.hear())[0].cn == "9014"

    asyncio.run(work())


def test_an_encrypted_packet_is_checked_with_the_key_and_kept_as_sent(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            change(run, "MN1", need_sm4=True, sm4_key=KEY)
            await run.until(lambda: run.server.access.known["MN1"].device.need_sm4)
            site = await run.site()
            plain = site.packet(params={"DataTime": "20261122080000", "a21026-Avg": "12.4"}, flag=9)[6:-6]
            sealed = frame(plain, key=KEY)
            assert (await site.ask(sealed)).cn == "9014"
            assert run.stored() == [("MN1", "a21026", "12.4")]
            with run.line.packets.file.reading() as connection:
                (kept,) = connection.execute("SELECT segment FROM packet").fetchone()
            assert kept == sealed[6:-6]
            assert b"a21026" not in kept
            site.send(frame(plain.replace(b"12.4", b"99.9"), key=b"1" * 16))
            assert await run.refused() == [("MN1", "crc")]

    asyncio.run(work())


def test_guessing_ends_and_does_not_lock_the_owner_out(running: Running) -> None:
    async def work() -> None:
        async with running(limits={"guesses_per_minute": 3, "faults": 100}) as run:
            thief = await run.site()
            for guess in range(5):
                thief.send(thief.packet(pw=f"{guess:06d}"))
            reasons = [reason for _, reason in await run.refused(5)]
            assert reasons == ["wrong_password"] * 3 + ["guessing"] * 2
            # The right one is a guess like the others now, from this address.
            thief.send(thief.packet())
            assert (await run.refused(6))[-1] == ("MN1", "guessing")
            # Who has proved itself before goes on.
            owner = run.server.access
            assert not owner.guessing("MN1", "192.0.2.7", run.server.steady())

    asyncio.run(work())


def test_a_flood_of_refusals_is_counted_and_does_not_fill_the_register(running: Running) -> None:
    async def work() -> None:
        async with running(limits={"refusals_per_minute": 20, "faults": 1000}) as run:
            site = await run.site()
            for i in range(200):
                site.send(site.packet(mn=f"NOBODY{i}"))
            await run.until(lambda: run.server.counts.refused.get("unknown_device") == 200)
            await run.refused(20)
            await asyncio.sleep(0.5)
            assert len(run.line.refusals()) == 20
            assert "refusals_unrecorded_total 180" in (await run.get("/metrics"))[1]

    asyncio.run(work())


def test_passwords_are_in_no_page_and_no_log(running: Running, caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        async with running(enrol="open", device_metrics=True) as run:
            site = await run.site()
            await site.ask(site.packet())
            site.send(site.packet(pw="secret"))
            await run.refused()
            for path in ("/metrics", "/health"):
                body = (await run.get(path))[1]
                assert "123456" not in body
                assert "secret" not in body
            assert 'device_last_seen_timestamp_seconds{mn="MN1"}' in (await run.get("/metrics"))[1]
        assert "123456" not in caplog.text
        assert all(b"secret" not in one.excerpt for one in run.line.refusals())

    asyncio.run(work())


def test_a_device_without_a_password_is_opened_by_none(tmp_path: Path, running: Running, line: Line) -> None:
    line.devices.put(Device("OPEN", password=""))

    async def work() -> None:
        async with running() as run:
            site = await run.site("OPEN")
            site.send(site.packet(pw=""))
            assert await run.refused() == [("OPEN", "wrong_password")]
            assert run.stored() == []

    asyncio.run(work())


def test_refusals_tell_when(running: Running) -> None:
    async def work() -> None:
        async with running() as run:
            site = await run.site()
            before = datetime.now(UTC)
            site.send(site.packet(pw="wrong!"))
            await run.refused()
            assert before - timedelta(seconds=1) <= run.line.refusals()[0].first_at <= datetime.now(UTC)

    asyncio.run(work())
