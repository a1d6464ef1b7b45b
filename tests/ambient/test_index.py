"""Sub-indices, AQI, levels: golden values, editions, and one value against the engine's expressions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ambient import aqi, iaqi, level_of
from lantian.ambient.days import half_even, iaqi_of
from lantian.ambient.index import AqiRules
from lantian.errors import LantianError
from lantian.rulebook import load

OLD, NEW, FINAL = "gb3095-2012", "gb3095-2026-transition", "gb3095-2026"


@pytest.mark.parametrize(
    ("regime", "pollutant", "averaging", "value", "expected"),
    [
        (OLD, "o3", "8h", 158, 99),
        (OLD, "o3", "8h", 159, 100),
        (OLD, "o3", "8h", 178, 117),
        (OLD, "o3", "8h", 185, 123),
        (OLD, "pm2_5", "day", 75, 100),
        (NEW, "pm2_5", "day", 75, 114),
        (OLD, "pm2_5", "day", 36, 52),
        (NEW, "pm2_5", "day", 36, 52),
        (NEW, "pm2_5", "day", 60, 100),
        (FINAL, "pm2_5", "day", 61, 101),
        (NEW, "pm10", "day", 150, 112),
        (OLD, "pm10", "day", 150, 100),
        (NEW, "so2", "hour", 801, 200),
        (OLD, "so2", "hour", 801, None),
        (NEW, "o3", "8h", 801, 300),
        (OLD, "o3", "8h", 801, None),
        (NEW, "co", "day", "4.1", 101),
        (NEW, "co", "day", 4.05, 100),
        (NEW, "no2", "hour", 350, 115),
        (OLD, "pm10", "day", 600, 500),
        (OLD, "pm10", "day", 1636, 500),
        (OLD, "so2", "day", 0, 0),
        (NEW, "pm10", "hour", 150, None),
    ],
)
def test_golden_values(
    regime: str, pollutant: str, averaging: str, value: object, expected: int | None
) -> None:
    if (pollutant, averaging) == ("pm10", "hour"):
        with pytest.raises(LantianError, match=r"no column for pm10 over 'hour'"):
            iaqi(pollutant, value, averaging, regime)  # type: ignore[arg-type]  # any number is taken
    else:
        assert iaqi(pollutant, value, averaging, regime) == expected  # type: ignore[arg-type]  # any number is taken


@pytest.mark.parametrize("regime", [OLD, NEW])
@pytest.mark.parametrize("item", ["so2", "no2", "pm10", "pm2_5", "co", "o3_8h", "o3_1h"])
def test_the_engine_judges_like_one_value(regime: str, item: str) -> None:
    column = AqiRules.of(load(), regime=regime, on=None).columns[item]
    top = column.cells[-1][1]
    values = [*range(0, top + 40, max(1, top // 900)), None]
    frame = nw.from_native(pl.LazyFrame({"v": values}, schema={"v": pl.Int64}))
    found = frame.select(iaqi_of(nw.col("v"), column).alias("i")).collect()["i"].to_list()
    assert found == [None if value is None else column.iaqi(value) for value in values]
    for value, own in zip(values, found, strict=True):
        cell = next((c for c in column.cells if value is not None and value <= c[1]), None)
        if cell and value is not None:
            low, high, i_low, i_high = cell
            assert own == ceil(Fraction(i_high - i_low, high - low) * (value - low) + i_low)


@given(st.lists(st.tuples(st.integers(0, 10**14), st.integers(1, 10**9)), min_size=1, max_size=50))
def test_half_even_is_that_of_fractions(pairs: list[tuple[int, int]]) -> None:
    # Ties are rare among random pairs, so every pair brings its own: (2k+1)/2.
    pairs += [(2 * number + 1, 2) for number, _ in pairs]
    frame = nw.from_native(pl.LazyFrame({"a": [a for a, _ in pairs], "b": [b for _, b in pairs]}))
    found = frame.select(half_even(nw.col("a"), nw.col("b")).alias("r")).collect()["r"].to_list()
    assert found == [round(Fraction(a, b)) for a, b in pairs]


SIX = {"so2": 10, "no2": 28, "pm10": 66, "pm2_5": 30, "co": "1.3", "o3_8h": 178}


def test_aqi_and_primary_pollutant() -> None:
    found = aqi(**SIX)
    assert (found.aqi, found.primary) == (117, ("o3_8h",))
    assert found.level is not None
    assert (found.level.level, found.level.zh, found.level.hex) == (3, "轻度污染", "#FF7E00")


def test_equal_sub_indices_are_named_together_and_clean_air_names_none() -> None:
    both = aqi(so2=10, no2=10, pm10=150, pm2_5=75, co=1, o3_8h=10)
    assert (both.aqi, both.primary) == (100, ("pm10", "pm2_5"))
    assert aqi(so2=10, no2=10, pm10=50, pm2_5=10, co=1, o3_8h=10).primary == ()
    assert aqi(so2=10, no2=10, pm10=51, pm2_5=10, co=1, o3_8h=10).primary == ("pm10",)


def test_a_missing_item() -> None:
    without = {**SIX, "pm10": None}
    assert aqi(**without).aqi == 117
    assert aqi(**without, regime=NEW).aqi == 117
    clean = {**without, "o3_8h": 90}
    assert (aqi(**clean).aqi, aqi(**clean).why) == (45, "items_missing")
    found = aqi(**clean, regime=NEW)
    assert (found.aqi, found.level, found.primary, found.why) == (None, None, (), "items_missing")
    assert found.iaqi["o3_8h"] == 45
    assert aqi().aqi is None


def test_ozone_above_its_column() -> None:
    assert aqi(**{**SIX, "o3_8h": 810}, o3=850).aqi == 325
    assert aqi(**{**SIX, "o3_8h": 810}, o3=850, regime=NEW).aqi == 300


def test_the_cleanest_air() -> None:
    nothing = dict.fromkeys(SIX, 0)
    assert aqi(**nothing).aqi == 0
    assert aqi(**nothing, regime=NEW).aqi == 1


def test_real_time_items_differ_by_edition() -> None:
    assert aqi(**SIX, o3=210, averaging="realtime").aqi == 117
    assert aqi(**{**SIX, "o3_8h": None}, o3=210, averaging="realtime", regime=NEW).aqi == 105
    with pytest.raises(LantianError, match="no averaging"):
        aqi(**SIX, averaging="weekly")


@pytest.mark.parametrize(
    ("value", "level"),
    [(0, 1), (50, 1), (51, 2), (100, 2), (101, 3), (150, 3), (200, 4), (201, 5), (300, 5), (301, 6)],
)
def test_levels(value: int, level: int) -> None:
    assert level_of(value, on=date(2020, 1, 1)).level == level
    assert level_of(value, regime=NEW) == level_of(value, regime=OLD)


def test_what_is_no_concentration_is_told() -> None:
    with pytest.raises(LantianError, match="pm10 is negative"):
        aqi(pm10=Decimal(-1))
    with pytest.raises(LantianError, match="no column for pm1"):
        iaqi("pm1", 3, "day")
