"""How a plant is run: load over the day and week, starts and stops. No cheating here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lantian.telemetry.series import Floats, Words
from lantian.telemetry.simulator.grid import Grid, stream
from lantian.telemetry.simulator.plants import Plant

RUNNING, STARTING, STOPPING, STOPPED = "N", "St", "Sr", "F"
"""Letters of a process's state (p99101 of ST 45)."""


Bools = npt.NDArray[np.bool_]
Pattern = tuple[Floats, Bools]


@dataclass(slots=True)
class Operation:
    """What the process does.

    Parameters
    ----------
    load
        share of full load while running, about 0.3 to 1.05, shape (n,)
    warm
        0 stopped and cold, 1 running warm: follows the running slowly, shape (n,)
    state
        one of the letters above a period
    """

    load: Floats
    warm: Floats
    state: Words

    @property
    def stopped(self) -> Bools:
        found: Bools = self.state == STOPPED
        return found


def operate(plant: Plant, grid: Grid, seed: int) -> Operation:
    """Load and state of the plant's process over the grid."""
    rng = stream(seed, plant.mn, "operation")
    load, running = PATTERNS[plant.process.hours](plant, grid, rng)
    running = running & ~_stops(plant, grid, rng)
    state = _states(running, grid, plant.process.warm_up)
    warm = grid.relax(running.astype(np.float64), max(plant.process.warm_up / 4, 0.1))
    return Operation(np.clip(load, 0.25, 1.08), warm, state)


def _always(grid: Grid) -> Bools:
    return np.ones(grid.n, dtype=np.bool_)


def _grid_load(plant: Plant, grid: Grid, rng: np.random.Generator) -> Pattern:
    """A power unit follows the grid: two peaks a day, a deep night, less on Sundays, dispatch by minutes."""
    peaks = np.exp(-(((grid.clock - 10.5) / 3.2) ** 2)) + 1.1 * np.exp(-(((grid.clock - 19) / 2.6) ** 2))
    sun = np.exp(-(((grid.clock - 13) / 2.0) ** 2)) * rng.uniform(0.05, 0.3)
    load = rng.uniform(0.5, 0.62) + rng.uniform(0.25, 0.38) * peaks - sun - 0.05 * (grid.weekday == 6)
    return load + 0.06 * grid.wander(rng, 2) + 0.05 * grid.wander(rng, 30), _always(grid)


def _heating(plant: Plant, grid: Grid, rng: np.random.Generator) -> Pattern:
    """A boiler follows the cold; in summer a steam user keeps some of them on by day, the others stand."""
    need = 0.55 + 0.3 * grid.season - 0.1 * np.sin((grid.clock - 9) / 24 * 2 * np.pi)
    load = need + 0.08 * grid.wander(rng, 60) + 0.03 * grid.wander(rng, 1)
    industrial = rng.random() < 0.55
    if industrial:
        load = 0.5 + 0.45 * load + 0.08 * ((grid.clock > 8) & (grid.clock < 20))
        return load, _always(grid)
    return load, grid.season > rng.uniform(0.05, 0.4) - 0.5


def _steady(plant: Plant, grid: Grid, rng: np.random.Generator) -> Pattern:
    """Day and night alike, wandering slowly, with a breath of minutes."""
    load = rng.uniform(0.86, 0.97) + 0.035 * grid.wander(rng, 20) + 0.015 * grid.wander(rng, 0.7)
    return load, _always(grid)


def _kiln(plant: Plant, grid: Grid, rng: np.random.Generator) -> Pattern:
    """A kiln hardly moves within a day; its set point is changed once in a while."""
    count = int(grid.days / 4) + 2
    steps = np.cumsum(rng.exponential(4 * 24, count))
    level = rng.normal(0, 0.025, count + 1)[np.searchsorted(steps, grid.elapsed)]
    load = rng.uniform(0.88, 0.98) + grid.relax(level, 3) + 0.008 * grid.wander(rng, 6)
    return load + 0.006 * grid.wander(rng, 0.5), _always(grid)


def _coke(plant: Plant, grid: Grid, rng: np.random.Generator) -> Pattern:
    """A battery never stops; its heating gas is reversed every 20 to 30 minutes, which the stack shows."""
    period = rng.choice([20, 25, 30]) / 60
    reversal = 0.03 * np.sin(grid.elapsed / (2 * period) * 2 * np.pi + rng.uniform(0, 6))
    load = rng.uniform(0.85, 0.98) + 0.03 * grid.wander(rng, 30) + reversal
    return load, _always(grid)


def _shifts(plant: Plant, grid: Grid, rng: np.random.Generator) -> Pattern:
    """One or two shifts a day, most without Sundays, some without Saturdays."""
    begin = float(rng.choice([7.5, 8, 8.5]))
    end = float(rng.choice([17.5, 18, 20, 23]))
    free = 7 - int(rng.choice([0, 1, 1, 2]))
    late = rng.normal(0, 0.25, int(grid.days) + 3)[grid.day]
    running = (grid.clock >= begin + late) & (grid.clock < end - late) & (grid.weekday < free)
    lunch = (grid.clock > 12) & (grid.clock < 13)
    load = rng.uniform(0.72, 0.95) - 0.3 * lunch + 0.1 * grid.wander(rng, 1.5)
    return load, running


def _batch(plant: Plant, grid: Grid, rng: np.random.Generator) -> Pattern:
    """Charge after charge of an hour or two, a pause between; nights off in half of the plants."""
    cycle = rng.uniform(0.9, 2.6) * (1 + 0.15 * grid.wander(rng, 8))
    phase = np.cumsum(grid.hours_per_step / np.maximum(cycle, 0.4)) % 1
    load = np.where(phase < rng.uniform(0.6, 0.8), 0.9 + 0.06 * grid.wander(rng, 1), 0.35)
    running = _always(grid)
    if rng.random() < 0.5:
        begin, length = rng.uniform(6, 20), rng.uniform(9, 17)
        running = (grid.clock - begin) % 24 < length
    if rng.random() < 0.5:
        running &= grid.weekday < 6
    return load + 0.02 * grid.wander(rng, 0.5), running


PATTERNS: dict[str, Callable[[Plant, Grid, np.random.Generator], Pattern]] = {
    "grid": _grid_load,
    "heating": _heating,
    "steady": _steady,
    "kiln": _kiln,
    "coke": _coke,
    "shifts": _shifts,
    "batch": _batch,
}


def _stops(plant: Plant, grid: Grid, rng: np.random.Generator) -> Bools:
    """Trips and repairs as often as the process has them, and in one of ten plants a long stop."""
    kind = plant.process
    hours = grid.days * 24
    stopped = np.zeros(grid.n, dtype=np.bool_)
    spells = [
        (float(rng.uniform(0, hours)), float(np.exp(rng.uniform(*np.log(kind.stop_hours)))))
        for _ in range(rng.poisson(grid.days / kind.stop_days))
    ]
    if rng.random() < 0.1 and kind.hours != "coke":
        spells.append((float(rng.uniform(-120, hours)), float(rng.uniform(96, 500))))
    for begin, length in spells:
        stopped |= (grid.elapsed >= begin) & (grid.elapsed < begin + length)
    return stopped


def _states(running: Bools, grid: Grid, warm_up: float) -> Words:
    """Letters: starting for `warm_up` hours after a stop, stopping for a quarter of it before the next."""
    state = np.where(running, RUNNING, STOPPED).astype("<U2")
    change = np.flatnonzero(np.diff(running.astype(np.int8))) + 1
    up = max(1, round(grid.steps(warm_up)))
    down = max(1, round(grid.steps(warm_up / 4)))
    for at in change:
        if running[at]:
            state[at : at + up][running[at : at + up]] = STARTING
        else:
            # The gas of the process still leaves while it is shut down.
            state[at : at + down][~running[at : at + down]] = STOPPING
    return state
