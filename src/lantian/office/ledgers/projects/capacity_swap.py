"""Swaps of capacity."""

from __future__ import annotations

from lantian.office.ledgers.projects import balance
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Product = choices(
    "Product", steel=("钢铁", "steel"), coke=("焦炭", "coke"), cement=("水泥熟料", "cement clinker"),
    glass=("平板玻璃", "flat glass"), alumina=("氧化铝", "alumina"), other=("其他", "other"),
)  # fmt: skip
SwapState = choices(
    "SwapState", planned=("待关停", "to be closed"), closed=("已关停", "closed"),
    removed=("已拆除", "dismantled"), dropped=("取消", "dropped"),
)  # fmt: skip


class CapacitySwap(d.Register):
    """产能置换: old capacity given up for a project; the new starts when the old is gone."""

    code, title = "capacity_swaps", two("产能置换", "Swaps of capacity")
    group, order = d.Group.PROJECTS, 44
    source = "临政发〔2024〕4号 三（一）1 被置换产能关停后新建项目方可投产；国发〔2023〕24号"
    columns = ("number", "project", "product", "old_capacity", "new_capacity", "ratio", "needed_ratio")
    example = {"number": "ZH-2024-001", "product": "钢铁", "old_equipment": "450m³高炉1座",
               "old_capacity": "90",
               "new_capacity": "60", "notice": "省工信厅公告2024年第1号",
               "due": "2026-12-31"}  # fmt: skip

    number = d.Text(two("置换编号", "Number"), key=True, required=True, most=40)
    project = d.Link(two("建设项目", "Project"), "NewProject", required=True, anyones=True)
    enterprise = d.Owner(two("退出企业", "Enterprise that gives up"), required=True)
    product = d.Choice(two("产品", "Product"), Product, required=True)
    old_equipment = d.Text(two("被置换设备", "Old equipment"), required=True, searched=True)
    old_capacity = d.Quantity(
        two("退出产能", "Capacity given up"), "10⁴ t/a", required=True, also=("万吨/年", "万吨")
    )
    new_capacity = d.Quantity(
        two("新建产能", "New capacity"), "10⁴ t/a", required=True, also=("万吨/年", "万吨")
    )
    notice = d.Text(two("公告文号", "Public notice"), needed=True)
    status = d.LifeCycle(SwapState, closed={SwapState.REMOVED, SwapState.DROPPED},
                         proof={SwapState.CLOSED, SwapState.REMOVED})  # fmt: skip
    due = d.Due(two("关停期限", "To be closed by"))
    closed_on = d.Day(two("关停日期", "Closed on"), past=True, needed=status.is_("closed", "removed"))
    ratio = d.Derived(two("置换比例", "Ratio"), balance.ratio_of)
    needed_ratio = d.Derived(two("要求比例", "Ratio needed"), lambda row: balance.needed_ratio(row.product))

    checks = (
        d.Check(balance.ratio_holds,
                two("退出产能不足：达不到规定的置换比例",
                "too little capacity is given up for the ratio needed"),
                "old_capacity"),
    )  # fmt: skip
    feeds = (
        d.Total("capacity_given_up", two("退出产能", "Capacity given up"), old_capacity,
                status.is_("closed", "removed"), dated=closed_on, better="more"),
    )  # fmt: skip
