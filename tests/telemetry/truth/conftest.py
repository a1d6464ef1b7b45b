"""A plant made by hand, apart from the simulator: a coal boiler with its gas, meters, coal and line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from lantian.telemetry.series import Series
from lantian.telemetry.truth import Arrivals, Case, Change, Daily, Gate, Power, Score, screens

START = datetime(2026, 3, 1, 16, tzinfo=UTC)  # local midnight of 2 March
STEP = timedelta(minutes=10)
SO2, NOX, DUST, O2, FLOW = "a21026", "a21002", "a34013", "a19001", "a00000"


def memory(rng: np.random.Generator, count: int, keep: float) -> np.ndarray:
    """Noise of variance 1 that remembers."""
    out = np.empty(count)
    out[0] = rng.standard_normal()
    for i, shock in enumerate(rng.standard_normal(count)[1:], 1):
        out[i] = keep * out[i - 1] + np.sqrt(1 - keep * keep) * shock
    return out


@dataclass
class Plant:
    """Arrays to be spoiled by a test; `case()` rounds them as a logger does and converts to 6 % oxygen."""

    days: int = 20
    seed: int = 1
    converts: bool = True
    values: dict[str, np.ndarray] = field(default_factory=dict)
    marks: dict[str, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = np.random.default_rng(self.seed)
        n = self.n
        clock = np.arange(n) / 144 * 2 * np.pi
        self.load = 0.8 + 0.1 * np.sin(clock) + 0.04 * memory(rng, n, 0.97)
        oxygen = 6 + 4 * (0.9 - self.load) + 0.2 * memory(rng, n, 0.8) + 0.04 * rng.standard_normal(n)
        air = (21 - oxygen) / 15

        def gas(level: float, scatter: float, noise: float) -> np.ndarray:
            told = level * np.exp(scatter * memory(rng, n, 0.9))
            return told * air * (1 + noise * rng.standard_normal(n))

        self.values = {
            SO2: gas(16, 0.2, 0.02),
            NOX: gas(36, 0.1, 0.02),
            DUST: gas(3, 0.15, 0.05),
            O2: oxygen,
            FLOW: 120 * self.load / air * (1 + 0.012 * rng.standard_normal(n)),
        }
        self.marks = {code: np.full(n, "N", "<U2") for code in self.values}
        self.condition = np.full(n, "N", "<U2")
        self.production = 5000 * self.load * (1 + 0.03 * memory(rng, n, 0.95))
        self.treatment = 1500 * (0.4 + 0.6 * self.load) * (1 + 0.02 * rng.standard_normal(n))
        gas_made = self.values[FLOW] * 600 * (21 - oxygen) / 21
        coal = gas_made.reshape(self.days, 144).sum(axis=1) / 5600
        self.coal = coal * (1 + 0.05 * rng.standard_normal(self.days))
        self.delay = 604 + rng.gamma(2, 1, n)
        self.gap = 0.3 + rng.gamma(1, 0.2, n)
        self.off_grid: tuple[datetime, ...] = ()
        self.parameters: tuple[Change, ...] = ()
        self.logged: tuple[datetime, ...] = ()
        self.peers: tuple[Series, ...] = ()
        self.limits = {SO2: 35.0, NOX: 50.0, DUST: 10.0}
        self.zs: dict[str, np.ndarray] = {}
        self.with_power = self.with_coal = True
        self.hour_factor = 1.0

    @property
    def n(self) -> int:
        return self.days * 144

    def stop(self, start: int, end: int, *, marked: bool = True) -> None:
        """The plant stands: air in the stack, little flow, no power."""
        rng = np.random.default_rng(start)
        part = slice(start, end)
        for code in (SO2, NOX, DUST):
            self.values[code][part] = 0.0
        self.values[O2][part] = 20.9
        self.values[FLOW][part] = 3 + rng.random(end - start)
        self.production[part] = 40
        self.treatment[part] = 10
        if marked:
            self.condition[part] = "F"
            for letters in self.marks.values():
                letters[part] = "F"

    def case(self) -> Case:
        values: dict[str, np.ndarray] = {}
        for code, array in self.values.items():
            values[f"{code}-Avg"] = np.round(array, 1 if code == FLOW else 2)
        if self.converts:
            for code in (SO2, NOX, DUST):
                with np.errstate(divide="ignore", invalid="ignore"):
                    value = values[f"{code}-Avg"] * 15 / np.maximum(21 - values[f"{O2}-Avg"], 0.5)
                values[f"{code}-ZsAvg"] = np.round(self.zs.get(code, value), 2)
        minutes = Series("HAND", "2051", START, STEP, values, self.marks)
        whole = {name: np.round(array.reshape(-1, 6).mean(axis=1), 2) for name, array in values.items()}
        whole[f"{NOX}-Avg"] = np.round(whole[f"{NOX}-Avg"] * self.hour_factor, 2)
        letters = {code: mark.reshape(-1, 6)[:, 0] for code, mark in self.marks.items()}
        hours = Series("HAND", "2061", START, timedelta(hours=1), whole, letters)
        first = date(2026, 3, 2)
        return Case(
            minutes,
            hours,
            power=Power(self.production, self.treatment) if self.with_power else None,
            condition=self.condition,
            arrivals=Arrivals(self.delay, self.gap, np.isfinite(self.delay).astype(np.int64), self.off_grid),
            parameters=self.parameters,
            logged=self.logged,
            coal=Daily(first, self.coal) if self.with_coal else None,
            gate=Gate(Daily(first, self.coal), Daily(first, 0 * self.coal)) if self.with_coal else None,
            limits=self.limits,
            ranges={SO2: 100.0, NOX: 150.0, DUST: 20.0},
            reference_o2=6.0 if self.converts else None,
            peers=self.peers,
        )


@pytest.fixture
def plant() -> Callable[..., Plant]:
    """Makes plants."""
    return Plant


def _ask(code: str, plant: Plant) -> Score:
    return next(screen for screen in screens() if screen.code == code).run(plant.case())


@pytest.fixture
def ask() -> Callable[[str, Plant], Score]:
    """Asks a plant the question of one screen."""
    return _ask
