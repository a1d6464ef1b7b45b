"""The simulated days before the hours: whole years, the right kind, cleaner year by year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pyarrow.compute as pc

from lantian.lake import kind_of
from lantian.office.demo import outlook

FIRST = datetime(2024, 11, 1, tzinfo=UTC)


def test_whole_years_up_to_that_of_the_first_hour() -> None:
    table = outlook.past_days(FIRST, {"141000", "140100"})
    assert table.schema.names == list(kind_of(outlook.KIND).names)
    assert table.cast(kind_of(outlook.KIND).schema).num_rows == 2 * (365 + 365 + 366)
    assert pc.min_max(table["date"]).as_py() == {"min": date(2022, 1, 1), "max": date(2024, 12, 31)}
    assert set(table["place"].to_pylist()) == {"临汾", "太原"}


def test_the_same_days_again() -> None:
    one = outlook.past_days(FIRST, {"141000"})
    assert one.equals(outlook.past_days(FIRST, {"141000"}))


def test_winters_are_smoky_and_ozone_comes_in_summer() -> None:
    rows = outlook.past_days(FIRST, {"141000"}).to_pylist()

    def mean(item: str, months: set[int]) -> float:
        chosen = [row[item] for row in rows if row["date"].month in months]
        return sum(chosen) / len(chosen) / 1000

    assert mean("pm2_5", {12, 1}) > 1.5 * mean("pm2_5", {6, 7})
    assert mean("o3_8h_max", {6, 7}) > 1.5 * mean("o3_8h_max", {12, 1})
    assert all(row["co"] % 100 == 0 and row["pm2_5"] % 1000 == 0 for row in rows)
