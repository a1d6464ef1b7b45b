"""The last whole day of a store."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lantian.ambient import Period, asked_period, last_whole_day
from lantian.ambient.hours import POLLUTANTS
from lantian.errors import LantianError
from lantian.lake import Lake

from .day_stores import day_lake
from .test_hour_series import hours_lake, stamp

VALUES = dict.fromkeys(POLLUTANTS, 10_000)


@pytest.mark.parametrize(("hour", "last"), [(23, date(2019, 6, 29)), (24, date(2019, 6, 30))])
def test_a_day_is_whole_when_its_hour_24_is_there(tmp_path: Path, hour: int, last: date) -> None:
    rows = {("市", None, stamp(date(2019, 6, 30), at)): VALUES for at in range(1, hour + 1)}
    lake = hours_lake(tmp_path / "air", "ambient_city_hour", rows)
    assert last_whole_day(lake) == last
    assert asked_period(lake, "2019-YTD") == Period.parse(f"2019-YTD@{last}")
    assert last_whole_day(lake, level="station") is None


def test_given_days_are_whole(tmp_path: Path) -> None:
    lake = day_lake(tmp_path / "air", [("市", date(2019, 6, 30), {})])
    assert last_whole_day(lake) == date(2019, 6, 30)
    assert asked_period(lake, "2019-06") == Period.month(2019, 6)


def test_an_empty_store_has_none(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "air", create=True)
    assert last_whole_day(lake) is None
    with pytest.raises(LantianError, match="up to which day"):
        asked_period(lake, "2019-YTD")


def test_as_of_an_earlier_version(tmp_path: Path) -> None:
    root = tmp_path / "air"
    hours_lake(root, "ambient_city_hour", {("市", None, datetime(2019, 6, 30, 16, tzinfo=UTC)): VALUES})
    lake = hours_lake(root, "ambient_city_hour", {("市", None, datetime(2019, 7, 1, 16, tzinfo=UTC)): VALUES})
    assert (last_whole_day(lake), last_whole_day(lake, as_of=1)) == (date(2019, 7, 1), date(2019, 6, 30))
