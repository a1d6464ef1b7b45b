"""Regions: means of cities' printed figures; lists of members from tables."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from lantian.ambient import Period, evaluate, evaluate_regions, read_groups, read_regions
from lantian.ambient.hours import POLLUTANTS
from lantian.ambient.rules import SIX
from lantian.errors import LantianError
from lantian.lake import Lake
from lantian.rulebook import load

from .day_stores import day_lake, year_days

JUNE = Period.parse("2019-06")


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    root: Path = tmp_path_factory.mktemp("regions") / "air"
    days = [day for day in year_days(2019) if day.month == 6]
    rows = [
        *(("甲", day, {"pm2_5": 30 + (day.day <= 20), "co": 1.1}) for day in days),
        *(("乙", day, {"pm2_5": 41, "o3_8h_max": 170 if day.day > 21 else 90}) for day in days),
        *(("丙", day, {"pm2_5": 44, "co": None}) for day in days[:10]),
    ]
    return day_lake(root, rows)


def test_the_mean_of_printed_figures_and_of_indices(lake: Lake) -> None:
    found = evaluate_regions(lake, JUNE, {"东": ["甲", "乙", "丙"], "西": ["乙", "乙"]})
    east, west = found.rows
    single = {row.place: row for row in evaluate(lake, JUNE).rows}
    assert {place: row.statistics["pm2_5"].value for place, row in single.items()} == {
        "甲": 31, "乙": 41, "丙": 44,
    }  # fmt: skip
    assert east.figures["pm2_5"] == 39  # 38.67 of printed values
    assert east.figures["co"] == Decimal("1.0")  # of two cities: 1.05 to the even digit
    assert (east.cities["co"], east.cities["pm2_5"]) == (2, 3)
    indices = [row.composite_index for row in single.values() if row.composite_index is not None]
    assert east.figures["composite_index"] == Decimal(round(Fraction(sum(indices)) / 2 * 100)).scaleb(-2)
    assert (west.members, west.figures["pm2_5"]) == (("乙",), 41)


def test_days_are_means_of_the_cities_shares(lake: Lake) -> None:
    east = evaluate_regions(lake, JUNE, {"东": ["甲", "乙", "丙"]}).rows[0]
    # 甲 30 of 30, 乙 21 of 30, 丙 10 of 10 (2012: published from the items present).
    assert east.good_days == Decimal("20.3")
    assert east.good_ratio == Decimal("90.0")
    assert (east.heavy_days, east.heavy_ratio) == (0, 0)


def test_members_without_data_are_named(lake: Lake) -> None:
    found = evaluate_regions(lake, JUNE, {"东": ["甲", "丁", "丙"], "空": ["丁"]})
    east, empty = found.rows
    assert (east.missing, east.short) == (("丁",), ("丙",))
    assert east.marks == ("members_missing:1", "few_days")
    assert empty.figures["pm2_5"] is None
    assert (empty.good_ratio, empty.cities["pm2_5"]) == (None, 0)


def test_unrounded_figures_are_a_rule_away(lake: Lake, tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "replace:\n  ambient.attainment.region.inputs:\n"
        "    - {value: exact, document: ours, clause: '1', verified: true}\n",
        encoding="utf-8",
    )
    found = evaluate_regions(lake, JUNE, {"东": ["甲", "甲", "乙"]}, rulebook=load([own]))
    # 30.667 and 41 are 35.83; printed 31 and 41 are 36 as well: the index tells them apart.
    rows = {row.place: row for row in evaluate(lake, JUNE).rows}
    exact = [rows[place].composite_exact for place in ("甲", "乙")]
    mean = sum((value for value in exact if value is not None), Fraction(0)) / 2
    assert found.rows[0].figures["composite_index"] == Decimal(round(mean * 100)).scaleb(-2)


def test_a_region_without_members_is_told(lake: Lake) -> None:
    with pytest.raises(LantianError, match="no places belong to 空"):
        evaluate_regions(lake, JUNE, {"空": []})


CITIES_28 = """北京 天津 石家庄 唐山 廊坊 保定 沧州 衡水 邢台 邯郸 太原 阳泉 长治 晋城
济南 淄博 济宁 德州 聊城 滨州 菏泽 郑州 开封 安阳 鹤壁 新乡 焦作 濮阳"""


@pytest.mark.shared
def test_28_cities_of_june_2019_come_out_as_published(shared: Path, tmp_path: Path) -> None:
    file = shared / "data/cnemc_city_hourly/china_cities_hourly_201812_201906.parquet"
    columns = ", ".join(f"round({item}::DOUBLE * 1000)::INT AS {item}" for item in POLLUTANTS)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    # The file's stamps are ends of hours, Asia/Shanghai.
    rows = connection.sql(
        "SELECT city AS place, city AS name, NULL::VARCHAR AS city, "  # noqa: S608 - our own words
        f"(time::TIMESTAMP - INTERVAL 8 HOUR) AT TIME ZONE 'UTC' AS time, {columns} "
        f"FROM '{file}' WHERE time > '2019-06-01' AND time <= '2019-07-01'"
    ).to_arrow_table()
    lake = Lake.open(tmp_path / "air", create=True)
    lake.append("ambient_city_hour", rows, source="cnemc_city_hourly")
    found = evaluate_regions(lake, JUNE, {"2+26": CITIES_28.split()}).rows[0]
    assert found.missing == ()
    with (shared / "data/published_tables/mee_national_statistics.csv").open(encoding="utf-8") as table:
        published = next(
            row for row in csv.DictReader(table) if (row["region"], row["period"]) == ("2+26", "2019年6月")
        )
    assert {item: found.figures[item] for item in SIX} == {
        item: Decimal(published["o3" if item == "o3_8h" else item]) for item in SIX
    }


TABLE = "成员表,\n城市,区域\n太原,山西\n太原,汾渭\n,汾渭\n临汾,\n临汾,汾渭\n临汾,汾渭\n"


def test_members_out_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text(TABLE, encoding="utf-8")
    regions, refused = read_regions(path)
    assert regions == {"山西": ("太原",), "汾渭": ("太原", "临汾")}
    assert [(refusal.row, refusal.column, refusal.code) for refusal in refused] == [
        (5, "城市", "empty"), (6, "区域", "empty"),
    ]  # fmt: skip
    groups, refused = read_groups(path)
    assert groups == {"太原": "山西", "临汾": "汾渭"}
    assert [(refusal.row, refusal.code) for refusal in refused] == [
        (4, "two_groups"),
        (5, "empty"),
        (6, "empty"),
    ]


def test_a_table_without_members_is_told(tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    path.write_text("站点,分组\n,\n1001A,\n", encoding="utf-8")
    with pytest.raises(LantianError, match="no row names a place"):
        read_groups(path)
