"""How long a month of all cities takes to import, beside a plain reading of the same rows.

    python benchmarks/import_month.py [FILE.parquet]

Takes June 2019 of the real hourly file of ../shared (or of FILE), or simulated hours of 366 cities where
it is absent, as a CSV in the network's layout. In one run and one process, three ways to get it into Parquet:

* lantian: recognised, judged cell by cell, in scaled integers, as a version of a store;
* csv module: rows read by `csv.DictReader`, cells by `float`, written by pyarrow: what a script would do;
* pyarrow: `pyarrow.csv` with types guessed, written by pyarrow: the lower bound, which judges nothing.

Prints the median of three runs each, and the ratios.
"""

from __future__ import annotations

import csv
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from lantian.ambient.intake import import_ambient
from lantian.lake import Lake, engine

SHARED = Path(__file__).parents[2] / "shared/data/cnemc_city_hourly/china_cities_hourly_201812_201906.parquet"
COLUMNS = {"AQI": "aqi", "PM2.5": "pm2_5", "PM10": "pm10", "SO2": "so2", "NO2": "no2", "O3": "o3", "CO": "co"}
RUNS = 3


def hours(file: Path) -> tuple[pa.Table, str]:
    """A month of hours of cities, and where they come from."""
    if file.exists():
        table = engine.query(
            f"SELECT * FROM read_parquet({engine.text(str(file))}) "
            "WHERE time >= '2019-06-01' AND time < '2019-07-01'"
        )
        return table, file.name
    values = ", ".join(f"(hash(i, '{name}') % 150)::INTEGER AS {name}" for name in COLUMNS.values())
    table = engine.query(
        "SELECT 'city' || (i % 366) AS city, TIMESTAMP '2019-06-01' + to_hours(i // 366) AS time, "
        f"{values.replace('% 150)::INTEGER AS co', '% 30)::INTEGER / 10 AS co')} FROM range(366 * 720) t(i)"
    )
    return table, "simulated hours"


def write_csv(table: pa.Table, path: Path) -> None:
    """The table in the layout of the network's daily files."""
    con = engine.cursor()
    con.register("hours", table)
    cells = ", ".join(f'round({name}, 2) AS "{heading}"' for heading, name in COLUMNS.items())
    con.execute(
        f"COPY (SELECT strftime(time, '%Y%m%d') AS date, hour(time) AS hour, city AS 城市, {cells} "
        f"FROM hours ORDER BY time, city) TO {engine.text(str(path))} (HEADER)"
    )


def by_lantian(source: Path, folder: Path) -> int:
    """Through the door of Lantian."""
    now = datetime.now(UTC)
    return import_ambient([source], Lake.open(folder / "air", create=True), now=now).rows_taken


def by_csv_module(source: Path, folder: Path) -> int:
    """As a script would do it."""
    columns: dict[str, list[object]] = {"city": [], "time": [], **{name: [] for name in COLUMNS.values()}}
    with source.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = datetime.strptime(row["date"], "%Y%m%d").replace(tzinfo=UTC)
            columns["time"].append(day + timedelta(hours=int(row["hour"]) - 8))
            columns["city"].append(row["城市"])
            for heading, name in COLUMNS.items():
                columns[name].append(float(row[heading]) if row[heading] else None)
    table = pa.table(columns).sort_by([("city", "ascending"), ("time", "ascending")])
    pq.write_table(table, folder / "month.parquet", compression="zstd")
    return table.num_rows


def by_pyarrow(source: Path, folder: Path) -> int:
    """As fast as the file can be read and written, judging nothing."""
    table = pyarrow.csv.read_csv(source)
    pq.write_table(table, folder / "month.parquet", compression="zstd")
    return table.num_rows


def seconds(way: Callable[[Path, Path], int], source: Path) -> tuple[float, int]:
    """Median time of a way and the rows it took."""
    times, rows = [], 0
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            rows = way(source, Path(folder))
            times.append(time.perf_counter() - start)
    return statistics.median(times), rows


def main() -> None:
    """Print the table."""
    table, origin = hours(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "month.csv"
        write_csv(table, source)
        size = source.stat().st_size / 1e6
        print(f"{table.num_rows:,} rows of {origin} as CSV, {size:.1f} MB; median of {RUNS}")
        ways = {"lantian": by_lantian, "csv module": by_csv_module, "pyarrow": by_pyarrow}
        found = {name: seconds(way, source) for name, way in ways.items()}
    own = found["lantian"][0]
    for name, (spent, rows) in found.items():
        print(f"{name:12} {spent:7.2f} s  {rows:>9,} rows  lantian / {name} = {own / spent:.2f}")


if __name__ == "__main__":
    main()
