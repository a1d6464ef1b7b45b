"""A province's plan and a city's, two years of June air, people of the province, a city, counties."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lantian.office.frame import clock

NOW = datetime(2025, 7, 1, 1, tzinfo=UTC)  # 09:00 in the office, the first day after the data
PROVINCE = """山西省人民政府文件

晋政发〔2025〕1号

山西省清洁空气行动计划

为持续改善环境空气质量，制定本行动计划。

一、工作目标

到2025年，全省PM2.5浓度控制在38微克/立方米以下。临汾市退出全省后3位。
"""
CITY = """临汾市人民政府文件

临政发〔2025〕9号

临汾市清洁空气行动计划

为持续改善环境空气质量，制定本行动计划。

一、工作目标

到2025年，全市PM2.5浓度控制在44微克/立方米以下，新能源车占比达到80%以上。

二、重点任务

1.推进清洁取暖。2025年10月底前，完成尧都区、洪洞县28242户居民清洁取暖改造工作。（牵头部门：市能源局；责任单位：尧都区、洪洞县人民政府）
"""
# station -> region, PM2.5 from January to June 2024 and 2025 [µg/m³], the same every hour
STATIONS = {"1001A": ("141002", 40, 36), "1003A": ("141024", 60, 54), "1010A": ("140105", 20, 25)}
OTHERS = {"so2": 12, "no2": 20, "co": 1, "o3": 100, "pm10": 70}


@pytest.fixture(autouse=True)
def forget_figures() -> Iterator[None]:
    """No test sees what another one kept."""
    from lantian.office.monitoring.kept import forget

    yield
    forget()


@pytest.fixture
def at_work() -> Iterator[None]:
    """It is 1 July 2025."""
    with clock.at(NOW):
        yield


@pytest.fixture(scope="session")
def half_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake with January to June of two years."""
    from lantian.lake import Lake, kind_of

    folder = tmp_path_factory.mktemp("halves") / "lake"
    lake = Lake.open(folder, create=True)
    kind = "ambient_station_hour"
    for year, column in ((2024, 1), (2025, 2)):
        begin = datetime(year - 1, 12, 31, 16, tzinfo=UTC)
        days = (datetime(year, 6, 30, 16, tzinfo=UTC) - begin).days
        rows = [
            {
                "place": place, "name": place, "city": None, "time": begin + timedelta(hours=hour),
                **{item: value * 1000 for item, value in {**OTHERS, "pm2_5": told[column]}.items()},
            }
            for place, told in STATIONS.items()
            for hour in range(1, days * 24 + 1)
        ]  # fmt: skip
        lake.append(kind, pa.Table.from_pylist(rows, schema=kind_of(kind).schema), source="test")
    return folder


@pytest.fixture
def air(province: dict[str, Any], half_years: Path, office_data: Path) -> dict[str, Any]:
    """Regions by code with their stations and hours."""
    from lantian.office.monitoring.models import Station

    shutil.copytree(half_years, office_data / "lake", dirs_exist_ok=True)
    for code, (region, *_values) in STATIONS.items():
        Station.objects.create(code=code, place=code, name=code, region=province[region], kind="national")
    return province


@pytest.fixture
def plans(province: dict[str, Any], tmp_path: Path) -> dict[str, Any]:
    """The plans of 140000 and 141000."""
    from lantian.office.plans.actions import load_plan_file

    made = {}
    for name, text in (("140000", PROVINCE), ("141000", CITY)):
        file = tmp_path / f"{name}.txt"
        file.write_text(text, encoding="utf-8")
        made[name] = load_plan_file(file, region=name).plan
    return made


@pytest.fixture
def people(person: Any) -> dict[str, Any]:
    """Dispatchers of the province and both cities, officers of the counties."""
    return {
        "province": person("province", "140000", role="dispatcher"),
        "linfen": person("linfen", "141000", role="dispatcher"),
        "taiyuan": person("taiyuan", "140100", role="dispatcher"),
        "yaodu": person("yaodu", "141002"),
        "hongtong": person("hongtong", "141024"),
        "xiaodian": person("xiaodian", "140105"),
    }


@pytest.fixture
def divided(plans: dict[str, Any], people: dict[str, Any], province: dict[str, Any], at_work: None) -> Any:
    """The province's PM2.5 target of 38, divided to two cities: 34 and 42, not issued."""
    from lantian.office.targets import actions

    target = plans["140000"].targets.get(indicator="pm2_5")
    division = actions.divide(people["province"], province["140000"], target)
    values = {province["140100"].pk: "34", province["141000"].pk: "42"}
    from decimal import Decimal

    actions.assign(people["province"], division, {key: Decimal(text) for key, text in values.items()})
    return division
