"""Industrial kilns and furnaces."""

from __future__ import annotations

from lantian.office.ledgers.ruled import listed
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

KilnKind = choices(
    "KilnKind", heating=("加热炉", "heating"), treating=("热处理炉", "heat treatment"),
    drying=("干燥炉", "drying"),
    melting=("熔化炉", "melting"), roasting=("焙烧炉", "roasting"), cupola=("冲天炉", "cupola"),
    lime=("石灰窑", "lime kiln"), other=("其他", "other"),
)  # fmt: skip
KilnFuel = choices(
    "KilnFuel", coal=("煤", "coal"), coke=("焦炭", "coke"),
    producer_gas=("发生炉煤气", "producer gas"),
    heavy_oil=("重油", "heavy oil"), petcoke=("石油焦", "petroleum coke"),
    coke_gas=("脱硫焦炉煤气", "cleaned coke-oven gas"), gas=("天然气", "natural gas"),
    electric=("电", "electricity"), heat=("余热", "waste heat"), biomass=("生物质", "biomass"),
)  # fmt: skip
KilnState = choices(
    "KilnState", in_use=("在用", "in use"), idle=("停用", "idle"),
    replaced=("已清洁能源替代", "on clean energy"),
    removed=("已拆除", "removed"),
)  # fmt: skip


class Kiln(d.Register):
    """工业炉窑: a furnace or kiln, its fuel and what replaces it."""

    code, title, order = "kilns", two("工业炉窑", "Industrial kilns"), 7
    source = "晋政发〔2024〕7号 三（二）10；临政发〔2024〕4号 三（三）21；晋中 2024 三（三）11"
    columns = ("enterprise", "number", "kind", "fuel", "capacity", "dirty", "substitute")
    example = {"number": "2#", "kind": "热处理炉", "fuel": "发生炉煤气", "capacity": "5",
               "substitute": "天然气",
               "built_on": "2011-03-01", "treatment": "袋式除尘+SCR", "due": "2025-12-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("炉窑编号", "Number"), required=True, key=True, most=40)
    kind = d.Choice(two("炉窑类型", "Kind"), KilnKind, required=True)
    fuel = d.Choice(two("燃料", "Fuel"), KilnFuel, required=True,
                    hint=two("替代后填现用燃料", "what it burns now"))  # fmt: skip
    capacity = d.Quantity(two("设计能力", "Capacity"), "t/h", needed=True, usual=(0.05, 500),
                          also=("吨/小时",))  # fmt: skip
    built_on = d.Day(two("投运日期", "In service since"), past=True)
    treatment = d.Text(two("治理工艺", "Treatment"), needed=True, most=80)
    status = d.LifeCycle(KilnState, closed={"replaced", "removed"}, proof={"removed"})
    substitute = d.Choice(two("拟替代能源", "To be replaced by"), KilnFuel)
    due = d.Due(two("替代或淘汰期限", "To be replaced by (day)"))
    closed_on = d.Day(two("替代或拆除日期", "Replaced or removed on"), past=True, needed=~status.open)
    _dirty = listed(fuel, "office.industry.dirty_fuels")
    dirty = d.Derived(two("使用高污染燃料", "Burns dirty fuel"), _dirty, rule="office.industry.dirty_fuels")

    checks = (
        d.Check(~(_dirty & status.is_(KilnState.REPLACED)),
                two("已替代的炉窑不能仍用高污染燃料", "it still burns a dirty fuel"), "fuel"),
        d.Check(~listed(substitute, "office.industry.dirty_fuels"),
                two("替代能源不能是高污染燃料", "a dirty fuel replaces nothing"), "substitute"),
    )  # fmt: skip
    feeds = (
        d.Count("dirty_kilns_left", two("剩余高污染燃料炉窑", "Kilns on dirty fuel"), _dirty & status.open,
                better="less"),
        d.Count("kilns_replaced", two("清洁能源替代炉窑", "Kilns on clean energy"),
                status.is_(KilnState.REPLACED),
                dated=closed_on, better="more"),
    )  # fmt: skip
