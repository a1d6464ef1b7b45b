"""Percentiles of items the city ranking knows by their mean only: SO2, NO2 (98th), PM10, PM2.5 (95th)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lantian.ambient.choosing import Chosen, Part
from lantian.ambient.exact import half_even
from lantian.ambient.records import Evaluation, Statistic
from lantian.ambient.rules import UNITS
from lantian.ambient.statistics import period_statistics
from lantian.lake import engines

NEEDED = ("key", "date", "name", "aqi", "good", "heavy", "lent")


def percentiles(
    chosen: Chosen,
    percents: Mapping[str, int],
    means: Evaluation,
    decimals: Mapping[str, int],
    *,
    engine: str = engines.DUCKDB,
) -> dict[str, dict[str, Statistic]]:
    """Percentiles of daily values, by place and item.

    Parameters
    ----------
    chosen
        the days that `means` was evaluated from
    percents
        percentile per item
    means
        whose statistics of the same items say how many days there are and whether they are enough
    decimals
        places to print, per item

    Notes
    -----
    Days of a percentile are the days of the mean, so what makes one valid makes the other. k = 1 +
    (n-1)p/100, linear between neighbours (HJ 663-2013 A.6); 98th and 95th by HJ 663.
    """
    by_place = {row.place: row for row in means.rows}
    found: dict[str, dict[str, Statistic]] = {place: {} for place in by_place}
    for origin in dict.fromkeys(part.origin for part in chosen.parts):
        days, places = aligned([part for part in chosen.parts if part.origin == origin], tuple(percents))
        table = engines.engine_of(engine).run(
            ("percentiles", tuple(percents.items()), ()),
            lambda days: period_statistics(days, percents, ()),
            days=days,
        )
        for row in table.to_pylist():
            evaluated = by_place.get(row["key"])
            if evaluated is None:
                continue
            for item, percent in percents.items():
                mean = evaluated.statistics[item]
                exact = _unrounded(row, item, places[item])
                found[row["key"]][item] = Statistic(
                    value=None if exact is None else half_even(exact, decimals[item]),
                    unrounded=exact,
                    unit=UNITS[item],
                    method=f"percentile {percent}",
                    days_used=mean.days_used,
                    valid=mean.valid,
                    why=mean.why,
                )
    return found


def aligned(parts: list[Part], items: tuple[str, ...]) -> tuple[pa.Table, dict[str, int]]:
    """Days of several stretches as one table, each item in the finest decimals any of them uses."""
    places = {item: max(part.stretch.rules.decimals[item] for part in parts) for item in items}
    tables = []
    for part in parts:
        table = part.table.select([*NEEDED, *items])
        for item in items:
            finer = 10 ** (places[item] - part.stretch.rules.decimals[item])
            if finer > 1:
                at = table.column_names.index(item)
                table = table.set_column(at, item, pc.multiply(table[item], pa.scalar(finer, pa.int32())))
        tables.append(table)
    return pa.concat_tables(tables), places


def _unrounded(row: Mapping[str, Any], item: str, places: int) -> Fraction | None:
    low, high, rest = row[f"{item}_low"], row[f"{item}_high"], row[f"{item}_rest"]
    if low is None:
        return None
    step = (high - low) * rest if rest else 0
    return Fraction(100 * low + step, 100 * 10**places)
