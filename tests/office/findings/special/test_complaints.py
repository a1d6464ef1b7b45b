"""Complaints with reward: the loop, and that no door shows who complained."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client
from python_calamine import CalamineWorkbook

from lantian.errors import LantianError
from lantian.office.findings.models import Finding
from lantian.office.findings.special.complaints import actions, figures, reporters, sealing, taking
from lantian.office.findings.special.complaints.actions import NewComplaint
from lantian.office.findings.special.complaints.models import Complaint, ComplaintFile, Reporter
from lantian.office.findings.special.complaints.reporters import Identity
from lantian.office.frame import clock
from lantian.office.loops.audit import audit
from lantian.office.people.models import ActionLog
from lantian.office.people.rules import Role

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
NAME, PHONE, CARD, HOME = "赵举报甲", "13935112233", "140102198001012233", "府西街零号院"
SECRETS = (NAME, PHONE, CARD, HOME)
JPEG = b"\xff\xd8\xff\xe0\x00\x07JFIF\0\xff\xd9"


@pytest.fixture
def new(province: dict[str, Any]) -> Callable[..., NewComplaint]:
    def make(**more: Any) -> NewComplaint:
        told = {
            "kind": "odour",
            "region": province["141002"],
            "place": "某化工厂北门",
            "words": "夜间有刺鼻气味",
            "identity": Identity(NAME, PHONE, CARD, HOME),
        }
        return NewComplaint(**(told | more))

    return make


@pytest.fixture
def complaint(new: Any) -> Complaint:
    with clock.at(NOON):
        return actions.receive(None, new()).complaint


@pytest.fixture
def keeper(person: Any) -> Any:
    return person("keeper", "141002", role="complaint_keeper")


def test_who_complained_is_sealed_in_the_database(complaint: Complaint, office_data: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM findings_reporter")
        (sealed,) = cursor.fetchone()
    assert not any(secret in sealed for secret in SECRETS)
    key = office_data / sealing.KEY_FILE
    assert oct(key.stat().st_mode)[-3:] == "600" and len(key.read_text()) == 64
    again = sealing.seal("same", "x"), sealing.seal("same", "x")
    assert again[0] != again[1] and {sealing.unseal(one, "x") for one in again} == {"same"}


@pytest.mark.parametrize("swap", ["number", "first sign", "middle", "tag", "cut", "no seal", "older way"])
def test_a_changed_or_swapped_seal_is_refused_and_says_what_to_do(office_data: Path, swap: str) -> None:
    sealed, about = sealing.seal("名字", "20260520-0001"), "20260520-0001"
    whole = bytearray(base64.urlsafe_b64decode(sealed[2:]))
    for where, at in (("first sign", 0), ("middle", 14), ("tag", -1)):
        whole[at] ^= swap == where
    text = {
        "number": sealed,
        "cut": sealed[:10],
        "no seal": "2.名字",
        "older way": "1." + sealed[2:],
    }.get(swap, "2." + base64.urlsafe_b64encode(whole).decode())
    assert sealing.unseal(sealed, about) == "名字"
    with pytest.raises(LantianError, match="无法打开") as refused:
        sealing.unseal(text, "20260520-0002" if swap == "number" else about)
    assert refused.value.where == sealing.KEY_FILE and "备份" in refused.value.remedy


@pytest.mark.parametrize(
    ("key", "words"), [("0" * 64, "密钥不是原来的"), ("", "损坏"), ("zz" * 32, "损坏"), (None, "缺失")]
)
def test_another_damaged_or_missing_key_is_refused_and_says_what_to_do(
    office_data: Path, key: str | None, words: str
) -> None:
    sealed = sealing.seal("名字", "20260520-0001")
    if key is None:
        sealing.key_path().unlink()
    else:
        sealing.key_path().write_text(key)
    with pytest.raises(LantianError, match=words) as refused:
        sealing.unseal(sealed, "20260520-0001")
    assert refused.value.where == sealing.KEY_FILE and "备份" in refused.value.remedy


def test_the_key_stays_unreadable_for_others(office_data: Path) -> None:
    sealed = sealing.seal("名字", "x")
    sealing.key_path().chmod(0o644)
    assert sealing.unseal(sealed, "x") == "名字"
    assert oct(sealing.key_path().stat().st_mode)[-3:] == "600"
    assert [one.name for one in office_data.glob("reporter.key*")] == [sealing.KEY_FILE]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("superuser", [False, True])
def test_two_roles_read_and_nobody_else(
    role: str, superuser: bool, complaint: Complaint, person: Any
) -> None:
    reader = person("reader", "141002", role=role, is_superuser=superuser)
    before = ActionLog.objects.filter(verb="read_reporter").count()
    if role in {"complaint_keeper", "discipline"} and not superuser:
        found = reporters.read(reader, complaint, "核实举报人意见")
        assert (found.name, found.phone, found.id_number, found.address) == SECRETS
        row = ActionLog.objects.get(verb="read_reporter")
        assert (row.actor, row.reason, row.target_id) == (reader, "核实举报人意见", str(complaint.pk))
    else:
        with pytest.raises(PermissionDenied):
            reporters.read(reader, complaint, "核实举报人意见")
        assert ActionLog.objects.filter(verb="read_reporter").count() == before


def test_reading_needs_a_reason_and_the_region(complaint: Complaint, person: Any, keeper: Any) -> None:
    with pytest.raises(LantianError, match="理由"):
        reporters.read(keeper, complaint, "  ")
    with pytest.raises(Http404):
        reporters.read(person("other", "141024", role="discipline"), complaint, "核实举报人意见")
    assert not ActionLog.objects.filter(verb="read_reporter").exists()
    with pytest.raises(PermissionDenied):
        reporters.read(None, complaint, "核实举报人意见")


def test_no_door_shows_who_complained(
    complaint: Complaint, person: Any, keeper: Any, signed_in: Any, new: Any
) -> None:
    """Every page, export, search, API and log, for every role and a superuser; the reading roles see it at
    one door only, and only after they gave their reason.
    """
    officer = person("officer", "141002")
    reporters.read(keeper, complaint, "核实举报人意见")
    with clock.at(NOON):
        actions.act(complaint, "accept_complaint", officer)
        actions.act(complaint, "verify_complaint", officer, "现场有异味", outcome="true")
    finding = Finding.objects.get()
    pk = complaint.pk
    doors = [
        "/complaints/",
        f"/complaints/{pk}/",
        f"/api/complaints/{pk}",
        "/api/complaints",
        "/complaints/export.xlsx",
        f"/findings/{finding.pk}/",
        "/findings/",
        "/findings/export.xlsx",
        f"/api/findings/{finding.pk}",
        "/board/",
        "/admin/",
        *[f"/complaints/?q={secret}" for secret in SECRETS],
        *[f"/api/complaints?q={secret}" for secret in SECRETS],
    ]
    people = [person(f"p-{role}", "141002", role=role) for role in Role.values]
    people += [keeper, person("root", None, is_superuser=True, is_staff=True, role="complaint_keeper")]
    for one in people:
        browser = signed_in(one)
        for door in doors:
            answer = browser.get(door)
            text = _text(answer, door)
            for secret in SECRETS:
                if secret in door:
                    text = text.replace(f'value="{secret}"', "").replace(f"q={secret}", "")
                assert secret not in text, f"{door} shows {one.role} who complained"
        asked = browser.get(f"/complaints/{pk}/complainant/")
        reads = one.role in {"complaint_keeper", "discipline"} and not one.is_superuser
        assert asked.status_code == (200 if reads else 403)
        assert not any(secret in _text(asked, "") for secret in SECRETS), "shown before a reason was given"
        posted = browser.post(f"/complaints/{pk}/complainant/", {"reason": "核实举报人意见"})
        assert (NAME in _text(posted, "")) == reads
        if reads:
            assert "no-store" in posted["Cache-Control"]
    log = " ".join(
        " ".join(map(str, row))
        for row in ActionLog.objects.values_list("target_name", "reason", "before", "after")
    )
    assert not any(secret in log for secret in SECRETS)
    assert NAME not in repr(Identity(name=NAME)) and NAME not in str(Reporter.objects.get())
    assert not audit()


def _text(answer: Any, door: str) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if door.endswith(".xlsx") and answer.status_code == 200:
        book = CalamineWorkbook.from_filelike(io.BytesIO(body))
        return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    return body.decode("utf-8", errors="replace")


def test_scope_doors(scope_doors: Any, complaint: Complaint, person: Any) -> None:
    inside, outside = person("in", "141002"), person("out", "141024")
    scope_doors(
        thing=complaint,
        secret="夜间有刺鼻气味",
        inside=inside,
        outside=outside,
        pages=[f"/complaints/{complaint.pk}/", f"/api/complaints/{complaint.pk}"],
        lists=["/complaints/", "/complaints/?q=某化工厂", "/api/complaints"],
    )


def test_files_stay_in_scope(scope_doors: Any, new: Any, person: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    with clock.at(NOON):
        made = actions.receive(None, new(files=[SimpleUploadedFile("a.jpg", JPEG)])).complaint
    file = ComplaintFile.objects.get(complaint=made)
    scope_doors(
        thing=file,
        secret="photo",
        inside=person("in", "141002"),
        outside=person("out", "141024"),
        pages=[f"/complaints/files/{file.pk}/"],
    )


def test_people_of_an_enterprise_see_no_complaint(complaint: Complaint, person: Any, province: Any) -> None:
    from lantian.office.people.models import Unit

    works = Unit.objects.create(name="某化工厂", region=province["141002"], kind="enterprise")
    accused = person("works", "141002", unit=works)
    assert not Complaint.objects.visible_to(accused).exists()


def test_the_whole_loop_with_a_reward(complaint: Complaint, person: Any, keeper: Any) -> None:
    officer, chief = person("officer", "141002"), person("chief", "141000", role="dispatcher")

    def do(name: str, who: Any, reason: str = "", **more: Any) -> None:
        actions.act(complaint, name, who, reason, version=complaint.version, **more)

    with clock.at(NOON + timedelta(days=1)):
        do("accept_complaint", officer)
        assert complaint.state_due == NOON + timedelta(days=31)
        with pytest.raises(LantianError, match="属实"):
            do("verify_complaint", officer, "现场有异味")
        do("verify_complaint", officer, "厂区废气未收集", outcome="true")
        finding = Finding.objects.get()
        assert (finding.kind, finding.source, finding.words) == ("odour", "complaint", "厂区废气未收集")
        do("answer_complaint", officer, "已责令整改")
        for amount in (None, Decimal("5000"), Decimal("199.99"), Decimal("300.001")):
            with pytest.raises(LantianError):
                do("propose_reward", keeper, "属实", case="ordinary", amount=amount)
        do("propose_reward", officer, "属实", case="ordinary", amount=Decimal("300"))
        with pytest.raises(PermissionDenied):
            do("approve_reward", officer)
        do("approve_reward", chief)
        with pytest.raises(PermissionDenied):
            do("pay_reward", chief, "转账")
        do("pay_reward", keeper, "转账")
        do("close_complaint", keeper)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.reward, complaint.paid_on.isoformat()) == ("closed", 300, "2026-05-21")
    assert not audit()


def test_a_code_word_is_paid_against(new: Any, keeper: Any, person: Any) -> None:
    officer, chief = person("officer", "141002"), person("chief", "141000", role="dispatcher")
    with clock.at(NOON):
        one = actions.receive(None, new(identity=Identity(), word="春江花月")).complaint
        assert not one.is_named and not Reporter.objects.exists() and "春江花月" not in one.word_hash
        actions.act(one, "accept_complaint", officer)
        actions.act(one, "verify_complaint", officer, "属实", outcome="partly")
        actions.act(one, "answer_complaint", officer, "已办")
        actions.act(one, "propose_reward", officer, "属实", case="clue", amount=Decimal(100))
        actions.act(one, "approve_reward", chief)
        with pytest.raises(LantianError, match="暗语"):
            actions.act(one, "pay_reward", keeper, "现金", word="春江")
        actions.act(one, "pay_reward", keeper, "现金", word="春江花月")
    assert one.state == "paid"


def test_no_reward_without_a_name_or_word_or_truth(new: Any, person: Any) -> None:
    officer = person("officer", "141002")
    with clock.at(NOON):
        for told, outcome in (({"identity": Identity()}, "true"), ({}, "untrue")):
            one = actions.receive(None, new(**told, place=outcome)).complaint
            actions.act(one, "accept_complaint", officer)
            actions.act(one, "verify_complaint", officer, "核查", outcome=outcome)
            actions.act(one, "answer_complaint", officer, "已办")
            with pytest.raises(PermissionDenied):
                actions.act(one, "propose_reward", officer, "x", case="clue", amount=Decimal(100))
    assert Finding.objects.count() == 1, "an untrue one opens nothing"


def _form(**more: Any) -> dict[str, Any]:
    return {
        "kind": "dust",
        "place": "某工地",
        "words": "扬尘严重",
        "name": NAME,
        "phone": PHONE,
        "address": HOME,
        "form_id": str(uuid4()),
        **more,
    }


def test_the_public_door(province: dict[str, Any], person: Any) -> None:
    browser = Client()
    assert browser.get("/report/").status_code == 200
    form = _form(region=province["141002"].pk)
    answer = browser.post("/report/", form)
    assert answer.status_code == 200
    complaint = Complaint.objects.get()
    code = _code_in(answer)
    assert complaint.channel == "public" and complaint.is_named
    assert _code_in(browser.post("/report/", form)) == code and Complaint.objects.count() == 1, "sent twice"
    asked = browser.post("/report/status/", {"code": f" {code[:4]}-{code[4:].lower()} "})
    text = asked.content.decode()
    assert "已收件" in text and not any(secret in text for secret in SECRETS)
    assert browser.post("/report/status/", {"code": "ABCD"}).status_code == 404
    officer = person("officer", "141002")
    actions.act(complaint, "accept_complaint", officer)
    actions.act(complaint, "verify_complaint", officer, "属实", outcome="true")
    early = browser.post("/report/status/", {"code": code, "satisfaction": "5"})
    assert early.status_code == 422
    actions.act(complaint, "answer_complaint", officer, "已责令覆盖")
    browser.post("/report/status/", {"code": code, "satisfaction": "4", "satisfaction_words": "办得快"})
    complaint.refresh_from_db()
    assert (complaint.satisfaction, complaint.satisfaction_words) == (4, "办得快")
    assert "已责令覆盖" in browser.post("/report/status/", {"code": code}).content.decode()


def _code_in(answer: Any) -> str:
    text = answer.content.decode()
    return text.partition('class="sp-code">')[2].partition("<")[0]


def test_the_public_door_is_slow_for_many(province: dict[str, Any]) -> None:
    browser = Client()
    codes = [
        browser.post("/report/", _form(region=province["141002"].pk)).status_code for _number in range(6)
    ]
    assert codes == [200] * 5 + [429]
    tries = [browser.post("/report/status/", {"code": "ABCDEFGHJKMN"}).status_code for _number in range(21)]
    assert tries == [404] * 20 + [429]
    elsewhere = Client(REMOTE_ADDR="10.9.8.7")
    assert elsewhere.post("/report/", _form(region=province["141002"].pk)).status_code == 200


def test_one_connection_of_ipv6_is_one_visitor(province: dict[str, Any]) -> None:
    """A household has 2⁶⁴ addresses: they count together."""
    form = {"region": province["141002"].pk}
    codes = [
        Client(REMOTE_ADDR=f"2408:8207:1:2::{number:x}").post("/report/", _form(**form)).status_code
        for number in range(6)
    ]
    assert codes == [200] * 5 + [429]
    assert Client(REMOTE_ADDR="2408:8207:1:3::1").post("/report/", _form(**form)).status_code == 200


def test_what_fills_in_every_field_is_no_person(province: dict[str, Any]) -> None:
    Client().post("/report/", _form(region=province["141002"].pk, website="http://x"))
    Client().post("/report/", _form(region=province["141002"].pk, kind="nonsense"))
    assert not Complaint.objects.exists()


def test_the_hotline_form(signed_in: Any, person: Any, province: dict[str, Any]) -> None:
    officer = person("officer", "141002")
    form = _form(region=province["141002"].pk, channel="phone", id_number=CARD)
    answer = signed_in(officer).post("/complaints/new/", form)
    assert answer.status_code == 200 and len(_code_in(answer)) == 12
    assert Complaint.objects.get().channel == "phone"
    outside = signed_in(officer).post("/complaints/new/", form | {"region": province["141024"].pk})
    assert outside.status_code == 422


def test_the_12345_list(tmp_path: Path, person: Any) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "工单编号,诉求内容,区县,地点,类别,来电人,联系电话,身份证号,住址\n"
        f"A1,夜间异味,尧都区,某厂,恶臭异味,{NAME},{PHONE},{CARD},{HOME}\n"
        f"A2,扬尘,无此县,某地,扬尘,{NAME},{PHONE},,\n"
        f"A3,扬尘,尧都区,某地,不存在的类,{NAME},{PHONE},,\n"
        "A4,,尧都区,某地,扬尘,,,,\n"
        "A5,裸土,尧都区,某地,,,,,\n",
        encoding="utf-8",
    )
    officer = person("officer", "141002")
    with clock.at(NOON):
        taken = taking.take_list(officer, path, "list.csv")
        again = taking.take_list(officer, path, "list.csv")
    assert (taken.added, len(taken.refusals)) == (2, 3) and (again.added, again.already) == (0, 2)
    assert [(r.row, r.column) for r in taken.refusals] == [(3, "区县"), (4, "类别"), (5, "诉求内容")]
    assert not any(secret in str(taken.refusals) for secret in SECRETS)
    assert Reporter.objects.count() == 1 and Complaint.objects.get(outside_number="A5").kind == "other"


def test_clusters(new: Any, person: Any, province: Any) -> None:
    officer = person("officer", "141002")
    near = {"lon": Decimal("111.50"), "lat": Decimal("36.10")}
    with clock.at(NOON):
        for number in range(3):
            actions.receive(None, new(place=f"{number}号楼", **near | {"lat": Decimal(f"36.10{number}")}))
        actions.receive(None, new(kind="dust", **near))
        actions.receive(None, new(place="远处", lon=Decimal("111.7"), lat=Decimal("36.1")))
        (found,) = figures.clusters(officer)
    assert len(found.complaints) == 3
    with clock.at(NOON + timedelta(days=8)):
        assert figures.clusters(officer) == []
    assert figures.clusters(person("out", "141024")) == []
