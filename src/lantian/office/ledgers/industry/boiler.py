"""Boilers."""

from __future__ import annotations

from lantian.office.registers.declaring import (
    Check,
    Choice,
    Count,
    Day,
    Derived,
    Due,
    Flag,
    LifeCycle,
    Owner,
    Quantity,
    Register,
    Share,
    Text,
    Total,
    Words,
    two,
)  # fmt: skip


class Fuel(Words):
    """What a boiler burns."""

    COAL = "coal", two("燃煤", "coal")
    GAS = "gas", two("燃气", "natural gas")
    OIL = "oil", two("燃油", "oil")
    BIOMASS = "biomass", two("生物质", "biomass")
    COAL_GAS = "coal_gas", two("焦炉煤气等", "coke-oven and other gas")
    ELECTRIC = "electric", two("电", "electricity")


class BoilerState(Words):
    """What became of a boiler."""

    IN_USE = "in_use", two("在用", "in use")
    IDLE = "idle", two("停用", "idle")
    REPLACED = "replaced", two("已清洁能源替代", "replaced by clean energy")
    DISMANTLED = "dismantled", two("已拆除", "dismantled")


class Boiler(Register):
    """锅炉: a boiler in use, idle or cleared, of any fuel."""

    code = "boilers"
    title = two("锅炉", "Boilers")
    order = 5
    source = "晋政发〔2024〕7号 三（九）；陵川 2024 三（五）18；DB14/1929-2019"
    example = {"number": "1#", "fuel": "燃煤", "capacity": "10", "built_on": "2012-10-01",
               "filter": "布袋除尘",
               "online": "是", "due": "2025-12-31"}  # fmt: skip
    columns = ("enterprise", "number", "fuel", "capacity", "filter", "low_nox")

    enterprise = Owner(required=True, key=True)
    number = Text(two("锅炉编号", "Boiler number"), key=True, required=True, most=40)
    fuel = Choice(two("燃料", "Fuel"), Fuel, required=True)
    capacity = Quantity(
        two("额定蒸发量", "Rated capacity"), "t/h", required=True, usual=(0.1, 2500),
        also=("蒸吨", "吨/小时", "蒸吨/小时"), aliases=("吨位", "容量"),
    )  # fmt: skip
    built_on = Day(two("投运日期", "In service since"), past=True)
    filter = Text(two("除尘设施", "Dust filter"), needed=fuel.is_(Fuel.COAL, Fuel.BIOMASS), most=60)
    low_nox = Flag(two("低氮燃烧", "Low-NOx burner"), needed=fuel.is_(Fuel.GAS, Fuel.COAL_GAS))
    dedicated_burner = Flag(two("专用燃烧器", "Dedicated biomass burner"), needed=fuel.is_(Fuel.BIOMASS))
    online = Flag(two("在线监测联网", "Online monitoring connected"))
    status = LifeCycle(
        BoilerState, closed={BoilerState.REPLACED, BoilerState.DISMANTLED}, proof={BoilerState.DISMANTLED}
    )
    due = Due(two("淘汰或改造期限", "To be cleared or rebuilt by"), source="35 蒸吨/小时及以下燃煤锅炉淘汰")
    closed_on = Day(two("拆除或替代日期", "Cleared on"), past=True, needed=~status.open)
    must_connect = Derived(
        two("应联网", "Must be connected"), capacity.at_least(10), source="陵川 2024 三（五）18"
    )

    checks = (
        Check(~(closed_on.given & status.open),
              two("在用的锅炉不能有拆除日期", "a boiler in use has no day of clearance"), "closed_on"),
    )  # fmt: skip
    _coal_cleared = fuel.is_(Fuel.COAL) & ~status.open
    feeds = (
        Count("coal_boilers_left", two("剩余燃煤锅炉", "Coal boilers left"),
              fuel.is_(Fuel.COAL) & status.open, better="less"),
        Count("coal_boilers_cleared", two("淘汰燃煤锅炉", "Coal boilers cleared"),
              _coal_cleared, dated=closed_on, better="more"),
        Total("coal_boiler_tonnes_cleared", two("淘汰燃煤锅炉蒸吨", "Coal boiler capacity cleared"), capacity,
              _coal_cleared, dated=closed_on, better="more"),
        Share("gas_boilers_low_nox", two("燃气锅炉低氮改造率", "Gas boilers with low-NOx burners"),
              part=low_nox.yes, where=fuel.is_(Fuel.GAS) & status.open, better="more"),
    )  # fmt: skip
