"""Who may write where: 404 outside of the scope, 403 inside without a right, a firm its own records alone."""

from __future__ import annotations

from typing import Any

import pytest

from lantian.office.registers import actions
from lantian.office.registers.declaring.base import ledger

pytestmark = pytest.mark.django_db
JSON: Any = {"content_type": "application/json"}


@pytest.fixture
def with_file(boiler: Any, photo: Any) -> Any:
    actions.attach(None, boiler, [photo(111.5, 36.1)])
    return boiler


def doors(row: Any) -> dict[str, Any]:
    """Every door of a record that writes or shows a file, as a function of a client."""
    page, api = row.get_absolute_url(), f"/api/registers/{row.code}/{row.pk}"
    file = actions.files_of(row).first()
    version = {"version": 1}
    return {
        "edit": lambda c: c.get(f"{page}edit/"),
        "edit post": lambda c: c.post(f"{page}edit/", {"note": "甲", **version}),
        "state": lambda c: c.post(f"{page}state/", {"status": "idle", **version}),
        "withdraw": lambda c: c.get(f"{page}withdraw/"),
        "withdraw post": lambda c: c.post(f"{page}withdraw/", {"reason": "错", **version}),
        "files": lambda c: c.post(f"{page}files/", {}),
        "api patch": lambda c: c.patch(api, {"values": {"note": "乙"}, **version}, **JSON),
        "api withdraw": lambda c: c.post(f"{api}/withdraw", {"reason": "错", **version}, **JSON),
        "api files": lambda c: c.post(f"{api}/files", {"files": _photo()}),
        "read files": lambda c: c.get(f"{page}files/"),
        "read file": lambda c: c.get(f"{page}files/{file.pk}/"),
        "read small": lambda c: c.get(f"{page}files/{file.pk}/?small=1"),
        "read api": lambda c: c.get(api),
    }


def _photo() -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("b.jpg", b"\xff\xd8\xff\xd9")


def test_outside_nothing_is_there(signed_in: Any, person: Any, with_file: Any) -> None:
    client = signed_in(person("li", "141024"))
    for name, door in doors(with_file).items():
        assert door(client).status_code == 404, name
    with_file.refresh_from_db()
    assert with_file.version == 1 and not with_file.withdrawn and actions.files_of(with_file).count() == 1


def test_the_anonymous_write_nothing(client: Any, with_file: Any) -> None:
    for name, door in doors(with_file).items():
        assert door(client).status_code in (302, 401), name
    assert client.post("/registers/boilers/new/", {}).status_code == 302
    assert client.post("/api/registers/boilers", {"values": {}}, **JSON).status_code == 401


def test_who_sees_without_the_right_reads_and_does_not_write(
    signed_in: Any, person: Any, with_file: Any
) -> None:
    client = signed_in(person("jiwei", "141002", role="discipline"))
    for name, door in doors(with_file).items():
        assert door(client).status_code == (200 if name.startswith("read") else 403), name
    for address in ("/registers/boilers/new/", "/registers/boilers/asked/"):
        assert client.post(address, {}).status_code == 403
    assert client.post("/api/registers/boilers", {"values": {}}, **JSON).status_code == 403
    assert client.get("/api/registers").json()[0]["may_add"] is False


def test_a_department_of_another_place_reads_what_is_in_its_charge_and_does_not_write(
    signed_in: Any, person: Any, province: Any, with_file: Any
) -> None:
    from lantian.office.people.models import Unit

    unit = Unit.objects.create(name="住建局", region=province["141024"])
    type(with_file).objects.filter(pk=with_file.pk).update(unit=unit)
    client = signed_in(person("zhujian", "141024", unit=unit))
    for name, door in doors(with_file).items():
        assert door(client).status_code == (200 if name.startswith("read") else 403), name


def test_a_firms_people_keep_their_own_records_and_see_nothing_else(
    signed_in: Any, own_people: Any, keep: Any, with_file: Any
) -> None:
    other = keep(
        "enterprises", name="别家铸造厂（模拟）", industry="foundry", region="141002",
    )  # fmt: skip
    theirs = keep("boilers", enterprise="别家铸造厂（模拟）", number="5#", fuel="gas", capacity="10")
    actions.attach(None, theirs, [_photo()])
    client = signed_in(own_people)
    for name, door in doors(theirs).items():
        assert door(client).status_code == 404, name
    assert client.get(f"{other.get_absolute_url()}edit/").status_code == 404
    found = client.get("/registers/boilers/suggest/enterprise/", {"q": "铸造"}).json()["found"]
    assert [one["label"] for one in found] == ["临汾示例铸造有限公司（模拟）"]
    text = client.get("/registers/boilers/new/").content.decode()
    assert "临汾示例铸造有限公司（模拟）" in text and "别家" not in text and 'name="unit"' not in text

    new = {"number": "6#", "fuel": "gas", "capacity": "10", "status": "in_use"}
    own = {**new, "enterprise": "临汾示例铸造有限公司（模拟）"}
    assert client.post("/registers/boilers/new/", own).status_code == 302
    refused = client.post("/registers/boilers/new/", {**new, "enterprise": "别家铸造厂（模拟）"})
    assert refused.status_code == 422 and ledger("boilers").model.objects.filter(number="6#").count() == 1
    sent = {"values": {**new, "enterprise": f"#{other.pk}", "number": "7#"}}
    assert client.post("/api/registers/boilers", sent, **JSON).status_code == 422
    moved = {"version": 1, "values": {"enterprise": f"#{other.pk}"}}
    assert client.patch(f"/api/registers/boilers/{with_file.pk}", moved, **JSON).status_code == 422
    page = with_file.get_absolute_url()
    assert client.post(f"{page}edit/", {"note": "自查", "version": 1}).status_code == 302
    assert client.get(f"{page}files/{actions.files_of(with_file).first().pk}/").status_code == 200
    listed = client.get("/api/registers/boilers").json()
    assert {one["name"] for one in listed["items"]} == {"1#", "6#"}


def test_a_firms_people_add_no_firm_and_nothing_that_belongs_to_none(
    signed_in: Any, own_people: Any, firm: Any
) -> None:
    client = signed_in(own_people)
    new = {"name": "新公司", "industry": "foundry", "status": "running", "region": "141002"}
    assert client.get("/registers/enterprises/new/").status_code == 403
    assert client.post("/registers/enterprises/new/", new).status_code == 403
    assert client.post("/api/registers/enterprises", {"values": new}, **JSON).status_code == 403
    assert client.post("/registers/enterprises/asked/", {"name": "甲"}).status_code == 200
    sent = {"contact": "王某", "version": 1}
    assert client.post(f"{firm.get_absolute_url()}edit/", sent).status_code == 302


def test_a_file_is_found_through_its_own_record_only(
    signed_in: Any, officer: Any, keep: Any, with_file: Any, firm: Any
) -> None:
    other = keep("boilers", enterprise="91141000701234567E", number="8#", fuel="gas", capacity="10")
    file = actions.files_of(with_file).get()
    client = signed_in(officer)
    assert client.get(f"{with_file.get_absolute_url()}files/{file.pk}/").status_code == 200
    assert client.get(f"{other.get_absolute_url()}files/{file.pk}/").status_code == 404
    assert client.get(f"{firm.get_absolute_url()}files/{file.pk}/").status_code == 404
    answer = client.get(f"{with_file.get_absolute_url()}files/{file.pk}/")
    assert "attachment" in answer["Content-Disposition"] and answer["X-Content-Type-Options"] == "nosniff"


def test_a_withdrawn_record_has_no_doors(signed_in: Any, officer: Any, with_file: Any) -> None:
    client = signed_in(officer)
    assert client.post(f"{with_file.get_absolute_url()}withdraw/", {"version": 1}).status_code == 422
    sent = {"reason": "录错", "version": 1}
    assert client.post(f"{with_file.get_absolute_url()}withdraw/", sent).status_code == 302
    for name, door in doors(with_file).items():
        assert door(client).status_code == 404, name


def test_records_stay_in_their_county_at_every_door(scope_doors: Any, person: Any, with_file: Any) -> None:
    file = actions.files_of(with_file).get()
    page = with_file.get_absolute_url()
    scope_doors(
        thing=with_file,
        secret="厂区北侧",
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=[
            f"{page}edit/", f"{page}withdraw/", f"{page}files/", f"{page}files/{file.pk}/",
            f"{page}files/{file.pk}/?small=1", f"/api/registers/boilers/{with_file.pk}",
        ],
        lists=["/api/registers/boilers"],
    )  # fmt: skip


def test_the_api_asks_for_the_token_a_form_carries(officer: Any, firm: Any) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    assert client.post("/api/registers/boilers", {"values": {}}, **JSON).status_code == 403
    assert client.post("/registers/boilers/new/", {}).status_code == 403
