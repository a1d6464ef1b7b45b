"""From the days of a place to the statistics of a period: means and percentiles as exact fractions.

The engine counts, sums and orders whole numbers; what comes out is a numerator and a divisor. Rounding is
left to `evaluate`, where the statistic's decimals are known.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw

from lantian.ambient.hours import Frame


def period_statistics(days: Frame, percents: Mapping[str, int], means: tuple[str, ...]) -> Frame:
    """Counts, sums and order statistics of each place.

    Parameters
    ----------
    days
        `place_days` of the period, all with the same decimals per item
    percents
        percentile to find, per item
    means
        items of which the mean is wanted

    Returns
    -------
    one row per key: `name`, `days_used` (days with an AQI), `good`, `heavy`, `lent` (days that
    count only because hours were lost); per item
    `{item}_n`; per mean `{item}_sum`; per percentile `{item}_low`, `{item}_high` (the two neighbours) and
    `{item}_rest` (hundredths of the way between them)

    Notes
    -----
    Percentile: sorted ascending, k = 1 + (n-1)p/100, linear between neighbours (HJ 663-2013, A.6).
    """
    ranked = days.with_columns(
        *((~nw.col(item).is_null()).cast(nw.Int64).alias(f"{item}_here") for item in percents)
    ).with_columns(
        # Nulls add nothing, wherever an engine sorts them, so the running sum numbers the values from 1.
        *(
            nw.col(f"{item}_here").cum_sum().over("key", order_by=[item, "date"]).alias(f"{item}_rank")
            for item in percents
        ),
        *(nw.col(f"{item}_here").sum().over("key").alias(f"{item}_all") for item in percents),
    )
    wanted = []
    for item, percent in percents.items():
        steps = (nw.col(f"{item}_all") - 1) * percent
        here = nw.col(f"{item}_here") == 1
        for name, offset in (("low", 1), ("high", 2)):
            at = here & (nw.col(f"{item}_rank") == steps // 100 + offset)
            wanted.append(nw.when(at).then(nw.col(item)).otherwise(None).alias(f"{item}_{name}"))
        wanted.append(nw.when(here).then(steps % 100).otherwise(None).alias(f"{item}_rest"))
    sums = tuple(f"{item}_sum" for item in means)
    found = tuple(f"{item}_{part}" for item in percents for part in ("low", "high", "rest"))
    counts = tuple(f"{item}_n" for item in (*means, *percents))
    return (
        ranked.with_columns(*wanted, *(nw.col(item).cast(nw.Int64).alias(f"{item}_sum") for item in means))
        .group_by("key")
        .agg(
            nw.col("name").max(),
            nw.col("aqi").count().alias("days_used"),
            nw.col("good").sum(),
            nw.col("heavy").sum(),
            nw.col("lent").sum(),
            *(nw.col(item).count().alias(f"{item}_n") for item in (*means, *percents)),
            *(nw.col(column).sum() for column in sums),
            *(nw.col(column).max() for column in found),
        )
        .with_columns(
            *(nw.col(column).cast(nw.Int32) for column in ("days_used", "good", "heavy", "lent", *counts)),
            *(nw.col(column).cast(nw.Int64) for column in (*sums, *found)),
        )
    )


def month_counts(days: Frame, items: tuple[str, ...]) -> Frame:
    """Days with a value, per key, `year`, `month` and item."""
    dated = days.with_columns(year=nw.col("date").dt.year(), month=nw.col("date").dt.month())
    return dated.group_by("key", "year", "month").agg(*(nw.col(item).count().alias(item) for item in items))
