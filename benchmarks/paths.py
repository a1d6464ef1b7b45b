"""Where the data files of a nation lie, without Lantian's log: the peers import nothing of ours."""

from __future__ import annotations

from pathlib import Path

KIND = "ambient_station_hour"


def paths_of(root: str, first: int, last: int) -> list[str]:
    """The data files of some years."""
    folder = Path(root) / "data" / f"kind={KIND}"
    years = range(first, last + 1)
    return sorted(str(path) for year in years for path in folder.glob(f"period={year}-*/*.parquet"))
