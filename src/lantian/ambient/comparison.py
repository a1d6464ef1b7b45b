"""Two periods side by side, both under one named regime; and one period under several.

A comparison across 2026-03-01 in which each side follows its own rules says nothing about the air: here both
sides are always evaluated under one regime, and the answer names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Unpack

from lantian.ambient.asking import Asked, book_of, named_regime, under
from lantian.ambient.evaluation import evaluate
from lantian.ambient.exact import Number, exact, half_even
from lantian.ambient.figures import FIGURES, good_ratio, printed, unrounded
from lantian.ambient.period import Period
from lantian.ambient.records import Evaluation, PlaceEvaluation
from lantian.ambient.rules import distinct
from lantian.lake import Lake
from lantian.rulebook import BY_DATE, Rule, Rulebook, load

INPUTS = "ambient.attainment.change.inputs"
DECIMALS = "ambient.statistics.decimals.change_rate"


@dataclass(frozen=True, slots=True)
class Change:
    """A figure then and now. `difference` now - then, as printed; `rate` the change [%]; below 0 improved."""

    then: Decimal | None
    now: Decimal | None
    difference: Decimal | None
    rate: Decimal | None


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """How a place changed.

    `changes`: so2 no2 pm10 pm2_5 co o3_8h and composite_index. `good_days`, `heavy_days`: days more or less;
    `good_ratio`: points more or less of the share of good days [%]. None where a side is missing.
    """

    place: str
    name: str
    then: PlaceEvaluation | None
    now: PlaceEvaluation | None
    changes: dict[str, Change]
    good_days: int | None
    heavy_days: int | None
    good_ratio: Decimal | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every place of two periods under `regime`, in the order of the ranking now."""

    period: Period
    against: Period
    regime: str
    now: Evaluation = field(repr=False)
    then: Evaluation = field(repr=False)
    rows: list[PlaceChange]
    marks: tuple[str, ...]
    rules: tuple[Rule, ...] = field(repr=False)

    def place(self, place: str) -> PlaceChange | None:
        """The change of one place, or None."""
        return next((row for row in self.rows if row.place == place), None)


def compare(lake: Lake, period: Period, against: Period | None = None, **asked: Unpack[Asked]) -> Comparison:
    """How every place changed from another period to this one.

    Parameters
    ----------
    lake, period
        as for `evaluate`, and so are `level`, `groups`, `places`, `as_of`, `rulebook`, `day_list`, `engine`
    against
        the period compared with; None is the same period of the year before (同比)
    regime
        both sides are evaluated under it; `by-date` (or nothing) takes, for both, the one in force at the
        end of the later period

    Returns
    -------
    places of either side; one that is missing on a side is there without changes

    Raises
    ------
    LantianError
        as `evaluate`; no regime is in force at the end of the later period

    Notes
    -----
    Rate of change (变化率): (now - then) / then x 100, 1 decimal, from the published figures: not verified,
    reproduces the published ones. A changed number of days used makes days less comparable: see `days_used`.
    """
    other = against or period.previous_year()
    regime = named_regime(max(period, other, key=lambda side: side.last), asked)
    book = book_of(asked)
    asked = under(asked, regime)
    now, then = evaluate(lake, period, **asked), evaluate(lake, other, **asked)
    earlier = {row.place: row for row in then.rows}
    here = {row.place for row in now.rows}
    rules = _Rules.of(book, regime, period)
    marks = tuple(f"{side}_empty" for side, found in (("period", now), ("against", then)) if not found.rows)
    return Comparison(
        period=period,
        against=other,
        regime=regime,
        now=now,
        then=then,
        rows=[
            *(_place(earlier.get(row.place), row, rules) for row in now.rows),
            *(_gone(row) for row in then.rows if row.place not in here),
        ],
        marks=marks,
        rules=distinct([*now.rules, *then.rules, *rules.rules]),
    )


def both_ways(lake: Lake, period: Period, **asked: Unpack[Asked]) -> dict[str, Evaluation]:
    """A period under each regime that holds in it, and day by day under the one of its date.

    Returns
    -------
    by name: each regime in force on some day of the period (2026: gb3095-2012 and gb3095-2026-transition),
    then `by-date`. A period within one regime gives two equal answers under two names

    Notes
    -----
    2026 changed rules on 1 March; no text says how the year's figure is made. By date: each day's AQI under
    its own rules, limits and decimals of the statistics those of the period's last day.
    """
    book = book_of(asked)
    days = (period.first, *book.changes("regimes.", period.first, period.last), period.last)
    names = list(dict.fromkeys(book.regime_on(day) for day in days))
    return {name: evaluate(lake, period, **under(asked, name)) for name in (*names, BY_DATE)}


def change_rate(
    then: Number, now: Number, *, regime: str = BY_DATE, rulebook: Rulebook | None = None
) -> Decimal | None:
    """(now - then) / then x 100 [%], 1 decimal, half-even; None when `then` is 0.

    >>> change_rate("3.84", "3.67", regime="gb3095-2012")
    Decimal('-4.4')
    """
    decimals = (rulebook or load()).rule(DECIMALS, regime=regime).integer
    before, after = exact(then, name="then"), exact(now, name="now")
    return half_even(100 * (after - before) / before, decimals) if before else None


@dataclass(frozen=True)
class _Rules:
    exact: bool
    decimals: int
    ratio_decimals: int
    rules: Sequence[Rule]

    @classmethod
    def of(cls, book: Rulebook, regime: str, period: Period) -> _Rules:
        inputs = book.rule(INPUTS, on=period.last, regime=regime)
        decimals = book.rule(DECIMALS, on=period.last, regime=regime)
        places = book.rule("ambient.statistics.decimals.evaluation", on=period.last, regime=regime)
        return cls(
            inputs.text == "exact", decimals.integer, int(places.table["attainment_rate"]), (inputs, decimals)
        )


def _place(then: PlaceEvaluation | None, now: PlaceEvaluation, rules: _Rules) -> PlaceChange:
    before, after = good_ratio(then, rules.ratio_decimals), good_ratio(now, rules.ratio_decimals)
    return PlaceChange(
        place=now.place,
        name=now.name,
        then=then,
        now=now,
        changes={figure: _change(then, now, figure, rules) for figure in FIGURES},
        good_days=now.good_days - then.good_days if then else None,
        heavy_days=now.heavy_days - then.heavy_days if then else None,
        good_ratio=None if before is None or after is None else after - before,
    )


def _gone(then: PlaceEvaluation) -> PlaceChange:
    """A place that is there no longer."""
    changes = {figure: Change(printed(then, figure), None, None, None) for figure in FIGURES}
    return PlaceChange(then.place, then.name, then, None, changes, None, None, None)


def _change(then: PlaceEvaluation | None, now: PlaceEvaluation, figure: str, rules: _Rules) -> Change:
    was, has = printed(then, figure), printed(now, figure)
    if was is None or has is None:
        return Change(was, has, None, None)
    before, after = Fraction(was), Fraction(has)
    if rules.exact:
        before, after = unrounded(then, figure) or before, unrounded(now, figure) or after
    rate = half_even(100 * (after - before) / before, rules.decimals) if before else None
    return Change(was, has, has - was, rate)
