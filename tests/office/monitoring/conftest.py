"""A small air: stations of two cities with whole numbers, so that every figure can be done by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

MIDNIGHT = datetime(2025, 5, 31, 16, tzinfo=UTC)  # 2025-06-01 00:00 in Asia/Shanghai
DAYS = 30
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
# station -> (region, kind, PM2.5 of every hour [µg/m³]); the other items are the same everywhere
STATIONS = {
    "1001A": ("141002", "national", 30),
    "1002A": ("141002", "national", 41),
    "1003A": ("141024", "national", 50),
    "2001C": ("141024", "county", 90),
    "1009A": ("141002", "background", 5),
    "1010A": ("140105", "national", 20),
}
OTHERS = {"so2": 10, "no2": 20, "co": 1, "o3": 100, "pm10": 60}


def hour_rows(
    places: dict[str, int], days: int = DAYS, start: datetime = MIDNIGHT
) -> Iterator[dict[str, Any]]:
    """Rows of whole days of constant air; PM2.5 by place [µg/m³]. Stamps are ends of hours, UTC."""
    for place, pm2_5 in places.items():
        for hour in range(1, days * 24 + 1):
            values = {**OTHERS, "pm2_5": pm2_5}
            yield {
                "place": place,
                "name": place,
                "city": None,
                "time": start + timedelta(hours=hour),
                **{item: values[item] * 1000 for item in ITEMS},
            }


def append(kind: str, rows: Iterable[dict[str, Any]], source: str = "test") -> None:
    """Put rows into the office's lake."""
    from lantian.lake import kind_of
    from lantian.office.monitoring import kernel

    kernel.lake().append(kind, pa.Table.from_pylist(list(rows), schema=kind_of(kind).schema), source=source)


@pytest.fixture(autouse=True)
def forget_figures() -> Iterator[None]:
    """No test sees what another one kept."""
    from lantian.office.monitoring.kept import forget

    yield
    forget()


@pytest.fixture
def stations(province: dict[str, Any]) -> dict[str, Any]:
    """The register of stations, by code."""
    from lantian.office.monitoring.models import Station

    return {
        code: Station.objects.create(
            code=code, place=code, name=f"站{code}", region=province[region], kind=kind
        )
        for code, (region, kind, _) in STATIONS.items()
    }


@pytest.fixture(scope="session")
def june(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with June 2025 of every station, its days evaluated once: tests start from a copy."""
    from lantian.ambient import Period, evaluate
    from lantian.lake import Lake, kind_of

    folder = tmp_path_factory.mktemp("june") / "lake"
    lake = Lake.open(folder, create=True)
    rows = hour_rows({code: pm2_5 for code, (_, _, pm2_5) in STATIONS.items()})
    table = pa.Table.from_pylist(list(rows), schema=kind_of("ambient_station_hour").schema)
    lake.append("ambient_station_hour", table, source="test")
    cities = {"1001A": "141000", "1002A": "141000", "1003A": "141000", "1010A": "140100"}
    counties = {code: region for code, (region, kind, _) in STATIONS.items() if kind != "background"}
    for groups in (cities, counties):
        evaluate(lake, Period.parse("2025-06"), level="group", groups=groups, regime="gb3095-2012")
    return folder


@pytest.fixture
def air(stations: dict[str, Any], june: Path, office_data: Path) -> dict[str, Any]:
    """June 2025, hour by hour, of every station."""
    shutil.copytree(june, office_data / "lake", dirs_exist_ok=True)
    return stations


@pytest.fixture
def put() -> Callable[..., None]:
    """`put(kind, rows)`: rows into the lake."""
    return append


@pytest.fixture
def rows_of() -> Callable[..., Iterator[dict[str, Any]]]:
    """`rows_of({"1001A": 30}, days=2)`: whole days of constant air."""
    return hour_rows


@pytest.fixture
def city_file(tmp_path: Path) -> Callable[..., Path]:
    """`city_file("a.csv", {"太原": 20, "北京": 40})`: one day of hours as the national feed writes them."""

    def write(name: str, cities: dict[str, object], day: str = "20250601") -> Path:
        head = "date,hour,城市,PM2.5,PM10,SO2,NO2,O3,CO"
        lines = [
            f"{day},{hour},{city},{pm2_5},60,10,20,100,1"
            for hour in range(1, 24)
            for city, pm2_5 in cities.items()
        ]
        path = tmp_path / name
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        return path

    return write
