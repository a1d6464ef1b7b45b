"""The benchmark itself runs, on a tiny nation, and ends with its one JSON object."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks/ambient.py"
KEYS = {"ratio_to_scan", "ratio_to_pandas", "ratio_to_polars", "peak_mb", "one_day_s", "one_hour_s"}
PEERS = all(importlib.util.find_spec(name) for name in ("pandas", "polars"))


@pytest.mark.slow
@pytest.mark.skipif(not SCRIPT.exists() or not PEERS, reason="no benchmarks, or no pandas and Polars, here")
def test_a_tiny_nation_is_measured() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--stations", "36", "--runs", "1", "--skip-five-years"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.strip().splitlines()
    said = json.loads(lines[-1])
    assert set(said) >= KEYS
    assert all(value > 0 for value in said.values())
    assert "afterwards the year equals one computed from nothing: yes" in lines
    assert next(line for line in lines if line.startswith("Lantian, days kept")).endswith("  0 of 6")
