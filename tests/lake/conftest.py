"""Small tables of observations for tests of the lake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.lake import KINDS, Lake

KIND = "ambient_city_hour"
START = datetime(2019, 5, 31, 12, tzinfo=UTC)
Row = tuple[str, int, int | None]


def table_of(rows: Iterable[Row]) -> pa.Table:
    """Rows (place, hours after START, PM2.5 in thousandths) as a table of `ambient_city_hour`."""
    rows = list(rows)
    columns: dict[str, list[object]] = {
        "place": [place for place, _, _ in rows],
        "name": [place for place, _, _ in rows],
        "time": [START + timedelta(hours=hour) for _, hour, _ in rows],
        **{name: [7] * len(rows) for name in ("so2", "no2", "co", "o3", "pm10")},
        "pm2_5": [value for _, _, value in rows],
    }
    schema = KINDS[KIND].schema
    return pa.table(columns, schema=pa.schema([schema.field(name) for name in columns]))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return Lake.open(tmp_path / "air", create=True)


@pytest.fixture
def rows() -> Callable[[Iterable[Row]], pa.Table]:
    """`table_of`, for tests in other modules."""
    return table_of
