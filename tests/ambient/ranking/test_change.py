"""Ranking by change: ties, who attains is not among the worsening, both sides under one regime."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from lantian.ambient import Period
from lantian.ambient.comparison import compare
from lantian.ambient.ranking import ChangeRanking, pool, rank_change
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

Make = Callable[..., Any]
DIRTY = {"so2": 20, "no2": 45, "pm10": 90, "pm2_5": 50, "co": "1.5", "o3_8h": 180}
NAMES = ("太原", "临汾", "运城", "大同", "晋中")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """Daily values of two Junes; the days of a month are all the same, so statistics are those values."""
    lake = Lake.open(tmp_path_factory.mktemp("change") / "air", create=True)
    clean = {"so2": 9, "no2": 20, "pm10": 60, "pm2_5": 30, "co": 1.0, "o3_8h_max": 150}
    dirty = {**clean, "no2": 45, "pm10": 90}
    months = {
        2024: {"太原": {**dirty, "pm10": 100}, "临汾": {**dirty, "pm10": 100}, "运城": dirty, "大同": clean,
               "晋中": dirty},
        2025: {"太原": dirty, "临汾": dirty, "运城": {**dirty, "pm10": 91}, "大同": {**clean, "no2": 30}},
    }  # fmt: skip
    rows = [
        {"place": name, "name": name, "city": None, "date": date(year, 6, day),
         **{item: round(value * 1000) for item, value in values.items()}}
        for year, places in months.items() for name, values in places.items() for day in range(1, 31)
    ]  # fmt: skip
    types = {"place": pa.string(), "name": pa.string(), "city": pa.string(), "date": pa.date32()}
    schema = pa.schema([(key, types.get(key, pa.int32())) for key in rows[0]])
    lake.append("ambient_city_day", pa.Table.from_pylist(rows, schema=schema), source="made")
    return lake


@pytest.fixture(scope="module")
def ranking(lake: Lake) -> ChangeRanking:
    return rank_change(compare(lake, Period.parse("2025-06")), pool("山西", date(2025, 6, 30)))


def test_rates_and_ranks(ranking: ChangeRanking) -> None:
    taiyuan, yuncheng = ranking.row("太原"), ranking.row("运城市")
    assert taiyuan is not None and yuncheng is not None
    # PM10 100 to 90 over 70: 1.43 to 1.29; the rest 0.15 + 1.12 + 0.86 + 0.25 + 0.94 = 3.32
    assert (taiyuan.then, taiyuan.value) == (Decimal("4.75"), Decimal("4.61"))
    assert taiyuan.change == Decimal("-2.9")
    assert (taiyuan.rank, taiyuan.tied) == (1, 2)
    # 1.29 to 1.30: 4.61 to 4.62
    assert (yuncheng.change, yuncheng.rank, yuncheng.from_worst) == (Decimal("0.2"), 3, 1)
    assert {row.name for row in ranking.improved(1)} == {"太原市", "临汾市"}


def test_who_attains_is_not_among_the_worsening(ranking: ChangeRanking, lake: Lake, tmp_path: Path) -> None:
    datong = ranking.row("大同")
    assert datong is not None
    assert datong.change is not None and datong.change > 5
    assert (datong.rank, datong.from_worst, datong.left_out) == (4, None, True)
    assert ranking.left_out == ("大同市",)
    assert [row.name for row in ranking.worsened(1)] == ["运城市"]
    own = tmp_path / "all.yaml"
    own.write_text(
        "replace:\n  ranking.rules.change.worsening_leaves_out:\n"
        "    - {value: none, document: test, clause: '1', verified: true}\n",
        encoding="utf-8",
    )
    book = load([own])
    everyone = rank_change(compare(lake, Period.parse("2025-06")), rulebook=book)
    assert [row.name for row in everyone.worsened(1)] == ["大同"]


def test_without_a_year_before_there_is_no_change(ranking: ChangeRanking) -> None:
    jinzhong, jincheng = ranking.row("晋中"), ranking.row("晋城")
    assert jinzhong is not None and jincheng is not None
    assert (jinzhong.then, jinzhong.value, jinzhong.why) == (Decimal("4.61"), None, "no_value")
    assert jincheng.why == "no_value"
    assert ranking.provisional and len(ranking.missing) == 7
    with pytest.raises(LantianError, match="per cent"):
        rank_change(ranking_comparison(), by="good_days")


def ranking_comparison() -> Any:
    """`by` is looked at before anything else."""
    return None


def test_both_sides_follow_one_regime(lake: Lake) -> None:
    final = rank_change(compare(lake, Period.parse("2025-06"), regime="gb3095-2026"))
    assert final.regime == "gb3095-2026"
    datong = final.row("大同")
    # Under the final limits PM2.5 of 30 does not attain 25.
    assert datong is not None and not datong.left_out
