"""The lake against a model: a list of dictionaries, one for each version."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.lake import Lake, arrow

KIND = "ambient_city_hour"
START = datetime(2019, 5, 31, 12, tzinfo=UTC)
Model = dict[tuple[str, int], int | None]

# Few places and hours around the turn of a month, so that corrections, overlaps and gaps are the rule.
keys = st.tuples(st.sampled_from("abcd"), st.integers(0, 9))
appends = st.dictionaries(keys, st.none() | st.integers(0, 10**7), min_size=1, max_size=12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(appends, min_size=1, max_size=7), st.data())
def test_reads_as_of_any_version_equal_the_model(
    rows: Callable[..., pa.Table], history: list[Model], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake.open(folder, create=True)
        model: list[Model] = [{}]
        for number, batch in enumerate(history):
            lake.append(KIND, rows([(*key, value) for key, value in batch.items()]), source=str(number))
            model.append({**model[-1], **batch})
        for version, expected in enumerate(model):
            assert _read(lake, as_of=version) == expected
        times = [commit.time for commit in lake.commits()]
        assert times == sorted(times)
        version = data.draw(st.integers(0, len(history)))
        places = data.draw(st.sets(st.sampled_from("abcd")))
        first, last = sorted((data.draw(st.integers(0, 9)), data.draw(st.integers(0, 9))))
        found = _read(
            Lake.open(folder),
            as_of=version,
            places=places,
            since=START + timedelta(hours=first),
            until=START + timedelta(hours=last),
        )
        assert found == {
            (place, hour): value
            for (place, hour), value in model[version].items()
            if place in places and first <= hour <= last
        }
        assert lake.sweep(timedelta(seconds=-1)) == 0
        assert _leftovers(Path(folder)) == []


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(appends, min_size=1, max_size=7), st.data())
def test_reads_as_of_any_version_equal_the_model_often(
    rows: Callable[..., pa.Table], history: list[Model], data: st.DataObject
) -> None:
    test_reads_as_of_any_version_equal_the_model.hypothesis.inner_test(rows, history, data)


def _read(lake: Lake, **how: object) -> Model:
    table = arrow(lake.read(KIND, **how))  # type: ignore[arg-type] # keyword arguments of the tests
    keys = [(r["place"], int((r["time"] - START) / timedelta(hours=1))) for r in table.to_pylist()]
    assert len(keys) == len(set(keys)), "a key came twice"
    return dict(zip(keys, table["pm2_5"].to_pylist(), strict=True))


def _leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob(".*") if path.is_file()]


def test_many_rows_in_many_versions(tmp_path: Path) -> None:
    """More rows than fit the engine's vectors, in files that all meet each other."""
    lake = Lake.open(tmp_path, create=True)
    model: dict[tuple[str, int], int] = {}
    for version in range(6):
        batch = {
            (f"city {number % 97}", number // 97): version * 100_000 + number
            for number in range(version, 30_000, version + 1)
        }
        lake.append(KIND, _table(batch), source=str(version))
        model.update(batch)
    assert _read(lake) == model
    assert _read(lake, places=["city 5"]) == {
        key: value for key, value in model.items() if key[0] == "city 5"
    }


def _table(batch: dict[tuple[str, int], int]) -> pa.Table:
    size = len(batch)
    columns = {
        "place": pa.array([place for place, _ in batch]),
        "time": pa.array([START + timedelta(hours=hour) for _, hour in batch], pa.timestamp("us", "UTC")),
        **{name: pa.nulls(size, pa.int32()) for name in ("so2", "no2", "co", "o3", "pm10")},
        "pm2_5": pa.array(list(batch.values()), pa.int32()),
    }
    return pa.table(columns)
