"""Cleaner-production audits."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

AuditReason = choices(
    "AuditReason", over=("超标超总量", "over the limits"), energy=("超能耗限额", "over the energy quota"),
    toxic=("使用排放有毒有害原料", "toxic materials"), key=("重点行业", "key industry"),
    free=("自愿", "of its own will"),
)  # fmt: skip
AuditStage = choices(
    "AuditStage", listed=("已列入名单", "listed"), running=("审核中", "being audited"),
    assessed=("已评估", "assessed"),
    accepted=("已验收", "accepted"), looked=("已回头看", "looked back at"),
)  # fmt: skip


class CleanerAudit(d.Register):
    """清洁生产审核: listed, audited, assessed, accepted, and looked back at."""

    code, title, order, placed = "cleaner_audits", two("清洁生产审核", "Cleaner-production audits"), 13, False
    source = "晋政办发电〔2021〕16号 二（二）2；陵政发〔2024〕10号 附件二（二）附8；清洁生产审核办法"
    columns = ("enterprise", "year", "reason", "schemes_costly", "schemes_done", "due")
    example = {"year": "2024", "reason": "重点行业", "agency": "山西示例咨询（模拟）", "schemes_free": "12",
               "schemes_costly": "3", "schemes_done": "0", "due": "2024-08-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    year = d.Year(two("年度", "Year"), required=True, key=True)
    reason = d.Choice(two("列入原因", "Why listed"), AuditReason, required=True)
    agency = d.Text(two("咨询机构", "Adviser"), most=80)
    schemes_free = d.Whole(two("无/低费方案", "Schemes of little cost"), "1", also=("个", "项"))
    schemes_costly = d.Whole(two("中/高费方案", "Costly schemes"), "1", needed=True, also=("个", "项"))
    schemes_done = d.Whole(two("已实施中/高费方案", "Of them done"), "1", needed=True, also=("个", "项"))
    invested = d.Quantity(two("投资", "Invested"), "10⁴ 元", also=("万元",))
    so2_cut = d.Quantity(two("二氧化硫削减", "SO₂ cut"), "t/a", also=("吨/年",))
    nox_cut = d.Quantity(two("氮氧化物削减", "NOₓ cut"), "t/a", also=("吨/年",))
    pm_cut = d.Quantity(two("颗粒物削减", "PM cut"), "t/a", also=("吨/年",))
    voc_cut = d.Quantity(two("VOCs削减", "VOCs cut"), "t/a", also=("吨/年",))
    status = d.LifeCycle(AuditStage, closed={"accepted", "looked"}, proof={"accepted", "looked"},
                         judged={"accepted", "looked"})  # fmt: skip
    due = d.Due(two("完成期限", "Due by"), needed=status.open)
    accepted_on = d.Day(two("验收日期", "Accepted on"), past=True, needed=~status.open, judged=True)
    result = d.Text(two("回头看结论", "What the look back found"), needed=status.is_("looked"), most=200,
                    judged=True)  # fmt: skip

    checks = (
        d.Check(lambda row: None in (row.schemes_done,
                                     row.schemes_costly) or row.schemes_done <= row.schemes_costly,
                two("已实施方案不能多于方案总数", "more done than there are"), "schemes_done"),
    )  # fmt: skip
    feeds = (
        d.Count("cleaner_audits_open", two("在审清洁生产企业", "Audits under way"), status.open,
                better="less"),
        d.Count("cleaner_audits_accepted", two("清洁生产审核验收", "Audits accepted"), ~status.open,
                dated=accepted_on, better="more"),
        d.Ratio("costly_schemes_done", two("中/高费方案实施率", "Costly schemes done"), of=(schemes_done,),
                to=(schemes_costly,), better="more"),
    )  # fmt: skip
