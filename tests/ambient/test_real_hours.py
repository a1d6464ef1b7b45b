"""The national city feed of 2019-06: published figures, and every city against plain loops over fractions."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from lantian.ambient import Evaluation, Period, evaluate
from lantian.lake import Lake
from lantian.rulebook import load

pytestmark = pytest.mark.shared

JUNE = Period.parse("2019-06")
HOURLY = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
LIMITS = {"so2": 60, "no2": 40, "pm10": 70, "pm2_5": 35, "co": 4, "o3_8h": 160}
CITIES_28 = """北京 天津 石家庄 唐山 廊坊 保定 沧州 衡水 邢台 邯郸 太原 阳泉 长治 晋城
济南 淄博 济宁 德州 聊城 滨州 菏泽 郑州 开封 安阳 鹤壁 新乡 焦作 濮阳"""
STRICT = """
replace:
  ambient.validity.day.lost_here:
    - {value: null, document: test, clause: '1', verified: true}
"""


@pytest.fixture(scope="module")
def rows(shared: Path) -> Any:
    file = shared / "data/cnemc_city_hourly/china_cities_hourly_201812_201906.parquet"
    columns = ", ".join(f"round({item}::DOUBLE * 1000)::INT AS {item}" for item in HOURLY)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    # The file's stamps are ends of hours, Asia/Shanghai.
    return connection.sql(
        "SELECT city AS place, city AS name, NULL::VARCHAR AS city, "  # noqa: S608 - our own words
        f"(time::TIMESTAMP - INTERVAL 8 HOUR) AT TIME ZONE 'UTC' AS time, {columns} "
        f"FROM '{file}' WHERE time > '2019-06-01' AND time <= '2019-07-01' OR time = '2018-12-01 01:00'"
    ).to_arrow_table()


@pytest.fixture(scope="module")
def lake(rows: Any, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    lake = Lake.open(tmp_path_factory.mktemp("real") / "air", create=True)
    lake.append("ambient_city_hour", rows, source="cnemc_city_hourly")
    return lake


@pytest.fixture(scope="module")
def found(lake: Lake) -> Evaluation:
    return evaluate(lake, JUNE)


def test_baoji_is_within_five_hundredths_of_the_published_index(found: Evaluation) -> None:
    row = found.place("宝鸡")
    assert row is not None
    assert row.composite_index is not None
    assert abs(row.composite_index - Decimal("3.06")) <= Decimal("0.05")
    assert row.statistics["pm2_5"].value == 21
    assert row.statistics["co"].value == Decimal("0.7")


def test_published_june_of_beijing_and_of_the_28_cities(found: Evaluation) -> None:
    beijing = found.place("北京")
    assert beijing is not None
    for item, published in (("pm2_5", 39), ("pm10", 61), ("so2", 4)):
        value = beijing.statistics[item].value
        assert value is not None
        assert abs(value - published) <= 1, item
    cities = CITIES_28.split()
    for item, published in (("pm2_5", 36), ("pm10", 77), ("o3_8h", 232), ("so2", 13), ("no2", 27)):
        exact = [place.statistics[item].unrounded for place in map(found.place, cities) if place]
        mean = sum((value for value in exact if value is not None), Fraction(0)) / len(cities)
        assert abs(mean - published) <= Fraction(1, 2), item


def test_every_city_is_there_and_ranked(found: Evaluation) -> None:
    assert len(found.rows) == 366
    ranks = [row.rank for row in found.rows if row.rank is not None]
    assert ranks == sorted(ranks)
    assert ranks[0] == 1
    # The national report of that month names 唐山, 邢台 and 石家庄 as the worst of 168.
    assert {row.place for row in found.rows if row.rank and row.rank > len(ranks) - 6} >= {
        "唐山",
        "邢台",
        "石家庄",
    }


def test_every_city_by_plain_loops(lake: Lake, rows: Any, tmp_path: Path) -> None:
    own = tmp_path / "strict.yaml"
    own.write_text(STRICT, encoding="utf-8")
    strict = evaluate(lake, JUNE, rulebook=load([own]))
    by_day: dict[tuple[str, date], dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in rows.to_pylist():
        stamp = row["time"]
        # 16:00 UTC is local midnight: the 24th hour of the day that ends.
        number = (stamp.hour + 7) % 24 + 1
        day = date.fromordinal(stamp.toordinal() + (1 if stamp.hour > 16 else 0))
        by_day[row["place"], day][number] = row
    values: dict[str, dict[str, list[Fraction]]] = defaultdict(lambda: defaultdict(list))
    for (place, day), hours in by_day.items():
        if JUNE.first <= day <= JUNE.last:
            for item, value in _day(hours).items():
                values[place][item].append(value)
    assert len(values) == 362  # of 366, two without any row in June and two without a valid day
    for place, items in values.items():
        evaluated = strict.place(place)
        assert evaluated is not None
        total = Fraction(0)
        for item, limit in LIMITS.items():
            exact = _statistic(item, items[item])
            assert evaluated.statistics[item].unrounded == exact, (place, item)
            if exact is None:
                break
            decimals = 10 if item == "co" else 1
            published = Fraction(round(exact * decimals), decimals)
            total += Fraction(round(published / limit * 100), 100)
        else:
            assert evaluated.composite_index == Decimal(total.numerator) / Decimal(total.denominator), place


def _day(hours: dict[int, dict[str, Any]]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for item in ("so2", "no2", "pm10", "pm2_5", "co"):
        present = [row[item] for row in hours.values() if row[item] is not None]
        if len(present) >= 20:
            places = 10 if item == "co" else 1
            mean = Fraction(sum(present), len(present) * 1000)
            found[item] = Fraction(round(mean * places), places)
    windows = []
    for end in range(8, 25):
        ozone = [hours[h]["o3"] for h in range(end - 7, end + 1) if h in hours and hours[h]["o3"] is not None]
        if len(ozone) >= 6:
            windows.append(Fraction(sum(ozone), len(ozone) * 1000))
    if len(windows) >= 14 or (windows and max(windows) > 160):
        found["o3_8h"] = Fraction(round(max(windows)))
    return found


def _statistic(item: str, days: list[Fraction]) -> Fraction | None:
    if not days:
        return None
    percent = {"co": 95, "o3_8h": 90}.get(item)
    if percent is None:
        return sum(days, Fraction(0)) / len(days)
    ordered = sorted(days)
    k = Fraction((len(days) - 1) * percent, 100)
    low = int(k)
    high = min(low + 1, len(days) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (k - low)
