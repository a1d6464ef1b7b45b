"""No-coal zones."""

from __future__ import annotations

from lantian.office.ledgers.polygons import is_polygon
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

ZoneKind = choices(
    "ZoneKind", no_coal=("禁煤区", "no-coal zone"),
    no_fuel=("高污染燃料禁燃区", "zone without high-polluting fuel"),
)  # fmt: skip
ZoneState = choices(
    "ZoneState", draft=("拟划定", "proposed"), valid=("已公布", "in force"),
    replaced=("已被替代", "replaced"),
)  # fmt: skip


class NoCoalZone(d.Register):
    """禁煤区、禁燃区: an area, its act, from when; a wider one is a new record."""

    code, title = "no_coal_zones", two("禁煤区和禁燃区", "No-coal zones")
    group, order = d.Group.ENERGY, 30
    source = "晋政发〔2024〕7号 三（二）11；临政发〔2024〕4号 三（三）19；陵川 2024 附1"
    columns = ("name", "kind", "act", "since", "area", "households")
    example = {"name": "城区禁煤区（2024年调整）", "kind": "禁煤区", "act": "示政发〔2024〕1号",
               "since": "2024-06-01", "area": "35.5", "households": "28000",
               "boundary": "东至滨河路，西至工业大道，南至南环路，北至北环路", "due": "2024-05-31",
               "status": "拟划定"}  # fmt: skip

    name = d.Text(two("名称", "Name"), required=True, key=True, most=80, aliases=("禁煤区名称",))
    kind = d.Choice(two("类别", "Kind"), ZoneKind, required=True)
    act = d.Text(two("划定文件", "Act"), needed=True, searched=True, most=80, aliases=("文号", "公布文件"))
    since = d.Day(two("施行日期", "In force from"))
    until = d.Day(two("失效日期", "In force until"))
    boundary = d.Text(two("范围", "Boundary"), needed=True, most=6000,
                      hint=two("四至文字，或GeoJSON多边形", "words, or a GeoJSON polygon"))  # fmt: skip
    area = d.Quantity(two("面积", "Area"), "km²", usual=(0.01, 20000), also=("平方公里", "平方千米"))
    households = d.Whole(two("覆盖户数", "Households inside"), "户")
    heating_ready = d.Flag(two("清洁取暖全部到位", "Clean heating ready everywhere"),
                           hint=two("未到位的区域不得简单拆除取暖设施", "no heating is removed before"),
                           source="晋政办发电〔2021〕16号 二（三）4")  # fmt: skip
    exceptions = d.Text(two("允许使用的燃料和单位", "Fuels and users allowed"), most=300)
    status = d.LifeCycle(ZoneState, closed={ZoneState.VALID, ZoneState.REPLACED}, proof={ZoneState.VALID})
    due = d.Due(two("调整公布期限", "To be published by"))
    since.needed = status.is_(ZoneState.VALID)
    until.needed = status.is_(ZoneState.REPLACED)
    checks = (
        d.Check(lambda row: not (row.since and row.until) or row.since <= row.until,
                two("失效早于施行", "ends before it begins"), "until"),
        d.Check(lambda row: is_polygon(row.boundary),
                two("范围不是有效的GeoJSON多边形", "the boundary is no valid GeoJSON polygon"), "boundary"),
        d.Check(~(status.is_(ZoneState.VALID) & heating_ready.no),
                two("清洁取暖未到位的区域划为禁煤区：请核实",
                "a zone where heating is not ready: is it right?"), "heating_ready", ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("no_coal_zones", two("已公布禁煤区", "No-coal zones in force"), status.is_(ZoneState.VALID)),
        d.Total("no_coal_area", two("禁煤区面积", "Area of no-coal zones"), area, status.is_(ZoneState.VALID)
                & kind.is_(ZoneKind.NO_COAL), better="more"),
    )  # fmt: skip
