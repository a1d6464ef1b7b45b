"""Gas obeys its formulas, and a case obeys them within what its loggers round."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction

import numpy as np
import pytest

from lantian.telemetry.simulator import physics, simulate
from lantian.telemetry.simulator.grid import Grid, recursion
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.truth.case import FLOW, MOISTURE, NOX, O2, POLLUTANTS, PRESSURE, SPEED, TEMPERATURE


def one(value: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([value])


@pytest.mark.parametrize(("o2", "measured"), [(5.5, 30.0), (6.0, 41.2), (18.9, 3.0)])
def test_reference_oxygen_is_the_formula(o2: float, measured: float) -> None:
    told = physics.reference(one(measured), one(o2), 6, 19)[0]
    exact = Fraction(measured) * (21 - 6) / (21 - Fraction(o2))
    assert told == pytest.approx(float(exact), rel=1e-12)
    assert physics.unreferenced(one(told), one(o2), 6)[0] == pytest.approx(measured)


def test_near_air_nothing_is_converted_and_nothing_divided_by_zero() -> None:
    told = physics.reference(np.array([3.0, 3.0, 3.0]), np.array([19.0, 20.9, 21.0]), 6, 19)
    assert told.tolist() == [3.0, 3.0, 3.0]
    assert physics.reference(one(3.0), one(12.0), None, 19)[0] == 3.0


def test_flow_at_standard_state_and_back() -> None:
    state = {"temperature": one(50.0), "pressure": one(-0.2), "moisture": one(12.0)}
    flow = physics.standard_flow(one(14.0), 30.0, 90.0, **state)
    by_hand = 14 * 30 * 273 / 323 * (90 - 0.2) / 101.325 * 0.88
    assert flow[0] == pytest.approx(by_hand)
    assert physics.speed_of(flow, 30.0, 90.0, **state)[0] == pytest.approx(14)


def test_coal_of_a_300_mw_unit_is_about_150_t_an_hour() -> None:
    assert 130 < physics.coal_burnt(one(350.0), one(6.0), 5.8)[0] < 170


def test_the_recursion_by_doubling_is_the_loop() -> None:
    driven = np.random.default_rng(1).standard_normal(300)
    told = recursion(driven, 0.93)
    y = 0.0
    for index, value in enumerate(driven):
        y = value + 0.93 * y
        assert told[index] == pytest.approx(y)


def test_noise_has_the_memory_it_is_asked_for(start: datetime) -> None:
    from datetime import timedelta

    grid = Grid(start, 60, timedelta(minutes=10))
    noise = grid.wander(np.random.default_rng(3), 2.0)
    assert noise.std() == pytest.approx(1, abs=0.15)
    correlation = np.corrcoef(noise[:-12], noise[12:])[0, 1]  # two hours apart
    assert correlation == pytest.approx(np.exp(-1), abs=0.1)


def test_converted_values_are_those_of_the_values_told(sinter: Plant, start: datetime) -> None:
    case = simulate(sinter, start, 6, seed=1)
    minutes = case.minutes
    assert case.reference_o2 == 16
    for factor in POLLUTANTS:
        digits = sinter.digits[factor]
        average, o2, told = (minutes.of(f) for f in (f"{factor}-Avg", f"{O2}-Avg", f"{factor}-ZsAvg"))
        hot = o2 < 19
        assert hot.any()
        by_hand = average[hot] * (21 - 16) / (21 - o2[hot])
        assert np.nanmax(np.abs(by_hand - told[hot])) <= 0.5 * 10**-digits + 1e-9


def test_flow_is_what_speed_temperature_pressure_and_moisture_make(sinter: Plant, start: datetime) -> None:
    minutes = simulate(sinter, start, 3, seed=2).minutes
    by_hand = physics.standard_flow(
        minutes.of(f"{SPEED}-Avg"),
        sinter.area,
        sinter.ambient,
        temperature=minutes.of(f"{TEMPERATURE}-Avg"),
        pressure=minutes.of(f"{PRESSURE}-Avg"),
        moisture=minutes.of(f"{MOISTURE}-Avg"),
    )
    told = minutes.of(f"{FLOW}-Avg")
    running = minutes.marks_of(FLOW) == "N"
    assert np.nanmax(np.abs(by_hand / told - 1)[running]) < 0.01


def test_mass_of_an_hour_is_concentration_times_flow(sinter: Plant, start: datetime) -> None:
    case = simulate(sinter, start, 4, seed=3)
    average = case.minutes.of(f"{NOX}-Avg")
    flow = case.minutes.of(f"{FLOW}-Avg")
    told = case.hours.of(f"{NOX}-Cou")
    for hour in range(0, len(told), 7):
        part = slice(hour * 6, hour * 6 + 6)
        pairs = zip(average[part], flow[part], strict=True)
        by_hand = sum(Fraction(c) * Fraction(q) * 600 for c, q in pairs if not np.isnan(c * q)) / 10**6
        assert told[hour] == pytest.approx(float(by_hand), abs=6e-4)


def test_coal_and_gate_follow_what_the_stack_tells(power: Plant, sinter: Plant, start: datetime) -> None:
    case = simulate(power, start, 30, seed=4)
    flow, o2 = case.minutes.of(f"{FLOW}-Avg"), case.minutes.of(f"{O2}-Avg")
    assert case.coal is not None
    assert case.gate is not None
    burnt = physics.coal_burnt(np.nan_to_num(flow), np.nan_to_num(o2, nan=21), power.flue).sum() / 6
    assert case.coal.tonnes.sum() == pytest.approx(burnt, rel=0.12)
    assert case.gate.inward.tonnes.sum() == pytest.approx(case.coal.tonnes.sum(), rel=0.08)
    other = simulate(sinter, start, 30, seed=4)
    assert other.gate is not None
    assert other.gate.inward.tonnes.sum() > other.coal.tonnes.sum()  # type: ignore[union-attr]
