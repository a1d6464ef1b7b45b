"""Evaluations made by hand: a place with an index, or with six statistics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from lantian.ambient import Evaluation, Period, PlaceEvaluation, Statistic, composite_index

ITEMS = ("so2", "no2", "pm10", "pm2_5", "co", "o3_8h")
Make = Callable[..., Evaluation]


def statistic(value: str | None) -> Statistic:
    number = None if value is None else Decimal(value)
    exact = None if number is None else Fraction(number)
    return Statistic(number, exact, "µg/m³", "mean", 30 if value else 0, value is not None, None)


def place_of(name: str, given: Any, **more: Any) -> PlaceEvaluation:
    """`given`: a published index, None, or the six statistics by item."""
    if isinstance(given, Mapping):
        statistics = {item: statistic(str(given[item])) for item in ITEMS}
        found = composite_index(**{item: str(given[item]) for item in ITEMS})
        index, exact, parts = found.rounded, found.exact, found.rounded_parts
    else:
        statistics = {item: statistic(None) for item in ITEMS}
        index = None if given is None else Decimal(str(given))
        exact, parts = None if index is None else Fraction(index), {}
    days: dict[str, Any] = {
        "good_days": 20, "heavy_days": 1, "days_used": 0 if given is None else 30, "days_in_period": 30,
        "marks": (), "rank": None,
    }  # fmt: skip
    return PlaceEvaluation(
        place=name, name=name, statistics=statistics, composite_index=index, composite_exact=exact,
        parts=parts, **{**days, **more},
    )  # fmt: skip


@pytest.fixture(scope="session")
def made() -> Make:
    """`made({"太原": "5.04", "临汾": {"so2": 9, …}}, period="2019-06")`; tuples add fields of the place."""

    def make(places: Mapping[str, Any], *, period: str = "2019-06", **more: Any) -> Evaluation:
        rows = []
        for name, given in places.items():
            value, fields = given if isinstance(given, tuple) else (given, {})
            rows.append(place_of(name, value, **fields))
        known = {"level": "city", "regime": "gb3095-2012", "data_version": 1, "source": "made", "rules": ()}
        return Evaluation(period=Period.parse(period), rows=rows, **{**known, **more})

    return make
