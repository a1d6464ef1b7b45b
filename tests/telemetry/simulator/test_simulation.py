"""Honest plants: the same by seed, marked as they should be, with all that tempts a screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from lantian.errors import LantianError
from lantian.telemetry.simulator import province, simulate
from lantian.telemetry.simulator.plants import Plant, plant_of
from lantian.telemetry.truth.case import FLOW, NOX, O2, SO2, Case


def same(a: Case, b: Case) -> bool:
    return all(np.array_equal(a.minutes.of(k), b.minutes.of(k), equal_nan=True) for k in a.minutes.values)


def test_the_same_seed_is_the_same_history(sinter: Plant, start: datetime) -> None:
    first = simulate(sinter, start, 3, seed=5)
    assert same(first, simulate(sinter, start, 3, seed=5))
    assert not same(first, simulate(sinter, start, 3, seed=6))


def test_shapes_fit(sinter: Plant, start: datetime) -> None:
    case = simulate(sinter, start, 3, seed=5)
    assert (len(case), len(case.hours)) == (432, 72)
    assert case.power is not None
    assert case.condition is not None
    assert case.arrivals is not None
    assert len(case.power.production) == len(case.condition) == len(case.arrivals.delay) == 432
    assert case.coal is not None
    assert len(case.coal.tonnes) == 3
    fine = simulate(sinter, start, 0.5, seed=5, step=timedelta(minutes=1))
    assert (len(fine), len(fine.hours)) == (720, 12)


@pytest.mark.parametrize(
    ("begin", "days", "step"),
    [
        (datetime(2026, 11, 1), 1, 10),  # noqa: DTZ001  naive on purpose
        (datetime(2026, 11, 1, 0, 30, tzinfo=UTC), 1, 10),
        (datetime(2026, 11, 1, tzinfo=UTC), 1, 7),
        (datetime(2026, 11, 1, tzinfo=UTC), 0, 10),
    ],
)
def test_impossible_grids_are_refused(sinter: Plant, begin: datetime, days: float, step: int) -> None:
    with pytest.raises(LantianError):
        simulate(sinter, begin, days, step=timedelta(minutes=step))


def test_stopped_is_marked_and_looks_like_air(start: datetime) -> None:
    plant = plant_of("coating", 2, 4)
    case = simulate(plant, start, 14, seed=1)
    assert case.condition is not None
    stopped = case.condition == "F"
    assert 0.2 < stopped.mean() < 0.95
    after = stopped & np.roll(stopped, 18)  # three hours later it is cold
    marks = case.minutes.marks_of(FLOW)[after]
    assert set(marks) <= {"F", "N", "B", "D", ""}
    assert (marks == "F").mean() > 0.6
    assert np.nanmedian(case.minutes.of(f"{O2}-Avg")[after]) > 20.5
    running = case.condition == "N"
    flow = case.minutes.of(f"{FLOW}-Avg")
    assert np.nanmedian(flow[after]) < 0.15 * np.nanmedian(flow[running])
    assert case.power is not None
    assert np.nanmedian(case.power.production[after]) < 0.1 * np.nanmedian(case.power.production[running])


def test_checks_come_daily_and_are_marked(power: Plant, start: datetime) -> None:
    case = simulate(power, start, 20, seed=2)
    marks = case.minutes.marks_of(NOX)
    begins = np.flatnonzero((marks[1:] == "C") & (marks[:-1] != "C"))
    hours = (case.minutes.start.hour + 8 + (begins + 1) / 6) % 24
    usual = power.habits.calibration_hour
    assert sum(abs((h - usual + 12) % 24 - 12) < 0.5 for h in hours) >= 15


def test_hours_are_means_of_normal_minutes_and_carry_the_mark_of_the_most(
    power: Plant, start: datetime
) -> None:
    case = simulate(power, start, 10, seed=3)
    minutes, hours = case.minutes, case.hours
    for hour in range(0, len(hours), 3):
        part = slice(hour * 6, hour * 6 + 6)
        letters = minutes.marks_of(NOX)[part]
        values = minutes.of(f"{NOX}-Avg")[part]
        told = letters[letters != ""]
        if not len(told):
            assert hours.marks_of(NOX)[hour] == ""
            continue
        normal = letters == "N"
        assert (hours.marks_of(NOX)[hour] == "N") == (normal.sum() >= 0.75 * len(told))
        if normal.sum() >= 0.75 * len(told):
            mean = np.nanmean(values[normal])
            assert hours.of(f"{NOX}-Avg")[hour] == pytest.approx(mean, abs=0.51 * 10.0 ** -power.digits[NOX])


def test_the_province_holds_what_tempts_screens(start: datetime) -> None:
    cases = [(plant, simulate(plant, start, 14, seed=9)) for plant in province(60, 5)]
    running = [(p, c, c.condition == "N") for p, c in cases if (c.condition == "N").mean() > 0.5]
    o2 = [np.nanstd(c.minutes.of(f"{O2}-Avg")[r & (c.minutes.marks_of(O2) == "N")]) for _, c, r in running]
    assert min(o2) < 0.2  # nearly constant oxygen
    assert any((c.condition == "F").mean() > 0.5 for _, c in cases)  # long stops
    gas = [c for p, c in cases if p.process.code == "gas_boiler"]
    assert any((c.minutes.of(f"{SO2}-Avg") < 0.5).mean() > 0.3 for c in gas)
    near = [
        np.nanmedian(c.minutes.of(f"{NOX}-ZsAvg")[r]) / p.process.limits[NOX]
        for p, c, r in running
        if p.process.reference_o2 is not None
    ]
    assert max(near) > 0.75
    assert any(np.isnan(c.power.production).any() for _, c in cases if c.power is not None)
    coarse = [c.minutes.of(f"{SO2}-Avg") for p, c in cases if p.habits.coarse and SO2 in p.pollutants]
    assert max((values[1:] == values[:-1]).mean() for values in coarse) > 0.2  # a coarse old analyser
    marks = set().union(*(set(c.minutes.marks_of(f)) for p, c in cases for f in p.factors))
    assert marks >= {"N", "F", "C", "M", "D", "B", ""}


def test_honest_plants_keep_their_limits_nearly_always(start: datetime) -> None:
    over = total = 0
    for plant in province(40, 6):
        case = simulate(plant, start, 10, seed=1)
        for factor, limit in plant.process.limits.items():
            name = f"{factor}-ZsAvg" if plant.process.reference_o2 is not None else f"{factor}-Avg"
            good = (case.hours.marks_of(factor) == "N") & (case.condition is not None)
            over += int((case.hours.of(name)[good] > limit).sum())
            total += int(good.sum())
    assert over / total < 0.03


def test_arrivals_are_seconds_late_and_supplements_hours(start: datetime) -> None:
    late = 0
    for plant in province(12, 8):
        arrivals = simulate(plant, start, 20, seed=2).arrivals
        assert arrivals is not None
        came = arrivals.versions > 0
        assert np.isnan(arrivals.delay[~came]).all()
        usual = arrivals.delay[came] - 600
        assert abs(np.median(usual)) < 120  # a clock that is seldom put right
        late += int((usual > 3600).sum())
        assert np.abs(arrivals.qn_gap[came]).max() < 120
        assert not arrivals.off_grid
    assert late > 0
