"""Signing in: the one door, slow for those who guess."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lantian.office.people.models import FailedSignIn, User
from lantian.office.people.rules import CAPABILITIES, Capability, Role, can
from lantian.office.people.throttle import PER_ADDRESS, PER_NAME, PER_NAME_AND_ADDRESS


def knock(client: Client, name: str, password: str, address: str = "10.0.0.1", **more: Any) -> Any:
    form = {"username": name, "password": password, **more}
    return client.post("/sign-in/", form, REMOTE_ADDR=address)


def test_in_and_out(person: Any, client: Client) -> None:
    person("wang", "141002")
    assert client.get("/board/").headers["Location"] == "/sign-in/?next=/board/"
    answer = knock(client, "wang", "secret-of-wang", next="/regions/")
    assert answer.status_code == 302 and answer.headers["Location"] == "/regions/"
    assert client.get("/board/").status_code == 200
    assert client.get("/sign-out/").status_code == 405, "signing out by a link would let any page do it"
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/board/").status_code == 302


def test_no_way_out_to_another_host(person: Any, client: Client) -> None:
    person("wang", "141002")
    answer = knock(client, "wang", "secret-of-wang", next="https://example.org/")
    assert answer.headers["Location"] == "/board/"


def test_guessing_is_stopped_even_for_the_right_password(person: Any, client: Client) -> None:
    person("wang", "141002")
    for number in range(PER_NAME_AND_ADDRESS):
        assert "用户名或密码不正确" in knock(client, "wang", f"guess{number}").content.decode()
    refused = knock(client, "WANG ".strip(), "secret-of-wang")
    assert "失败次数过多" in refused.content.decode()
    refused = knock(client, "wang", "secret-of-wang")
    assert refused.status_code == 200 and "失败次数过多" in refused.content.decode()
    elsewhere = knock(Client(), "wang", "secret-of-wang", address="10.0.0.2")
    assert elsewhere.status_code == 302, "the owner is not locked out by a stranger"


def test_the_window_passes(person: Any, client: Client) -> None:
    person("wang", "141002")
    for _ in range(PER_NAME_AND_ADDRESS):
        knock(client, "wang", "guess")
    FailedSignIn.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert knock(client, "wang", "secret-of-wang").status_code == 302


def test_success_clears_the_count(person: Any, client: Client) -> None:
    person("wang", "141002")
    for _ in range(PER_NAME_AND_ADDRESS - 1):
        knock(client, "wang", "guess")
    assert knock(client, "wang", "secret-of-wang").status_code == 302
    assert FailedSignIn.objects.count() == 0


@pytest.mark.parametrize(
    ("count", "name", "address"), [(PER_ADDRESS, "{}", "10.0.0.1"), (PER_NAME, "wang", "10.1.0.{}")]
)
def test_many_names_or_many_addresses_are_stopped_too(
    person: Any, client: Client, count: int, name: str, address: str
) -> None:
    person("wang", "141002")
    FailedSignIn.objects.bulk_create(
        FailedSignIn(name=name.format(number), address=address.format(number)) for number in range(count)
    )
    assert "失败次数过多" in knock(client, "wang", "secret-of-wang").content.decode()


def test_a_forwarded_address_is_not_believed(person: Any, client: Client) -> None:
    person("wang", "141002")
    for number in range(PER_NAME_AND_ADDRESS):
        client.post(
            "/sign-in/",
            {"username": "wang", "password": "guess"},
            REMOTE_ADDR="10.0.0.1",
            headers={"X-Forwarded-For": f"10.2.0.{number}"},
        )
    assert "失败次数过多" in knock(client, "wang", "secret-of-wang").content.decode()


def test_behind_a_proxy_its_last_word_counts(person: Any, client: Client, settings: Any) -> None:
    settings.HTTPS = True
    person("wang", "141002")

    def through_proxy(forwarded: str, password: str) -> str:
        answer = client.post(
            "/sign-in/",
            {"username": "wang", "password": password},
            REMOTE_ADDR="10.0.0.1",
            headers={"X-Forwarded-For": forwarded},
        )
        return answer.content.decode()

    for number in range(PER_NAME_AND_ADDRESS):
        through_proxy(f"9.9.9.{number}, 10.2.0.1", "guess")
    assert "失败次数过多" in through_proxy("1.2.3.4, 10.2.0.1", "secret-of-wang")
    assert "失败次数过多" not in through_proxy("10.2.0.1, 10.2.0.2", "guess")
    assert "用户名或密码不正确" in through_proxy("not an address", "guess")


def test_someone_elses_password_is_replaced_first(person: Any, client: Client) -> None:
    person("wang", "141002", must_change_password=True)
    assert knock(client, "wang", "secret-of-wang").headers["Location"] == "/password/"
    assert "您的密码由他人设定" in client.get("/board/").content.decode()
    form = {
        "old_password": "secret-of-wang",
        "new_password1": "a-longer-secret-9",
        "new_password2": "a-longer-secret-9",
    }
    assert client.post("/password/", form).status_code == 302
    assert not User.objects.get().must_change_password
    assert "您的密码由他人设定" not in client.get("/board/").content.decode()


def test_a_closed_account_stays_out(person: Any, client: Client) -> None:
    person("gone", "141002", is_active=False)
    assert knock(client, "gone", "secret-of-gone").status_code == 200
    assert client.get("/board/").status_code == 302


def test_the_admin_is_for_superusers_and_behind_the_same_door(
    person: Any, signed_in: Any, client: Client
) -> None:
    assert client.get("/admin/").headers["Location"].endswith("/admin/login/?next=/admin/")
    assert client.get("/admin/login/?next=/admin/").headers["Location"] == "/sign-in/?next=%2Fadmin%2F"
    officer = signed_in(person("wang", "140000", role="administrator", is_staff=True))
    answer = officer.get("/admin/", follow=True)
    assert answer.status_code == 404
    assert officer.get("/admin/regions/region/", follow=True).status_code == 404
    root = signed_in(person("root", None, is_superuser=True, is_staff=True))
    for page in (
        "",
        "regions/region/",
        "regions/region/add/",
        "people/user/",
        "people/user/add/",
        "people/unit/",
        "people/unit/add/",
        "people/actionlog/",
    ):
        assert root.get(f"/admin/{page}").status_code == 200, page
    assert root.get("/admin/people/actionlog/add/").status_code == 403


def test_a_write_through_the_admin_is_recorded(person: Any, signed_in: Any, province: dict[str, Any]) -> None:
    from lantian.office.people.actions import verify_chain
    from lantian.office.people.models import ActionLog, Unit

    root = signed_in(person("root", None, is_superuser=True, is_staff=True))
    form = {"name": "尧都分局", "name_en": "", "region": province["141002"].pk, "kind": "department"}
    assert root.post("/admin/people/unit/add/", form).status_code == 302
    unit = Unit.objects.get()
    assert (
        root.post(f"/admin/people/unit/{unit.pk}/change/", {**form, "name": "尧都区分局"}).status_code == 302
    )
    assert root.post(f"/admin/people/unit/{unit.pk}/delete/", {"post": "yes"}).status_code == 302
    rows = list(ActionLog.objects.order_by("number"))
    assert [(row.verb, row.actor_name) for row in rows] == [
        ("add", "root"),
        ("change", "root"),
        ("delete", "root"),
    ]
    assert rows[1].changes == [("name", "尧都分局", "尧都区分局")]
    assert rows[2].target_id == str(unit.pk)
    assert verify_chain() == []


def test_the_password_is_not_in_the_log(person: Any, signed_in: Any) -> None:
    from lantian.office.people.models import ActionLog

    root = signed_in(person("root", None, is_superuser=True, is_staff=True))
    form = {
        "username": "li",
        "password1": "a-long-secret-42",
        "password2": "a-long-secret-42",
        "usable_password": "true",
        "name": "李",
        "region": "",
        "unit": "",
        "role": "analyst",
    }
    assert root.post("/admin/people/user/add/", form).status_code == 302
    assert User.objects.get(username="li").must_change_password
    text = "".join(row.after + row.before for row in ActionLog.objects.all())
    assert "li" in text and "md5$" not in text and "a-long-secret-42" not in text


def test_roles_and_capabilities(person: Any) -> None:
    assert set(CAPABILITIES) == set(Role)
    assert all(Capability.VIEW in held for held in CAPABILITIES.values())
    officer, analyst = person("o", "141002"), person("a", "141002", role="analyst")
    assert can(officer, Capability.REPORT_TASK) and not can(officer, Capability.REVIEW_PLAN)
    assert can(analyst, Capability.REVIEW_PLAN) and not can(analyst, Capability.MANAGE_PEOPLE)
    assert can(person("root", None, is_superuser=True), Capability.MANAGE_PEOPLE)
    assert not can(person("gone", "141002", role="administrator", is_active=False), Capability.VIEW)
