"""Days of a case: values (2031), equipment (2021, 2041). Local days, whole ones only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from lantian.telemetry.series import Floats, Series, Words
from lantian.telemetry.simulator.grid import LOCAL
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.truth.case import Case

DAY = timedelta(days=1)
_NORMAL_SHARE = 0.75
_ON_SHARE = 0.1
"""Equipment that draws less than this share of its usual power is off."""


def value_days(hours: Series, plant: Plant) -> Series | None:
    """The 2031 series of the 2061 one: means of normal hours, sums of amounts; None without a whole day."""
    skipped, days = _whole(hours)
    if not days:
        return None
    cut = slice(skipped, skipped + days * 24)
    values: dict[str, Floats] = {}
    marks: dict[str, Words] = {}
    for factor in plant.factors:
        letters = hours.marks_of(factor)[cut].reshape(days, 24)
        normal = letters == "N"
        told = letters != ""
        fine = normal.sum(axis=1) >= _NORMAL_SHARE * np.maximum(told.sum(axis=1), 1)
        stopped = (letters == "F").sum(axis=1) > 12
        mark = np.where(fine, "N", np.where(stopped, "F", "D")).astype("<U2")
        mark[~told.any(axis=1)] = ""
        marks[factor] = mark
        for name in ("Avg", "ZsAvg", "Min", "Max", "Cou"):
            array = hours.values.get(f"{factor}-{name}")
            if array is None:
                continue
            block = array[cut].reshape(days, 24)
            used = np.where(normal.any(axis=1)[:, None] & (name != "Cou"), normal, True) & ~np.isnan(block)
            digits = plant.digits[factor] if name != "Cou" else 3
            values[f"{factor}-{name}"] = np.round(_day(block, used, name), digits)
    return Series(hours.mn, "2031", hours.start + timedelta(hours=skipped), DAY, values, marks)


def _day(block: Floats, used: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], name: str) -> Floats:
    left = used.any(axis=1)
    if name == "Min":
        found = np.where(used, block, np.inf).min(axis=1)
    elif name == "Max":
        found = np.where(used, block, -np.inf).max(axis=1)
    else:
        total = np.where(used, block, 0.0).sum(axis=1)
        found = total if name == "Cou" else total / np.maximum(used.sum(axis=1), 1)
    return np.where(left, found, np.nan)


def _whole(hours: Series) -> tuple[int, int]:
    """Hours before the first local midnight, and whole days after it."""
    begun = (hours.start.replace(tzinfo=None) + LOCAL).hour
    skipped = (24 - begun) % 24
    return skipped, max(0, (len(hours) - skipped) // 24)


@dataclass(frozen=True, slots=True)
class Equipment:
    """What equipment did.

    Parameters
    ----------
    switches
        (instant, state by equipment: 1 runs, 0 off) at the beginning and at every change
    hours
        (start of a local day, hours run by equipment as text)
    """

    switches: list[tuple[datetime, Mapping[str, int]]]
    hours: list[tuple[datetime, Mapping[str, str]]]


def equipment_days(case: Case) -> Equipment:
    """SB1 is the production, SB2 its treatment, by the power they draw."""
    if case.power is None:
        return Equipment([], [])
    on = {}
    for code, power in (("SB1", case.power.production), ("SB2", case.power.treatment)):
        usual = float(np.nanquantile(power, 0.9)) if len(power) else 0.0
        # A silent meter says nothing: the logger goes by its own contact then.
        on[code] = np.isnan(power) | (np.nan_to_num(power) > _ON_SHARE * usual)
    start, step = case.minutes.start, case.minutes.step
    switches: list[tuple[datetime, Mapping[str, int]]] = []
    last: dict[str, int] = {}
    for index in range(len(case)):
        now = {code: int(array[index]) for code, array in on.items()}
        if now != last:
            switches.append((start + step * index, now))
            last = now
    per_day = round(DAY / step)
    skipped = round(timedelta(hours=_whole(case.hours)[0]) / step)
    hours: list[tuple[datetime, Mapping[str, str]]] = []
    for begin in range(skipped, len(case) - per_day + 1, per_day):
        run = {code: array[begin : begin + per_day].mean() * 24 for code, array in on.items()}
        hours.append((start + step * begin, {code: f"{value:.2f}" for code, value in run.items()}))
    return Equipment(switches, hours)
