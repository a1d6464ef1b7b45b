"""Two goals of the city divided among its counties: PM2.5 of 2025, and 28,242 households."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from lantian.errors import LantianError
from lantian.office.plans.models import Plan, Quantity, Target
from lantian.office.regions.models import Region
from lantian.office.targets import actions, letters, rules

YAODU, HOUMA = "141002", "141081"
PENDING = 2
ACKNOWLEDGED = 10


def divide(plan: Plan, cast: Any, at: Any, year: int) -> dict[str, Any]:
    """Divide both; a shortfall is refused, one county objects, two stay without a share of households."""
    chief, home = cast.dispatchers[plan.region.code], plan.region
    target = Target.objects.get(plan=plan, indicator="pm2_5", value=43)
    quantity = Quantity.objects.get(task__plan=plan, value=28242)
    told: dict[str, Any] = {}
    with at(date(year, 1, 8)):
        air = actions.divide(chief, home, target)
        actions.same_for_all(chief, air, Decimal(44))
        try:
            letters.issue(chief, home, actions.ready_rows(air), title="分解函")
        except LantianError as refused:
            told["refused"] = refused
        told["short"] = rules.check(air)
        actions.same_for_all(chief, air, Decimal(43))
        told["first"] = letters.issue(chief, home, list(rules.ready(home)), title="分解函（模拟）")
    rows = {row.region.code: row for row in air.allotments.select_related("region").order_by("region__code")}
    with at(date(year, 1, 10)):
        for code in [code for code in rows if code != HOUMA][:ACKNOWLEDGED]:
            letters.answer(_officer(cast, code), rows[code], "acknowledge", "已收悉（模拟）")
        letters.answer(_officer(cast, HOUMA), rows[HOUMA], "object", "上年基数偏高（模拟）")
    with at(date(year, 1, 12)):
        new = {rows[HOUMA].region_id: Decimal(45), rows[YAODU].region_id: Decimal(41)}
        actions.assign(chief, air, new, reason="采纳侯马市意见，尧都区加严（模拟）")
        told["second"] = letters.issue(
            chief, home, list(rules.ready(home)), title="调整函（模拟）", reason="调整"
        )
    with at(date(year, 1, 14)):
        for code in (HOUMA, YAODU):
            row = air.allotments.get(region__code=code)
            letters.answer(_officer(cast, code), row, "acknowledge", "已收悉（模拟）")
        houses = actions.divide(chief, home, quantity)
        bound = list(houses.allotments.order_by("region__code"))
        share = dict.fromkeys((row.region_id for row in bound[:-PENDING]), Decimal(1882))
        share[bound[0].region_id] += 12
        actions.assign(chief, houses, share)
        letters.issue(chief, home, actions.ready_rows(houses), title="清洁取暖任务函（模拟）")
    return {**told, "air": air, "houses": houses}


def _officer(cast: Any, code: str) -> Any:
    return cast.of_region(Region.objects.get(code=code))
