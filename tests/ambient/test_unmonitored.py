"""Items a place does not monitor by design: the index of HJ 633-2026, 5.3 is published without them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.ambient import Period, daily, evaluate, realtime
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import Rulebook, load

DAY = date(2026, 6, 1)
RULES = """
replace:
  ambient.aqi.not_monitored:
    - {{value: {value}, document: 县监测方案, clause: "1", verified: true}}
"""


def lake_without(tmp_path: Path, *missing: str, level: int = 40) -> Lake:
    """One clean day of 临汾 and 太原 without some items."""
    lake = Lake.open(tmp_path / "air", create=True)
    start = datetime(2026, 5, 31, 17, tzinfo=UTC)  # the hour that ends at 01:00 in China
    rows = [
        {"place": place, "name": place, "city": None, "time": start + timedelta(hours=hour)}
        | {item: None if item in missing else 1000 if item == "co" else level * 1000
           for item in ("so2", "no2", "co", "o3", "pm10", "pm2_5")}
        for place in ("临汾", "太原")
        for hour in range(24)
    ]  # fmt: skip
    lake.append("ambient_city_hour", pa.Table.from_pylist(rows), source="test")
    return lake


def book(tmp_path: Path, value: str) -> Rulebook:
    path = tmp_path / "own.yaml"
    path.write_text(RULES.format(value=value), encoding="utf-8")
    return load([path])


def test_an_item_not_monitored_by_design_does_not_hold_the_index_back(tmp_path: Path) -> None:
    lake, rules = lake_without(tmp_path, "o3"), book(tmp_path, "{临汾市: [o3]}")
    days = {record.place: record for record in daily(lake, Period.parse("2026-06-01"), rulebook=rules)}
    assert (days["临汾"].why["o3_8h"], days["临汾"].aqi, days["临汾"].primary) == (
        "not_monitored",
        60,
        ("pm2_5",),
    )
    assert (days["太原"].why["o3_8h"], days["太原"].aqi, days["太原"].why["aqi"]) == (
        "no_data",
        None,
        "items_missing",
    )
    found = {row.place: row for row in evaluate(lake, Period.parse("2026-06"), rulebook=rules).rows}
    assert (found["临汾"].good_days, found["太原"].good_days) == (1, 0)
    hours = {hour.place: hour for hour in realtime(lake, level="city", rulebook=rules)}
    assert (hours["临汾"].aqi, hours["太原"].aqi) == (60, None)


def test_another_missing_item_still_holds_it_back(tmp_path: Path) -> None:
    lake, rules = lake_without(tmp_path, "o3", "so2"), book(tmp_path, "{临汾: [o3]}")
    record = daily(lake, Period.parse("2026-06-01"), places=["临汾"], rulebook=rules)[0]
    assert (record.aqi, record.why["aqi"], record.why["o3_8h"]) == (None, "items_missing", "not_monitored")


def test_an_item_that_is_there_after_all_counts(tmp_path: Path) -> None:
    lake, rules = lake_without(tmp_path, level=140), book(tmp_path, "{临汾: [pm2_5]}")
    one, other = daily(lake, Period.parse("2026-06-01"), rulebook=rules)
    assert one.aqi == other.aqi
    assert "pm2_5" not in one.why


def test_a_stranger_among_the_items_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(LantianError, match="names 'pm1' for 临汾"):
        daily(lake_without(tmp_path), Period.parse("2026-06-01"), rulebook=book(tmp_path, "{临汾: [pm1]}"))
