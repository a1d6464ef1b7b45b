"""What the logger makes of its readings: rounded values, reference oxygen, minutes, hours: a `Case`."""

from __future__ import annotations

from datetime import UTC, timedelta

import numpy as np

from lantian.telemetry.series import Floats, Series, Words
from lantian.telemetry.simulator import physics
from lantian.telemetry.simulator.grid import stream
from lantian.telemetry.simulator.supply import coal_of, gate_of
from lantian.telemetry.simulator.work import Bools, Work
from lantian.telemetry.truth.case import FLOW, O2, Arrivals, Case, Power

_NORMAL_SHARE = 0.75
"""An hour with at least this share of normal minutes is normal (HJ 212-2017 C.17)."""


def report(work: Work, peers: tuple[Series, ...] = ()) -> Case:
    """The case of a finished simulation."""
    minutes = minutes_of(work)
    plant = work.plant
    clock = work.clockwork
    came = clock.versions > 0
    gap = np.where(came, clock.net - clock.ahead, np.nan)
    step = work.grid.step.total_seconds()
    return Case(
        minutes=minutes,
        hours=_hours(minutes, work),
        power=_power(work) if plant.has_power else None,
        condition=work.condition if plant.has_condition else None,
        arrivals=Arrivals(
            delay=np.where(came, step + clock.lag, 0) + gap,
            qn_gap=gap,
            versions=clock.versions,
            off_grid=tuple(clock.off_grid),
        ),
        parameters=tuple(sorted(work.parameters)),
        logged=tuple(sorted(work.logged)),
        gate=gate_of(work),
        coal=coal_of(work),
        limits=dict(plant.process.limits),
        ranges=dict(plant.ranges),
        reference_o2=plant.process.reference_o2,
        process=plant.process.code,
        peers=peers,
    )


def _power(work: Work) -> Power:
    """What the meters tell; now and then one of them is silent for hours."""
    rng = stream(work.seed, work.plant.mn, "meters")
    grid = work.grid
    told = [np.round(work.stack.production, 1), np.round(work.stack.treatment, 1)]
    for array in told:
        for _ in range(rng.poisson(grid.days / 60)):
            begin, hours = rng.uniform(0, grid.days * 24), np.exp(rng.uniform(np.log(0.5), np.log(20)))
            array[(grid.elapsed >= begin) & (grid.elapsed < begin + hours)] = np.nan
    return Power(told[0], told[1])


def minutes_of(work: Work) -> Series:
    """The 2051 series: -Avg of everything, -ZsAvg of pollutants where converted, -Min and -Max of gas."""
    plant = work.plant
    values: dict[str, Floats] = {}
    marks: dict[str, Words] = {}
    missing = work.clockwork.versions == 0
    o2 = np.round(work.measured[O2], plant.digits[O2])
    for factor in plant.factors:
        digits = plant.digits[factor]
        average = np.round(work.measured[factor], digits)
        average[missing] = np.nan
        values[f"{factor}-Avg"] = average
        if factor in work.spread:
            spread = work.spread[factor]
            low = np.maximum(np.round(average - spread, digits), 0)
            values[f"{factor}-Min"] = np.minimum(low, average)
            values[f"{factor}-Max"] = np.maximum(np.round(average + spread, digits), average)
        if factor in plant.pollutants and plant.process.reference_o2 is not None:
            converted = physics.reference(average, o2, plant.process.reference_o2, plant.habits.guard)
            values[f"{factor}-ZsAvg"] = np.round(converted, digits)
        letters = work.marks[factor].copy()
        letters[missing] = ""
        marks[factor] = letters
    return Series(plant.mn, "2051", work.grid.start.astimezone(UTC), work.grid.step, values, marks)


def _hours(minutes: Series, work: Work) -> Series:
    """The 2061 series: means of the normal minutes, marks by share, -Cou of flow [m³] and mass [kg]."""
    per_hour = round(timedelta(hours=1) / minutes.step)
    whole = len(minutes) // per_hour
    cut = whole * per_hour
    plant = work.plant
    seconds = minutes.step.total_seconds()
    values: dict[str, Floats] = {}
    marks: dict[str, Words] = {}
    flow = minutes.of(f"{FLOW}-Avg")[:cut]
    for factor in plant.factors:
        letters = minutes.marks_of(factor)[:cut].reshape(whole, per_hour)
        marks[factor] = _letters(letters)
        good = (letters == "N") & (marks[factor] == "N")[:, None]
        used = np.where(good.any(axis=1)[:, None], good, True)
        for name in ("Avg", "ZsAvg", "Min", "Max"):
            array = minutes.values.get(f"{factor}-{name}")
            if array is not None:
                block = array[:cut].reshape(whole, per_hour)
                found = _fold(block, used, name)
                values[f"{factor}-{name}"] = np.round(found, plant.digits[factor])
        average = minutes.of(f"{factor}-Avg")[:cut]
        if factor in plant.pollutants:
            kilograms = physics.mass(average, flow, seconds).reshape(whole, per_hour)
            values[f"{factor}-Cou"] = np.round(_total(kilograms), 3)
        elif factor == FLOW:
            values[f"{factor}-Cou"] = np.round(_total((flow * seconds).reshape(whole, per_hour)), 0)
    return Series(plant.mn, "2061", minutes.start, timedelta(hours=1), values, marks)


def _fold(block: Floats, used: Bools, name: str) -> Floats:
    counted = used & ~np.isnan(block)
    any_left = counted.any(axis=1)
    if name == "Min":
        found = np.where(counted, block, np.inf).min(axis=1, initial=np.inf)
    elif name == "Max":
        found = np.where(counted, block, -np.inf).max(axis=1, initial=-np.inf)
    else:
        found = np.where(counted, block, 0).sum(axis=1) / np.maximum(counted.sum(axis=1), 1)
    return np.where(any_left, found, np.nan)


def _total(block: Floats) -> Floats:
    """Sums without what is missing; nothing at all is NaN."""
    return np.where(np.isnan(block).all(axis=1), np.nan, np.nansum(block, axis=1))


def _letters(letters: Words) -> Words:
    """N from three quarters normal on; otherwise the most frequent other mark; "" where nothing came."""
    count = np.maximum((letters != "").sum(axis=1), 1)
    normal = (letters == "N").sum(axis=1) / count >= _NORMAL_SHARE
    out = np.full(len(letters), "", dtype="<U2")
    most = np.zeros(len(letters), dtype=np.int64)
    for letter in ("D", "C", "M", "T", "B", "F"):
        times = (letters == letter).sum(axis=1)
        out[times > most] = letter
        most = np.maximum(most, times)
    out[normal] = "N"
    out[(letters == "").all(axis=1)] = ""
    return out
