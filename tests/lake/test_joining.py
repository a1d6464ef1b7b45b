"""Joined files change nothing but their number: not what is there, not what was, not what comes."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.lake import Lake, arrow, checkpoint, joining, kind_of
from lantian.lake.history import History

sys.path.insert(0, str(Path(__file__).parent))
from test_crash import run_killed

KIND = "ambient_city_hour"
START = datetime(2019, 5, 31, 12, tzinfo=UTC)
LATER = date(2020, 1, 1)
Model = dict[tuple[str, int], int | None]
Rows = Callable[..., pa.Table]


@pytest.fixture(autouse=True)
def least() -> Iterator[None]:
    """Two files are enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joining, "LEAST", 2)
        yield


def read(lake: Lake, as_of: int | None = None) -> Model:
    return {
        (row["place"], round((row["time"] - START) / timedelta(hours=1))): row["pm2_5"]
        for row in arrow(lake.read(KIND, as_of=as_of)).to_pylist()
    }


def files(lake: Lake) -> int:
    """How many files the newest version reads."""
    return len(lake._files(kind_of(KIND), None))


_appends = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.integers(0, 9)),
    st.none() | st.integers(0, 99),
    min_size=1,
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(_appends, st.just("join")), min_size=1, max_size=8))
def test_every_version_reads_as_before(rows: Rows, steps: list[Model | str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(folder, create=True)
        model: list[Model] = [{}]
        for step in steps:
            if isinstance(step, str):
                lake.join(KIND, LATER)
                model += [model[-1]] * (lake.version + 1 - len(model))
                assert files(lake) <= 2
            else:
                lake.append(KIND, rows([(*key, value) for key, value in step.items()]), source="a")
                model.append({**model[-1], **step})
        for again in (lake, Lake.open(folder)):
            for version, expected in enumerate(model):
                assert read(again, version) == expected
        assert all(commit.source == "a" for commit in lake.commits(KIND))
        assert lake.sweep(timedelta(seconds=-1)) == 0


def test_only_months_that_are_over_and_worth_it(
    lake: Lake, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        lake.append(KIND, rows([("a", n, n), ("a", 300 + n, n)]), source=str(n))
    monkeypatch.setattr(joining, "LEAST", 5)
    assert lake.join(KIND, LATER) == []
    monkeypatch.setattr(joining, "LEAST", 4)
    assert lake.join(KIND, date(2019, 5, 31)) == []
    (one,) = lake.join(KIND, date(2019, 6, 1))
    assert (one.files[0].period, one.files[0].version, len(one.replaces), one.rows) == ("2019-05", 4, 4, 4)
    assert lake.join(KIND, date(2019, 6, 30)) == []
    monkeypatch.setattr(joining, "MOST", 3)
    assert lake.join(KIND, LATER) == []
    monkeypatch.setattr(joining, "MOST", 4)
    assert len(lake.join(KIND, LATER)) == 1
    assert files(lake) == 2


def test_what_came_while_it_was_joined_wins(lake: Lake, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        lake.append(KIND, rows([("a", 0, n)]), source=str(n))
    publish = History.publish

    def late(history: History, draft: object) -> object:
        monkeypatch.undo()
        Lake.open(lake.root).append(KIND, rows([("a", 0, 77)]), source="meanwhile")
        return publish(history, draft)  # type: ignore[arg-type]

    monkeypatch.setattr(History, "publish", late)
    monkeypatch.setattr(joining, "LEAST", 2)
    (join,) = lake.join(KIND, LATER)
    assert (join.version, read(lake)) == (5, {("a", 0): 77})
    assert [read(lake, version)["a", 0] for version in (1, 2, 3, 4)] == [0, 1, 2, 77]


def test_two_joins_of_the_same_files_are_one(lake: Lake, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        lake.append(KIND, rows([("a", n, n)]), source=str(n))
    before = read(lake)
    publish = History.publish

    def late(history: History, draft: object) -> object:
        monkeypatch.undo()
        other = Lake.open(lake.root)
        other.append(KIND, rows([("a", 3, 3)]), source="meanwhile")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(joining, "LEAST", 2)
            assert len(other.join(KIND, LATER)) == 1
        return publish(history, draft)  # type: ignore[arg-type]

    monkeypatch.setattr(History, "publish", late)
    monkeypatch.setattr(joining, "LEAST", 2)
    assert lake.join(KIND, LATER) == []
    assert files(lake) == 1
    assert read(lake) == {**before, ("a", 3): 3}
    named = {file.path for commit in lake.commits() for file in commit.files}
    assert {
        path.relative_to(lake.root).as_posix() for path in (lake.root / "data").rglob("*.parquet")
    } == named


def test_a_checkpoint_knows_joins_and_plain_commits_name_no_such_field(
    lake: Lake, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY", 4)
    for n in range(3):
        lake.append(KIND, rows([("a", n, n)]), source=str(n))
    lake.join(KIND, LATER)
    assert len(checkpoint.newest(lake.root)) == 4
    assert files(Lake.open(lake.root)) == 1
    bodies = [path.read_text("utf-8") for path in sorted((lake.root / "commits").glob("*.json"))]
    assert ["replaces" in body for body in bodies] == [False, False, False, True]


@pytest.mark.slow
def test_killed_at_any_step_nothing_changes(tmp_path: Path, rows: Rows) -> None:
    lake = Lake.open(tmp_path / "before", create=True)
    for n in range(3):
        lake.append(KIND, rows([("a", n, n), ("b", 300, n)]), source=str(n))
    before = read(lake)
    steps = run_killed("lake_actions:join", tmp_path)
    assert steps > 10
    for step in range(1, steps + 1):
        found = Lake.open(tmp_path / str(step))
        assert read(found) == before
        found.join(KIND, LATER)
        assert (files(found), read(found)) == (2, before)
        shutil.rmtree(tmp_path / str(step))
