"""Exact numbers of the line: millionths in, fractions inside, one rounding half to even at the end."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

from lantian.telemetry.values import MILLIONTHS

DIGITS = Context(prec=28)


def half_even(value: Fraction, decimals: int) -> Decimal:
    """`value` rounded once, half to even (GB/T 8170)."""
    scaled: int = round(value * 10**decimals)  # Fraction.__round__ is exact and half-even
    return Decimal(scaled).scaleb(-decimals)


def rounded(value: Fraction | None, decimals: int) -> Decimal | None:
    """`half_even`, None for None."""
    return None if value is None else half_even(value, decimals)


def of_millionths(total: int, count: int = 1) -> Fraction:
    """The mean of `count` values whose sum is `total` millionths, in units."""
    return Fraction(total, count * MILLIONTHS)


def text(value: Fraction) -> str:
    """An exact number for reading: all its digits where they end soon, else six places after `≈`."""
    cut = half_even(value, 6)
    shown = f"{cut:f}".rstrip("0").rstrip(".") if "." in f"{cut:f}" else f"{cut:f}"
    return shown if Fraction(cut) == value else f"≈{shown}"


def decimals_of(value: Decimal) -> int:
    """Decimals of a number without its trailing zeros: 35.000 has none, 7.50 has one."""
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
