"""Scored checks: totals by hand, one finding for all failed items, a new kind without code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from lantian.errors import LantianError
from lantian.office.findings.models import Finding
from lantian.office.findings.special.checks import actions, declaring
from lantian.office.findings.special.checks.actions import NewCheck
from lantian.office.findings.special.checks.models import Check, CheckAnswer, CheckFile
from lantian.office.frame import clock

NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)
DAY = date(2026, 5, 20)
GOOD = dict.fromkeys(("fence", "cover", "wash", "harden", "wet", "closed"), "yes")
JPEG = b"\xff\xd8\xff\xe0 photo \xff\xd9"


@pytest.fixture
def done(province: dict[str, Any]) -> Callable[..., Check]:
    def make(actor: Any = None, **more: Any) -> Check:
        told = {
            "kind": "six_items",
            "region": province["141002"],
            "place": "滨河西路工地",
            "checked_on": DAY,
            "answers": GOOD,
        }
        with clock.at(NOON):
            return actions.record_check(actor, NewCheck(**(told | more)))

    return make


def test_all_six_pass_and_open_nothing(done: Any) -> None:
    check = done()
    assert (check.score, check.passed, check.finding) == (Decimal("100.0"), True, None)


def test_failed_items_open_one_finding_that_names_them(done: Any) -> None:
    check = done(answers=GOOD | {"cover": "no", "wet": "no"})
    assert check.score == Decimal("65.0") and check.passed is False
    finding = Finding.objects.get()
    assert finding == check.finding and finding.kind == "dust"
    assert (
        "物料堆放覆盖" in finding.words and "拆迁和土方湿法作业" in finding.words and "65.0" in finding.words
    )


def test_what_does_not_apply_leaves_the_sum(done: Any) -> None:
    check = done(answers=GOOD | {"wet": "", "cover": "no"})
    assert check.score == Decimal("76.5")  # 65 of 85: 76.47
    assert CheckAnswer.objects.get(done=check, item="wet").failed is None


@given(st.lists(st.sampled_from(["yes", "no", ""]), min_size=6, max_size=6))
def test_the_total_agrees_with_fractions(answers: list[str]) -> None:
    kind = declaring.kind_of("six_items", DAY)
    given_answers = dict(zip((item.code for item in kind.items), answers, strict=True))
    result = declaring.judge(kind, given_answers)
    applied = [
        (item.weight, answer == "yes") for item, answer in zip(kind.items, answers, strict=True) if answer
    ]
    if not applied:
        assert result.score is None and result.passed is None
        return
    exact = 100 * Fraction(sum(w for w, ok in applied if ok)) / Fraction(sum(w for w, _ok in applied))
    tenths = exact * 10
    floor, rest = divmod(tenths.numerator, tenths.denominator)
    half = Fraction(rest, tenths.denominator)
    up = half > Fraction(1, 2) or (half == Fraction(1, 2) and floor % 2 == 1)
    assert result.score == Decimal(floor + up) / 10
    assert result.passed == (exact >= 100)


@pytest.mark.parametrize(
    ("kind", "answers", "failed"),
    [
        ("three_zero", {"sale": "0", "storage": "0", "use": "0"}, set()),
        ("three_zero", {"sale": "0.5", "storage": "0", "use": "2"}, {"sale", "use"}),
        ("fume", {"installed": "yes", "running": "yes", "cleaned": "90", "measured": "2.0"}, set()),
        (
            "fume",
            {"installed": "yes", "running": "no", "cleaned": "91", "measured": "2.01"},
            {"running", "cleaned", "measured"},
        ),
        ("odour", {"smelt": "yes", "collected": "yes", "measured": ""}, {"smelt"}),
    ],
)
def test_the_other_kinds(done: Any, kind: str, answers: dict[str, str], failed: set[str]) -> None:
    check = done(kind=kind, answers=answers)
    assert set(check.answers.filter(failed=True).values_list("item", flat=True)) == failed
    assert (check.finding is not None) == bool(failed)
    if failed:
        kinds = {"three_zero": "bulk_coal", "fume": "catering", "odour": "odour"}
        assert check.finding.kind == kinds[kind]


@pytest.mark.parametrize(
    "wrong",
    [
        {"answers": {}},
        {"answers": GOOD | {"roof": "yes"}},
        {"answers": GOOD | {"wet": "maybe"}},
        {"kind": "nothing"},
        {"checked_on": date(2026, 5, 21)},
        {"place": ""},
        {"kind": "fume", "answers": {"measured": "-1"}},
        {"kind": "fume", "answers": {"measured": "NaN"}},
    ],
)
def test_bad_input_is_refused_whole(done: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(LantianError):
        done(**wrong)
    assert not Check.objects.exists() and not Finding.objects.exists()


def test_a_form_sent_twice_is_one_check(done: Any, person: Any) -> None:
    form, officer = uuid4(), person("in", "141002")
    assert done(officer, form_id=form) == done(officer, form_id=form)
    with pytest.raises(LantianError):
        done(person("other", "141002"), form_id=form)


def test_a_new_kind_is_an_entry_of_the_office(office_data: Path, done: Any) -> None:
    """No code: a file in DATA/rules; the page, the score and the finding follow."""
    rules = office_data / "rules"
    rules.mkdir()
    (rules / "yard.yaml").write_text(
        """add:
  office.checks.yard:
    - value:
        label: {zh: 料场检查, en: Yard}
        finding: yard
        pass: 80
        items:
          roof: {zh: 料棚密闭, en: roof closed, kind: yes_no, weight: 75, fails: "no"}
          spray:
            zh: 喷淋设施数
            en: sprays
            kind: number
            unit: {zh: 台, en: pcs}
            weight: 25
            fails: below
            limit: 2
      unit: "1"
      document: {zh: 本地办法, en: local rule}
      clause: {zh: 一, en: "1"}
      verified: true
""",
        encoding="utf-8",
    )
    assert "yard" in declaring.codes()
    check = done(kind="yard", answers={"roof": "yes", "spray": "1"})
    assert (check.score, check.passed, check.finding.kind) == (Decimal("75.0"), False, "yard")
    assert check.kind_label == "料场检查" and "喷淋设施数 1 台" in check.finding.words


def test_a_wrong_declaration_is_named(office_data: Path) -> None:
    rules = office_data / "rules"
    rules.mkdir()
    (rules / "bad.yaml").write_text(
        """add:
  office.checks.bad:
    - value:
        label: {zh: 甲, en: A}
        finding: dust
        pass: 100
        items: {x: {zh: 乙, en: B, kind: number, weight: 1, fails: above}}
      unit: "1"
      document: {zh: 甲, en: A}
      clause: {zh: 一, en: "1"}
      verified: true
""",
        encoding="utf-8",
    )
    with pytest.raises(LantianError, match="x"):
        declaring.kind_of("bad", DAY)


def test_scope(done: Any, person: Any, scope_doors: Any) -> None:
    inside, outside = person("in", "141002"), person("out", "141024")
    with pytest.raises(PermissionDenied):
        done(outside)
    made = done(inside, photos={"wet": [SimpleUploadedFile("a.jpg", JPEG)]})
    scope_doors(
        thing=made,
        secret="滨河西路工地",
        inside=inside,
        outside=outside,
        pages=[f"/checks/{made.pk}/", f"/api/checks/{made.pk}"],
        lists=["/checks/", "/checks/?q=滨河", "/api/checks"],
    )
    file = CheckFile.objects.get()
    scope_doors(
        thing=file, secret="photo", inside=inside, outside=outside, pages=[f"/checks/files/{file.pk}/"]
    )
    assert not CheckAnswer.objects.visible_to(outside).exists()


def test_the_page_and_its_reasons(person: Any, signed_in: Any, province: Any) -> None:
    browser = signed_in(person("in", "141002"))
    assert browser.get("/checks/new/nothing/").status_code == 404
    form = {
        "region": province["141002"].pk,
        "place": "某饭店",
        "checked_on": "2026-05-20",
        "form_id": str(uuid4()),
        "item-installed": "yes",
        "item-running": "no",
        "item-measured": "2.6",
    }
    with clock.at(NOON):
        assert "油烟排放浓度" in browser.get("/checks/new/fume/").content.decode()
        answer = browser.post("/checks/new/fume/", form)
        again = browser.post("/checks/new/fume/", form)
    assert answer.status_code == 302 and again["Location"] == answer["Location"]
    page = browser.get(answer["Location"]).content.decode()
    assert "31.2" in page and "≤ 2" in page and "不适用" in page  # 25 of 80: 31.25 to the even tenth
    assert "某饭店" in str(browser.get("/checks/").content.decode())
    assert browser.get("/checks/export.xlsx").status_code == 200
