"""A plan read again: what people decided stays, what changed is told, what is needed is not lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.forms.models import model_to_dict

from lantian.errors import LantianError

from .conftest import CITY_PLAN

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatcher(person: Any) -> Any:
    return person("dispatcher", "141000", role="dispatcher")


def state_of(plan: Any) -> dict[str, Any]:
    """Every row of a plan with every field, keys of rows included."""
    from lantian.office.plans import models

    found: dict[str, Any] = {}
    for model in (models.Clause, models.Target, models.PlanPart, models.StatedConsequence, models.Task):
        rows = getattr(model, "everything", model.objects).filter(plan=plan)
        found[model.__name__] = {r.pk: model_to_dict(r) for r in rows}
    for model in (models.Assignment, models.Deadline, models.Quantity):
        found[model.__name__] = {r.pk: model_to_dict(r) for r in model.everything.filter(task__plan=plan)}
    return found


def test_the_same_file_read_again_changes_nothing(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.people.models import Unit
    from lantian.office.plans.actions import accept, add, correct, reject, report_progress, reread
    from lantian.office.plans.models import Document, Plan

    correct(city_plan.targets.get(indicator="pm2_5"), dispatcher, "笔误", {"value": "43", "by": "2026"})
    reject(city_plan.targets.exclude(indicator="pm2_5").first(), dispatcher, "重复")
    task = city_plan.tasks.get(number="1")
    accept(task, dispatcher)
    correct(task.deadlines.first(), dispatcher, "", {"by": "2024-11"})
    reject(task.assignments.get(role="coop"), dispatcher, "不是")
    correct(
        task.assignments.get(role="lead"), dispatcher, "", {"unit": Unit.objects.get(name="临汾市财政局")}
    )
    report_progress(task, dispatcher, state="in_progress", percent=30)
    add(city_plan, dispatcher, "quantity", task=task, value="3", unit="家", what="企业")
    add(city_plan, dispatcher, "target", clause=city_plan.clauses.first(), indicator="so2", value="9")
    before, documents = state_of(city_plan), Document.objects.count()
    reading = reread(city_plan, dispatcher)
    assert reading.changes == []
    assert state_of(city_plan) == before
    assert (Plan.objects.count(), Document.objects.count()) == (1, documents)


def test_a_corrected_document_keeps_decisions_and_tells_what_changed(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.people.actions import verify_chain
    from lantian.office.plans.actions import accept, correct, report_progress, reread

    target = city_plan.targets.get(indicator="pm2_5")
    correct(target, dispatcher, "", {"value": "43"})
    other = city_plan.targets.get(indicator="good_days_ratio")
    accept(other, dispatcher)
    first, second = city_plan.tasks.get(number="1"), city_plan.tasks.get(number="2")
    report_progress(first, dispatcher, state="in_progress", percent=40)
    report_progress(second, dispatcher, state="done")
    third, fourth = city_plan.tasks.get(number="3"), city_plan.tasks.get(number="4")
    text = (
        CITY_PLAN.replace("44微克", "42微克").replace("70%", "72%").replace("12000户", "12800户")
        .replace(CITY_PLAN[CITY_PLAN.index("2.淘汰") : CITY_PLAN.index("（二）治理")], "")
        .replace("4.强化执法监管。严厉打击违法行为。（市生态环境局负责）", "")
        + "\n5.开展监测。2024年6月底前，新建监测站3个。（市生态环境局负责）\n"
    )  # fmt: skip
    reading = reread(city_plan, dispatcher, name="linfen-2.txt", content=text.encode())
    for row in (target, other, first, second, third):
        row.refresh_from_db()
    assert target.value == Decimal(43)  # the person's word
    assert target.as_read["value"].startswith("42")  # what the document says now
    assert (other.value, other.review) == (Decimal(72), "unreviewed")  # other words: to be looked at again
    assert (first.state, first.percent, first.quantities.get().value) == ("in_progress", 40, Decimal(12800))
    assert (second.gone, second.state) == (True, "done")
    assert not city_plan.tasks.filter(pk=fourth.pk).exists()  # nobody needed it
    assert city_plan.tasks.get(number="5").deadlines.get().by.startswith("2024-06")
    told = {(c["what"], c["kind"]) for c in reading.changes}
    assert {("added", "task"), ("gone", "task"), ("changed", "target"), ("changed", "quantity")} <= told
    assert [c["kept"] for c in reading.changes if c["pk"] == second.pk and c["kind"] == "task"] == [True]
    city_plan.refresh_from_db()
    assert city_plan.document.name == "linfen-2.txt"
    assert [d.name for d in city_plan.earlier_documents.all()] == ["linfen.txt"]
    orders = list(city_plan.clauses.values_list("order", flat=True))
    assert orders == sorted(set(orders))
    for row in city_plan.targets.all():
        assert city_plan.document.text[row.start : row.end] == row.quote
    assert verify_chain() == []
    again = reread(city_plan, dispatcher)
    assert again.changes == []


def test_back_to_the_first_document(city_plan: Any, dispatcher: Any) -> None:
    from lantian.office.plans.actions import reread

    before = city_plan.tasks.get(number="3")
    reread(city_plan, dispatcher, name="b.txt", content=CITY_PLAN.replace("每月", "每周").encode())
    city_plan.refresh_from_db()
    reread(city_plan, dispatcher, name="linfen.txt", content=CITY_PLAN.encode())
    city_plan.refresh_from_db()
    assert city_plan.document.name == "linfen.txt"
    assert city_plan.tasks.get(number="3").pk == before.pk
    assert city_plan.tasks.get(number="3").text == before.text


def test_who_may_not_and_what_cannot_be_read_again(
    city_plan: Any, county_plan: Any, person: Any, dispatcher: Any
) -> None:
    from lantian.office.plans.actions import reread
    from lantian.office.plans.loading import kept_path

    before = state_of(city_plan)
    for who in (person("c", "141024", role="dispatcher"), person("o", "141000", role="county_officer")):
        with pytest.raises(PermissionDenied):
            reread(city_plan, who)
    kept = kept_path(county_plan.document.sha256, ".txt").read_bytes()
    with pytest.raises(LantianError):
        reread(city_plan, dispatcher, name="x.txt", content=kept)
    with pytest.raises(LantianError):
        reread(city_plan, dispatcher, name="x.pdf", content=b"not a pdf")
    kept_path(city_plan.document.sha256, ".txt").unlink()
    with pytest.raises(LantianError, match=r"data folder|数据文件夹"):
        reread(city_plan, dispatcher)
    assert state_of(city_plan) == before
