"""Bare land."""

from __future__ import annotations

from lantian.office.ledgers.dust.treatment import Treatment, TreatmentState
from lantian.office.ledgers.ruled import limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

LandKind = choices(
    "LandKind", site=("待建工地", "site not begun"), demolished=("拆迁空地", "cleared plot"),
    green=("绿化带裸土", "bare green strip"), roadside=("道路两侧", "roadside"),
    parking=("停车场", "car park"), farm=("撂荒地", "fallow"), other=("其他", "other"),
)  # fmt: skip


class BareLand(d.Register):
    """裸地: a plot, how it is dealt with — harden, else green, else fence and cover — and by when."""

    code, title = "bare_land", two("裸地", "Bare land")
    group, order = d.Group.DUST, 20
    source = "临政发〔2024〕4号 三（五）30；晋中 2024 三（五）20；晋政办发电〔2021〕16号 二（五）1"
    columns = ("name", "kind", "area", "treatment", "owner", "done_on")
    example = {"name": "示例路与滨河路交叉口西北地块", "kind": "拆迁空地", "area": "5200",
               "owner": "示例街道办", "treatment": "围挡并苫盖", "why_not": "近期出让，不宜硬化绿化",
               "mesh": "2000", "found_on": "2024-03-10", "due": "2024-05-31", "status": "整治中"}  # fmt: skip

    name = d.Text(two("地块名称", "Plot"), required=True, key=True, most=100, aliases=("裸地位置",))
    kind = d.Choice(two("类别", "Kind"), LandKind, needed=True)
    area = d.Quantity(two("面积", "Area"), "m²", required=True, usual=(1, 2000000), also=("平方米", "㎡"))
    owner = d.Text(two("权属单位", "Owner"), needed=True, searched=True, most=80)
    found_on = d.Day(two("排查日期", "Found on"), past=True, needed=True)
    treatment = d.Choice(two("整治方式", "Treatment"), Treatment, required=True)
    why_not = d.Text(two("不硬化绿化的理由", "Why neither hardened nor green"), most=200,
                     needed=treatment.is_(Treatment.COVER))  # fmt: skip
    mesh = d.Whole(two("绿网目数", "Mesh of the net"), "目", usual=(100, 10000),
                   needed=treatment.is_(Treatment.COVER))  # fmt: skip
    status = d.LifeCycle(TreatmentState, closed={TreatmentState.DONE}, proof={TreatmentState.DONE})
    due = d.Due()
    done_on = d.Day(two("完成日期", "Done on"), past=True, needed=status.is_(TreatmentState.DONE))
    thin_net = d.Derived(two("绿网目数不足", "Net too coarse"), treatment.is_(Treatment.COVER)
                         & mesh.below(limit("dust.net_mesh")), source="临政发〔2024〕4号 三（五）30",
                         rule="office.registers.dust.net_mesh")  # fmt: skip

    checks = (
        d.Check(~(done_on.given & status.is_(TreatmentState.FOUND, TreatmentState.TREATING)),
                two("未完成的不能有完成日期", "one not done has no such day"), "done_on"),
        d.Check(~(thin_net.follows & status.is_(TreatmentState.DONE)),
                two("绿网目数不足：请核实", "the net is too coarse: is it right?"), "mesh", ask=True),
    )  # fmt: skip
    feeds = (
        d.Share("bare_land_treated_ratio", two("裸地整治完成率（按面积）", "Bare land treated, by area"),
                part=status.is_(TreatmentState.DONE), by=area, better="more"),
        d.Count("bare_land_left", two("未完成整治裸地", "Bare plots left"), status.open, better="less"),
    )  # fmt: skip
