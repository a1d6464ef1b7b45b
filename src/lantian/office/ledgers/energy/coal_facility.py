"""Small coal-burning facilities."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

FacilityKind = choices(
    "FacilityKind", tea=("茶水炉", "tea boiler"), stove=("经营性炉灶", "cooking stove of a business"),
    drying=("储粮烘干设备", "grain dryer"), greenhouse=("种植大棚", "greenhouse"),
    farm=("养殖用煤设施", "stable heating"), bath=("洗浴锅炉", "bath-house boiler"),
    heating=("取暖炉", "heating stove"), outlet=("散煤销售点", "coal outlet"), other=("其他", "other"),
)  # fmt: skip
FacilityState = choices(
    "FacilityState", found=("已排查", "found"), removing=("整治中", "being removed"),
    replaced=("已清洁替代", "replaced"), removed=("已取缔", "removed"), back=("复燃", "came back"),
)  # fmt: skip


class CoalFacility(d.Register):
    """燃煤设施: tea boilers, stoves, dryers, greenhouses and coal outlets that must stay at zero."""

    code, title = "coal_facilities", two("散煤燃烧设施", "Small coal facilities")
    group, order = d.Group.ENERGY, 40
    source = "晋政发〔2024〕7号 三（二）9、11；临政发〔2024〕4号 三（三）17、20；陵川 2024 三（二）7、9"
    columns = ("name", "kind", "user", "coal", "in_zone", "cleared_on")
    example = {"name": "示例路12号茶水炉", "kind": "茶水炉", "user": "示例餐馆（模拟）", "coal": "6",
               "in_zone": "是", "found_on": "2024-03-02", "due": "2024-10-31"}  # fmt: skip

    name = d.Text(two("设施名称", "Facility"), required=True, key=True, most=80)
    kind = d.Choice(two("类别", "Kind"), FacilityKind, required=True)
    user = d.Text(two("使用人", "User"), needed=True, searched=True, most=60, aliases=("使用单位",))
    coal = d.Quantity(two("年用煤量", "Coal a year"), "吨", usual=(0, 1000), also=("t",))
    in_zone = d.Flag(two("在禁煤区内", "Inside a no-coal zone"), needed=True)
    found_on = d.Day(two("排查日期", "Found on"), past=True, needed=True)
    substitute = d.Text(two("替代方式", "Replaced by"), most=60)
    status = d.LifeCycle(FacilityState, closed={FacilityState.REPLACED, FacilityState.REMOVED},
                         proof={FacilityState.REPLACED, FacilityState.REMOVED})  # fmt: skip
    due = d.Due(two("清零期限", "To be cleared by"))
    cleared_on = d.Day(two("清零日期", "Cleared on"), past=True, needed=~status.open)
    rechecked_on = d.Day(two("复查日期", "Checked again on"), past=True)

    checks = (
        d.Check(~(cleared_on.given & status.is_(FacilityState.FOUND, FacilityState.REMOVING)),
                two("未清零的设施不能有清零日期", "one still there has no day of clearance"), "cleared_on"),
    )  # fmt: skip
    feeds = (
        d.Count("coal_facilities_left", two("剩余散煤设施", "Coal facilities left"), status.open,
                better="less"),
        d.Count("coal_facilities_cleared", two("清零散煤设施", "Coal facilities cleared"), ~status.open,
                dated=cleared_on, better="more", unit="台"),
        d.Count("coal_facilities_back", two("复燃设施", "Facilities that came back"),
                status.is_(FacilityState.BACK), better="less"),
    )  # fmt: skip
