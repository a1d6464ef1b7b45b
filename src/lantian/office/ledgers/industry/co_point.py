"""Points that emit carbon monoxide."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

CoProcess = choices(
    "CoProcess", blast_furnace=("高炉", "blast furnace"), sinter=("烧结", "sintering"),
    pellet=("球团", "pelletising"),
    converter=("转炉", "converter"), annealing=("退火炉", "annealing"), lime=("石灰窑", "lime kiln"),
    coking=("焦炉", "coke oven"), gas_net=("煤气管网（柜）", "gas network"), other=("其他", "other"),
)  # fmt: skip
CoWay = choices("CoWay", stack=("有组织", "stack"), vent=("放散", "vent"), leak=("无组织逸散", "leak"))
CoState = choices("CoState", found=("待整改", "to be rectified"), normal=("无问题", "in order"),
                  fixed=("已整改", "rectified"))  # fmt: skip


class CoPoint(d.Register):
    """CO排放点: where carbon monoxide leaves, what the survey found, until when it is rectified."""

    code, title, order = "co_points", two("CO排放点", "CO points"), 12
    source = "临政发〔2024〕4号 三（二）13；陵政发〔2024〕10号 三（五）18、附件二（二）附5"
    columns = ("enterprise", "number", "process", "way", "reading", "problem", "due")
    example = {"number": "CO-03", "process": "烧结", "way": "无组织逸散", "position": "机头密封",
               "reading": "35",
               "found_on": "2024-05-10", "problem": "密封老化", "measure": "更换密封",
               "due": "2024-09-30"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("点位编号", "Point"), required=True, key=True, most=30)
    process = d.Choice(two("工序", "Process"), CoProcess, required=True)
    way = d.Choice(two("排放方式", "Way"), CoWay, required=True)
    position = d.Text(two("部位", "Position"), needed=True, most=80)
    outlet = d.Link(two("排放口", "Outlet"), "Outlet")
    reading = d.Quantity(two("CO浓度", "CO"), "mg/m³", usual=(0, 20000), aliases=("检测浓度",))
    found_on = d.Day(two("排查日期", "Surveyed on"), past=True, required=True)
    recovery = d.Flag(two("煤气回收（点火）", "Gas recovered or burnt"), needed=way.is_("vent"))
    status = d.LifeCycle(CoState, closed={"normal", "fixed"}, proof={"fixed"})
    problem = d.Text(two("存在问题", "Problem"), required=status.is_("found"), most=200)
    measure = d.Text(two("整改措施", "Measure"), needed=status.is_("found"), most=200)
    due = d.Due(two("整改期限", "Rectify by"), required=status.is_("found"))
    fixed_on = d.Day(two("整改日期", "Rectified on"), past=True, needed=status.is_("fixed"))

    checks = (
        d.Check(lambda row: not (row.fixed_on and row.found_on) or row.fixed_on >= row.found_on,
                two("整改不能早于排查", "rectified before it was found"), "fixed_on"),
    )  # fmt: skip
    feeds = (
        d.Count("co_points_left", two("待整改CO点位", "CO points to rectify"), status.open, better="less"),
        d.Share("co_points_fixed", two("CO问题整改率", "CO problems rectified"), part=status.is_("fixed"),
                where=~status.is_("normal"), better="more"),
    )  # fmt: skip
