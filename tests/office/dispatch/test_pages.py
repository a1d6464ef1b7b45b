"""The pages and the API, as each person sees them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.office.dispatch import ordering, reporting
from lantian.office.dispatch.models import Report, ReportFile, Round, RoundBulletin, SupervisionOrder
from lantian.office.dispatch.reporting import Content
from lantian.office.dispatch.round_bulletins import issue_round_bulletin
from lantian.office.frame import clock
from lantian.office.people.models import ActionLog

IN_TIME = datetime(2026, 3, 1, 2, tzinfo=UTC)
LATE = datetime(2026, 3, 3, 2, tzinfo=UTC)
PHOTO = b"\xff\xd8\xff" + b"0" * 9


@pytest.fixture
def share(report_of: Any, people: Any) -> Report:
    """The report of 141002, submitted with a photo."""
    found = report_of("1", "141002")
    with clock.at(IN_TIME):
        reporting.submit(
            found, people["yaodu"], Content("in_progress", 50, "尧都入户改造"),
            files=[SimpleUploadedFile("尧都.jpg", PHOTO)],
        )  # fmt: skip
    return found


def test_a_share_stays_in_its_county(scope_doors: Any, share: Report, people: Any) -> None:
    scope_doors(
        thing=share, secret="尧都入户改造", inside=people["yaodu"], outside=people["hongtong"],
        pages=[f"/dispatch/reports/{share.pk}/", f"/dispatch/reports/{share.pk}/history/",
               f"/api/dispatch/reports/{share.pk}"],
    )  # fmt: skip
    scope_doors(
        thing=share, secret=f'"id": {share.pk},', inside=people["yaodu"], outside=people["hongtong"],
        lists=[f"/api/dispatch/rounds/{share.round_id}/reports"],
    )  # fmt: skip
    scope_doors(
        thing=share, secret=f"/dispatch/reports/{share.pk}/", inside=people["yaodu"],
        outside=people["hongtong"], lists=[f"/dispatch/rounds/{share.round_id}/", "/dispatch/mine/"],
    )  # fmt: skip


def test_evidence_is_a_download_inside_its_scope(
    scope_doors: Any, share: Report, people: Any, signed_in: Any
) -> None:
    file = share.files.get()
    scope_doors(
        thing=file, secret="ÿØÿ0000", inside=people["yaodu"], outside=people["hongtong"],
        pages=[f"/dispatch/files/{file.pk}/"],
    )  # fmt: skip
    answer = signed_in(people["energy"]).get(f"/dispatch/files/{file.pk}/")
    assert answer.content == PHOTO and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_round_is_seen_by_those_who_report_in_it(scope_doors: Any, round_: Round, people: Any) -> None:
    scope_doors(
        thing=round_, secret="月调度 2026-02", inside=people["yaodu"], outside=people["taiyuan"],
        pages=[f"/dispatch/rounds/{round_.pk}/", f"/dispatch/rounds/{round_.pk}/round.xlsx",
               f"/dispatch/rounds/{round_.pk}/history/", f"/api/dispatch/rounds/{round_.pk}"],
        lists=["/dispatch/"],
    )  # fmt: skip


def test_an_order_is_seen_by_who_sent_and_who_got_it(
    scope_doors: Any, round_: Round, people: Any, province: Any
) -> None:
    with clock.at(LATE):
        made = ordering.issue_order(
            people["chief"], round_.region, title="道路扬尘督办", text="请整改", to_region=province["141002"],
            reply_by=date(2026, 3, 9),
        )  # fmt: skip
        answer = ordering.reply(made, people["yaodu"], "已整改", files=[SimpleUploadedFile("复.jpg", PHOTO)])
    scope_doors(
        thing=made, secret="道路扬尘督办", inside=people["yaodu"], outside=people["hongtong"],
        pages=[f"/orders/{made.pk}/", f"/orders/{made.pk}/order.docx", f"/orders/{made.pk}/history/",
               f"/api/orders/{made.pk}"],
        lists=["/orders/", "/api/orders"],
    )  # fmt: skip
    file = answer.files.get()
    scope_doors(
        thing=file, secret="ÿØÿ0000", inside=people["chief"], outside=people["hongtong"],
        pages=[f"/orders/files/{file.pk}/"],
    )  # fmt: skip


def test_a_bulletin_goes_to_everyone_in_the_round(scope_doors: Any, round_: Round, people: Any) -> None:
    with clock.at(LATE):
        made = issue_round_bulletin(round_, people["chief"])
    scope_doors(
        thing=made, secret="月调度 2026-02", inside=people["hongtong"], outside=people["taiyuan"],
        pages=[f"/dispatch/bulletins/{made.pk}/", f"/dispatch/bulletins/{made.pk}/bulletin.docx",
               f"/api/dispatch/bulletins/{made.pk}"],
    )  # fmt: skip


def test_a_report_is_written_asked_about_and_submitted_on_a_phone(
    report_of: Any, people: Any, signed_in: Any
) -> None:
    found = report_of("1", "141002")
    browser, door = signed_in(people["yaodu"]), f"/dispatch/reports/{found.pk}/write/"
    key = found.task.quantities.get().pk
    with clock.at(IN_TIME):
        assert f"/dispatch/reports/{found.pk}/" in browser.get("/dispatch/mine/").content.decode()
        assert "28242" in browser.get(f"/dispatch/reports/{found.pk}/").content.decode()
        sent = {
            "version": 1,
            "progress": "in_progress",
            "percent": "50",
            "text": "一半",
            f"done-{key}": "30,000",
        }
        browser.post(door, {**sent, "do": "save"})
        found.refresh_from_db()
        assert (found.state, found.text) == ("draft", "一半")
        asked = browser.post(door, {**sent, "do": "submit"})
        assert asked.status_code == 200 and "是否属实" in asked.content.decode()
        wrong = browser.post(door, {**sent, "do": "submit", "percent": "abc"})
        assert wrong.status_code == 400 and 'value="abc"' in wrong.content.decode(), "what was written stays"
        virus = SimpleUploadedFile("现场.jpg", b"MZ" + b"0" * 50)
        refused = browser.post(door, {**sent, "do": "submit", "sure": "yes", "files": virus})
        assert refused.status_code == 400 and "可执行程序" in refused.content.decode()
        done = browser.post(door, {**sent, "do": "submit", "sure": "yes"})
        assert done.status_code == 302
    found.refresh_from_db()
    assert found.state == "submitted"


def test_the_queue_of_the_lead(share: Report, people: Any, signed_in: Any) -> None:
    lead, outsider = signed_in(people["energy"]), signed_in(people["epb"])
    door = f"/dispatch/reports/{share.pk}/"
    assert door in lead.get("/dispatch/verify/").content.decode()
    assert door not in outsider.get("/dispatch/verify/").content.decode()
    assert outsider.post(f"{door}verify_report/", {"version": share.version}).status_code == 403
    assert lead.post(f"{door}nonsense/").status_code == 404
    lead.post(f"{door}return_report/", {"version": share.version, "reason": ""})
    share.refresh_from_db()
    assert share.state == "submitted", "a reason is asked"
    lead.post(f"{door}verify_report/", {"version": share.version + 5})
    share.refresh_from_db()
    assert share.state == "submitted", "somebody was faster"
    lead.post(f"{door}verify_report/", {"version": share.version, "next": "1"})
    share.refresh_from_db()
    assert share.state == "verified"


def test_who_runs_the_round(round_: Round, people: Any, signed_in: Any) -> None:
    chief, county = signed_in(people["chief"]), signed_in(people["yaodu"])
    at = f"/dispatch/rounds/{round_.pk}"
    with clock.at(LATE):
        assert county.post(f"{at}/close_round/", {"version": 1}).status_code == 403
        assert county.post(f"{at}/bulletin/").status_code == 403
        assert county.post(f"{at}/orders/", {"holder": "r1"}).status_code == 403
        assert county.get("/orders/new/").status_code == 403
        chief.post(f"{at}/bulletin/", {"issuer": "督查室"})
        assert RoundBulletin.objects.get().issuer == "督查室"
        keys = sorted(set(Report.objects.filter(round=round_).values_list("holder", flat=True)))
        chief.post(f"{at}/orders/", {"holder": keys, "reply_by": "2026-03-20"})
        assert SupervisionOrder.objects.count() == len(keys) == 4
        chief.post(f"{at}/close_round/", {"version": round_.version})
    round_.refresh_from_db()
    assert round_.is_closed
    for door in ("/dispatch/", f"{at}/", "/orders/", "/orders/new/"):
        for language in ("zh-hans", "en"):
            chief.cookies["lantian_language"] = language
            assert chief.get(door).status_code == 200


def test_the_board_says_what_waits(share: Report, people: Any, signed_in: Any) -> None:
    answer = signed_in(people["energy"]).get("/regions/141000/panels/waiting/")
    assert "<b>1</b>" in answer.content.decode()
    assert signed_in(people["energy"]).get("/api/dispatch/waiting").json()["verify"] == 1


def test_a_task_is_reported_in_the_open_round(report_of: Any, people: Any, signed_in: Any) -> None:
    found = report_of("1", "141002")
    browser = signed_in(people["yaodu"])
    before = ActionLog.objects.count()
    assert f"/dispatch/reports/{found.pk}/" in browser.get(f"/tasks/{found.task_id}/").content.decode()
    answer = browser.post(f"/tasks/{found.task_id}/report/", {"state": "done"})
    assert answer["Location"] == f"/dispatch/reports/{found.pk}/"
    assert ActionLog.objects.count() == before


def test_no_page_for_a_file_that_is_gone(
    share: Report, people: Any, signed_in: Any, office_data: Any
) -> None:
    for file in (office_data / "files").rglob("*.jpg"):
        file.unlink()
    browser = signed_in(people["yaodu"])
    assert browser.get(f"/dispatch/files/{ReportFile.objects.get().pk}/").status_code == 404
