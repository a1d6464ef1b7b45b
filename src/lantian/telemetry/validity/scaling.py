"""The one place where values leave the unit a device sends and come to the unit hours are kept in."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lantian.telemetry.hj212 import units as sent_units
from lantian.telemetry.validity.rules import DayRules, amount

Units = Mapping[str, Mapping[str, str]]
"""Of each device the units people set for its codes."""
MASS, FLOW = "mg/m³", "m³/s"
"""Units of hours: concentrations as limits are compared, flow as mass wants it."""


def kept_in(code: str, field: str, units: Mapping[str, str] | None, rules: DayRules) -> tuple[str, Fraction]:
    """In which unit hours of a factor are kept, and how many of it one of the unit sent is.

    A unit no rule converts stays as it is. Where nothing says what is sent, a concentration counts as mg/m³.

    Parameters
    ----------
    code
        canonical
    field
        `Avg`, `ZsAvg` …
    units
        the device's own units by code
    """
    sent = sent_units.unit_of(code, field, units).symbol
    for kept, table in ((MASS, rules.table("judgement.units")), (FLOW, rules.table("judgement.flow_units"))):
        if sent in table:
            return kept, amount(table[sent]) / amount(table[kept])
    return sent or (MASS if code.startswith("a") and rules.converts(code) else ""), Fraction(1)


def scaled(table: pa.Table, units: Units, rules: DayRules) -> pa.Table:
    """Rows of `values.VALUES` with numbers in the units hours are kept in; the text stays as it was sent.

    Rounded half-even to millionths where the unit sent is the finer one.
    """
    triples = table.select(["place", "factor", "field"]).group_by(["place", "factor", "field"]).aggregate([])
    found = [(one, _times(one, units, rules)) for one in triples.to_pylist()]
    odd = [(one, times) for one, times in found if times != 1]
    if not odd:
        return table
    known = pc.is_valid(table["value"]).to_numpy(zero_copy_only=False)
    numbers = pc.fill_null(table["value"], 0).to_numpy(zero_copy_only=False).copy()
    for one, times in odd:
        mask = known.copy()
        for name, word in one.items():
            mask &= pc.fill_null(pc.equal(table[name], word), False).to_numpy(zero_copy_only=False)
        numbers[mask] = [round(Fraction(value) * times) for value in numbers[mask].tolist()]
    column = pa.array(numbers.astype(np.int64), pa.int64(), mask=~known)
    return table.set_column(table.schema.get_field_index("value"), table.schema.field("value"), column)


def _times(one: Mapping[str, str], units: Units, rules: DayRules) -> Fraction:
    if not one["factor"] or one["field"] in sent_units.AMOUNTS:
        return Fraction(1)
    return kept_in(one["factor"], one["field"], units.get(one["place"]), rules)[1]
