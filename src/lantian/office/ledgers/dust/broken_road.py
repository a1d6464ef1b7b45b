"""Broken roads."""

from __future__ import annotations

from lantian.office.ledgers.dust.treatment import Treatment, TreatmentState
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

RoadOwner = choices(
    "RoadOwner", city=("城市道路", "city street"), national=("国省干道", "trunk road"),
    county=("县乡道路", "county road"), plant=("厂矿道路", "works road"), village=("村道", "village road"),
)  # fmt: skip


class BrokenRoad(d.Register):
    """破损道路: a stretch to be repaired or hardened, its shoulders with it, and by when."""

    code, title = "broken_roads", two("破损道路", "Broken roads")
    group, order = d.Group.DUST, 40
    source = "临政发〔2024〕4号 三（五）30、32；晋政发〔2024〕7号 三（四）16"
    columns = ("name", "section", "kind", "length", "treatment", "done_on")
    example = {"name": "示例街", "section": "滨河路至工业大道", "kind": "城市道路", "length": "0.8",
               "area": "9600", "treatment": "修复", "owner": "示例市政所", "found_on": "2024-03-12",
               "due": "2024-05-31", "status": "整治中"}  # fmt: skip

    name = d.Text(two("道路名称", "Road"), required=True, key=True, most=80)
    section = d.Text(two("路段", "Stretch"), required=True, key=True, most=100, aliases=("起止点",))
    kind = d.Choice(two("类别", "Kind"), RoadOwner, required=True)
    length = d.Quantity(two("长度", "Length"), "km", required=True, usual=(0.01, 100), also=("公里", "千米"))
    area = d.Quantity(two("破损面积", "Broken area"), "m²", also=("平方米", "㎡"))
    shoulder = d.Flag(two("路肩硬化", "Shoulders hardened"))
    owner = d.Text(two("养护单位", "Kept by"), needed=True, searched=True, most=80)
    found_on = d.Day(two("排查日期", "Found on"), past=True, needed=True)
    treatment = d.Choice(two("整治方式", "Treatment"), Treatment, required=True)
    status = d.LifeCycle(TreatmentState, closed={TreatmentState.DONE}, proof={TreatmentState.DONE})
    due = d.Due()
    done_on = d.Day(two("完成日期", "Done on"), past=True, needed=status.is_(TreatmentState.DONE))

    checks = (
        d.Check(~(done_on.given & status.is_(TreatmentState.FOUND, TreatmentState.TREATING)),
                two("未完成的不能有完成日期", "one not done has no such day"), "done_on"),
    )  # fmt: skip
    feeds = (
        d.Share("broken_roads_repaired_ratio", two("破损道路整治完成率（按长度）",
                "Broken roads repaired, by length"), part=status.is_(TreatmentState.DONE), by=length,
                better="more"),
        d.Count("broken_roads_left", two("未修复破损道路", "Broken roads left"), status.open, better="less"),
    )  # fmt: skip
