"""Plans of a province, a city and a county in the style of the real ones, loaded into the office."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

PROVINCE = """山西省人民政府文件

晋政发〔2024〕77号

山西省清洁空气实施方案

为持续改善环境空气质量，制定本方案。

一、工作目标

2025年，临汾市PM2.5浓度力争控制在44微克/立方米以下，太原市PM2.5浓度力争控制在38微克/立方米以下。2025年，全省秸秆综合利用率达到90%以上。

二、重点任务

（一）调整能源结构

1.推进清洁取暖改造。因地制宜成片推进清洁取暖改造，确保群众温暖过冬。开展农用领域散煤使用情况排查。（省能源局负责）

2.关停燃煤锅炉。逐步淘汰城市建成区燃煤供热锅炉，对35蒸吨/小时及以下燃煤锅炉进行动态清零。（省生态环境厅、省气象局负责）

（二）治理面源

3.加强秸秆综合利用和禁烧。健全秸秆收储运服务体系，提高离田效能。综合运用卫星遥感等手段，提高秸秆焚烧火点监测精准度。（省农业农村厅负责）

4.稳步推进大气氨排放控制。推广氮肥机械深施和低蛋白日粮技术，加强畜禽养殖场氨气治理。（省农业农村厅负责）

5.加快太原市结构调整。太原市不再新增独立焦化项目，2024年区域清洁运输比例力争达到60%。（省工信厅负责）
"""

CITY = """临汾市人民政府文件

临政发〔2024〕99号

临汾市清洁空气行动计划

为落实《山西省清洁空气实施方案》（晋政发〔2024〕77号），制定本行动计划。

一、工作目标

2025年，临汾市PM2.5浓度控制在43微克/立方米以下。2025年，全市秸秆综合利用率达到85%以上。

二、重点任务

（一）能源

1.实施清洁取暖工程。因地制宜成片推进清洁取暖改造，确保群众温暖过冬。开展农用领域散煤使用情况排查，完成尧都区12000户居民改造。（牵头部门：市能源局；责任单位：各县市区人民政府）

2.整治燃煤设施。逐步淘汰城市建成区燃煤供热锅炉。（牵头部门：市生态环境局；责任单位：尧都区人民政府）

3.培训巡查员。每季度培训网格巡查员三百名，编写教材，发放标志服。（市教育局负责）

（二）面源

4.做好秸秆禁烧。健全秸秆收储运服务体系。（市农业农村局负责）
"""

COUNTY = """尧都区人民政府文件

尧都区清洁空气工作方案

为落实《临汾市清洁空气行动计划》（临政发〔2024〕99号），制定本方案。

一、重点任务

1.推进清洁取暖。因地制宜成片推进清洁取暖改造，完成12000户居民改造。（区能源局负责）
"""

OLD_CITY = CITY.replace("99号", "21号").replace("43微克", "50微克").replace("2024", "2021").replace(
    "3.培训巡查员。每季度培训网格巡查员三百名，编写教材，发放标志服。（市教育局负责）\n\n", ""
)  # fmt: skip


@pytest.fixture
def load_plan(province: dict[str, Any], tmp_path: Path) -> Any:
    """`load_plan(text, name)`: the plan, by the command line."""
    from lantian.office.plans.actions import load_plan_file

    def load(text: str, name: str) -> Any:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return load_plan_file(file).plan

    return load


@pytest.fixture
def above(load_plan: Any, person: Any) -> Any:
    """The accepted plan of 140000."""
    from lantian.office.plans.actions import accept_plan

    plan = load_plan(PROVINCE, "province.txt")
    accept_plan(plan, person("reader", "140000", role="analyst"), "read", rest=True)
    plan.refresh_from_db()
    return plan


@pytest.fixture
def city(load_plan: Any) -> Any:
    """The plan of 141000."""
    return load_plan(CITY, "city.txt")


@pytest.fixture
def county(load_plan: Any) -> Any:
    """The plan of 141002."""
    return load_plan(COUNTY, "county.txt")


@pytest.fixture
def old_city(load_plan: Any) -> Any:
    """An older plan of 141000."""
    return load_plan(OLD_CITY, "old-city.txt")


@pytest.fixture
def sign_in(client: Any) -> Any:
    """`sign_in(person)`: a client of that person."""
    from django.test import Client

    def make(user: Any) -> Any:
        browser = Client()
        browser.force_login(user)
        return browser

    return make
