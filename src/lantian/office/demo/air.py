"""The air of every simulated station, hour by hour, from the shared weather and each station's character.

Levels are those of a polluted inland basin: warm and clean in summer but for ozone, smoky in winter.
It is a picture, not a model: each factor is there because a page or a check of Lantian must meet it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from lantian.office.demo.province import CHARACTER, Station
from lantian.office.demo.weather import SEED, Calendar, Floats, Weather, memory, weather

POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
DECIMALS = {
    "so2": 0,
    "no2": 0,
    "co": 1,
    "o3": 0,
    "pm10": 0,
    "pm2_5": 0,
}  # as the national feed publishes hours
DUST_PM10 = 1500.0  # [µg/m³] at the front of a storm
Tick = Callable[[str, int, int], None]


def _daily(points: dict[int, float]) -> Floats:
    """A diurnal factor of mean 1 through these hours (0..23), interpolated around midnight."""
    hours = sorted(points)
    values = np.interp(np.arange(24), hours, [points[hour] for hour in hours], period=24)
    return (values / values.mean()).astype(np.float32)


PM_HOURS = _daily({1: 1.08, 6: 0.98, 9: 1.15, 12: 0.95, 16: 0.76, 20: 1.05, 23: 1.12})
NO2_HOURS = _daily({3: 0.85, 5: 0.82, 8: 1.2, 11: 0.9, 14: 0.62, 17: 0.85, 20: 1.42, 23: 1.18})
SO2_HOURS = _daily({4: 0.82, 7: 0.95, 10: 1.42, 14: 0.95, 18: 0.9, 22: 0.95})
CO_HOURS = _daily({4: 0.95, 8: 1.2, 12: 0.95, 15: 0.78, 20: 1.1, 23: 1.08})
O3_HOURS = np.interp(
    np.arange(24),
    [0, 4, 7, 10, 13, 15, 17, 19, 21],
    [0.2, 0.12, 0.05, 0.42, 0.86, 1.0, 0.93, 0.62, 0.36],
    period=24,
).astype(np.float32)


def breathe(
    days: Calendar, places: Sequence[Station], tick: Tick | None = None
) -> tuple[dict[str, Floats], Weather]:
    """Hourly concentrations before any defect, [hour, station], in the published unit and rounded to it.

    Parameters
    ----------
    days
        the hours
    places
        the stations
    tick
        told what is being made, how far, of how many
    """
    cities = {place.city: place.basin for place in places}
    sky = weather(days, cities)
    season = np.cos(2 * np.pi * (days.day_of_year - 15) / 365.25).astype(np.float32)
    summer = np.exp(-0.5 * ((days.day_of_year - 174) / 56.0) ** 2).astype(np.float32)
    spring = np.exp(-0.5 * ((days.day_of_year - 100) / 28.0) ** 2).astype(np.float32)
    traffic = np.where(days.weekday < 5, np.float32(1.04), np.float32(0.9))
    still = np.stack([sky.stagnation[place.city] for place in places], axis=1)
    still_squared = np.float32(0.5) * (still.std(axis=0) ** 2)
    own = _noise(days.ends.size, places, tick)

    def per_station(value: Callable[[Station, tuple[float, ...]], float]) -> Floats:
        return np.array(
            [value(p, CHARACTER[p.city_name.removesuffix("市")]) for p in places], dtype=np.float32
        )

    def row(hours: Floats) -> Floats:
        return hours[:, None].astype(np.float32)

    trend = np.exp(
        per_station(lambda p, c: c[6] + p.number % 5 * 0.008 - 0.016)[None, :] * days.years[:, None]
    )

    def still_air(strength: float, more_in_winter: float) -> Floats:
        power = row(np.float32(strength) + np.float32(more_in_winter) * season)
        return np.exp(power * still - power * power * still_squared)

    step = tick or (lambda what, done, of: None)
    air: dict[str, Floats] = {}
    step("pm2_5", 1, 6)
    base = per_station(lambda p, c: c[0] * _place(p, 0.84))
    fine = (
        base
        * row((1 + 0.40 * season) * PM_HOURS[days.hour])
        * still_air(0.39, 0.07)
        * _wobble(own[0], 0.2)
        * trend
    )
    dust = np.stack([sky.dust[place.basin] for place in places], axis=1)
    dust = dust * per_station(lambda p, c: DUST_PM10 * (0.8 + p.number % 7 * 0.07)) * _wobble(own[4], 0.15)
    air["pm2_5"] = np.maximum(fine + np.float32(0.11) * dust, 2)
    step("pm10", 2, 6)
    coarse = per_station(lambda p, c: c[1] * (0.97 + p.number % 4 * 0.03))
    lifted = row((0.92 + 0.35 * spring - 0.32 * summer + 0.05 * season) * traffic)
    air["pm10"] = 1.1 * fine + coarse * lifted * _wobble(own[1], 0.4) * (1 + 0.5 * (trend - 1)) + dust
    step("no2", 3, 6)
    base = per_station(lambda p, c: c[3] * _place(p, 0.74))
    no2 = (
        base
        * row((1 + 0.3 * season) * traffic * NO2_HOURS[days.hour])
        * still_air(0.22, 0.04)
        * _wobble(own[2], 0.22)
    )
    air["no2"] = np.maximum(no2 * (1 + 0.7 * (trend - 1)), 1)
    step("so2", 4, 6)
    base = per_station(lambda p, c: c[2] * _place(p, 1.08))
    so2 = (
        base * row((1 + 0.5 * season) * SO2_HOURS[days.hour]) * still_air(0.24, 0.05) * _wobble(own[3], 0.28)
    )
    air["so2"] = np.maximum(so2 * trend, 1)
    step("co", 5, 6)
    base = per_station(lambda p, c: c[4] * _place(p, 0.92))
    co = base * row((1 + 0.34 * season) * CO_HOURS[days.hour]) * still_air(0.24, 0.04) * _wobble(own[0], 0.16)
    air["co"] = np.maximum(co * trend, 0.1)
    step("o3", 6, 6)
    reach = per_station(lambda p, c: c[5] * (1.0 if p.valley else 0.985) * (0.985 + p.number % 3 * 0.015))
    bright = np.exp(np.float32(0.21) * sky.sun - np.float32(0.015))
    top = (
        row((69 + 89 * summer + 14 * spring) * bright) * (1 + np.float32(0.05) * row(summer) * still) * reach
    )
    night = np.float32(0.24)
    o3 = top * row(night + (1 - night) * O3_HOURS[days.hour]) * _wobble(own[5], 0.1) - np.float32(0.3) * (
        no2 - no2.mean(axis=0)
    )
    air["o3"] = np.maximum(o3, 2)
    return {name: _published(values, DECIMALS[name]) for name, values in air.items()}, sky


def _place(station: Station, hills: float) -> float:
    """How a station differs from its city: in the hills by the factor `hills`, a little by its number."""
    return (1.0 if station.valley or station.urban else hills) * (0.955 + station.number % 6 * 0.018)


def _wobble(series: Floats, strength: float) -> Floats:
    """A log-normal factor of mean 1."""
    return np.exp(np.float32(strength) * series - np.float32(strength * strength / 2))


def _noise(hours: int, places: Sequence[Station], tick: Tick | None) -> NDArray[np.float32]:
    """Six series of each station's own, [6, hour, station], unit variance, forgetting within hours."""
    noise = np.empty((6, hours, len(places)), dtype=np.float32)
    for column, place in enumerate(places):
        # One stream per station: a smaller build has the same hours for the stations it keeps.
        draw = np.random.Generator(np.random.SFC64([SEED, 5, place.number]))
        noise[:, :, column] = draw.standard_normal((6, hours), dtype=np.float32)
        if tick and column % 30 == 29:
            tick("noise", column + 1, len(places))
    for series, keeps in zip(noise, (6, 7, 4, 4, 12, 5), strict=True):
        series[:] = memory(series, keeps)
    return noise


def _published(values: Floats, decimals: int) -> Floats:
    scale = np.float32(10**decimals)
    return np.rint(values * scale) / scale
