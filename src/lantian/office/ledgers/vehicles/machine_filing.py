"""Machines filed for a site."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

FilingState = choices(
    "FilingState", filed=("已报备", "filed"), inside=("已进场", "on site"), left=("已离场", "left"),
    refused=("不予进场", "refused"),
)  # fmt: skip


class MachineFiling(d.Register):
    """机械进场报备: which machine works at which site from when to when, filed before it enters."""

    code, title = "machine_filings", two("机械使用报备", "Machines filed for sites")
    group, order = d.Group.VEHICLES, 35
    source = "晋政办发电〔2021〕16号 二（四）4：进入施工现场前登记报备"
    columns = ("machine", "site", "filed_on", "entry_on", "exit_on", "builder")
    example = {"site": "示例小区二期（模拟）", "builder": "示例建设集团（模拟）", "filed_on": "2024-04-01",
               "entry_on": "2024-04-03", "leave_by": "2024-09-30", "smoke": "是",
               "status": "已进场"}  # fmt: skip

    machine = d.Link(two("机械", "Machine"), "Machine", required=True, key=True, aliases=("环保登记号码",))
    site = d.Text(two("使用场所", "Site"), required=True, key=True, most=100,
                  aliases=("工地名称", "项目名称"))  # fmt: skip
    builder = d.Text(two("使用单位", "Used by"), required=True, searched=True, most=80, aliases=("施工单位",))
    filed_on = d.Day(two("报备日期", "Filed on"), past=True, required=True, key=True)
    entry_on = d.Day(two("进场日期", "Entered on"), past=True)
    exit_on = d.Day(two("离场日期", "Left on"), past=True)
    leave_by = d.Day(two("计划离场日期", "To leave by"))
    smoke = d.Flag(two("烟度检验合格", "Smoke test passed"), source="GB 36886-2018")
    refused_for = d.Text(two("不予进场理由", "Why refused"), most=120)
    status = d.LifeCycle(FilingState, closed={FilingState.LEFT, FilingState.REFUSED})
    entry_on.needed = status.is_(FilingState.INSIDE, FilingState.LEFT)
    exit_on.needed = status.is_(FilingState.LEFT)
    refused_for.needed = status.is_(FilingState.REFUSED)
    unfiled = d.Derived(two("先进场后报备", "Entered before it was filed"), lambda row: "✓" if row.entry_on
                        and row.filed_on and row.entry_on < row.filed_on else "")  # fmt: skip

    checks = (
        d.Check(lambda row: not (row.entry_on and row.exit_on) or row.entry_on <= row.exit_on,
                two("离场早于进场", "left before it entered"), "exit_on"),
        d.Check(lambda row: not (row.entry_on and row.filed_on) or row.filed_on <= row.entry_on,
                two("进场早于报备：请核实", "entered before it was filed: is it right?"), "entry_on",
                ask=True),
        d.Check(~(status.is_(FilingState.INSIDE) & smoke.no),
                two("烟度不合格的机械在场：请核实", "on site with a failed smoke test: right?"), "smoke",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("machines_on_site", two("在场机械", "Machines on site"), status.is_(FilingState.INSIDE)),
        d.Count("machine_filings", two("机械使用报备", "Machines filed"), dated=filed_on, better="more",
                unit="台次"),
    )  # fmt: skip
