"""What goes wrong when records are written, each named and refused, or asked about; by form and API alike."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from lantian.office.people.actions import history_of
from lantian.office.registers import actions
from lantian.office.registers.declaring.base import ledger

pytestmark = pytest.mark.django_db
NEW = "/registers/boilers/new/"
API = "/api/registers/boilers"
HERE = {"lon": "111.5", "lat": "36.1"}
SQUARE = [[111.0, 35.5], [112.0, 35.5], [112.0, 36.5], [111.0, 36.5], [111.0, 35.5]]


def rows() -> Any:
    return ledger("boilers").model.objects.filter(withdrawn=False)


def wrong(page: Any) -> dict[str, list[str]]:
    form = page.context["form"]
    found = {one.name: one.errors for one in form.inputs if one.errors}
    return found | ({"": form.errors} if form.errors else {})


def tokens(page: Any) -> list[str]:
    return re.findall(r'name="confirmed" value="(\w+)"', page.content.decode())


@pytest.fixture
def client(signed_in: Any, officer: Any, firm: Any) -> Any:
    return signed_in(officer)


def both(client: Any, form: Any, **values: str) -> tuple[Any, Any]:
    """The same by form and by API."""
    told = {name: value for name, value in form.items() if name != "form_id"} | values
    api = client.post(API, {"values": told}, content_type="application/json")
    return client.post(NEW, form | values), api


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("capacity", "10 MW", ("wrong_unit", "MW")),
        ("capacity", "10 kg/h", ("wrong_unit", "kg/h")),
        ("region", "小店区", ("unknown", "小店区")),
        ("region", "不存在县", ("unknown", "不存在县")),
        ("built_on", "0213-05-01", ("century", "0213")),
        ("built_on", "1025-05-01", ("century", "1025")),
        ("built_on", "2126-05-01", ("century", "2126")),
        ("built_on", "2025-13-01", ("not_a_date", "2025-13-01")),
        ("fuel", "石头", ("unknown_choice", "石头")),
        ("enterprise", "没有的公司", ("unknown", "没有的公司")),
        ("lon", "190", ("out_of_range", "190")),
        ("capacity", "-3", ("out_of_range", "-3")),
        ("online", "也许", ("not_a_flag", "也许")),
    ],
)
def test_wrong_unit_unknown_region_wrong_century_and_the_like_are_named(
    client: Any, form: Any, field: str, value: str, fault: tuple[str, str]
) -> None:
    code, word = fault
    extra = {"lat": "36"} if field == "lon" else {}
    page, api = both(client, form, **extra, **{field: value})
    assert page.status_code == 422 and word in wrong(page)[field][0]
    assert api.status_code == 422
    (told,) = api.json()["faults"]
    assert (told["field"], told["code"]) == (field, code) and told["words"] == wrong(page)[field][0]
    assert not rows().exists()


def test_a_duplicate_code_is_named_with_the_record_that_has_it(client: Any, boiler: Any, form: Any) -> None:
    page, api = both(client, form, number="１＃")
    assert page.status_code == 422 and rows().get() == boiler
    assert "1#" in wrong(page)["number"][0] and boiler.get_absolute_url() in page.content.decode()
    told = api.json()
    assert api.status_code == 422 and told["faults"][0]["code"] == "taken" and told["there"] == boiler.pk


def test_a_duplicate_code_elsewhere_is_not_told_about(
    client: Any, signed_in: Any, person: Any, firm: Any
) -> None:
    stranger = signed_in(person("li", "141024"))
    form = {
        "name": "洪洞另一公司", "credit_code": firm.credit_code, "industry": "foundry", "region": "141024",
        "status": "running",
    }  # fmt: skip
    page = stranger.post("/registers/enterprises/new/", form)
    assert page.status_code == 422 and "credit_code" in wrong(page)
    assert firm.name not in page.content.decode() and f"/enterprises/{firm.pk}/" not in page.content.decode()


def test_a_form_re_sent_twice_adds_once(client: Any, form: Any) -> None:
    first, second = client.post(NEW, form), client.post(NEW, form)
    assert first.status_code == second.status_code == 302 and first.url == second.url
    assert rows().count() == 1
    third = client.post(NEW, form | {"capacity": "20"})
    assert third.status_code == 422, "the same boiler with another capacity is no repetition"


def test_a_form_without_any_key_re_sent_twice_adds_once(client: Any, monkeypatch: Any, form: Any) -> None:
    model = ledger("boilers").model
    monkeypatch.setattr(model, "natural_key", lambda self: "")
    assert client.post(NEW, form).url == client.post(NEW, form).url
    assert rows().get().key_text == f"#{form['form_id']}"
    assert client.post(NEW, form | {"capacity": "20"}).status_code == 422
    assert client.post(NEW, form | {"form_id": "f" * 32}).status_code == 302, "another form, another record"
    told = {name: value for name, value in form.items() if name != "form_id"}
    sent = {"values": told, "form_id": "00000000-0000-4000-8000-000000000000"}
    answers = [client.post(API, sent, content_type="application/json") for _time in range(2)]
    assert [one.status_code for one in answers] == [201, 200] and answers[1].json()["again"]


def test_a_change_re_sent_twice_changes_once(client: Any, boiler: Any) -> None:
    address = f"{boiler.get_absolute_url()}edit/"
    for _time in range(2):
        assert client.post(address, {"capacity": "20", "version": 1}).status_code == 302
    boiler.refresh_from_db()
    assert boiler.version == 2


def test_a_photo_without_place_is_asked_about(client: Any, form: Any, photo: Any) -> None:
    page = client.post(NEW, form | {"files": photo()})
    (token,) = tokens(page)
    assert page.status_code == 422 and not rows().exists()
    held = re.search(r'name="held" value="([^"]+)"', page.content.decode())[1]
    assert client.post(NEW, form | {"held": held, "confirmed": token}).status_code == 302
    assert [one.name for one in actions.files_of(rows().get())] == ["a.jpg"], "the photo was not lost"


def test_a_photo_with_a_place_is_asked_about_where_the_record_has_none(
    client: Any, form: Any, photo: Any
) -> None:
    page = client.post(NEW, form | {"files": photo(111.5, 36.1)})
    assert len(tokens(page)) == 1 and page.context["photo_position"] == (Decimal("111.5"), Decimal("36.1"))
    held = re.search(r'name="held" value="([^"]+)"', page.content.decode())[1]
    assert client.post(NEW, form | {"held": held, "photo_position": "111.5,36.1"}).status_code == 302
    assert (rows().get().lon, rows().get().lat) == (Decimal("111.5"), Decimal("36.1"))


def test_a_photo_taken_far_from_the_record_is_asked_about(client: Any, form: Any, photo: Any) -> None:
    page = client.post(NEW, form | HERE | {"files": photo(111.7, 36.1)})
    assert len(tokens(page)) == 1 and "18.0" in page.content.decode()
    assert not rows().exists()
    assert client.post(NEW, form | HERE | {"files": photo(111.5004, 36.1)}).status_code == 302


def test_a_place_outside_the_region_is_asked_about(client: Any, form: Any, province: Any) -> None:
    province["141002"].geometry = {"type": "Polygon", "coordinates": [SQUARE]}
    province["141002"].save()
    page, api = both(client, form, lon="113.5", lat="36.1")
    assert len(tokens(page)) == 1 and not wrong(page) and not rows().exists()
    assert api.status_code == 409
    assert [(one["field"], one["code"]) for one in api.json()["questions"]] == [("lon", "outside_region")]
    told = {name: value for name, value in form.items() if name != "form_id"} | {
        "lon": "113.5",
        "lat": "36.1",
    }
    sent = {"values": told, "confirmed": True}
    assert client.post(API, sent, content_type="application/json").status_code == 201
    assert "confirmed" in history_of(rows().get(), rows().get() and _admin()).get().after


def _admin() -> Any:
    from lantian.office.people.models import User

    return User.objects.create(username="root", is_superuser=True)


def test_two_people_edit_one_record_and_the_second_sees_what_the_first_changed(
    client: Any, signed_in: Any, person: Any, boiler: Any
) -> None:
    address = f"{boiler.get_absolute_url()}edit/"
    first, second = signed_in(person("wang", "141002")), client
    assert first.post(address, {"capacity": "20", "note": "已核实", "version": 1}).status_code == 302
    page = second.post(address, {"capacity": "30", "place": "东门", "version": 1})
    assert page.status_code == 422
    told = {one.name: (one.was, one.theirs, one.yours, one.clash) for one in page.context["differences"]}
    assert told == {"capacity": ("10", "20", "30", True), "note": ("", "已核实", "已核实", False)}
    assert page.context["people"] == ["wang"]
    values = {one.name: one.value for one in page.context["form"].inputs}
    assert (values["capacity"], values["note"], values["place"]) == ("30", "已核实", "东门")
    boiler.refresh_from_db()
    assert (boiler.capacity, boiler.place) == (20, "厂区北侧"), "nothing was kept yet"
    assert second.post(address, {**values, "version": 2}).status_code == 302
    boiler.refresh_from_db()
    assert (boiler.capacity, boiler.place, boiler.note) == (30, "东门", "已核实")


def test_two_people_edit_one_record_by_the_api(client: Any, boiler: Any) -> None:
    address = f"{API}/{boiler.pk}"

    def patch(version: int, **values: Any) -> Any:
        return client.patch(address, {"version": version, "values": values}, content_type="application/json")

    assert patch(1, fuel="燃气").status_code == 200
    late = patch(1, fuel="电")
    assert late.status_code == 409 and late.json()["version"] == 2
    assert late.json()["changed"][0]["field"] == "fuel" and late.json()["faults"][0]["code"] == "changed"
    assert client.patch(address, {"values": {}}, content_type="application/json").status_code == 422


def test_a_field_the_register_does_not_have_is_refused(client: Any, form: Any) -> None:
    told = {name: value for name, value in form.items() if name != "form_id"}
    sent = {"values": told | {"fule": "x"}}
    answer = client.post(API, sent, content_type="application/json")
    assert [one["code"] for one in answer.json()["faults"]] == ["unknown_field"] and not rows().exists()


@pytest.mark.parametrize("value", [True, 5, 1.5, ["a"], None, "", "x" * 300, "'=1+1", "\x00\x07"])
def test_values_of_every_shape_are_taken_or_refused_never_a_fault_of_ours(client: Any, value: Any) -> None:
    for one in ledger("boilers").fields:
        sent = {"values": {one.name: value}}
        answer = client.post(API, sent, content_type="application/json")
        assert answer.status_code in (409, 422), (one.name, value, answer.content)


def test_a_program_is_no_photo_and_the_rest_of_the_form_is_kept(client: Any, form: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    page = client.post(NEW, form | {"files": SimpleUploadedFile("a.jpg", b"MZ" + b"0" * 80)})
    assert page.status_code == 422 and page.context["file_faults"] and not rows().exists()
    assert {one.name: one.value for one in page.context["form"].inputs}["capacity"] == "35 蒸吨"


def test_another_persons_held_file_is_not_taken(
    client: Any, signed_in: Any, person: Any, form: Any, photo: Any
) -> None:
    page = client.post(NEW, form | {"files": photo()})
    held = re.search(r'name="held" value="([^"]+)"', page.content.decode())[1]
    other = signed_in(person("wang", "141002"))
    assert other.post(NEW, form | {"held": held}).status_code == 302
    assert not actions.files_of(rows().get()).exists()
    assert client.post(NEW, form | {"held": held[:-2], "number": "7#"}).status_code == 422


def test_whoever_is_faster_between_looking_and_writing_is_shown_as_well(
    client: Any, boiler: Any, monkeypatch: Any, person: Any
) -> None:
    from lantian.office.registers.reader import Reader
    from lantian.office.registers.writing import filing

    judge, wang = filing.judge, person("wang", "141002")

    def slowly(*given: Any) -> Any:
        read = judge(*given)
        monkeypatch.setattr(filing, "judge", judge)
        other = type(boiler).objects.get(pk=boiler.pk)
        actions.change(wang, Reader(boiler.ledger, wang).read({"note": "先到"}, other), version=1)
        return read

    monkeypatch.setattr(filing, "judge", slowly)
    page = client.post(f"{boiler.get_absolute_url()}edit/", {"capacity": "20", "version": 1})
    assert page.status_code == 422 and page.context["people"] == ["wang"]
    assert [one.theirs for one in page.context["differences"]] == ["先到"]
    assert page.context["row"].version == 2


ODD = (
    "#99999999999999999999999",
    "#²",
    "#٣",
    "\x00",
    "a\x00b",
    "\ud800",
    "x" * 5000,
    "%",
    "_",
    "\\",
    "'",
    "(",
    "-1",
)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_anywhere_are_refused_or_taken_never_a_fault_of_ours(
    client: Any, boiler: Any, text: str
) -> None:
    from lantian.office.registers.reader import Reader

    for one in (boiler.ledger, ledger("enterprises")):
        read = Reader(one, None).read(dict.fromkeys(("region", "unit", *one.by_name), text))
        assert read.faults
    sent = dict.fromkeys(("region", "unit", *boiler.ledger.by_name), text.replace("\ud800", "?"))
    sent |= {"version": text.replace("\ud800", "?"), "held": "x", "photo_position": "a,b", "form_id": "z"}
    # U+0000 is refused before any page sees it; everything else is judged by the reader.
    refused, asked = (400, 400) if "\x00" in text else (422, 200)
    for door in (NEW, f"{boiler.get_absolute_url()}edit/", f"{boiler.get_absolute_url()}state/"):
        assert client.post(door, sent).status_code == refused, door
    assert client.post("/registers/boilers/asked/", sent).status_code == asked
    question = {"q": sent["number"], "enterprise": sent["number"]}
    assert client.get("/registers/boilers/suggest/enterprise/", question).status_code == asked
    assert client.get(NEW, sent).status_code == asked


def test_a_reason_with_signs_no_database_keeps(client: Any, boiler: Any) -> None:
    door = f"{boiler.get_absolute_url()}withdraw/"
    assert client.post(door, {"reason": "a\x00b", "version": 1}).status_code == 400
    sent = {"reason": "a\x07b" + "长" * 900, "version": 1}
    assert client.post(door, sent).status_code == 302
