"""Series made up on purpose or at random, and the stores that hold them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from lantian.lake import Lake

from .slow import HOURLY, Hours

CEILING = {"so2": 90, "no2": 160, "co": 5, "o3": 260, "pm10": 400, "pm2_5": 250}

Series = dict[datetime, dict[str, int | None]]


def stamp(day: date, hour: int) -> datetime:
    """The end of hour 1 … 24 of a local day."""
    return datetime.combine(day, time()) + timedelta(hours=hour)


def days_between(first: date, last: date) -> list[date]:
    """Both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def constant(values: Mapping[str, int | None], days: Iterable[date], hours: Iterable[int]) -> Series:
    """The same values at every hour given."""
    wanted = list(hours)
    return {stamp(day, hour): dict(values) for day in days for hour in wanted}


def random_series(
    seed: int, days: Iterable[date], *, whole: bool | None = None, gaps: float = 0.08
) -> Series:
    """Hours that come and go: absent rows, absent values, bad days; whole units or decimals."""
    dice = random.Random(seed)  # noqa: S311 - a fixed seed makes a test, not a secret
    if whole is None:
        whole = dice.random() < 0.5
    series: Series = {}
    for day in days:
        loss = dice.choice((0.0, gaps, gaps, 0.2, 0.9))
        level = dice.uniform(0.05, 1.2)
        for hour in range(1, 25):
            if dice.random() < loss:
                continue
            values: dict[str, int | None] = {}
            for item in HOURLY:
                top = CEILING[item] * level
                if dice.random() < loss / 2:
                    values[item] = None
                elif item == "co":
                    values[item] = round(dice.uniform(0, top) * (10 if whole else 100)) * (
                        100 if whole else 10
                    )
                else:
                    values[item] = round(dice.uniform(0, top) * (1 if whole else 10)) * (
                        1000 if whole else 100
                    )
            series[stamp(day, hour)] = values
    return series


def rows_of(
    place: str, series: Hours, *, city: str | None = None, name: str | None = None
) -> list[dict[str, Any]]:
    """Rows as the lake takes them: local ends of hours become UTC."""
    return [
        {
            "place": place,
            "name": name or place,
            "city": city,
            "time": (at - timedelta(hours=8)).replace(tzinfo=UTC),
            **{item: values.get(item) for item in HOURLY},
        }
        for at, values in series.items()
    ]


def table_of(rows: list[dict[str, Any]]) -> pa.Table:
    """An Arrow table of an hourly kind."""
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("time", pa.timestamp("us", tz="UTC")),
            *((item, pa.int32()) for item in HOURLY),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def store(
    folder: Path,
    *,
    feed: Mapping[str, Hours] | None = None,
    stations: Mapping[str, Mapping[str, Hours]] | None = None,
) -> Lake:
    """A new store: `feed` city → hours, `stations` city → station → hours."""
    lake = Lake.open(folder, create=True)
    if feed:
        rows = [row for place, series in feed.items() for row in rows_of(place, series)]
        lake.append("ambient_city_hour", table_of(rows), source="feed")
    if stations:
        rows = [
            row
            for city, members in stations.items()
            for place, series in members.items()
            for row in rows_of(place, series, city=city)
        ]
        lake.append("ambient_station_hour", table_of(rows), source="stations")
    return lake
