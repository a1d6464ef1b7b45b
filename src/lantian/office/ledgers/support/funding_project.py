"""Projects of the funding library."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

FundKind = choices(
    "FundKind", central=("中央大气污染防治资金", "central air fund"),
    province=("省级资金", "provincial fund"), bond=("绿色债券", "green bond"),
    special=("专项债", "special bond"), heating=("清洁取暖资金", "clean-heating fund"),
    tax=("税费减免", "tax relief"),
)  # fmt: skip
FundState = choices(
    "FundState", idea=("谋划", "idea"), ready=("已入库", "in the library"), granted=("已下达", "granted"),
    building=("在建", "under way"), done=("已完工", "done"), accepted=("已验收", "accepted"),
    dropped=("退库", "dropped"),
)  # fmt: skip


class FundingProject(d.Register):
    """资金项目: a project of the library, how ready it is, what it costs, what was granted and spent."""

    code, title = "funding_projects", two("资金项目库", "Funding projects")
    group, order, placed = d.Group.SUPPORT, 50, False
    source = "晋政发〔2024〕7号 三（九）33；晋政办发电〔2021〕16号 二（二）1、四（二）"
    columns = ("name", "fund", "cost", "granted", "spent", "readiness")
    example = {"name": "示例焦化干熄焦改造（模拟）", "fund": "中央大气污染防治资金", "year": "2024",
               "cost": "8600", "asked": "2500", "granted": "2000", "spent": "1200",
               "readiness": "可研批复、环评完成", "effect": "年减排颗粒物120吨", "due": "2024-12-31",
               "status": "在建"}  # fmt: skip

    enterprise = d.Owner()
    name = d.Text(two("项目名称", "Project"), required=True, key=True, most=120)
    fund = d.Choice(two("资金渠道", "Fund"), FundKind, required=True)
    year = d.Year(two("年度", "Year"), required=True)
    cost = d.Quantity(two("总投资", "Cost"), "万元", required=True, usual=(1, 2000000), decimals=4)
    asked = d.Quantity(two("申请资金", "Asked for"), "万元", decimals=4)
    granted = d.Quantity(two("下达资金", "Granted"), "万元", decimals=4, judged=True)
    spent = d.Quantity(two("已支出", "Spent"), "万元", decimals=4)
    readiness = d.Text(two("前期工作", "Readiness"), needed=True, most=200)
    effect = d.Text(two("预期成效", "Effect"), needed=True, most=200)
    status = d.LifeCycle(FundState, closed={"accepted", "dropped"}, proof={"accepted"},
                         judged={"accepted", "dropped"})  # fmt: skip
    due = d.Due(two("完工期限", "To be done by"))
    done_on = d.Day(two("完工日期", "Done on"), past=True,
                    needed=status.is_(FundState.DONE, FundState.ACCEPTED))  # fmt: skip
    granted.needed = status.is_(FundState.GRANTED, FundState.BUILDING, FundState.DONE, FundState.ACCEPTED)
    checks = (
        d.Check(lambda row: not (row.spent and row.granted is not None) or row.spent <= row.granted,
                two("支出多于下达：请核实", "more spent than granted: is it right?"), "spent", ask=True),
        d.Check(lambda row: row.granted is None or row.cost is None or row.granted <= row.cost,
                two("下达资金多于总投资", "more granted than it costs"), "granted"),
    )  # fmt: skip
    feeds = (
        d.Ratio("funds_spent_ratio", two("资金支出进度", "Funds spent"), (spent,), (granted,),
                ~status.is_(FundState.DROPPED), dated=year, better="more"),
        d.Total("funds_granted", two("下达资金", "Funds granted"), granted, ~status.is_(FundState.DROPPED),
                dated=year, better="more"),
    )  # fmt: skip
