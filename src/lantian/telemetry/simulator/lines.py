"""Columns of text of a case: every value as the logger prints it, and what its codes are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lantian.telemetry.hj212 import codes
from lantian.telemetry.series import Floats, Series
from lantian.telemetry.simulator.plants import Plant
from lantian.telemetry.truth.case import FLOW

PRODUCTION, TREATMENT, CONDITION = "d20105", "d30106", "p99101"
"""Codes of power and state in ST 44 and 45 (HJ 212-2025, second-hand: examples of the text)."""
POWER_DIGITS = 1
FIELDS = ("Cou", "Min", "Avg", "Max", "ZsMin", "ZsAvg", "ZsMax")
"""In the order they are sent."""


def old_codes() -> Mapping[str, str]:
    """Codes of 2005 by those of 2017."""
    return {code: found.old for code, found in codes.table().items() if found.old}


def digits_of(plant: Plant, factor: str, name: str) -> int:
    """Decimals of a field."""
    if name != "Cou":
        return plant.digits[factor]
    return 0 if factor == FLOW else 3


def printed(values: Floats, digits: int) -> list[str]:
    """Each value as text, every digit; "" where there is none."""
    unique, index = np.unique(values, return_inverse=True)
    words = np.array(["" if np.isnan(v) else f"{v + 0.0:.{digits}f}" for v in unique], dtype=object)
    found: list[str] = words[index].tolist()
    return found


@dataclass(frozen=True, slots=True)
class Column:
    """One field of one factor, a text a period."""

    factor: str
    code: str
    name: str
    texts: list[str]


def columns(series: Series, plant: Plant) -> list[Column]:
    """Every field of a series, in the order a logger sends them; codes of the logger's generation."""
    old = old_codes() if plant.generation == 2005 else {}
    found: list[Column] = []
    for factor in plant.factors:
        for name in FIELDS:
            array = series.values.get(f"{factor}-{name}")
            if array is not None:
                texts = printed(array, digits_of(plant, factor, name))
                found.append(Column(factor, old.get(factor, factor), name, texts))
    return found
