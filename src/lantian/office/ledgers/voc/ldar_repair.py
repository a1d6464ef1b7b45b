"""LDAR: repairs."""

from __future__ import annotations

from datetime import timedelta

from lantian.office.ledgers.deciding import rule
from lantian.office.ledgers.voc.ldar_component import leak_limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

RepairState = choices("RepairState", found=("待修复", "to be repaired"), tried=("已首次维修", "tried"),
                      delayed=("延迟修复", "delayed"), repaired=("已修复", "repaired"))  # fmt: skip


class LdarRepair(d.Register):
    """LDAR修复: a leak from its finding to its re-test; the first attempt and the repair have their days."""

    code, title, group, order = "ldar_repairs", two("LDAR泄漏修复", "LDAR repairs"), d.Group.VOC, 43
    placed = False
    source = "GB 37822-2019 泄漏源修复；HJ 1230-2021"
    columns = ("enterprise", "component", "found_on", "reading", "first_try_on", "delay_reason", "due")
    example = {"component": "V-101-01", "found_on": "2024-03-12", "reading": "2100",
               "first_try_on": "2024-03-15",
               "method": "紧固填料", "status": "已首次维修"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    component = d.Link(two("密封点编码", "Point"), "LdarComponent", required=True, key=True,
                       aliases=("编码",))  # fmt: skip
    found_on = d.Day(two("发现日期", "Found on"), past=True, required=True, key=True, aliases=("检测日期",))
    reading = d.Quantity(two("净检测值", "Net reading"), "μmol/mol", required=True, decimals=1,
                         also=("ppm", "ppmv"))  # fmt: skip
    status = d.LifeCycle(RepairState, closed={"repaired"})
    first_try_on = d.Day(two("首次维修日期", "First attempt on"), past=True, required=status.is_("tried"))
    method = d.Text(two("维修方法", "How"), needed=status.is_("tried", "repaired"), most=120)
    delay_reason = d.Text(two("延迟修复原因", "Why delayed"), required=status.is_("delayed"), most=200)
    delay_filed_on = d.Day(two("延迟修复备案日期", "Delay filed on"), past=True,
                           required=status.is_("delayed"))  # fmt: skip
    planned_stop = d.Day(two("计划停车检修日期", "Planned stop"), required=status.is_("delayed"))
    repaired_on = d.Day(two("修复日期", "Repaired on"), past=True, required=status.is_("repaired"))
    recheck = d.Quantity(two("复测净值", "Net reading after"), "μmol/mol", required=status.is_("repaired"),
                         decimals=1,
                         also=("ppm", "ppmv"))  # fmt: skip
    due = d.Due(computed=True, source="GB 37822-2019：首次维修5日内，修复15日内，延迟修复至下次停车")
    in_time = d.Flag(two("按期修复", "Repaired in time"), computed=True)

    checks = (
        d.Check(lambda row: all(day >= row.found_on for day in (row.first_try_on, row.delay_filed_on,
                                row.planned_stop, row.repaired_on) if day),
                two("维修、备案、停车、修复不能早于发现", "a day before it was found"), "found_on"),
        d.Check(lambda row: row.status != RepairState.REPAIRED or leak_limit(row.component) is None
                or row.recheck <= leak_limit(row.component),
                two("复测值仍超过泄漏认定浓度，未修复", "the re-test still leaks"), "recheck"),
    )  # fmt: skip
    feeds = (
        d.Count("ldar_repairs_open", two("待修复泄漏点", "Leaks to repair"), status.open, better="less"),
        d.Share("ldar_repaired_in_time", two("泄漏按期修复率", "Leaks repaired in time"), part=in_time.yes,
                where=in_time.given, dated=found_on, better="more"),
    )  # fmt: skip

    def compute(self) -> None:
        """The first attempt within 5 days; the repair within 15, or in the stop that was filed for it."""
        if self.found_on is None:
            self.due = self.in_time = None
            return
        last = self.found_on + timedelta(days=rule("ldar.repair", on=self.found_on).integer)
        if self.delay_reason and self.delay_filed_on and self.delay_filed_on <= last and self.planned_stop:
            last = self.planned_stop
        first = self.found_on + timedelta(days=rule("ldar.first_attempt", on=self.found_on).integer)
        self.due = first if self.status == RepairState.FOUND and not self.first_try_on else last
        self.in_time = self.repaired_on <= last if self.repaired_on else None
