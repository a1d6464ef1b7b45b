"""The largest concentration an instrument of the network can report; above it a number is no reading.

The bounds are rules (`ambient.screens.bounds`): an office may replace them. A daily value has the same
limit: it is a mean of hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lantian.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Bound:
    """The highest believable value of a pollutant [published unit] and why. `verified` as in the rulebook."""

    highest: float
    unit: str
    reason: str
    document: str
    verified: bool


def bound_of(book: Rulebook, item: str, on: date) -> Bound:
    """The bound of an item on a day."""
    rule = book.rule(f"ambient.screens.bounds.{item}", on=on)
    return Bound(float(rule.number), rule.unit, rule.note, rule.document, rule.verified)
