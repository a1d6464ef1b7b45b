"""Households of clean heating."""

from __future__ import annotations

from lantian.office.ledgers.words import HeatingMode
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

# How far the conversion of a household is.
State = choices(
    "State", planned=("已确户", "confirmed"), running=("改造中", "being converted"),
    done=("已改造", "converted"), accepted=("已验收", "accepted"),
    left=("无人居住或拆迁", "uninhabited or pulled down"),
)  # fmt: skip
# What a later visit found.
LookBack = choices(
    "LookBack", running=("运行正常", "runs well"), unstable=("运行不稳定", "unstable"),
    back=("散煤复烧", "burns coal again"), unused=("改而未用", "converted, not used"),
    unready=("热源未到位已拆旧设施", "old heating removed before the new was ready"),
)  # fmt: skip


class HeatingHousehold(d.Register):
    """清洁取暖户: one household of the confirmed list, with nothing personal but the name of its head."""

    code, title = "heating_households", two("清洁取暖户", "Households of clean heating")
    group, order, placed = d.Group.ENERGY, 20, False
    source = "晋政办发电〔2021〕16号 二（三）2；晋政发〔2024〕7号 三（二）11；陵川 2024 附1"
    columns = ("village", "house", "head", "mode", "converted_on", "subsidy", "look_back")
    example = {"village": "示例村", "house": "0101", "head": "张三（模拟）", "mode": "煤改电",
               "plan_year": "2024", "area": "80", "converted_on": "2024-09-20", "subsidy": "6000",
               "paid_on": "2024-11-05", "look_back": "运行正常", "looked_back_on": "2025-01-10",
               "status": "已验收", "due": "2024-10-31"}  # fmt: skip

    village = d.Text(two("村（社区）", "Village"), required=True, key=True, most=60,
                     aliases=("村名", "行政村"), hint=two("县内有同名村的，前面写乡镇名",
                     "with its township where a county has two"))  # fmt: skip
    house = d.Text(two("户号", "House number"), required=True, key=True, most=40,
                   aliases=("门牌号", "用电户号"))  # fmt: skip
    head = d.Text(two("户主姓名", "Head of household"), most=30, pattern=r"\D+", pattern_hint="张三",
                  hint=two("只写姓名，不写身份证号和电话", "the name only"), aliases=("户主",))  # fmt: skip
    mode = d.Choice(two("取暖方式", "Way of heating"), HeatingMode, required=True,
                    aliases=("改造方式", "改造路径"))  # fmt: skip
    plan_year = d.Year(two("计划年度", "Year of the plan"), needed=True)
    area = d.Quantity(two("取暖面积", "Heated area"), "m²", usual=(10, 500), decimals=1,
                      also=("平方米", "平米"))  # fmt: skip
    converted_on = d.Day(two("改造完成日期", "Converted on"), past=True)
    subsidy = d.Quantity(two("改造补贴", "Subsidy"), "元", usual=(0, 30000), decimals=2,
                         aliases=("补贴金额",))  # fmt: skip
    paid_on = d.Day(two("补贴发放日期", "Subsidy paid on"), past=True)
    season_cost = d.Quantity(two("采暖季费用", "Cost of a season"), "元", usual=(0, 20000), decimals=2)
    insulated = d.Flag(two("房屋节能改造", "House insulated"), source="晋政发〔2024〕7号 三（二）11")
    look_back = d.Choice(two("“回头看”结果", "Look-back"), LookBack)
    looked_back_on = d.Day(two("“回头看”日期", "Looked back on"), past=True, needed=look_back.given)
    status = d.LifeCycle(State, closed={State.ACCEPTED, State.LEFT})
    due = d.Due()
    _converted = status.is_(State.DONE, State.ACCEPTED)
    converted_on.needed = _converted
    reburning = d.Derived(two("散煤复烧", "Burns coal again"), look_back.is_(LookBack.BACK))
    unpaid = d.Derived(two("补贴未发放", "Subsidy not paid"), _converted & subsidy.above(0) & paid_on.absent)
    checks = (
        d.Check(~(converted_on.given & status.is_(State.PLANNED)),
                two("未开工的户不能有改造完成日期", "a household not begun has no day of conversion"),
                "converted_on"),
        d.Check(lambda row: not (row.paid_on and row.converted_on) or row.paid_on >= row.converted_on,
                two("补贴早于改造完成：请核实", "paid before it was converted: is it right?"), "paid_on",
                ask=True),
        d.Check(~(look_back.is_(LookBack.UNREADY)),
                two("未改先拆：请核实并转办", "old heating removed too early: right?"), "look_back",
                ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("clean_heating_households", two("清洁取暖改造户数", "Households converted"), _converted,
                dated=converted_on, better="more", unit="户"),
        d.Share("heating_converted_ratio", two("清洁取暖改造完成率", "Share converted"), part=_converted,
                where=~status.is_(State.LEFT), better="more"),
        d.Count("heating_reburning", two("散煤复烧户数", "Households burning coal again"), reburning.follows,
                better="less", unit="户"),
        d.Total("heating_subsidy_paid", two("清洁取暖补贴发放", "Subsidy paid"), subsidy, paid_on.given,
                dated=paid_on),
    )  # fmt: skip
