"""A report from its round to the progress of its task."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.errors import LantianError
from lantian.office.dispatch import reporting
from lantian.office.dispatch.models import Report
from lantian.office.dispatch.opening import open_round
from lantian.office.dispatch.reporting import Content, DoubtError, read_number
from lantian.office.findings import recording
from lantian.office.findings.models import Finding
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.loops.audit import audit
from lantian.office.people.actions import verify_chain
from lantian.office.people.models import ActionLog
from lantian.office.plans.models import ProgressReport, Share, Task

IN_TIME = datetime(2026, 3, 1, 2, tzinfo=UTC)
LATE = datetime(2026, 3, 3, 2, tzinfo=UTC)
HALF = Content("in_progress", 50, "改造一半")
DONE = Content("done", None, "全部完成")


def quantity(report: Report) -> Any:
    return report.task.quantities.get()


def test_who_is_asked(round_: Any) -> None:
    """The lead and each county for task 1; the environment bureau alone for 2 and 3."""
    rows = [
        (r.task.number.strip(".")[:1], r.region.code if r.region else r.unit.name, r.is_lead)
        for r in Report.objects.filter(round=round_).select_related("task", "region", "unit")
    ]
    assert sorted(rows) == [
        ("1", "141002", False), ("1", "141024", False), ("1", "临汾市能源局", True),
        ("2", "临汾市生态环境局", True), ("3", "临汾市生态环境局", True),
    ]  # fmt: skip
    assert round_.period == "2026-02" and round_.unheld == 0
    assert {r.state for r in Report.objects.all()} == {"draft"}


def test_a_share_is_verified_by_the_lead_and_becomes_progress(report_of: Any, people: Any) -> None:
    share = report_of("1", "141002")
    with clock.at(IN_TIME):
        content = Content("in_progress", 50, "入户", {quantity(share).pk: Decimal("1200.5")})
        reporting.submit(share, people["yaodu"], content, version=share.version)
        assert (share.state, share.late, share.submitted_by) == ("submitted", False, people["yaodu"])
        assert not Share.objects.exists(), "what is not verified is no progress"
        # The dispatcher stands in only where the lead has nobody; a county beside never.
        for other in ("chief", "hongtong", "yaodu", "epb"):
            with pytest.raises(PermissionDenied):
                reporting.verify(share, people[other])
        reporting.verify(share, people["energy"], version=share.version)
    kept = Share.objects.get(task=share.task)
    assert (kept.region.code, kept.state, kept.percent) == ("141002", "in_progress", 50)
    told = ProgressReport.objects.get(task=share.task)
    assert (told.reported_by, told.region.code, told.note) == (people["yaodu"], "141002", "入户")
    assert Task.objects.get(pk=share.task_id).state == "in_progress"
    assert share.quantities.get().with_unit.startswith("1200.5")
    assert verify_chain() == []


def test_the_leads_own_report_is_verified_by_a_dispatcher_of_another_unit(
    report_of: Any, people: Any, person: Any, unit: Any
) -> None:
    colleague = person("energy2", "141000", role="dispatcher", unit=unit("能源局"))
    own = report_of("1", "能源局")
    with clock.at(IN_TIME):
        reporting.submit(own, people["energy"], HALF)
        for nobody in (people["energy"], colleague, people["yaodu"], people["taiyuan"]):
            with pytest.raises(PermissionDenied):
                reporting.verify(own, nobody)
        reporting.verify(own, people["chief"])
    task = Task.objects.get(pk=own.task_id)
    assert (task.state, task.percent) == ("in_progress", 50)


def test_what_a_dispatcher_entered_for_a_unit_is_not_verified_in_his_own_unit(
    report_of: Any, people: Any
) -> None:
    own = report_of("3", "生态环境局")
    with clock.at(IN_TIME):
        reporting.submit(own, people["chief"], HALF)
        for colleague in ("chief", "second"):
            with pytest.raises(PermissionDenied):
                reporting.verify(own, people[colleague])


def test_a_met_deadline_is_met_on_the_day_of_the_report(report_of: Any, people: Any) -> None:
    own = report_of("2", "生态环境局")
    deadline = own.task.deadlines.get()
    with clock.at(IN_TIME):
        reporting.submit(own, people["epb"], Content("done", None, "拆除", met=[deadline.pk]))
    with clock.at(IN_TIME + timedelta(days=2)):
        reporting.verify(own, people["chief"])
    deadline.refresh_from_db()
    assert deadline.met_on == date(2026, 3, 1)
    task = Task.objects.get(pk=own.task_id)
    assert (task.state, task.percent, task.due) == ("done", 100, None)
    # Found false afterwards: everything goes back, and the report counts as false.
    with clock.at(IN_TIME + timedelta(days=9)):
        proof = SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff" + b"0" * 9)
        with pytest.raises(LantianError, match="理由"):
            reporting.find_false(own, people["chief"], " ")
        reporting.find_false(own, people["chief"], "锅炉仍在运行", files=[proof])
    deadline.refresh_from_db()
    task.refresh_from_db()
    assert (own.state, deadline.met_on) == ("found_false", None)
    assert (task.state, task.percent, task.due) == ("not_started", 0, date(2026, 3, 31))
    assert [f.side for f in own.files.all()] == ["verifier"]
    found = Finding.objects.get()
    assert (found.kind, found.source, found.words) == ("report_false", "dispatch", "锅炉仍在运行")
    assert (found.task_id, found.unit_id, found.region.code) == (own.task_id, own.unit_id, "141000")
    assert (found.found_on, found.found_by) == (date(2026, 3, 10), people["chief"])
    assert [f.name for f in found.files.all()] == ["现场.jpg"]
    assert audit() == []


def test_a_false_share_takes_back_the_whole_it_closed(plan: Any, report_of: Any, people: Any) -> None:
    """Where only counties report, all shares done make the task done, and one false share unmakes it."""
    task = Task.objects.get(number__startswith="1")
    task.assignments.filter(role="lead").delete()
    with clock.at(datetime(2026, 3, 25, 1, tzinfo=UTC)):
        again = open_round(people["chief"], plan.region, [plan], name="补报", last_day=date(2026, 3, 28))
        Report.objects.filter(task=task).exclude(round=again).delete()
        two = [report_of("1", code, again) for code in ("141002", "141024")]
        for share, who in zip(two, ("yaodu", "hongtong"), strict=True):
            reporting.submit(share, people[who], DONE)
            reporting.verify(share, people["chief"])
        task.refresh_from_db()
        assert task.state == "done"
        reporting.find_false(two[0], people["chief"], "未完成")
    found = Finding.objects.get()
    assert (found.region.code, found.unit, found.task) == ("141002", None, task)
    task.refresh_from_db()
    assert task.state == "in_progress"
    assert Share.objects.get(task=task, region__code="141002").state == "not_started"
    assert Share.objects.get(task=task, region__code="141024").state == "done"


def test_a_false_report_that_cannot_be_recorded_is_not_found_false(
    report_of: Any, people: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both stand or neither: a finding that fails undoes the verdict."""
    own = report_of("3", "生态环境局")
    with clock.at(IN_TIME):
        reporting.submit(own, people["epb"], HALF)
        monkeypatch.setattr(recording, "FALSE_REPORT", "no_such_kind")
        with pytest.raises(LantianError, match="no_such_kind"):
            reporting.find_false(own, people["chief"], "未动工")
    own.refresh_from_db()
    assert own.state == "submitted" and not Finding.objects.exists()


def test_late_is_who_first_came_after_the_day(report_of: Any, people: Any) -> None:
    one, other = report_of("1", "141002"), report_of("1", "141024")
    with clock.at(IN_TIME):
        reporting.submit(one, people["yaodu"], HALF)
        with pytest.raises(LantianError):
            reporting.send_back(one, people["energy"], "")
        reporting.send_back(one, people["energy"], "没有照片")
        assert (one.state, one.returns, one.state_due) == ("returned", 1, IN_TIME + timedelta(days=3))
    with clock.at(LATE):
        reporting.submit(one, people["yaodu"], HALF)
        reporting.submit(other, people["hongtong"], HALF)
    assert (one.late, other.late) == (False, True)


def test_odd_numbers_are_asked_about_not_refused(plan: Any, report_of: Any, people: Any) -> None:
    share = report_of("1", "141002")
    key = quantity(share).pk
    with clock.at(IN_TIME):
        reporting.submit(share, people["yaodu"], Content("in_progress", 40, "一", {key: Decimal(9000)}))
        reporting.verify(share, people["energy"])
    with clock.at(datetime(2026, 3, 25, 1, tzinfo=UTC)):
        again = open_round(people["chief"], plan.region, [plan], name="三月", last_day=date(2026, 3, 28))
        next_ = report_of("1", "141002", again)
        less = Content("in_progress", 30, "二", {key: Decimal(8000)})
        with pytest.raises(DoubtError) as asked:
            reporting.submit(next_, people["yaodu"], less)
        assert [d["code"] for d in asked.value.doubts] == ["less_than_before", "percent_falls"]
        more = Content("in_progress", 50, "二", {key: Decimal(28243)})
        with pytest.raises(DoubtError) as asked:
            reporting.submit(next_, people["yaodu"], more)
        assert [d["code"] for d in asked.value.doubts] == ["more_than_asked"]
        next_.refresh_from_db()
        assert next_.state == "draft" and not next_.quantities.exists(), "nothing is half-written"
        reporting.submit(next_, people["yaodu"], more, sure=True)
    assert [d["code"] for d in next_.doubts] == ["more_than_asked"]
    assert next_.quantities.get().done == 28243


def test_no_change_is_taken_over_and_marked(plan: Any, report_of: Any, people: Any) -> None:
    share = report_of("1", "141002")
    with clock.at(IN_TIME):
        with pytest.raises(LantianError, match="上期"):
            reporting.submit_unchanged(share, people["yaodu"])
        content = Content("in_progress", 40, "一", {quantity(share).pk: Decimal(9000)})
        reporting.submit(share, people["yaodu"], content)
    with clock.at(datetime(2026, 3, 25, 1, tzinfo=UTC)):
        again = open_round(people["chief"], plan.region, [plan], name="三月", last_day=date(2026, 3, 28))
        next_ = report_of("1", "141002", again)
        reporting.submit_unchanged(next_, people["yaodu"])
    assert (next_.unchanged, next_.text, next_.quantities.get().done) == (True, "一", Decimal(9000))


def test_a_report_after_closing_is_refused_and_nothing_is_lost(
    round_: Any, report_of: Any, people: Any
) -> None:
    share = report_of("1", "141002")
    with clock.at(IN_TIME):
        reporting.save_draft(share, people["yaodu"], Content("", None, "先记下"))
    sent = report_of("1", "141024")
    with clock.at(LATE):
        reporting.submit(sent, people["hongtong"], HALF)
        move(round_, "close_round", people["chief"])
        with pytest.raises(LantianError, match="已结束"):
            reporting.submit(share, people["yaodu"], HALF)
        with pytest.raises(LantianError):
            reporting.save_draft(share, people["yaodu"], HALF)
        with pytest.raises(LantianError):
            reporting.send_back(sent, people["energy"], "缺照片")
        reporting.verify(sent, people["energy"])
        share.refresh_from_db()
        assert (share.text, share.state) == ("先记下", "draft")
        assert share.is_missing
        move(round_, "reopen_round", people["chief"], "系统故障")
        share = Report.objects.get(pk=share.pk)
        reporting.submit(share, people["yaodu"], HALF)
    assert share.late


def test_somebody_was_faster(report_of: Any, people: Any) -> None:
    share = report_of("1", "141002")
    seen = share.version
    with clock.at(IN_TIME):
        reporting.submit(share, people["yaodu"], HALF, version=seen)
        with pytest.raises(LantianError, match="yaodu"):
            reporting.submit(share, people["yaodu"], HALF, version=seen)


def test_evidence_of_200_mb_undoes_the_whole_report(report_of: Any, people: Any) -> None:
    class Huge:
        name, size = "film.mp4", 200 * 1024 * 1024

    share = report_of("1", "141002")
    before = ActionLog.objects.count()
    with clock.at(IN_TIME):
        for file in (Huge(), SimpleUploadedFile("现场.jpg", b"MZ" + b"0" * 99)):
            with pytest.raises(LantianError):
                reporting.submit(share, people["yaodu"], HALF, files=[file])
    share.refresh_from_db()
    assert (share.state, share.files.count(), ActionLog.objects.count()) == ("draft", 0, before)


def test_a_submitted_file_stays(report_of: Any, people: Any) -> None:
    share = report_of("1", "141002")
    photo = b"\xff\xd8\xff" + b"1" * 9
    with clock.at(IN_TIME):
        reporting.save_draft(
            share, people["yaodu"], HALF, files=[SimpleUploadedFile(n, photo) for n in ("a.jpg", "b.jpg")]
        )
        assert share.files.count() == 1, "the same photo twice is one"
        reporting.remove_file(share.files.get(), people["yaodu"])
        reporting.submit(share, people["yaodu"], HALF, files=[SimpleUploadedFile("a.jpg", photo)])
        with pytest.raises(LantianError):
            reporting.remove_file(share.files.get(), people["yaodu"])


@pytest.mark.parametrize(
    ("text", "value"),
    [("28,242", 28242), ("28 242", 28242), ("２８２４２", 28242), (" 2.5 ", Decimal("2.5")), ("", None),
     ("0", 0), ("1.2345670", Decimal("1.234567"))],
)  # fmt: skip
def test_numbers_as_people_write_them(text: str, value: Any) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize("text", ["-1", "abc", "1e40", "NaN", "inf", "1.2345678", "1.2.3"])
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(LantianError):
        read_number(text)
