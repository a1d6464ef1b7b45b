"""Review, acceptance, progress: who may, what changes, what the log says."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(person: Any) -> Any:
    return person("dispatcher", "141000", role="dispatcher")


def last_action() -> Any:
    from lantian.office.people.models import ActionLog

    return ActionLog.objects.order_by("-number").first()


def test_accept_and_reject_leave_state_person_and_trace(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.people.actions import verify_chain
    from lantian.office.plans.actions import accept, reject

    target = city_plan.targets.first()
    accept(target, dispatcher)
    assert (target.review, target.reviewed_by) == ("accepted", dispatcher)
    assert json.loads(last_action().before) == {"review": "unreviewed"}
    reject(target, dispatcher, "重复")
    assert (target.review, target.review_reason) == ("rejected", "重复")
    assert (last_action().verb, last_action().reason) == ("reject", "重复")
    assert verify_chain() == []


def test_a_rejection_needs_a_reason(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.plans.actions import reject

    target = city_plan.targets.first()
    with pytest.raises(LantianError):
        reject(target, dispatcher, "  ")
    target.refresh_from_db()
    assert target.review == "unreviewed"


def test_a_correction_keeps_what_was_read(city_plan: Any, dispatcher: Any, province: dict[str, Any]) -> None:
    from lantian.office.plans.actions import accept, correct

    target = city_plan.targets.get(indicator="pm2_5")
    correct(target, dispatcher, "笔误", {"value": "43", "by": "2026", "regions": [province["141024"]]})
    assert (target.value, target.last_day.isoformat(), target.review) == (
        Decimal(43),
        "2026-12-31",
        "corrected",
    )
    assert [r.code for r in target.regions.all()] == ["141024"]
    assert target.as_read == {"value": "44.000000", "by": "2025", "regions": ["141000"]}
    correct(target, dispatcher, "", {"value": "42"})
    assert target.as_read["value"] == "44.000000"  # what the reader wrote, not the first correction
    accept(target, dispatcher)
    assert target.review == "corrected"
    assert json.loads(last_action().after) == {"review": "corrected"}


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "forty"},
        {"by": "soon"},
        {"comparator": "~"},
        {"quote": "x"},
        {"plan": 3},
        {},
        {"value": "44"},
    ],
)
def test_a_correction_that_does_not_fit_changes_nothing(
    city_plan: Any, dispatcher: Any, changes: dict[str, Any]
) -> None:
    from lantian.office.people.models import ActionLog
    from lantian.office.plans.actions import correct

    target = city_plan.targets.get(indicator="pm2_5")
    rows = ActionLog.objects.count()
    with pytest.raises(LantianError):
        correct(target, dispatcher, "", changes)
    target.refresh_from_db()
    assert (target.review, target.value, target.as_read) == ("unreviewed", Decimal(44), {})
    assert ActionLog.objects.count() == rows


def test_review_is_for_those_who_answer_for_the_plan(city_plan: Any, person: Any) -> None:
    from lantian.office.plans.actions import accept, accept_plan, correct, name_regions, reject

    task = city_plan.tasks.get(number="1")
    county = person("county", "141024", role="dispatcher")  # bound by the task, not by the plan's review
    elsewhere = person("elsewhere", "140100", role="administrator")
    officer = person("officer", "141000", role="county_officer")  # sees it, may not review
    for who in (county, elsewhere, officer):
        for act in (
            lambda w: accept(task, w),
            lambda w: reject(task, w, "x"),
            lambda w: correct(task, w, "", {"title": "x"}),
            lambda w: accept_plan(city_plan, w, rest=True),
            lambda w: name_regions(task.assignments.get(collective=True), w, []),
        ):
            with pytest.raises(PermissionDenied):
                act(who)
    task.refresh_from_db()
    assert (task.review, task.title) == ("unreviewed", "推进清洁取暖")


def test_accepting_a_plan_wants_everything_reviewed_or_says_so(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.plans.actions import accept_plan, reject
    from lantian.office.plans.rules import review_counts

    rejected = city_plan.targets.first()
    reject(rejected, dispatcher, "x")
    waiting = review_counts(city_plan)["unreviewed"]
    with pytest.raises(LantianError, match=str(waiting)):
        accept_plan(city_plan, dispatcher)
    assert city_plan.status == "draft"
    assert accept_plan(city_plan, dispatcher, rest=True) == waiting
    assert (city_plan.status, city_plan.accepted_by) == ("accepted", dispatcher)
    counts = review_counts(city_plan)
    assert (counts["unreviewed"], counts["accepted"], counts["rejected"]) == (0, waiting, 1)


def test_a_report_of_the_whole_moves_the_task_and_its_deadline(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.plans.actions import report_progress

    task = city_plan.tasks.get(number="1")
    report = report_progress(task, dispatcher, state="in_progress", percent=40, note="已开工")
    assert (task.state, task.percent, report.region) == ("in_progress", 40, None)
    assert json.loads(last_action().before) == {"percent": 0, "state": "not_started"}
    report_progress(task, dispatcher, state="done", met=task.deadlines.all())
    assert (task.state, task.percent, task.due) == ("done", 100, None)
    assert task.deadlines.get().met_on is not None


@pytest.mark.parametrize(
    ("state", "percent"), [("in_progress", None), ("in_progress", 101), ("ready", 3), ("in_progress", -1)]
)
def test_a_report_that_makes_no_sense(
    city_plan: Any, dispatcher: Any, state: str, percent: int | None
) -> None:
    from lantian.office.plans.actions import report_progress
    from lantian.office.plans.models import ProgressReport

    with pytest.raises(LantianError):
        report_progress(city_plan.tasks.first(), dispatcher, state=state, percent=percent)
    assert not ProgressReport.objects.exists()


def test_a_county_reports_its_share_and_no_other(
    city_plan: Any, person: Any, province: dict[str, Any]
) -> None:
    from lantian.office.plans.actions import report_progress
    from lantian.office.plans.rules import reports_of, shares_of, tasks_for

    task = city_plan.tasks.get(number="1")
    hongtong, yaodu = person("hongtong", "141024"), person("yaodu", "141002")
    street = person("street", "141002001")
    report = report_progress(task, hongtong, state="done", note="洪洞完成")
    assert report.region == province["141024"]
    assert (task.state, task.percent) == ("in_progress", 0)  # one county's done is not the task's
    assert tasks_for(hongtong).get(pk=task.pk).own_state == "done"
    assert tasks_for(yaodu).get(pk=task.pk).own_state == "not_started"
    assert not reports_of(task, yaodu).exists()
    assert [(r.code, s) for r, s, _p in shares_of(task, yaodu)] == [("141002", "not_started")]
    with pytest.raises(PermissionDenied):  # a street is not bound; its district is, and the task is not seen
        report_progress(task, street, state="done")
    with pytest.raises(PermissionDenied):
        report_progress(city_plan.tasks.get(number="4"), hongtong, state="done")


def test_a_named_department_reports_the_whole(city_plan: Any, person: Any) -> None:
    from lantian.office.people.models import Unit
    from lantian.office.plans.actions import report_progress

    energy = Unit.objects.get(name="临汾市能源局")
    clerk = person("clerk", None, unit=energy)
    task = city_plan.tasks.get(number="1")
    assert report_progress(task, clerk, state="in_progress", percent=10).region is None
    with pytest.raises(PermissionDenied):
        report_progress(city_plan.tasks.get(number="2"), clerk, state="done")


def test_an_analyst_reviews_but_reports_nothing(city_plan: Any, person: Any) -> None:
    from lantian.office.plans.actions import report_progress

    with pytest.raises(PermissionDenied):
        report_progress(city_plan.tasks.first(), person("a", "141000", role="analyst"), state="done")


def test_naming_the_counties_that_the_words_leave_open(
    city_plan: Any, dispatcher: Any, person: Any, province: dict[str, Any]
) -> None:
    from lantian.office.plans.actions import name_regions
    from lantian.office.plans.loading import notes_of
    from lantian.office.plans.models import Task

    task = city_plan.tasks.get(number="3")
    hongtong = person("hongtong", "141024")
    assert not Task.objects.visible_to(hongtong).filter(pk=task.pk).exists()
    assert any("有关县市区人民政府" in note for note in notes_of(city_plan))
    some = task.assignments.get(collective=True)
    with pytest.raises(LantianError, match="小店区"):
        name_regions(some, dispatcher, [province["140105"]])
    name_regions(some, dispatcher, [province["141024"]])
    assert Task.objects.visible_to(hongtong).filter(pk=task.pk).exists()
    assert not any("有关县市区人民政府" in note for note in notes_of(city_plan))
    with pytest.raises(LantianError):
        name_regions(task.assignments.get(role="lead"), dispatcher, [province["141024"]])


def test_a_rejected_task_takes_no_report(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.plans.actions import reject, report_progress
    from lantian.office.plans.rules import tasks_for

    task = city_plan.tasks.first()
    reject(task, dispatcher, "不是任务")
    with pytest.raises(LantianError):
        report_progress(task, dispatcher, state="done")
    assert not tasks_for(dispatcher).filter(pk=task.pk).exists()
