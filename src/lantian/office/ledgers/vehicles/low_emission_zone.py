"""Low-emission zones of machines."""

from __future__ import annotations

from lantian.office.ledgers.polygons import is_polygon
from lantian.office.ledgers.words import MachineKind, Stage
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

LowZoneState = choices(
    "LowZoneState", draft=("拟划定", "proposed"), valid=("已公布", "in force"),
    replaced=("已被替代", "replaced"),
)  # fmt: skip


class LowEmissionZone(d.Register):
    """非道路移动机械低排放控制区: an area, its act, the stages allowed in it, from when."""

    code, title = "low_emission_zones", two("低排放控制区", "Low-emission zones")
    group, order = d.Group.VEHICLES, 40
    source = "晋政发〔2024〕7号 三（三）14；临政发〔2024〕4号 三（四）26；陵川 2024 三（三）12"
    columns = ("name", "act", "since", "allowed", "class3", "area")
    example = {"name": "城区低排放控制区", "act": "示政告〔2024〕2号", "since": "2024-07-01",
               "allowed": "国三、国四、新能源", "class3": "是", "area": "62", "boundary": "绕城高速以内",
               "due": "2024-06-30", "status": "拟划定"}  # fmt: skip

    name = d.Text(two("名称", "Name"), required=True, key=True, most=80)
    act = d.Text(two("公布文件", "Act"), needed=True, searched=True, most=80, aliases=("文号",))
    since = d.Day(two("施行日期", "In force from"))
    until = d.Day(two("失效日期", "In force until"))
    allowed = d.Many(two("允许的排放阶段", "Stages allowed"), Stage, required=True)
    electric_only = d.Many(two("须新能源的机械", "Machines that must be electric"), MachineKind,
                           source="临政发〔2024〕4号 三（四）26：装载机、叉车、打桩机")  # fmt: skip
    class3 = d.Flag(two("执行Ⅲ类烟度限值", "Smoke limits of class III"), needed=True, source="GB 36886-2018")
    hours = d.Text(two("管控时段", "Hours"), most=80, hint=two("全天不填", "empty: at all hours"))
    boundary = d.Text(two("范围", "Boundary"), needed=True, most=6000,
                      hint=two("四至文字，或GeoJSON多边形", "words, or a GeoJSON polygon"))  # fmt: skip
    area = d.Quantity(two("面积", "Area"), "km²", usual=(0.01, 20000), also=("平方公里", "平方千米"))
    status = d.LifeCycle(LowZoneState, closed={LowZoneState.VALID, LowZoneState.REPLACED},
                         proof={LowZoneState.VALID})  # fmt: skip
    due = d.Due(two("公布期限", "To be published by"))
    since.needed = status.is_(LowZoneState.VALID)
    until.needed = status.is_(LowZoneState.REPLACED)

    checks = (
        d.Check(lambda row: not (row.since and row.until) or row.since <= row.until,
                two("失效早于施行", "ends before it begins"), "until"),
        d.Check(lambda row: is_polygon(row.boundary),
                two("范围不是有效的GeoJSON多边形", "the boundary is no valid GeoJSON polygon"), "boundary"),
        d.Check(~(allowed.has(Stage.S0) | allowed.has(Stage.S1)),
                two("允许国一及以下：请核实", "stage I and below allowed: is it right?"), "allowed",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("low_emission_zones", two("已公布低排放控制区", "Zones in force"),
                status.is_(LowZoneState.VALID)),
        d.Total("low_emission_area", two("低排放控制区面积", "Area of zones"), area,
                status.is_(LowZoneState.VALID), better="more"),
    )  # fmt: skip
