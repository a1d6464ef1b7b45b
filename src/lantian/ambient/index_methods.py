"""The composite index of every place of an evaluation by any method: plain, weighted, HJ 663-2013 annex C."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Unpack

from lantian.ambient.asking import Asked, book_of, named_regime
from lantian.ambient.attainment import evaluate_attainment
from lantian.ambient.composite import (
    ANNEX_C_2013,
    ITEMS,
    METHODS,
    CompositeIndex,
    CompositeRules,
    annex_c_2013_index,
)
from lantian.ambient.evaluation import evaluate, ranked
from lantian.ambient.period import Period
from lantian.ambient.records import Evaluation, PlaceEvaluation, Statistic
from lantian.ambient.rules import distinct
from lantian.errors import LantianError
from lantian.lake import Lake

INPUTS = "ambient.composite.inputs"


def evaluate_indices(
    lake: Lake, period: Period, *, method: str | None = None, **asked: Unpack[Asked]
) -> tuple[Evaluation, dict[str, CompositeIndex]]:
    """The evaluation of a period with the composite index of a method, and each place's index in full.

    Parameters
    ----------
    lake, period
        as for `evaluate`, and so are `level`, `regime`, `groups`, `places`, `as_of`, `rulebook`, `day_list`,
        `engine`
    method
        `unweighted` (the city ranking), `weighted` (HJ 663-2026 annex C) or `annex_c_2013` (HJ 663-2013 annex
        C: the larger of mean and percentile); None takes the rulebook's

    Returns
    -------
    rows ranked by that index; with another method than the rulebook's they bear the mark `index_method`

    Raises
    ------
    LantianError
        no such method; else as `evaluate`

    Notes
    -----
    The two other methods are not verified and off unless named; no ranking uses them.
    """
    if method is not None and method not in METHODS:
        raise LantianError(
            f"there is no index method '{method}'", remedy="Choose " + ", ".join(METHODS) + "."
        )
    book = book_of(asked)
    regime = named_regime(period, asked)
    usual = book.rule("ambient.composite.method", on=period.last, regime=regime).text
    found = evaluate(lake, period, **asked)
    exact = book.rule(INPUTS, on=period.last, regime=regime).text == "exact"
    indices: dict[str, CompositeIndex] = {}
    if method == ANNEX_C_2013:
        for row in evaluate_attainment(lake, period, **asked).rows:
            both: dict[str, dict[str, Fraction]] = {"mean": {}, "percentile": {}}
            for check in row.checks:
                value = _value(check.statistic, exact=exact)
                if value is not None:
                    both[check.statistic.method.split()[0]][check.item] = value
            if len(both["percentile"]) == len(ITEMS):
                indices[row.place] = annex_c_2013_index(
                    both["mean"], both["percentile"], regime=regime, on=period.last, rulebook=book
                )
    else:
        rules = CompositeRules.of(book, regime=regime, on=period.last, method=method)
        for place in found.rows:
            values = {item: _value(place.statistics[item], exact=exact) for item in ITEMS}
            known = {item: value for item, value in values.items() if value is not None}
            if len(known) == len(ITEMS):
                indices[place.place] = rules.index(known)
    if method is None or method == usual:
        return found, indices
    rows = [_with(row, indices.get(row.place), method) for row in found.rows]
    used = next((index.rules for index in indices.values()), ())
    return replace(found, rows=ranked(rows), rules=distinct([*found.rules, *used])), indices


def _value(statistic: Statistic, *, exact: bool) -> Fraction | None:
    value: Decimal | Fraction | None = statistic.unrounded if exact else statistic.value
    return None if value is None else Fraction(value)


def _with(row: PlaceEvaluation, index: CompositeIndex | None, method: str) -> PlaceEvaluation:
    return replace(
        row,
        composite_index=index.rounded if index else None,
        composite_exact=index.exact if index else None,
        parts=index.rounded_parts if index else {},
        marks=(*row.marks, f"index_method:{method}"),
    )
