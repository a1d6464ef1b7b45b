"""The simulated observations as the lake takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa

from lantian.office.demo.air import POLLUTANTS, Tick, breathe
from lantian.office.demo.defects import Defect, spoil
from lantian.office.demo.province import Station
from lantian.office.demo.province import stations as all_stations
from lantian.office.demo.weather import Calendar, Floats, calendar

KIND = "ambient_station_hour"
THOUSANDTHS = 1000


@dataclass(frozen=True, slots=True)
class Simulation:
    """Two simulated years. `air` [hour, station] in the published unit, NaN where missing at the source."""

    stations: list[Station]
    calendar: Calendar
    hours: int  # of the calendar, how many are over
    air: dict[str, Floats]
    table: pa.Table  # ambient_station_hour, sorted by place and time
    defects: list[Defect]
    storms: list[tuple[np.datetime64, np.datetime64]]


def simulate(
    now: datetime,
    *,
    months: int = 24,
    stations: Sequence[Station] | int | None = None,
    tick: Tick | None = None,
) -> Simulation:
    """Simulate the province up to the last full hour before `now`.

    Parameters
    ----------
    now
        an aware time; the same hour gives the same values
    months
        full months before the current one
    stations
        the stations, or how many of the usual ones
    tick
        told what is being made, how far, of how many
    """
    places = list(stations) if isinstance(stations, Sequence) else all_stations(stations)
    days, over = calendar(now, months)
    air, sky = breathe(days, places, tick)
    spoiled = spoil(days, places, air, over)
    return Simulation(
        stations=places,
        calendar=days,
        hours=over,
        air={name: values[:over] for name, values in spoiled.air.items()},
        table=_table(days, places, spoiled.air, spoiled.rows, over),
        defects=spoiled.defects,
        storms=[storm for storm in sky.storms if storm[1] < days.local_day()[over - 1]],
    )


def _table(
    days: Calendar, places: Sequence[Station], air: dict[str, Floats], rows: np.ndarray, over: int
) -> pa.Table:
    kept = rows[:over].T.ravel()  # station by station, each in time
    which = np.repeat(np.arange(len(places), dtype=np.int32), over)[kept]

    def words(values: list[str]) -> pa.Array:
        return pa.DictionaryArray.from_arrays(pa.array(which), pa.array(values)).cast(pa.string())

    columns = {
        "place": words([place.code for place in places]),
        "name": words([place.name for place in places]),
        "city": words([place.city_name.removesuffix("市") for place in places]),
        "time": pa.array(
            np.tile(days.ends[:over].astype("datetime64[us]"), len(places))[kept], pa.timestamp("us")
        ).cast(pa.timestamp("us", tz="UTC")),
    }
    for name in POLLUTANTS:
        values = air[name][:over].T.ravel()[kept]
        absent = np.isnan(values)
        whole = np.rint(np.where(absent, 0, values).astype(np.float64) * THOUSANDTHS).astype(np.int32)
        columns[name] = pa.array(whole, mask=absent)
    return pa.table(columns)
