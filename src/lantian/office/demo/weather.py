"""The weather of the demonstration province: what all stations share, hour by hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SEED = 20260301
LOCAL = np.timedelta64(8, "h")
HOUR = np.timedelta64(1, "h")
BASIN_LAG = {"north": 0, "centre": 5, "south": 10}  # hours a dust front needs from the northern border


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours simulated. `ends` are the stamps (UTC, END of the hour); the rest is local time."""

    ends: NDArray[np.datetime64]
    hour: NDArray[np.int64]  # 0..23, the hour that begins
    day_of_year: NDArray[np.int64]
    weekday: NDArray[np.int64]  # 0 = Monday
    years: Floats  # since the first hour

    def local_day(self) -> NDArray[np.datetime64]:
        """The local date each hour belongs to."""
        return (self.ends - HOUR + LOCAL).astype("datetime64[D]")


def calendar(now: datetime, months: int) -> tuple[Calendar, int]:
    """The hours from the first local day of the month `months` months before `now` to the end of its month.

    Returns the calendar and how many of its hours are over at `now`. Simulating to the end of the month and
    cutting there makes a build one hour later continue this one instead of changing it.
    """
    local = now.astimezone(UTC) + timedelta(hours=8)
    index = local.year * 12 + local.month - 1
    first = np.datetime64(f"{(index - months) // 12:04d}-{(index - months) % 12 + 1:02d}-01T00", "h")
    last = np.datetime64(f"{(index + 1) // 12:04d}-{(index + 1) % 12 + 1:02d}-01T00", "h")
    begins = np.arange(first, last, HOUR)
    days = begins.astype("datetime64[D]")
    made = Calendar(
        ends=begins - LOCAL + HOUR,
        hour=(begins - days).astype(np.int64),
        day_of_year=(days - days.astype("datetime64[Y]")).astype(np.int64) + 1,
        weekday=(days.astype(np.int64) + 3) % 7,
        years=(np.arange(begins.size) / 8766.0).astype(np.float32),
    )
    over = np.datetime64(now.astimezone(UTC).replace(tzinfo=None), "h")
    return made, int(np.searchsorted(made.ends, over, side="right"))


def memory(innovations: Floats, hours: float) -> Floats:
    """White noise, along axis 0, as a series of unit variance that forgets with `hours` as e-folding time."""
    keep = np.float32(np.exp(-1.0 / hours))
    series = innovations * np.float32(np.sqrt(1.0 - keep * keep))
    series[0] = innovations[0]
    for step in range(1, len(series)):
        series[step] += keep * series[step - 1]
    return series


@dataclass(frozen=True, slots=True)
class Weather:
    """Shared drivers: `stagnation` per city code (variance about 1), `sun`, `dust` per basin (0..1)."""

    stagnation: dict[str, Floats]
    sun: Floats
    dust: dict[str, Floats]
    storms: list[tuple[np.datetime64, np.datetime64]]  # first and last local day of each dust storm


def weather(days: Calendar, cities: dict[str, str]) -> Weather:
    """The weather for `cities` (code to basin): still air shared by the province, a basin and a city."""
    size = days.ends.size
    shared = np.random.default_rng([SEED, 1])
    province = memory(shared.standard_normal(size, dtype=np.float32), 50)
    basins = {name: memory(shared.standard_normal(size, dtype=np.float32), 36) for name in BASIN_LAG}
    sun = memory(shared.standard_normal(size, dtype=np.float32), 40)
    still = episodes(days)
    stagnation = {}
    for code, basin in cities.items():
        own = np.random.default_rng([SEED, 2, int(code)]).standard_normal(size, dtype=np.float32)
        mixed = (
            np.float32(0.75) * province + np.float32(0.5) * basins[basin] + np.float32(0.43) * memory(own, 24)
        )
        stagnation[code] = np.clip(_without_drift(mixed), -2.6, 2.4) + still
    dust, storms = dust_storms(days)
    return Weather(stagnation, sun, dust, storms)


def _without_drift(series: Floats, hours: int = 60 * 24) -> Floats:
    """The series less its mean over two months: no year is stiller than another by chance."""
    total = np.concatenate([[0.0], np.cumsum(series, dtype=np.float64)])
    at = np.arange(series.size)
    low, high = np.maximum(at - hours // 2, 0), np.minimum(at + hours // 2, series.size)
    return series - ((total[high] - total[low]) / (high - low)).astype(np.float32)


def episodes(days: Calendar) -> Floats:
    """Still air for some days in each winter month, building up until a cold front blows it away."""
    raised = np.zeros(days.ends.size, dtype=np.float32)
    local = days.local_day()
    for month in np.unique(local.astype("datetime64[M]")):
        number = int(month.astype(np.int64)) % 12 + 1
        if number not in {11, 12, 1, 2}:
            continue
        draw = np.random.default_rng([SEED, 3, int(month.astype(np.int64))])
        first = month.astype("datetime64[D]") + np.timedelta64(int(draw.integers(2, 18)), "D")
        length = int(draw.integers(4, 8)) * 24
        at = int(np.searchsorted(local, first))
        if local[at] != first:
            continue
        ramp = np.linspace(0.3, 1.7, length, dtype=np.float32)
        swept = np.linspace(1.7, -1.2, 10, dtype=np.float32)
        shape = np.concatenate([ramp, swept, np.linspace(-1.2, 0, 60, dtype=np.float32)])[: raised.size - at]
        raised[at : at + shape.size] += shape
    return raised


def dust_storms(days: Calendar) -> tuple[dict[str, Floats], list[tuple[np.datetime64, np.datetime64]]]:
    """One storm each spring, 10 and 11 April: over the whole province for two days, from north to south."""
    local = days.local_day()
    dust = {basin: np.zeros(local.size, dtype=np.float32) for basin in BASIN_LAG}
    storms = []
    for year in np.unique(local.astype("datetime64[Y]")):
        first = np.datetime64(f"{year}-04-10", "D")
        at = int(np.searchsorted(local, first))
        if at >= local.size or local[at] != first:
            continue
        storms.append((first, first + np.timedelta64(1, "D")))
        for basin, lag in BASIN_LAG.items():
            hours = np.arange(48 - lag, dtype=np.float32)
            pulse = np.minimum(hours / 3, 1) * np.exp(-np.maximum(hours - 3, 0) / 22)
            dust[basin][at + lag : at + 48] = pulse[: local.size - at - lag]
    return dust, storms
