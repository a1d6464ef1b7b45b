"""June 2025 of two cities with whole numbers, and people who may issue bulletins of it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

_SOURCE = Path(__file__).parents[1] / "monitoring" / "conftest.py"
_spec = importlib.util.spec_from_file_location("office_tests_air", _SOURCE)
assert _spec is not None and _spec.loader is not None
_air = importlib.util.module_from_spec(_spec)
sys.modules["office_tests_air"] = _air
_spec.loader.exec_module(_air)

forget_figures = _air.forget_figures
stations = _air.stations
june = _air.june
air = _air.air
rows_of = _air.rows_of
put = _air.put


@pytest.fixture
def analyst(person: Any, air: Any) -> Any:
    """The province's analyst, with June 2025 in the lake."""
    return person("fenxi", "140000", role="analyst")


@pytest.fixture
def draft(analyst: Any) -> Any:
    """A draft of the cities' bulletin of June 2025."""
    from lantian.ambient import Period
    from lantian.office.bulletins import actions

    return actions.make_draft(analyst, "cities-140000", Period.parse("2025-06"), issuer="省厅")


@pytest.fixture
def issued(analyst: Any, draft: Any) -> Any:
    """The same, issued and public."""
    from lantian.office.bulletins import actions

    return actions.issue(analyst, draft, public=True)
