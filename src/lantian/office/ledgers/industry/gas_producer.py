"""Coal gas producers."""

from __future__ import annotations

from lantian.office.ledgers.deciding import marked, rule
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

ProducerKind = choices(
    "ProducerKind", intermittent=("固定床间歇式", "fixed bed, intermittent"), single=("单段式", "one-stage"),
    double=("两段式", "two-stage"), pure_oxygen=("纯氧连续式", "pure oxygen, continuous"),
)  # fmt: skip
GasUse = choices("GasUse", fuel=("燃料类", "fuel"), feed=("原料类", "feedstock"))
ProducerState = choices(
    "ProducerState", in_use=("在用", "in use"), idle=("停用", "idle"), replaced=("已替代", "replaced"),
    removed=("已拆除", "removed"),
)  # fmt: skip


def verdict(row: GasProducer) -> str:
    """What the rules order for a producer: to be eliminated, replaced, or nothing."""
    kinds, narrow = rule("industry.producers_to_eliminate"), rule("industry.producer_diameter")
    if row.kind in kinds.texts:
        return marked(two("应淘汰", "to be eliminated"), kinds)
    if row.use == GasUse.FUEL and row.diameter is not None and row.diameter <= narrow.number:
        return marked(two("应淘汰", "to be eliminated"), narrow)
    return str(two("应清洁能源替代", "to be replaced by clean energy")) if row.use == GasUse.FUEL else ""


class GasProducer(d.Register):
    """煤气发生炉: no new ones for fuel; the fixed-bed intermittent ones go."""

    code, title, order = "gas_producers", two("煤气发生炉", "Coal gas producers"), 8
    source = "晋政发〔2024〕7号 三（二）10；临政发〔2024〕4号 三（三）21"
    columns = ("enterprise", "number", "kind", "use", "diameter", "ordered", "due")
    example = {"number": "1#", "kind": "两段式", "use": "燃料类", "diameter": "3.2", "built_on": "2010-05-01",
               "due": "2025-12-31"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("煤气发生炉编号", "Number"), required=True, key=True, most=40)
    kind = d.Choice(two("炉型", "Kind"), ProducerKind, required=True)
    use = d.Choice(two("煤气用途", "Use of the gas"), GasUse, required=True)
    diameter = d.Quantity(two("炉膛直径", "Diameter"), "m", required=True, usual=(1, 6), decimals=2,
                          also=("米",))  # fmt: skip
    built_on = d.Day(two("投运日期", "In service since"), needed=True, past=True)
    status = d.LifeCycle(ProducerState, closed={"replaced", "removed"}, proof={"removed"})
    due = d.Due(two("替代或淘汰期限", "Replace or remove by"), needed=status.open & use.is_(GasUse.FUEL))
    closed_on = d.Day(two("替代或拆除日期", "Replaced or removed on"), past=True, needed=~status.open)
    ordered = d.Derived(two("处置要求", "What is ordered"), verdict, rule="office.industry.producer_diameter")

    checks = (
        d.Check(lambda row: row.use != GasUse.FUEL or row.built_on is None
                or row.built_on.year < rule("industry.no_new_producers").integer,
                two("不再新增燃料类煤气发生炉：此炉投运日期在禁止之后",
                    "no new producers of fuel gas: built after the ban"),
                "built_on", ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("gas_producers_left", two("剩余煤气发生炉", "Gas producers left"), status.open,
                better="less"),
        d.Count("gas_producers_cleared", two("淘汰替代煤气发生炉", "Gas producers cleared"), ~status.open,
                dated=closed_on, better="more"),
    )  # fmt: skip
