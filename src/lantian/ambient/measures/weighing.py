"""Dustfall from what was weighed: the cylinder's residue to t/(km²·30 d)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.exact import Number, exact
from lantian.ambient.measures.record import Record
from lantian.errors import LantianError
from lantian.rulebook import Rule, Rulebook, load

PI = Decimal("3.141592653589793238462643383")
TO_TONNES_PER_KM2 = 10_000
"""1 g/cm² is 10⁴ t/km²."""


@dataclass(frozen=True, slots=True)
class Weighing(Record):
    """Dustfall of one cylinder.

    `dustfall` [t/(km²·30d)], exact; `valid` False when the cylinder stood too short or too long, `why` then
    says so; `marks`: `below_detection`, `below_quantitation`. `rules`: what it was computed by.
    """

    dustfall: Fraction
    valid: bool
    why: str | None
    marks: tuple[str, ...]
    rules: tuple[Rule, ...]


def weigh(
    w1: Number,
    w0: Number,
    *,
    wc: Number = 0,
    area: Number | None = None,
    bore: Number | None = None,
    days: Number,
    on: date | None = None,
    rulebook: Rulebook | None = None,
) -> Weighing:
    """The dustfall of one cylinder.

    Parameters
    ----------
    w1, w0, wc
        dish with residue, empty dish, residue of the blank [g]
    area, bore
        opening of the cylinder [cm²], or its inner width, mean of three directions [cm]
    days
        how long it stood [d], to 0.1 d
    on
        the day whose rules hold

    Raises
    ------
    LantianError
        a weight below that of the empty dish and blank, no opening, no days

    Rule: HJ 1221-2021, M = (W1 - W0 - Wc) / (S·n) × 30 × 10⁴ (`ambient.dustfall.weighing`).
    """
    book = rulebook or load()
    names = ("days", "tolerance", "formula", "detection_limit", "quantitation_limit")
    rules = {name: book.rule(f"ambient.dustfall.weighing.{name}", on=on) for name in names}
    residue = exact(w1, name="W1") - exact(w0, name="W0") - exact(wc, name="Wc")
    if residue < 0:
        raise LantianError(
            "the dish with residue weighs less than the empty dish and the blank",
            remedy="Check W1, W0 and Wc; all in grams.",
        )
    opening = _opening(area, bore)
    stood = exact(days, name="n")
    if stood == 0:
        raise LantianError("the cylinder stood 0 days", remedy="Give n, the days of sampling.")
    norm, tolerance = Fraction(rules["days"].number), Fraction(rules["tolerance"].number)
    dustfall = residue / (opening * stood) * norm * TO_TONNES_PER_KM2
    why = None if abs(stood - norm) <= tolerance else "sampling_days"
    marks: tuple[str, ...] = ()
    if dustfall < Fraction(rules["detection_limit"].number):
        marks = ("below_detection",)
    elif dustfall < Fraction(rules["quantitation_limit"].number):
        marks = ("below_quantitation",)
    return Weighing(dustfall, why is None, why, marks, tuple(rules.values()))


def _opening(area: Number | None, bore: Number | None) -> Fraction:
    if (area is None) == (bore is None):
        raise LantianError(
            "the cylinder's opening is not known", remedy="Give either S [cm²] or its bore [cm]."
        )
    if area is not None:
        opening = exact(area, name="S")
    else:
        assert bore is not None  # noqa: S101 - said above, for the type checker
        width = exact(bore, name="bore")
        opening = Fraction(PI) * width * width / 4
    if opening == 0:
        raise LantianError("the cylinder's opening is 0", remedy="Give S in cm² or the bore in cm.")
    return opening
