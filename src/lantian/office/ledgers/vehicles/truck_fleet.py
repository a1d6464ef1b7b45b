"""Fleets of vehicles."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

FleetUse = choices(
    "FleetUse", bus=("公交", "buses"), taxi=("出租", "taxis"), sanitation=("环卫", "sanitation"),
    post=("邮政快递", "post"), logistics=("物流配送", "delivery"), escort=("押运", "cash transport"),
    muck=("渣土运输", "muck trucks"), mixer=("混凝土搅拌", "concrete mixers"),
    raw=("原燃料运输", "raw material and fuel"), product=("产品运输", "products"),
    shuttle=("短驳运输", "short haul"), inside=("厂内运输", "inside the works"),
    park=("物流园区", "logistics park"), scenic=("景区", "scenic area"),
)  # fmt: skip
FleetState = choices(
    "FleetState", running=("运营", "running"), converting=("新能源改造中", "being converted"),
    converted=("已完成改造", "converted"), ended=("已停运", "ended"),
)  # fmt: skip


class TruckFleet(d.Register):
    """车队: the vehicles of one owner for one use, how many by stage, how many of new energy."""

    code, title = "truck_fleets", two("车队（重点用车单位、公共领域）", "Fleets")
    group, order, placed = d.Group.VEHICLES, 10, False
    source = "晋政发〔2024〕7号 三（三）13；临政发〔2024〕4号 三（四）23、24、25"
    columns = ("name", "use", "enterprise", "vehicles", "new_energy", "target", "entry_banned")
    example = {"name": "一号运输车队（模拟）", "use": "短驳运输", "vehicles": "120", "new_energy": "80",
               "stage6": "30", "stage5": "10", "stage4": "0", "target": "60", "due": "2024-12-31",
               "status": "新能源改造中"}  # fmt: skip

    enterprise = d.Owner()
    name = d.Text(two("车队名称", "Fleet"), required=True, key=True, most=80)
    use = d.Choice(two("用途", "Use"), FleetUse, required=True, key=True)
    vehicles = d.Whole(two("车辆总数", "Vehicles"), "辆", required=True, usual=(1, 5000))
    new_energy = d.Whole(two("新能源及清洁能源车辆", "New-energy vehicles"), "辆", needed=True,
                         hint=two("含电动、氢能、甲醇", "electric, hydrogen, methanol"),
                         aliases=("新能源车辆",))  # fmt: skip
    stage6 = d.Whole(two("国六车辆", "Stage VI"), "辆", needed=True)
    stage5 = d.Whole(two("国五车辆", "Stage V"), "辆", needed=True)
    stage4 = d.Whole(two("国四及以下车辆", "Stage IV and below"), "辆", needed=True)
    renewed = d.Whole(two("本年新增或更新", "New or renewed this year"), "辆")
    renewed_new_energy = d.Whole(two("其中新能源", "of these new energy"), "辆", needed=renewed.above(0))
    target = d.Quantity(two("新能源比例目标", "Share to reach"), "%", high=100)
    entry_banned = d.Flag(two("禁止进入城区", "Banned from the city"), source="临政发〔2024〕4号 三（四）23")
    status = d.LifeCycle(FleetState, closed={FleetState.CONVERTED, FleetState.ENDED})
    due = d.Due(two("改造期限", "To be converted by"))
    share = d.Derived(two("新能源占比", "Share of new energy"),
                      lambda row: round(100 * row.new_energy / row.vehicles, 1) if row.vehicles
                      and row.new_energy is not None else None, "%")  # fmt: skip
    checks = (
        d.Check(lambda row: sum(filter(None, (row.new_energy, row.stage6, row.stage5,
                row.stage4))) <= row.vehicles, two("各类车辆之和多于总数", "more by stage than there are"),
                "vehicles"),
        d.Check(lambda row: (row.renewed_new_energy or 0) <= (row.renewed or 0),
                two("新增新能源多于新增", "more of new energy than renewed"), "renewed_new_energy"),
    )  # fmt: skip
    _running = ~status.is_(FleetState.ENDED)
    feeds = (
        d.Ratio("nev_share", two("新能源车辆占比", "Share of new-energy vehicles"), (new_energy,),
                (vehicles,), _running, better="more"),
        d.Ratio("renewed_nev_share", two("新增更新车辆新能源占比", "New energy among renewed vehicles"),
                (renewed_new_energy,), (renewed,), _running, better="more"),
        d.Total("fleet_stage4_left", two("车队国四及以下车辆", "Stage IV and below in fleets"), stage4,
                _running, better="less"),
    )  # fmt: skip
