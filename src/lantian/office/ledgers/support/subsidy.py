"""Subsidies and price measures."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

SubsidyKind = choices(
    "SubsidyKind", heating=("清洁取暖补贴", "clean heating"), price_power=("煤改电电价", "power price"),
    price_gas=("煤改气气价", "gas price"), vehicle=("老旧车淘汰补贴", "old vehicles"),
    machine=("机械更新补贴", "machines"), straw=("秸秆利用补贴", "straw"),
    audit=("清洁生产补助", "cleaner production"), tax=("环保税减免", "relief of environmental tax"),
    price_steel=("差别化电价", "price by grade"), other=("其他", "other"),
)  # fmt: skip
SubsidyState = choices(
    "SubsidyState", valid=("执行中", "in force"), ending=("到期待延续", "ending, to be renewed"),
    renewed=("已延续", "renewed"), ended=("已终止", "ended"),
)  # fmt: skip


class Subsidy(d.Register):
    """补贴和价格政策: the rule, its rate, whom it serves, until when, what was paid in the year."""

    code, title = "subsidies", two("补贴和价格政策", "Subsidies and price measures")
    group, order, placed = d.Group.SUPPORT, 60, False
    source = "晋政发〔2024〕7号 三（九）33；陵政发〔2024〕10号 三（七）24、附件二（一）附1"
    columns = ("name", "kind", "rate", "rate_unit", "year", "paid", "due")
    example = {"name": "2024—2025采暖季煤改电补贴", "kind": "清洁取暖补贴", "document": "示财建〔2024〕9号",
               "rate": "0.2", "rate_unit": "元/千瓦时", "recipients": "6000", "year": "2024", "budget": "480",
               "paid": "320", "due": "2025-03-31"}  # fmt: skip

    name = d.Text(two("政策名称", "Measure"), required=True, key=True, most=120)
    kind = d.Choice(two("类别", "Kind"), SubsidyKind, required=True)
    document = d.Text(two("文件", "Document"), needed=True, searched=True, most=80, aliases=("文号",))
    rate = d.Quantity(two("标准", "Rate"), low=None, decimals=4, needed=True)
    rate_unit = d.Text(two("标准单位", "Unit of the rate"), most=30, needed=rate.given)
    conditions = d.Text(two("享受条件", "Conditions"), most=300)
    recipients = d.Whole(two("享受对象数", "Recipients"), "户（家、辆）", also=("户", "家", "辆"),
                         needed=True)  # fmt: skip
    year = d.Year(two("年度", "Year"), required=True, key=True)
    budget = d.Quantity(two("预算", "Budget"), "万元", decimals=4)
    paid = d.Quantity(two("已发放", "Paid"), "万元", needed=True, decimals=4)
    status = d.LifeCycle(SubsidyState, closed={SubsidyState.RENEWED, SubsidyState.ENDED})
    due = d.Due(two("到期日期", "Ends on"))

    checks = (
        d.Check(lambda row: row.paid is None or row.budget is None or row.paid <= row.budget,
                two("发放多于预算：请核实", "more paid than budgeted: is it right?"), "paid", ask=True),
    )  # fmt: skip
    feeds = (
        d.Total("subsidies_paid", two("补贴发放", "Subsidies paid"), paid, dated=year, better="more"),
        d.Ratio("subsidies_paid_ratio", two("补贴发放率", "Share of the budget paid"), (paid,), (budget,),
                dated=year, better="more"),
    )  # fmt: skip
