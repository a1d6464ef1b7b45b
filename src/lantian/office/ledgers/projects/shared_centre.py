"""Shared treatment centres."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

CentreKind = choices("CentreKind", spraying=("集中喷涂中心", "spraying"),
                     carbon=("活性炭再生中心", "carbon regeneration"),
                     solvent=("溶剂回收中心", "solvent recovery"), heat=("集中供热中心", "heat"),
                     treatment=("废气集中处理", "gas treatment"))  # fmt: skip
CentreState = choices("CentreState", planned=("规划", "planned"), building=("在建", "being built"),
                      running=("运行", "running"), closed=("停运", "closed"))  # fmt: skip


class SharedCentre(d.Register):
    """集中处理中心: a centre that serves many firms, its capacity and whom it serves."""

    code, title, group, order = "shared_centres", two("集中处理中心", "Shared centres"), d.Group.PROJECTS, 33
    source = "晋政发〔2024〕7号 三（一）4；临政发〔2024〕4号 三（一）4；晋中 2024 三（一）4"
    columns = ("name", "kind", "park", "capacity", "throughput", "served", "due")
    example = {"name": "示例活性炭再生中心（模拟）", "kind": "活性炭再生中心", "capacity": "5000",
               "throughput": "3200",
               "served": "46", "status": "运行", "opened_on": "2024-08-01", "due": "2024-09-30"}  # fmt: skip

    name = d.Text(two("中心名称", "Centre"), required=True, key=True, most=80)
    kind = d.Choice(two("类型", "Kind"), CentreKind, required=True)
    enterprise = d.Owner(two("运营企业", "Run by"))
    park = d.Link(two("所在园区（集群）", "Park"), "Park")
    capacity = d.Quantity(two("设计能力", "Capacity"), "t/a", needed=~kind.is_("heat"), also=("吨/年",))
    heat = d.Quantity(two("供热能力", "Heat"), "t/h", needed=kind.is_("heat"), also=("蒸吨/小时", "蒸吨"))
    throughput = d.Quantity(two("上年处理量", "Treated last year"), "t/a", also=("吨/年", "吨"))
    served = d.Whole(two("服务企业数", "Firms served"), "家", needed=True)
    status = d.LifeCycle(CentreState, closed={"running", "closed"})
    due = d.Due(two("建成期限", "To be ready by"), needed=status.open)
    opened_on = d.Day(two("投运日期", "Opened on"), past=True, needed=status.is_("running"))

    checks = (
        d.Check(lambda row: None in (row.throughput, row.capacity) or row.throughput <= row.capacity,
                two("处理量超过设计能力：是否属实", "more than its capacity: is it right?"), "throughput",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("shared_centres_running", two("运行的集中处理中心", "Shared centres running"),
                status.is_("running"),
                better="more"),
        d.Total("shared_centre_firms", two("集中处理服务企业", "Firms served by centres"), served,
                status.is_("running"), better="more"),
    )  # fmt: skip
