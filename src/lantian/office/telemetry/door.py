"""The one door through which the office reads the line: its store, its registry of devices, its requests."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from lantian.telemetry.store import Line


@lru_cache(maxsize=4)
def _open(path: str) -> Line:
    from lantian.telemetry.store import Line

    return Line.open(Path(path), create=True)


def line() -> Line:
    """The line of this office, opened once a process; an empty one is made where there is none."""
    return _open(str(settings.DATA))


def close() -> None:
    """Forget the opened line: a test or the demonstration that moves the data folder asks for it anew."""
    _open.cache_clear()
