"""The arithmetic of division against fractions done by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.office.targets.declared import MEAN, NONE, SUM, WEIGHTED, held
from lantian.office.targets.dividing import AT_LEAST, AT_MOST, Part, apportion, check, direction_of, shares

D = Decimal


def test_28242_households_by_the_largest_remainder() -> None:
    # 28242 x 5/12 = 11767.5, x 4/12 = 9414, x 3/12 = 7060.5: one household is left, the earlier half gets it.
    parts = apportion(D(28242), {"yaodu": D(5), "hongtong": D(4), "xiangfen": D(3)}, 0)
    assert parts == {"yaodu": D(11768), "hongtong": D(9414), "xiangfen": D(7060)}


def test_a_mean_divided_by_the_base_year_falls_alike_for_all() -> None:
    # Base year 50, 40, 30 (mean 40); the parent asks for 36, ten per cent less: 45, 36, 27.
    assert shares(MEAN, D(36), {1: D(50), 2: D(40), 3: D(30)}, 0) == {1: D(45), 2: D(36), 3: D(27)}
    with pytest.raises(ValueError, match="proportion"):
        shares(WEIGHTED, D(36), {1: D(50)}, 0)


@given(
    st.decimals(0, 10**6, places=2),
    st.lists(st.decimals(0, 1000, places=1), min_size=1, max_size=12),
    st.integers(2, 4),
)
def test_parts_add_up_and_none_is_a_unit_off(total: Decimal, weights: list[Decimal], places: int) -> None:
    told = dict(enumerate(weights))
    if sum(weights) == 0:
        with pytest.raises(ValueError, match="above"):
            apportion(total, told, places)
        return
    parts = apportion(total, told, places)
    assert sum(map(Fraction, parts.values())) == Fraction(total)
    whole = sum(map(Fraction, weights))
    for key, part in parts.items():
        exact = Fraction(total) * Fraction(weights[key]) / whole
        assert abs(Fraction(part) - exact) < Fraction(1, 10**places)
        assert part >= 0


@pytest.mark.parametrize(
    ("rule", "goal", "parts", "reached", "missing"),
    [
        (SUM, (28242, AT_LEAST), [(12000, None), (16000, None)], Fraction(28000), Fraction(242)),
        (SUM, (28242, AT_LEAST), [(12242, None), (16000, None)], Fraction(28242), Fraction(0)),
        (MEAN, (44, AT_MOST), [(45, None), (44, None), (44, None)], Fraction(133, 3), Fraction(1, 3)),
        (MEAN, (44, AT_MOST), [(45, None), (43, None)], Fraction(44), Fraction(0)),
        # 80 % of 300 vehicles and 90 % of 100: 82.5 %, not 85
        (WEIGHTED, (85, AT_LEAST), [(80, 300), (90, 100)], Fraction(165, 2), Fraction(5, 2)),
        (WEIGHTED, (85, AT_LEAST), [(85, None), (85, None)], Fraction(85), Fraction(0)),
    ],
)
def test_what_the_parts_make(
    rule: str,
    goal: tuple[int, str],
    parts: list[tuple[int, int | None]],
    reached: Fraction,
    missing: Fraction,
) -> None:
    told = [Part(D(value), None if weight is None else D(weight)) for value, weight in parts]
    found = check(rule, D(goal[0]), goal[1], told)
    assert (found.reached, found.missing, found.pending) == (reached, missing, 0)
    assert found.fails == (missing > 0)


def test_what_cannot_be_checked_says_why() -> None:
    assert check(NONE, D(10), AT_MOST, [Part(D(1))]).why == "none"
    assert check(SUM, D(10), AT_LEAST, [Part(None), Part(None)]).why == "nothing"
    assert check(WEIGHTED, D(85), AT_LEAST, [Part(D(80)), Part(D(90))]).why == "weights"
    part = check(SUM, D(10), AT_LEAST, [Part(D(4)), Part(None)])
    assert (part.reached, part.pending, part.fails) == (4, 1, False)


@pytest.mark.parametrize(
    ("indicator", "unit", "comparator", "rule"),
    [
        ("pm2_5", "微克/立方米", "<=", MEAN),
        ("pm2_5", "%", "decrease", WEIGHTED),  # the mean of two falls is not the fall of the mean
        ("composite_rank", "位", "exit_bottom", NONE),
        ("composite_index", "位", "exit_bottom", NONE),
        ("clean_heating_households", "户", ">=", SUM),
        ("nev_share", "%", ">=", WEIGHTED),
        ("other:淘汰老旧车", "辆", ">=", SUM),
        ("other:煤炭", "万吨", "<=", SUM),
        ("other:覆盖率", "%", ">=", WEIGHTED),
    ],
)
def test_how_an_indicator_is_held(indicator: str, unit: str, comparator: str, rule: str) -> None:
    assert held(indicator, unit, comparator).rule == rule


def test_from_which_side_a_goal_is_reached() -> None:
    assert direction_of("<=", MEAN, higher_is_better=False) == AT_MOST
    assert direction_of("=", SUM, higher_is_better=False) == AT_LEAST
    assert direction_of("=", MEAN, higher_is_better=False) == AT_MOST
    assert direction_of("=", MEAN, higher_is_better=True) == AT_LEAST
    assert direction_of("decrease", WEIGHTED, higher_is_better=False) == AT_LEAST
