"""Daily values of the cities in the years before the hours begin: without past years there is no outlook.

A real office has them too: daily city means of a public archive from before its own stations reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import pyarrow as pa

from lantian.office.demo.air import POLLUTANTS, breathe
from lantian.office.demo.province import Station, stations
from lantian.office.demo.weather import HOUR, LOCAL, SEED, Calendar, Floats

KIND = "ambient_city_day"
YEARS = 3
PER_CITY = 2
"""Stations simulated for the mean of a city: enough for a day, few enough to take no time."""
DECIMALS = {"co": 1}
THOUSANDTHS = 1000
UNLIKE = {"so2": 0.08, "no2": 0.05, "co": 0.05, "o3": 0.04, "pm10": 0.07, "pm2_5": 0.06}
"""By how much years differ from each other, beyond trend and weather: standard deviation of the logarithm."""


def past_days(first_hour: datetime, cities: Iterable[str] | None = None) -> pa.Table:
    """Daily values of each city for the calendar years up to the one in which the hours begin.

    Parameters
    ----------
    first_hour
        the local time the simulated hours begin with; the last year made is the one it lies in
    cities
        codes; all eleven by default

    Returns
    -------
    rows of `ambient_city_day`, sorted by place and date; values in thousandths of the published unit
    """
    days = _hours(first_hour.year - YEARS + 1, first_hour)
    places = _some(set(cities) if cities is not None else None)
    air, _sky = breathe(days, places)
    dates = days.local_day()[::24]
    columns: dict[str, list[Floats]] = {name: [] for name in POLLUTANTS}
    names: list[str] = []
    for code in dict.fromkeys(place.city for place in places):
        at = [column for column, place in enumerate(places) if place.city == code]
        names.append(places[at[0]].city_name.removesuffix("市"))
        factor = _years(code, dates)
        for name in POLLUTANTS:
            hours = air[name][:, at].reshape(len(dates), 24, len(at))
            own = _eight_hours(hours) if name == "o3" else hours.mean(axis=1)
            columns[name].append(own.mean(axis=1) * factor[name])
    return _table(names, dates, {name: np.concatenate(values) for name, values in columns.items()})


def _hours(year: int, first_hour: datetime) -> Calendar:
    """Whole calendar years up to that of `first_hour`; the trend counts from there, as that of the hours."""
    begins = np.arange(
        np.datetime64(f"{year}-01-01T00", "h"), np.datetime64(f"{first_hour.year + 1}-01-01T00", "h"), HOUR
    )
    days = begins.astype("datetime64[D]")
    origin = np.datetime64(first_hour.replace(tzinfo=None), "h")
    return Calendar(
        ends=begins - LOCAL + HOUR,
        hour=(begins - days).astype(np.int64),
        day_of_year=(days - days.astype("datetime64[Y]")).astype(np.int64) + 1,
        weekday=(days.astype(np.int64) + 3) % 7,
        years=((begins - origin).astype(np.int64) / 8766.0).astype(np.float32),
    )


def _some(cities: set[str] | None) -> list[Station]:
    """The first stations of each city that its own figure is the mean of."""
    taken: dict[str, list[Station]] = {}
    for place in stations():
        if place.urban and not place.closed and (cities is None or place.city in cities):
            own = taken.setdefault(place.city, [])
            if len(own) < PER_CITY:
                own.append(place)
    return [place for own in taken.values() for place in own]


def _years(code: str, dates: np.ndarray) -> dict[str, Floats]:
    """A factor of each year, in part the province's, in part the city's own."""
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    found: dict[str, Floats] = {}
    for number, name in enumerate(POLLUTANTS):
        factor = np.ones(len(dates), np.float32)
        for year in np.unique(years):
            shared = np.random.default_rng([SEED, 8, int(year), number]).standard_normal()
            own = np.random.default_rng([SEED, 9, int(year), number, int(code)]).standard_normal()
            factor[years == year] = np.exp(UNLIKE[name] * (0.8 * shared + 0.6 * own))
        found[name] = factor
    return found


def _eight_hours(hours: Floats) -> Floats:
    """The largest mean of eight consecutive hours that end at 08:00 … 24:00, per day and station."""
    total = np.cumsum(hours, axis=1)
    sums = total[:, 7:] - np.concatenate([np.zeros_like(total[:, :1]), total[:, :-8]], axis=1)
    return np.asarray(sums.max(axis=1) / 8)


def _table(names: list[str], dates: np.ndarray, values: dict[str, Floats]) -> pa.Table:
    which = np.repeat(np.arange(len(names), dtype=np.int32), len(dates))
    words = pa.DictionaryArray.from_arrays(pa.array(which), pa.array(names)).cast(pa.string())
    columns = {
        "place": words,
        "name": words,
        "city": pa.nulls(len(which), pa.string()),
        "date": pa.array(np.tile(dates.astype("datetime64[D]"), len(names)), pa.date32()),
    }
    for name in POLLUTANTS:
        scale = 10.0 ** DECIMALS.get(name, 0)
        whole = np.rint(values[name].astype(np.float64) * scale) / scale * THOUSANDTHS
        columns["o3_8h_max" if name == "o3" else name] = pa.array(np.rint(whole).astype(np.int32))
    return pa.table(columns)
