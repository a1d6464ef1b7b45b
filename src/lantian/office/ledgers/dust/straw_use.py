"""Use of straw."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

StrawState = choices("StrawState", reported=("已填报", "reported"), checked=("已核定", "checked"))


class StrawAccount(d.Register):
    """秸秆利用台账: what could be collected in a year and what was used, by the five ways."""

    code, title = "straw_use", two("秸秆综合利用", "Use of straw")
    group, order, placed = d.Group.DUST, 105, False
    source = "晋政发〔2024〕7号 三（四）18：综合利用率90%以上；陵川 2024 三（四）16"
    columns = ("year", "crop", "collectable", "field", "feed", "fuel", "other_use")
    example = {"year": "2024", "crop": "玉米", "yielded": "52000", "collectable": "40000", "field": "26000",
               "feed": "8000", "fuel": "2000", "base": "400", "other_use": "600", "status": "已核定",
               "due": "2025-03-31"}  # fmt: skip

    year = d.Year(two("年份", "Year"), required=True, key=True)
    crop = d.Text(two("作物", "Crop"), required=True, key=True, most=30)
    yielded = d.Quantity(two("产生量", "Grown"), "吨", also=("t",))
    collectable = d.Quantity(two("可收集量", "Collectable"), "吨", required=True, also=("t",))
    field = d.Quantity(two("肥料化", "As fertiliser"), "吨", needed=True, also=("t",), aliases=("还田",))
    feed = d.Quantity(two("饲料化", "As feed"), "吨", needed=True, also=("t",))
    fuel = d.Quantity(two("燃料化", "As fuel"), "吨", needed=True, also=("t",))
    base = d.Quantity(two("基料化", "As growing medium"), "吨", needed=True, also=("t",))
    other_use = d.Quantity(two("原料化", "As raw material"), "吨", needed=True, also=("t",))
    status = d.LifeCycle(StrawState, closed={StrawState.CHECKED})
    due = d.Due(two("填报核定期限", "To be checked by"))

    checks = (
        d.Check(lambda row: sum(filter(None, (row.field, row.feed, row.fuel, row.base,
                row.other_use))) <= row.collectable,
                two("利用量多于可收集量", "more used than could be collected"), "collectable"),
        d.Check(lambda row: row.yielded is None or row.collectable <= row.yielded,
                two("可收集量多于产生量", "more collectable than grown"), "collectable"),
    )  # fmt: skip
    feeds = (
        d.Ratio("straw_utilisation_ratio", two("秸秆综合利用率", "Use of straw"),
                (field, feed, fuel, base, other_use), (collectable,), dated=year, better="more",
                formula=two("五种利用量之和÷可收集量", "the five uses / what could be collected")),
        d.Total("straw_collectable", two("秸秆可收集量", "Collectable straw"), collectable, dated=year),
    )  # fmt: skip
