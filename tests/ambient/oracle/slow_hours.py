"""The slow oracle of an hour: running means and the real-time AQI of both editions, from the fact sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from .slow import HOURLY, Hours, SlowAqi, half_even, iaqi, mean

RUNNING = {
    "o3_8h": ("o3", 8, 6),
    "so2_24h": ("so2", 24, 20),
    "pm10_24h": ("pm10", 24, 20),
    "pm2_5_24h": ("pm2_5", 24, 20),
}
INPUTS = {
    "2012": {
        "so2": ("so2", "so2", "hour"), "no2": ("no2", "no2", "hour"), "co": ("co", "co", "hour"),
        "o3": ("o3", "o3", "hour"), "o3_8h": ("o3_8h", "o3", "8h"), "pm10": ("pm10_24h", "pm10", "day"),
        "pm2_5": ("pm2_5_24h", "pm2_5", "day"),
    },
    "2026": {
        "so2": ("so2", "so2", "hour"), "no2": ("no2", "no2", "hour"), "co": ("co", "co", "hour"),
        "o3": ("o3", "o3", "hour"), "pm10": ("pm10", "pm10", "day"), "pm2_5": ("pm2_5", "pm2_5", "day"),
    },
}  # fmt: skip
"""Per edition and item: which value, and by which column of the table."""


def hour_of_station(series: Hours, at: datetime) -> dict[str, Fraction]:
    """The hour that ends `at` and the running means up to it, unrounded; what is missing is not there."""
    found: dict[str, Fraction] = {}
    for item in HOURLY:
        value = series.get(at, {}).get(item)
        if value is not None:
            found[item] = Fraction(value, 1000)
    for name, (item, hours, needed) in RUNNING.items():
        values = []
        for back in range(hours):
            value = series.get(at - timedelta(hours=back), {}).get(item)
            if value is not None:
                values.append(Fraction(value, 1000))
        if len(values) >= needed:
            found[name] = mean(values)
    return found


def hour_of_city(stations: Sequence[Hours], at: datetime) -> dict[str, Decimal | None]:
    """Plain means of the stations' own values, rounded once."""
    own = [hour_of_station(series, at) for series in stations]
    found: dict[str, Decimal | None] = {}
    for name in (*HOURLY, *RUNNING):
        values = [station[name] for station in own if name in station]
        found[name] = half_even(mean(values), 1 if name == "co" else 0) if values else None
    return found


def realtime_aqi(values: Mapping[str, Decimal | None], edition: str) -> SlowAqi:
    """2012: gases 1 h, O3 also 8 h running, particles 24 h running. 2026: six 1-hour means."""
    parts: dict[str, int | None] = {}
    for item, (value, pollutant, averaging) in INPUTS[edition].items():
        concentration = values[value]
        found: int | str | None = None
        if concentration is not None:
            found = iaqi(pollutant, concentration, averaging, edition)
        instead = {"so2_day": ("so2_24h", "so2", "day"), "o3_hour": ("o3", "o3", "hour")}.get(str(found))
        if instead is not None:
            other = values[instead[0]]
            found = None if other is None else iaqi(instead[1], other, instead[2], edition)
        if isinstance(found, str):
            raise TypeError(found)
        parts[item] = found
    present = [part for part in parts.values() if part is not None]
    if not present:
        return SlowAqi(parts, None, (), "no_items")
    top = max(present)
    index = max(top, 1) if edition == "2026" else top
    if edition == "2026" and len(present) < len(parts) and index <= 100:
        return SlowAqi(parts, None, (), "items_missing")
    return SlowAqi(parts, index, tuple(i for i, p in parts.items() if p == top) if index > 50 else ())
