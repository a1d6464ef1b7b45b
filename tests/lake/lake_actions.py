"""What the children of crash and concurrency tests do, each in a process of its own."""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from lantian.lake import KINDS, AlreadyTakenError, Lake, joining

KIND = "ambient_city_hour"
START = datetime(2019, 5, 31, 12, tzinfo=UTC)


def table(place: str, hours: range, value: int) -> pa.Table:
    """Hours of a place, every pollutant of one value."""
    columns: dict[str, list[object]] = {
        "place": [place] * len(hours),
        "name": [place] * len(hours),
        "city": [None] * len(hours),
        "time": [START + timedelta(hours=hour) for hour in hours],
        **{column.name: [value] * len(hours) for column in KINDS[KIND].measured},
    }
    return pa.table(columns, schema=KINDS[KIND].schema)


def correct(store: Path) -> None:
    """Correct hours 2 … 7 of a, over the turn of a month."""
    Lake.open(store).append(KIND, table("a", range(2, 8), 2), source="correction", fingerprint="f")


def create(store: Path) -> None:
    """Make a store and put something in."""
    Lake.open(store / "new", create=True).append(KIND, table("a", range(2), 1), source="first")


def many(store: Path, place: str, count: int) -> None:
    """Wait for the signal, then append `count` times."""
    lake = Lake.open(store)
    while not (store / "reports" / "go").exists():
        time.sleep(0.001)
    for number in range(count):
        lake.append(KIND, table(place, range(number * 2, number * 2 + 2), number), source=f"{place}{number}")
        lake.append(KIND, table("shared", range(2), number), source=f"{place}{number} shared")


def same(store: Path) -> None:
    """Append content that others append in the same moment; say whether it was taken."""
    lake = Lake.open(store)
    while not (store / "reports" / "go").exists():
        time.sleep(0.001)
    try:
        lake.append(KIND, table("a", range(4), 1), source="same", fingerprint="same")
    except AlreadyTakenError as error:
        print(f"already {error.commit.version}")
    else:
        print("taken")


if __name__ == "__main__":
    if sys.argv[1] == "many":
        many(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        same(Path(sys.argv[2]))


def join(store: Path) -> None:
    """Join both months."""
    joining.LEAST = 2
    Lake.open(store).join(KIND, date(2020, 1, 1))
