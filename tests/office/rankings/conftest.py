"""June of two years in two cities, whole numbers every hour, so that every figure can be done by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
OTHERS = {"so2": 12, "no2": 20, "co": 1, "o3": 100, "pm10": 70}
DAYS = 30
# station -> (region, kind, PM2.5 in June 2024, in June 2025 [µg/m³])
STATIONS = {
    "1001A": ("141002", "national", 40, 36),
    "1003A": ("141024", "national", 60, 54),
    "2001C": ("141024", "county", 60, 54),
    "1010A": ("140105", "national", 20, 25),
}


def midnight(year: int) -> datetime:
    """00:00 of 1 June in China."""
    return datetime(year, 5, 31, 16, tzinfo=UTC)


def hours(place: str, pm2_5: int, year: int, **other: int) -> Iterator[dict[str, Any]]:
    """June of a year at one station; stamps are ends of hours, UTC."""
    values = {**OTHERS, "pm2_5": pm2_5, **other}
    for hour in range(1, DAYS * 24 + 1):
        yield {
            "place": place,
            "name": place,
            "city": None,
            "time": midnight(year) + timedelta(hours=hour),
            **{item: values[item] * 1000 for item in ITEMS},
        }


def put(lake: Any, rows: list[dict[str, Any]]) -> None:
    """Rows of station hours into a lake."""
    from lantian.lake import kind_of

    kind = "ambient_station_hour"
    lake.append(kind, pa.Table.from_pylist(rows, schema=kind_of(kind).schema), source="test")


@pytest.fixture(autouse=True)
def forget_figures() -> Iterator[None]:
    """No test sees what another one kept."""
    from lantian.office.monitoring.kept import forget

    yield
    forget()


@pytest.fixture(scope="session")
def two_junes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake; tests start from a copy."""
    from lantian.lake import Lake

    folder = tmp_path_factory.mktemp("junes") / "lake"
    lake = Lake.open(folder, create=True)
    for year, column in ((2024, 2), (2025, 3)):
        rows = [row for place, told in STATIONS.items() for row in hours(place, int(told[column]), year)]
        put(lake, rows)
    return folder


@pytest.fixture
def air(province: dict[str, Any], two_junes: Path, office_data: Path) -> dict[str, Any]:
    """Two cities, three counties, four stations, two Junes."""
    from lantian.office.monitoring.models import Station

    shutil.copytree(two_junes, office_data / "lake", dirs_exist_ok=True)
    for code, (region, kind, *_values) in STATIONS.items():
        Station.objects.create(code=code, place=code, name=f"站{code}", region=province[region], kind=kind)
    return province


@pytest.fixture
def third_city(air: dict[str, Any]) -> Callable[..., Any]:
    """`third_city(25)`: a third city with a station of that PM2.5 in June 2025; None: without hours."""
    from lantian.office.monitoring import kernel
    from lantian.office.monitoring.models import Station
    from lantian.office.regions.models import Region

    def make(pm2_5: int | None) -> Any:
        city = Region.objects.create(
            code="140200", name="大同市", name_en="Datong City", short="大同", short_en="Datong",
            level="city", parent=air["140000"],
        )  # fmt: skip
        county = Region.objects.create(
            code="140213", name="平城区", short="平城", level="county", parent=city
        )
        Station.objects.create(code="1020A", place="1020A", name="站1020A", region=county, kind="national")
        if pm2_5 is not None:
            put(kernel.lake(), list(hours("1020A", pm2_5, 2025)))
        return city

    return make


@pytest.fixture
def official_csv() -> bytes:
    """A list of June 2025: 太原 as ours, 临汾 off by more than rounding."""
    return "名次,城市,综合指数\n1,太原市,3.28\n2,临汾市,9.99\n".encode()
