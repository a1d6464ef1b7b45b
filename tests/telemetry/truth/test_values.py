"""Screens of the values themselves, on a plant made by hand: forgeries found, temptations left alone."""

from __future__ import annotations

import numpy as np
import pytest

SO2, NOX, DUST, O2, FLOW = "a21026", "a21002", "a34013", "a19001", "a00000"
VALUES = (
    "frozen",
    "low_variance",
    "perfect_o2",
    "clipped",
    "copied_day",
    "last_digits",
    "dilution",
    "averaging",
)


@pytest.mark.parametrize("seed", range(3))
def test_an_honest_plant_is_left_alone_by_every_screen(plant, seed):
    from lantian.telemetry.truth import screen_all

    scores = screen_all(plant(seed=seed).case())
    assert [score.code for score in scores if score.flagged] == []
    assert {score.code for score in scores if score.score is None} == {"mirrored"}
    assert all(score.score is None or 0 <= score.score < 0.5 for score in scores)


@pytest.mark.parametrize("code", VALUES)
def test_nothing_sent_is_unknown_and_never_zero(plant, ask, code):
    one = plant()
    for array in one.values.values():
        array[:] = np.nan
    score = ask(code, one)
    assert score.score is None
    assert not score.flagged
    assert score.said.text("zh") != score.said.text("en") != ""


# -- frozen -------------------------------------------------------------------------------------------


def test_a_value_that_stands_still_is_found_with_its_hours(plant, ask):
    one = plant()
    one.values[NOX][1000:1030] = 37.46
    score = ask("frozen", one)
    assert score.flagged
    assert score.measure == pytest.approx(5, abs=0.2)
    since, until = score.when[0]
    assert (until - since).total_seconds() == 5 * 3600
    assert score.evidence[0].values[NOX] == 37.46
    assert "氮氧化物" in score.said.text("zh")


@pytest.mark.parametrize("mark", ["C", "M", "D", "F"])
def test_a_held_value_that_is_marked_is_no_forgery(plant, ask, mark):
    one = plant()
    one.values[NOX][1000:1060] = 37.46
    one.marks[NOX][1000:1060] = mark
    assert not ask("frozen", one).flagged


def test_gas_without_sulphur_and_a_stopped_plant_may_stand_still(plant, ask):
    one = plant()
    one.values[SO2][:] = 0.0
    one.stop(500, 900)
    one.stop(1500, 1700, marked=False)  # nobody pressed the button; oxygen is that of air
    assert not ask("frozen", one).flagged


def test_dust_told_to_one_decimal_repeats_by_itself(plant, ask):
    one = plant()
    one.values[DUST] = np.round(2.4 + 0.06 * np.random.default_rng(5).standard_normal(one.n), 1)
    assert not ask("frozen", one).flagged


# -- low variance -------------------------------------------------------------------------------------


def test_a_channel_smoothed_for_two_days_is_found(plant, ask):
    one = plant()
    part = slice(800, 1100)
    one.values[NOX][part] = 36 + 0.05 * (one.values[NOX][part] - 36)
    one.zs[NOX] = one.values[NOX]
    score = ask("low_variance", one)
    assert score.flagged
    assert score.measure > 4
    assert any(since < one.case().minutes.times()[950] < until for since, until in score.when)


def test_base_load_is_calm_all_month_and_no_forgery(plant, ask):
    one = plant()
    rng = np.random.default_rng(9)
    one.values[NOX] = 36 * (1 + 0.012 * rng.standard_normal(one.n))
    assert not ask("low_variance", one).flagged


def test_coarse_decimals_near_the_detection_limit_do_not_count(plant, ask):
    one = plant()
    one.values[SO2] = np.round(np.abs(0.4 * np.random.default_rng(3).standard_normal(one.n)), 1)
    one.values[SO2][1000:1200] = 0.1
    assert not ask("low_variance", one).flagged


# -- oxygen -------------------------------------------------------------------------------------------


def test_oxygen_held_flat_is_found(plant, ask):
    one = plant()
    rng = np.random.default_rng(2)
    one.values[O2][600:900] = 5.2 + 0.01 * rng.standard_normal(300)
    score = ask("perfect_o2", one)
    assert score.flagged
    assert score.said.key.endswith("still")


def test_oxygen_that_follows_the_pollutant_is_found(plant, ask):
    one = plant()
    one.values[NOX] *= 1.35
    needed = 21 - one.values[NOX] * 15 / 46  # converts to 46 whenever it would be more
    told = np.minimum(one.values[O2], needed)
    one.values[O2] = np.where(np.arange(one.n) > 700, told, one.values[O2])
    score = ask("perfect_o2", one)
    assert score.flagged
    assert score.picture is not None
    assert len(score.picture.panels) == 2


def test_air_that_leaks_in_dilutes_everything_and_is_no_forgery(plant, ask):
    one = plant()
    rng = np.random.default_rng(4)
    leak = 1 + 0.06 * np.abs(np.convolve(rng.standard_normal(one.n), np.ones(6) / 6, "same"))
    one.values[O2] = 21 - (21 - one.values[O2]) / leak
    for code in (SO2, NOX, DUST):
        one.values[code] = one.values[code] / leak
    assert not ask("perfect_o2", one).flagged


# -- clipped ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scatter", [0.0005, 0.01])
def test_values_cut_under_the_limit_are_found(plant, ask, scatter):
    one = plant()
    rng = np.random.default_rng(7)
    zs = 46 * np.exp(0.12 * rng.standard_normal(one.n))
    one.zs[NOX] = np.where(zs > 49, 49 - scatter * 50 * np.abs(rng.standard_normal(one.n)), zs)
    score = ask("clipped", one)
    assert score.flagged
    assert score.evidence[0].values["edge"] == pytest.approx(49, abs=0.5)


@pytest.mark.parametrize(("level", "spread"), [(45, 2.0), (47, 3.0), (40, 6.0)])
def test_a_plant_that_steers_below_its_limit_is_not(plant, ask, level, spread):
    one = plant()
    rng = np.random.default_rng(8)
    kept = np.convolve(rng.standard_normal(one.n + 5), np.ones(6) / 6**0.5, "valid")
    one.zs[NOX] = level + spread * kept
    assert not ask("clipped", one).flagged


def test_what_the_analyser_marks_over_its_range_is_its_own_word(plant, ask):
    one = plant()
    rng = np.random.default_rng(8)
    true = 120 + 20 * rng.standard_normal(one.n)
    one.limits = {SO2: 35.0, DUST: 10.0}
    one.values[NOX] = np.minimum(true, 150.0)
    one.marks[NOX][true > 150] = "T"
    assert not ask("clipped", one).flagged


# -- copies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lag", "noise", "factor"), [(144, 0, 1), (3 * 144, 0.002, 1), (144, 0.001, 1.02), (1000, 0, 1)]
)
def test_a_day_played_again_is_found_wherever_it_comes_from(plant, ask, lag, noise, factor):
    one = plant()
    rng = np.random.default_rng(6)
    part = np.arange(1440, 1440 + 120)
    copied = one.values[NOX][part - lag] * factor * (1 + noise * rng.standard_normal(len(part)))
    one.values[NOX][part] = copied
    score = ask("copied_day", one)
    assert score.flagged
    assert score.when[0][0] < one.case().minutes.times()[1500] < score.when[-1][1]


def test_a_process_that_runs_by_the_clock_does_not_copy_itself(plant, ask):
    one = plant()
    cycle = np.tile(np.repeat([1.0, 1.25, 0.9, 1.1], 3), one.n // 12)
    for code in (SO2, NOX, DUST, FLOW):
        one.values[code] = one.values[code] * cycle
    assert not ask("copied_day", one).flagged


def test_zeros_and_coarse_repeats_are_no_copy(plant, ask):
    one = plant()
    one.values[SO2] = np.round(0.2 * np.random.default_rng(1).random(one.n), 1)
    one.stop(300, 700)
    assert not ask("copied_day", one).flagged


# -- others -------------------------------------------------------------------------------------------


def test_hours_sent_lower_than_their_minutes_are_found(plant, ask):
    one = plant()
    one.hour_factor = 0.93
    score = ask("averaging", one)
    assert score.flagged
    row = score.evidence[0].values
    assert row["sent"] == pytest.approx(0.93 * row["mean_of_minutes"], abs=0.02)


def test_made_up_last_digits_are_found(plant, ask):
    one = plant()
    rng = np.random.default_rng(1)
    digits = rng.choice([0, 5, 2, 8, 3], one.n)
    one.values[NOX] = np.floor(one.values[NOX] * 10) / 10 + digits / 100
    assert ask("last_digits", one).flagged


def test_the_steps_of_a_coarse_analyser_are_not_made_up(plant, ask):
    one = plant()
    rng = np.random.default_rng(1)
    for grain in (0.15, 0.25):
        one.values[NOX] = np.round(np.round((36 + 2 * rng.standard_normal(one.n)) / grain) * grain, 1)
        assert not ask("last_digits", one).flagged


def test_chi_squared_of_nine_degrees():
    from lantian.telemetry.truth.last_digits import chi_tail_9

    # Tables: 16.919 at 5 %, 21.666 at 1 %, 27.877 at 0.1 %.
    for chi, tail in ((16.919, 0.05), (21.666, 0.01), (27.877, 0.001)):
        assert chi_tail_9(chi) == pytest.approx(tail, rel=1e-3)


def test_all_pollutants_falling_at_once_with_more_oxygen_is_dilution(plant, ask):
    one = plant(converts=False)
    half = one.n // 2
    for code in (SO2, NOX, DUST):
        one.values[code][half:] *= 0.6
    one.values[O2][half:] = 21 - (21 - one.values[O2][half:]) * 0.6
    score = ask("dilution", one)
    assert score.flagged
    assert score.measure == pytest.approx(0.4, abs=0.1)


def test_one_pollutant_falling_is_better_treatment(plant, ask):
    one = plant(converts=False)
    one.values[NOX][one.n // 2 :] *= 0.6
    assert not ask("dilution", one).flagged
