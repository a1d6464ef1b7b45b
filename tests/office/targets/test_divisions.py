"""Dividing, filling, issuing, answering, issuing again; who may, who sees."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.errors import LantianError
from lantian.office.frame import clock
from lantian.office.loops import overdue
from lantian.office.people.actions import verify_chain
from lantian.office.targets import actions, letters, rules
from lantian.office.targets.loop import State
from lantian.office.targets.models import Allotment, Division, Letter

pytestmark = pytest.mark.django_db
D = Decimal


def part(division: Division, code: str) -> Allotment:
    return Allotment.objects.select_related("division__region", "region").get(
        division=division, region__code=code
    )


def issue(people: dict[str, Any], division: Division, **more: Any) -> Letter:
    rows = list(rules.ready(division.region))
    return letters.issue(people["province"], division.region, rows, **more)


def test_children_are_pending_until_assigned(
    plans: Any, people: Any, province: Any, at_work: None, signed_in: Any
) -> None:
    target = plans["140000"].targets.get(indicator="pm2_5")
    division = actions.divide(people["province"], province["140000"], target)
    rows = list(division.allotments.all())
    assert [(row.region.code, row.state, row.value) for row in rows] == [
        ("140100", State.PENDING, None),
        ("141000", State.PENDING, None),
    ]
    page = signed_in(people["linfen"]).get("/targets/").content.decode()
    assert "待分配" in page
    with pytest.raises(LantianError, match=r"分解|divided"):
        actions.divide(people["province"], province["140000"], target)


def test_ranks_are_not_divided_and_only_who_answers_divides(
    plans: Any, people: Any, province: Any, at_work: None
) -> None:
    rank = plans["140000"].targets.exclude(indicator="pm2_5").get()
    assert rules.why_not(rank.indicator, rank.comparator, rank.value, rank.unit)
    with pytest.raises(LantianError):
        actions.divide(people["province"], province["140000"], rank)
    target = plans["140000"].targets.get(indicator="pm2_5")
    for name in ("linfen", "yaodu"):
        with pytest.raises(PermissionDenied):
            actions.divide(people[name], province["140000"], target)
    assert not Division.objects.exists()


def test_the_mean_of_the_cities_is_checked_against_the_province(
    divided: Any, people: Any, province: Any
) -> None:
    found = rules.check(divided)
    assert (found.reached, found.missing, rules.is_estimate(divided)) == (38, 0, False)
    actions.assign(people["province"], divided, {province["140100"].pk: D(35)})
    assert rules.check(divided).missing == D("0.5")
    with pytest.raises(LantianError, match=r"0\.5"):
        issue(people, divided)
    assert not Letter.objects.exists()
    assert part(divided, "140100").state == State.ASSIGNED
    actions.accept_shortfall(people["province"], divided, "两市分步到位")
    assert issue(people, divided).lines.count() == 2
    # Other values need the reason anew.
    actions.assign(people["province"], divided, {province["140100"].pk: D(36)}, reason="复核")
    assert divided.accepted_shortfall == ""


def test_a_letter_is_numbered_frozen_and_answered_by_the_child_only(divided: Any, people: Any) -> None:
    letter = issue(people, divided, doc_no="晋环函〔2025〕7号", title="关于下达2025年目标的函")
    assert (letter.number, letter.reference) == (1, "晋环函〔2025〕7号")
    assert letters.faults(letter) == []
    assert set(letter.papers) == {"", "140100", "141000"}
    linfen = part(divided, "141000")
    assert (linfen.state, linfen.issued_value) == (State.ISSUED, 42)
    assert linfen.state_due == letters.datetime(2025, 7, 11, 16, tzinfo=letters.UTC)  # the end of 11 July
    for name in ("province", "taiyuan", "yaodu"):
        with pytest.raises(PermissionDenied):
            letters.answer(people[name], linfen, "acknowledge", "")
    letters.answer(people["linfen"], linfen, "acknowledge", "", linfen.version)
    assert part(divided, "141000").state == State.ACKNOWLEDGED
    with pytest.raises(LantianError):
        letters.answer(people["linfen"], linfen, "object", "太严")
    with pytest.raises(TypeError, match="never"):
        letter.save()
    Letter.objects.filter(pk=letter.pk).update(text="别的")
    assert letters.faults(Letter.objects.get(pk=letter.pk)) == ["record"]
    assert verify_chain() == []


def test_an_objection_is_answered_by_issuing_again(divided: Any, people: Any, province: Any) -> None:
    first = issue(people, divided)
    taiyuan = part(divided, "140100")
    with pytest.raises(LantianError, match=r"理由|reason"):
        letters.answer(people["taiyuan"], taiyuan, "object", " ")
    letters.answer(people["taiyuan"], taiyuan, "object", "基数偏低")
    with pytest.raises(LantianError, match=r"理由|reason"):
        actions.assign(people["province"], divided, {province["140100"].pk: D(33)})
    actions.assign(
        people["province"],
        divided,
        {province["140100"].pk: D(33), province["141000"].pk: D(43)},
        reason="采纳",
    )
    taiyuan = part(divided, "140100")
    assert (taiyuan.state, taiyuan.value, taiyuan.issued_value) == (State.REVISED, 33, 34)
    second = issue(people, divided)
    assert (second.number, part(divided, "140100").state) == (2, State.REISSUED)
    old, new = taiyuan.lines.all()
    assert (old.letter, old.value, new.letter, new.value, new.before) == (first, 34, second, 33, 34)
    assert letters.superseded(old) == new
    assert letters.superseded(new) is None
    letters.answer(people["taiyuan"], part(divided, "140100"), "acknowledge", "")


def test_who_does_not_answer_in_time_is_late(divided: Any, people: Any) -> None:
    issue(people, divided, answer_by=date(2025, 7, 5))
    late = Allotment.objects.all()
    with clock.at(clock.now() + timedelta(days=4)):
        assert overdue(late).count() == 0
    with clock.at(clock.now() + timedelta(days=5)):
        assert overdue(late).count() == 2
    with pytest.raises(LantianError, match=r"过|over"):
        letters.issue(
            people["province"], divided.region, [part(divided, "141000")], answer_by=date(2025, 6, 1)
        )


def test_by_the_base_year(air: Any, plans: Any, people: Any, at_work: None) -> None:
    # 2024: Taiyuan 20, Linfen (40 + 60) / 2 = 50. 38 x 2 = 76, in proportion 21.71 and 54.29: 22 and 54.
    division = actions.divide(
        people["province"], air["140000"], plans["140000"].targets.get(indicator="pm2_5")
    )
    with pytest.raises(LantianError, match="2023"):
        actions.by_baseline(people["province"], division, 2023)
    actions.by_baseline(people["province"], division, 2024)
    assert [int(row.value) for row in division.allotments.all()] == [22, 54]
    assert [row.basis for row in division.allotments.all()] == [
        "2024: 20 微克/立方米",
        "2024: 50 微克/立方米",
    ]
    assert rules.check(division).missing == 0


def test_households_by_a_table_with_a_bad_row(
    plans: Any, people: Any, province: Any, at_work: None, signed_in: Any
) -> None:
    quantity = plans["141000"].tasks.get().quantities.get(unit="户")
    division = actions.divide(people["linfen"], province["141000"], quantity)
    assert {row.region.code for row in division.allotments.all()} == {"141002", "141024"}
    text = "地区,基数\n尧都区,5\n洪洞县,4\n某某县,3\n尧都区,9\n"
    upload = SimpleUploadedFile("基数.csv", text.encode())
    client = signed_in(people["linfen"])
    answer = client.post(
        f"/targets/divisions/{division.pk}/fill/", {"method": "table", "file": upload}, follow=True
    )
    told = answer.content.decode()
    assert "某某县" in told and "两次" in told
    # 28242 x 5/9 = 15690, x 4/9 = 12552
    assert [int(row.value) for row in division.allotments.all()] == [15690, 12552]
    short = SimpleUploadedFile("目标.csv", "地区,目标值\n尧都区,15000\n洪洞县,13000\n".encode())
    client.post(f"/targets/divisions/{division.pk}/fill/", {"method": "table", "file": short})
    division.refresh_from_db()
    assert "还差242" in rules.check_words(division, rules.check(division))


def test_one_city_divides_what_was_allotted_to_it(divided: Any, people: Any, province: Any) -> None:
    issue(people, divided)
    linfen = part(divided, "141000")
    below = actions.divide(people["linfen"], province["141000"], linfen)
    assert (below.over, below.value, rules.is_estimate(below)) == (linfen, 42, True)
    assert "估计" in rules.rule_words(below)
    moved = actions.same_for_all(people["linfen"], below, D(42))
    assert (moved, rules.check(below).missing) == (2, 0)
    with pytest.raises(PermissionDenied):
        actions.same_for_all(people["taiyuan"], below, D(10))
    with pytest.raises(LantianError):
        actions.same_for_all(people["linfen"], below, D("42.123"))


def test_two_people_cannot_both_win(divided: Any, people: Any, province: Any) -> None:
    seen = part(divided, "141000").version
    key = province["141000"].pk
    actions.assign(people["province"], divided, {key: D(41)}, versions={key: seen})
    with pytest.raises(LantianError):
        actions.assign(people["province"], divided, {key: D(40)}, versions={key: seen})
    assert part(divided, "141000").value == 41


def test_siblings_see_nothing_of_each_other(
    divided: Any, people: Any, scope_doors: Any, signed_in: Any
) -> None:
    actions.assign(people["province"], divided, {part(divided, "141000").region_id: D("41.7")}, reason="x")
    actions.assign(people["province"], divided, {part(divided, "140100").region_id: D("34.3")}, reason="x")
    # Nobody below sees a value before its letter.
    for name in ("linfen", "taiyuan"):
        client = signed_in(people[name])
        for door in (
            "/targets/", f"/targets/divisions/{divided.pk}/", f"/api/divisions/{divided.pk}",
            f"/targets/divisions/{divided.pk}/export.xlsx", "/api/divisions",
        ):  # fmt: skip
            answer = client.get(door)
            assert answer.status_code == 200
            assert b"41.7" not in answer.content and b"34.3" not in answer.content, door
    letter = issue(people, divided)
    row = part(divided, "141000")
    scope_doors(
        thing=row,
        secret="41.7",
        inside=people["linfen"],
        outside=people["taiyuan"],
        lists=[
            "/targets/", f"/targets/divisions/{divided.pk}/", f"/targets/letters/{letter.pk}/",
            f"/api/divisions/{divided.pk}", "/api/divisions", f"/api/target-letters/{letter.pk}",
            "/api/target-letters",
        ],
    )  # fmt: skip
    assert signed_in(people["taiyuan"]).get(f"/targets/letters/{letter.pk}/paper/").status_code == 404
    assert signed_in(people["taiyuan"]).get(f"/targets/letters/{letter.pk}/paper/141000/").status_code == 404
    own = signed_in(people["taiyuan"]).get(f"/targets/letters/{letter.pk}/paper/140100/")
    assert own.status_code == 200
    text = _text(own.content)
    assert "34.3" in text and "41.7" not in text and "太原市" in text
    whole = _text(signed_in(people["province"]).get(f"/targets/letters/{letter.pk}/paper/").content)
    assert "34.3" in whole and "41.7" in whole


def test_counties_of_another_city_see_neither_division_nor_letter(
    divided: Any, people: Any, scope_doors: Any, province: Any
) -> None:
    letter = issue(people, divided)
    below = actions.divide(people["linfen"], province["141000"], part(divided, "141000"))
    actions.same_for_all(people["linfen"], below, D("41.9"))
    second = letters.issue(
        people["linfen"], province["141000"], list(rules.ready(province["141000"])), title="临汾分解函甲"
    )
    scope_doors(
        thing=below,
        secret="41.9",
        inside=people["yaodu"],
        outside=people["xiaodian"],
        pages=[f"/targets/divisions/{below.pk}/", f"/api/divisions/{below.pk}"],
    )
    scope_doors(
        thing=second,
        secret="临汾分解函甲",
        inside=people["yaodu"],
        outside=people["xiaodian"],
        pages=[
            f"/targets/letters/{second.pk}/", f"/targets/letters/{second.pk}/history/",
            f"/targets/letters/{second.pk}/paper/141002/", f"/api/target-letters/{second.pk}",
        ],
        lists=["/targets/letters/", "/api/target-letters"],
    )  # fmt: skip
    assert not letter.lines.model.objects.visible_to(people["yaodu"]).filter(letter=letter).exists()


def _text(content: bytes) -> str:
    from docx import Document

    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(line.text for line in document.paragraphs), *cells])


def test_forms_answer_in_one_line(divided: Any, people: Any, signed_in: Any) -> None:
    client = signed_in(people["province"])
    fill = f"/targets/divisions/{divided.pk}/fill/"
    for sent in (
        {"method": "same", "value": "很多"},
        {"method": "table"},
        {"method": "baseline", "year": "1"},
    ):
        answer = client.post(fill, sent, follow=True)
        assert answer.status_code == 200
        assert "lt-notice-error" in answer.content.decode()
    assert signed_in(people["linfen"]).post(fill, {"method": "same", "value": "1"}).status_code == 403
    rows = {f"value-{row.pk}": "37.5" for row in divided.allotments.all()}
    client.post(fill, {"method": "hand", **rows})
    assert {row.value for row in divided.allotments.all()} == {D("37.5")}
    form = {"region": "140000", "division": [divided.pk], "title": "函"}
    answer = client.post("/targets/letters/new/", form, follow=True)
    assert "已发" in answer.content.decode() or "第1号" in answer.content.decode()
    row = part(divided, "141000")
    county = signed_in(people["linfen"])
    page = county.get(f"/targets/divisions/{divided.pk}/").content.decode()
    assert f"/targets/allotments/{row.pk}/acknowledge/" in page
    assert f"/targets/allotments/{row.pk}/unassign/" not in page
    county.post(f"/targets/allotments/{row.pk}/acknowledge/", {"version": row.version})
    assert part(divided, "141000").state == State.ACKNOWLEDGED
