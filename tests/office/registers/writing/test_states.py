"""The quick change of a record's state: with its day, its proof, and a reason where it is opened again."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages

from lantian.office.people.actions import history_of
from lantian.office.registers import actions
from lantian.office.registers.writing.acting import state_names

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Any, officer: Any, boiler: Any) -> Any:
    return signed_in(officer)


def to(client: Any, row: Any, status: str, **more: Any) -> Any:
    row.refresh_from_db()
    return client.post(f"{row.get_absolute_url()}state/", {"status": status, "version": row.version, **more})


def said(answer: Any) -> str:
    return " ".join(str(one) for one in get_messages(answer.wsgi_request))


def test_the_small_form_asks_for_the_state_and_the_days_that_follow_from_it(boiler: Any) -> None:
    assert state_names(boiler.ledger) == ("status", "closed_on")


def test_a_state_with_its_proof_and_day_is_complete(
    client: Any, boiler: Any, photo: Any, officer: Any
) -> None:
    answer = to(client, boiler, "dismantled", closed_on="2025-06-01", files=photo(), reason="已拆")
    boiler.refresh_from_db()
    assert answer.status_code == 302 and boiler.status == "dismantled" and boiler.complete
    assert [one.state for one in actions.files_of(boiler)] == ["dismantled"]
    last = history_of(boiler, officer).first()
    assert last.verb == "change_record" and last.reason == "已拆"


def test_a_state_without_its_proof_is_kept_as_incomplete_and_says_so(client: Any, boiler: Any) -> None:
    answer = to(client, boiler, "dismantled", closed_on="2025-06-01")
    boiler.refresh_from_db()
    assert boiler.status == "dismantled" and not boiler.complete
    assert "已拆除" in said(answer) and "证明" in said(answer)


def test_a_proof_added_later_completes_it(client: Any, boiler: Any, photo: Any) -> None:
    to(client, boiler, "dismantled", closed_on="2025-06-01")
    address = f"{boiler.get_absolute_url()}files/"
    assert client.post(address, {"files": photo()}).status_code == 302
    assert client.post(address, {"files": photo()}).status_code == 302, "sent twice"
    boiler.refresh_from_db()
    assert boiler.complete and actions.files_of(boiler).count() == 1
    assert client.post(address, {}).status_code == 422


def test_back_from_closed_to_open_needs_a_reason(client: Any, boiler: Any, photo: Any) -> None:
    to(client, boiler, "dismantled", closed_on="2025-06-01", files=photo())
    answer = to(client, boiler, "in_use", closed_on="")
    assert answer.status_code == 422 and "理由" in answer.content.decode()
    boiler.refresh_from_db()
    assert boiler.status == "dismantled"
    edit = {"status": "in_use", "closed_on": "", "version": boiler.version}
    assert client.post(f"{boiler.get_absolute_url()}edit/", edit).status_code == 422
    sent = {"version": boiler.version, "values": {"status": "in_use", "closed_on": ""}}
    api = client.patch(f"/api/registers/boilers/{boiler.pk}", sent, content_type="application/json")
    assert api.status_code == 422 and api.json()["faults"][0]["field"] == "reason"
    assert to(client, boiler, "in_use", closed_on="", reason="复核发现仍在用").status_code == 302
    boiler.refresh_from_db()
    assert boiler.status == "in_use"


def test_what_does_not_fit_into_the_small_form_leads_to_the_whole_one(client: Any, keep: Any) -> None:
    row = keep("boilers", enterprise="91141000701234567E", number="3#", fuel="gas", capacity="10")
    type(row).objects.filter(pk=row.pk).update(fuel="")
    page = to(client, row, "idle")
    assert page.status_code == 422 and f"{row.get_absolute_url()}edit/?status=idle" in page.content.decode()
    whole = client.get(f"{row.get_absolute_url()}edit/?status=idle")
    assert {one.name: one.value for one in whole.context["form"].inputs}["status"] == "idle"


def test_of_two_the_second_is_told(client: Any, boiler: Any) -> None:
    address = f"{boiler.get_absolute_url()}state/"
    assert client.post(address, {"status": "idle", "version": 1}).status_code == 302
    assert client.post(address, {"status": "idle", "version": 1}).status_code == 302, "the same, sent twice"
    page = client.post(address, {"status": "replaced", "version": 1})
    assert page.status_code == 422 and page.context["changed_meanwhile"]
    boiler.refresh_from_db()
    assert (boiler.status, boiler.version) == ("idle", 2)
