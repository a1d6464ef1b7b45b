"""Yards of loose material."""

from __future__ import annotations

from lantian.office.ledgers.dust.treatment import Treatment, TreatmentState
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

YardMaterial = choices(
    "YardMaterial", coal=("煤炭", "coal"), gangue=("煤矸石", "gangue"), ore=("矿石", "ore"),
    sand=("砂石", "sand and gravel"), slag=("渣土", "muck"), ash=("粉煤灰", "fly ash"),
    lime=("石灰石", "limestone"), other=("其他", "other"),
)  # fmt: skip
Enclosure = choices(
    "Enclosure", closed=("全封闭", "closed store"), half=("半封闭", "half closed"),
    wall=("防风抑尘网", "wind fence"), open=("露天", "open"),
)  # fmt: skip


class Yard(d.Register):
    """堆场: a yard of coal, ore, sand or muck; how it is enclosed; whether it may be there at all."""

    code, title = "yards", two("堆场", "Yards")
    group, order = d.Group.DUST, 30
    source = "临政发〔2024〕4号 三（五）30、33；晋中 2024 三（五）20；陵川 2024 附9"
    columns = ("name", "material", "area", "enclosure", "illegal", "treatment")
    example = {"name": "示例洗煤厂原煤堆场", "material": "煤炭", "area": "8000", "enclosure": "全封闭",
               "wet": "是", "wash": "是", "illegal": "否", "treatment": "围挡并苫盖",
               "found_on": "2024-03-15", "due": "2024-12-31", "status": "整治中"}  # fmt: skip

    enterprise = d.Owner()
    name = d.Text(two("堆场名称", "Yard"), required=True, key=True, most=100)
    material = d.Choice(two("物料", "Material"), YardMaterial, required=True)
    area = d.Quantity(two("面积", "Area"), "m²", required=True, usual=(1, 2000000), also=("平方米", "㎡"))
    enclosure = d.Choice(two("封闭方式", "Enclosure"), Enclosure, required=True)
    wet = d.Flag(two("喷淋抑尘", "Sprayed"), needed=True)
    wash = d.Flag(two("车辆冲洗", "Vehicles washed"), needed=True)
    video = d.Flag(two("视频监控", "Camera"), source="临政发〔2024〕4号 三（五）33")
    illegal = d.Flag(two("违规堆场", "Not allowed here"), needed=True)
    found_on = d.Day(two("排查日期", "Found on"), past=True)
    treatment = d.Choice(two("整治方式", "Treatment"), Treatment, needed=True)
    status = d.LifeCycle(TreatmentState, closed={TreatmentState.DONE}, proof={TreatmentState.DONE})
    due = d.Due()
    done_on = d.Day(two("完成日期", "Done on"), past=True, needed=status.is_(TreatmentState.DONE))

    checks = (
        d.Check(~(illegal.yes & treatment.given & ~treatment.is_(Treatment.CLEAR)),
                two("违规堆场一律清理取缔：请核实", "a yard not allowed is cleared away: is it right?"),
                "treatment", ask=True),
        d.Check(~(enclosure.is_(Enclosure.OPEN) & status.is_(TreatmentState.DONE)
                & ~treatment.is_(Treatment.CLEAR)),
                two("仍露天堆放却已完成：请核实", "still open, and yet done: is it right?"), "enclosure",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Share("yards_closed_ratio", two("堆场封闭率（按面积）", "Yards enclosed, by area"),
                part=enclosure.is_(Enclosure.CLOSED), by=area, better="more"),
        d.Count("illegal_yards_left", two("未取缔违规堆场", "Illegal yards left"), illegal.yes & status.open,
                better="less"),
    )  # fmt: skip
