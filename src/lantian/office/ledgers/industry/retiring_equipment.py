"""Equipment to retire, by kind and size."""

from __future__ import annotations

from decimal import Decimal

from lantian.office.ledgers.deciding import marked, rule
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

EquipmentKind = choices(
    "EquipmentKind", blast_furnace=("高炉", "blast furnace"), converter=("转炉", "converter"),
    arc_furnace=("电炉", "electric arc furnace"), alloy_furnace=("合金钢电炉", "alloy steel arc furnace"),
    coke_oven=("焦炉", "coke oven"), step_sinter=("步进式烧结机", "stepping sintering machine"),
    sinter=("带式烧结机", "belt sintering machine"), shaft_pellet=("球团竖炉", "pellet shaft furnace"),
    ferroalloy=("半封闭式铁合金电炉", "semi-closed ferro-alloy furnace"),
    other=("其他限制（淘汰）类", "other"),
)  # fmt: skip
Retiring = choices("Retiring", in_use=("在用", "in use"), stopped=("已停用", "stopped"),
                   gone=("已拆除", "dismantled"))  # fmt: skip
MEASURES = {"blast_furnace": "volume", "converter": "tonnage", "arc_furnace": "tonnage",
            "coke_oven": "chamber",
            "alloy_furnace": "tonnage", "step_sinter": "area", "sinter": "area"}  # fmt: skip


def ordered(row: RetiringEquipment) -> str:
    """What orders it to go: the size or kind of the rules; "" where none does."""
    sizes, kinds = rule("industry.retire_below"), rule("industry.retire_kinds")
    if row.kind in kinds.texts:
        return marked(two("按类型应淘汰", "by its kind"), kinds)
    size = getattr(row, MEASURES.get(row.kind, "note"), None)
    bound = sizes.table.get(row.kind)
    if not bound or not isinstance(size, Decimal):
        return ""
    goes = size < Decimal(str(bound["below"])) if "below" in bound else size <= Decimal(str(bound["up_to"]))
    return marked(two("按规模应淘汰", "by its size"), sizes) if goes else ""


def one_size(row: RetiringEquipment) -> bool:
    """No size but that of its kind is given."""
    return not any(getattr(row, name) for name in {*MEASURES.values()} - {MEASURES.get(row.kind)})


class RetiringEquipment(d.Register):
    """淘汰装备: furnaces, converters, coke ovens, sintering machines, by the size that orders them out."""

    code, title, order = "retiring_equipment", two("限制类淘汰装备", "Equipment to retire"), 9
    source = "晋政发〔2024〕7号 三（一）3、三（六）24；临政发〔2024〕4号 三（一）3；晋政办发电〔2021〕16号"
    columns = ("enterprise", "number", "kind", "capacity", "ordered", "due")
    example = {"number": "1#高炉", "kind": "高炉", "volume": "1080", "capacity": "110", "due": "2024-12-31"}

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("装备编号", "Number"), required=True, key=True, most=40)
    kind = d.Choice(two("装备类型", "Kind"), EquipmentKind, required=True)
    volume = d.Quantity(two("高炉有效容积", "Furnace volume"), "m³", required=kind.is_("blast_furnace"),
                        usual=(100, 6000), also=("立方米",))  # fmt: skip
    tonnage = d.Quantity(two("公称容量", "Nominal charge"), "t", usual=(5, 400), also=("吨",),
                         required=kind.is_("converter", "arc_furnace", "alloy_furnace"))  # fmt: skip
    chamber = d.Quantity(two("炭化室高度", "Height of the chamber"), "m", required=kind.is_("coke_oven"),
                         usual=(3, 8), decimals=2, also=("米",))  # fmt: skip
    area = d.Quantity(two("烧结面积", "Sintering area"), "m²", required=kind.is_("sinter", "step_sinter"),
                      usual=(10, 700), also=("平方米",))  # fmt: skip
    capacity = d.Quantity(two("产能", "Capacity"), "10⁴ t/a", needed=True, usual=(1, 1000),
                          also=("万吨/年", "万t/a"))  # fmt: skip
    status = d.LifeCycle(Retiring, closed={"gone"}, proof={"gone"})
    due = d.Due(two("淘汰期限", "Retire by"), needed=status.open)
    closed_on = d.Day(two("拆除日期", "Dismantled on"), past=True, needed=status.is_("gone"))
    ordered = d.Derived(two("淘汰依据", "Ordered to go"), ordered, rule="office.industry.retire_below")

    checks = (
        d.Check(one_size, two("填写了与装备类型不符的规格", "a size that is not of this kind"), "kind"),
    )
    feeds = (
        d.Count("retiring_left", two("待淘汰装备", "Equipment to retire"), status.open, better="less"),
        d.Count("retired", two("已淘汰装备", "Equipment retired"), ~status.open, dated=closed_on,
                better="more"),
        d.Total("retired_capacity", two("淘汰产能", "Capacity retired"), capacity, ~status.open,
                dated=closed_on),
    )  # fmt: skip
