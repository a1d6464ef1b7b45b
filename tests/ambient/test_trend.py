"""Trends: the standard's formula by hand, its table, and what ties do."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ambient import Period, Years, find_trends, spearman
from lantian.ambient.trend import summary
from lantian.lake import Lake

from .day_stores import day_store

OLD = "gb3095-2012"
CRITICAL = {
    5: "0.900", 6: "0.829", 7: "0.714", 8: "0.643", 9: "0.600", 10: "0.564", 12: "0.506", 14: "0.456",
    16: "0.425", 18: "0.399", 20: "0.377",
}  # fmt: skip


@given(st.permutations(range(12)), st.integers(5, 12))
def test_the_formula_on_distinct_values(order: list[int], n: int) -> None:
    values = order[:n]
    ranks = [sum(other <= value for other in values) for value in values]
    squares = sum((rank - at) ** 2 for at, rank in enumerate(ranks, 1))
    oracle = 1 - Fraction(6 * squares, n**3 - n)
    found = spearman(values, regime=OLD)
    assert found.r == oracle
    assert found.printed == found.corrected
    assert not found.ties
    needed = Fraction(CRITICAL[n if n in CRITICAL else n - 1])
    assert found.critical == Decimal(CRITICAL[n if n in CRITICAL else n - 1])
    expected = "no_clear_trend" if abs(oracle) < needed else "rising" if oracle > 0 else "falling"
    assert found.direction == expected


def test_a_coefficient_at_the_critical_value_counts() -> None:
    found = spearman([1, 3, 2, 4, 5], regime=OLD)
    assert (found.r, found.critical, found.direction) == (Fraction(9, 10), Decimal("0.900"), "rising")
    assert spearman([1, 3, 2, 5, 4], regime=OLD).direction == "no_clear_trend"


@pytest.mark.parametrize(("n", "row"), [(11, 10), (13, 12), (15, 14), (19, 18), (20, 20)])
def test_between_rows_the_stricter_one_holds(n: int, row: int) -> None:
    found = spearman(list(range(n)), regime=OLD)
    assert (found.taken_from, found.critical) == (row, Decimal(CRITICAL[row]))


def test_what_is_not_judged() -> None:
    few = spearman([1, 2, 3, 4], regime=OLD)
    assert (few.r, few.direction, few.why) == (None, None, "too_few_periods")
    many = spearman(list(range(21)), regime=OLD)
    assert (many.r, many.direction, many.why) == (1, None, "no_critical_value")
    gap = spearman([1, 2, None, 4, 5, 6], regime=OLD)
    assert (gap.r, gap.direction, gap.why) == (None, None, "no_value")


def test_a_constant_series_has_no_trend_whatever_the_formula_says() -> None:
    found = spearman([3] * 16, regime=OLD)
    assert (found.r, found.corrected, found.ties) == (Fraction(1, 2), None, True)
    assert found.r >= Fraction(CRITICAL[16])
    assert found.direction == "no_clear_trend"


def test_ties_pull_the_formula_up_and_a_fall_is_not_called_a_rise() -> None:
    found = spearman([2, *[1] * 19], regime=OLD)
    assert found.r is not None and found.r > 0
    assert found.corrected is not None and found.corrected < 0
    assert found.direction == "no_clear_trend"
    assert not any(rule.verified for rule in found.rules)


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    root: Path = tmp_path_factory.mktemp("trend") / "air"
    rows = {
        ("甲", year): {"pm2_5": 60 - 2 * (year - 2016), "pm10": 100, "so2": 20 + (year % 2)}
        for year in range(2016, 2022)
    }
    rows |= {("乙", year): {"pm2_5": 40} for year in range(2018, 2022)}
    return day_store(root, rows)


def test_trends_of_places(lake: Lake) -> None:
    found = find_trends(lake, Years.parse("2016..2021").periods())
    assert (found.regime, [row.place for row in found.rows]) == (OLD, ["乙", "甲"])
    young, old = found.rows
    assert old.trends["pm2_5"].direction == "falling"
    assert old.values["pm2_5"] == [Decimal(value) for value in (60, 58, 56, 54, 52, 50)]
    assert old.trends["composite_index"].direction == "falling"
    assert old.trends["pm10"].direction == "no_clear_trend"
    assert old.trends["pm10"].ties
    assert young.trends["pm2_5"].why == "no_value"
    assert summary(found)["pm2_5"] == {"falling": 1, "no_value": 1}
    paths = {rule.path for rule in found.rules}
    assert {"ambient.trend.critical", "ambient.trend.inputs", "ambient.limits.pm2_5.year.grade_2"} <= paths


def test_the_same_month_of_several_years(lake: Lake) -> None:
    months = [Period.parse(f"{year}-03") for year in range(2016, 2022)]
    found = find_trends(lake, list(reversed(months)), places=["甲"])
    assert found.periods == months
    assert found.rows[0].trends["pm2_5"].direction == "falling"
