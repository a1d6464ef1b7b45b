"""New emissions that need an offset."""

from __future__ import annotations

from lantian.office.ledgers.projects import balance
from lantian.office.ledgers.words import Pollutant
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

DemandState = choices(
    "DemandState", open=("待落实", "to be offset"), covered=("已落实", "offset"),
    started=("已投产", "started"), dropped=("项目取消", "project dropped"),
)  # fmt: skip


class OffsetDemand(d.Register):
    """新增排放替代需求: what a project will emit of one pollutant, and how many times it must be offset."""

    code, title = "offset_demands", two("新增排放替代需求", "Offsets needed")
    group, order, placed = d.Group.PROJECTS, 41, False
    source = "晋政发〔2021〕巩固提升计划 三（一）1；临政发〔2024〕4号 三（一）1"
    columns = ("project", "pollutant", "emission", "factor", "need", "supplied", "lacking")
    example = {
        "pollutant": "氮氧化物",
        "emission": "50",
        "approval": "环评批复〔2024〕1号",
        "due": "2027-06-30",
    }

    project = d.Link(two("建设项目", "Project"), "NewProject", required=True, key=True)
    pollutant = d.Choice(two("污染物", "Pollutant"), Pollutant, required=True, key=True)
    emission = d.Quantity(two("新增排放量", "New emission"), "t/a", required=True, also=("吨/年", "吨"))
    factor = d.Quantity(two("削减倍数", "Factor"), "", low=1, high=5, decimals=1,
                        hint=two("留空按规则取值", "empty takes that of the rule"))  # fmt: skip
    approval = d.Text(two("环评批复文号", "Approval"), needed=True)
    status = d.LifeCycle(DemandState, closed={DemandState.STARTED, DemandState.DROPPED})
    due = d.Due(two("计划投产日期", "To start on"))
    need = d.Derived(two("应替代量", "Needed"), balance.need_of, "t/a")
    supplied = d.Derived(two("已落实替代量", "Supplied"), balance.supplied_to, "t/a")
    lacking = d.Derived(two("缺口", "Lacking"), balance.lacking_of, "t/a")

    def settle(self) -> None:
        balance.hold_demand(self)

    def __str__(self) -> str:
        return f"{self.project} {self.ledger.by_name['pollutant'].write(self.pollutant)}"
