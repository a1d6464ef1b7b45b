"""Stores of daily values made for a test: whole years of one level, or day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from lantian.lake import Lake

CLEAN = {"so2": 10, "no2": 20, "co": 1, "o3_8h_max": 100, "pm10": 50, "pm2_5": 25}
Day = Mapping[str, float | int | None]


def day_lake(root: Path, rows: Iterable[tuple[str, date, Day]]) -> Lake:
    """A store of city days: place, date, values by item [µg/m³; CO mg/m³], what is not named stays clean."""
    table = [
        {
            "place": place, "name": place, "city": None, "date": day,
            **{
                item: None if value is None else round(value * 1000)
                for item, value in {**CLEAN, **values}.items()
            },
        }
        for place, day, values in rows
    ]  # fmt: skip
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("date", pa.date32()),
            *((item, pa.int32()) for item in CLEAN),
        ]
    )
    lake = Lake.open(root, create=True)
    lake.append("ambient_city_day", pa.Table.from_pylist(table, schema=schema), source="test")
    return lake


def year_days(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def day_store(root: Path, years: Mapping[tuple[str, int], Day]) -> Lake:
    """A store of whole years, each day of a year the same."""
    return day_lake(
        root, ((place, day, values) for (place, year), values in years.items() for day in year_days(year))
    )
