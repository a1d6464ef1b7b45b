"""IAQI, AQI and composite index against the oracle: every concentration the tables know, in every edition."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from ambient_oracle import slow, tables
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.ambient import Period, aqi, composite_index, daily, iaqi, level_of
from lantian.lake import Lake

COLUMNS = sorted(tables.BREAKPOINTS["2012"])


def expected(found: int | str | None) -> int | None:
    """Where the edition sends the reader to another column, `iaqi` says None."""
    return None if isinstance(found, str) else found


def test_the_golden_values_of_the_fact_sheet() -> None:
    old, new = tables.OLD, tables.TRANSITION
    golden = [
        (old, "o3", "8h", "158", 99), (old, "o3", "8h", "159", 100), (old, "o3", "8h", "178", 117),
        (old, "o3", "8h", "185", 123), (old, "pm2_5", "day", "75", 100), (new, "pm2_5", "day", "75", 114),
        (old, "pm2_5", "day", "36", 52), (new, "pm2_5", "day", "36", 52), (new, "pm2_5", "day", "60", 100),
        (new, "pm2_5", "day", "61", 101), (new, "pm10", "day", "150", 112), (old, "pm10", "day", "150", 100),
        (new, "so2", "hour", "801", 200), (new, "o3", "8h", "801", 300), (new, "co", "day", "4.1", 101),
        (new, "no2", "hour", "350", 115),
    ]  # fmt: skip
    for regime, pollutant, averaging, value, wanted in golden:
        assert iaqi(pollutant, value, averaging, regime) == wanted
        assert slow.iaqi(pollutant, value, averaging, tables.edition_of(regime)) == wanted


@pytest.mark.parametrize("regime", [tables.OLD, tables.TRANSITION, tables.FINAL])
@pytest.mark.parametrize(("pollutant", "averaging"), COLUMNS)
def test_around_every_breakpoint(pollutant: str, averaging: str, regime: str) -> None:
    edition = tables.edition_of(regime)
    unit = Decimal("0.1") if pollutant == "co" else Decimal(1)
    points = [p for p in tables.BREAKPOINTS[edition][pollutant, averaging] if p is not None]
    steps = (-1, Decimal("-0.51"), Decimal("-0.5"), Decimal("-0.49"), 0)
    for point in points:
        for step in (*steps, *(-s for s in steps)):
            value = point + step * unit
            if value < 0:
                continue
            wanted = expected(slow.iaqi(pollutant, value, averaging, edition))
            assert iaqi(pollutant, value, averaging, regime) == wanted, (point, value)
            assert iaqi(pollutant, float(value), averaging, regime) == wanted, (point, value)


@pytest.mark.parametrize("regime", [tables.OLD, tables.TRANSITION])
@pytest.mark.parametrize(("pollutant", "averaging"), COLUMNS)
def test_every_concentration_of_a_column(pollutant: str, averaging: str, regime: str) -> None:
    from lantian.ambient.index import DAILY_COLUMNS, HOURLY_COLUMNS, AqiRules
    from lantian.rulebook import load

    edition = tables.edition_of(regime)
    top = max(p for p in tables.BREAKPOINTS[edition][pollutant, averaging] if p is not None)
    name = f"{pollutant}.{averaging}"
    where = "daily" if name in DAILY_COLUMNS.values() else "realtime"
    assert name in DAILY_COLUMNS.values() or name in HOURLY_COLUMNS.values()
    rules = AqiRules.of(load(), regime=regime, on=None, averaging=where)
    column = next(column for column in rules.columns.values() if column.name == name)
    per = 10 if pollutant == "co" else 1
    for scaled in range((top + 3) * per):
        value = Decimal(scaled) / per
        wanted = expected(slow.iaqi(pollutant, value, averaging, edition))
        assert column.iaqi(scaled) == wanted, value


def day_rows(rows: list[dict[str, Any]]) -> pa.Table:
    items = ("so2", "no2", "co", "o3_8h_max", "pm10", "pm2_5")
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("date", pa.date32()),
            *((item, pa.int32()) for item in items),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


@pytest.mark.parametrize("regime", [tables.OLD, tables.FINAL])
def test_the_engine_around_every_breakpoint_and_half_way(tmp_path: Path, regime: str) -> None:
    """Given days through the engine's expressions: a clean day but for one item near a breakpoint."""
    clean = {"so2": 8_000, "no2": 20_000, "co": 600, "o3_8h_max": 60_000, "pm10": 40_000, "pm2_5": 20_000}
    edition = tables.edition_of(regime)
    start = date(2019, 1, 1)
    rows: list[dict[str, Any]] = []
    for item in clean:
        column = ("o3", "8h") if item == "o3_8h_max" else (item, "day")
        unit = 100 if item == "co" else 1000
        for point in tables.BREAKPOINTS[edition][column]:
            if point is None:
                continue
            for step in (-1500, -1000, -510, -500, -490, 0, 490, 500, 510, 1000, 1500):
                value = point * 1000 + step * unit // 1000
                if value >= 0:
                    day = start + timedelta(days=len(rows))
                    rows.append(
                        {"place": "甲", "name": "甲", "city": None, "date": day, **clean, item: value}
                    )
    lake = Lake.open(tmp_path / "air", create=True)
    lake.append("ambient_city_day", day_rows(rows), source="made up")
    found = daily(lake, Period(rows[0]["date"], rows[-1]["date"]), regime=regime)
    assert len(found) == len(rows) > 400
    for row, record in zip(rows, found, strict=True):
        values: dict[str, Decimal | None] = {}
        for item in tables.ITEMS:
            thousandths = row["o3_8h_max" if item == "o3_8h" else item]
            values[item] = slow.half_even(Fraction(thousandths, 1000), tables.DAILY_DECIMALS[item])
        wanted = slow.daily_aqi(values, edition)
        assert {item: record.values[item] for item in tables.ITEMS} == values, row
        assert record.iaqi == wanted.iaqi, row
        assert (record.aqi, set(record.primary)) == (wanted.aqi, set(wanted.primary)), row


def concentration(item: str) -> st.SearchStrategy[Decimal | None]:
    top = {"so2": 2700, "no2": 1000, "pm10": 650, "pm2_5": 550, "co": 65, "o3_8h": 850}[item]
    places = 2 if item == "co" else 1
    return st.none() | st.decimals(0, top, places=places) | st.integers(0, top).map(Decimal)


@settings(max_examples=400, deadline=None)
@given(
    values=st.fixed_dictionaries({item: concentration(item) for item in tables.ITEMS}),
    hour=st.none() | st.integers(0, 1300).map(Decimal),
    regime=st.sampled_from(tables.REGIMES),
)
def test_any_day(values: dict[str, Decimal | None], hour: Decimal | None, regime: str) -> None:
    wanted = slow.daily_aqi({**values, "o3_1h": hour}, tables.edition_of(regime))
    found = aqi(
        so2=values["so2"], no2=values["no2"], pm10=values["pm10"], pm2_5=values["pm2_5"],
        co=values["co"], o3_8h=values["o3_8h"], o3=hour, regime=regime,
    )  # fmt: skip
    assert (found.aqi, set(found.primary)) == (wanted.aqi, set(wanted.primary))
    assert found.iaqi == wanted.iaqi
    levels = [50, 100, 150, 200, 300]
    if wanted.aqi is not None:
        assert found.level is not None
        assert found.level.level == 1 + sum(wanted.aqi > upto for upto in levels)


def test_ties_name_every_pollutant() -> None:
    found = aqi(so2=50, no2=80, pm10=150, pm2_5=75, co=4, o3_8h=160)
    assert found.aqi == 100
    assert set(found.primary) == {"no2", "pm10", "pm2_5", "co", "o3_8h"}
    assert aqi(so2=50, no2=40, pm10=50, pm2_5=35, co=2, o3_8h=100).primary == ()


@pytest.mark.parametrize("regime", tables.REGIMES)
def test_levels_of_every_index(regime: str) -> None:
    for value in range(1, 501):
        assert level_of(value, regime=regime).level == 1 + sum(value > b for b in (50, 100, 150, 200, 300))


@pytest.mark.parametrize("regime", tables.REGIMES)
def test_composite_index_at_every_half_way_single(regime: str) -> None:
    """Statistics as printed whose single index ends in a 5 at the third decimal, and their neighbours."""
    limits = tables.INDEX_LIMITS[regime]
    base = {"so2": "12", "no2": "31", "pm10": "74", "pm2_5": "38", "co": "1.4", "o3_8h": "166"}
    cases = halves = 0
    for item in tables.ITEMS:
        per = 10 if item in ("co", "pm2_5") else 1
        for scaled in range(0, 3 * limits[item] * per, 1):
            single = Fraction(scaled, per * limits[item])
            halves += (single * 200).denominator == 1 and (single * 200) % 2 == 1
            values: dict[str, Any] = {**base, item: str(Decimal(scaled) / per)}
            index, parts, exact = slow.composite({k: slow.fraction(v) for k, v in values.items()}, regime)
            found = composite_index(**values, regime=regime)
            assert found.rounded == index, values
            assert found.rounded_parts == parts, values
            assert found.exact == exact, values
            cases += 1
    assert halves > 100
    assert cases > 1500


def test_composite_index_of_the_fact_sheet() -> None:
    statistics = {"so2": 10, "no2": 28, "pm10": 66, "pm2_5": "35.1", "co": "1.3", "o3_8h": 178}
    plain = composite_index(**statistics)  # type: ignore[arg-type]
    assert round(plain.value, 4) == Decimal("4.2499")
    new = composite_index(**statistics, regime=tables.TRANSITION)  # type: ignore[arg-type]
    assert round(new.value, 4) == Decimal("4.5742")
    weighted = composite_index(**statistics, regime=tables.TRANSITION, method="weighted")  # type: ignore[arg-type]
    assert round(weighted.value, 4) == Decimal("8.7267")


def test_random_statistics_under_every_regime() -> None:
    dice = random.Random(20)  # noqa: S311 - a fixed seed makes a test, not a secret
    for _ in range(600):
        regime = dice.choice(tables.REGIMES)
        values: dict[str, Any] = {
            item: str(Decimal(dice.randrange(0, 3000)) / dice.choice((1, 10, 100, 1000)))
            for item in tables.ITEMS
        }
        index, parts, exact = slow.composite({k: slow.fraction(v) for k, v in values.items()}, regime)
        found = composite_index(**values, regime=regime)
        assert (found.rounded, found.rounded_parts, found.exact) == (index, parts, exact), values
