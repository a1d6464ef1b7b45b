"""Files to import, written by the tests themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lantian.ambient.intake import ImportReport, import_ambient
from lantian.lake import Lake, arrow

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
POLLUTANTS = ("so2", "no2", "co", "o3", "pm10", "pm2_5")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty store."""
    return Lake.open(tmp_path / "air", create=True)


@pytest.fixture
def take(lake: Lake, tmp_path: Path) -> Callable[..., ImportReport]:
    """Write a file and import it: `take("a,b\\n1,2\\n", name="x.csv")`; bytes are written as they are."""

    def write_and_take(content: str | bytes, name: str = "hours.csv", **how: Any) -> ImportReport:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        how.setdefault("now", NOW)
        return import_ambient([path], lake, **how)

    return write_and_take


@pytest.fixture
def stored(lake: Lake) -> Callable[..., list[dict[str, Any]]]:
    """The rows of a kind, in order."""

    def read(kind: str = "ambient_city_hour", **how: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = arrow(lake.read(kind, **how)).to_pylist()
        return sorted(rows, key=lambda row: (row["place"], row.get("time") or row.get("date")))

    return read
