"""The year's mass, the day it runs out, dual control."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.telemetry.judgement import Judgement, Tally, YearlyTotal, dual_control, total_state
from lantian.telemetry.judgement.dual import verdict
from lantian.telemetry.judgement.totals import median, percentile, theil_sen
from lantian.telemetry.validity import DayMass, Rules

FIRST = date(2026, 1, 1)
RULES = Rules()


def total(tonnes: str) -> YearlyTotal:
    return YearlyTotal("stack", "a21026", Decimal(tonnes), FIRST, date(2026, 12, 31), "permit")


def day(number: int, kg: float | None, *, none: int = 0, raw: int | None = None) -> DayMass:
    """A day of so many kg; None: stopped."""
    if kg is None:
        return DayMass(FIRST + timedelta(days=number), "a21026", Fraction(0), Fraction(0), {"stopped": 24})
    methods = {"measured": 24 - none, **({"none": none} if none else {})}
    mass = Fraction(kg)
    return DayMass(
        FIRST + timedelta(days=number), "a21026", mass if raw is None else Fraction(raw), mass, methods
    )


def state(values, tonnes: str, first: int = 0):
    days = [day(first + n, value) for n, value in enumerate(values)]
    return total_state(reversed(days), total(tonnes), days[-1].date, RULES)


def test_the_sum_by_hand():
    found = state([100] * 40, "10")
    assert (found.emitted_tonnes, found.left_tonnes, found.share, found.exceeded) == (
        Decimal("4.000"), Decimal("6.000"), Decimal("40.0"), False,
    )  # fmt: skip
    assert found.days == 40


def test_the_day_it_runs_out_at_a_steady_rate():
    forecast = state([100] * 40, "10").forecast  # 6000 kg left, 100 a day, on 9 February
    assert forecast.day == forecast.earliest == forecast.latest == date(2026, 2, 9) + timedelta(days=60)
    assert (forecast.state, forecast.per_day, forecast.trend, forecast.share) == ("runs_out", 100, 0, 1)
    assert forecast.running_days == 30


def test_a_day_begun_is_the_day_it_runs_out():
    assert state([100] * 40, "10.001").forecast.day == date(2026, 2, 9) + timedelta(days=61)


def test_a_total_that_lasts():
    forecast = state([100] * 40, "40").forecast
    assert forecast.state == "enough"
    assert forecast.day is not None
    assert forecast.day > date(2026, 12, 31)
    assert forecast.expected == 4000 + 100 * 325


def test_idle_days_stretch_the_rest():
    forecast = state([100, None] * 40, "10").forecast  # runs every other day, up to yesterday
    assert forecast.share == Fraction(30, 60)
    assert forecast.day == date(2026, 1, 1) + timedelta(days=79 + 120)


def test_a_plant_that_stands_still_is_idle():
    forecast = state([100] * 40 + [None] * 7, "10").forecast
    assert forecast.state == "idle"
    assert forecast.day == date(2026, 2, 16) + timedelta(days=60)  # should it start again tomorrow
    assert forecast.expected == 4000
    assert state([100] * 40 + [None] * 6, "10").forecast.state == "runs_out"


def test_after_a_restart_the_days_before_the_stop_still_speak():
    forecast = state([100] * 40 + [None] * 40 + [100] * 2, "10").forecast
    assert (forecast.running_days, forecast.share) == (30, Fraction(30, 70))


def test_one_wild_day_does_not_move_the_forecast():
    quiet = state([100] * 40, "20").forecast
    wild = state([100] * 30 + [5000] + [100] * 9, "24.9").forecast
    assert (wild.per_day, wild.trend) == (quiet.per_day, 0)
    assert wild.day == quiet.day


def test_a_trend_is_followed_up_to_the_high_days():
    forecast = state(range(100, 140), "20").forecast
    assert (forecast.trend, forecast.running_days) == (1, 30)
    assert forecast.per_day == percentile([Fraction(n) for n in range(110, 140)], Fraction(9, 10))
    assert forecast.earliest == forecast.day <= forecast.latest


@pytest.mark.parametrize(
    ("values", "told"), [([100] * 6, "unknown"), ([], "unknown"), ([None] * 50, "unknown")]
)
def test_too_few_running_days_make_no_forecast(values, told):
    days = [day(n, value) for n, value in enumerate(values)]
    found = total_state(days, total("10"), FIRST + timedelta(days=60), RULES)
    assert (found.forecast.state, found.forecast.day) == (told, None)


def test_a_total_that_is_used_up():
    found = state([300] * 40, "10")
    assert (found.exceeded, found.forecast.state, found.left_tonnes) == (True, "used_up", Decimal("-2.000"))
    assert state([250] * 40, "10").exceeded is False
    assert state([250] * 40, "10").forecast.state == "used_up"


def test_raw_and_unknown_hours_stand_beside():
    found = total_state([day(0, 100, raw=60), day(1, 100, none=3)], total("10"), date(2026, 1, 2), RULES)
    assert (found.raw_tonnes, found.emitted_tonnes, found.unknown_hours) == (
        Decimal("0.160"), Decimal("0.200"), 3,
    )  # fmt: skip


def test_days_outside_the_total_serve_the_trend_only():
    found = state([100] * 40, "10", first=-35)
    assert (found.days, found.emitted_tonnes, found.forecast.running_days) == (5, Decimal("0.500"), 30)


def test_a_total_of_nothing_has_no_share():
    found = state([100] * 10, "0")
    assert (found.share, found.exceeded) == (None, True)


def test_a_forecast_names_its_rules():
    step = state([100] * 40, "10").step
    paths = {rule.path for rule in step.every_rule()}
    assert {"telemetry.judgement.forecast", "telemetry.alarms.forecast"} <= paths


@given(st.lists(st.integers(1, 500), min_size=7, max_size=40), st.integers(1, 400))
def test_the_interval_holds_the_day(values, tonnes):
    forecast = state(values, str(tonnes)).forecast
    if forecast.day is not None and forecast.state != "used_up":
        assert forecast.earliest is not None
        assert forecast.earliest <= forecast.day
        assert forecast.latest is None or forecast.day <= forecast.latest


def test_robust_statistics_by_hand():
    numbers = [Fraction(n) for n in (1, 2, 3, 100)]
    assert median(numbers) == Fraction(5, 2)
    assert theil_sen([Fraction(0), Fraction(1), Fraction(2)], [Fraction(0), Fraction(2), Fraction(100)]) == 50
    assert percentile(numbers, Fraction(1, 2)) == Fraction(5, 2)
    assert percentile(numbers, Fraction(1)) == 100


# --- dual control


def judgement(
    *, rows=(), others=(), judged: int = 10, factor: str = "a21026", unlimited: int = 0
) -> Judgement:
    tallies = {"ultra_low": Tally(judged=judged)} if judged else {}
    return Judgement("stack", factor, "hour", tuple(rows), tuple(others), tallies, {}, unlimited)


@pytest.mark.parametrize(
    ("concentration", "mass", "told"),
    [
        ("exceeded", "exceeded", "both"), ("exceeded", "within", "concentration_only"),
        ("within", "exceeded", "mass_only"), ("approaching", "within", "warning"),
        ("within", "approaching", "warning"), ("within", "no_total", "good"),
        ("no_data", "no_total", "no_data"),
    ],
)  # fmt: skip
def test_both_states_make_one_judgement(concentration, mass, told):
    assert verdict(concentration, mass) == told


def test_the_worst_factor_and_the_worst_total_make_the_row():
    mass = [state([100] * 40, "40"), state([300] * 40, "10")]
    row = dual_control("stack", [judgement(), judgement(factor="a21002", judged=0, unlimited=3)], mass, RULES)
    assert (row.concentration, row.mass, row.verdict) == ("within", "exceeded", "mass_only")
    assert (row.concentration_factors, row.mass_factors) == (("a21026",), ("a21026",))


def test_an_outlet_without_anything():
    row = dual_control("stack", [], [], RULES)
    assert (row.concentration, row.mass, row.verdict) == ("no_data", "no_total", "no_data")
    assert dual_control("stack", [judgement(judged=0, unlimited=2)], [], RULES).concentration == "no_limit"


@pytest.mark.parametrize(("tonnes", "mass"), [("40", "within"), ("10", "approaching"), ("3.9", "exceeded")])
def test_a_total_that_runs_out_in_time_is_near(tonnes, mass):
    assert dual_control("stack", [], [state([100] * 40, tonnes)], RULES).mass == mass
