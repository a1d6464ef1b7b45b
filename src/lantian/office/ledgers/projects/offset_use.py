"""Entries of the offset ledger: from a reduction to a need."""

from __future__ import annotations

from lantian.office.ledgers.projects import balance
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

UseState = choices("UseState", booked=("已登记", "booked"), certified=("已出具证明", "certified"))


class OffsetUse(d.Register):
    """减排量使用: one entry of the double-entry ledger; it takes from one side what it gives to the other."""

    code, title = "offset_uses", two("减排量使用", "Uses of reductions")
    group, order, placed = d.Group.PROJECTS, 42, False
    source = "晋政发〔2021〕巩固提升计划 三（一）1 不得跨区域转入"
    columns = ("number", "reduction", "demand", "amount", "booked_on")
    example = {"number": "TD-2024-001", "amount": "1", "booked_on": "2024-09-01"}

    number = d.Text(two("替代证明编号", "Certificate"), key=True, required=True, most=40)
    reduction = d.Link(two("减排量", "Reduction"), "Reduction", required=True)
    demand = d.Link(two("替代需求", "Need"), "OffsetDemand", required=True)
    amount = d.Quantity(two("使用量", "Amount"), "t/a", required=True, also=("吨/年", "吨"))
    booked_on = d.Day(two("登记日期", "Booked on"), required=True, past=True)
    status = d.LifeCycle(UseState, closed={UseState.CERTIFIED})
    checks = (
        d.Check(amount.above(0), two("使用量须大于零", "the amount is more than nothing"), "amount"),
        d.Check(lambda row: row.reduction.pollutant == row.demand.pollutant,
                two("减排量与需求的污染物不同", "reduction and need are of different pollutants"),
                "reduction"),
    )  # fmt: skip
    feeds = (d.Total("offsets_used", two("已使用减排量", "Offsets used"), amount, dated=booked_on),)

    def settle(self) -> None:
        balance.hold_use(self)
