"""Non-road machines."""

from __future__ import annotations

from lantian.office.ledgers.ruled import listed
from lantian.office.ledgers.words import MachineKind, Stage
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

# What drives a machine.
MachineFuel = choices(
    "MachineFuel", diesel=("柴油", "diesel"), gasoline=("汽油", "gasoline"), gas=("燃气", "gas"),
    hybrid=("混合动力", "hybrid"), electric=("电动", "electric"), other=("其他", "other"),
)  # fmt: skip
# What became of a machine.
MachineState = choices(
    "MachineState", in_use=("在用", "in use"), idle=("停用", "idle"), moved=("已转出", "moved away"),
    scrapped=("已淘汰", "scrapped"),
)  # fmt: skip


class Machine(d.Register):
    """非道路移动机械: a machine with its registration code, stage and power."""

    code, title, group, order = "machines", two("非道路移动机械", "Non-road machines"), d.Group.VEHICLES, 30
    source = "晋政发〔2024〕7号 三（三）14；晋政办发电〔2021〕16号 二（四）4；晋中 2024 三（四）16"
    columns = ("registration", "kind", "stage", "power", "fuel", "owner_name", "label_photo")
    key_everywhere = True
    example = {"registration": "晋L00123", "kind": "装载机", "stage": "国三", "power": "162", "fuel": "柴油",
               "owner_name": "临汾示例建筑队（模拟）", "made_on": "2019-05-10", "label_photo": "是",
               "due": "2025-12-31"}  # fmt: skip

    registration = d.Text(two("环保登记号码", "Registration code"), key=True, needed=True, most=24,
                          aliases=("登记编码", "编码", "环保登记编码"))  # fmt: skip
    machine_code = d.Text(two("机械环保代码", "Machine code"), most=17, searched=True,
                          pattern=r"[A-Z0-9]{17}", pattern_hint="CF1234567A1234567",
                          hint=two("17 位", "17 characters"))  # fmt: skip
    kind = d.Choice(two("机械种类", "Kind"), MachineKind, required=True, aliases=("机械类型", "设备名称"))
    stage = d.Choice(two("排放阶段", "Emission stage"), Stage, required=True, aliases=("排放标准",))
    fuel = d.Choice(two("燃料种类", "Fuel"), MachineFuel, required=True, aliases=("燃料类型", "能源"))
    power = d.Quantity(two("额定净功率", "Net power"), "kW", usual=(1, 2000), decimals=1, also=("千瓦",),
                       needed=~fuel.is_(MachineFuel.ELECTRIC), aliases=("功率",))  # fmt: skip
    maker = d.Text(two("生产厂家", "Maker"), most=80)
    serial = d.Text(two("出厂编号", "Serial number"), searched=True, most=40,
                    aliases=("机架号", "产品识别码"))  # fmt: skip
    engine = d.Text(two("发动机编号", "Engine number"), searched=True, most=40)
    made_on = d.Day(two("出厂日期", "Made on"), past=True)
    enterprise = d.Owner()
    owner_name = d.Text(two("所有人", "Owner"), needed=enterprise.absent, searched=True, most=80)
    label_photo = d.Flag(two("标签照片", "Photo of its label"), needed=True)
    remote = d.Flag(two("远程监控联网", "Remote monitoring"), source="晋政发〔2024〕7号 三（八）29")
    status = d.LifeCycle(MachineState, closed={MachineState.MOVED, MachineState.SCRAPPED})
    due = d.Due(two("淘汰期限", "To be scrapped by"))
    scrapped_on = d.Day(two("淘汰日期", "Scrapped on"), past=True, needed=status.is_(MachineState.SCRAPPED))
    old = d.Derived(two("应推进淘汰", "Of a stage to clear"), listed(stage, "machines.old_stages"),
                    source="晋政发〔2024〕7号 三（三）14",
                    rule="office.registers.machines.old_stages")  # fmt: skip
    uncoded = d.Derived(two("未编码", "Without a code"), registration.absent & status.open)
    checks = (
        d.Check(~(scrapped_on.given & status.open),
                two("在用的机械不能有淘汰日期", "a machine in use has no day of scrapping"), "scrapped_on"),
        d.Check(~(stage.is_(Stage.S5, Stage.S6)),
                two("非道路移动机械没有国五、国六", "non-road machines have no stage V or VI"), "stage"),
        d.Check(~(stage.is_(Stage.ELECTRIC) & fuel.is_(MachineFuel.DIESEL)),
                two("柴油机械不是新能源", "a diesel machine is no new energy"), "stage"),
    )  # fmt: skip
    feeds = (
        d.Count("machines_in_use", two("在用机械", "Machines in use"), status.open),
        d.Share("machines_coded_ratio", two("机械编码登记率", "Machines with a code"),
                part=registration.given, where=status.open, better="more"),
        d.Count("old_machines_left", two("剩余应淘汰机械", "Machines of old stages left"), old.follows
                & status.open, better="less"),
        d.Count("old_machines_cleared", two("淘汰老旧机械", "Old machines scrapped"),
                status.is_(MachineState.SCRAPPED), dated=scrapped_on, better="more", unit="台"),
        d.Share("machines_electric_ratio", two("新能源机械占比", "New-energy machines"),
                part=fuel.is_(MachineFuel.ELECTRIC), where=status.open, better="more"),
    )  # fmt: skip
