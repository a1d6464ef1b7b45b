"""Ultra-low-emission retrofits."""

from __future__ import annotations

from datetime import timedelta

from lantian.office.ledgers.deciding import rule
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

UltraIndustry = choices(
    "UltraIndustry", steel=("钢铁", "steel"), coking=("焦化", "coking"), cement=("水泥", "cement"),
    power=("煤电", "coal power"), boiler=("燃煤锅炉", "coal boilers"), other=("其他", "other"),
)  # fmt: skip
Part = choices("Part", none=("未改造", "not begun"), running=("改造中", "under way"),
               done=("改造完成", "done"),
               assessed=("已评估监测", "assessed"))  # fmt: skip
UltraState = choices(
    "UltraState", retrofit=("改造中", "being retrofitted"), assessed=("已评估监测", "assessed"),
    announced=("公示中", "announced"), filed=("已备案", "filed"), back=("整改（撤销公示）", "sent back"),
)  # fmt: skip
ORDER = ("assessed_on", "announced_on", "filed_on")


def all_assessed(row: UltraLowProject) -> bool:
    """Assessed as a whole only when the three parts are."""
    whole = row.status in (UltraState.ASSESSED, UltraState.ANNOUNCED, UltraState.FILED)
    return not whole or {row.organised, row.fugitive, row.transport} == {"assessed"}


def in_order(row: UltraLowProject) -> bool:
    """Assessed, then announced, then after the time of notice filed."""
    days = [day for name in ORDER if (day := getattr(row, name))]
    wait = timedelta(days=rule("projects.notice_days").integer)
    waited = not (row.filed_on and row.announced_on) or row.filed_on >= row.announced_on + wait
    return days == sorted(days) and waited


class UltraLowProject(d.Register):
    """超低排放改造: three parts, their assessment, the public notice and the filing."""

    code, title = "ultra_low_projects", two("超低排放改造", "Ultra-low retrofits")
    group, order = d.Group.PROJECTS, 1
    source = "晋政发〔2024〕7号 三（五）21；陵政发〔2024〕10号 附件二（二）附4；环大气〔2019〕35号"
    columns = ("enterprise", "name", "industry", "organised", "fugitive", "transport", "clean_share", "due")
    example = {"name": "全流程超低排放改造", "industry": "钢铁", "organised": "已评估监测",
               "fugitive": "改造完成",
               "transport": "改造中", "clean_share": "62", "invested": "8600",
               "due": "2024-10-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    name = d.Text(two("项目名称", "Project"), required=True, key=True, most=80)
    industry = d.Choice(two("行业", "Industry"), UltraIndustry, required=True)
    organised = d.Choice(two("有组织排放", "Organised"), Part, required=True)
    fugitive = d.Choice(two("无组织排放", "Fugitive"), Part, required=True)
    transport = d.Choice(two("清洁运输", "Clean transport"), Part, required=True)
    clean_share = d.Quantity(two("清洁运输比例", "Clean transport share"), "%", high=100, needed=True,
                             decimals=2)  # fmt: skip
    invested = d.Quantity(two("投资", "Invested"), "10⁴ 元", also=("万元",))
    status = d.LifeCycle(UltraState, closed={"filed"}, proof={"assessed", "announced", "filed"},
                         judged={"announced", "filed"})  # fmt: skip
    assessed_on = d.Day(two("评估监测完成日期", "Assessed on"), past=True,
                        required=status.is_("assessed", "announced", "filed"))  # fmt: skip
    announced_on = d.Day(two("公示日期", "Announced on"), past=True, judged=True,
                         required=status.is_("announced", "filed"))  # fmt: skip
    filed_on = d.Day(two("备案日期", "Filed on"), past=True, required=status.is_("filed"), judged=True)
    due = d.Due(needed=status.open)

    checks = (
        d.Check(all_assessed, two("有组织、无组织、清洁运输未全部评估监测",
                                  "not all three parts are assessed"), "status"),
        d.Check(in_order, two("日期次序不对，或公示期未满",
                              "the days are out of order, or notice was too short"), "filed_on"),
        d.Check(lambda row: row.status != UltraState.FILED
                or (row.clean_share or 0) >= rule("projects.clean_transport").number,
                two("清洁运输比例未达标不能备案", "too little clean transport to be filed"), "clean_share"),
    )  # fmt: skip
    feeds = (
        d.Count("ultra_low_left", two("未完成超低排放改造", "Ultra-low retrofits open"), status.open,
                better="less"),
        d.Count("ultra_low_filed", two("完成超低排放改造", "Ultra-low retrofits filed"), status.is_("filed"),
                dated=filed_on, better="more"),
        d.Share("ultra_low_ratio", two("超低排放改造完成率", "Share of ultra-low"), part=status.is_("filed"),
                better="more"),
    )  # fmt: skip
