"""Ranking by change: how much better or worse than the year before, both sides under one regime."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.composite import CompositeRules
from lantian.ambient.evaluation import evaluate
from lantian.ambient.exact import half_even
from lantian.ambient.period import Period
from lantian.ambient.ranking.names import Member, Names
from lantian.ambient.ranking.order import figure, rank, standings
from lantian.ambient.ranking.pools import Pool
from lantian.ambient.records import Evaluation, PlaceEvaluation
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import BY_DATE, Rule, Rulebook, load


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One member of the pool in a ranking by change.

    `change` [%], negative is better; `rank` from the most improved, `from_worst` from the most worsened.
    `left_out`: its six items all attain grade 2, so it has no place among the worsening ones. `why`:
    `no_value`, `no_value_before`, `zero_before`.
    """

    member: Member
    value: Decimal | None
    before: Decimal | None
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
    """A pool ranked by change against the same period of the year before, most improved first.

    Both sides follow `regime`. `missing`: members without a change; `left_out`: members kept from the
    worsening ranking because they attain.
    """

    period: Period
    before: Period
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


def both_years(
    lake: Lake,
    period: Period,
    *,
    level: str = "city",
    regime: str = BY_DATE,
    groups: Mapping[str, str] | None = None,
    places: Collection[str] | None = None,
    as_of: int | datetime | None = None,
    rulebook: Rulebook | None = None,
) -> tuple[Evaluation, Evaluation]:
    """A period and the same one a year before, both under one regime: of `by-date`, that of its last day."""
    book = rulebook or load()
    chosen = book.regime_on(period.last) if regime == BY_DATE else regime
    now, before = (
        evaluate(
            lake, each, level=level, regime=chosen, groups=groups, places=places, as_of=as_of, rulebook=book
        )
        for each in (period, period.previous_year())
    )
    return now, before


def rank_change(
    now: Evaluation,
    before: Evaluation,
    pool: Pool | None = None,
    *,
    by: str = "composite_index",
    rulebook: Rulebook | None = None,
) -> ChangeRanking:
    """Rank the members of a pool by their change: (now - before) / before, in per cent.

    Parameters
    ----------
    now, before
        two evaluations under one regime, see `both_years`
    pool
        its members are the same on both sides: those of the later period. None ranks every place of `now`
    by
        composite_index or a concentration; days are not compared in per cent

    Raises
    ------
    LantianError
        the sides follow different regimes or read different versions of the data; no such figure

    Notes
    -----
    The scheme of 2017-02-12: equal rates share a rank; a place whose six items all attain grade 2 is left out
    of the worsening ranking.
    """
    if (now.regime, now.data_version) != (before.regime, before.data_version):
        raise LantianError(
            f"{now.period.label} follows {now.regime} at data version {now.data_version}, "
            f"{before.period.label} {before.regime} at {before.data_version}",
            remedy="Evaluate both under one regime and version: `both_years` does.",
        )
    book = rulebook or load()
    later = rank(now, pool, by=by, rulebook=book)
    if later.unit in {"d", "%"}:
        raise LantianError(
            f"'{by}' is not compared in per cent", remedy="Take the composite index or an item."
        )
    rules = [
        book.rule(f"ranking.rules.change.{name}", on=now.period.last)
        for name in ("decimals", "inputs", "worsening_leaves_out")
    ]
    decimals, inputs, leaves_out = rules[0].integer, rules[1].text, rules[2].text
    matched = later.pool.names().match((row.place, row.name) for row in before.rows)
    earlier = {later.pool.members[at]: before.rows[row] for at, row in matched.found.items()}
    limits = CompositeRules.of(book, regime=now.regime, on=now.period.last).limits
    rates: dict[Member, Decimal] = {}
    for row in later.rows:
        old = earlier.get(row.member)
        rate = None if row.evaluation is None or old is None else _rate(row.evaluation, old, by, inputs)
        if rate is not None:
            rates[row.member] = half_even(rate, decimals)
    attaining = {
        row.member
        for row in later.rows
        if leaves_out == "attaining" and row.evaluation and attains(row.evaluation, limits)
    }
    up = standings(rates)
    down = standings({key: rate for key, rate in rates.items() if key not in attaining})
    rows = []
    for row in later.rows:
        change, old = rates.get(row.member), earlier.get(row.member)
        old_value = figure(old, by) if old else None
        rows.append(
            ChangeRow(
                member=row.member,
                value=row.value,
                before=old_value,
                change=change,
                rank=up[row.member].rank if change is not None else None,
                from_worst=down[row.member].from_worst if row.member in down else None,
                tied=up[row.member].tied if change is not None else 0,
                left_out=row.member in attaining and change is not None,
                why=None if change is not None else _why(row.value, old_value),
            )
        )
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0))
    return ChangeRanking(
        period=now.period, before=before.period, pool=later.pool, by=by, regime=now.regime,
        data_version=now.data_version, rows=tuple(rows),
        missing=tuple(row.name for row in rows if row.change is None),
        left_out=tuple(row.name for row in rows if row.left_out),
        unknown=later.unknown, rules=(*later.rules, *rules),
    )  # fmt: skip


def attains(row: PlaceEvaluation, limits: Mapping[str, Decimal]) -> bool:
    """Whether the six statistics of the ranking, as published, are all within their grade-2 limits."""
    return all(
        (value := row.statistics[item].value) is not None and value <= limit for item, limit in limits.items()
    )


def _rate(now: PlaceEvaluation, before: PlaceEvaluation, by: str, inputs: str) -> Fraction | None:
    if inputs == "exact":
        later, earlier = _exact(now, by), _exact(before, by)
    else:
        shown, old = figure(now, by), figure(before, by)
        later, earlier = (None if value is None else Fraction(value) for value in (shown, old))
    if later is None or not earlier:
        return None
    return (later - earlier) / earlier * 100


def _exact(row: PlaceEvaluation, by: str) -> Fraction | None:
    return row.composite_exact if by == "composite_index" else row.statistics[by].unrounded


def _why(now: Decimal | None, before: Decimal | None) -> str:
    if now is None:
        return "no_value"
    return "no_value_before" if before is None else "zero_before"
