"""Coal washing plants."""

from __future__ import annotations

from decimal import Decimal

from lantian.office.ledgers.deciding import rule
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Standard = choices("Standard", first=("一级", "grade 1"), second=("二级", "grade 2"),
                   third=("三级", "grade 3"),
                   none=("未达标", "not reached"))  # fmt: skip
WashingState = choices("WashingState", running=("在产", "running"), idle=("停产", "idle"),
                       planned=("拟建", "planned"),
                       closed=("已关闭", "closed"))  # fmt: skip


def swap_is_enough(row: CoalWashing) -> bool:
    """New capacity of an independent plant needs more capacity closed elsewhere than it brings."""
    if not (row.independent and row.new_capacity):
        return True
    least = Decimal(str(rule("industry.washing_swap").value)) * row.new_capacity
    return row.swap_capacity is not None and row.swap_capacity > least


class CoalWashing(d.Register):
    """煤炭洗选: plants, their standard and the swap that new capacity needs."""

    code, title, order = "coal_washing", two("煤炭洗选企业", "Coal washing plants"), 10
    source = "晋政发〔2024〕7号 三（一）2、3；陵政发〔2024〕10号 三（一）2"
    columns = ("enterprise", "name", "independent", "capacity", "standard", "enclosed", "due")
    example = {"name": "一号洗煤厂", "independent": "是", "capacity": "120", "process": "重介",
               "standard": "二级",
               "enclosed": "是", "rated_on": "2024-09-01", "due": "2025-12-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    name = d.Text(two("洗煤厂名称", "Plant"), required=True, key=True, most=80)
    independent = d.Flag(two("社会独立洗选", "Independent of a mine"), required=True)
    capacity = d.Quantity(two("入洗能力", "Capacity"), "10⁴ t/a", required=True, usual=(10, 2000),
                          also=("万吨/年", "万t/a"))  # fmt: skip
    process = d.Text(two("洗选工艺", "Process"), most=40)
    standard = d.Choice(two("标准化等级", "Standard"), Standard, needed=True, judged=True)
    rated_on = d.Day(two("评定日期", "Rated on"), past=True, needed=standard.given, judged=True)
    enclosed = d.Flag(two("物料全封闭", "Enclosed"), needed=True)
    new_capacity = d.Quantity(two("其中新增能力", "Of it new"), "10⁴ t/a", also=("万吨/年", "万t/a"))
    swap_capacity = d.Quantity(two("置换（关闭）能力", "Closed in exchange"), "10⁴ t/a",
                               also=("万吨/年", "万t/a"))  # fmt: skip
    swap_from = d.Text(two("置换来源", "Closed where"), needed=swap_capacity.given, most=120)
    status = d.LifeCycle(WashingState, closed={"closed"}, proof={"closed"})
    due = d.Due(two("整改或淘汰期限", "Rectify or close by"))
    closed_on = d.Day(two("关闭日期", "Closed on"), past=True, needed=~status.open)

    checks = (
        d.Check(swap_is_enough, two("社会独立洗选新增产能须减量置换：置换能力要大于新增能力",
                "new independent capacity needs more closed than it brings"), "swap_capacity"),
    )  # fmt: skip
    feeds = (
        d.Total("washing_capacity", two("煤炭洗选能力", "Washing capacity"), capacity, status.is_("running")),
        d.Total("washing_capacity_closed", two("淘汰洗选能力", "Washing capacity closed"), capacity,
                ~status.open,
                dated=closed_on, better="more"),
        d.Share("washing_standard_share", two("洗选标准化达标率", "Washing plants of standard"),
                better="more",
                part=standard.is_("first", "second", "third"), where=status.is_("running")),
    )  # fmt: skip
