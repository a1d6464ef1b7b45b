"""Hours against the oracle: running means, the real-time AQI of both editions, and the turn of 2026-03-01."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from ambient_oracle import slow_hours, tables
from ambient_oracle.slow import day_of
from ambient_oracle.stores import Series, days_between, stamp, store

from lantian.ambient import HourRecord, Period, realtime, series_of_hours
from lantian.lake import Lake

DAYS = days_between(date(2026, 2, 26), date(2026, 3, 3))
TOPS = {"so2": 1100, "no2": 400, "co": 12, "o3": 1000, "pm10": 450, "pm2_5": 300}


def wild(seed: int) -> Series:
    """Hours that go above 800 for SO2 and O3, with absent rows and absent values."""
    dice = random.Random(seed)  # noqa: S311 - a fixed seed makes a test, not a secret
    series: Series = {}
    for day in DAYS:
        level, loss = dice.choice((0.03, 0.2, 1.0)), dice.choice((0.0, 0.05, 0.25))
        for hour in range(1, 25):
            if dice.random() >= loss:
                series[stamp(day, hour)] = {
                    item: None if dice.random() < loss / 2 else round(dice.uniform(0, top * level) * 10) * 100
                    for item, top in TOPS.items()
                }
    return series


STATIONS = {f"市{c}": {f"{c}{n}A": wild(10 * c + n) for n in range(1 + c)} for c in range(3)}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return store(tmp_path_factory.mktemp("hours") / "air", stations=STATIONS)


def check(record: HourRecord, stations: list[Series], regime: str | None) -> None:
    at = (record.time + timedelta(hours=8)).replace(tzinfo=None)
    wanted = slow_hours.hour_of_city(stations, at)
    assert record.values == wanted, (record.place, at)
    edition = tables.edition_of(regime or tables.regime_of(day_of(at)))
    air = slow_hours.realtime_aqi(wanted, edition)
    assert record.iaqi == air.iaqi, (record.place, at)
    assert (record.aqi, set(record.primary)) == (air.aqi, set(air.primary)), (record.place, at)


@pytest.mark.parametrize("regime", [None, tables.OLD, tables.FINAL])
def test_hours_of_cities_and_stations(lake: Lake, regime: str | None) -> None:
    dice = random.Random(5)  # noqa: S311 - a fixed seed makes a test, not a secret
    moments = [stamp(day, hour) for day in DAYS for hour in range(1, 25)]
    turn = [stamp(date(2026, 2, 28), 24), stamp(date(2026, 3, 1), 1), stamp(date(2026, 2, 28), 23)]
    own = {name: series for members in STATIONS.values() for name, series in members.items()}
    seen = 0
    for at in [*turn, *dice.sample(moments, 7)]:
        moment = (at - timedelta(hours=8)).replace(tzinfo=UTC)
        for record in realtime(lake, at=moment, regime=regime or "by-date"):
            check(record, list(STATIONS[record.place].values()), regime)
            seen += 1
        for record in realtime(lake, at=moment, level="station", regime=regime or "by-date"):
            check(record, [own[record.place]], regime)
            seen += 1
    assert seen > 60


def test_a_series_breaks_where_the_rules_changed(lake: Lake) -> None:
    """Every hour of three days; the hour that ends at 00:00 on 2026-03-01 is still of the old kind."""
    found = series_of_hours(lake, "市2", Period.parse("2026-02-28..2026-03-02"))
    assert [(s.first, s.last) for s in found.segments] == [
        (datetime(2026, 2, 27, 17, tzinfo=UTC), datetime(2026, 2, 28, 16, tzinfo=UTC)),
        (datetime(2026, 2, 28, 17, tzinfo=UTC), datetime(2026, 3, 2, 16, tzinfo=UTC)),
    ]
    assert len(found.records) == 72
    for record in found.records:
        check(record, list(STATIONS["市2"].values()), None)


def test_groups_of_stations(lake: Lake, tmp_path: Path) -> None:
    groups = {"10A": "甲", "20A": "甲", "21A": "乙"}
    own = {name: series for members in STATIONS.values() for name, series in members.items()}
    for hour in (1, 9, 17, 24):
        at = (stamp(date(2026, 3, 1), hour) - timedelta(hours=8)).replace(tzinfo=UTC)
        for record in realtime(lake, at=at, level="group", groups=groups):
            check(record, [own[s] for s, g in groups.items() if g == record.place], None)
