"""Made-up days whose laws are known: a season, a level of the year, weather of the month and of the day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from lantian.ambient.intake import import_ambient
from lantian.ambient.outlook import History
from lantian.ambient.rules import SIX
from lantian.lake import Lake

SAMPLE = Path(__file__).parents[3] / "docs/samples/days.csv"
LIMITS = {"so2": (150, 800), "no2": (80, 280), "pm10": (150, 350), "pm2_5": (75, 150), "co": (40, 240),
          "o3_8h": (160, 265)}  # fmt: skip
"""Up to which a day is good and above which heavy, GB 3095-2012 and HJ 633-2012, CO in tenths."""


class Made(Protocol):
    def __call__(
        self, years: range, places: int = ..., seed: int = ..., lasting: float = ..., passing: float = ...
    ) -> History: ...


def judged(values: np.ndarray) -> np.ndarray:
    """(places, 6, days) with good and heavy days added, by the limits above."""
    good, heavy = np.ones(values.shape[::2], bool), np.zeros(values.shape[::2], bool)
    for j, item in enumerate(SIX):
        good &= values[:, j] <= LIMITS[item][0]
        heavy |= values[:, j] > LIMITS[item][1]
    return np.concatenate([values, good[:, None], heavy[:, None]], axis=1).astype(float)


@pytest.fixture(scope="session")
def made() -> Made:
    def make(
        years: range, places: int = 8, seed: int = 1, lasting: float = 0.10, passing: float = 0.25
    ) -> History:
        rng = np.random.default_rng(seed)
        first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        year = np.array([day.year - first.year for day in days])
        month = np.array([(day.year - first.year) * 12 + day.month - 1 for day in days])
        winter = (1 + np.cos(2 * np.pi * np.array([day.timetuple().tm_yday - 15 for day in days]) / 365)) / 2
        base = {"so2": 10 + 15 * winter, "no2": 25 + 20 * winter, "pm10": 80 + 50 * winter,
                "pm2_5": 35 + 45 * winter, "co": 8 + 8 * winter, "o3_8h": 150 - 90 * winter}  # fmt: skip
        values = np.empty((places, len(SIX), len(days)))
        for p in range(places):
            level = rng.normal(0, lasting, year.max() + 1)[year]
            weather = rng.normal(0, passing, month.max() + 1)[month]
            noise = np.zeros(len(days))
            for n in range(1, len(days)):
                noise[n] = 0.6 * noise[n - 1] + rng.normal(0, 0.3)
            for j, item in enumerate(SIX):
                share = 0.3 if item == "o3_8h" else 1.0
                values[p, j] = np.rint(base[item] * np.exp(share * (level + weather + noise)))
        values = np.maximum(values, 1)
        names = tuple(f"地{p:02}" for p in range(places))
        decimals = {item: int(item == "co") for item in SIX}
        return History(names, names, first, judged(values), decimals, ("city_days",) * places)

    return make


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """The simulated days of docs/samples: 临汾 and 晋城, 2023-01-01 to 2025-08-31."""
    lake = Lake.open(tmp_path_factory.mktemp("air"), create=True)
    assert import_ambient([SAMPLE], lake).ok
    return lake


@pytest.fixture(scope="session")
def store_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Lake]:
    """A store of the CSV text given."""

    def make(text: str) -> Lake:
        folder = tmp_path_factory.mktemp("days")
        (folder / "days.csv").write_text(text, encoding="utf-8")
        lake = Lake.open(folder / "air", create=True)
        assert import_ambient([folder / "days.csv"], lake).ok
        return lake

    return make
