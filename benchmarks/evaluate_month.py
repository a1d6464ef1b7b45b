"""How long 2019-06 takes for every city of the national feed, beside a plain float version of the same chain.

    python benchmarks/evaluate_month.py [HOURS.parquet]

The peer is what an analyst would write in an afternoon: DuckDB SQL over doubles, rounding by `round`,
percentiles by `quantile_cont`, no marks, no AQI, no cache. It is here for its time; how often its digits
differ from ours is printed too (mostly CO: an odd tenth over 4 is a tie, and half-even is what is published).
Ours is timed with nothing kept, with its days kept, and asked again.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from lantian.ambient import Period, evaluate, evaluation
from lantian.ambient.derived import FOLDER
from lantian.lake import Lake
from lantian.rulebook import load

HOURS = Path(__file__).parents[2] / "shared/data/cnemc_city_hourly/china_cities_hourly_201812_201906.parquet"
ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")
MEANS = ("so2", "no2", "pm10", "pm2_5", "co")
RUNS = 5
STRICT = """
replace:
  ambient.validity.day.lost_here:
    - {value: null, document: benchmark, clause: '1', verified: true}
"""


def fill(lake: Lake, source: Path) -> int:
    """The whole file into the lake; returns how many rows."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    columns = ", ".join(f"round({item}::DOUBLE * 1000)::INT AS {item}" for item in ITEMS)
    table = connection.sql(
        "SELECT city AS place, city AS name, NULL::VARCHAR AS city, "
        f"(time::TIMESTAMP - INTERVAL 8 HOUR) AT TIME ZONE 'UTC' AS time, {columns} FROM '{source}'"
    ).to_arrow_table()
    lake.append("ambient_city_hour", table, source=source.name)
    return int(table.num_rows)


def peer(files: list[str]) -> dict[str, float]:
    """The composite index of each city, in floats."""
    days = ", ".join(
        f"CASE WHEN count({item}) >= 20 THEN round(avg({item}) / 1000, {int(item == 'co')}) END AS {item}"
        for item in MEANS
    )
    sql = f"""
    WITH hours AS (
      SELECT *, time + INTERVAL 7 HOUR AS local FROM read_parquet({files!r})
      WHERE time > TIMESTAMP '2019-05-31 16:00' AND time <= TIMESTAMP '2019-06-30 16:00'),
    windows AS (
      SELECT place, local::DATE AS day, hour(local) AS h,
        CASE WHEN count(o3) OVER w >= 6 THEN avg(o3) OVER w / 1000 END AS o8
      FROM hours WINDOW w AS (PARTITION BY place, local::DATE ORDER BY local
        RANGE BETWEEN INTERVAL 7 HOUR PRECEDING AND CURRENT ROW)),
    ozone AS (
      SELECT place, day, CASE WHEN count(o8) >= 14 OR max(o8) > 160 THEN round(max(o8)) END AS o3
      FROM windows WHERE h >= 7 GROUP BY ALL),
    days AS (SELECT place, local::DATE AS day, {days} FROM hours GROUP BY ALL)
    SELECT place, round(round(avg(so2)) / 60, 2) + round(round(avg(no2)) / 40, 2)
      + round(round(avg(pm10)) / 70, 2) + round(round(avg(pm2_5)) / 35, 2)
      + round(round(quantile_cont(co, 0.95), 1) / 4, 2) + round(round(quantile_cont(ozone.o3, 0.9)) / 160, 2)
    FROM days LEFT JOIN ozone USING (place, day) GROUP BY place
    """
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return {place: value for place, value in connection.execute(sql).fetchall() if value is not None}


def timed(run: Callable[[], object]) -> float:
    """Median seconds of `RUNS` runs."""
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main(source: Path) -> None:
    period = Period.parse("2019-06")
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(Path(folder) / "air", create=True)
        rows = fill(lake, source)
        files = [str(lake.root / file.path) for commit in lake.commits() for file in commit.files]
        files = [file for file in files if "period=2019-06" in file]

        def cold() -> None:
            evaluation._kept.clear()
            for file in (lake.root / FOLDER).rglob("*.parquet"):
                file.unlink()
            evaluate(lake, period)

        def warm() -> None:
            evaluation._kept.clear()
            evaluate(lake, period)

        ours, kept, floats = timed(cold), timed(warm), timed(lambda: peer(files))
        again = timed(lambda: evaluate(lake, period))
        # The peer knows no lost hours, so its digits are compared with ours under the strict rule.
        strict = Path(folder) / "strict.yaml"
        strict.write_text(STRICT, encoding="utf-8")
        found = evaluate(lake, period, rulebook=load([strict]))
        other = peer(files)
        ranked = [row for row in found.rows if row.composite_index is not None]
        differ = sum(f"{other.get(row.place, -1):.2f}" != str(row.composite_index) for row in ranked)
    print(f"{rows} hours in the store, {len(found.rows)} cities, {len(ranked)} ranked; median of {RUNS}")
    print(f"ours, nothing kept    {ours:.3f} s")
    print(f"ours, days kept       {kept:.3f} s")
    print(f"ours, asked again     {again:.5f} s")
    print(
        f"plain floats in SQL   {floats:.3f} s   ours / plain = {ours / floats:.2f}, {kept / floats:.2f} kept"
    )
    print(f"indices that differ from the plain version: {differ} of {len(ranked)} under the strict rule")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HOURS)
