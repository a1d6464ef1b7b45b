"""Mines."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

MineKind = choices(
    "MineKind", coal=("煤矿", "coal mine"), open_pit=("露天矿", "open-pit mine"), quarry=("采石场", "quarry"),
    limestone=("石灰岩矿", "limestone"), iron=("铁矿", "iron ore"), bauxite=("铝土矿", "bauxite"),
    other=("其他", "other"),
)  # fmt: skip
MineTransport = choices(
    "MineTransport", rail=("铁路专用线", "siding"), belt=("封闭皮带廊道", "closed belt"),
    electric=("新能源车", "new-energy trucks"), truck=("燃油车", "fuel trucks"),
)  # fmt: skip
MineState = choices(
    "MineState", working=("生产", "working"), rectifying=("限期整改", "to rectify"),
    failed=("复查不合格", "failed again"), closed=("已关闭", "closed"), restored=("已生态修复", "restored"),
)  # fmt: skip


class Mine(d.Register):
    """矿山: dust of mining, storing, hauling; time-limits; closure of what fails again; restoration."""

    code, title = "mines", two("矿山", "Mines")
    group, order = d.Group.DUST, 90
    source = "晋政发〔2024〕7号 三（四）17；临政发〔2024〕4号 三（二）14；晋政办发电〔2021〕16号 二（五）1"
    columns = ("name", "kind", "output", "transport", "in_city", "restored_area")
    example = {"name": "示例石料厂采场（模拟）", "kind": "采石场", "output": "80", "transport": "新能源车",
               "wet_drilling": "是", "closed_store": "是", "wash": "是", "in_city": "否", "due": "2024-11-30",
               "order_number": "整改通知〔2024〕3号", "status": "限期整改"}  # fmt: skip

    enterprise = d.Owner()
    name = d.Text(two("矿山名称", "Mine"), required=True, key=True, most=100)
    kind = d.Choice(two("类别", "Kind"), MineKind, required=True)
    licence = d.Text(two("采矿许可证号", "Licence"), searched=True, most=40)
    output = d.Quantity(two("年产量", "Output a year"), "万吨", usual=(0.1, 5000), also=("万吨/年",),
                        needed=True)  # fmt: skip
    new_mine = d.Flag(two("新建矿山", "New mine"))
    transport = d.Choice(two("运输方式", "Transport"), MineTransport, needed=True)
    wet_drilling = d.Flag(two("湿法凿岩", "Wet drilling"), needed=True)
    closed_store = d.Flag(two("物料封闭存储", "Closed store"), needed=True)
    wash = d.Flag(two("车辆冲洗", "Vehicles washed"), needed=True)
    in_city = d.Flag(two("在城市规划区内", "In the city's planning area"), needed=True,
                     hint=two("设区市规划区内露天矿关停", "open pits there are closed"))  # fmt: skip
    order_number = d.Text(two("整改文书", "Order"), searched=True, most=60)
    restored_area = d.Quantity(two("修复面积", "Restored area"), "公顷", also=("hm²", "ha"))
    status = d.LifeCycle(MineState, closed={MineState.WORKING, MineState.CLOSED, MineState.RESTORED},
                         proof={MineState.CLOSED, MineState.RESTORED})  # fmt: skip
    due = d.Due(two("整改期限", "To be rectified by"))
    closed_on = d.Day(two("关闭日期", "Closed on"), past=True,
                      needed=status.is_(MineState.CLOSED, MineState.RESTORED))  # fmt: skip
    due.needed = order_number.needed = status.is_(MineState.RECTIFYING)
    restored_area.needed = status.is_(MineState.RESTORED)
    to_close = d.Derived(two("建议依法关闭", "Proposed for closure"), status.is_(MineState.FAILED)
                         | in_city.yes & kind.is_(MineKind.OPEN_PIT, MineKind.QUARRY)
                         & ~status.is_(MineState.CLOSED, MineState.RESTORED),
                         source="临政发〔2024〕4号 三（二）14")  # fmt: skip
    checks = (
        d.Check(~(new_mine.yes & transport.is_(MineTransport.TRUCK)),
                two("新建矿山原则上采用清洁运输：请核实",
                "a new mine is to use clean transport: is it right?"), "transport", ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("mines_rectifying", two("限期整改矿山", "Mines to rectify"), status.open, better="less"),
        d.Count("mines_closed", two("关闭矿山", "Mines closed"),
                status.is_(MineState.CLOSED, MineState.RESTORED), dated=closed_on, better="more", unit="座"),
        d.Total("mine_area_restored", two("矿山修复面积", "Area restored"), restored_area, better="more"),
    )  # fmt: skip
