"""Boilers."""

from __future__ import annotations

from lantian.office.ledgers.ruled import limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Fuel = choices(
    "Fuel", coal=("燃煤", "coal"), gas=("燃气", "natural gas"), oil=("燃油", "oil"),
    biomass=("生物质", "biomass"),
    coal_gas=("焦炉煤气等", "coke-oven and other gas"), electric=("电", "electricity"),
)  # fmt: skip
BoilerState = choices(
    "BoilerState", in_use=("在用", "in use"), idle=("停用", "idle"), dismantled=("已拆除", "dismantled"),
    replaced=("已清洁能源替代", "replaced by clean energy"),
)  # fmt: skip
LookBack = choices("LookBack", passed=("合格", "passed"), failed=("不合格", "failed"))


class Boiler(d.Register):
    """锅炉: a boiler in use, idle or cleared, of any fuel."""

    code, title, order = "boilers", two("锅炉", "Boilers"), 5
    source = "晋政发〔2024〕7号 三（二）9；临政发〔2024〕4号 三（二）10；陵政发〔2024〕10号 三（五）18"
    columns = ("enterprise", "number", "fuel", "capacity", "filter", "low_nox")
    example = {"number": "1#", "fuel": "燃煤", "capacity": "10", "built_on": "2012-10-01",
               "filter": "布袋除尘",
               "online": "是", "due": "2025-12-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("锅炉编号", "Boiler number"), key=True, required=True, most=40)
    fuel = d.Choice(two("燃料", "Fuel"), Fuel, required=True)
    capacity = d.Quantity(two("额定蒸发量", "Rated capacity"), "t/h", required=True, usual=(0.1, 2500),
                          also=("蒸吨", "吨/小时", "蒸吨/小时"), aliases=("吨位", "容量"))  # fmt: skip
    built_on = d.Day(two("投运日期", "In service since"), past=True)
    filter = d.Text(two("除尘设施", "Dust filter"), needed=fuel.is_("coal", "biomass"), most=60)
    low_nox = d.Flag(two("低氮燃烧", "Low-NOx burner"), needed=fuel.is_("gas", "coal_gas"))
    look_back = d.Choice(two("低氮“回头看”结论", "Look back at low-NOx"), LookBack)
    dedicated_burner = d.Flag(two("专用燃烧器", "Dedicated biomass burner"), needed=fuel.is_("biomass"))
    online = d.Flag(two("在线监测联网", "Online monitoring connected"))
    status = d.LifeCycle(BoilerState, closed={"replaced", "dismantled"}, proof={"dismantled"})
    _small = capacity.at_most(limit("office.industry.small_coal_boilers"))
    _coal = fuel.is_(Fuel.COAL)
    ultra_low = d.Flag(two("超低排放改造", "Ultra-low retrofit"), needed=_coal & ~_small & status.open)
    due = d.Due(two("淘汰或改造期限", "To be cleared or rebuilt by"), source="35 蒸吨/小时及以下燃煤锅炉淘汰")
    closed_on = d.Day(two("拆除或替代日期", "Cleared on"), past=True, needed=~status.open)
    _big = capacity.at_least(limit("office.industry.online_boilers"))
    must_connect = d.Derived(two("应联网", "Must be connected"), _big, rule="office.industry.online_boilers")
    to_clear = d.Derived(two("应淘汰（小燃煤）", "To be cleared"), _coal & _small & status.open,
                         rule="office.industry.small_coal_boilers")  # fmt: skip
    to_replace = d.Derived(two("应替代（小生物质）", "Small biomass"), fuel.is_("biomass") & status.open
                           & capacity.at_most(limit("office.industry.small_biomass_boilers")),
                           rule="office.industry.small_biomass_boilers")  # fmt: skip

    checks = (
        d.Check(~(closed_on.given & status.open),
                two("在用的锅炉不能有拆除日期", "a boiler in use has no day of clearance"), "closed_on"),
    )  # fmt: skip
    _gas = fuel.is_(Fuel.GAS) & status.open
    feeds = (
        d.Count("coal_boilers_left", two("剩余燃煤锅炉", "Coal boilers left"), _coal & status.open,
                better="less"),
        d.Count("coal_boilers_cleared", two("淘汰燃煤锅炉", "Coal boilers cleared"), _coal & ~status.open,
                dated=closed_on, better="more"),
        d.Total("coal_boiler_tonnes_cleared", two("淘汰燃煤锅炉蒸吨", "Coal boiler capacity cleared"),
                capacity,
                _coal & ~status.open, dated=closed_on, better="more"),
        d.Count("small_coal_boilers_left", two("剩余35蒸吨及以下燃煤锅炉", "Small coal boilers left"),
                _coal & _small & status.open, better="less"),
        d.Share("gas_boilers_low_nox", two("燃气锅炉低氮改造率", "Gas boilers with low-NOx burners"),
                part=low_nox.yes, where=_gas, better="more"),
        d.Share("boilers_connected", two("应联网锅炉联网率", "Boilers connected"), part=online.yes,
                where=_big & status.open,
                better="more"),
    )  # fmt: skip
