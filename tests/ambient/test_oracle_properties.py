"""What must not matter, and what must add up: order, repetition, splitting, neighbours, later versions."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from ambient_oracle import tables
from ambient_oracle.stores import (
    Series,
    constant,
    days_between,
    random_series,
    rows_of,
    stamp,
    store,
    table_of,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.ambient import Evaluation, Period, daily, evaluate
from lantian.ambient.intake import import_ambient
from lantian.lake import Lake

FEW = settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
DAYS = days_between(date(2019, 6, 1), date(2019, 6, 30))
JUNE = Period.parse("2019-06")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SEEDS = st.integers(0, 10**6)


def figures(found: Evaluation, without: str = "") -> dict[str, object]:
    """Every figure of every place but the ranks, which depend on the others."""
    return {
        row.place: (
            row.statistics,
            row.composite_index,
            row.composite_exact,
            row.parts,
            row.good_days,
            row.heavy_days,
            row.days_used,
        )
        for row in found.rows
        if row.place != without
    }


def fresh(tmp_path: Path) -> Path:
    """A folder that no other example has used."""
    return tmp_path / f"air{len(list(tmp_path.iterdir()))}"


def made(seed: int, cities: int = 2) -> dict[str, Series]:
    return {f"市{n}": random_series(seed + n, DAYS, gaps=0.05) for n in range(cities)}


@FEW
@given(seed=SEEDS, parts=st.integers(1, 4))
def test_order_and_pieces_of_the_rows(tmp_path: Path, seed: int, parts: int) -> None:
    feed = made(seed)
    straight = evaluate(store(fresh(tmp_path), feed=feed), JUNE)
    rows = [row for place, series in feed.items() for row in rows_of(place, series)]
    random.Random(seed).shuffle(rows)  # noqa: S311 - a fixed seed makes a test, not a secret
    lake = Lake.open(fresh(tmp_path), create=True)
    for part in range(parts):
        lake.append("ambient_city_hour", table_of(rows[part::parts]), source=f"part {part}")
    found = evaluate(lake, JUNE)
    assert figures(found) == figures(straight)
    assert [(r.place, r.rank) for r in found.rows] == [(r.place, r.rank) for r in straight.rows]


@FEW
@given(seed=SEEDS)
def test_rows_given_twice_in_two_imports(tmp_path: Path, seed: int) -> None:
    feed = made(seed)
    lake = store(fresh(tmp_path), feed=feed)
    first = evaluate(lake, JUNE)
    again = {place: dict(list(series.items())[::3]) for place, series in feed.items()}
    rows = [row for place, series in again.items() for row in rows_of(place, series)]
    lake.append("ambient_city_hour", table_of(rows), source="again")
    second = evaluate(lake, JUNE)
    assert second.data_version == first.data_version + 1
    assert figures(second) == figures(first)


def test_the_same_rows_in_one_file_and_in_two_files(tmp_path: Path) -> None:
    """Through the door of imports: repeated lines, and a second file that repeats some and adds others."""
    # Without zeros: among far higher hours the import takes one for a mark of missing.
    series = {
        at: {item: None if own is None else max(own, 1000) for item, own in values.items()}
        for at, values in random_series(5, DAYS, whole=True).items()
    }
    heading = "city,time,SO2,NO2,CO,O3,PM10,PM2.5"
    lines = []
    for at, values in sorted(series.items()):
        cells = ["" if v is None else str(Decimal(v) / 1000) for v in values.values()]
        lines.append(",".join(["甲", f"{at:%Y-%m-%d %H:%M}", *cells]))
    once, twice = tmp_path / "once.csv", tmp_path / "twice.csv"
    once.write_text("\n".join([heading, *lines]) + "\n", encoding="utf-8")
    twice.write_text("\n".join([heading, *lines[::2], *lines[::2], *lines[1::2]]) + "\n", encoding="utf-8")
    some = tmp_path / "some.csv"
    some.write_text("\n".join([heading, *lines[::2]]) + "\n", encoding="utf-8")
    found = []
    for name, files in (("a", [once]), ("b", [twice]), ("c", [some, once])):
        lake = Lake.open(tmp_path / name, create=True)
        import_ambient(files, lake, now=NOW)
        found.append(figures(evaluate(lake, JUNE)))
    assert found[0] == found[1] == found[2]
    straight = evaluate(store(tmp_path / "d", feed={"甲": series}), JUNE)
    assert found[0] == figures(straight)


@FEW
@given(seed=SEEDS, cut=st.integers(1, 29))
def test_halves_of_a_period_make_the_whole(tmp_path: Path, seed: int, cut: int) -> None:
    """Means recombine exactly from the unrounded halves, weighted by their days; counts add up."""
    lake = store(fresh(tmp_path), feed=made(seed))
    whole = evaluate(lake, JUNE)
    halves = [
        evaluate(lake, Period(DAYS[0], DAYS[cut - 1])),
        evaluate(lake, Period(DAYS[cut], DAYS[-1])),
    ]
    for row in whole.rows:
        pieces = [piece for half in halves if (piece := half.place(row.place))]
        for item in tables.MEANS:
            own = [piece.statistics[item] for piece in pieces]
            days = sum(statistic.days_used for statistic in own)
            assert days == row.statistics[item].days_used
            total = sum((s.unrounded * s.days_used for s in own if s.unrounded is not None), Fraction(0))
            unrounded = row.statistics[item].unrounded
            assert (unrounded or Fraction(0)) * days == total
        assert row.good_days == sum(piece.good_days for piece in pieces)
        assert row.heavy_days == sum(piece.heavy_days for piece in pieces)
        assert row.days_used == sum(piece.days_used for piece in pieces)


@FEW
@given(seed=SEEDS, copies=st.integers(1, 3))
def test_a_station_of_equal_values_changes_nothing(tmp_path: Path, seed: int, copies: int) -> None:
    one = random_series(seed, DAYS, gaps=0.05)
    alone = evaluate(store(fresh(tmp_path), stations={"甲": {"1A": one}}), JUNE)
    members = {f"{n}A": one for n in range(1, copies + 2)}
    more = evaluate(store(fresh(tmp_path), stations={"甲": members}), JUNE)
    assert figures(more) == figures(alone)
    groups = evaluate(
        store(fresh(tmp_path), stations={"甲": members}),
        JUNE,
        level="group",
        groups=dict.fromkeys(members, "甲"),
    )
    assert figures(groups) == figures(alone)


@FEW
@given(seed=SEEDS, day=st.integers(0, 29), hour=st.integers(1, 24))
def test_hours_of_another_place_change_nothing(tmp_path: Path, seed: int, day: int, hour: int) -> None:
    """Below thirty places no hour counts as lost, so places do not know each other."""
    feed = made(seed)
    lake = store(fresh(tmp_path), feed=feed)
    before = figures(evaluate(lake, JUNE))
    other: Series = {
        stamp(DAYS[day], hour): dict.fromkeys(("so2", "no2", "co", "o3", "pm10", "pm2_5"), 999_000)
    }
    lake.append("ambient_city_hour", table_of(rows_of("他", other)), source="another place")
    assert figures(evaluate(lake, JUNE), without="他") == before
    station = table_of(rows_of("9A", other, city="他"))
    lake.append("ambient_station_hour", station, source="another kind")
    assert figures(evaluate(lake, JUNE), without="他") == before


@FEW
@given(seed=SEEDS)
def test_a_correction_moves_its_own_day_alone_and_the_past_stays(tmp_path: Path, seed: int) -> None:
    feed = made(seed)
    lake = store(fresh(tmp_path), feed=feed)
    old = evaluate(lake, JUNE)
    old_days = daily(lake, JUNE)
    day = DAYS[seed % 30]
    fixed = constant(
        {**dict.fromkeys(("so2", "no2", "co", "o3", "pm10", "pm2_5"), 77_000)}, [day], range(1, 25)
    )
    lake.append("ambient_city_hour", table_of(rows_of("市0", fixed)), source="correction")
    new = evaluate(lake, JUNE)
    assert figures(new)["市1"] == figures(old)["市1"]
    assert figures(evaluate(lake, JUNE, as_of=1)) == figures(old)
    assert daily(lake, JUNE, as_of=1) == old_days
    moved = {(r.place, r.date) for r in daily(lake, JUNE)} ^ {(r.place, r.date) for r in old_days}
    assert moved <= {("市0", day)}
    before = {(r.place, r.date): r for r in old_days}
    for record in daily(lake, JUNE):
        if (record.place, record.date) != ("市0", day):
            assert record == before[record.place, record.date]
        else:
            assert record.values["pm2_5"] == 77
    commits = lake.commits()
    just_before = commits[1].time - timedelta(microseconds=1)
    if commits[0].time <= just_before:
        assert figures(evaluate(lake, JUNE, as_of=just_before)) == figures(old)


@pytest.mark.parametrize("regime", tables.REGIMES)
def test_dirtier_air_never_ranks_better(tmp_path: Path, regime: str) -> None:
    """One more µg/m³ in every hour of a pollutant never lowers a statistic or the index."""
    base = random_series(11, DAYS, whole=True, gaps=0.02)
    feed: dict[str, Series] = {"甲": base}
    for item in ("so2", "no2", "co", "o3", "pm10", "pm2_5"):
        step = 100 if item == "co" else 1000
        feed[item] = {
            at: {**values, item: None if (own := values[item]) is None else own + step}
            for at, values in base.items()
        }
    found = evaluate(store(tmp_path / "air", feed=feed), JUNE, regime=regime)
    clean = found.place("甲")
    assert clean is not None
    for row in found.rows:
        assert row.composite_index is not None
        assert clean.composite_index is not None
        assert row.composite_index >= clean.composite_index
        for item, statistic in row.statistics.items():
            own = clean.statistics[item].unrounded
            assert statistic.unrounded is not None
            assert own is not None
            raised = row.place == item.removesuffix("_8h")
            assert statistic.unrounded > own if raised else statistic.unrounded == own, (row.place, item)
