"""Screens of what stands beside the values: clock, marks, power, coal, parameters, other devices, silence."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from lantian.telemetry.truth import Change

SO2, NOX, DUST, O2, FLOW = "a21026", "a21002", "a34013", "a19001", "a00000"


# -- clock --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [-40, 25])
def test_a_clock_that_was_set_is_found_with_its_error(plant, ask, minutes):
    one = plant()
    one.delay[1000:1040] += minutes * 60
    one.gap[1000:1040] += minutes * 60
    score = ask("clock_jump", one)
    assert score.flagged
    assert score.measure == pytest.approx(abs(minutes), abs=0.2)
    assert score.evidence[0].values["clock_error_minutes"] == pytest.approx(-minutes, abs=0.2)


def test_a_clock_without_packet_numbers_shows_in_the_delay(plant, ask):
    one = plant()
    one.gap[:] = np.nan
    one.delay[1000:1040] -= 1800
    assert ask("clock_jump", one).flagged


def test_a_broken_line_made_up_for_is_no_wrong_clock(plant, ask):
    one = plant()
    # Silence for eight hours, then everything in three-second steps: fresh numbers, late data.
    one.delay[1000:1048] = 600 * np.arange(48, 0, -1) + 3 * np.arange(48)
    assert not ask("clock_jump", one).flagged
    # The same from a logger that sends what it queued with the old numbers.
    one.gap[1000:1048] = one.delay[1000:1048] - 604
    assert not ask("clock_jump", one).flagged


def test_a_slow_drift_put_right_is_no_jump(plant, ask):
    one = plant()
    one.gap += np.arange(one.n) % (5 * 144) / 144 * 20  # 20 s a day, put right every five days
    assert not ask("clock_jump", one).flagged


def test_data_times_beside_the_grid_are_found(plant, ask):
    one = plant()
    begin = one.case().minutes.start
    one.off_grid = tuple(begin + timedelta(minutes=10 * i + 3) for i in range(700, 715))
    score = ask("clock_jump", one)
    assert score.flagged
    assert score.when[0][0] >= begin + timedelta(minutes=7000)


def test_no_arrivals_is_unknown(plant, ask):
    from dataclasses import replace

    from lantian.telemetry.truth import screens

    case = replace(plant().case(), arrivals=None, power=None, coal=None, gate=None, condition=None)
    scores = {screen.code: screen.run(case) for screen in screens()}
    for code in ("clock_jump", "flow_without_power", "treatment_off", "mass_balance"):
        assert scores[code].score is None, code
        assert not scores[code].flagged


# -- calibration --------------------------------------------------------------------------------------


def mark(one, start: int, end: int, letter: str = "C") -> None:
    for code in (SO2, NOX, DUST, O2):
        one.marks[code][start:end] = letter


def test_calibration_whenever_the_limit_is_near_is_found(plant, ask):
    one = plant()
    rng = np.random.default_rng(3)
    peaks = rng.choice(np.arange(100, one.n - 100), 14, replace=False)
    for at in np.sort(peaks):
        one.values[NOX][at - 3 : at + 6] *= 1.3
        mark(one, at, at + 6)
    score = ask("calibration_abuse", one)
    assert score.flagged
    assert score.evidence[0].values["limit"] == 50


def test_daily_checks_and_blow_back_are_none_even_at_the_hour_of_the_peak(plant, ask):
    one = plant()
    for day in range(one.days):
        at = day * 144 + 40
        one.values[NOX][at - 6 : at + 6] *= 1.25
        mark(one, at, at + 3)
    for at in range(17, one.n, 36):
        mark(one, at, at + 1)
    assert not ask("calibration_abuse", one).flagged


def test_one_long_repair_is_none(plant, ask):
    one = plant()
    one.values[NOX][990:1000] *= 1.3
    mark(one, 1000, 1432, "M")
    assert not ask("calibration_abuse", one).flagged


# -- power --------------------------------------------------------------------------------------------


def test_gas_without_production_power_is_found(plant, ask):
    one = plant()
    one.production[800:860] = 60
    score = ask("flow_without_power", one)
    assert score.flagged
    assert score.measure == pytest.approx(10)
    assert score.evidence[0].values["production_kw"] == 60


def test_a_declared_stop_that_draws_power_is_found(plant, ask):
    one = plant()
    for letters in one.marks.values():
        letters[800:860] = "F"
    score = ask("flow_without_power", one)
    assert score.flagged
    assert score.evidence[0].why.key == "why.stop_with_power"


def test_a_stop_a_purge_and_a_meter_that_is_silent_are_none(plant, ask):
    one = plant()
    one.stop(500, 800)
    one.values[FLOW][500:520] = 90  # fans run on: air
    one.stop(1200, 1300, marked=False)
    one.production[1500:1600] = np.nan
    assert not ask("flow_without_power", one).flagged
    assert not ask("treatment_off", one).flagged


def test_batches_without_power_between_charges_are_none(plant, ask):
    one = plant()
    one.production *= np.tile(np.repeat([1.0, 0.05], [9, 3]), one.n // 12)
    assert not ask("flow_without_power", one).flagged


def test_production_without_treatment_is_found(plant, ask):
    one = plant()
    one.treatment[700:730] *= 0.1
    score = ask("treatment_off", one)
    assert score.flagged
    assert score.measure == pytest.approx(5)
    assert len(score.picture.panels) == 3


def test_treatment_at_part_load_or_during_a_stop_is_none(plant, ask):
    one = plant()
    part = slice(600, 900)
    one.production[part] *= 0.5
    one.treatment[part] *= 0.55
    one.stop(1000, 1100)
    one.treatment[1400:1403] = 0  # switched for half an hour
    assert not ask("treatment_off", one).flagged


# -- balance ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("power", [True, False])
def test_a_flow_told_too_low_is_found(plant, ask, power):
    one = plant()
    one.with_power = power
    one.values[FLOW][7 * 144 :] *= 0.7
    score = ask("mass_balance", one)
    assert score.flagged
    assert score.measure == pytest.approx(0.3, abs=0.08)


def test_a_flow_told_too_low_all_along_is_found_by_the_coal(plant, ask):
    one = plant()
    one.with_power = False
    one.values[FLOW] *= 0.55
    score = ask("mass_balance", one)
    assert score.flagged
    assert score.said.key.endswith("coal")


def test_less_work_stops_and_lost_flow_are_none(plant, ask):
    one = plant()
    one.stop(3 * 144, 5 * 144)
    part = slice(9 * 144, 13 * 144)
    one.values[FLOW][part] *= 0.6
    one.production[part] *= 0.6
    one.coal[9:13] *= 0.6
    one.coal[3:5] = 2
    one.values[FLOW][15 * 144 : 16 * 144] = 0.0
    one.marks[FLOW][15 * 144 : 16 * 144] = "D"
    assert not ask("mass_balance", one).flagged


# -- parameters, other devices, silence ---------------------------------------------------------------


def test_a_slope_changed_without_an_entry_is_found_and_with_one_is_not(plant, ask):
    one = plant()
    at = one.case().minutes.start + timedelta(days=6)
    one.parameters = (Change(at, f"{NOX}-i13008", 1.0, 0.8),)
    assert ask("parameter_change", one).flagged
    one.logged = (at - timedelta(minutes=20),)
    assert not ask("parameter_change", one).flagged


def test_another_outlet_that_tells_the_same_is_found(plant, ask):
    one, twin, stranger = plant(seed=1), plant(seed=1), plant(seed=5)
    from dataclasses import replace

    twin.values[NOX] = twin.values[NOX] * 1.01
    one.peers = (replace(stranger.case().minutes, mn="STRANGER"),)
    assert not ask("mirrored", one).flagged
    one.peers = (*one.peers, replace(twin.case().minutes, mn="TWIN"))
    score = ask("mirrored", one)
    assert score.flagged
    assert "TWIN" in score.said.text("en")


def test_silence_after_high_values_is_found_and_other_silence_is_not(plant, ask):
    one, other = plant(), plant()
    rng = np.random.default_rng(3)
    for at in np.sort(rng.choice(np.arange(100, one.n - 100), 14, replace=False)):
        one.values[NOX][at - 3 : at] *= 1.35
        for array in one.values.values():
            array[at : at + 6] = np.nan
        for array in other.values.values():
            array[at : at + 6] = np.nan
    assert ask("gaps", one).flagged
    assert not ask("gaps", other).flagged
