"""A checkpoint saves reading the log, and is never trusted over it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from lantian.errors import LantianError
from lantian.lake import Lake, checkpoint, log

KIND = "ambient_city_hour"
Rows = Callable[..., pa.Table]


@pytest.fixture
def filled(lake: Lake, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> Lake:
    """Eight commits, a checkpoint at every third."""
    monkeypatch.setattr(checkpoint, "EVERY", 3)
    for number in range(8):
        lake.append(KIND, rows([("a", number, number), ("b", 0, number)]), source=f"{number}", note="n")
    return lake


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commit files that are read one by one."""
    names: list[str] = []
    reader = log.read

    def watched(path: Path) -> log.Commit:
        names.append(path.name)
        return reader(path)

    monkeypatch.setattr(log, "read", watched)
    return names


def test_only_commits_after_the_checkpoint_are_read_one_by_one(filled: Lake, read: list[str]) -> None:
    names = sorted(path.name for path in (filled.root / checkpoint.FOLDER).iterdir())
    assert names == ["00000003.json", "00000006.json"]
    opened = Lake.open(filled.root)
    assert opened.commits() == filled.commits()
    assert read == ["00000007.json", "00000008.json"]


def forged(path: Path) -> None:
    body = json.loads(path.read_text("utf-8"))
    body["commits"][1]["rows"] = 999
    body["seal"] = "0" * 64
    path.write_text(json.dumps(body), "utf-8")


def renumbered(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace('"version": 2', '"version": 7'), "utf-8")


@pytest.mark.parametrize(
    "spoil",
    [
        forged,
        renumbered,
        lambda path: path.write_text('{"seal": "', "utf-8"),
        lambda path: path.write_text("[]", "utf-8"),
    ],
)
def test_a_checkpoint_that_is_odd_is_not_used(
    filled: Lake, read: list[str], spoil: Callable[[Path], None]
) -> None:
    for path in (filled.root / checkpoint.FOLDER).iterdir():
        spoil(path)
    assert Lake.open(filled.root).commits() == filled.commits()
    assert len(read) == 8


def test_a_checkpoint_of_another_history_is_not_used(
    filled: Lake, rows: Rows, tmp_path: Path, read: list[str]
) -> None:
    other = Lake.open(tmp_path / "other", create=True)
    for number in range(7):
        other.append(KIND, rows([("c", number, 1)]), source=f"other {number}")
    shutil.rmtree(other.root / checkpoint.FOLDER)
    shutil.copytree(filled.root / checkpoint.FOLDER, other.root / checkpoint.FOLDER)
    read.clear()
    assert Lake.open(other.root).commits() == other.commits()
    assert len(read) == 7


def test_a_store_without_checkpoints_is_whole(filled: Lake) -> None:
    shutil.rmtree(filled.root / checkpoint.FOLDER)
    assert Lake.open(filled.root).commits() == filled.commits()


def test_a_commit_that_a_checkpoint_remembers_is_still_missed(filled: Lake) -> None:
    (filled.root / "commits" / log.file_name(2)).unlink()
    with pytest.raises(LantianError, match="version 2 is missing though later ones are there"):
        Lake.open(filled.root)


def test_a_data_file_that_a_checkpoint_remembers_is_still_missed(filled: Lake) -> None:
    (filled.root / filled.commits()[0].files[0].path).unlink()
    with pytest.raises(LantianError, match="a file of version 1"):
        Lake.open(filled.root)
