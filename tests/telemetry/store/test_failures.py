"""A full disk, a file that may not be written, a damaged one: said so, and nothing acknowledged is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import line_making as making
import pytest
from line_making import DAY, NOON, packet

from lantian.lake import hot
from lantian.telemetry.store import Line, NotStored

HERE = Path(__file__).parent


def pragma(line: Line, words: str) -> None:
    connection = line.packets.file._connection()
    connection.execute(f"PRAGMA {words}").fetchall()


def test_a_full_disk_stops_the_writing_and_nothing_else(line: Line) -> None:
    stored = []
    pragma(line, "max_page_count=60")
    with pytest.raises(NotStored, match="disk is full") as caught:
        for group in range(100):
            arrivals = [packet(f"{group}-{n}") for n in range(20)]
            assert line.write(arrivals) == ["stored"] * 20
            stored += [arrival.place for arrival in arrivals]
    assert caught.value.reason == "disk_full"
    assert stored
    assert sorted(line.values()["place"].to_pylist()) == sorted(stored)
    pragma(line, "max_page_count=100000")
    assert line.write([packet("0-0"), packet("after")]) == ["duplicate", "stored"]


def test_a_file_that_may_not_be_written(line: Line) -> None:
    line.write([packet()])
    pragma(line, "query_only=1")
    with pytest.raises(NotStored) as caught:
        line.write([packet("A2")])
    assert caught.value.reason == "read_only"
    assert "line.sqlite" in caught.value.line
    with pytest.raises(NotStored):
        line.compact(NOON + DAY)
    pragma(line, "query_only=0")
    assert line.values()["place"].to_pylist() == ["A1"]
    assert line.write([packet("A2")]) == ["stored"]
    assert line.compact(NOON + DAY).packets == 1
    assert line.values()["place"].to_pylist() == ["A1", "A2"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises((NotStored, PermissionError)):
            Line.open(tmp_path / "data", create=True)
    finally:
        tmp_path.chmod(0o700)


def test_another_writer_that_does_not_end(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot, "WAIT", 0.02)
    other = sqlite3.connect(line.packets.file.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotStored) as caught:
        line.write([packet()])
    assert caught.value.reason == "busy"
    other.execute("ROLLBACK")
    other.close()
    assert line.write([packet()]) == ["stored"]


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    Line.open(tmp_path, create=True).close()
    file = tmp_path / "lake" / "hot" / "line.sqlite"
    file.write_bytes(b"no database at all " * 100)
    with pytest.raises(NotStored) as caught:
        Line.open(tmp_path)
    assert caught.value.reason == "damaged"


def test_a_file_that_was_taken_away_takes_nothing_more(line: Line) -> None:
    line.write([packet()])
    file = line.packets.file.path
    aside = file.with_name("aside")
    file.rename(aside)
    with pytest.raises(NotStored) as caught:
        line.write([packet("A2")])
    assert caught.value.reason == "moved"
    assert not file.exists()
    file.write_bytes(b"")
    with pytest.raises(NotStored):
        line.write([packet("A2")])
    aside.replace(file)
    assert line.write([packet("A2")]) == ["stored"]
    assert line.values().num_rows == 2


def test_a_folder_with_odd_signs(tmp_path: Path) -> None:
    line = Line.open(tmp_path / "数据 100% #1?x=1", create=True)
    assert line.write([packet()]) == ["stored"]
    line.close()


def test_a_clock_that_goes_back_stops_nothing(line: Line) -> None:
    assert line.write([packet("A1", at=NOON), packet("A2", at=NOON - 3 * DAY)]) == ["stored", "stored"]
    assert line.write([packet("A1", at=NOON - 3 * DAY)]) == ["duplicate"]
    line.compact(NOON)
    assert line.values().num_rows == 2


def test_threads_write_and_read_at_once(line: Line) -> None:
    def work(name: str) -> None:
        for group in range(20):
            assert line.write([packet(f"{name}-{group}"), packet("shared", qn=str(group))])[0] == "stored"
            assert line.values(places=[f"{name}-{group}"]).num_rows == 1

    threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert line.newest == 3 * 20 + 20


def test_a_connection_that_cannot_undo_is_not_used_again(line: Line) -> None:
    with pytest.raises(NotStored), line.packets.file.writing() as connection:
        connection.close()
        connection.execute("SELECT 1")
    assert line.write([packet()]) == ["stored"]


def test_the_hot_file_is_private_and_has_no_more_tables_than_asked(tmp_path: Path) -> None:
    file = hot.Hot(tmp_path / "deep" / "x.sqlite", ["CREATE TABLE IF NOT EXISTS a (b)"], create=True)
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.close()
    # A table that came with a newer Lantian is made when an old file is opened.
    again = hot.Hot(file.path, ["CREATE TABLE IF NOT EXISTS a (b)", "CREATE TABLE IF NOT EXISTS c (d)"])
    with again.reading() as connection:
        assert connection.execute("SELECT count(*) FROM c").fetchone() == (0,)
    again.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="limits of file size are POSIX")
def test_what_a_process_acknowledged_before_its_disk_was_full_is_there(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "line_filling.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    *stored, reason = done.stdout.splitlines()
    assert reason in ("reason disk_full", "reason disk_error")
    names = " ".join(stored).split()
    assert len(names) > 100
    line = Line.open(tmp_path, limits=making.LIMITS)
    assert sorted(line.values()["place"].to_pylist()) == sorted(names)
    assert line.write([packet(name) for name in names]) == ["duplicate"] * len(names)
    line.close()
