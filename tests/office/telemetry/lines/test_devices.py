"""What is done to a device: confirmed, blocked, given a password and terms, entered when it comes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError
from lantian.office.people.models import ActionLog
from lantian.office.telemetry import actions, asking, door
from lantian.telemetry.store import Device


def test_confirming_and_blocking_move_the_registry_and_the_record_together(works: Any, folk: Any) -> None:
    new = works("乙铸造有限公司", state="unconfirmed")
    actions.confirm(folk.city, new.device)
    assert door.device(new.mn).state == "confirmed" and new.device.on_line
    with pytest.raises(LantianError):
        actions.confirm(folk.city, new.device)
    with pytest.raises(LantianError):
        actions.block(folk.city, new.device, " ")
    actions.block(folk.city, new.device, "数据造假待查")
    assert door.device(new.mn).state == "blocked" and not new.device.on_line
    verbs = ActionLog.objects.filter(target_id=str(new.device.pk)).values_list("verb", flat=True)
    assert {"confirm_device", "block_device"} <= set(verbs)


@pytest.mark.parametrize("who", ["own", "county", "other", "taiyuan"])
def test_only_who_keeps_the_line_here_touches_a_device(plant: Any, folk: Any, who: str) -> None:
    person = getattr(folk, who)
    for act in (
        lambda: actions.block(person, plant.device, "x"),
        lambda: actions.set_password(person, plant.device, "654321"),
        lambda: actions.set_terms(person, plant.device, {"per_minute": "5"}),
        lambda: asking.ask(person, plant.device, "1011", {}),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert door.device(plant.mn).accepts("123456")


def test_a_password_is_shown_nowhere_and_stands_in_no_log(plant: Any, folk: Any, signed_in: Any) -> None:
    browser = signed_in(folk.city)
    url = f"/telemetry/devices/{plant.device.pk}/"
    answer = browser.post(f"{url}do/password/", {"password": "Xy77Zq"}, follow=True)
    assert answer.status_code == 200 and "Xy77Zq" not in answer.content.decode()
    assert door.device(plant.mn).accepts("Xy77Zq")
    assert not any("Xy77Zq" in row.before + row.after + row.reason for row in ActionLog.objects.all())
    for bad in ("", "a" * 33, "密码", "a;b", "a&b"):
        assert browser.post(f"{url}do/password/", {"password": bad}).status_code == 422


def test_terms_are_read_whole_or_not_at_all(plant: Any, folk: Any) -> None:
    good = {
        "per_minute": "30", "addresses": "10.1.0.0/16", "st": "31，44", "mapping": "02 = a21026\nNOX=a21002",
        "units": "a21026 = ppm", "need_tls": "1",
    }  # fmt: skip
    assert set(actions.set_terms(folk.city, plant.device, good)) == set(good)
    kept = door.device(plant.mn)
    assert kept.per_minute == 30 and kept.st == {"31", "44"} and kept.need_tls
    assert dict(kept.mapping) == {"02": "a21026", "NOX": "a21002"} and dict(kept.units) == {"a21026": "ppm"}
    assert actions.set_terms(folk.city, plant.device, good) == []
    for wrong in (
        {"per_minute": "-1"}, {"per_minute": "many"}, {"st": "311"}, {"mapping": "02"},
        {"mapping": "02 = a21026\n02 = a21002"}, {"mapping": "02 = ;DROP"}, {"addresses": "10.1.0.0/99"},
    ):  # fmt: skip
        with pytest.raises(LantianError):
            actions.set_terms(folk.city, plant.device, {**wrong})
    assert door.device(plant.mn) == kept
    assert ActionLog.objects.filter(verb="set_device_terms").count() == 1


def test_a_device_that_came_by_itself_is_entered_and_confirmed(plant: Any, folk: Any, signed_in: Any) -> None:
    door.line().devices.put(Device("NEWCOMER001", state="unconfirmed", password="1"))
    browser = signed_in(folk.city)
    raw = {"name": "东区扬尘点", "kind": "dust", "region": "141002", "operator": "某运维"}
    url = "/telemetry/newcomers/NEWCOMER001/take/"
    assert browser.post(url, {**raw, "region": "140105"}).status_code in {403, 422}
    assert door.device("NEWCOMER001").state == "unconfirmed"
    assert browser.post(url, raw, follow=True).status_code == 200
    assert door.device("NEWCOMER001").state == "confirmed"
    row = type(plant.device).objects.get(mn="NEWCOMER001")
    assert row.on_line and row.region.code == "141002"
    assert browser.post("/telemetry/newcomers/NOBODY/take/", raw).status_code == 422


def test_a_site_is_asked_once_for_the_same(plant: Any, folk: Any) -> None:
    period = {"since": "2026-03-01T00:00", "until": "2026-03-02T00:00"}
    made = asking.ask(folk.city, plant.device, "2061", period)
    assert dict(made.params) == {"BeginTime": "20260301000000", "EndTime": "20260302000000"}
    for cn, raw in (
        ("2061", period),
        ("2061", {}),
        ("9999", {}),
        ("2051", {**period, "until": "2026-06-01"}),
    ):
        with pytest.raises(LantianError):
            asking.ask(folk.city, plant.device, cn, raw)
    assert len(door.line().requests.all(mn=plant.mn)) == 1
