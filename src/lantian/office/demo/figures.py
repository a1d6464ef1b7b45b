"""Where the simulated air stands, roughly, so that the plan documents can set targets met and missed.

These figures choose numbers for a text; no page shows them. Every figure shown comes from `lantian.ambient`.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from datetime import date
from functools import cached_property

import numpy as np

from lantian.ambient import composite_index
from lantian.office.demo.simulate import Simulation
from lantian.office.demo.weather import Floats
from lantian.rulebook import load

REGIONS = {
    "shanxi": "140000", "taiyuan": "140100", "datong": "140200", "changzhi": "140400", "yuncheng": "140800",
    "yangquan": "140300", "jincheng": "140500", "shuozhou": "140600", "jinzhong": "140700",
    "lvliang": "141100", "xinzhou": "140900", "linfen": "141000", "hongtong": "141024",
    "anze": "141026", "jixian": "141028",
}  # fmt: skip
DAILY_LIMITS = {
    **{name: f"ambient.limits.{name}.day.grade_2" for name in ("pm2_5", "pm10", "no2", "so2", "co")},
    "o3": "ambient.limits.o3.mda8.grade_2",
}


class Figures:
    """Figures of one simulation: `pm`, `ci`, `good` [%] and `heavy` [days] of a year and a region."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        self._daily: dict[str, dict[str, Floats]] = {}

    @cached_property
    def days(self) -> np.ndarray:
        """The full local days."""
        days = self.simulation.calendar.local_day()[: self.simulation.hours]
        return days[: days.size // 24 * 24 : 24]

    def daily(self, region: str) -> dict[str, Floats]:
        """Daily means of a city or county by its code, ozone as the largest 8-hour mean, roughly."""
        if region not in self._daily:
            county = not region.endswith("00")
            columns = [
                index
                for index, place in enumerate(self.simulation.stations)
                if (place.county == region if county else place.city == region and place.urban)
                and not place.closed
            ] or list(range(len(self.simulation.stations)))
            with warnings.catch_warnings():
                # Days on which a region has no value at all: they stay NaN and drop out of the means below.
                warnings.simplefilter("ignore", RuntimeWarning)
                self._daily[region] = {
                    name: self._days_of(name, np.nanmean(values[: self.days.size * 24, columns], axis=1))
                    for name, values in self.simulation.air.items()
                }
        return self._daily[region]

    def _days_of(self, name: str, hours: Floats) -> Floats:
        by_day = hours.reshape(-1, 24)
        if name != "o3":
            return np.asarray(np.nanmean(by_day, axis=1), dtype=np.float32)
        windows = np.lib.stride_tricks.sliding_window_view(by_day, 8, axis=1)
        return np.asarray(np.nanmax(np.nanmean(windows, axis=2), axis=1), dtype=np.float32)

    def value(self, what: str, year: int, region: str) -> float:
        """A figure of a year so far, of all days if it has none; the province is the mean of its cities."""
        code = REGIONS[region]
        if not code.endswith("0000"):
            return self._value(what, year, code)
        cities = sorted({place.city for place in self.simulation.stations if place.urban})
        return sum(self._value(what, year, city) for city in cities) / len(cities)

    def of(self, what: str, year: int, code: str) -> float:
        """A figure of a year so far of a city or county by its code; see `value`."""
        return self._value(what, year, code)

    def _value(self, what: str, year: int, code: str) -> float:
        inside = self.days.astype("datetime64[Y]").astype(int) + 1970 == year
        if not inside.any():
            inside = np.ones(self.days.size, dtype=bool)
        # One set of limits for the whole of it: those in force on its last day.
        book, last = load(), self.days[inside][-1].astype(date)
        day = {name: values[inside] for name, values in self.daily(code).items()}
        if what == "pm":
            return float(np.nanmean(day["pm2_5"]))
        if what == "heavy":
            return float(np.sum((day["pm2_5"] > 150) | (day["pm10"] > 350) | (day["o3"] > 265)))
        if what == "good":
            limits = {name: float(book.rule(path, on=last).value) for name, path in DAILY_LIMITS.items()}
            bad = np.any([day[name] > limit for name, limit in limits.items()], axis=0)
            return float(100 * np.mean(~bad))
        shown = {name: float(np.nanmean(values)) for name, values in day.items()}
        shown["co"] = float(np.nanpercentile(day["co"], 95))
        shown["o3_8h"] = float(np.nanpercentile(day["o3"], 90))
        del shown["o3"]
        return float(composite_index(**shown, regime=book.regime_on(last)).value)


def target(what: str, value: float, *, met: bool) -> str:
    """A target figure, as a plan would print it, that `value` meets or misses by a clear margin."""
    choose: dict[str, Callable[[], str]] = {
        "pm": lambda: str(math.ceil(value * 1.05) if met else math.floor(value * 0.93)),
        "good": lambda: str(math.floor(value - 5) if met else min(99, math.ceil(value + 5))),
        "heavy": lambda: str(math.floor(value) + 3 if met else max(0, math.floor(value) - 2)),
        "ci": lambda: f"{value * (1.04 if met else 0.93):.2f}",
    }
    return choose[what]()
