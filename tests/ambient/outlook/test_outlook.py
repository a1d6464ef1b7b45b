"""The outlook: what it must never do, what it must say when all is settled, and that it knows known laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from lantian.ambient import Period, evaluate
from lantian.ambient.events import DayList
from lantian.ambient.events.lists import DayEntry
from lantian.ambient.outlook import History, Target, fan_chart, outlook, outlooks, say
from lantian.ambient.outlook.finals import INDICATORS
from lantian.ambient.outlook.ground import ground_of
from lantian.ambient.ranking import Line, distance, pool_of
from lantian.ambient.ranking import rank as ranking
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

from .conftest import Made

R2012 = "gb3095-2012"
SOME = ("pm2_5", "o3_8h", "co", "composite_index", "good_days", "heavy_days", "good_days_ratio")


def ask(
    days: History | Lake,
    indicator: str,
    target: str | None,
    place: str,
    day: date | None = None,
    **more: object,
) -> dict[str, object]:
    found = outlook(
        days, Target.parse(indicator, target, "2024"), place, as_of_day=day, regime=R2012, paths=400, **more
    )  # type: ignore[arg-type]
    return found.as_dict()


# --- what is known


def test_value_to_date_is_that_of_evaluate(sample: Lake) -> None:
    day = date(2025, 5, 17)
    for regime in (R2012, "gb3095-2026-transition"):
        rows = evaluate(sample, Period(date(2025, 1, 1), day), regime=regime)
        own = rows.place("临汾")
        assert own is not None
        found = {
            indicator: outlook(
                sample,
                Target.parse(indicator, None, "2025"),
                "临汾市",
                as_of_day=day,
                regime=regime,
                paths=50,
            )
            for indicator in INDICATORS
        }
        for item, statistic in own.statistics.items():
            assert found[item].to_date == statistic.value
        assert found["composite_index"].to_date == own.composite_index
        assert (found["good_days"].to_date, found["heavy_days"].to_date) == (own.good_days, own.heavy_days)
        ratio = Decimal(100 * own.good_days) / own.days_used
        assert found["good_days_ratio"].to_date == ratio.quantize(Decimal("0.1"))
        assert {each.regime for each in found.values()} == {regime}


@pytest.mark.parametrize("regime", [R2012, "gb3095-2026-transition", "gb3095-2026"])
def test_the_year_when_it_is_over_is_its_evaluation(sample: Lake, regime: str) -> None:
    """The arrays come to the digits of the engine: figures of every path, once no day is left to draw."""
    year = Period.year(2024)
    rows = evaluate(sample, year, regime=regime)
    prospect = ground_of(sample, year, as_of_day=year.last, regime=regime, paths=3).prospect
    for place in ("临汾", "晋城"):
        own = rows.place(place)
        assert own is not None
        figures = prospect.finals(prospect.history.places.index(place))
        expected = {key: statistic.value for key, statistic in own.statistics.items()} | {
            "composite_index": own.composite_index, "good_days": own.good_days, "heavy_days": own.heavy_days,
        }  # fmt: skip
        for key, value in expected.items():
            assert figures[key].tolist() == [float(value or 0)] * 3, key
        for key, value in expected.items():
            for text, met in ((f"<={value}", True), (f"<{value}", False), (f">={value}", True)):
                one = outlook(
                    sample, Target.parse(key, text, year), place, as_of_day=year.last, regime=regime
                )
                assert (one.probability, one.decided, one.days_remaining) == (float(met), met, 0)


def test_nothing_after_the_day_is_looked_at(made: Made) -> None:
    days = made(range(2021, 2025))
    day = date(2024, 4, 30)
    values = days.values.copy()
    values[:, :, days.column(day) + 1 :] = 999
    changed = replace(days, values=values)
    gone = days.until(day)
    for indicator in SOME:
        target = None if indicator == "co" else "<=100"
        told = [ask(each, indicator, target, "地03", day) for each in (days, changed, gone)]
        assert told[0] == told[1] == told[2], indicator
    pool = days.places
    ranks = [ask(each, "composite_rank", "<=3", "地03", day, pool=pool) for each in (days, changed)]
    assert ranks[0] == ranks[1]


# --- what is settled


def test_settled_by_the_days_so_far(made: Made) -> None:
    days = made(range(2022, 2025))
    day = date(2024, 10, 31)
    known = outlook(days, Target.parse("good_days", None, "2024"), "地00", as_of_day=day, regime=R2012)
    good, heavy = int(known.to_date or 0), int(ask(days, "heavy_days", None, "地00", day)["to_date"] or 0)  # type: ignore[call-overload]
    for indicator, text, answer in (
        ("good_days", f">={good}", 1.0),
        ("good_days", f">={good + 61}", None),
        ("good_days", f">={good + 62}", 0.0),
        ("heavy_days", f"<{heavy}", 0.0),
        ("heavy_days", f"<={heavy + 61}", 1.0),
        ("pm2_5", "<=5", 0.0),
        ("co", "<=0.1", 0.0),
    ):
        found = ask(days, indicator, text, "地00", day)
        if answer is None:
            assert found["decided"] is None
            assert 0 < float(found["probability"]) < 1  # type: ignore[arg-type]
        else:
            assert (found["probability"], found["decided"]) == (answer, bool(answer)), (indicator, text)
            assert found["probability_interval"] == [answer, answer]


def test_a_harder_target_is_never_likelier(made: Made) -> None:
    days = made(range(2021, 2025))
    day = date(2024, 6, 30)
    for indicator, values in (("pm2_5", range(40, 80, 3)), ("o3_8h", range(120, 190, 5)),
                              ("heavy_days", range(0, 60, 5))):  # fmt: skip
        chances = [ask(days, indicator, f"<={value}", "地01", day)["probability"] for value in values]
        assert chances == sorted(chances)  # type: ignore[type-var]
        assert len(set(chances)) > 3
    goods = [
        ask(days, "good_days", f">={value}", "地01", day)["probability"] for value in range(150, 330, 15)
    ]
    assert goods == sorted(goods, reverse=True)  # type: ignore[type-var]


def test_same_question_same_answer_and_the_order_of_places_means_nothing(made: Made) -> None:
    days = made(range(2021, 2025))
    day = date(2024, 3, 31)
    turned = days.only(days.places[::-1])
    for indicator in SOME:
        first = ask(days, indicator, "<=60", "地05", day)
        assert first == ask(days, indicator, "<=60", "地05", day)
        other = ask(turned, indicator, "<=60", "地05", day)
        assert other["probability"] == pytest.approx(first["probability"], abs=0.01)


# --- how much is known


def test_without_a_past_year_it_says_so(made: Made) -> None:
    only = made(range(2024, 2025))
    found = ask(only, "pm2_5", "<=50", "地00", date(2024, 6, 30))
    assert (found["probability"], found["why"], found["final"]) == (None, "no_past_year", {})
    assert found["to_date"] is not None
    assert say("no_past_year", "zh") == "没有可用的往年数据"
    assert ask(only, "pm2_5", "<=50", "没有", date(2024, 6, 30))["why"] == "no_data"
    before = ask(only, "pm2_5", "<=50", "地00", date(2023, 12, 31))
    assert before["why"] == "no_past_year"


def test_one_past_year_is_enough_but_less_sure(made: Made) -> None:
    day = date(2024, 3, 31)
    long = made(range(2019, 2025))
    short = replace(long, first=date(2023, 1, 1), values=long.values[:, :, long.column(date(2023, 1, 1)) :])
    wide, narrow = (
        [outlook(days, Target.parse("pm2_5", None, "2024"), place, as_of_day=day, regime=R2012, paths=800)
         for place in days.places]
        for days in (short, long)
    )  # fmt: skip
    spans = [
        [float(high - low) for low, high in (one.interval(80) for one in group)] for group in (wide, narrow)
    ]
    assert np.mean(spans[0]) > 1.1 * np.mean(spans[1])
    assert "one_past_year" in wide[0].assumptions
    assert "learned_from:4" in narrow[0].assumptions


def test_days_the_store_does_not_have_yet_are_to_come(sample: Lake) -> None:
    target = Target.parse("pm2_5", "<=38", "2025")
    first, later = (outlook(sample, target, "临汾", as_of_day=day) for day in (None, date(2025, 12, 1)))
    assert (first.as_of_day, first.days_remaining) == (date(2025, 8, 31), 122)
    assert later.as_dict() == first.as_dict()
    ahead = outlook(sample, Target.parse("pm2_5", "<=38", "2026"), "临汾", regime=R2012)
    assert (ahead.days_known, ahead.days_remaining, ahead.to_date) == (0, 365, None)
    assert 0 < (ahead.probability or 0) < 1
    assert [(year.label, year.final is None) for year in ahead.past_years] == [
        ("2025", True), ("2024", False), ("2023", False),
    ]  # fmt: skip


def test_a_past_year_without_its_winter_is_not_taken_for_a_cleaner_one(made: Made) -> None:
    """The same year four times, the newest cut off in August: the next one is foretold to be like them."""
    one = made(range(2023, 2024), 6)
    values = np.concatenate([one.values] * 4, axis=2)[:, :, : 3 * 365 + 243]
    days = replace(
        one, first=date(2021, 1, 1), values=np.insert(values, 3 * 365 + 59, values[:, :, 3 * 365 + 58], 2)
    )
    mean = one.values[:, 3].mean(axis=1)
    for row, place in enumerate(days.places):
        found = outlook(days, Target.parse("pm2_5", None, "2025"), place, regime=R2012)
        assert "past_years:2021 2022 2023 2024" in found.assumptions
        assert float(found.final["50"]) == pytest.approx(mean[row], rel=0.03)


def test_before_the_year_begins_past_years_answer(made: Made) -> None:
    days = made(range(2021, 2024))
    found = ask(days, "pm2_5", "<=55", "地00", date(2023, 12, 31))
    assert (found["days_known"], found["days_remaining"], found["to_date"]) == (0, 366, None)
    assert 0 < float(found["probability"]) < 1  # type: ignore[arg-type]


def test_known_laws_are_found(made: Made) -> None:
    """120 places of independent weather: intervals hold what they promise, and beat what past years say."""
    days = made(range(2020, 2025), 120, seed=5)
    day = date(2024, 6, 30)
    over = ground_of(days, Period.year(2024), as_of_day=date(2024, 12, 31), regime=R2012, paths=1).prospect
    ground = ground_of(days, Period.year(2024), as_of_day=day, regime=R2012, paths=400).prospect
    learned = np.sqrt(ground.anomalies.lasting[3]), np.sqrt(ground.anomalies.passing[3])
    assert learned == (pytest.approx(0.10, abs=0.03), pytest.approx(0.27, abs=0.05))
    inside, errors, naive = [], [], []
    for row in range(120):
        came = over.finals(row)["pm2_5"][0]
        drawn = ground.finals(row)["pm2_5"]
        low, high = np.quantile(drawn, [0.1, 0.9])
        inside.append(low <= came <= high)
        errors.append(np.log(np.median(drawn) / came))
        past = [over.figures(over.past(row, back))["pm2_5"][0] for back in range(1, 5)]
        naive.append(np.log(np.mean(past) / came))
    assert 0.72 <= np.mean(inside) <= 0.95
    assert np.std(errors) < 0.75 * np.std(naive)


# --- ranks


def test_rank_at_the_end_is_that_of_the_ranking(store_of: Callable[[str], Lake]) -> None:
    rows = ["city,date,so2,no2,co,o3_8h,pm10,pm2_5"]
    levels = {"甲": 40, "乙": 40, "丙": 50, "丁": 60, "戊": 60, "己": 30}
    for year in (2023, 2024):
        for n in range(366 if year == 2024 else 365):
            day = date.fromordinal(date(year, 1, 1).toordinal() + n)
            rows += [f"{city},{day},10,20,0.5,100,80,{value}" for city, value in levels.items()]
    lake = store_of("\n".join(rows) + "\n")
    year = Period.year(2024)
    official = evaluate(lake, year, regime=R2012)
    ranked = ranking(official, pool_of(official))
    for place in levels:
        row = ranked.row(place)
        assert row is not None
        for text in ("exit-last-2", "退出后1位", "top-2", "<=4"):
            target = Target.parse("composite_rank", text, year)
            found = outlook(lake, target, place, pool=[*levels, "缺"], regime=R2012, paths=20)
            assert found.to_date == row.rank
            assert found.final["50"] == row.rank
            line = Line("top", 4) if text == "<=4" else Line.parse(text)
            assert found.decided == distance(ranked, place, line).met, (place, text)
            assert "rivals_missing:1" in found.assumptions
    half = date(2024, 6, 30)
    twins = outlooks(
        lake, [Target.parse("composite_rank", "<=3", year)], places=["甲", "丙"], pool=list(levels),
        as_of_day=half, regime=R2012, paths=200,
    )  # fmt: skip
    assert twins[0].days_remaining == 184
    assert (twins[0].probability or 0) > (twins[1].probability or 0)
    assert twins[0].needs.index_line is not None
    with pytest.raises(LantianError, match="needs the pool"):
        outlook(lake, Target.parse("composite_rank", "<=3", year), "甲")
    assert (
        outlook(lake, Target.parse("composite_rank", "<=3", year), "甲", pool=["乙", "丙"]).why
        == "not_in_pool"
    )


def test_rivals_share_their_winter(made: Made) -> None:
    """A city and its twin a little dirtier: on the same days it always comes first, however the year goes."""
    days = made(range(2021, 2025), 3)
    values = days.values.copy()
    values[1] = values[0]
    values[1, :6] = np.rint(values[1, :6] * 1.25) + 2
    twins = replace(days, values=values)
    found = ask(twins, "composite_rank", "<=1", "地00", date(2024, 6, 30), pool=["地00", "地01"])
    alone = ask(twins, "composite_index", None, "地00", date(2024, 6, 30))
    other = ask(twins, "composite_index", None, "地01", date(2024, 6, 30))
    assert alone["final"]["97.5"] > other["final"]["2.5"]  # type: ignore[index]
    assert float(found["probability"]) > 0.97  # type: ignore[arg-type]


# --- the rest


def test_days_taken_out_are_taken_out_here_too(sample: Lake) -> None:
    items, scopes = ("pm10", "pm2_5"), ("concentration", "aqi")
    entries = tuple(
        DayEntry("临汾", date(year, 3, 1), date(year, 3, 20), items, scopes) for year in (2023, 2024, 2025)
    )
    dust = DayList(entries)
    day = date(2025, 6, 30)
    target = Target.parse("pm10", None, "2025")
    with_dust, without = (
        outlook(sample, target, "临汾", as_of_day=day, **more) for more in ({}, {"day_list": dust})
    )
    own = evaluate(sample, Period(date(2025, 1, 1), day), regime=R2012, day_list=dust).place("临汾")
    assert own is not None
    assert without.to_date == own.statistics["pm10"].value
    assert "dust_kept" in with_dust.assumptions
    assert "dust_out" in without.assumptions
    assert with_dust.past_years != without.past_years


def test_zeros_are_not_drawn_but_stay_in_the_value_to_date(made: Made) -> None:
    days = made(range(2021, 2025))
    values = days.values.copy()
    values[0, 3, ::7] = 0
    found = ask(replace(days, values=values), "pm2_5", None, "地00", date(2024, 6, 30))
    plain = ask(days, "pm2_5", None, "地00", date(2024, 6, 30))
    assert any(str(code).startswith("zeros_left_out:") for code in found["assumptions"])  # type: ignore[attr-defined]
    assert float(found["to_date"]) < 0.92 * float(plain["to_date"])  # type: ignore[arg-type]
    ground = ground_of(
        replace(days, values=values), Period.year(2024), as_of_day=date(2024, 6, 30), regime=R2012
    )
    drawn = ground.prospect.remainder(0)[3]
    assert np.nanmin(drawn) > 0


def test_targets_are_read_as_people_write_them() -> None:
    year = Period.year(2025)
    for indicator, text, comparator, value in (
        ("pm2_5", "≤35", "<=", "35"), ("pm2_5", "35", "<=", "35"), ("good_days", "285", ">=", "285"),
        ("good_days_ratio", "≥ 74.5%", ">=", "74.5"), ("composite_rank", "退出后10位", "exit-last", "10"),
        ("composite_rank", "top-30", "<=", "30"), ("composite_rank", "<158", "<", "158"),
    ):  # fmt: skip
        target = Target.parse(indicator, text, year)
        assert (target.comparator, target.value) == (comparator, Decimal(value))
        assert Target.parse(indicator, target.text, year) == target
    for indicator, text in (("pm2_5", "about 35"), ("pm3", "<=35"), ("pm2_5", "exit-last-10")):
        with pytest.raises(LantianError):
            Target.parse(indicator, text, year)


def test_the_fan_begins_where_the_year_stands_and_ends_in_the_intervals(sample: Lake) -> None:
    day = date(2025, 6, 30)
    for indicator in ("pm2_5", "o3_8h", "good_days", "composite_index"):
        one = outlook(sample, Target.parse(indicator, None, "2025"), "临汾", as_of_day=day)
        chart = fan_chart(sample, "临汾市", indicator, "2025", as_of_day=day)
        now = chart.days.index(day)
        assert chart.days[-1] == date(2025, 12, 31)
        assert chart.known[now] == chart.fan["50"][now] == float(one.to_date or 0)
        assert chart.known[now + 1] is None
        assert chart.fan["50"][now - 1] is None
        assert {label: line[-1] for label, line in chart.past.items()} == {
            year.label: float(year.final or 0) for year in one.past_years
        }
        ends = [line[-1] for line in chart.fan.values()]
        assert ends == sorted(ends)  # type: ignore[type-var]
        assert float(one.final["10"]) - 8 <= (chart.fan["50"][-1] or 0) <= float(one.final["90"]) + 8
    with pytest.raises(LantianError):
        fan_chart(sample, "临汾", "composite_rank", "2025")


def test_settings_can_be_replaced_by_a_rule_file(sample: Lake, tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(
        "replace:\n  ambient.outlook.history:\n    - value: {years: 1, least_share: 60, recency: 60}\n"
        "      unit: '1'\n      document: ours\n      clause: '1'\n      verified: true\n",
        encoding="utf-8",
    )
    found = outlook(
        sample,
        Target.parse("pm2_5", None, "2025"),
        "临汾",
        rulebook=load((file,)),
        as_of_day=date(2025, 6, 30),
    )
    assert [year.label for year in found.past_years] == ["2024"]
    assert "one_past_year" in found.assumptions
