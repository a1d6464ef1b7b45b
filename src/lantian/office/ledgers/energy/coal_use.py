"""Coal use."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

CoalKind = choices(
    "CoalKind", raw=("原煤", "raw coal"), washed=("洗精煤", "washed coal"),
    other_washed=("其他洗煤", "other washed coal"), briquette=("型煤", "briquettes"),
    gangue=("煤矸石", "gangue"),
)  # fmt: skip
CoalPurpose = choices(
    "CoalPurpose", fuel=("燃料用煤", "burnt"), coking=("炼焦用煤", "coked"),
    feedstock=("原料用煤", "feedstock"), power=("发电用煤", "power"), heat=("供热用煤", "heat supply"),
)  # fmt: skip
CoalState = choices(
    "CoalState", reported=("已填报", "reported"), checked=("已核定", "checked"),
    disputed=("待核实", "to be checked"),
)  # fmt: skip


class CoalUse(d.Register):
    """煤炭消费: an enterprise's use in a year; gangue and feedstock stand outside the cap."""

    code, title = "coal_use", two("企业煤炭消费", "Coal use of enterprises")
    group, order, placed = d.Group.ENERGY, 50, False
    source = "晋政发〔2024〕7号 三（二）8；临政发〔2024〕4号 三（三）16；发改环资〔2014〕2984号"
    columns = ("enterprise", "year", "kind", "purpose", "tonnes", "base", "replaced")
    example = {"year": "2024", "kind": "原煤", "purpose": "燃料用煤", "tonnes": "120000", "heat": "20.908",
               "base": "135000", "status": "已核定", "due": "2025-03-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    year = d.Year(two("年份", "Year"), required=True, key=True)
    kind = d.Choice(two("煤种", "Kind of coal"), CoalKind, required=True, key=True)
    purpose = d.Choice(two("用途", "Purpose"), CoalPurpose, required=True, key=True)
    tonnes = d.Quantity(two("消费量", "Used"), "吨", required=True, usual=(1, 30000000), also=("t",),
                        aliases=("用煤量", "煤炭消费量"))  # fmt: skip
    heat = d.Quantity(two("低位发热量", "Heat value"), "MJ/kg", usual=(5, 34), also=("GJ/t",), needed=True,
                      aliases=("热值",))  # fmt: skip
    base = d.Quantity(two("2020年消费量", "Used in 2020"), "吨", also=("t",), aliases=("基期消费量",))
    replaced = d.Quantity(two("本年替代量", "Replaced this year"), "吨", also=("t",), aliases=("压减量",))
    replaced_by = d.Text(two("替代方式", "Replaced by"), most=60, needed=replaced.above(0),
                         hint=two("不得以石油焦、焦炭、兰炭替代",
                         "not by petroleum coke, coke or semi-coke"))  # fmt: skip
    evidence = d.Text(two("依据", "Evidence"), most=120,
                      hint=two("统计报表、购煤票据、衡器记录",
                      "statistics, invoices, weighbridge"))  # fmt: skip
    status = d.LifeCycle(CoalState, closed={CoalState.CHECKED}, judged={CoalState.CHECKED})
    due = d.Due(two("填报核定期限", "To be checked by"))
    controlled = d.Derived(two("计入总量控制", "Counts against the cap"), ~kind.is_(CoalKind.GANGUE)
                           & ~purpose.is_(CoalPurpose.FEEDSTOCK),
                           source="国发〔2023〕24号：煤矸石、原料用煤除外")  # fmt: skip
    change = d.Derived(two("较2020年", "Against 2020"),
                       lambda row: round(100 * (row.tonnes / row.base - 1), 1) if row.base
                       and row.tonnes is not None else None, "%")  # fmt: skip
    checks = (
        d.Check(lambda row: not any(word in row.replaced_by for word in ("石油焦", "焦炭", "兰炭", "半焦")),
                two("石油焦、焦炭、兰炭不作为煤炭减量替代措施",
                "petroleum coke, coke and semi-coke are no replacement"), "replaced_by"),
    )  # fmt: skip
    feeds = (
        d.Total("coal_consumption", two("煤炭消费量", "Coal consumption"), tonnes, controlled.follows,
                dated=year, better="less", unit="吨",
                formula=two("计入总量控制的消费量之和", "sum of what counts against the cap")),
        d.Total("coal_replaced", two("煤炭替代量", "Coal replaced"), replaced, dated=year, better="more",
                unit="吨"),
    )  # fmt: skip
