"""A city's plan with its units and people, and rounds on it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lantian.office.frame import clock

PLAN = """临汾市人民政府文件

临政发〔2026〕9号

临汾市人民政府
关于印发临汾市清洁空气行动计划的通知

各县（市、区）人民政府，市直有关部门：

现将《临汾市清洁空气行动计划》印发给你们，请认真贯彻执行。

临汾市人民政府
2026年1月5日

临汾市清洁空气行动计划

为持续改善环境空气质量，制定本行动计划。

一、重点任务

（一）调整能源结构

1.推进清洁取暖。2026年10月底前，完成28242户居民清洁取暖改造工作。（牵头部门：市能源局；责任单位：各县市区人民政府）

2.淘汰燃煤锅炉。2026年3月底前，淘汰65蒸吨/小时以下燃煤锅炉。（市生态环境局负责）

3.强化执法监管。严厉打击违法行为。（市生态环境局负责）
"""
# The 25th of February 2026, 09:00 in the office.
OPENING = datetime(2026, 2, 25, 1, tzinfo=UTC)
DUE = date(2026, 3, 2)


@pytest.fixture
def plan(province: dict[str, Any], tmp_path: Path) -> Any:
    """The plan of 141000, accepted."""
    from lantian.office.plans import actions

    file = tmp_path / "linfen.txt"
    file.write_text(PLAN, encoding="utf-8")
    with clock.at(datetime(2026, 1, 10, tzinfo=UTC)):
        made = actions.load_plan_file(file).plan
        actions.accept_plan(made, None, rest=True)
    return made


@pytest.fixture
def unit(plan: Any) -> Any:
    """`unit("能源局")`: the unit of the plan whose name ends so."""
    from lantian.office.people.models import Unit

    return lambda name: Unit.objects.get(name__endswith=name)


@pytest.fixture
def people(plan: Any, person: Any, unit: Any) -> dict[str, Any]:
    """A dispatcher of another unit, the energy and the environment bureaus, two counties, one beside."""
    from lantian.office.people.models import Unit

    office = Unit.objects.create(name="临汾市督查室", region=plan.region, kind="committee")
    return {
        "chief": person("chief", "141000", role="dispatcher", unit=office),
        "second": person("second", "141000", role="dispatcher", unit=office),
        "energy": person("energy", "141000", unit=unit("能源局")),
        "epb": person("epb", "141000", unit=unit("生态环境局")),
        "yaodu": person("yaodu", "141002", email="yaodu@example.org"),
        "hongtong": person("hongtong", "141024"),
        "taiyuan": person("taiyuan", "140100", role="dispatcher"),
    }


@pytest.fixture
def round_(plan: Any, people: dict[str, Any]) -> Any:
    """A monthly round of the plan, opened on the 25th of February and due on the 2nd of March 2026."""
    from lantian.office.dispatch.opening import open_round

    with clock.at(OPENING):
        return open_round(people["chief"], plan.region, [plan], name="月调度", last_day=DUE, kind="monthly")


@pytest.fixture
def report_of(round_: Any) -> Any:
    """`report_of("1", "141002")`: the report of a region, or of the unit whose name ends so, on a task."""
    from lantian.office.dispatch.models import Report

    def find(number: str, holder: str, among: Any = None) -> Any:
        rows = Report.objects.filter(round=among or round_, task__number__startswith=number)
        if holder.isdigit():
            return rows.get(region__code=holder)
        return rows.get(unit__name__endswith=holder)

    return find
