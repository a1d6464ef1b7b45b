"""An official list laid beside our ranking, and each difference explained by what can be checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.composite import CompositeRules
from lantian.ambient.exact import to_decimal
from lantian.ambient.ranking.official import OfficialList, OfficialRow
from lantian.ambient.ranking.order import Ranking, RankRow
from lantian.rulebook import Rulebook, load

Number = int | Decimal | str

MEANINGS = {
    "same": "the same",
    "rounding": "no more than rounding of the statistics and the index can make",
    "tie": "places share this value; the list numbers them one after the other",
    "source_city_feed": "the city feed's ozone is lower than the mean of station maxima",
    "lost_hours": "hours of the place were lost by the archive",
    "days_missing": "days of the place have no value here",
    "station_share": "days on which too few of the city's stations were valid",
    "others_missing": "other places of the pool have no value here",
    "different_pool": "the list ranks another set of places",
    "not_in_pool": "the place is not in the pool ranked here",
    "not_in_list": "the list does not name a place that is in it by our figures",
    "no_data_here": "no value here",
    "dust_days": "dust days taken out give the official figure",
    "reviewed_data": "another version of the data gives the official figure",
    "regime": "another regime gives the official figure",
    "unexplained": "nothing that was checked explains it",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two figures differ: a stable code and the numbers that were checked."""

    code: str
    numbers: dict[str, Number]


@dataclass(frozen=True, slots=True)
class Compared:
    """One place in both lists.

    `theirs` None: our figures put it there, the list does not name it. `value_difference` and
    `rank_difference` are ours minus theirs, ranks counted from the end the list counts from (`from_worst` for
    a list of the worst).
    """

    name: str
    ours: RankRow | None
    theirs: OfficialRow | None
    our_rank: int | None
    their_rank: int | None
    value_difference: Decimal | None
    rank_difference: int | None
    explanations: tuple[Explanation, ...]

    @property
    def same(self) -> bool:
        """Whether everything the list gives is as ours."""
        return self.explanations[0].code == "same"


def compare_official(
    ranking: Ranking,
    official: OfficialList,
    *,
    alternatives: Sequence[tuple[str, Ranking]] = (),
    rulebook: Rulebook | None = None,
) -> list[Compared]:
    """Lay an official list beside a ranking and explain every difference.

    Parameters
    ----------
    ranking
        ours
    official
        see `read_official`
    alternatives
        our ranking under other assumptions, each with the code it would explain by: `dust_days` (dust taken
        out), `reviewed_data` (another data version), `regime`. One explains a difference only where it gives
        the official figure and ours does not

    Returns
    -------
    one row for each place of the list, in its order, then the places that only our figures put there

    Notes
    -----
    An explanation is checked, never guessed: `rounding` is within the bound computed from the decimals;
    `lost_hours`, `days_missing`, `station_share`, `source_city_feed` are said only of a place that bears the
    mark, of a difference rounding does not cover. What no check covers is `unexplained`.
    """
    checks = _Checks(ranking, official, alternatives, rounding_bound(ranking, rulebook))
    rows = [checks.row(theirs) for theirs in official.rows]
    named = {id(row.ours) for row in rows if row.ours}
    return rows + checks.only_ours(named)


def rounding_bound(ranking: Ranking, rulebook: Rulebook | None = None) -> Fraction:
    """How far two right computations of one figure may lie apart through rounding.

    Of the composite index: half a step of each statistic over its limit, and half a step of the index; of
    another figure one step.
    """
    book, day = rulebook or load(), ranking.period.last
    rule = book.rule("ambient.statistics.decimals.statistics", on=day, regime=ranking.regime)
    steps = {item: Fraction(1, 10 ** int(decimals)) for item, decimals in rule.table.items()}
    if ranking.by != "composite_index":
        return steps.get(ranking.by) or _step(next((r.value for r in ranking.rows if r.value), Decimal(1)))
    composite = CompositeRules.of(book, regime=ranking.regime, on=day)
    of_items = (
        steps[item] / 2 * composite.weights[item] / Fraction(limit)
        for item, limit in composite.limits.items()
    )
    return sum(of_items, Fraction(1, 2 * 10**composite.index_decimals))


@dataclass(frozen=True)
class _Checks:
    ranking: Ranking
    official: OfficialList
    alternatives: Sequence[tuple[str, Ranking]]
    bound: Fraction

    def row(self, theirs: OfficialRow) -> Compared:
        ours = self.ranking.row(theirs.name)
        value = theirs.values.get(self.ranking.by)
        worst = theirs.from_worst is not None
        their_rank = theirs.from_worst if worst else theirs.rank
        if ours is None or ours.value is None:
            code = "not_in_pool" if ours is None else "no_data_here"
            numbers: dict[str, Number] = {"pool": self.ranking.pool.size} if ours is None else {}
            why: tuple[Explanation, ...] = (Explanation(code, numbers),)
            return Compared(theirs.name, ours, theirs, None, their_rank, None, None, why)
        our_rank = ours.from_worst if worst else ours.rank
        value_difference = None if value is None else ours.value - value
        rank_difference = None if their_rank is None or our_rank is None else our_rank - their_rank
        found = []
        if value is not None and value_difference:
            found += self._value(ours, ours.value, value)
        if rank_difference and our_rank is not None and their_rank is not None:
            found += self._rank(ours, our_rank, their_rank, worst=worst)
        if not value_difference and not rank_difference:
            found = [Explanation("same", {})]
        elif not found:
            found = [Explanation("unexplained", {})]
        return Compared(
            theirs.name, ours, theirs, our_rank, their_rank, value_difference, rank_difference, _once(found)
        )  # fmt: skip

    def only_ours(self, named: set[int]) -> list[Compared]:
        """Places our figures put into a list of best or worst that does not name them."""
        rows = []
        for side in ("best", "worst"):
            listed = self.official.size(side)
            shown = self.ranking.best(listed) if side == "best" else self.ranking.worst(listed)
            for ours in shown if listed else ():
                if id(ours) in named:
                    continue
                worst = side == "worst"
                rank = ours.from_worst if worst else ours.rank
                found = self._rank(ours, rank or 0, listed + 1, worst=worst) or [
                    Explanation("unexplained", {})
                ]
                why = (Explanation("not_in_list", {"listed": listed}), *_once(found))
                rows.append(Compared(ours.name, ours, None, rank, None, None, None, why))
        return rows

    def _value(self, ours: RankRow, value: Decimal, theirs: Decimal) -> list[Explanation]:
        difference = value - theirs
        found = []
        if abs(difference) <= self.bound:
            found.append(Explanation("rounding", {"difference": difference, "bound": _shown(self.bound)}))
        for code, other in self.alternatives:
            row = other.row(ours.member.code or ours.member.group + ours.name) or other.row(ours.name)
            if row is None or row.value is None or row.value == value:
                continue
            near = abs(row.value - theirs) <= self.bound < abs(difference)
            if near or row.value == theirs:
                found.append(Explanation(code, {"value": row.value, "basis": _basis(other, self.ranking)}))
        return found or self._marks(ours, lower=difference < 0)

    def _rank(self, ours: RankRow, rank: int, theirs: int, *, worst: bool) -> list[Explanation]:
        found = []
        if rank <= theirs < rank + ours.tied:
            found.append(Explanation("tie", {"tied": ours.tied, "rank": rank}))
        first, last = self._reach(ours, worst=worst)
        if first <= theirs <= last:
            found.append(
                Explanation("rounding", {"from_rank": first, "to_rank": last, "bound": _shown(self.bound)})
            )
        absent = len(self.ranking.missing) + self.ranking.unknown
        if absent and rank < theirs <= rank + absent:
            found.append(Explanation("others_missing", {"places": absent}))
        if not found:
            sizes = self._sizes()
            if sizes and 0 < (theirs - rank) * (1 if sizes[1] > sizes[0] else -1) <= abs(sizes[1] - sizes[0]):
                found.append(Explanation("different_pool", {"ours": sizes[0], "theirs": sizes[1]}))
        for code, other in self.alternatives:
            row = other.row(ours.name)
            if row and (row.from_worst if worst else row.rank) == theirs:
                found.append(Explanation(code, {"rank": theirs, "basis": _basis(other, self.ranking)}))
        return found or self._marks(ours, lower=None)

    def _reach(self, ours: RankRow, *, worst: bool) -> tuple[int, int]:
        """The ranks that rounding of this and every other value may give the place."""
        sign = -1 if worst != (self.ranking.order == "descending") else 1
        own = sign * Fraction(ours.value or 0)
        others = [
            sign * Fraction(row.value)
            for row in self.ranking.rows
            if row is not ours and row.value is not None
        ]
        surely = sum(value < own - 2 * self.bound for value in others)
        perhaps = sum(value <= own + 2 * self.bound for value in others)
        return surely + 1, perhaps + 1

    def _sizes(self) -> tuple[int, int] | None:
        """Ranked places here and in a full official table, where they differ."""
        printed = [row.rank for row in self.official.rows if row.printed and row.rank and not row.side]
        here = self.ranking.pool.size
        there = max([len(printed), *printed]) if printed else here
        return None if there == here else (here, there)

    def _marks(self, ours: RankRow, *, lower: bool | None) -> list[Explanation]:
        found: list[Explanation] = []
        row = ours.evaluation
        if row is None:
            return found
        marks = dict(mark.partition(":")[::2] for mark in row.marks)
        if row.days_used < row.days_in_period:
            days: dict[str, Number] = {"days": row.days_in_period - row.days_used, "of": row.days_in_period}
            found.append(Explanation("days_missing", days))
        for code, unit in (("lost_hours", "hours"), ("station_share", "days")):
            if code in marks:
                found.append(Explanation(code, {unit: marks[code]}))
        if "source_city_feed" in marks and lower and self.ranking.by in ("composite_index", "o3_8h"):
            found.append(Explanation("source_city_feed", {}))
        return found


def _once(found: Sequence[Explanation]) -> tuple[Explanation, ...]:
    """Each code once, the first said."""
    kept: dict[str, Explanation] = {}
    for explanation in found:
        kept.setdefault(explanation.code, explanation)
    return tuple(kept.values())


def _basis(other: Ranking, ours: Ranking) -> str:
    """What the alternative rests on."""
    if other.regime != ours.regime:
        return other.regime
    return f"data version {other.data_version}"


def _step(value: Decimal) -> Fraction:
    exponent = value.as_tuple().exponent
    return Fraction(10) ** (exponent if isinstance(exponent, int) else 0)


def _shown(value: Fraction) -> Decimal:
    return to_decimal(value).quantize(Decimal("0.0001"))
