"""Gates: only what is signed is taken, each pass once, judged by the rules of its day, seen in scope."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from lantian.office.telemetry import door, words
from lantian.office.telemetry.gates import actions, rules, signing
from lantian.office.telemetry.gates.models import GateKey, GatePass

pytestmark = pytest.mark.django_db
URL = "/api/telemetry/gates/passes"


@pytest.fixture
def gate(keep: Any) -> Any:
    return keep(
        "gate_systems", enterprise="临汾示例铸造有限公司（模拟）", gate="1号门", status="已联网",
        region="尧都区", since="2025-11-01", lanes="2", video_months="12", ledger_months="24",
        upload_rate="98", shows_stage="是", ledgers="是",
    )  # fmt: skip


@pytest.fixture
def key(gate: Any) -> tuple[GateKey, str]:
    secret, sealed = signing.new_secret("g1")
    return GateKey.objects.create(gate=gate, name="g1", sealed=sealed), secret


def told(number: str = "p1", **changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC) - timedelta(minutes=5)
    return {
        "number": number, "time": now.isoformat(timespec="seconds"), "direction": "in", "plate": "晋L12345",
        "colour": "yellow", "stage": 6, "goods": "铁精粉", "tonnes": 31.5, **changes,
    }  # fmt: skip


def send(key: tuple[GateKey, str], passes: Any, *, ago: int = 0, **headers: str) -> Any:
    body = json.dumps(passes).encode()
    time = str(int(datetime.now(UTC).timestamp()) - ago)
    signed = {
        signing.KEY: key[0].name, signing.TIME: time,
        signing.SIGNATURE: signing.signature(key[1], time, body), **headers,
    }  # fmt: skip
    return Client().post(URL, body, content_type="application/json", headers=signed)


def test_a_signed_pass_is_taken_once_and_said_so(key):
    passes = [told(), told("p2", direction="out", tonnes=None)]
    first = send(key, passes)
    assert first.status_code == 200, first.content
    assert (first.json()["taken"], first.json()["known"]) == (2, 0)
    row = GatePass.objects.get(number="p1")
    assert (row.plate, row.tonnes, row.faults) == ("晋L12345", Decimal("31.5"), [])
    assert (send(key, passes).json()["taken"], send(key, passes).json()["known"]) == (0, 2)
    assert GatePass.objects.count() == 2


def test_a_known_number_with_other_content_is_refused_and_changes_nothing(key):
    send(key, [told()])
    answer = send(key, [told(tonnes=1)]).json()
    assert (answer["taken"], answer["refused"]) == (0, 1)
    assert GatePass.objects.get().tonnes == Decimal("31.5")


@pytest.mark.parametrize(
    ("headers", "ago", "code"),
    [
        ({signing.SIGNATURE: "00"}, 0, "wrong_signature"),
        ({signing.KEY: "g2"}, 0, "unknown_key"),
        ({}, 3600, "wrong_time"),
    ],
)
def test_what_is_not_signed_well_is_refused_and_shown(key, headers, ago, code):
    assert send(key, [told()], ago=ago, **headers).status_code == 401
    assert not GatePass.objects.exists()
    assert code in {refusal.reason for refusal in door.line().refusals()}


def test_what_is_said_to_be_nothing_is_as_good_as_left_out(key):
    assert send(key, [told(stage=None, goods=None, tonnes=None, new_energy=None)]).json()["taken"] == 1
    row = GatePass.objects.get()
    assert (row.stage, row.tonnes, row.faults, row.allowed) == ("unknown", None, ["stage_unknown"], False)


def test_a_gate_struck_off_the_register_is_believed_no_more(key):
    type(key[0].gate).objects.filter(pk=key[0].gate_id).update(withdrawn=True)
    assert send(key, [told()]).status_code == 401


def test_invented_keys_do_not_crowd_the_record_of_refusals(key):
    for number in range(3):
        send(key, [told()], **{signing.KEY: f"made-up-{number}"})
    (row,) = [one for one in door.line().refusals(reason="unknown_key") if b"made-up-0" in one.excerpt]
    assert (row.mn, row.count) == ("", 3)


def test_a_withdrawn_key_signs_no_more(key, person, rf):
    request = rf.post("/")
    request.user = person("in", "141002", role="dispatcher")
    actions.revoke_key(request, key[0], "门禁更换")
    answer = send(key, [told()])
    assert answer.status_code == 401, answer.content


def test_a_body_changed_on_the_way_is_refused(key):
    time = str(int(datetime.now(UTC).timestamp()))
    signed = signing.signature(key[1], time, json.dumps([told()]).encode())
    head = {signing.KEY: "g1", signing.TIME: time, signing.SIGNATURE: signed}
    changed = json.dumps([told(plate="晋L99999")])
    assert Client().post(URL, changed, content_type="application/json", headers=head).status_code == 401


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"direction": "up"}, "direction"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-13-40T00:00:00"}, "time"),
        ({"time": "2199-01-01T00:00:00Z"}, "time"),
        ({"time": "2001-01-01T00:00:00Z"}, "time"),
        ({"time": "9999-12-31T23:59:59-08:00"}, "time"),
        ({"time": "0001-01-01T00:00:00+08:00"}, "time"),
        ({"new_energy": "yes"}, "new_energy"),
        ({"new_energy": 1}, "new_energy"),
        ({"plate": ""}, "plate"),
        ({"plate": "晋\u0000L"}, "plate"),
        ({"plate": "\ud800"}, "plate"),
        ({"stage": 9}, "stage"),
        ({"tonnes": -1}, "tonnes"),
        ({"tonnes": "many"}, "tonnes"),
        ({"tonnes": 1e9}, "tonnes"),
        ({"tonnes": True}, "tonnes"),
        ({"driver": "张三"}, "driver"),
    ],
)
def test_one_bad_pass_costs_no_good_one(key, wrong, where):
    answer = send(key, [told("bad") | wrong, told("good"), 7]).json()
    assert (answer["taken"], answer["refused"]) == (1, 2)
    assert answer["outcomes"][0]["reason"].startswith(where)
    assert [row.number for row in GatePass.objects.all()] == ["good"]


@pytest.mark.parametrize("body", ["", "{", "{}", "7", "[" * 100_000])
def test_a_body_that_is_no_list_is_one_line(key, body):
    time = str(int(datetime.now(UTC).timestamp()))
    signed = {
        signing.KEY: "g1", signing.TIME: time,
        signing.SIGNATURE: signing.signature(key[1], time, body.encode()),
    }  # fmt: skip
    answer = Client().post(URL, body, content_type="application/json", headers=signed)
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_more_than_a_message_may_hold_is_refused_whole(key):
    assert send(key, [told(f"p{i}") for i in range(501)]).status_code == 422
    assert not GatePass.objects.exists()


def test_stage_and_black_list_decide_whether_it_may_pass():
    on = datetime(2026, 11, 22).date()  # noqa: DTZ001 - a day of the calendar, no instant
    assert rules.faults_of("6", False, "A", on, ()) == []
    assert rules.faults_of("4", False, "A", on, ()) == ["stage_below"]
    assert rules.faults_of("unknown", True, "A", on, ()) == []
    assert rules.faults_of("unknown", False, "A", on, {"A"}) == ["stage_unknown", "black_listed"]
    assert rules.faults_of("5", False, "A", on, (), warning=True) == ["stage_below"]


def test_tonnes_add_up_by_local_day(key):
    base = datetime.now(UTC).replace(hour=15, minute=59, second=0, microsecond=0) - timedelta(days=2)
    passes = [
        told("a", time=base.isoformat(), tonnes=10),
        told("b", time=base.isoformat(), tonnes=2, direction="out"),
        told("c", time=(base + timedelta(minutes=2)).isoformat(), tonnes=5),  # past local midnight
        told("d", time=base.isoformat(), tonnes=None),
    ]
    send(key, passes)
    since = base - timedelta(days=2)
    found = rules.tonnes_by_day(key[0].gate.enterprise_id, since, since + timedelta(days=5))
    day = (base + timedelta(hours=8)).date()
    assert found == {day: (Decimal(10), Decimal(2)), day + timedelta(days=1): (Decimal(5), Decimal(0))}


def test_a_gate_stays_in_its_county(scope_doors, person, gate, key):
    send(key, [told(plate="晋L77777")])
    row = GatePass.objects.get()
    inside, outside = person("in", "141002", role="dispatcher"), person("out", "141024", role="dispatcher")
    scope_doors(
        thing=row, secret="晋L77777", inside=inside, outside=outside,
        pages=[f"/telemetry/gates/{gate.pk}/", f"/telemetry/gates/{gate.pk}/passes.xlsx"], lists=[URL],
    )  # fmt: skip
    scope_doors(
        thing=key[0], secret="临汾示例铸造", inside=inside, outside=outside, lists=["/telemetry/gates/"],
    )  # fmt: skip


def test_a_key_is_made_shown_once_and_only_by_who_may(person, gate):
    client = Client()
    client.force_login(person("officer", "141002", role="discipline"))
    assert client.post(f"/telemetry/gates/{gate.pk}/keys/").status_code in (403, 404)
    client.force_login(person("keeper", "141002", role="dispatcher"))
    shown = client.post(f"/telemetry/gates/{gate.pk}/keys/", follow=True).content.decode()
    key = GateKey.objects.get()
    secret = signing.unseal(key.sealed, f"gate key {key.name}")
    assert secret in shown
    assert secret not in client.get(f"/telemetry/gates/{gate.pk}/").content.decode()
    assert send((key, secret), [told()]).json()["taken"] == 1


def test_every_reason_not_to_believe_a_message_has_its_words():
    source = Path(signing.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'NotSignedError\("(\w+)"\)', source))
    assert len(codes) == 4
    assert codes <= set(words.REFUSALS)
