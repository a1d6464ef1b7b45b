"""Road segments."""

from __future__ import annotations

from lantian.office.ledgers.ruled import limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

RoadClass = choices(
    "RoadClass", core=("核心道路", "core road"), ordinary=("一般道路", "ordinary road"),
    other=("其他道路", "other road"), trunk=("国省干道", "trunk road"), county=("县乡道路", "county road"),
)  # fmt: skip
Sweeping = choices(
    "Sweeping", machine=("机械化清扫", "by machine"), wet=("机械化湿扫", "by machine, wet"),
    hand=("人工清扫", "by hand"), none=("未清扫", "not swept"),
)  # fmt: skip
RoadState = choices(
    "RoadState", open=("达标保洁", "kept clean"), dirty=("积尘超标待整改", "too dusty, to be cleaned"),
    works=("施工封闭", "closed for works"),
)  # fmt: skip


class RoadSegment(d.Register):
    """道路路段: class, length, how it is swept, its last dust by weight (以克论净)."""

    code, title = "road_segments", two("道路保洁路段", "Road segments")
    group, order = d.Group.DUST, 50
    source = "陵川 2024 附9；临政发〔2024〕4号 三（五）29、31；晋政发〔2024〕7号 三（四）16"
    columns = ("name", "section", "road_class", "length", "area", "sweeping", "dust_load")
    example = {"name": "示例街", "section": "滨河路至工业大道", "road_class": "核心道路", "built_up": "是",
               "length": "1.6", "area": "38400", "sweeping": "机械化湿扫", "rounds": "3", "dust_load": "6.2",
               "weighed_on": "2024-05-08", "keeper": "示例环卫所", "due": "2024-06-08"}  # fmt: skip

    name = d.Text(two("道路名称", "Road"), required=True, key=True, most=80)
    section = d.Text(two("路段", "Stretch"), required=True, key=True, most=100, aliases=("起止点",))
    road_class = d.Choice(two("道路类别", "Class"), RoadClass, required=True, aliases=("道路等级",))
    built_up = d.Flag(two("建成区道路", "In the built-up area"), needed=True)
    length = d.Quantity(two("长度", "Length"), "km", required=True, usual=(0.05, 200), also=("公里", "千米"))
    area = d.Quantity(two("应清扫面积", "Area to sweep"), "m²", required=True, usual=(10, 5000000),
                      also=("平方米", "㎡"))  # fmt: skip
    sweeping = d.Choice(two("清扫方式", "Sweeping"), Sweeping, required=True)
    rounds = d.Quantity(two("每日清扫次数", "Rounds a day"), "次", decimals=1, usual=(0, 12))
    dust_load = d.Quantity(two("积尘负荷", "Dust by weight"), "g/m²", usual=(0, 200),
                           also=("克/平方米", "克每平方米"), aliases=("以克论净",))  # fmt: skip
    weighed_on = d.Day(two("称重日期", "Weighed on"), past=True, needed=dust_load.given)
    keeper = d.Text(two("保洁单位", "Kept by"), needed=True, searched=True, most=80)
    status = d.LifeCycle(RoadState, closed={RoadState.OPEN, RoadState.WORKS})
    due = d.Due(two("整改期限", "To be cleaned by"))
    too_dusty = d.Derived(two("积尘超标", "Too dusty"), road_class.is_(RoadClass.CORE)
                          & dust_load.above(limit("roads.dust_core")) | road_class.is_(RoadClass.ORDINARY)
                          & dust_load.above(limit("roads.dust_ordinary"))
                          | ~road_class.is_(RoadClass.CORE, RoadClass.ORDINARY)
                          & dust_load.above(limit("roads.dust_other")),
                          source="陵川 2024 附9：8、10、15 克/平方米",
                          rule="office.registers.roads.dust_core")  # fmt: skip

    _machine = sweeping.is_(Sweeping.MACHINE, Sweeping.WET)
    feeds = (
        d.Share("mechanised_sweeping_ratio", two("建成区道路机械化清扫率", "Mechanised sweeping"),
                part=_machine, where=built_up.yes & ~status.is_(RoadState.WORKS), by=area, better="more",
                formula=two("机械化清扫面积÷应清扫面积，建成区",
                "area swept by machine / area to sweep, built-up area")),
        d.Share("road_dust_fit_ratio", two("以克论净达标率（按长度）",
                "Roads within the dust limit, by length"), part=~too_dusty.follows, where=dust_load.given,
                by=length, better="more"),
        d.Count("roads_too_dusty", two("积尘超标路段", "Roads too dusty"), too_dusty.follows, better="less"),
    )  # fmt: skip
