"""An import killed at any step has taken each file wholly or not at all, and can be run again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lantian.ambient.intake import import_ambient
from lantian.lake import Lake, arrow

HERE = Path(__file__).parent
KILLING = HERE.parents[1] / "lake" / "killing.py"
HEAD = "city,time,pm2_5\n"


def contents(store: Path) -> list[tuple[str, str, int]]:
    """Everything of the store."""
    rows = arrow(Lake.open(store).read("ambient_city_hour")).to_pylist()
    return sorted((row["place"], row["time"].isoformat(), row["pm2_5"]) for row in rows)


@pytest.mark.slow
def test_an_import_killed_at_any_step(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "before", create=True)
    files = tmp_path / "files"
    files.mkdir()
    (files / "0.csv").write_text(HEAD + "a,2019-06-01 01:00,1\na,2019-06-01 02:00,1\n", "utf-8")
    import_ambient([files / "0.csv"], lake)
    (files / "1.csv").write_text(HEAD + "a,2019-06-01 02:00,2\nb,2019-06-01 02:00,2\nb,x,9\n", "utf-8")
    (files / "2.csv").write_text(HEAD + "a,2019-06-01 02:00,3\na,2019-07-01 02:00,3\n", "utf-8")
    states = [contents(lake.root)]
    reference = Lake.open(tmp_path / "reference", create=True)
    for path in sorted(files.iterdir()):
        import_ambient([path], reference)
        states.append(contents(reference.root))
    command = [sys.executable, str(KILLING), "intake_actions:take", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=200)
    assert done.returncode == 0, done.stderr
    steps = int(done.stdout.split()[-1])
    assert steps > 20
    seen = [contents(tmp_path / str(step)) for step in range(1, steps + 1)]
    # states[0] and states[1] are the same: the first file is in the store already.
    assert [states.index(state) for state in seen] == sorted(states.index(state) for state in seen)
    assert seen[0] == states[0]
    assert seen[-1] == states[-1]
    assert states[2] in seen, "between the files the store holds the first of them"
    for step in range(1, steps + 1, 4):
        report = import_ambient(sorted(files.iterdir()), Lake.open(tmp_path / str(step)))
        assert report.ok
        assert contents(tmp_path / str(step)) == states[-1]
