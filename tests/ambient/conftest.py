"""Make the oracle importable as `ambient_oracle`: pytest's importlib mode puts no folder on the path."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "oracle"

if "ambient_oracle" not in sys.modules:
    spec = importlib.util.spec_from_file_location(
        "ambient_oracle", FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["ambient_oracle"] = package
    spec.loader.exec_module(package)
