"""A script in a fresh process: its wall time, its processor time, the largest memory of its process tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
EVERY = 0.02  # seconds between two looks at the memory


@dataclass(frozen=True)
class Run:
    """What a process took [s, MB] and what it printed on its last line, read as JSON."""

    wall: float
    cpu: float
    peak_mb: float
    said: dict[str, Any]


def run(script: str, *arguments: str) -> Run:
    """Run a script of this folder and wait for it."""
    before = os.times()
    started = time.perf_counter()
    # Imports are compiled once and kept, as they are for a user.
    own = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, str(HERE / script), *arguments]
    # The command is a script of this folder, with arguments of ours.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=own)  # noqa: S603
    peak = 0
    while process.poll() is None:
        peak = max(peak, _tree_kb(process.pid))
        time.sleep(EVERY)
    wall = time.perf_counter() - started
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    output = process.stdout.read() if process.stdout else ""
    if process.returncode:
        raise SystemExit(f"{script} failed with {process.returncode}\n{output}")
    return Run(wall, cpu, peak / 1024, json.loads(output.strip().splitlines()[-1]))


def _tree_kb(root: int) -> int:
    """Resident memory of a process and all below it [kB]."""
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        except (OSError, ValueError):
            continue
        total += next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
    return total
