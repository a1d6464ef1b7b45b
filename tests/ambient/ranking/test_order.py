"""Ranks as bulletins print them: ties, skipped ranks, both ends, members without data."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.ambient.ranking import pool, rank, read_official, standings
from lantian.ambient.ranking.official import period_of
from lantian.errors import LantianError

Make = Callable[..., Any]
values = st.lists(st.integers(100, 140), min_size=1, max_size=40)


@given(values)
def test_ranks_by_counting(whole: list[int]) -> None:
    numbers = {at: Decimal(value).scaleb(-2) for at, value in enumerate(whole)}
    for order, sign in (("ascending", 1), ("descending", -1)):
        for at, found in standings(numbers, order).items():
            mine = sign * whole[at]
            assert found.rank == 1 + sum(sign * other < mine for other in whole)
            assert found.from_worst == 1 + sum(sign * other > mine for other in whole)
            assert found.tied == whole.count(whole[at])
            assert found.rank + found.from_worst + found.tied == len(whole) + 2


@given(values, st.integers(1, 12), st.randoms())
def test_lists_hold_the_ties_of_their_edge(made: Make, whole: list[int], number: int, dice: Any) -> None:
    places = [(f"城{at}", str(Decimal(value).scaleb(-2))) for at, value in enumerate(whole)]
    ranking = rank(made(dict(places)))
    best, worst = ranking.best(number), ranking.worst(number)
    assert len(best) >= min(number, len(whole)) and len(worst) >= min(number, len(whole))
    edge = sorted(whole)[min(number, len(whole)) - 1]
    assert {row.name for row in best} == {f"城{at}" for at, value in enumerate(whole) if value <= edge}
    assert [row.from_worst for row in worst] == sorted(row.from_worst or 0 for row in worst)
    dice.shuffle(places)
    again = rank(made(dict(places)))
    assert {row.name: row.rank for row in again.rows} == {row.name: row.rank for row in ranking.rows}


def test_twenty_one_names_in_a_list_of_twenty(made: Make) -> None:
    places = {f"城{at}": f"{3 + at / 100:.2f}" for at in range(30)}
    places["城9"] = places["城10"]
    ranking = rank(made(places))
    assert len(ranking.worst(20)) == 21
    assert [row.from_worst for row in ranking.worst(20)][-2:] == [20, 20]
    assert [row.rank for row in ranking.worst(20)][-2:] == [10, 10]


def test_members_without_data_bound_the_ranks(made: Make) -> None:
    shanxi = pool("山西", date(2025, 6, 30))
    ranking = rank(made({"临汾": "4.81", "太原市": "5.04", "阳泉": None, "北京": "4.60"}), shanxi)
    assert ranking.provisional
    assert len(ranking.missing) == 9 and "阳泉市" in ranking.missing
    assert ranking.outside == ("北京",)
    taiyuan = ranking.row("太原")
    assert taiyuan is not None
    assert (taiyuan.rank, taiyuan.from_worst, taiyuan.lowest, taiyuan.place) == (2, 1, 11, "太原市")
    silent, absent = ranking.row("阳泉"), ranking.row("大同")
    assert silent is not None and absent is not None
    assert (silent.rank, silent.why, absent.why) == (None, "no_data", "no_data")


def test_a_pool_not_known_in_full_is_provisional(made: Make) -> None:
    units = pool("shanxi_ranked_units", date(2019, 9, 30))
    ranking = rank(made({m.group + m.name: "4.00" for m in units.members}), units)
    assert not ranking.missing and not ranking.outside
    assert ranking.unknown == 1 and ranking.provisional
    assert ranking.rows[0].lowest == 2
    with pytest.raises(LantianError, match="城区"):
        ranking.row("城区")


def test_by_days_and_by_a_pollutant(made: Make) -> None:
    six = {"so2": 9, "no2": 20, "pm10": 60, "pm2_5": 30, "co": "1.0", "o3_8h": 150}
    found = made({
        "甲": (six, {"good_days": 28, "days_used": 30}),
        "乙": ({**six, "pm2_5": 20}, {"good_days": 27, "days_used": 28}),
        "丙": (None, {"good_days": 0, "heavy_days": 0}),
    })  # fmt: skip
    assert [row.name for row in rank(found, by="pm2_5").rows][:2] == ["乙", "甲"]
    assert [row.name for row in rank(found, by="good_days").rows] == ["甲", "乙", "丙"]
    ratio = rank(found, by="good_days_ratio")
    assert [(row.name, row.value, row.rank) for row in ratio.rows] == [
        ("乙", Decimal("96.4"), 1), ("甲", Decimal("93.3"), 2), ("丙", None, None)
    ]  # fmt: skip
    assert (ratio.unit, rank(found, by="good_days").unit, rank(found, by="co").unit) == ("%", "d", "mg/m³")
    assert [r.name for r in rank(found, by="pm2_5", order="descending").rows][:2] == ["甲", "乙"]
    for wrong in ({"by": "pm1"}, {"order": "up"}):
        with pytest.raises(LantianError):
            rank(found, **wrong)


@pytest.mark.shared
def test_guangdong_2017_08_as_printed(made: Make, shared: Path) -> None:
    file = shared / "data/published_tables/guangdong_cities_2017_08.csv"
    with file.open(encoding="utf-8-sig") as rows:
        printed = {row["city"]: row for row in csv.DictReader(rows)}
    ranking = rank(made({city: row["composite_index"] for city, row in printed.items()}, period="2017-08"))
    assert len(printed) == 21
    assert {row.name: row.rank for row in ranking.rows} == {c: int(r["rank"]) for c, r in printed.items()}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("period", "tied", "ranks"),
    [
        ("2020年6月", {"best": [9], "worst": [7]}, {"临汾市蒲县": 9, "大同市阳高县": 9, "太原市小店区": 112,
         "阳泉市阳泉开发区": 112, "晋中市介休市": 119, "太原市迎泽区": 110}),
        ("2020年1-6月", {"best": [6, 7], "worst": []}, {"吕梁市交口县": 6, "长治市平顺县": 6,
         "忻州市静乐县": 6, "临汾市蒲县": 9, "大同市阳高县": 10, "运城市稷山县": 110}),
    ],
)  # fmt: skip
def test_county_notices_2020_as_printed(
    made: Make, shared: Path, period: str, tied: dict[str, list[int]], ranks: dict[str, int]
) -> None:
    span = period_of(period)
    assert span is not None
    file = shared / "data/published_tables/shanxi_county_rank_notices_2020.csv"
    notice = read_official(file, period=span)
    units = pool("shanxi_ranked_units", span.last)
    assert units.size == 119
    # Indices in the printed order, the printed ties equal; everybody else between the two lists.
    index = {}
    for side, first, step in (("best", 200, 1), ("worst", 900, -1)):
        value = first
        for place in (row for row in notice.rows if row.side == side):
            index[place.name] = f"{value / 100:.2f}"
            position = place.rank or place.from_worst or 0
            value += 0 if position in tied[side] else step
    named = {next(iter(units.names().find(name))) for name in index}
    others = {m.group + m.name: "5.00" for at, m in enumerate(units.members) if at not in named}
    ranking = rank(made({**index, **others}, period=span.label), units)
    assert not ranking.missing and len(ranking.rows) == 119
    for name, expected in ranks.items():
        row = ranking.row(name)
        assert row is not None and row.rank == expected, name
    assert len(ranking.best(10)) == 10 and len(ranking.worst(10)) == 10
