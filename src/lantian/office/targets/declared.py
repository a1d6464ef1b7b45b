"""How each indicator of a target is held: where its value comes from, and how the parts of children make
the parent's value. Data, one line an indicator.

`rule`
    `sum`       counts, households, tonnes: children add up
    `mean`      arithmetic mean of the regions, as a province's figure is computed from its cities
    `weighted`  shares and changes in per cent: mean weighted by what they are shares of
    `none`      ranks: nobody's rank is made of others' ranks
`source`
    `evaluation` of the air; `report`: verified quantities of dispatch; `register`: issue of the registers
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

SUM, MEAN, WEIGHTED, NONE = "sum", "mean", "weighted", "none"
EVALUATION, REPORT, REGISTER, STATED = "evaluation", "report", "register", "stated"


@dataclass(frozen=True, slots=True)
class Held:
    """One indicator. `asked` is its code in `lantian.office.indicators`, `decimals` those of a target,
    `register` the register it waits for."""

    rule: str
    source: str
    asked: str = ""
    decimals: int | None = None
    register: Any = ""


_ENERGY, _TRANSPORT, _BUILDING = _("energy statistics"), _("vehicles and freight"), _("buildings")
_INDUSTRY, _FARM, _STREETS = _("enterprises and capacity"), _("straw"), _("street cleaning")

DECLARED: dict[str, Held] = {
    "pm2_5": Held(MEAN, EVALUATION, "pm2_5", 0),
    "pm10": Held(MEAN, EVALUATION, "pm10", 0),
    "so2": Held(MEAN, EVALUATION, "so2", 0),
    "no2": Held(MEAN, EVALUATION, "no2", 0),
    "o3": Held(MEAN, EVALUATION, "o3_8h", 0),
    "co": Held(MEAN, EVALUATION, "co", 1),
    "composite_index": Held(MEAN, EVALUATION, "composite_index", 2),
    "composite_rank": Held(NONE, EVALUATION, "composite_rank", 0),
    "good_days": Held(MEAN, EVALUATION, "good_days", 0),
    "good_days_ratio": Held(MEAN, EVALUATION, "good_days_ratio", 1),
    "heavy_days": Held(MEAN, EVALUATION, "heavy_days", 0),
    "heavy_days_ratio": Held(MEAN, EVALUATION, "heavy_days_ratio", 1),
    "clean_heating_households": Held(SUM, REPORT),
    "grade_ab_count": Held(SUM, REPORT),
    "coal_consumption": Held(SUM, REGISTER, register=_ENERGY),
    "non_fossil_share": Held(WEIGHTED, REGISTER, decimals=1, register=_ENERGY),
    "electricity_share": Held(WEIGHTED, REGISTER, decimals=1, register=_ENERGY),
    "clean_transport_ratio": Held(WEIGHTED, REGISTER, decimals=1, register=_TRANSPORT),
    "nev_share": Held(WEIGHTED, REGISTER, decimals=1, register=_TRANSPORT),
    "rail_share": Held(WEIGHTED, REGISTER, decimals=1, register=_TRANSPORT),
    "rail_freight_growth": Held(WEIGHTED, REGISTER, decimals=1, register=_TRANSPORT),
    "mechanised_sweeping_ratio": Held(WEIGHTED, REGISTER, decimals=1, register=_STREETS),
    "short_process_steel_share": Held(WEIGHTED, REGISTER, decimals=1, register=_INDUSTRY),
    "advanced_capacity_share": Held(WEIGHTED, REGISTER, decimals=1, register=_INDUSTRY),
    "prefab_building_share": Held(WEIGHTED, REGISTER, decimals=1, register=_BUILDING),
    "straw_utilisation_ratio": Held(WEIGHTED, REGISTER, decimals=1, register=_FARM),
    "station_coverage": Held(WEIGHTED, REPORT, decimals=1),
}

# Indicators a plan names in words of its own are held by their unit of measure.
COUNTED = frozenset({
    "户", "家", "个", "辆", "台", "座", "条", "艘", "套", "处", "次", "轮", "人", "项", "起", "亩", "吨",
    "蒸吨", "公里", "平方米", "平方公里", "公顷", "千瓦",
})  # fmt: skip
LARGE = ("万", "亿")  # 万户, 亿立方米
PER_CENT = frozenset({"%", "％", "个百分点", "百分点"})
CONCENTRATIONS = frozenset({"微克/立方米", "毫克/立方米", "µg/m³", "μg/m³", "mg/m³", "克/平方米"})


def held(indicator: str, unit: str = "", comparator: str = "") -> Held:
    """How an indicator with this unit and comparator is held.

    A change in per cent is weighted by the baseline, whatever the indicator itself is: the mean of two falls
    is not the fall of the mean.
    """
    own = DECLARED.get(indicator) or _by_unit(unit.strip())
    if comparator == "exit_bottom":
        return Held(NONE, own.source, own.asked, 0, own.register)
    if comparator in {"increase", "decrease", "improve"} and own.rule != NONE and unit.strip() in PER_CENT:
        return Held(WEIGHTED, own.source, own.asked, 1, own.register)
    return own


def _by_unit(unit: str) -> Held:
    if unit in PER_CENT:
        return Held(WEIGHTED, REGISTER, decimals=1)
    if unit in CONCENTRATIONS:
        return Held(MEAN, REGISTER, decimals=0)
    if unit in COUNTED:
        return Held(SUM, REPORT, decimals=0)
    if unit.startswith(LARGE):
        return Held(SUM, REPORT, decimals=2)
    return Held(SUM, REGISTER)
