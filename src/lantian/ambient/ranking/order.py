"""Ranks of a pool by any figure of an evaluation, as bulletins count them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeVar

from lantian.ambient.exact import half_even
from lantian.ambient.figures import FIGURES, printed
from lantian.ambient.period import Period
from lantian.ambient.ranking.names import Member, Names
from lantian.ambient.ranking.pools import Pool, pool_of
from lantian.ambient.records import Evaluation, PlaceEvaluation
from lantian.ambient.rules import UNITS
from lantian.errors import LantianError
from lantian.rulebook import Rule, Rulebook, load

Key = TypeVar("Key", bound=Hashable)
RATIO = "ambient.statistics.decimals.evaluation"
ORDERS = ("ascending", "descending")


class Standing(NamedTuple):
    """A place among others: counted from the best, from the worst, and how many share it."""

    rank: int
    from_worst: int
    tied: int


@dataclass(frozen=True, slots=True)
class RankRow:
    """One member of the pool in a ranking.

    `value` as published; `rank` from the best and `from_worst` (倒数第N), equal values sharing a rank and the
    next skipped; `tied` how many share it. Where members are without a value the ranks are among the others
    and the true rank lies between `rank` and `lowest`. `why`: `no_data` (the data have no such place),
    `no_value`.
    """

    member: Member
    place: str | None
    value: Decimal | None
    rank: int | None
    from_worst: int | None
    tied: int
    lowest: int | None
    why: str | None
    evaluation: PlaceEvaluation | None

    @property
    def name(self) -> str:
        """As the pool writes it."""
        return self.member.name

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks of its figures."""
        return self.evaluation.marks if self.evaluation else ()


@dataclass(frozen=True)
class Ranking:
    """A pool ranked by one figure, best first, members without a value last.

    `missing`: members without a value; `unknown`: members the pool has but nobody could name. With either the
    ranks are `provisional`. `outside` and `ambiguous`: places of the data that were not ranked.
    """

    period: Period
    pool: Pool
    by: str
    order: str
    unit: str
    regime: str
    data_version: int
    rows: tuple[RankRow, ...]
    missing: tuple[str, ...]
    unknown: int
    outside: tuple[str, ...]
    ambiguous: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def provisional(self) -> bool:
        """Whether some member of the pool has no value, so that ranks are only among the others."""
        return bool(self.missing) or self.unknown > 0 or not self.pool.complete

    @property
    def unverified(self) -> tuple[Rule, ...]:
        """The rules behind it that were not read in their document."""
        return tuple(rule for rule in self.rules if not rule.verified)

    def row(self, name: str) -> RankRow | None:
        """The row of a place: by code, name, or name without its ending.

        Raises
        ------
        LantianError
            two members bear that name
        """
        found = Names(self.pool.level, [row.member for row in self.rows]).find(name)
        if len(found) > 1:
            groups = "、".join(self.rows[at].member.group + self.rows[at].name for at in sorted(found))
            raise LantianError(f"'{name}' may be any of {groups}", remedy="Write the city before the name.")
        return self.rows[next(iter(found))] if found else None

    def best(self, number: int) -> tuple[RankRow, ...]:
        """The first `number` ranks: more rows when places tie at the edge."""
        return tuple(row for row in self.rows if row.rank is not None and row.rank <= number)

    def worst(self, number: int) -> tuple[RankRow, ...]:
        """The last `number` ranks, the worst first: more rows when places tie at the edge."""
        found = [row for row in self.rows if row.from_worst is not None and row.from_worst <= number]
        return tuple(sorted(found, key=lambda row: row.from_worst or 0))


def rank(
    evaluation: Evaluation,
    pool: Pool | None = None,
    *,
    by: str = "composite_index",
    order: str | None = None,
    rulebook: Rulebook | None = None,
) -> Ranking:
    """Rank the members of a pool by a figure of an evaluation.

    Parameters
    ----------
    evaluation
        of the pool's level; places outside the pool are left out and named
    pool
        None ranks every place of the evaluation
    by
        composite_index, so2, no2, pm10, pm2_5, co, o3_8h, good_days, good_days_ratio, heavy_days,
        heavy_days_ratio
    order
        `ascending` (the smallest is best) or `descending`; None takes the rulebook's

    Raises
    ------
    LantianError
        no such figure or order; a name of the data fits no single member

    Notes
    -----
    环办〔2014〕64号: equal published value, equal rank, the next rank skipped.
    """
    book = rulebook or load()
    orders = book.rule("ranking.rules.order", on=evaluation.period.last)
    if by not in orders.table:
        known = ", ".join(orders.table)
        raise LantianError(f"places are not ranked by '{by}'", remedy=f"Choose {known}.")
    direction = order or str(orders.table[by])
    if direction not in ORDERS:
        raise LantianError(f"there is no order '{direction}'", remedy=f"Choose {' or '.join(ORDERS)}.")
    chosen = pool or pool_of(evaluation)
    ratio = book.rule(RATIO, on=evaluation.period.last, regime=evaluation.regime)
    matched = chosen.names().match((row.place, row.name) for row in evaluation.rows)
    places = {at: evaluation.rows[row] for at, row in matched.found.items()}
    values = {
        at: value
        for at, row in places.items()
        if (value := figure(row, by, int(ratio.table["attainment_rate"]))) is not None
    }
    rules = [orders, book.rule("ambient.composite.ties", on=evaluation.period.last, regime=evaluation.regime)]
    rules += [ratio] if by.endswith("_ratio") else []
    rules += [chosen.rule] if chosen.rule else []
    unknown = chosen.size - len(chosen.members)
    rows = _rows(chosen, places, values, direction, unknown)
    return Ranking(
        period=evaluation.period,
        pool=chosen,
        by=by,
        order=direction,
        unit=unit_of(by),
        regime=evaluation.regime,
        data_version=evaluation.data_version,
        rows=rows,
        missing=tuple(row.name for row in rows if row.rank is None),
        unknown=unknown,
        outside=matched.outside,
        ambiguous=matched.ambiguous,
        rules=(*evaluation.rules, *rules),
    )


def standings(values: Mapping[Key, Decimal], order: str = "ascending") -> dict[Key, Standing]:
    """Ranks of values: equal values share one, the next is skipped; from the best and from the worst."""
    signed = {key: -value if order == "descending" else value for key, value in values.items()}
    ordered = sorted(signed.values())
    found = {}
    for key, value in signed.items():
        below, upto = bisect_left(ordered, value), bisect_right(ordered, value)
        found[key] = Standing(below + 1, len(ordered) - upto + 1, upto - below)
    return found


def figure(row: PlaceEvaluation, by: str, ratio_decimals: int = 1) -> Decimal | None:
    """The figure `by` of a place, as published; None where it has none."""
    if by in FIGURES:
        return printed(row, by)
    if row.days_used == 0:
        return None
    days = row.good_days if by.startswith("good_days") else row.heavy_days
    if by.endswith("_ratio"):
        return half_even(Fraction(100 * days, row.days_used), ratio_decimals)
    return Decimal(days)


def unit_of(by: str) -> str:
    """The unit of a figure that places are ranked by."""
    if by in UNITS:
        return UNITS[by]
    if by.endswith("_ratio"):
        return "%"
    return "d" if by.endswith("_days") else ""


def _rows(
    pool: Pool,
    places: Mapping[int, PlaceEvaluation],
    values: Mapping[int, Decimal],
    order: str,
    unknown: int,
) -> tuple[RankRow, ...]:
    ranks = standings(values, order)
    absent = len(pool.members) - len(values) + unknown
    rows = []
    for at, member in enumerate(pool.members):
        row, standing = places.get(at), ranks.get(at)
        why = None if standing else "no_value" if row and row.days_used else "no_data"
        rows.append(
            RankRow(
                member=member,
                place=row.place if row else None,
                value=values.get(at),
                rank=standing.rank if standing else None,
                from_worst=standing.from_worst if standing else None,
                tied=standing.tied if standing else 0,
                lowest=standing.rank + absent if standing else None,
                why=why,
                evaluation=row,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0)))
