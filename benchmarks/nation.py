"""A synthetic nation of stations, written into a lake as an import would: month by month, seeds fixed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from paths import KIND

from lantian.lake import Lake, arrow

SEED = 20251122
PER_CITY = 6  # 2,000 stations are 334 cities
ABSENT, MISSING = 0.01, 0.02
LENGTH = 12  # hours of an outage or of a run of missing values
# Typical level, swing over the year (winter positive), swing over the day, step of the published value.
SHAPES = {
    "so2": (9.0, 0.4, 0.2, 1000),
    "no2": (28.0, 0.4, 0.3, 1000),
    "co": (0.7, 0.3, 0.2, 100),
    "o3": (75.0, -0.45, 0.6, 1000),
    "pm10": (65.0, 0.4, 0.2, 1000),
    "pm2_5": (36.0, 0.5, 0.15, 1000),
}


def month_of(year: int, month: int, stations: int) -> pa.Table:
    """The hours of one local month of every station: about 1 % of rows absent, 2 % of values missing."""
    chance = np.random.default_rng([SEED, year, month])
    own = np.random.default_rng(SEED)
    level = own.lognormal(0.0, 0.3, size=stations)
    first = datetime(year, month, 1, tzinfo=UTC)
    following = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    hours = (following - first).days * 24
    # The first hour of a local day ends at 01:00 local time, 17:00 UTC of the day before.
    begin = first - timedelta(hours=7)
    times = np.datetime64(begin.replace(tzinfo=None), "us") + np.arange(hours) * np.timedelta64(1, "h")
    clock = np.arange(hours) % 24
    season = np.cos(2 * np.pi * (month - 0.5) / 12)
    shape = (stations, hours)
    weather = _weather(chance, stations, hours)
    there = ~_blocks(chance, shape, ABSENT)
    columns: dict[str, pa.Array] = {}
    codes = np.repeat(np.arange(stations, dtype=np.int32), hours).reshape(shape)[there]
    for name, labels in labels_of(stations).items():
        columns[name] = pa.DictionaryArray.from_arrays(codes, pa.array(labels)).cast(pa.string())
    columns["time"] = pa.array(np.broadcast_to(times, shape)[there], pa.timestamp("us", tz="UTC"))
    for item, (base, yearly, daily, step) in SHAPES.items():
        curve = 1 + daily * np.sin(2 * np.pi * (clock - 8) / 24)
        noise = chance.standard_normal(shape, dtype=np.float32) * 0.2 + 1
        values = base * (1 + yearly * season) * level[:, None] * curve * noise * weather
        whole = np.maximum(np.rint(values * (1000 / step)), 1).astype(np.int32) * np.int32(step)
        columns[item] = pa.array(whole[there], mask=_blocks(chance, shape, MISSING)[there])
    return pa.table(columns)


def labels_of(stations: int) -> dict[str, list[str]]:
    """Code, name and city of each station, by number."""
    numbers = range(stations)
    return {
        "place": [f"{1001 + number}A" for number in numbers],
        "name": [f"监测站{number + 1}" for number in numbers],
        "city": [f"城{number // PER_CITY + 1:03}市" for number in numbers],
    }


def _weather(chance: np.random.Generator, stations: int, hours: int) -> np.ndarray:
    """Good and bad days, shared by a city."""
    days = chance.lognormal(0.0, 0.45, size=(stations // PER_CITY + 1, hours // 24 + 1))
    return np.repeat(np.repeat(days, PER_CITY, axis=0)[:stations], 24, axis=1)[:, :hours].astype(np.float32)


def _blocks(chance: np.random.Generator, shape: tuple[int, int], share: float) -> np.ndarray:
    """A mask that covers about this share, in runs of `LENGTH` hours."""
    begun = chance.random(shape, dtype=np.float32) < share / LENGTH
    at = np.where(begun, np.arange(shape[1], dtype=np.int32), np.int32(-LENGTH))
    return np.arange(shape[1], dtype=np.int32) - np.maximum.accumulate(at, axis=1) < LENGTH


def build(root: Path, *, stations: int, years: range, without: int = 0) -> Lake:
    """A lake of these local years, a commit a month, without the last days of each December."""
    lake = Lake.open(root, create=True)
    for year in years:
        for month in range(1, 13):
            table = month_of(year, month, stations)
            if without and month == 12:
                end = datetime(year, 12, 32 - without, tzinfo=UTC) - timedelta(hours=8)
                table = table.filter(pc.less_equal(table["time"], pa.scalar(end, table["time"].type)))
            lake.append(KIND, table, source=f"nation-{year}-{month:02}")
    return lake


def day_of(day: date, stations: int) -> pa.Table:
    """One local day of the nation."""
    table = month_of(day.year, day.month, stations)
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
    kind = table["time"].type
    after = pc.greater(table["time"], pa.scalar(midnight, kind))
    upto = pc.less_equal(table["time"], pa.scalar(midnight + timedelta(days=1), kind))
    return table.filter(pc.and_(after, upto))


def hour_of(lake: Lake, day: date, number: int) -> pa.Table:
    """A corrected hour: noon of one station that was there, with another PM2.5."""
    noon = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    rows = arrow(lake.read(KIND, since=noon, until=noon)).sort_by("place")
    row = rows.slice(number % rows.num_rows, 1)
    return row.set_column(row.column_names.index("pm2_5"), "pm2_5", pa.array([77_000], pa.int32()))


def stations_of(lake: Lake) -> int:
    """How many stations a nation has."""
    return len({place for place, _, _ in lake.labels(KIND)})
