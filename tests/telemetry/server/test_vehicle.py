"""Terminals of heavy vehicles on real sockets: who logged in is kept, all else is refused and shown."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lantian.telemetry.server import Server, Settings
from lantian.telemetry.server.vehicle import Vehicles
from lantian.telemetry.store import Device, Line, export
from lantian.telemetry.vehicles import encode, history

VIN, OTHER, CARD = "LZZ5ELND8GA123456", "LZZ5ELND8GA999999", "89860000000000000001"
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)


def live(vin: str, second: int, speed: int = 60) -> bytes:
    return encode("live", vin, AT + timedelta(seconds=second), second, [("engine", {"speed": speed})])


def run(data: Path, said: list[bytes], *, enrol: Any = "known", devices: tuple[Device, ...] = ()) -> Line:
    """Serve, let one connection a list of bytes speak, stop; what was taken is durable then."""

    async def serve() -> None:
        line = Line.open(data, create=True)
        if devices:
            line.devices.put(*devices)
        server = Server(line, Settings(host="127.0.0.1", port=0, metrics_port=None, enrol=enrol))
        await server.start()
        port = await server.listen(Vehicles(server.access, server.settings, server.steady), 0)
        for words in said:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(words)
            writer.write_eof()
            await reader.read()
            writer.close()
        await server.stop()
        line.close()

    asyncio.run(serve())
    return Line.open(data)


def reasons(line: Line) -> set[str]:
    return {refused.reason for refused in line.refusals()}


def test_a_vehicle_that_logged_in_is_kept_second_by_second(tmp_path):
    login = encode("login", VIN, AT, 1, iccid=CARD)
    stream = login + live(VIN, 1) + b"noise" + live(VIN, 2, 61)
    line = run(tmp_path, [stream[:40] + stream[40:]], devices=(Device(VIN, password=CARD),))
    found = history(line.values(places=[VIN], cns=["02"]))
    assert [(s.time - AT).total_seconds() for s in found] == [1, 2]
    assert [s.of("speed") for s in found] == [60, 61]
    assert reasons(line) == {"junk"}
    assert line.values(cns=["01"])["text"].to_pylist() == ["***"]
    assert CARD not in "".join(export(line))


def test_the_card_of_a_login_stands_in_no_refusal(tmp_path):
    other = "89860000000000000002"
    for name, sent in {
        "blocked": [encode("login", OTHER, AT, 1, iccid=CARD)],
        "wrong": [encode("login", VIN, AT, 1, iccid=other)],
        "unfinished": [encode("login", VIN, AT, 1, iccid=CARD)[:-3]],
        "broken": [encode("login", VIN, AT, 1, iccid=CARD)[:-1] + b"\x00"],
    }.items():
        known = (Device(VIN, password=CARD), Device(OTHER, password=CARD, state="blocked"))
        line = run(tmp_path / name, sent, devices=known)
        for refused in line.refusals():
            assert b"8986" not in refused.excerpt, name
            assert refused.excerpt.startswith(b"##\x01"), name


def test_who_did_not_log_in_or_with_another_card_writes_nothing(tmp_path):
    wrong = encode("login", VIN, AT, 1, iccid="89860000000000000002")
    line = run(
        tmp_path, [live(VIN, 1), wrong + live(VIN, 2), live(OTHER, 3)], devices=(Device(VIN, password=CARD),)
    )
    assert len(line.values()) == 0
    assert reasons(line) == {"not_logged_in", "wrong_password", "unknown_device"}


def test_a_login_for_one_vehicle_opens_no_other_ones_series(tmp_path):
    both = (Device(VIN, password=CARD), Device(OTHER, password="89860000000000000009"))
    login = encode("login", VIN, AT, 1, iccid=CARD)
    line = run(tmp_path, [login + live(OTHER, 2)], devices=both)
    assert set(line.values()["place"].to_pylist()) == {VIN}
    assert reasons(line) == {"not_logged_in"}


def test_open_takes_a_vehicle_in_by_its_login_and_pins_its_card(tmp_path):
    login = encode("login", VIN, AT, 1, iccid=CARD)
    other = encode("login", VIN, AT, 2, iccid="89860000000000000002")
    line = run(tmp_path, [login + live(VIN, 1), other + live(VIN, 2)], enrol="open")
    device = line.devices.get(VIN)
    assert device is not None
    assert device.state == "unconfirmed"
    assert device.accepts(CARD)
    assert len(history(line.values(cns=["02"]))) == 1
    assert "wrong_password" in reasons(line)


def test_a_blocked_vehicle_and_a_broken_frame_are_refused(tmp_path):
    broken = bytearray(live(VIN, 1))
    broken[-1] ^= 1
    blocked = Device(OTHER, password=CARD, state="blocked")
    said = [bytes(broken), encode("login", OTHER, AT, 1, iccid=CARD)]
    line = run(tmp_path, said, devices=(Device(VIN), blocked))
    assert len(line.values()) == 0
    assert {"crc", "blocked"} <= reasons(line)


def _near(vin: str) -> Device:
    """A vehicle without a card that is known by where it comes from."""
    return Device(vin, addresses=("127.0.0.0/8",))


def test_a_vehicle_without_card_and_address_is_anybodys_and_refused(tmp_path):
    far = Device(OTHER, addresses=("10.0.0.0/8",))
    line = run(tmp_path, [live(VIN, 1) + live(OTHER, 1)], devices=(Device(VIN), far))
    assert len(line.values()) == 0
    assert reasons(line) == {"wrong_password", "address"}


def test_the_same_second_twice_is_kept_once(tmp_path):
    line = run(tmp_path, [live(VIN, 1) + live(VIN, 1)], devices=(_near(VIN),))
    assert len(line.values(versions="all", factors=["speed"])) == 1
