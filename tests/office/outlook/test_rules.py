"""Goals of plans as targets of the kernel, probabilities as words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ambient import Period
from lantian.office.outlook import rules
from lantian.office.plans.status import Goal

DAY = date(2025, 8, 31)
END = date(2025, 12, 31)


def nothing(_key: str, _past: Period) -> None:
    return None


def goal(indicator: str, comparator: str, value: str | None, **more: Any) -> Goal:
    return Goal(
        indicator, comparator, Decimal(value) if value else None, last_day=more.pop("by", END), **more
    )


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        (goal("pm2_5", "<=", "44", unit="微克/立方米"), "<=44"),
        (goal("pm25", "<", "44"), "<44"),
        (goal("good_days_ratio", "=", "77", unit="%"), ">=77"),
        (goal("heavy_days", "=", "3", unit="天"), "<=3"),
        (goal("o3", "<=", "160"), "<=160"),
        (goal("composite_rank", "exit_bottom", "10", unit="位", pool="全国168个重点城市"), "exit-last-10"),
        (goal("composite_rank", "<=", "3", pool="全省11个城市"), "<=3"),
    ],
)
def test_a_goal_becomes_a_target(asked: Goal, text: str) -> None:
    found = rules.asked_of(asked, DAY, nothing, 0)
    assert found.target is not None and found.target.text == text
    assert found.target.period == Period.year(2025)


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (goal("coal_consumption", "<=", "3"), "not_air"),
        (goal("aqi", "<=", "100"), "not_air"),
        (goal("pm2_5", "<=", "44", by=None), "no_date"),
        (goal("pm2_5", "<=", "44", by=date(2026, 12, 31)), "year_ahead"),
        (goal("pm2_5", "<=", "44", by=date(2024, 12, 31)), "year_over"),
        (goal("pm2_5", "<=", None), "no_value"),
        (goal("pm2_5", "<=", "44", unit="毫克/立方米"), "unit"),
        (goal("pm2_5", "improve", "3"), "comparator"),
        (goal("pm2_5", "decrease", "3", unit="%"), "no_baseline"),
        (goal("pm2_5", "decrease", "3", unit="微克/立方米", baseline="2020"), "unit"),
        (goal("pm2_5", "decrease", "3", unit="%", baseline="2020"), "no_baseline_figure"),
        (goal("composite_rank", "exit_bottom", "10"), "no_pool"),
        (goal("composite_rank", "improve", "2", pool="全省11个城市"), "comparator"),
    ],
)
def test_why_there_is_no_outlook(asked: Goal, why: str) -> None:
    found = rules.asked_of(asked, DAY, nothing, 0)
    assert (found.target, found.why) == (None, why)


def test_a_goal_within_the_year_speaks_of_its_own_days() -> None:
    found = rules.asked_of(goal("pm2_5", "<=", "44", by=date(2025, 10, 31)), DAY, nothing, 0)
    assert found.target is not None
    assert (found.target.period.first, found.target.period.last) == (date(2025, 1, 1), date(2025, 10, 31))


@given(base=st.integers(200, 900), wanted=st.integers(0, 300), decimals=st.sampled_from([0, 1]))
def test_a_change_is_the_last_value_that_attains(base: int, wanted: int, decimals: int) -> None:
    """Beside `plans.status`: the change rounded to one decimal, half to even, reaches what is asked."""
    before, percent = Decimal(base) / 10, Decimal(wanted) / 10
    asked = goal("pm2_5", "decrease", str(percent), unit="%", baseline="2020年")
    found = rules.asked_of(asked, DAY, lambda _key, _past: before, decimals)
    if percent == 0:
        percent = Decimal(0)
    assert found.target is not None and found.target.value is not None

    def attains(value: Decimal) -> bool:
        change = (1 - Fraction(value) / Fraction(before)) * 100
        return Decimal(round((Fraction(percent) - change) * 10)) / 10 <= 0

    step = Decimal(1).scaleb(-decimals)
    assert attains(found.target.value)
    assert not attains(found.target.value + step)


def test_a_change_without_a_value_is_any_fall() -> None:
    asked = goal("pm2_5", "decrease", None, baseline="2024")
    found = rules.asked_of(asked, DAY, lambda _key, _past: Decimal(45), 0)
    assert found.target is not None and found.target.text == "<45"


def test_the_baseline_is_the_same_days_of_its_year() -> None:
    asked: list[Period] = []

    def before(_key: str, past: Period) -> Decimal:
        asked.append(past)
        return Decimal(45)

    rules.asked_of(goal("pm2_5", "decrease", "3", unit="%", baseline="2024"), DAY, before, 0)
    by = date(2025, 10, 31)
    rules.asked_of(goal("pm2_5", "decrease", "3", unit="%", baseline="2024", by=by), DAY, before, 0)
    assert asked == [Period.year(2024), Period(date(2024, 1, 1), date(2024, 10, 31))]
    leap = Period(date(2024, 1, 1), date(2024, 2, 29))
    assert rules.in_year(leap, 2023) == Period(date(2023, 1, 1), date(2023, 2, 28))


@pytest.mark.parametrize(
    ("probability", "decided", "word"),
    [
        (1.0, True, "attained"),
        (0.0, False, "missed"),
        (0.66, None, "on_track"),
        (0.6599, None, "open"),
        (0.33, None, "open"),
        (0.3299, None, "unlikely"),
        (None, None, "unknown"),
    ],
)
def test_verdicts(probability: float | None, decided: bool | None, word: str, office_data: Any) -> None:
    own: Any = SimpleNamespace(probability=probability, decided=decided)
    assert rules.verdict(own) == word
    assert rules.verdict(None) == "unknown"


def test_an_office_may_word_probabilities_in_its_own_way(office_data: Any) -> None:
    from lantian.office.monitoring import kernel

    (office_data / "rules").mkdir()
    (office_data / "rules" / "words.yaml").write_text(
        """about: our own words
sources:
  own: {document: {zh: 本局规定, en: our rule}, clause: {zh: 一, en: one}, verified: true}
replace:
  office.outlook.verdict:
    - {value: {on_track: 90, unlikely: 10}, unit: percent, source: own}
""",
        encoding="utf-8",
    )
    kernel._rules.cache_clear()
    try:
        assert rules.thresholds() == (90, 10)
    finally:
        kernel._rules.cache_clear()


@pytest.mark.parametrize(
    ("probability", "text"),
    [(None, ""), (0.0, "0"), (1.0, "100"), (0.0003, "<1"), (0.0099, "<1"), (0.01, "1"), (0.624, "62"),
     (0.99, "99"), (0.9901, ">99"), (0.9999, ">99")],
)  # fmt: skip
def test_a_probability_is_certain_only_when_it_is(probability: float | None, text: str) -> None:
    assert rules.percent(probability) == text
