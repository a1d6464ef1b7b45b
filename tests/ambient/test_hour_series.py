"""Hours of a place: the digits of the newest hour, broken on 2026-03-01, with reasons for what is absent."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.ambient import Period, realtime, series_of_hours
from lantian.ambient.hours import POLLUTANTS
from lantian.ambient.reviews import Review, apply_reviews
from lantian.errors import LantianError
from lantian.lake import Lake

TOPS = {"so2": 900_000, "no2": 200_000, "co": 5_000, "o3": 900_000, "pm10": 400_000, "pm2_5": 250_000}
Hour = Mapping[str, int | None] | None


def stamp(day: date, hour: int) -> datetime:
    """The end of hour 1 … 24 of a local day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 8)


def hours_lake(root: Path, kind: str, rows: Mapping[tuple[str, str | None, datetime], Hour]) -> Lake:
    table = [
        {"place": place, "name": place, "city": city, "time": at, **values}
        for (place, city, at), values in rows.items()
        if values is not None
    ]
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("place", "name", "city")),
            ("time", pa.timestamp("us", tz="UTC")),
            *((item, pa.int32()) for item in POLLUTANTS),
        ]
    )
    lake = Lake.open(root, create=True)
    lake.append(kind, pa.Table.from_pylist(table, schema=schema), source="test")
    return lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Two stations of a city around 2026-03-01, with absent rows and values; one of them is no city point."""
    dice = random.Random(3)  # noqa: S311 - a fixed seed makes a test, not a secret
    root: Path = tmp_path_factory.mktemp("hours") / "air"
    rows: dict[tuple[str, str | None, datetime], Hour] = {}
    for day in (date(2026, 2, 27) + timedelta(days=n) for n in range(4)):
        for hour in range(1, 25):
            for place in ("一", "二", "对照点"):
                values = {
                    item: None if dice.random() < 0.1 else dice.randint(0, top) for item, top in TOPS.items()
                }
                rows[place, "市", stamp(day, hour)] = None if dice.random() < 0.1 else values
    return hours_lake(root, "ambient_station_hour", rows)


DAYS = Period.parse("2026-02-28..2026-03-01")


@pytest.mark.parametrize("level", ["station", "city"])
@pytest.mark.parametrize("regime", ["by-date", "gb3095-2012", "gb3095-2026"])
def test_the_digits_are_those_of_the_newest_hour(lake: Lake, level: str, regime: str) -> None:
    place = "市" if level == "city" else "一"
    series = series_of_hours(lake, place, DAYS, level=level, regime=regime)
    assert len(series.records) == 48
    for record in series.records[::5]:
        told = next(
            (one for one in realtime(lake, level=level, at=record.time, regime=regime) if one.place == place),
            None,
        )
        assert told is not None
        assert replace(record, why={}, name="") == replace(told, why={}, name="")


def test_a_series_is_broken_where_the_index_changes_in_kind(lake: Lake) -> None:
    series = series_of_hours(lake, "一", DAYS, level="station")
    old, new = series.segments
    assert series.marks == ("realtime_change:2026-03-01",)
    assert (old.regimes, new.regimes) == (("gb3095-2012",), ("gb3095-2026-transition",))
    # The hour that ends at midnight still ran under the old rules.
    assert old.records[-1].time == stamp(date(2026, 2, 28), 24)
    assert new.records[0].time == stamp(date(2026, 3, 1), 1)
    assert (old.inputs["pm2_5"], new.inputs["pm2_5"]) == ("24h", "hour")
    assert "o3_8h" in old.inputs and "o3_8h" not in new.inputs
    one = series_of_hours(lake, "一", DAYS, level="station", regime="gb3095-2026")
    assert (len(one.segments), one.marks) == (1, ())


def test_the_final_limits_do_not_break_a_series(tmp_path: Path) -> None:
    """HJ 633-2026 does not change on 2031-01-01, only the limits do."""
    values = dict.fromkeys(POLLUTANTS, 10_000)
    rows: dict[tuple[str, str | None, datetime], Hour] = {
        ("一", None, stamp(day, hour)): values
        for day in (date(2030, 12, 31), date(2031, 1, 1))
        for hour in range(1, 25)
    }
    lake = hours_lake(tmp_path / "air", "ambient_city_hour", rows)
    series = series_of_hours(lake, "一", Period.parse("2030-12-31..2031-01-01"))
    assert [(segment.regimes, len(segment.records)) for segment in series.segments] == [
        (("gb3095-2026-transition", "gb3095-2026"), 48)
    ]


def test_why_an_hour_has_no_value(tmp_path: Path) -> None:
    day = date(2027, 6, 1)
    values: dict[str, int | None] = dict.fromkeys(POLLUTANTS, 10_000)
    rows: dict[tuple[str, str | None, datetime], Hour] = {}
    for hour in (hour for hour in range(1, 21) if hour != 5):  # hour 5 was lost for every place
        for number in range(40):
            rows[f"站{number}", None, stamp(day, hour)] = values
    rows["站0", None, stamp(day, 7)] = None  # others have it
    rows["站0", None, stamp(day, 9)] = {**values, "co": None}  # missing at the source
    lake = hours_lake(tmp_path / "air", "ambient_station_hour", rows)
    series = series_of_hours(lake, "站0", Period.parse("2027-06"), level="station")
    assert len(series.records) == 20  # not before the first hour held, nor after the last
    why = {at: record.why for at, record in enumerate(series.records, 1)}
    assert why[5]["pm2_5"] == "lost_here"
    assert why[7]["pm2_5"] == "no_row"
    assert why[9]["co"] == "no_data" and "pm2_5" not in why[9]
    assert why[1] == {
        "o3_8h": "too_few_hours", "so2_24h": "too_few_hours", "pm10_24h": "too_few_hours",
        "pm2_5_24h": "too_few_hours",
    }  # fmt: skip
    assert series.records[4].aqi is None
    assert why[9]["aqi"] == "items_missing"


def test_the_feed_answers_where_the_stations_have_less_than_half(tmp_path: Path) -> None:
    day = date(2027, 6, 1)
    values = dict.fromkeys(POLLUTANTS, 10_000)
    root = tmp_path / "air"
    hours_lake(root, "ambient_city_hour", {("市", None, stamp(day, hour)): values for hour in range(1, 25)})
    few = dict.fromkeys(POLLUTANTS, 30_000)
    lake = hours_lake(
        root, "ambient_station_hour", {("一", "市", stamp(day, hour)): few for hour in range(1, 12)}
    )
    assert series_of_hours(lake, "市", Period.parse("2027-06-01")).source == "ambient_city_hour"
    more = {("一", "市", stamp(day, hour)): few for hour in range(12, 13)}
    lake = hours_lake(root, "ambient_station_hour", more)
    series = series_of_hours(lake, "市", Period.parse("2027-06-01"))
    assert series.source == "ambient_station_hour"
    assert series.records[0].values["pm2_5"] == 30


def test_groups_and_places_that_are_not_there(lake: Lake) -> None:
    group = series_of_hours(lake, "县", DAYS, level="group", groups={"一": "县", "二": "县"})
    assert [record.values for record in group.records] == [
        record.values for record in series_of_hours(lake, "市", DAYS).records
    ]
    assert series_of_hours(lake, "无", DAYS).segments == []
    with pytest.raises(LantianError, match="no level 'village'"):
        series_of_hours(lake, "一", DAYS, level="village")


def test_a_value_declared_invalid_in_a_review_says_so(tmp_path: Path) -> None:
    day = date(2027, 6, 1)
    values = dict.fromkeys(POLLUTANTS, 10_000)
    rows = {("一", "市", stamp(day, hour)): values for hour in range(1, 25)}
    lake = hours_lake(tmp_path / "air", "ambient_station_hour", rows)
    at = stamp(day, 5)
    review = Review("一", ("pm2_5",), at, at, "void", reason="the inlet was open", actor="a person")
    apply_reviews(lake, "ambient_station_hour", [review])
    for level, place in (("station", "一"), ("city", "市")):
        records = series_of_hours(lake, place, Period.parse("2027-06-01"), level=level).records
        assert records[4].values["pm2_5"] is None
        assert records[4].why["pm2_5"] == "voided"
        assert "pm2_5" not in records[3].why
    before = series_of_hours(lake, "一", Period.parse("2027-06-01"), level="station", as_of=1).records[4]
    assert before.values["pm2_5"] == 10
