"""Attainment, regions, trend, load, what-if, ranking, change and deducted days against the oracle."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
from ambient_oracle import slow, slow_more, tables
from ambient_oracle.stores import Series, constant, days_between, random_series, store

from lantian.ambient import (
    DayEntry,
    DayList,
    Period,
    change_rate,
    compare,
    composite_index,
    daily,
    evaluate,
    evaluate_attainment,
    evaluate_regions,
    load_shares,
    spearman,
    years_mean,
)
from lantian.ambient.contribution import per_unit, what_if
from lantian.ambient.period import Years
from lantian.ambient.ranking import Line, distance, rank, reductions, standings
from lantian.lake import Lake

JUNE = Period.parse("2019-06")
DAYS = days_between(date(2019, 6, 1), date(2019, 6, 30))


@pytest.fixture(scope="module")
def feed() -> dict[str, Series]:
    """Twelve cities, clean and dirty, with and without gaps; two alike."""
    made = {f"市{n:02}": random_series(50 + n, DAYS, gaps=0.02 * (n % 4)) for n in range(11)}
    return {**made, "市11": made["市03"]}


@pytest.fixture(scope="module")
def lake(feed: dict[str, Series], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return store(tmp_path_factory.mktemp("more") / "air", feed=feed)


@pytest.mark.parametrize("regime", tables.REGIMES)
@pytest.mark.parametrize("grade", [1, 2])
def test_attainment_of_statistics_and_of_days(
    lake: Lake, feed: dict[str, Series], regime: str, grade: int
) -> None:
    found = evaluate_attainment(lake, JUNE, grade=grade, regime=regime)
    assert len(found.rows) == len(feed)
    for row in found.rows:
        days = list(slow.days_of(feed[row.place]).values())
        wanted = slow_more.checks(days, regime, grade)
        got = {(c.item, c.averaging): (c.evaluated, c.attained, c.multiple) for c in row.checks}
        assert got == {k: (c.evaluated, c.attained, c.multiple) for k, c in wanted.items()}, row.place
        answers = [c.attained for c in wanted.values()]
        assert row.attained is (False if False in answers else None if None in answers else True)
        verdicts = [slow_more.day_verdict(day, regime, grade) for day in days]
        own = row.days
        assert (own.attained, own.exceeded, own.undecided) == tuple(
            verdicts.count(v) for v in ("attained", "exceeded", "undecided")
        ), row.place
        judged = own.attained + own.exceeded
        assert row.rate == (slow.half_even(Fraction(100 * own.attained, judged), 1) if judged else None)


def test_regions_are_means_of_published_figures(lake: Lake, feed: dict[str, Series]) -> None:
    regions = {"甲区": ["市00", "市01", "市02"], "乙区": [*feed, "无"], "丙区": ["市05"]}
    found = evaluate_regions(lake, JUNE, regions)
    wanted = {
        place: slow.evaluate_place(slow.days_of(series), DAYS[0], DAYS[-1]) for place, series in feed.items()
    }
    for row in found.rows:
        own = [wanted[place] for place in regions[row.region] if place in wanted]
        for item in tables.ITEMS:
            values = [slow.fraction(v) for one in own if (v := one.statistics[item].value) is not None]
            assert row.figures[item] == slow.half_even(slow.mean(values), 1 if item == "co" else 0)
        indices = [slow.fraction(one.index) for one in own if one.index is not None]
        assert row.figures["composite_index"] == slow.half_even(slow.mean(indices), 2)
        ratios = [Fraction(100 * one.good, one.days) for one in own if one.days]
        assert row.good_ratio == slow.half_even(slow.mean(ratios), 1)
    assert found.rows[1].missing == ("无",)


def test_trends_of_every_order_of_five_six_and_seven() -> None:
    """All 5,880 orders of 5, 6 and 7 different values: the coefficient and the verdict."""
    seen: set[str] = set()
    for n in (5, 6, 7):
        for values in permutations(range(10, 10 + n)):
            r, says = slow_more.trend(values)
            found = spearman(values)
            assert found.r == r
            told = found.direction if found.direction in ("rising", "falling") else "none"
            assert told == says, values
            seen.add(told)
    assert seen == {"rising", "falling", "none"}


@pytest.mark.parametrize("n", [8, 9, 10, 11, 12, 13, 15, 17, 20])
def test_trends_of_longer_series(n: int) -> None:
    dice = random.Random(n)  # noqa: S311 - a fixed seed makes a test, not a secret
    for _ in range(60):
        values = dice.sample(range(200), n)
        if dice.random() < 0.5:
            values = [value + 12 * at for at, value in enumerate(values)]
        if len(set(values)) < n:
            continue
        r, says = slow_more.trend(values)
        found = spearman(values)
        assert found.r == r
        assert (found.direction if found.direction in ("rising", "falling") else "none") == says


def statistics(dice: random.Random) -> dict[str, Decimal]:
    return {
        "so2": Decimal(dice.randrange(3, 60)), "no2": Decimal(dice.randrange(10, 70)),
        "pm10": Decimal(dice.randrange(30, 200)), "pm2_5": Decimal(dice.randrange(10, 120)),
        "co": Decimal(dice.randrange(4, 40)) / 10, "o3_8h": Decimal(dice.randrange(40, 240)),
    }  # fmt: skip


@pytest.mark.parametrize("regime", tables.REGIMES)
def test_load_shares_and_what_if(regime: str) -> None:
    dice = random.Random(7)  # noqa: S311 - a fixed seed makes a test, not a secret
    for _ in range(150):
        values = statistics(dice)
        found = composite_index(**values, regime=regime)  # type: ignore[arg-type]
        _, parts, _ = slow.composite({k: slow.fraction(v) for k, v in values.items()}, regime)
        whole = sum((slow.fraction(part) for part in parts.values()), Fraction(0))
        shares = load_shares(found.rounded_parts, regime=regime)
        assert shares == {i: slow.half_even(100 * slow.fraction(p) / whole, 1) for i, p in parts.items()}
        item = dice.choice(tables.ITEMS)
        step = Decimal("-0.1") if item == "co" else Decimal(-1)
        fall = what_if(values, {item: step}, regime=regime)
        after = {**values, item: values[item] + step}
        difference = slow_more.index_of(after, regime) - slow_more.index_of(values, regime)
        assert fall.published == difference
        assert fall.exact == slow.fraction(step) / tables.INDEX_LIMITS[regime][item]
        dearest = next(iter(per_unit(values, regime=regime)))
        limits = tables.INDEX_LIMITS[regime]
        unit = {i: Fraction(1, 10) if i == "co" else Fraction(1) for i in tables.ITEMS}
        assert unit[dearest] / limits[dearest] == max(unit[i] / limits[i] for i in tables.ITEMS)


def test_ranks_from_both_ends(lake: Lake, feed: dict[str, Series]) -> None:
    ranking = rank(evaluate(lake, JUNE))
    values = {row.name: row.value for row in ranking.rows}
    assert {r.name: r.rank for r in ranking.rows} == slow.ranks(values)
    known = {name: value for name, value in values.items() if value is not None}
    for row in ranking.rows:
        if row.value is not None:
            assert row.from_worst == slow_more.worse_than(known, row.name, row.value)
            assert row.tied == list(known.values()).count(row.value)
    assert max(row.tied for row in ranking.rows) >= 2
    evaluated = evaluate(lake, JUNE).rows
    assert {row.place: row.rank for row in evaluated} == slow.ranks(
        {r.place: r.composite_index for r in evaluated}
    )


@pytest.mark.parametrize("number", [1, 2, 3, 5])
def test_distance_to_leaving_the_last(lake: Lake, number: int) -> None:
    """With `needed` a place is out of the last ranks, with 0.01 more it is not, whatever ties there are."""
    ranking = rank(evaluate(lake, JUNE))
    values = {row.name: row.value for row in ranking.rows if row.value is not None}
    for name, value in values.items():
        found = distance(ranking, name, Line("last", number))
        assert slow_more.worse_than(values, name, found.needed) > number
        assert slow_more.worse_than(values, name, found.needed + Decimal("0.01")) <= number
        assert found.met == (slow_more.worse_than(values, name, value) > number)
        top = distance(ranking, name, Line("top", number))
        others = [own for other, own in values.items() if other != name]
        assert 1 + sum(own < top.needed for own in others) <= number
        assert 1 + sum(own < top.needed + Decimal("0.01") for own in others) > number


def test_cheapest_pollutant_step_by_step(lake: Lake) -> None:
    """The fall that each pollutant needs alone, found by trying every published step."""
    ranking = rank(evaluate(lake, JUNE))
    for row in [row for row in ranking.rows if row.value is not None][-4:]:
        found = distance(ranking, row.name, Line("last", 3))
        assert row.evaluation is not None
        values = {item: s.value for item, s in row.evaluation.statistics.items() if s.value is not None}
        told = reductions(ranking, row, found.needed)
        for own in told.alone:
            assert own.by == slow_more.smallest_fall(values, own.item, found.needed, tables.OLD), own.item


def test_standings_of_random_values() -> None:
    dice = random.Random(3)  # noqa: S311 - a fixed seed makes a test, not a secret
    for _ in range(200):
        values = {str(n): Decimal(dice.randrange(300, 330)) / 100 for n in range(dice.randrange(1, 40))}
        found = standings(values)
        assert {k: s.rank for k, s in found.items()} == slow.ranks(values)
        for key, own in found.items():
            assert own.from_worst == slow_more.worse_than(values, key, values[key])


def test_change_against_the_year_before(tmp_path: Path) -> None:
    days = [*days_between(date(2018, 6, 1), date(2018, 6, 30)), *DAYS]
    feed = {f"市{n}": random_series(90 + n, days, gaps=0.02) for n in range(4)}
    lake = store(tmp_path / "air", feed=feed)
    for regime in (tables.OLD, tables.FINAL):
        found = compare(lake, JUNE, regime=regime)
        assert str(found.against) == "2018-06"
        for row in found.rows:
            own = slow.days_of(feed[row.place])
            then = slow.evaluate_place(own, date(2018, 6, 1), date(2018, 6, 30), regime)
            now = slow.evaluate_place(own, DAYS[0], DAYS[-1], regime)
            pairs = {i: (then.statistics[i].value, now.statistics[i].value) for i in tables.ITEMS}
            for figure, (before, after) in {**pairs, "composite_index": (then.index, now.index)}.items():
                rate = row.changes[figure].rate
                if before is None or after is None or not before:
                    assert rate is None
                    continue
                b, a = slow.fraction(before), slow.fraction(after)
                assert rate == slow.half_even(100 * (a - b) / b, 1), (row.place, figure)
    assert change_rate("4.00", "4.01") == Decimal("0.2")  # 0.25 to the even tenth


def test_means_over_three_years(tmp_path: Path) -> None:
    """The mean of three unrounded annual statistics, not of the days of three years: 2020 has one more."""
    feed: dict[str, Series] = {}
    for place, seed in (("甲", 1), ("乙", 2)):
        dice = random.Random(seed)  # noqa: S311 - a fixed seed makes a test, not a secret
        series: Series = {}
        for day in days_between(date(2019, 1, 1), date(2021, 12, 31)):
            if dice.random() < 0.03:
                continue
            values: dict[str, int | None] = {
                "so2": 1000 * dice.randrange(40), "no2": 1000 * dice.randrange(80),
                "co": 100 * dice.randrange(30), "o3": 1000 * dice.randrange(200),
                "pm10": 1000 * dice.randrange(200), "pm2_5": 1000 * dice.randrange(120),
            }  # fmt: skip
            series |= constant(values, [day], range(1, 22))
        feed[place] = series
    lake = store(tmp_path / "air", feed=feed)
    found = years_mean(lake, Years.parse("3y-2021"))
    for row in found.rows:
        days = slow.days_of(feed[row.place])
        years = [
            slow.evaluate_place(days, date(year, 1, 1), date(year, 12, 31), tables.OLD)
            for year in (2019, 2020, 2021)
        ]
        for item, own in row.means.items():
            values = [year.statistics[item].unrounded for year in years]
            exact = slow.mean([value for value in values if value is not None])
            assert own.unrounded == exact, (row.place, item)
            assert own.value == slow.half_even(exact, 1 if item == "co" else 0)
            assert own.valid == all(year.statistics[item].valid for year in years), (row.place, item)


@pytest.mark.parametrize("scopes", [("concentration",), ("aqi",), ("concentration", "aqi")])
def test_days_taken_out(lake: Lake, feed: dict[str, Series], scopes: tuple[str, ...]) -> None:
    """PM of some days goes: out of the statistics, out of the AQI, or out of both; the rest stays."""
    gone = ("pm10", "pm2_5")
    entries = tuple(
        DayEntry(place=place, first=DAYS[n], last=DAYS[n + 2], items=gone, scopes=scopes)
        for n, place in enumerate(list(feed)[:6])
    )
    listed = {(entry.place, day) for entry in entries for day in entry.days}
    found = evaluate(lake, JUNE, day_list=DayList(entries))
    records = {(r.place, r.date): r for r in daily(lake, JUNE, day_list=DayList(entries))}
    for row in found.rows:
        days = slow.days_of(feed[row.place])
        good = heavy = counted = 0
        for day in days.values():
            values = {item: day.rounded(item) for item in (*tables.ITEMS, "o3_1h")}
            out = (row.place, day.date) in listed and "aqi" in scopes
            air = slow.daily_aqi({k: None if out and k in gone else v for k, v in values.items()}, "2012")
            assert records[row.place, day.date].aqi == air.aqi, (row.place, day.date)
            if air.aqi is not None:
                counted += 1
                good += air.aqi <= 100
                heavy += air.aqi > 200
        if "concentration" in scopes:
            for day in days.values():
                if (row.place, day.date) in listed:
                    day.unrounded = {k: v for k, v in day.unrounded.items() if k not in gone}
        wanted = slow.evaluate_place(days, DAYS[0], DAYS[-1], tables.OLD)
        for item in tables.ITEMS:
            assert row.statistics[item].unrounded == wanted.statistics[item].unrounded, (row.place, item)
        assert row.composite_index == wanted.index
        assert (row.good_days, row.heavy_days, row.days_used) == (good, heavy, counted), row.place
