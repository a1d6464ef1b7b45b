"""A line in an empty folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lantian.telemetry.store import Line

sys.path.insert(0, str(Path(__file__).parent))
import line_making as making


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    found = Line.open(tmp_path / "data", create=True, limits=making.LIMITS)
    yield found
    found.close()
