"""The open data: the daily values of the cities, as rows for a file or an answer of the API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lantian.ambient import Period
from lantian.office.monitoring import series
from lantian.office.regions.models import Region

HEAD = (
    "date",
    "code",
    "city",
    "so2",
    "no2",
    "pm10",
    "pm2_5",
    "co",
    "o3_8h_max",
    "aqi",
    "level",
    "primary_pollutant",
)


def city_days(cities: Sequence[Region], period: Period, regime: str) -> Iterator[dict[str, Any]]:
    """One row a city and day, with the names of `HEAD`.

    Concentrations in µg/m³, CO in mg/m³, as text with the published decimals; None is missing. `regime`
    decides AQI, level and primary pollutant.
    """
    for city in cities:
        for record in series.day_records(city, period, regime):
            values = {key: _text(record.values.get(key)) for key in ("so2", "no2", "pm10", "pm2_5", "co")}
            yield {
                "date": record.date.isoformat(),
                "code": city.code,
                "city": city.name,
                **values,
                "o3_8h_max": _text(record.values.get("o3_8h")),
                "aqi": record.aqi,
                "level": series.level_of_index(record.aqi),
                "primary_pollutant": " ".join(record.primary),
            }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
