"""Conversion to reference oxygen (折算), with its guard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.errors import LantianError
from lantian.telemetry.validity.rules import DayRules


@dataclass(frozen=True, slots=True)
class ReferenceOxygen:
    """Reference oxygen [%] of an outlet while its standard says so; both days included."""

    value: Decimal | None
    valid_from: date | None = None
    valid_to: date | None = None


Reference = Decimal | int | None | Sequence[ReferenceOxygen]


@dataclass(frozen=True)
class Converter:
    """Conversion under one set of rules and one reference: what `convert` does, checked once."""

    air: Fraction
    guard: Fraction
    reference: Fraction | None

    @classmethod
    def of(cls, reference: Fraction | None, rules: DayRules) -> Converter:
        """The converter of a reference oxygen [%]; see `convert`."""
        air, guard = rules.number("validity.oxygen.air"), rules.number("validity.oxygen.guard")
        if guard >= air:
            raise LantianError(
                f"the oxygen guard {guard} is not below {air}",
                remedy="Correct telemetry.validity.oxygen.guard.",
            )
        if reference is not None and (reference >= air or reference < 0):
            raise LantianError(
                f"a reference oxygen of {reference} % is none", remedy=f"Give a value from 0 to below {air}."
            )
        return cls(air, guard, reference)

    def remark(self, oxygen: Fraction | None) -> str | None:
        """Why a value at this oxygen is not converted; None where it is, or needs no conversion."""
        if self.reference is None:
            return None
        if oxygen is None:
            return "oxygen_missing"
        return "oxygen_high" if oxygen >= self.guard else None

    def exact(self, measured: Fraction, oxygen: Fraction | None) -> Fraction | None:
        """`measured` at reference oxygen; itself where it is not converted, None without oxygen."""
        if self.reference is None:
            return measured
        if oxygen is None:
            return None
        if oxygen >= self.guard:
            return measured
        return measured * ((self.air - self.reference) / (self.air - oxygen))


@dataclass(frozen=True, slots=True)
class Conversion:
    """The converted value, or the measured one with a remark; None and why where it cannot be converted."""

    exact: Fraction | None
    remark: str | None
    formula: str


def reference_on(reference: Reference, day: date) -> Fraction | None:
    """The reference oxygen that holds on a local day; None where the standard sets none."""
    if reference is None:
        return None
    if isinstance(reference, Decimal | int):
        return Fraction(reference)
    for entry in reference:
        if (entry.valid_from is None or entry.valid_from <= day) and (
            entry.valid_to is None or day <= entry.valid_to
        ):
            return None if entry.value is None else Fraction(entry.value)
    return None


def convert(
    measured: Fraction, oxygen: Fraction | None, reference: Fraction | None, rules: DayRules
) -> Conversion:
    """`measured` at reference oxygen: C · (21 − reference) / (21 − oxygen), HJ 212-2017 D.2.3.

    Parameters
    ----------
    measured
        dry, standard state [mg/m³]
    oxygen, reference
        [%]; no reference: the measured value is returned; no oxygen: nothing is

    Notes
    -----
    From the guard on (`telemetry.validity.oxygen.guard`) the measured value is kept and says `oxygen_high`;
    the divisor is therefore never below 21 less the guard.

    Raises
    ------
    LantianError
        the rule's guard or the reference is not below the oxygen of air
    """
    made = Converter.of(reference, rules)
    remark = made.remark(oxygen)
    formula = "" if remark or reference is None else f"C × ({made.air} − {reference}) / ({made.air} − O2)"
    return Conversion(made.exact(measured, oxygen), remark, formula)
