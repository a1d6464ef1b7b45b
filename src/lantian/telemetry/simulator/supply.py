"""Tonnes through the gate and coal burnt, by local day, of what the process made and burnt."""

from __future__ import annotations

import numpy as np

from lantian.telemetry.series import Floats
from lantian.telemetry.simulator.grid import stream
from lantian.telemetry.simulator.work import Work
from lantian.telemetry.truth.case import Daily, Gate

_ASH = 0.25
"""Tonnes of ash out of the gate a tonne of coal, where coal is all that comes in."""


def coal_of(work: Work) -> Daily | None:
    """Coal by the belt scale, a per cent or two wrong; None where none is burnt."""
    if not work.plant.flue:
        return None
    rng = stream(work.seed, work.plant.mn, "coal")
    burnt = _daily(work, work.stack.coal)
    return Daily(work.grid.first_day, np.round(burnt * (1 + 0.015 * rng.standard_normal(len(burnt))), 2))


def gate_of(work: Work) -> Gate | None:
    """Trucks in and out; None where nothing is brought (gas)."""
    kind = work.plant.process
    rng = stream(work.seed, work.plant.mn, "gate")
    burnt, made = _daily(work, work.stack.coal), _daily(work, work.stack.product)
    inward, outward = made * kind.inward + burnt, made * kind.outward
    if not kind.inward:
        outward = burnt * _ASH
    if not (kind.inward or work.plant.flue):
        return None
    return Gate(_trucks(work, inward, rng), _trucks(work, outward, rng))


def _daily(work: Work, per_hour: Floats) -> Floats:
    return np.bincount(work.grid.day, weights=per_hour * work.grid.hours_per_step).astype(np.float64)


def _trucks(work: Work, need: Floats, rng: np.random.Generator) -> Daily:
    """What is needed comes in whole loads, early or late by a stock of days, little on Sundays."""
    load = float(rng.uniform(28, 49)) if need.max(initial=0) > 60 else float(rng.uniform(2, 8))
    weekday = (work.grid.first_day.weekday() + np.arange(len(need))) % 7
    eager = np.where(weekday == 6, rng.uniform(0.2, 1.0), 1.1) * rng.lognormal(0, 0.15, len(need))
    out = np.zeros(len(need))
    owed = 0.0
    for day, wanted in enumerate(need):
        owed += wanted
        loads = max(0, round(owed * eager[day] / load))
        out[day] = round(loads * load * (1 + 0.01 * rng.standard_normal()), 2)
        owed -= out[day]
    return Daily(work.grid.first_day, out)
