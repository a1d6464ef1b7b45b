"""Found cases never come back; a bounded search for new ones."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from .fuzz_codec import CASES, mutations, one_input, run

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("path", sorted(CASES.glob("*.bin")), ids=lambda path: path.stem)
def test_a_found_case_stays_mended(path: Path) -> None:
    one_input(path.read_bytes())


def test_bent_packets() -> None:
    for seed in range(150):
        one_input(mutations(seed))


@pytest.mark.slow
def test_many_bent_packets() -> None:
    assert run(20, seed=1_000_000) > 1000


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed here")
def test_guided_by_coverage() -> None:
    # The same inputs each time: a change of the codec is tried, chance is not.
    command = [sys.executable, "-m", "tests.telemetry.hj212.fuzz_codec", "20", "212"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
