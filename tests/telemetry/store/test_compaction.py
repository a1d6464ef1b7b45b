"""Closed days become Parquet, each value once, whatever stops it and whoever looks meanwhile."""

from __future__ import annotations

import itertools
import shutil
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import line_making as making
import pytest
from line_making import DAY, NOON, packet

from lantian.errors import LantianError
from lantian.lake import Lake, arrow, log, writing
from lantian.lake.hot import Hot
from lantian.telemetry.store import Line, compaction, reading

sys.path.insert(0, str(Path(__file__).parents[2] / "lake"))
from test_crash import run_killed

Rows = list[dict[str, Any]]


def everything(line: Line) -> Rows:
    found: Rows = line.values(versions="all").to_pylist()
    return found


def parquet(line: Line, kind: str) -> Rows:
    rows: Rows = arrow(line.lake.read(kind)).to_pylist() if kind in line.lake.kinds() else []
    return sorted(rows, key=lambda row: (row["seq"], row.get("factor", ""), row.get("field", "")))


def hot(line: Line) -> list[int]:
    with line.packets.file.reading() as connection:
        return [row[0] for row in connection.execute("SELECT seq FROM packet ORDER BY seq")]


def test_only_what_came_on_days_that_are_over_goes(line: Line) -> None:
    line.write(making.history())
    before = everything(line)
    # Local midnight decides, and when packets came, not the time they speak of.
    assert line.compact(NOON - 4 * DAY).packets == 0
    done = line.compact(NOON)
    assert everything(line) == before
    left = [row["received_at"] + timedelta(hours=8) for row in before if row["seq"] in set(hot(line))]
    assert {f"{moment:%Y-%m-%d}" for moment in left} == {"2026-11-22"}
    assert done.packets == done.removed == 39 - len(hot(line))
    assert done.values == len(before) - len(left)
    assert done.through == len(parquet(line, "line_packet"))
    assert line.compact(NOON).packets == 0
    assert line.lake.version == 2
    line.compact(NOON + DAY)
    assert (hot(line), everything(line)) == ([], before)


def test_rows_lie_in_the_month_of_their_data_time_and_packets_whole(line: Line) -> None:
    packets = making.history()
    line.write(packets)
    line.compact(NOON + DAY)
    files = {file.path.split("/")[2] for commit in line.lake.commits("line_value") for file in commit.files}
    assert files == {"period=2026-11", "period=2026-09"}
    kept = parquet(line, "line_packet")
    assert [row["segment"] for row in kept] == [arrival.segment for arrival in packets]
    assert [row["resent"] for row in kept] == [arrival.resent for arrival in packets]
    paths = [line.lake.root / f.path for c in line.lake.commits("line_packet") for f in c.files]
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}


def test_a_clock_that_was_wrong_holds_nothing_up(line: Line) -> None:
    line.write([packet("A1", at=NOON + 900 * DAY)])
    line.write([packet("A2", at=NOON)])
    assert line.compact(NOON).packets == 0
    assert line.compact(NOON + DAY).packets == 2


def test_the_hot_file_gets_smaller(line: Line) -> None:
    items = {f"a{n:05d}-Avg": "1.234" for n in range(40)}
    line.write([packet(f"{n}", items=items) for n in range(500)])
    with line.packets.file.reading():
        size = line.packets.file.path.stat().st_size
    wal = line.packets.file.path.with_name("line.sqlite-wal").stat().st_size
    done = line.compact(NOON + DAY)
    assert done.hot_bytes < (size + wal) / 3
    assert done.values == 500 * 40


def test_packets_of_which_nothing_is_read_go_as_well(line: Line) -> None:
    line.write([packet(items={})])
    done = line.compact(NOON + DAY)
    assert (done.packets, done.values, done.removed, len(done.versions)) == (1, 0, 1, 1)
    assert line.compact(NOON + DAY).packets == 0
    line.write([packet("A2")])
    assert line.compact(NOON + DAY).values == 1


def test_what_is_old_is_forgotten_and_nothing_else(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "STEP", 2)
    line.write([packet(str(n), at=NOON - 30 * DAY) for n in range(5)])
    line.write([packet(str(n), at=NOON) for n in range(5, 8)])
    line.compact(NOON + 10 * DAY)
    again = line.write([packet(str(n), at=NOON + timedelta(minutes=1)) for n in range(8)])
    assert again == ["stored"] * 5 + ["duplicate"] * 3


def test_two_compactions_do_not_run_at_once(line: Line) -> None:
    line.write(making.history())
    lock = line.packets.file.path.with_name(compaction.LOCK)
    with compaction._alone(lock), pytest.raises(LantianError, match="already"):
        line.compact(NOON)
    assert line.compact(NOON).packets > 0


def test_a_second_writer_of_the_same_packets_finds_them_taken(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the lock did not hold, the name of the commit does."""
    line.write(making.history())
    before = everything(line)
    mark = reading.watermark
    answers = iter([0])
    line.compact(NOON + DAY)
    # The first look is as old as that of one who began before the other ended.
    monkeypatch.setattr(reading, "watermark", lambda *words: next(answers, mark(*words)))
    monkeypatch.setattr(compaction, "_filled", lambda *_: iter([arrow(line.lake.read("line_value"))]))
    assert compaction._append(line.lake, line.packets, line.devices, "line_value", 39) == 0
    monkeypatch.undo()
    assert everything(line) == before


class StopError(Exception):
    """What stops a compaction in a test."""


def stopped_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Raise before and after the step-th thing that a compaction does to the disk."""
    count = itertools.count(1)

    def tripped(call: Any) -> Any:
        def wrapped(*words: Any, **options: Any) -> Any:
            if next(count) == step:
                raise StopError
            answer = call(*words, **options)
            if next(count) == step:
                raise StopError
            return answer

        return wrapped

    monkeypatch.setattr(writing, "write_partition", tripped(writing.write_partition))
    monkeypatch.setattr(log, "publish", tripped(log.publish))
    monkeypatch.setattr(Hot, "shrink", tripped(Hot.shrink))
    monkeypatch.setattr(compaction, "_remove", tripped(compaction._remove))
    monkeypatch.setattr(compaction, "_forget", tripped(compaction._forget))


def test_stopped_at_any_step_it_goes_on_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "STEP", 20)
    making.write(tmp_path / "before")
    reference = Line.open(tmp_path / "before", limits=making.LIMITS)
    before = everything(reference)
    reference.close()
    for step in range(1, 100):
        shutil.copytree(tmp_path / "before", tmp_path / str(step))
        line = Line.open(tmp_path / str(step), limits=making.LIMITS)
        with monkeypatch.context() as patch:
            stopped_at(patch, step)
            try:
                line.compact(NOON)
            except StopError:
                ended = False
            else:
                ended = True
        assert everything(line) == before, f"step {step}"
        line.compact(NOON + DAY)
        assert everything(line) == before, f"after step {step}"
        assert [row["seq"] for row in parquet(line, "line_packet")] == list(range(1, 40))
        line.close()
        if ended:
            break
    assert step > 15


@pytest.mark.slow
def test_killed_at_any_step_it_goes_on_from_there(tmp_path: Path) -> None:
    making.write(tmp_path / "before")
    reference = Line.open(tmp_path / "before", limits=making.LIMITS)
    before = everything(reference)
    reference.close()
    steps = run_killed(f"{making.__name__}:compact", tmp_path, Path(__file__).parent)
    assert steps > 30
    for step in range(1, steps + 1):
        line = Line.open(tmp_path / str(step), limits=making.LIMITS)
        assert everything(line) == before, f"step {step}"
        line.compact(NOON + DAY)
        assert everything(line) == before, f"after step {step}"
        assert [row["seq"] for row in parquet(line, "line_packet")] == list(range(1, 40))
        assert [row["factor"] for row in parquet(line, "line_value")].count("a19001") == 36
        line.close()


@pytest.mark.slow
def test_killed_while_writing_a_group_is_whole_or_not_there(tmp_path: Path) -> None:
    Line.open(tmp_path / "before", create=True).close()
    steps = run_killed(f"{making.__name__}:write", tmp_path, Path(__file__).parent)
    counts = []
    for step in range(1, steps + 1):
        line = Line.open(tmp_path / str(step), limits=making.LIMITS)
        counts.append(line.newest)
        outcomes = line.write(making.history())
        assert outcomes.count("stored") == 39 - counts[-1]
        assert hot(line) == list(range(1, 40))
        line.close()
    assert counts == sorted(counts)
    assert set(counts) == {0, 20, 39}


def test_nothing_appears_twice_or_vanishes_for_a_reader_meanwhile(line: Line) -> None:
    days = 6
    for day in range(days):
        line.write([packet(str(n), qn=f"{day}", at=NOON + day * DAY) for n in range(40)])
    expected = everything(line)
    wrong: list[int] = []
    over = threading.Event()

    def look() -> None:
        other = Line.open(line.data, limits=making.LIMITS)
        while not over.is_set():
            if everything(other) != expected:
                wrong.append(1)
        other.close()

    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for day in range(1, days + 1):
        line.compact(NOON + day * DAY)
    over.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert hot(line) == []
    assert everything(line) == expected


def test_the_lake_reads_instants_by_their_local_day(line: Line) -> None:
    midnight = datetime.fromisoformat("2026-11-22T00:00:00+08:00")
    for n, moment in enumerate(
        (midnight - timedelta(seconds=1), midnight, midnight + DAY - timedelta(seconds=1))
    ):
        line.write([packet(str(n), moment)])
    line.compact(NOON + DAY)
    lake = Lake.open(line.data / "lake")
    found = arrow(
        lake.read(
            "line_value", since=midnight.date(), until=midnight.date(), columns=["place", "day", "hour"]
        )
    )
    assert sorted((row["place"], row["hour"]) for row in found.to_pylist()) == [("1", 1), ("2", 24)]
    assert len(set(found["day"].to_pylist())) == 1


def test_the_files_of_a_month_that_is_over_become_one(line: Line) -> None:
    for day in range(12, 22):
        at = NOON + (day - 22) * DAY
        line.write(
            [packet("A1", at, qn=str(day), at=at), packet("A1", at, {"a21026-Avg": "2"}, qn="b", at=at)]
        )
        line.compact(at + DAY)
    before = everything(line)
    version = line.lake.version
    assert len(before) == 20
    assert line.lake._files(compaction.kind_of("line_value"), None)[0][1].rows == 2
    line.compact(NOON + 10 * DAY)
    for kind in ("line_value", "line_packet"):
        ((_, file),) = line.lake._files(compaction.kind_of(kind), None)
        assert file.rows == 20
    assert line.lake.version == version + 2
    assert everything(line) == before
    assert reading.watermark(line.lake, "line_value") == 20
    assert line.write([packet("A1", NOON - DAY, qn="late", at=NOON + 10 * DAY)]) == ["stored"]
    line.compact(NOON + 11 * DAY)
    assert len(everything(line)) == 21
