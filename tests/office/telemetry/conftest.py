"""Records of registers, as the tests of registers make them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

_path = Path(__file__).parents[1] / "registers" / "conftest.py"
_spec = importlib.util.spec_from_file_location("register_fixtures", _path)
assert _spec is not None and _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
firm, keep = _module.firm, _module.keep
