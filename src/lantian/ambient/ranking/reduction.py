"""What lowers an index to a value: by each pollutant alone, by all in proportion, and which is cheapest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.composite import ITEMS, CompositeRules
from lantian.ambient.exact import half_even
from lantian.ambient.ranking.order import Ranking, RankRow
from lantian.ambient.rules import UNITS
from lantian.errors import LantianError
from lantian.rulebook import Rule, Rulebook, load


@dataclass(frozen=True, slots=True)
class Reduction:
    """By how much one pollutant must fall, the others as they are, for the index to reach a value.

    `present`, `needed`, `by` [µg/m³, CO mg/m³] in published steps, `percent` of the present. `verdict`:
    `feasible`; `below_floor` where it would fall below `floor`, the lowest of the pool, held by `floor_at`;
    `not_enough` where even nothing of it leaves the index too high (then `needed` and the rest are None).
    """

    item: str
    unit: str
    present: Decimal
    needed: Decimal | None
    by: Decimal | None
    percent: Decimal | None
    verdict: str
    floor: Decimal
    floor_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reductions:
    """What brings an index down to `target`: each pollutant alone, cheapest first, and all in proportion.

    `together` [%] is the smallest equal share by which all six must fall. `cheapest` is the pollutant with
    the smallest feasible share, None where none alone suffices.
    """

    present: Decimal
    target: Decimal
    alone: tuple[Reduction, ...]
    together: Decimal | None
    cheapest: str | None
    rules: tuple[Rule, ...]


def reductions(
    ranking: Ranking, row: RankRow, target: Decimal, *, rulebook: Rulebook | None = None
) -> Reductions:
    """What brings the composite index of `row` down to `target`, by the rules of the ranking's regime.

    Parameters
    ----------
    ranking
        gives the regime, and the lowest values of the pool as floors
    row
        a row of it with an index
    target
        the published index to reach, see `Distance.needed`

    Raises
    ------
    LantianError
        the row has no index

    Notes
    -----
    Each trial is computed as the published index is: statistics in their published steps, single indices
    rounded as the rulebook says.
    """
    evaluation = row.evaluation
    if evaluation is None or evaluation.composite_index is None:
        raise LantianError(f"'{row.name}' has no composite index", remedy="Import its data first.")
    book, day = rulebook or load(), ranking.period.last
    composite = CompositeRules.of(book, regime=ranking.regime, on=day)
    step = book.rule("ranking.rules.distance.proportional_step", on=day)
    floor_rule = book.rule("ranking.rules.distance.floor", on=day)
    decimals = book.rule("ambient.statistics.decimals.statistics", on=day, regime=ranking.regime)
    grains = {item: Decimal(1).scaleb(-int(decimals.table[item])) for item in ITEMS}
    shown = {item: value for item in ITEMS if (value := evaluation.statistics[item].value) is not None}
    exact = {item: Fraction(value) for item, value in shown.items()}
    if composite.inputs == "exact":
        statistics = evaluation.statistics
        exact = {item: own for item in ITEMS if (own := statistics[item].unrounded) is not None}
    index = _index_of(composite)
    floors = _floors(ranking, zero=floor_rule.text == "zero")
    alone = []
    for item in ITEMS:
        grain = grains[item]
        most = int(exact[item] / Fraction(grain))

        def reached(k: int, item: str = item, grain: Decimal = grain) -> bool:
            return index({**exact, item: exact[item] - k * Fraction(grain)}) <= target

        alone.append(_reduction(item, shown[item], grain, _smallest(reached, most), floors[item]))
    alone.sort(key=lambda found: (found.percent is None, found.verdict != "feasible", found.percent or 0))
    shares = int(100 / Fraction(step.number))

    def together(k: int) -> bool:
        share = 1 - Fraction(step.number) * k / 100
        return (
            index({item: _kept(value * share, grains[item], composite) for item, value in exact.items()})
            <= target
        )

    found = _smallest(together, shares)
    cheapest = next((own.item for own in alone if own.verdict == "feasible"), None)
    return Reductions(
        present=evaluation.composite_index,
        target=target,
        alone=tuple(alone),
        together=None if found is None else found * step.number,
        cheapest=cheapest,
        rules=(*composite.rules, step, floor_rule),
    )


def _index_of(composite: CompositeRules) -> Callable[[Mapping[str, Fraction]], Decimal]:
    return lambda values: composite.index(values).rounded


def _kept(value: Fraction, grain: Decimal, composite: CompositeRules) -> Fraction:
    """A lowered statistic as the index takes it: published to its decimals, or as it is."""
    return value if composite.inputs == "exact" else round(value / Fraction(grain)) * Fraction(grain)


def _smallest(reached: Callable[[int], bool], most: int) -> int | None:
    """The smallest k of 0 … most for which `reached` holds; it holds from some k on."""
    if not reached(most):
        return None
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    return low


def _reduction(
    item: str, present: Decimal, grain: Decimal, k: int | None, lowest: tuple[Decimal, tuple[str, ...]]
) -> Reduction:
    floor, floor_at = lowest
    if k is None:
        return Reduction(item, UNITS[item], present, None, None, None, "not_enough", floor, floor_at)
    fall = k * grain
    percent = half_even(Fraction(fall) * 100 / Fraction(present), 1) if present else Decimal("0.0")
    verdict = "feasible" if present - fall >= min(floor, present) else "below_floor"
    return Reduction(item, UNITS[item], present, present - fall, fall, percent, verdict, floor, floor_at)


def _floors(ranking: Ranking, *, zero: bool) -> dict[str, tuple[Decimal, tuple[str, ...]]]:
    floors: dict[str, tuple[Decimal, tuple[str, ...]]] = {}
    for item in ITEMS:
        values = [
            (value, row.name)
            for row in ranking.rows
            if row.evaluation and (value := row.evaluation.statistics[item].value) is not None
        ]
        lowest = Decimal(0) if zero or not values else min(value for value, _ in values)
        floors[item] = (lowest, () if zero else tuple(name for value, name in values if value == lowest))
    return floors
