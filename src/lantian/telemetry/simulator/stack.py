"""What truly leaves the stack, before any instrument sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.simulator import physics
from lantian.telemetry.simulator.grid import Grid, stream
from lantian.telemetry.simulator.operation import Operation
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.truth.case import DUST, FLOW, MOISTURE, NOX, O2, PRESSURE, SO2, SPEED, TEMPERATURE

AIR = 20.9
"""[%] oxygen of clean air."""


@dataclass(slots=True)
class Stack:
    """True state of the gas by factor, and what the plant draws and burns for it.

    Parameters
    ----------
    gas
        by factor, shape (n,): pollutants [mg/m³ dry standard], a19001 [%], a00000 [m³/s dry standard],
        a01011 [m/s], a01012 [°C], a01013 [kPa], a01014 [%]
    zs
        pollutants at reference oxygen [mg/m³]
    production, treatment
        power [kW]
    coal
        burnt [t/h]
    product
        made [t/h]
    """

    gas: dict[str, Floats]
    zs: dict[str, Floats]
    production: Floats
    treatment: Floats
    coal: Floats
    product: Floats


def fill(plant: Plant, grid: Grid, run: Operation, seed: int) -> Stack:
    """The stack of a plant that is run so."""
    rng = stream(seed, plant.mn, "stack")
    warm, idle = run.warm, 1 - run.warm
    outdoors = 8 - 14 * grid.season - 5 * np.cos((grid.clock - 3) / 24 * 2 * np.pi) + 2 * grid.wander(rng, 40)
    gas: dict[str, Floats] = {}
    gas[TEMPERATURE] = (
        outdoors
        + warm * (plant.temperature * (0.86 + 0.14 * run.load) - outdoors)
        + 0.4 * grid.wander(rng, 1)
    )
    gas[MOISTURE] = np.clip(
        1.2 * idle + warm * plant.moisture * (0.95 + 0.05 * run.load) + 0.25 * grid.wander(rng, 6), 0.3, 40
    )
    gas[PRESSURE] = warm * plant.draught * run.load + 0.01 * grid.wander(rng, 0.5)
    gas[O2] = _oxygen(plant, grid, run, rng)
    full = float(
        physics.standard_flow(
            np.array([plant.velocity]),
            plant.area,
            plant.ambient,
            temperature=np.array([plant.temperature]),
            pressure=np.array([plant.draught]),
            moisture=np.array([plant.moisture]),
        )[0]
    )
    idle_share = rng.uniform(0.12, 0.3)
    burnt = (idle_share + (1 - idle_share) * run.load) * warm
    excess = (physics.AIR_O2 - plant.o2) / np.maximum(physics.AIR_O2 - gas[O2], 2.0)
    leak = rng.uniform(0.0, 0.035)
    gas[FLOW] = full * np.maximum(burnt * np.where(warm > 0.5, excess, 1.0), leak * idle)
    gas[FLOW] *= 1 + 0.012 * grid.wander(rng, 0.3)
    gas[SPEED] = physics.speed_of(
        gas[FLOW],
        plant.area,
        plant.ambient,
        temperature=gas[TEMPERATURE],
        pressure=gas[PRESSURE],
        moisture=gas[MOISTURE],
    )
    zs = {factor: _pollutant(plant, grid, run, rng, factor) for factor in plant.pollutants}
    reference = plant.process.reference_o2
    gas |= {factor: physics.unreferenced(zs[factor], gas[O2], reference) for factor in zs}
    coal = np.zeros(grid.n)
    if plant.flue:
        coal = physics.coal_burnt(gas[FLOW], gas[O2], plant.flue) * plant.process.coal
    drawn = gas[FLOW] / full
    hum = 1 + 0.01 * grid.wander(rng, 1)
    production = full * plant.production * (0.08 * warm + 0.012 + 0.9 * run.load * warm**2) * hum
    treatment = full * plant.treatment * (0.01 + warm * (0.25 + 0.12 * run.load) + 0.6 * drawn**2.2)
    treatment *= 1 + 0.012 * grid.wander(rng, 1)
    product = full * plant.product * run.load * (warm > 0.7)
    return Stack(gas, zs, production, treatment, coal, product)


def _oxygen(plant: Plant, grid: Grid, run: Operation, rng: np.random.Generator) -> Floats:
    """Oxygen: more at low load, air when cold, a scatter of its own that steady kilns hardly have."""
    noise = 0.75 * grid.wander(rng, 1.5) + 0.65 * grid.wander(rng, 0.25)
    hot = plant.o2 + plant.o2_slope * (1 - run.load) + plant.o2_noise * noise
    mixed = AIR - (AIR - hot) * run.warm
    return np.clip(mixed, 0.3, AIR + 0.05)


def _pollutant(plant: Plant, grid: Grid, run: Operation, rng: np.random.Generator, factor: str) -> Floats:
    """A pollutant at reference oxygen: level by treatment, worse at starts, seldom a bad hour."""
    scatter = plant.process.scatter[factor] * rng.uniform(0.8, 1.2)
    slow, quick = grid.wander(rng, 18), grid.wander(rng, 0.6)
    level = np.full(grid.n, plant.zs[factor])
    if factor in plant.habits.tight:
        scatter = scatter * 0.3
        zs = level * np.exp(scatter * (0.35 * slow + 0.94 * quick))
    else:
        zs = level * np.exp(scatter * (0.7 * slow + 0.7 * quick) - scatter**2 / 2)
    if factor == NOX:
        zs = zs * (0.93 + 0.07 * run.load)
    for _ in range(rng.poisson(grid.days / 20)):
        begin, length = rng.uniform(0, grid.days * 24), rng.uniform(0.3, 2.5)
        zs = zs * np.where(
            (grid.elapsed >= begin) & (grid.elapsed < begin + length), rng.uniform(1.2, 1.9), 1
        )
    cold = (run.state == "St") | (run.state == "Sr")
    worse = {NOX: 1.8, DUST: 1.7, SO2: 1.3}.get(factor, 1.4)
    zs = zs * np.where(cold, 1 + (worse - 1) * rng.uniform(0.4, 1.2), 1)
    return zs * np.clip(run.warm * 1.15, 0, 1) + 0.004 * plant.zs[factor] * (1 - run.warm)
