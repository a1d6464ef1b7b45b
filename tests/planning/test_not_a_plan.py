"""Documents that are no plan: the reader says so and invents no units and no titles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lantian.planning import Plan

NEWS = """我市空气质量持续改善 蓝天成色更足

本报讯（记者 王小明）今年1至6月，我市PM2.5平均浓度为38微克/立方米，优良天数132天。

“这是多年努力的结果。”市生态环境局（大气科）负责人说。市生态环境局将牵头组织各部门继续努力。（李华）

2024年7月15日
"""
CONTRACT = """设备采购合同

甲方：某环境科技有限公司
乙方：某仪器制造有限公司

一、标的物
1. 乙方向甲方提供PM2.5监测仪12台，单价35000元。
2. 乙方应于2024年9月30日前交货。（运费由乙方负责）
二、付款方式
1. 合同签订后5日内支付30%，验收合格后支付65%，质保金5%。
"""
LIST = "张三\n李四\n王五\n"


def codes(plan: Plan) -> list[str]:
    return [getattr(note, "code", "") for note in plan.notes]


@pytest.mark.parametrize(("text", "tasks"), [(NEWS, 0), (CONTRACT, 3), (LIST, 0), ("Terms of service.\n", 0)])
def test_it_is_said(text: str, tasks: int, read: Callable[[str], Plan]) -> None:
    plan = read(text)
    assert "not_a_plan" in codes(plan)
    assert ("no_tasks" in codes(plan)) == (tasks == 0)
    assert len(plan.tasks) == tasks
    assert all(not task.responsible for task in plan.tasks)
    assert plan.meta.title is None and plan.meta.issuer is None


def test_of_a_plan_it_is_not_said(own: str, read: Callable[[str], Plan]) -> None:
    assert codes(read(own)) == []


def test_a_plan_without_brackets_is_a_plan(read: Callable[[str], Plan]) -> None:
    plan = read(
        "青川市2024年大气方案\n一、目标\n改善空气。\n二、任务\n1.治理工业。10月底前完成。\n2.治理扬尘。\n"
    )
    assert codes(plan) == ["no_brackets"]
    assert [task.title for task in plan.tasks] == ["治理工业", None]
