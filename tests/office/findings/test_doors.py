"""Doors of the phone form: answers to a script, the API, small pictures, who is named, steps sent again."""

from __future__ import annotations

import io
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document

from lantian.errors import LantianError
from lantian.office.findings import actions, rules
from lantian.office.findings.models import Finding, FindingFile, Source
from lantian.office.frame import clock
from lantian.office.ledgers.industry.enterprise import Enterprise
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import Unit, User

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def noon() -> Any:
    with clock.at(NOON):
        yield


@pytest.fixture
def asked(province: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "dust", "region": province["141002"].pk, "place": "滨河路", "words": "裸土",
        "severity": "ordinary", "source": "patrol", "found_on": "2026-05-20", "form_id": str(uuid.uuid4()),
    }  # fmt: skip


def record(province: dict[str, Any], **more: Any) -> Finding:
    given: dict[str, Any] = {
        "kind": "dust", "region": province["141002"], "place": "滨河路", "words": "裸土",
        "found_on": date(2026, 5, 20),
    }  # fmt: skip
    return actions.record_finding(None, actions.NewFinding(**(given | more)))


def test_drafts_are_answered_in_json(signed_in: Any, person: Any, asked: Any, photo: Any) -> None:
    officer = person("in", "141002")
    browser = signed_in(officer)

    def send(**more: Any) -> Any:
        return browser.post("/findings/new/", asked | {"drafter": officer.pk} | more, headers=JSON)

    question = send(files=photo())
    assert question.status_code == 409 and question.json()["ask"] == "position_unknown"
    wrong = send(words="", kind="雾霾")
    assert wrong.status_code == 422 and set(wrong.json()["errors"]) == {"words", "kind"}
    other = send(drafter=officer.pk + 1)
    assert other.status_code == 422 and not Finding.objects.exists()
    first = send(files=photo(), answers="position_unknown")
    again = send(files=photo(), answers="position_unknown")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] and again.json()["again"]
    # The form without a script answers with the same finding.
    assert browser.post("/findings/new/", asked).url == first.json()["url"]
    assert Finding.objects.count() == 1


def test_without_a_script_the_question_has_a_button(
    signed_in: Any, person: Any, asked: Any, photo: Any
) -> None:
    browser = signed_in(person("in", "141002"))
    answer = browser.post("/findings/new/", {**asked, "files": photo()})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'name="answers" value="position_unknown"' in page and "现场.jpg" in page  # to be chosen again
    taken = browser.post("/findings/new/", {**asked, "files": photo(), "answers": "position_unknown"})
    assert taken.status_code == 302


def test_the_api_records_by_the_same_checks(signed_in: Any, person: Any, province: Any, photo: Any) -> None:
    browser = signed_in(person("in", "141002"))
    told = {
        "kind": "dust",
        "region": "141002",
        "place": "滨河路",
        "words": "裸土",
        "form_id": str(uuid.uuid4()),
    }
    question = browser.post("/api/findings", {**told, "files": photo()})
    assert question.status_code == 409 and question.json()["ask"] == "position_unknown"
    first = browser.post("/api/findings", {**told, "files": photo("111.5", "36.1")})
    again = browser.post("/api/findings", {**told, "files": photo("111.5", "36.1")})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] == Finding.objects.get().pk
    for wrong in ({"kind": "雾霾"}, {"words": " "}, {"found_on": "1926-05-20"}, {"place": "长" * 201}):
        assert (
            browser.post("/api/findings", {**told, "form_id": str(uuid.uuid4()), **wrong}).status_code == 422
        )
    assert browser.post("/api/findings", {**told, "region": "141024"}).status_code == 404
    analyst = signed_in(person("analyst", "141000", "analyst"))
    assert analyst.post("/api/findings", told).status_code == 403
    row = browser.get(f"/api/findings/{first.json()['id']}").json()
    assert row["position_by"] == "photo" and row["files"][0]["name"] == "现场.jpg"


@pytest.fixture
def pictured(province: Any, photo: Any, small_picture: bytes) -> Finding:
    return record(province, files=[photo("111.5", "36.1", small=small_picture)])


def test_small_pictures_stay_in_their_county(
    scope_doors: Any, person: Any, signed_in: Any, pictured: Finding, small_picture: bytes
) -> None:
    row = pictured
    kept = FindingFile.objects.get(finding=row)
    inside = person("in", "141002")
    scope_doors(
        thing=kept, secret="a small picture", inside=inside, outside=person("out", "141024"),
        pages=[f"/findings/files/{kept.pk}/small/", f"/findings/files/{kept.pk}/"],
    )  # fmt: skip
    answer = signed_in(inside).get(f"/findings/files/{kept.pk}/small/")
    assert answer.content == small_picture and answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert (
        f"/findings/files/{kept.pk}/small/" in signed_in(inside).get(f"/findings/{row.pk}/").content.decode()
    )


def test_a_person_is_named_and_sees_it_first(signed_in: Any, person: Any, province: Any) -> None:
    bureau = Unit.objects.create(name="尧都区住建局", region=province["141002"])
    officer = person("officer", "141002")
    worker = person("worker", "141002001", unit=bureau)
    User.objects.filter(pk=worker.pk).update(name="李网格")
    mate, stranger = person("mate", "141002001"), person("stranger", "141024")
    row = record(province, region=province["141002001"])
    browser = signed_in(officer)
    assert "李网格" in browser.get(f"/findings/{row.pk}/").content.decode()
    door = f"/findings/{row.pk}/do/assign_finding/"
    assert browser.post(door, {"version": 1, "assignee": stranger.pk}).status_code == 404
    assert browser.post(door, {"version": 1, "days": "-3"}).status_code == 422
    with pytest.raises(LantianError):
        actions.act(row, "assign_finding", None, assignee=stranger)
    assert browser.post(door, {"version": 1, "assignee": worker.pk, "days": "2"}).status_code == 302
    row.refresh_from_db()
    assert row.assignee == worker and row.state_due == NOON + timedelta(days=2)
    # The one named rectifies; who merely sees it does not.
    assert "rectify" in signed_in(worker).get(f"/findings/{row.pk}/").content.decode()
    assert "rectify" not in signed_in(mate).get(f"/findings/{row.pk}/").content.decode()
    for number in range(3):
        record(province, place=f"{number}号", region=province["141002001"])
    listed = signed_in(worker).get("/findings/")
    assert [one.pk for one in listed.context["mine"]] == [row.pk] and listed.context["own"].mine == 1
    only = signed_in(worker).get("/findings/?mine=1&state=todo")
    assert [one.pk for one in only.context["pages"]] == [row.pk]
    assert signed_in(mate).get("/findings/").context["own"].mine == 0
    # The unit's colleagues see what is the unit's.
    actions.act(row, "assign_finding", None, unit=bureau)
    ours = signed_in(worker).get("/findings/?ours=1&state=todo").context
    assert [one.pk for one in ours["pages"]] == [row.pk] and row.assignee is None
    assert ours["own"].ours == ours["pages"].paginator.count == 1


def test_steps_sent_again_are_one_step(signed_in: Any, person: Any, province: Any, photo: Any) -> None:
    officer = person("officer", "141002")
    browser = signed_in(officer)
    row = record(province)
    assign, rectify = (f"/findings/{row.pk}/do/{name}/" for name in ("assign_finding", "rectify"))
    for _time in range(2):
        assert browser.post(assign, {"version": 1}).status_code == 302
    assert browser.post(assign, {"version": 1, "days": "9"}).status_code == 422  # another decision, too late
    for _time in range(2):
        sent = {"version": 2, "reason": "已覆盖", "files": photo("111.5", "36.1")}
        assert browser.post(rectify, sent).status_code == 302
    assert browser.post(rectify, {"version": 2, "reason": "又盖了一遍"}).status_code == 422
    row.refresh_from_db()
    assert (row.state, row.version, row.files.count()) == ("rectified", 3, 1)
    assert browser.post(rectify.replace("rectify", "close_finding"), {"version": 1}).status_code != 302
    assert verify_chain() == []


def test_two_people_settle_a_repeat(signed_in: Any, person: Any, province: Any) -> None:
    record(province)
    row = record(province)
    assert row.repeated_of is not None
    browser = signed_in(person("officer", "141002"))
    actions.act(row, "assign_finding", None)
    browser.post(f"/findings/{row.pk}/repeat/", {"same": "yes", "version": "1"})
    row.refresh_from_db()
    assert row.repeat_confirmed is None  # somebody was faster
    browser.post(f"/findings/{row.pk}/repeat/", {"same": "yes", "version": "2"})
    row.refresh_from_db()
    assert row.repeat_confirmed is True and row.version == 3


def test_the_same_enterprise_is_a_repeat(signed_in: Any, person: Any, province: Any) -> None:
    firm = Enterprise(
        region=province["141002"], name="临汾蓝天铸造有限公司", industry="casting", status="running"
    )
    firm.fold_in()
    firm.save()
    first = record(province, place="熔炼车间", enterprise=firm)
    again = record(province, place="东门", enterprise=firm)
    about = record(province, place="料棚", register="enterprises", record_id=firm.pk)
    assert again.repeated_of == first and about.enterprise == firm and about.repeated_of == again
    with pytest.raises(LantianError):
        record(province, register="enterprises", record_id=firm.pk + 1)
    with pytest.raises(LantianError):
        record(province, register="nothing", record_id=1)
    inside, outside = signed_in(person("in", "141002")), signed_in(person("out", "141024"))
    found = inside.get("/findings/enterprises/?q=蓝天").json()["enterprises"]
    assert [one["label"] for one in found] == [firm.name]
    assert outside.get("/findings/enterprises/?q=蓝天").json() == {"enterprises": []}
    of_firm = rules.findings_of(person("x", "141002"), rules.wish_of({"enterprise": firm.pk}))
    assert [one.pk for one in of_firm] == [about.pk, again.pk, first.pk]


def test_where_a_position_lies(signed_in: Any, person: Any, outlines: Any) -> None:
    browser = signed_in(person("in", "141000", "dispatcher"))
    assert browser.get("/findings/where/?lon=111.7&lat=36.1").json()["region"] == outlines["141024"].pk
    assert browser.get("/findings/where/?lon=100&lat=36.1").json()["region"] is None
    for wrong in ("lon=x&lat=36", "lon=NaN&lat=1", "lon=500&lat=1", ""):
        assert browser.get(f"/findings/where/?{wrong}").status_code == 422
    county = signed_in(person("out", "141002"))
    assert county.get("/findings/where/?lon=111.7&lat=36.1").json()["region"] is None


def test_the_bulletin_as_word_is_scoped(signed_in: Any, person: Any, province: Any) -> None:
    record(province, words="裸土三千平方米")
    for name, code, shown in (("in", "141002", True), ("out", "141024", False)):
        answer = signed_in(person(name, code)).get("/findings/day/2026-05-20.docx")
        text = "\n".join(
            cell.text
            for table in Document(io.BytesIO(answer.content)).tables
            for row in table.rows
            for cell in row.cells
        )
        assert ("裸土三千平方米" in text) is shown
    assert signed_in(person("x", "141002")).get("/findings/day/nonsense.docx").status_code == 404


def test_every_way_of_finding_has_a_word(province: Any) -> None:
    assert {
        "patrol", "inspection", "joint", "cross_area", "camera", "satellite", "stack_alarm", "complaint",
        "self_check", "dispatch", "data_check",
    } == set(Source.values)  # fmt: skip
    for source in Source.values:
        assert record(province, place=source, source=source).get_source_display() != source


def test_the_worker_serves_the_form_only(signed_in: Any, person: Any, client: Any) -> None:
    answer = signed_in(person("in", "141002")).get("/findings/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert client.get("/findings/worker.js").status_code == 302
    program = SimpleUploadedFile("现场.jpg", b"MZ program")
    browser = signed_in(person("b", "141002"))
    assert browser.post("/findings/new/", {"files": program}, headers=JSON).status_code == 422


def test_a_firm_records_its_own_checks_only(signed_in: Any, person: Any, province: Any) -> None:
    unit = Unit.objects.create(name="临汾蓝天铸造有限公司", region=province["141002"], kind="enterprise")
    other = Unit.objects.create(name="尧都区住建局", region=province["141002"])
    firm = Enterprise(
        region=province["141002"], name=unit.name, industry="casting", status="running", account=unit
    )
    firm.fold_in()
    firm.save()
    browser = signed_in(person("firm", unit=unit))
    told = {
        "kind": "facility", "region": province["141002"].pk, "place": "一号布袋", "words": "压差异常",
        "severity": "minor", "source": "self_check", "found_on": "2026-05-20", "unit": unit.pk,
    }  # fmt: skip
    assert browser.post("/findings/new/", told).status_code == 302
    row = Finding.objects.get()
    assert (row.unit, row.enterprise, row.source) == (unit, firm, "self_check")
    assert browser.get(f"/findings/{row.pk}/").status_code == 200
    for wrong in ({"source": "patrol"}, {"unit": other.pk}, {"unit": ""}, {"region": province["141024"].pk}):
        assert browser.post("/findings/new/", told | wrong).status_code == 422
    record(province, unit=other)
    assert [one.pk for one in browser.get("/findings/").context["pages"]] == [row.pk]
