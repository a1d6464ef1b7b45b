"""Means over years (三年滑动平均): the mean of annual statistics, each year's validity beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Unpack

from lantian.ambient.asking import Asked, book_of, named_regime, under
from lantian.ambient.evaluation import evaluate
from lantian.ambient.exact import half_even
from lantian.ambient.period import Years
from lantian.ambient.records import PlaceEvaluation, Statistic
from lantian.ambient.rules import SIX, distinct
from lantian.lake import Lake
from lantian.rulebook import Rule

TREE = "ambient.attainment.years"


@dataclass(frozen=True, slots=True)
class YearsMean:
    """The mean of one item over the years.

    `years`: the annual statistic of each year, None where the place has none at all. `value` as printed
    [µg/m³; CO mg/m³]; None while a year has no value. `why`, when not `valid`: which years are short, and of
    what, `{2024: "too_few_days"}`.
    """

    value: Decimal | None
    unrounded: Fraction | None
    years: dict[int, Statistic | None]
    valid: bool
    why: dict[int, str]


@dataclass(frozen=True, slots=True)
class PlaceYears:
    """The means of one place over the years, per item."""

    place: str
    name: str
    means: dict[str, YearsMean]


@dataclass(frozen=True, slots=True)
class YearsEvaluation:
    """Means over years of every place of a level, under one regime."""

    years: Years
    level: str
    regime: str
    data_version: int
    rows: list[PlaceYears]
    rules: tuple[Rule, ...] = field(repr=False)


def years_mean(lake: Lake, years: Years, **asked: Unpack[Asked]) -> YearsEvaluation:
    """The mean over several years of each annual statistic.

    Parameters
    ----------
    lake
        as for `evaluate`, and so are `level`, `groups`, `places`, `as_of`, `rulebook`, `day_list`, `engine`
    years
        `Years.parse("3y-2025")` or `2023..2025`
    regime
        all years are evaluated under it; `by-date` (or nothing) takes the one in force at the end of the last

    Notes
    -----
    HJ 663-2026 evaluates a three-year moving average; its clause was not obtained, so both the rounding
    (`ambient.attainment.years.inputs`) and whether every year has to be valid (`.valid`) are not verified.
    """
    book = book_of(asked)
    periods = years.periods()
    last = periods[-1]
    regime = named_regime(last, asked)
    found = [evaluate(lake, period, **under(asked, regime)) for period in periods]
    inputs = book.rule(f"{TREE}.inputs", on=last.last, regime=regime)
    needed = book.rule(f"{TREE}.valid", on=last.last, regime=regime)
    decimals = book.rule("ambient.statistics.decimals.statistics", on=last.last, regime=regime)
    by_year = {
        period.first.year: {row.place: row for row in evaluation.rows}
        for period, evaluation in zip(periods, found, strict=True)
    }
    places = sorted({(row.place, row.name) for evaluation in found for row in evaluation.rows})
    rows = []
    for place, name in dict(places).items():
        series = {year: rows_of.get(place) for year, rows_of in by_year.items()}
        means = {
            item: _mean(
                series, item, int(decimals.table[item]), inputs.text == "unrounded", needed.text == "all"
            )
            for item in SIX
        }
        rows.append(PlaceYears(place, name, means))
    return YearsEvaluation(
        years=years,
        level=found[-1].level,
        regime=regime,
        data_version=found[-1].data_version,
        rows=rows,
        rules=distinct([*(rule for one in found for rule in one.rules), inputs, needed]),
    )


def _mean(
    series: dict[int, PlaceEvaluation | None], item: str, decimals: int, exact: bool, every: bool
) -> YearsMean:
    statistics = {year: None if row is None else row.statistics[item] for year, row in series.items()}
    why = {
        year: "no_data" if own is None else own.why or ""
        for year, own in statistics.items()
        if own is None or own.why
    }
    values = [
        own.unrounded if exact else Fraction(own.value)
        for own in statistics.values()
        if own is not None and own.value is not None and own.unrounded is not None
    ]
    whole = len(values) == len(statistics)
    mean = sum(values, Fraction(0)) / len(values) if whole else None
    return YearsMean(
        value=None if mean is None else half_even(mean, decimals),
        unrounded=mean,
        years=statistics,
        valid=whole and (not why if every else len(why) < len(statistics)),
        why=why,
    )
