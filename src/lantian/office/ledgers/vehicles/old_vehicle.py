"""Old vehicles to clear."""

from __future__ import annotations

from lantian.office.ledgers.ruled import listed
from lantian.office.ledgers.words import Stage
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

VehicleKind = choices(
    "VehicleKind", heavy=("重型货车", "heavy truck"), medium=("中型货车", "medium truck"),
    light=("轻型货车", "light truck"), bus=("客车", "bus"), special=("专项作业车", "special vehicle"),
)  # fmt: skip
VehicleFuel = choices(
    "VehicleFuel", diesel=("柴油", "diesel"), lean_gas=("稀薄燃烧燃气", "lean-burn gas"), gas=("燃气", "gas"),
    gasoline=("汽油", "gasoline"),
)  # fmt: skip
VehicleState = choices(
    "VehicleState", listed=("已列入清单", "listed"), applied=("已申请补偿", "compensation applied for"),
    scrapped=("已报废注销", "scrapped"), moved=("已转出", "moved away"),
    exempt=("核实不属于淘汰范围", "not to be cleared"),
)  # fmt: skip


class OldVehicle(d.Register):
    """老旧车辆: a vehicle of an old stage that is to leave the road, and what was paid for it."""

    code, title = "old_vehicles", two("老旧车辆淘汰", "Old vehicles to clear")
    group, order, placed = d.Group.VEHICLES, 20, False
    source = "晋政发〔2024〕7号 三（三）13；晋中 2024 三（四）15；晋政办发电〔2021〕16号 二（四）2"
    columns = ("plate", "kind", "fuel", "stage", "registered_on", "scrapped_on", "subsidy")
    key_everywhere = True
    example = {"plate": "晋L12345", "kind": "重型货车", "fuel": "柴油", "stage": "国三", "operating": "是",
               "registered_on": "2012-06-01", "due": "2024-12-31", "subsidy": "18000",
               "status": "已申请补偿"}  # fmt: skip

    plate = d.Text(two("号牌号码", "Plate"), required=True, key=True, most=10,
                   pattern=r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}", pattern_hint="晋L12345",
                   aliases=("车牌号",))  # fmt: skip
    vin = d.Text(two("车辆识别代号", "VIN"), searched=True, most=17, pattern=r"[A-HJ-NPR-Z0-9]{17}",
                 pattern_hint="LZZ5ELSD0CN123456", aliases=("VIN",))  # fmt: skip
    kind = d.Choice(two("车辆类型", "Kind"), VehicleKind, required=True)
    fuel = d.Choice(two("燃料", "Fuel"), VehicleFuel, required=True)
    stage = d.Choice(two("排放标准", "Emission stage"), Stage, required=True, aliases=("排放阶段",))
    operating = d.Flag(two("营运车辆", "For hire"), needed=True)
    registered_on = d.Day(two("注册登记日期", "Registered on"), past=True, needed=True)
    enterprise = d.Owner()
    scrapped_on = d.Day(two("报废注销日期", "Scrapped on"), past=True, aliases=("淘汰日期",))
    subsidy = d.Quantity(two("补偿金额", "Compensation"), "元", usual=(0, 200000), decimals=2, judged=True,
                         aliases=("补贴金额",))  # fmt: skip
    paid_on = d.Day(two("补偿发放日期", "Paid on"), past=True, judged=True)
    restricted = d.Flag(two("已限制使用", "Use restricted"), judged=True)
    status = d.LifeCycle(VehicleState, closed={VehicleState.SCRAPPED, VehicleState.MOVED,
                         VehicleState.EXEMPT}, proof={VehicleState.SCRAPPED},
                         judged={VehicleState.EXEMPT})  # fmt: skip
    due = d.Due(two("淘汰期限", "To be scrapped by"))
    scrapped_on.needed = status.is_(VehicleState.SCRAPPED)
    to_clear = d.Derived(two("属淘汰范围", "Of a stage to clear"), fuel.is_(VehicleFuel.LEAN_GAS)
                         | fuel.is_(VehicleFuel.DIESEL) & listed(stage, "vehicles.old_stages"),
                         rule="office.registers.vehicles.old_stages")  # fmt: skip
    checks = (
        d.Check(~(scrapped_on.given & status.open),
                two("未报废的车辆不能有报废日期", "a vehicle not scrapped has no day of it"), "scrapped_on"),
        d.Check(~(paid_on.given & scrapped_on.absent),
                two("未报废先发补偿：请核实", "paid before it was scrapped: right?"), "paid_on", ask=True),
        d.Check(to_clear.follows, two("不在淘汰范围内的车辆：请核实", "not of a kind to clear: is it right?"),
                "stage", ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("old_vehicles_cleared", two("淘汰老旧车辆", "Old vehicles cleared"),
                status.is_(VehicleState.SCRAPPED), dated=scrapped_on, better="more", unit="辆"),
        d.Count("old_vehicles_left", two("剩余应淘汰车辆", "Old vehicles left"), status.open
                & to_clear.follows, better="less"),
        d.Total("old_vehicle_subsidy", two("淘汰补偿发放", "Compensation paid"), subsidy, paid_on.given,
                dated=paid_on),
    )  # fmt: skip
