"""The portal's tests have the air of the tests of monitoring: one small province, done by hand."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location(
    "office_tests_air", Path(__file__).parents[1] / "monitoring" / "conftest.py"
)
assert _spec is not None and _spec.loader is not None
_air = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_air)

air = _air.air
forget_figures = _air.forget_figures
june = _air.june
put = _air.put
rows_of = _air.rows_of
stations = _air.stations
