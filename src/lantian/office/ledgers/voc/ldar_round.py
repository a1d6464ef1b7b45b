"""LDAR: rounds of testing."""

from __future__ import annotations

from lantian.office.ledgers.deciding import months_after, rule
from lantian.office.ledgers.ruled import limit
from lantian.office.ledgers.voc.ldar_component import Regime
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Scope = choices("Scope", moving=("动密封点", "moving"), static=("静密封点", "static"))
RoundState = choices("RoundState", planned=("未开始", "planned"), running=("检测中", "running"),
                     done=("已完成", "done"))  # fmt: skip


class LdarRound(d.Register):
    """LDAR检测轮次: what was to be tested in a round, what was, and when the rule wants it done."""

    code, title, group, order = "ldar_rounds", two("LDAR检测轮次", "LDAR rounds"), d.Group.VOC, 41
    placed = False
    source = "GB 37822-2019；HJ 1230-2021；临政发〔2024〕4号 三（二）11"
    columns = ("enterprise", "number", "scope", "points_due", "points_tested", "leaks", "due")
    example = {"number": "2024-1", "scope": "动密封点", "regime": "石化标准", "previous_on": "2023-11-30",
               "agency": "山西示例检测（模拟）", "points_due": "1200", "points_tested": "1195", "leaks": "9",
               "status": "检测中"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("轮次", "Round"), required=True, key=True, most=20)
    scope = d.Choice(two("检测范围", "Scope"), Scope, required=True, key=True)
    regime = d.Choice(two("执行要求", "Bound by"), Regime, required=True)
    previous_on = d.Day(two("上一轮完成日期", "Last round done on"), past=True, needed=True)
    agency = d.Text(two("检测单位", "Tested by"), needed=True, most=80)
    points_due = d.Whole(two("应检点数", "Points to test"), "1", required=True, also=("个", "点"))
    points_tested = d.Whole(two("实检点数", "Points tested"), "1", also=("个", "点"))
    leaks = d.Whole(two("泄漏点数", "Leaks"), "1", also=("个", "点"))
    status = d.LifeCycle(RoundState, closed={"done"}, proof={"done"})
    done_on = d.Day(two("完成日期", "Done on"), past=True, required=status.is_("done"))
    due = d.Due(computed=True, source="GB 37822-2019 泄漏检测频次")
    bound = d.Derived(two("须开展LDAR", "Bound to LDAR"),
                      points_due.at_least(limit("office.ldar.bound_points")),
                      rule="office.ldar.bound_points")  # fmt: skip

    checks = (
        d.Check(lambda row: None in (row.leaks, row.points_tested) or row.leaks <= row.points_tested,
                two("泄漏点数多于实检点数", "more leaks than points tested"), "leaks"),
        d.Check(lambda row: row.points_tested is None or row.points_tested <= row.points_due,
                two("实检点数多于应检点数", "more tested than there are to test"), "points_tested"),
        d.Check(lambda row: not (row.done_on and row.previous_on) or row.done_on > row.previous_on,
                two("完成日期不晚于上一轮", "not after the last round"), "done_on"),
    )  # fmt: skip
    feeds = (
        d.Count("ldar_rounds_open", two("未完成LDAR轮次", "LDAR rounds open"), status.open, better="less"),
        d.Ratio("ldar_tested_ratio", two("LDAR检测率", "LDAR points tested"), of=(points_tested,),
                to=(points_due,),
                dated=done_on, better="more"),
        d.Ratio("ldar_leak_ratio", two("LDAR泄漏率", "LDAR leak rate"), of=(leaks,), to=(points_tested,),
                dated=done_on, better="less"),
    )  # fmt: skip

    def compute(self) -> None:
        """Due some months after the last round, by scope and standard."""
        months = rule("ldar.months").table.get(self.scope, {}).get(self.regime)
        self.due = months_after(self.previous_on, int(months)) if months and self.previous_on else None
