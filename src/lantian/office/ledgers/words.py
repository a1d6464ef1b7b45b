"""Lists several registers share."""

from __future__ import annotations

from lantian.office.registers.declaring import Words, choices, two


class Industry(Words):
    """The 39 industries of performance grading, and the rest (fact sheet 3.1; order from recall, U)."""

    STEEL_LONG = "steel_long", two("长流程联合钢铁", "integrated steel")
    STEEL_SHORT = "steel_short", two("短流程钢铁", "electric-arc steel")
    FERRO_ALLOY = "ferro_alloy", two("铁合金", "ferro-alloys")
    COKING = "coking", two("焦化", "coking")
    LIME = "lime", two("石灰窑", "lime")
    FOUNDRY = "foundry", two("铸造", "foundries")
    ALUMINA = "alumina", two("氧化铝", "alumina")
    ALUMINIUM = "aluminium", two("电解铝", "aluminium")
    CARBON = "carbon", two("炭素", "carbon products")
    COPPER = "copper", two("铜冶炼", "copper smelting")
    LEAD_ZINC = "lead_zinc", two("铅、锌冶炼", "lead and zinc smelting")
    MOLYBDENUM = "molybdenum", two("钼冶炼", "molybdenum smelting")
    SECONDARY_METAL = "secondary_metal", two("再生铜铝铅锌", "secondary metals")
    NONFERROUS_ROLLING = "nonferrous_rolling", two("有色金属压延", "non-ferrous rolling")
    CEMENT = "cement", two("水泥", "cement")
    BRICK = "brick", two("砖瓦窑", "bricks")
    CERAMICS = "ceramics", two("陶瓷", "ceramics")
    REFRACTORY = "refractory", two("耐火材料", "refractories")
    GLASS = "glass", two("玻璃", "glass")
    MINERAL_WOOL = "mineral_wool", two("岩矿棉", "mineral wool")
    FRP = "frp", two("玻璃钢", "fibre-reinforced plastics")
    WATERPROOF = "waterproof", two("防水建筑材料", "waterproofing materials")
    REFINING = "refining", two("炼油与石油化工", "refining and petrochemicals")
    CARBON_BLACK = "carbon_black", two("炭黑", "carbon black")
    NITROGEN = "nitrogen", two("煤制氮肥", "coal-based nitrogen fertiliser")
    PHARMA = "pharma", two("制药", "pharmaceuticals")
    PESTICIDE = "pesticide", two("农药", "pesticides")
    COATING_MAKING = "coating_making", two("涂料", "coatings")
    INK = "ink", two("油墨", "inks")
    CELLULOSE = "cellulose", two("纤维素醚", "cellulose ether")
    PRINTING = "printing", two("包装印刷", "packaging print")
    WOOD_PANEL = "wood_panel", two("人造板", "wood panels")
    LEATHER = "leather", two("塑料人造革与合成革", "synthetic leather")
    RUBBER = "rubber", two("橡胶制品", "rubber products")
    SHOES = "shoes", two("制鞋", "shoes")
    FURNITURE = "furniture", two("家具", "furniture")
    CARS = "cars", two("汽车整车", "car making")
    MACHINERY = "machinery", two("工程机械整机", "construction machinery")
    COATING = "coating", two("工业涂装", "industrial coating")
    POWER = "power", two("火电", "thermal power")
    HEATING = "heating", two("供热", "heat supply")
    COAL = "coal", two("煤炭采选", "coal mining and washing")
    MINING = "mining", two("非煤矿山", "other mining")
    OTHER = "other", two("其他", "other")


class Pollutant(Words):
    """What a source emits."""

    PM = "pm", two("颗粒物", "particulate matter")
    SO2 = "so2", two("二氧化硫", "SO₂")
    NOX = "nox", two("氮氧化物", "NOₓ")
    VOC = "voc", two("挥发性有机物", "VOCs")
    CO = "co", two("一氧化碳", "CO")
    NH3 = "nh3", two("氨", "NH₃")


class Stage(Words):
    """Emission stages of vehicles and machines."""

    S0 = "s0", two("国零", "stage 0")
    S1 = "s1", two("国一", "stage I")
    S2 = "s2", two("国二", "stage II")
    S3 = "s3", two("国三", "stage III")
    S4 = "s4", two("国四", "stage IV")
    S5 = "s5", two("国五", "stage V")
    S6 = "s6", two("国六", "stage VI")
    ELECTRIC = "electric", two("新能源", "new energy")
    UNKNOWN = "unknown", two("未知", "not known")


class Progress(Words):
    """How far a piece of work is."""

    PLANNED = "planned", two("未开工", "not begun")
    RUNNING = "running", two("实施中", "under way")
    DONE = "done", two("已完成", "done")
    ACCEPTED = "accepted", two("已验收", "accepted")
    STOPPED = "stopped", two("终止", "stopped")


class Working(Words):
    """Whether a thing is in use."""

    IN_USE = "in_use", two("在用", "in use")
    IDLE = "idle", two("停用", "idle")
    GONE = "gone", two("已拆除", "removed")


# What a non-road machine does.
MachineKind = choices(
    "MachineKind", excavator=("挖掘机", "excavator"), loader=("装载机", "loader"),
    bulldozer=("推土机", "bulldozer"), roller=("压路机", "roller"), paver=("摊铺机", "paver"),
    grader=("平地机", "grader"), crane=("起重机", "crane"), forklift=("叉车", "forklift"),
    pile=("桩工机械", "pile driver"), drill=("钻机", "drilling rig"), tractor=("牵引车", "tractor unit"),
    dumper=("非公路自卸车", "off-road dumper"), generator=("发电机组", "generator set"),
    other=("其他", "other"),
)  # fmt: skip
# How a house is heated without bulk coal.
HeatingMode = choices(
    "HeatingMode", electric=("煤改电", "electricity"), gas=("煤改气", "gas"),
    central=("集中供热", "heat network"), waste_heat=("工业余热", "industrial waste heat"),
    biomass=("生物质", "biomass"), solar=("太阳能", "solar heat"), ground=("地热（热泵）", "ground heat"),
    clean_coal=("洁净煤（过渡）", "clean coal for the time being"),
)  # fmt: skip
