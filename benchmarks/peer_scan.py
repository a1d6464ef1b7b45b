"""The floor: DuckDB reads every column of the data files of a year and does nothing but sum."""

from __future__ import annotations

import json
import sys

import duckdb
from paths import paths_of

ITEMS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")


def main(root: str, first: int, last: int) -> None:
    """A number is summed; of a text or a time, which have no sum, the largest is found."""
    paths = paths_of(root, first, last)
    sums = ", ".join(f"sum({item})" for item in ITEMS)
    query = f"SELECT {sums}, max(time)::VARCHAR, max(place), max(name), max(city) FROM read_parquet(?)"
    found = duckdb.connect().execute(query, [paths]).fetchone()
    print(json.dumps({"sums": [int(value) for value in found[:6]]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
