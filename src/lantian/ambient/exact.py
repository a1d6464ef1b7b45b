"""Exact numbers: what a decision about a digit is made with. Floats come in, never stay."""

from __future__ import annotations

from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction
from math import ceil

from lantian.errors import LantianError

Number = str | int | float | Decimal | Fraction

DIGITS = Context(prec=28)
FURTHEST = 30
"""Powers of ten beyond which a number is a slip, and one that would take all memory as a fraction."""


def exact(value: Number, *, name: str) -> Fraction:
    """`value` as the number its text shows: 35.1 is 351/10, whether it came as str, Decimal or float.

    Raises
    ------
    LantianError
        not a number, not finite, or negative; `name` says which argument
    """
    if isinstance(value, Fraction):
        number = value
    else:
        try:
            decimal = Decimal(str(value).strip())
        except InvalidOperation as error:
            raise LantianError(f"{name} is {value!r}, not a number", remedy="Write it like 35.1.") from error
        if not decimal.is_finite():
            raise LantianError(f"{name} is {value}", remedy="Leave a missing value out instead.")
        if decimal and abs(decimal.adjusted()) > FURTHEST:
            raise LantianError(f"{name} is {value}, no concentration", remedy="Look at its exponent.")
        number = Fraction(decimal)
    if number < 0:
        raise LantianError(f"{name} is negative ({value})", remedy="A concentration is 0 or more.")
    return number


def half_even(value: Fraction, decimals: int) -> Decimal:
    """`value` rounded once, half to even (GB/T 8170), to `decimals` places."""
    scaled: int = round(value * 10**decimals)  # Fraction.__round__ is exact and half-even
    return Decimal(scaled).scaleb(-decimals)


def to_decimal(value: Fraction) -> Decimal:
    """`value` to 28 significant digits; exact where its decimal expansion ends before."""
    return DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator))


def up(value: Fraction) -> int:
    """The next whole number, `value` itself when it is whole (进位取整)."""
    return ceil(value)
