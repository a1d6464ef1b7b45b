"""A run from draft to frozen: points worked by hand, objections, what later data cannot change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.errors import LantianError
from lantian.office import indicators
from lantian.office.assessment import actions, rules
from lantian.office.assessment.models import Card, Run
from lantian.office.indicators import Period, Subject
from lantian.office.loops import move, moves_for
from lantian.office.people.actions import verify_chain

REGION, UNIT = "assessment.schemes.region_year", "assessment.schemes.unit_year"


def lines(card: Card) -> dict[str, Any]:
    return {line["code"]: line for line in card.data["lines"]}


def test_a_card_worked_by_hand(run: Any, card: Card) -> None:
    """30×30/40 + 15×10/15 + 10 (first of 2) + 4 + 15×20/40 + 10×25/50 + 10 + 5 = 74; + 2.5 − 2."""
    points = {code: line["shown"] for code, line in lines(card).items()}
    assert points == {
        "targets": "22.50", "index_change": "10.00", "index_rank": "10.00", "rank_change": "4.00",
        "tasks": "7.50",
        "reports": "5.00", "findings": "10.00", "dustfall": "5.00", "pm2_5_far": "2.50", "fire_spots": "2.00",
        "reports_false": "0.00", "findings_repeated": "0.00",
    }  # fmt: skip
    assert card.printed == "74.50" and card.rank == 1 and card.effects == []
    assert lines(card)["index_rank"]["why"]["zh"] == "第1名，共2个：10 × (2 − 1) ÷ (2 − 1) = 10分"
    assert lines(card)["targets"]["fact"]["url"] == "/of/target_attainment_ratio/"


def test_what_cannot_be_computed_is_shared_out_and_a_veto_is_told(run: Any, province: Any) -> None:
    """Without tasks (15): (22.5 + 10 + 0 + 4 + 5 + 10 + 5) × 100 / 85 + 2.5 − 2 = 66.97…"""
    other = run.cards.get(region=province["141024"])
    assert other.printed == "66.97" and other.rank == 2
    assert lines(other)["tasks"]["state"] == "shared"
    assert "no figure in this test" in lines(other)["tasks"]["why"]["en"]
    assert other.data["vetoed"] and len(other.effects) == 1


def test_the_same_assessment_is_begun_once(run: Any, analyst: Any, province: Any) -> None:
    with pytest.raises(LantianError):
        actions.start(analyst, province["141000"], REGION, "2025")
    with pytest.raises(LantianError):
        actions.start(analyst, province["141000"], REGION, "2025-06")
    with pytest.raises(LantianError):
        actions.start(analyst, province["141000"], REGION, "2027")
    with pytest.raises(LantianError):
        actions.start(analyst, province["141000"], "assessment.schemes.nothing", "2025")


def test_who_assesses(run: Any, person: Any, province: Any) -> None:
    """A county's analyst sees the run through the county's card and can still not move it."""
    analyst = person("in", "141002", role="analyst")
    assert Run.objects.visible_to(analyst).filter(pk=run.pk).exists()
    assert moves_for(run, analyst) == []
    with pytest.raises(PermissionDenied):
        move(run, "open_objections", analyst)
    with pytest.raises(PermissionDenied):
        actions.start(analyst, province["141000"], REGION, "2024")
    with pytest.raises(PermissionDenied):
        actions.compute(analyst, run)


def test_only_a_draft_is_computed_again(run: Any, analyst: Any, counties: Any, card: Card) -> None:
    counties["dustfall", "region:141002"] = 8
    actions.compute(analyst, run)
    card.refresh_from_db()
    assert card.printed == "69.50"
    move(run, "open_objections", analyst)
    with pytest.raises(LantianError):
        actions.compute(analyst, run)


def test_an_accepted_objection_puts_a_value_in_place(
    opened: Any, card: Card, analyst: Any, person: Any
) -> None:
    officer, chief = person("wang", "141002"), analyst
    file = SimpleUploadedFile("proof.pdf", b"%PDF-1.4 proof")
    objection = actions.raise_objection(officer, card, "dustfall", "缸被打翻", [file])
    assert objection.files.get().name == "proof.pdf"
    with pytest.raises(LantianError):
        actions.raise_objection(officer, card, "dustfall", "again")
    with pytest.raises(LantianError):
        actions.freeze(chief, opened)
    actions.answer(chief, objection, "accept_objection", "核实属实", corrected=Decimal("9.5"))
    card.refresh_from_db()
    assert lines(card)["dustfall"]["shown"] == "0.00" and card.printed == "69.50"
    assert lines(card)["dustfall"]["fact"]["correction"] == "核实属实"
    actions.freeze(chief, opened)
    assert opened.is_whole() and verify_chain() == []
    assert rules.drift(opened, [card]) == [], "what was put in place is no drift"


def test_who_objects_does_not_answer(opened: Any, card: Card, person: Any, analyst: Any) -> None:
    chief = person("zhao", "141000", role="administrator")
    objection = actions.raise_objection(chief, card, "tasks", "算错了")
    with pytest.raises(PermissionDenied):
        actions.answer(chief, objection, "reject_objection", "没有")
    actions.answer(analyst, objection, "reject_objection", "核对无误")
    assert objection.state == "rejected" and objection.answer == "核对无误"


def test_an_objection_is_raised_by_its_own_and_in_time(
    run: Any, card: Card, person: Any, analyst: Any
) -> None:
    officer = person("wang", "141002")
    with pytest.raises(PermissionDenied):
        actions.raise_objection(officer, card, "tasks", "早了")
    move(run, "open_objections", analyst)
    card.refresh_from_db()
    with pytest.raises(PermissionDenied):
        actions.raise_objection(person("li", "141024"), card, "tasks", "不是我的")
    with pytest.raises(LantianError):
        actions.raise_objection(officer, card, "nothing", "没有这一行")
    with pytest.raises(LantianError):
        actions.raise_objection(officer, card, "tasks", "  ")
    disguised = SimpleUploadedFile("photo.jpg", b"MZ\x90\x00 a program")
    with pytest.raises(LantianError):
        actions.raise_objection(officer, card, "tasks", "见附件", [disguised])
    assert not card.objections.exists()
    mine = actions.raise_objection(officer, card, "tasks", "算错了")
    actions.answer(officer, mine, "withdraw_objection")
    assert mine.state == "withdrawn"


def test_frozen_stays_frozen_whatever_comes_later(
    frozen: Any, counties: Any, analyst: Any, card: Card
) -> None:
    """Later data change the page's comparison, not the result; who writes beside the office is found out."""
    assert len(frozen.hash) == 64 and frozen.is_whole()
    counties["tasks_done_ratio", "region:141002"] = 100
    card.refresh_from_db()
    assert card.printed == "74.50" and frozen.is_whole()
    found = rules.drift(frozen, list(frozen.cards.all()))
    assert [(one.card.pk, one.total) for one in found] == [(card.pk, "82.00")]
    assert found[0].moved[0][1:] == ("80%", "100%")
    with pytest.raises(LantianError):
        actions.compute(analyst, frozen)
    with pytest.raises(TypeError):
        card.save()
    with pytest.raises(TypeError):
        card.delete()
    Card.objects.filter(pk=card.pk).update(data={**card.data, "total": "99.00"})
    assert not frozen.is_whole()


def test_a_running_year_is_a_draft_and_cannot_be_frozen(analyst: Any, counties: Any, province: Any) -> None:
    run = actions.start(analyst, province["141000"], REGION, "2026")
    assert str(run.asked_until) == "2026-02-10"
    move(run, "open_objections", analyst)
    with pytest.raises(LantianError):
        actions.freeze(analyst, run)
    assert run.state == "objections" and not run.content


def test_somebody_was_faster(run: Any, analyst: Any) -> None:
    with pytest.raises(LantianError):
        move(run, "open_objections", analyst, version=run.version + 1)


def test_units_with_nothing_to_assess_have_no_card(analyst: Any, answers: Any, province: Any) -> None:
    from lantian.office.people.models import Unit

    busy = Unit.objects.create(name="临汾市住房和城乡建设局", region=province["141000"])
    Unit.objects.create(name="临汾市档案局", region=province["141000"])
    Unit.objects.create(name="某焦化厂", region=province["141000"], kind="enterprise")
    answers["tasks_done_ratio", f"unit:{busy.pk}"] = 90
    answers["tasks_overdue", f"unit:{busy.pk}"] = 1
    run = actions.start(analyst, province["141000"], UNIT, "2025")
    assert [card.unit for card in run.cards.all()] == [busy] and run.left_out == 1
    # 45 × 30/40 = 33.75 and 12, of 60 points: 76.25
    assert run.cards.get().printed == "76.25"
    assert "reports_false" in lines(run.cards.get())


def test_scores_are_indicators_once_frozen(opened: Any, analyst: Any, province: Any) -> None:
    year, yaodu = Period(opened.first, opened.last), Subject(region=province["141002"])
    assert indicators.ask("score", yaodu, year).value is None
    actions.freeze(analyst, opened)
    answer = indicators.ask("score", yaodu, year)
    assert answer.value == Decimal("74.5") and answer.url.startswith("/assessment/cards/")
    assert not answer.verified, "the weights are ours"
    assert indicators.ask("score_rank", yaodu, year).value == 1
    month = Period(opened.first, opened.first.replace(day=31))
    assert indicators.ask("score", yaodu, month).value is None, "another period is another score"
    assert indicators.ask("score", Subject(region=province["140105"]), year).reason
