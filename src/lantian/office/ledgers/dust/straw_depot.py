"""Straw depots."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

StrawUse = choices(
    "StrawUse", field=("肥料化", "fertiliser"), feed=("饲料化", "feed"), fuel=("燃料化", "fuel"),
    base=("基料化", "growing medium"), material=("原料化", "raw material"),
)  # fmt: skip
DepotState = choices(
    "DepotState", planned=("筹建", "planned"), running=("运营", "running"), closed=("停运", "closed"),
)  # fmt: skip


class StrawDepot(d.Register):
    """秸秆收储点: depots and firms that collect straw, how much, for what, safe from fire."""

    code, title = "straw_depots", two("秸秆收储点", "Straw depots")
    group, order = d.Group.DUST, 100
    source = "晋政发〔2024〕7号 三（四）18；临政发〔2024〕4号 三（五）36；晋中 2024 三（六）21"
    columns = ("name", "use", "capacity", "collected", "villages", "fire_safe")
    example = {"name": "示例秸秆收储站（模拟）", "use": "饲料化、燃料化", "capacity": "5000",
               "collected": "3600", "villages": "22", "fire_safe": "是", "contact": "王五（模拟）",
               "status": "运营", "due": "2024-05-31"}  # fmt: skip

    enterprise = d.Owner()
    name = d.Text(two("收储点名称", "Depot"), required=True, key=True, most=80)
    use = d.Many(two("利用途径", "Used as"), StrawUse, needed=True)
    capacity = d.Quantity(two("收储能力", "Capacity"), "吨", needed=True, usual=(10, 500000),
                          also=("t", "吨/年"))  # fmt: skip
    collected = d.Quantity(two("上年收储量", "Collected last year"), "吨", also=("t",))
    villages = d.Whole(two("覆盖村数", "Villages served"), "个", usual=(1, 500), also=("村",))
    fire_safe = d.Flag(two("消防措施到位", "Safe from fire"), needed=True)
    contact = d.Text(two("负责人", "In charge"), needed=True, most=40)
    phone = d.Text(two("联系电话", "Phone"), most=20, pattern=r"[\d\-+() ]{5,20}", pattern_hint="13800000000")
    status = d.LifeCycle(DepotState, closed={DepotState.RUNNING, DepotState.CLOSED})
    due = d.Due(two("建成期限", "To run by"))

    checks = (
        d.Check(lambda row: row.collected is None or row.capacity is None or row.collected <= row.capacity,
                two("收储量大于收储能力：请核实", "more collected than fits: is it right?"), "collected",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Total("straw_depot_capacity", two("秸秆收储能力", "Capacity of straw depots"), capacity,
                status.is_(DepotState.RUNNING), better="more"),
        d.Total("straw_villages_served", two("秸秆收储覆盖村数", "Villages served"), villages,
                status.is_(DepotState.RUNNING), better="more"),
    )  # fmt: skip
