"""Fuel stations."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

StationKind = choices(
    "StationKind", station=("加油站", "fuel station"), depot=("储油库", "depot"),
    own_tank=("自建油罐", "private tank"), mobile=("流动加油车", "mobile tanker"),
    illegal=("黑加油站点", "illegal station"), urea=("车用尿素销售点", "urea outlet"),
)  # fmt: skip
Recovery = choices(
    "Recovery", none=("无", "none"), stage1=("一次回收", "stage 1"),
    stage2=("一、二次回收", "stages 1 and 2"), stage3=("一、二、三次回收", "stages 1 to 3"),
)  # fmt: skip
StationState = choices(
    "StationState", running=("营业", "running"), closed=("停业", "closed"),
    clearing=("清理整治中", "being cleared"), cleared=("已取缔", "cleared"),
)  # fmt: skip


class FuelStation(d.Register):
    """加油站和储油设施: stations, depots, private tanks, tankers and illegal ones."""

    code, title = "fuel_stations", two("加油站和储油设施", "Fuel stations")
    group, order = d.Group.VEHICLES, 80
    source = "晋政发〔2024〕7号 三（三）15；临政发〔2024〕4号 三（四）27；GB 20952-2020"
    columns = ("name", "kind", "licence", "sales", "recovery", "online")
    example = {"name": "示例路加油站（模拟）", "kind": "加油站", "licence": "晋油零售证书第L0001号",
               "sales": "6200", "recovery": "一、二次回收", "online": "是", "tested_on": "2024-05-20",
               "due": "2024-12-31"}  # fmt: skip

    enterprise = d.Owner()
    name = d.Text(two("名称", "Name"), required=True, key=True, most=80, aliases=("加油站名称",))
    kind = d.Choice(two("类别", "Kind"), StationKind, required=True)
    licence = d.Text(two("经营许可证号", "Licence"), searched=True, most=60,
                     needed=kind.is_(StationKind.STATION, StationKind.DEPOT))  # fmt: skip
    tanks = d.Whole(two("油罐数", "Tanks"), "个", usual=(1, 60))
    sales = d.Quantity(two("年销售量", "Sales a year"), "吨", usual=(1, 200000), also=("t",),
                       aliases=("年销汽油量",))  # fmt: skip
    recovery = d.Choice(two("油气回收", "Vapour recovery"), Recovery, needed=kind.is_(StationKind.STATION))
    online = d.Flag(two("油气回收在线监测", "Recovery monitored online"))
    tested_on = d.Day(two("油气回收检测日期", "Recovery tested on"), past=True)
    test_passed = d.Flag(two("检测合格", "Test passed"))
    off_peak = d.Flag(two("夏季错峰装卸油", "Unloads off peak in summer"),
                      source="临政发〔2024〕4号 三（七）43")  # fmt: skip
    status = d.LifeCycle(StationState, closed={StationState.RUNNING, StationState.CLOSED,
                         StationState.CLEARED}, proof={StationState.CLEARED})  # fmt: skip
    due = d.Due(two("清理整治期限", "To be cleared by"))
    cleared_on = d.Day(two("取缔日期", "Cleared on"), past=True, needed=status.is_(StationState.CLEARED))
    unlicensed = d.Derived(two("无证照", "Without a licence"), licence.absent
                           & ~status.is_(StationState.CLEARED))  # fmt: skip
    checks = (
        d.Check(~(cleared_on.given & ~status.is_(StationState.CLEARED)),
                two("未取缔的不能有取缔日期", "one not cleared has no such day"), "cleared_on"),
        d.Check(~(kind.is_(StationKind.ILLEGAL) & status.is_(StationState.RUNNING)),
                two("黑加油站点不能是营业状态，应列为清理整治中",
                "an illegal station is being cleared, not running"), "status"),
    )  # fmt: skip
    feeds = (
        d.Count("illegal_stations_left", two("未取缔黑加油站点", "Illegal stations left"),
                kind.is_(StationKind.ILLEGAL) & ~status.is_(StationState.CLEARED), better="less"),
        d.Count("illegal_stations_cleared", two("取缔黑加油站点", "Illegal stations cleared"),
                status.is_(StationState.CLEARED), dated=cleared_on, better="more", unit="个"),
        d.Share("vapour_recovery_ratio", two("加油站二次油气回收率", "Stations with recovery stage 2"),
                part=recovery.is_(Recovery.STAGE2, Recovery.STAGE3), where=kind.is_(StationKind.STATION)
                & status.is_(StationState.RUNNING), better="more"),
    )  # fmt: skip
