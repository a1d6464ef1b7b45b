"""Rail sidings."""

from __future__ import annotations

from lantian.office.ledgers.ruled import limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

SidingKind = choices(
    "SidingKind", siding=("铁路专用线", "siding"), pipeline=("管道", "pipeline"),
    belt=("封闭式皮带廊道", "closed belt"), transfer=("联运转运设施", "transfer station"),
)  # fmt: skip
SidingState = choices(
    "SidingState", none=("未接入", "none"), planned=("已列入规划", "planned"),
    approved=("已核准", "approved"), building=("在建", "being built"), running=("已投运", "running"),
    impossible=("论证不具备条件", "not possible"),
)  # fmt: skip


class RailSiding(d.Register):
    """铁路专用线: a shipper of bulk goods, its tonnage, the siding or pipeline it has or is bound to get."""

    code, title = "rail_sidings", two("铁路专用线", "Rail sidings")
    group, order = d.Group.VEHICLES, 70
    source = "晋政发〔2024〕7号 三（三）12；临政发〔2024〕4号 三（四）22；晋中 2024 三（四）13"
    columns = ("enterprise", "name", "kind", "volume", "capacity", "new_site")
    example = {"name": "示例洗煤铁路专用线", "kind": "铁路专用线", "volume": "260", "capacity": "300",
               "length": "8.6", "new_site": "是", "milestone": "路基完成60%", "due": "2025-12-31",
               "status": "在建"}  # fmt: skip

    enterprise = d.Owner(required=True)
    name = d.Text(two("项目名称", "Project"), required=True, key=True, most=100, aliases=("专用线名称",))
    kind = d.Choice(two("类别", "Kind"), SidingKind, required=True)
    volume = d.Quantity(two("大宗货物年运量", "Bulk goods a year"), "万吨", required=True, usual=(1, 5000),
                        also=("万吨/年",))  # fmt: skip
    capacity = d.Quantity(two("设计运能", "Capacity"), "万吨", usual=(1, 10000), also=("万吨/年",))
    length = d.Quantity(two("长度", "Length"), "km", usual=(0.1, 200), also=("公里",))
    new_site = d.Flag(two("新建或迁建", "New or moved"), needed=True)
    shared_by = d.Text(two("共建共用单位", "Shared with"), most=200,
                       source="晋政办发电〔2021〕16号 二（四）1")  # fmt: skip
    milestone = d.Text(two("进展", "Milestone"), most=200)
    blocked_by = d.Text(two("制约因素", "What blocks it"), most=200,
                        hint=two("用地、选线、接轨、运力、运价",
                        "land, route, junction, capacity, price"))  # fmt: skip
    status = d.LifeCycle(SidingState, closed={SidingState.RUNNING, SidingState.IMPOSSIBLE},
                         proof={SidingState.RUNNING, SidingState.IMPOSSIBLE},
                         judged={SidingState.IMPOSSIBLE})  # fmt: skip
    due = d.Due(two("投运期限", "To run by"))
    running_on = d.Day(two("投运日期", "Running since"), past=True, needed=status.is_(SidingState.RUNNING))
    milestone.needed = status.is_(SidingState.BUILDING)
    bound = d.Derived(two("应接入", "Bound to have one"), new_site.yes
                      & volume.at_least(limit("rail.bound_volume")), source="晋政发〔2024〕7号 三（三）12",
                      rule="office.registers.rail.bound_volume")  # fmt: skip
    checks = (
        d.Check(~(running_on.given & status.open),
                two("未投运的不能有投运日期", "one not running has no such day"), "running_on"),
    )  # fmt: skip
    feeds = (
        d.Share("rail_siding_ratio", two("应接入单位铁路专用线接入率", "Bound shippers with a siding"),
                part=status.is_(SidingState.RUNNING), where=bound.follows
                & ~status.is_(SidingState.IMPOSSIBLE), better="more"),
        d.Count("rail_sidings_opened", two("投运铁路专用线", "Sidings opened"),
                status.is_(SidingState.RUNNING), dated=running_on, better="more", unit="条"),
    )  # fmt: skip
