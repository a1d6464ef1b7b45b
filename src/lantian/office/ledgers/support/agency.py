"""Third-party agencies."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two
from lantian.office.registers.names import is_credit_code

AgencyKind = choices(
    "AgencyKind", testing=("监测检验", "testing"), operation=("设施运维", "operation of facilities"),
    cems=("在线监测运维", "operation of CEMS"), inspection=("机动车检验", "vehicle inspection"),
    repair=("机动车维修治理", "vehicle repair"), ldar=("LDAR", "LDAR"),
    audit=("清洁生产审核", "cleaner-production audit"), eia=("环评", "EIA"),
)  # fmt: skip
Credit = choices("Credit", good=("守信", "good"), watched=("一般失信", "watched"), bad=("严重失信", "bad"))
AgencyState = choices(
    "AgencyState", active=("从业", "active"), rectifying=("整改中", "to rectify"),
    suspended=("暂停", "suspended"), out=("退出", "left"),
)  # fmt: skip


class Agency(d.Register):
    """第三方机构: testing, operating, inspecting firms; checks, falsification, credit and its end."""

    code, title = "agencies", two("第三方机构", "Third-party agencies")
    group, order = d.Group.SUPPORT, 30
    key_everywhere = True
    source = "晋政发〔2024〕7号 三（八）30、三（十）36；临政发〔2024〕4号 三（七）47、四（四）"
    columns = ("name", "credit_code", "kinds", "qualification", "checked_on", "credit")
    example = {"name": "示例检测有限公司（模拟）", "credit_code": "91141000MA0000001D", "kinds": "监测检验",
               "qualification": "CMA 240412050001", "valid_until": "2029-05-30", "checked_on": "2024-06-20",
               "credit": "守信", "due": "2024-09-30"}  # fmt: skip

    name = d.Text(two("机构名称", "Name"), required=True, searched=True, most=120)
    credit_code = d.Text(two("统一社会信用代码", "Unified social credit code"), required=True, key=True,
                         most=18)  # fmt: skip
    kinds = d.Many(two("业务类别", "Business"), AgencyKind, required=True)
    qualification = d.Text(two("资质证书", "Qualification"), searched=True, most=80,
                           needed=kinds.has("testing") | kinds.has("inspection"))  # fmt: skip
    valid_until = d.Day(two("资质有效期至", "Valid until"), needed=qualification.given)
    checked_on = d.Day(two("最近检查日期", "Checked on"), past=True)
    problem = d.Text(two("发现问题", "Found"), most=300)
    falsified = d.Flag(two("弄虚作假", "Falsified"))
    penalty = d.Text(two("处罚文书", "Penalty"), searched=True, most=80, needed=falsified.yes)
    transferred = d.Flag(two("移送司法机关", "Handed to the police"))
    credit = d.Choice(two("信用状态", "Credit"), Credit, needed=True)
    credit_until = d.Day(two("失信记录期限", "Credit entry ends on"),
                         needed=credit.is_(Credit.WATCHED, Credit.BAD))  # fmt: skip
    appeal = d.Text(two("申诉和修复", "Appeal and repair"), most=200)
    published = d.Flag(two("已公布", "Published"), needed=credit.is_(Credit.BAD))
    status = d.LifeCycle(AgencyState, closed={AgencyState.ACTIVE, AgencyState.OUT})
    due = d.Due(two("整改期限", "To be rectified by"))
    checks = (
        d.Check(lambda row: is_credit_code(row.credit_code),
                two("统一社会信用代码的校验位不对（GB 32100-2015）",
                "the check digit of the credit code is wrong (GB 32100-2015)"), "credit_code"),
        d.Check(~(falsified.yes & credit.is_(Credit.GOOD)),
                two("弄虚作假应纳入信用记录", "falsification goes into the credit record"), "credit"),
    )  # fmt: skip
    feeds = (
        d.Count("agencies_checked", two("检查第三方机构", "Agencies checked"), dated=checked_on,
                better="more", unit="家"),
        d.Count("agencies_falsified", two("弄虚作假机构", "Agencies that falsified"), falsified.yes,
                better="less"),
    )  # fmt: skip
