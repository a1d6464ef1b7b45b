"""The API of registers: declarations, lists by the questions of the pages, one record whole, writing."""

from __future__ import annotations

from typing import Any

import pytest

from lantian.office.registers.declaring.base import ledgers

pytestmark = pytest.mark.django_db
API = "/api/registers/boilers"


@pytest.fixture
def client(signed_in: Any, officer: Any, boiler: Any) -> Any:
    return signed_in(officer)


def test_registers_are_told_as_declared(client: Any) -> None:
    told = {one["code"]: one for one in client.get("/api/registers").json()}
    assert set(told) == {one.code for one in ledgers()}
    fields = {one["name"]: one for one in told["boilers"]["fields"]}
    assert fields["capacity"]["unit"] == "t/h" and fields["capacity"]["required"] == "always"
    assert fields["filter"]["needed"] == "sometimes" and fields["number"]["key"]
    assert {"value": "coal", "label": "燃煤"} in fields["fuel"]["choices"]
    assert fields["enterprise"]["register_code"] == "enterprises" and fields["due"]["source"]
    assert "dismantled" in told["boilers"]["proof"]


def test_a_list_is_asked_as_its_page(client: Any, keep: Any, boiler: Any) -> None:
    keep("boilers", enterprise="91141000701234567E", number="4#", fuel="gas", capacity="20")
    assert client.get(API).json()["count"] == 2
    found = client.get(API, {"fuel": "gas", "capacity_from": "15"}).json()
    assert [one["name"] for one in found["items"]] == ["4#"]
    assert found["items"][0]["values"]["capacity"] == "20"
    part = client.get(API, {"limit": "1", "offset": "1"}).json()
    assert part["count"] == 2 and [one["id"] for one in part["items"]] == [boiler.pk]
    assert client.get(API, {"fule": "gas"}).status_code == 422, "a misspelt filter gives not everything"
    assert client.get(API, {"limit": "5000"}).status_code == 422
    assert client.get("/api/registers/nothing").status_code == 404


def test_one_record_with_files_and_history(client: Any, boiler: Any, photo: Any) -> None:
    sent = client.post(f"{API}/{boiler.pk}/files", {"files": photo()})
    assert sent.status_code == 200 and [one["name"] for one in sent.json()["files"]] == ["a.jpg"]
    whole = client.get(f"{API}/{boiler.pk}").json()
    assert [step["verb"] for step in whole["history"]] == ["add_record", "attach_file"]
    assert whole["missing"] == [] and whole["may_keep"] and whole["values"]["fuel"] == "coal"
    assert client.get(whole["files"][0]["url"]).status_code == 200


def test_added_changed_and_taken_out(client: Any, form: Any) -> None:
    values = {name: value for name, value in form.items() if name != "form_id"}
    added = client.post(API, {"values": values | {"capacity": 35}}, content_type="application/json")
    assert added.status_code == 201 and added.json()["version"] == 1
    address = f"{API}/{added.json()['id']}"
    told = {"version": 1, "values": {"online": True, "built_on": "2020-05-01", "filter": "布袋"}}
    changed = client.patch(address, told, content_type="application/json")
    assert changed.status_code == 200 and changed.json()["version"] == 2 and changed.json()["complete"]
    assert changed.json()["values"]["built_on"] == "2020-05-01" and changed.json()["values"]["online"] is True
    out = client.post(
        f"{address}/withdraw", {"version": 1, "reason": "录错"}, content_type="application/json"
    )
    assert out.status_code == 409
    out = client.post(
        f"{address}/withdraw", {"version": 2, "reason": "录错"}, content_type="application/json"
    )
    assert out.status_code == 204 and client.get(address).status_code == 404


def test_the_documentation_names_every_door(client: Any) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    found = {path: set(doors) for path, doors in paths.items() if path.startswith("/api/registers")}
    assert found["/api/registers/{code}"] == {"get", "post"}
    assert found["/api/registers/{code}/{pk}"] == {"get", "patch"}
    described = paths["/api/registers/{code}"]["post"]
    assert "409" in described["description"] and {"200", "201", "409", "422"} <= set(described["responses"])
