"""The same year as an analyst writes it in Polars: lazy, streaming, floats, a rolling mean as a window."""

from __future__ import annotations

import json
import sys

import polars as pl
from paths import paths_of
from points import LIMITS, MEANS, POINTS, STEPS


def iaqi(item: str) -> pl.Expr:
    """Interpolated between breakpoints, rounded up."""
    value = pl.col(item)
    found = pl.lit(500.0)
    for at in range(len(STEPS) - 1, 0, -1):
        low, high = POINTS[item][at - 1], POINTS[item][at]
        share = (value - low) / (high - low) * (STEPS[at] - STEPS[at - 1]) + STEPS[at - 1]
        found = pl.when(value <= high).then(share).otherwise(found)
    return pl.when(value.is_not_null()).then(found.ceil()).alias(f"{item}_iaqi")


def main(root: str, first: int, last: int) -> None:
    """Hours to the ranked year."""
    local = pl.col("time").dt.convert_time_zone("Asia/Shanghai") - pl.duration(hours=1)
    hours = (
        pl.scan_parquet(paths_of(root, first, last))
        .with_columns(pl.col(*MEANS, "o3") / 1000, date=local.dt.date(), hour=local.dt.hour() + 1)
        .with_columns(
            o3_8h=pl.col("o3").rolling_mean(8, min_samples=6).over(["place", "date"], order_by="time")
        )
    )
    windows = pl.col("o3_8h").filter(pl.col("hour") >= 8)
    days = hours.group_by("place", "city", "date").agg(
        *(pl.when(pl.col(item).count() >= 20).then(pl.col(item).mean()).alias(item) for item in MEANS),
        pl.when((windows.count() >= 14) | (windows.max() > 160)).then(windows.max()).alias("o3_8h"),
    )
    cities = (
        days.group_by("city", "date")
        .agg(pl.col(item).mean().round(int(item == "co")) for item in LIMITS)
        .with_columns(iaqi(item) for item in LIMITS)
        .with_columns(aqi=pl.max_horizontal(f"{item}_iaqi" for item in LIMITS))
        .with_columns(
            primary=pl.when(pl.col("aqi") > 50).then(
                pl.concat_list(
                    pl.when(pl.col(f"{item}_iaqi") == pl.col("aqi")).then(pl.lit(item)) for item in LIMITS
                ).list.drop_nulls()
            )
        )
    )
    year = (
        cities.group_by("city")
        .agg(
            *(pl.col(item).mean().round(0) for item in ("so2", "no2", "pm10", "pm2_5")),
            pl.col("co").quantile(0.95, "linear").round(1),
            pl.col("o3_8h").quantile(0.9, "linear").round(0),
            (pl.col("aqi") <= 100).sum().alias("good"),
            (pl.col("aqi") > 200).sum().alias("heavy"),
            pl.col("primary").count(),
        )
        .with_columns(index=pl.sum_horizontal((pl.col(i) / limit).round(2) for i, limit in LIMITS.items()))
        .with_columns(rank=pl.col("index").rank("min"))
        .collect(engine="streaming")
    )
    print(json.dumps({row["city"]: f"{row['index']:.2f}" for row in year.iter_rows(named=True)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
