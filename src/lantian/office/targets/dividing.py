"""The arithmetic of division: parts of a whole, and whether parts make the whole. Exact; no database here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from lantian.office.targets.declared import MEAN, NONE, SUM, WEIGHTED

K = TypeVar("K")
AT_MOST, AT_LEAST = "at_most", "at_least"


def apportion(total: Decimal, weights: Mapping[K, Decimal], decimals: int) -> dict[K, Decimal]:
    """Divide a total in proportion to weights, so that the parts add up to it exactly.

    Each part is cut to `decimals`; the units that remain go to the largest remainders, of equal ones to the
    earlier. `total` must have no more than `decimals` decimals.

    >>> apportion(Decimal(10), {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)}, 0)
    {'a': Decimal('4'), 'b': Decimal('3'), 'c': Decimal('3')}

    Raises
    ------
    ValueError
        no weight is above 0, one is below 0, or the total has more decimals
    """
    scale = 10**decimals
    whole = Fraction(total) * scale
    base = sum((Fraction(weight) for weight in weights.values()), Fraction(0))
    if base <= 0 or any(weight < 0 for weight in weights.values()):
        raise ValueError("weights are not below 0, and one of them is above")
    if whole.denominator != 1:
        raise ValueError("the total has more decimals than its parts may have")
    exact = {key: whole * Fraction(weight) / base for key, weight in weights.items()}
    cut = {key: share.numerator // share.denominator for key, share in exact.items()}
    left = int(whole) - sum(cut.values())
    order = sorted(exact, key=lambda key: cut[key] - exact[key])  # the largest remainder first; stable
    for key in order[:left]:
        cut[key] += 1
    return {key: Decimal(units).scaleb(-decimals) for key, units in cut.items()}


def shares(rule: str, parent: Decimal, weights: Mapping[K, Decimal], decimals: int) -> dict[K, Decimal]:
    """The children's values in proportion to weights, such that by `rule` they make the parent's value.

    Of a mean, in proportion to the base year means the same rate of improvement for all: the parts add up to
    n times the parent's value.

    Raises
    ------
    ValueError
        as `apportion`; or shares in per cent, which no proportion divides
    """
    if rule == SUM:
        return apportion(parent, weights, decimals)
    if rule == MEAN:
        return apportion(parent * len(weights), weights, decimals)
    raise ValueError("only sums and means can be divided in proportion")


@dataclass(frozen=True, slots=True)
class Part:
    """A child's value and weight; None where it is not assigned, or not known."""

    value: Decimal | None
    weight: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What the parts make of the parent's value, exactly.

    `reached` is their sum, mean or weighted mean over the assigned ones; `missing` > 0 is what the parent is
    not reached by, <= 0 the margin; both None where they cannot be told, and `why` says it: `nothing` is
    assigned, `weights` are not known, `none`: nothing to check. With `pending` > 0 the check is of a part.
    """

    rule: str
    wanted: Decimal | None
    reached: Fraction | None
    missing: Fraction | None
    pending: int
    why: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every child has its value."""
        return self.pending == 0

    @property
    def fails(self) -> bool:
        """Whether every child has its value and together they do not reach the parent's."""
        return self.is_whole and self.missing is not None and self.missing > 0


def check(rule: str, wanted: Decimal | None, direction: str, parts: Sequence[Part]) -> Check:
    """Whether the parts reach the parent's value.

    Parameters
    ----------
    rule
        sum, mean, weighted or none
    wanted
        the parent's value
    direction
        `at_most` or `at_least`
    """
    known = [part for part in parts if part.value is not None]
    pending = len(parts) - len(known)
    if rule == NONE or wanted is None:
        return Check(rule, wanted, None, None, pending, "none")
    if not known:
        return Check(rule, wanted, None, None, pending, "nothing")
    if rule == WEIGHTED and any(part.weight is None for part in known):
        # Equal values need no weights: their mean is their value.
        if len({part.value for part in known}) > 1:
            return Check(rule, wanted, None, None, pending, "weights")
        reached = Fraction(known[0].value or 0)
    else:
        reached = combined(rule, known)
    missing = reached - Fraction(wanted) if direction == AT_MOST else Fraction(wanted) - reached
    return Check(rule, wanted, reached, missing, pending)


def combined(rule: str, parts: Sequence[Part]) -> Fraction:
    """The sum, the mean or the weighted mean of parts that all have a value."""
    values = [Fraction(part.value or 0) for part in parts]
    if rule == SUM:
        return sum(values, Fraction(0))
    if rule == MEAN:
        return sum(values, Fraction(0)) / len(values)
    weights = [Fraction(part.weight or 0) for part in parts]
    base = sum(weights, Fraction(0))
    if base == 0:
        return sum(values, Fraction(0)) / len(values)
    return sum((value * weight for value, weight in zip(values, weights, strict=True)), Fraction(0)) / base


def direction_of(comparator: str, rule: str, *, higher_is_better: bool) -> str:
    """Whether a goal is reached from below or from above: 28,242 households are at least so many."""
    if comparator in {"<=", "<"}:
        return AT_MOST
    if comparator == "=" and rule != SUM and not higher_is_better:
        return AT_MOST
    return AT_LEAST
