"""Which pollutant costs most: load shares of a composite index, and what it would be after a fall.

A load share (污染负荷比) is a pollutant's single index over the composite index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.composite import ITEMS, CompositeIndex, CompositeRules
from lantian.ambient.exact import Number, exact, half_even, to_decimal
from lantian.errors import LantianError
from lantian.rulebook import Rule, Rulebook, load

SHARE = "ambient.composite.load_share"


@dataclass(frozen=True, slots=True)
class Load:
    """What one pollutant adds to a composite index.

    `part` its single index as published, `share` [%] of the index, `over_limit` how far the single index is
    above 1 (0 when it is not): what attaining would take off. `over_best` how far it is above the best of the
    places compared; None without any.
    """

    item: str
    part: Decimal
    share: Decimal
    over_limit: Decimal
    over_best: Decimal | None


@dataclass(frozen=True, slots=True)
class Fall:
    """What a change of statistics does to a composite index.

    `changes` by item [µg/m³; CO mg/m³], below 0 for a fall. `before` and `after` are the indices, `exact` the
    exact difference after - before, `published` that of the two published indices.
    """

    changes: dict[str, Fraction]
    before: CompositeIndex
    after: CompositeIndex

    @property
    def exact(self) -> Fraction:
        return self.after.exact - self.before.exact

    @property
    def published(self) -> Decimal:
        return self.after.rounded - self.before.rounded


def load_shares(
    parts: Mapping[str, Number],
    index: Number | None = None,
    *,
    regime: str = "gb3095-2012",
    on: date | None = None,
    rulebook: Rulebook | None = None,
) -> dict[str, Decimal]:
    """The load share of each pollutant [%], the largest first.

    Parameters
    ----------
    parts
        single indices by item, as published (`PlaceEvaluation.parts`, `CompositeIndex.rounded_parts`)
    index
        the composite index they are shares of; None takes their sum

    Raises
    ------
    LantianError
        a single index is no number; the index is 0

    Notes
    -----
    share = Ii / Isum, 1 decimal, half-even: not verified; reproduces the 30 shares published by 太原.
    Equal shares stand in the order of the items. The printed shares need not add up to 100.
    """
    book = rulebook or load()
    decimals = book.rule(f"{SHARE}.decimals", on=on, regime=regime).integer
    values = {item: exact(part, name=item) for item, part in parts.items()}
    whole = sum(values.values(), Fraction(0)) if index is None else exact(index, name="index")
    if not whole:
        raise LantianError("the composite index is 0", remedy="There is nothing to share.")
    shares = {item: half_even(100 * part / whole, decimals) for item, part in values.items()}
    return dict(sorted(shares.items(), key=lambda pair: -values[pair[0]]))


def loads(
    index: CompositeIndex,
    *,
    best: Mapping[str, Decimal] | None = None,
    on: date | None = None,
    rulebook: Rulebook | None = None,
) -> list[Load]:
    """What each pollutant adds to an index, the one that costs most first.

    Parameters
    ----------
    index
        of `composite_index` or `CompositeRules`
    best
        the best single index of each pollutant among the places compared (`best_parts`), which `over_best`
        counts from

    Notes
    -----
    By `ambient.composite.load_share.inputs`: published or exact single indices.
    """
    book = rulebook or load()
    published = book.rule(f"{SHARE}.inputs", on=on, regime=index.regime).text == "published"
    parts = index.rounded_parts if published else index.parts
    whole = index.rounded if published else index.exact
    weight = {item: Decimal(index.weights.get(item, 1)) for item in ITEMS}
    shares = load_shares(parts, whole, regime=index.regime, on=on, rulebook=book)
    return [
        Load(
            item=item,
            part=index.rounded_parts[item],
            share=share,
            over_limit=max(index.rounded_parts[item] - weight[item], Decimal(0)),
            over_best=None if best is None else index.rounded_parts[item] - best[item],
        )
        for item, share in shares.items()
    ]


def best_parts(indices: Iterable[CompositeIndex]) -> dict[str, Decimal]:
    """The smallest published single index of each pollutant; indices under the same rules, at least one."""
    known = list(indices)
    return {item: min(index.rounded_parts[item] for index in known) for item in ITEMS}


def what_if(
    statistics: Mapping[str, Number],
    changes: Mapping[str, Number],
    *,
    regime: str = "gb3095-2012",
    on: date | None = None,
    method: str | None = None,
    rulebook: Rulebook | None = None,
) -> Fall:
    """The composite index after a change of one or several statistics.

    Parameters
    ----------
    statistics
        so2 no2 pm10 pm2_5 co o3_8h as published [µg/m³; CO mg/m³]
    changes
        what is added to each [µg/m³; CO mg/m³]: `{"pm2_5": -1}` for a fall of 1 µg/m³; others stay
    method
        `unweighted` or `weighted`; None takes the rulebook's

    Raises
    ------
    LantianError
        a statistic is missing or no concentration; an item is unknown; a fall is below 0

    Notes
    -----
    Exact: Δ = w·ΔC/S. As published it may differ by up to 0.01 a pollutant, because each single index is
    rounded.
    """
    return _what_if(_rules(regime, on, method, rulebook), _six(statistics), changes)


def per_unit(
    statistics: Mapping[str, Number],
    *,
    regime: str = "gb3095-2012",
    on: date | None = None,
    method: str | None = None,
    rulebook: Rulebook | None = None,
) -> dict[str, Fall]:
    """How much the index falls when one pollutant falls by one unit of its last printed decimal but no less
    than 0: 1 µg/m³, for CO 0.1 mg/m³; the largest exact fall first.

    Parameters and errors as for `what_if`.
    """
    rules = _rules(regime, on, method, rulebook)
    values = _six(statistics)
    unit = {item: Fraction(1, 10) if item == "co" else Fraction(1) for item in ITEMS}
    falls = {item: _what_if(rules, values, {item: -min(unit[item], values[item])}) for item in ITEMS}
    return dict(sorted(falls.items(), key=lambda pair: pair[1].exact))


def _rules(regime: str, on: date | None, method: str | None, rulebook: Rulebook | None) -> CompositeRules:
    return CompositeRules.of(rulebook or load(), regime=regime, on=on, method=method)


def _six(statistics: Mapping[str, Number]) -> dict[str, Fraction]:
    missing = [item for item in ITEMS if item not in statistics]
    if missing:
        raise LantianError(f"{', '.join(missing)} is missing", remedy="An index needs all six statistics.")
    return {item: exact(statistics[item], name=item) for item in ITEMS}


def _what_if(rules: CompositeRules, values: dict[str, Fraction], changes: Mapping[str, Number]) -> Fall:
    unknown = sorted(set(changes) - set(ITEMS))
    if unknown:
        raise LantianError(f"there is no pollutant {', '.join(unknown)}", remedy="Write " + ", ".join(ITEMS))
    added = {item: _signed(change, item) for item, change in changes.items()}
    after = dict(values)
    for item, change in added.items():
        if values[item] + change < 0:
            raise LantianError(
                f"{item} cannot fall by {to_decimal(-change)}: it is {to_decimal(values[item])}",
                remedy="Let it fall by no more than it is.",
            )
        after[item] = values[item] + change
    return Fall(added, rules.index(values), rules.index(after))


def _signed(value: Number, name: str) -> Fraction:
    """A change, which may be below 0."""
    if isinstance(value, Fraction):
        return value
    text = str(value).strip().replace("−", "-")
    return -exact(text[1:], name=name) if text.startswith("-") else exact(text.removeprefix("+"), name=name)


def rules_of(regime: str, on: date | None = None, rulebook: Rulebook | None = None) -> tuple[Rule, ...]:
    """The rules behind load shares, for those who show them."""
    book = rulebook or load()
    return tuple(book.rule(f"{SHARE}.{part}", on=on, regime=regime) for part in ("inputs", "decimals"))
