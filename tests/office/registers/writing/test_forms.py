"""The form of a record: made from its declaration, refused beside the field, asked with a tick, sent once."""

from __future__ import annotations

import re
from typing import Any

import pytest

from lantian.office.registers.declaring.base import ledger, ledgers
from lantian.office.registers.writing import forms

pytestmark = pytest.mark.django_db
NEW = "/registers/boilers/new/"


def boilers() -> Any:
    return ledger("boilers").model.objects.filter(withdrawn=False)


def errors(page: Any) -> dict[str, list[str]]:
    form = page.context["form"]
    found = {one.name: one.errors for one in form.inputs if one.errors}
    return found | ({"": form.errors} if form.errors else {})


def asked(page: Any) -> list[tuple[str, str]]:
    """Field and token of each question of a page that is not ticked."""
    form = page.context["form"]
    pairs = [(one.name, question) for one in form.inputs for question in one.questions]
    return [(name, token) for name, (token, _words, ticked) in pairs if not ticked] + [
        ("", token) for token, _words, ticked in form.questions if not ticked
    ]


def test_the_form_follows_the_declaration(signed_in: Any, officer: Any, firm: Any) -> None:
    page = signed_in(officer).get(NEW)
    text = page.content.decode()
    assert page.status_code == 200
    inputs = {one.name: one for one in page.context["form"].inputs}
    assert inputs["capacity"].unit == "t/h" and inputs["capacity"].must
    assert inputs["status"].value == "in_use" and inputs["due"].kind == "due"
    assert [value for value, _label in inputs["online"].choices] == ["", "yes", "no"]
    assert inputs["fuel"].must and not inputs["filter"].needed
    assert 'inputmode="decimal"' in text and 'capture="environment"' in text and "data-position" in text
    assert "/registers/boilers/suggest/enterprise/" in text
    assert "140105" not in text, "only regions one sees"


def test_a_record_is_added_by_names_people_use(signed_in: Any, officer: Any, firm: Any, form: Any) -> None:
    answer = signed_in(officer).post(NEW, form)
    row = boilers().get()
    assert answer.status_code == 302 and answer.url == row.get_absolute_url()
    assert (row.fuel, row.capacity, row.enterprise, row.region) == ("coal", 35, firm, firm.region)
    assert not row.complete, "the filter is needed for coal"


def test_what_is_kept_incomplete_says_what_is_missing(
    signed_in: Any, officer: Any, firm: Any, form: Any
) -> None:
    from django.contrib.messages import get_messages

    answer = signed_in(officer).post(NEW, form)
    said = " ".join(str(one) for one in get_messages(answer.wsgi_request))
    assert "除尘设施" in said


def test_errors_stand_beside_their_field_and_what_was_typed_stays(
    signed_in: Any, officer: Any, firm: Any, form: Any
) -> None:
    form |= {"capacity": "10 MW", "built_on": "0213-01-01", "number": "", "place": "北厂区"}
    page = signed_in(officer).post(NEW, form)
    assert page.status_code == 422 and not boilers().exists()
    assert set(errors(page)) == {"capacity", "built_on", "number"}
    values = {one.name: one.value for one in page.context["form"].inputs}
    assert (values["capacity"], values["built_on"], values["place"]) == ("10 MW", "0213-01-01", "北厂区")
    assert values["enterprise"] == form["enterprise"]


def test_a_record_chosen_from_the_list_goes_by_its_number_until_the_words_are_changed(
    signed_in: Any, officer: Any, firm: Any, form: Any
) -> None:
    chosen = {"enterprise-number": str(firm.pk), "enterprise-was": form["enterprise"]}
    type(firm).objects.create(
        name=firm.name, region=firm.region, industry="foundry", key_text="#x", search=firm.search
    )
    client = signed_in(officer)
    assert "enterprise" in errors(client.post(NEW, form)), "two of one name: ambiguous"
    assert client.post(NEW, form | chosen).status_code == 302
    page = client.post(NEW, form | chosen | {"enterprise": "别的公司", "number": "3#"})
    assert list(errors(page)) == ["enterprise"]


def test_a_question_is_asked_beside_its_field_and_answered_with_a_tick(
    signed_in: Any, officer: Any, firm: Any, form: Any
) -> None:
    client = signed_in(officer)
    page = client.post(NEW, form | {"capacity": "3000"})
    ((field, token),) = asked(page)
    assert field == "capacity" and not boilers().exists()
    other = client.post(NEW, form | {"capacity": "4000", "confirmed": token})
    assert [name for name, _token in asked(other)] == ["capacity"], "another value is another question"
    assert client.post(NEW, form | {"capacity": "3000", "confirmed": token}).status_code == 302


def test_a_confirmed_value_is_not_asked_again_when_something_else_is_changed(
    signed_in: Any, officer: Any, keep: Any
) -> None:
    row = keep("boilers", enterprise="91141000701234567E", number="9#", fuel="gas", capacity="3000")
    client = signed_in(officer)
    page = client.get(f"{row.get_absolute_url()}edit/")
    sent = values_of(page) | {"low_nox": "yes"}
    assert client.post(f"{row.get_absolute_url()}edit/", sent).status_code == 302
    row.refresh_from_db()
    assert row.low_nox is True and row.version == 2


def values_of(page: Any) -> dict[str, Any]:
    """What a browser would send back of a form nobody touched."""
    sent: dict[str, Any] = {}
    for one in page.context["form"].inputs:
        sent[one.name] = one.values if one.kind == "many" else one.value
        if one.kind in {"link", "owner"}:
            sent |= {f"{one.name}-number": one.number, f"{one.name}-was": one.value}
    row = page.context["row"]
    return sent | ({"version": row.version} if row is not None else {})


def test_a_form_nobody_touched_changes_nothing(signed_in: Any, officer: Any, boiler: Any) -> None:
    client = signed_in(officer)
    page = client.get(f"{boiler.get_absolute_url()}edit/")
    assert client.post(f"{boiler.get_absolute_url()}edit/", values_of(page)).status_code == 302
    boiler.refresh_from_db()
    assert boiler.version == 1


@pytest.mark.parametrize("one", [pytest.param(one, id=one.code) for one in ledgers()])
def test_the_form_of_a_register_asks_for_every_field_it_has(one: Any, officer: Any) -> None:
    form = forms.build(one, officer, one.model(), forms.said(one.model()))
    there = {made.name for made in form.inputs}
    asked_for = {name for name, field in one.by_name.items() if not field.computed}
    assert asked_for - (set() if one.placed else PLACE) <= there
    assert len(form.inputs) == len(there) and all(section.title for section in form.sections)


def test_a_form_of_each_group_opens_and_says_what_it_lacks(signed_in: Any, officer: Any, firm: Any) -> None:
    client = signed_in(officer)
    for one in {one.group: one for one in ledgers()}.values():
        assert client.get(f"/registers/{one.code}/new/").status_code == 200, one.code
        sent = client.post(f"/registers/{one.code}/new/", {})
        assert sent.status_code == 422 and errors(sent), one.code


PLACE = {"place", "lon", "lat"}


def test_marks_follow_what_is_chosen(signed_in: Any, officer: Any, firm: Any) -> None:
    client = signed_in(officer)
    told = client.post(
        "/registers/boilers/asked/", {"fuel": "gas", "status": "in_use", "capacity": "x"}
    ).json()
    assert told["asked"]["low_nox"] == "needed" and told["asked"]["filter"] == ""
    told = client.post("/registers/boilers/asked/", {"fuel": "coal", "status": "dismantled"}).json()
    assert told["asked"]["filter"] == "needed" and told["asked"]["closed_on"] == "needed"
    assert told["asked"]["number"] == "required"


def test_records_are_found_while_typing_by_name_code_and_former_name(
    signed_in: Any, officer: Any, person: Any, firm: Any
) -> None:
    firm.former_names = ["尧都老铸造厂"]
    firm.fold_in()
    firm.save()
    client = signed_in(officer)
    for text in ("示例铸造", "911410007", "老铸造"):
        found = client.get("/registers/boilers/suggest/enterprise/", {"q": text}).json()["found"]
        assert [one["number"] for one in found] == [firm.pk], text
    assert "尧都" in found[0]["more"]
    stranger = signed_in(person("li", "141024"))
    assert stranger.get("/registers/boilers/suggest/enterprise/", {"q": "铸造"}).json() == {"found": []}
    assert client.get("/registers/boilers/suggest/fuel/", {"q": "x"}).status_code == 404


def test_the_same_words_in_english(signed_in: Any, officer: Any, firm: Any, boiler: Any) -> None:
    client = signed_in(officer)
    client.cookies["lantian_language"] = "en"
    for address in (NEW, f"{boiler.get_absolute_url()}edit/", f"{boiler.get_absolute_url()}withdraw/"):
        text = client.get(address).content.decode()
        text = text[text.index('class="lt-page"') :]
        text = re.sub(
            r'lang="zh">[^<]*|value="[^"]*"|临汾示例铸造有限公司（模拟）|解放路街道|晋政[^<]*', "", text
        )
        assert not re.search(r"[\u4e00-\u9fff]{2,}", text), address
