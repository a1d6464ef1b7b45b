"""Real ranks from the hours of the national feed: the country in 2019-06, Shanxi in its first half-year."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from lantian.ambient import Period, compare, evaluate
from lantian.ambient.ranking import (
    Line,
    Ranking,
    compare_official,
    distance,
    distance_over_time,
    period_of,
    pool,
    rank,
    rank_change,
    read_official,
)
from lantian.lake import Lake

pytestmark = pytest.mark.shared

HOURLY = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
JUNE = Period.parse("2019-06")


def store(shared: Path, folder: Path, where: str) -> Lake:
    columns = ", ".join(f"round({item}::DOUBLE * 1000)::INT AS {item}" for item in HOURLY)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    lake = Lake.open(folder / "air", create=True)
    file = shared / "data/cnemc_city_hourly/china_cities_hourly_*.parquet"
    # The file's stamps are ends of hours, Asia/Shanghai.
    table = connection.sql(
        "SELECT city AS place, city AS name, NULL::VARCHAR AS city, "  # noqa: S608 - our own words
        f"(time::TIMESTAMP - INTERVAL 8 HOUR) AT TIME ZONE 'UTC' AS time, {columns} "
        f"FROM '{file}' WHERE {where}"
    ).to_arrow_table()
    lake.append("ambient_city_hour", table, source="cnemc_city_hourly")
    return lake


@pytest.fixture(scope="module")
def june(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Ranking:
    lake = store(shared, tmp_path_factory.mktemp("june"), "time > '2019-06-01' AND time <= '2019-07-01'")
    return rank(evaluate(lake, JUNE), pool("168", JUNE.last))


@pytest.fixture(scope="module")
def shanxi(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    cities = [member.name.removesuffix("市") for member in pool("山西", JUNE.last).members]
    return store(shared, tmp_path_factory.mktemp("shanxi"), f"city IN {tuple(cities)}")


def test_all_168_are_found_among_366_names(june: Ranking) -> None:
    assert (len(june.rows), june.missing, june.ambiguous, june.provisional) == (168, (), (), False)
    assert len(june.outside) > 150


def test_the_worst_of_the_country_in_june_2019(june: Ranking, shared: Path) -> None:
    file = shared / "data/published_tables/cnemc_168_city_lists.csv"
    official = read_official(file, period=JUNE)
    assert [row.name for row in official.rows] == ["唐山", "邢台", "石家庄", "晋城", "淄博", "邯郸", "太原"]
    rows = compare_official(june, official)
    assert len(rows) == 7  # the same seven: none is only ours
    assert {explanation.code for row in rows for explanation in row.explanations} == {"same", "rounding"}
    assert [row.name for row in rows if row.same] == ["唐山", "邢台", "太原"]
    assert all(abs(row.rank_difference or 0) <= 1 for row in rows)
    # The twentieth from the worst is shared: a list of twenty has twenty-one names.
    assert len(june.worst(20)) == 21
    assert {row.value for row in june.worst(20) if row.from_worst == 20} == {june.worst(20)[-1].value}


def test_linfen_and_the_last_twenty(june: Ranking) -> None:
    to = distance(june, "临汾市", Line.parse("退出后20位"))
    assert not to.met
    assert (to.place.rank or 0) + (to.place.from_worst or 0) + to.place.tied == 168 + 2
    others = [row.value for row in june.rows if row.value is not None and row is not to.place]
    assert sum(value > to.needed for value in others) >= 20
    assert sum(value > to.line_value for value in others) < 20


def test_shanxi_in_the_first_half_of_2019(shanxi: Lake, shared: Path) -> None:
    """The notice of 2019-01…07 covers one month more than the hours here: its six names come out anyway."""
    members = pool("山西", JUNE.last)
    half = Period.parse("2019-H1")
    ranking = rank(evaluate(shanxi, half), members)
    notice = read_official(
        shared / "data/published_tables/shanxi_city_rank_notices.csv", period=period_of("2019年1-7月")
    )
    by_side = {side: {row.name for row in notice.rows if row.side == side} for side in ("best", "worst")}
    assert {row.name.removesuffix("市") for row in ranking.best(3)} == by_side["best"]
    assert {row.name.removesuffix("市") for row in ranking.worst(3)} == by_side["worst"]
    points = distance_over_time(shanxi, half, members, "临汾", Line("last", 3))
    assert [point.period.last.month for point in points] == [1, 2, 3, 4, 5, 6]
    assert points[-1].value == ranking.worst(1)[0].value
    assert all(point.gap is not None for point in points)


def test_december_against_december(shanxi: Lake) -> None:
    found = rank_change(compare(shanxi, Period.parse("2019-12")), pool("山西", JUNE.last))
    assert not found.missing and len(found.rows) == 11
    assert (found.against.label, found.regime) == ("2018-12", "gb3095-2012")
    for row in found.rows:
        assert row.value is not None and row.then is not None and row.change is not None
        assert abs(row.change - 100 * (row.value - row.then) / row.then) <= 0.05
    assert [row.change for row in found.rows] == sorted(row.change or 0 for row in found.rows)
