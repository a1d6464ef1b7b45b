"""The composite index of these tests by fractions, from the limits written in the standard."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

# GB 3095-2012 grade 2, and the transition limits of 2026: so2 no2 pm10 pm2_5 (year), co (day), o3 (8 h)
LIMITS = {
    "gb3095-2012": (60, 40, 70, 35, 4, 160),
    "gb3095-2026-transition": (60, 40, 60, 30, 4, 160),
    "gb3095-2026": (20, 30, 50, 25, 4, 160),
}


def index(pm2_5: Fraction | int, regime: str) -> Decimal:
    """Σ of six single indices, each half-even at two decimals; the other five are those of the conftest."""
    values = (Fraction(12), Fraction(20), Fraction(70), Fraction(pm2_5), Fraction(1), Fraction(100))
    parts = [round(value / limit * 100) for value, limit in zip(values, LIMITS[regime], strict=True)]
    return Decimal(sum(parts)) / 100
