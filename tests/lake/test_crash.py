"""A crash leaves the lake as it was or with the whole commit; two writers lose nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from lantian.lake import Lake, arrow

HERE = Path(__file__).parent
KIND = "ambient_city_hour"
sys.path.insert(0, str(HERE))
import lake_actions as actions  # noqa: E402 - the module the children run, found by its folder


def run_killed(target: str, folder: Path, home: Path = HERE) -> int:
    """Number of steps of the action, after it was killed at each of them in folder/1, folder/2, …"""
    command = [sys.executable, str(HERE / "killing.py"), target, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home, timeout=300)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def contents(lake: Lake) -> list[tuple[str, str, int]]:
    """Everything the lake holds, in order."""
    rows = arrow(lake.read(KIND)).to_pylist()
    return sorted((row["place"], row["time"].isoformat(), row["pm2_5"]) for row in rows)


def test_an_append_killed_at_any_step_is_whole_or_not_there(tmp_path: Path) -> None:
    before = Lake.open(tmp_path / "before", create=True)
    before.append(KIND, actions.table("a", range(10), 1), source="first")
    shutil.copytree(tmp_path / "before", tmp_path / "reference")
    actions.correct(tmp_path / "reference")
    old, new = contents(before), contents(Lake.open(tmp_path / "reference"))
    assert old != new
    steps = run_killed("lake_actions:correct", tmp_path)
    assert steps > 15, "two data files and a commit have more steps than this"
    seen = []
    for step in range(1, steps + 1):
        lake = Lake.open(tmp_path / str(step))
        seen.append(contents(lake))
        assert seen[-1] in (old, new)
        assert lake.version == (1 if seen[-1] == old else 2)
        # Life goes on: what was killed can be done again, and what it left is swept away.
        if lake.version == 1:
            actions.correct(tmp_path / str(step))
        assert contents(Lake.open(tmp_path / str(step))) == new
        lake.sweep(timedelta(seconds=-1))
        files = {path.relative_to(lake.root).as_posix() for path in (lake.root / "data").rglob("*.*")}
        assert {file for file in files if "/." not in file and file.endswith(("parquet", "tmp"))} == {
            file.path for commit in lake.commits() for file in commit.files
        }
        assert contents(Lake.open(tmp_path / str(step))) == new
    assert seen[0] == old
    assert seen[-1] == new
    assert seen == sorted(seen, key=lambda state: state == new), "once published it stays"


@pytest.mark.slow
def test_a_store_killed_while_being_made_can_be_made_again(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    steps = run_killed("lake_actions:create", tmp_path)
    for step in range(1, steps + 1):
        lake = Lake.open(tmp_path / str(step) / "new", create=True)
        if lake.version == 0:
            lake.append(KIND, actions.table("a", range(2), 1), source="again")
        assert len(contents(lake)) == 2


def run_together(store: Path, arguments: list[list[str]]) -> list[str]:
    """Start the children, let them go at the same moment, and return what they print."""
    (store / "reports").mkdir()
    children = [
        subprocess.Popen(
            [sys.executable, str(HERE / "lake_actions.py"), name, str(store), *rest],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, *rest in arguments
    ]
    (store / "reports" / "go").write_text("")
    printed = []
    for child in children:
        out, error = child.communicate(timeout=120)
        assert child.returncode == 0, error
        printed.append(out.strip())
    return printed


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "air", create=True)
    places, count = ("a", "b", "c"), 6
    run_together(lake.root, [["many", place, str(count)] for place in places])
    commits = lake.commits()
    assert [commit.version for commit in commits] == list(range(1, 2 * count * len(places) + 1))
    found = contents(lake)
    for place in places:
        assert [value for p, _, value in found if p == place] == [n for n in range(count) for _ in range(2)]
    # The hours all of them correct hold what the newest version says.
    newest = next(c for c in reversed(commits) if c.source.endswith("shared"))
    expected = int(newest.source.split()[0][1:])
    assert [value for p, _, value in found if p == "shared"] == [expected, expected]


def test_the_same_content_at_once_is_taken_once(tmp_path: Path) -> None:
    lake = Lake.open(tmp_path / "air", create=True)
    printed = run_together(lake.root, [["same"], ["same"], ["same"]])
    assert sorted(printed) == ["already 1", "already 1", "taken"]
    assert len(contents(lake)) == 4
    assert len(list((lake.root / "data").rglob("*.parquet"))) == len(lake.commits()[0].files)


def test_a_failed_append_leaves_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake.open(tmp_path / "air", create=True)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lantian.lake.log.os.link", full)
    with pytest.raises(Exception, match="No space left on device"):
        lake.append(KIND, actions.table("a", range(10), 1), source="x")
    monkeypatch.undo()
    assert not list(lake.root.rglob("*.parquet"))
    assert lake.append(KIND, actions.table("a", range(10), 1), source="x").version == 1
