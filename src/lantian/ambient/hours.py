"""From hours to the own day of each place: daily means and the largest 8-hour ozone mean, exactly.

Everything here is a Narwhals expression over whole numbers, so DuckDB, Polars and Spark give the same
digits. Days and hours are numbers too: engines differ in calendars, and are slow in them. A mean is kept as
`sum x (scale // n)`: a whole number of 1/scale thousandths, where `scale` is divisible by every n that can
make a valid mean. Nothing is rounded before `days`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import narwhals as nw

from lantian.ambient.rules import MEANS, HourRules

Frame = nw.LazyFrame[Any]

EPOCH = date(1970, 1, 1)
CHINA = ZoneInfo("Asia/Shanghai")
POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")


def lost_hours(hours: Frame, rules: HourRules, span: tuple[datetime, datetime] | None = None) -> Frame:
    """Which hours of each local day (nearly) every place lacks, where enough places report to tell.

    Parameters
    ----------
    hours
        `day` [days since 1970, local], `hour` [1 to 24] and how many `places` have a row of that hour, of all
        places of the kind
    span
        first and last hour the lake holds of the kind; hours before and after are not lost, they were never
        to be had or are still to come. None: whole days are expected

    Returns
    -------
    `date` [days since 1970], `lost` (a bit for each hour, that of the hour ending at 01:00 the lowest; 0 when
    no hour was lost)
    """
    compared = hours.with_columns(fullest=nw.col("places").max().over("day"))
    there = nw.col("places") * 100 > nw.col("fullest") * rules.lost_max_share
    bit = nw.lit(0, dtype=nw.Int64)
    for hour in range(1, 25):
        bit = nw.when(nw.col("hour") == hour).then(nw.lit(2 ** (hour - 1), dtype=nw.Int64)).otherwise(bit)
    days = (
        compared.with_columns(there=nw.when(there).then(bit).otherwise(0).cast(nw.Int64))
        .group_by("day")
        .agg(nw.col("there").sum(), nw.col("fullest").max())
    )
    enough = nw.col("fullest") >= rules.lost_min_places
    expected = nw.lit(2**24 - 1, dtype=nw.Int64)
    if span is not None:
        (first_day, first), (last_day, last) = local_hour(span[0]), local_hour(span[1])
        before = nw.when(nw.col("day") == _day_number(first_day)).then(2 ** (first - 1) - 1).otherwise(0)
        after = nw.when(nw.col("day") == _day_number(last_day)).then(2**24 - 2**last).otherwise(0)
        expected = expected - before - after
    lost = nw.when(enough).then(expected - nw.col("there")).otherwise(0).cast(nw.Int32)
    return days.select(nw.col("day").alias("date"), lost.alias("lost"))


def local_hour(time: datetime) -> tuple[date, int]:
    """The local day an hour belongs to and its number in it, 1 to 24; `time` is its end, with a zone."""
    begun = time.astimezone(CHINA) - timedelta(hours=1)
    return begun.date(), begun.hour + 1


def _day_number(day: date) -> int:
    return (day - EPOCH).days


def hours_of(lost: int) -> list[int]:
    """The hours, 1 to 24, whose bits are set in `lost`."""
    return [hour for hour in range(1, 25) if lost >> (hour - 1) & 1]


def own_days(hours: Frame, rules: HourRules, lost: Frame | None = None, labels: Frame | None = None) -> Frame:
    """The day of each place from its own hours.

    Parameters
    ----------
    hours
        one row per place and hour: `place`, `name`, `city`, `day` [days since 1970, local], `hour` [1 to 24]
        and `so2 no2 co o3 pm10 pm2_5` [thousandths of the published unit], null where missing; absent rows
        are missing hours too
    rules
        needed counts of hours and windows
    lost
        `day`, `hour` of each hour that was lost for nearly every place; None when no hour was. A place that
        has such an hour after all did not lose it
    labels
        `place`, `name` and `city` of each place, once, where `hours` is read without names; reading two texts
        with every hour takes as long as a quarter of the rest

    Returns
    -------
    one row per place and local day: `place`, `name`, `city`, `date` [days since 1970]; for each mean item
    `{item}_v` [1/scale thousandths, null when the day is not valid] and `{item}_n` (hours); `o3_8h_v`,
    `o3_8h_n` (valid windows), `o3_1h_v` (largest hour) and `o3_1h_n` (hours); `lent` (1 when some mean
    counts only because hours were lost for every place)

    Notes
    -----
    GB 3095 table 4 (20 hours; 6 hours in 8); HJ 663-2013 6.1.2 (windows end 08:00 to 24:00, 14 of them, or
    the maximum exceeds the limit). Ozone goes through 24 columns a day, so that an absent row cannot make a
    window of rows reach into other hours.
    """
    sums = [nw.col(item).cast(nw.Int64).sum().cast(nw.Int64).alias(f"{item}_s") for item in MEANS]
    counts = [nw.col(item).count().cast(nw.Int32).alias(f"{item}_n") for item in MEANS]
    ozone = [
        nw.when(nw.col("hour") == hour).then(nw.col("o3")).otherwise(None).max().alias(f"o3_{hour}")
        for hour in range(1, 25)
    ]
    texts = () if labels is not None else (nw.col("name").max(), nw.col("city").max())
    grouped = hours.group_by("place", "day").agg(
        *texts,
        *sums,
        *counts,
        *ozone,
        nw.col("o3").max().cast(nw.Int64).alias("o3_1h_v"),
        nw.col("o3").count().cast(nw.Int32).alias("o3_1h_n"),
    )
    if lost is None or rules.lost_min_hours is None:
        counted = grouped.with_columns(nw.lit(0, dtype=nw.Int32).alias(f"{item}_lost") for item in MEANS)
    else:
        counted = _less_lost(grouped, hours, lost)
    means = [_mean(item, rules) for item in MEANS]
    lent = [(~nw.col(f"{item}_v").is_null() & (nw.col(f"{item}_n") < rules.min_hours)) for item in MEANS]
    if labels is not None:
        counted = counted.join(labels, on="place", how="left")
    return (
        _ozone(counted, rules)
        .with_columns(*means, (nw.col("o3_1h_v") * rules.scale).alias("o3_1h_v"))
        .with_columns(date=nw.col("day"), lent=nw.max_horizontal(*(item.cast(nw.Int32) for item in lent)))
        .select(*OWN_COLUMNS)
    )


def _less_lost(grouped: Frame, hours: Frame, lost: Frame) -> Frame:
    """The days with `{item}_lost`: lost hours of which the place has no value itself."""
    every = lost.group_by("day").agg(nw.len().cast(nw.Int32).alias("lost"))
    own = (
        hours.join(lost, on=["day", "hour"], how="inner")
        .group_by("place", "day")
        .agg(nw.col(item).count().cast(nw.Int32).alias(f"{item}_after_all") for item in MEANS)
    )
    return (
        grouped.join(every, on="day", how="left")
        .join(own, on=["place", "day"], how="left")
        .with_columns(
            (nw.col("lost").fill_null(0) - nw.col(f"{item}_after_all").fill_null(0)).alias(f"{item}_lost")
            for item in MEANS
        )
    )


def _mean(item: str, rules: HourRules) -> nw.Expr:
    """The daily mean, null when the day has too few hours."""
    hours = nw.col(f"{item}_n")
    valid = hours >= rules.min_hours
    if rules.lost_min_hours is not None:
        valid = valid | (
            (hours + nw.col(f"{item}_lost") >= rules.min_hours) & (hours >= rules.lost_min_hours)
        )
    return (
        nw.when(valid)
        .then(nw.col(f"{item}_s") * _factor(f"{item}_n", rules.least_hours, 24, rules.scale))
        .otherwise(None)
        .cast(nw.Int64)
        .alias(f"{item}_v")
    )


OWN_COLUMNS = (
    "place",
    "name",
    "city",
    "date",
    *(f"{item}_v" for item in (*MEANS, "o3_8h", "o3_1h")),
    *(f"{item}_n" for item in (*MEANS, "o3_8h", "o3_1h")),
    "lent",
)


def _ozone(grouped: Frame, rules: HourRules) -> Frame:
    ends = range(rules.first_end, rules.last_end + 1)
    filled = grouped.with_columns(
        *(nw.col(f"o3_{hour}").fill_null(0).cast(nw.Int64).alias(f"f_{hour}") for hour in range(1, 25)),
        *((~nw.col(f"o3_{hour}").is_null()).cast(nw.Int32).alias(f"b_{hour}") for hour in range(1, 25)),
    )
    summed = filled.with_columns(
        *(_total("f", end).alias(f"s_{end}") for end in ends),
        *(_total("b", end).alias(f"c_{end}") for end in ends),
    )
    means = summed.with_columns(
        nw.when(nw.col(f"c_{end}") >= rules.min_hours_8h)
        .then(nw.col(f"s_{end}") * _factor(f"c_{end}", rules.min_hours_8h, 8, rules.scale))
        .otherwise(None)
        .cast(nw.Int64)
        .alias(f"m_{end}")
        for end in ends
    )
    best = means.with_columns(
        nw.max_horizontal(*(f"m_{end}" for end in ends)).alias("best"),
        nw.sum_horizontal(*((~nw.col(f"m_{end}").is_null()).cast(nw.Int32) for end in ends))
        .cast(nw.Int32)
        .alias("o3_8h_n"),
    )
    valid = nw.col("o3_8h_n") >= rules.min_windows
    if rules.saving_limit is not None:
        valid = valid | (nw.col("best") > rules.saving_limit * rules.scale).fill_null(False)
    return best.with_columns(
        nw.when(valid).then(nw.col("best")).otherwise(None).cast(nw.Int64).alias("o3_8h_v")
    )


def _total(prefix: str, end: int) -> nw.Expr:
    total = nw.col(f"{prefix}_{end}")
    for hour in range(end - 7, end):
        total = total + nw.col(f"{prefix}_{hour}")
    return total


def _factor(count: str, low: int, high: int, scale: int) -> nw.Expr:
    """`scale // n` for a valid n: a table, so that no engine divides, by zero or at all."""
    factor = nw.lit(scale // high, dtype=nw.Int64)
    for n in range(high - 1, low - 1, -1):
        factor = nw.when(nw.col(count) == n).then(nw.lit(scale // n, dtype=nw.Int64)).otherwise(factor)
    return factor


def given_days(days: Frame, rules: HourRules) -> Frame:
    """Daily values as a source gives them (`day` [days since 1970], thousandths), in the form of `own_days`.

    The hours behind them are not known: counts of hours are null and every value given counts as valid.
    """
    values = {**{item: item for item in MEANS}, "o3_8h": "o3_8h_max"}
    return days.with_columns(
        nw.col("day").cast(nw.Int32).alias("date"),
        *(
            (nw.col(column).cast(nw.Int64) * rules.scale).alias(f"{item}_v")
            for item, column in values.items()
        ),
        nw.lit(None, dtype=nw.Int64).alias("o3_1h_v"),
        nw.lit(0, dtype=nw.Int32).alias("lent"),
        *(nw.lit(None, dtype=nw.Int32).alias(f"{item}_n") for item in (*MEANS, "o3_8h", "o3_1h")),
    ).select(*OWN_COLUMNS)
