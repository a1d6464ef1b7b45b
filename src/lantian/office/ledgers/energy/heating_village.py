"""Villages of clean heating."""

from __future__ import annotations

from lantian.office.ledgers.words import HeatingMode, Progress
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

# What the look-back of a heating season found in a village.
VillageLookBack = choices(
    "VillageLookBack", running=("运行正常", "runs well"), unstable=("不能稳定运行", "unstable"),
    back=("存在散煤复烧", "coal is burnt again"),
)  # fmt: skip


class HeatingVillage(d.Register):
    """清洁取暖村: a village or community of the plan, its mode, its households, how it runs."""

    code, title = "heating_villages", two("清洁取暖村", "Villages of clean heating")
    group, order = d.Group.ENERGY, 10
    source = "晋政办发电〔2021〕16号 二（三）1、2；晋政发〔2024〕7号 三（二）11；临政发〔2024〕4号 三（三）19"
    columns = ("village", "mode", "plan_year", "households", "converted", "look_back", "in_zone")
    example = {"village": "示例村", "mode": "煤改电", "plan_year": "2024", "households": "320",
               "converted": "300", "look_back": "运行正常", "in_zone": "是", "due": "2024-10-31",
               "status": "实施中"}  # fmt: skip

    village = d.Text(two("村（社区）", "Village"), required=True, key=True, most=60, aliases=("村名",))
    mode = d.Choice(two("取暖方式", "Way of heating"), HeatingMode, required=True,
                    aliases=("改造方式", "改造路径"))  # fmt: skip
    plan_year = d.Year(two("计划年度", "Year of the plan"), needed=True)
    households = d.Whole(two("常住户数", "Households"), "户", required=True, usual=(1, 5000),
                         aliases=("总户数",))  # fmt: skip
    converted = d.Whole(two("已改造户数", "Converted"), "户", needed=True, aliases=("完成户数",))
    farm_coal = d.Flag(two("农用散煤", "Farms burn coal"), source="晋政发〔2024〕7号 三（二）11",
                       hint=two("种植、养殖用煤排查", "greenhouses and stables"))  # fmt: skip
    heat_source = d.Text(two("热源单位", "Heat source"), most=80, needed=mode.is_("central", "waste_heat"))
    heat_source_b = d.Flag(two("热源绩效B级及以上", "Heat source graded B or better"),
                           needed=mode.is_("waste_heat"),
                           source="晋政办发电〔2021〕16号 二（三）3")  # fmt: skip
    look_back = d.Choice(two("“回头看”结果", "Look-back"), VillageLookBack)
    lasting_plan = d.Flag(two("有可持续运营方案", "Has a lasting scheme"),
                          needed=look_back.is_("unstable", "back"),
                          source="晋政办发电〔2021〕16号 二（三）1")  # fmt: skip
    in_zone = d.Flag(two("划入禁煤区", "Within a no-coal zone"), needed=True)
    status = d.LifeCycle(Progress, closed={Progress.ACCEPTED, Progress.STOPPED}, proof={Progress.ACCEPTED})
    due = d.Due()
    accepted_on = d.Day(two("验收日期", "Accepted on"), past=True, needed=status.is_(Progress.ACCEPTED))
    rate = d.Derived(two("改造率", "Share converted"),
                     lambda row: round(100 * row.converted / row.households, 1) if row.households
                     and row.converted is not None else None, "%")  # fmt: skip
    checks = (
        d.Check(lambda row: row.converted is None or row.households is None
                or row.converted <= row.households,
                two("已改造户数多于常住户数", "more converted than there are"), "converted"),
        d.Check(~(mode.is_("waste_heat") & heat_source_b.no),
                two("工业余热热源企业绩效必须达到B级及以上",
                "a plant that gives heat must be graded B or better"), "heat_source_b"),
    )  # fmt: skip
    feeds = (
        d.Total("heating_village_converted", two("村级台账已改造户数", "Converted by the villages' list"),
                converted, better="more"),
        d.Ratio("rural_heating_coverage", two("农村清洁取暖覆盖率", "Coverage of clean heating"),
                (converted,), (households,), better="more"),
        d.Count("heating_villages_unstable", two("不能稳定运行或复烧的村", "Villages that run badly"),
                look_back.is_("unstable", "back"), better="less"),
    )  # fmt: skip
