"""Composite index (综合指数) of the city ranking: each statistic over its grade-2 limit, summed.

Also the single and the largest index, the weighted method, and the index of HJ 663-2013 annex C, whose single
index is the larger one of mean and percentile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.exact import Number, exact, half_even, to_decimal
from lantian.errors import LantianError
from lantian.rulebook import Rule, Rulebook, load

ITEMS = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h")
TREE = "ambient.composite"
ANNEX_C_2013 = "annex_c_2013"
METHODS = ("unweighted", "weighted", ANNEX_C_2013)
"""Ways to make an index; the first is that of the city ranking."""


@dataclass(frozen=True, slots=True)
class CompositeIndex:
    """A composite index and what it is made of.

    `value` and `parts` are unrounded (28 digits; `exact` is the fraction itself). `rounded` and
    `rounded_parts` are as published: each single index to 2 decimals, and their sum. `limits` [µg/m³, CO
    mg/m³], `weights`, `rules`: every rule that was used.
    """

    value: Decimal
    rounded: Decimal
    parts: dict[str, Decimal]
    rounded_parts: dict[str, Decimal]
    exact: Fraction
    limits: dict[str, Decimal]
    weights: dict[str, int]
    method: str
    regime: str
    rules: tuple[Rule, ...]

    @property
    def verified(self) -> bool:
        """Whether every rule behind it was read in its document."""
        return all(rule.verified for rule in self.rules)

    @property
    def maximum(self) -> Decimal:
        """The largest single index (最大单项指数), as published; weighted where the method is."""
        return max(self.rounded_parts.values())

    @property
    def maximum_items(self) -> tuple[str, ...]:
        """The pollutants whose published single index is the largest; several when equal."""
        return tuple(item for item in ITEMS if self.rounded_parts[item] == self.maximum)


def composite_index(
    *,
    so2: Number,
    no2: Number,
    pm10: Number,
    pm2_5: Number,
    co: Number,
    o3_8h: Number,
    regime: str = "gb3095-2012",
    on: date | None = None,
    method: str | None = None,
    rulebook: Rulebook | None = None,
) -> CompositeIndex:
    """The composite index of six statistics.

    Parameters
    ----------
    so2, no2, pm10, pm2_5
        means of the period [µg/m³]
    co
        95th percentile of the daily means [mg/m³]
    o3_8h
        90th percentile of the daily largest 8-hour means [µg/m³]
    regime
        whose limits: gb3095-2012, gb3095-2026-transition, gb3095-2026, or by-date with `on`
    method
        `unweighted` or `weighted` (HJ 663-2026 annex C, not verified); None takes the rulebook's

    Raises
    ------
    LantianError
        a statistic is not a number or negative; no such regime or method

    Notes
    -----
    Σ w·C/S over the annual grade-2 limits of SO2, NO2, PM10, PM2.5, the daily limit of CO and the 8-hour
    limit of O3. Rule: 环办〔2014〕64号. Numbers given as float count as the decimal they print as.
    """
    given: dict[str, Number] = {
        "so2": so2,
        "no2": no2,
        "pm10": pm10,
        "pm2_5": pm2_5,
        "co": co,
        "o3_8h": o3_8h,
    }
    statistics = {item: exact(value, name=item) for item, value in given.items()}
    rules = CompositeRules.of(rulebook or load(), regime=regime, on=on, method=method)
    return rules.index(statistics)


@dataclass(frozen=True)
class CompositeRules:
    """The rules of the index on one day, looked up once for many places."""

    limits: dict[str, Decimal]
    weights: dict[str, int]
    single_decimals: int | None
    index_decimals: int
    inputs: str
    method: str
    regime: str
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, book: Rulebook, *, regime: str, on: date | None, method: str | None = None) -> CompositeRules:
        def ask(path: str) -> Rule:
            rule = book.rule(path, on=on, regime=regime)
            used.append(rule)
            return rule

        used: list[Rule] = []
        chosen = method or ask(f"{TREE}.method").text
        weights = ask(f"{TREE}.weights.{chosen}").table
        limits = {item: ask(path).number for item, path in ask(f"{TREE}.limits").table.items()}
        single = ask(f"{TREE}.decimals.single").value
        return cls(
            limits=limits,
            weights={item: int(weight) for item, weight in weights.items()},
            single_decimals=None if single is None else int(single),
            index_decimals=ask(f"{TREE}.decimals.index").integer,
            inputs=ask(f"{TREE}.inputs").text,
            method=chosen,
            regime=regime,
            rules=tuple(used),
        )

    def index(self, statistics: Mapping[str, Fraction]) -> CompositeIndex:
        """The index of six exact statistics, keyed as `ITEMS`."""
        parts = {item: statistics[item] * self.weights[item] / Fraction(self.limits[item]) for item in ITEMS}
        return self.of_parts(parts)

    def of_parts(self, parts: Mapping[str, Fraction]) -> CompositeIndex:
        """The index of six exact single indices, keyed as `ITEMS`."""
        total = sum(parts.values(), Fraction(0))
        decimals = self.index_decimals if self.single_decimals is None else self.single_decimals
        rounded_parts = {item: half_even(part, decimals) for item, part in parts.items()}
        whole = total if self.single_decimals is None else Fraction(sum(rounded_parts.values(), Decimal(0)))
        return CompositeIndex(
            value=to_decimal(total),
            rounded=half_even(whole, self.index_decimals),
            parts={item: to_decimal(part) for item, part in parts.items()},
            rounded_parts=rounded_parts,
            exact=total,
            limits=self.limits,
            weights=self.weights,
            method=self.method,
            regime=self.regime,
            rules=self.rules,
        )


def annex_c_2013_index(
    means: Mapping[str, Number],
    percentiles: Mapping[str, Number],
    *,
    regime: str = "gb3095-2012",
    on: date | None = None,
    rulebook: Rulebook | None = None,
) -> CompositeIndex:
    """The index of HJ 663-2013 annex C: the single index is the larger of mean and percentile over its limit.

    Parameters
    ----------
    means
        so2 no2 pm10 pm2_5: means of the period [µg/m³]
    percentiles
        so2 no2 (98th), pm10 pm2_5 (95th), co (95th), o3_8h (90th) of the daily values [µg/m³; CO mg/m³]

    Returns
    -------
    `limits` are those that decided each single index

    Raises
    ------
    LantianError
        a statistic is missing, not a number or negative

    Notes
    -----
    HJ 663-2013 annex C, from memory: not verified. The city ranking takes the mean only (`composite_index`).
    """
    book = rulebook or load()
    rules = CompositeRules.of(book, regime=regime, on=on, method="unweighted")
    pairs = book.rule(f"{TREE}.{ANNEX_C_2013}", on=on, regime=regime)
    used = [pairs]
    parts: dict[str, Fraction] = {}
    limits: dict[str, Decimal] = {}
    for item in ITEMS:
        for kind, path in pairs.table[item].items():
            values = means if kind == "mean" else percentiles
            if item not in values:
                raise LantianError(f"the {kind} of {item} is missing", remedy="Give every statistic.")
            limit = book.rule(str(path), on=on, regime=regime)
            used.append(limit)
            part = exact(values[item], name=f"{item} {kind}") / Fraction(limit.number)
            if item not in parts or part > parts[item]:
                parts[item], limits[item] = part, limit.number
    found = replace(rules, limits=limits, method=ANNEX_C_2013, rules=tuple(used))
    return found.of_parts(parts)
