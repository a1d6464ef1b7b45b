"""The plans of the tests of plans, for the lists of their tasks."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_spec = importlib.util.spec_from_file_location(
    "office_tests_plans", Path(__file__).parents[1] / "plans" / "conftest.py"
)
assert _spec is not None and _spec.loader is not None
_plans = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_plans)

city_plan = _plans.city_plan
county_plan = _plans.county_plan
write_plan = _plans.write_plan
