"""Treatment facilities and the screening of simple, inefficient ones."""

from __future__ import annotations

from lantian.office.ledgers.ruled import listed
from lantian.office.ledgers.words import Pollutant
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Technology = choices(
    "Technology", bag=("袋式除尘", "bag filter"), esp=("静电除尘", "electrostatic"),
    wet_esp=("湿式电除尘", "wet ESP"),
    cyclone=("旋风除尘", "cyclone"), water=("水膜除尘", "water film"),
    limestone=("石灰石膏法", "limestone"),
    ammonia=("氨法脱硫", "ammonia"), dry=("干法脱硫", "dry sorbent"),
    alkali=("双碱法脱硫", "double alkali"),
    scr=("SCR", "SCR"), sncr=("SNCR", "SNCR"), ozone=("氧化法脱硝", "oxidation"), rto=("RTO", "RTO"),
    rco=("RCO", "RCO"), carbon=("活性炭吸附", "carbon"), wheel=("沸石转轮", "zeolite wheel"),
    photolysis=("光催化", "photolysis"), plasma=("低温等离子", "plasma"),
    spray=("喷淋吸收", "spray tower"),
    other=("其他", "other"),
)  # fmt: skip
Screened = choices(
    "Screened", working=("正常运行", "works"), found=("待整治", "to be rectified"),
    fixed=("已整治", "rectified"),
    gone=("已淘汰", "eliminated"),
)  # fmt: skip


class TreatmentFacility(d.Register):
    """治理设施: what cleans a gas before an outlet, and what the screening of facilities said of it."""

    code, title, order = "treatment_facilities", two("治理设施", "Treatment facilities"), 4
    source = "临政发〔2024〕4号 三（二）12；晋中 2024 三（二）8；陵政发〔2024〕10号 附件二（二）附6"
    columns = ("enterprise", "number", "technology", "pollutants", "outlet", "efficiency", "doubtful")
    example = {"number": "TA001", "technology": "袋式除尘", "pollutants": "颗粒物", "efficiency": "99.5",
               "meter": "D-002", "built_on": "2019-08-01", "defect": "滤袋破损", "status": "待整治",
               "due": "2025-10-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("设施编号", "Number"), required=True, key=True, most=12, pattern=r"TA\d{3,5}",
                    pattern_hint="TA001")  # fmt: skip
    technology = d.Choice(two("治理工艺", "Technology"), Technology, required=True)
    pollutants = d.Many(two("去除污染物", "Removes"), Pollutant, required=True)
    outlet = d.Link(two("排放口", "Outlet"), "Outlet")
    efficiency = d.Quantity(two("设计去除率", "Design efficiency"), "%", high=100, usual=(20, 99.99),
                            decimals=2)  # fmt: skip
    meter = d.Text(two("用电监控点位", "Power meter"), needed=True, most=40)
    built_on = d.Day(two("投运日期", "In service since"), past=True)
    defect = d.Text(two("存在问题", "Defect"), most=200)
    status = d.LifeCycle(Screened, closed={"working", "fixed", "gone"}, proof={"fixed", "gone"})
    due = d.Due(two("整治期限", "Rectify by"), needed=status.is_(Screened.FOUND))
    done_on = d.Day(two("整治完成日期", "Rectified on"), past=True, needed=status.is_("fixed", "gone"))
    doubtful = d.Derived(two("低效工艺", "Inefficient technology"),
                         listed(technology, "office.industry.inefficient"),
                         rule="office.industry.inefficient")  # fmt: skip

    checks = (
        d.Check(defect.given | ~status.is_(Screened.FOUND),
                two("待整治的设施要写明存在问题", "what is wrong with it?"), "defect"),
    )  # fmt: skip
    feeds = (
        d.Count("facilities_to_rectify", two("待整治低效失效设施", "Facilities to rectify"),
                status.is_(Screened.FOUND), better="less"),
        d.Count("facilities_rectified", two("完成整治的低效失效设施", "Facilities rectified"),
                status.is_("fixed", "gone"), dated=done_on, better="more"),
    )  # fmt: skip
