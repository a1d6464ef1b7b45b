"""Added in review, names decided, plan files carried elsewhere, the same plan twice, a newer version."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError

from .conftest import CITY_PLAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(person: Any) -> Any:
    return person("dispatcher", "141000", role="administrator")


def test_adding_by_marked_words_and_without(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.people.actions import verify_chain
    from lantian.office.people.models import Unit
    from lantian.office.plans.actions import add

    text = city_plan.document.text
    at = text.index("严厉打击违法行为")
    target = add(city_plan, dispatcher, "target", span=(at, at + 8), indicator="pm10", value="70", by="2025")
    assert (target.quote, target.clause.number, target.origin) == ("严厉打击违法行为", "4", "added")
    assert (target.review, target.value, target.last_day.isoformat()) == (
        "accepted",
        Decimal(70),
        "2025-12-31",
    )
    assert [r.code for r in target.regions.all()] == ["141000"]
    clause = add(city_plan, dispatcher, "clause", clause=target.clause.parent, number="5", heading="其他")
    assert clause.path == f"{target.clause.parent.path}/5"
    task = add(city_plan, dispatcher, "task", clause=clause, title="开展走航监测", number="5")
    assert (task.text, task.start) == ("开展走航监测", clause.start)
    add(city_plan, dispatcher, "deadline", task=task, by="2024-09")
    task.refresh_from_db()
    assert task.due.isoformat() == "2024-09-30"
    unit = Unit.objects.get(name="临汾市能源局")
    assert (
        add(city_plan, dispatcher, "assignment", task=task, unit=unit, role="lead").written == "临汾市能源局"
    )
    assert add(city_plan, dispatcher, "assignment", task=task, written="市能源局", role="coop").unit == unit
    orders = list(city_plan.clauses.values_list("order", flat=True))
    assert orders == list(range(len(orders)))
    assert verify_chain() == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("target", {"indicator": "pm10"}),
        ("target", {"span": (0, 999_999), "indicator": "pm10"}),
        ("target", {"span": (10, 30)}),
        ("quantity", {"value": "3"}),
        ("deadline", {"span": (10, 30), "by": "soon"}),
        ("deadline", {"span": (10, 30)}),
        ("task", {"span": (10, 30), "review": "x"}),
    ],
)
def test_what_cannot_be_added_changes_nothing(
    city_plan: Any, dispatcher: Any, kind: str, fields: dict[str, Any]
) -> None:
    from lantian.office.people.models import ActionLog
    from lantian.office.plans.actions import add

    rows = ActionLog.objects.count()
    with pytest.raises(LantianError):
        add(city_plan, dispatcher, kind, **fields)
    assert ActionLog.objects.count() == rows


def test_a_name_is_decided_once_for_the_whole_plan(city_plan: Any, dispatcher: Any, person: Any) -> None:
    from lantian.office.people.models import Unit
    from lantian.office.plans.actions import decide_name, reread
    from lantian.office.plans.models import Assignment
    from lantian.office.plans.naming import unknown_names

    waiting = {u.name.written: u.tasks for u in unknown_names(city_plan) if u.waits}
    assert waiting["市生态环境局"] == 2
    made = Unit.objects.get(name="临汾市生态环境局")
    assert (
        decide_name(city_plan, "市生态环境局", dispatcher, create={"name": "市环保局", "kind": "department"})
        == 2
    )
    assert not Unit.objects.filter(pk=made.pk).exists()  # nothing names it any more
    reread(
        city_plan, dispatcher, name="b.txt", content=(CITY_PLAN + "\n5.巡查。（市生态环境局负责）\n").encode()
    )
    units = {a.unit.name for a in Assignment.objects.filter(task__plan=city_plan, written="市生态环境局")}
    assert units == {"市环保局"}
    assert "市生态环境局" not in {u.name.written for u in unknown_names(city_plan) if u.waits}
    elsewhere = Unit.objects.create(name="某局", region=person("x", "140100").region)
    for unit in (elsewhere, None):
        with pytest.raises(LantianError):
            decide_name(city_plan, "市能源局", dispatcher, unit=unit)
    with pytest.raises(PermissionDenied):
        decide_name(city_plan, "市能源局", person("o", "141000"), unit=made)


def test_a_removed_unit_is_bound_no_longer_and_can_come_back(
    city_plan: Any, dispatcher: Any, person: Any
) -> None:
    from lantian.office.plans.actions import accept, reject
    from lantian.office.plans.models import Assignment, Task

    task = city_plan.tasks.get(number="2")
    hongtong = person("h", "141024")
    bound = task.assignments.get(role="responsible")
    reject(bound, dispatcher, "不是")
    assert not Task.objects.visible_to(hongtong).filter(pk=task.pk).exists()
    assert not task.assignments.filter(pk=bound.pk).exists()
    accept(Assignment.everything.get(pk=bound.pk), dispatcher)
    assert Task.objects.visible_to(hongtong).filter(pk=task.pk).exists()


def test_a_plan_file_carries_the_plan_and_its_decisions(
    city_plan: Any, dispatcher: Any, client: Any, province: dict[str, Any]
) -> None:
    from lantian.office.plans.actions import add, correct, decide_name, load_plan, reject
    from lantian.office.plans.exporting import plan_yaml

    correct(city_plan.targets.get(indicator="pm2_5"), dispatcher, "", {"value": "43"})
    reject(city_plan.tasks.get(number="4"), dispatcher, "不是任务")
    add(city_plan, dispatcher, "quantity", task=city_plan.tasks.get(number="1"), value="3", unit="家")
    decide_name(city_plan, "市能源局", dispatcher, create={"name": "市能源办", "kind": "committee"})
    text = plan_yaml(city_plan)
    loaded = load_plan("plan.yaml", text.encode(), None)
    plan = loaded.plan
    assert (plan.targets.get(indicator="pm2_5").value, plan.document.text) == (Decimal(43), "")
    assert not plan.tasks.filter(number="4").exists()
    assert plan.tasks.get(number="1").assignments.get(written="市能源局").unit.name == "市能源办"
    body = [line for line in plan_yaml(plan).splitlines() if not line.startswith("#")]
    first = [line for line in text.splitlines() if not line.startswith("#")]
    different = {line.strip().split(":")[0] for line in set(body) ^ set(first)}
    assert different <= {"name", "sha256", "kind"}
    client.force_login(dispatcher)
    for page in ("", "document/", "history/", "readings/", "names/", "plan.yaml", "add/"):
        assert client.get(f"/plans/{plan.pk}/{page}").status_code == 200
    assert client.get(f"/api/plans/{plan.pk}/plan.yaml").content.decode() == plan_yaml(plan)
    again = load_plan("plan.yaml", text.encode(), None)
    assert (again.already, again.plan) == (True, plan)


def test_what_looks_alike_is_asked_about(city_plan: Any, dispatcher: Any, client: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lantian.office.plans.holding import hold
    from lantian.office.plans.models import Plan

    client.force_login(dispatcher)
    copy = (CITY_PLAN + "\n5.开展监测。（市生态环境局负责）\n").encode()

    def newer(word: str) -> str:
        text = (CITY_PLAN + f"\n6.开展监测{word}。（市生态环境局负责）\n").encode()
        page = client.post("/plans/", {"file": SimpleUploadedFile("new.txt", text), "region": ""})
        return page.context["token"]

    def ask() -> str:
        page = client.post("/plans/", {"file": SimpleUploadedFile("copy.txt", copy), "region": ""})
        assert page.status_code == 200
        assert "--" not in page.content.decode().split("<form")[1].split("</form>")[0]
        assert Plan.objects.count() == 1
        assert [file.suffix for file in waiting.iterdir()] == [".txt"]
        return page.context["token"]

    waiting = Path(settings.DATA) / "waiting"
    client.post("/plans/alike/", {"token": ask(), "answer": "none"})
    assert Plan.objects.count() == 1 and not list(waiting.iterdir())
    # A page that was closed unanswered: the file goes with the next question, a day later.
    ask()
    (old,) = waiting.iterdir()
    other = waiting / "abc.pdf"
    other.write_bytes(b"x")
    os.utime(other, (0, 0))
    hold(b"new", "0" * 64, ".txt")
    assert {file.name for file in waiting.iterdir()} == {old.name, f"{'0' * 64}.txt"}
    (waiting / f"{'0' * 64}.txt").unlink()
    client.post("/plans/alike/", {"token": ask(), "answer": f"same:{city_plan.pk}"})
    assert (Plan.objects.count(), city_plan.tasks.filter(number="5").count()) == (1, 1)
    assert not list(waiting.iterdir())
    client.post("/plans/alike/", {"token": newer("二"), "answer": f"replaces:{city_plan.pk}"})
    new = Plan.objects.get(replaces=city_plan)
    compare = f"/coverage/compare/?old={city_plan.pk}&amp;new={new.pk}"
    for pk in (city_plan.pk, new.pk):
        assert compare in client.get(f"/plans/{pk}/").content.decode()
    assert client.get(compare.replace("&amp;", "&")).status_code == 200
    assert client.post("/plans/alike/", {"token": "x", "answer": "another"}).status_code == 404


def test_a_newer_version_takes_over_progress(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.plans import reach
    from lantian.office.plans.actions import accept_plan, load_plan, report_progress, reread
    from lantian.office.plans.rules import tasks_for
    from lantian.office.plans.versions import LooksAlikeError

    task = city_plan.tasks.get(number="1")
    report_progress(task, dispatcher, state="in_progress", percent=60, met=task.deadlines.all())
    newer = CITY_PLAN.replace("12000户", "13000户").encode()
    with pytest.raises(LooksAlikeError):
        load_plan("new.txt", newer, dispatcher, another=False)
    plan = load_plan("new.txt", newer, dispatcher, replaces=city_plan).plan
    city_plan.refresh_from_db()
    assert (city_plan.status, plan.replaces) == ("superseded", city_plan)
    carried = plan.tasks.get(number="1")
    assert (carried.state, carried.percent, carried.deadlines.first().met_on) == (
        "in_progress", 60, task.deadlines.first().met_on,
    )  # fmt: skip
    assert set(tasks_for(dispatcher).values_list("plan", flat=True)) == {plan.pk}
    assert reach.differences() == []
    for act in (lambda: reread(city_plan, dispatcher), lambda: accept_plan(city_plan, dispatcher, rest=True)):
        with pytest.raises(LantianError):
            act()
    with pytest.raises(LantianError):
        load_plan("third.txt", newer + b"\n", dispatcher, replaces=city_plan)


def test_a_plan_of_another_region_is_refused(person: Any, province: dict[str, Any]) -> None:
    from lantian.office.plans.actions import load_plan
    from lantian.office.plans.models import Plan

    with pytest.raises(LantianError):
        load_plan("linfen.txt", CITY_PLAN.encode(), person("t", "140100", role="administrator"))
    assert not Plan.objects.exists()


def test_others_find_no_door(city_plan: Any, person: Any, client: Any) -> None:
    item = city_plan.tasks.first().assignments.first()
    for who, status in ((person("far", "140100", role="administrator"), 404), (person("c", "141000"), 403)):
        client.force_login(who)
        for page in ("names/", "add/"):
            assert client.get(f"/plans/{city_plan.pk}/{page}").status_code == status
        assert client.post(f"/plans/{city_plan.pk}/reread/").status_code == status
        assert client.get(f"/plans/review/assignment/{item.pk}/correct/").status_code == status
    client.force_login(person("far2", "140100", role="administrator"))
    for page in ("plan.yaml", "readings/"):
        assert client.get(f"/plans/{city_plan.pk}/{page}").status_code == 404


def test_what_was_removed_is_brought_back_on_the_page(city_plan: Any, dispatcher: Any, client: Any) -> None:
    from lantian.office.plans import actions
    from lantian.office.plans.models import Assignment

    client.force_login(dispatcher)
    task = city_plan.tasks.get(number="1")
    lead, date = task.assignments.get(role="lead"), task.deadlines.first()
    unit = lead.unit
    actions.reject(lead, dispatcher, "不是牵头部门")
    actions.reject(date, dispatcher, "日期有误")
    page = client.get(f"/plans/{city_plan.pk}/").content.decode()
    doors = [
        f"/plans/review/{kind}/{pk}/accept/" for kind, pk in (("assignment", lead.pk), ("deadline", date.pk))
    ]
    assert "不是牵头部门" in page and "恢复" in page and all(f'action="{door}"' in page for door in doors)
    for door in doors:
        assert client.post(door).status_code == 302
    assert Assignment.objects.get(pk=lead.pk).unit == unit
    assert task.deadlines.filter(pk=date.pk).exists()
    assert "恢复" not in client.get(f"/plans/{city_plan.pk}/").content.decode()


@pytest.mark.parametrize("kind", ["reading", "name", "part", "consequence"])
def test_what_hangs_on_a_plan_stays_in_its_county(
    county_plan: Any, scope_doors: Any, person: Any, kind: str
) -> None:
    from lantian.office.frame import clock
    from lantian.office.plans.models import PlanPart, Reading, StatedConsequence, UnitName

    secret = "绝密煤场停产"
    pages = [f"/plans/{county_plan.pk}/"]
    if kind == "reading":
        thing: Any = Reading.objects.create(
            plan=county_plan, document=county_plan.document, reader=secret, read_at=clock.now()
        )
        pages = [f"/plans/{county_plan.pk}/readings/"]
    elif kind == "name":
        thing = UnitName.objects.create(plan=county_plan, written=secret, how="none")
        pages = [f"/plans/{county_plan.pk}/names/"]
    elif kind == "part":
        thing = PlanPart.objects.create(
            plan=county_plan, order=9, label_written="附件9", title=secret, start=0, end=1
        )
    else:
        thing = StatedConsequence.objects.create(
            plan=county_plan, task=county_plan.tasks.first(), clause=county_plan.tasks.first().clause,
            kind="other", then_words=secret, start=0, end=1,
        )  # fmt: skip
        pages.append(f"/plans/review/consequence/{thing.pk}/show/")
    scope_doors(
        thing=thing,
        secret=secret,
        inside=person("in", "141002", role="administrator"),
        outside=person("out", "141024", role="administrator"),
        pages=pages,
    )
