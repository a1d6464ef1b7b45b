"""Outlets of waste gas."""

from __future__ import annotations

from lantian.office.ledgers.words import Pollutant, Working
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

OutletKind = choices(
    "OutletKind", main=("主要排放口", "main"), general=("一般排放口", "general"),
    special=("特殊排放口", "special"),
)  # fmt: skip
LimitKind = choices(
    "LimitKind", general=("一般限值", "general"), special=("特别排放限值", "special"),
    ultra_low=("超低排放", "ultra-low"), local=("地方标准", "local standard"),
)  # fmt: skip


class Outlet(d.Register):
    """排放口: a stack or vent, its limits and its monitor."""

    code, title, order = "outlets", two("排放口", "Outlets"), 3
    source = "晋政发〔2024〕7号 三（八）29；HJ 942-2018；HJ 75-2017"
    columns = ("enterprise", "number", "name", "kind", "height", "limits", "online")
    example = {"number": "DA001", "name": "熔化工序排放口", "kind": "主要排放口", "height": "15",
               "diameter": "0.8",
               "limits": "特别排放限值", "standard": "GB 39726-2020",
               "pollutants": "颗粒物、二氧化硫、氮氧化物",
               "reference_o2": "8", "online": "是"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("排放口编号", "Number"), required=True, key=True, most=12, pattern=r"DA\d{3,5}",
                    pattern_hint="DA001", aliases=("编号",))  # fmt: skip
    name = d.Text(two("排放口名称", "Name"), needed=True, searched=True, most=80)
    kind = d.Choice(two("排放口类型", "Kind"), OutletKind, required=True)
    height = d.Quantity(two("高度", "Height"), "m", needed=True, usual=(3, 300), decimals=2, also=("米",))
    diameter = d.Quantity(two("出口内径", "Inner diameter"), "m", usual=(0.05, 20), decimals=2, also=("米",))
    limits = d.Choice(two("执行限值类别", "Limits"), LimitKind, needed=True)
    standard = d.Text(two("执行标准", "Standard"), needed=True, most=60)
    pollutants = d.Many(two("污染物", "Pollutants"), Pollutant, needed=True, aliases=("污染物种类",))
    # Every converted value and so every exceedance hangs on it: its enterprise does not say it.
    reference_o2 = d.Quantity(two("基准氧含量", "Reference oxygen"), "%", high=20.9, usual=(3, 18),
                              decimals=1, judged=True,
                              hint=two("标准无基准氧的留空", "empty where there is none"))  # fmt: skip
    online = d.Flag(two("在线监测联网", "Online monitoring"), needed=True, aliases=("是否联网",))
    status = d.LifeCycle(Working, closed={Working.GONE})
    _main = kind.is_(OutletKind.MAIN) & status.is_(Working.IN_USE)
    must_connect = d.Derived(two("应联网未联网", "To be connected"), _main & ~online.yes)

    feeds = (
        d.Count("main_outlets", two("主要排放口", "Main outlets"), _main),
        d.Share("main_outlets_online", two("主要排放口在线监测联网率", "Main outlets connected"),
                part=online.yes, where=_main, better="more"),
    )  # fmt: skip
