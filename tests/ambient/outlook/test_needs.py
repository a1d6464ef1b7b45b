"""What the remaining days must bring, against counting with decimals."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ambient import Period
from lantian.ambient.outlook import Target, outlook
from lantian.ambient.outlook.needs import mean_bound

from .conftest import Made

R2012 = "gb3095-2012"


@given(
    st.integers(0, 4000), st.integers(1, 80), st.sampled_from(["<=", "<", ">=", ">"]), st.integers(0, 1),
    st.integers(0, 1),
)  # fmt: skip
def test_the_edge_of_a_mean_is_where_its_rounding_turns(
    tenths: int, value: int, comparator: str, half: int, decimals: int
) -> None:
    bound = Decimal(value) + Decimal(half) / 2
    target = Target("pm2_5", comparator, bound, Period.year(2025))
    mean = Fraction(tenths, 20 * 10**decimals)
    shown = (Decimal(mean.numerator) / mean.denominator).quantize(
        Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN
    )
    edge, reaches = mean_bound(target, decimals)
    below = comparator in ("<=", "<")
    attains = (mean < edge if below else mean > edge) or (mean == edge and reaches)
    assert attains == target.met(shown)


@pytest.mark.parametrize("value", [48, 55, 57, 64])
@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2024, 9, 30), date(2024, 12, 30)])
def test_the_mean_to_hold_just_attains(made: Made, value: int, day: date) -> None:
    days = made(range(2021, 2025))
    for place in ("地00", "地04"):
        row = days.places.index(place)
        start, end = days.column(date(2024, 1, 1)), days.column(day)
        known = [int(each) for each in days.values[row, 3, start : end + 1]]
        found = outlook(
            days, Target.parse("pm2_5", f"<={value}", "2024"), place, as_of_day=day, regime=R2012, paths=20
        )
        remaining = found.days_remaining
        need = found.needs.mean
        assert need is not None
        assert remaining == 366 - len(known)
        for held, attains in ((need, True), (need + Decimal("0.1"), False)):
            mean = (Decimal(sum(known)) + held * remaining) / 366
            assert (mean.quantize(Decimal(1), ROUND_HALF_EVEN) <= value) == attains
        if need > 0:
            total = sum((month.mean or 0) * month.days for month in found.needs.months)
            # Months are cut to the safe side too: together a little less than the whole.
            assert need - Decimal("0.25") <= total / remaining <= need
            assert [month.days for month in found.needs.months][1:] == [
                {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}.get(int(month.month[5:]), 31)
                for month in found.needs.months[1:]
            ]


def percentile(values: list[int], percent: int) -> Fraction:
    ordered = sorted(values)
    k = Fraction((len(ordered) - 1) * percent, 100)
    low = ordered[int(k)]
    high = ordered[min(int(k) + 1, len(ordered) - 1)]
    return low + (high - low) * (k - int(k))


@pytest.mark.parametrize(("item", "row", "percent", "scale"), [("o3_8h", 5, 90, 1), ("co", 4, 95, 10)])
def test_days_above_that_may_still_come(made: Made, item: str, row: int, percent: int, scale: int) -> None:
    days = made(range(2021, 2025))
    for day in (date(2024, 3, 31), date(2024, 8, 31)):
        start, end = days.column(date(2024, 1, 1)), days.column(day)
        known = [int(each) for each in days.values[0, row, start : end + 1]]
        value = sorted(known)[len(known) * percent // 100] + 1
        target = Target("o3_8h" if item == "o3_8h" else "co", "<=", Decimal(value) / scale, Period.year(2024))
        found = outlook(days, target, "地00", as_of_day=day, regime=R2012, paths=20)
        may = found.needs.days
        assert may is not None
        assert may >= 0
        rest = 366 - len(known)
        with_may = known + [9999] * may + [0] * (rest - may)
        assert percentile(with_may, percent) <= value
        assert percentile(known + [9999] * (may + 2) + [0] * (rest - may - 2), percent) > value


def test_days_counted(made: Made) -> None:
    days = made(range(2021, 2025))
    day = date(2024, 8, 31)
    cut = slice(days.column(date(2024, 1, 1)), days.column(day) + 1)
    good, heavy = int(days.values[0, 6, cut].sum()), int(days.values[0, 7, cut].sum())

    def needed(indicator: str, text: str) -> int | None:
        target = Target.parse(indicator, text, "2024")
        return outlook(days, target, "地00", as_of_day=day, regime=R2012, paths=20).needs.days

    assert needed("good_days", f">={good + 40}") == 40
    assert needed("good_days", f">={good + 300}") == 300
    assert needed("good_days", f">={good - 3}") == 0
    assert needed("heavy_days", f"<={heavy + 6}") == 6
    assert needed("good_days", f"<={good - 2}") == -2
    share = Decimal(100 * (good + 17)) / 366
    assert needed("good_days_ratio", f">={share.quantize(Decimal('0.1'), ROUND_HALF_EVEN)}") == 17


def test_the_factor_makes_past_days_attain(made: Made) -> None:
    days = made(range(2023, 2025))
    day = date(2024, 5, 31)
    rest = slice(days.column(date(2023, 6, 1)), days.column(date(2023, 12, 31)) + 1)
    known = slice(days.column(date(2024, 1, 1)), days.column(day) + 1)
    past, sure = days.values[0, 3, rest], days.values[0, 3, known]
    usual = (sure.sum() + past.sum()) / 366
    target = Target.parse("pm2_5", f"<={round(usual * 0.9)}", "2024")
    factor = outlook(days, target, "地00", as_of_day=day, regime=R2012, paths=20).needs.factor
    assert factor is not None
    assert 0.5 < factor < 1
    for held, attains in ((float(factor), True), (float(factor) + 0.02, False)):
        mean = (sure.sum() + np.rint(past * held).sum()) / 366
        assert (round(mean) <= float(target.value or 0)) == attains
