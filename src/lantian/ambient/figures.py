"""The figures of a place by one name each: the six statistics and the composite index."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from lantian.ambient.exact import half_even
from lantian.ambient.records import PlaceEvaluation
from lantian.ambient.rules import SIX

INDEX = "composite_index"
FIGURES = (*SIX, INDEX)


def printed(row: PlaceEvaluation | None, figure: str) -> Decimal | None:
    """A figure as published; None without the row or the figure."""
    if row is None:
        return None
    return row.composite_index if figure == INDEX else row.statistics[figure].value


def unrounded(row: PlaceEvaluation | None, figure: str) -> Fraction | None:
    """The exact figure behind the printed one."""
    if row is None:
        return None
    return row.composite_exact if figure == INDEX else row.statistics[figure].unrounded


def good_ratio(row: PlaceEvaluation | None, decimals: int = 1) -> Decimal | None:
    """Share of good days in the days with an AQI (优良天数比例) [%], as printed; None without any."""
    if row is None or not row.days_used:
        return None
    return half_even(Fraction(100 * row.good_days, row.days_used), decimals)
