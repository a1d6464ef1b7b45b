"""From own days to the days of a place: rounded values, sub-indices, AQI and primary pollutants.

A place is a station, a city or a group of stations; its day is the plain mean of the own daily values of its
members. Here, and only here, daily values are rounded: once, half to even, from the exact mean.
"""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw
import pyarrow as pa

from lantian.ambient.hours import Frame
from lantian.ambient.index import Column
from lantian.ambient.rules import DAY_ITEMS, THOUSANDTHS, DayRules

DAY_COLUMNS = (
    "key",
    "date",
    "name",
    "rows",
    "lent",
    *(f"{item}_{part}" for item in DAY_ITEMS for part in ("num", "m", "h")),
    *DAY_ITEMS,
    *(f"{item}_iaqi" for item in DAY_ITEMS),
    "missing",
    "aqi",
    "primary",
    "good",
    "heavy",
)


DAY_SCHEMA = pa.schema(
    [
        (
            name,
            {"key": pa.string(), "name": pa.string(), "date": pa.date32()}.get(
                name, pa.int64() if name.endswith("_num") else pa.int32()
            ),
        )
        for name in DAY_COLUMNS
    ]
)
"""A table of days as it is kept."""


def place_days(own: Frame, rules: DayRules) -> Frame:
    """The days of each place.

    Parameters
    ----------
    own
        `own_days` with a column `key`: the place each row counts for
    rules
        decimals and index rules of those days

    Returns
    -------
    one row per key and `date` [days since 1970]: `name`; `rows` (members that reported); `lent`, see
    `own_days`; for each item `{item}_num` (sum of the members'
    exact values, 1/scale thousandths), `{item}_m` (members with a valid value), `{item}_h` (hours, or
    windows for `o3_8h`), `{item}` (the value, whole units of its last decimal, null when no member is valid),
    `{item}_iaqi`; `missing` (index items without a value), `aqi` (null when it may not be published),
    `primary` (bits in the order of `DAY_ITEMS`), `good`, `heavy` (1 or 0, null without AQI)

    Notes
    -----
    City day: HJ 663-2026 table A.2. Index: HJ 633.
    """
    grouped = own.group_by("key", "date").agg(
        nw.col("name").max(),
        nw.len().alias("rows"),
        nw.col("lent").max(),
        *(nw.col(f"{item}_v").sum().alias(f"{item}_num") for item in DAY_ITEMS),
        *(nw.col(f"{item}_v").count().alias(f"{item}_m") for item in DAY_ITEMS),
        *(nw.col(f"{item}_n").sum().alias(f"{item}_h") for item in DAY_ITEMS),
    )
    # Engines differ in the width of counts and sums; the widths are ours from here on.
    grouped = grouped.with_columns(
        nw.col("rows").cast(nw.Int32),
        nw.col("lent").cast(nw.Int32),
        *(nw.col(f"{item}_num").cast(nw.Int64) for item in DAY_ITEMS),
        *(nw.col(f"{item}_{part}").cast(nw.Int32) for item in DAY_ITEMS for part in ("m", "h")),
    )
    valued = _rounded(grouped, rules)
    columns = rules.aqi.columns
    indexed = _indexed(valued, columns)
    if columns["o3_8h"].above is None:
        # Above its column ozone answers by its hour; without an hour there is nothing to report.
        by_hour = (~nw.col("o3_8h_c").is_null()) & nw.col("o3_8h_iaqi").is_null()
        indexed = indexed.with_columns(
            nw.when(by_hour)
            .then(nw.col("o3_1h_iaqi"))
            .otherwise(nw.col("o3_8h_iaqi"))
            .cast(nw.Int32)
            .alias("o3_8h_iaqi")
        )
    return _judged(indexed, rules).select(*DAY_COLUMNS)


def _judged(indexed: Frame, rules: DayRules) -> Frame:
    aqi = rules.aqi
    own = [nw.col(f"{item}_iaqi") for item in aqi.items]
    found = indexed.with_columns(
        nw.max_horizontal(*own).alias("highest"),
        nw.sum_horizontal(*(index.is_null().cast(nw.Int32) for index in own)).cast(nw.Int32).alias("missing"),
    )
    value = nw.when(nw.col("highest") < aqi.minimum).then(aqi.minimum).otherwise(nw.col("highest"))
    if aqi.missing == "publish_above":
        published = (nw.col("missing") == 0) | (nw.col("highest") > aqi.missing_threshold)
        value = nw.when(published).then(value).otherwise(None)
    found = found.with_columns(value.cast(nw.Int32).alias("aqi"))
    bits = nw.lit(0)
    for position, item in enumerate(DAY_ITEMS):
        if item in aqi.items:
            first = (nw.col(f"{item}_iaqi") == nw.col("highest")).fill_null(False)
            bits = bits + first.cast(nw.Int32) * 2**position
    polluted = (nw.col("aqi") > aqi.primary_above).fill_null(False)
    return found.with_columns(
        nw.when(polluted).then(bits).otherwise(0).cast(nw.Int32).alias("primary"),
        (nw.col("aqi") <= aqi.good_max).cast(nw.Int32).alias("good"),
        (nw.col("aqi") > aqi.heavy_above).cast(nw.Int32).alias("heavy"),
    )


def _rounded(grouped: Frame, rules: DayRules) -> Frame:
    """The mean of each item, half to even: `{item}`, and `{item}_c` in the decimals of its index column.

    Step by step, each in columns of its own: what an engine is told grows with every operand written twice.
    """
    scale = rules.hours.scale * THOUSANDTHS
    wanted = [(item, item, rules.decimals[item]) for item in DAY_ITEMS]
    own = [item for item in DAY_ITEMS if rules.aqi.columns[item].decimals == rules.decimals[item]]
    wanted += [(item, f"{item}_c", rules.aqi.columns[item].decimals) for item in DAY_ITEMS if item not in own]
    # Where there is no member the divisor is 1, since some engines raise on a zero even where it is not used.
    members = {
        item: nw.when(nw.col(f"{item}_m") > 0).then(nw.col(f"{item}_m")).otherwise(1).cast(nw.Int64)
        for item in DAY_ITEMS
    }
    found = grouped.with_columns(
        (members[item] * (scale // 10**places)).alias(f"{name}_d") for item, name, places in wanted
    )
    found = found.with_columns(
        (nw.col(f"{item}_num") % nw.col(f"{name}_d")).alias(f"{name}_r") for item, name, _ in wanted
    )
    found = found.with_columns(
        *(
            ((nw.col(f"{item}_num") - nw.col(f"{name}_r")) * 2 + nw.col(f"{name}_d")).alias(f"{name}_a")
            for item, name, _ in wanted
        ),
        *((nw.col(f"{name}_d") * 2).alias(f"{name}_b") for _, name, _ in wanted),
    )
    found = found.with_columns(
        (nw.col(f"{name}_a") // nw.col(f"{name}_b")).cast(nw.Int64).alias(f"{name}_q")
        for _, name, _ in wanted
    )
    return found.with_columns(
        *(
            nw.when(nw.col(f"{item}_m") > 0)
            .then(_nearest(nw.col(f"{name}_q"), nw.col(f"{name}_r"), nw.col(f"{name}_d")))
            .otherwise(None)
            .cast(nw.Int32)
            .alias(name)
            for item, name, _ in wanted
        )
    ).with_columns(nw.col(item).alias(f"{item}_c") for item in own)


def _indexed(valued: Frame, columns: Mapping[str, Column]) -> Frame:
    """`{item}_iaqi` of `{item}_c`: the cell first, then one division."""
    return valued.with_columns(
        part.alias(f"{item}_{name}")
        for item in DAY_ITEMS
        for name, part in zip("xwz", _cell(nw.col(f"{item}_c").cast(nw.Int64), columns[item]), strict=True)
    ).with_columns(
        (nw.col(f"{item}_x") // nw.col(f"{item}_w") + nw.col(f"{item}_z"))
        .cast(nw.Int32)
        .alias(f"{item}_iaqi")
        for item in DAY_ITEMS
    )


def half_even(numerator: nw.Expr, divisor: nw.Expr) -> nw.Expr:
    """numerator / divisor to the nearest whole number, ties to the even one; both whole, not negative.

    Narwhals divides in floating point on Spark. A remainder is exact there as well, and half a divisor above
    the exact multiple no last bit of a float can move the quotient over either edge.
    """
    rest = numerator % divisor
    return _nearest(((numerator - rest) * 2 + divisor) // (divisor * 2), rest, divisor)


def _nearest(quotient: nw.Expr, rest: nw.Expr, divisor: nw.Expr) -> nw.Expr:
    above = (rest * 2 > divisor) | ((rest * 2 == divisor) & (quotient % 2 == 1))
    return quotient + above.cast(nw.Int64)


def iaqi_of(value: nw.Expr, column: Column) -> nw.Expr:
    """IAQI of a concentration in units of the column's decimals, rounded up; null for null, and above a
    column that another averaging time answers for."""
    numerator, width, base = _cell(value, column)
    return numerator // width + base


def _cell(value: nw.Expr, column: Column) -> tuple[nw.Expr, nw.Expr, nw.Expr]:
    """Numerator, width and lowest IAQI of the cell of a concentration: IAQI = numerator // width + lowest.

    Above the last cell the numerator is 0 and the lowest is what answers there; null where nothing does.
    """
    numerator = nw.lit(0, dtype=nw.Int64)
    width = nw.lit(1, dtype=nw.Int64)
    base = nw.lit(column.above, dtype=nw.Int64)
    for low, high, i_low, i_high in reversed(column.cells):
        # A value below `low` never reaches this branch; the cells are asked in ascending order.
        inside, step = value <= high, high - low
        rising = (value - low) * (i_high - i_low) + (step - 1)
        numerator = nw.when(inside).then(rising).otherwise(numerator)
        width = nw.when(inside).then(nw.lit(step, dtype=nw.Int64)).otherwise(width)
        base = nw.when(inside).then(nw.lit(i_low, dtype=nw.Int64)).otherwise(base)
    return numerator, width, nw.when(~value.is_null()).then(base).otherwise(None)
