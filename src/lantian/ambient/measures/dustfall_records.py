"""Dustfall as an answer: units, cities, and the figures a notice gives of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lantian.ambient.exact import half_even
from lantian.ambient.measures.record import Record, unverified
from lantian.ambient.period import Period
from lantian.rulebook import Rule, Rulebook, load

Verdict = str
"""below, equal or above."""


@dataclass(frozen=True, slots=True)
class UnitDustfall(Record):
    """Dustfall of one unit (a county, a point) in a period [t/(km²·30d)].

    `value` as published, `exact` before rounding; None when no month is valid. `verdict` below, equal or
    above the `limit`. `change` [%] against `last_year`, the same period a year before; ranks begin with the
    least dust and with the largest fall. `invalid`, `missing`: months so marked; `highest_month`: the
    dustiest valid month. `marks`: `not_reported`, `limit_changes`, `below_detection` …
    """

    place: str
    name: str
    city: str | None
    value: Decimal | None
    exact: Fraction | None
    months_used: int
    months_in_period: int
    invalid: int
    missing: int
    limit: Decimal | None
    verdict: Verdict | None
    rank: int | None
    last_year: Decimal | None
    change: Decimal | None
    change_rank: int | None
    highest_month: tuple[date, Decimal] | None
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary(Record):
    """What a notice says of many units: range, mean, counts below, equal to and above the limit.

    Shares are percent of the valid units. `limit` None: they have no limit or several. `equal_names`,
    `above_names`: which units. `invalid` units had only invalid months, `missing` none.
    """

    units: int
    lowest: Decimal | None
    highest: Decimal | None
    mean: Decimal | None
    mean_last_year: Decimal | None
    change: Decimal | None
    limit: Decimal | None
    below: int
    equal: int
    above: int
    below_share: Decimal | None
    within_share: Decimal | None
    above_share: Decimal | None
    equal_names: tuple[str, ...]
    above_names: tuple[str, ...]
    invalid: int
    missing: int

    def statement(self, language: str = "en", kind: str = "") -> str:
        """The sentence of a notice, in English or Chinese; `kind` is what the units are (117 `counties`)."""
        from lantian.ambient.measures.statements import dustfall_statement

        return dustfall_statement(self, language, kind)


@dataclass(frozen=True, slots=True)
class CityDustfall(Record):
    """A city as the mean of its units; `reported` is the value the city's own row gave, if any."""

    city: str
    value: Decimal | None
    exact: Fraction | None
    units_used: int
    limit: Decimal | None
    verdict: Verdict | None
    rank: int | None
    last_year: Decimal | None
    change: Decimal | None
    change_rank: int | None
    reported: Decimal | None
    summary: Summary


@dataclass(frozen=True, slots=True)
class Dustfall(Record):
    """Dustfall of a period: units and cities, each ranked, least dust first; those without a value last."""

    period: Period
    data_version: int
    units: tuple[UnitDustfall, ...]
    cities: tuple[CityDustfall, ...]
    rules: tuple[Rule, ...] = field(repr=False)

    @property
    def summary(self) -> Summary:
        """Of all units."""
        return summarise(self.units)

    @property
    def city_summary(self) -> Summary:
        """Of all cities, each as the mean of its units."""
        return summarise(self.cities)

    @property
    def unverified(self) -> tuple[Rule, ...]:
        """The rules behind these figures that were not read in their document."""
        return unverified(self.rules)


def summarise(
    rows: Iterable[UnitDustfall | CityDustfall], *, rulebook: Rulebook | None = None, on: date | None = None
) -> Summary:
    """The figures a notice gives of these units or cities; each compared with its own limit."""
    book = rulebook or load()
    places = {
        name: book.rule(f"ambient.dustfall.decimals.{name}", on=on).integer
        for name in ("value", "change", "share")
    }
    given = list(rows)
    valid = [row for row in given if row.value is not None]
    values = [row.value for row in valid if row.value is not None]
    counts = {
        verdict: sum(row.verdict == verdict for row in valid) for verdict in ("below", "equal", "above")
    }
    exact = [row.exact for row in valid if row.exact is not None]
    mean = half_even(sum(exact, Fraction(0)) / len(exact), places["value"]) if exact else None
    past = [Fraction(row.last_year) for row in given if row.last_year is not None]
    last = half_even(sum(past, Fraction(0)) / len(past), places["value"]) if past else None
    limits = {row.limit for row in given}

    def share(count: int) -> Decimal | None:
        return half_even(Fraction(count * 100, len(valid)), places["share"]) if valid else None

    def names(verdict: Verdict) -> tuple[str, ...]:
        return tuple(
            getattr(row, "name", "") or getattr(row, "city", "") for row in valid if row.verdict == verdict
        )

    empty = [row for row in given if row.value is None and isinstance(row, UnitDustfall)]
    return Summary(
        units=len(valid),
        lowest=min(values, default=None),
        highest=max(values, default=None),
        mean=mean,
        mean_last_year=last,
        change=change_of(mean, last, places["change"]),
        limit=next(iter(limits)) if len(limits) == 1 else None,
        below=counts["below"],
        equal=counts["equal"],
        above=counts["above"],
        below_share=share(counts["below"]),
        within_share=share(counts["below"] + counts["equal"]),
        above_share=share(counts["above"]),
        equal_names=names("equal"),
        above_names=names("above"),
        invalid=sum(row.invalid > 0 for row in empty),
        missing=sum(row.invalid == 0 for row in empty),
    )


def verdict_of(value: Decimal | None, limit: Decimal | None) -> Verdict | None:
    if value is None or limit is None:
        return None
    return "equal" if value == limit else "above" if value > limit else "below"


def change_of(value: Decimal | None, last: Decimal | None, places: int) -> Decimal | None:
    if value is None or not last:
        return None
    return half_even((Fraction(value) - Fraction(last)) / Fraction(last) * 100, places)
