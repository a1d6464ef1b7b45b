"""The time axis of a simulation, and noise with a memory on it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import numpy as np

from lantian.telemetry.series import Floats

LOCAL = timedelta(hours=8)


def stream(seed: int, *words: str | int) -> np.random.Generator:
    """Random numbers of their own for each use, so that one more draw here changes nothing there."""
    return np.random.default_rng([seed, *(zlib.crc32(str(word).encode()) for word in words)])


@dataclass(frozen=True)
class Grid:
    """Periods of one length.

    Parameters
    ----------
    start
        start of the first period, aware
    days
        how many days of 24 hours
    step
        length of a period; divides the hour
    """

    start: datetime
    days: float
    step: timedelta

    @cached_property
    def n(self) -> int:
        """How many periods there are."""
        return int(timedelta(days=self.days) / self.step)

    @cached_property
    def hours_per_step(self) -> float:
        return self.step / timedelta(hours=1)

    def steps(self, hours: float) -> float:
        """How many periods `hours` are."""
        return hours / self.hours_per_step

    @cached_property
    def elapsed(self) -> Floats:
        """Hours since the first period began, shape (n,)."""
        return np.arange(self.n, dtype=np.float64) * self.hours_per_step

    @cached_property
    def local_start(self) -> datetime:
        return self.start.astimezone(UTC).replace(tzinfo=None) + LOCAL

    @cached_property
    def clock(self) -> Floats:
        """Hour of the local day of each period's start, 0 to below 24."""
        begun = self.local_start
        return (begun.hour + begun.minute / 60 + begun.second / 3600 + self.elapsed) % 24

    @cached_property
    def day(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Local day of each period, counted from the first."""
        begun = self.local_start
        first = begun.hour + begun.minute / 60 + begun.second / 3600
        return ((first + self.elapsed + 1e-9) // 24).astype(np.int64)

    @cached_property
    def weekday(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """0 Monday to 6 Sunday of each period's local day."""
        return (self.first_day.weekday() + self.day) % 7

    @property
    def first_day(self) -> date:
        return self.local_start.date()

    @cached_property
    def season(self) -> Floats:
        """Cold of the year, 1 in mid January and −1 in mid July."""
        number = self.first_day.timetuple().tm_yday + self.day
        return np.cos((number - 15) / 365.25 * 2 * np.pi)

    def wander(self, rng: np.random.Generator, hours: float) -> Floats:
        """Noise of variance 1 that forgets itself within `hours`: first order, shape (n,)."""
        keep = float(np.exp(-1 / max(self.steps(hours), 1e-6)))
        noise = rng.standard_normal(self.n) * np.sqrt(1 - keep * keep)
        if self.n:
            noise[0] /= np.sqrt(1 - keep * keep)
        return recursion(noise, keep)

    def relax(self, target: Floats, hours: float) -> Floats:
        """What follows `target` with a time constant of `hours`, beginning at it."""
        keep = float(np.exp(-1 / max(self.steps(hours), 1e-6)))
        driven = target * (1 - keep)
        if self.n:
            driven[0] = target[0]
        return recursion(driven, keep)


def recursion(driven: Floats, keep: float) -> Floats:
    """y[i] = driven[i] + keep · y[i − 1], by doubling instead of a loop."""
    out = np.array(driven, dtype=np.float64)
    shift = 1
    while shift < len(out) and keep > 1e-7:
        out[shift:] += keep * out[:-shift]
        keep *= keep
        shift *= 2
    return out
