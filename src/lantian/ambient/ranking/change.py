"""Ranking by change: how much better or worse than the year before, both sides under one regime."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from lantian.ambient.comparison import Comparison
from lantian.ambient.composite import CompositeRules
from lantian.ambient.exact import half_even
from lantian.ambient.figures import FIGURES, printed, unrounded
from lantian.ambient.period import Period
from lantian.ambient.ranking.names import Member, Names
from lantian.ambient.ranking.order import rank, standings
from lantian.ambient.ranking.pools import Pool
from lantian.ambient.records import PlaceEvaluation
from lantian.errors import LantianError
from lantian.rulebook import Rule, Rulebook, load

EVALUATION = "ambient.statistics.decimals.evaluation"


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One member of the pool in a ranking by change.

    `change` [%], negative is better; `rank` from the most improved, `from_worst` from the most worsened.
    `left_out`: its six items all attain grade 2, so it has no place among the worsening ones. `why`:
    `no_value`, `no_value_before`, `zero_before`.
    """

    member: Member
    value: Decimal | None
    then: Decimal | None
    change: Decimal | None
    rank: int | None
    from_worst: int | None
    tied: int
    left_out: bool
    why: str | None

    @property
    def name(self) -> str:
        """As the pool writes it."""
        return self.member.name


@dataclass(frozen=True)
class ChangeRanking:
    """A pool ranked by change against another period (as a rule a year before), most improved first.

    Both sides follow `regime`. `missing`: members without a change; `left_out`: members kept from the
    worsening ranking because they attain.
    """

    period: Period
    against: Period
    pool: Pool
    by: str
    regime: str
    data_version: int
    rows: tuple[ChangeRow, ...]
    missing: tuple[str, ...]
    left_out: tuple[str, ...]
    unknown: int
    rules: tuple[Rule, ...]

    @property
    def provisional(self) -> bool:
        """Whether some member of the pool has no change, so that ranks are only among the others."""
        return bool(self.missing) or self.unknown > 0 or not self.pool.complete

    def row(self, name: str) -> ChangeRow | None:
        """The row of a place, by code or name; None when it is not in the pool or its name is not unique."""
        found = Names(self.pool.level, [row.member for row in self.rows]).find(name)
        return self.rows[next(iter(found))] if len(found) == 1 else None

    def improved(self, number: int) -> tuple[ChangeRow, ...]:
        """The `number` most improved: more rows when places tie at the edge."""
        return tuple(row for row in self.rows if row.rank is not None and row.rank <= number)

    def worsened(self, number: int) -> tuple[ChangeRow, ...]:
        """The `number` most worsened, the worst first, without those that attain."""
        found = [row for row in self.rows if row.from_worst is not None and row.from_worst <= number]
        return tuple(sorted(found, key=lambda row: row.from_worst or 0))


def rank_change(
    comparison: Comparison,
    pool: Pool | None = None,
    *,
    by: str = "composite_index",
    rulebook: Rulebook | None = None,
) -> ChangeRanking:
    """Rank the members of a pool by their change: (now - then) / then, in per cent.

    Parameters
    ----------
    comparison
        `compare(lake, period)`: both sides under one regime
    pool
        its members are the same on both sides: those of the later period. None ranks every place there now
    by
        composite_index, so2, no2, pm10, pm2_5, co or o3_8h

    Raises
    ------
    LantianError
        another figure: days are not compared in per cent

    Notes
    -----
    The scheme of 2017-02-12: equal rates share a rank; a place whose six items all attain grade 2 is left out
    of the worsening ranking.
    """
    if by not in FIGURES:
        raise LantianError(f"'{by}' is not compared in per cent", remedy=f"Choose {', '.join(FIGURES)}.")
    book, day = rulebook or load(), comparison.period.last
    now = rank(comparison.now, pool, by=by, rulebook=book)
    leaves_out = book.rule("ranking.rules.change.worsening_leaves_out", on=day)
    decimals = book.rule(EVALUATION, on=day, regime=comparison.regime)
    limits = CompositeRules.of(book, regime=comparison.regime, on=day).limits
    changes = {change.place: change for change in comparison.rows}
    rates: dict[Member, Decimal] = {}
    attaining: set[Member] = set()
    for row in now.rows:
        change = changes.get(row.place) if row.place is not None else None
        rate = change.changes[by].rate if change else None
        if rate is None:
            continue
        rates[row.member] = rate
        if leaves_out.text == "attaining" and row.evaluation and attains(row.evaluation, limits, decimals):
            attaining.add(row.member)
    up = standings(rates)
    down = standings({member: rate for member, rate in rates.items() if member not in attaining})
    rows = []
    for row in now.rows:
        change = changes.get(row.place) if row.place is not None else None
        then = printed(change.then, by) if change else None
        standing, from_worst = up.get(row.member), down.get(row.member)
        rows.append(
            ChangeRow(
                member=row.member,
                value=row.value,
                then=then,
                change=rates.get(row.member),
                rank=standing.rank if standing else None,
                from_worst=from_worst.from_worst if from_worst else None,
                tied=standing.tied if standing else 0,
                left_out=row.member in attaining,
                why=None if standing else _why(row.value, then),
            )
        )
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0))
    return ChangeRanking(
        period=comparison.period,
        against=comparison.against,
        pool=now.pool,
        by=by,
        regime=comparison.regime,
        data_version=comparison.now.data_version,
        rows=tuple(rows),
        missing=tuple(row.name for row in rows if row.change is None),
        left_out=tuple(row.name for row in rows if row.left_out),
        unknown=now.unknown,
        rules=(*now.rules, *comparison.rules, leaves_out, decimals),
    )


def attains(row: PlaceEvaluation, limits: Mapping[str, Decimal], decimals: Rule) -> bool:
    """Whether the six statistics of the ranking, at evaluation decimals, are within their grade-2 limits."""
    return all(
        (value := unrounded(row, item)) is not None and half_even(value, int(decimals.table[item])) <= limit
        for item, limit in limits.items()
    )


def _why(now: Decimal | None, then: Decimal | None) -> str:
    if now is None:
        return "no_value"
    return "no_value_before" if then is None else "zero_before"
