"""An application goes its whole way, and no step can be taken by the wrong person, too early, or twice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.grading import applying, holding, steps
from lantian.office.grading.models import Application, Held, NoticeObjection
from lantian.office.grading.rules import grade_of
from lantian.office.loops import moves_for
from lantian.office.loops.audit import audit

DAY = date(2025, 6, 2)


def test_the_whole_way(apply: Any, firm: Any) -> None:
    row = apply("granted")
    assert (row.state, row.reached, row.found, row.decided) == ("granted", "A", "A", "A")
    assert row.notice_from == date(2025, 6, 5)
    assert row.notice_to == date(2025, 6, 11), "five working days: Thursday to Wednesday"
    assert (row.valid_from, row.valid_to) == (date(2025, 6, 12), date(2026, 6, 11))
    held = Held.objects.get()
    assert (held.grade, held.scale, held.document) == ("A", "y2020", "省公告1号")
    assert grade_of(firm, date(2025, 6, 11)) is None
    assert grade_of(firm, date(2025, 6, 12)).code == "A"
    assert grade_of(firm, date(2026, 6, 12)) is None
    assert audit() == []


def test_the_site_check_decides_over_the_declaration(apply: Any, folk: Any, on: Any) -> None:
    row = apply("notice", checked={"em_pm": "18"})
    assert (row.reached, row.found) == ("A", "B")
    with on(10), pytest.raises(LantianError, match="只达到B级"):
        applying.decide(row, folk.province, "A", "照申报")
    with on(10):
        applying.decide(row, folk.province, "C", "另有情节")
    assert Held.objects.get().grade == "C"


def test_a_declaration_claims_no_more_than_its_answers(apply: Any, folk: Any, on: Any) -> None:
    with pytest.raises(LantianError, match="颗粒物"):
        apply("declared", answers={"em_pm": "11"})
    row = Application.objects.get()
    with on(0):
        applying.keep_answers(row, folk.own, {}, claimed="B")
        applying.declare(row, folk.own)
    assert (row.state, row.reached) == ("declared", "B")


def test_nobody_judges_what_they_declared(apply: Any, folk: Any, make_firm: Any, on: Any, photo: Any) -> None:
    row = apply("declared")
    assert {move.name for move in moves_for(row, folk.own)} == {"withdraw_application"}
    with on(1), pytest.raises(PermissionDenied):
        applying.act(row, "pass_review", folk.own)
    with on(1), pytest.raises(PermissionDenied):
        applying.act(row, "pass_review", folk.other)
    second = apply("declared", enterprise=make_firm("乙铸造厂"))
    with on(1), pytest.raises(PermissionDenied):
        applying.act(second, "pass_review", folk.county)
    with on(1):
        applying.act(second, "pass_review", folk.second)


def test_who_checked_on_site_does_not_decide(apply: Any, folk: Any, on: Any, make_firm: Any) -> None:
    row = apply("notice", claimed="C", answers={"su_gate": "no"}, enterprise=make_firm("丙铸造厂"))
    assert row.found == "C"
    with on(10), pytest.raises(PermissionDenied):
        applying.decide(row, folk.city, "C", "同意")
    with on(10):
        applying.decide(row, folk.province, "C", "同意")


def test_the_city_decides_up_to_c_the_province_above(apply: Any, folk: Any, on: Any) -> None:
    row = apply("notice", claimed="B", answers={"em_pm": "18"})
    with on(10), pytest.raises(LantianError, match="省级"):
        applying.decide(row, folk.city, "B", "同意")
    with on(10), pytest.raises(PermissionDenied):
        applying.decide(row, folk.county, "C", "同意")
    with on(10):
        applying.decide(row, folk.city, "C", "另有情节")
    assert Held.objects.get().grade == "C"


def test_a_notice_runs_its_days_and_its_objections_are_answered(
    apply: Any, folk: Any, on: Any, photo: Any
) -> None:
    row = apply("notice")
    with on(9), pytest.raises(LantianError, match="2025-06-11"):
        applying.decide(row, folk.province, "A", "早了")
    with on(5):
        applying.raise_objection(folk.county, row, "夜间不开治理设施", whose="居民")
    with on(5), pytest.raises(PermissionDenied):
        applying.raise_objection(folk.own, row, "我们很好")
    objection = NoticeObjection.objects.get()
    assert not NoticeObjection.objects.visible_to(folk.own).exists(), (
        "who objects is not told to the enterprise"
    )
    with on(10), pytest.raises(LantianError, match="异议"):
        applying.decide(row, folk.province, "A", "不等了")
    with on(10):
        applying.answer_objection(objection, "uphold_objection", folk.city, "查实")
    with on(10), pytest.raises(LantianError, match="异议成立"):
        applying.decide(row, folk.province, "A", "照样")
    with on(11):
        applying.act(row, "check_again", folk.city, "异议成立")
        applying.record_site_check(row, folk.county, {"tr_running": "no"}, "夜间停运", [photo()])
    assert row.found == "D"
    with on(12):
        applying.put_on_notice(row, folk.city)
    with on(30):
        applying.decide(row, folk.province, "D", "查实不同步运行")
    assert Held.objects.get().grade == "D"


def test_a_site_check_needs_a_photo(apply: Any, folk: Any, on: Any) -> None:
    row = apply("site")
    with on(2), pytest.raises(LantianError, match="照片"):
        applying.record_site_check(row, folk.county, {}, "看过", [])
    row.refresh_from_db()
    assert (row.state, row.files.count()) == ("site", 0)


def test_of_two_at_once_one_is_told(apply: Any, folk: Any, on: Any) -> None:
    row = apply("declared")
    seen = row.version
    with on(1):
        applying.act(Application.objects.get(pk=row.pk), "pass_review", folk.county, version=seen)
        with pytest.raises(LantianError):
            applying.act(row, "send_back", folk.second, "缺材料", version=seen)


def test_answers_of_a_draft_are_locked_against_another_tab(apply: Any, folk: Any, on: Any) -> None:
    row = apply("draft")
    with on(0):
        applying.keep_answers(row, folk.own, {"em_pm": "9"}, version=row.version)
        with pytest.raises(LantianError, match="他人"):
            applying.keep_answers(row, folk.own, {"em_pm": "7"}, version=row.version - 1)
    row.refresh_from_db()
    assert row.answers["em_pm"] == "9"


def test_one_application_at_a_time(apply: Any, folk: Any, firm: Any, on: Any) -> None:
    apply("draft")
    with on(0), pytest.raises(LantianError, match="在办"):
        applying.start(folk.own, firm, "B")
    with on(0), pytest.raises(LantianError, match="没有这个等级"):
        applying.start(folk.own, firm, "leading", "coking")
    with on(0), pytest.raises(PermissionDenied):
        applying.start(folk.city.__class__(username="x", role="discipline"), firm, "B")


def test_a_rule_changed_later_changes_no_declaration(apply: Any, firm: Any) -> None:
    row = apply("declared")
    kept = row.taken
    assert kept.on == DAY and kept.scale == "y2020"
    with clock.at(clock.now()):
        assert holding.definition_for(firm, "foundry", date(2026, 6, 1)).scale == "y2026"
    assert row.judged().grade.code == "A"


def test_a_new_grade_ends_the_old_one(apply: Any, give: Any, firm: Any) -> None:
    old = give(firm, "C", date(2025, 1, 1))
    apply("granted")
    old.refresh_from_db()
    assert (old.state, old.ended_on) == ("replaced", date(2025, 6, 12))
    assert grade_of(firm, date(2025, 6, 11)).code == "C"
    assert grade_of(firm, date(2025, 6, 12)).code == "A"
    with pytest.raises(LantianError, match="另有等级"):
        give(firm, "B", date(2025, 3, 1))


def test_a_plus_is_picked_among_those_that_held_a_for_two_years(give: Any, firm: Any, folk: Any) -> None:
    give(firm, "A", date(2025, 1, 1), date(2026, 12, 31))
    row = Application(
        enterprise=firm, definition=holding.definition_for(firm, "foundry", date(2026, 6, 1)).as_dict()
    )
    best = row.taken.grade("A")
    with pytest.raises(LantianError, match="遴选"):
        applying._may_be_picked(row, best, date(2026, 6, 1))
    give(firm, "A", date(2024, 1, 1), date(2024, 12, 31))
    applying._may_be_picked(row, best, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2025, 6, 2), date(2025, 6, 6)),  # Monday to Friday
        (date(2025, 6, 5), date(2025, 6, 11)),
        (date(2025, 6, 7), date(2025, 6, 13)),  # from Saturday: Monday to Friday
    ],
)
def test_working_days(first: date, last: date) -> None:
    assert steps.notice_last(first) == last


def test_validity_ends_the_day_before() -> None:
    assert steps.valid_until(date(2024, 2, 29)) == date(2025, 2, 27)
    assert steps.valid_until(date(2025, 1, 1)) == date(2025, 12, 31)


def test_a_grade_is_entered_by_who_may_decide_it(folk: Any, firm: Any) -> None:
    given = {"industry": "foundry", "first": DAY, "last": DAY + timedelta(days=364), "document": "公告"}
    for person in (folk.own, folk.county):
        with pytest.raises(PermissionDenied):
            holding.record_given(person, firm, grade="A", **given)
    with pytest.raises(LantianError, match="省级"):
        holding.record_given(folk.city, firm, grade="A", **given)
    with pytest.raises(LantianError, match="文件"):
        holding.record_given(folk.province, firm, grade="A", **{**given, "document": " "})
    assert holding.record_given(folk.province, firm, grade="A", **given).grade == "A"
