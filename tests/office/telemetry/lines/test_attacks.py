"""What somebody might try: a number made of odd signs, a number taken over, oxygen that converts all away."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.registers import actions as registers
from lantian.office.registers.reader import Reader
from lantian.office.telemetry import access, door
from lantian.telemetry.store import Device


@pytest.mark.parametrize("mn", ["A/B/../C", "?x=1#y", "<script>alert(1)</script>", "{{7*7}}", "%2F%00"])
def test_a_number_of_odd_signs_costs_nobody_the_page(plant: Any, folk: Any, signed_in: Any, mn: str) -> None:
    door.line().devices.put(Device(mn, state="unconfirmed", password="1"))
    door.line().refuse(mn, "203.0.113.9", "crc", b"\x1b[2J<img src=x onerror=alert(1)>", clock.now())
    answer = signed_in(folk.city).get("/telemetry/newcomers/")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "<script>alert" not in text and "<img src=x" not in text and "\x1b" not in text
    raw = {"name": "x", "kind": "dust", "region": "141002"}
    assert signed_in(folk.city).post(answer.context["new"] and _take(mn), raw).status_code == 422
    assert door.device(mn).state == "unconfirmed"


def _take(mn: str) -> str:
    from django.urls import reverse

    return reverse("telemetry:take", args=[mn])


@pytest.mark.parametrize("status", ["working", "stopped", "removed"])
def test_what_the_office_took_into_or_out_of_use_is_no_longer_its_enterprises_to_write(
    plant: Any, folk: Any, status: str
) -> None:
    """Another outlet, one without limits, would take the hours out of judgement."""
    type(plant.device).objects.filter(pk=plant.device.pk).update(status=status)
    row = access.device_or_404(folk.own, plant.device.pk)
    for raw in ({"outlet": ""}, {"status": "building"}, {"measured": "氧含量"}):
        read = Reader(row.ledger, folk.own).read(raw, access.device_or_404(folk.own, row.pk))
        with pytest.raises((PermissionDenied, LantianError)):
            registers.change(folk.own, read, confirmed=True)
    found = access.device_or_404(folk.own, plant.device.pk)
    assert (found.outlet_id, found.status) == (plant.outlet.pk, status)


@pytest.mark.parametrize("who", [None, "county"])
def test_who_writes_another_number_into_a_record_reads_nothing_under_it(
    plant: Any, folk: Any, office: Any, who: str | None
) -> None:
    """Who keeps registers need not keep the line."""
    door.line().devices.put(Device("SOMEBODYS001", state="unconfirmed", password="1"))
    row = access.device_or_404(folk.city, plant.device.pk)
    person = getattr(folk, who) if who else None
    read = Reader(row.ledger, person).read({"mn": "SOMEBODYS001"}, row)
    registers.change(person, read, confirmed=True)
    found = access.device_or_404(folk.city, plant.device.pk)
    assert (found.mn, found.on_line) == ("SOMEBODYS001", False)
    assert not access.reads(folk.own, found)
    found.name = "another name"
    found.fold_in()
    assert found.on_line is False


def test_a_number_the_line_knows_already_is_confirmed_with_its_record(
    plant: Any, folk: Any, signed_in: Any
) -> None:
    """Added by the command line, or written into a record afterwards: the line has confirmed it before."""
    type(plant.device).objects.filter(pk=plant.device.pk).update(on_line=None)
    url = f"/telemetry/devices/{plant.device.pk}/"
    browser = signed_in(folk.city)
    assert f"{url}do/confirm/" in browser.get(url).content.decode()
    assert browser.post(f"{url}do/confirm/").status_code == 302
    assert access.device_or_404(folk.city, plant.device.pk).on_line is True
    assert f"{url}do/confirm/" not in browser.get(url).content.decode()
    assert browser.post(f"{url}do/confirm/").status_code == 422


def test_a_new_name_leaves_a_device_on_the_line(plant: Any, folk: Any) -> None:
    row = access.device_or_404(folk.city, plant.device.pk)
    registers.change(None, Reader(row.ledger, None).read({"name": "new"}, row), confirmed=True)
    assert access.device_or_404(folk.city, plant.device.pk).on_line is True


def test_an_enterprise_does_not_say_its_reference_oxygen(plant: Any, folk: Any) -> None:
    """Higher reference oxygen makes every converted value smaller: at 20.9 % nothing exceeds any more."""
    read = Reader(plant.outlet.ledger, folk.own).read({"reference_o2": "20.9"}, plant.outlet)
    assert [(fault.field, fault.code) for fault in read.faults] == [("reference_o2", "judged")]
    plant.outlet.refresh_from_db()
    assert plant.outlet.reference_o2 is None
    assert not Reader(plant.outlet.ledger, None).read({"reference_o2": "9"}, plant.outlet).faults


def test_what_names_the_key_of_a_gate_is_told_in_its_region_only(
    plant: Any, folk: Any, signed_in: Any, keep: Any
) -> None:
    from lantian.office.telemetry.gates.models import GateKey

    gate = keep("gate_systems", enterprise=plant.firm, gate="1号门", status="已联网", since="2026-01-01")
    GateKey.objects.create(gate=gate, name="g1-secretkey", sealed="x")
    door.line().refuse("gate:g1-secretkey", "203.0.113.9", "wrong_signature", b"g1 ABC123", clock.now())
    door.line().refuse("", "203.0.113.9", "unknown_key", b"anybody", clock.now())
    for who, sees in ((folk.city, True), (folk.taiyuan, False), (folk.analyst, True)):
        text = signed_in(who).get("/telemetry/newcomers/").content.decode()
        assert ("ABC123" in text) is sees
        assert "anybody" in text


@pytest.mark.parametrize("name", ["confirm", "block", "password", "terms", "ask"])
def test_a_county_looks_at_no_device_of_another_and_changes_none_by_reading(
    plant: Any, folk: Any, signed_in: Any, name: str
) -> None:
    url = f"/telemetry/devices/{plant.device.pk}/do/{name}/"
    raw = {"reason": "x", "password": "654321", "cn": "1011", "per_minute": "1"}
    before = door.device(plant.mn)
    for who, post in ((folk.other, 404), (folk.taiyuan, 404), (folk.county, 403), (folk.own, 403)):
        browser = signed_in(who)
        assert browser.post(url, raw).status_code == post
        assert browser.get(url, raw).status_code == 405
    assert signed_in(folk.city).get(url, raw).status_code == 405
    assert door.device(plant.mn) == before
    with pytest.raises(PermissionDenied):
        registers.change(
            folk.other, Reader(plant.device.ledger, folk.other).read({"name": "x"}, plant.device)
        )
