"""A plan of our own in the style of the real ones, small enough to read in a minute."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from lantian.planning import Plan, parse_plan

HERE = Path(__file__).parent


def _helpers() -> None:
    """Make `planning_helpers.comparing` importable: pytest's importlib mode adds no folder."""
    package = sys.modules.setdefault("planning_helpers", ModuleType("planning_helpers"))
    for name in ("comparing", "renderings", "scoring"):
        spec = importlib.util.spec_from_file_location(f"planning_helpers.{name}", HERE / f"{name}.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        setattr(package, name, module)


_helpers()

PLAN = """青川市人民政府文件

青政发〔2024〕3号

青川市人民政府
关于印发青川市空气质量改善行动计划的通知

各县(市、区)人民政府,市直有关部门:
现将《青川市空气质量改善行动计划》印发给你们,请认真贯彻执行。

青川市人民政府
2024年4月2日

(此件公开发布)

青川市空气质量改善行动计划

为落实《国务院关于印发〈空气质量持续改善行动计划〉的通知》(国发〔2023〕24号),制定本计划。

一、工作目标

(一)约束性指标。2025年,全市PM2.5浓度控制在35微克/立方米以下。

(二)2024年优良天数比例达到75%以上。

二、重点任务

(一)优化产业结构

1.淘汰落后产能。加快淘汰100吨以下电炉(含合金钢50吨)。10月底前,完成3家企业退出。(市工信局、市生态环境局等按职责分工负责)

2.治理重点行业。推进焦化企业深度治理。(市生态环境局牵头,市工信局、市能源局按职责分工负责)

强化在线监控,实现全覆盖。(市生态环境局负责)

(二)优化能源结构

3.推进清洁取暖。完成1200户改造。(牵头部门:市能源局;配合部门:市财政局;责任单位:东山县、西河县人民政府)

4.加强煤质监管。开展抽检。(市市场监管局负责,市能源局配合,各县(市、区)人民政府落实)

三、保障措施

(一)加强组织领导。各部门要高度重视,每月报送进展。

抄送:市委各部门。

青川市人民政府办公室 2024年4月8日印发
"""


@pytest.fixture
def own() -> str:
    """The text of our own small plan."""
    return PLAN


@pytest.fixture
def read() -> Callable[[str], Plan]:
    """Read a text as a plan."""
    return lambda text: parse_plan("plan.txt", text.encode())
