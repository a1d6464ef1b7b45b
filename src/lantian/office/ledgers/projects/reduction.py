"""Reductions that may be used as offsets."""

from __future__ import annotations

from typing import Any

from lantian.office.ledgers.projects import balance
from lantian.office.ledgers.words import Pollutant
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

How = choices(
    "How", closed=("关停", "closed down"), boiler=("锅炉淘汰或替代", "boilers cleared or replaced"),
    treated=("深度治理", "deep treatment"), energy=("清洁能源替代", "clean energy"), other=("其他", "other"),
)  # fmt: skip
ReductionState = choices(
    "ReductionState", claimed=("已申报", "claimed"), verified=("已核定", "verified"),
    used_up=("已用完", "used up"), refused=("不予认定", "refused"),
)  # fmt: skip


class Reduction(d.Register):
    """减排量: what a donor emits less for good; each tonne may be used once."""

    code, title = "reductions", two("减排量来源", "Reductions")
    group, order = d.Group.PROJECTS, 40
    source = "晋政发〔2021〕巩固提升计划 三（一）1；临政发〔2024〕4号 三（一）1"
    columns = ("number", "enterprise", "pollutant", "amount", "how", "done_on", "left")
    example = {"number": "JX-2024-001", "pollutant": "氮氧化物", "amount": "120",
               "how": "关停", "done_on": "2024-06-30", "bound": "否", "basis": "排污许可证注销",
               "status": "已核定"}  # fmt: skip

    number = d.Text(two("减排量编号", "Number"), key=True, required=True, most=40)
    enterprise = d.Owner(two("出让企业", "Donor"), required=True)
    pollutant = d.Choice(two("污染物", "Pollutant"), Pollutant, required=True)
    amount = d.Quantity(two("核定减排量", "Verified amount"), "t/a", required=True, also=("吨/年", "吨"))
    how = d.Choice(two("减排措施", "Measure"), How, required=True)
    done_on = d.Day(two("完成日期", "Done on"), past=True, needed=True)
    bound = d.Flag(two("法定应减", "Ordered by law anyway"), needed=True, judged=True,
                   hint=two("法定或计划要求的减排不得用于替代",
                            "what is ordered anyway is no offset"))  # fmt: skip
    basis = d.Text(two("核定依据", "Evidence"), needed=True)
    status = d.LifeCycle(ReductionState, closed={ReductionState.USED_UP, ReductionState.REFUSED},
                         judged={"verified", "used_up", "refused"})  # fmt: skip
    left = d.Derived(two("剩余可用", "Left"), balance.left_of, "t/a")
    feeds = (
        d.Total("reductions_verified", two("核定减排量", "Reductions verified"), amount,
                status.is_(ReductionState.VERIFIED, ReductionState.USED_UP), dated=done_on, better="more"),
    )  # fmt: skip

    def settle(self) -> None:
        balance.hold_reduction(self)

    def __str__(self) -> str:
        return f"{self.number} {self.by_label('pollutant')}"

    def by_label(self, name: str) -> Any:
        """A value in words."""
        return self.ledger.by_name[name].write(getattr(self, name))
