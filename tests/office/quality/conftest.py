"""A small air of whole numbers, and suspicions made by hand as the kernel makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

MIDNIGHT = datetime(2025, 5, 31, 16, tzinfo=UTC)  # 2025-06-01 00:00 in Asia/Shanghai
DAYS = 30
HOUR = timedelta(hours=1)
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
# station -> (region, city, PM2.5 of every hour [µg/m³]); the other items are the same everywhere
STATIONS = {
    "1001A": ("141002", "临汾", 30),
    "1003A": ("141024", "临汾", 50),
    "1010A": ("140105", "太原", 20),
}
OTHERS = {"so2": 10, "no2": 20, "co": 1, "o3": 100, "pm10": 60}


@pytest.fixture(autouse=True)
def forget_figures() -> Iterator[None]:
    from lantian.office.monitoring.kept import forget

    yield
    forget()


@pytest.fixture
def stations(province: dict[str, Any]) -> dict[str, Any]:
    from lantian.office.monitoring.models import Station

    return {
        code: Station.objects.create(code=code, place=code, name=f"站{code}", region=province[region])
        for code, (region, _city, _value) in STATIONS.items()
    }


@pytest.fixture
def put() -> Callable[..., None]:
    """`put({"1001A": 30}, days=30)`: whole days of constant air into the lake, PM2.5 by station [µg/m³]."""

    def write(places: dict[str, int], days: int = DAYS, start: datetime = MIDNIGHT, **more: int) -> None:
        from lantian.lake import kind_of
        from lantian.office.monitoring import kernel

        def rows() -> Iterable[dict[str, Any]]:
            for place, pm2_5 in places.items():
                for hour in range(1, days * 24 + 1):
                    values = {**OTHERS, "pm2_5": pm2_5, **more}
                    yield {
                        "place": place,
                        "name": place,
                        "city": STATIONS[place][1],
                        "time": start + timedelta(hours=hour),
                        **{item: values[item] * 1000 for item in ITEMS},
                    }

        schema = kind_of("ambient_station_hour").schema
        kernel.lake().append(
            "ambient_station_hour", pa.Table.from_pylist(list(rows()), schema=schema), source="test"
        )

    return write


@pytest.fixture
def air(stations: dict[str, Any], put: Any) -> dict[str, Any]:
    """June 2025 of every station."""
    put({code: value for code, (_region, _city, value) in STATIONS.items()})
    return stations


@pytest.fixture
def found() -> Callable[..., Any]:
    """`found("1001A", first=24, hours=48)`: what the kernel's screens would say, hours after 1 June 00:00."""
    from lantian.ambient.screens import Suspicion
    from lantian.ambient.screens.standing import ITEM_FROZEN

    def make(
        place: str = "1001A",
        first: int = 1,
        hours: int = 48,
        items: tuple[str, ...] = ("pm2_5",),
        **more: Any,
    ) -> Suspicion:
        since, until = MIDNIGHT + first * HOUR, MIDNIGHT + (first + hours - 1) * HOUR
        words = {"name": place, "item": items[0], "value": 30.0, "hours": hours, "moved": 40.0}
        told: dict[str, Any] = {
            "kind": "ambient_station_hour",
            "code": "frozen",
            "place": place,
            "name": place,
            "city": "临汾",
            "items": items,
            "since": since,
            "until": until,
            "hours": hours,
            "template": ITEM_FROZEN,
            "stretches": ((since, until),),
            "words": words,
            "evidence": {"basis": "item", "neighbours": ["1003A"]},
        }
        return Suspicion(**(told | more))

    return make


@pytest.fixture
def report() -> Callable[..., Any]:
    """`report([…], days=30)`: a report of the screens over the first days of June 2025."""
    from lantian.ambient.screens import ScreenReport

    def make(suspicions: list[Any], first_day: int = 0, days: int = DAYS) -> ScreenReport:
        since, until = MIDNIGHT + timedelta(days=first_day) + HOUR, MIDNIGHT + timedelta(days=days)
        return ScreenReport("ambient_station_hour", since, until, 1, 3, days * 24, suspicions)

    return make


@pytest.fixture
def suspect(air: dict[str, Any], found: Any, report: Any) -> Callable[..., Any]:
    """`suspect(place, …)`: a kept suspicion, as a run of the screens leaves it."""
    from lantian.office.quality.models import Screening, Suspicion
    from lantian.office.quality.taking import take

    def make(*args: Any, **more: Any) -> Suspicion:
        one = found(*args, **more)
        run = Screening.objects.create(state="done")
        known = [row.body for row in Suspicion.objects.filter(state="open")]
        take(run, report([one, *(type(one).from_dict(body) for body in known)]))
        return Suspicion.objects.get(key=one.key)

    return make


@pytest.fixture
def analyst(person: Any) -> Any:
    return person("chief", "140000", role="analyst")


@pytest.fixture
def values() -> Callable[..., list[int | None]]:
    """`values("1001A", "pm2_5", first=1, hours=3)`: what the lake holds now [µg/m³]."""

    def read(place: str, item: str, first: int = 1, hours: int = 3) -> list[int | None]:
        from lantian.lake import arrow
        from lantian.office.monitoring import kernel

        since = MIDNIGHT + first * HOUR
        table = arrow(
            kernel.lake().read(
                "ambient_station_hour", since=since, until=since + (hours - 1) * HOUR, places=[place]
            )
        )
        rows = sorted(table.to_pylist(), key=lambda row: row["time"])
        return [None if row[item] is None else row[item] // 1000 for row in rows]

    return read
