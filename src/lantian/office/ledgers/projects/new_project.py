"""New projects and their admission."""

from __future__ import annotations

from lantian.errors import LantianError
from lantian.office.ledgers.deciding import rule
from lantian.office.ledgers.projects.balance import may_start
from lantian.office.ledgers.words import Industry
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Admission = choices("Admission", review=("审查中", "under review"), admitted=("准予", "admitted"),
                    refused=("不予准入", "refused"), built=("已投产", "in production"))  # fmt: skip


def asked(row: NewProject) -> list[str]:
    """The items of the checklist this project is asked, by name."""
    items = list(rule("projects.asked").table["two_high" if row.two_high else "other"])
    return items + (["coal_replaced"] if row.coal_use else [])


def failed(row: NewProject) -> str:
    """The items it does not meet or says nothing about."""
    lacking = [name for name in asked(row) if getattr(row, name) is not True]
    return "、".join(str(row.ledger.by_name[name].label) for name in lacking)


def may_be_built(row: NewProject) -> bool:
    """Admitted only with every item met, and no new capacity where there is to be none."""
    closed = row.industry in rule("projects.no_new_capacity").texts and row.adds_capacity
    return row.status not in (Admission.ADMITTED, Admission.BUILT) or not (failed(row) or closed)


class NewProject(d.Register):
    """新建项目准入: a project, the checklist of admission, and the decision."""

    code, title, group, order = "new_projects", two("新建项目准入", "New projects"), d.Group.PROJECTS, 10
    source = "晋政发〔2024〕7号 三（一）1；临政发〔2024〕4号 三（一）1；晋政办发电〔2021〕16号 二（一）1"
    columns = ("name", "project_code", "industry", "two_high", "failed", "decided_on")
    example = {"name": "示例铸造搬迁项目（模拟）", "project_code": "2024-141002-33-01-123456",
               "industry": "铸造",
               "two_high": "否", "kind": "改扩建", "policy": "是", "zoning": "是", "eia": "是",
               "total_control": "是",
               "regional_reduction": "是", "so2": "1.2", "nox": "8.5", "pm": "3.1", "voc": "2",
               "due": "2025-06-30"}  # fmt: skip

    name = d.Text(two("项目名称", "Project"), required=True, searched=True, most=120)
    project_code = d.Text(two("项目代码", "Project code"), required=True, key=True, most=30,
                          pattern=r"\d{4}-\w{6}-\d{2}-\d{2}-\d{6}",
                          pattern_hint="2024-141002-33-01-123456")  # fmt: skip
    enterprise = d.Owner()
    industry = d.Choice(two("行业", "Industry"), Industry, required=True)
    kind = d.Choice(two("建设性质", "Kind"), choices("ProjectKind", new=("新建", "new"),
                                                 rebuilt=("改扩建", "rebuilt"),
                    moved=("搬迁", "moved")), required=True)  # fmt: skip
    two_high = d.Flag(two("“两高”项目", "High energy use and emission"), required=True)
    adds_capacity = d.Flag(two("新增产能", "Adds capacity"))
    plan = d.Flag(two("产业规划", "Industry plan"))
    policy = d.Flag(two("产业政策", "Industry policy"))
    zoning = d.Flag(two("生态环境分区管控", "Zoning"))
    planning_eia = d.Flag(two("规划环评", "Planning EIA"))
    eia = d.Flag(two("项目环评", "EIA"))
    energy_review = d.Flag(two("节能审查", "Energy review"))
    capacity_swap = d.Flag(two("产能置换", "Capacity swap"))
    total_control = d.Flag(two("总量控制", "Total control"))
    regional_reduction = d.Flag(two("区域倍量削减", "Regional reduction"))
    carbon_peak = d.Flag(two("碳达峰目标", "Carbon peak"))
    clean_transport = d.Flag(two("清洁运输", "Clean transport"))
    grade_a = d.Flag(two("达到绩效A级水平", "Built to grade A"))
    coal_use = d.Quantity(two("年用煤量", "Coal a year"), "t/a", also=("吨/年",))
    coal_replaced = d.Flag(two("煤炭减量替代", "Coal replaced"), needed=coal_use.above(0))
    so2 = d.Quantity(two("二氧化硫排放", "SO₂"), "t/a", needed=True, also=("吨/年",))
    nox = d.Quantity(two("氮氧化物排放", "NOₓ"), "t/a", needed=True, also=("吨/年",))
    pm = d.Quantity(two("颗粒物排放", "PM"), "t/a", needed=True, also=("吨/年",))
    voc = d.Quantity(two("VOCs排放", "VOCs"), "t/a", needed=True, also=("吨/年",))
    status = d.LifeCycle(Admission, closed={"refused", "built"}, proof={"admitted", "refused"},
                         judged={"admitted", "refused", "built"})  # fmt: skip
    due = d.Due(two("审查期限", "Decide by"), needed=status.is_("review"))
    decided_on = d.Day(two("决定日期", "Decided on"), past=True, required=~status.is_("review"),
                       judged=True)  # fmt: skip
    reason = d.Text(two("决定理由", "Reason"), required=status.is_("refused"), most=300, judged=True)
    failed = d.Derived(two("未满足的审查项", "Items not met"), failed, rule="office.projects.asked")
    held_back = d.Derived(
        two("不得投产的原因", "Why it may not start"), lambda row: "；".join(may_start(row))
    )

    checks = (d.Check(may_be_built, two("审查项未全部满足，或属严禁新增的产能，不能准予",
                      "items are not met, or no capacity may be added: it cannot be admitted"), "status"),
                      )  # fmt: skip
    feeds = (
        d.Count("projects_under_review", two("在审项目", "Projects under review"), status.is_("review")),
        d.Count("projects_refused", two("不予准入项目", "Projects refused"), status.is_("refused"),
                dated=decided_on),
    )  # fmt: skip

    def settle(self) -> None:
        reasons = may_start(self) if self.status == Admission.BUILT else []
        if reasons:
            raise LantianError("；".join(reasons), where=self.name)
