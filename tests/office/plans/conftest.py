"""A small plan of our own, in the style of the real ones, loaded into the office."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

CITY_PLAN = """临汾市人民政府文件

临政发〔2024〕99号

临汾市人民政府
关于印发临汾市清洁空气行动计划的通知

各县（市、区）人民政府，市直有关部门：

现将《临汾市清洁空气行动计划》印发给你们，请认真贯彻执行。

临汾市人民政府
2024年3月5日

临汾市清洁空气行动计划

为持续改善环境空气质量，制定本行动计划。

一、工作目标

到2025年，全市PM2.5浓度控制在44微克/立方米以下，优良天数比率达到70%以上。

二、重点任务

（一）调整能源结构

1.推进清洁取暖。10月底前，完成尧都区、洪洞县12000户居民清洁取暖改造工作。（牵头部门：市能源局；配合部门：市财政局；责任单位：各县市区人民政府）

2.淘汰燃煤锅炉。2025年底前，全市基本淘汰65蒸吨/小时以下燃煤锅炉。（牵头部门：市生态环境局；责任单位：洪洞县人民政府）

（二）治理扬尘

3.开展道路保洁。每月开展一次道路积尘检测。（牵头部门：市城市管理局；责任单位：有关县市区人民政府）

4.强化执法监管。严厉打击违法行为。（市生态环境局负责）
"""

COUNTY_PLAN = """尧都区人民政府文件

尧都区散煤治理行动计划

为改善空气质量，制定本计划。

一、主要任务

1.清理散煤。2024年9月底前，完成3600户散煤替代。（区能源局负责）

2.巡查煤场。定期巡查煤场。（区市场监管局负责）
"""


@pytest.fixture
def write_plan(tmp_path: Path) -> Any:
    """`write_plan("name.txt", text)`: a file."""

    def write(name: str, text: str) -> Path:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return write


@pytest.fixture
def city_plan(province: dict[str, Any], write_plan: Any) -> Any:
    """The plan of 141000, loaded by the command line."""
    from lantian.office.plans.actions import load_plan_file

    return load_plan_file(write_plan("linfen.txt", CITY_PLAN)).plan


@pytest.fixture
def county_plan(province: dict[str, Any], write_plan: Any) -> Any:
    """The plan of 141002, loaded by the command line."""
    from lantian.office.plans.actions import load_plan_file

    return load_plan_file(write_plan("yaodu.txt", COUNTY_PLAN), region="141002").plan
