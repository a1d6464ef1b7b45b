"""Days taken over from an earlier version: whatever is appended or corrected, the answers are those of a
store in which nothing was kept."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.ambient import Period, daily, evaluate, evaluation, growth, per_place
from lantian.ambient.derived import FOLDER
from lantian.lake import KINDS, Lake

KIND = "ambient_station_hour"
FIRST = datetime(2019, 5, 31, 16, tzinfo=UTC)  # hour 1 of 1 June ends an hour later
# Thirty and more places, so that hours lost for all of them are told.
PLACES = [f"{number:02}A" for number in range(33)]
PERIOD = Period.parse("2019-06")
GROUPS = {place: f"county {number % 5}" for number, place in enumerate(PLACES)}
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")

# Places, first hour, hours, a value, whether their city is another one than usual.
Append = tuple[list[int], int, int, int, bool]
APPENDS = st.lists(
    st.tuples(
        st.one_of(
            st.just(list(range(33))), st.lists(st.integers(0, 32), min_size=1, max_size=3, unique=True)
        ),
        st.integers(0, 95),
        st.integers(1, 30),
        st.integers(0, 300),
        st.booleans(),
    ),
    min_size=2,
    max_size=5,
)


def table_of(append: Append) -> pa.Table:
    """The rows of an append; of odd places every seventh value is missing."""
    places, first, hours, value, moved = append
    rows = [(place, hour) for place in places for hour in range(first, first + hours)]
    columns: dict[str, list[object]] = {
        "place": [PLACES[place] for place, _ in rows],
        "name": [f"name of {place}" for place, _ in rows],
        "city": [f"city {(place // 4 + moved) % 9}" for place, _ in rows],
        "time": [FIRST + timedelta(hours=hour + 1) for _, hour in rows],
    }
    for number, item in enumerate(ITEMS):
        columns[item] = [
            None if place % 2 and (place + hour + number) % 7 == 0 else (value + place * 3 + hour % 5) * 1000
            for place, hour in rows
        ]
    return pa.table(columns, schema=KINDS[KIND].schema)


def answers(lake: Lake) -> list[object]:
    """Everything that is asked of a store."""
    return [
        daily(lake, PERIOD),
        daily(lake, PERIOD, level="station"),
        daily(lake, PERIOD, level="group", groups=GROUPS),
        evaluate(lake, PERIOD),
    ]


def from_nothing(lake: Lake) -> list[object]:
    """The same answers with nothing kept, on disk or in memory."""
    shutil.rmtree(lake.root / FOLDER, ignore_errors=True)
    evaluation._kept.clear()
    evaluation._rows.clear()
    per_place._kept.clear()
    return answers(lake)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(appends=APPENDS, few=st.sampled_from([0, 2, 300]))
def test_grown_days_are_those_computed_from_nothing(appends: list[Append], few: int) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(growth, "FEW", few)
        lake = Lake.open(Path(folder) / "air", create=True)
        # The third day has eighteen hours, as many as count when the rest was lost.
        lake.append(KIND, table_of((list(range(33)), 0, 66, 40, False)), source="first")
        answers(lake)
        for append in appends:
            lake.append(KIND, table_of(append), source="next")
            found = answers(lake)
        assert found == from_nothing(lake)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """Three whole days and six hours of a fourth."""
    lake = Lake.open(tmp_path / "air", create=True)
    lake.append(KIND, table_of((list(range(33)), 0, 78, 40, False)), source="first")
    answers(lake)
    return lake


def test_only_what_a_correction_touches_is_computed(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    own_table = growth.own_table

    def watched(*given: object, **named: object) -> pa.Table:
        asked.append((given[3], named["members"]))
        return own_table(*given, **named)

    monkeypatch.setattr(growth, "own_table", watched)
    lake.append(KIND, table_of(([5], 30, 1, 99, False)), source="corrected")
    daily(lake, PERIOD)
    assert [(span.first, span.last) for span, _ in asked] == [(date(2019, 6, 2), date(2019, 6, 2))]
    assert asked[0][1] == {"04A", "05A", "06A", "07A"}  # the stations of its city


def test_a_day_that_goes_on_is_computed_for_every_place(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    # Seventy-eight hours were there; hour 80 without 79 makes 79 a lost one, on the day of all places.
    before = {(day.place, day.date): day for day in daily(lake, PERIOD, level="station")}
    lake.append(KIND, table_of((list(range(33)), 79, 17, 40, False)), source="later")
    found = daily(lake, PERIOD, level="station")
    last = [day for day in found if day.date == date(2019, 6, 4)]
    assert len(last) == 33
    assert [day for day in found if day.date != date(2019, 6, 4)] == [
        day for key, day in sorted(before.items()) if key[1] != date(2019, 6, 4)
    ]
    assert found == from_nothing(lake)[1]


def valid_on(lake: Lake, day: date) -> int:
    """Stations with a daily mean of SO2."""
    records = daily(lake, PERIOD, level="station")
    return sum(record.date == day and record.values["so2"] is not None for record in records)


def test_the_last_day_is_judged_anew_when_the_hours_go_on(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "air", create=True)
    everyone = list(range(33))
    lake.append(KIND, table_of((everyone, 0, 66, 40, False)), source="to the eighteenth hour")
    third = date(2019, 6, 3)
    assert valid_on(lake, third) == 0
    # No row of the third day comes, but now its six last hours are lost, no longer still to come.
    lake.append(KIND, table_of((everyone, 72, 24, 40, False)), source="the fourth day")
    assert valid_on(lake, third) == 17
    assert answers(lake) == from_nothing(lake)


def test_a_few_rows_may_end_the_loss_for_everyone(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "air", create=True)
    everyone = list(range(33))
    lake.append(KIND, table_of((everyone, 0, 66, 40, False)), source="to the eighteenth hour")
    lake.append(KIND, table_of((everyone, 72, 24, 40, False)), source="the fourth day")
    third = date(2019, 6, 3)
    assert valid_on(lake, third) == 17
    # Four of thirty-three places had these hours after all: they were not lost, the other places missed them.
    lake.append(KIND, table_of(([0, 2, 4, 6], 66, 6, 40, False)), source="late")
    assert valid_on(lake, third) == 4
    assert answers(lake) == from_nothing(lake)


def test_an_earlier_version_is_not_built_on_a_later_one(lake: Lake) -> None:
    first = daily(lake, PERIOD)
    lake.append(KIND, table_of(([5], 30, 1, 99, False)), source="corrected")
    assert daily(lake, PERIOD) != first
    assert daily(lake, PERIOD, as_of=1) == first
    shutil.rmtree(lake.root / FOLDER)
    later = daily(lake, PERIOD)
    assert daily(lake, PERIOD, as_of=1) == first
    assert daily(lake, PERIOD) == later


def test_a_file_kept_by_nobody_is_not_trusted(lake: Lake) -> None:
    lake.append(KIND, table_of(([5], 30, 1, 99, False)), source="corrected")
    kept = sorted((lake.root / FOLDER).rglob("*.parquet"))
    assert kept
    for path in kept:
        path.write_bytes(b"not Parquet")
    assert answers(lake) == from_nothing(lake)
