"""A store that grows, evaluated after every step, against the oracle of all that it holds by then.

Days are kept beside the store and taken over where new rows do not touch them. What new rows touch is more
than their own places: hours count as lost when nearly every place lacks them, and the first and last hour of
the archive bound what can be lost.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from ambient_oracle import slow, tables
from ambient_oracle.stores import Series, constant, days_between, random_series, rows_of, stamp, table_of

from lantian.ambient import Period, daily, evaluate
from lantian.lake import Lake

CLEAN = {"so2": 8_000, "no2": 20_000, "co": 600, "o3": 60_000, "pm10": 40_000, "pm2_5": 20_000}
ITEMS = (*tables.ITEMS, "o3_1h")
JUNE = days_between(date(2019, 6, 1), date(2019, 6, 30))


def add(lake: Lake, rows: Mapping[str, Series], held: dict[str, Series]) -> None:
    """Append to the store and to what the oracle knows."""
    every = [row for place, series in rows.items() for row in rows_of(place, series)]
    lake.append("ambient_city_hour", table_of(every), source="step")
    for place, series in rows.items():
        held.setdefault(place, {}).update(series)


def check(lake: Lake, held: Mapping[str, Series], text: str = "2019-06") -> int:
    """Every day and every statistic of the store as it is now."""
    period = Period.parse(text)
    lost = slow.lost_hours(held)
    days = {place: slow.days_of(series, lost) for place, series in held.items()}
    records = daily(lake, period)
    for record in records:
        own = days[record.place][record.date]
        assert record.values == {item: own.rounded(item) for item in ITEMS}, (record.place, record.date)
    inside = sum(period.first <= day <= period.last for dated in days.values() for day in dated)
    assert len(records) == inside
    for row in evaluate(lake, period).rows:
        wanted = slow.evaluate_place(days[row.place], period.first, period.last)
        for item in tables.ITEMS:
            assert row.statistics[item].unrounded == wanted.statistics[item].unrounded, (row.place, item)
        assert row.composite_index == wanted.index, row.place
    return inside


@pytest.mark.parametrize("seed", [1, 2])
def test_days_come_one_after_another_with_corrections(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a fixed seed makes a test, not a secret
    lake = Lake.open(tmp_path / "air", create=True)
    held: dict[str, Series] = {}
    whole = {f"市{n}": random_series(seed * 10 + n, JUNE, gaps=0.04) for n in range(4)}
    at = 0
    while at < len(JUNE):
        until = min(len(JUNE), at + dice.randrange(2, 9))
        stretch = set(JUNE[at:until])
        piece = {p: {t: v for t, v in s.items() if slow.day_of(t) in stretch} for p, s in whole.items()}
        add(lake, piece, held)
        check(lake, held)
        # A correction somewhere in what is there: an hour anew, an hour emptied, a day of one place anew.
        place = dice.choice(sorted(held))
        moment = dice.choice(sorted(held[place]))
        fixed: Series = {moment: {item: dice.randrange(1, 300) * 100 for item in CLEAN}}
        if dice.random() < 0.5:
            fixed = constant(dict.fromkeys(CLEAN), [slow.day_of(moment)], range(1, 25))
        add(lake, {place: fixed}, held)
        check(lake, held)
        at = until


def test_places_that_come_later_make_hours_lost(tmp_path: Path) -> None:
    """Ten places miss hours 3 to 6 of some days; only when thirty more say the same were they lost."""
    lake = Lake.open(tmp_path / "air", create=True)
    held: dict[str, Series] = {}

    def short(seed: int) -> Series:
        series = random_series(seed, JUNE, gaps=0.0, whole=True)
        whole = constant(CLEAN, JUNE, range(1, 25)) | series
        for day in JUNE[::3]:
            for hour in range(3, 8):
                whole.pop(stamp(day, hour), None)
        return whole

    add(lake, {f"市{n:02}": short(n) for n in range(10)}, held)
    check(lake, held)
    assert daily(lake, Period(JUNE[0], JUNE[0]), places=["市00"])[0].values["pm10"] is None
    add(lake, {f"市{n:02}": short(n) for n in range(10, 40)}, held)
    check(lake, held)
    assert daily(lake, Period(JUNE[0], JUNE[0]), places=["市00"])[0].values["pm10"] is not None
    # Other places have those hours after all: they were not lost.
    late = constant(CLEAN, [JUNE[0]], range(3, 8))
    add(lake, {f"市{n:02}": late for n in range(20, 40)}, held)
    check(lake, held)
    assert daily(lake, Period(JUNE[0], JUNE[0]), places=["市00"])[0].values["pm10"] is None


def test_the_end_of_the_archive_moves_on(tmp_path: Path) -> None:
    """Hours still to come are not lost; once later ones are there, they are."""
    lake = Lake.open(tmp_path / "air", create=True)
    held: dict[str, Series] = {}
    day = date(2019, 6, 10)
    first = constant(CLEAN, [day], range(1, 20))  # 19 hours, to 19:00
    add(lake, {f"市{n:02}": dict(first) for n in range(32)}, held)
    check(lake, held)
    assert daily(lake, Period(day, day))[0].values["pm10"] is None
    add(lake, {f"市{n:02}": constant(CLEAN, [date(2019, 6, 11)], range(1, 25)) for n in range(32)}, held)
    check(lake, held)
    assert daily(lake, Period(day, day))[0].values["pm10"] == 40
    # The month that follows moves the end of the archive without touching a file of June.
    last = date(2019, 6, 30)
    add(lake, {f"市{n:02}": constant(CLEAN, [last], range(1, 20)) for n in range(32)}, held)
    check(lake, held)
    assert daily(lake, Period(last, last))[0].values["pm10"] is None
    add(lake, {f"市{n:02}": constant(CLEAN, [date(2019, 7, 1)], range(1, 25)) for n in range(32)}, held)
    check(lake, held)
    assert daily(lake, Period(last, last))[0].values["pm10"] == 40
