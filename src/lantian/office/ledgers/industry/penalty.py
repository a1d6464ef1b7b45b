"""Penalties."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Violation = choices(
    "Violation", exceeding=("超标排放", "above the limit"),
    no_permit=("无证或不按证排污", "without or against the permit"),
    bypass=("逃避监管排污", "evading control"), false_data=("弄虚作假", "forged data"),
    facility=("治理设施不正常运行", "treatment not run properly"),
    dust=("扬尘防治不力", "dust not controlled"),
    emergency=("未落实应急减排", "emergency measures not taken"), other=("其他", "other"),
)  # fmt: skip
PenaltyState = choices(
    "PenaltyState", filed=("立案", "case opened"), decided=("已处罚决定", "decided"), paid=("已缴款", "paid"),
    closed=("已结案", "closed"), dropped=("不予处罚", "no penalty"),
)  # fmt: skip


class Penalty(d.Register):
    """行政处罚: a case against an enterprise, from its opening to the fine paid and the fault mended."""

    code, title = "penalties", two("行政处罚", "Penalties")
    order = 95
    key_everywhere = True
    source = "晋政发〔2024〕7号 四（二十五）；临政发〔2024〕4号 四（四）执法监管"
    columns = ("number", "enterprise", "violation", "fine", "decided_on", "paid_on")
    example = {"number": "临环罚〔2024〕1号", "violation": "超标排放", "words": "烟气氮氧化物小时均值超标",
               "law": "大气污染防治法第九十九条", "filed_on": "2024-03-01", "fine": "20",
               "decided_on": "2024-04-10", "due": "2024-04-25", "status": "已处罚决定"}  # fmt: skip

    number = d.Text(two("文号", "Case number"), key=True, required=True, most=60)
    enterprise = d.Owner(required=True)
    violation = d.Choice(two("违法类型", "Violation"), Violation, required=True)
    words = d.Text(two("违法事实", "Facts"), required=True, most=300)
    law = d.Text(two("处罚依据", "Legal basis"), needed=True, most=200)
    filed_on = d.Day(two("立案日期", "Opened on"), past=True, required=True)
    status = d.LifeCycle(PenaltyState, closed={"closed", "dropped"}, proof={"closed"},
                         judged=PenaltyState.values)  # fmt: skip
    fine = d.Quantity(
        two("罚款金额", "Fine"), "万元", usual=(0, 500), decimals=4, needed=status.is_("decided", "paid")
    )
    decided_on = d.Day(
        two("决定日期", "Decided on"), past=True, required=status.is_("decided", "paid", "closed")
    )
    due = d.Due(two("缴款期限", "To be paid by"))
    paid_on = d.Day(two("缴款日期", "Paid on"), past=True, required=status.is_("paid"))
    rectified = d.Flag(two("已改正", "Mended"), needed=status.is_("closed"))
    checks = (
        d.Check(lambda row: not (row.decided_on and row.filed_on) or row.decided_on >= row.filed_on,
                two("决定日期早于立案日期", "decided before it was opened"), "decided_on"),
    )  # fmt: skip
    feeds = (
        d.Count("penalties_decided", two("行政处罚件数", "Penalties"), ~status.is_("filed", "dropped"),
                dated=decided_on),
        d.Total("fines", two("罚款金额", "Fines"), fine, ~status.is_("filed", "dropped"), dated=decided_on),
    )  # fmt: skip
