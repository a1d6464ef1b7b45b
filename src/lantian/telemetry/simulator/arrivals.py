"""When messages come: the logger's haste, its clock, the line, and what it sends later."""

from __future__ import annotations

import numpy as np

from lantian.telemetry.simulator.grid import Grid, stream
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.simulator.work import Clockwork


def arrive(plant: Plant, grid: Grid, seed: int) -> Clockwork:
    """An honest line: seconds late, lost now and then and made up for later, a clock that is put right."""
    rng = stream(seed, plant.mn, "arrivals")
    habits = plant.habits
    lag = np.full(grid.n, rng.uniform(1, 8)) + rng.gamma(2, 0.4, grid.n)
    net = 0.05 + rng.lognormal(-1.2, 0.6, grid.n)
    # The clock goes wrong by `clock` seconds a day until the host corrects it, to about a second.
    phase = (grid.elapsed / 24 + rng.uniform(0, habits.fixes)) % habits.fixes
    ahead = habits.clock * phase + rng.uniform(-0.8, 0.8)
    versions = np.ones(grid.n, dtype=np.int64)
    again = rng.random(grid.n) < 0.002  # the answer was lost and the packet came twice
    versions[again] = 2
    for _ in range(rng.poisson(habits.link * grid.days / 30)):
        begin = rng.uniform(0, grid.days * 24)
        length = float(np.exp(rng.uniform(np.log(0.3), np.log(20))))
        lost = (grid.elapsed >= begin) & (grid.elapsed < begin + length)
        until_back = (begin + length - grid.elapsed[lost]) * 3600
        # Live data first, then the backlog three seconds apart.
        lag[lost] += np.maximum(until_back, 0) + 60 + 3 * np.arange(lost.sum())
        if plant.generation == 2005 and rng.random() < 0.5:
            versions[lost] = 0  # no memory: lost for good
    return Clockwork(lag=lag, net=net, ahead=ahead, versions=versions)
