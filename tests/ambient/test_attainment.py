"""Attainment against loops over fractions, and the traps of the standards one by one."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from lantian.ambient import Period, evaluate_attainment
from lantian.errors import LantianError
from lantian.rulebook import load

from .day_stores import day_lake, day_store, year_days

OLD, TRANSITION, FINAL = "gb3095-2012", "gb3095-2026-transition", "gb3095-2026"
# Fact sheet 1.2: (grade 1, grade 2) per regime.
YEAR = {
    OLD: {"so2": (20, 60), "no2": (40, 40), "pm10": (40, 70), "pm2_5": (15, 35)},
    TRANSITION: {"so2": (20, 60), "no2": (40, 40), "pm10": (40, 60), "pm2_5": (15, 30)},
    FINAL: {"so2": (20, 20), "no2": (30, 30), "pm10": (20, 50), "pm2_5": (10, 25)},
}
DAY = {
    regime: {
        "so2": so2, "no2": no2, "pm10": pm10, "pm2_5": pm2_5, "co": (4, 4), "o3_8h": (100, 160),
    }
    for regime, so2, no2, pm10, pm2_5 in (
        (OLD, (50, 150), (80, 80), (50, 150), (35, 75)),
        (TRANSITION, (50, 150), (80, 80), (50, 120), (35, 60)),
        (FINAL, (50, 50), (50, 50), (50, 100), (25, 50)),
    )
}  # fmt: skip
PERCENT = {"so2": 98, "no2": 98, "pm10": 95, "pm2_5": 95, "co": 95, "o3_8h": 90}
YEAR_2019 = Period.parse("2019")


def half_even(value: Fraction, decimals: int) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


def percentile(values: list[Fraction], percent: int) -> Fraction:
    ordered = sorted(values)
    k = 1 + Fraction((len(ordered) - 1) * percent, 100)
    low = int(k)
    return ordered[low - 1] if low == k else ordered[low - 1] + (ordered[low] - ordered[low - 1]) * (k - low)


@pytest.mark.parametrize(("regime", "grade"), [(OLD, 2), (OLD, 1), (TRANSITION, 2), (FINAL, 2), (FINAL, 1)])
def test_random_years_against_loops(tmp_path: Path, regime: str, grade: int) -> None:
    dice = random.Random(f"{regime} {grade}")  # noqa: S311 - a fixed seed makes a test, not a secret
    days: dict[date, dict[str, float | None]] = {}
    for day in year_days(2019):
        values: dict[str, float | None] = {
            "so2": dice.randint(0, 60), "no2": dice.randint(0, 90), "pm10": dice.randint(10, 160),
            "pm2_5": dice.randint(5, 80), "co": dice.randint(1, 45) / 10, "o3_8h_max": dice.randint(20, 180),
        }  # fmt: skip
        if dice.random() < 0.1:
            values[dice.choice(list(values))] = None
        days[day] = values
    lake = day_lake(tmp_path / "air", [("甲", day, values) for day, values in days.items()])
    row = evaluate_attainment(lake, YEAR_2019, grade=grade, regime=regime).rows[0]

    series = {
        item: [Fraction(str(values[column])) for values in days.values() if values[column] is not None]
        for item, column in {**{i: i for i in YEAR[OLD]}, "co": "co", "o3_8h": "o3_8h_max"}.items()
    }
    for check in row.checks:
        own = series[check.item]
        mean = check.averaging == "year"
        exact = sum(own, Fraction(0)) / len(own) if mean else percentile(own, PERCENT[check.item])
        limit = (YEAR if mean else DAY)[regime][check.item][grade - 1]
        evaluated = half_even(exact, 1 if check.item == "co" else 0)
        printed = 1 if check.item == "co" or (check.item == "pm2_5" and regime != OLD) else 0
        assert check.statistic.unrounded == exact
        assert check.statistic.value == half_even(exact, printed)
        assert (check.evaluated, check.limit, check.attained) == (evaluated, limit, evaluated <= limit)
        over = half_even(Fraction(evaluated) / limit - 1, 2) if evaluated > limit else None
        assert check.multiple == over
    assert len(row.checks) == 10

    attained = exceeded = undecided = 0
    for values in days.values():
        named = {("o3_8h" if k == "o3_8h_max" else k): v for k, v in values.items()}
        above = any(v is not None and v > DAY[regime][k][grade - 1] for k, v in named.items())
        exceeded += above
        attained += not above and None not in named.values()
        undecided += not above and None in named.values()
    assert (row.days.attained, row.days.exceeded, row.days.undecided) == (attained, exceeded, undecided)
    assert row.rate == half_even(Fraction(100 * attained, attained + exceeded), 1)
    for item, own in series.items():
        limit = DAY[regime][item][grade - 1]
        assert row.days.by_item[item] == (len(own), sum(value > limit for value in own))


def test_printed_with_a_decimal_and_judged_without(tmp_path: Path) -> None:
    """PM2.5 of 30.4 is printed 30.4 and attains 30; 30.5 rounds to the even 30, 30.6 to 31."""
    for tenths, attains in ((4, True), (5, True), (6, False)):
        days = [
            ("甲", day, {"pm2_5": 31 if n % 10 < tenths else 30})
            for n, day in enumerate(year_days(2027)[:360])
        ]
        lake = day_lake(tmp_path / f"{tenths}", days)
        found = evaluate_attainment(lake, Period.parse("2027-01-01..2027-12-26"), variant="bulletin")
        assert found.regime == TRANSITION
        check = next(check for check in found.rows[0].checks if check.item == "pm2_5")
        assert (check.statistic.value, check.attained) == (Decimal(f"30.{tenths}"), attains)
        assert check.evaluated == (30 if attains else 31)


def test_an_item_needs_mean_and_percentile_but_a_bulletin_the_mean(tmp_path: Path) -> None:
    days = [("甲", day, {"pm2_5": 100 if n % 10 == 0 else 20}) for n, day in enumerate(year_days(2019))]
    lake = day_lake(tmp_path / "air", days)
    full = evaluate_attainment(lake, YEAR_2019).rows[0]
    assert (full.items["pm2_5"], full.attained, full.exceeding) == (False, False, ("pm2_5",))
    assert [check.attained for check in full.checks if check.item == "pm2_5"] == [True, False]
    bulletin = evaluate_attainment(lake, YEAR_2019, variant="bulletin")
    assert bulletin.rows[0].attained is True
    assert bulletin.attaining == 1
    assert len(bulletin.rows[0].checks) == 6


def test_good_by_aqi_and_not_attained_from_2031(tmp_path: Path) -> None:
    """HJ 633-2026 keeps 60 for PM2.5 and 150 for SO2; the final daily limits are 50 and 50."""
    lake = day_store(tmp_path / "air", {("甲", 2031): {"pm2_5": 55}, ("乙", 2031): {"so2": 51}})
    found = evaluate_attainment(lake, Period.parse("2031"))
    assert found.regime == FINAL
    for row in found.rows:
        assert (row.evaluation.good_days, row.days.attained, row.days.good_not_attained) == (365, 0, 365)
    before = evaluate_attainment(lake, Period.parse("2031"), regime=TRANSITION)
    assert [(row.days.attained, row.days.good_not_attained) for row in before.rows] == [(365, 0), (365, 0)]


def test_each_day_of_a_mixed_year_by_its_own_limits(tmp_path: Path) -> None:
    lake = day_store(tmp_path / "air", {("甲", 2026): {"pm2_5": 70}})
    row = evaluate_attainment(lake, Period.parse("2026")).rows[0]
    assert (row.days.attained, row.days.exceeded) == (59, 306)
    assert evaluate_attainment(lake, Period.parse("2026"), regime=OLD).rows[0].days.attained == 365


def test_too_few_days_are_named_and_the_figure_still_given(tmp_path: Path) -> None:
    february = [
        ("甲", day, {"so2": None} if day.month == 2 and day.day > 24 else {}) for day in year_days(2019)
    ]
    lake = day_lake(tmp_path / "air", february)
    row = evaluate_attainment(lake, YEAR_2019).rows[0]
    assert not row.valid
    assert row.why == {
        "so2 year": "too_few_days_in_month:2019-02", "so2 day": "too_few_days_in_month:2019-02",
    }  # fmt: skip
    assert row.attained is True


def test_an_item_without_a_value_leaves_it_open_unless_another_is_above(tmp_path: Path) -> None:
    days = year_days(2019)
    rows = [("甲", day, {"co": None}) for day in days] + [
        ("乙", day, {"co": None, "pm10": 90}) for day in days
    ]
    found = evaluate_attainment(day_lake(tmp_path / "air", rows), YEAR_2019)
    above, open_ = sorted(found.rows, key=lambda row: row.place == "甲")
    assert (open_.attained, open_.items["co"], open_.rate, open_.days.undecided) == (None, None, None, 365)
    assert (above.attained, above.exceeding) == (False, ("pm10",))


def test_days_may_be_judged_by_what_is_there(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "replace:\n  ambient.attainment.day.missing:\n"
        "    - {value: present, document: ours, clause: '1', verified: true}\n"
        "  ambient.attainment.multiple:\n"
        "    - {value: exact, document: ours, clause: '1', verified: true}\n",
        encoding="utf-8",
    )
    rows = [("甲", day, {"co": None, "pm2_5": 44 if day.day == 1 else 43}) for day in year_days(2019)]
    lake = day_lake(tmp_path / "air", rows)
    row = evaluate_attainment(lake, YEAR_2019, rulebook=load([own])).rows[0]
    assert (row.days.attained, row.days.undecided) == (365, 0)
    exact = Fraction(43 * 365 + 12, 365)
    check = next(check for check in row.checks if check.item == "pm2_5")
    assert check.multiple == half_even(exact / 35 - 1, 2)


def test_annual_limits_against_a_month_are_marked(tmp_path: Path) -> None:
    lake = day_store(tmp_path / "air", {("甲", 2019): {}})
    assert evaluate_attainment(lake, Period.parse("2019-06")).marks == ("not_a_year",)
    assert evaluate_attainment(lake, YEAR_2019).marks == ()


@pytest.mark.parametrize("wrong", [{"grade": 3}, {"variant": "half"}])
def test_an_unknown_grade_or_variant_is_told(tmp_path: Path, wrong: dict[str, object]) -> None:
    lake = day_lake(tmp_path / "air", [("甲", date(2019, 6, 1), {})])
    with pytest.raises(LantianError, match="grade 1 or 2"):
        evaluate_attainment(lake, YEAR_2019, **wrong)  # type: ignore[arg-type]  # the mistake is the test


def test_neither_the_order_of_days_nor_the_engine_matters(tmp_path: Path) -> None:
    dice = random.Random(7)  # noqa: S311 - as above
    rows = [("甲", date(2019, 1, 1) + timedelta(days=n), {"pm10": dice.randint(0, 300)}) for n in range(365)]
    one = evaluate_attainment(day_lake(tmp_path / "a", rows), YEAR_2019)
    dice.shuffle(rows)
    shuffled = day_lake(tmp_path / "b", rows)
    assert evaluate_attainment(shuffled, YEAR_2019).rows == one.rows
    assert evaluate_attainment(shuffled, YEAR_2019, engine="polars").rows == one.rows
