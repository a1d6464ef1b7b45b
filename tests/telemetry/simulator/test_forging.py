"""Each forgery changes what it should and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from lantian.errors import LantianError
from lantian.telemetry.simulator import forging, simulate
from lantian.telemetry.simulator.plants import Plant, plant_of, processes
from lantian.telemetry.simulator.simulation import simulate_forged
from lantian.telemetry.simulator.work import Forged
from lantian.telemetry.truth.case import FLOW, FORGERIES, NOX, O2, POLLUTANTS, SO2, SPEED, Case

DAYS = 20
SILENT = ("frozen", "low_variance", "copied_day", "flow_without_power", "treatment_off", "mass_balance")
"""Kinds that hide nothing: the truth stays as it was, so all that is not forged is what it was."""


@pytest.fixture(scope="module")
def pairs(sinter: Plant, start: datetime) -> dict[str, tuple[Case, Case, Forged]]:
    honest = simulate(sinter, start, DAYS, seed=3)
    found = {}
    for kind in FORGERIES:
        case, forged = simulate_forged(sinter, start, DAYS, seed=3, forgery=kind)
        assert forged is not None
        found[kind] = (honest, case, forged)
    return found


def changed(a: Case, b: Case, name: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    first, second = a.minutes.of(name), b.minutes.of(name)
    return ~((first == second) | (np.isnan(first) & np.isnan(second)))


def test_every_kind_the_screens_know_can_be_committed() -> None:
    assert forging.KINDS == FORGERIES


@pytest.mark.parametrize("kind", FORGERIES)
def test_a_forgery_forges(pairs: dict[str, tuple[Case, Case, Forged]], kind: str) -> None:
    honest, case, forged = pairs[kind]
    assert forged.kind == kind
    assert forged.words
    assert forged.mask.sum() >= 12
    differs = any(changed(honest, case, name).any() for name in honest.minutes.values)
    assert honest.power is not None
    assert case.power is not None
    differs |= not np.array_equal(honest.power.production, case.power.production, equal_nan=True)
    differs |= not np.array_equal(honest.power.treatment, case.power.treatment, equal_nan=True)
    assert differs


@pytest.mark.parametrize("kind", SILENT)
def test_outside_its_mask_and_factors_nothing_changes(
    pairs: dict[str, tuple[Case, Case, Forged]], kind: str
) -> None:
    honest, case, forged = pairs[kind]
    touched = {factor.split("-")[0] for factor in forged.factors}
    if O2 in touched:
        touched |= set(POLLUTANTS)  # their converted values hang on the oxygen
    for name in honest.minutes.values:
        differs = changed(honest, case, name)
        assert not (differs & ~forged.mask).any(), name
        if name.split("-")[0] not in touched:
            assert not differs.any(), name
    assert honest.power is not None
    assert case.power is not None
    if "production" not in forged.factors:
        assert np.array_equal(honest.power.production, case.power.production, equal_nan=True)
    if "treatment" not in forged.factors:
        assert np.array_equal(honest.power.treatment, case.power.treatment, equal_nan=True)
    assert honest.coal is not None
    assert case.coal is not None
    assert np.array_equal(honest.coal.tonnes, case.coal.tonnes)


@pytest.mark.parametrize("kind", sorted(set(FORGERIES) - {"clock_jump"}))
def test_only_a_clock_jump_touches_the_arrivals(
    pairs: dict[str, tuple[Case, Case, Forged]], kind: str
) -> None:
    honest, case, _ = pairs[kind]
    assert honest.arrivals is not None
    assert case.arrivals is not None
    assert np.array_equal(honest.arrivals.delay, case.arrivals.delay, equal_nan=True)


def test_frozen_stands_still(pairs: dict[str, tuple[Case, Case, Forged]]) -> None:
    _, case, forged = pairs["frozen"]
    factor = forged.factors[0]
    values = case.minutes.of(f"{factor}-Avg")
    pairs_of = forged.mask[1:] & forged.mask[:-1]
    same = values[1:] == values[:-1]
    assert same[pairs_of].mean() > 0.9
    assert np.array_equal(
        case.minutes.of(f"{factor}-Min")[forged.mask], case.minutes.of(f"{factor}-Max")[forged.mask],
        equal_nan=True,
    )  # fmt: skip


def test_low_variance_moves_less(pairs: dict[str, tuple[Case, Case, Forged]]) -> None:
    honest, case, forged = pairs["low_variance"]
    use = forged.mask & (case.minutes.marks_of(NOX) == "N")
    factor = forged.factors[0]
    before, after = (c.minutes.of(f"{factor}-Avg")[use] for c in (honest, case))
    assert np.nanstd(after) < 0.3 * np.nanstd(before)
    assert np.nanstd(after) > 0


def test_perfect_oxygen_keeps_the_converted_value_down(start: datetime) -> None:
    for number in range(1, 6):
        case, forged = simulate_forged(
            plant_of("cement_kiln", number, 2), start, DAYS, seed=number, forgery="perfect_o2"
        )
        assert forged is not None
        assert forged.factors == (O2,)
        o2 = case.minutes.of(f"{O2}-Avg")
        rest = ~forged.mask & (case.condition == "N") & (case.minutes.marks_of(O2) == "N")
        assert np.nanmedian(o2[forged.mask]) < np.nanmedian(o2[rest])


def test_clipped_values_stand_under_the_limit(start: datetime) -> None:
    for number in range(1, 7):
        plant = plant_of("coke_oven", number, 5)
        case, forged = simulate_forged(plant, start, DAYS, seed=number, forgery="clipped")
        assert forged is not None
        if "by the range" in forged.words:
            continue
        for factor in forged.factors:
            limit = plant.process.limits[factor]
            zs = case.minutes.of(f"{factor}-ZsAvg")[forged.mask]
            within = (zs > 0.85 * limit) & (zs <= 1.005 * limit)
            assert (zs <= 1.02 * limit).mean() > 0.98
            assert within.mean() > 0.2


def test_a_copied_day_is_an_earlier_one(pairs: dict[str, tuple[Case, Case, Forged]]) -> None:
    _, case, forged = pairs["copied_day"]
    days = int(forged.words.split("after ")[1].split()[0])
    values = case.minutes.of(f"{forged.factors[0]}-Avg")
    lag = days * 144
    places = np.flatnonzero(forged.mask)
    now, then = values[places], values[places - lag]
    told = ~np.isnan(now) & ~np.isnan(then)
    assert np.corrcoef(now[told], then[told])[0, 1] > 0.98


def test_a_clock_jump_leaves_gaps_doubles_or_strays(start: datetime) -> None:
    doubles = gaps = jumps = strays = 0
    for number in range(1, 9):
        plant = plant_of("sinter", number, 8)
        honest = simulate(plant, start, DAYS, seed=number).arrivals
        case, forged = simulate_forged(plant, start, DAYS, seed=number, forgery="clock_jump")
        assert forged is not None
        arrivals = case.arrivals
        assert arrivals is not None
        assert honest is not None
        doubles += int((arrivals.versions > honest.versions).sum())
        gaps += int((arrivals.versions < honest.versions).sum())
        jumps += int(np.nansum(np.abs(arrivals.qn_gap) > 300))
        strays += len(arrivals.off_grid)
        assert np.isnan(case.minutes.of(f"{NOX}-Avg")[arrivals.versions == 0]).all()
        outside = ~forged.mask
        assert np.array_equal(arrivals.versions[outside], honest.versions[outside])
    assert doubles > 0
    assert gaps > 0
    assert jumps > 0
    assert strays > 0


def test_calibration_abuse_hides_what_is_near_the_limit(start: datetime) -> None:
    plant = plant_of("coal_boiler", 2, 9)
    honest = simulate(plant, start, DAYS, seed=4)
    case, forged = simulate_forged(plant, start, DAYS, seed=4, forgery="calibration_abuse")
    assert forged is not None
    hidden = np.isin(case.minutes.marks_of(NOX), ["C", "M"]) & forged.mask
    usual = np.isin(honest.minutes.marks_of(NOX), ["C", "M"]) & forged.mask
    assert hidden.sum() > 3 * usual.sum()


def test_power_says_stop_while_the_gas_flows(pairs: dict[str, tuple[Case, Case, Forged]]) -> None:
    _, case, forged = pairs["flow_without_power"]
    assert case.power is not None
    usual = np.nanmedian(case.power.production[~forged.mask & (case.condition == "N")])
    assert np.nanmedian(case.power.production[forged.mask]) < 0.15 * usual
    flow = case.minutes.of(f"{FLOW}-Avg")
    assert np.nanmedian(flow[forged.mask]) > 0.7 * np.nanmedian(flow[~forged.mask & (case.condition == "N")])


def test_treatment_is_off_while_production_runs(pairs: dict[str, tuple[Case, Case, Forged]]) -> None:
    _, case, forged = pairs["treatment_off"]
    assert case.power is not None
    running = ~forged.mask & (case.condition == "N")
    assert np.nanmedian(case.power.treatment[forged.mask]) < 0.4 * np.nanmedian(case.power.treatment[running])
    assert np.nanmedian(case.power.production[forged.mask]) > 0.7 * np.nanmedian(
        case.power.production[running]
    )


def test_mass_balance_tells_less_flow_and_as_much_coal(pairs: dict[str, tuple[Case, Case, Forged]]) -> None:
    honest, case, forged = pairs["mass_balance"]
    assert set(forged.factors) == {SPEED, FLOW}
    running = forged.mask & (honest.minutes.of(f"{FLOW}-Avg") > 1)
    ratio = case.minutes.of(f"{FLOW}-Avg")[running] / honest.minutes.of(f"{FLOW}-Avg")[running]
    assert 0.35 < np.nanmedian(ratio) < 0.85


def test_a_changed_parameter_is_logged_by_some(start: datetime) -> None:
    told = 0
    for number in range(1, 11):
        plant = plant_of("glass", number, 3)
        case, forged = simulate_forged(plant, start, DAYS, seed=number, forgery="parameter_change")
        assert forged is not None
        big = [c for c in case.parameters if c.code.endswith("i13008") and c.new < 0.9]
        told += bool(big)
        assert bool(big) == ("not in the log" not in forged.words)
        assert list(case.parameters) == sorted(case.parameters)
    assert 1 < told < 10


def test_mirrored_is_the_outlet_beside_it(pairs: dict[str, tuple[Case, Case, Forged]]) -> None:
    _, case, forged = pairs["mirrored"]
    assert len(case.peers) == 1
    good = forged.mask & (case.minutes.marks_of(NOX) == "N")
    mine, other = case.minutes.of(f"{NOX}-Avg")[good], case.peers[0].of(f"{NOX}-Avg")[good]
    told = ~np.isnan(mine) & ~np.isnan(other)
    assert np.corrcoef(mine[told], other[told])[0, 1] > 0.99


def test_dilution_brings_oxygen_and_takes_everything_else(start: datetime) -> None:
    plant = plant_of("lime_kiln", 2, 3)
    case, forged = simulate_forged(plant, start, DAYS, seed=6, forgery="dilution")
    assert forged is not None
    o2 = case.minutes.of(f"{O2}-Avg")
    normal = (case.minutes.marks_of(O2) == "N") & (case.condition == "N")
    assert np.nanmedian(o2[forged.mask & normal]) > np.nanmedian(o2[~forged.mask & normal]) + 1


def test_strength_and_time_differ_from_device_to_device(start: datetime) -> None:
    words, onsets = set(), set()
    for number in range(1, 9):
        _, forged = simulate_forged(plant_of("sinter", number, 4), start, DAYS, seed=4, forgery="frozen")
        assert forged is not None
        words.add(forged.words)
        onsets.add(int(np.flatnonzero(forged.mask)[0]))
    assert len(onsets) >= 7
    _, again = simulate_forged(plant_of("sinter", 1, 4), start, DAYS, seed=5, forgery="frozen")
    assert again is not None
    assert int(np.flatnonzero(again.mask)[0]) not in onsets


def test_the_onset_can_be_told(sinter: Plant, start: datetime) -> None:
    at = start + timedelta(days=9)
    _, forged = simulate_forged(sinter, start, DAYS, seed=3, forgery="frozen", forged_from=at)
    assert forged is not None
    assert np.flatnonzero(forged.mask)[0] >= 9 * 144


def test_what_gains_nothing_is_refused(start: datetime) -> None:
    gas = plant_of("gas_boiler", 1, 1)
    assert "mass_balance" not in forging.fits(gas)
    with pytest.raises(LantianError, match="gains nothing"):
        simulate(gas, start, 2, forgery="mass_balance")
    with pytest.raises(LantianError, match="no forgery"):
        simulate(gas, start, 2, forgery="magic")
    assert all("clipped" in forging.fits(plant_of(code, 1, 1)) for code in processes())
    assert SO2 in gas.pollutants
