"""What a lake takes, gives back and refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lantian.errors import LantianError
from lantian.lake import KINDS, AlreadyTakenError, Lake, arrow, kind_of, reading

KIND = "ambient_city_hour"
START = datetime(2019, 5, 31, 12, tzinfo=UTC)
Rows = Callable[..., pa.Table]


def values(lake: Lake, **how: Any) -> dict[tuple[str, int], int | None]:
    """What the lake holds as {(place, hours after START): PM2.5}."""
    table = arrow(lake.read(KIND, **how)).to_pylist()
    found = {(r["place"], int((r["time"] - START) / timedelta(hours=1))): r["pm2_5"] for r in table}
    assert len(found) == len(table), "a key came twice"
    return found


def test_what_is_appended_is_read(lake: Lake, rows: Rows) -> None:
    commit = lake.append(KIND, rows([("太原", 0, 35000), ("大同", 0, None)]), source="a.csv", note="first")
    assert values(lake) == {("太原", 0): 35000, ("大同", 0): None}
    assert (commit.version, commit.rows, commit.kind, commit.source, commit.note) == (
        1,
        2,
        KIND,
        "a.csv",
        "first",
    )
    assert lake.version == 1
    assert lake.kinds() == [KIND]
    assert Lake.open(lake.root).commits() == [commit] == lake.commits(KIND)


def test_stored_files_are_sorted_zstd_and_one_for_each_local_month(lake: Lake, rows: Rows) -> None:
    # 16:00 UTC is 00:00 in Shanghai and ends the last hour of May: it belongs to May.
    lake.append(KIND, rows([(place, hour, 1) for hour in range(3, 7) for place in "cab"]), source="x")
    files = sorted(lake.root.rglob("*.parquet"))
    assert [file.parent.name for file in files] == ["period=2019-05", "period=2019-06"]
    for file, hours in zip(files, ([3, 4], [5, 6]), strict=True):
        stored = pq.ParquetFile(file)
        assert stored.schema_arrow.equals(KINDS[KIND].schema)
        assert stored.metadata.row_group(0).column(0).compression == "ZSTD"
        keys = [(r["place"], r["time"]) for r in stored.read().to_pylist()]
        assert keys == [(place, START + timedelta(hours=hour)) for place in "abc" for hour in hours]


def test_a_correction_replaces_the_whole_row_and_its_nulls_count(lake: Lake, rows: Rows) -> None:
    lake.append(KIND, rows([("a", 0, 1), ("a", 1, 2), ("b", 0, 3)]), source="first")
    lake.append(KIND, rows([("a", 0, None), ("b", 0, 30)]), source="second")
    assert values(lake) == {("a", 0): None, ("a", 1): 2, ("b", 0): 30}
    assert values(lake, as_of=1) == {("a", 0): 1, ("a", 1): 2, ("b", 0): 3}
    assert values(lake, as_of=0) == {}


def test_as_of_an_instant(lake: Lake, rows: Rows) -> None:
    first = lake.append(KIND, rows([("a", 0, 1)]), source="first")
    second = lake.append(KIND, rows([("a", 0, 2)]), source="second")
    assert first.time <= second.time
    assert values(lake, as_of=second.time) == {("a", 0): 2}
    assert values(lake, as_of=second.time - timedelta(microseconds=1)) == {("a", 0): 1}
    assert values(lake, as_of=first.time - timedelta(seconds=1)) == {}
    with pytest.raises(LantianError, match="no time zone"):
        lake.read(KIND, as_of=datetime(2020, 1, 1))  # noqa: DTZ001 - the mistake under test
    for version in (3, -1):
        with pytest.raises(LantianError, match=f"no version {version}. The newest version is 2"):
            lake.read(KIND, as_of=version)


def test_a_clock_that_goes_back_does_not_reorder_versions(
    lake: Lake, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = lake.append(KIND, rows([("a", 0, 1)]), source="first")

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime(2001, 1, 1, tzinfo=tz)

    monkeypatch.setattr("lantian.lake.history.datetime", Earlier)
    monkeypatch.setattr("lantian.lake.store.datetime", Earlier)
    assert lake.append(KIND, rows([("a", 0, 2)]), source="second").time == first.time


def test_days_are_local_and_an_hour_belongs_to_the_day_it_ran_in(lake: Lake, rows: Rows) -> None:
    lake.append(KIND, rows([("a", hour, hour) for hour in range(40)]), source="x")
    # The stamps of local 1 June are 01:00 … 24:00 local, 5 … 28 hours after 20:00 of 31 May.
    assert set(values(lake, since=date(2019, 6, 1), until=date(2019, 6, 1))) == {
        ("a", h) for h in range(5, 29)
    }
    assert set(values(lake, until=date(2019, 5, 31))) == {("a", h) for h in range(5)}
    instant = START + timedelta(hours=30)
    assert set(values(lake, since=instant)) == {("a", h) for h in range(30, 40)}
    assert set(values(lake, since=instant, until=instant)) == {("a", 30)}
    with pytest.raises(LantianError, match="no time zone"):
        lake.read(KIND, since=datetime(2020, 1, 1))  # noqa: DTZ001 - the mistake under test


def test_places_and_columns_can_be_chosen(lake: Lake, rows: Rows) -> None:
    quoted = 'O\'Brien "x"; --'
    lake.append(KIND, rows([("a", 0, 1), (quoted, 0, 2), ("c", 0, 3)]), source="x")
    assert values(lake, places=["a", quoted]) == {("a", 0): 1, (quoted, 0): 2}
    assert values(lake, places=[]) == {}
    assert arrow(lake.read(KIND, columns=["pm2_5", "place"])).column_names == ["pm2_5", "place"]
    with pytest.raises(LantianError, match='"pm25" is not a column of ambient_city_hour'):
        lake.read(KIND, columns=["pm25"])


def test_empty_reads_have_the_columns_of_the_kind(lake: Lake) -> None:
    for kind in KINDS:
        table = arrow(lake.read(kind))
        assert table.num_rows == 0
        assert table.schema.equals(pa.schema([pa.field(f.name, f.type) for f in KINDS[kind].schema]))
        assert lake.span(kind) is None
        assert lake.places(kind) == []
    with pytest.raises(LantianError, match='"hours" is not a kind'):
        lake.read("hours")


def test_span_and_places(lake: Lake, rows: Rows) -> None:
    lake.append(KIND, rows([("b", 3, 1), ("a", 0, 1)]), source="x")
    lake.append(KIND, rows([("a", 9, 1), ("a", 0, 5)]), source="y")
    assert lake.span(KIND) == (START, START + timedelta(hours=9))
    assert lake.span(KIND, as_of=1) == (START, START + timedelta(hours=3))
    a, b = lake.places(KIND)
    assert (a.place, a.name, a.city, a.first, a.last) == ("a", "a", None, START, START + timedelta(hours=9))
    assert (b.place, b.first, b.last) == ("b", START + timedelta(hours=3), START + timedelta(hours=3))


def test_reads_are_lazy_frames_that_join(lake: Lake, rows: Rows) -> None:
    lake.append(KIND, rows([("a", 0, 1000), ("b", 0, 3000)]), source="x")
    frame = nw.from_native(lake.read(KIND))
    other = nw.from_native(lake.read(KIND, places=["b"])).select("place", other=nw.col("pm2_5"))
    joined = frame.join(other, on="place").select("place", total=nw.col("pm2_5") + nw.col("other"))
    assert joined.collect("pyarrow").to_native().to_pylist() == [{"place": "b", "total": 6000}]


def test_files_that_cannot_meet_are_not_compared(lake: Lake, rows: Rows) -> None:
    lake.append(KIND, rows([("a", hour, 1) for hour in (6, 7)]), source="1")
    lake.append(KIND, rows([("a", hour, 1) for hour in (8, 9)]), source="2: other hours")
    lake.append(KIND, rows([("b", hour, 1) for hour in (6, 9)]), source="3: other place")
    assert "row_number" not in lake.read(KIND).sql_query()
    lake.append(KIND, rows([("a", 9, 2)]), source="4: a correction")
    files = [(commit.version, file) for commit in lake.commits() for file in commit.files]
    alone, meeting = reading.split(kind_of(KIND), files, lake._sets.places)
    assert [version for version, _ in alone] == [1, 3]
    assert [version for version, _ in meeting] == [2, 4]
    assert values(lake)["a", 9] == 2


def test_content_is_taken_once(lake: Lake, rows: Rows) -> None:
    commit = lake.append(KIND, rows([("a", 0, 1)]), source="x", fingerprint="f1")
    with pytest.raises(AlreadyTakenError, match="version 1 already") as caught:
        lake.append(KIND, rows([("a", 0, 2)]), source="x again", fingerprint="f1")
    assert caught.value.commit == commit == lake.taken("f1")
    assert lake.taken("") is None
    assert lake.version == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.append_column("wind", pa.array([1])), "has no column wind"),
        (lambda t: t.drop(["pm2_5"]), "column pm2_5: the column is missing"),
        (lambda t: t.slice(0, 0), "no rows"),
        (lambda t: set_column(t, "pm2_5", pa.array([1.5])), "column pm2_5: a fraction"),
        (lambda t: set_column(t, "pm2_5", pa.array([float("nan")])), "column pm2_5: NaN is not a value"),
        (lambda t: set_column(t, "pm2_5", pa.array([2**40])), "column pm2_5: does not fit int32"),
        (lambda t: set_column(t, "pm2_5", pa.array(["many"])), "column pm2_5: does not fit int32"),
        (lambda t: set_column(t, "place", pa.array([None], pa.string())), "column place: 1 rows have none"),
        (lambda t: set_column(t, "time", pa.array([START.replace(tzinfo=None)])), "times need a zone"),
        (lambda t: set_column(t, "time", pa.array([START + timedelta(minutes=5)])), "not on the hour"),
        (lambda t: set_column(t, "time", pa.array([datetime(1980, 1, 1, tzinfo=UTC)])), "before 1992"),
        (lambda t: pa.concat_tables([t, t]), "two rows of one append have the key a, 2019-05-31 12:00"),
    ],
)
def test_a_table_that_is_not_of_the_kind_leaves_no_trace(
    lake: Lake, rows: Rows, change: Callable[[pa.Table], pa.Table], message: str
) -> None:
    table = rows([("a", 0, 1)])
    with pytest.raises(LantianError, match=message):
        lake.append(KIND, change(table), source="x")
    assert lake.version == 0
    assert not list(lake.root.rglob("*.parquet"))


def set_column(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    """The table with another column in the place of one."""
    return table.set_column(table.column_names.index(name), name, values)


def test_whole_floats_and_absent_names_are_taken(lake: Lake, rows: Rows) -> None:
    table = rows([("a", 0, 1)]).drop(["name"])
    lake.append(KIND, set_column(table, "pm2_5", pa.array([35000.0])), source="pandas")
    assert values(lake) == {("a", 0): 35000}
    assert arrow(lake.read(KIND))["name"].to_pylist() == [None]


def test_daily_kind(lake: Lake) -> None:
    kind = "ambient_city_day"
    day = {name: pa.array([1, 2], pa.int32()) for name in ("so2", "no2", "co", "o3_8h_max", "pm10", "pm2_5")}
    dates = pa.array([date(2019, 5, 31), date(2019, 6, 1)])
    lake.append(kind, pa.table({"place": ["a", "a"], "date": dates, **day}), source="x")
    assert {file.parent.name for file in lake.root.rglob("*.parquet")} == {"period=2019-05", "period=2019-06"}
    assert arrow(lake.read(kind, since=date(2019, 6, 1)))["pm2_5"].to_pylist() == [2]
    assert lake.span(kind) == (date(2019, 5, 31), date(2019, 6, 1))
    evening = datetime(2019, 5, 31, 17, tzinfo=UTC)  # 1 June in Shanghai
    assert arrow(lake.read(kind, since=evening))["pm2_5"].to_pylist() == [2]


# -- opening


def test_odd_folder_names(tmp_path: Path, rows: Rows) -> None:
    lake = Lake.open(tmp_path / "a'b [x]* ?" / "空气", create=True)
    lake.append(KIND, rows([("a", 0, 1)]), source="x")
    lake.append(KIND, rows([("a", 0, 2)]), source="y")
    assert values(Lake.open(lake.root)) == {("a", 0): 2}


def test_what_is_no_store_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(LantianError, match="there is no store here"):
        Lake.open(tmp_path / "none")
    with pytest.raises(LantianError, match="this folder is not a store"):
        Lake.open(tmp_path)
    (tmp_path / "letter.txt").write_text("x")
    with pytest.raises(LantianError, match=r'not empty \(it holds "letter.txt"\)'):
        Lake.open(tmp_path, create=True)
    with pytest.raises(LantianError, match="this is a file, not a folder"):
        Lake.open(tmp_path / "letter.txt", create=True)


def test_opening_again_keeps_everything(lake: Lake, rows: Rows) -> None:
    lake.append(KIND, rows([("a", 0, 1)]), source="x")
    assert values(Lake.open(lake.root, create=True)) == {("a", 0): 1}


@pytest.mark.parametrize("marker", ['{"format": 2}', '{"format": "1"}'])
def test_a_newer_format_is_refused(lake: Lake, marker: str) -> None:
    (lake.root / "lantian-lake.json").write_text(marker)
    with pytest.raises(LantianError, match=r"this store has format .*, this Lantian knows up to 1"):
        Lake.open(lake.root)


@pytest.mark.parametrize("marker", ["", "[]", "{}"])
def test_a_broken_marker_is_refused(lake: Lake, marker: str) -> None:
    (lake.root / "lantian-lake.json").write_text(marker)
    with pytest.raises(LantianError, match="marker cannot be read"):
        Lake.open(lake.root)


def test_missing_short_and_unreadable_files_are_named(lake: Lake, rows: Rows) -> None:
    lake.append(KIND, rows([("a", 0, 1)]), source="first.csv")
    lake.append(KIND, rows([("b", 0, 1)]), source="second.csv")
    (file,) = lake.root.glob(f"{lake.commits()[0].files[0].path}")
    content = file.read_bytes()
    file.write_bytes(content[:-1])
    with pytest.raises(
        LantianError, match=f"version 1 has {len(content) - 1} bytes instead of {len(content)}"
    ):
        Lake.open(lake.root)
    file.unlink()
    with pytest.raises(LantianError, match=r"a file of version 1 \(first.csv\) is missing"):
        Lake.open(lake.root)
    file.write_bytes(content)
    (lake.root / "commits" / "00000001.json").rename(lake.root / "away")
    with pytest.raises(LantianError, match="version 1 is missing though later ones are there"):
        Lake.open(lake.root)
    (lake.root / "commits" / "00000001.json").write_text("{")
    with pytest.raises(LantianError, match="this commit cannot be read"):
        Lake.open(lake.root)


def test_files_of_no_commit_do_not_exist_and_are_swept_when_old(lake: Lake, rows: Rows) -> None:
    lake.append(KIND, rows([("a", 0, 1)]), source="x")
    (kept,) = lake.root.rglob("*.parquet")
    orphan = kept.with_name("orphan.parquet")
    orphan.write_bytes(kept.read_bytes())
    draft = lake.root / "commits" / ".abc.tmp"
    draft.write_text("half a commit")
    assert values(Lake.open(lake.root)) == {("a", 0): 1}
    assert lake.sweep() == 0, "an import may still be running"
    assert lake.sweep(timedelta(seconds=-1)) == 2
    assert kept.exists()
    assert not orphan.exists()
    assert not draft.exists()


def test_a_draft_that_is_gone_when_it_is_looked_at_stops_no_sweep(
    lake: Lake, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake.append(KIND, rows([("a", 0, 1)]), source="x")
    draft = lake.root / "data" / ".gone.parquet.tmp"
    draft.write_text("half a file")
    look = Path.stat

    def look_too_late(path: Path, **how: Any) -> Any:
        # Another import gives its draft its name between two looks at it.
        found = look(path, **how)
        if path == draft:
            draft.unlink()
        return found

    monkeypatch.setattr(Path, "stat", look_too_late)
    lake.sweep(timedelta(seconds=-1))
    monkeypatch.undo()
    assert not draft.exists()
    assert values(lake) == {("a", 0): 1}


def test_every_column_says_its_unit_and_the_page_shows_it() -> None:
    page = (Path(__file__).parents[2] / "docs" / "lake.md").read_text("utf-8")
    for kind in KINDS.values():
        assert kind.key == ("place", kind.clock, *kind.also)
        assert f"`{kind.name}`" in page
        for column in kind.columns:
            assert column.meaning
            assert f"| `{column.name}` |" in page
            assert bool(column.unit) == (column.scale == (10**6 if kind.name.startswith("species") else 1000))
            assert not column.unit or f"| {column.unit} |" in page
    assert {c.unit for kind in KINDS.values() for c in kind.measured if c.name == "co"} == {"mg/m³"}


def test_a_commit_is_plain_json(lake: Lake, rows: Rows) -> None:
    lake.append(KIND, rows([("太原", 0, 1)]), source="a.csv", details={"layout": "x"})
    body = json.loads((lake.root / "commits" / "00000001.json").read_text("utf-8"))
    assert body["details"] == {"layout": "x"}
    assert body["files"][0]["first"] == "2019-05-31T12:00:00+00:00"
