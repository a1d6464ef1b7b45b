"""Units: what the standard says, what a device is set to, and whether a value looks like a thousandfold
mistake.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from lantian.telemetry.hj212 import codes

AMOUNTS = frozenset(("Cou",))
_NONE = frozenset(("Flag", "EFlag", "RS", "SampleTime", "Info", "SN", "ResultType", "SampleType"))
_STEPS = ("ng/m³", "µg/m³", "mg/m³", "g/m³")


class Unit(NamedTuple):
    """A unit and where it is known from: `device`, `standard`, or `` where nothing is known."""

    symbol: str
    source: str


def unit_of(code: str, field: str, units: Mapping[str, str] | None = None, st: str = "") -> Unit:
    """The unit of a value.

    Parameters
    ----------
    code
        factor code as sent
    field
        `Avg`, `Cou` …
    units
        the device's own units: by `code-field`, by `code`, or by today's code
    st
        kind of system. The standard's table gives particles, ammonia and methane in ng/m³ where no device
        sends that; without the device's word the answer is then empty

    Rule: HJ 212-2017, table B.2.
    """
    today = codes.canonical(code)
    for name in (f"{code}-{field}", f"{today}-{field}", *(() if field in AMOUNTS else (code, today))):
        if units and name in units:
            return Unit(units[name], "device")
    if field in _NONE:
        return Unit("", "standard")
    if field == "RT":
        return Unit("h", "standard")
    known = codes.factor(code)
    if known is None:
        return Unit("", "")
    unit = known.amount if field in AMOUNTS else known.unit
    if not known.verified or (known.unit == "ng/m³" and code.startswith("a")):
        return Unit("" if known.unit == "ng/m³" else unit, "" if known.unit == "ng/m³" else "standard")
    return Unit(unit, "standard")


@cache
def _ranges() -> dict[str, dict[str, tuple[Decimal, Decimal, str]]]:
    text = files("lantian.telemetry.hj212").joinpath("data/ranges.yaml").read_text(encoding="utf-8")
    return {
        group: {
            code: (Decimal(str(entry["least"])), Decimal(str(entry["most"])), entry["unit"])
            for code, entry in table.items()
        }
        for group, table in yaml.safe_load(text).items()
    }


class Doubt(NamedTuple):
    """A unit that does not fit the values: `unit` is the likelier one."""

    code: str
    given: str
    unit: str
    median: Decimal


def doubt(code: str, values: list[Decimal], unit: str, st: str) -> Doubt | None:
    """Whether values of a factor look as if their unit were a thousand times too large or small.

    Parameters
    ----------
    code
        as sent
    values
        some hours' worth; positive ones count, at least five
    unit
        what they are taken for (`unit_of`)
    st
        kind of system: 22 and 39 outdoors, others stacks

    Returns
    -------
    Doubt or None
        None where the median lies where such values lie, or where nothing is known of them. The ranges are
        ours (`data/ranges.yaml`), not of a standard: wide, so that only a factor of a thousand is told.
    """
    group = "outdoors" if st in ("22", "27", "39") else "stacks"
    bounds = _ranges()[group].get(codes.canonical(code))
    positive = sorted(value for value in values if value > 0)
    if bounds is None or len(positive) < 5 or unit not in _STEPS:
        return None
    median = positive[len(positive) // 2]
    least, most, true = bounds
    scale = Decimal(1000) ** (_STEPS.index(unit) - _STEPS.index(true))
    if least <= median * scale <= most:
        return None
    for other in _STEPS:
        if other != unit:
            scale = Decimal(1000) ** (_STEPS.index(other) - _STEPS.index(true))
            if least <= median * scale <= most:
                return Doubt(code, unit, other, median)
    return None
