"""What the analysers and the logger make of the gas: noise, drift, checks, faults, marks."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.simulator import physics
from lantian.telemetry.simulator.grid import Grid, stream
from lantian.telemetry.simulator.plants import FLUE
from lantian.telemetry.simulator.work import Bools, Work
from lantian.telemetry.truth.case import (
    DUST,
    FLOW,
    MOISTURE,
    O2,
    PRESSURE,
    SPEED,
    TEMPERATURE,
    Change,
)

_ABNORMAL_SHARE = 0.25
"""From this share of a period on it takes the mark: 75 % normal keep it N (HJ 212-2017 C.16)."""
_NOISE = {SPEED: 0.012, TEMPERATURE: 0.25, PRESSURE: 0.006, MOISTURE: 0.12, O2: 0.03}
"""Of a 10-minute mean: share of the reading for speed, units of the value for the rest."""


def measure(work: Work) -> None:
    """Fill `measured`, `marks`, `spread`, `condition`, `parameters`, `logged`."""
    for factor in (*work.plant.pollutants, O2):
        work.measured[factor] = _gas(work, factor)
    _flow(work)
    work.marks = {factor: np.full(work.grid.n, "N", dtype="<U2") for factor in work.plant.factors}
    work.condition = work.run.state.copy()
    _spread(work)
    _checks(work)
    _blow_back(work)
    _maintenance(work)
    _faults(work)
    _stops(work)
    _over_range(work)
    _adjustments(work)
    work.logged.sort()
    work.parameters.sort()


def _finer(grid: Grid) -> float:
    """Noise of a mean falls with the root of its length; ten minutes are 1."""
    return float(np.sqrt(timedelta(minutes=10) / grid.step))


def _gas(work: Work, factor: str) -> Floats:
    """A reading: the gas, plus a span and a zero that wander between checks, plus noise with a memory."""
    plant, grid = work.plant, work.grid
    rng = stream(work.seed, plant.mn, "analyser", factor)
    truth = work.stack.gas[factor]
    top = plant.ranges[factor]
    noise = (0.6 * grid.wander(rng, 0.4) + 0.8 * rng.standard_normal(grid.n)) * _finer(grid)
    if factor == O2:
        return np.clip(truth + _since_check(work, rng) * 3 + _NOISE[O2] * noise, 0, 21.2)
    own = plant.process.noise * truth + 0.0012 * top
    if factor == DUST:
        # Scattered light: skewed, with a grain now and then.
        own = own * np.exp(0.3 * rng.standard_normal(grid.n))
    drift = _since_check(work, rng) * (0.5 * top + truth)
    read = np.maximum(truth + drift + own * noise, 0.0)
    coarse = plant.habits.coarse * top
    if not coarse or factor == DUST:
        return read
    steps: Floats = np.round(read / coarse) * coarse
    return steps


def _since_check(work: Work, rng: np.random.Generator) -> Floats:
    """Drift as a share of the range: a random walk, pulled near zero by each day's check."""
    grid, habits = work.grid, work.plant.habits
    walk = np.cumsum(rng.standard_normal(grid.n)) * np.sqrt(grid.hours_per_step / 24)
    checks = np.flatnonzero(np.diff((grid.clock >= habits.calibration_hour).astype(np.int8)) == 1) + 1
    last = np.concatenate([[0], checks])[np.searchsorted(checks, np.arange(grid.n), side="right")]
    left = rng.normal(0, 0.3, len(checks) + 1)[np.searchsorted(checks, np.arange(grid.n), side="right")]
    share: Floats = habits.drift * (walk - walk[last] + left)
    return share


def _flow(work: Work) -> None:
    """Speed, temperature, pressure and moisture as read; the flow as the logger computes it of them."""
    plant, grid = work.plant, work.grid
    rng = stream(work.seed, plant.mn, "flow")
    gas = work.stack.gas
    finer = _finer(grid)
    # No point of a duct has its mean speed: the factor between them is a few per cent wrong, for ever.
    factor_of_speed = 1 + float(np.clip(rng.normal(0, 0.03), -0.07, 0.07))
    speed = gas[SPEED] * factor_of_speed * (1 + _NOISE[SPEED] * finer * rng.standard_normal(grid.n))
    work.measured[SPEED] = np.maximum(speed + 0.03 * rng.standard_normal(grid.n), 0)
    for factor in (TEMPERATURE, PRESSURE, MOISTURE):
        noise = 0.7 * grid.wander(rng, 0.5) + 0.7 * rng.standard_normal(grid.n)
        work.measured[factor] = gas[factor] + _NOISE[factor] * finer * noise
    if rng.random() < 0.25:  # a moisture set by hand: the constant that many loggers hold
        work.measured[MOISTURE] = np.full(grid.n, round(plant.moisture, 1))
    work.measured[MOISTURE] = np.maximum(work.measured[MOISTURE], 0)
    flow_again(work)


def flow_again(work: Work) -> None:
    """The flow the logger computes of what it reads."""
    read = work.measured
    work.measured[FLOW] = physics.standard_flow(
        read[SPEED],
        work.plant.area,
        work.plant.ambient,
        temperature=read[TEMPERATURE],
        pressure=read[PRESSURE],
        moisture=read[MOISTURE],
    )


def _spread(work: Work) -> None:
    rng = stream(work.seed, work.plant.mn, "spread")
    for factor in (*work.plant.pollutants, O2):
        share = 0.25 * work.plant.o2_noise if factor == O2 else 0.05 * work.measured[factor]
        work.spread[factor] = share * rng.gamma(3, 1 / 3, work.grid.n)


def _covered(grid: Grid, begins: Floats, hours: float) -> Bools:
    """Periods of which at least a quarter lies within one of the spells [h since the start]."""
    share = np.zeros(grid.n)
    width = grid.hours_per_step
    for begin in begins:
        first = max(int(begin / width), 0)
        last = min(int((begin + hours) / width) + 1, grid.n)
        for at in range(first, last):
            share[at] += max(0.0, min((at + 1) * width, begin + hours) - max(at * width, begin)) / width
    return share >= _ABNORMAL_SHARE


def _held(values: Floats, mask: Bools) -> Floats:
    """The last value before each masked spell, over the spell."""
    index = np.where(mask, 0, np.arange(len(values)))
    return values[np.maximum.accumulate(index)]


def _checks(work: Work) -> None:
    """Zero and span, daily for gas, weekly for dust: marked C, the value held or that of the check."""
    grid, plant = work.grid, work.plant
    habits = plant.habits
    rng = stream(work.seed, plant.mn, "checks")
    first = (habits.calibration_hour - grid.clock[0]) % 24 if grid.n else 0.0
    daily = np.arange(first, grid.days * 24, 24.0)
    begins = daily + rng.normal(0, 0.01, len(daily))
    mask = _covered(grid, begins, habits.calibration_minutes / 60)
    for factor in (*plant.pollutants, O2):
        mine = mask
        if factor == DUST:
            mine = _covered(grid, begins[:: int(rng.integers(6, 8))], 0.25)
        work.marks[factor][mine] = "C"
        values = work.measured[factor]
        if habits.holds:
            values[mine] = _held(values, mine)[mine]
        else:
            span = 0.8 * plant.ranges[factor] * (1 + 0.01 * rng.standard_normal(grid.n))
            values[mine] = np.where(np.arange(grid.n) % 2 == 0, 0.002 * plant.ranges[factor], span)[mine]
        work.spread[factor][mine] = 0.0


def _blow_back(work: Work) -> None:
    every = work.plant.habits.blow_back_hours
    if not every:
        return
    rng = stream(work.seed, work.plant.mn, "blow back")
    begins = np.arange(rng.uniform(0, every), work.grid.days * 24, every)
    mask = _covered(work.grid, begins, rng.uniform(3, 5) / 60)
    for factor in (*work.plant.pollutants, O2):
        if factor != DUST:
            work.marks[factor][mask] = "C"
            work.measured[factor][mask] = _held(work.measured[factor], mask)[mask]


def _maintenance(work: Work) -> None:
    """Visits of the service: weekdays by day, declared, air on the probe."""
    grid = work.grid
    rng = stream(work.seed, work.plant.mn, "maintenance")
    working = np.flatnonzero((grid.weekday < 5) & (grid.clock >= 9) & (grid.clock < 15.5))
    for _ in range(rng.poisson(grid.days / 18)):
        if not len(working):
            return
        at = int(rng.choice(working))
        last = min(at + max(1, round(grid.steps(rng.uniform(0.4, 3)))), grid.n)
        work.logged.append(work.instant(at))
        for factor in (*work.plant.pollutants, O2):
            work.marks[factor][at:last] = "M"
            air = 20.9 if factor == O2 else 0.01 * work.plant.ranges[factor]
            work.measured[factor][at:last] = air * (1 + 0.02 * rng.standard_normal(last - at))


def _faults(work: Work) -> None:
    """An analyser that fails (D), a cable that does (B)."""
    grid, plant = work.grid, work.plant
    rng = stream(work.seed, plant.mn, "faults")
    for _ in range(rng.poisson(grid.days / 25)):
        at = int(rng.integers(0, max(grid.n, 1)))
        last = min(at + max(1, round(grid.steps(np.exp(rng.uniform(np.log(0.3), np.log(9)))))), grid.n)
        factor = str(rng.choice((*plant.pollutants, O2, SPEED)))
        work.marks[factor][at:last] = "D"
        values = work.measured[factor]
        values[at:last] = (0.0, values[at], np.nan)[int(rng.integers(0, 3))]
        if factor == SPEED:
            work.marks[FLOW][at:last] = "D"
            work.measured[FLOW][at:last] = 0.0
        if factor in work.spread:
            work.spread[factor][at:last] = 0.0
    for _ in range(rng.poisson(grid.days / 50)):
        at = int(rng.integers(0, max(grid.n, 1)))
        last = min(at + max(1, round(grid.steps(rng.uniform(0.2, 3)))), grid.n)
        for factor in plant.factors:
            work.marks[factor][at:last] = "B"
            work.measured[factor][at:last] = np.nan


def _stops(work: Work) -> None:
    """A stopped process is marked F; some people press the button an hour late."""
    rng = stream(work.seed, work.plant.mn, "stops")
    stopped = work.run.stopped
    if rng.random() < 0.2:
        late = max(1, round(work.grid.steps(1.0)))
        shifted = np.zeros_like(stopped)
        shifted[late:] = stopped[:-late]
        stopped = stopped & shifted
    for factor in (*work.plant.pollutants, *FLUE):
        mine = stopped & (work.marks[factor] == "N")
        work.marks[factor][mine] = "F"


def _over_range(work: Work) -> None:
    for factor in work.plant.pollutants:
        top = work.plant.ranges[factor]
        with np.errstate(invalid="ignore"):
            over = work.measured[factor] > top
        work.measured[factor][over] = top
        work.marks[factor][over & (work.marks[factor] == "N")] = "T"


def _adjustments(work: Work) -> None:
    """After a check by hand a slope is put right by a per cent or two, and written into the log."""
    grid = work.grid
    rng = stream(work.seed, work.plant.mn, "adjustments")
    slopes = dict.fromkeys(work.plant.pollutants, 1.0)
    for _ in range(rng.poisson(grid.days / 15)):
        factor = str(rng.choice(work.plant.pollutants))
        at = work.instant(int(rng.integers(0, max(grid.n, 1))))
        work.parameters.append(Change(at, f"{factor}-i13008", slopes[factor], -1.0))
        work.logged.append(at - timedelta(minutes=int(rng.integers(0, 20))))
    work.parameters.sort()
    for number, change in enumerate(work.parameters):
        factor = change.code.split("-")[0]
        new = round(float(np.clip(rng.normal(1.0, 0.015), 0.95, 1.05)), 3)
        work.parameters[number] = Change(change.time, change.code, slopes[factor], new)
        slopes[factor] = new
