"""The lowest indicator decides: by hand for three industries, and as properties of every industry."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.errors import LantianError
from lantian.office.grading.definition import (
    CHOICE,
    FLAG,
    LOWER,
    Definition,
    Indicator,
    covered,
    definition,
    industry_grade_set,
    scale_on,
)
from lantian.office.grading.judging import judge, read_answer
from lantian.rulebook import RuleError, load

OLD, NEW = date(2025, 6, 1), date(2026, 6, 1)
LINFEN, ELSEWHERE = ("140000", "141000", "141002"), ("140000", "140500", "140524")

# What each industry answers when it is as good as it can be; written out by hand from the tables.
BEST = {
    "eq_catalogue": "encouraged", "eq_energy": "clean", "tr_dust": "membrane", "tr_running": "yes",
    "em_pm": "5", "em_so2": "10", "em_nox": "40", "em_share": "99.5", "fu_storage": "closed",
    "fu_conveying": "yes", "fu_roads": "yes", "fu_visible": "yes", "mo_capture": "98", "mo_records": "24",
    "mo_video": "yes", "ma_papers": "yes", "ma_ledger": "yes", "ma_staff": "yes", "tp_trucks": "100",
    "tp_machines": "100", "su_gate": "yes", "su_video": "12", "su_ledger": "24", "su_upload": "96",
}  # fmt: skip
COKING = BEST | {
    "eq_quenching": "yes", "em_nmhc": "60", "em_charging": "8", "em_nh3": "5", "fu_second": "yes",
    "tp_clean": "85", "tp_new_energy": "100",
}  # fmt: skip
PRINTING = BEST | {
    "eq_materials": "100", "tr_voc": "burn", "em_nmhc": "20", "em_removal": "92", "fu_nmhc": "3",
    "fu_collect": "yes",
}  # fmt: skip


def code(industry: str, answers: dict[str, str], on: date = OLD, regions: tuple[str, ...] = ELSEWHERE) -> Any:
    grade = judge(definition(load(), industry, regions, on), answers).grade
    return grade.code if grade else None


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({}, "A"),
        ({"eq_quenching": "no"}, "B"),  # only A asks for dry quenching
        ({"tp_clean": "79.9"}, "B"),
        ({"tp_clean": "80"}, "A"),
        ({"em_pm": "10.1"}, "C"),  # A and B 10, C 15
        ({"em_pm": "15.1"}, "D"),
        ({"em_nox": "150", "em_so2": "30"}, "A"),  # every grade from C asks the same
        ({"em_nox": "151"}, "D"),
        ({"em_nh3": "na"}, "A"),  # no denitrification with ammonia
        ({"em_nh3": "8.1"}, "C"),
        ({"su_gate": "no"}, "C"),  # B− and better must have a gate
        ({"eq_catalogue": "eliminated"}, "D"),
        ({"ma_ledger": ""}, "D"),  # what is not answered is not met
        ({"eq_quenching": "no", "em_pm": "12", "ma_papers": "no"}, "D"),  # the lowest of B, C, D
    ],
)
def test_a_coking_plant_by_hand(changed: dict[str, str], grade: str) -> None:
    assert code("coking", COKING | changed) == grade


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({}, "A"),
        ({"em_pm": "15"}, "B-"),  # A and B 10, B− 20, C 30
        ({"em_pm": "25"}, "C"),
        ({"em_nox": "150"}, "B"),
        ({"su_video": "11"}, "C"),  # B− asks for 12 months
        ({"tp_trucks": "70"}, "B"),
        ({"tp_trucks": "69.9"}, "B-"),  # B− is not named: it asks what C asks, 50
        ({"tp_trucks": "49.9"}, "D"),
    ],
)
def test_a_lime_kiln_by_hand(changed: dict[str, str], grade: str) -> None:
    answers = {key: value for key, value in BEST.items() if key != "eq_energy"}
    assert code("lime", answers | changed) == grade


@pytest.mark.parametrize(
    ("changed", "grade"),
    [
        ({}, "A"),
        ({"tr_voc": "concentrate"}, "A"),
        ({"tr_voc": "carbon"}, "C"),
        ({"tr_voc": "weak"}, "D"),
        ({"eq_materials": "60"}, "B"),
        ({"em_nmhc": "35"}, "B"),
        ({"fu_nmhc": "8"}, "C"),
        ({"em_so2": "9999"}, "A"),  # a printer is not asked for SO₂
    ],
)
def test_a_printer_by_hand(changed: dict[str, str], grade: str) -> None:
    assert code("printing", PRINTING | changed) == grade


def test_what_a_city_asks_in_addition_counts_there_only() -> None:
    short = COKING | {"tp_new_energy": "90"}
    assert code("coking", short, regions=LINFEN) == "B"
    assert code("coking", short, regions=ELSEWHERE) == "A"
    assert code("coking", COKING, regions=LINFEN) == "A"


def test_leading_or_not_and_the_set_without_a_floor() -> None:
    answers = BEST | {"tp_clean": "80"}
    assert code("steel_short", answers) == "leading"
    assert code("steel_short", answers | {"tp_clean": "79"}) == "non_leading"
    assert code("ferro_alloy", BEST, NEW) == "A"
    assert code("ferro_alloy", BEST | {"ma_papers": "no"}, NEW) is None, "a simple industry has no D"


def test_the_best_grade_of_2026_is_picked_not_computed() -> None:
    assert [grade.code for grade in scale_on(load(), OLD).grades] == [
        "A", "leading", "B", "B-", "C", "non_leading", "D",
    ]  # fmt: skip
    assert [grade.code for grade in scale_on(load(), NEW).grades] == ["A+", "A", "B", "C", "D"]
    assert scale_on(load(), date(2025, 12, 31)).code == "y2020"
    assert scale_on(load(), date(2026, 1, 1)).code == "y2026"
    assert code("coking", COKING, NEW) == "A"


def test_what_is_lacking_is_named() -> None:
    judged = judge(
        definition(load(), "coking", ELSEWHERE, OLD), COKING | {"em_pm": "12", "eq_quenching": "no"}
    )
    assert judged.grade is not None and judged.grade.code == "C"
    assert [one.indicator.code for one in judged.holding] == ["em_pm"]
    assert {grade.code: {one.indicator.code for one in rows} for grade, rows in judged.steps()} == {
        "B": {"em_pm"},
        "A": {"em_pm", "eq_quenching"},
    }


def test_every_industry_has_a_set_and_every_dimension() -> None:
    for on in (OLD, NEW):
        for industry in covered(load(), on):
            found = definition(load(), industry, LINFEN, on)
            assert len({one.dimension for one in found.indicators}) == 8, industry
            assert found.grades == industry_grade_set(load(), industry, on)
            assert Definition.of(found.as_dict()) == found
            assert all(one.note["zh"] and one.note["en"] for one in found.indicators if not one.verified)


ALL = {
    (industry, on): definition(load(), industry, LINFEN, on)
    for industry in ("steel_long", "coking", "printing", "lime", "steel_short", "ferro_alloy")
    for on in (OLD, NEW)
}


def answer_of(indicator: Indicator) -> st.SearchStrategy[str]:
    if indicator.kind == FLAG:
        return st.sampled_from(["yes", "no", ""])
    if indicator.kind == CHOICE:
        return st.sampled_from([option[0] for option in indicator.options])
    lines = [Decimal(value) for value in indicator.at.values()]
    near = [*lines, *(line + Decimal("0.1") for line in lines), *(line - Decimal("0.1") for line in lines)]
    return st.sampled_from([str(value) for value in near])


@st.composite
def answered(draw: st.DrawFn) -> tuple[Definition, dict[str, str]]:
    found = ALL[draw(st.sampled_from(sorted(ALL)))]
    return found, {one.code: draw(answer_of(one)) for one in found.indicators}


def better(indicator: Indicator, answer: str) -> str:
    if indicator.kind == FLAG:
        return "yes"
    if indicator.kind == CHOICE:
        return indicator.options[0][0]
    return "0" if indicator.better == LOWER else str(Decimal(answer) + 1000)


@settings(max_examples=150, deadline=None)
@given(answered())
def test_the_lowest_decides(made: tuple[Definition, dict[str, str]]) -> None:
    """The grade is the worst of those each indicator allows alone; nobody who meets it is denied it."""
    found, answers = made
    judged = judge(found, answers)
    alone = [one.grade for one in judged.rows]
    if any(grade is None for grade in alone):
        assert judged.grade is None
    else:
        assert judged.grade is not None
        assert judged.grade.rank == max(grade.rank for grade in alone if grade is not None)


@settings(max_examples=150, deadline=None)
@given(answered(), st.data())
def test_a_better_answer_never_lowers_a_grade(
    made: tuple[Definition, dict[str, str]], data: st.DataObject
) -> None:
    found, answers = made
    before = judge(found, answers)
    one = data.draw(st.sampled_from(found.indicators))
    after = judge(found, {**answers, one.code: better(one, answers[one.code])})
    rank = 99 if before.grade is None else before.grade.rank
    assert (99 if after.grade is None else after.grade.rank) <= rank
    if before.better is not None:
        # Mending all that holds it down gives the next grade or a better one.
        mended = {row.indicator.code: better(row.indicator, row.answer or "0") for row in before.holding}
        assert judge(found, {**answers, **mended}).grade.rank <= before.better.rank


@pytest.mark.parametrize(
    ("name", "text"),
    [("em_pm", "ten"), ("em_pm", "-1"), ("em_pm", "NaN"), ("em_pm", "1e30"), ("em_share", "101"),
     ("tr_running", "maybe"), ("fu_storage", "shut"), ("em_pm", "na")],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused(name: str, text: str) -> None:
    indicator = next(one for one in ALL["coking", OLD].indicators if one.code == name)
    with pytest.raises(LantianError):
        read_answer(indicator, text)


def own(tmp_path: Path, body: str) -> Any:
    file = tmp_path / "ours.yaml"
    file.write_text(body, encoding="utf-8")
    return load([file])


ENTRY = """
      unit: mg/m³
      document: 本市文件
      clause: 一
      verified: true
"""


def test_an_office_replaces_an_indicator_by_data(tmp_path: Path) -> None:
    book = own(
        tmp_path,
        "replace:\n  grading.industry.coking.em_pm:\n    - value: {dimension: emission, "
        "title: {zh: 烟囱, en: stack}, kind: number, better: lower, at: {A: 4, C: 15}}" + ENTRY,
    )
    found = definition(book, "coking", ELSEWHERE, OLD)
    judged = judge(found, COKING)
    assert judged.grade is not None and judged.grade.code == "B"
    assert next(one for one in found.indicators if one.code == "em_pm").verified


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("{dimension: smell, title: {zh: 甲, en: a}, kind: flag, at: {A: true}}", "dimension"),
        ("{dimension: emission, title: {zh: 甲, en: a}, kind: numbr, at: {A: 1}}", "kind"),
        ("{dimension: emission, title: {zh: 甲, en: a}, kind: number, at: {A: 1}}", "better"),
        ("{dimension: emission, title: {zh: 甲}, kind: flag, at: {A: true}}", "title"),
        ("{dimension: emission, title: {zh: 甲, en: a}, kind: flag, at: {E: true}}", "no scale has"),
        ("{dimension: emission, title: {zh: 甲, en: a}, kind: flag, at: {A: 3}}", "no flag"),
        ("{dimension: emission, title: {zh: 甲, en: a}, kind: number, better: lower, at: {A: 20, B: 10}}",
         "asks less than"),
        ("{dimension: emission, title: {zh: 甲, en: a}, kind: flag, att: {A: true}}", "unknown key"),
        ("{dimension: emission, title: {zh: 甲, en: a}, kind: flag}", "at"),
    ],
)  # fmt: skip
def test_a_wrong_indicator_is_one_line_with_its_place(tmp_path: Path, value: str, told: str) -> None:
    book = own(tmp_path, f"add:\n  grading.industry.coking.em_new:\n    - value: {value}{ENTRY}")
    with pytest.raises(RuleError) as caught:
        definition(book, "coking", ELSEWHERE, OLD)
    assert told in str(caught.value) and "ours.yaml line" in str(caught.value)
    assert "\n" not in caught.value.line


def test_an_industry_that_is_not_graded_is_refused() -> None:
    with pytest.raises(RuleError, match="not graded"):
        definition(load(), "power", ELSEWHERE, OLD)
