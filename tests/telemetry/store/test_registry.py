"""Devices, refusals and requests: decided by people, seen by the server, versioned, private."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from line_making import DAY, NOON

from lantian.errors import LantianError
from lantian.telemetry.store import Device, Line, Sighting
from lantian.telemetry.store import devices as devices_module
from lantian.telemetry.store.refusals import masked

WHOLE = Device(
    "A1", name="1# 烧结机头", state="confirmed", password="123456", generation=2025,
    st=frozenset({"31", "44"}),
    sm4_key=b"0" * 16, need_sm4=True, need_tls=True, addresses=("10.1.0.0/16", "::1"), per_minute=60,
    mapping={"02": "a21026"}, units={"a34002": "µg/m³"},
)  # fmt: skip


def test_a_device_is_kept_whole_and_each_decision_moves_the_version(line: Line) -> None:
    register = line.devices
    register.put(WHOLE, Device("A2"))
    assert register.get("A1") == WHOLE
    assert [device.mn for device in register.all()] == ["A1", "A2"]
    assert register.get("nobody") is None
    versions = [register.version]
    assert register.block("A1").state == "blocked"
    versions.append(register.version)
    assert register.confirm("A1").state == "confirmed"
    versions.append(register.version)
    register.forget("A2")
    versions.append(register.version)
    assert versions == sorted(set(versions))
    assert register.get("A2") is None
    for call in (register.block, register.confirm, register.forget):
        with pytest.raises(LantianError, match="no device A2"):
            call("A2")
    other = Line.open(line.data)
    assert other.devices.version == versions[-1]
    other.close()


def test_what_the_server_saw_adds_up_and_is_no_decision(line: Line) -> None:
    line.devices.put(WHOLE)
    version = line.devices.version
    line.devices.saw([
        Sighting("A1", NOON, data_time=NOON - DAY, connected=True, peer="10.1.2.3", counts={"packets": 2}),
        Sighting("A1", NOON + DAY, data_time=NOON - 2 * DAY, counts={"packets": 3, "refused": 1}),
        Sighting("stranger", NOON),
    ])  # fmt: skip
    seen = line.devices.get("A1")
    assert seen is not None
    assert (seen.first_seen, seen.last_seen, seen.last_data_time) == (NOON, NOON + DAY, NOON - DAY)
    assert (seen.connected, seen.peer, seen.counters) == (True, "10.1.2.3", {"packets": 5, "refused": 1})
    assert line.devices.version == version
    line.devices.put(WHOLE)
    assert line.devices.get("A1") == seen, "writing a device keeps what was seen of it"
    line.devices.disconnected()
    gone = line.devices.get("A1")
    assert gone is not None
    assert not gone.connected
    assert line.devices.get("stranger") is None


def test_the_first_packet_pins_the_password(line: Line) -> None:
    first = line.devices.enrol("A9", "123456", at=NOON, generation=2017, peer="10.0.0.9")
    assert first is not None
    assert (first.state, first.first_seen, first.generation) == ("unconfirmed", NOON, 2017)
    assert first.accepts("123456")
    again = line.devices.enrol("A9", "654321", at=NOON + DAY)
    assert again == first
    assert not first.accepts("654321")
    line.devices.block("A9")
    blocked = line.devices.enrol("A9", "123456", at=NOON)
    assert blocked is not None
    assert blocked.state == "blocked", "to come again does not open a door that was shut"


def test_enrolment_ends_at_the_bound_of_the_rule(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    class Two:
        number = 2

    class Book:
        def rule(self, path: str) -> Two:
            assert path == "telemetry.line.unconfirmed"
            return Two()

    monkeypatch.setattr(devices_module, "load", Book)
    taken = [line.devices.enrol(f"A{n}", "123456", at=NOON) for n in range(4)]
    assert [device is not None for device in taken] == [True, True, False, False]
    line.devices.confirm("A0")
    assert line.devices.enrol("A3", "123456", at=NOON) is not None


def test_passwords_and_keys_are_not_shown(line: Line) -> None:
    assert "123456" not in repr(WHOLE)
    assert "0000" not in repr(WHOLE)
    path = line.data / "line" / "registry.sqlite"
    assert path.stat().st_mode & 0o777 == 0o600
    assert (line.packets.file.path.stat().st_mode & 0o777) == 0o600
    packet = b"QN=1;PW=123456;MN=A;CP=&&NewPW=654321;NewSK=0123;pw = 1,a=2&&"
    assert masked(packet) == b"QN=1;PW=***;MN=A;CP=&&NewPW=***;NewSK=***;pw = ***,a=2&&"
    assert masked(b"W=123456;MN=A") == b"W=***;MN=A", "noise may begin within the word"


def test_a_password_is_compared_as_a_whole() -> None:
    assert Device("A", password="123456").accepts("123456")
    for wrong in ("", "12345", "1234567", "123457", "密码"):
        assert not Device("A", password="123456").accepts(wrong)
    assert Device("A", password="密码").accepts("密码")


@pytest.mark.parametrize(("device", "message"), [
    (Device(""), "no number"),
    (Device("A" * 41), "no number"),
    (Device("A\n"), "no number"),
    (Device("A", state="asleep"), "no state 'asleep'"),  # type: ignore[arg-type]
    (Device("A", sm4_key=b"short"), "has 16 bytes, not 5"),
    (Device("A", addresses=("here",)), "'here' is no network"),
])  # fmt: skip
def test_what_is_no_device_is_refused(line: Line, device: Device, message: str) -> None:
    with pytest.raises(LantianError, match=message):
        line.devices.put(Device("good"), device)
    assert line.devices.all() == []


def test_a_key_holds_from_when_it_was_set(line: Line) -> None:
    old, new = os.urandom(16), os.urandom(16)
    line.devices.put(Device("A", sm4_key=old), at=NOON)
    line.devices.put(Device("A", sm4_key=old, name="x"), at=NOON + DAY)
    line.devices.put(Device("A", sm4_key=new), at=NOON + 90 * DAY)
    key = line.devices.keys()
    stamp = round(NOON.timestamp() * 1e6)
    day = 86_400_000_000
    assert [key("A", stamp + n * day) for n in (-1, 0, 89, 90, 91)] == [old, old, old, new, new]
    assert key("B", stamp) is None
    found = line.devices.get("A")
    assert found is not None
    assert found.sm4_key == new


def test_refusals_are_counted_by_minute_and_the_newest_come_first(line: Line) -> None:
    for n in range(5):
        line.refuse(
            "A1", "10.0.0.1:5000", "wrong_password", b"##0101PW=123456;x", NOON + timedelta(seconds=20 * n)
        )
    line.refuse("A2" * 100, "peer", "unknown_device", b"y" * 5000, NOON + DAY)
    found = line.refusals()
    assert [(row.reason, row.count) for row in found] == [
        ("unknown_device", 1), ("wrong_password", 2), ("wrong_password", 3),
    ]  # fmt: skip
    assert found[-1].excerpt == b"##0101PW=***;x"
    assert (found[-1].first_at, found[-1].last_at) == (NOON, NOON + timedelta(seconds=40))
    assert len(found[0].excerpt) <= 400
    assert len(found[0].mn) <= 64
    assert [row.count for row in line.refusals(mn="A1", since=NOON + timedelta(seconds=60))] == [2]
    assert len(line.refusals(limit=1)) == len(line.refusals(reason="unknown_device")) == 1
    assert line.refused.counts() == {"unknown_device": 1, "wrong_password": 5}


def test_a_flood_of_refusals_keeps_the_newest(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    from lantian.telemetry.store import refusals

    class Ten:
        number = 10

    monkeypatch.setattr(refusals, "load", type("Book", (), {"rule": lambda self, path: Ten()}))
    monkeypatch.setattr(refusals, "SWEEP", 5)
    for n in range(42):
        line.refuse(f"A{n}", "peer", "unknown_device", b"", NOON + timedelta(seconds=n))
    found = line.refusals()
    assert found[0].mn == "A41"
    assert 10 <= len(found) <= 15


def test_a_request_from_question_to_answer(line: Line) -> None:
    requests = line.requests
    before = requests.version
    asked = requests.ask("A1", "2061", {"BeginTime": "20261122000000"}, asked_by="wang", st="31", at=NOON)
    assert requests.version > before
    assert requests.get(asked.id) == asked
    assert (asked.state, asked.tries, asked.params["BeginTime"]) == ("queued", 0, "20261122000000")
    second = requests.ask("A2", "1011", asked_by="li", at=NOON)
    assert [request.id for request in requests.open()] == [asked.id, second.id]
    requests.turn(asked.id, "sent", at=NOON + timedelta(seconds=1), qn="q1")
    requests.turn(asked.id, "sent", at=NOON + timedelta(seconds=11), qn="q2")
    requests.turn(asked.id, "accepted", at=NOON + timedelta(seconds=12), qn_rtn=1)
    requests.turn(asked.id, "done", at=NOON + timedelta(seconds=20), exe_rtn=1)
    done = requests.get(asked.id)
    assert done is not None
    assert (done.state, done.tries, done.qn, done.qn_rtn, done.exe_rtn) == ("done", 2, "q2", 1, 1)
    assert (done.sent_at, done.at) == (NOON + timedelta(seconds=11), NOON + timedelta(seconds=20))
    assert [request.id for request in requests.open()] == [second.id]
    assert [request.id for request in requests.all()] == [second.id, asked.id]
    assert [request.id for request in requests.all(mn="A1")] == [asked.id]
    assert requests.get(99) is None
    with pytest.raises(LantianError, match="no request 99"):
        requests.turn(99, "sent", at=NOON)
    with pytest.raises(LantianError, match="no state 'lost'"):
        requests.turn(second.id, "lost", at=NOON)  # type: ignore[arg-type]
