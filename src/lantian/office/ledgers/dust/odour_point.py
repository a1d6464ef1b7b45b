"""Odour points."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

OdourKind = choices(
    "OdourKind", chemical=("化工", "chemical works"), coking=("焦化", "coking"),
    pharma=("制药", "pharmaceuticals"), farm=("畜禽养殖", "livestock"), sewage=("污水处理", "sewage works"),
    waste=("垃圾处理", "waste works"), food=("食品加工", "food works"),
    rubber=("橡胶塑料", "rubber and plastics"), other=("其他", "other"),
)  # fmt: skip
OdourState = choices(
    "OdourState", found=("已排查", "found"), treating=("整治中", "being treated"), done=("已解决", "solved"),
    back=("再次投诉", "complained of again"),
)  # fmt: skip


class OdourPoint(d.Register):
    """恶臭异味点位: where people complain, what it comes from, whether it must be monitored."""

    code, title = "odour_points", two("恶臭异味点位", "Odour points")
    group, order = d.Group.DUST, 70
    source = "晋政发〔2024〕7号 三（五）22；晋中 2024 三（六）23；临政发〔2024〕4号 三（五）35"
    columns = ("name", "kind", "enterprise", "complaints", "monitored", "due")
    example = {"name": "示例化工厂界东侧", "kind": "化工", "substance": "硫化氢", "complaints": "6",
               "since": "2024-04-01", "cause": "污水池未加盖", "monitored": "是", "due": "2024-10-31",
               "status": "整治中"}  # fmt: skip

    enterprise = d.Owner()
    name = d.Text(two("点位名称", "Point"), required=True, key=True, most=100)
    kind = d.Choice(two("来源类别", "Kind"), OdourKind, required=True)
    substance = d.Text(two("特征物质", "Substance"), most=60)
    complaints = d.Whole(two("投诉件数", "Complaints"), "件", needed=True, usual=(0, 1000))
    since = d.Day(two("首次投诉日期", "First complained of"), past=True, needed=True)
    cause = d.Text(two("成因", "Cause"), most=200, needed=True)
    measure = d.Text(two("整治措施", "Measure"), most=200)
    must_monitor = d.Flag(two("应装在线监测", "Must be monitored"),
                          hint=two("群众反映强烈、投诉集中的重点企业",
                          "where complaints gather"))  # fmt: skip
    monitored = d.Flag(two("在线监测联网", "Monitored online"), needed=must_monitor.yes)
    concentration = d.Whole(two("臭气浓度", "Odour concentration"), "", usual=(0, 10000),
                            hint=two("无量纲", "without unit"))  # fmt: skip
    status = d.LifeCycle(OdourState, closed={OdourState.DONE}, proof={OdourState.DONE})
    due = d.Due()
    done_on = d.Day(two("解决日期", "Solved on"), past=True, needed=status.is_(OdourState.DONE))
    measure.needed = status.is_(OdourState.DONE)

    checks = (
        d.Check(~(done_on.given & status.is_(OdourState.FOUND, OdourState.TREATING)),
                two("未解决的不能有解决日期", "one not solved has no such day"), "done_on"),
    )  # fmt: skip
    feeds = (
        d.Count("odour_points_left", two("未解决恶臭点位", "Odour points left"), status.open, better="less"),
        d.Count("odour_points_solved", two("解决恶臭点位", "Odour points solved"), ~status.open,
                dated=done_on, better="more", unit="处"),
        d.Share("odour_monitored_ratio", two("应装恶臭在线监测率", "Bound points monitored"),
                part=monitored.yes, where=must_monitor.yes & status.open, better="more"),
    )  # fmt: skip
