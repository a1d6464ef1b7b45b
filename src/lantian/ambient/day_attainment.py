"""Days judged by the daily limits of GB 3095, item by item; not by AQI, which from 2031 differs."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.choosing import Chosen, Part
from lantian.ambient.exact import half_even
from lantian.ambient.rules import SIX
from lantian.rulebook import Rule, Rulebook

TREE = "ambient.attainment.day"


@dataclass
class DayCounts:
    """Days of one place by the daily limits of a grade.

    `attained` all six items within their limits, `exceeded` at least one above, `undecided` items missing
    and none above. `by_item`: valid days and days above the limit, per item. `good_not_attained`: AQI up to
    100 and yet above a limit; `attained_not_good` the other way round.
    """

    attained: int = 0
    exceeded: int = 0
    undecided: int = 0
    good_not_attained: int = 0
    attained_not_good: int = 0
    by_item: dict[str, tuple[int, int]] = field(default_factory=lambda: dict.fromkeys(SIX, (0, 0)))

    @property
    def valid(self) -> int:
        """Days that could be judged."""
        return self.attained + self.exceeded

    def rate(self, decimals: int = 1) -> Decimal | None:
        """Share of the judged days that attain (达标率) [%]; None without any."""
        return half_even(Fraction(100 * self.attained, self.valid), decimals) if self.valid else None

    def item_rate(self, item: str, decimals: int = 1) -> Decimal | None:
        """Share of an item's valid days within its limit [%]; None without any."""
        valid, above = self.by_item[item]
        return half_even(Fraction(100 * (valid - above), valid), decimals) if valid else None


def day_counts(
    chosen: Chosen, book: Rulebook, *, grade: int, regime: str
) -> tuple[dict[str, DayCounts], tuple[Rule, ...]]:
    """Every place's days by the daily limits, and the rules used; each day by those of its own date's regime,
    unless `regime` is named.

    Notes
    -----
    HJ 633-2012 6.4, HJ 633-2026 6.2: attainment is judged by GB 3095, not by AQI. Daily values as published.
    """
    counts: dict[str, DayCounts] = {}
    rules: list[Rule] = []
    for part in chosen.parts:
        on = part.stretch.first
        limits: dict[str, int] = {}
        table = book.rule(f"{TREE}.limits", on=on, regime=regime)
        missing = book.rule(f"{TREE}.missing", on=on, regime=regime)
        rules += [table, missing]
        for item, path in table.table.items():
            limit = book.rule(f"ambient.limits.{path}.grade_{grade}", on=on, regime=regime)
            rules.append(limit)
            limits[item] = int(limit.number.scaleb(part.stretch.rules.decimals[item]))
        for row in _judged(part, limits, by_present=missing.text == "present").to_pylist():
            _add(counts.setdefault(row["key"], DayCounts()), row)
    return counts, tuple(rules)


def _judged(part: Part, limits: dict[str, int], *, by_present: bool) -> pa.Table:
    """Counts of each key."""
    table = part.table
    here = {item: pc.is_valid(table[item]) for item in SIX}
    above = {
        item: pc.fill_null(pc.greater(table[item], pa.scalar(limits[item], table[item].type)), False)
        for item in SIX
    }
    exceeded = reduce(pc.or_, above.values())
    enough = reduce(pc.or_ if by_present else pc.and_, here.values())
    attained = pc.and_(enough, pc.invert(exceeded))
    good = pc.equal(pc.fill_null(table["good"], 0), 1)
    bad = pc.equal(pc.fill_null(table["good"], 1), 0)
    columns = {
        "exceeded": exceeded,
        "attained": attained,
        "undecided": pc.invert(pc.or_(exceeded, attained)),
        "good_not_attained": pc.and_(good, exceeded),
        "attained_not_good": pc.and_(bad, attained),
        **{f"{item}_n": here[item] for item in SIX},
        **{f"{item}_above": above[item] for item in SIX},
    }
    counted = {name: pc.cast(column, pa.int32()) for name, column in columns.items()}
    grouped = pa.table({"key": table["key"], **counted}).group_by("key")
    found = grouped.aggregate([(name, "sum") for name in counted])
    return found.rename_columns([name.removesuffix("_sum") for name in found.column_names])


def _add(counts: DayCounts, row: dict[str, int]) -> None:
    counts.attained += row["attained"]
    counts.exceeded += row["exceeded"]
    counts.undecided += row["undecided"]
    counts.good_not_attained += row["good_not_attained"]
    counts.attained_not_good += row["attained_not_good"]
    for item in SIX:
        valid, above = counts.by_item[item]
        counts.by_item[item] = (valid + row[f"{item}_n"], above + row[f"{item}_above"])
