"""What somebody might try at the door of gates: long messages, odd signs, another gate, a forged page."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from lantian.office.people.models import Unit
from lantian.office.telemetry import door
from lantian.office.telemetry.gates import api, signing
from lantian.office.telemetry.gates.models import GateKey, GatePass

pytestmark = pytest.mark.django_db
URL = "/api/telemetry/gates/passes"


@pytest.fixture
def gate(keep: Any) -> Any:
    return keep(
        "gate_systems", enterprise="临汾示例铸造有限公司（模拟）", gate="1号门", status="已联网",
        region="尧都区", since="2025-11-01",
    )  # fmt: skip


def keyed(gate: Any, name: str) -> tuple[str, str]:
    secret, sealed = signing.new_secret(name)
    GateKey.objects.create(gate=gate, name=name, sealed=sealed)
    return name, secret


def send(key: tuple[str, str], body: bytes, **headers: str) -> Any:
    time = str(int(datetime.now(UTC).timestamp()))
    words = {
        signing.KEY: key[0], signing.TIME: time,
        signing.SIGNATURE: signing.signature(key[1], time, body), **headers,
    }  # fmt: skip
    client = Client(enforce_csrf_checks=True)
    return client.post(URL, body, content_type="application/json", headers=words)


def told(number: str, **more: Any) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"number": number, "time": now, "direction": "in", "plate": "晋L12345", "stage": 6, **more}


@pytest.mark.parametrize("size", ["over", "nonsense"])
def test_who_has_proved_nothing_is_not_listened_to_for_long(
    gate: Any, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    monkeypatch.setattr(api, "MOST_BYTES", 1000)
    key = keyed(gate, "g1")
    assert send(key, json.dumps([told("a")]).encode()).json()["taken"] == 1
    before = len(door.line().refusals())
    body = json.dumps([told("b", goods="x" * 2000)]).encode()
    for name in (key, ("made-up", "x")):
        length = {} if size == "over" else {"CONTENT_LENGTH": "9" * 5000}
        answer = Client().generic("POST", URL, body, headers={signing.KEY: name[0]}, **length)
        assert answer.status_code == 422, answer.content
    assert len(door.line().refusals()) == before


def test_halves_of_signs_are_answered_and_cost_no_good_pass(gate: Any) -> None:
    body = json.dumps([told("\ud800x"), told("good"), told("c", **{"\udfff": 1})]).encode()
    answer = send(keyed(gate, "g1"), body)
    assert answer.status_code == 200, answer.content
    assert [one["outcome"] for one in answer.json()["outcomes"]] == ["refused", "taken", "refused"]
    assert [row.number for row in GatePass.objects.all()] == ["good"]


def test_a_key_writes_for_its_own_gate_alone_and_a_session_signs_nothing(
    gate: Any, keep: Any, person: Any
) -> None:
    other = keep(
        "gate_systems", enterprise="临汾示例铸造有限公司（模拟）", gate="2号门", status="已联网",
        region="尧都区", since="2025-11-01",
    )  # fmt: skip
    mine, theirs = keyed(gate, "g1"), keyed(other, "g2")
    body = json.dumps([told("p1"), told("p2", gate=other.pk)]).encode()
    assert [one["outcome"] for one in send(mine, body).json()["outcomes"]] == ["taken", "refused"]
    assert set(GatePass.objects.values_list("gate", flat=True)) == {gate.pk}
    assert send((theirs[0], mine[1]), body).status_code == 401
    client = Client()
    client.force_login(person("keeper", "141002", role="dispatcher"))
    assert client.post(URL, body, content_type="application/json").status_code == 401


def test_wrong_tries_count_in_one_row(gate: Any) -> None:
    key = keyed(gate, "g1")
    for _ in range(20):
        send(key, b"[]", **{signing.SIGNATURE: "0" * 64})
    rows = door.line().refusals(mn="gate:g1")
    assert sum(row.count for row in rows) == 20
    assert len(rows) <= 2


def test_people_of_an_enterprise_make_no_keys_whatever_their_role(gate: Any, person: Any) -> None:
    firm = gate.enterprise
    firm.account = Unit.objects.create(name="own", region=gate.region, kind="enterprise")
    firm.save()
    client = Client()
    client.force_login(person("own", None, role="dispatcher", unit=firm.account))
    keyed(gate, "g1")
    key = GateKey.objects.get()
    assert client.post(f"/telemetry/gates/{gate.pk}/keys/").status_code == 403
    assert client.post(f"/telemetry/gates/{gate.pk}/keys/{key.pk}/revoke/", {"reason": "x"}).status_code in {
        403,
        404,
    }
    key.refresh_from_db()
    assert key.revoked_at is None
    assert GateKey.objects.count() == 1
    page = client.get(f"/telemetry/gates/{gate.pk}/").content.decode()
    assert "g1" not in page
