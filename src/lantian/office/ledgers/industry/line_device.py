"""Devices on the line."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

LineKind = choices(
    "LineKind", stack=("烟气排放口", "stack"), power=("用电监控", "power"),
    condition=("生产工况", "operating condition"), dust=("扬尘监测点", "dust site"),
    micro=("微型空气站", "micro-station"), vehicle=("车载终端", "vehicle terminal"),
    gate=("门禁系统", "gate"),
)  # fmt: skip
Generation = choices(
    "Generation", g2005=("2005版", "2005"), g2017=("2017版", "2017"), g2025=("2025版", "2025"),
    vehicle=("车载终端协议", "vehicle protocol"), json=("接口上传", "over the API"),
)  # fmt: skip
Measured = choices(
    "Measured", a34013=("颗粒物", "particulate matter"), a21026=("二氧化硫", "SO₂"),
    a21002=("氮氧化物", "NOₓ"), a21005=("一氧化碳", "CO"), a21001=("氨", "NH₃"),
    a24088=("非甲烷总烃", "non-methane hydrocarbons"), a21024=("氯化氢", "HCl"),
    a19001=("氧含量", "oxygen"), a00000=("废气流量", "flow"), a01011=("烟气流速", "gas velocity"),
    a01012=("烟气温度", "gas temperature"), a01013=("烟气压力", "gas pressure"),
    a01014=("烟气湿度", "gas moisture"), a34002=("可吸入颗粒物（PM₁₀）", "PM₁₀"),
    a34004=("细颗粒物（PM₂.₅）", "PM₂.₅"), a34001=("总悬浮颗粒物", "TSP"), power=("用电量", "power"),
    state=("工况状态", "operating state"),
)  # fmt: skip
DeviceState = choices(
    "DeviceState", building=("安装调试", "being installed"), working=("运行", "in operation"),
    stopped=("停用", "out of use"), removed=("已拆除", "removed"),
)  # fmt: skip
PLANTS = ("stack", "power", "condition", "gate")


class LineDevice(d.Register):
    """在线监测设备: a data logger or terminal by its network code (MN); what it sends lies on the line."""

    code, title, order = "line_devices", two("在线监测设备", "Devices on the line"), 4
    source = "HJ 212-2017；HJ 75-2017；临政发〔2024〕4号 四 在线监测、用电监控、门禁"
    key_everywhere = True
    pages = (("telemetry:lines", two("线路状态", "State of the lines")),)
    columns = ("mn", "name", "kind", "enterprise", "outlet", "operator", "on_line")
    example = {"mn": "14100000000000000000EX01", "name": "示例数采仪（模拟）", "kind": "扬尘监测点",
               "generation": "2017版", "maker": "示例仪器", "model": "DL-1",
               "operator": "示例运维公司（模拟）", "installed": "2023-03-01",
               "accepted": "2023-06-01", "measured": "细颗粒物（PM₂.₅）", "status": "运行"}  # fmt: skip

    mn = d.Text(two("设备编码（MN）", "Network code (MN)"), required=True, key=True, most=32,
                pattern=r"[0-9A-Za-z_\-]{4,32}", pattern_hint="010000A8900016F000169DC0",
                aliases=("MN号", "MN", "设备唯一标识", "数采仪编码"))  # fmt: skip
    name = d.Text(two("设备名称", "Name"), searched=True, needed=True, most=80, aliases=("监测点名称",))
    kind = d.Choice(two("线路类型", "Kind of line"), LineKind, required=True)
    enterprise = d.Owner(required=d.by_name("kind").is_(*PLANTS))
    outlet = d.Link(two("排放口", "Outlet"), "Outlet", needed=d.by_name("kind").is_("stack"))
    generation = d.Choice(two("通讯协议", "Protocol"), Generation, needed=True, aliases=("协议版本",))
    maker = d.Text(two("生产厂家", "Maker"), searched=True, most=80)
    model = d.Text(two("型号", "Model"), most=60)
    serial = d.Text(two("出厂编号", "Serial number"), searched=True, most=60)
    operator = d.Text(two("运维单位", "Operator"), searched=True, needed=True, most=80)
    operator_phone = d.Text(two("运维联系电话", "Operator's phone"), most=20, pattern=r"[\d\-+() ]{5,20}",
                            pattern_hint="13800000000")  # fmt: skip
    installed = d.Day(two("安装日期", "Installed on"), past=True)
    accepted = d.Day(two("验收日期", "Accepted on"), past=True, needed=d.by_name("kind").is_("stack"),
                     aliases=("验收备案日期",))  # fmt: skip
    measured = d.Many(two("监测因子", "Factors"), Measured, needed=True)
    # Written when the office confirms or blocks the device on its page: nobody types it.
    on_line = d.Flag(two("联网确认", "Confirmed on the line"), computed=True)
    # An enterprise enters what it builds; that it works, and what changes afterwards, is for the office to
    # say.
    status = d.LifeCycle(
        DeviceState,
        closed={DeviceState.REMOVED},
        judged={DeviceState.WORKING, DeviceState.STOPPED, DeviceState.REMOVED},
    )

    _working = status.is_("working")
    to_connect = d.Derived(two("运行未联网", "Working, not on the line"), _working & ~on_line.yes)

    checks = (
        d.Check(
            lambda row: not (row.installed and row.accepted) or row.accepted >= row.installed,
            two("验收日期早于安装日期", "accepted before it was installed"),
            "accepted",
        ),
        d.Check(
            lambda row: row.outlet_id is None or row.kind in PLANTS,
            two("该类线路不挂排放口", "this kind of line hangs on no outlet"),
            "outlet",
        ),
    )
    feeds = (
        d.Count("line_devices", two("在用在线监测设备", "Devices on the line in use"), _working,
                better="more"),
        d.Count("line_stacks", two("在用烟气在线监测设备", "Stack monitors in use"),
                kind.is_("stack") & _working, better="more"),
        d.Share("line_devices_connected", two("在线监测设备联网率", "Devices connected"), part=on_line.yes,
                where=_working, better="more"),
        d.Share("line_power_connected", two("用电监控联网率", "Power meters connected"), part=on_line.yes,
                where=kind.is_("power") & _working, better="more"),
    )  # fmt: skip

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
        row = super().from_db(db, field_names, values)
        if "mn" in row.__dict__:
            row._known_as = row.mn
        return row

    def compute(self) -> None:
        # Another number is another device: what it sends is nobody's until the office confirms it again.
        if getattr(self, "_known_as", self.mn) != self.mn:
            self.on_line = False

    def __str__(self) -> str:
        return f"{self.name}（{self.mn}）" if self.name else self.mn

    @property
    def kind_label(self) -> str:
        """The kind of line in the active language."""
        return str(self.ledger.by_name["kind"].write(self.kind))

    @property
    def stack_url(self) -> str:
        """Its page of hours, minutes, marks."""
        return reverse("telemetry:stack", args=[self.pk])
