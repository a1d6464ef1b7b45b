"""Brick kilns."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

BrickKind = choices("BrickKind", tunnel=("隧道窑", "tunnel kiln"), annular=("轮窑", "annular kiln"))
BrickFuel = choices("BrickFuel", coal=("煤矸石", "coal gangue"),
                    gas=("天然气", "natural gas"),
                    electric=("电", "electricity"), biomass=("生物质", "biomass"))  # fmt: skip
BrickGrade = choices("BrickGrade", a=("A级", "A"), b=("B级", "B"), c=("C级", "C"), d=("D级", "D"))
BrickPlan = choices("BrickPlan", keep=("保留", "keep"), upgrade=("提升至A级", "raise to A"),
                    exit=("退出", "exit"))  # fmt: skip
BrickState = choices("BrickState", working=("整治中", "being rectified"), done=("整治完成", "rectified"),
                     gone=("已退出", "gone"))  # fmt: skip


class BrickKiln(d.Register):
    """砖瓦窑: reach grade A by the day, or exit."""

    code, title, order = "brick_kilns", two("砖瓦窑", "Brick kilns"), 11
    source = "临政发〔2024〕4号 三（一）3；晋政发〔2024〕7号 三（一）3；GB 29620-2013"
    columns = ("enterprise", "number", "kind", "capacity", "grade", "plan", "due")
    example = {"number": "1#", "kind": "隧道窑", "fuel": "煤矸石", "capacity": "6000",
               "desulphurised": "是",
               "denitrated": "否", "dedusted": "是", "online": "是", "grade": "B级", "plan": "提升至A级",
               "due": "2024-08-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("窑号", "Kiln"), required=True, key=True, most=20)
    kind = d.Choice(two("窑型", "Kind"), BrickKind, required=True)
    fuel = d.Choice(two("燃料", "Fuel"), BrickFuel, required=True)
    capacity = d.Quantity(two("产能", "Capacity"), "10⁴ 块/a", needed=True, usual=(500, 50000),
                          also=("万块/年", "万块标砖/年"))  # fmt: skip
    dedusted = d.Flag(two("除尘", "Dust filter"), needed=True)
    desulphurised = d.Flag(two("脱硫", "Desulphurised"), needed=True)
    denitrated = d.Flag(two("脱硝", "Denitrated"), needed=True)
    online = d.Flag(two("在线监测联网", "Online monitoring"), needed=True)
    grade = d.Choice(two("绩效等级", "Grade"), BrickGrade, needed=True, judged=True)
    plan = d.Choice(two("整治意见", "Decision"), BrickPlan, required=True, needed=True, judged=True)
    winter = d.Text(two("秋冬季差异化措施", "Measure of autumn and winter"), most=200)
    status = d.LifeCycle(BrickState, closed={"done", "gone"}, proof={"done", "gone"})
    due = d.Due(two("整治期限", "By"), needed=status.open)
    done_on = d.Day(two("完成（退出）日期", "Done on"), past=True, needed=~status.open)

    checks = (
        d.Check(~(plan.is_("exit") & status.is_("done")),
                two("要退出的窑以“已退出”结束", "a kiln that is to exit ends as gone"), "status"),
        d.Check(~(plan.is_("upgrade") & status.is_("done")) | grade.is_("a"),
                two("提升至A级的窑未达A级不能办结", "it is not of grade A yet"), "grade"),
    )  # fmt: skip
    feeds = (
        d.Count("brick_kilns_to_rectify", two("待整治砖瓦窑", "Brick kilns to rectify"), status.open,
                better="less"),
        d.Count("brick_kilns_gone", two("退出砖瓦窑", "Brick kilns gone"), status.is_("gone"), dated=done_on),
        d.Share("brick_kilns_grade_a", two("砖瓦窑A级占比", "Brick kilns of grade A"), part=grade.is_("a"),
                where=~status.is_("gone"), better="more"),
    )  # fmt: skip
