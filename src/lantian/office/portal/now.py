"""Today's air of the cities, as the portal and its API show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lantian.office.monitoring import kernel, series, words
from lantian.office.monitoring.words import Badge
from lantian.office.regions.models import Region


@dataclass(frozen=True, slots=True)
class CityNow:
    """The newest hour of a city; `aqi` and `badge` are None where the hour has no AQI; `why` says why."""

    region: Region
    end: datetime | None
    aqi: int | None
    badge: Badge | None
    primary: tuple[str, ...]
    why: str
    old: bool = False


def cities_now(cities: Sequence[Region]) -> list[CityNow]:
    """The newest hour of each city, in their order; `old` when other cities have a newer one."""
    hours = series.now_of(cities)
    newest = max((hour.time for hour in hours.values()), default=None)
    found = []
    for region in cities:
        hour = hours.get(region.code)
        if hour is None:
            found.append(CityNow(region, None, None, None, (), words.why("no_data")))
            continue
        found.append(
            CityNow(
                region,
                hour.time.astimezone(kernel.SHANGHAI),
                hour.aqi,
                words.badge(series.level_of_index(hour.aqi)),
                tuple(hour.primary),
                "" if hour.aqi is not None else words.why("not_valid"),
                hour.time != newest,
            )
        )
    return found
