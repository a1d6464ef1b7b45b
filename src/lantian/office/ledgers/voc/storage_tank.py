"""Storage tanks of volatile organic liquids."""

from __future__ import annotations

from decimal import Decimal

from lantian.office.ledgers.deciding import marked, months_after, rule
from lantian.office.ledgers.voc.ldar_component import Regime
from lantian.office.ledgers.words import Working
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Roof = choices(
    "Roof", fixed=("固定顶", "fixed roof"), recovered=("固定顶+废气收集处理", "fixed roof with recovery"),
    internal=("内浮顶", "internal floating roof"), external=("外浮顶", "external floating roof"),
    pressure=("压力罐", "pressure tank"),
)  # fmt: skip
Seal = choices("Seal", liquid=("浸液式", "liquid-mounted"), mechanical=("机械式鞋形", "mechanical shoe"),
               double=("双重密封", "double"), single=("单层密封", "single"), none=("无", "none"))  # fmt: skip


def need(row: StorageTank) -> str:
    """`pressure` tank, `controlled` (floating roof or recovery) or "", by vapour pressure and volume."""
    if None in (row.pressure, row.volume):
        return ""
    if row.pressure >= Decimal(str(rule("voc.tank_pressurised").table["pressure"])):
        return "pressure"
    bounds = rule("voc.tank_controlled").table["general" if row.regime == Regime.GENERAL else "key_region"]
    limits = [(Decimal(str(one["pressure"])), one["volume"]) for one in bounds]
    reached = any(row.pressure >= pressure and row.volume >= volume for pressure, volume in limits)
    return "controlled" if reached else ""


def required_roof(row: StorageTank) -> str:
    """The same in words, with the doubt of the rule."""
    if need(row) == "pressure":
        return marked(two("压力罐", "pressure tank"), rule("voc.tank_pressurised"))
    kept = marked(two("浮顶或收集处理", "floating roof or recovery"), rule("voc.tank_controlled"))
    return kept if need(row) else ""


def roof_is_enough(row: StorageTank) -> bool:
    """The roof it has is one it may have."""
    return {"pressure": row.roof == Roof.PRESSURE, "controlled": row.roof != Roof.FIXED}.get(need(row), True)


class StorageTank(d.Register):
    """储罐: a tank of volatile organic liquid, its roof, its seal and its tightness tests."""

    code, title, group, order = "storage_tanks", two("VOCs储罐", "Storage tanks"), d.Group.VOC, 30
    source = "晋政发〔2024〕7号 三（五）20；临政发〔2024〕4号 三（二）11；GB 37822-2019"
    columns = ("enterprise", "number", "medium", "volume", "pressure", "roof", "required_roof", "due")
    example = {"number": "TK-101", "medium": "粗苯", "regime": "重点地区", "pressure": "12.7",
               "volume": "500",
               "roof": "内浮顶", "seal": "浸液式", "low_leak_valve": "是", "tested_on": "2025-06-01",
               "tight": "是",
               "interval": "12"}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    number = d.Text(two("储罐编号", "Tank"), required=True, key=True, most=40)
    medium = d.Text(two("储存介质", "Liquid"), required=True, most=60)
    regime = d.Choice(two("执行要求", "Bound by"), Regime, required=True)
    pressure = d.Quantity(two("真实蒸气压", "True vapour pressure"), "kPa", required=True, usual=(0.01, 300))
    volume = d.Quantity(two("容积", "Volume"), "m³", required=True, usual=(1, 150000), also=("立方米",))
    roof = d.Choice(two("罐型", "Roof"), Roof, required=True)
    seal = d.Choice(two("密封方式", "Seal"), Seal, needed=roof.is_("internal", "external"))
    low_leak_valve = d.Flag(two("低泄漏呼吸阀", "Low-leak breather valve"), needed=True)
    tested_on = d.Day(two("密封性检测日期", "Tightness tested on"), past=True, needed=True)
    tight = d.Flag(two("检测合格", "Tight"), needed=tested_on.given)
    interval = d.Whole(two("检测间隔", "Test every"), "月", usual=(1, 36), also=("个月", "month"))
    status = d.LifeCycle(Working, closed={Working.GONE})
    due = d.Due(two("下次检测日期", "Next test by"), computed=True)
    required_roof = d.Derived(two("应采用罐型", "Roof it needs"), required_roof,
                              rule="office.voc.tank_controlled")  # fmt: skip

    checks = (
        d.Check(roof_is_enough, two("罐型不满足要求：是否登记为问题储罐",
                                    "not the roof it needs: keep it as it is?"),
                "roof", ask=True),
    )  # fmt: skip
    feeds = (
        d.Count("voc_tanks", two("VOCs储罐", "VOC tanks"), status.open),
        d.Share("voc_tanks_tight", two("储罐密封性合格率", "Tanks that are tight"), part=tight.yes,
                where=status.open & tight.given, better="more"),
    )  # fmt: skip

    def compute(self) -> None:
        """The next test follows from the last and the interval."""
        given = self.tested_on and self.interval
        self.due = months_after(self.tested_on, int(self.interval)) if given else None
