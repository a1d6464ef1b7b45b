"""Where targets stand, by table: every reason, every comparator, every indicator family."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.office.plans.status import REASONS, Goal, Reading, judge, pool_size, same_unit
from lantian.office.plans.terms import Standing

D = Decimal
JUNE = date(2024, 6, 30)
AFTER = date(2025, 2, 1)


class Air:
    """A region whose figures are given by (indicator, year, month of the last day)."""

    def __init__(
        self, figures: dict[tuple[str, int, int], Reading] | None = None,
        first: date = date(2020, 1, 1), last: date = date(2025, 1, 31),
    ) -> None:  # fmt: skip
        self.figures, self.first, self.last = figures or {}, first, last
        self.asked: list[tuple[str, date, date, date]] = []

    def span(self) -> tuple[date, date] | None:
        return self.first, self.last

    def value(self, indicator: str, first: date, last: date, regime_day: date) -> Reading | None:
        self.asked.append((indicator, first, last, regime_day))
        return self.figures.get((indicator, last.year, last.month))


YEAR = date(2024, 12, 31)
PM = Goal("pm2_5", "<=", D(44), "微克/立方米", "", YEAR)
GOOD, HEAVY = "good_days_ratio", "heavy_days_ratio"
INDEX = Goal("composite_index", "<=", D("4.80"), "", "", YEAR)
RANK = Goal("composite_rank", "exit_bottom", D(10), "位", "", YEAR, "全国168个重点城市")
TOP_20 = replace(RANK, comparator="<=", value=D(20), pool="全省117县(市、区)")


def ug(value: str) -> Reading:
    return Reading(D(value), "µg/m³", "/explain/x")


@pytest.mark.parametrize(
    ("goal", "on", "reading", "code", "gap"),
    [
        (PM, JUNE, ug("43"), "on_track", "-1"),
        (PM, JUNE, ug("44"), "on_track", "0"),
        (PM, JUNE, ug("46"), "at_risk", "2"),
        (PM, AFTER, ug("44"), "achieved", "0"),
        (PM, AFTER, ug("44.1"), "missed", "0.1"),
        (replace(PM, comparator="<"), AFTER, ug("44"), "missed", "1"),
        (replace(PM, comparator="="), AFTER, ug("43"), "achieved", "-1"),
        (replace(PM, unit=""), AFTER, ug("43"), "achieved", "-1"),
        (Goal(GOOD, ">=", D("75.5"), "%", "", YEAR), AFTER, Reading(D("75.4"), "%"), "missed", "0.1"),
        (Goal(GOOD, "=", D(75), "%", "", YEAR), AFTER, Reading(D("76"), "%"), "achieved", "-1"),
        (Goal(HEAVY, "<=", D("1.2"), "%", "", YEAR), JUNE, Reading(D("1.6"), "%"), "at_risk", "0.4"),
        # heavy days add up: over the year's allowance in June is missed in June, ahead of the pace is at risk
        (Goal("heavy_days", "<=", D(8), "天", "", YEAR), JUNE, Reading(D(9), "天"), "missed", "1"),
        (Goal("heavy_days", "<=", D(8), "天", "", YEAR), JUNE, Reading(D(5), "天"), "at_risk", "-3"),
        (Goal("heavy_days", "<=", D(8), "天", "", YEAR), JUNE, Reading(D(3), "天"), "on_track", "-5"),
        (Goal("good_days", ">=", D(280), "天", "", YEAR), JUNE, Reading(D(141), "天"), "on_track", "139"),
        (Goal("good_days", ">=", D(280), "天", "", YEAR), JUNE, Reading(D(130), "天"), "at_risk", "150"),
        (INDEX, AFTER, Reading(D("4.81"), ""), "missed", "0.01"),
        (RANK, JUNE, Reading(D(158), "", pool=168), "on_track", "0"),
        (RANK, JUNE, Reading(D(159), "", pool=168), "at_risk", "1"),
        (RANK, AFTER, Reading(D(168), "", pool=168), "missed", "10"),
        (TOP_20, AFTER, Reading(D(20), "", pool=117), "achieved", "0"),
    ],
)  # fmt: skip
def test_held_against_the_year(goal: Goal, on: date, reading: Reading, code: str, gap: str) -> None:
    month = 6 if on == JUNE else 12
    status = judge(goal, on, Air({(goal.indicator, 2024, month): reading}))
    assert (status.code, status.gap, status.reason) == (code, D(gap), "")
    assert status.met == (D(gap) <= 0)
    assert status.first == date(2024, 1, 1)
    assert status.last == (JUNE if on == JUNE else date(2024, 12, 31))


FORTY = Air({("pm2_5", 2024, 6): ug("40")})
NINTH = Air({("composite_rank", 2024, 6): Reading(D(9), "", pool=11)})
FALL = replace(PM, comparator="decrease", value=D(3), unit="%")


@pytest.mark.parametrize(
    ("goal", "on", "air", "reason"),
    [
        (replace(PM, indicator="nev_share"), JUNE, Air(), "register"),
        (replace(PM, indicator="other:散煤"), JUNE, Air(), "register"),
        (PM, JUNE, Air(), "no_data"),
        (PM, date(2019, 6, 1), Air(), "no_data"),
        (replace(PM, last_day=None), JUNE, Air(), "no_date"),
        (replace(PM, value=None), JUNE, FORTY, "no_value"),
        (PM, date(2023, 6, 1), Air(), "year_ahead"),
        (PM, AFTER, Air(last=date(2023, 5, 31)), "year_outside_data"),
        (PM, AFTER, Air(last=date(2024, 5, 31)), "year_incomplete"),
        (PM, JUNE, Air(first=date(2024, 2, 1)), "year_incomplete"),
        (PM, JUNE, Air({("pm2_5", 2024, 6): Reading(None, "µg/m³")}), "invalid"),
        (replace(PM, unit="毫克/立方米"), JUNE, FORTY, "unit"),
        (replace(PM, comparator="improve"), JUNE, FORTY, "comparator"),
        (RANK, JUNE, NINTH, "pool"),
        (replace(RANK, pool=""), JUNE, NINTH, "no_pool"),
        (replace(RANK, comparator="improve", value=None), JUNE, NINTH, "no_value"),
        (FALL, JUNE, FORTY, "no_baseline"),
        (replace(FALL, baseline="2015"), JUNE, FORTY, "baseline_outside_data"),
    ],
)  # fmt: skip
def test_not_computable_says_why(goal: Goal, on: date, air: Air, reason: str) -> None:
    status = judge(goal, on, air)
    assert (status.code, status.reason) == (Standing.NOT_COMPUTABLE, reason)
    assert status.words
    assert "%(" not in status.words


def test_no_reading_of_a_region_without_data() -> None:
    class Nothing(Air):
        def span(self) -> None:
            return None

    assert judge(PM, JUNE, Nothing()).reason == "no_data"


def test_a_target_out_of_the_datas_years_still_shows_the_newest_year() -> None:
    air = Air({("pm2_5", 2019, 12): ug("60")}, date(2018, 3, 1), date(2019, 12, 31))
    status = judge(PM, date(2026, 11, 22), air)
    assert (status.code, status.reason, status.gap) == (Standing.NOT_COMPUTABLE, "year_outside_data", D(16))
    assert (status.first, status.last) == (date(2019, 1, 1), date(2019, 12, 31))
    assert "2018-03-01" in status.words and "2019-12-31" in status.words


@pytest.mark.parametrize(
    ("comparator", "value", "sides", "on", "stands"),
    [
        ("decrease", "10", ("45", "50"), JUNE, ("on_track", "0.0")),
        ("decrease", "10", ("46", "50"), JUNE, ("at_risk", "2.0")),
        ("decrease", "10", ("46", "50"), AFTER, ("missed", "2.0")),
        ("increase", "5", ("78", "75"), AFTER, ("missed", "1.0")),
        ("increase", "4", ("78", "75"), AFTER, ("achieved", "0.0")),
        ("decrease", None, ("49", "50"), AFTER, ("achieved", "-2.0")),
        ("decrease", None, ("50", "50"), AFTER, ("missed", "0.1")),
        ("decrease", None, ("50", "49.99"), AFTER, ("missed", "0.1")),
        ("decrease", None, ("49.99", "50"), AFTER, ("achieved", "-0.1")),
    ],
)
def test_change_against_the_same_days_of_the_baseline_year(
    comparator: str, value: str | None, sides: tuple[str, str], on: date, stands: tuple[str, str]
) -> None:
    (now, before), (code, gap) = sides, stands
    month = 6 if on == JUNE else 12
    goal = Goal(
        "pm2_5", comparator, D(value) if value else None, "%" if value else "", "2020", date(2024, 12, 31)
    )
    air = Air({("pm2_5", 2024, month): ug(now), ("pm2_5", 2020, month): ug(before)})
    status = judge(goal, on, air)
    assert (status.code, status.gap) == (code, D(gap))
    assert status.baseline == ug(before)
    last = JUNE if on == JUNE else date(2024, 12, 31)
    assert air.asked[-1] == (
        "pm2_5",
        date(2020, 1, 1),
        last.replace(year=2020),
        last,
    )  # the regime of the target's year


def test_a_leap_day_has_its_like_in_the_baseline_year() -> None:
    goal = Goal("pm2_5", "decrease", D(1), "%", "2021", date(2024, 2, 29))
    air = Air({("pm2_5", 2024, 2): ug("40"), ("pm2_5", 2021, 2): ug("50")})
    assert judge(goal, AFTER, air).code == Standing.ACHIEVED
    assert air.asked[-1][2] == date(2021, 2, 28)


@given(
    value=st.integers(1, 2000), limit=st.integers(1, 2000), days=st.integers(0, 700),
)  # fmt: skip
def test_the_gap_is_the_exact_difference_and_decides(value: int, limit: int, days: int) -> None:
    reading = Reading(D(value) / 10, "µg/m³")
    on = date(2024, 1, 1) + timedelta(days=days)
    air = Air({("pm2_5", 2024, m): reading for m in range(1, 13)}, last=date(2026, 12, 31))
    status = judge(replace(PM, value=D(limit) / 10), on, air)
    assert status.gap is not None
    assert Fraction(status.gap) == Fraction(value - limit, 10)
    over = on > date(2024, 12, 31)
    good = value <= limit
    expected = ("achieved" if good else "missed") if over else ("on_track" if good else "at_risk")
    assert status.code == expected


@pytest.mark.parametrize(
    ("words", "size"),
    [
        ("168城市", 168), ("全国168个重点城市", 168), ("全省117县(市、区)", 117), ("", None),
        ("后10位", None),
        ("2024、2025年度市区空气质量综合指数均退出168城市后10位", 168),
    ],
)  # fmt: skip
def test_pool_size(words: str, size: int | None) -> None:
    assert pool_size(words) == size


def test_units_are_compared_by_meaning() -> None:
    assert same_unit("微克/立方米", "µg/m³")
    assert same_unit("天", "days")
    assert not same_unit("毫克/立方米", "µg/m³")


def test_every_reason_can_be_said() -> None:
    for reason, words in REASONS.items():
        assert str(words), reason
