"""Sets of places, and of places with their names and cities, each kept once and named by its content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lantian.errors import LantianError
from lantian.lake import engine

Label = tuple[str, str | None, str | None]
"""Place, name, city."""


class Sets:
    """The sets that the data files of one store refer to, read once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._places: dict[str, frozenset[str]] = {}
        self._labels: dict[str, frozenset[Label]] = {}

    def places(self, digest: str) -> frozenset[str]:
        """The places of this name."""
        known = self._places.get(digest)
        if known is None:
            known = self._places[digest] = frozenset(self._read(digest))
        return known

    def labels(self, digest: str, path: str) -> frozenset[Label]:
        """The labels of this name; without a name, those in the data file, of before labels were written."""
        known = self._labels.get(digest or path)
        if known is None:
            if digest:
                rows = self._read(digest)
            else:
                file = engine.files([str(self._root / path)])
                table = engine.query(f"SELECT DISTINCT place, name, city FROM read_parquet({file})")
                rows = [list(row.values()) for row in table.to_pylist()]
            known = self._labels[digest or path] = frozenset(
                (place, name, city) for place, name, city in rows
            )
        return known

    def _read(self, digest: str) -> list[Any]:
        path = self._root / "places" / f"{digest}.json"
        try:
            found: list[Any] = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise LantianError(
                f"this list of places cannot be read ({error})",
                where=str(path),
                remedy="Restore it from a copy of the store.",
            ) from error
        return found
