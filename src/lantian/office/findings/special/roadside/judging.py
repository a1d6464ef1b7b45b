"""How a roadside test is judged: the value against the rule of its day. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.findings.special.roadside.models import Method, Thing
from lantian.office.findings.special.rulings import rule
from lantian.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it passed; the limit it was held against, and the rule the limit comes from."""

    passed: bool
    least: Decimal | None = None
    most: Decimal | None = None
    unit: str = ""
    rule: Rule | None = None

    @property
    def told(self) -> dict[str, Any]:
        """What is kept with the test, so that a later rule does not change what was judged."""
        if self.rule is None:
            return {}
        return {
            "least": None if self.least is None else str(self.least),
            "most": None if self.most is None else str(self.most),
            "unit": self.unit,
            "rule": self.rule.path,
            "citation_zh": self.rule.in_language("zh").citation,
            "citation_en": self.rule.in_language("en").citation,
            "verified": self.rule.verified,
        }


def classes(thing: str, on: date | None = None) -> list[str]:
    """The classes of smoke limits for vehicles or machines."""
    return list(dict.fromkeys(str(row["class"]) for row in rule(f"roadside.smoke.{thing}", on).rows))


def judge(
    method: str,
    *,
    on: date,
    thing: str = Thing.VEHICLE,
    value: Decimal | None = None,
    normal: bool | None = None,
    limit_class: str = "",
    power: Decimal | None = None,
) -> Verdict:
    """Whether a test was passed.

    Parameters
    ----------
    method
        `smoke` (light absorption [m⁻¹]), `obd` (in order or not), `urea` (content [%], or in order or not)
    on
        the day of the test
    thing, limit_class, power
        vehicle or machine, class of the smoke limit (a, b; I, II, III), power [kW] of a machine
    value, normal
        what was measured; what was found by eye or instrument

    Raises
    ------
    LantianError
        the value is missing or impossible, or no limit suits the class and power
    """
    if method == Method.OBD:
        if normal is None:
            raise LantianError(_("say whether the on-board diagnosis was in order"))
        return Verdict(normal)
    if method == Method.UREA and value is None:
        if normal is None:
            raise LantianError(_("give the urea content, or say whether it was in order"))
        return Verdict(normal)
    if value is None:
        raise LantianError(_("the result of the test is missing"))
    highest = Decimal(rule("roadside.highest", on).table[method])
    if not 0 <= value <= highest:
        raise LantianError(
            _("a result lies between 0 and %(most)s") % {"most": highest}, remedy=_("Check the unit.")
        )
    if method == Method.UREA:
        found = rule("roadside.urea", on)
        least, most = Decimal(found.table["least"]), Decimal(found.table["most"])
        # A finding below or above; what somebody saw wrong beside a right value still fails.
        return Verdict(least <= value <= most and normal is not False, least, most, found.unit, found)
    found = rule(f"roadside.smoke.{thing}", on)
    for row in found.rows:
        if _suits(row, limit_class, power):
            most = Decimal(row["most"])
            return Verdict(value <= most, None, most, found.unit, found)
    raise LantianError(
        _("no smoke limit suits this class and power"),
        remedy=_("Choose the class of the limit; a machine also needs its power."),
    )


def _suits(row: Mapping[str, Any], limit_class: str, power: Decimal | None) -> bool:
    if str(row["class"]) != limit_class:
        return False
    bounds = "power_from" in row or "power_below" in row
    if bounds and power is None:
        return False
    at = power if power is not None else Decimal(0)
    return Decimal(row.get("power_from", 0)) <= at and (
        "power_below" not in row or at < Decimal(row["power_below"])
    )
