"""Two cities with three past years of days and three months of hours, to be done again by hand."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

LAST = date(2025, 3, 31)
CITIES = {"临汾": ("141002", "1001A", 1.0), "太原": ("140105", "1010A", 0.8)}
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")


def pm2_5(day: date, share: float) -> int:
    """A day's PM2.5 [µg/m³]: smoky winters, a wave of weather, a little cleaner each year."""
    season = 1 + 0.45 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365.25)
    wave = 1 + 0.3 * math.sin(day.toordinal() * 0.9) + 0.2 * math.sin(day.toordinal() * 0.17)
    return round(42 * share * season * wave * 0.96 ** (day.year - 2022))


def values(day: date, share: float) -> dict[str, int]:
    """All six of a day, in thousandths."""
    fine = pm2_5(day, share)
    summer = 1 - math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365.25)
    whole = {
        "so2": 10,
        "no2": 20 + fine // 4,
        "o3": 60 + round(40 * summer),
        "pm10": 30 + fine,
        "pm2_5": fine,
    }
    return {**{item: value * 1000 for item, value in whole.items()}, "co": 600 + 100 * (fine // 20)}


def days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


@pytest.fixture(scope="session")
def three_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with the days of 2022 … 2024 and the hours of 2025 until the end of March."""
    from lantian.lake import Lake, kind_of

    folder = tmp_path_factory.mktemp("outlook") / "lake"
    lake = Lake.open(folder, create=True)
    past = []
    for city, (_region, _code, share) in CITIES.items():
        for day in days(date(2022, 1, 1), date(2024, 12, 31)):
            row = values(day, share)
            row["o3_8h_max"] = row.pop("o3")
            past.append({"place": city, "name": city, "city": None, "date": day, **row})
    lake.append(
        "ambient_city_day",
        pa.Table.from_pylist(past, schema=kind_of("ambient_city_day").schema),
        source="test",
    )
    hours = []
    for _region, code, share in CITIES.values():
        for day in days(date(2025, 1, 1), LAST):
            begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8)
            row = values(day, share)
            hours += [
                {"place": code, "name": code, "city": None, "time": begin + timedelta(hours=h), **row}
                for h in range(1, 25)
            ]
    lake.append(
        "ambient_station_hour",
        pa.Table.from_pylist(hours, schema=kind_of("ambient_station_hour").schema),
        source="test",
    )
    return folder


@pytest.fixture
def air(province: dict[str, Any], three_years: Path, office_data: Path) -> dict[str, Any]:
    """The lake and the stations; regions by code."""
    from lantian.office.monitoring.models import Station

    shutil.copytree(three_years, office_data / "lake", dirs_exist_ok=True)
    for region, code, _share in CITIES.values():
        Station.objects.create(code=code, place=code, name=code, region=province[region], kind="national")
    return province


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages wait for their answers, and no test sees what another one kept."""
    from lantian.office.monitoring.kept import forget
    from lantian.office.outlook import ground, jobs

    monkeypatch.setattr(jobs, "WAIT", 120)
    monkeypatch.setattr(jobs, "GLANCE", 120)
    yield
    forget()
    ground.forget()
    jobs.forget()


PLAN = """临汾市人民政府文件

临政发〔2025〕9号

临汾市清洁空气行动计划

为持续改善环境空气质量，制定本行动计划。

一、工作目标

到2025年，全市PM2.5浓度控制在41微克/立方米以下，优良天数比率达到70%以上。到2030年，全市PM2.5浓度控制在30微克/立方米以下。
"""


@pytest.fixture
def plan(air: dict[str, Any], tmp_path: Path) -> Any:
    """A plan of 141000 with targets of 2025 and 2030, its reading accepted."""
    from lantian.office.plans.actions import load_plan_file

    file = tmp_path / "linfen.txt"
    file.write_text(PLAN, encoding="utf-8")
    found = load_plan_file(file).plan
    found.status = "accepted"
    found.save()
    return found
